/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "property-private.h"

/* --- own logs --- */

/* New with each start: a copy of the storage that was put back has another than the one it was
 * copied from. */
static BhLog *
ensure_own_log(BhProperty *self, gboolean is_private)
{
  BhLog **log = &self->own_logs[is_private ? 1 : 0];

  if (*log == NULL) {
    g_autofree char *log_id = bh_operation_new_log_id(self->device_id, is_private);

    *log = bh_log_table_ensure(self->logs, log_id, self->device_id);
  }
  return *log;
}

/* --- versions --- */

static void
note_version(BhProperty *self, const BhOperation *op)
{
  gint64 version = json_integer_value(json_object_get(op->body, "version"));
  BhPendingVersion *pending = g_hash_table_lookup(self->pending_versions, op->entity);

  if (pending == NULL) {
    pending = g_new0(BhPendingVersion, 1);
    g_hash_table_insert(self->pending_versions, g_strdup(op->entity), pending);
  }
  pending->version = MAX(pending->version, version);
  pending->count++;
}

gint64
bh_property_next_version(BhProperty *property, const char *entity)
{
  const BhBookEntry *entry;
  const BhPendingVersion *pending;
  gint64 version;

  g_return_val_if_fail(BH_IS_PROPERTY(property) && entity != NULL, 1);

  entry = bh_record_book_find(property->book, entity);
  pending = g_hash_table_lookup(property->pending_versions, entity);
  version = entry != NULL ? bh_record_get_version(entry->record) : 0;
  /* Whoever has gone to the end does not shut the entity: there time decides. */
  return MIN(MAX(version, pending != NULL ? pending->version : 0) + 1, BH_RECORD_MAX_VERSION);
}

/* --- writing --- */

static BhOperation *
make_operation(BhProperty *self, const BhPropertyDraft *draft, const BhLog *log, gint64 seq,
               GError **error)
{
  BhHybridTime time = bh_hybrid_clock_next(self->clock, bh_property_now(self));
  BhOperationDraft full = {.log_id = log->log_id,
                           .seq = seq,
                           .device_id = self->device_id,
                           .role = self->role,
                           .hlc_ms = time.ms,
                           .hlc_counter = time.counter,
                           .tenant_id = self->tenant_id,
                           .kind = draft->kind,
                           .entity = draft->entity,
                           .body = draft->body};
  GError *problem = NULL;
  g_autoptr(BhOperation) op = bh_operation_new(&full, self->signing, self->key, &problem);
  const char *reason;

  if (op == NULL) {
    g_set_error_literal(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_BAD, problem->message);
    g_error_free(problem);
    return NULL;
  }
  reason = bh_property_judge(self, op);
  if (reason != NULL) {
    g_set_error(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_BAD,
                "an operation %s of %s would be set aside by everybody: %s", draft->kind,
                draft->entity, reason);
    return NULL;
  }
  return g_steal_pointer(&op);
}

/* Returns: (nullable): all of them, each the next of its log; %NULL: @error is set, nothing is
 * changed */
static GPtrArray *
make_operations(BhProperty *self, const BhPropertyDraft *drafts, guint n, GError **error)
{
  g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  gint64 made[2] = {0, 0};

  for (guint i = 0; i < n; i++) {
    const BhLog *log = ensure_own_log(self, drafts[i].is_private);
    gint64 seq = log->queued + ++made[drafts[i].is_private ? 1 : 0];
    BhOperation *op = make_operation(self, &drafts[i], log, seq, error);

    if (op == NULL)
      return NULL;
    g_ptr_array_add(ops, op);
  }
  return g_steal_pointer(&ops);
}

static void
write_drafts(BhProperty *self, const BhPropertyDraft *drafts, guint n, GTask *task)
{
  GError *error = NULL;
  g_autoptr(GPtrArray) ops = make_operations(self, drafts, n, &error);
  BhPending *pending;

  if (ops == NULL) {
    g_task_return_error(task, error);
    g_object_unref(task);
    return;
  }
  pending = bh_pending_new(self);
  pending->is_own = TRUE;
  pending->task = task;
  for (guint i = 0; i < ops->len; i++) {
    BhOperation *op = ops->pdata[i];

    note_version(self, op);
    bh_pending_add(pending, bh_log_table_find(self->logs, op->log_id), op, NULL);
  }
  bh_pending_send(pending);
}

void
bh_property_write_async(BhProperty *property, const BhPropertyDraft *drafts, guint n,
                        GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;

  g_return_if_fail(BH_IS_PROPERTY(property) && drafts != NULL && n > 0);

  task = g_task_new(property, NULL, callback, data);
  if (bh_property_check_open(property, task, 0))
    write_drafts(property, drafts, n, task);
}

GPtrArray *
bh_property_write_finish(BhProperty *property, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, property), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

void
bh_property_write_receipt_async(BhProperty *property, const char *entity, BhPropertyNumbered body,
                                gpointer body_data, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr(json_t) content = NULL;
  GTask *task;

  g_return_if_fail(BH_IS_PROPERTY(property) && entity != NULL && body != NULL);

  task = g_task_new(property, NULL, callback, data);
  if (!bh_property_check_open(property, task, 0))
    return;
  content = body(bh_property_get_receipt(property) + 1, body_data);
  write_drafts(property, &(BhPropertyDraft){"receipt.issue", entity, content, FALSE}, 1, task);
}
