/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "printer-api.h"

#include <glib/gi18n.h>

#include "print-api.h"
#include "printer-roster.h"

#define MAX_NAME_BYTES    128
#define MAX_ADDRESS_BYTES 256

/* What a change needs once it is stored. */
typedef struct {
  BhApiCall *call;
  BhHubState *state;
  char *label; /* how people called the printer when it began */
} Change;

static void
change_free(Change *change)
{
  g_free(change->label);
  g_free(change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Change, change_free)

/* Returns: (transfer full) (nullable): how people call the printer */
static char *
find_label(BhHubState *state, const char *name)
{
  g_autoptr(json_t) printers = bh_print_queue_describe_printers(state->queue, FALSE);
  const json_t *printer;
  gsize i;

  json_array_foreach(printers, i, printer)
  {
    if (g_strcmp0(json_string_value(json_object_get(printer, "name")), name) == 0)
      return g_strdup(json_string_value(json_object_get(printer, "label")));
  }
  return NULL;
}

static const char *
get_body_text(BhApiCall *call, const char *name)
{
  return json_string_value(json_object_get(bh_api_call_get_body(call), name));
}

/* Of a printer that is there, or will be. */
static Change *
change_new(BhApiCall *call, BhHubState *state)
{
  Change *change = g_new0(Change, 1);

  *change = (Change){
      .call = call, .state = state, .label = find_label(state, get_body_text(call, "name"))};
  if (change->label == NULL)
    change->label = g_strdup(get_body_text(call, "label"));
  return change;
}

/* @detail: (nullable) */
static void
note(const Change *change, const char *kind, const char *detail)
{
  const BhCaller *caller = bh_api_call_get_caller(change->call);

  bh_audit_log_add(change->state->audit, kind, caller->who, change->label, detail, caller->address);
}

static void
on_list(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const BhCaller *caller = bh_api_call_get_caller(call);
  gboolean is_manager = caller->is_owner || bh_role_may(caller->role, BH_ACTION_MANAGE_DEVICES);

  bh_api_call_respond(call, 200, bh_print_queue_describe_printers(state->queue, is_manager));
}

static void
find_cb(GObject *source, GAsyncResult *result, gpointer call)
{
  bh_api_call_respond(call, 200, bh_printer_finder_find_finish(BH_PRINTER_FINDER(source), result));
}

static void
on_find(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_printer_finder_find_async(state->finder, find_cb, call);
}

/* --- add, rename, remove --- */

static void
add_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *name =
      bh_print_queue_store_printer_finish(BH_PRINT_QUEUE(source), result, &error);

  if (name == NULL) {
    bh_print_api_fail(change->call, error);
    return;
  }
  note(change, "printer-added", get_body_text(change->call, "address"));
  bh_api_call_respond(
      change->call, 201,
      json_pack("{s:s, s:s}", "name", name, "label", get_body_text(change->call, "label")));
}

static void
on_add(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *label = bh_api_call_get_text(call, "label", MAX_NAME_BYTES);
  const char *address =
      label != NULL ? bh_api_call_get_text(call, "address", MAX_ADDRESS_BYTES) : NULL;
  const char *name = NULL;
  g_autoptr(GError) error = NULL;

  if (address == NULL)
    return;
  if (!bh_json_get_optional_text(bh_api_call_get_body(call), "name", MAX_NAME_BYTES, &name, &error))
    bh_api_call_fail(call, 400, "bad-request", error->message);
  else
    bh_print_queue_store_printer_async(state->queue, label, name, address, add_cb,
                                       change_new(call, state));
}

static void
rename_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GError) error = NULL;

  if (!bh_print_queue_rename_printer_finish(BH_PRINT_QUEUE(source), result, &error)) {
    bh_print_api_fail(change->call, error);
    return;
  }
  note(change, "printer-renamed", get_body_text(change->call, "label"));
  bh_api_call_respond(change->call, 200,
                      json_pack("{s:s, s:s}", "name", get_body_text(change->call, "name"), "label",
                                get_body_text(change->call, "label")));
}

static void
on_rename(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *name = bh_api_call_get_text(call, "name", MAX_NAME_BYTES);
  const char *label = name != NULL ? bh_api_call_get_text(call, "label", MAX_NAME_BYTES) : NULL;

  if (label != NULL)
    bh_print_queue_rename_printer_async(state->queue, name, label, rename_cb,
                                        change_new(call, state));
}

static void
remove_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GError) error = NULL;
  guint n_jobs;

  if (!bh_print_queue_remove_printer_finish(BH_PRINT_QUEUE(source), result, &n_jobs, &error)) {
    bh_print_api_fail(change->call, error);
    return;
  }
  note(change, "printer-removed", get_body_text(change->call, "to"));
  bh_api_call_respond(change->call, 200, json_pack("{s:i}", "jobs", (int)n_jobs));
}

static gboolean
parse_jobs(const char *text, BhPrinterJobs *jobs)
{
  *jobs = BH_PRINTER_JOBS_ASK;
  if (g_strcmp0(text, "cancel") == 0)
    *jobs = BH_PRINTER_JOBS_CANCEL;
  else if (g_strcmp0(text, "move") == 0)
    *jobs = BH_PRINTER_JOBS_MOVE;
  return text == NULL || *jobs != BH_PRINTER_JOBS_ASK;
}

static void
on_remove(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const json_t *body = bh_api_call_get_body(call);
  const char *name = bh_api_call_get_text(call, "name", MAX_NAME_BYTES);
  const char *word = NULL, *to = NULL;
  g_autoptr(GError) error = NULL;
  BhPrinterJobs jobs;

  if (name == NULL)
    return;
  if (!bh_json_get_optional_text(body, "jobs", MAX_NAME_BYTES, &word, &error) ||
      !bh_json_get_optional_text(body, "to", MAX_NAME_BYTES, &to, &error))
    bh_api_call_fail(call, 400, "bad-request", error->message);
  else if (!parse_jobs(word, &jobs) || (jobs == BH_PRINTER_JOBS_MOVE) != (to != NULL))
    bh_api_call_fail(call, 400, "bad-request",
                     "“jobs” is “cancel”, or “move” with the printer they go to as “to”.");
  else
    bh_print_queue_remove_printer_async(state->queue, name, jobs, to, remove_cb,
                                        change_new(call, state));
}

/* --- the test print --- */

/* Letters and signs that show whether the printer's code pages are understood. */
static char *
make_test_text(const BhHubState *state, const char *label)
{
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *time = g_date_time_format(now, "%Y-%m-%d %H:%M");

  return g_strdup_printf("%s\n\n%s\n%s\n%s\n\nÄÖÜ äöü ß é è ñ ç € £ 0123456789\n%s\n",
                         state->hub_name, _("Test print"), label, time,
                         _("If you can read this, the printer works."));
}

static void
test_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Change) change = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *job_id = NULL;
  BhPrintState state;

  if (!bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, &state, &job_id, &error)) {
    bh_print_api_fail(change->call, error);
    return;
  }
  bh_print_desk_count(change->state->desk, BH_PATH_HTTP);
  note(change, "printer-tested", NULL);
  bh_api_call_respond(change->call, 201,
                      json_pack("{s:s, s:s, s:s}", "jobId", job_id, "deviceId",
                                change->state->hub_id, "state", bh_print_state_get_name(state)));
}

static void
on_test(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *name = bh_api_call_get_text(call, "name", MAX_NAME_BYTES);
  g_autofree char *label = name != NULL ? find_label(state, name) : NULL;
  const BhPrintSender sender = {.device_id = state->hub_id};
  g_autofree char *uuid = NULL;
  g_autofree char *job_id = NULL;
  g_autofree char *text = NULL;
  g_autoptr(json_t) job = NULL;

  if (name == NULL)
    return;
  if (label == NULL) {
    g_autofree char *words = g_strdup_printf(_("There is no printer “%s”."), name);

    bh_api_call_fail(call, 404, "unknown-printer", words);
    return;
  }
  uuid = g_uuid_string_random();
  job_id = g_strconcat("test-", uuid, NULL);
  text = make_test_text(state, label);
  job = json_pack("{s:s, s:s, s:{s:s}}", "jobId", job_id, "printer", name, "content", "text", text);
  bh_print_queue_submit_async(state->queue, &sender, job, test_cb, change_new(call, state));
}

void
bh_printer_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add(api, "GET", "/api/v1/printers", BH_ACTION_READ_STATUS, on_list, state);
  bh_api_add(api, "GET", "/api/v1/printers/found", BH_ACTION_MANAGE_DEVICES, on_find, state);
  bh_api_add(api, "POST", "/api/v1/printers/add", BH_ACTION_MANAGE_DEVICES, on_add, state);
  bh_api_add(api, "POST", "/api/v1/printers/rename", BH_ACTION_MANAGE_DEVICES, on_rename, state);
  bh_api_add(api, "POST", "/api/v1/printers/remove", BH_ACTION_MANAGE_DEVICES, on_remove, state);
  bh_api_add(api, "POST", "/api/v1/printers/test", BH_ACTION_MANAGE_DEVICES, on_test, state);
}
