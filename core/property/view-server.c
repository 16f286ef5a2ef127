/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "keyed-hash.h"
#include "view-server-private.h"

#include <string.h>

/*
 * Changes of the property are gathered by name; a tick then finds out, once for all, whose keys
 * each record has, and notes it for the followers with these keys. A follower's snapshot reads the
 * records when its parts go.
 *
 * Changes are numbered; a cursor is the number of the last one that the follower has. Keys that
 * lost something are remembered with its number: whoever is behind that gets everything anew.
 */

#define MAX_LOSSES 4096

/* --- time --- */

void
bh_view_server_schedule(BhViewServer *server, gint64 due_ms)
{
  if (server->next_due_ms >= 0 && server->next_due_ms <= due_ms)
    return;
  server->next_due_ms = due_ms;
  if (!server->is_ticking && server->wakeup != NULL)
    server->wakeup(server->wakeup_data);
}

void
bh_view_server_set_wakeup(BhViewServer *server, void (*wakeup)(gpointer data), gpointer data)
{
  server->wakeup = wakeup;
  server->wakeup_data = data;
}

/* --- changes --- */

static void
on_changed(BhProperty *property, const char *entity, BhViewServer *server)
{
  (void)property;
  g_hash_table_add(server->changed, g_strdup(entity));
  if (server->flush_due_ms != 0)
    return;
  server->flush_due_ms = server->clock(server->clock_data) + BH_VIEW_GATHER_MS;
  bh_view_server_schedule(server, server->flush_due_ms);
}

static void
note_losses(BhViewServer *server, GPtrArray *lost)
{
  if (g_hash_table_size(server->losses) + lost->len > MAX_LOSSES) {
    g_hash_table_remove_all(server->losses);
    server->base = server->number;
  }
  for (guint i = 0; i < lost->len; i++) {
    GHashTable *set = g_hash_table_lookup(server->by_key, lost->pdata[i]);
    GHashTableIter iter;
    gpointer follower;

    g_hash_table_insert(server->losses, g_strdup(lost->pdata[i]),
                        g_memdup2(&server->number, sizeof server->number));
    if (set == NULL)
      continue;
    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &follower, NULL))
      ((BhViewFollower *)follower)->needs_reset = TRUE;
  }
}

static void
note_change(BhViewServer *server, const char *name)
{
  g_autoptr(GPtrArray) lost = g_ptr_array_new_with_free_func(g_free);
  const BhViewEntry *entry = bh_view_index_update(server->index, name, ++server->number, lost);

  note_losses(server, lost);
  for (guint i = 0; entry != NULL && i < entry->keys->len; i++) {
    GHashTable *set = g_hash_table_lookup(server->by_key, entry->keys->pdata[i]);
    GHashTableIter iter;
    gpointer value;

    if (set == NULL)
      continue;
    g_hash_table_iter_init(&iter, set);
    while (g_hash_table_iter_next(&iter, &value, NULL)) {
      BhViewFollower *follower = value;

      if (follower->is_active)
        g_hash_table_add(follower->dirty, g_strdup(name));
    }
  }
}

/* Whose lines an order got may depend on where that order is now. */
static void
add_sources(BhViewServer *server, GPtrArray *names)
{
  guint n = names->len;

  for (guint i = 0; i < n; i++) {
    const char *name = names->pdata[i];
    GPtrArray *sources = g_str_has_prefix(name, "order/")
                             ? bh_property_get_moved(server->property, name + strlen("order/"))
                             : NULL;

    for (guint j = 0; sources != NULL && j < sources->len; j++)
      if (!g_hash_table_contains(server->changed, sources->pdata[j]))
        g_ptr_array_add(names, g_strdup(sources->pdata[j]));
  }
}

static void
flush(BhViewServer *server)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  GHashTableIter iter;
  gpointer name;

  server->flush_due_ms = 0;
  g_hash_table_iter_init(&iter, server->changed);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    g_ptr_array_add(names, g_strdup(name));
  bh_view_index_sort(names);
  add_sources(server, names);
  g_hash_table_remove_all(server->changed);
  for (guint i = 0; i < names->len; i++)
    note_change(server, names->pdata[i]);
}

gint64
bh_view_server_tick(BhViewServer *server)
{
  gint64 now_ms = server->clock(server->clock_data);
  g_autoptr(GPtrArray) held = NULL;

  if (server->next_due_ms < 0)
    return -1;
  if (server->next_due_ms > now_ms)
    return server->next_due_ms - now_ms;
  server->next_due_ms = -1;
  server->is_ticking = TRUE;
  if (server->flush_due_ms != 0 && server->flush_due_ms <= now_ms)
    flush(server);
  held = g_ptr_array_new_with_free_func((GDestroyNotify)bh_view_follower_unref);
  for (guint i = 0; i < server->followers->len; i++)
    g_ptr_array_add(held, bh_view_follower_ref(server->followers->pdata[i]));
  /* Pumping says when the next one is due. */
  for (guint i = 0; i < held->len; i++)
    bh_view_follower_pump(held->pdata[i]);
  if (server->flush_due_ms != 0)
    bh_view_server_schedule(server, server->flush_due_ms);
  server->is_ticking = FALSE;
  return server->next_due_ms < 0 ? -1 : MAX(server->next_due_ms - now_ms, 1);
}

/* --- life --- */

guint
bh_view_server_get_n_followers(const BhViewServer *server)
{
  return server->followers->len;
}

BhViewServer *
bh_view_server_new(BhProperty *property, const char *incarnation, gint64 (*clock)(gpointer data),
                   gpointer clock_data)
{
  BhViewServer *server = g_new0(BhViewServer, 1);

  server->property = g_object_ref(property);
  server->incarnation = g_strdup(incarnation);
  server->clock = clock;
  server->clock_data = clock_data;
  server->index = bh_view_index_new(property);
  server->followers = g_ptr_array_new_with_free_func((GDestroyNotify)bh_view_follower_unref);
  server->by_key =
      g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
  server->changed = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  server->losses = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, g_free);
  server->next_due_ms = -1;
  g_signal_connect(property, "changed", G_CALLBACK(on_changed), server);
  return server;
}

void
bh_view_server_free(BhViewServer *server)
{
  if (server == NULL)
    return;
  g_signal_handlers_disconnect_by_data(server->property, server);
  while (server->followers->len > 0)
    bh_view_server_remove(server, server->followers->pdata[0]);
  g_ptr_array_unref(server->followers);
  g_hash_table_unref(server->by_key);
  g_hash_table_unref(server->changed);
  g_hash_table_unref(server->losses);
  bh_view_index_free(server->index);
  g_free(server->incarnation);
  g_object_unref(server->property);
  g_free(server);
}
