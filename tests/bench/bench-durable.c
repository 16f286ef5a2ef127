/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many operations a hub makes durable in a second, and how long each waits for it: by
 * BhProperty on SQLite, signatures checked and unchecked; beside it SQLite's own group commit of
 * the same rows, and bare appends of the same bytes with fdatasync(). All on the disk of FOLDER.
 *
 *     bench-durable FOLDER [short] [1] [10] [100] [stream]     all of them when none is named
 *
 * Of 1, 10 and 100 operations a commit, where each commit is waited for, and as a stream: one
 * operation a message from many devices, STREAM_IN_FLIGHT of them not acknowledged yet. There
 * SQLite and the file get groups of just as many, back to back.
 *
 * All in turn, each from an empty database and with the same operations.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "partner.h"
#include "pen.h"
#include "replica.h"
#include "sqlite-log.h"

#define DEVICES          16
#define STREAM_IN_FLIGHT 256

typedef struct {
  const char *name;
  guint n;         /* operations a message, and a commit of the others */
  guint in_flight; /* messages */
} Load;

static const Load loads[] = {
    {"1", 1, 1}, {"10", 10, 1}, {"100", 100, 1}, {"stream", 1, STREAM_IN_FLIGHT}};

typedef struct {
  const Load *load;
  GPtrArray *operations;
  gint64 slice_us;
  BenchSamples waits_ms;
  gint64 start_us, end_us;
  double cpu_ms; /* of the process, in the slice */
  guint done;
  /* Of a property: */
  BenchReplica *replica;
  gboolean is_trusted;
  guint next, in_flight;
} Play;

typedef struct {
  Play *play;
  gint64 start_us;
  guint n;
} Message;

static gint64 slice_us = 1500 * 1000;
static guint n_orders = 6000, rounds = 3;
static const char *under;
static BhSignKey *hub_key;
static GPtrArray *pens;

/* --- by the property --- */

static void send_next(Play *play);

static void
take_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Message *message = data;
  Play *play = message->play;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhTakeResult) taken = bh_property_take_finish(BH_PROPERTY(source), result, &error);

  if (taken == NULL)
    bench_die("%s", error->message);
  if (taken->refused->len > 0)
    bench_die("an operation was refused");
  play->end_us = g_get_monotonic_time();
  bench_samples_add(&play->waits_ms, (double)(play->end_us - message->start_us) / 1000);
  play->done += message->n;
  play->in_flight--;
  g_free(message);
  send_next(play);
}

static void
send_next(Play *play)
{
  guint n = play->load->n;
  gint64 now_us = g_get_monotonic_time();
  g_autoptr(GPtrArray) batch = g_ptr_array_new();
  Message *message;

  if (play->next + n > play->operations->len || now_us - play->start_us > play->slice_us)
    return;
  for (guint i = 0; i < n; i++)
    g_ptr_array_add(batch, play->operations->pdata[play->next++]);
  message = g_new0(Message, 1);
  *message = (Message){play, now_us, n};
  play->in_flight++;
  bh_property_take_async(play->replica->property, batch, NULL, play->is_trusted, NULL, take_cb,
                         message);
}

static void
play_property(Play *play)
{
  char *folder = bench_folder_new(under);

  play->replica = bench_replica_open(folder, NULL, 0, BH_LEVEL_HUB, hub_key);
  for (guint i = 0; i < pens->len; i++) {
    g_autoptr(json_t) document = bench_pen_make_membership(pens->pdata[i], hub_key);
    g_autoptr(GError) error = NULL;

    if (!bh_property_add_member(play->replica->property, document, &error))
      bench_die("%s", error->message);
  }
  play->cpu_ms = bench_usage_now().cpu_ms;
  play->start_us = g_get_monotonic_time();
  for (guint i = 0; i < play->load->in_flight; i++)
    send_next(play);
  while (play->in_flight > 0)
    g_main_context_iteration(NULL, TRUE);
  play->cpu_ms = bench_usage_now().cpu_ms - play->cpu_ms;
  bench_replica_close(play->replica);
  bench_folder_remove(folder);
}

static void
play_checked(Play *play)
{
  play_property(play);
}

static void
play_unchecked(Play *play)
{
  play->is_trusted = TRUE;
  play_property(play);
}

/* --- by SQLite, and by a file --- */

/* @write: makes @n operations from @first on durable */
static void
play_groups(Play *play, void (*write)(gpointer log, GPtrArray *operations, guint first, guint n),
            gpointer log)
{
  guint n = play->load->n * play->load->in_flight;

  play->cpu_ms = bench_usage_now().cpu_ms;
  play->start_us = play->end_us = g_get_monotonic_time();
  while (play->done + n <= play->operations->len &&
         play->end_us - play->start_us <= play->slice_us) {
    gint64 begin_us = play->end_us;

    write(log, play->operations, play->done, n);
    play->done += n;
    play->end_us = g_get_monotonic_time();
    bench_samples_add(&play->waits_ms, (double)(play->end_us - begin_us) / 1000);
  }
  play->cpu_ms = bench_usage_now().cpu_ms - play->cpu_ms;
}

static void
write_rows(gpointer log, GPtrArray *operations, guint first, guint n)
{
  bench_sqlite_log_append(log, operations, first, n);
}

static void
play_sqlite(Play *play)
{
  char *folder = bench_folder_new(under);
  BenchSqliteLog *log = bench_sqlite_log_open(folder);

  play_groups(play, write_rows, log);
  bench_sqlite_log_close(log);
  bench_folder_remove(folder);
}

static void
write_bytes(gpointer fd, GPtrArray *operations, guint first, guint n)
{
  g_autoptr(GString) bytes = g_string_new(NULL);

  for (guint i = first; i < first + n; i++) {
    const BhOperation *op = operations->pdata[i];

    g_string_append_len(bytes, op->text, (gssize)op->length);
    g_string_append_len(bytes, (const char *)op->sig, sizeof op->sig);
  }
  if (write(GPOINTER_TO_INT(fd), bytes->str, bytes->len) != (gssize)bytes->len ||
      fdatasync(GPOINTER_TO_INT(fd)) != 0)
    bench_die("the file: %s", g_strerror(errno));
}

static void
play_file(Play *play)
{
  char *folder = bench_folder_new(under);
  g_autofree char *path = g_build_filename(folder, "log", NULL);
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  if (fd < 0)
    bench_die("%s: %s", path, g_strerror(errno));
  play_groups(play, write_bytes, GINT_TO_POINTER(fd));
  close(fd);
  bench_folder_remove(folder);
}

/* --- all of them --- */

static const struct {
  const char *who;
  void (*play)(Play *play);
} players[] = {{"fdatasync", play_file},
               {"sqlite", play_sqlite},
               {"bellhop", play_checked},
               {"unchecked", play_unchecked}};

static void
measure(guint player, const Load *load, GPtrArray *operations)
{
  g_autofree char *line = g_strdup_printf("durable-%s", load->name);
  g_autofree char *wait = g_strdup_printf("durable-wait-%s", load->name);
  g_autofree char *cpu = g_strdup_printf("durable-cpu-%s", load->name);
  Play play = {.load = load, .operations = operations, .slice_us = slice_us};

  bench_samples_init(&play.waits_ms);
  players[player].play(&play);
  bench_figure_print(line, players[player].who, "per_s",
                     play.done * 1e6 / (double)(play.end_us - play.start_us), NULL);
  bench_figure_print_percentiles(wait, players[player].who, "ms", &play.waits_ms);
  bench_figure_print(cpu, players[player].who, "us", play.cpu_ms * 1000 / play.done, NULL);
  bench_samples_clear(&play.waits_ms);
}

/* What DEVICES devices write, in turn. */
static GPtrArray *
write_operations(void)
{
  GPtrArray *orders = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
  GPtrArray *operations = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);

  for (guint i = 0; i < n_orders; i++) {
    GPtrArray *order = g_ptr_array_new();

    bench_pen_write_order(pens->pdata[i % pens->len], TRUE, order);
    g_ptr_array_add(orders, order);
  }
  for (guint i = 0; i < n_orders; i += pens->len) {
    for (guint step = 0; step < BENCH_ORDER_OPERATIONS; step++) {
      for (guint k = i; k < MIN(i + pens->len, n_orders); k++)
        g_ptr_array_add(operations, ((GPtrArray *)orders->pdata[k])->pdata[step]);
    }
  }
  g_ptr_array_unref(orders);
  return operations;
}

int
main(int argc, char *argv[])
{
  const char *const *parts = (const char *const *)argv + 2;
  g_autoptr(GPtrArray) operations = NULL;

  if (argc < 2)
    bench_die("bench-durable FOLDER [short] [1] [10] [100] [stream]");
  under = argv[1];
  if (argc > 2 && strcmp(argv[2], "short") == 0) {
    parts++;
    slice_us = 50 * 1000;
    n_orders = 160;
    rounds = 1;
  }
  hub_key = bh_sign_key_new();
  pens = g_ptr_array_new_with_free_func((GDestroyNotify)bench_pen_free);
  for (guint i = 0; i < DEVICES; i++) {
    g_autoptr(BhSignKey) key = bh_sign_key_new();

    g_ptr_array_add(pens, bench_pen_new(NULL, key, g_get_real_time() / 1000));
  }
  operations = write_operations();
  for (guint round = 0; round < rounds; round++) {
    for (guint i = 0; i < G_N_ELEMENTS(loads); i++) {
      if (parts[0] != NULL && !g_strv_contains(parts, loads[i].name))
        continue;
      for (guint player = 0; player < G_N_ELEMENTS(players); player++)
        measure(player, &loads[i], operations);
    }
  }
  g_ptr_array_unref(pens);
  bh_sign_key_unref(hub_key);
  return 0;
}
