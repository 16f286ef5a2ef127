/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOperationBackend: where a property's operations are kept. SQLite at the hub, memory in
 * simulations, later PostgreSQL in the cloud.
 *
 * A log is a run of operations without a hole, from 1. An operation that comes with an identity
 * which is taken is compared with what is there: the same bytes are a duplicate and nothing
 * happens; other bytes are a *variant* and are kept too, within bounds. Each stored operation has a
 * *position*: its place in this backend's order of commit, from 1.
 *
 * Everything is asynchronous on the one main context that made the backend. Calls are carried out
 * in the order they are made, and complete in that order too, never inside the call itself. A
 * completion says that it is durable. A failed call changed nothing. A read sees what was called
 * for before it, and may already see more.
 *
 * All errors are BH_PROPERTY_ERROR.
 */
#pragma once

#include <gio/gio.h>

#include "backend-data.h"

#define BH_TYPE_OPERATION_BACKEND (bh_operation_backend_get_type())
G_DECLARE_INTERFACE(BhOperationBackend, bh_operation_backend, BH, OPERATION_BACKEND, GObject)

struct _BhOperationBackendInterface {
  GTypeInterface parent;

  void (*load_async)(BhOperationBackend *backend, GAsyncReadyCallback callback, gpointer data);
  void (*append_async)(BhOperationBackend *backend, BhBackendAppend *append,
                       GAsyncReadyCallback callback, gpointer data);
  void (*read_log_async)(BhOperationBackend *backend, const char *log_id, gint64 from_seq,
                         guint max_operations, gsize max_bytes, GAsyncReadyCallback callback,
                         gpointer data);
  void (*read_signatures_async)(BhOperationBackend *backend, const char *log_id, gint64 from_seq,
                                gint64 to_seq, GAsyncReadyCallback callback, gpointer data);
  void (*read_entity_async)(BhOperationBackend *backend, const char *entity,
                            GAsyncReadyCallback callback, gpointer data);
  void (*list_entities_async)(BhOperationBackend *backend, const char *log_id, gint64 from_seq,
                              gint64 to_seq, GAsyncReadyCallback callback, gpointer data);
  void (*list_aside_async)(BhOperationBackend *backend, GAsyncReadyCallback callback,
                           gpointer data);
  void (*checkpoint_async)(BhOperationBackend *backend, BhBackendCheckpoint *checkpoint,
                           GAsyncReadyCallback callback, gpointer data);
  void (*read_record_async)(BhOperationBackend *backend, const char *entity,
                            GAsyncReadyCallback callback, gpointer data);
  void (*close)(BhOperationBackend *backend);
};

/** bh_operation_backend_load_async: reads the contents; the first call there is. */
void bh_operation_backend_load_async(BhOperationBackend *backend, GAsyncReadyCallback callback,
                                     gpointer data);
BhBackendContents *bh_operation_backend_load_finish(BhOperationBackend *backend,
                                                    GAsyncResult *result, GError **error);

/**
 * bh_operation_backend_append_async:
 * @append: (transfer none): referenced
 *
 * Refused as a whole (BH_PROPERTY_ERROR_GAP) unless every operation is the next of its log or has
 * an identity that is taken: so after a failed append all that were built on it fail too.
 */
void bh_operation_backend_append_async(BhOperationBackend *backend, BhBackendAppend *append,
                                       GAsyncReadyCallback callback, gpointer data);
BhBackendAppended *bh_operation_backend_append_finish(BhOperationBackend *backend,
                                                      GAsyncResult *result, GError **error);

/**
 * bh_operation_backend_read_log_async:
 * @max_bytes: of texts; at least one identity comes, however long, with all its variants
 *
 * By seq; variants of one identity follow each other, the first one first.
 */
void bh_operation_backend_read_log_async(BhOperationBackend *backend, const char *log_id,
                                         gint64 from_seq, guint max_operations, gsize max_bytes,
                                         GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full) (element-type BhBackendEntry): for this call and read_entity. */
GPtrArray *bh_operation_backend_read_finish(BhOperationBackend *backend, GAsyncResult *result,
                                            GError **error);

/** bh_operation_backend_read_signatures_async: of all from @from_seq to @to_seq (it too), by seq.
 */
void bh_operation_backend_read_signatures_async(BhOperationBackend *backend, const char *log_id,
                                                gint64 from_seq, gint64 to_seq,
                                                GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full) (element-type BhBackendSignature) */
GArray *bh_operation_backend_read_signatures_finish(BhOperationBackend *backend,
                                                    GAsyncResult *result, GError **error);

/** bh_operation_backend_read_entity_async: all operations of @entity, by position. */
void bh_operation_backend_read_entity_async(BhOperationBackend *backend, const char *entity,
                                            GAsyncReadyCallback callback, gpointer data);

/** bh_operation_backend_list_entities_async: names of all that operations from @from_seq to @to_seq
 * (it too) of a log are about, each once. */
void bh_operation_backend_list_entities_async(BhOperationBackend *backend, const char *log_id,
                                              gint64 from_seq, gint64 to_seq,
                                              GAsyncReadyCallback callback, gpointer data);
/** bh_operation_backend_list_aside_async: names of all that operations are about which were set
 * aside by the table of kinds (all but `revoked`), each once. */
void bh_operation_backend_list_aside_async(BhOperationBackend *backend,
                                           GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full) (element-type utf8): owned; for this call and list_aside */
GPtrArray *bh_operation_backend_list_entities_finish(BhOperationBackend *backend,
                                                     GAsyncResult *result, GError **error);

/** bh_operation_backend_checkpoint_async: @checkpoint: (transfer full): */
void bh_operation_backend_checkpoint_async(BhOperationBackend *backend,
                                           BhBackendCheckpoint *checkpoint,
                                           GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full) (nullable): with `merged` filled; %NULL exactly when @error is set */
BhBackendCheckpoint *bh_operation_backend_checkpoint_finish(BhOperationBackend *backend,
                                                            GAsyncResult *result, GError **error);

/** bh_operation_backend_read_record_async: as of the last checkpoint, archived or not. */
void bh_operation_backend_read_record_async(BhOperationBackend *backend, const char *entity,
                                            GAsyncReadyCallback callback, gpointer data);
/** Returns: (transfer full) (nullable): %NULL without @error: no checkpoint had it */
BhBackendRecord *bh_operation_backend_read_record_finish(BhOperationBackend *backend,
                                                         GAsyncResult *result, GError **error);

/**
 * bh_operation_backend_close:
 *
 * Hands what it gathers over to the disk. Calls after this complete with BH_PROPERTY_ERROR_CLOSED;
 * those before it as they turn out. May be called twice.
 */
void bh_operation_backend_close(BhOperationBackend *backend);
