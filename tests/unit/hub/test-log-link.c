/* SPDX-License-Identifier: Apache-2.0 */
#include "log-link.h"

#include "sctp-pair.h"

/* What happened to the link under test. */
typedef struct {
  BhMember *member;
  BhLogLink *link;
  guint n_relayed, n_ready, n_moved, n_lost;
} Fixture;

static void
relay(BhMember *member, const json_t *payload, gpointer user_data)
{
  ((Fixture *)user_data)->n_relayed++;
}

static void
on_ready(BhLogLink *link, gpointer user_data)
{
  ((Fixture *)user_data)->n_ready++;
}

static void
on_moved(BhLogLink *link, gpointer user_data)
{
  ((Fixture *)user_data)->n_moved++;
}

/* As the desk does: what is lost is freed at once. */
static void
on_lost(BhLogLink *link, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_lost++;
  g_clear_pointer(&fixture->link, bh_log_link_free);
}

static const BhLogLinkEvents events = {on_ready, on_moved, on_lost};

static void
set_up(Fixture *fixture, gconstpointer data)
{
  fixture->member = bh_member_new("tenant", "peer", "till-1", BH_ROLE_POS, relay, fixture);
  fixture->link = bh_log_link_new(fixture->member, &events, fixture);
  bh_log_link_heard(fixture->link, BH_PATH_RELAY, NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
  g_clear_pointer(&fixture->link, bh_log_link_free);
  bh_member_leave(fixture->member);
  g_object_unref(fixture->member);
}

static void
test_relay(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) message = json_object();

  g_assert_cmpint(bh_log_link_get_path(fixture->link), ==, BH_PATH_RELAY);
  g_assert_true(bh_log_link_has_room(fixture->link));
  g_assert_true(bh_log_link_send(fixture->link, message, NULL));
  g_assert_cmpuint(fixture->n_relayed, ==, 1);
}

/* Without a channel there is no other way. */
static void
test_presence_ends(Fixture *fixture, gconstpointer data)
{
  bh_member_set_present(fixture->member, TRUE);
  g_assert_cmpuint(fixture->n_lost, ==, 0);
  bh_member_set_present(fixture->member, FALSE);
  g_assert_cmpuint(fixture->n_lost, ==, 1);
  g_assert_cmpuint(fixture->n_moved, ==, 0);
}

static void
test_member_leaves(Fixture *fixture, gconstpointer data)
{
  bh_member_leave(fixture->member);
  g_assert_cmpuint(fixture->n_lost, ==, 1);
  bh_member_leave(fixture->member);
  g_assert_cmpuint(fixture->n_lost, ==, 1);
}

static void
test_link_goes_first(Fixture *fixture, gconstpointer data)
{
  g_clear_pointer(&fixture->link, bh_log_link_free);
  bh_member_set_present(fixture->member, FALSE);
  bh_member_leave(fixture->member);
  g_assert_cmpuint(fixture->n_lost, ==, 0);
}

/* --- channels --- */

typedef struct {
  Fixture link;
  Pair *pair;
  Ear *ears[2]; /* the hub's ends of two channels to the member */
} Wired;

static void
set_up_wired(Wired *wired, gconstpointer data)
{
  set_up(&wired->link, data);
  wired->pair = pair_new((FakeFaults){0}, 16);
  pair_start(wired->pair);
  for (guint i = 0; i < G_N_ELEMENTS(wired->ears); i++)
    wired->ears[i] = pair_create(wired->pair, 0, "bellhop", NULL);
  WAIT_FOR(wired->ears[0]->n_open == 1 && wired->ears[1]->n_open == 1);
  bh_log_link_heard(wired->link.link, BH_PATH_CHANNEL, wired->ears[0]->channel);
}

static void
tear_down_wired(Wired *wired, gconstpointer data)
{
  tear_down(&wired->link, data);
  for (guint i = 0; i < G_N_ELEMENTS(wired->ears); i++)
    ear_free(wired->ears[i]);
  pair_free(wired->pair);
}

/* Returns: how many messages the link took until one was refused */
static guint
fill(Wired *wired)
{
  g_autofree char *text = g_strnfill(64 * 1024, 'x');
  g_autoptr(json_t) message = json_pack("{s:s}", "text", text);
  guint n = 0;

  while (bh_log_link_send(wired->link.link, message, NULL))
    n++;
  g_assert_cmpuint(n, >, 0);
  g_assert_cmpuint(n, <, 48);
  g_assert_false(bh_log_link_has_room(wired->link.link));
  g_assert_cmpuint(wired->link.n_ready, ==, 0);
  return n;
}

static void
test_room_again(Wired *wired, gconstpointer data)
{
  fill(wired);
  /* Once more by the same way: that does not make room. */
  bh_log_link_heard(wired->link.link, BH_PATH_CHANNEL, wired->ears[0]->channel);
  g_assert_cmpuint(wired->link.n_ready, ==, 0);
  WAIT_FOR(wired->link.n_ready > 0);
  g_assert_true(bh_log_link_has_room(wired->link.link));
  g_assert_cmpuint(wired->link.n_ready, ==, 1);
  g_assert_cmpuint(wired->link.n_relayed, ==, 0);
}

/* What was refused on the full channel is asked for on the way that the member speaks by now, and
 * the channel that is left behind has no say any more. */
static void
assert_goes_on(Wired *wired, BhPath path, BhDataChannel *channel)
{
  g_autoptr(json_t) message = json_object();
  guint n = fill(wired);

  bh_log_link_heard(wired->link.link, path, channel);
  g_assert_cmpuint(wired->link.n_ready, ==, 1);
  g_assert_true(bh_log_link_send(wired->link.link, message, NULL));
  WAIT_FOR(wired->ears[0]->n_low == 1 && wired->pair->ears[1]->len == 2 &&
           ((Ear *)wired->pair->ears[1]->pdata[0])->n_messages >= n);
  g_assert_cmpuint(wired->link.n_ready, ==, 1);
}

static void
test_full_to_relay(Wired *wired, gconstpointer data)
{
  assert_goes_on(wired, BH_PATH_RELAY, NULL);
  g_assert_cmpuint(wired->link.n_relayed, ==, 1);
}

static void
test_full_to_channel(Wired *wired, gconstpointer data)
{
  assert_goes_on(wired, BH_PATH_CHANNEL, wired->ears[1]->channel);
  g_assert_cmpuint(wired->link.n_relayed, ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add("/log-link/" name, Fixture, NULL, set_up, function, tear_down)
  ADD("relay", test_relay);
  ADD("presence-ends", test_presence_ends);
  ADD("member-leaves", test_member_leaves);
  ADD("link-goes-first", test_link_goes_first);
#undef ADD
#define ADD(name, function)                                                                        \
  g_test_add("/log-link/" name, Wired, NULL, set_up_wired, function, tear_down_wired)
  ADD("room-again", test_room_again);
  ADD("full-to-relay", test_full_to_relay);
  ADD("full-to-channel", test_full_to_channel);
#undef ADD
  return g_test_run();
}
