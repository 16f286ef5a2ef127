/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include <string.h>

#include "property-private.h"
#include "redaction.h"

/*
 * What is on its way to the disk stands in `pending`, in the order in which the backend was called
 * and completes. A log's `queued` runs ahead of `committed` by what is on its way. When an append
 * fails, all that were built on it fail too: the log falls back to what is committed and its epoch
 * grows, so that those failures leave alone what was queued after the first one was told.
 */

BhPending *
bh_pending_new(BhProperty *self)
{
  BhPending *pending = g_new0(BhPending, 1);

  pending->property = g_object_ref(self);
  pending->append = bh_backend_append_new();
  pending->logs = g_array_new(FALSE, FALSE, sizeof(BhPendingLog));
  pending->takes = g_ptr_array_new_with_free_func((GDestroyNotify)bh_take_free);
  return pending;
}

void
bh_pending_free(BhPending *pending)
{
  bh_backend_append_unref(pending->append);
  g_array_unref(pending->logs);
  g_ptr_array_unref(pending->takes);
  g_clear_object(&pending->task);
  g_object_unref(pending->property);
  g_free(pending);
}

/* --- making one --- */

static void
note_log(BhPending *pending, BhLog *log)
{
  BhPendingLog entry = {log, log->epoch};

  for (guint i = 0; i < pending->logs->len; i++) {
    if (g_array_index(pending->logs, BhPendingLog, i).log == log)
      return;
  }
  g_array_append_val(pending->logs, entry);
}

/* A number that others have seen is never given again, also not after a restart. */
static void
note_receipt(BhPending *pending, const BhOperation *op)
{
  gint64 number = json_integer_value(json_object_get(op->body, "number"));
  g_autofree char *text = NULL;

  if (!g_str_equal(op->kind, "receipt.issue"))
    return;
  pending->receipt = MAX(pending->receipt, number);
  if (number <= bh_property_get_receipt(pending->property))
    return;
  text = g_strdup_printf("%" G_GINT64_FORMAT, pending->receipt);
  bh_backend_append_set_value(pending->append, BH_PROPERTY_RECEIPT, text);
}

typedef struct {
  BhBackendAppend *append;
  const char *entity;
} Erasing;

static void
erase(const char *log_id, gint64 seq, gpointer data)
{
  const Erasing *erasing = data;

  bh_backend_append_add_redaction(erasing->append, log_id, seq, erasing->entity);
}

static void
note_redaction(BhPending *pending, const BhOperation *op)
{
  Erasing erasing = {pending->append, op->entity};

  bh_redaction_visit_targets(op, erase, &erasing);
}

/* Should this end before all is derived again, the next start does it. */
static void
note_cutoff(BhPending *pending, const BhOperation *op)
{
  g_autofree char *name = NULL;

  if (!bh_cutoff_table_is_kind(op->kind))
    return;
  name = g_strconcat(BH_PROPERTY_DERIVE, op->entity + strlen("device/"), NULL);
  bh_backend_append_set_value(pending->append, name, "1");
  g_hash_table_remove(pending->property->derived, name);
}

void
bh_pending_add(BhPending *pending, BhLog *log, BhOperation *op, const char *reason)
{
  if (op->seq > log->queued) {
    log->queued = op->seq;
    note_log(pending, log);
  }
  if (reason == NULL) {
    note_receipt(pending, op);
    note_redaction(pending, op);
    note_cutoff(pending, op);
  }
  bh_backend_append_add(pending->append, op, reason);
}

gint64
bh_property_get_receipt(BhProperty *self)
{
  gint64 receipt = self->receipt;

  for (GList *link = self->pending.head; link != NULL; link = link->next) {
    const BhPending *pending = link->data;
    gboolean is_lost = FALSE;

    /* One that was built on a failed one will fail: its number is free again. */
    for (guint i = 0; i < pending->logs->len; i++) {
      const BhPendingLog *entry = &g_array_index(pending->logs, BhPendingLog, i);

      is_lost = is_lost || entry->epoch != entry->log->epoch;
    }
    if (!is_lost)
      receipt = MAX(receipt, pending->receipt);
  }
  return receipt;
}

/* --- completing one --- */

static void
fall_back(BhPending *pending)
{
  for (guint i = 0; i < pending->logs->len; i++) {
    BhPendingLog *entry = &g_array_index(pending->logs, BhPendingLog, i);
    BhLog *log = entry->log;

    if (entry->epoch != log->epoch)
      continue;
    log->epoch++;
    log->queued = log->committed;
  }
}

static void
forget_versions(BhPending *pending)
{
  GHashTable *versions = pending->property->pending_versions;

  for (guint i = 0; pending->is_own && i < pending->append->operations->len; i++) {
    const BhOperation *op = pending->append->operations->pdata[i];
    BhPendingVersion *version = g_hash_table_lookup(versions, op->entity);

    if (version != NULL && --version->count == 0)
      g_hash_table_remove(versions, op->entity);
  }
}

/* Brings the log up to date. Returns: whether it is new here */
static gboolean
note_outcome(BhProperty *self, BhOperation *op, const BhBackendAppended *appended, guint i)
{
  BhLog *log = bh_log_table_ensure(self->logs, op->log_id, op->device_id);

  switch ((BhBackendOutcome)appended->outcomes[i]) {
  case BH_BACKEND_STORED:
    log->committed = op->seq;
    /* A variant may have become the next where the one it came after was lost. */
    log->queued = MAX(log->queued, op->seq);
    bh_log_note(log, op);
    return TRUE;
  case BH_BACKEND_VARIANT:
    bh_log_set_fork(log, op->seq, appended->counts[i]);
    return TRUE;
  case BH_BACKEND_DUPLICATE:
  case BH_BACKEND_CROWDED:
    break;
  }
  return FALSE;
}

static void
emit_conflicts(BhProperty *self, const BhPending *pending, const BhBackendAppended *appended)
{
  for (guint i = 0; i < appended->n_operations; i++) {
    if (appended->others->pdata[i] != NULL)
      g_signal_emit(self, bh_property_signals[BH_PROPERTY_CONFLICT], 0, appended->others->pdata[i],
                    pending->append->operations->pdata[i]);
  }
}

static void
commit(BhPending *pending, const BhBackendAppended *appended)
{
  BhProperty *self = pending->property;
  g_autoptr(GPtrArray) fresh = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  BhEffect effect;

  bh_effect_init(&effect);
  self->position = MAX(self->position, appended->position);
  self->receipt = MAX(self->receipt, pending->receipt);
  for (guint i = 0; i < appended->n_operations; i++) {
    BhOperation *op = pending->append->operations->pdata[i];

    if (!note_outcome(self, op, appended, i))
      continue;
    self->n_aside += pending->append->reasons->pdata[i] != NULL;
    bh_property_apply(self, op, pending->append->reasons->pdata[i], &effect);
    g_ptr_array_add(fresh, bh_operation_ref(op));
  }
  if (fresh->len > 0)
    g_signal_emit(self, bh_property_signals[BH_PROPERTY_COMMITTED], 0, fresh, pending->source);
  emit_conflicts(self, pending, appended);
  bh_property_emit_effect(self, &effect);
  bh_effect_clear(&effect);
}

static void
complete_write(BhPending *pending, const GError *error)
{
  if (pending->task == NULL)
    return;
  if (error != NULL)
    g_task_return_error(pending->task, g_error_copy(error));
  else
    g_task_return_pointer(pending->task, g_ptr_array_ref(pending->append->operations),
                          (GDestroyNotify)g_ptr_array_unref);
}

static void
append_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  BhPending *pending = data;
  BhProperty *self = pending->property;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhBackendAppended) appended =
      bh_operation_backend_append_finish(BH_OPERATION_BACKEND(source), result, &error);

  g_assert(g_queue_peek_head(&self->pending) == pending);
  g_queue_pop_head(&self->pending);
  self->pending_bytes -= pending->bytes;
  forget_versions(pending);
  if (appended != NULL)
    commit(pending, appended);
  else
    fall_back(pending);
  complete_write(pending, error);
  for (guint i = 0; i < pending->takes->len; i++)
    bh_take_complete(pending->takes->pdata[i], error);
  if (!self->is_closed)
    bh_property_think_of_checkpoint(self);
  bh_pending_free(pending);
}

void
bh_pending_send(BhPending *pending)
{
  BhProperty *self = pending->property;

  pending->bytes = pending->append->size_bytes;
  self->pending_bytes += pending->bytes;
  g_queue_push_tail(&self->pending, pending);
  bh_operation_backend_append_async(self->backend, pending->append, append_cb, pending);
}
