/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages from the offerer, beside those of WiredPeer: "close {peer}" frees one, "usage" is
 * answered with this process's memory and CPU time. It tells "open {peer, ms}" when a channel came.
 */
#include "answerer.h"

#include <string.h>

#include "figures.h"
#include "wired-peer.h"

static GHashTable *peers; /* number -> WiredPeer (owned) */

static void
send_or_die(BhDataChannel *channel, const void *data, gsize length, gboolean is_text)
{
  g_autoptr(GError) error = NULL;
  if (!bh_data_channel_send(channel, data, length, is_text, &error))
    bench_die("Sending: %s", error->message);
}

static void
on_echo_message(BhDataChannel *channel, GBytes *data, gboolean is_text, gpointer user_data)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data(data, &length);
  send_or_die(channel, bytes, length, is_text);
}

static void
on_sink_message(BhDataChannel *channel, GBytes *data, gboolean is_text, gpointer user_data)
{
  if (is_text)
    send_or_die(channel, "done", strlen("done"), TRUE);
}

static void
on_channel(BhConnection *connection, BhDataChannel *channel, gpointer user_data)
{
  WiredPeer *peer = user_data;
  gboolean is_sink = g_str_equal(bh_data_channel_get_label(channel), "sink");
  g_signal_connect(channel, "message",
                   is_sink ? G_CALLBACK(on_sink_message) : G_CALLBACK(on_echo_message), peer);
  bench_partner_send(peer->partner,
                     json_pack("{s:s, s:i, s:f}", "type", "open", "peer", (int)peer->number, "ms",
                               wired_peer_get_elapsed_ms(peer)));
}

static WiredPeer *
get_peer(BenchPartner *parent, guint number)
{
  WiredPeer *peer = g_hash_table_lookup(peers, GUINT_TO_POINTER(number));
  if (peer == NULL) {
    peer = wired_peer_new(parent, number);
    g_signal_connect(peer->connection, "channel", G_CALLBACK(on_channel), peer);
    g_hash_table_insert(peers, GUINT_TO_POINTER(number), peer);
  }
  return peer;
}

static void
on_parent_message(BenchPartner *parent, json_t *message, gpointer user_data)
{
  const char *type = json_string_value(json_object_get(message, "type"));
  guint number = (guint)json_integer_value(json_object_get(message, "peer"));

  if (g_str_equal(type, "usage")) {
    BenchUsage usage = bench_usage_now();
    bench_partner_send(parent, json_pack("{s:s, s:I, s:f}", "type", "usage", "kib",
                                         (json_int_t)usage.resident_kib, "cpu_ms", usage.cpu_ms));
  } else if (g_str_equal(type, "close")) {
    g_hash_table_remove(peers, GUINT_TO_POINTER(number));
  } else {
    wired_peer_take(get_peer(parent, number), message);
  }
}

void
answerer_run(BenchPartner *parent)
{
  peers = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)wired_peer_free);
  bench_partner_set_receiver(parent, on_parent_message, NULL);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_main_loop_run(loop);
}
