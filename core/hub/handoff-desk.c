/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "handoff-desk.h"

#include <string.h>

#include "base64url.h"
#include "id.h"

#define TICKET_BYTES     16
#define MAX_TICKET_CHARS 22

typedef enum {
  WAITING, /* -> TAKEN: fetched by whoever has the ticket; -> gone after BH_HANDOFF_WAIT_MS */
  TAKEN,   /* -> DONE: the new origin has it on its disk; it may be a while until it can say so */
  DONE,    /* so that the old origin lets go. These two go BH_HANDOFF_REMEMBER_MS after they came */
} State;

typedef struct {
  char *ticket;
  char *device_id; /* (nullable): whose it is */
  char *data;      /* NULL once it was taken */
  State state;
  gint64 until_us;
} Item;

struct _BhHandoffDesk {
  GQueue items; /* owned Item, oldest first */
  gint64 now_us;
};

static void
item_free(gpointer data)
{
  Item *item = data;

  g_free(item->ticket);
  g_free(item->device_id);
  g_free(item->data);
  g_free(item);
}

static gint64
get_now(BhHandoffDesk *self)
{
  return self->now_us != 0 ? self->now_us : g_get_monotonic_time();
}

static void
drop(BhHandoffDesk *self, GList *link)
{
  item_free(link->data);
  g_queue_delete_link(&self->items, link);
}

static void
drop_old(BhHandoffDesk *self)
{
  for (GList *l = self->items.head, *next; l != NULL; l = next) {
    next = l->next;
    if (((Item *)l->data)->until_us <= get_now(self))
      drop(self, l);
  }
  while (self->items.length > BH_HANDOFF_MAX_REMEMBERED)
    drop(self, self->items.head);
}

static guint
count_waiting(BhHandoffDesk *self)
{
  guint count = 0;

  for (GList *l = self->items.head; l != NULL; l = l->next)
    count += ((Item *)l->data)->data != NULL ? 1 : 0;
  return count;
}

/* Returns: (transfer none) (nullable) */
static Item *
find(BhHandoffDesk *self, const char *ticket)
{
  drop_old(self);
  for (GList *l = self->items.head; l != NULL; l = l->next)
    if (g_str_equal(((Item *)l->data)->ticket, ticket))
      return l->data;
  return NULL;
}

/* A page that begins again has given up what it left before: one device holds one place. What was
 * taken stays, as it may have arrived. */
static void
drop_waiting_of(BhHandoffDesk *self, const char *device_id)
{
  for (GList *l = self->items.head, *next; l != NULL; l = next) {
    const Item *item = l->data;

    next = l->next;
    if (item->state == WAITING && g_strcmp0(item->device_id, device_id) == 0)
      drop(self, l);
  }
}

static void
on_put(BhApiCall *call, gpointer user_data)
{
  BhHandoffDesk *self = user_data;
  const char *data = bh_api_call_get_text(call, "data", BH_HANDOFF_MAX_DATA_BYTES);
  guint8 bytes[TICKET_BYTES];
  Item *item;

  if (data == NULL)
    return;
  drop_old(self);
  drop_waiting_of(self, bh_api_call_get_caller(call)->device_id);
  if (count_waiting(self) >= BH_HANDOFF_MAX_WAITING) {
    bh_api_call_fail_later(call, 429, "rate-limited", "Other devices are moving just now.", 10000);
    return;
  }
  bh_id_random(bytes, sizeof bytes);
  item = g_new0(Item, 1);
  item->ticket = bh_base64url_encode(bytes, sizeof bytes);
  item->device_id = g_strdup(bh_api_call_get_caller(call)->device_id);
  item->data = g_strdup(data);
  item->until_us = get_now(self) + (gint64)BH_HANDOFF_WAIT_MS * 1000;
  g_queue_push_tail(&self->items, item);
  bh_api_call_respond(call, 201, json_pack("{s:s}", "ticket", item->ticket));
}

static void
enter(BhHandoffDesk *self, Item *item, State state)
{
  item->state = state;
  item->until_us = get_now(self) + (gint64)BH_HANDOFF_REMEMBER_MS * 1000;
}

static void
on_take(BhApiCall *call, gpointer user_data)
{
  BhHandoffDesk *self = user_data;
  const char *ticket = bh_api_call_get_text(call, "ticket", MAX_TICKET_CHARS);
  Item *item = ticket != NULL ? find(self, ticket) : NULL;
  g_autofree char *data = NULL;

  if (ticket == NULL)
    return;
  if (item == NULL || item->data == NULL) {
    bh_api_call_fail(call, 404, "unknown-ticket", "There is nothing to move any more.");
    return;
  }
  data = g_steal_pointer(&item->data);
  enter(self, item, TAKEN);
  bh_api_call_respond(call, 200, json_pack("{s:s}", "data", data));
}

static void
on_done(BhApiCall *call, gpointer user_data)
{
  BhHandoffDesk *self = user_data;
  const char *ticket = bh_api_call_get_text(call, "ticket", MAX_TICKET_CHARS);
  Item *item = ticket != NULL ? find(self, ticket) : NULL;

  if (ticket == NULL)
    return;
  /* Only the device itself can know that its own key has arrived. */
  if (item == NULL || item->state == WAITING ||
      g_strcmp0(item->device_id, bh_api_call_get_caller(call)->device_id) != 0) {
    bh_api_call_fail(call, 404, "unknown-ticket", NULL);
    return;
  }
  enter(self, item, DONE);
  bh_api_call_respond(call, 200, json_object());
}

static void
on_state(BhApiCall *call, gpointer user_data)
{
  static const char *const names[] = {"waiting", "taken", "done"};
  const char *ticket = bh_api_call_get_text(call, "ticket", MAX_TICKET_CHARS);
  const Item *item = ticket != NULL ? find(user_data, ticket) : NULL;

  if (ticket != NULL)
    bh_api_call_respond(call, 200,
                        json_pack("{s:s}", "state", item != NULL ? names[item->state] : "unknown"));
}

BhHandoffDesk *
bh_handoff_desk_new(BhApi *api)
{
  BhHandoffDesk *self = g_new0(BhHandoffDesk, 1);

  g_queue_init(&self->items);
  bh_api_add(api, "POST", "/api/v1/handoff", BH_ACTION_HAND_OFF, on_put, self);
  bh_api_add_public(api, "POST", "/api/v1/handoff/take", on_take, self);
  bh_api_add(api, "POST", "/api/v1/handoff/done", BH_ACTION_HAND_OFF, on_done, self);
  bh_api_add_public(api, "POST", "/api/v1/handoff/state", on_state, self);
  return self;
}

void
bh_handoff_desk_free(BhHandoffDesk *desk)
{
  g_queue_clear_full(&desk->items, item_free);
  g_free(desk);
}

void
bh_handoff_desk_set_now(BhHandoffDesk *desk, gint64 now_us)
{
  desk->now_us = now_us;
}
