/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "sqlite-backend.h"

#include <string.h>

#include "property-error.h"
#include "sqlite-append.h"
#include "sqlite-load.h"

/*
 * Lives on the store's main context. Appends of one turn of the loop gather in `batch`, which is
 * one piece of the store's work: a hand-over to its thread and back for each would cost more than
 * the rows do. Whatever else is called for sends the batch ahead of it, so that the order of the
 * calls is kept. Each call holds the backend through its task; what runs on the store's thread has
 * the statements (a reference) and its own data.
 */

/* A batch goes early when it holds so much; the store joins batches anyway. */
#define MAX_BATCH_CALLS 256
#define MAX_BATCH_BYTES (512 * 1024)

struct _BhSqliteBackend {
  GObject parent_instance;

  BhStore *store;
  BhSqliteRows *rows; /* NULL once closed */
  GPtrArray *batch;   /* (nullable) (element-type Append): what this turn has brought */
  gsize batch_bytes;
  GSource *source; /* ends the turn */
};

/*
 * Steps are appended, and none is ever changed.
 *
 * Operations stand in the order of their commit, at the end of one tree; identity and entity are
 * indices of small integers. Nothing is ever taken out, so `position` counts them.
 * property_operation.sig: NULL: the words were erased; text is then the stub, as on the wire.
 * property_record.is_archived: not read at a start.
 */
const BhStoreMigration bh_property_migrations[] = {
    {"CREATE TABLE property_log ("
     " log INTEGER PRIMARY KEY,"
     " log_id TEXT NOT NULL UNIQUE,"
     " device_id TEXT NOT NULL,"
     " seq INTEGER NOT NULL) STRICT;"
     "CREATE INDEX property_log_device ON property_log (device_id);"
     "CREATE TABLE property_entity ("
     " entity INTEGER PRIMARY KEY,"
     " name TEXT NOT NULL UNIQUE) STRICT;"
     "CREATE TABLE property_operation ("
     " position INTEGER PRIMARY KEY,"
     " log INTEGER NOT NULL,"
     " seq INTEGER NOT NULL,"
     " variant INTEGER NOT NULL,"
     " entity INTEGER NOT NULL,"
     " aside INTEGER NOT NULL,"
     " sig BLOB,"
     " text TEXT NOT NULL) STRICT;"
     "CREATE UNIQUE INDEX property_operation_identity ON property_operation (log, seq, variant);"
     "CREATE INDEX property_operation_entity ON property_operation (entity);"
     "CREATE INDEX property_operation_variant ON property_operation (log, seq) WHERE variant > 0;"
     "CREATE INDEX property_operation_aside ON property_operation (position) WHERE aside > 0;"
     "CREATE TABLE property_member ("
     " device_id TEXT NOT NULL,"
     " role TEXT NOT NULL,"
     " public_key BLOB NOT NULL,"
     " document TEXT NOT NULL,"
     " PRIMARY KEY (device_id, role, public_key)) STRICT, WITHOUT ROWID;"
     "CREATE TABLE property_value ("
     " name TEXT PRIMARY KEY,"
     " value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
     "CREATE TABLE property_record ("
     " entity INTEGER PRIMARY KEY,"
     " touched_ms INTEGER NOT NULL,"
     " is_archived INTEGER NOT NULL,"
     " content TEXT NOT NULL) STRICT;"
     "CREATE INDEX property_record_live ON property_record (entity) WHERE is_archived = 0;"},
};
const guint bh_property_n_migrations = G_N_ELEMENTS(bh_property_migrations);

static void iface_init(BhOperationBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhSqliteBackend, bh_sqlite_backend, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_OPERATION_BACKEND, iface_init))

/* --- appends --- */

typedef struct {
  BhSqliteAppend work; /* first: a batch is an array of these */
  GTask *task;         /* owned */
} Append;

typedef struct {
  BhSqliteRows *rows; /* owned */
  GPtrArray *appends; /* of Append, owned */
} Batch;

static void
append_free(gpointer data)
{
  Append *append = data;

  bh_backend_append_unref(append->work.append);
  bh_backend_appended_free(append->work.appended);
  g_clear_error(&append->work.error);
  g_object_unref(append->task);
  g_free(append);
}

static void
batch_free(gpointer data)
{
  Batch *batch = data;

  bh_sqlite_rows_unref(batch->rows);
  g_ptr_array_unref(batch->appends);
  g_free(batch);
}

static gboolean
run_batch(sqlite3 *db, gpointer data, GError **error)
{
  Batch *batch = data;

  return bh_sqlite_append_run(batch->rows, db, batch->appends, error);
}

static void
batch_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Batch *batch = bh_store_get_task_data(result);
  g_autoptr(GError) problem = NULL;

  bh_store_write_finish(BH_STORE(source), result, &problem);
  if (problem != NULL)
    problem = bh_property_error_from_store(problem);
  for (guint i = 0; i < batch->appends->len; i++) {
    Append *append = batch->appends->pdata[i];

    if (problem != NULL)
      g_task_return_error(append->task, g_error_copy(problem));
    else if (append->work.error != NULL)
      g_task_return_error(append->task, g_steal_pointer(&append->work.error));
    else
      g_task_return_pointer(append->task, g_steal_pointer(&append->work.appended),
                            (GDestroyNotify)bh_backend_appended_free);
  }
}

static void
send_batch(BhSqliteBackend *self)
{
  Batch *batch;

  g_source_set_ready_time(self->source, -1);
  if (self->batch == NULL)
    return;
  batch = g_new0(Batch, 1);
  batch->rows = bh_sqlite_rows_ref(self->rows);
  batch->appends = g_steal_pointer(&self->batch);
  bh_store_write_sized_async(self->store, run_batch, batch, batch_free, self->batch_bytes, NULL,
                             batch_cb, NULL);
  self->batch_bytes = 0;
}

static gboolean
on_turn_over(gpointer data)
{
  send_batch(data);
  return G_SOURCE_CONTINUE;
}

static gboolean
return_if_closed(BhSqliteBackend *self, GTask *task)
{
  if (self->rows != NULL)
    return FALSE;
  g_task_return_new_error(task, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED,
                          "the backend is closed");
  g_object_unref(task);
  return TRUE;
}

static void
append_async(BhOperationBackend *backend, BhBackendAppend *append, GAsyncReadyCallback callback,
             gpointer data)
{
  BhSqliteBackend *self = BH_SQLITE_BACKEND(backend);
  GTask *task = g_task_new(self, NULL, callback, data);
  Append *item;

  if (return_if_closed(self, task))
    return;
  item = g_new0(Append, 1);
  item->work.append = bh_backend_append_ref(append);
  item->task = task;
  if (self->batch == NULL)
    self->batch = g_ptr_array_new_with_free_func(append_free);
  g_ptr_array_add(self->batch, item);
  self->batch_bytes += append->size_bytes;
  if (self->batch->len >= MAX_BATCH_CALLS || self->batch_bytes >= MAX_BATCH_BYTES)
    send_batch(self);
  else
    g_source_set_ready_time(self->source, 0);
}

/* --- everything else --- */

typedef struct _Call Call;

struct _Call {
  gboolean (*run)(sqlite3 *db, Call *call, GError **error);
  BhSqliteRows *rows; /* owned */
  GTask *task;        /* owned */
  char *name;         /* (nullable): a log or an entity */
  gint64 from, to;
  guint max_operations;
  gsize max_bytes;
  BhBackendCheckpoint *checkpoint; /* (nullable): owned */
  gpointer result;                 /* (nullable): owned, freed with `destroy` */
  GDestroyNotify destroy;
};

static void
drop_result(Call *call)
{
  if (call->result != NULL)
    call->destroy(call->result);
  call->result = NULL;
}

static void
call_free(gpointer data)
{
  Call *call = data;

  drop_result(call);
  bh_sqlite_rows_unref(call->rows);
  g_clear_object(&call->task);
  g_free(call->name);
  bh_backend_checkpoint_free(call->checkpoint);
  g_free(call);
}

static gboolean
run_call(sqlite3 *db, gpointer data, GError **error)
{
  Call *call = data;

  drop_result(call);
  return call->run(db, call, error);
}

static void
call_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error))
    g_task_return_error(call->task, bh_property_error_from_store(error));
  else if (call->checkpoint != NULL)
    g_task_return_pointer(call->task, g_steal_pointer(&call->checkpoint),
                          (GDestroyNotify)bh_backend_checkpoint_free);
  else
    g_task_return_pointer(call->task, g_steal_pointer(&call->result), call->destroy);
}

/* Returns: (transfer none) (nullable): to be filled and sent; %NULL: closed, the task is returned
 */
static Call *
new_call(BhOperationBackend *backend, gboolean (*run)(sqlite3 *, Call *, GError **),
         GDestroyNotify destroy, GAsyncReadyCallback callback, gpointer data)
{
  BhSqliteBackend *self = BH_SQLITE_BACKEND(backend);
  GTask *task = g_task_new(self, NULL, callback, data);
  Call *call;

  if (return_if_closed(self, task))
    return NULL;
  send_batch(self);
  call = g_new0(Call, 1);
  call->run = run;
  call->rows = bh_sqlite_rows_ref(self->rows);
  call->task = task;
  call->destroy = destroy;
  return call;
}

static void
send_read(BhOperationBackend *backend, Call *call)
{
  bh_store_read_async(BH_SQLITE_BACKEND(backend)->store, run_call, call, call_free, NULL, call_cb,
                      NULL);
}

/* Of a part of a log. @call: (nullable): as new_call() gave it */
static void
send_part(BhOperationBackend *backend, Call *call, const char *log_id, gint64 from_seq,
          gint64 to_seq)
{
  if (call == NULL)
    return;
  call->name = g_strdup(log_id);
  call->from = from_seq;
  call->to = to_seq;
  send_read(backend, call);
}

static gboolean
run_load(sqlite3 *db, Call *call, GError **error)
{
  call->result = bh_sqlite_load(db, error);
  return call->result != NULL;
}

static void
load_async(BhOperationBackend *backend, GAsyncReadyCallback callback, gpointer data)
{
  Call *call =
      new_call(backend, run_load, (GDestroyNotify)bh_backend_contents_free, callback, data);

  if (call != NULL)
    send_read(backend, call);
}

/* The last identity is left out where its variants do not all fit, unless it is the only one. */
static void
drop_parted(GPtrArray *entries, const BhBackendEntry *next)
{
  guint n = entries->len;

  while (n > 0 && ((BhBackendEntry *)entries->pdata[n - 1])->op->seq == next->op->seq)
    n--;
  if (n > 0)
    g_ptr_array_set_size(entries, (int)n);
}

static gboolean
is_full(const Call *call, const GPtrArray *entries, gsize bytes, const BhBackendEntry *next)
{
  const BhBackendEntry *last;

  if (entries->len == 0 || (entries->len < call->max_operations && bytes <= call->max_bytes))
    return FALSE;
  last = entries->pdata[entries->len - 1];
  /* Those of one identity stay together, however long, where they are the first. */
  return last->op->seq != next->op->seq ||
         ((BhBackendEntry *)entries->pdata[0])->op->seq != next->op->seq;
}

static gboolean
run_read_log(sqlite3 *db, Call *call, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(call->rows, db, BH_SQL_READ_LOG, error);
  GPtrArray *entries;
  GError *problem = NULL;
  gsize bytes = 0;

  if (find == NULL)
    return FALSE;
  call->result = entries = g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_entry_free);
  sqlite3_bind_text(find, 1, call->name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(find, 2, call->from);
  while (problem == NULL && bh_sqlite_rows_next(db, find, &problem)) {
    BhBackendEntry *entry = bh_sqlite_rows_make_entry(find, 0, &problem);

    if (entry == NULL)
      break;
    bytes += entry->op->length;
    if (is_full(call, entries, bytes, entry)) {
      drop_parted(entries, entry);
      bh_backend_entry_free(entry);
      break;
    }
    g_ptr_array_add(entries, entry);
  }
  sqlite3_reset(find);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
read_log_async(BhOperationBackend *backend, const char *log_id, gint64 from_seq,
               guint max_operations, gsize max_bytes, GAsyncReadyCallback callback, gpointer data)
{
  Call *call = new_call(backend, run_read_log, (GDestroyNotify)g_ptr_array_unref, callback, data);

  if (call == NULL)
    return;
  call->name = g_strdup(log_id);
  call->from = from_seq;
  call->max_operations = max_operations;
  call->max_bytes = max_bytes;
  send_read(backend, call);
}

static void
add_signature(GArray *signatures, sqlite3_stmt *row)
{
  BhBackendSignature signature = {.seq = sqlite3_column_int64(row, 0)};

  signature.is_redacted = sqlite3_column_bytes(row, 1) != sizeof signature.sig;
  if (!signature.is_redacted)
    memcpy(signature.sig, sqlite3_column_blob(row, 1), sizeof signature.sig);
  g_array_append_val(signatures, signature);
}

static gboolean
run_read_signatures(sqlite3 *db, Call *call, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(call->rows, db, BH_SQL_READ_SIGNATURES, error);
  GArray *signatures;
  GError *problem = NULL;

  if (find == NULL)
    return FALSE;
  call->result = signatures = g_array_new(FALSE, FALSE, sizeof(BhBackendSignature));
  sqlite3_bind_text(find, 1, call->name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(find, 2, call->from);
  sqlite3_bind_int64(find, 3, call->to);
  while (bh_sqlite_rows_next(db, find, &problem))
    add_signature(signatures, find);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
read_signatures_async(BhOperationBackend *backend, const char *log_id, gint64 from_seq,
                      gint64 to_seq, GAsyncReadyCallback callback, gpointer data)
{
  send_part(backend,
            new_call(backend, run_read_signatures, (GDestroyNotify)g_array_unref, callback, data),
            log_id, from_seq, to_seq);
}

static gboolean
run_read_entity(sqlite3 *db, Call *call, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(call->rows, db, BH_SQL_READ_ENTITY, error);
  GPtrArray *entries;
  GError *problem = NULL;

  if (find == NULL)
    return FALSE;
  call->result = entries = g_ptr_array_new_with_free_func((GDestroyNotify)bh_backend_entry_free);
  sqlite3_bind_text(find, 1, call->name, -1, SQLITE_STATIC);
  while (problem == NULL && bh_sqlite_rows_next(db, find, &problem)) {
    BhBackendEntry *entry = bh_sqlite_rows_make_entry(find, 0, &problem);

    if (entry != NULL)
      g_ptr_array_add(entries, entry);
  }
  sqlite3_reset(find);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
read_entity_async(BhOperationBackend *backend, const char *entity, GAsyncReadyCallback callback,
                  gpointer data)
{
  Call *call =
      new_call(backend, run_read_entity, (GDestroyNotify)g_ptr_array_unref, callback, data);

  if (call == NULL)
    return;
  call->name = g_strdup(entity);
  send_read(backend, call);
}

static gboolean
read_names(sqlite3 *db, sqlite3_stmt *find, Call *call, GError **error)
{
  GPtrArray *names;
  GError *problem = NULL;

  call->result = names = g_ptr_array_new_with_free_func(g_free);
  while (bh_sqlite_rows_next(db, find, &problem))
    g_ptr_array_add(names, g_strdup((const char *)sqlite3_column_text(find, 0)));
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static gboolean
run_list_entities(sqlite3 *db, Call *call, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(call->rows, db, BH_SQL_LIST_ENTITIES, error);

  if (find == NULL)
    return FALSE;
  sqlite3_bind_text(find, 1, call->name, -1, SQLITE_STATIC);
  sqlite3_bind_int64(find, 2, call->from);
  sqlite3_bind_int64(find, 3, call->to);
  return read_names(db, find, call, error);
}

static gboolean
run_list_aside(sqlite3 *db, Call *call, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(call->rows, db, BH_SQL_LIST_ASIDE, error);

  if (find == NULL)
    return FALSE;
  sqlite3_bind_int64(find, 1, bh_backend_reason_to_code("revoked"));
  return read_names(db, find, call, error);
}

static void
list_entities_async(BhOperationBackend *backend, const char *log_id, gint64 from_seq, gint64 to_seq,
                    GAsyncReadyCallback callback, gpointer data)
{
  send_part(backend,
            new_call(backend, run_list_entities, (GDestroyNotify)g_ptr_array_unref, callback, data),
            log_id, from_seq, to_seq);
}

static void
list_aside_async(BhOperationBackend *backend, GAsyncReadyCallback callback, gpointer data)
{
  Call *call = new_call(backend, run_list_aside, (GDestroyNotify)g_ptr_array_unref, callback, data);

  if (call != NULL)
    send_read(backend, call);
}

static gboolean
run_checkpoint(sqlite3 *db, Call *call, GError **error)
{
  return bh_sqlite_append_checkpoint(call->rows, db, call->checkpoint, error);
}

static void
checkpoint_async(BhOperationBackend *backend, BhBackendCheckpoint *checkpoint,
                 GAsyncReadyCallback callback, gpointer data)
{
  Call *call = new_call(backend, run_checkpoint, NULL, callback, data);

  if (call == NULL) {
    bh_backend_checkpoint_free(checkpoint);
    return;
  }
  call->checkpoint = checkpoint;
  bh_store_write_sized_async(BH_SQLITE_BACKEND(backend)->store, run_call, call, call_free,
                             checkpoint->size_bytes, NULL, call_cb, NULL);
}

static gboolean
run_read_record(sqlite3 *db, Call *call, GError **error)
{
  sqlite3_stmt *find = bh_sqlite_rows_get(call->rows, db, BH_SQL_FIND_RECORD, error);
  GError *problem = NULL;

  if (find == NULL)
    return FALSE;
  sqlite3_bind_text(find, 1, call->name, -1, SQLITE_STATIC);
  if (bh_sqlite_rows_next(db, find, &problem)) {
    call->result = bh_sqlite_rows_make_record(find, 0, call->name, &problem);
    sqlite3_reset(find);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
read_record_async(BhOperationBackend *backend, const char *entity, GAsyncReadyCallback callback,
                  gpointer data)
{
  Call *call =
      new_call(backend, run_read_record, (GDestroyNotify)bh_backend_record_free, callback, data);

  if (call == NULL)
    return;
  call->name = g_strdup(entity);
  send_read(backend, call);
}

/* --- life --- */

static gboolean
run_clear(sqlite3 *db, gpointer data, GError **error)
{
  bh_sqlite_rows_clear(data);
  return TRUE;
}

static void
unref_rows(gpointer data)
{
  bh_sqlite_rows_unref(data);
}

static void
close_backend(BhOperationBackend *backend)
{
  BhSqliteBackend *self = BH_SQLITE_BACKEND(backend);

  if (self->rows == NULL)
    return;
  send_batch(self);
  /* A read: behind every write and read before it, so that none prepares a statement again. */
  bh_store_read_async(self->store, run_clear, g_steal_pointer(&self->rows), unref_rows, NULL, NULL,
                      NULL);
}

static void
iface_init(BhOperationBackendInterface *iface)
{
  iface->load_async = load_async;
  iface->append_async = append_async;
  iface->read_log_async = read_log_async;
  iface->read_signatures_async = read_signatures_async;
  iface->read_entity_async = read_entity_async;
  iface->list_entities_async = list_entities_async;
  iface->list_aside_async = list_aside_async;
  iface->checkpoint_async = checkpoint_async;
  iface->read_record_async = read_record_async;
  iface->close = close_backend;
}

static void
bh_sqlite_backend_finalize(GObject *object)
{
  BhSqliteBackend *self = BH_SQLITE_BACKEND(object);

  close_backend(BH_OPERATION_BACKEND(self));
  g_source_destroy(self->source);
  g_source_unref(self->source);
  g_object_unref(self->store);
  G_OBJECT_CLASS(bh_sqlite_backend_parent_class)->finalize(object);
}

static void
bh_sqlite_backend_class_init(BhSqliteBackendClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_sqlite_backend_finalize;
}

static gboolean
dispatch_source(GSource *source, GSourceFunc callback, gpointer data)
{
  return callback(data);
}

static GSourceFuncs source_funcs = {.dispatch = dispatch_source};

static void
bh_sqlite_backend_init(BhSqliteBackend *self)
{
  g_autoptr(GMainContext) context = g_main_context_ref_thread_default();

  self->rows = bh_sqlite_rows_new();
  self->source = g_source_new(&source_funcs, sizeof(GSource));
  g_source_set_name(self->source, "bellhop-operations");
  g_source_set_callback(self->source, on_turn_over, self, NULL);
  g_source_attach(self->source, context);
}

BhSqliteBackend *
bh_sqlite_backend_new(BhStore *store)
{
  BhSqliteBackend *self;

  g_return_val_if_fail(BH_IS_STORE(store), NULL);

  self = g_object_new(BH_TYPE_SQLITE_BACKEND, NULL);
  self->store = g_object_ref(store);
  return self;
}
