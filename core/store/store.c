/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-store"

#include "store.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "database.h"
#include "lock-file.h"
#include "work-group.h"

/*
 * BhStore lives on the main context that opened it; `thread` owns the database. Between them are
 * two queues under `mutex`: `waiting` towards the thread, `done` back, emptied by one source that
 * stays attached. Every call in flight holds a reference to the store through its GTask, so the
 * store cannot go while something is on its way; tasks are touched on the main context only.
 */

#define MAX_WAITING_CALLS 100000
#define MAX_WAITING_BYTES (64 * 1024 * 1024)

/* What a call is counted as when its size is not told: both caps are then met together. */
#define NOMINAL_CALL_BYTES (MAX_WAITING_BYTES / MAX_WAITING_CALLS)

/*
 * More a transaction gains no more speed (recipes: a hundred already give fifty times the rows),
 * and the first of the group waits for the last.
 */
#define MAX_GROUP_CALLS 512

typedef struct {
  BhWorkItem item;
  GTask *task; /* owned */
  gsize size_bytes;
  gint64 created_us; /* time of the loop's turn in which it was called; 0: outside of one */
  gboolean is_read;
} Call;

struct _BhStore {
  GObject parent_instance;

  char *folder;
  BhLockFile *lock;     /* NULL once closed */
  BhDatabase *database; /* the thread's, from its start */
  GThread *thread;      /* NULL once closed */
  GSource *source;      /* delivers `done` */

  GMutex mutex;
  GCond cond;
  GQueue waiting; /* of Call, under mutex */
  gsize waiting_bytes;
  GQueue done; /* of Call, under mutex */
  gboolean closing;
};

G_DEFINE_FINAL_TYPE(BhStore, bh_store, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_store_error_quark, bh_store_error)

static void
call_free(Call *call)
{
  g_clear_error(&call->item.error);
  g_clear_object(&call->item.cancellable);
  g_clear_object(&call->task);
  g_free(call);
}

/* On the thread ----------------------------------------------------------------------------- */

/* Waits for work; FALSE: there is none and none will come. */
static gboolean
take_batch(BhStore *self, GPtrArray *batch)
{
  g_mutex_lock(&self->mutex);
  while (g_queue_is_empty(&self->waiting) && !self->closing)
    g_cond_wait(&self->cond, &self->mutex);
  while (batch->len < MAX_GROUP_CALLS && !g_queue_is_empty(&self->waiting)) {
    Call *call = g_queue_pop_head(&self->waiting);

    self->waiting_bytes -= call->size_bytes;
    g_ptr_array_add(batch, call);
  }
  g_mutex_unlock(&self->mutex);
  return batch->len > 0;
}

/*
 * Reads come after the batch's writes: what was written before a read was asked for is then there
 * to be seen, without a transaction for each change between reading and writing.
 */
static void
run_batch(BhDatabase *database, GPtrArray *batch)
{
  g_autoptr(GPtrArray) writes = g_ptr_array_new();
  g_autoptr(GPtrArray) reads = g_ptr_array_new();

  for (guint i = 0; i < batch->len; i++) {
    Call *call = batch->pdata[i];

    g_ptr_array_add(call->is_read ? reads : writes, &call->item);
  }
  bh_work_group_write(database, writes);
  bh_work_group_read(database, reads);
}

static gpointer
run_thread(gpointer data)
{
  BhStore *self = data;
  g_autoptr(GPtrArray) batch = g_ptr_array_new();

  while (take_batch(self, batch)) {
    run_batch(self->database, batch);
    g_mutex_lock(&self->mutex);
    for (guint i = 0; i < batch->len; i++)
      g_queue_push_tail(&self->done, batch->pdata[i]);
    g_mutex_unlock(&self->mutex);
    g_ptr_array_set_size(batch, 0);
    g_source_set_ready_time(self->source, 0);
  }
  g_clear_pointer(&self->database, bh_database_close);
  return NULL;
}

/* On the main context ----------------------------------------------------------------------- */

static gint64
get_turn_us(void)
{
  GSource *source = g_main_current_source();

  return source != NULL ? g_source_get_time(source) : 0;
}

/*
 * GTask would put off a task made in this very turn of the loop, and later ones would overtake it;
 * so such a task, and all behind it, wait for the next turn.
 */
static Call *
pop_done(BhStore *self)
{
  gint64 turn_us = get_turn_us();
  Call *call;

  g_mutex_lock(&self->mutex);
  call = g_queue_peek_head(&self->done);
  if (call != NULL && call->created_us == turn_us) {
    g_source_set_ready_time(self->source, 0);
    call = NULL;
  } else if (call != NULL) {
    g_queue_pop_head(&self->done);
  }
  g_mutex_unlock(&self->mutex);
  return call;
}

static gboolean
on_done(gpointer data)
{
  g_autoptr(BhStore) self = g_object_ref(data);
  Call *call;

  g_source_set_ready_time(self->source, -1);
  while ((call = pop_done(self)) != NULL) {
    if (call->item.error != NULL)
      g_task_return_error(call->task, g_steal_pointer(&call->item.error));
    else
      g_task_return_boolean(call->task, TRUE);
    call_free(call);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_source(GSource *source, GSourceFunc callback, gpointer data)
{
  return callback(data);
}

static GSourceFuncs source_funcs = {.dispatch = dispatch_source};

static void
attach_source(BhStore *self)
{
  g_autoptr(GMainContext) context = g_main_context_ref_thread_default();

  self->source = g_source_new(&source_funcs, sizeof(GSource));
  g_source_set_name(self->source, "bellhop-store");
  g_source_set_can_recurse(self->source, TRUE);
  g_source_set_callback(self->source, on_done, self, NULL);
  g_source_attach(self->source, context);
}

/* Puts the call in its queue: towards the thread, or back at once where it cannot be taken. */
static void
enqueue(BhStore *self, Call *call)
{
  GError **error = &call->item.error;

  g_mutex_lock(&self->mutex);
  if (self->closing)
    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_CLOSED, "the store is closed");
  else if (g_queue_get_length(&self->waiting) >= MAX_WAITING_CALLS ||
           call->size_bytes > MAX_WAITING_BYTES - self->waiting_bytes)
    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FULL,
                "too much is waiting for the disk; try again later");

  if (*error != NULL) {
    g_queue_push_tail(&self->done, call);
    g_source_set_ready_time(self->source, 0);
  } else {
    g_queue_push_tail(&self->waiting, call);
    self->waiting_bytes += call->size_bytes;
    g_cond_signal(&self->cond);
  }
  g_mutex_unlock(&self->mutex);
}

static void
call_async(BhStore *self, gboolean is_read, BhStoreWork work, gpointer data, GDestroyNotify destroy,
           gsize size_bytes, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  Call *call = g_new0(Call, 1);

  call->task = g_task_new(self, cancellable, callback, user_data);
  g_task_set_task_data(call->task, data, destroy);
  /* What is on the disk is reported so, whatever was asked for in the meantime. */
  g_task_set_check_cancellable(call->task, FALSE);
  call->item.work = work;
  call->item.data = data;
  call->item.cancellable = cancellable != NULL ? g_object_ref(cancellable) : NULL;
  call->size_bytes = size_bytes;
  call->created_us = get_turn_us();
  call->is_read = is_read;
  enqueue(self, call);
}

static void
bh_store_finalize(GObject *object)
{
  BhStore *self = BH_STORE(object);

  bh_store_close(self);
  /* Every call holds a reference, so none is left. */
  g_assert(g_queue_is_empty(&self->waiting) && g_queue_is_empty(&self->done));
  if (self->source != NULL)
    g_source_destroy(self->source);
  g_clear_pointer(&self->source, g_source_unref);
  g_mutex_clear(&self->mutex);
  g_cond_clear(&self->cond);
  g_free(self->folder);
  G_OBJECT_CLASS(bh_store_parent_class)->finalize(object);
}

static void
bh_store_class_init(BhStoreClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_store_finalize;
}

static void
bh_store_init(BhStore *self)
{
  g_mutex_init(&self->mutex);
  g_cond_init(&self->cond);
  g_queue_init(&self->waiting);
  g_queue_init(&self->done);
}

BhStore *
bh_store_open(const char *folder, const BhStoreMigration *migrations, guint n_migrations,
              GError **error)
{
  g_autoptr(BhStore) self = g_object_new(BH_TYPE_STORE, NULL);
  g_autofree char *lock_path = g_build_filename(folder, "lock", NULL);
  g_autofree char *path = g_build_filename(folder, "bellhop.db", NULL);

  self->folder = g_strdup(folder);
  if (g_mkdir_with_parents(folder, 0700) != 0) {
    int saved = errno;

    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FAILED, _("cannot make the folder %s: %s"),
                folder, g_strerror(saved));
    return NULL;
  }
  self->lock = bh_lock_file_take(lock_path, error);
  if (self->lock == NULL)
    return NULL;
  self->database = bh_database_open(path, migrations, n_migrations, error);
  if (self->database == NULL)
    return NULL;
  attach_source(self);
  self->thread = g_thread_try_new("bellhop-store", run_thread, self, error);
  if (self->thread == NULL)
    return NULL;
  return g_steal_pointer(&self);
}

void
bh_store_write_async(BhStore *store, BhStoreWork work, gpointer data, GDestroyNotify destroy,
                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_STORE(store) && work != NULL);

  call_async(store, FALSE, work, data, destroy, NOMINAL_CALL_BYTES, cancellable, callback,
             user_data);
}

void
bh_store_write_sized_async(BhStore *store, BhStoreWork work, gpointer data, GDestroyNotify destroy,
                           gsize size_bytes, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_STORE(store) && work != NULL);

  call_async(store, FALSE, work, data, destroy, MAX(size_bytes, NOMINAL_CALL_BYTES), cancellable,
             callback, user_data);
}

gboolean
bh_store_write_finish(BhStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, store), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

void
bh_store_read_async(BhStore *store, BhStoreWork work, gpointer data, GDestroyNotify destroy,
                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_STORE(store) && work != NULL);

  call_async(store, TRUE, work, data, destroy, NOMINAL_CALL_BYTES, cancellable, callback,
             user_data);
}

gboolean
bh_store_read_finish(BhStore *store, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, store), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}

gpointer
bh_store_get_task_data(GAsyncResult *result)
{
  g_return_val_if_fail(G_IS_TASK(result), NULL);

  return g_task_get_task_data(G_TASK(result));
}

gboolean
bh_store_step(sqlite3 *db, sqlite3_stmt *statement, GError **error)
{
  int code = statement != NULL ? sqlite3_step(statement) : SQLITE_ERROR;

  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    bh_store_set_error(error, db);
    sqlite3_reset(statement);
    return FALSE;
  }
  sqlite3_reset(statement);
  return TRUE;
}

void
bh_store_set_error(GError **error, sqlite3 *db)
{
  int code = sqlite3_extended_errcode(db);
  int system = sqlite3_system_errno(db);
  BhStoreError kind = BH_STORE_ERROR_FAILED;

  if ((code & 0xff) == SQLITE_FULL ||
      ((code & 0xff) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT)))
    kind = BH_STORE_ERROR_FULL;
  else if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB)
    kind = BH_STORE_ERROR_CORRUPT;
  g_set_error(error, BH_STORE_ERROR, (gint)kind, "%s (SQLite code %d)",
              kind == BH_STORE_ERROR_FULL ? _("the disk is full") : sqlite3_errmsg(db), code);
}

const char *
bh_store_get_folder(BhStore *store)
{
  g_return_val_if_fail(BH_IS_STORE(store), NULL);

  return store->folder;
}

void
bh_store_close(BhStore *store)
{
  GThread *thread;

  g_return_if_fail(BH_IS_STORE(store));

  g_mutex_lock(&store->mutex);
  store->closing = TRUE;
  thread = g_steal_pointer(&store->thread);
  g_cond_signal(&store->cond);
  g_mutex_unlock(&store->mutex);
  if (thread != NULL)
    g_thread_join(thread);
  /* Still there only when the thread never started. */
  g_clear_pointer(&store->database, bh_database_close);
  g_clear_pointer(&store->lock, bh_lock_file_release);
}
