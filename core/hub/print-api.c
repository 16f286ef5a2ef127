/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "print-api.h"

#define MAX_ID_BYTES 128
#define DEFAULT_JOBS 100
#define MAX_JOBS     1000
/* A job of the owner's that names no device. */
#define OWNER_DEVICE_ID "http"

/* A job, or the wish to have one again, on its way to the store. */
typedef struct {
  BhApiCall *call;
  BhPrintDesk *desk;
} Submission;

static Submission *
submission_new(BhApiCall *call, const BhHubState *state)
{
  Submission *submission = g_new0(Submission, 1);

  *submission = (Submission){.call = call, .desk = state->desk};
  return submission;
}

void
bh_print_api_fail(BhApiCall *call, const GError *error)
{
  guint status = 503;

  if (error->domain == BH_PRINT_ERROR) {
    switch ((BhPrintError)error->code) {
    case BH_PRINT_ERROR_BAD_JOB:
    case BH_PRINT_ERROR_BAD_ADDRESS:
    case BH_PRINT_ERROR_BAD_NAME:
      status = 400;
      break;
    case BH_PRINT_ERROR_UNKNOWN_PRINTER:
      status = 404;
      break;
    case BH_PRINT_ERROR_TOO_LARGE:
      status = 413;
      break;
    case BH_PRINT_ERROR_CONFLICT:
    case BH_PRINT_ERROR_STATE:
    case BH_PRINT_ERROR_EXISTS:
    case BH_PRINT_ERROR_FIXED:
    case BH_PRINT_ERROR_JOBS_WAIT:
      status = 409;
      break;
    case BH_PRINT_ERROR_FULL:
    case BH_PRINT_ERROR_FAILED:
    default:
      break;
    }
  }
  bh_api_call_fail(call, status, bh_print_desk_get_error_code(error), error->message);
}

static void
respond_list(BhApiCall *call, json_t *list, const GError *error)
{
  if (list == NULL)
    bh_print_api_fail(call, error);
  else
    bh_api_call_respond(call, 200, list);
}

static void
list_jobs_cb(GObject *source, GAsyncResult *result, gpointer call)
{
  g_autoptr(GError) error = NULL;
  json_t *list = bh_print_queue_list_finish(BH_PRINT_QUEUE(source), result, &error);

  respond_list(call, list, error);
}

static void
on_list_jobs(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *text = bh_api_call_get_query(call, "limit");
  guint64 limit = DEFAULT_JOBS;

  if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 1, MAX_JOBS, &limit, NULL))
    bh_api_call_fail(call, 400, "bad-request", "limit is 1 to 1000.");
  else
    bh_print_queue_list_async(state->queue, (guint)limit, list_jobs_cb, call);
}

static void
list_paper_cb(GObject *source, GAsyncResult *result, gpointer call)
{
  g_autoptr(GError) error = NULL;
  json_t *list = bh_print_queue_list_paper_finish(BH_PRINT_QUEUE(source), result, &error);

  respond_list(call, list, error);
}

static void
on_paper(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_print_queue_list_paper_async(state->queue, list_paper_cb, call);
}

/*
 * Whose job it is. @required: the owner must say.
 *
 * Returns: (transfer none) (nullable): %NULL: the call has been answered
 */
static const char *
find_device_id(BhApiCall *call, gboolean required)
{
  const BhCaller *caller = bh_api_call_get_caller(call);
  const char *named = NULL;
  g_autoptr(GError) error = NULL;

  if (!bh_json_get_optional_text(bh_api_call_get_body(call), "deviceId", MAX_ID_BYTES, &named,
                                 &error)) {
    bh_api_call_fail(call, 400, "bad-request", error->message);
    return NULL;
  }
  if (!caller->is_owner) {
    if (named == NULL || g_strcmp0(named, caller->device_id) == 0)
      return caller->device_id;
    bh_api_call_fail(call, 403, "forbidden", "A device speaks for itself only.");
    return NULL;
  }
  if (named != NULL && *named != '\0')
    return named;
  if (!required)
    return OWNER_DEVICE_ID;
  bh_api_call_fail(call, 400, "bad-request", "“deviceId” is missing");
  return NULL;
}

static void
submit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Submission *submission = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *job_id = NULL;
  BhPrintState state;

  if (!bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, &state, &job_id, &error)) {
    bh_print_api_fail(submission->call, error);
    return;
  }
  bh_print_desk_count(submission->desk, BH_PATH_HTTP);
  bh_api_call_respond(
      submission->call, 201,
      json_pack("{s:s, s:s}", "jobId", job_id, "state", bh_print_state_get_name(state)));
}

static void
on_submit(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const BhCaller *caller = bh_api_call_get_caller(call);
  const char *device_id = find_device_id(call, FALSE);
  BhPrintSender sender;

  if (device_id == NULL)
    return;
  /* Whoever speaks for a device is not the person who works there. */
  sender = bh_print_desk_find_sender(state->desk, device_id, !caller->is_owner);
  bh_print_queue_submit_async(state->queue, &sender,
                              json_object_get(bh_api_call_get_body(call), "printJob"), submit_cb,
                              submission_new(call, state));
}

static void
note_reprint(const Submission *submission)
{
  const BhCaller *caller = bh_api_call_get_caller(submission->call);
  const json_t *body = bh_api_call_get_body(submission->call);

  bh_print_desk_note_reprint(submission->desk, caller->who,
                             json_string_value(json_object_get(body, "jobId")),
                             json_string_value(json_object_get(body, "printer")), caller->address);
}

static void
reprint_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Submission *submission = user_data;
  g_autoptr(GError) error = NULL;
  BhApiCall *call = submission->call;

  if (!bh_print_queue_reprint_finish(BH_PRINT_QUEUE(source), result, &error)) {
    bh_print_api_fail(call, error);
    return;
  }
  note_reprint(submission);
  bh_api_call_respond(call, 202,
                      json_pack("{s:s}", "state", bh_print_state_get_name(BH_PRINT_ACCEPTED)));
}

/* What is to be printed again, and where; as long as the call lasts. */
typedef struct {
  const char *device_id;
  const char *job_id;
  const char *printer; /* (nullable): where it was */
} Again;

/* Returns: %FALSE: the call is answered */
static gboolean
read_again(BhApiCall *call, Again *again)
{
  g_autoptr(GError) error = NULL;

  again->device_id = find_device_id(call, TRUE);
  again->job_id =
      again->device_id != NULL ? bh_api_call_get_text(call, "jobId", MAX_ID_BYTES) : NULL;
  again->printer = NULL;
  if (again->job_id == NULL)
    return FALSE;
  if (bh_json_get_optional_text(bh_api_call_get_body(call), "printer", MAX_ID_BYTES,
                                &again->printer, &error))
    return TRUE;
  bh_api_call_fail(call, 400, "bad-request", error->message);
  return FALSE;
}

static void
on_reprint(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  Again again;

  if (read_again(call, &again))
    bh_print_queue_reprint_async(state->queue, again.device_id, again.job_id, again.printer,
                                 reprint_cb, submission_new(call, state));
}

static void
retry_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Submission *submission = user_data;
  g_autoptr(GError) error = NULL;
  BhApiCall *call = submission->call;
  gboolean is_reprint;

  if (!bh_print_queue_retry_finish(BH_PRINT_QUEUE(source), result, &is_reprint, &error)) {
    bh_print_api_fail(call, error);
    return;
  }
  if (is_reprint)
    note_reprint(submission);
  bh_api_call_respond(call, 202,
                      json_pack("{s:s, s:b}", "state", bh_print_state_get_name(BH_PRINT_QUEUED),
                                "reprint", is_reprint));
}

static void
on_retry(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  Again again;

  if (read_again(call, &again))
    bh_print_queue_retry_async(state->queue, again.device_id, again.job_id, again.printer, retry_cb,
                               submission_new(call, state));
}

static void
cancel_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Submission *submission = user_data;
  g_autoptr(GError) error = NULL;
  BhApiCall *call = submission->call;
  const BhCaller *caller = bh_api_call_get_caller(call);

  if (!bh_print_queue_cancel_finish(BH_PRINT_QUEUE(source), result, &error)) {
    bh_print_api_fail(call, error);
    return;
  }
  bh_print_desk_note_cancel(submission->desk, caller->who,
                            json_string_value(json_object_get(bh_api_call_get_body(call), "jobId")),
                            caller->address);
  bh_api_call_respond(call, 200,
                      json_pack("{s:s}", "state", bh_print_state_get_name(BH_PRINT_FAILED)));
}

static void
on_cancel(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *device_id = find_device_id(call, TRUE);
  const char *job_id = device_id != NULL ? bh_api_call_get_text(call, "jobId", MAX_ID_BYTES) : NULL;

  if (job_id != NULL)
    bh_print_queue_cancel_async(state->queue, device_id, job_id, cancel_cb,
                                submission_new(call, state));
}

void
bh_print_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add(api, "GET", "/api/v1/jobs", BH_ACTION_READ_JOBS, on_list_jobs, state);
  bh_api_add(api, "POST", "/api/v1/jobs", BH_ACTION_PRINT, on_submit, state);
  bh_api_add(api, "POST", "/api/v1/jobs/reprint", BH_ACTION_PRINT, on_reprint, state);
  bh_api_add(api, "POST", "/api/v1/jobs/retry", BH_ACTION_PRINT, on_retry, state);
  bh_api_add(api, "POST", "/api/v1/jobs/cancel", BH_ACTION_PRINT, on_cancel, state);
  bh_api_add(api, "GET", "/api/v1/paper", BH_ACTION_READ_JOBS, on_paper, state);
}
