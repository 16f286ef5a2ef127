/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "order-state.h"
#include "property-private.h"

/*
 * What a property says of itself, and records that are brought back into memory.
 */

/* --- the log --- */

json_t *
bh_property_get_have(BhProperty *property, gboolean with_private)
{
  g_autoptr(GPtrArray) logs = bh_log_table_list(property->logs);
  json_t *have = json_object();

  for (guint i = 0; i < logs->len; i++) {
    const BhLog *log = logs->pdata[i];

    if (log->committed > 0 && (with_private || !bh_operation_is_private_log(log->log_id)))
      json_object_set_new(have, log->log_id, json_integer(log->committed));
  }
  return have;
}

gint64
bh_property_get_seq(BhProperty *property, const char *log_id)
{
  const BhLog *log = bh_log_table_find(property->logs, log_id);

  return log != NULL ? log->committed : 0;
}

const char *
bh_property_get_author(BhProperty *property, const char *log_id)
{
  const BhLog *log = bh_log_table_find(property->logs, log_id);

  return log != NULL ? log->device_id : NULL;
}

gboolean
bh_property_has_redaction(BhProperty *property, const BhOperation *op)
{
  const BhRecord *record = bh_property_get_record(property, op->entity);
  BhStamp stamp = {.seq = op->seq};

  g_strlcpy(stamp.log_id, op->log_id, sizeof stamp.log_id);
  return record != NULL && bh_record_has_redaction(record, &stamp);
}

const char *
bh_property_get_own_log(BhProperty *property, gboolean is_private)
{
  const BhLog *log = property->own_logs[is_private ? 1 : 0];

  return log != NULL ? log->log_id : NULL;
}

static void
visit_logs(BhProperty *property, gboolean with_queued, BhLogVisitor visitor, gpointer data)
{
  g_autoptr(GPtrArray) logs = bh_log_table_list(property->logs);

  for (guint i = 0; i < logs->len; i++) {
    const BhLog *log = logs->pdata[i];
    gint64 seq = with_queued ? log->queued : log->committed;

    if (seq > 0)
      visitor(log->log_id, seq, log->device_id, data);
  }
}

void
bh_property_visit_logs(BhProperty *property, BhLogVisitor visitor, gpointer data)
{
  visit_logs(property, FALSE, visitor, data);
}

void
bh_property_visit_queued(BhProperty *property, BhLogVisitor visitor, gpointer data)
{
  visit_logs(property, TRUE, visitor, data);
}

gboolean
bh_property_has_whole(BhProperty *property, const char *name)
{
  const BhBookEntry *entry = bh_record_book_find(property->book, name);

  return entry != NULL && !entry->is_partial;
}

json_t *
bh_property_get_forks(BhProperty *property, gboolean with_private)
{
  g_autoptr(GPtrArray) logs = bh_log_table_list(property->logs);
  json_t *forks = json_array();

  for (guint i = 0; i < logs->len; i++) {
    const BhLog *log = logs->pdata[i];
    g_autoptr(GArray) seqs = bh_log_list_forks(log, 1, G_MAXINT64);

    for (guint j = 0; j < seqs->len; j++) {
      gint64 seq = g_array_index(seqs, gint64, j);

      if (with_private || !bh_operation_is_private_log(log->log_id))
        json_array_append_new(forks, json_pack("[s, I, i]", log->log_id, (json_int_t)seq,
                                               (int)bh_log_get_fork(log, seq)));
    }
  }
  return forks;
}

GArray *
bh_property_list_forks(BhProperty *property, const char *log_id, gint64 from, gint64 to)
{
  const BhLog *log = bh_log_table_find(property->logs, log_id);

  return log != NULL ? bh_log_list_forks(log, from, to) : NULL;
}

guint
bh_property_get_fork_count(BhProperty *property, const char *log_id, gint64 seq)
{
  const BhLog *log = bh_log_table_find(property->logs, log_id);

  return log != NULL && seq >= 1 && seq <= log->committed ? bh_log_get_fork(log, seq) : 0;
}

typedef struct {
  GTask *task; /* owned */
  char *log_id;
} Reading;

static void
read_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Reading *reading = data;
  BhProperty *self = g_task_get_source_object(reading->task);
  GError *error = NULL;
  g_autoptr(GPtrArray) entries =
      bh_operation_backend_read_finish(BH_OPERATION_BACKEND(source), result, &error);
  GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);

  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    BhOperation *op = ((BhBackendEntry *)entries->pdata[i])->op;

    /* Stored perhaps, but its commit has not been told. */
    if (op->seq <= bh_property_get_seq(self, reading->log_id))
      g_ptr_array_add(ops, bh_operation_ref(op));
  }
  if (error == NULL) {
    g_task_return_pointer(reading->task, ops, (GDestroyNotify)g_ptr_array_unref);
  } else {
    g_ptr_array_unref(ops);
    g_task_return_error(reading->task, error);
  }
  g_object_unref(reading->task);
  g_free(reading->log_id);
  g_free(reading);
}

void
bh_property_read_async(BhProperty *property, const char *log_id, gint64 from_seq,
                       guint max_operations, gsize max_bytes, GAsyncReadyCallback callback,
                       gpointer data)
{
  Reading *reading;
  GTask *task;

  g_return_if_fail(BH_IS_PROPERTY(property) && log_id != NULL);

  task = g_task_new(property, NULL, callback, data);
  if (!bh_property_check_open(property, task, 0))
    return;
  reading = g_new0(Reading, 1);
  reading->task = task;
  reading->log_id = g_strdup(log_id);
  bh_operation_backend_read_log_async(property->backend, log_id, from_seq, max_operations,
                                      max_bytes, read_cb, reading);
}

GPtrArray *
bh_property_read_finish(BhProperty *property, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, property), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

static void
signatures_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  GArray *signatures =
      bh_operation_backend_read_signatures_finish(BH_OPERATION_BACKEND(source), result, &error);

  if (signatures != NULL)
    g_task_return_pointer(task, signatures, (GDestroyNotify)g_array_unref);
  else
    g_task_return_error(task, error);
}

void
bh_property_read_signatures_async(BhProperty *property, const char *log_id, gint64 from_seq,
                                  gint64 to_seq, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;

  g_return_if_fail(BH_IS_PROPERTY(property) && log_id != NULL);

  task = g_task_new(property, NULL, callback, data);
  if (bh_property_check_open(property, task, 0))
    bh_operation_backend_read_signatures_async(property->backend, log_id, from_seq, to_seq,
                                               signatures_cb, task);
}

GArray *
bh_property_read_signatures_finish(BhProperty *property, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, property), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

/* --- members --- */

BhMemberRoll *
bh_property_get_members(BhProperty *property)
{
  return property->members;
}

gboolean
bh_property_add_member(BhProperty *property, json_t *document, GError **error)
{
  gboolean is_new = FALSE;
  const BhRollMember *member;
  BhPending *pending;

  g_return_val_if_fail(BH_IS_PROPERTY(property), FALSE);

  member = bh_member_roll_add(property->members, document, &is_new, error);
  if (member == NULL)
    return FALSE;
  if (!is_new || property->is_closed)
    return TRUE;
  pending = bh_pending_new(property);
  bh_backend_append_add_member(pending->append, member);
  bh_pending_send(pending);
  return TRUE;
}

/* --- records --- */

BhRecord *
bh_property_get_record(BhProperty *property, const char *name)
{
  const BhBookEntry *entry = bh_record_book_find(property->book, name);

  return entry != NULL ? entry->record : NULL;
}

static void
record_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  BhProperty *self = g_task_get_source_object(task);
  const char *name = g_task_get_task_data(task);
  GError *error = NULL;
  BhBackendRecord *found =
      bh_operation_backend_read_record_finish(BH_OPERATION_BACKEND(source), result, &error);
  const BhBookEntry *entry;

  if (error != NULL) {
    g_task_return_error(task, error);
    return;
  }
  entry = bh_record_book_find(self->book, name);
  if (entry == NULL || entry->is_partial)
    /* Wanted now: it stays for as long as one that something has just happened to. */
    bh_record_book_complete(self->book, name, found != NULL ? found->record : NULL,
                            bh_property_house_now(self));
  bh_backend_record_free(found);
  entry = bh_record_book_find(self->book, name);
  g_task_return_pointer(task, entry != NULL ? bh_record_ref(entry->record) : NULL,
                        (GDestroyNotify)bh_record_unref);
}

void
bh_property_load_record_async(BhProperty *property, const char *name, GAsyncReadyCallback callback,
                              gpointer data)
{
  const BhBookEntry *entry;
  GTask *task;

  g_return_if_fail(BH_IS_PROPERTY(property) && name != NULL);

  task = g_task_new(property, NULL, callback, data);
  if (!bh_property_check_open(property, task, 0))
    return;
  entry = bh_record_book_find(property->book, name);
  if (entry != NULL && !entry->is_partial) {
    g_task_return_pointer(task, bh_record_ref(entry->record), (GDestroyNotify)bh_record_unref);
    g_object_unref(task);
    return;
  }
  g_task_set_task_data(task, g_strdup(name), g_free);
  bh_operation_backend_read_record_async(property->backend, name, record_cb, task);
}

BhRecord *
bh_property_load_record_finish(BhProperty *property, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, property), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

void
bh_property_visit_records(BhProperty *property, const char *prefix, BhPropertyRecordVisitor visitor,
                          gpointer data)
{
  bh_record_book_visit(property->book, prefix, visitor, data);
}

gint64
bh_property_get_touched_ms(BhProperty *property, const char *name)
{
  const BhBookEntry *entry = bh_record_book_find(property->book, name);

  return entry != NULL ? entry->touched_ms : 0;
}

gboolean
bh_property_is_archivable(BhProperty *property, const char *name)
{
  return bh_record_book_is_archivable(property->book, name, bh_property_house_now(property));
}

static BhRecord *
look_up_record(const char *name, gpointer data)
{
  return bh_property_get_record(data, name);
}

static GPtrArray *
look_up_moved(const char *order_id, gpointer data)
{
  return bh_property_get_moved(data, order_id);
}

json_t *
bh_property_read_order(BhProperty *property, const char *order_id)
{
  return bh_order_state_read(order_id, look_up_record, look_up_moved, property);
}

GPtrArray *
bh_property_get_moved(BhProperty *property, const char *order_id)
{
  return bh_record_book_get_moved(property->book, order_id);
}

/* --- safe --- */

gboolean
bh_property_mark_safe(BhProperty *property, const json_t *have)
{
  gboolean is_changed = FALSE;
  const char *log_id;
  json_t *seq;

  /* Only logs that are known: what others name must not fill the memory. */
  json_object_foreach((json_t *)have, log_id, seq)
  {
    BhLog *log = bh_log_table_find(property->logs, log_id);

    if (log == NULL || json_integer_value(seq) <= log->safe ||
        json_integer_value(seq) > BH_OPERATION_MAX_SEQ)
      continue;
    log->safe = json_integer_value(seq);
    is_changed = TRUE;
  }
  if (!is_changed)
    return FALSE;
  property->is_safe_new = TRUE;
  if (property->is_loaded)
    g_signal_emit(property, bh_property_signals[BH_PROPERTY_SAFE_CHANGED], 0);
  return TRUE;
}

json_t *
bh_property_get_safe(BhProperty *property)
{
  g_autoptr(GPtrArray) logs = NULL;
  json_t *safe;

  if (bh_level_is_safe(property->level))
    return bh_property_get_have(property, FALSE);
  logs = bh_log_table_list(property->logs);
  safe = json_object();
  for (guint i = 0; i < logs->len; i++) {
    const BhLog *log = logs->pdata[i];

    if (log->safe > 0)
      json_object_set_new(safe, log->log_id, json_integer(log->safe));
  }
  return safe;
}

gint64
bh_property_get_safe_seq(BhProperty *property, const char *log_id)
{
  const BhLog *log = bh_log_table_find(property->logs, log_id);

  if (log == NULL)
    return 0;
  return bh_level_is_safe(property->level) ? log->committed : log->safe;
}

/* --- delivered --- */

gint64
bh_property_get_delivered(BhProperty *property, const char *log_id)
{
  const BhLog *log = bh_log_table_find(property->logs, log_id);

  return log != NULL ? log->delivered : 0;
}

gboolean
bh_property_note_delivered(BhProperty *property, const char *log_id, gint64 from, gint64 to)
{
  BhLog *log = bh_log_table_find(property->logs, log_id);

  if (log == NULL)
    return FALSE;
  if (from <= log->delivered + 1)
    log->delivered = MAX(log->delivered, MIN(to, log->committed));
  return log->delivered >= to;
}

void
bh_property_lower_delivered(BhProperty *property, BhLogPositions *have)
{
  g_autoptr(GPtrArray) logs = bh_log_table_list(property->logs);
  gboolean is_less = FALSE;

  for (guint i = 0; i < logs->len && !is_less; i++) {
    const BhLog *log = logs->pdata[i];

    is_less = log->delivered > bh_log_positions_get(have, log->log_id);
  }
  for (guint i = 0; i < logs->len && is_less; i++)
    ((BhLog *)logs->pdata[i])->delivered = 0;
}

/* --- figures --- */

json_t *
bh_property_get_aside(BhProperty *property)
{
  return bh_aside_list_to_json(property->aside);
}

void
bh_property_get_figures(BhProperty *property, BhPropertyFigures *figures)
{
  *figures = (BhPropertyFigures){
      .n_operations = property->position,
      .n_aside = property->n_aside,
      .n_records = bh_record_book_get_count(property->book),
      .n_waiting = bh_gap_buffer_get_count(property->gaps),
      .pending_bytes = property->pending_bytes,
      .position = property->position,
      .checkpoint = property->checkpoint,
  };
}

const char *
bh_property_get_tenant_id(BhProperty *property)
{
  return property->tenant_id;
}

const char *
bh_property_get_device_id(BhProperty *property)
{
  return property->device_id;
}

BhLevel
bh_property_get_level(BhProperty *property)
{
  return property->level;
}

BhHybridClock *
bh_property_get_clock(BhProperty *property)
{
  return property->clock;
}

gint64
bh_property_get_now_ms(BhProperty *property)
{
  return bh_property_now(property);
}
