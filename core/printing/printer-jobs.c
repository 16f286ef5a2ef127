/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-private.h"

/*
 * The jobs of a printer as others see them: which it has, which may be taken from it, and what is
 * told of it all.
 */

static GList *
find_link(BhPrinter *self, const char *device_id, const char *job_id)
{
  for (GList *l = self->jobs.head; l != NULL; l = l->next) {
    const BhPrintJob *job = l->data;

    if (g_str_equal(job->job_id, job_id) && g_str_equal(job->device_id, device_id))
      return l;
  }
  return NULL;
}

gboolean
bh_printer_has_job(BhPrinter *printer, const char *device_id, const char *job_id)
{
  return find_link(printer, device_id, job_id) != NULL;
}

BhPrintJob *
bh_printer_withdraw_job(BhPrinter *printer, const char *device_id, const char *job_id)
{
  GList *link = find_link(printer, device_id, job_id);
  BhPrintJob *job;

  if (link == NULL || printer->state == BH_PRINTER_CLOSED)
    return NULL;
  job = link->data;
  if (link == printer->jobs.head && printer->state == BH_PRINTER_LOADING) {
    bh_printer_set_state(printer, BH_PRINTER_DROPPING);
  } else if (link == printer->jobs.head && printer->state != BH_PRINTER_WAITING &&
             printer->state != BH_PRINTER_DROPPING) {
    if (printer->state != BH_PRINTER_CONNECTING && printer->state != BH_PRINTER_ASKING &&
        printer->state != BH_PRINTER_HELD)
      return NULL;
    bh_printer_end_try(printer);
    bh_printer_wait_for_retry(printer);
  }
  g_queue_delete_link(&printer->jobs, link);
  bh_printer_emit_changed(printer);
  return job;
}

GPtrArray *
bh_printer_withdraw_all(BhPrinter *printer)
{
  g_autoptr(GPtrArray) jobs = g_ptr_array_new_with_free_func((GDestroyNotify)bh_print_job_free);
  g_autofree const BhPrintJob **all = g_new(const BhPrintJob *, printer->jobs.length + 1);
  guint n_all = 0;

  for (GList *l = printer->jobs.head; l != NULL; l = l->next)
    all[n_all++] = l->data;
  /* From the end: none of them moves up to be tried meanwhile. */
  while (n_all-- > 0) {
    BhPrintJob *job = bh_printer_withdraw_job(printer, all[n_all]->device_id, all[n_all]->job_id);

    if (job != NULL)
      g_ptr_array_insert(jobs, 0, job);
  }
  return g_steal_pointer(&jobs);
}

void
bh_printer_retire(BhPrinter *printer)
{
  printer->is_retired = TRUE;
}

const BhPrintJob *
bh_printer_get_begun(BhPrinter *printer)
{
  switch (printer->state) {
  case BH_PRINTER_MARKING:
  case BH_PRINTER_SENDING:
  case BH_PRINTER_SETTLING:
  case BH_PRINTER_CONFIRMING:
  case BH_PRINTER_LINGERING:
  case BH_PRINTER_FINISHING:
  case BH_PRINTER_RETURNING:
    return bh_printer_get_job(printer);
  default:
    return NULL;
  }
}

json_t *
bh_printer_describe(BhPrinter *printer, gboolean with_address)
{
  static const char *const sources[] = {"settings", "stored", "built-in"};
  const char *state = "printing";
  const char *trouble = printer->is_commit_late ? "storage" : printer->trouble;
  json_t *json;

  if (trouble != NULL)
    state = "waiting";
  else if (bh_printer_get_job(printer) == NULL)
    state = printer->is_seen || !bh_printer_is_probed(printer) ? "idle" : "unknown";
  json = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:s?, s:i, s:i}", "name", printer->name, "label", printer->label,
      "kind", printer->address.kind == BH_PRINTER_PAPER ? "paper" : "receipt", "source",
      sources[printer->source], "state", state, "paper",
      g_strcmp0(trouble, "offline") == 0 ? NULL : printer->paper, "columns",
      (int)printer->address.columns, "waiting", (int)g_queue_get_length(&printer->jobs));
  if (trouble != NULL)
    json_object_set_new(json, "detail", json_string(trouble));
  if (with_address)
    json_object_set_new(json, "address", json_string(printer->uri));
  return json;
}
