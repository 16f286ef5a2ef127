/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills the state folder of a hub that is not running with the log of a past: so many days of so
 * many orders each, by DEVICES devices, and some orders of this hour that are still open. It goes
 * through BhProperty with a clock of its own, so that checkpoints and archive are what they would
 * be. Signatures are zeros: the hub has checked what it stores.
 *
 *     log-filler STATE DAYS ORDERS OPEN      prints {"operations", "seconds"}
 *     log-filler STATE read LINE             how long SQLite takes to read its rows, as a figure
 */
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "pen.h"
#include "replica.h"
#include "schema.h"
#include "sqlite-log.h"

#define DEVICES    16
#define MENU_ITEMS 200
#define DAY_MS     (G_GINT64_CONSTANT(24) * 60 * 60 * 1000)
/* Before midnight, so that the last day's orders are fresh and the day before's nearly archived. */
#define FIRST_MS (G_GINT64_CONSTANT(8) * 60 * 60 * 1000)

typedef struct {
  BenchReplica *hub;
  BenchPen *pens[DEVICES];
  guint n_operations;
} Filler;

/* As a hub that has its quiet hours: checkpoints, and with them the archive, keep up. */
static void
hand_over(Filler *filler, GPtrArray *operations)
{
  BhPropertyFigures figures;

  filler->n_operations += operations->len;
  bench_replica_take(filler->hub, operations);
  bh_property_get_figures(filler->hub->property, &figures);
  while (figures.position - figures.checkpoint >= BH_PROPERTY_CHECKPOINT_OPERATIONS) {
    g_main_context_iteration(NULL, TRUE);
    bh_property_get_figures(filler->hub->property, &figures);
  }
}

static void
write_menu(Filler *filler, gint64 now_ms)
{
  g_autoptr(GPtrArray) operations =
      g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autoptr(BenchPen) manager = bench_pen_new(NULL, NULL, now_ms);

  manager->role = BH_ROLE_MANAGER;
  filler->hub->now_ms = now_ms;
  bench_pen_write_menu(manager, MENU_ITEMS, operations);
  hand_over(filler, operations);
}

static void
write_orders(Filler *filler, gint64 now_ms, guint n, gboolean are_finished)
{
  g_autoptr(GPtrArray) operations =
      g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);

  filler->hub->now_ms = now_ms;
  for (guint i = 0; i < n; i++) {
    BenchPen *pen = filler->pens[i % DEVICES];

    pen->now_ms = MAX(pen->now_ms, now_ms);
    bench_pen_write_order(pen, are_finished, operations);
  }
  if (n > 0)
    hand_over(filler, operations);
}

static void
fill(const char *state, guint days, guint orders, guint n_open)
{
  gint64 now_ms = g_get_real_time() / 1000, begin_ms = now_ms - days * DAY_MS - FIRST_MS;
  gint64 start_us = g_get_monotonic_time();
  guint n_migrations;
  g_autofree BhStoreMigration *migrations = bh_schema_list(&n_migrations);
  Filler filler = {.hub = bench_replica_open(state, migrations, n_migrations, BH_LEVEL_HUB, NULL)};

  for (guint i = 0; i < DEVICES; i++)
    filler.pens[i] = bench_pen_new(NULL, NULL, begin_ms);
  write_menu(&filler, begin_ms);
  for (guint day = 0; day < days; day++)
    write_orders(&filler, begin_ms + day * DAY_MS, orders, TRUE);
  write_orders(&filler, now_ms, n_open, FALSE);
  bench_replica_close(filler.hub);
  for (guint i = 0; i < DEVICES; i++)
    bench_pen_free(filler.pens[i]);
  g_print("{\"operations\":%u,\"seconds\":%.1f}\n", filler.n_operations,
          (double)(g_get_monotonic_time() - start_us) / 1e6);
}

static void
read_rows(const char *state, const char *line)
{
  gint64 start_us = g_get_monotonic_time();
  guint n = bench_sqlite_log_read(state);
  double seconds = (double)(g_get_monotonic_time() - start_us) / 1e6;

  bench_figure_print(line, "sqlite read", "s", seconds, "ms", seconds * 1000, "per_s", n / seconds,
                     NULL);
}

int
main(int argc, char *argv[])
{
  if (argc == 4 && strcmp(argv[2], "read") == 0)
    read_rows(argv[1], argv[3]);
  else if (argc == 5)
    fill(argv[1], (guint)atoi(argv[2]), (guint)atoi(argv[3]), (guint)atoi(argv[4]));
  else
    bench_die("log-filler STATE DAYS ORDERS OPEN");
  return 0;
}
