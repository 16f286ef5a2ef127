/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "memory-backend.h"

#include "memory-log.h"
#include "property-error.h"

/*
 * Calls wait in `calls` until they are committed; what is committed is the BhMemoryLog. All on one
 * main context.
 */

typedef struct _Call Call;
typedef void (*CallRun)(BhMemoryBackend *backend, Call *call);

struct _Call {
  CallRun run;
  GTask *task; /* owned */
  char *name;  /* (nullable): a log or an entity */
  gint64 from, to;
  guint max_operations;
  gsize max_bytes;
  BhBackendAppend *append;         /* (nullable): owned */
  BhBackendCheckpoint *checkpoint; /* (nullable): owned */
};

struct _BhMemoryBackend {
  GObject parent_instance;

  BhMemoryLog *log; /* owned */
  GQueue calls;     /* of Call, owned */
  guint source;     /* commits by itself */
  guint n_fail;
  gint fail_code;
  gboolean is_automatic;
  gboolean is_closed;
};

static void iface_init(BhOperationBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhMemoryBackend, bh_memory_backend, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_OPERATION_BACKEND, iface_init))

static void
call_free(Call *call)
{
  g_clear_object(&call->task);
  g_free(call->name);
  bh_backend_append_unref(call->append);
  bh_backend_checkpoint_free(call->checkpoint);
  g_free(call);
}

/* --- carrying out --- */

static gboolean
fail(BhMemoryBackend *self, Call *call)
{
  if (self->n_fail == 0)
    return FALSE;
  self->n_fail--;
  g_task_return_new_error(call->task, BH_PROPERTY_ERROR, self->fail_code, "made to fail");
  return TRUE;
}

static void
run_load(BhMemoryBackend *self, Call *call)
{
  g_task_return_pointer(call->task, bh_memory_log_get_contents(self->log),
                        (GDestroyNotify)bh_backend_contents_free);
}

static void
run_append(BhMemoryBackend *self, Call *call)
{
  GError *error = NULL;
  BhBackendAppended *appended;

  if (fail(self, call))
    return;
  appended = bh_memory_log_append(self->log, call->append, &error);
  if (appended != NULL)
    g_task_return_pointer(call->task, appended, (GDestroyNotify)bh_backend_appended_free);
  else
    g_task_return_error(call->task, error);
}

static void
run_read_log(BhMemoryBackend *self, Call *call)
{
  g_task_return_pointer(
      call->task,
      bh_memory_log_read(self->log, call->name, call->from, call->max_operations, call->max_bytes),
      (GDestroyNotify)g_ptr_array_unref);
}

static void
run_read_signatures(BhMemoryBackend *self, Call *call)
{
  g_task_return_pointer(call->task,
                        bh_memory_log_read_signatures(self->log, call->name, call->from, call->to),
                        (GDestroyNotify)g_array_unref);
}

static void
run_read_entity(BhMemoryBackend *self, Call *call)
{
  g_task_return_pointer(call->task, bh_memory_log_read_entity(self->log, call->name),
                        (GDestroyNotify)g_ptr_array_unref);
}

static void
run_list_entities(BhMemoryBackend *self, Call *call)
{
  g_task_return_pointer(call->task,
                        bh_memory_log_list_entities(self->log, call->name, call->from, call->to),
                        (GDestroyNotify)g_ptr_array_unref);
}

static void
run_list_aside(BhMemoryBackend *self, Call *call)
{
  g_task_return_pointer(call->task, bh_memory_log_list_aside(self->log),
                        (GDestroyNotify)g_ptr_array_unref);
}

static void
run_checkpoint(BhMemoryBackend *self, Call *call)
{
  if (fail(self, call))
    return;
  bh_memory_log_checkpoint(self->log, call->checkpoint);
  g_task_return_pointer(call->task, g_steal_pointer(&call->checkpoint),
                        (GDestroyNotify)bh_backend_checkpoint_free);
}

static void
run_read_record(BhMemoryBackend *self, Call *call)
{
  g_task_return_pointer(call->task, bh_memory_log_read_record(self->log, call->name),
                        (GDestroyNotify)bh_backend_record_free);
}

guint
bh_memory_backend_commit_some(BhMemoryBackend *backend, guint n)
{
  g_autoptr(BhMemoryBackend) self = g_object_ref(backend);
  guint count = 0;
  Call *call;

  while (count < n && (call = g_queue_pop_head(&self->calls)) != NULL) {
    call->run(self, call);
    call_free(call);
    count++;
  }
  return count;
}

guint
bh_memory_backend_commit(BhMemoryBackend *backend)
{
  g_return_val_if_fail(BH_IS_MEMORY_BACKEND(backend), 0);

  /* Not what comes meanwhile. */
  return bh_memory_backend_commit_some(backend, g_queue_get_length(&backend->calls));
}

static gboolean
on_turn(gpointer data)
{
  BhMemoryBackend *self = data;

  self->source = 0;
  bh_memory_backend_commit(self);
  return G_SOURCE_REMOVE;
}

static Call *
add_call(BhOperationBackend *backend, CallRun run, GAsyncReadyCallback callback, gpointer data)
{
  BhMemoryBackend *self = BH_MEMORY_BACKEND(backend);
  Call *call = g_new0(Call, 1);

  call->run = run;
  call->task = g_task_new(self, NULL, callback, data);
  if (self->is_closed) {
    g_task_return_new_error(call->task, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED,
                            "the backend is closed");
    call_free(call);
    return NULL;
  }
  g_queue_push_tail(&self->calls, call);
  if (self->is_automatic && self->source == 0)
    self->source = g_idle_add_full(G_PRIORITY_DEFAULT, on_turn, self, NULL);
  return call;
}

/* --- the interface --- */

static void
load_async(BhOperationBackend *backend, GAsyncReadyCallback callback, gpointer data)
{
  add_call(backend, run_load, callback, data);
}

static void
append_async(BhOperationBackend *backend, BhBackendAppend *append, GAsyncReadyCallback callback,
             gpointer data)
{
  Call *call = add_call(backend, run_append, callback, data);

  if (call != NULL)
    call->append = bh_backend_append_ref(append);
}

static void
read_log_async(BhOperationBackend *backend, const char *log_id, gint64 from_seq,
               guint max_operations, gsize max_bytes, GAsyncReadyCallback callback, gpointer data)
{
  Call *call = add_call(backend, run_read_log, callback, data);

  if (call == NULL)
    return;
  call->name = g_strdup(log_id);
  call->from = from_seq;
  call->max_operations = max_operations;
  call->max_bytes = max_bytes;
}

static void
read_signatures_async(BhOperationBackend *backend, const char *log_id, gint64 from_seq,
                      gint64 to_seq, GAsyncReadyCallback callback, gpointer data)
{
  Call *call = add_call(backend, run_read_signatures, callback, data);

  if (call == NULL)
    return;
  call->name = g_strdup(log_id);
  call->from = from_seq;
  call->to = to_seq;
}

static void
read_entity_async(BhOperationBackend *backend, const char *entity, GAsyncReadyCallback callback,
                  gpointer data)
{
  Call *call = add_call(backend, run_read_entity, callback, data);

  if (call != NULL)
    call->name = g_strdup(entity);
}

static void
list_entities_async(BhOperationBackend *backend, const char *log_id, gint64 from_seq, gint64 to_seq,
                    GAsyncReadyCallback callback, gpointer data)
{
  Call *call = add_call(backend, run_list_entities, callback, data);

  if (call == NULL)
    return;
  call->name = g_strdup(log_id);
  call->from = from_seq;
  call->to = to_seq;
}

static void
list_aside_async(BhOperationBackend *backend, GAsyncReadyCallback callback, gpointer data)
{
  add_call(backend, run_list_aside, callback, data);
}

static void
checkpoint_async(BhOperationBackend *backend, BhBackendCheckpoint *checkpoint,
                 GAsyncReadyCallback callback, gpointer data)
{
  Call *call = add_call(backend, run_checkpoint, callback, data);

  if (call != NULL)
    call->checkpoint = checkpoint;
  else
    bh_backend_checkpoint_free(checkpoint);
}

static void
read_record_async(BhOperationBackend *backend, const char *entity, GAsyncReadyCallback callback,
                  gpointer data)
{
  Call *call = add_call(backend, run_read_record, callback, data);

  if (call != NULL)
    call->name = g_strdup(entity);
}

static void
close_backend(BhOperationBackend *backend)
{
  BH_MEMORY_BACKEND(backend)->is_closed = TRUE;
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

/* --- object --- */

static void
bh_memory_backend_finalize(GObject *object)
{
  BhMemoryBackend *self = BH_MEMORY_BACKEND(object);

  /* Every call holds a reference, so none is left. */
  g_assert(g_queue_is_empty(&self->calls));
  g_clear_handle_id(&self->source, g_source_remove);
  bh_memory_log_free(self->log);
  G_OBJECT_CLASS(bh_memory_backend_parent_class)->finalize(object);
}

static void
bh_memory_backend_class_init(BhMemoryBackendClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_memory_backend_finalize;
}

static void
bh_memory_backend_init(BhMemoryBackend *self)
{
  g_queue_init(&self->calls);
}

static BhMemoryBackend *
new_with_log(BhMemoryLog *log, gboolean automatic)
{
  BhMemoryBackend *self = g_object_new(BH_TYPE_MEMORY_BACKEND, NULL);

  self->log = log;
  self->is_automatic = automatic;
  return self;
}

BhMemoryBackend *
bh_memory_backend_new(gboolean automatic)
{
  return new_with_log(bh_memory_log_new(), automatic);
}

BhMemoryBackend *
bh_memory_backend_copy(BhMemoryBackend *backend, gboolean automatic)
{
  g_return_val_if_fail(BH_IS_MEMORY_BACKEND(backend), NULL);

  return new_with_log(bh_memory_log_copy(backend->log), automatic);
}

void
bh_memory_backend_drop(BhMemoryBackend *backend)
{
  Call *call;

  g_return_if_fail(BH_IS_MEMORY_BACKEND(backend));

  backend->is_closed = TRUE;
  while ((call = g_queue_pop_head(&backend->calls)) != NULL) {
    g_task_return_new_error(call->task, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED, "dropped");
    call_free(call);
  }
}

guint
bh_memory_backend_get_waiting(BhMemoryBackend *backend)
{
  return g_queue_get_length(&backend->calls);
}

void
bh_memory_backend_fail(BhMemoryBackend *backend, guint n, gint code)
{
  backend->n_fail = n;
  backend->fail_code = code;
}
