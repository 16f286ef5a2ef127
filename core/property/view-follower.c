/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "guest-view.h"
#include "json-text.h"
#include "keyed-hash.h"
#include "view-server-private.h"

#include <string.h>

/*
 * BhViewFollower: held by the server, and by whoever is at work on it: sending may remove it.
 */

#define MAX_CURSOR_BYTES 200
/* Of the digest of rights in a cursor. */
#define RIGHTS_CHARS 16

/* --- followers --- */

static void
facts_copy(BhViewFacts *to, const BhViewFacts *from)
{
  *to = (BhViewFacts){.guest_device_id = g_strdup(from->guest_device_id),
                      .seating_id = g_strdup(from->seating_id),
                      .place_id = g_strdup(from->place_id),
                      .device_id = g_strdup(from->device_id),
                      .person_id = g_strdup(from->person_id),
                      .role = from->role};
}

static void
facts_clear(BhViewFacts *facts)
{
  g_free((char *)facts->guest_device_id);
  g_free((char *)facts->seating_id);
  g_free((char *)facts->place_id);
  g_free((char *)facts->device_id);
  g_free((char *)facts->person_id);
  *facts = (BhViewFacts){0};
}

/* Of equal rights equal, of others another. */
static char *
dup_rights(BhViewKind kind, const BhViewFacts *facts)
{
  const char *const texts[] = {facts->guest_device_id, facts->seating_id, facts->place_id,
                               facts->device_id, facts->person_id};
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *head = g_strdup_printf("%d %d", (int)kind, (int)facts->role);

  g_checksum_update(checksum, (const guchar *)head, (gssize)strlen(head) + 1);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    const char *text = texts[i] != NULL ? texts[i] : "";

    g_checksum_update(checksum, (const guchar *)text, (gssize)strlen(text) + 1);
  }
  return g_strndup(g_checksum_get_string(checksum), RIGHTS_CHARS);
}

BhViewFollower *
bh_view_follower_ref(BhViewFollower *follower)
{
  g_ref_count_inc(&follower->refs);
  return follower;
}

void
bh_view_follower_unref(BhViewFollower *follower)
{
  if (!g_ref_count_dec(&follower->refs))
    return;
  g_assert(follower->server == NULL);
  g_free(follower);
}

static void
subscribe(BhViewFollower *follower, const BhViewFacts *facts)
{
  BhViewServer *server = follower->server;

  facts_copy(&follower->facts, facts);
  follower->rights = dup_rights(follower->kind, facts);
  follower->keys = bh_view_index_list_keys(follower->kind, facts);
  for (guint i = 0; i < follower->keys->len; i++) {
    GHashTable *set = g_hash_table_lookup(server->by_key, follower->keys->pdata[i]);

    if (set == NULL) {
      set = g_hash_table_new(NULL, NULL);
      g_hash_table_insert(server->by_key, g_strdup(follower->keys->pdata[i]), set);
    }
    g_hash_table_add(set, follower);
  }
}

static void
unsubscribe(BhViewFollower *follower)
{
  GHashTable *by_key = follower->server->by_key;

  for (guint i = 0; i < follower->keys->len; i++) {
    GHashTable *set = g_hash_table_lookup(by_key, follower->keys->pdata[i]);

    g_hash_table_remove(set, follower);
    if (g_hash_table_size(set) == 0)
      g_hash_table_remove(by_key, follower->keys->pdata[i]);
  }
  facts_clear(&follower->facts);
  g_clear_pointer(&follower->rights, g_free);
  g_clear_pointer(&follower->keys, g_ptr_array_unref);
}

BhViewFollower *
bh_view_server_add_follower(BhViewServer *server, BhViewKind kind, const BhViewFacts *facts,
                            BhViewSend send, gpointer data)
{
  BhViewFollower *follower = g_new0(BhViewFollower, 1);

  g_ref_count_init(&follower->refs);
  follower->server = server;
  follower->kind = kind;
  follower->send = send;
  follower->data = data;
  follower->dirty = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  subscribe(follower, facts);
  g_ptr_array_add(server->followers, follower);
  return follower;
}

static void
drop_sender(BhViewFollower *follower)
{
  if (follower->sender == NULL)
    return;
  g_free(follower->dropped_id);
  follower->dropped_id = g_strdup(bh_snapshot_sender_get_id(follower->sender));
  follower->is_passed = FALSE;
  g_clear_pointer(&follower->sender, bh_snapshot_sender_free);
}

void
bh_view_server_remove(BhViewServer *server, BhViewFollower *follower)
{
  unsubscribe(follower);
  follower->server = NULL;
  g_clear_pointer(&follower->sender, bh_snapshot_sender_free);
  g_clear_pointer(&follower->dirty, g_hash_table_unref);
  g_clear_pointer(&follower->dropped_id, g_free);
  g_ptr_array_remove_fast(server->followers, follower);
}

void
bh_view_server_set_facts(BhViewServer *server, BhViewFollower *follower, const BhViewFacts *facts)
{
  g_autoptr(BhViewFollower) held G_GNUC_UNUSED = bh_view_follower_ref(follower);
  g_autofree char *rights = dup_rights(follower->kind, facts);

  g_return_if_fail(follower->server == server);

  if (g_str_equal(rights, follower->rights))
    return;
  unsubscribe(follower);
  subscribe(follower, facts);
  /* At once, however lately the last whole view was begun: what is shown is not theirs now. */
  follower->may_reset_ms = 0;
  follower->needs_reset = TRUE;
  drop_sender(follower);
  bh_view_follower_pump(follower);
}

/* --- cursors --- */

static char *
dup_cursor(BhViewFollower *follower)
{
  return g_strdup_printf("%s.%s:%" G_GINT64_FORMAT, follower->server->incarnation, follower->rights,
                         follower->server->number);
}

/* Returns: the number that @cursor says; -1: it is none from which one could go on */
static gint64
read_cursor(BhViewFollower *follower, const char *cursor)
{
  BhViewServer *server = follower->server;
  g_autofree char *prefix = g_strdup_printf("%s.%s:", server->incarnation, follower->rights);
  const char *number;
  char *end;
  gint64 value;

  if (cursor == NULL || strlen(cursor) > MAX_CURSOR_BYTES || !g_str_has_prefix(cursor, prefix))
    return -1;
  number = cursor + strlen(prefix);
  value = g_ascii_strtoll(number, &end, 10);
  if (!g_ascii_isdigit(*number) || *end != '\0' || value > server->number || value < server->base)
    return -1;
  for (guint i = 0; i < follower->keys->len; i++) {
    const gint64 *loss = g_hash_table_lookup(server->losses, follower->keys->pdata[i]);

    if (loss != NULL && *loss > value)
      return -1;
  }
  return value;
}

/* --- snapshots --- */

static json_t *
read_shared(BhViewFollower *follower, const char *name, gsize *size_bytes)
{
  BhViewServer *server = follower->server;
  BhViewEntry *entry = bh_view_index_find(server->index, name);

  if (entry == NULL)
    return NULL;
  if (entry->shared == NULL) {
    entry->shared = bh_guest_view_read(server->property, &follower->facts, name);
    entry->shared_bytes = entry->shared != NULL ? bh_json_measure(entry->shared) : 0;
  }
  *size_bytes = entry->shared_bytes;
  return json_incref(entry->shared);
}

static json_t *
read_entity(const char *name, gsize *size_bytes, gpointer data)
{
  BhViewFollower *follower = data;
  BhProperty *property = follower->server->property;
  json_t *entity;

  if (follower->kind == BH_VIEW_GUEST && bh_guest_view_is_shared(name))
    return read_shared(follower, name, size_bytes);
  entity = follower->kind == BH_VIEW_GUEST ? bh_guest_view_read(property, &follower->facts, name)
                                           : bh_private_view_read(property, &follower->facts, name);
  if (entity != NULL)
    *size_bytes = bh_json_measure(entity);
  return entity;
}

static gboolean
send_part(const json_t *message, gpointer data)
{
  BhViewFollower *follower = data;

  if (follower->server == NULL || follower->is_blocked)
    return FALSE;
  if (follower->send(message, follower->data))
    return TRUE;
  follower->is_blocked = TRUE;
  return FALSE;
}

static void
begin(BhViewFollower *follower, GPtrArray *names, gboolean reset)
{
  BhViewServer *server = follower->server;
  g_autofree char *id = g_strdup_printf("v%" G_GUINT64_FORMAT, ++server->next_id);
  g_autofree char *cursor = dup_cursor(follower);

  follower->needs_reset = FALSE;
  follower->owes_cursor = FALSE;
  g_hash_table_remove_all(follower->dirty);
  follower->sender = bh_snapshot_sender_new(id, names, json_pack("{s:s}", "cursor", cursor), reset,
                                            read_entity, send_part, follower);
}

static GPtrArray *
list_dirty(BhViewFollower *follower)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init(&iter, follower->dirty);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    g_ptr_array_add(names, g_strdup(name));
  bh_view_index_sort(names);
  return names;
}

/* Returns: whether one is under way now */
static gboolean
begin_next(BhViewFollower *follower)
{
  BhViewServer *server = follower->server;
  gint64 now_ms = server->clock(server->clock_data);

  if (follower->needs_reset && now_ms < follower->may_reset_ms) {
    bh_view_server_schedule(server, follower->may_reset_ms);
    return FALSE;
  }
  if (follower->needs_reset) {
    follower->may_reset_ms = now_ms + BH_VIEW_PAUSE_MS;
    begin(follower, bh_view_index_list(server->index, follower->keys, -1), TRUE);
    return TRUE;
  }
  if (g_hash_table_size(follower->dirty) == 0 && !follower->owes_cursor)
    return FALSE;
  begin(follower, list_dirty(follower), FALSE);
  return TRUE;
}

/* Returns: whether there is more to do */
static gboolean
pump_one(BhViewFollower *follower)
{
  BhViewServer *server = follower->server;
  gint64 due_ms;

  if (follower->sender == NULL && !begin_next(follower))
    return FALSE;
  bh_snapshot_sender_pump(follower->sender, server->clock(server->clock_data));
  /* Sending may have changed anything. */
  if (follower->server == NULL || follower->sender == NULL)
    return TRUE;
  switch (bh_snapshot_sender_get_state(follower->sender)) {
  case BH_SNAPSHOT_DONE:
    follower->is_passed = TRUE;
    g_clear_pointer(&follower->sender, bh_snapshot_sender_free);
    return TRUE;
  case BH_SNAPSHOT_FAILED:
    g_clear_pointer(&follower->sender, bh_snapshot_sender_free);
    follower->is_active = FALSE; /* until it asks again */
    return FALSE;
  default:
    break;
  }
  due_ms = bh_snapshot_sender_get_due_ms(follower->sender);
  if (due_ms >= 0)
    bh_view_server_schedule(server, due_ms);
  return FALSE;
}

void
bh_view_follower_pump(BhViewFollower *follower)
{
  /* From within a send: that one goes on. */
  if (follower->is_pumping)
    return;
  follower->is_pumping = TRUE;
  while (follower->server != NULL && follower->is_active && !follower->is_blocked &&
         pump_one(follower))
    ;
  follower->is_pumping = FALSE;
}

/* --- messages --- */

static void
hear_view(BhViewFollower *follower, const json_t *message)
{
  const char *of = json_string_value(json_object_get(message, "of"));
  const char *cursor = json_string_value(json_object_get(message, "cursor"));
  gint64 number;

  if (g_strcmp0(of, follower->kind == BH_VIEW_GUEST ? "guest" : "private") != 0)
    return;
  number = read_cursor(follower, cursor);
  follower->is_active = TRUE;
  drop_sender(follower);
  if (number < 0) {
    follower->needs_reset = TRUE;
  } else if (!follower->needs_reset) {
    g_autoptr(GPtrArray) names =
        bh_view_index_list(follower->server->index, follower->keys, number);

    for (guint i = 0; i < names->len; i++)
      g_hash_table_add(follower->dirty, g_strdup(names->pdata[i]));
    follower->owes_cursor = TRUE;
  }
  bh_view_follower_pump(follower);
}

/* What was given up came late, after what took its place: it stands there now, and is not theirs.
 */
static gboolean
hear_dropped(BhViewFollower *follower, const json_t *ack)
{
  if (!follower->is_passed || follower->dropped_id == NULL ||
      g_strcmp0(json_string_value(json_object_get(ack, "ref")), follower->dropped_id) != 0)
    return FALSE;
  g_clear_pointer(&follower->dropped_id, g_free);
  follower->needs_reset = TRUE;
  drop_sender(follower);
  return TRUE;
}

gboolean
bh_view_server_receive(BhViewServer *server, BhViewFollower *follower, const json_t *message)
{
  g_autoptr(BhViewFollower) held G_GNUC_UNUSED = bh_view_follower_ref(follower);
  const char *type = json_string_value(json_object_get(message, "type"));

  g_return_val_if_fail(follower->server == server, FALSE);

  if (g_strcmp0(type, "view") == 0) {
    hear_view(follower, message);
    return TRUE;
  }
  if (g_strcmp0(type, "ack") != 0 ||
      !(hear_dropped(follower, message) ||
        (follower->sender != NULL && bh_snapshot_sender_ack(follower->sender, message))))
    return FALSE;
  bh_view_follower_pump(follower);
  return TRUE;
}

void
bh_view_server_ready(BhViewServer *server, BhViewFollower *follower)
{
  g_autoptr(BhViewFollower) held G_GNUC_UNUSED = bh_view_follower_ref(follower);

  g_return_if_fail(follower->server == server);

  follower->is_blocked = FALSE;
  bh_view_follower_pump(follower);
}
