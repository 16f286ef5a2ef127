/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "picture-cache.h"

typedef struct {
  char *picture_id;
  GBytes *content;
} Entry;

struct _BhPictureCache {
  gsize max_bytes;
  gsize n_bytes;
  GQueue recent;     /* of Entry, owned: the one asked for last is the first */
  GHashTable *links; /* picture_id of the entry -> its GList in `recent` */
};

BhPictureCache *
bh_picture_cache_new(gsize max_bytes)
{
  BhPictureCache *cache = g_new0(BhPictureCache, 1);

  cache->max_bytes = max_bytes;
  cache->links = g_hash_table_new(g_str_hash, g_str_equal);
  return cache;
}

static void
drop_link(BhPictureCache *self, GList *link)
{
  Entry *entry = link->data;

  g_hash_table_remove(self->links, entry->picture_id);
  g_queue_delete_link(&self->recent, link);
  self->n_bytes -= g_bytes_get_size(entry->content);
  g_bytes_unref(entry->content);
  g_free(entry->picture_id);
  g_free(entry);
}

void
bh_picture_cache_free(BhPictureCache *cache)
{
  while (!g_queue_is_empty(&cache->recent))
    drop_link(cache, cache->recent.head);
  g_hash_table_unref(cache->links);
  g_free(cache);
}

GBytes *
bh_picture_cache_find(BhPictureCache *cache, const char *picture_id)
{
  GList *link = g_hash_table_lookup(cache->links, picture_id);

  if (link == NULL)
    return NULL;
  g_queue_unlink(&cache->recent, link);
  g_queue_push_head_link(&cache->recent, link);
  return ((Entry *)link->data)->content;
}

void
bh_picture_cache_put(BhPictureCache *cache, const char *picture_id, GBytes *content)
{
  gsize size = g_bytes_get_size(content);
  Entry *entry;

  bh_picture_cache_drop(cache, picture_id);
  if (size > cache->max_bytes)
    return;
  while (cache->n_bytes + size > cache->max_bytes)
    drop_link(cache, cache->recent.tail);
  entry = g_new0(Entry, 1);
  *entry = (Entry){.picture_id = g_strdup(picture_id), .content = g_bytes_ref(content)};
  g_queue_push_head(&cache->recent, entry);
  g_hash_table_insert(cache->links, entry->picture_id, cache->recent.head);
  cache->n_bytes += size;
}

void
bh_picture_cache_drop(BhPictureCache *cache, const char *picture_id)
{
  GList *link = g_hash_table_lookup(cache->links, picture_id);

  if (link != NULL)
    drop_link(cache, link);
}
