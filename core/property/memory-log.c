/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "memory-log.h"

#include <string.h>

#include "property-error.h"
#include "redaction.h"

/* An operation as it is stored. */
typedef struct {
  BhOperation *op;    /* owned; a stub once it was redacted */
  const char *reason; /* (nullable): static */
} Stored;

typedef struct {
  char *log_id;
  char *device_id;
  GPtrArray *identities; /* of GPtrArray of Stored (borrowed), by seq from 1 */
  guint n_forks;
} Log;

typedef struct {
  char *text; /* JSON */
  gint64 touched_ms;
  gboolean is_archived;
} Record;

struct _BhMemoryLog {
  GPtrArray *stored;   /* of Stored, owned, by position from 1 */
  GHashTable *logs;    /* log id (of the value) -> Log */
  GPtrArray *members;  /* of BhRollMember */
  GHashTable *values;  /* name -> text */
  GHashTable *records; /* entity -> Record */
  gint64 checkpoint;
};

/* --- life --- */

static void
stored_free(gpointer data)
{
  Stored *stored = data;

  bh_operation_unref(stored->op);
  g_free(stored);
}

static void
free_identity(gpointer data)
{
  g_ptr_array_unref(data);
}

static void
log_free(gpointer data)
{
  Log *log = data;

  g_free(log->log_id);
  g_free(log->device_id);
  g_ptr_array_unref(log->identities);
  g_free(log);
}

static void
record_free(gpointer data)
{
  Record *record = data;

  g_free(record->text);
  g_free(record);
}

BhMemoryLog *
bh_memory_log_new(void)
{
  BhMemoryLog *log = g_new0(BhMemoryLog, 1);

  log->stored = g_ptr_array_new_with_free_func(stored_free);
  log->logs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, log_free);
  log->members = g_ptr_array_new_with_free_func((GDestroyNotify)bh_member_free);
  log->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  log->records = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, record_free);
  return log;
}

void
bh_memory_log_free(BhMemoryLog *log)
{
  g_hash_table_unref(log->logs);
  g_ptr_array_unref(log->stored);
  g_ptr_array_unref(log->members);
  g_hash_table_unref(log->values);
  g_hash_table_unref(log->records);
  g_free(log);
}

static Log *
ensure_log(BhMemoryLog *self, const char *log_id)
{
  Log *log = g_hash_table_lookup(self->logs, log_id);

  if (log == NULL) {
    log = g_new0(Log, 1);
    log->log_id = g_strdup(log_id);
    log->device_id = g_strdup("");
    log->identities = g_ptr_array_new_with_free_func(free_identity);
    g_hash_table_insert(self->logs, log->log_id, log);
  }
  return log;
}

static void
store(BhMemoryLog *self, Log *log, const Stored *value)
{
  Stored *stored = g_memdup2(value, sizeof *value);
  GPtrArray *variants;

  bh_operation_ref(stored->op);
  g_ptr_array_add(self->stored, stored);
  if ((guint)stored->op->seq > log->identities->len)
    g_ptr_array_add(log->identities, g_ptr_array_new());
  variants = log->identities->pdata[stored->op->seq - 1];
  g_ptr_array_add(variants, stored);
  if (variants->len == 2)
    log->n_forks++;
  if (log->device_id[0] == '\0') {
    g_free(log->device_id);
    log->device_id = g_strdup(stored->op->device_id);
  }
}

BhMemoryLog *
bh_memory_log_copy(const BhMemoryLog *log)
{
  BhMemoryLog *copy = bh_memory_log_new();
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init(&iter, log->logs);
  while (g_hash_table_iter_next(&iter, &name, &value)) {
    g_free(ensure_log(copy, name)->device_id);
    ensure_log(copy, name)->device_id = g_strdup(((Log *)value)->device_id);
  }
  for (guint i = 0; i < log->stored->len; i++) {
    const Stored *stored = log->stored->pdata[i];

    store(copy, ensure_log(copy, stored->op->log_id), stored);
  }
  for (guint i = 0; i < log->members->len; i++)
    g_ptr_array_add(copy->members, bh_member_copy(log->members->pdata[i]));
  g_hash_table_iter_init(&iter, log->values);
  while (g_hash_table_iter_next(&iter, &name, &value))
    g_hash_table_insert(copy->values, g_strdup(name), g_strdup(value));
  g_hash_table_iter_init(&iter, log->records);
  while (g_hash_table_iter_next(&iter, &name, &value)) {
    Record *record = g_memdup2(value, sizeof(Record));

    record->text = g_strdup(record->text);
    g_hash_table_insert(copy->records, g_strdup(name), record);
  }
  copy->checkpoint = log->checkpoint;
  return copy;
}

/* --- reading --- */

static void
add_entry(GPtrArray *entries, const Stored *stored)
{
  BhBackendEntry *entry = bh_backend_entry_new(stored->op);

  entry->reason = stored->reason;
  g_ptr_array_add(entries, entry);
}

static GPtrArray *
new_entries(void)
{
  return g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_entry_free);
}

GPtrArray *
bh_memory_log_read(const BhMemoryLog *self, const char *log_id, gint64 from_seq,
                   guint max_operations, gsize max_bytes)
{
  const Log *log = g_hash_table_lookup(self->logs, log_id);
  GPtrArray *entries = new_entries();
  gsize bytes = 0;

  for (gint64 seq = MAX(from_seq, 1); log != NULL && seq <= log->identities->len; seq++) {
    const GPtrArray *variants = log->identities->pdata[seq - 1];

    for (guint i = 0; i < variants->len; i++)
      bytes += ((Stored *)variants->pdata[i])->op->length;
    if (entries->len > 0 && (entries->len + variants->len > max_operations || bytes > max_bytes))
      break;
    for (guint i = 0; i < variants->len; i++)
      add_entry(entries, variants->pdata[i]);
  }
  return entries;
}

GArray *
bh_memory_log_read_signatures(const BhMemoryLog *self, const char *log_id, gint64 from_seq,
                              gint64 to_seq)
{
  const Log *log = g_hash_table_lookup(self->logs, log_id);
  GArray *signatures = g_array_new(FALSE, FALSE, sizeof(BhBackendSignature));
  gint64 end = log != NULL ? MIN(to_seq, (gint64)log->identities->len) : 0;

  for (gint64 seq = MAX(from_seq, 1); seq <= end; seq++) {
    const GPtrArray *variants = log->identities->pdata[seq - 1];

    for (guint i = 0; i < variants->len; i++) {
      const BhOperation *op = ((Stored *)variants->pdata[i])->op;
      BhBackendSignature signature = {.seq = seq, .is_redacted = op->is_redacted};

      memcpy(signature.sig, op->sig, sizeof signature.sig);
      g_array_append_val(signatures, signature);
    }
  }
  return signatures;
}

GPtrArray *
bh_memory_log_read_entity(const BhMemoryLog *self, const char *entity)
{
  GPtrArray *entries = new_entries();

  for (guint i = 0; i < self->stored->len; i++) {
    const Stored *stored = self->stored->pdata[i];

    if (g_str_equal(stored->op->entity, entity))
      add_entry(entries, stored);
  }
  return entries;
}

GPtrArray *
bh_memory_log_list_entities(const BhMemoryLog *self, const char *log_id, gint64 from_seq,
                            gint64 to_seq)
{
  const Log *log = g_hash_table_lookup(self->logs, log_id);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  if (log == NULL)
    return names;
  for (gint64 seq = MAX(from_seq, 1); seq <= MIN(to_seq, (gint64)log->identities->len); seq++) {
    const GPtrArray *variants = log->identities->pdata[seq - 1];

    for (guint i = 0; i < variants->len; i++) {
      const Stored *stored = variants->pdata[i];

      if (g_hash_table_add(seen, stored->op->entity))
        g_ptr_array_add(names, g_strdup(stored->op->entity));
    }
  }
  return names;
}

GPtrArray *
bh_memory_log_list_aside(const BhMemoryLog *self)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  for (guint i = 0; i < self->stored->len; i++) {
    const Stored *stored = self->stored->pdata[i];

    if (bh_backend_reason_is_of_kinds(stored->reason) && g_hash_table_add(seen, stored->op->entity))
      g_ptr_array_add(names, g_strdup(stored->op->entity));
  }
  return names;
}

static BhBackendRecord *
read_record(const char *entity, const Record *record)
{
  g_autoptr(json_t) json = bh_json_parse(record->text, strlen(record->text), NULL);
  g_autoptr(BhRecord) parsed = bh_record_from_json(json, NULL);

  g_assert(parsed != NULL);
  return bh_backend_record_new(entity, parsed, record->touched_ms);
}

BhBackendRecord *
bh_memory_log_read_record(const BhMemoryLog *self, const char *entity)
{
  const Record *record = g_hash_table_lookup(self->records, entity);

  return record != NULL ? read_record(entity, record) : NULL;
}

static void
add_log(BhBackendContents *contents, const Log *log)
{
  g_ptr_array_add(contents->logs,
                  bh_backend_log_new(log->log_id, log->device_id, log->identities->len));
  for (guint i = 0; log->n_forks > 0 && i < log->identities->len; i++) {
    const GPtrArray *variants = log->identities->pdata[i];

    if (variants->len > 1)
      g_ptr_array_add(contents->forks, bh_backend_fork_new(log->log_id, i + 1, variants->len));
  }
}

static void
add_stored(const BhMemoryLog *self, BhBackendContents *contents)
{
  for (guint i = 0; i < self->stored->len; i++) {
    const Stored *stored = self->stored->pdata[i];

    if (i >= self->checkpoint)
      add_entry(contents->entries, stored);
    if (stored->reason != NULL) {
      contents->n_aside++;
      g_ptr_array_add(contents->aside, bh_backend_aside_new(stored->op->log_id, stored->op->seq,
                                                            stored->op->entity, stored->reason));
    }
  }
  if (contents->aside->len > BH_BACKEND_MAX_ASIDE)
    g_ptr_array_remove_range(contents->aside, 0, contents->aside->len - BH_BACKEND_MAX_ASIDE);
}

BhBackendContents *
bh_memory_log_get_contents(const BhMemoryLog *self)
{
  BhBackendContents *contents = bh_backend_contents_new();
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init(&iter, self->logs);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    add_log(contents, value);
  add_stored(self, contents);
  for (guint i = 0; i < self->members->len; i++)
    g_ptr_array_add(contents->members,
                    json_incref(((BhRollMember *)self->members->pdata[i])->document));
  g_hash_table_iter_init(&iter, self->values);
  while (g_hash_table_iter_next(&iter, &name, &value))
    g_hash_table_insert(contents->values, g_strdup(name), g_strdup(value));
  g_hash_table_iter_init(&iter, self->records);
  while (g_hash_table_iter_next(&iter, &name, &value)) {
    if (!((Record *)value)->is_archived)
      g_ptr_array_add(contents->records, read_record(name, value));
  }
  contents->position = self->stored->len;
  contents->checkpoint = self->checkpoint;
  return contents;
}

/* --- writing --- */

/* Whether every log stays contiguous, before anything is changed. */
static gboolean
check_contiguous(BhMemoryLog *self, const BhBackendAppend *append, GError **error)
{
  g_autoptr(GHashTable) ends = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; i < append->operations->len; i++) {
    const BhOperation *op = append->operations->pdata[i];
    const Log *log = g_hash_table_lookup(self->logs, op->log_id);
    gint64 end = GPOINTER_TO_SIZE(g_hash_table_lookup(ends, op->log_id));

    end = MAX(end, log != NULL ? (gint64)log->identities->len : 0);
    if (op->seq > end + 1) {
      g_set_error_literal(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_GAP,
                          "the log would have a hole");
      return FALSE;
    }
    g_hash_table_insert(ends, op->log_id, GSIZE_TO_POINTER((gsize)MAX(end, op->seq)));
  }
  return TRUE;
}

static BhBackendOutcome
compare_with(const Log *log, const GPtrArray *variants, BhOperation *op)
{
  for (guint i = 0; i < variants->len; i++) {
    const Stored *stored = variants->pdata[i];

    if (bh_redaction_is_same(stored->op, op))
      return BH_BACKEND_DUPLICATE;
  }
  if (variants->len >= BH_BACKEND_MAX_VARIANTS ||
      (variants->len == 1 && log->n_forks >= BH_BACKEND_MAX_FORKS))
    return BH_BACKEND_CROWDED;
  return BH_BACKEND_VARIANT;
}

static void
append_one(BhMemoryLog *self, const BhBackendAppend *append, guint i, BhBackendAppended *out)
{
  BhOperation *op = append->operations->pdata[i];
  Log *log = ensure_log(self, op->log_id);
  Stored value = {op, append->reasons->pdata[i]};
  const GPtrArray *variants =
      op->seq <= (gint64)log->identities->len ? log->identities->pdata[op->seq - 1] : NULL;

  out->outcomes[i] = variants == NULL ? BH_BACKEND_STORED : compare_with(log, variants, op);
  if (out->outcomes[i] == BH_BACKEND_VARIANT)
    out->others->pdata[i] = bh_operation_ref(((Stored *)variants->pdata[0])->op);
  if (out->outcomes[i] == BH_BACKEND_STORED || out->outcomes[i] == BH_BACKEND_VARIANT)
    store(self, log, &value);
  variants = log->identities->pdata[op->seq - 1];
  out->counts[i] = variants->len;
}

static void
redact_record(BhMemoryLog *self, const BhBackendRedaction *redaction)
{
  Record *stored = g_hash_table_lookup(self->records, redaction->entity);
  BhBackendRecord *read = stored != NULL ? read_record(redaction->entity, stored) : NULL;

  if (read != NULL && bh_record_erase(read->record, redaction->log_id, redaction->seq)) {
    g_autoptr(json_t) content = bh_record_to_json(read->record);

    g_free(stored->text);
    stored->text = bh_json_to_text(content);
  }
  g_clear_pointer(&read, bh_backend_record_free);
}

static void
redact(BhMemoryLog *self, const BhBackendRedaction *redaction)
{
  const Log *log = g_hash_table_lookup(self->logs, redaction->log_id);
  const GPtrArray *variants;

  redact_record(self, redaction);
  if (log == NULL || redaction->seq > (gint64)log->identities->len)
    return;
  variants = log->identities->pdata[redaction->seq - 1];
  for (guint i = 0; i < variants->len; i++) {
    Stored *stored = variants->pdata[i];
    BhOperation *stub;

    if (stored->op->is_redacted || !g_str_equal(stored->op->entity, redaction->entity))
      continue;
    stub = bh_redaction_make_stub(stored->op);
    bh_operation_unref(stored->op);
    stored->op = stub;
  }
}

static void
put_member(BhMemoryLog *self, const BhRollMember *member)
{
  for (guint i = 0; i < self->members->len; i++) {
    const BhRollMember *old = self->members->pdata[i];

    if (old->role == member->role && g_str_equal(old->device_id, member->device_id) &&
        memcmp(old->public_key, member->public_key, sizeof old->public_key) == 0) {
      g_ptr_array_remove_index(self->members, i);
      break;
    }
  }
  g_ptr_array_add(self->members, bh_member_copy(member));
}

static void
set_values(BhMemoryLog *self, GHashTable *values)
{
  GHashTableIter iter;
  gpointer name, text;

  g_hash_table_iter_init(&iter, values);
  while (g_hash_table_iter_next(&iter, &name, &text)) {
    if (text != NULL)
      g_hash_table_insert(self->values, g_strdup(name), g_strdup(text));
    else
      g_hash_table_remove(self->values, name);
  }
}

BhBackendAppended *
bh_memory_log_append(BhMemoryLog *self, const BhBackendAppend *append, GError **error)
{
  BhBackendAppended *out;

  if (!check_contiguous(self, append, error))
    return NULL;
  out = bh_backend_appended_new(append->operations->len);
  for (guint i = 0; i < append->operations->len; i++)
    append_one(self, append, i, out);
  for (guint i = 0; i < append->members->len; i++)
    put_member(self, append->members->pdata[i]);
  for (guint i = 0; i < append->redactions->len; i++)
    redact(self, append->redactions->pdata[i]);
  set_values(self, append->values);
  out->position = self->stored->len;
  return out;
}

static void
put_record(BhMemoryLog *self, const BhBackendCheckpointRecord *item, GPtrArray *merged)
{
  BhBackendRecord *old =
      item->mode == BH_BACKEND_MERGE ? bh_memory_log_read_record(self, item->entity) : NULL;
  Record *record = g_new0(Record, 1);
  g_autoptr(json_t) content = NULL;

  record->touched_ms = item->touched_ms;
  record->is_archived = item->is_archived;
  if (old != NULL) {
    g_autoptr(BhRecord) newer = bh_record_from_json(item->content, NULL);

    bh_record_merge(old->record, newer);
    old->touched_ms = record->touched_ms = MAX(old->touched_ms, record->touched_ms);
    content = bh_record_to_json(old->record);
    g_ptr_array_add(merged, old);
  } else {
    content = json_incref(item->content);
  }
  record->text = bh_json_to_text(content);
  g_hash_table_insert(self->records, g_strdup(item->entity), record);
}

static void
judge_again(BhMemoryLog *self, const BhBackendAside *aside)
{
  const Log *log = g_hash_table_lookup(self->logs, aside->log_id);
  const GPtrArray *variants;

  if (log == NULL || aside->seq > (gint64)log->identities->len)
    return;
  variants = log->identities->pdata[aside->seq - 1];
  for (guint i = 0; i < variants->len; i++)
    ((Stored *)variants->pdata[i])->reason = aside->reason;
}

void
bh_memory_log_checkpoint(BhMemoryLog *self, BhBackendCheckpoint *checkpoint)
{
  for (guint i = 0; i < checkpoint->records->len; i++)
    put_record(self, checkpoint->records->pdata[i], checkpoint->merged);
  for (guint i = 0; i < checkpoint->aside->len; i++)
    judge_again(self, checkpoint->aside->pdata[i]);
  set_values(self, checkpoint->values);
  if (checkpoint->position >= 0)
    self->checkpoint = checkpoint->position;
}
