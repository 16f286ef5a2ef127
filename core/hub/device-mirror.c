/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "device-mirror.h"

#include <string.h>

#include "cut-off.h"
#include "hub-state.h"
#include "ticket-number.h"

#define DEVICE_PREFIX "device/"
#define PERSON_PREFIX "person/"

/* As kinds.json has it; what a person may call the hub in its settings is longer. */
#define MAX_NAME_CHARS 64

typedef struct {
  BhProperty *property;
  const BhHubState *state;
  BhMirrorList *list;
  guint next_series; /* the first index that nobody has or had */
  GPtrArray *gone;   /* of people's ids: in the log as if they were there, and not in the book */
} Comparison;

static json_t *
get_register(BhProperty *property, const char *entity, const char *path)
{
  const BhRecord *record = bh_property_get_record(property, entity);

  return record != NULL ? bh_record_get_register(record, path) : NULL;
}

/* --- devices --- */

static void
look_at_device(const char *name, BhRecord *record, gpointer user_data)
{
  Comparison *self = user_data;
  const char *series = json_string_value(bh_record_get_register(record, "series"));
  guint index;

  if (bh_ticket_series_parse(series, &index))
    self->next_series = MAX(self->next_series, index + 1);
}

static void
set_device(Comparison *self, const char *device_id, const char *name, BhRole role)
{
  g_autofree char *entity = g_strconcat(DEVICE_PREFIX, device_id, NULL);
  json_t *wanted = json_pack("{s:s, s:s}", "name", name, "role", bh_role_get_name(role));

  if (bh_role_may(role, BH_ACTION_TAKE_ORDERS) &&
      get_register(self->property, entity, "series") == NULL) {
    g_autofree char *series = bh_ticket_series_make(self->next_series++);

    json_object_set_new(wanted, "series", json_string(series));
  }
  bh_mirror_list_set(self->list, "device.set", entity, wanted);
}

typedef struct {
  Comparison *self;
  const char *entity;
} CutOff;

static void
add_operation(const char *kind, json_t *body, gpointer user_data)
{
  const CutOff *cut_off = user_data;

  bh_mirror_list_add(cut_off->self->list, kind, cut_off->entity, body);
}

static void
add_cut_off(Comparison *self, const char *device_id, BhRole role, gboolean all)
{
  g_autofree char *entity = g_strconcat(DEVICE_PREFIX, device_id, NULL);
  g_autoptr(json_t) old = bh_cut_off_get(self->property, device_id, role);
  g_autoptr(json_t) cutoffs = bh_cut_off_make(self->property, device_id, old, all);
  CutOff cut_off = {self, entity};

  if (old == NULL || !json_equal(old, cutoffs))
    bh_cut_off_write(self->property, device_id, role, g_steal_pointer(&cutoffs), add_operation,
                     &cut_off);
}

static void
compare_device(Comparison *self, const BhDevice *device)
{
  g_autofree char *entity = g_strconcat(DEVICE_PREFIX, device->device_id, NULL);
  BhRole logged =
      bh_role_from_name(json_string_value(get_register(self->property, entity, "role")));

  /* A role that it has again: what was cut off by leaving it counts from now on. */
  if (bh_cut_off_has(self->property, device->device_id, device->role))
    add_cut_off(self, device->device_id, device->role, TRUE);
  if (logged != device->role && bh_role_is_pairable(logged))
    add_cut_off(self, device->device_id, logged, FALSE);
  set_device(self, device->device_id, device->name, device->role);
}

/* The cut-off goes with the removal, and before it: where one write does not take all, what is left
 * is found again. */
static void
remove_device(Comparison *self, const char *device_id)
{
  g_autofree char *entity = g_strconcat(DEVICE_PREFIX, device_id, NULL);

  if (json_is_true(get_register(self->property, entity, "removed")))
    return;
  add_cut_off(self, device_id, BH_ROLE_NONE, FALSE);
  bh_mirror_list_set(self->list, "device.set", entity, json_pack("{s:b}", "removed", TRUE));
}

void
bh_device_mirror_compare(BhProperty *property, const BhHubState *state, BhMirrorList *list)
{
  g_autoptr(GPtrArray) devices = bh_device_book_list(state->devices);
  g_autoptr(GPtrArray) removed = bh_device_book_list_removed(state->devices);
  g_autofree char *hub_name =
      g_utf8_substring(state->hub_name, 0, MIN(g_utf8_strlen(state->hub_name, -1), MAX_NAME_CHARS));
  Comparison self = {.property = property, .state = state, .list = list};

  bh_property_visit_records(property, DEVICE_PREFIX, look_at_device, &self);
  set_device(&self, state->hub_id, hub_name, BH_ROLE_HUB);
  for (guint i = 0; i < removed->len; i++)
    remove_device(&self, ((const BhDevice *)removed->pdata[i])->device_id);
  for (guint i = 0; i < devices->len; i++)
    compare_device(&self, devices->pdata[i]);
}

/* --- people --- */

static void
look_at_person(const char *name, BhRecord *record, gpointer user_data)
{
  Comparison *self = user_data;
  const char *person_id = name + strlen(PERSON_PREFIX);

  if (bh_person_book_get_name(self->state->people, person_id) == NULL &&
      !json_is_true(bh_record_get_register(record, "removed")))
    g_ptr_array_add(self->gone, g_strdup(person_id));
}

void
bh_device_mirror_compare_people(BhProperty *property, const BhHubState *state, BhMirrorList *list)
{
  g_autoptr(json_t) described = bh_person_book_describe_people(state->people, NULL);
  g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
  Comparison self = {.property = property, .state = state, .list = list, .gone = gone};
  const json_t *person;
  gsize i;

  bh_property_visit_records(property, PERSON_PREFIX, look_at_person, &self);
  json_array_foreach(json_object_get(described, "people"), i, person)
  {
    g_autofree char *entity =
        g_strconcat(PERSON_PREFIX, json_string_value(json_object_get(person, "personId")), NULL);

    bh_mirror_list_set(list, "person.set", entity,
                       json_pack("{s:O}", "name", json_object_get(person, "name")));
  }
  for (guint k = 0; k < gone->len; k++) {
    g_autofree char *entity = g_strconcat(PERSON_PREFIX, gone->pdata[k], NULL);

    bh_mirror_list_set(list, "person.set", entity, json_pack("{s:b}", "removed", TRUE));
  }
}
