/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "cloud-book.h"

#include <string.h>

typedef struct {
  char *key;
  gboolean is_open;
  BhRevocations *revocations; /* (nullable) */
  json_t *document;           /* (nullable): of these */
  json_t *servers;            /* (nullable) */
  gsize document_bytes, servers_bytes;
  GList link; /* in the book's queue, longest unasked first */
} Entry;

struct _BhCloudBook {
  GHashTable *entries; /* key -> Entry, owned */
  GQueue order;
  guint64 max_entries;
  gsize bytes;
};

static void
entry_free(gpointer data)
{
  Entry *entry = data;

  bh_revocations_free(entry->revocations);
  g_clear_pointer(&entry->document, json_decref);
  g_clear_pointer(&entry->servers, json_decref);
  g_free(entry->key);
  g_free(entry);
}

BhCloudBook *
bh_cloud_book_new(guint64 max_entries)
{
  BhCloudBook *book = g_new0(BhCloudBook, 1);

  book->entries = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init(&book->order);
  book->max_entries = max_entries;
  return book;
}

void
bh_cloud_book_free(BhCloudBook *book)
{
  g_hash_table_unref(book->entries);
  g_free(book);
}

static void
drop(BhCloudBook *book, Entry *entry)
{
  book->bytes -= entry->document_bytes + entry->servers_bytes;
  g_queue_unlink(&book->order, &entry->link);
  g_hash_table_remove(book->entries, entry->key);
}

/* Returns: whether another @entries entries of @bytes fit now */
static gboolean
make_room(BhCloudBook *book, guint entries, gsize bytes)
{
  for (GList *l = book->order.head, *next; l != NULL; l = next) {
    next = l->next;
    if (g_hash_table_size(book->entries) + entries <= book->max_entries &&
        book->bytes + bytes <= BH_CLOUD_BOOK_MAX_BYTES)
      return TRUE;
    if (!((Entry *)l->data)->is_open)
      drop(book, l->data);
  }
  return g_hash_table_size(book->entries) + entries <= book->max_entries &&
         book->bytes + bytes <= BH_CLOUD_BOOK_MAX_BYTES;
}

static Entry *
find(BhCloudBook *book, const char *key)
{
  Entry *entry = g_hash_table_lookup(book->entries, key);

  if (entry != NULL) {
    g_queue_unlink(&book->order, &entry->link);
    g_queue_push_tail_link(&book->order, &entry->link);
  }
  return entry;
}

static Entry *
find_or_add(BhCloudBook *book, const char *key)
{
  Entry *entry = find(book, key);

  if (entry != NULL || !make_room(book, 1, 0))
    return entry;
  entry = g_new0(Entry, 1);
  entry->key = g_strdup(key);
  entry->link.data = entry;
  g_hash_table_insert(book->entries, entry->key, entry);
  g_queue_push_tail_link(&book->order, &entry->link);
  return entry;
}

void
bh_cloud_book_open(BhCloudBook *book, const char *key)
{
  Entry *entry = find_or_add(book, key);

  if (entry != NULL)
    entry->is_open = TRUE;
}

void
bh_cloud_book_close(BhCloudBook *book, const char *key)
{
  Entry *entry = find(book, key);

  if (entry == NULL)
    return;
  entry->is_open = FALSE;
  if (entry->document == NULL && entry->servers == NULL)
    drop(book, entry);
}

/* Returns: %FALSE: there is no room for it */
static gboolean
put(BhCloudBook *book, Entry *entry, json_t **member, gsize *size_bytes, json_t *value)
{
  gsize fresh = json_dumpb(value, NULL, 0, JSON_COMPACT);
  gboolean was_open = entry->is_open;
  gboolean fits;

  entry->is_open = TRUE; /* not to be dropped for itself */
  fits = make_room(book, 0, fresh);
  entry->is_open = was_open;
  if (!fits)
    return FALSE;
  book->bytes += fresh - *size_bytes;
  *size_bytes = fresh;
  g_clear_pointer(member, json_decref);
  *member = json_incref(value);
  return TRUE;
}

gboolean
bh_cloud_book_put_revocations(BhCloudBook *book, const char *key, json_t *document,
                              BhRevocations *revocations)
{
  g_autoptr(BhRevocations) owned = revocations;
  Entry *entry = find_or_add(book, key);

  if (entry == NULL ||
      (entry->revocations != NULL &&
       bh_revocations_get_version(owned) < bh_revocations_get_version(entry->revocations)))
    return FALSE;
  if (!put(book, entry, &entry->document, &entry->document_bytes, document))
    return FALSE;
  bh_revocations_free(entry->revocations);
  entry->revocations = g_steal_pointer(&owned);
  return TRUE;
}

gboolean
bh_cloud_book_put_servers(BhCloudBook *book, const char *key, json_t *servers)
{
  Entry *entry = find_or_add(book, key);

  return entry != NULL && put(book, entry, &entry->servers, &entry->servers_bytes, servers);
}

const BhRevocations *
bh_cloud_book_get_revocations(BhCloudBook *book, const char *key)
{
  const Entry *entry = find(book, key);

  return entry != NULL ? entry->revocations : NULL;
}

json_t *
bh_cloud_book_get_document(BhCloudBook *book, const char *key)
{
  const Entry *entry = find(book, key);

  return entry != NULL ? entry->document : NULL;
}

json_t *
bh_cloud_book_get_servers(BhCloudBook *book, const char *key)
{
  const Entry *entry = find(book, key);

  return entry != NULL ? entry->servers : NULL;
}

guint
bh_cloud_book_count(const BhCloudBook *book)
{
  return g_hash_table_size(book->entries);
}
