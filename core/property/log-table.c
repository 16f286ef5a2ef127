/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "log-table.h"

#include <string.h>

/* Of each log; an eighth of these many bytes. */
#define RECENT 64

/* Trees: ids are chosen by others, who could find many of one hash. */
struct _BhLogTable {
  GTree *logs;   /* log id (of the value) -> BhLog, owned */
  GTree *counts; /* device id (owned) -> how many are by it */
};

static int
compare_ids(gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp(a, b);
}

static void
log_free(gpointer data)
{
  BhLog *log = data;

  g_free(log->log_id);
  g_free(log->device_id);
  g_clear_pointer(&log->forks, g_hash_table_unref);
  g_free(log->recent);
  g_free(log);
}

BhLogTable *
bh_log_table_new(void)
{
  BhLogTable *table = g_new0(BhLogTable, 1);

  table->logs = g_tree_new_full(compare_ids, NULL, NULL, log_free);
  table->counts = g_tree_new_full(compare_ids, NULL, g_free, NULL);
  return table;
}

void
bh_log_table_free(BhLogTable *table)
{
  g_tree_unref(table->logs);
  g_tree_unref(table->counts);
  g_free(table);
}

BhLog *
bh_log_table_find(BhLogTable *table, const char *log_id)
{
  return g_tree_lookup(table->logs, log_id);
}

BhLog *
bh_log_table_ensure(BhLogTable *table, const char *log_id, const char *device_id)
{
  BhLog *log = g_tree_lookup(table->logs, log_id);

  if (log == NULL) {
    log = g_new0(BhLog, 1);
    log->log_id = g_strdup(log_id);
    log->device_id = g_strdup(device_id);
    g_tree_insert(table->logs, log->log_id, log);
    g_tree_replace(table->counts, g_strdup(device_id),
                   GUINT_TO_POINTER(bh_log_table_count(table, device_id) + 1));
  }
  return log;
}

guint
bh_log_table_count(BhLogTable *table, const char *device_id)
{
  return GPOINTER_TO_UINT(g_tree_lookup(table->counts, device_id));
}

static gboolean
list_log(gpointer log_id, gpointer log, gpointer list)
{
  g_ptr_array_add(list, log);
  return FALSE;
}

GPtrArray *
bh_log_table_list(BhLogTable *table)
{
  GPtrArray *list = g_ptr_array_new();

  g_tree_foreach(table->logs, list_log, list);
  return list;
}

guint
bh_log_get_fork(const BhLog *log, gint64 seq)
{
  gpointer count = NULL;

  if (log->forks != NULL)
    count = g_hash_table_lookup(log->forks, &seq);
  return count != NULL ? GPOINTER_TO_UINT(count) : 1;
}

void
bh_log_set_fork(BhLog *log, gint64 seq, guint count)
{
  if (log->forks == NULL)
    log->forks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  g_hash_table_insert(log->forks, g_memdup2(&seq, sizeof seq), GUINT_TO_POINTER(count));
}

static int
compare_seqs(gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *)a, other = *(const gint64 *)b;

  return one < other ? -1 : one > other;
}

GArray *
bh_log_list_forks(const BhLog *log, gint64 from, gint64 to)
{
  GArray *seqs = g_array_new(FALSE, FALSE, sizeof(gint64));
  GHashTableIter iter;
  gpointer seq;

  if (log->forks == NULL)
    return seqs;
  /* Asked of each operation that comes: an author may have made many. */
  if (to - from < (gint64)g_hash_table_size(log->forks)) {
    for (gint64 at = from; at <= to; at++)
      if (g_hash_table_contains(log->forks, &at))
        g_array_append_val(seqs, at);
    return seqs;
  }
  g_hash_table_iter_init(&iter, log->forks);
  while (g_hash_table_iter_next(&iter, &seq, NULL))
    if (*(gint64 *)seq >= from && *(gint64 *)seq <= to)
      g_array_append_vals(seqs, seq, 1);
  g_array_sort(seqs, compare_seqs);
  return seqs;
}

/* Whoever makes two texts with signatures that begin alike can drop but one of their own. */
static guint64
get_mark(const BhOperation *op)
{
  guint64 mark;

  memcpy(&mark, op->sig, sizeof mark);
  return mark | 1;
}

void
bh_log_note(BhLog *log, const BhOperation *op)
{
  if (op->is_redacted)
    return;
  if (log->recent == NULL)
    log->recent = g_new0(guint64, RECENT);
  log->recent[op->seq % RECENT] = get_mark(op);
}

gboolean
bh_log_has_noted(const BhLog *log, const BhOperation *op)
{
  return log->recent != NULL && !op->is_redacted && op->seq <= log->committed &&
         op->seq > log->committed - RECENT && log->recent[op->seq % RECENT] == get_mark(op);
}
