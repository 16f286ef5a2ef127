/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "operation-backend.h"

/* Every backend returns GTasks of its own, whose source object it is. */

G_DEFINE_INTERFACE(BhOperationBackend, bh_operation_backend, G_TYPE_OBJECT)

#define IFACE(backend) BH_OPERATION_BACKEND_GET_IFACE(backend)

static void
bh_operation_backend_default_init(BhOperationBackendInterface *iface)
{
}

static gpointer
take_pointer(BhOperationBackend *backend, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, backend), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

void
bh_operation_backend_load_async(BhOperationBackend *backend, GAsyncReadyCallback callback,
                                gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend));

  IFACE(backend)->load_async(backend, callback, data);
}

BhBackendContents *
bh_operation_backend_load_finish(BhOperationBackend *backend, GAsyncResult *result, GError **error)
{
  return take_pointer(backend, result, error);
}

void
bh_operation_backend_append_async(BhOperationBackend *backend, BhBackendAppend *append,
                                  GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend) && append != NULL);

  IFACE(backend)->append_async(backend, append, callback, data);
}

BhBackendAppended *
bh_operation_backend_append_finish(BhOperationBackend *backend, GAsyncResult *result,
                                   GError **error)
{
  return take_pointer(backend, result, error);
}

void
bh_operation_backend_read_log_async(BhOperationBackend *backend, const char *log_id,
                                    gint64 from_seq, guint max_operations, gsize max_bytes,
                                    GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend) && log_id != NULL);

  IFACE(backend)->read_log_async(backend, log_id, from_seq, max_operations, max_bytes, callback,
                                 data);
}

void
bh_operation_backend_read_signatures_async(BhOperationBackend *backend, const char *log_id,
                                           gint64 from_seq, gint64 to_seq,
                                           GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend) && log_id != NULL);

  IFACE(backend)->read_signatures_async(backend, log_id, from_seq, to_seq, callback, data);
}

GArray *
bh_operation_backend_read_signatures_finish(BhOperationBackend *backend, GAsyncResult *result,
                                            GError **error)
{
  return take_pointer(backend, result, error);
}

void
bh_operation_backend_read_entity_async(BhOperationBackend *backend, const char *entity,
                                       GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend) && entity != NULL);

  IFACE(backend)->read_entity_async(backend, entity, callback, data);
}

GPtrArray *
bh_operation_backend_read_finish(BhOperationBackend *backend, GAsyncResult *result, GError **error)
{
  return take_pointer(backend, result, error);
}

void
bh_operation_backend_list_entities_async(BhOperationBackend *backend, const char *log_id,
                                         gint64 from_seq, gint64 to_seq,
                                         GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend) && log_id != NULL);

  IFACE(backend)->list_entities_async(backend, log_id, from_seq, to_seq, callback, data);
}

void
bh_operation_backend_list_aside_async(BhOperationBackend *backend, GAsyncReadyCallback callback,
                                      gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend));

  IFACE(backend)->list_aside_async(backend, callback, data);
}

GPtrArray *
bh_operation_backend_list_entities_finish(BhOperationBackend *backend, GAsyncResult *result,
                                          GError **error)
{
  return take_pointer(backend, result, error);
}

void
bh_operation_backend_checkpoint_async(BhOperationBackend *backend, BhBackendCheckpoint *checkpoint,
                                      GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend) && checkpoint != NULL);

  IFACE(backend)->checkpoint_async(backend, checkpoint, callback, data);
}

BhBackendCheckpoint *
bh_operation_backend_checkpoint_finish(BhOperationBackend *backend, GAsyncResult *result,
                                       GError **error)
{
  return take_pointer(backend, result, error);
}

void
bh_operation_backend_read_record_async(BhOperationBackend *backend, const char *entity,
                                       GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend) && entity != NULL);

  IFACE(backend)->read_record_async(backend, entity, callback, data);
}

BhBackendRecord *
bh_operation_backend_read_record_finish(BhOperationBackend *backend, GAsyncResult *result,
                                        GError **error)
{
  return take_pointer(backend, result, error);
}

void
bh_operation_backend_close(BhOperationBackend *backend)
{
  g_return_if_fail(BH_IS_OPERATION_BACKEND(backend));

  IFACE(backend)->close(backend);
}
