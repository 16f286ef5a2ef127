/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections without a hub, driven by JSON lines, for tests and measurements against other
 * implementations. Every line names a connection by `id`; an unknown one is made.
 *
 *   in   {id, type: "create-offer"}           {id, type: "offer" | "answer", sdp}
 *        {id, type: "candidate", candidate, ufrag?}   {id, type: "restart"}   {id, type: "close"}
 *        {id, type: "channel", label, unordered?, maxRetransmits?, maxPacketLifeTime?}
 *        {id, type: "send", label, text | size, count?}   {id, type: "close-channel", label}
 *        {id, type: "counters"}
 *   out  {id, type: "offer" | "answer", sdp}  {id, type: "candidate", candidate, mid, ufrag}
 *        {id, type: "state", state}           {id, type: "error", message}
 *        {id, type: "channel" | "open" | "closed", label}
 *        {id, type: "message", label, size, text?}    {id, type: "counters", ...}
 *
 * A channel labelled `echo` returns what comes; `sink` counts bytes and answers the text `end` with
 * `done N`. Ends with its standard input.
 */
#include "connection.h"
#include "json-text.h"

#include <gio/gunixinputstream.h>
#include <string.h>
#include <unistd.h>

#define MAX_SHOWN_BYTES 1024 /* of a text message in a line of output */

typedef struct {
  gint64 id;
  BhConnection *connection;
  GHashTable *channels; /* label -> BhDataChannel */
  guint64 sunk_bytes;
} Peer;

typedef struct {
  Peer *peer;
  BhDataChannel *channel;
  GBytes *block;
  guint left;
} Burst;

static GMainLoop *loop;
static GHashTable *peers;
static BhCertificate *certificate;

static void
say(Peer *peer, json_t *line)
{
  g_autofree char *text = NULL;

  json_object_set_new(line, "id", json_integer(peer->id));
  text = bh_json_to_text(line);
  g_print("%s\n", text);
  json_decref(line);
}

static void
say_error(Peer *peer, const GError *error)
{
  say(peer, json_pack("{s:s, s:s}", "type", "error", "message", error->message));
}

static void
say_channel(Peer *peer, const char *type, BhDataChannel *channel)
{
  say(peer, json_pack("{s:s, s:s}", "type", type, "label", bh_data_channel_get_label(channel)));
}

static void
sink(Peer *peer, BhDataChannel *channel, GBytes *data, gboolean is_text)
{
  gsize size = g_bytes_get_size(data);

  if (is_text && size == 3 && memcmp(g_bytes_get_data(data, NULL), "end", 3) == 0) {
    g_autofree char *done = g_strdup_printf("done %" G_GUINT64_FORMAT, peer->sunk_bytes);

    bh_data_channel_send(channel, done, strlen(done), TRUE, NULL);
    peer->sunk_bytes = 0;
  } else {
    peer->sunk_bytes += size;
  }
}

static void
on_message(BhDataChannel *channel, GBytes *data, gboolean is_text, Peer *peer)
{
  const char *label = bh_data_channel_get_label(channel);
  gsize size = g_bytes_get_size(data);
  g_autoptr(json_t) line = NULL;

  if (strcmp(label, "sink") == 0) {
    sink(peer, channel, data, is_text);
    return;
  }
  if (strcmp(label, "echo") == 0) {
    g_autoptr(GError) error = NULL;

    if (!bh_data_channel_send(channel, g_bytes_get_data(data, NULL), size, is_text, &error))
      say_error(peer, error);
    return;
  }
  line = json_pack("{s:s, s:s, s:I}", "type", "message", "label", label, "size", (json_int_t)size);
  if (is_text && size <= MAX_SHOWN_BYTES)
    json_object_set_new(line, "text", json_stringn(g_bytes_get_data(data, NULL), size));
  say(peer, g_steal_pointer(&line));
}

static void
on_open(BhDataChannel *channel, Peer *peer)
{
  say_channel(peer, "open", channel);
}

static void
on_closed(BhDataChannel *channel, Peer *peer)
{
  const char *label = bh_data_channel_get_label(channel);

  say_channel(peer, "closed", channel);
  if (g_hash_table_lookup(peer->channels, label) == channel)
    g_hash_table_remove(peer->channels, label);
}

static void
watch(Peer *peer, BhDataChannel *channel)
{
  g_signal_connect(channel, "message", G_CALLBACK(on_message), peer);
  g_signal_connect(channel, "open", G_CALLBACK(on_open), peer);
  g_signal_connect(channel, "closed", G_CALLBACK(on_closed), peer);
  g_hash_table_replace(peer->channels, g_strdup(bh_data_channel_get_label(channel)),
                       g_object_ref(channel));
}

static void
on_channel(BhConnection *connection, BhDataChannel *channel, Peer *peer)
{
  watch(peer, channel);
  say_channel(peer, "channel", channel);
}

static void
on_local_description(BhConnection *connection, BhSdpType type, const char *sdp, Peer *peer)
{
  say(peer, json_pack("{s:s, s:s}", "type", type == BH_SDP_OFFER ? "offer" : "answer", "sdp", sdp));
}

static void
on_local_candidate(BhConnection *connection, const char *candidate, const char *mid,
                   const char *ufrag, Peer *peer)
{
  say(peer, json_pack("{s:s, s:s?, s:s?, s:s?}", "type", "candidate", "candidate", candidate, "mid",
                      mid, "ufrag", ufrag));
}

static void
on_state_changed(BhConnection *connection, BhConnectionState state, Peer *peer)
{
  static const char *const names[] = {"new",          "connecting", "connected",
                                      "disconnected", "failed",     "closed"};
  const GError *error = bh_connection_get_error(connection);

  say(peer, json_pack("{s:s, s:s, s:s?}", "type", "state", "state", names[state], "reason",
                      error != NULL ? error->message : NULL));
}

static void
peer_free(gpointer data)
{
  Peer *peer = data;
  GHashTableIter iter;
  gpointer channel;

  g_signal_handlers_disconnect_by_data(peer->connection, peer);
  g_hash_table_iter_init(&iter, peer->channels);
  while (g_hash_table_iter_next(&iter, NULL, &channel))
    g_signal_handlers_disconnect_by_data(channel, peer);
  bh_connection_close(peer->connection);
  g_object_unref(peer->connection);
  g_hash_table_unref(peer->channels);
  g_free(peer);
}

static Peer *
get_peer(gint64 id)
{
  BhConnectionConfig config = {.certificate = certificate,
                               .loopback = TRUE,
                               .max_message_bytes = 262144,
                               .max_queued_bytes = 16 << 20,
                               .max_channels = 128};
  Peer *peer = g_hash_table_lookup(peers, &id);

  if (peer != NULL)
    return peer;
  peer = g_new0(Peer, 1);
  peer->id = id;
  peer->connection = bh_connection_new(&config);
  peer->channels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
  g_signal_connect(peer->connection, "local-description", G_CALLBACK(on_local_description), peer);
  g_signal_connect(peer->connection, "local-candidate", G_CALLBACK(on_local_candidate), peer);
  g_signal_connect(peer->connection, "state-changed", G_CALLBACK(on_state_changed), peer);
  g_signal_connect(peer->connection, "channel", G_CALLBACK(on_channel), peer);
  g_hash_table_insert(peers, &peer->id, peer);
  return peer;
}

static void
burst_free(gpointer data)
{
  Burst *burst = data;

  g_object_unref(burst->channel);
  g_bytes_unref(burst->block);
  g_free(burst);
}

/* Sends until the queue is full; goes on when it is low. */
static void
on_low(BhDataChannel *channel, Burst *burst)
{
  gsize size;
  gconstpointer data = g_bytes_get_data(burst->block, &size);

  while (burst->left > 0 && bh_data_channel_get_buffered_amount(channel) < (4 << 20)) {
    g_autoptr(GError) error = NULL;

    if (!bh_data_channel_send(channel, data, size, FALSE, &error)) {
      say_error(burst->peer, error);
      burst->left = 0;
      break;
    }
    burst->left--;
  }
  if (burst->left == 0) {
    g_signal_handlers_disconnect_by_data(channel, burst);
    burst_free(burst);
  }
}

static void
send_burst(Peer *peer, BhDataChannel *channel, gint64 size, gint64 count)
{
  Burst *burst = g_new0(Burst, 1);

  burst->peer = peer;
  burst->channel = g_object_ref(channel);
  burst->block = g_bytes_new_take(g_malloc0((gsize)size + 1), (gsize)size);
  burst->left = (guint)count;
  bh_data_channel_set_buffered_amount_low_threshold(channel, 1 << 20);
  g_signal_connect(channel, "buffered-amount-low", G_CALLBACK(on_low), burst);
  on_low(channel, burst);
}

static gboolean
do_send(Peer *peer, json_t *line, BhDataChannel *channel, GError **error)
{
  const char *text = NULL;
  gint64 size = 0, count = 1;

  if (!bh_json_get_optional_text(line, "text", 65536, &text, error) ||
      !bh_json_get_optional_integer(line, "size", 0, 16 << 20, &size, error) ||
      !bh_json_get_optional_integer(line, "count", 0, G_MAXINT32, &count, error))
    return FALSE;
  if (text != NULL)
    return bh_data_channel_send(channel, text, strlen(text), TRUE, error);
  send_burst(peer, channel, size, count);
  return TRUE;
}

static gboolean
do_channel(Peer *peer, json_t *line, const char *label, GError **error)
{
  gint64 retransmits = -1, lifetime = -1;
  BhDataChannelOptions options = BH_DATA_CHANNEL_RELIABLE;
  g_autoptr(BhDataChannel) channel = NULL;

  if (!bh_json_get_optional_integer(line, "maxRetransmits", 0, 65535, &retransmits, error) ||
      !bh_json_get_optional_integer(line, "maxPacketLifeTime", 0, 65535, &lifetime, error))
    return FALSE;
  options.unordered = json_is_true(json_object_get(line, "unordered"));
  options.max_retransmits = (gint)retransmits;
  options.max_packet_lifetime_ms = (gint)lifetime;
  channel = bh_connection_create_channel(peer->connection, label, &options, error);
  if (channel == NULL)
    return FALSE;
  watch(peer, channel);
  return TRUE;
}

static gboolean
do_on_channel(Peer *peer, json_t *line, const char *type, GError **error)
{
  const char *label = bh_json_get_text(line, "label", 1024, error);
  BhDataChannel *channel;

  if (label == NULL)
    return FALSE;
  if (strcmp(type, "channel") == 0)
    return do_channel(peer, line, label, error);
  channel = g_hash_table_lookup(peer->channels, label);
  if (channel == NULL) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no such channel");
    return FALSE;
  }
  if (strcmp(type, "send") == 0)
    return do_send(peer, line, channel, error);
  bh_data_channel_close(channel);
  return TRUE;
}

static gboolean
do_describe(Peer *peer, json_t *line, BhSdpType type, GError **error)
{
  const char *sdp = bh_json_get_text(line, "sdp", 65536, error);

  return sdp != NULL && bh_connection_set_remote_description(peer->connection, type, sdp, error);
}

static gboolean
do_candidate(Peer *peer, json_t *line, GError **error)
{
  const char *candidate, *ufrag;

  return bh_json_get_optional_text(line, "candidate", 1024, &candidate, error) &&
         bh_json_get_optional_text(line, "ufrag", 256, &ufrag, error) &&
         bh_connection_add_remote_candidate(peer->connection, candidate, ufrag, error);
}

static void
do_counters(Peer *peer)
{
  BhConnectionCounters c;

  bh_connection_get_counters(peer->connection, &c);
  say(peer,
      json_pack("{s:s, s:I, s:I, s:I, s:I}", "type", "counters", "messagesSent",
                (json_int_t)c.messages_sent, "messagesReceived", (json_int_t)c.messages_received,
                "datagramsSent", (json_int_t)c.datagrams_sent, "datagramsReceived",
                (json_int_t)c.datagrams_received));
}

static gboolean
do_line(Peer *peer, json_t *line, const char *type, GError **error)
{
  if (strcmp(type, "create-offer") == 0)
    return bh_connection_create_offer(peer->connection, error);
  if (strcmp(type, "offer") == 0)
    return do_describe(peer, line, BH_SDP_OFFER, error);
  if (strcmp(type, "answer") == 0)
    return do_describe(peer, line, BH_SDP_ANSWER, error);
  if (strcmp(type, "candidate") == 0)
    return do_candidate(peer, line, error);
  if (strcmp(type, "restart") == 0)
    return bh_connection_restart_ice(peer->connection, error);
  if (strcmp(type, "counters") == 0)
    do_counters(peer);
  else if (strcmp(type, "close") == 0)
    bh_connection_close(peer->connection);
  else
    return do_on_channel(peer, line, type, error);
  return TRUE;
}

static void
read_line_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  gsize length;
  g_autofree char *text =
      g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, &length, &error);
  g_autoptr(json_t) line = NULL;
  const char *type;
  gint64 id = 0;

  if (text == NULL) {
    g_main_loop_quit(loop);
    return;
  }
  line = bh_json_parse(text, length, &error);
  if (line == NULL || !bh_json_get_optional_integer(line, "id", 0, G_MAXINT64, &id, &error) ||
      (type = bh_json_get_text(line, "type", 32, &error)) == NULL)
    g_printerr("%s\n", error->message);
  else if (!do_line(get_peer(id), line, type, &error))
    say_error(get_peer(id), error);
  g_data_input_stream_read_line_async(G_DATA_INPUT_STREAM(source), G_PRIORITY_DEFAULT, NULL,
                                      read_line_cb, NULL);
}

int
main(void)
{
  g_autoptr(GInputStream) input = g_unix_input_stream_new(STDIN_FILENO, FALSE);
  g_autoptr(GDataInputStream) lines = g_data_input_stream_new(input);
  g_autoptr(GError) error = NULL;

  certificate = bh_certificate_new(&error);
  if (certificate == NULL) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  peers = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, peer_free);
  loop = g_main_loop_new(NULL, FALSE);
  g_data_input_stream_read_line_async(lines, G_PRIORITY_DEFAULT, NULL, read_line_cb, NULL);
  g_main_loop_run(loop);
  g_hash_table_unref(peers);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_main_loop_unref(loop);
  bh_certificate_unref(certificate);
  return 0;
}
