/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-channel: what a data channel of core/peer costs, between two processes on this machine.
 * This process offers, the forked one (answerer.c) answers; signaling is a socket pair.
 *
 *   bench-channel [open] [ping] [stream] [held]      all of them when none is named
 *   bench-channel loopback     opens with loopback candidates too, as a hub on 127.0.0.1 has them
 *
 * rivals/channel.mjs measures the same of other implementations, bench-floor.c what lies below all
 * of them.
 */
#include <stdlib.h>
#include <string.h>

#include "answerer.h"
#include "figures.h"
#include "partner.h"
#include "wired-peer.h"

#define WHO "bellhop"

#define OPENS                100 /* in sequence, each closed before the next */
#define OPEN_WARM_UP         5
#define PEERS_HELD           100
#define IDLE_SECONDS         5
#define PINGS                10000
#define PING_WARM_UP         2000
#define PING_BYTES           100
#define STREAM_SECONDS       1.5
#define STREAM_WARM_UP       0.5
#define STREAM_BESIDE_BYTES  (16 * 1024)
#define STREAM_HIGH_BYTES    (1024 * 1024) /* stop above it, go on below the low mark */
#define STREAM_LOW_BYTES     (256 * 1024)
#define STEP_TIMEOUT_SECONDS 30
/* Between echoes on one connection while another streams. */
#define BESIDE_INTERVAL_MS 2

typedef struct {
  BenchPartner *partner;
  GHashTable *peers; /* number -> WiredPeer (owned) */
  guint last_number;

  gboolean answerer_open; /* of the latest peer */
  double answerer_open_ms;
  gboolean usage_is_there;
  BenchUsage answerer_usage;
} Bench;

/* One channel at a time is measured. */
typedef struct {
  BhDataChannel *channel;
  gboolean is_open, is_done;

  guint pings_left, warm_up_left;
  gint64 ping_us;
  BenchSamples pings;

  gsize message_bytes;
  guint8 *message;
  gint64 stream_end_us;
  guint64 streamed_bytes;
} Run;

static gboolean
on_step_timeout(gpointer user_data)
{
  bench_die("Nothing moved for %d s, waiting for: %s.", STEP_TIMEOUT_SECONDS,
            (const char *)user_data);
}

/* Runs the loop until *@done; @what names it if it never comes. */
static void
wait_for(const gboolean *done, const char *what)
{
  guint timeout =
      g_timeout_add_seconds(STEP_TIMEOUT_SECONDS, on_step_timeout, (gpointer)(guintptr)what);
  while (!*done)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(timeout);
}

static gboolean
on_pause_over(gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
pause_ms(guint ms)
{
  gboolean over = FALSE;
  g_timeout_add(ms, on_pause_over, &over);
  wait_for(&over, "a pause");
}

static void
on_partner_message(BenchPartner *partner, json_t *message, gpointer user_data)
{
  Bench *bench = user_data;
  const char *type = json_string_value(json_object_get(message, "type"));
  guint number = (guint)json_integer_value(json_object_get(message, "peer"));

  if (g_str_equal(type, "usage")) {
    bench->answerer_usage.resident_kib = (gsize)json_integer_value(json_object_get(message, "kib"));
    bench->answerer_usage.cpu_ms = json_real_value(json_object_get(message, "cpu_ms"));
    bench->usage_is_there = TRUE;
  } else if (g_str_equal(type, "open")) {
    if (number == bench->last_number) {
      bench->answerer_open = TRUE;
      bench->answerer_open_ms = json_real_value(json_object_get(message, "ms"));
    }
  } else {
    WiredPeer *peer = g_hash_table_lookup(bench->peers, GUINT_TO_POINTER(number));
    if (peer != NULL) /* late candidates of a closed one */
      wired_peer_take(peer, message);
  }
}

static BenchUsage
ask_usage(Bench *bench)
{
  bench->usage_is_there = FALSE;
  bench_partner_send(bench->partner, json_pack("{s:s}", "type", "usage"));
  wait_for(&bench->usage_is_there, "the answerer's usage");
  return bench->answerer_usage;
}

static void
on_open(BhDataChannel *channel, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

/* Offers, and returns with the channel open; @ms is how long that took on this side. */
static WiredPeer *
connect_peer(Bench *bench, const char *label, BhDataChannel **channel, double *ms)
{
  g_autoptr(GError) error = NULL;
  gboolean is_open = FALSE;

  WiredPeer *peer = wired_peer_new(bench->partner, ++bench->last_number);
  g_hash_table_insert(bench->peers, GUINT_TO_POINTER(peer->number), peer);
  bench->answerer_open = FALSE;
  *channel = bh_connection_create_channel(peer->connection, label, NULL, &error);
  if (*channel == NULL)
    bench_die("%s", error->message);
  gulong handler = g_signal_connect(*channel, "open", G_CALLBACK(on_open), &is_open);
  if (!bh_connection_create_offer(peer->connection, &error))
    bench_die("%s", error->message);
  wait_for(&is_open, "a channel to open");
  *ms = wired_peer_get_elapsed_ms(peer);
  g_signal_handler_disconnect(*channel, handler);
  wait_for(&bench->answerer_open, "the answerer's channel");
  return peer;
}

static void
disconnect_peer(Bench *bench, WiredPeer *peer)
{
  bench_partner_send(bench->partner,
                     json_pack("{s:s, s:i}", "type", "close", "peer", (int)peer->number));
  g_hash_table_remove(bench->peers, GUINT_TO_POINTER(peer->number));
}

static void
measure_opens(Bench *bench, const char *offerer_line, const char *answerer_line)
{
  BenchSamples offerer, answerer;
  bench_samples_init(&offerer);
  bench_samples_init(&answerer);

  for (guint i = 0; i < OPEN_WARM_UP + OPENS; i++) {
    double ms;
    g_autoptr(BhDataChannel) channel = NULL;
    WiredPeer *peer = connect_peer(bench, "echo", &channel, &ms);
    disconnect_peer(bench, peer);
    if (i < OPEN_WARM_UP)
      continue;
    bench_samples_add(&offerer, ms);
    bench_samples_add(&answerer, bench->answerer_open_ms);
  }
  bench_figure_print_percentiles(offerer_line, WHO, "ms", &offerer);
  bench_figure_print_percentiles(answerer_line, WHO, "ms", &answerer);
  bench_samples_clear(&offerer);
  bench_samples_clear(&answerer);
}

static void
send_or_die(BhDataChannel *channel, const void *data, gsize length, gboolean is_text)
{
  g_autoptr(GError) error = NULL;
  if (!bh_data_channel_send(channel, data, length, is_text, &error))
    bench_die("Sending: %s", error->message);
}

static void
send_ping(Run *run)
{
  static const guint8 bytes[PING_BYTES];
  run->ping_us = g_get_monotonic_time();
  send_or_die(run->channel, bytes, sizeof bytes, FALSE);
}

static void
on_pong(BhDataChannel *channel, GBytes *data, gboolean is_text, gpointer user_data)
{
  Run *run = user_data;
  if (g_bytes_get_size(data) != PING_BYTES)
    bench_die("An echo of %zu bytes.", g_bytes_get_size(data));
  if (run->warm_up_left > 0)
    run->warm_up_left--;
  else {
    bench_samples_add(&run->pings, (double)(g_get_monotonic_time() - run->ping_us));
    run->is_done = --run->pings_left == 0;
  }
  if (!run->is_done)
    send_ping(run);
}

static void
measure_round_trip(Bench *bench)
{
  double ms;
  g_autoptr(BhDataChannel) channel = NULL;
  WiredPeer *peer = connect_peer(bench, "echo", &channel, &ms);
  Run run = {.channel = channel, .pings_left = PINGS, .warm_up_left = PING_WARM_UP};
  bench_samples_init(&run.pings);

  g_signal_connect(channel, "message", G_CALLBACK(on_pong), &run);
  send_ping(&run);
  wait_for(&run.is_done, "the last echo");
  bench_figure_print_percentiles("round-trip-100", WHO, "us", &run.pings);

  g_signal_handlers_disconnect_by_data(channel, &run);
  bench_samples_clear(&run.pings);
  disconnect_peer(bench, peer);
}

static void
fill(BhDataChannel *channel, gpointer user_data)
{
  Run *run = user_data;
  if (run->is_done || run->stream_end_us == 0)
    return;
  while (bh_data_channel_get_buffered_amount(channel) < STREAM_HIGH_BYTES) {
    if (g_get_monotonic_time() >= run->stream_end_us) {
      run->stream_end_us = 0;
      send_or_die(channel, "end", strlen("end"), TRUE);
      return;
    }
    send_or_die(channel, run->message, run->message_bytes, FALSE);
    run->streamed_bytes += run->message_bytes;
  }
}

static void
on_sink_reply(BhDataChannel *channel, GBytes *data, gboolean is_text, gpointer user_data)
{
  ((Run *)user_data)->is_done = TRUE;
}

/* Returns: MB/s, from the first byte sent to the answer that the last one has come */
static double
stream(Run *run, double seconds)
{
  gint64 start_us = g_get_monotonic_time();
  run->is_done = FALSE;
  run->streamed_bytes = 0;
  run->stream_end_us = start_us + (gint64)(seconds * G_USEC_PER_SEC);
  fill(run->channel, run);
  wait_for(&run->is_done, "the end of a stream");
  return (double)run->streamed_bytes / (double)(g_get_monotonic_time() - start_us);
}

static void
measure_stream(Bench *bench, const char *line, gsize message_bytes)
{
  double ms;
  g_autoptr(BhDataChannel) channel = NULL;
  WiredPeer *peer = connect_peer(bench, "sink", &channel, &ms);
  g_autofree guint8 *message = g_malloc0(message_bytes);
  Run run = {.channel = channel, .message_bytes = message_bytes, .message = message};

  bh_data_channel_set_buffered_amount_low_threshold(channel, STREAM_LOW_BYTES);
  g_signal_connect(channel, "buffered-amount-low", G_CALLBACK(fill), &run);
  g_signal_connect(channel, "message", G_CALLBACK(on_sink_reply), &run);
  stream(&run, STREAM_WARM_UP);
  bench_figure_print(line, WHO, "mb_s", stream(&run, STREAM_SECONDS), NULL);

  g_signal_handlers_disconnect_by_data(channel, &run);
  disconnect_peer(bench, peer);
}

static gboolean
on_beside_due(gpointer user_data)
{
  Run *run = user_data;
  if (run->ping_us == 0)
    send_ping(run);
  return G_SOURCE_CONTINUE;
}

static void
on_beside_pong(BhDataChannel *channel, GBytes *data, gboolean is_text, gpointer user_data)
{
  Run *run = user_data;
  bench_samples_add(&run->pings, (double)(g_get_monotonic_time() - run->ping_us));
  run->ping_us = 0;
}

/* The round trip on one connection while another of the same two processes streams. */
static void
measure_beside_stream(Bench *bench)
{
  double ms;
  g_autoptr(BhDataChannel) sink = NULL, echo = NULL;
  g_autofree guint8 *message = g_malloc0(STREAM_BESIDE_BYTES);
  WiredPeer *streamer = connect_peer(bench, "sink", &sink, &ms);
  WiredPeer *other = connect_peer(bench, "echo", &echo, &ms);
  Run stream_run = {.channel = sink, .message_bytes = STREAM_BESIDE_BYTES, .message = message};
  Run run = {.channel = echo};

  bench_samples_init(&run.pings);
  bh_data_channel_set_buffered_amount_low_threshold(sink, STREAM_LOW_BYTES);
  g_signal_connect(sink, "buffered-amount-low", G_CALLBACK(fill), &stream_run);
  g_signal_connect(sink, "message", G_CALLBACK(on_sink_reply), &stream_run);
  g_signal_connect(echo, "message", G_CALLBACK(on_beside_pong), &run);
  stream(&stream_run, STREAM_WARM_UP);
  guint timer = g_timeout_add(BESIDE_INTERVAL_MS, on_beside_due, &run);
  stream(&stream_run, STREAM_SECONDS);
  g_source_remove(timer);
  bench_figure_print_percentiles("round-trip-beside-stream", WHO, "us", &run.pings);

  g_signal_handlers_disconnect_by_data(sink, &stream_run);
  g_signal_handlers_disconnect_by_data(echo, &run);
  bench_samples_clear(&run.pings);
  disconnect_peer(bench, streamer);
  disconnect_peer(bench, other);
}

/* Memory and idle time of many peers that are there and silent. */
static void
measure_held(Bench *bench)
{
  WiredPeer *peers[PEERS_HELD];
  BhDataChannel *channels[PEERS_HELD];
  double ms;

  /* The first connection brings libraries into memory that the hundredth does not. */
  g_autoptr(BhDataChannel) first = NULL;
  disconnect_peer(bench, connect_peer(bench, "echo", &first, &ms));
  pause_ms(500);
  BenchUsage offerer_before = bench_usage_now(), answerer_before = ask_usage(bench);
  for (guint i = 0; i < PEERS_HELD; i++)
    peers[i] = connect_peer(bench, "echo", &channels[i], &ms);
  pause_ms(1000);
  BenchUsage offerer_after = bench_usage_now(), answerer_after = ask_usage(bench);
  bench_figure_print(
      "memory-peer", WHO, "kib",
      (double)(answerer_after.resident_kib - answerer_before.resident_kib) / PEERS_HELD,
      "offerer_kib",
      (double)(offerer_after.resident_kib - offerer_before.resident_kib) / PEERS_HELD, NULL);

  gint64 start_us = g_get_monotonic_time();
  offerer_before = bench_usage_now();
  answerer_before = ask_usage(bench);
  pause_ms(IDLE_SECONDS * 1000);
  offerer_after = bench_usage_now();
  answerer_after = ask_usage(bench);
  double elapsed_ms = (double)(g_get_monotonic_time() - start_us) / 1000;
  bench_figure_print("idle-100-peers", WHO, "cpu_percent",
                     (answerer_after.cpu_ms - answerer_before.cpu_ms) / elapsed_ms * 100,
                     "offerer_cpu_percent",
                     (offerer_after.cpu_ms - offerer_before.cpu_ms) / elapsed_ms * 100, NULL);

  for (guint i = 0; i < PEERS_HELD; i++) {
    disconnect_peer(bench, peers[i]);
    g_object_unref(channels[i]);
  }
}

int
main(int argc, char *argv[])
{
  const char *const *parts = (const char *const *)argv + 1;
  gboolean all = argc == 1, loopback = g_strv_contains(parts, "loopback");
  Bench bench = {.peers = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)wired_peer_free)};

  if (loopback)
    wired_peer_use_loopback();
  bench.partner = bench_partner_fork(answerer_run);
  bench_partner_set_receiver(bench.partner, on_partner_message, &bench);
  if (all || g_strv_contains(parts, "open"))
    measure_opens(&bench, "open-offerer", "open-answerer");
  if (loopback)
    measure_opens(&bench, "open-offerer-loopback", "open-answerer-loopback");
  if (all || g_strv_contains(parts, "ping"))
    measure_round_trip(&bench);
  if (all || g_strv_contains(parts, "stream")) {
    measure_stream(&bench, "stream-16k", 16 * 1024);
    measure_stream(&bench, "stream-64k", 64 * 1024);
    measure_beside_stream(&bench);
  }
  if (all || g_strv_contains(parts, "held"))
    measure_held(&bench);
  bench_partner_end(bench.partner);
  g_hash_table_unref(bench.peers);
  return 0;
}
