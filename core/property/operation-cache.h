/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOperationCache: the operations that were committed last, so that handing them on to peers that
 * keep up reads nothing from the disk. Bounded by number and bytes; the oldest go first.
 *
 * One main context. Plain struct with one owner.
 */
#pragma once

#include "operation.h"

#define BH_OPERATION_CACHE_MAX       4096
#define BH_OPERATION_CACHE_MAX_BYTES (8 * 1024 * 1024)

typedef struct _BhOperationCache BhOperationCache;

BhOperationCache *bh_operation_cache_new(void);
void bh_operation_cache_free(BhOperationCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOperationCache, bh_operation_cache_free)

/** bh_operation_cache_add: referenced; another of its identity that is there stays. */
void bh_operation_cache_add(BhOperationCache *cache, BhOperation *op);

/** bh_operation_cache_find: Returns: (transfer none) (nullable): until the next addition */
BhOperation *bh_operation_cache_find(BhOperationCache *cache, const char *log_id, gint64 seq);

/** bh_operation_cache_remove: it is not what is to be handed on any more. */
void bh_operation_cache_remove(BhOperationCache *cache, const char *log_id, gint64 seq);
