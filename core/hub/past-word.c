/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "past-word.h"

#include <string.h>

#include "hub-state.h"

#define DEVICE_PREFIX "device/"
#define PERSON_PREFIX "person/"

struct _BhPastWord {
  BhProperty *property;
  const BhHubState *state;
};

/* --- what the books could not store is there again with the next start of a device's link --- */

static void
revoke_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_device_book_revoke_finish(BH_DEVICE_BOOK(source), result, &error))
    g_warning("A device that had been removed is not removed again: %s", error->message);
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_device_book_change_finish(BH_DEVICE_BOOK(source), result, &error))
    g_warning("A device has not the role again that it was given: %s", error->message);
}

static void
renew_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_device_book_renew_finish(BH_DEVICE_BOOK(source), result, &error))
    g_warning("What shows who a device is stays void for others: %s", error->message);
}

static void
remove_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_person_book_change_finish(BH_PERSON_BOOK(source), result, &error))
    g_warning("Somebody who had been removed is not removed again: %s", error->message);
}

/* --- one entity --- */

/* @said_ms: when it was said last. What is done again counts from then at least, so that it is
 * above the revocations which were told with it. */
static void
hear_device(BhPastWord *self, const char *device_id, const BhRecord *record, gint64 said_ms)
{
  const BhHubState *state = self->state;
  BhDevice *device = bh_device_book_find(state->devices, device_id);
  BhRole role = bh_role_from_name(json_string_value(bh_record_get_register(record, "role")));
  const char *name = json_string_value(bh_record_get_register(record, "name"));
  gint64 now_ms = MAX(g_get_real_time() / 1000, said_ms);

  if (device == NULL || device->revoked_ms != 0)
    return;
  if (json_is_true(bh_record_get_register(record, "removed"))) {
    bh_audit_log_add(state->audit, "device-revoked", NULL, device->name, NULL, NULL);
    bh_device_book_revoke_async(state->devices, device_id, now_ms, revoke_cb, NULL);
    return;
  }
  if (!bh_role_is_pairable(role) || role == device->role)
    role = BH_ROLE_NONE;
  else
    bh_audit_log_add(state->audit, "device-role", NULL, device->name, bh_role_get_name(role), NULL);
  if (role != BH_ROLE_NONE || (name != NULL && !g_str_equal(name, device->name)))
    bh_device_book_change_async(state->devices, device_id, role, name, now_ms, change_cb, NULL);
  /* It was something else, and is what it was. A restore of our own is later than all that was said
   * before; where a copy of the folder was put back, its membership is void by what others know. */
  else if (said_ms > device->valid_from_ms)
    bh_device_book_renew_async(state->devices, device_id, now_ms, renew_cb, NULL);
}

static void
hear_person(BhPastWord *self, const char *person_id, const BhRecord *record)
{
  const char *name = bh_person_book_get_name(self->state->people, person_id);

  if (name == NULL || !json_is_true(bh_record_get_register(record, "removed")))
    return;
  bh_audit_log_add(self->state->audit, "person-removed", NULL, name, NULL, NULL);
  bh_person_book_remove_async(self->state->people, person_id, remove_cb, NULL);
}

static void
hear(gpointer key, gpointer value, gpointer user_data)
{
  BhPastWord *self = user_data;
  const char *entity = key;
  const BhOperation *last = value;
  const BhRecord *record = bh_property_get_record(self->property, entity);

  if (record == NULL)
    return;
  if (g_str_has_prefix(entity, DEVICE_PREFIX))
    hear_device(self, entity + strlen(DEVICE_PREFIX), record, last->hlc_ms);
  else
    hear_person(self, entity + strlen(PERSON_PREFIX), record);
}

/* --- what comes --- */

/* Own operations of this life come without a source; those that we have do not come again. */
static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, BhPastWord *self)
{
  g_autoptr(GHashTable) entities = g_hash_table_new(g_str_hash, g_str_equal); /* -> the last op */

  for (guint i = 0; source != NULL && i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];
    const BhOperation *last = g_hash_table_lookup(entities, op->entity);

    if (op->role == BH_ROLE_HUB && g_str_equal(op->device_id, self->state->hub_id) &&
        !op->is_redacted &&
        (g_str_has_prefix(op->entity, DEVICE_PREFIX) ||
         g_str_has_prefix(op->entity, PERSON_PREFIX)) &&
        (last == NULL || last->hlc_ms < op->hlc_ms))
      g_hash_table_insert(entities, (gpointer)op->entity, (gpointer)op);
  }
  g_hash_table_foreach(entities, hear, self);
}

BhPastWord *
bh_past_word_new(BhProperty *property, const BhHubState *state)
{
  BhPastWord *self = g_new0(BhPastWord, 1);

  self->property = g_object_ref(property);
  self->state = state;
  g_signal_connect(property, "committed", G_CALLBACK(on_committed), self);
  return self;
}

void
bh_past_word_free(BhPastWord *word)
{
  g_signal_handlers_disconnect_by_data(word->property, word);
  g_object_unref(word->property);
  g_free(word);
}
