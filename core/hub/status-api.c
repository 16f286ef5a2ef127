/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "status-api.h"

#include "base64url.h"
#include "sign-key.h"

static void
on_healthz(BhApiCall *call, gpointer user_data)
{
  bh_api_call_respond_text(call, "text/plain; charset=utf-8", "ok\n");
}

static void
on_hello(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  json_t *hello = bh_house_links_describe(state->links);
  guint8 fingerprint[BH_SIGN_KEY_FINGERPRINT_BYTES];
  g_autofree char *key = NULL;

  bh_sign_key_fingerprint(bh_sign_key_get_public(state->key), fingerprint);
  key = bh_base64url_encode(fingerprint, sizeof fingerprint);
  json_object_set_new(hello, "tenantId", json_string(state->tenant_id));
  json_object_set_new(hello, "name", json_string(state->hub_name));
  json_object_set_new(hello, "version", json_string(BH_VERSION));
  json_object_set_new(hello, "open", json_boolean(state->open));
  json_object_set_new(hello, "hubKey", json_string(key));
  bh_api_call_respond(call, 200, hello);
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
on_status(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  BhSignalingCounters signaling;
  BhEndpointCounters endpoint;
  guint64 prints[BH_N_PATHS];
  gint round_trip_ms;
  json_t *status;

  bh_signaling_server_get_counters(state->signaling, &signaling);
  bh_endpoint_get_counters(state->endpoint, &endpoint);
  for (guint i = 0; i < BH_N_PATHS; i++)
    prints[i] = bh_print_desk_get_count(state->desk, (BhPath)i);

  status = json_pack(
      "{s:s, s:s, s:s, s:I, s:{s:I, s:I, s:I, s:I, s:I}, s:{s:I, s:I, s:I, s:I, s:o, s:o},"
      " s:{s:o, s:o, s:I}}",
      "id", state->hub_id, "version", BH_VERSION, "tenantId", state->tenant_id, "uptimeMs",
      (json_int_t)((g_get_monotonic_time() - state->started_us) / 1000), "signaling", "sessions",
      (json_int_t)signaling.sessions, "peers", (json_int_t)signaling.peers, "messages",
      (json_int_t)signaling.messages, "relayed", (json_int_t)signaling.relayed, "refused",
      (json_int_t)signaling.refused, "endpoint", "connections", (json_int_t)endpoint.connections,
      "channels", (json_int_t)endpoint.channels, "opened", (json_int_t)endpoint.opened, "failed",
      (json_int_t)endpoint.failed, "messages", describe_paths(endpoint.messages), "bytes",
      describe_paths(endpoint.bytes), "print", "byPath", describe_paths(prints), "printers",
      bh_print_queue_describe_printers(state->queue, FALSE), "uncertain",
      (json_int_t)bh_print_doubts_get_count(state->doubts));
  round_trip_ms = bh_endpoint_get_round_trip_ms(state->endpoint);
  json_object_set_new(json_object_get(status, "endpoint"), "roundTripMs",
                      round_trip_ms >= 0 ? json_integer(round_trip_ms) : json_null());
  json_object_set_new(status, "cloud",
                      state->cloud != NULL ? bh_cloud_desk_describe(state->cloud) : json_null());
  json_object_set_new(status, "log", bh_hub_log_describe(state->log));
  json_object_set_new(status, "discovery", bh_discovery_desk_describe(state->discovery));
  json_object_set_new(status, "alerts", json_integer(bh_alert_desk_get_count(state->alerts)));
  bh_api_call_respond(call, 200, status);
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
append_ways(GString *text, const char *name, const char *help, const guint64 *values)
{
  append_metric(text, name, "counter", help);
  for (guint i = 0; i < BH_N_LOG_WAYS; i++)
    g_string_append_printf(text, "bellhop_%s{path=\"%s\"} %" G_GUINT64_FORMAT "\n", name,
                           bh_log_way_get_name((BhLogWay)i), values[i]);
}

/* Of the log, as its description has them. */
static const struct {
  const char *member;
  const char *name, *type, *help;
} log_metrics[] = {
    {"stored", "log_operations", "gauge", "Operations in the log."},
    {"logs", "log_logs", "gauge", "Logs that operations are in."},
    {"records", "log_records", "gauge", "Records in memory."},
    {"aside", "log_aside_operations", "gauge", "Operations set aside by their content."},
    {"conflicts", "log_conflicts", "gauge", "Identities of operations used more than once."},
    {"waiting", "log_waiting_operations", "gauge", "Operations that wait for earlier ones."},
    {"replicas", "log_replicas", "gauge", "Devices that replicate now."},
    {"followers", "log_followers", "gauge", "Views that are followed now."},
    {"missing", "log_lag_operations", "gauge",
     "Operations that replicas present have not confirmed."},
    {"sent", "log_operations_sent_total", "counter", "Operations sent to replicas."},
    {"refused", "log_operations_refused_total", "counter", "Operations refused."},
};

static void
append_log(GString *text, const BhHubState *state)
{
  g_autoptr(json_t) described = bh_hub_log_describe(state->log);
  char share[G_ASCII_DTOSTR_BUF_SIZE];

  append_ways(text, "operations_total", "New operations received, by the way they came.",
              state->log_counts->operations);
  append_ways(text, "operation_bytes_total", "Bytes of new operations received.",
              state->log_counts->bytes);
  append_metric(text, "local_share", "gauge", "Share of operations that stayed on the property.");
  g_string_append_printf(text, "bellhop_local_share %s\n",
                         g_ascii_formatd(share, sizeof share, "%.6f",
                                         bh_log_counts_get_local_share(state->log_counts)));
  for (gsize i = 0; i < G_N_ELEMENTS(log_metrics); i++)
    append_value(text, log_metrics[i].name, log_metrics[i].type, log_metrics[i].help,
                 (guint64)json_integer_value(json_object_get(described, log_metrics[i].member)));
}

static void
on_metrics(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(GString) text = g_string_new(NULL);
  BhSignalingCounters signaling;
  BhEndpointCounters endpoint;
  guint64 prints[BH_N_PATHS];

  bh_signaling_server_get_counters(state->signaling, &signaling);
  bh_endpoint_get_counters(state->endpoint, &endpoint);
  for (guint i = 0; i < BH_N_PATHS; i++)
    prints[i] = bh_print_desk_get_count(state->desk, (BhPath)i);

  append_value(text, "uptime_seconds", "gauge", "Seconds since the hub started.",
               (guint64)(g_get_monotonic_time() - state->started_us) / G_USEC_PER_SEC);
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
  append_value(text, "alerts", "gauge", "Alerts that nobody has put away.",
               bh_alert_desk_get_count(state->alerts));
  append_log(text, state);
  bh_api_call_respond_text(call, "text/plain; version=0.0.4; charset=utf-8", text->str);
}

void
bh_status_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add_public(api, "GET", "/healthz", on_healthz, state);
  bh_api_add_public(api, "GET", "/api/v1/hello", on_hello, state);
  bh_api_add(api, "GET", "/api/v1/status", BH_ACTION_READ_STATUS, on_status, state);
  bh_api_add(api, "GET", "/metrics", BH_ACTION_READ_STATUS, on_metrics, state);
}
