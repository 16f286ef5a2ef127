/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "sqlite-append.h"

#include "property-error.h"
#include "redaction.h"

/* What one piece of work knows of the tables; a row of a log is written back once, at its end. */
typedef struct {
  BhSqliteRows *rows;
  sqlite3 *db;
  GHashTable *logs;     /* log id (of the value) -> Log, owned */
  GHashTable *entities; /* name -> its number */
  guint turn;           /* counts appends */
} Session;

typedef struct {
  char *log_id;
  char *device_id;
  gint64 number; /* 0: it has no row yet */
  gint64 seq;
  gint64 end; /* where it would be behind what was looked at of an append */
  guint turn; /* of the append that `end` is about */
  gboolean is_changed;
} Log;

static void
log_free(gpointer data)
{
  Log *log = data;

  g_free(log->log_id);
  g_free(log->device_id);
  g_free(log);
}

static void
session_init(Session *session, BhSqliteRows *rows, sqlite3 *db)
{
  session->rows = rows;
  session->db = db;
  session->logs = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, log_free);
  session->entities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
session_clear(Session *session)
{
  g_hash_table_unref(session->logs);
  g_hash_table_unref(session->entities);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_clear)

/* --- names --- */

/* Returns: (transfer none) (nullable): as it stands; %NULL: @error is set */
static Log *
find_log(Session *session, const char *log_id, GError **error)
{
  Log *log = g_hash_table_lookup(session->logs, log_id);
  GError *problem = NULL;
  sqlite3_stmt *find;

  if (log != NULL)
    return log;
  find = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_FIND_LOG, error);
  if (find == NULL)
    return NULL;
  sqlite3_bind_text(find, 1, log_id, -1, SQLITE_STATIC);
  log = g_new0(Log, 1);
  log->log_id = g_strdup(log_id);
  if (bh_sqlite_rows_next(session->db, find, &problem)) {
    log->number = sqlite3_column_int64(find, 0);
    log->device_id = g_strdup((const char *)sqlite3_column_text(find, 1));
    log->seq = sqlite3_column_int64(find, 2);
    sqlite3_reset(find);
  } else {
    log->device_id = g_strdup("");
  }
  g_hash_table_insert(session->logs, log->log_id, log);
  if (problem == NULL)
    return log;
  g_propagate_error(error, problem);
  return NULL;
}

static gboolean
ensure_row(Session *session, Log *log, GError **error)
{
  sqlite3_stmt *add;

  if (log->number != 0)
    return TRUE;
  add = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_ADD_LOG, error);
  if (add == NULL)
    return FALSE;
  sqlite3_bind_text(add, 1, log->log_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(add, 2, log->device_id, -1, SQLITE_STATIC);
  if (!bh_store_step(session->db, add, error))
    return FALSE;
  log->number = sqlite3_last_insert_rowid(session->db);
  return TRUE;
}

/* Returns: its number; 0: @error is set */
static gint64
ensure_entity(Session *session, const char *name, GError **error)
{
  gint64 number = GPOINTER_TO_SIZE(g_hash_table_lookup(session->entities, name));
  GError *problem = NULL;
  sqlite3_stmt *find;

  if (number != 0)
    return number;
  find = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_FIND_ENTITY, error);
  if (find == NULL)
    return 0;
  sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
  if (bh_sqlite_rows_next(session->db, find, &problem)) {
    number = sqlite3_column_int64(find, 0);
    sqlite3_reset(find);
  } else if (problem != NULL) {
    g_propagate_error(error, problem);
    return 0;
  } else {
    sqlite3_stmt *add = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_ADD_ENTITY, error);

    if (add == NULL)
      return 0;
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    if (!bh_store_step(session->db, add, error))
      return 0;
    number = sqlite3_last_insert_rowid(session->db);
  }
  g_hash_table_insert(session->entities, g_strdup(name), GSIZE_TO_POINTER((gsize)number));
  return number;
}

/* --- operations --- */

static gboolean
insert_operation(Session *session, Log *log, const BhOperation *op, guint variant,
                 const char *reason, GError **error)
{
  gint64 entity = ensure_entity(session, op->entity, error);
  sqlite3_stmt *add;

  if (entity == 0 || !ensure_row(session, log, error))
    return FALSE;
  add = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_ADD_OPERATION, error);
  if (add == NULL)
    return FALSE;
  sqlite3_bind_int64(add, 1, log->number);
  sqlite3_bind_int64(add, 2, op->seq);
  sqlite3_bind_int64(add, 3, variant);
  sqlite3_bind_int64(add, 4, entity);
  sqlite3_bind_int64(add, 5, bh_backend_reason_to_code(reason));
  if (op->is_redacted)
    sqlite3_bind_null(add, 6);
  else
    sqlite3_bind_blob(add, 6, op->sig, sizeof op->sig, SQLITE_STATIC);
  sqlite3_bind_text64(add, 7, op->text, op->length, SQLITE_STATIC, SQLITE_UTF8);
  return bh_store_step(session->db, add, error);
}

static gboolean
count_forks(Session *session, const Log *log, guint *count, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_COUNT_FORKS, error);

  if (find == NULL)
    return FALSE;
  sqlite3_bind_int64(find, 1, log->number);
  if (!bh_sqlite_rows_next(session->db, find, error))
    return FALSE;
  *count = (guint)sqlite3_column_int64(find, 0);
  sqlite3_reset(find);
  return TRUE;
}

/* Compares @op with what bears its identity. */
static gboolean
find_identity(Session *session, const Log *log, BhOperation *op, BhBackendOutcome *outcome,
              guint *count, BhOperation **first, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_FIND_IDENTITY, error);
  GError *problem = NULL;

  if (find == NULL)
    return FALSE;
  *outcome = BH_BACKEND_VARIANT;
  *count = 0;
  sqlite3_bind_int64(find, 1, log->number);
  sqlite3_bind_int64(find, 2, op->seq);
  while (bh_sqlite_rows_next(session->db, find, &problem)) {
    BhBackendEntry *entry = bh_sqlite_rows_make_entry(find, 1, &problem);

    if (entry == NULL)
      break;
    if (bh_redaction_is_same(entry->op, op))
      *outcome = BH_BACKEND_DUPLICATE;
    if ((*count)++ == 0)
      *first = bh_operation_ref(entry->op);
    bh_backend_entry_free(entry);
  }
  sqlite3_reset(find);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, problem);
  return FALSE;
}

static gboolean
append_taken(Session *session, Log *log, BhOperation *op, const char *reason, guint i,
             BhBackendAppended *out, GError **error)
{
  g_autoptr(BhOperation) first = NULL;
  BhBackendOutcome outcome;
  guint count, forks = 0;

  if (!find_identity(session, log, op, &outcome, &count, &first, error) ||
      !count_forks(session, log, &forks, error))
    return FALSE;
  if (outcome == BH_BACKEND_VARIANT &&
      (count >= BH_BACKEND_MAX_VARIANTS || (count == 1 && forks >= BH_BACKEND_MAX_FORKS)))
    outcome = BH_BACKEND_CROWDED;
  if (outcome == BH_BACKEND_VARIANT) {
    if (!insert_operation(session, log, op, count, reason, error))
      return FALSE;
    count++;
    out->position = sqlite3_last_insert_rowid(session->db);
    out->others->pdata[i] = g_steal_pointer(&first);
  }
  out->outcomes[i] = (guint8)outcome;
  out->counts[i] = count;
  return TRUE;
}

static gboolean
append_one(Session *session, const BhBackendAppend *append, guint i, BhBackendAppended *out,
           GError **error)
{
  BhOperation *op = append->operations->pdata[i];
  const char *reason = append->reasons->pdata[i];
  Log *log = find_log(session, op->log_id, error);

  if (log == NULL)
    return FALSE;
  if (op->seq <= log->seq)
    return append_taken(session, log, op, reason, i, out, error);
  if (log->device_id[0] == '\0') {
    g_free(log->device_id);
    log->device_id = g_strdup(op->device_id);
  }
  if (!insert_operation(session, log, op, 0, reason, error))
    return FALSE;
  out->position = sqlite3_last_insert_rowid(session->db);
  out->outcomes[i] = BH_BACKEND_STORED;
  out->counts[i] = 1;
  log->seq = op->seq;
  log->is_changed = TRUE;
  return TRUE;
}

/* Whether every log stays contiguous, before anything is changed. FALSE: @hole or @error is set. */
static gboolean
check_contiguous(Session *session, const BhBackendAppend *append, GError **hole, GError **error)
{
  session->turn++;
  for (guint i = 0; i < append->operations->len; i++) {
    const BhOperation *op = append->operations->pdata[i];
    Log *log = find_log(session, op->log_id, error);

    if (log == NULL)
      return FALSE;
    if (log->turn != session->turn)
      log->end = log->seq;
    log->turn = session->turn;
    if (op->seq > log->end + 1) {
      g_set_error_literal(hole, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_GAP,
                          "the log would have a hole");
      return FALSE;
    }
    log->end = MAX(log->end, op->seq);
  }
  return TRUE;
}

/* --- what else is in an append --- */

static gboolean
put_member(Session *session, const BhRollMember *member, GError **error)
{
  sqlite3_stmt *put = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_PUT_MEMBER, error);
  g_autofree char *document = bh_json_to_text(member->document);

  if (put == NULL)
    return FALSE;
  sqlite3_bind_text(put, 1, member->device_id, -1, SQLITE_STATIC);
  sqlite3_bind_text(put, 2, bh_role_get_name(member->role), -1, SQLITE_STATIC);
  sqlite3_bind_blob(put, 3, member->public_key, sizeof member->public_key, SQLITE_STATIC);
  sqlite3_bind_text(put, 4, document, -1, SQLITE_STATIC);
  return bh_store_step(session->db, put, error);
}

static gboolean
redact_row(Session *session, gint64 position, BhOperation *op, GError **error)
{
  sqlite3_stmt *redact = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_REDACT, error);
  g_autoptr(BhOperation) stub = bh_redaction_make_stub(op);

  if (redact == NULL)
    return FALSE;
  sqlite3_bind_int64(redact, 1, position);
  sqlite3_bind_text64(redact, 2, stub->text, stub->length, SQLITE_STATIC, SQLITE_UTF8);
  return bh_store_step(session->db, redact, error);
}

static gboolean
set_content(Session *session, const char *entity, const BhRecord *record, GError **error)
{
  sqlite3_stmt *set = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_SET_CONTENT, error);
  g_autoptr(json_t) content = bh_record_to_json(record);
  g_autofree char *text = bh_json_to_text(content);

  if (set == NULL)
    return FALSE;
  sqlite3_bind_text(set, 1, entity, -1, SQLITE_STATIC);
  sqlite3_bind_text(set, 2, text, -1, SQLITE_STATIC);
  return bh_store_step(session->db, set, error);
}

/* The words also stand in the record that the last checkpoint stored, and the next may be weeks
 * away. */
static gboolean
redact_record(Session *session, const BhBackendRedaction *redaction, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_FIND_RECORD, error);
  BhBackendRecord *stored = NULL;
  GError *problem = NULL;

  if (find == NULL)
    return FALSE;
  sqlite3_bind_text(find, 1, redaction->entity, -1, SQLITE_STATIC);
  if (bh_sqlite_rows_next(session->db, find, &problem))
    stored = bh_sqlite_rows_make_record(find, 0, redaction->entity, &problem);
  sqlite3_reset(find);
  if (stored != NULL && bh_record_erase(stored->record, redaction->log_id, redaction->seq))
    set_content(session, redaction->entity, stored->record, &problem);
  g_clear_pointer(&stored, bh_backend_record_free);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static gboolean
redact(Session *session, const BhBackendRedaction *redaction, GError **error)
{
  Log *log = find_log(session, redaction->log_id, error);
  sqlite3_stmt *find;
  GError *problem = NULL;

  if (log == NULL)
    return FALSE;
  find = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_FIND_IDENTITY, error);
  if (find == NULL)
    return FALSE;
  sqlite3_bind_int64(find, 1, log->number);
  sqlite3_bind_int64(find, 2, redaction->seq);
  while (bh_sqlite_rows_next(session->db, find, &problem)) {
    BhBackendEntry *entry = bh_sqlite_rows_make_entry(find, 1, &problem);

    if (entry != NULL && !entry->op->is_redacted &&
        g_str_equal(entry->op->entity, redaction->entity))
      redact_row(session, sqlite3_column_int64(find, 0), entry->op, &problem);
    g_clear_pointer(&entry, bh_backend_entry_free);
    if (problem != NULL)
      break;
  }
  sqlite3_reset(find);
  if (problem == NULL)
    return redact_record(session, redaction, error);
  g_propagate_error(error, problem);
  return FALSE;
}

static gboolean
append_all(Session *session, BhSqliteAppend *item, GError **error)
{
  const BhBackendAppend *append = item->append;

  item->appended = bh_backend_appended_new(append->operations->len);
  for (guint i = 0; i < append->operations->len; i++) {
    if (!append_one(session, append, i, item->appended, error))
      return FALSE;
  }
  for (guint i = 0; i < append->members->len; i++) {
    if (!put_member(session, append->members->pdata[i], error))
      return FALSE;
  }
  for (guint i = 0; i < append->redactions->len; i++) {
    if (!redact(session, append->redactions->pdata[i], error))
      return FALSE;
  }
  return bh_sqlite_rows_set_values(session->rows, session->db, append->values, error);
}

static gboolean
write_logs(Session *session, GError **error)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, session->logs);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const Log *log = value;
    sqlite3_stmt *set;

    if (!log->is_changed)
      continue;
    set = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_SET_LOG, error);
    if (set == NULL)
      return FALSE;
    sqlite3_bind_int64(set, 1, log->number);
    sqlite3_bind_text(set, 2, log->device_id, -1, SQLITE_STATIC);
    sqlite3_bind_int64(set, 3, log->seq);
    if (!bh_store_step(session->db, set, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
bh_sqlite_append_run(BhSqliteRows *rows, sqlite3 *db, GPtrArray *appends, GError **error)
{
  g_auto(Session) session = {NULL, NULL, NULL, NULL, 0};
  GError *problem = NULL;

  session_init(&session, rows, db);
  for (guint i = 0; i < appends->len; i++) {
    BhSqliteAppend *item = appends->pdata[i];

    /* It may run a second time. */
    g_clear_pointer(&item->appended, bh_backend_appended_free);
    g_clear_error(&item->error);
    if (check_contiguous(&session, item->append, &item->error, &problem))
      append_all(&session, item, &problem);
    if (problem != NULL) {
      g_propagate_error(error, problem);
      return FALSE;
    }
  }
  return write_logs(&session, error);
}

/* --- checkpoint --- */

/* Returns: (transfer full) (nullable): what is there of @item; %NULL with or without @error */
static BhBackendRecord *
find_record(Session *session, const char *entity, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_FIND_RECORD, error);
  BhBackendRecord *record = NULL;

  if (find == NULL)
    return NULL;
  sqlite3_bind_text(find, 1, entity, -1, SQLITE_STATIC);
  if (bh_sqlite_rows_next(session->db, find, error)) {
    record = bh_sqlite_rows_make_record(find, 0, entity, error);
    sqlite3_reset(find);
  }
  return record;
}

static gboolean
put_record(Session *session, const BhBackendCheckpointRecord *item, const json_t *content,
           gint64 touched_ms, GError **error)
{
  gint64 entity = ensure_entity(session, item->entity, error);
  g_autofree char *text = bh_json_to_text(content);
  sqlite3_stmt *put;

  if (entity == 0)
    return FALSE;
  put = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_PUT_RECORD, error);
  if (put == NULL)
    return FALSE;
  sqlite3_bind_int64(put, 1, entity);
  sqlite3_bind_int64(put, 2, touched_ms);
  sqlite3_bind_int(put, 3, item->is_archived);
  sqlite3_bind_text(put, 4, text, -1, SQLITE_STATIC);
  return bh_store_step(session->db, put, error);
}

static gboolean
merge_record(Session *session, const BhBackendCheckpointRecord *item, GPtrArray *merged,
             GError **error)
{
  GError *problem = NULL;
  BhBackendRecord *old = find_record(session, item->entity, &problem);
  g_autoptr(BhRecord) newer = NULL;
  g_autoptr(json_t) content = NULL;

  if (problem != NULL) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  if (old == NULL)
    return put_record(session, item, item->content, item->touched_ms, error);
  newer = bh_record_from_json(item->content, NULL);
  g_assert(newer != NULL);
  bh_record_merge(old->record, newer);
  old->touched_ms = MAX(old->touched_ms, item->touched_ms);
  g_ptr_array_add(merged, old);
  content = bh_record_to_json(old->record);
  return put_record(session, item, content, old->touched_ms, error);
}

static gboolean
set_aside(Session *session, const BhBackendAside *aside, GError **error)
{
  sqlite3_stmt *set = bh_sqlite_rows_get(session->rows, session->db, BH_SQL_SET_ASIDE, error);

  if (set == NULL)
    return FALSE;
  sqlite3_bind_text(set, 1, aside->log_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64(set, 2, aside->seq);
  sqlite3_bind_int64(set, 3, bh_backend_reason_to_code(aside->reason));
  return bh_store_step(session->db, set, error);
}

static gboolean
set_position(Session *session, gint64 position, GError **error)
{
  g_autoptr(GHashTable) values = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);

  if (position >= 0)
    g_hash_table_insert(values, (gpointer) "checkpoint",
                        g_strdup_printf("%" G_GINT64_FORMAT, position));
  return bh_sqlite_rows_set_values(session->rows, session->db, values, error);
}

gboolean
bh_sqlite_append_checkpoint(BhSqliteRows *rows, sqlite3 *db, BhBackendCheckpoint *checkpoint,
                            GError **error)
{
  g_auto(Session) session = {NULL, NULL, NULL, NULL, 0};

  session_init(&session, rows, db);
  g_ptr_array_set_size(checkpoint->merged, 0);
  for (guint i = 0; i < checkpoint->records->len; i++) {
    const BhBackendCheckpointRecord *item = checkpoint->records->pdata[i];

    if (item->mode == BH_BACKEND_MERGE
            ? !merge_record(&session, item, checkpoint->merged, error)
            : !put_record(&session, item, item->content, item->touched_ms, error))
      return FALSE;
  }
  for (guint i = 0; i < checkpoint->aside->len; i++) {
    if (!set_aside(&session, checkpoint->aside->pdata[i], error))
      return FALSE;
  }
  return bh_sqlite_rows_set_values(rows, db, checkpoint->values, error) &&
         set_position(&session, checkpoint->position, error);
}
