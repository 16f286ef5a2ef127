/* SPDX-License-Identifier: Apache-2.0 */
#include "log-link.h"

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
  return g_test_run();
}
