/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two SCTP associations in one process, joined through memory: what BhSctpTransport and usrsctp
 * cost without ICE, DTLS and sockets. Both ends are paid for, so one end costs half.
 *
 * bench-sctp [SECONDS]
 */
#include "sctp-pair.h"

#include <stdlib.h>

static Pair *
open_pair(Ear **out_near, Ear **out_far)
{
  Pair *pair = pair_new((FakeFaults){0}, 256);

  *out_near = pair_create(pair, 0, "bench", NULL);
  pair_start(pair);
  WAIT_FOR((*out_near)->n_open == 1 && pair->ears[1]->len == 1);
  *out_far = pair->ears[1]->pdata[0];
  (*out_near)->keep = (*out_far)->keep = FALSE;
  return pair;
}

static void
bench_throughput(gsize size, gdouble seconds)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_pair(&near, &far);
  g_autofree guint8 *data = g_malloc0(size);
  gint64 begin_us = g_get_monotonic_time();
  gint64 end_us = begin_us + (gint64)(seconds * G_USEC_PER_SEC), now_us;

  do {
    while (bh_data_channel_get_buffered_amount(near->channel) < 1024 * 1024)
      if (!bh_data_channel_send(near->channel, data, size, FALSE, NULL))
        break;
    g_main_context_iteration(NULL, TRUE);
    now_us = g_get_monotonic_time();
  } while (now_us < end_us);
  g_print("%7" G_GSIZE_FORMAT " bytes: %8.1f MB/s, %9.0f messages/s\n", size,
          (gdouble)far->n_bytes / (gdouble)(now_us - begin_us),
          (gdouble)far->n_messages * G_USEC_PER_SEC / (gdouble)(now_us - begin_us));
}

static int
compare(gconstpointer a, gconstpointer b)
{
  gdouble x = *(const gdouble *)a, y = *(const gdouble *)b;

  return (x > y) - (x < y);
}

static void
bench_round_trip(guint n)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_pair(&near, &far);
  g_autofree gdouble *times_us = g_new(gdouble, n);
  guint8 data[100] = {0};

  far->echo = TRUE;
  for (guint i = 0; i < n; i++) {
    g_autoptr(GTimer) timer = g_timer_new();

    bh_data_channel_send(near->channel, data, sizeof data, FALSE, NULL);
    while (near->n_messages <= i)
      g_main_context_iteration(NULL, TRUE);
    times_us[i] = g_timer_elapsed(timer, NULL) * 1e6;
  }
  qsort(times_us, n, sizeof *times_us, compare);
  g_print("100-byte round trip: p50 %.1f us, p99 %.1f us\n", times_us[n / 2],
          times_us[n * 99 / 100]);
}

static gdouble
resident_kib(void)
{
  g_autofree char *text = NULL;
  gdouble pages = 0;

  if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL))
    pages = g_ascii_strtod(strchr(text, ' '), NULL);
  return pages * 4;
}

static void
bench_memory(guint n)
{
  Pair **pairs = g_new0(Pair *, n);
  Ear **ears = g_new0(Ear *, n);
  gdouble before = resident_kib();

  for (guint i = 0; i < n; i++) {
    Ear *far;

    pairs[i] = open_pair(&ears[i], &far);
  }
  g_print("memory: %.1f KiB an association with its channel\n",
          (resident_kib() - before) / (2 * n));
  for (guint i = 0; i < n; i++) {
    pair_free(pairs[i]);
    ear_free(ears[i]);
  }
  g_free(pairs);
  g_free(ears);
}

int
main(int argc, char **argv)
{
  static const gsize sizes[] = {100, 1000, 16384, 65536, 262144};
  gdouble seconds = argc > 1 ? g_ascii_strtod(argv[1], NULL) : 2;

  bench_memory(50);
  bench_round_trip(20000);
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++)
    bench_throughput(sizes[i], seconds);
  return 0;
}
