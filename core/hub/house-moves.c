/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "house-moves.h"

/* Browsers have given up hearing from us by then, and may have closed what we take for open. */
#define LONG_SLEEP_MS 10000

struct _BhHouseMoves {
  BhHouseLinks *links;
  BhWebServer *web;
  BhEndpoint *endpoint;
  BhScreenDesk *screens;
  BhTicketWatch *tickets;
  BhHubLog *log;
  BhCloudDesk *cloud; /* (nullable) */
  BhSleepWatch *sleep;
  gulong changed_id;
};

/* Pages of an address that is ours now, and may be none of ours tomorrow. */
static void
allow_pages(BhHouseMoves *self)
{
  const char *const *addresses = bh_house_links_get_addresses(self->links);

  for (guint i = 0; addresses[i] != NULL; i++)
    bh_web_server_allow_origin(self->web, addresses[i]);
}

static void
on_links_changed(BhHouseLinks *links, BhHouseMoves *self)
{
  /* First the ways that work at once, then what nobody hears by any more. */
  bh_endpoint_move(self->endpoint, FALSE);
  bh_web_server_drop_astray(self->web);
  allow_pages(self);
}

/* Before any of the timers that were due meanwhile: first of all nobody is to be blamed. */
static void
on_woke(BhSleepWatch *sleep, gint64 away_ms, gint64 counted_ms, BhHouseMoves *self)
{
  g_info("Back after %" G_GINT64_FORMAT " ms of sleep.", away_ms);
  bh_screen_desk_wake(self->screens);
  bh_ticket_watch_wake(self->tickets, away_ms, counted_ms);
  bh_web_server_wake(self->web);
  bh_house_links_look(self->links);
  bh_endpoint_move(self->endpoint, away_ms >= LONG_SLEEP_MS);
  bh_hub_log_wake(self->log); /* by the ways that are left */
  if (self->cloud != NULL)
    bh_cloud_desk_wake(self->cloud);
}

BhHouseMoves *
bh_house_moves_new(BhHouseLinks *links, BhWebServer *web, BhEndpoint *endpoint,
                   BhScreenDesk *screens, BhTicketWatch *tickets, BhHubLog *log)
{
  BhHouseMoves *self = g_new0(BhHouseMoves, 1);

  self->links = g_object_ref(links);
  self->web = g_object_ref(web);
  self->endpoint = g_object_ref(endpoint);
  self->screens = screens;
  self->tickets = tickets;
  self->log = log;
  allow_pages(self);
  self->sleep = bh_sleep_watch_new();
  self->changed_id = g_signal_connect(links, "changed", G_CALLBACK(on_links_changed), self);
  g_signal_connect(self->sleep, "woke", G_CALLBACK(on_woke), self);
  return self;
}

void
bh_house_moves_set_cloud(BhHouseMoves *moves, BhCloudDesk *cloud)
{
  moves->cloud = cloud;
}

void
bh_house_moves_free(BhHouseMoves *moves)
{
  g_clear_signal_handler(&moves->changed_id, moves->links);
  g_signal_handlers_disconnect_by_data(moves->sleep, moves);
  g_object_unref(moves->sleep);
  g_object_unref(moves->links);
  g_object_unref(moves->web);
  g_object_unref(moves->endpoint);
  g_free(moves);
}
