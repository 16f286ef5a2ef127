/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "http-api.h"

#include "hub.h"

#define MAX_ID_BYTES 128
#define DEFAULT_JOBS 100
#define MAX_JOBS     1000
/* A job over HTTP that names no device. */
#define HTTP_DEVICE_ID "http"

/* A request that waits for the store, with what its answer needs. */
typedef struct {
  BhHttpApi *api;
  BhWebRequest *request;
} Pending;

static Pending *
pending_new(BhHttpApi *api, BhWebRequest *request)
{
  Pending *pending = g_new0(Pending, 1);

  pending->api = api;
  pending->request = request;
  return pending;
}

/* Until devices are paired, nobody but an open hub's own machine is anybody. */
static gboolean
refuse_strangers(BhHttpApi *api, BhWebRequest *request)
{
  if (api->open)
    return FALSE;
  bh_web_request_respond_problem(request, 401, "unauthorized", "This device is not paired.");
  return TRUE;
}

static void
respond_print_problem(BhWebRequest *request, const GError *error)
{
  guint status = 500;

  if (error->domain == BH_PRINT_ERROR) {
    switch ((BhPrintError)error->code) {
    case BH_PRINT_ERROR_BAD_JOB:
    case BH_PRINT_ERROR_BAD_ADDRESS:
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
      status = 409;
      break;
    case BH_PRINT_ERROR_FULL:
    case BH_PRINT_ERROR_FAILED:
    default:
      status = 503;
      break;
    }
  }
  bh_web_request_respond_problem(request, status, bh_print_desk_get_error_code(error),
                                 error->message);
}

/* --- health and counters --- */

static void
on_healthz(BhWebRequest *request, gpointer user_data)
{
  bh_web_request_respond_text(request, 200, "text/plain; charset=utf-8", "ok\n");
}

static json_t *
describe_paths(const guint64 *values)
{
  json_t *paths = json_object();

  for (guint i = 0; i < BH_N_PATHS; i++)
    json_object_set_new(paths, bh_path_get_name((BhPath)i), json_integer((json_int_t)values[i]));
  return paths;
}

static void
on_status(BhWebRequest *request, gpointer user_data)
{
  BhHttpApi *api = user_data;
  BhSignalingCounters signaling;
  BhEndpointCounters endpoint;
  guint64 prints[BH_N_PATHS];
  g_autoptr(json_t) status = NULL;

  if (refuse_strangers(api, request))
    return;
  bh_signaling_server_get_counters(api->signaling, &signaling);
  bh_endpoint_get_counters(api->endpoint, &endpoint);
  for (guint i = 0; i < BH_N_PATHS; i++)
    prints[i] = bh_print_desk_get_count(api->desk, (BhPath)i);

  status = json_pack(
      "{s:s, s:s, s:s, s:I, s:{s:I, s:I, s:I, s:I, s:I}, s:{s:I, s:I, s:I, s:I, s:o, s:o},"
      " s:{s:o, s:o}}",
      "id", api->hub_id, "version", BH_VERSION, "tenantId", api->tenant_id, "uptimeMs",
      (json_int_t)((g_get_monotonic_time() - api->started_us) / 1000), "signaling", "sessions",
      (json_int_t)signaling.sessions, "peers", (json_int_t)signaling.peers, "messages",
      (json_int_t)signaling.messages, "relayed", (json_int_t)signaling.relayed, "refused",
      (json_int_t)signaling.refused, "endpoint", "connections", (json_int_t)endpoint.connections,
      "channels", (json_int_t)endpoint.channels, "opened", (json_int_t)endpoint.opened, "failed",
      (json_int_t)endpoint.failed, "messages", describe_paths(endpoint.messages), "bytes",
      describe_paths(endpoint.bytes), "print", "byPath", describe_paths(prints), "printers",
      bh_print_queue_describe_printers(api->queue));
  bh_web_request_respond_json(request, 200, status);
}

static void
append_metric(GString *text, const char *name, const char *type, const char *help)
{
  g_string_append_printf(text, "# HELP bellhop_%s %s\n# TYPE bellhop_%s %s\n", name, help, name,
                         type);
}

static void
append_value(GString *text, const char *name, const char *type, const char *help, guint64 value)
{
  append_metric(text, name, type, help);
  g_string_append_printf(text, "bellhop_%s %" G_GUINT64_FORMAT "\n", name, value);
}

static void
append_paths(GString *text, const char *name, const char *help, const guint64 *values)
{
  append_metric(text, name, "counter", help);
  for (guint i = 0; i < BH_N_PATHS; i++)
    g_string_append_printf(text, "bellhop_%s{path=\"%s\"} %" G_GUINT64_FORMAT "\n", name,
                           bh_path_get_name((BhPath)i), values[i]);
}

static void
on_metrics(BhWebRequest *request, gpointer user_data)
{
  BhHttpApi *api = user_data;
  g_autoptr(GString) text = g_string_new(NULL);
  BhSignalingCounters signaling;
  BhEndpointCounters endpoint;
  guint64 prints[BH_N_PATHS];

  if (refuse_strangers(api, request))
    return;
  bh_signaling_server_get_counters(api->signaling, &signaling);
  bh_endpoint_get_counters(api->endpoint, &endpoint);
  for (guint i = 0; i < BH_N_PATHS; i++)
    prints[i] = bh_print_desk_get_count(api->desk, (BhPath)i);

  append_value(text, "uptime_seconds", "gauge", "Seconds since the hub started.",
               (guint64)(g_get_monotonic_time() - api->started_us) / G_USEC_PER_SEC);
  append_value(text, "signaling_sessions", "gauge", "Signaling connections.", signaling.sessions);
  append_value(text, "signaling_peers", "gauge", "Peers that have joined.", signaling.peers);
  append_value(text, "signaling_messages_total", "counter", "Signaling messages received.",
               signaling.messages);
  append_value(text, "signaling_relayed_total", "counter", "Signaling messages passed on.",
               signaling.relayed);
  append_value(text, "signaling_refused_total", "counter", "Signaling messages refused.",
               signaling.refused);
  append_value(text, "connections", "gauge", "WebRTC connections of the hub.",
               endpoint.connections);
  append_value(text, "channels", "gauge", "Open data channels of the hub.", endpoint.channels);
  append_value(text, "connections_opened_total", "counter", "WebRTC connections that came up.",
               endpoint.opened);
  append_value(text, "connections_failed_total", "counter",
               "WebRTC connections that failed or were lost.", endpoint.failed);
  append_paths(text, "messages_total", "Messages received.", endpoint.messages);
  append_paths(text, "message_bytes_total", "Bytes of messages received.", endpoint.bytes);
  append_paths(text, "print_jobs_total", "Print jobs accepted.", prints);
  bh_web_request_respond_text(request, 200, "text/plain; version=0.0.4; charset=utf-8", text->str);
}

/* --- printing --- */

static void
on_printers(BhWebRequest *request, gpointer user_data)
{
  BhHttpApi *api = user_data;
  g_autoptr(json_t) printers = NULL;

  if (refuse_strangers(api, request))
    return;
  printers = bh_print_queue_describe_printers(api->queue);
  bh_web_request_respond_json(request, 200, printers);
}

static void
respond_list(BhWebRequest *request, json_t *list, const GError *error)
{
  g_autoptr(json_t) owned = list;

  if (owned == NULL)
    respond_print_problem(request, error);
  else
    bh_web_request_respond_json(request, 200, owned);
}

static void
list_jobs_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Pending *pending = user_data;
  g_autoptr(GError) error = NULL;
  json_t *jobs = bh_print_queue_list_finish(BH_PRINT_QUEUE(source), result, &error);

  respond_list(pending->request, jobs, error);
}

static void
on_list_jobs(BhWebRequest *request, gpointer user_data)
{
  BhHttpApi *api = user_data;
  const char *text = bh_web_request_get_query(request, "limit");
  guint64 limit = DEFAULT_JOBS;

  if (refuse_strangers(api, request))
    return;
  if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 1, MAX_JOBS, &limit, NULL)) {
    bh_web_request_respond_problem(request, 400, "bad-request", "limit is 1 to 1000.");
    return;
  }
  bh_print_queue_list_async(api->queue, (guint)limit, list_jobs_cb, pending_new(api, request));
}

static void
list_paper_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Pending *pending = user_data;
  g_autoptr(GError) error = NULL;
  json_t *paper = bh_print_queue_list_paper_finish(BH_PRINT_QUEUE(source), result, &error);

  respond_list(pending->request, paper, error);
}

static void
on_paper(BhWebRequest *request, gpointer user_data)
{
  BhHttpApi *api = user_data;

  if (refuse_strangers(api, request))
    return;
  bh_print_queue_list_paper_async(api->queue, list_paper_cb, pending_new(api, request));
}

static void
submit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Pending *pending = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = NULL;
  g_autofree char *job_id = NULL;
  BhPrintState state;

  if (!bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, &state, &job_id, &error)) {
    respond_print_problem(pending->request, error);
    return;
  }
  bh_print_desk_count(pending->api->desk, BH_PATH_HTTP);
  answer = json_pack("{s:s, s:s}", "jobId", job_id, "state", bh_print_state_get_name(state));
  bh_web_request_respond_json(pending->request, 201, answer);
}

static void
on_submit(BhWebRequest *request, gpointer user_data)
{
  BhHttpApi *api = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) body = NULL;
  const char *device_id = NULL;

  if (refuse_strangers(api, request))
    return;
  body = bh_web_request_get_json(request, &error);
  if (body == NULL ||
      !bh_json_get_optional_text(body, "deviceId", MAX_ID_BYTES, &device_id, &error)) {
    bh_web_request_respond_problem(request, 400, "bad-request", error->message);
    return;
  }
  if (device_id == NULL || *device_id == '\0')
    device_id = HTTP_DEVICE_ID;
  bh_print_queue_submit_async(api->queue, device_id, json_object_get(body, "printJob"), submit_cb,
                              pending_new(api, request));
}

static void
reprint_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Pending *pending = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = NULL;

  if (!bh_print_queue_reprint_finish(BH_PRINT_QUEUE(source), result, &error)) {
    respond_print_problem(pending->request, error);
    return;
  }
  answer = json_pack("{s:s}", "state", bh_print_state_get_name(BH_PRINT_ACCEPTED));
  bh_web_request_respond_json(pending->request, 202, answer);
}

static void
on_reprint(BhWebRequest *request, gpointer user_data)
{
  BhHttpApi *api = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) body = NULL;
  const char *device_id, *job_id, *printer = NULL;

  if (refuse_strangers(api, request))
    return;
  body = bh_web_request_get_json(request, &error);
  device_id = body != NULL ? bh_json_get_text(body, "deviceId", MAX_ID_BYTES, &error) : NULL;
  job_id = device_id != NULL ? bh_json_get_text(body, "jobId", MAX_ID_BYTES, &error) : NULL;
  if (job_id == NULL ||
      !bh_json_get_optional_text(body, "printer", MAX_ID_BYTES, &printer, &error)) {
    bh_web_request_respond_problem(request, 400, "bad-request", error->message);
    return;
  }
  bh_print_queue_reprint_async(api->queue, device_id, job_id, printer, reprint_cb,
                               pending_new(api, request));
}

void
bh_http_api_mount(BhHttpApi *api, BhWebServer *server)
{
  bh_web_server_mount(server, "GET", "/healthz", on_healthz, api);
  bh_web_server_mount(server, "GET", "/metrics", on_metrics, api);
  bh_web_server_mount(server, "GET", "/api/v1/status", on_status, api);
  bh_web_server_mount(server, "GET", "/api/v1/printers", on_printers, api);
  bh_web_server_mount(server, "GET", "/api/v1/jobs", on_list_jobs, api);
  bh_web_server_mount(server, "POST", "/api/v1/jobs", on_submit, api);
  bh_web_server_mount(server, "POST", "/api/v1/jobs/reprint", on_reprint, api);
  bh_web_server_mount(server, "GET", "/api/v1/paper", on_paper, api);
}
