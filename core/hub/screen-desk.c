/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "screen-desk.h"

#include "operation-text.h"
#include "screen-book.h"
#include "screen-list.h"

struct _BhScreenDesk {
  grefcount refs;    /* the owner's, and one of each call of the store */
  BhHubState *state; /* NULL once the owner has gone */
  BhScreenBook *book;
  gboolean is_ready;   /* those of the last run were read */
  gboolean is_writing; /* one at a time: what comes meanwhile goes together */
  guint64 written;     /* the book's stamp of what was handed to the store */
  guint timer_id;
  gint64 timer_ms; /* when it fires */
};

static void
unref(BhScreenDesk *self)
{
  if (!g_ref_count_dec(&self->refs))
    return;
  bh_screen_book_free(self->book);
  g_free(self);
}

static gint64
get_now_ms(void)
{
  return g_get_monotonic_time() / 1000;
}

/* --- alerts --- */

static char *
make_key(const BhScreen *screen)
{
  return g_strconcat(screen->device_id, "/", screen->screen_id, NULL);
}

static void
on_silent(const BhScreen *screen, gpointer user_data)
{
  BhScreenDesk *self = user_data;
  const BhDevice *device = bh_device_book_find(self->state->devices, screen->device_id);
  const char *name = device != NULL ? device->name : screen->device_id;
  g_autofree char *key = make_key(screen);

  bh_alert_desk_raise(self->state->alerts, BH_ALERT_SCREEN_SILENT, key,
                      json_pack("{s:s, s:s, s:O}", "deviceId", screen->device_id, "deviceName",
                                name, "stations", screen->stations),
                      name);
}

static void
on_back(const BhScreen *screen, gpointer user_data)
{
  BhScreenDesk *self = user_data;
  g_autofree char *key = make_key(screen);

  bh_alert_desk_clear(self->state->alerts, BH_ALERT_SCREEN_SILENT, key);
}

typedef struct {
  const char *device_id;
  const json_t *stations; /* (nullable): %NULL: whatever it showed */
} Shown;

static gboolean
is_shown_again(const json_t *subject, gpointer user_data)
{
  const Shown *shown = user_data;
  const char *device_id = json_string_value(json_object_get(subject, "deviceId"));

  return g_strcmp0(device_id, shown->device_id) == 0 &&
         (shown->stations == NULL || json_is_null(shown->stations) ||
          json_equal(shown->stations, json_object_get(subject, "stations")));
}

/* --- the store --- */

static void keep(BhScreenDesk *self);

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhScreenDesk *self = user_data;

  bh_screen_list_write_finish(BH_STORE(source), result);
  self->is_writing = FALSE;
  if (self->state != NULL)
    keep(self);
  unref(self);
}

/* What is not on the disk now is with the next that changes. */
static void
keep(BhScreenDesk *self)
{
  guint64 stamp = bh_screen_book_get_stamp(self->book);

  if (!self->is_ready || self->is_writing || self->written == stamp)
    return;
  self->written = stamp;
  self->is_writing = TRUE;
  g_ref_count_inc(&self->refs);
  bh_screen_list_write_async(self->state->store, self->book, write_cb, self);
}

/* --- time --- */

static void set_timer(BhScreenDesk *self);

static gboolean
on_timer(gpointer user_data)
{
  BhScreenDesk *self = user_data;

  self->timer_id = 0;
  bh_screen_book_find_silent(self->book, get_now_ms(), on_silent, self);
  keep(self);
  set_timer(self);
  return G_SOURCE_REMOVE;
}

/* A timer that is early only looks again: it is not moved by each thing that a screen says. */
static void
set_timer(BhScreenDesk *self)
{
  gint64 due_ms = bh_screen_book_get_due(self->book);
  gint64 now_ms = get_now_ms();

  if (due_ms == G_MAXINT64 || (self->timer_id != 0 && self->timer_ms <= due_ms))
    return;
  g_clear_handle_id(&self->timer_id, g_source_remove);
  self->timer_ms = due_ms;
  self->timer_id = g_timeout_add((guint)MAX(0, due_ms - now_ms), on_timer, self);
  g_source_set_name_by_id(self->timer_id, "bellhop-screens");
}

/* --- messages --- */

/* Returns: (transfer none) (nullable): JSON null, or a list of ids; %NULL: it is neither */
static json_t *
get_stations(const json_t *screen)
{
  json_t *stations = json_object_get(screen, "stations");
  const json_t *id;
  gsize i;

  if (json_is_null(stations))
    return stations;
  if (!json_is_array(stations) || json_array_size(stations) > BH_SCREEN_MAX_STATIONS)
    return NULL;
  json_array_foreach(stations, i, id)
  {
    if (!json_is_string(id) || !bh_operation_text_is_id(json_string_value(id)))
      return NULL;
  }
  return stations;
}

static void
acknowledge(BhMember *member, BhDataChannel *channel, const json_t *message)
{
  json_t *id = json_object_get(message, "id");
  g_autoptr(json_t) answer = NULL;

  if (id == NULL)
    return;
  answer = json_pack("{s:s, s:O}", "type", "screen-ack", "ref", id);
  bh_member_send(member, channel, answer);
}

/* Returns: (nullable): static: what is wrong with it */
static const char *
hear(BhScreenDesk *self, const char *device_id, const json_t *screen)
{
  const char *screen_id = json_string_value(json_object_get(screen, "screenId"));
  const json_t *visible = json_object_get(screen, "isVisible");
  json_t *stations = get_stations(screen);
  Shown shown = {device_id, stations};

  if (screen_id == NULL || !bh_operation_text_is_id(screen_id))
    return "“screenId” must be an id";
  if (json_is_true(json_object_get(screen, "isClosed"))) {
    bh_screen_book_close(self->book, device_id, screen_id, on_back, self);
    keep(self);
    return NULL;
  }
  if (stations == NULL)
    return "“stations” must be null, or a list of at most 50 ids";
  if (!json_is_boolean(visible))
    return "“isVisible” must be true or false";
  if (!bh_screen_book_hear(self->book, device_id, screen_id, stations, json_is_true(visible),
                           get_now_ms(), on_back, self))
    return "there are too many screens";
  /* Also what a hub that ran before this one has missed. */
  bh_alert_desk_clear_where(self->state->alerts, BH_ALERT_SCREEN_SILENT, is_shown_again, &shown);
  keep(self);
  set_timer(self);
  return NULL;
}

static void
on_screen(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
          gpointer user_data)
{
  BhScreenDesk *self = user_data;
  const char *problem = NULL;

  /* An open hub lets in who only says who it is: nobody could name such a screen. */
  if (!bh_member_get_is_paired(member)) {
    bh_router_answer_error(member, channel, message, "not-paired",
                           "Only a paired device can be missed.");
    return;
  }
  problem = hear(self, bh_member_get_device_id(member), json_object_get(message, "screen"));
  if (problem != NULL)
    bh_router_answer_error(member, channel, message, "bad-message", problem);
  else
    acknowledge(member, channel, message);
}

/* --- life --- */

static void
on_revoked(BhDeviceBook *book, BhDevice *device, BhScreenDesk *self)
{
  Shown any = {device->device_id, NULL};

  bh_screen_book_forget(self->book, device->device_id, on_back, self);
  bh_alert_desk_clear_where(self->state->alerts, BH_ALERT_SCREEN_SILENT, is_shown_again, &any);
  keep(self);
}

static void
restore(const BhScreen *screen, gpointer user_data)
{
  BhScreenDesk *self = user_data;
  const BhDevice *device = bh_device_book_find(self->state->devices, screen->device_id);

  if (device == NULL || device->revoked_ms != 0)
    return;
  bh_screen_book_restore(self->book, screen->device_id, screen->screen_id,
                         (json_t *)screen->stations, screen->is_visible, get_now_ms());
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhScreenDesk *self = user_data;

  if (self->state != NULL) {
    bh_screen_list_read_finish(BH_STORE(source), result, restore, self);
    self->is_ready = TRUE;
    keep(self);
    set_timer(self);
  }
  unref(self);
}

BhScreenDesk *
bh_screen_desk_new(BhHubState *state, BhRouter *router, const BhLimitSet *limits)
{
  BhScreenDesk *self = g_new0(BhScreenDesk, 1);

  g_ref_count_init(&self->refs);
  self->state = state;
  self->book = bh_screen_book_new((gint64)bh_limit_set_get(limits, BH_LIMIT_SCREEN_MS));
  g_signal_connect(state->devices, "revoked", G_CALLBACK(on_revoked), self);
  bh_router_add(router, "screen", BH_ACTION_COOK, on_screen, self);
  g_ref_count_inc(&self->refs);
  bh_screen_list_read_async(state->store, read_cb, self);
  return self;
}

/* A timer that is due looks again, and finds nobody. */
void
bh_screen_desk_wake(BhScreenDesk *desk)
{
  bh_screen_book_wake(desk->book, get_now_ms());
}

void
bh_screen_desk_flush(BhScreenDesk *desk)
{
  desk->is_writing = FALSE; /* it takes them in order */
  keep(desk);
}

void
bh_screen_desk_free(BhScreenDesk *desk)
{
  g_signal_handlers_disconnect_by_data(desk->state->devices, desk);
  g_clear_handle_id(&desk->timer_id, g_source_remove);
  desk->state = NULL;
  unref(desk);
}
