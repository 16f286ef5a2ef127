/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "backend-data.h"

/* A reason's place is its code in the database: append only. */
static const char *const reasons[] = {NULL,        "unknown-kind", "bad-entity",
                                      "forbidden", "bad-body",     "revoked"};

/* About what a statement and its row cost beside their text. */
#define OVERHEAD_BYTES 200

guint
bh_backend_reason_to_code(const char *reason)
{
  for (guint i = 1; reason != NULL && i < G_N_ELEMENTS(reasons); i++) {
    if (g_str_equal(reason, reasons[i]))
      return i;
  }
  g_return_val_if_fail(reason == NULL, 0);
  return 0;
}

const char *
bh_backend_reason_from_code(guint code)
{
  return code < G_N_ELEMENTS(reasons) ? reasons[code] : NULL;
}

gboolean
bh_backend_reason_is_of_kinds(const char *reason)
{
  return reason != NULL && !g_str_equal(reason, "revoked");
}

/* --- what is in it --- */

static void
log_free(gpointer data)
{
  BhBackendLog *log = data;

  g_free(log->log_id);
  g_free(log->device_id);
  g_free(log);
}

static void
fork_free(gpointer data)
{
  BhBackendFork *fork = data;

  g_free(fork->log_id);
  g_free(fork);
}

void
bh_backend_aside_free(BhBackendAside *aside)
{
  g_free(aside->log_id);
  g_free(aside->entity);
  g_free(aside);
}

void
bh_backend_record_free(BhBackendRecord *record)
{
  if (record == NULL)
    return;
  g_free(record->entity);
  bh_record_unref(record->record);
  g_free(record);
}

void
bh_backend_entry_free(BhBackendEntry *entry)
{
  bh_operation_unref(entry->op);
  g_free(entry);
}

BhBackendLog *
bh_backend_log_new(const char *log_id, const char *device_id, gint64 seq)
{
  BhBackendLog *log = g_new0(BhBackendLog, 1);

  log->log_id = g_strdup(log_id);
  log->device_id = g_strdup(device_id);
  log->seq = seq;
  return log;
}

BhBackendFork *
bh_backend_fork_new(const char *log_id, gint64 seq, guint count)
{
  BhBackendFork *fork = g_new0(BhBackendFork, 1);

  fork->log_id = g_strdup(log_id);
  fork->seq = seq;
  fork->count = count;
  return fork;
}

BhBackendAside *
bh_backend_aside_new(const char *log_id, gint64 seq, const char *entity, const char *reason)
{
  BhBackendAside *aside = g_new0(BhBackendAside, 1);

  aside->log_id = g_strdup(log_id);
  aside->seq = seq;
  aside->entity = g_strdup(entity);
  aside->reason = reason;
  return aside;
}

BhBackendRecord *
bh_backend_record_new(const char *entity, BhRecord *record, gint64 touched_ms)
{
  BhBackendRecord *item = g_new0(BhBackendRecord, 1);

  item->entity = g_strdup(entity);
  item->record = bh_record_ref(record);
  item->touched_ms = touched_ms;
  return item;
}

BhBackendEntry *
bh_backend_entry_new(BhOperation *op)
{
  BhBackendEntry *entry = g_new0(BhBackendEntry, 1);

  entry->op = bh_operation_ref(op);
  return entry;
}

BhBackendContents *
bh_backend_contents_new(void)
{
  BhBackendContents *contents = g_new0(BhBackendContents, 1);

  contents->logs = g_ptr_array_new_with_free_func(log_free);
  contents->forks = g_ptr_array_new_with_free_func(fork_free);
  contents->aside = g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_aside_free);
  contents->members = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  contents->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  contents->records = g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_record_free);
  contents->entries = g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_entry_free);
  return contents;
}

void
bh_backend_contents_free(BhBackendContents *contents)
{
  if (contents == NULL)
    return;
  g_ptr_array_unref(contents->logs);
  g_ptr_array_unref(contents->forks);
  g_ptr_array_unref(contents->aside);
  g_ptr_array_unref(contents->members);
  g_hash_table_unref(contents->values);
  g_ptr_array_unref(contents->records);
  g_ptr_array_unref(contents->entries);
  g_free(contents);
}

/* --- append --- */

static void
redaction_free(gpointer data)
{
  BhBackendRedaction *redaction = data;

  g_free(redaction->log_id);
  g_free(redaction->entity);
  g_free(redaction);
}

BhBackendAppend *
bh_backend_append_new(void)
{
  BhBackendAppend *append = g_new0(BhBackendAppend, 1);

  g_atomic_ref_count_init(&append->refs);
  append->operations = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  append->reasons = g_ptr_array_new();
  append->members = g_ptr_array_new_with_free_func((GDestroyNotify)bh_member_free);
  append->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  append->redactions = g_ptr_array_new_with_free_func(redaction_free);
  append->size_bytes = OVERHEAD_BYTES;
  return append;
}

BhBackendAppend *
bh_backend_append_ref(BhBackendAppend *append)
{
  g_atomic_ref_count_inc(&append->refs);
  return append;
}

void
bh_backend_append_unref(BhBackendAppend *append)
{
  if (append == NULL || !g_atomic_ref_count_dec(&append->refs))
    return;
  g_ptr_array_unref(append->operations);
  g_ptr_array_unref(append->reasons);
  g_ptr_array_unref(append->members);
  g_hash_table_unref(append->values);
  g_ptr_array_unref(append->redactions);
  g_free(append);
}

void
bh_backend_append_add(BhBackendAppend *append, BhOperation *op, const char *reason)
{
  g_ptr_array_add(append->operations, bh_operation_ref(op));
  g_ptr_array_add(append->reasons, (gpointer)reason);
  append->size_bytes += op->length + OVERHEAD_BYTES;
}

void
bh_backend_append_add_member(BhBackendAppend *append, const BhRollMember *member)
{
  g_ptr_array_add(append->members, bh_member_copy(member));
  append->size_bytes += 4 * OVERHEAD_BYTES;
}

void
bh_backend_append_set_value(BhBackendAppend *append, const char *name, const char *text)
{
  g_hash_table_insert(append->values, g_strdup(name), g_strdup(text));
  append->size_bytes += OVERHEAD_BYTES;
}

void
bh_backend_append_add_redaction(BhBackendAppend *append, const char *log_id, gint64 seq,
                                const char *entity)
{
  BhBackendRedaction *redaction = g_new0(BhBackendRedaction, 1);

  redaction->log_id = g_strdup(log_id);
  redaction->seq = seq;
  redaction->entity = g_strdup(entity);
  g_ptr_array_add(append->redactions, redaction);
  append->size_bytes += OVERHEAD_BYTES;
}

gboolean
bh_backend_append_is_empty(const BhBackendAppend *append)
{
  return append->operations->len == 0 && append->members->len == 0 &&
         append->redactions->len == 0 && g_hash_table_size(append->values) == 0;
}

static void
unref_operation(gpointer data)
{
  bh_operation_unref(data);
}

BhBackendAppended *
bh_backend_appended_new(guint n_operations)
{
  BhBackendAppended *appended = g_new0(BhBackendAppended, 1);

  appended->outcomes = g_new0(guint8, n_operations);
  appended->counts = g_new0(guint, n_operations);
  appended->others = g_ptr_array_new_with_free_func(unref_operation);
  g_ptr_array_set_size(appended->others, (int)n_operations);
  appended->n_operations = n_operations;
  return appended;
}

void
bh_backend_appended_free(BhBackendAppended *appended)
{
  if (appended == NULL)
    return;
  g_free(appended->outcomes);
  g_free(appended->counts);
  g_ptr_array_unref(appended->others);
  g_free(appended);
}

/* --- checkpoint --- */

static void
checkpoint_record_free(gpointer data)
{
  BhBackendCheckpointRecord *record = data;

  g_free(record->entity);
  json_decref(record->content);
  g_free(record);
}

BhBackendCheckpoint *
bh_backend_checkpoint_new(gint64 position)
{
  BhBackendCheckpoint *checkpoint = g_new0(BhBackendCheckpoint, 1);

  checkpoint->records = g_ptr_array_new_with_free_func(checkpoint_record_free);
  checkpoint->position = position;
  checkpoint->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  checkpoint->aside = g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_aside_free);
  checkpoint->merged = g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_record_free);
  checkpoint->size_bytes = OVERHEAD_BYTES;
  return checkpoint;
}

void
bh_backend_checkpoint_add(BhBackendCheckpoint *checkpoint, const char *entity,
                          const BhRecord *record, gint64 touched_ms, BhBackendCheckpointMode mode,
                          gboolean is_archived)
{
  BhBackendCheckpointRecord *item = g_new0(BhBackendCheckpointRecord, 1);

  item->entity = g_strdup(entity);
  item->content = bh_record_to_json(record);
  item->touched_ms = touched_ms;
  item->mode = mode;
  item->is_archived = is_archived;
  g_ptr_array_add(checkpoint->records, item);
  checkpoint->size_bytes += bh_record_get_size(record) * OVERHEAD_BYTES;
}

void
bh_backend_checkpoint_set_value(BhBackendCheckpoint *checkpoint, const char *name, const char *text)
{
  g_hash_table_insert(checkpoint->values, g_strdup(name), g_strdup(text));
}

void
bh_backend_checkpoint_add_aside(BhBackendCheckpoint *checkpoint, const char *log_id, gint64 seq,
                                const char *entity, const char *reason)
{
  g_ptr_array_add(checkpoint->aside, bh_backend_aside_new(log_id, seq, entity, reason));
}

void
bh_backend_checkpoint_free(BhBackendCheckpoint *checkpoint)
{
  if (checkpoint == NULL)
    return;
  g_ptr_array_unref(checkpoint->records);
  g_hash_table_unref(checkpoint->values);
  g_ptr_array_unref(checkpoint->aside);
  g_ptr_array_unref(checkpoint->merged);
  g_free(checkpoint);
}
