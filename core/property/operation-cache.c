/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "operation-cache.h"

#include "keyed-hash.h"

/*
 * `found` is a set of operations, equal by identity; `order` holds the references. One that was
 * removed early stays in `order` until its turn comes.
 */
struct _BhOperationCache {
  GHashTable *found;
  GQueue order;
  gsize bytes;
};

static guint
hash_identity(gconstpointer key)
{
  const BhOperation *op = key;

  return bh_keyed_hash(op->log_id) ^ ((guint)op->seq * 2654435761u);
}

static gboolean
equal_identity(gconstpointer a, gconstpointer b)
{
  const BhOperation *first = a, *second = b;

  return first->seq == second->seq && g_str_equal(first->log_id, second->log_id);
}

static gsize
get_size(const BhOperation *op)
{
  return sizeof *op + op->length;
}

BhOperationCache *
bh_operation_cache_new(void)
{
  BhOperationCache *cache = g_new0(BhOperationCache, 1);

  cache->found = g_hash_table_new(hash_identity, equal_identity);
  g_queue_init(&cache->order);
  return cache;
}

void
bh_operation_cache_free(BhOperationCache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_unref(cache->found);
  g_queue_clear_full(&cache->order, (GDestroyNotify)bh_operation_unref);
  g_free(cache);
}

static void
drop_oldest(BhOperationCache *cache)
{
  BhOperation *op = g_queue_pop_head(&cache->order);

  cache->bytes -= get_size(op);
  if (g_hash_table_lookup(cache->found, op) == op)
    g_hash_table_remove(cache->found, op);
  bh_operation_unref(op);
}

void
bh_operation_cache_add(BhOperationCache *cache, BhOperation *op)
{
  if (g_hash_table_contains(cache->found, op))
    return;
  g_hash_table_add(cache->found, op);
  g_queue_push_tail(&cache->order, bh_operation_ref(op));
  cache->bytes += get_size(op);
  while (cache->order.length > BH_OPERATION_CACHE_MAX ||
         cache->bytes > BH_OPERATION_CACHE_MAX_BYTES)
    drop_oldest(cache);
}

BhOperation *
bh_operation_cache_find(BhOperationCache *cache, const char *log_id, gint64 seq)
{
  const BhOperation key = {.log_id = (char *)log_id, .seq = seq};

  return g_hash_table_lookup(cache->found, &key);
}

void
bh_operation_cache_remove(BhOperationCache *cache, const char *log_id, gint64 seq)
{
  const BhOperation key = {.log_id = (char *)log_id, .seq = seq};

  g_hash_table_remove(cache->found, &key);
}
