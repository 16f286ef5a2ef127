/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "seating-mirror.h"

#include <string.h>

#include "hub-state.h"

#define PLACE_PREFIX   "place/"
#define SEATING_PREFIX "seating/"

typedef struct {
  BhProperty *property;
  const char *hub_id;
  GHashTable *known; /* set of ids in the book */
  GPtrArray *gone;   /* of ids: in the log as if they were there */
} Comparison;

/* --- places --- */

/* Once removed, or brought back by a manager: nothing is said against it. */
static void
look_at_place(const char *name, BhRecord *record, gpointer user_data)
{
  Comparison *self = user_data;
  const char *place_id = name + strlen(PLACE_PREFIX);

  if (!g_hash_table_contains(self->known, place_id) &&
      bh_record_get_register(record, "removed") == NULL)
    g_ptr_array_add(self->gone, g_strdup(place_id));
}

/* Places that managers made by the log alone were never in the book: that they are not is no news.
 */
static gboolean
was_ours(Comparison *self, const char *entity)
{
  const BhRecord *record = bh_property_get_record(self->property, entity);
  const BhStamp *stamp = NULL;

  return bh_record_get_register_stamped(record, "kind", &stamp) != NULL &&
         g_strcmp0(bh_property_get_author(self->property, stamp->log_id), self->hub_id) == 0;
}

/* Only what nobody has set: a manager's own name for a place stays. */
static void
compare_place(Comparison *self, const json_t *place, BhMirrorList *list)
{
  const char *place_id = json_string_value(json_object_get(place, "placeId"));
  g_autofree char *entity = g_strconcat(PLACE_PREFIX, place_id, NULL);
  const BhRecord *record = bh_property_get_record(self->property, entity);
  static const char *const names[] = {"kind", "name"};
  json_t *wanted = json_object();

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (record == NULL || bh_record_get_register(record, names[i]) == NULL)
      json_object_set(wanted, names[i], json_object_get(place, names[i]));
  bh_mirror_list_set(list, "place.set", entity, wanted);
  g_hash_table_add(self->known, g_strdup(place_id));
}

/* --- seatings --- */

static void
look_at_seating(const char *name, BhRecord *record, gpointer user_data)
{
  Comparison *self = user_data;
  const char *seating_id = name + strlen(SEATING_PREFIX);
  const char *state = json_string_value(bh_record_get_register(record, "state"));

  if (!g_hash_table_contains(self->known, seating_id) && g_strcmp0(state, "ended") != 0)
    g_ptr_array_add(self->gone, g_strdup(seating_id));
}

static void
compare_seating(Comparison *self, const json_t *place, BhMirrorList *list)
{
  const json_t *seating = json_object_get(place, "seating");
  const char *seating_id = json_string_value(json_object_get(seating, "seatingId"));
  g_autofree char *entity = NULL;

  if (seating_id == NULL)
    return;
  entity = g_strconcat(SEATING_PREFIX, seating_id, NULL);
  bh_mirror_list_set(list, "seating.set", entity,
                     json_pack("{s:O, s:O, s:O}", "placeId", json_object_get(place, "placeId"),
                               "state", json_object_get(seating, "state"), "guests",
                               json_object_get(seating, "guests")));
  g_hash_table_add(self->known, g_strdup(seating_id));
}

/* --- both --- */

typedef void (*CompareOne)(Comparison *self, const json_t *place, BhMirrorList *list);

static void
compare(BhProperty *property, const BhHubState *state, const json_t *places, const char *prefix,
        CompareOne compare_one, BhPropertyRecordVisitor look, const char *kind, const json_t *ended,
        BhMirrorList *list)
{
  g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
  Comparison self = {.property = property, .hub_id = state->hub_id, .known = known, .gone = gone};
  const json_t *place;
  gsize i;

  json_array_foreach((json_t *)places, i, place) compare_one(&self, place, list);
  bh_property_visit_records(property, prefix, look, &self);
  for (guint k = 0; k < gone->len; k++) {
    g_autofree char *entity = g_strconcat(prefix, gone->pdata[k], NULL);

    if (look != look_at_place || was_ours(&self, entity))
      bh_mirror_list_set(list, kind, entity, json_copy((json_t *)ended));
  }
}

void
bh_seating_mirror_compare(BhProperty *property, const BhHubState *state, BhMirrorList *list)
{
  g_autoptr(json_t) described = bh_seating_book_describe_places(state->seatings);
  const json_t *places = json_object_get(described, "places");
  g_autoptr(json_t) removed = json_pack("{s:b}", "removed", TRUE);
  g_autoptr(json_t) ended = json_pack("{s:s}", "state", "ended");

  compare(property, state, places, PLACE_PREFIX, compare_place, look_at_place, "place.set", removed,
          list);
  compare(property, state, places, SEATING_PREFIX, compare_seating, look_at_seating, "seating.set",
          ended, list);
}
