/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long a replica that has nothing takes to have what its hub has: BhReplicator on both sides,
 * SQLite on both disks, in one process and one thread beside those of the stores. The link between
 * them holds text, as a channel does, and no more of it than a hub lets wait for one.
 *
 *     bench-catch-up FOLDER [short]
 *
 * Beside it, in turn: SQLite reading the same rows, and SQLite copying them into another database
 * in transactions of as many as are on their way here at a time.
 */
#include <string.h>

#include "figures.h"
#include "operation-batch.h"
#include "partner.h"
#include "pen.h"
#include "replica.h"
#include "replicator.h"
#include "sqlite-log.h"

#define DEVICES        16
#define FILL           960                 /* operations handed to the hub at a time */
#define MAX_LINK_BYTES ((gsize)512 * 1024) /* as BhLogLink */
#define LOW_LINK_BYTES ((gsize)128 * 1024)

static guint n_operations = 100000, rounds = 3;
static const char *under;

/* One direction of the link. */
typedef struct {
  BhReplicator *from, *to;
  BhReplicatorLink *from_link, *to_link;
  GQueue texts; /* of GBytes */
  gsize queued_bytes, bytes;
  gboolean is_full;
} Lane;

static gint64
get_now_ms(gpointer data)
{
  return g_get_monotonic_time() / 1000;
}

static gboolean
send(const json_t *message, gpointer data)
{
  Lane *lane = data;
  GBytes *text;

  if (lane->queued_bytes > MAX_LINK_BYTES) {
    lane->is_full = TRUE;
    return FALSE;
  }
  text = bh_replicator_print(lane->from, message);
  lane->queued_bytes += g_bytes_get_size(text);
  g_queue_push_tail(&lane->texts, text);
  return TRUE;
}

/* Returns: whether there was anything */
static gboolean
deliver(Lane *lane)
{
  g_autoptr(GBytes) text = g_queue_pop_head(&lane->texts);
  g_autoptr(json_t) message = NULL;
  gsize length;
  const char *bytes;

  if (text == NULL)
    return FALSE;
  bytes = g_bytes_get_data(text, &length);
  lane->queued_bytes -= length;
  lane->bytes += length;
  message = bh_json_parse(bytes, length, NULL);
  if (message == NULL || !bh_replicator_receive(lane->to, lane->to_link, message))
    bench_die("not understood: %.80s", bytes);
  if (lane->is_full && lane->queued_bytes < LOW_LINK_BYTES) {
    lane->is_full = FALSE;
    bh_replicator_ready(lane->from, lane->from_link);
  }
  return TRUE;
}

static void
count_operations(const char *log_id, gint64 seq, const char *author, gpointer count)
{
  *(gint64 *)count += seq;
}

static gboolean
has_all(BenchReplica *replica)
{
  gint64 count = 0;

  bh_property_visit_logs(replica->property, count_operations, &count);
  return count >= n_operations;
}

/* --- by the replicators --- */

static void
connect_lanes(Lane *down, Lane *up, BenchReplica *device)
{
  const BhReplicatorPeer to_device = {.device_id = bh_property_get_device_id(device->property),
                                      .role = BH_ROLE_KITCHEN,
                                      .level = BH_LEVEL_NONE};
  const BhReplicatorPeer to_hub = {
      .device_id = "hub", .role = BH_ROLE_HUB, .trusted = TRUE, .level = BH_LEVEL_HUB};

  down->from_link = up->to_link = bh_replicator_add_link(down->from, &to_device, send, down);
  up->from_link = down->to_link = bh_replicator_add_link(up->from, &to_hub, send, up);
}

static void
catch_up(BenchReplica *hub)
{
  char *folder = bench_folder_new(under);
  BenchReplica *device = bench_replica_open(folder, NULL, 0, BH_LEVEL_DEVICE, hub->key);
  g_autoptr(BhReplicator) at_hub = bh_replicator_new(hub->property, get_now_ms, NULL);
  g_autoptr(BhReplicator) at_device = bh_replicator_new(device->property, get_now_ms, NULL);
  Lane down = {.from = at_hub, .to = at_device}, up = {.from = at_device, .to = at_hub};
  double cpu_ms = bench_usage_now().cpu_ms;
  gint64 start_us = g_get_monotonic_time();
  double seconds;

  connect_lanes(&down, &up, device);
  while (!has_all(device)) {
    gboolean is_busy = deliver(&down);

    is_busy = deliver(&up) || is_busy;
    if (!is_busy) {
      bh_replicator_tick(at_hub);
      bh_replicator_tick(at_device);
    }
    g_main_context_iteration(NULL, !is_busy);
  }
  seconds = (double)(g_get_monotonic_time() - start_us) / 1e6;
  cpu_ms = bench_usage_now().cpu_ms - cpu_ms;
  bench_figure_print("catch-up", "bellhop", "s", seconds, "per_s", n_operations / seconds, "mb",
                     (double)down.bytes / 1e6, NULL);
  bench_figure_print("catch-up-cpu", "bellhop", "us", cpu_ms * 1000 / n_operations, NULL);
  bh_replicator_remove_link(at_hub, down.from_link);
  bh_replicator_remove_link(at_device, up.from_link);
  g_queue_clear_full(&down.texts, (GDestroyNotify)g_bytes_unref);
  g_queue_clear_full(&up.texts, (GDestroyNotify)g_bytes_unref);
  bench_replica_close(device);
  bench_folder_remove(folder);
}

/* --- by SQLite --- */

static void
tell(const char *who, gint64 start_us, double start_cpu_ms)
{
  double seconds = (double)(g_get_monotonic_time() - start_us) / 1e6;

  bench_figure_print("catch-up", who, "s", seconds, "per_s", n_operations / seconds, NULL);
  bench_figure_print("catch-up-cpu", who, "us",
                     (bench_usage_now().cpu_ms - start_cpu_ms) * 1000 / n_operations, NULL);
}

static void
read_rows(BenchReplica *hub)
{
  double cpu_ms = bench_usage_now().cpu_ms;
  gint64 start_us = g_get_monotonic_time();

  if (bench_sqlite_log_read(hub->folder) != n_operations)
    bench_die("there are other rows");
  tell("sqlite read", start_us, cpu_ms);
}

static void
copy_rows(GPtrArray *operations)
{
  const guint n = BH_REPLICATOR_WINDOW * BH_OPERATION_BATCH_MAX;
  char *folder = bench_folder_new(under);
  BenchSqliteLog *log = bench_sqlite_log_open(folder);
  double cpu_ms = bench_usage_now().cpu_ms;
  gint64 start_us = g_get_monotonic_time();

  for (guint i = 0; i < operations->len; i += n)
    bench_sqlite_log_append(log, operations, i, MIN(n, operations->len - i));
  tell("sqlite", start_us, cpu_ms);
  bench_sqlite_log_close(log);
  bench_folder_remove(folder);
}

/* --- both --- */

static void
fill(BenchReplica *hub, GPtrArray *operations)
{
  g_autoptr(GPtrArray) pens = g_ptr_array_new_with_free_func((GDestroyNotify)bench_pen_free);

  for (guint i = 0; i < DEVICES; i++)
    g_ptr_array_add(pens, bench_pen_new(NULL, NULL, g_get_real_time() / 1000));
  for (guint i = 0; operations->len < n_operations; i++)
    bench_pen_write_order(pens->pdata[i % DEVICES], TRUE, operations);
  for (guint i = 0; i < operations->len; i += FILL) {
    g_autoptr(GPtrArray) some = g_ptr_array_new();

    for (guint k = i; k < MIN(i + FILL, operations->len); k++)
      g_ptr_array_add(some, operations->pdata[k]);
    bench_replica_take(hub, some);
  }
  n_operations = operations->len;
}

int
main(int argc, char *argv[])
{
  g_autoptr(GPtrArray) operations =
      g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  BenchReplica *hub;
  char *folder;

  if (argc < 2)
    bench_die("bench-catch-up FOLDER [short]");
  under = argv[1];
  if (argc > 2 && strcmp(argv[2], "short") == 0) {
    n_operations = 3000;
    rounds = 1;
  }
  folder = bench_folder_new(under);
  hub = bench_replica_open(folder, NULL, 0, BH_LEVEL_HUB, NULL);
  fill(hub, operations);
  for (guint round = 0; round < rounds; round++) {
    read_rows(hub);
    copy_rows(operations);
    catch_up(hub);
  }
  bench_replica_close(hub);
  bench_folder_remove(folder);
  return 0;
}
