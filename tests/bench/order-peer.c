/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A native device with a replica of the property, over one WebRTC connection, for measurements: a
 * waiter's that sends orders, or a kitchen's that accepts each as soon as it has it. Whoever
 * started it does the signaling, by JSON lines.
 *
 *     order-peer staff|kitchen [FOLDER]     FOLDER: its replica is on the disk, else in memory
 *
 *   in   {type: "identity", deviceId, seed, hubKey, tenantId, membership}
 *        {type: "connect", peer: {deviceId, role, level}, offers}
 *        {type: "offer" | "answer", sdp}   {type: "candidate", candidate, ufrag?}
 *        {type: "close"}                   {type: "measure", line, orders}
 *   out  {type: "offer" | "answer", sdp}   {type: "candidate", candidate, mid, ufrag}
 *        {type: "open"}   {type: "measured"}, before it figures as all of this folder print them
 *
 * Ends with its standard input.
 */
#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#include "base64url.h"
#include "connection.h"
#include "figures.h"
#include "memory-backend.h"
#include "order-taker.h"
#include "replicator.h"
#include "sign-key.h"
#include "sqlite-backend.h"

static GMainLoop *loop;
static BhRole role;
static const char *folder;
static BhStore *store;
static BhSignKey *key;
static BhProperty *property;
static BhReplicator *replicator;
static BhReplicatorLink *replica_link;
static BhConnection *connection;
static BhDataChannel *channel;
static BhReplicatorPeer peer;
static BhCertificate *certificate;
static BenchOrderTaker *taker; /* (nullable): it measures */

static void
say(json_t *line)
{
  g_autofree char *text = bh_json_to_text(line);

  g_print("%s\n", text);
  json_decref(line);
}

static const char *
get_text(const json_t *line, const char *name)
{
  return json_string_value(json_object_get(line, name));
}

static void
on_committed(BhProperty *source, GPtrArray *operations, gpointer from, gpointer data)
{
  for (guint i = 0; i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];

    if (role == BH_ROLE_KITCHEN && g_str_equal(op->kind, "order.lines"))
      bench_order_accept(property, op);
    else if (taker != NULL && g_str_equal(op->kind, "line.state"))
      bench_order_taker_hear_accepted(taker, op);
  }
}

/* --- the link --- */

static gint64
get_now_ms(gpointer data)
{
  return g_get_monotonic_time() / 1000;
}

static gboolean
on_tick(gpointer data)
{
  bh_replicator_tick(replicator);
  return G_SOURCE_CONTINUE;
}

static gboolean
send(const json_t *message, gpointer data)
{
  g_autofree char *text = bh_json_to_text(message);
  g_autoptr(GError) error = NULL;

  if (!bh_data_channel_send(channel, text, strlen(text), TRUE, &error))
    bench_die("not sent: %s", error->message);
  return TRUE;
}

static void
on_message(BhDataChannel *source, GBytes *data, gboolean is_text, gpointer user_data)
{
  g_autoptr(json_t) message =
      bh_json_parse(g_bytes_get_data(data, NULL), g_bytes_get_size(data), NULL);
  const char *type = get_text(message, "type");

  if (replica_link == NULL || type == NULL)
    return;
  if (taker != NULL && g_str_equal(type, "ack"))
    bench_order_taker_hear_ack(taker, message);
  bh_replicator_receive(replicator, replica_link, message);
}

static void
on_open(BhDataChannel *source, gpointer data)
{
  replica_link = bh_replicator_add_link(replicator, &peer, send, NULL);
  say(json_pack("{s:s}", "type", "open"));
}

static void
watch(BhDataChannel *opened)
{
  g_set_object(&channel, opened);
  g_signal_connect(channel, "message", G_CALLBACK(on_message), NULL);
  g_signal_connect(channel, "open", G_CALLBACK(on_open), NULL);
}

static void
on_channel(BhConnection *source, BhDataChannel *opened, gpointer data)
{
  watch(opened);
  if (bh_data_channel_get_state(opened) == BH_DATA_CHANNEL_OPEN)
    on_open(opened, NULL);
}

static void
on_local_description(BhConnection *source, BhSdpType type, const char *sdp, gpointer data)
{
  say(json_pack("{s:s, s:s}", "type", type == BH_SDP_OFFER ? "offer" : "answer", "sdp", sdp));
}

static void
on_local_candidate(BhConnection *source, const char *candidate, const char *mid, const char *ufrag,
                   gpointer data)
{
  say(json_pack("{s:s, s:s?, s:s?, s:s?}", "type", "candidate", "candidate", candidate, "mid", mid,
                "ufrag", ufrag));
}

/* --- what it is told --- */

static void
load_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_property_load_finish(BH_PROPERTY(source), result, &error))
    bench_die("%s", error->message);
  *(gboolean *)data = TRUE;
}

static BhOperationBackend *
open_backend(void)
{
  g_autoptr(GError) error = NULL;

  if (folder == NULL)
    return BH_OPERATION_BACKEND(bh_memory_backend_new(TRUE));
  store = bh_store_open(folder, bh_property_migrations, bh_property_n_migrations, &error);
  if (store == NULL)
    bench_die("%s", error->message);
  return BH_OPERATION_BACKEND(bh_sqlite_backend_new(store));
}

static void
do_identity(const json_t *line)
{
  g_autoptr(BhOperationBackend) backend = open_backend();
  guint8 seed[BH_SIGN_KEY_BYTES];
  BhPropertyConfig config = {.tenant_id = get_text(line, "tenantId"),
                             .device_id = get_text(line, "deviceId"),
                             .role = role,
                             .level = folder != NULL ? BH_LEVEL_DEVICE : BH_LEVEL_NONE,
                             .signing = &bh_operation_signing_ed25519};
  g_autoptr(GError) error = NULL;
  gboolean is_loaded = FALSE;

  if (!bh_base64url_decode_exact(get_text(line, "seed"), seed, sizeof seed) ||
      !bh_base64url_decode_exact(get_text(line, "hubKey"), config.hub_key, sizeof config.hub_key))
    bench_die("these are no keys");
  config.key = key = bh_sign_key_new_from_seed(seed);
  property = bh_property_new(&config, backend);
  bh_property_load_async(property, load_cb, &is_loaded);
  while (!is_loaded)
    g_main_context_iteration(NULL, TRUE);
  if (!bh_property_add_member(property, json_object_get(line, "membership"), &error))
    bench_die("its membership: %s", error->message);
  g_signal_connect(property, "committed", G_CALLBACK(on_committed), NULL);
  replicator = bh_replicator_new(property, get_now_ms, NULL);
  g_timeout_add(50, on_tick, NULL);
}

static void
do_connect(const json_t *line)
{
  const BhConnectionConfig config = {.certificate = certificate,
                                     .loopback = TRUE,
                                     .max_message_bytes = 256 * 1024,
                                     .max_queued_bytes = 16 * 1024 * 1024,
                                     .max_channels = 16};
  const json_t *other = json_object_get(line, "peer");
  g_autoptr(GError) error = NULL;

  peer.device_id = g_strdup(get_text(other, "deviceId"));
  peer.role = bh_role_from_name(get_text(other, "role"));
  peer.level = bh_level_from_name(get_text(other, "level"));
  peer.trusted = peer.level == BH_LEVEL_HUB;
  connection = bh_connection_new(&config);
  g_signal_connect(connection, "local-description", G_CALLBACK(on_local_description), NULL);
  g_signal_connect(connection, "local-candidate", G_CALLBACK(on_local_candidate), NULL);
  g_signal_connect(connection, "channel", G_CALLBACK(on_channel), NULL);
  if (!json_is_true(json_object_get(line, "offers")))
    return;
  watch(bh_connection_create_channel(connection, "log", NULL, NULL));
  if (!bh_connection_create_offer(connection, &error))
    bench_die("no offer: %s", error->message);
}

static void
do_close(void)
{
  if (replica_link != NULL)
    bh_replicator_remove_link(replicator, g_steal_pointer(&replica_link));
  g_signal_handlers_disconnect_by_data(connection, NULL);
  bh_connection_close(connection);
  g_clear_object(&channel);
  g_clear_object(&connection);
  g_free((char *)peer.device_id);
}

static void
on_measured(BenchOrderTaker *measured)
{
  bench_order_taker_free(g_steal_pointer(&taker));
  say(json_pack("{s:s}", "type", "measured"));
}

static void
do_measure(const json_t *line)
{
  taker = bench_order_taker_new(property, get_text(line, "line"),
                                (guint)json_integer_value(json_object_get(line, "orders")),
                                on_measured);
}

static void
do_line(const json_t *line)
{
  const char *type = get_text(line, "type");
  const char *sdp = get_text(line, "sdp");
  g_autoptr(GError) error = NULL;

  if (g_str_equal(type, "identity"))
    do_identity(line);
  else if (g_str_equal(type, "connect"))
    do_connect(line);
  else if (g_str_equal(type, "close"))
    do_close();
  else if (g_str_equal(type, "measure"))
    do_measure(line);
  else if (g_str_equal(type, "candidate"))
    bh_connection_add_remote_candidate(connection, get_text(line, "candidate"),
                                       get_text(line, "ufrag"), NULL);
  else if (!bh_connection_set_remote_description(
               connection, g_str_equal(type, "offer") ? BH_SDP_OFFER : BH_SDP_ANSWER, sdp, &error))
    bench_die("the %s: %s", type, error->message);
}

static void
read_line_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  gsize length;
  g_autofree char *text =
      g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, &length, NULL);
  g_autoptr(json_t) line = NULL;

  if (text == NULL) {
    g_main_loop_quit(loop);
    return;
  }
  line = bh_json_parse(text, length, NULL);
  if (line == NULL || get_text(line, "type") == NULL)
    bench_die("not understood: %s", text);
  do_line(line);
  g_data_input_stream_read_line_async(G_DATA_INPUT_STREAM(source), G_PRIORITY_DEFAULT, NULL,
                                      read_line_cb, NULL);
}

int
main(int argc, char *argv[])
{
  g_autoptr(GInputStream) input = g_unix_input_stream_new(STDIN_FILENO, FALSE);
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new(input);
  g_autoptr(GError) error = NULL;

  role = argc > 1 ? bh_role_from_name(argv[1]) : BH_ROLE_NONE;
  if (role != BH_ROLE_STAFF && role != BH_ROLE_KITCHEN)
    bench_die("order-peer staff|kitchen [FOLDER]");
  folder = argc > 2 ? argv[2] : NULL;
  certificate = bh_certificate_new(&error);
  if (certificate == NULL)
    bench_die("%s", error->message);
  loop = g_main_loop_new(NULL, FALSE);
  g_data_input_stream_read_line_async(lines, G_PRIORITY_DEFAULT, NULL, read_line_cb, NULL);
  g_main_loop_run(loop);
  if (store != NULL)
    bh_store_close(store);
  return 0;
}
