/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "gap-buffer.h"

#include <string.h>

#include "redaction.h"

struct _BhGapBuffer {
  GTree *logs; /* log id (owned) -> GPtrArray of BhOperation, by seq, owned */
  guint max_operations, max_logs;
  gsize max_bytes, bytes;
  guint count;
};

static int
compare_ids(gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp(a, b);
}

static void
free_operations(gpointer data)
{
  g_ptr_array_unref(data);
}

BhGapBuffer *
bh_gap_buffer_new(guint max_operations, guint max_logs, gsize max_bytes)
{
  BhGapBuffer *buffer = g_new0(BhGapBuffer, 1);

  buffer->logs = g_tree_new_full(compare_ids, NULL, g_free, free_operations);
  buffer->max_operations = max_operations;
  buffer->max_logs = max_logs;
  buffer->max_bytes = max_bytes;
  return buffer;
}

void
bh_gap_buffer_free(BhGapBuffer *buffer)
{
  g_tree_unref(buffer->logs);
  g_free(buffer);
}

/* The first place whose seq is above @seq. */
static guint
find_place(const GPtrArray *ops, gint64 seq)
{
  guint low = 0, high = ops->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (((BhOperation *)ops->pdata[middle])->seq > seq)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static void
forget(BhGapBuffer *buffer, const BhOperation *op)
{
  buffer->bytes -= op->length;
  buffer->count--;
}

/* Whether one is there already; @place is behind those of its seq. */
static gboolean
is_there(const GPtrArray *ops, guint place, const BhOperation *op)
{
  for (guint i = place; i > 0; i--) {
    const BhOperation *other = ops->pdata[i - 1];

    if (other->seq != op->seq)
      return FALSE;
    if (bh_operation_equal(other, op))
      return TRUE;
  }
  return FALSE;
}

static gboolean
make_room(BhGapBuffer *buffer, GPtrArray *ops, const BhOperation *op)
{
  if (ops->len >= buffer->max_operations) {
    BhOperation *furthest = ops->pdata[ops->len - 1];

    if (furthest->seq <= op->seq)
      return FALSE;
    forget(buffer, furthest);
    g_ptr_array_set_size(ops, (int)ops->len - 1);
  }
  return buffer->bytes + op->length <= buffer->max_bytes;
}

gboolean
bh_gap_buffer_add(BhGapBuffer *buffer, BhOperation *op)
{
  GPtrArray *ops = g_tree_lookup(buffer->logs, op->log_id);
  guint place;

  if (ops == NULL) {
    if ((guint)g_tree_nnodes(buffer->logs) >= buffer->max_logs ||
        buffer->bytes + op->length > buffer->max_bytes)
      return FALSE;
    ops = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
    g_tree_insert(buffer->logs, g_strdup(op->log_id), ops);
  }
  place = find_place(ops, op->seq);
  if (is_there(ops, place, op))
    return TRUE;
  if (!make_room(buffer, ops, op))
    return FALSE;
  g_ptr_array_insert(ops, (int)place, bh_operation_ref(op));
  buffer->bytes += op->length;
  buffer->count++;
  return TRUE;
}

GPtrArray *
bh_gap_buffer_take(BhGapBuffer *buffer, const char *log_id, gint64 up_to)
{
  GPtrArray *ops = g_tree_lookup(buffer->logs, log_id);
  guint n = ops != NULL ? find_place(ops, up_to) : 0;
  GPtrArray *taken;

  if (n == 0)
    return NULL;
  taken = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  for (guint i = 0; i < n; i++) {
    g_ptr_array_add(taken, bh_operation_ref(ops->pdata[i]));
    forget(buffer, ops->pdata[i]);
  }
  g_ptr_array_remove_range(ops, 0, n);
  if (ops->len == 0)
    g_tree_remove(buffer->logs, log_id);
  return taken;
}

typedef struct {
  const BhOperation *op;
  gboolean is_found;
} Search;

static void
visit_target(const char *log_id, gint64 seq, gpointer data)
{
  Search *search = data;

  if (seq == search->op->seq && g_str_equal(log_id, search->op->log_id))
    search->is_found = TRUE;
}

gboolean
bh_gap_buffer_has_redaction(BhGapBuffer *buffer, const BhOperation *op)
{
  const GPtrArray *ops = g_tree_lookup(buffer->logs, op->log_id);
  Search search = {.op = op};

  for (guint i = 0; ops != NULL && i < ops->len; i++) {
    const BhOperation *waiting = ops->pdata[i];

    /* A stub has no signature: its word counts only where it was taken. */
    if (!waiting->is_redacted && g_str_equal(waiting->entity, op->entity))
      bh_redaction_visit_targets(waiting, visit_target, &search);
  }
  return search.is_found;
}

guint
bh_gap_buffer_get_count(const BhGapBuffer *buffer)
{
  return buffer->count;
}
