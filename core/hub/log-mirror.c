/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "log-mirror.h"

#include "cut-off.h"
#include "device-mirror.h"
#include "hub-state.h"
#include "mirror-list.h"
#include "seating-mirror.h"

/* One operation each; the property's queue takes far more. */
#define MAX_A_WRITE 200
/* A disk that is full now may not be so later. */
#define RETRY_S 10

enum { PART_DEVICES = 1 << 0, PART_PEOPLE = 1 << 1, PART_PLACES = 1 << 2, PART_ALL = 7 };

struct _BhLogMirror {
  BhProperty *property;
  const BhHubState *state;
  GCancellable *life; /* cancelled with the mirror; a write in flight outlives it */
  guint dirty;        /* of PART_...: to be compared */
  gboolean is_writing;
  guint source_id; /* of the comparison that is to come */
};

static void schedule(BhLogMirror *self);

static gboolean
on_retry(gpointer user_data)
{
  BhLogMirror *self = user_data;

  self->source_id = 0;
  schedule(self);
  return G_SOURCE_REMOVE;
}

typedef struct {
  BhLogMirror *mirror; /* borrowed: only where `life` was not cancelled */
  GCancellable *life;
  BhMirrorList *list;
  guint parts;
} Write;

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Write *write = user_data;
  g_autoptr(GCancellable) life = write->life;
  g_autoptr(BhMirrorList) list G_GNUC_UNUSED = write->list;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) written = bh_property_write_finish(BH_PROPERTY(source), result, &error);
  BhLogMirror *self = write->mirror;

  if (g_cancellable_is_cancelled(life))
    return;
  self->is_writing = FALSE;
  if (written != NULL) {
    schedule(self);
    return;
  }
  g_info("What the books say is not in the log yet: %s", error->message);
  self->dirty |= write->parts;
  if (self->source_id == 0)
    self->source_id = g_timeout_add_seconds(RETRY_S, on_retry, self);
}

/* What does not fit into this write is found by the next comparison. */
static void
write_list(BhLogMirror *self, BhMirrorList *list, guint parts)
{
  guint count = MIN(bh_mirror_list_get_length(list), MAX_A_WRITE);
  g_autofree BhPropertyDraft *drafts = bh_mirror_list_make_drafts(list, count);
  Write *write = g_new0(Write, 1);

  if (count < bh_mirror_list_get_length(list))
    self->dirty |= parts;
  *write = (Write){.mirror = self, .life = g_object_ref(self->life), .list = list, .parts = parts};
  self->is_writing = TRUE;
  bh_property_write_async(self->property, drafts, count, write_cb, write);
}

static gboolean
on_compare(gpointer user_data)
{
  BhLogMirror *self = user_data;
  g_autoptr(BhMirrorList) list = bh_mirror_list_new(self->property);
  guint parts = self->dirty;

  self->source_id = 0;
  self->dirty = 0;
  if (parts & PART_DEVICES)
    bh_device_mirror_compare(self->property, self->state, list);
  if (parts & PART_PEOPLE)
    bh_device_mirror_compare_people(self->property, self->state, list);
  if (parts & PART_PLACES)
    bh_seating_mirror_compare(self->property, self->state, list);
  if (bh_mirror_list_get_length(list) > 0)
    write_list(self, g_steal_pointer(&list), parts);
  return G_SOURCE_REMOVE;
}

/* One comparison for what changes in one turn of the loop, and one write at a time. */
static void
schedule(BhLogMirror *self)
{
  if (self->dirty != 0 && !self->is_writing && self->source_id == 0)
    self->source_id = g_idle_add_full(G_PRIORITY_DEFAULT, on_compare, self, NULL);
}

static void
note(BhLogMirror *self, guint parts)
{
  self->dirty |= parts;
  schedule(self);
}

/* --- what changes --- */

static void
on_device(BhDeviceBook *book, BhDevice *device, BhLogMirror *self)
{
  /* Now, before anything more of the device can come in: the cut-off is where it is at present. */
  note(self, PART_DEVICES);
  if (!self->is_writing) {
    g_clear_handle_id(&self->source_id, g_source_remove);
    on_compare(self);
  }
}

static void
on_people(BhPersonBook *book, BhLogMirror *self)
{
  note(self, PART_PEOPLE);
}

static void
on_place(BhSeatingBook *book, const char *place_id, BhLogMirror *self)
{
  note(self, PART_PLACES);
}

/* A new log of a device that got back a role which was cut off once. */
static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, BhLogMirror *self)
{
  for (guint i = 0; source != NULL && i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];

    if (op->seq == 1 && !op->is_redacted && bh_cut_off_has(property, op->device_id, op->role))
      note(self, PART_DEVICES);
  }
}

BhLogMirror *
bh_log_mirror_new(BhProperty *property, const BhHubState *state)
{
  BhLogMirror *self = g_new0(BhLogMirror, 1);

  self->property = g_object_ref(property);
  self->state = state;
  self->life = g_cancellable_new();
  return self;
}

void
bh_log_mirror_start(BhLogMirror *mirror)
{
  const BhHubState *state = mirror->state;

  g_signal_connect(state->devices, "added", G_CALLBACK(on_device), mirror);
  g_signal_connect(state->devices, "changed", G_CALLBACK(on_device), mirror);
  g_signal_connect(state->devices, "revoked", G_CALLBACK(on_device), mirror);
  g_signal_connect(state->people, "changed", G_CALLBACK(on_people), mirror);
  g_signal_connect(state->seatings, "changed", G_CALLBACK(on_place), mirror);
  g_signal_connect(mirror->property, "committed", G_CALLBACK(on_committed), mirror);
  mirror->dirty = PART_ALL;
  on_compare(mirror);
}

void
bh_log_mirror_free(BhLogMirror *mirror)
{
  g_cancellable_cancel(mirror->life);
  g_object_unref(mirror->life);
  g_signal_handlers_disconnect_by_data(mirror->state->devices, mirror);
  g_signal_handlers_disconnect_by_data(mirror->state->people, mirror);
  g_signal_handlers_disconnect_by_data(mirror->state->seatings, mirror);
  g_signal_handlers_disconnect_by_data(mirror->property, mirror);
  g_clear_handle_id(&mirror->source_id, g_source_remove);
  g_object_unref(mirror->property);
  g_free(mirror);
}
