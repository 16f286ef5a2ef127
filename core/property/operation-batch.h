/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOperationBatch: operations that go out together, and the `ops` message that they make. Peers
 * that lack the same operations share one, so that it is put together and printed once, however
 * many they are.
 *
 * Immutable; one main context.
 */
#pragma once

#include "operation.h"

/* Bounds of one `ops` message (protocol section 4); one longer operation may go alone. */
#define BH_OPERATION_BATCH_MAX       64
#define BH_OPERATION_BATCH_MAX_BYTES 40000

typedef struct {
  grefcount refs;
  char *id;
  GPtrArray *operations; /* of BhOperation, owned; those of one log follow each other, by seq */
  json_t *message;       /* `{type, id, ops}` */
} BhOperationBatch;

/**
 * bh_operation_batch_new:
 * @operations: (transfer full) (element-type BhOperation): owns its elements
 */
BhOperationBatch *bh_operation_batch_new(const char *id, GPtrArray *operations);
BhOperationBatch *bh_operation_batch_ref(BhOperationBatch *batch);
/** bh_operation_batch_unref: @batch: (nullable): */
void bh_operation_batch_unref(BhOperationBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOperationBatch, bh_operation_batch_unref)

/** bh_operation_batch_holds: whether it consists of just these. */
gboolean bh_operation_batch_holds(const BhOperationBatch *batch, GPtrArray *operations);

/**
 * bh_operation_batch_get_first: Returns: the lowest seq of @log_id in it; 0: none is
 */
gint64 bh_operation_batch_get_first(const BhOperationBatch *batch, const char *log_id);

/** bh_operation_batch_count: how many of this identity are in it. */
guint bh_operation_batch_count(const BhOperationBatch *batch, const char *log_id, gint64 seq);

/** bh_operation_batch_get_wire_size: about what @op takes in a message, in bytes. */
gsize bh_operation_batch_get_wire_size(const BhOperation *op);
