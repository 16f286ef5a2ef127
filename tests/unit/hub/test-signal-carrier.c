/* SPDX-License-Identifier: Apache-2.0 */
/* Signaling on a data channel: an open server at one end of it, a page at the other. */
#include "signal-carrier.h"

#include <string.h>

#include "sctp-pair.h"

#define JOIN "{\"type\":\"join\",\"tenantId\":\"hotel\",\"role\":\"staff\"}"

typedef struct {
  Pair *pair;
  BhSignalingServer *server;
  Ear *page; /* its end of the channel */
  Ear *hub;  /* the hub's; borrowed */
  BhSignalCarrier *carrier;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
  const BhSignalingConfig config = {
      .tenant_id = "hotel", .open = TRUE, .id = "s1", .name = "Desk", .version = "1"};
  BhLimitSet limits;

  bh_limit_set_init(&limits);
  f->server = bh_signaling_server_new(&config, &limits);
  f->pair = pair_new((FakeFaults){0}, 16);
  pair_start(f->pair);
  f->page = pair_create(f->pair, 0, BH_SIGNAL_CARRIER_LABEL, NULL);
  WAIT_FOR(f->page->n_open == 1 && f->pair->ears[1]->len == 1);
  f->hub = f->pair->ears[1]->pdata[0];
  f->carrier = bh_signal_carrier_new(f->server, f->hub->channel, "device-1");
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  bh_signal_carrier_end(f->carrier);
  bh_signal_carrier_end(f->carrier);
  g_assert_finalize_object(f->carrier);
  ear_free(f->page);
  pair_free(f->pair);
  g_assert_finalize_object(f->server);
}

static void
say(Fixture *f, const char *text, gboolean is_text)
{
  g_assert_true(bh_data_channel_send(f->page->channel, text, strlen(text), is_text, NULL));
}

/* Waits for the next message at the page, which has this in it. */
static void
expect(Fixture *f, const char *text)
{
  g_autofree char *message = NULL;
  gsize length;
  const char *bytes;

  WAIT_FOR(f->page->messages->len > 0);
  bytes = g_bytes_get_data(f->page->messages->pdata[0], &length);
  message = g_strndup(bytes, length);
  g_assert_nonnull(strstr(message, text));
  g_assert_cmpuint(f->page->n_texts, ==, f->page->n_messages);
  g_ptr_array_remove_index(f->page->messages, 0);
}

static void
join(Fixture *f)
{
  say(f, JOIN, TRUE);
  expect(f, "\"joined\"");
}

/* The same frames as on a socket, and what is wrong with one costs no more than there. */
static void
test_frames(Fixture *f, gconstpointer data)
{
  say(f, "no JSON", TRUE);
  expect(f, "\"bad-message\"");
  join(f);
  say(f, "{\"type\":\"relay\",\"targetPeerId\":\"nobody\",\"payload\":{\"type\":\"x\"}}", TRUE);
  expect(f, "\"unknown-peer\"");
  g_assert_cmpuint(f->page->n_closed, ==, 0);
}

/* As a socket would with 1003. */
static void
test_binary(Fixture *f, gconstpointer data)
{
  join(f);
  say(f, JOIN, FALSE);
  WAIT_FOR(f->page->n_closed == 1);
  g_assert_cmpuint(f->page->messages->len, ==, 0);
}

/* The session ends with the channel, and what comes after that harms nobody. */
static void
test_page_goes(Fixture *f, gconstpointer data)
{
  join(f);
  bh_data_channel_close(f->page->channel);
  WAIT_FOR(f->hub->n_closed == 1);
}

/* The other way round. */
static void
test_hub_ends(Fixture *f, gconstpointer data)
{
  join(f);
  bh_signal_carrier_end(f->carrier);
  WAIT_FOR(f->page->n_closed == 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add("/signal-carrier/frames", Fixture, NULL, set_up, test_frames, tear_down);
  g_test_add("/signal-carrier/binary", Fixture, NULL, set_up, test_binary, tear_down);
  g_test_add("/signal-carrier/page-goes", Fixture, NULL, set_up, test_page_goes, tear_down);
  g_test_add("/signal-carrier/hub-ends", Fixture, NULL, set_up, test_hub_ends, tear_down);
  return g_test_run();
}
