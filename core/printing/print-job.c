/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-job.h"

static const char *const state_names[] = {
    [BH_PRINT_ACCEPTED] = "accepted", [BH_PRINT_QUEUED] = "queued",
    [BH_PRINT_PRINTING] = "printing", [BH_PRINT_SENT] = "sent",
    [BH_PRINT_DONE] = "done",         [BH_PRINT_UNCERTAIN] = "uncertain",
    [BH_PRINT_FAILED] = "failed",
};

const char *
bh_print_state_get_name(BhPrintState state)
{
  g_return_val_if_fail((gsize)state < G_N_ELEMENTS(state_names), NULL);

  return state_names[state];
}

gboolean
bh_print_state_from_name(const char *name, BhPrintState *out)
{
  for (gsize i = 0; i < G_N_ELEMENTS(state_names); i++) {
    if (g_strcmp0(state_names[i], name) == 0) {
      *out = (BhPrintState)i;
      return TRUE;
    }
  }
  return FALSE;
}

BhPrintJob *
bh_print_job_new(void)
{
  return g_new0(BhPrintJob, 1);
}

BhPrintJob *
bh_print_job_copy(const BhPrintJob *job)
{
  BhPrintJob *copy = g_memdup2(job, sizeof *job);

  copy->device_id = g_strdup(job->device_id);
  copy->job_id = g_strdup(job->job_id);
  copy->printer = g_strdup(job->printer);
  copy->person_id = g_strdup(job->person_id);
  copy->person_name = g_strdup(job->person_name);
  return copy;
}

void
bh_print_job_free(BhPrintJob *job)
{
  g_free(job->device_id);
  g_free(job->job_id);
  g_free(job->printer);
  g_free(job->person_id);
  g_free(job->person_name);
  g_free(job);
}

void
bh_print_job_describe(const BhPrintJob *job, BhPrintJobInfo *info)
{
  *info = (BhPrintJobInfo){
      .device_id = job->device_id,
      .job_id = job->job_id,
      .printer = job->printer,
      .state = job->state,
      .detail = job->detail,
      .created_ms = job->created_ms,
      .copies = job->copies,
      .reprints = job->reprints,
  };
}

/* Who it was stays true when that person is renamed or gone. */
static json_t *
describe_person(const BhPrintJob *job)
{
  if (job->person_id == NULL)
    return json_null();
  return json_pack("{s:s, s:s?}", "personId", job->person_id, "name", job->person_name);
}

json_t *
bh_print_job_to_json(const BhPrintJob *job)
{
  json_t *json =
      json_pack("{s:s, s:s, s:s, s:s, s:I, s:i, s:i, s:o}", "deviceId", job->device_id, "jobId",
                job->job_id, "printer", job->printer, "state", bh_print_state_get_name(job->state),
                "createdAt", (json_int_t)job->created_ms, "copies", (int)job->copies, "reprints",
                (int)job->reprints, "person", describe_person(job));

  g_assert(json != NULL);
  if (job->detail != NULL)
    json_object_set_new(json, "detail", json_string(job->detail));
  return json;
}
