/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "guest-view.h"

#include "keyed-hash.h"
#include "order-state.h"
#include "view-index.h"

#include <string.h>

/* Where the log id stands in an item and in a register (record.h). */
#define ITEM_LOG     3
#define REGISTER_LOG 4

/* What guests are shown of records that are not theirs alone; %NULL: all. */
static const char *const station_registers[] = {"name", "position", "removed", NULL};
static const char *const house_registers[] = {"name", "address", "phone", "currency", NULL};
static const char *const place_registers[] = {"area",  "floor",   "kind", "name",
                                              "seats", "removed", NULL};

static const char *const shared_types[] = {"category/", "item/", "modifier/", "tax/", "station/"};
/* What the house is called; it is one record. */
#define HOUSE "property/house"

gboolean
bh_guest_view_is_shared(const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(shared_types); i++)
    if (g_str_has_prefix(name, shared_types[i]))
      return TRUE;
  return g_str_equal(name, HOUSE);
}

static json_t *
pack(const char *name, json_t *content)
{
  return json_pack("[s, o]", name, content);
}

/* --- parts of records --- */

typedef gboolean (*Keep)(const char *path, const json_t *part, gpointer data);

static void
filter(json_t *parts, Keep keep, gpointer data)
{
  const char *path;
  json_t *part;
  void *next;

  json_object_foreach_safe(parts, next, path, part) if (!keep(path, part, data))
      json_object_del(parts, path);
}

static gboolean
is_public(const json_t *part, size_t log_at)
{
  const char *log_id = json_string_value(json_array_get(part, log_at));

  return log_id != NULL && !bh_operation_is_private_log(log_id);
}

static gboolean
is_public_item(const char *path, const json_t *part, gpointer data)
{
  (void)path;
  (void)data;
  return is_public(part, ITEM_LOG);
}

static gboolean
is_public_register(const char *path, const json_t *part, gpointer data)
{
  const char *const *allowed = data;

  return is_public(part, REGISTER_LOG) && (allowed == NULL || g_strv_contains(allowed, path));
}

/* @registers: (nullable): those that are shown; %NULL: all */
static json_t *
read_public(const BhRecord *record, const char *const *registers)
{
  json_t *content = bh_record_to_json(record);

  filter(json_object_get(content, "items"), is_public_item, NULL);
  filter(json_object_get(content, "registers"), is_public_register, (gpointer)registers);
  return content;
}

/* --- lines that were moved to an order of one's own --- */

typedef struct {
  BhProperty *property;
  const BhRecord *record;
  const char *seating_id;
  GHashTable *lines;      /* ids, owned: those shown, and those that they were split from */
  GHashTable *moved;      /* ids, owned: all that were ever moved by themselves */
  GHashTable *strays;     /* ids, owned: split off those shown, and moved elsewhere by now */
  GHashTable *operations; /* names, owned: of the states and discounts shown */
} Lines;

static void
note_line(const char *line_id, const char *order_id, gpointer data)
{
  Lines *lines = data;
  g_autofree char *seating = bh_view_index_dup_seating(lines->property, order_id);

  g_hash_table_add(lines->moved, g_strdup(line_id));
  if (g_strcmp0(seating, lines->seating_id) == 0)
    g_hash_table_add(lines->lines, g_strdup(line_id));
}

/* The parts of `type/a/b`; %FALSE: it has another number of them. */
static gboolean
split_path(const char *path, const char *type, char **first, char **second)
{
  g_auto(GStrv) parts = g_strsplit(path, "/", 4);

  if (g_strv_length(parts) != 3 || !g_str_equal(parts[0], type))
    return FALSE;
  *first = g_strdup(parts[1]);
  *second = g_strdup(parts[2]);
  return TRUE;
}

/* By line, lists of ids: what it was split off, and what was split off it. */
typedef struct {
  GHashTable *origins;
  GHashTable *descendants;
} Splits;

static void
add_to_list(GHashTable *lists, const char *key, const char *id)
{
  GPtrArray *list = g_hash_table_lookup(lists, key);

  if (list == NULL) {
    list = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(lists, g_strdup(key), list);
  }
  g_ptr_array_add(list, g_strdup(id));
}

static void
note_split(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  Splits *splits = data;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  (void)value;
  (void)stamp;
  if (!split_path(path, "split", &from, &to))
    return;
  add_to_list(splits->origins, to, from);
  add_to_list(splits->descendants, from, to);
}

/* Adds to the lines all that @lists leads to from them; @strays: (nullable): but for those of
 * @moved, which go there. */
static void
follow(Lines *lines, GHashTable *lists, GHashTable *strays)
{
  g_autoptr(GPtrArray) queue = g_ptr_array_new();
  GHashTableIter iter;
  gpointer line;

  g_hash_table_iter_init(&iter, lines->lines);
  while (g_hash_table_iter_next(&iter, &line, NULL))
    g_ptr_array_add(queue, line);
  for (guint i = 0; i < queue->len; i++) {
    GPtrArray *next = g_hash_table_lookup(lists, queue->pdata[i]);

    /* Each once: splits may go in circles. A second key would free the first, which is queued. */
    for (guint j = 0; next != NULL && j < next->len; j++) {
      if (g_hash_table_contains(lines->lines, next->pdata[j]))
        continue;
      if (strays != NULL && g_hash_table_contains(lines->moved, next->pdata[j])) {
        g_hash_table_add(strays, g_strdup(next->pdata[j]));
        continue;
      }
      g_hash_table_add(lines->lines, g_strdup(next->pdata[j]));
      g_ptr_array_add(queue, next->pdata[j]);
    }
  }
}

/* A line that was split off one that was moved stands where that one does, until it is moved
 * itself. It has the content of its original; of several that split off the same one the reader
 * chooses. */
static void
add_relatives(Lines *lines)
{
  g_autoptr(GHashTable) origins =
      g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_autoptr(GHashTable) descendants =
      g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  Splits splits = {origins, descendants};

  bh_record_visit_items(lines->record, "split/", note_split, &splits);
  follow(lines, descendants, lines->strays);
  follow(lines, origins, NULL);
}

/* Whether the second word of `type/<lineId>...` is one of the lines. */
static gboolean
is_of_lines(const Lines *lines, const char *path)
{
  const char *id = strchr(path, '/');
  g_autofree char *line = NULL;

  if (id == NULL)
    return FALSE;
  line = g_strndup(id + 1, strcspn(id + 1, "/"));
  return g_hash_table_contains(lines->lines, line);
}

/* Of one line that is shown: how much it costs. */
static gboolean
is_discount(const Lines *lines, const json_t *part)
{
  const char *line_id = json_string_value(json_object_get(json_array_get(part, 0), "lineId"));

  return line_id != NULL && g_hash_table_contains(lines->lines, line_id);
}

static gboolean
is_line_item(const char *path, const json_t *part, gpointer data)
{
  Lines *lines = data;

  if (!is_public(part, ITEM_LOG))
    return FALSE;
  if (g_str_has_prefix(path, "discount/") && is_discount(lines, part)) {
    g_hash_table_add(lines->operations,
                     g_strdup_printf("%s:%" JSON_INTEGER_FORMAT,
                                     json_string_value(json_array_get(part, ITEM_LOG)),
                                     json_integer_value(json_array_get(part, ITEM_LOG + 1))));
    return TRUE;
  }
  if (g_str_has_prefix(path, "line/") || g_str_has_prefix(path, "split/") ||
      g_str_has_prefix(path, "seen/"))
    return is_of_lines(lines, path);
  if (g_str_has_prefix(path, "state/") && is_of_lines(lines, path)) {
    g_hash_table_add(lines->operations, g_strdup(strrchr(path, '/') + 1));
    return TRUE;
  }
  /* Judged when all states and discounts are known. */
  return g_str_has_prefix(path, "undo/");
}

static gboolean
is_line_undo(const char *path, const json_t *part, gpointer data)
{
  Lines *lines = data;

  (void)part;
  return !g_str_has_prefix(path, "undo/") ||
         g_hash_table_contains(lines->operations, path + strlen("undo/"));
}

/* Where it is now is all that is shown of it. */
static gboolean
is_stray(const Lines *lines, const char *path)
{
  g_autofree char *line = NULL;
  g_autofree char *name = NULL;

  return split_path(path, "line", &line, &name) && g_str_equal(name, "orderId") &&
         g_hash_table_contains(lines->strays, line);
}

static gboolean
is_line_register(const char *path, const json_t *part, gpointer data)
{
  return is_public(part, REGISTER_LOG) && g_str_has_prefix(path, "line/") &&
         (is_of_lines(data, path) || is_stray(data, path));
}

/* What of another's order was moved to one of this seating; NULL: nothing. */
static json_t *
read_moved(BhProperty *property, const BhRecord *record, const char *seating_id)
{
  g_autoptr(GHashTable) ids = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) moved = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) strays = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) operations =
      g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  Lines lines = {property, record, seating_id, ids, moved, strays, operations};
  json_t *content;

  bh_order_state_visit_moves(record, note_line, &lines);
  if (g_hash_table_size(ids) == 0)
    return NULL;
  add_relatives(&lines);
  content = bh_record_to_json(record);
  filter(json_object_get(content, "items"), is_line_item, &lines);
  filter(json_object_get(content, "items"), is_line_undo, &lines);
  filter(json_object_get(content, "registers"), is_line_register, &lines);
  return content;
}

/* --- what is whose --- */

static json_t *
read_order(BhProperty *property, const BhRecord *record, const BhViewFacts *facts, const char *name)
{
  g_autofree char *seating = bh_view_index_dup_seating(property, name + strlen("order/"));

  if (facts->seating_id == NULL)
    return NULL;
  if (g_strcmp0(seating, facts->seating_id) == 0)
    return read_public(record, NULL);
  return read_moved(property, record, facts->seating_id);
}

static gboolean
is_same(const json_t *object, const char *member, const char *own)
{
  const char *text = json_string_value(json_object_get(object, member));

  return own != NULL && text != NULL && g_str_equal(text, own);
}

static json_t *
read_guest(BhProperty *property, const BhRecord *record, const BhViewFacts *facts, const char *name)
{
  const json_t *header = bh_record_get_item(record, "header");

  if (g_str_has_prefix(name, "station/"))
    return read_public(record, station_registers);
  if (g_str_equal(name, HOUSE))
    return read_public(record, house_registers);
  if (bh_guest_view_is_shared(name))
    return read_public(record, NULL);
  if (g_str_has_prefix(name, "place/"))
    return g_strcmp0(name + strlen("place/"), facts->place_id) == 0
               ? read_public(record, place_registers)
               : NULL;
  if (g_str_has_prefix(name, "seating/"))
    return g_strcmp0(name + strlen("seating/"), facts->seating_id) == 0 ? read_public(record, NULL)
                                                                        : NULL;
  if (g_str_has_prefix(name, "order/"))
    return read_order(property, record, facts, name);
  if (g_str_has_prefix(name, "request/"))
    return is_same(header, "seatingId", facts->seating_id) ||
                   is_same(header, "guestId", facts->guest_device_id)
               ? read_public(record, NULL)
               : NULL;
  /* Also one by a private log: it is for them. */
  if (g_str_has_prefix(name, "message/"))
    return is_same(json_object_get(header, "to"), "seatingId", facts->seating_id) ||
                   is_same(header, "guestId", facts->guest_device_id)
               ? bh_record_to_json(record)
               : NULL;
  return NULL;
}

json_t *
bh_guest_view_read(BhProperty *property, const BhViewFacts *facts, const char *name)
{
  const BhRecord *record = bh_property_get_record(property, name);
  json_t *content = record != NULL ? read_guest(property, record, facts, name) : NULL;

  return content != NULL ? pack(name, content) : NULL;
}

json_t *
bh_private_view_read(BhProperty *property, const BhViewFacts *facts, const char *name)
{
  const BhRecord *record = bh_property_get_record(property, name);
  const BhStamp *stamp = NULL;
  const json_t *header, *to;

  if (record == NULL || !g_str_has_prefix(name, "message/"))
    return NULL;
  header = bh_record_get_item_stamped(record, "header", &stamp);
  if (stamp == NULL || !bh_operation_is_private_log(stamp->log_id))
    return NULL;
  to = json_object_get(header, "to");
  if (is_same(to, "deviceId", facts->device_id) || is_same(to, "personId", facts->person_id) ||
      (facts->role != BH_ROLE_NONE && is_same(to, "role", bh_role_get_name(facts->role))) ||
      (facts->device_id != NULL &&
       g_strcmp0(bh_property_get_author(property, stamp->log_id), facts->device_id) == 0))
    return pack(name, bh_record_to_json(record));
  return NULL;
}
