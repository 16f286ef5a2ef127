/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "operation-batch.h"

#include <string.h>

BhOperationBatch *
bh_operation_batch_new(const char *id, GPtrArray *operations)
{
  BhOperationBatch *batch = g_new0(BhOperationBatch, 1);
  json_t *list = json_array();

  for (guint i = 0; i < operations->len; i++)
    json_array_append_new(list, bh_operation_to_wire(operations->pdata[i]));
  g_ref_count_init(&batch->refs);
  batch->id = g_strdup(id);
  batch->operations = operations;
  batch->message = json_pack("{s:s, s:s, s:o}", "type", "ops", "id", id, "ops", list);
  return batch;
}

BhOperationBatch *
bh_operation_batch_ref(BhOperationBatch *batch)
{
  g_ref_count_inc(&batch->refs);
  return batch;
}

void
bh_operation_batch_unref(BhOperationBatch *batch)
{
  if (batch == NULL || !g_ref_count_dec(&batch->refs))
    return;
  json_decref(batch->message);
  g_ptr_array_unref(batch->operations);
  g_free(batch->id);
  g_free(batch);
}

gboolean
bh_operation_batch_holds(const BhOperationBatch *batch, GPtrArray *operations)
{
  return batch->operations->len == operations->len &&
         memcmp(batch->operations->pdata, operations->pdata, operations->len * sizeof(gpointer)) ==
             0;
}

gint64
bh_operation_batch_get_first(const BhOperationBatch *batch, const char *log_id)
{
  for (guint i = 0; i < batch->operations->len; i++) {
    const BhOperation *op = batch->operations->pdata[i];

    if (g_str_equal(op->log_id, log_id))
      return op->seq;
  }
  return 0;
}

guint
bh_operation_batch_count(const BhOperationBatch *batch, const char *log_id, gint64 seq)
{
  guint n = 0;

  for (guint i = 0; i < batch->operations->len; i++) {
    const BhOperation *op = batch->operations->pdata[i];

    n += op->seq == seq && g_str_equal(op->log_id, log_id) ? 1 : 0;
  }
  return n;
}

gsize
bh_operation_batch_get_wire_size(const BhOperation *op)
{
  /* The text stands in a JSON string, where its quotes are escaped: an eighth of it, a quarter to
   * be sure. The rest is the signature and what is around both; a stub is no longer than that. */
  return op->length + op->length / 4 + 128;
}
