/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several replicas over a network that loses, doubles and reorders what it carries.
 */
#include "replica-house.h"

#include <string.h>

#define LOG_X "ncUW8clmxxxxxxxxxxxxxx" /* of dev-x */

static void
assert_all_equal(House *house)
{
  for (guint i = 1; i < house->replicas->len; i++)
    assert_equal(house->replicas->pdata[0], house->replicas->pdata[i]);
}

/* Something that some replica writes about one of a few orders. */
static void
write_random(House *house)
{
  GRand *random = house->random;
  Replica *replica =
      house->replicas->pdata[g_rand_int_range(random, 0, (gint32)house->replicas->len)];
  int order = g_rand_int_range(random, 0, 5);
  int thing = g_rand_int_range(random, 0, 1000000);
  g_autofree char *entity = g_strdup_printf("order/o%d", order);
  g_autofree char *body = NULL;
  const char *kind = NULL;

  switch (g_rand_int_range(random, 0, 4)) {
  case 0:
    kind = "order.open";
    body = g_strdup_printf("{'number': 'A-%d', 'currency': 'EUR', 'source': 'staff'}", thing % 999);
    break;
  case 1:
    kind = "order.lines";
    body = g_strdup_printf(
        "{'lines': [{'lineId': 'l%d', 'name': 'Soup', 'quantity': 1, 'price': 5}]}", thing);
    break;
  case 2:
    kind = "order.set";
    body = g_strdup_printf("{'version': %d, 'set': {'note': 'n%d'}}",
                           (int)bh_property_next_version(replica->property, entity), thing);
    break;
  default:
    kind = "line.state";
    body = g_strdup_printf("{'lineIds': ['l%d'], 'state': 'ready'}", thing);
    break;
  }
  replica_write(replica, kind, entity, body);
}

static void
test_two(void)
{
  g_autoptr(House) house = house_new(3);
  Replica *a = house_add(house, "dev-a", BH_ROLE_STAFF);
  Replica *b = house_add(house, "dev-b", BH_ROLE_STAFF);

  house_connect(house, a, b);
  for (guint i = 0; i < 200; i++) {
    write_random(house);
    house_run(house, 10);
  }
  house_run(house, 1000);
  assert_all_equal(house);
  /* Nothing more is said. */
  house_run(house, 2 * BH_REPLICATOR_REPEAT_MS);
  house->n_sent = 0;
  house_run(house, 10 * BH_REPLICATOR_REPEAT_MS);
  g_assert_cmpuint(house->n_sent, ==, 0);
}

static void
test_lossy(void)
{
  for (guint32 seed = 1; seed <= 12; seed++) {
    g_autoptr(House) house = house_new(seed);
    Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
    Replica *a = house_add(house, "dev-a", BH_ROLE_STAFF);
    Replica *b = house_add(house, "dev-b", BH_ROLE_POS);
    Replica *c = house_add(house, "dev-c", BH_ROLE_MANAGER);

    house->loss = 0.2;
    house->twice = 0.2;
    house->slow_ms = 2000;
    house_connect(house, hub, a);
    house_connect(house, hub, b);
    house_connect(house, a, b);
    house_connect(house, b, c); /* the hub is not in its reach */
    for (guint i = 0; i < 150; i++) {
      write_random(house);
      house_run(house, g_rand_int_range(house->random, 0, 200));
    }
    house->loss = 0;
    house->twice = 0;
    house_run(house, 150000);
    assert_all_equal(house);
    house->n_sent = 0;
    house_run(house, 100000);
    g_assert_cmpuint(house->n_sent, ==, 0);
  }
}

/* The hub goes, devices work on among themselves; it comes back and has everything. */
static void
test_partition(void)
{
  g_autoptr(House) house = house_new(5);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *a = house_add(house, "dev-a", BH_ROLE_STAFF);
  Replica *b = house_add(house, "dev-b", BH_ROLE_STAFF);
  Replica *c = house_add(house, "dev-c", BH_ROLE_STAFF);

  house_connect(house, hub, a);
  house_connect(house, hub, b);
  house_connect(house, hub, c);
  house_connect(house, a, b);
  replica_write(a, "order.open", "order/1",
                "{'number': 'A-1', 'currency': 'EUR', 'source': 'pos'}");
  house_run(house, 100);
  assert_all_equal(house);

  house_cut(house, hub, a);
  house_cut(house, hub, b);
  replica_write(a, "request.open", "request/1", "{'what': 'call'}");
  house_run(house, 1000);
  assert_equal(a, b);
  g_assert_nonnull(bh_property_get_record(b->property, "request/1"));
  g_assert_null(bh_property_get_record(c->property, "request/1"));
  g_assert_cmpint(
      bh_property_get_safe_seq(a->property, bh_property_get_own_log(a->property, FALSE)), ==, 1);

  /* Only b finds the hub again, and brings a's operations too. */
  house_connect(house, hub, b);
  house_run(house, 1000);
  assert_all_equal(house);
  /* The hub told b, and b told a, that they are safe. */
  g_assert_cmpint(
      bh_property_get_safe_seq(a->property, bh_property_get_own_log(a->property, FALSE)), ==, 2);
}

/* What a peer with one version of an operation is handed. */
static void
give(House *house, Replica *replica, const char *entity)
{
  g_autoptr(Peer) peer = peer_new(replica, "dev-x", BH_ROLE_STAFF, FALSE);
  g_autofree char *first = g_strconcat("request/", "same", NULL);

  peer_send(
      peer,
      make_ops(
          "1", house_document(house, "dev-x", BH_ROLE_STAFF),
          make_wire("dev-x", BH_ROLE_STAFF, LOG_X, 1, "request.open", first, "{'what': 'bill'}"),
          make_wire("dev-x", BH_ROLE_STAFF, LOG_X, 2, "request.open", entity, "{'what': 'call'}"),
          make_wire("dev-x", BH_ROLE_STAFF, LOG_X, 3, "request.open", first, "{'what': 'other'}"),
          NULL));
  g_assert_cmpint(bh_property_get_seq(replica->property, LOG_X), ==, 3);
}

/* One identity with two contents: everybody has both in the end. */
static void
test_fork(void)
{
  g_autoptr(House) house = house_new(7);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *a = house_add(house, "dev-a", BH_ROLE_STAFF);
  Replica *b = house_add(house, "dev-b", BH_ROLE_STAFF);
  Replica *late = house_add(house, "dev-c", BH_ROLE_STAFF);

  give(house, a, "request/one");
  give(house, b, "request/two");
  house_connect(house, hub, a);
  house_run(house, 1000);
  house_connect(house, hub, b);
  house_run(house, 8000);
  /* b has the whole log, and so has the hub, which b asks whether it is the same. */
  g_assert_cmpuint(hub->n_conflicts, ==, 1);
  g_assert_cmpuint(a->n_conflicts, ==, 1);
  g_assert_cmpuint(b->n_conflicts, ==, 1);
  house_connect(house, late, b);
  house_run(house, 2000);
  assert_all_equal(house);
  g_assert_nonnull(bh_property_get_record(late->property, "request/one"));
  g_assert_nonnull(bh_property_get_record(late->property, "request/two"));
  g_assert_cmpuint(late->n_conflicts, ==, 1);
}

/* Replicas that learned of other versions while they were apart tell each other by `forks`. */
static void
test_forks_apart(void)
{
  g_autoptr(House) house = house_new(7);
  Replica *a = house_add(house, "dev-a", BH_ROLE_STAFF);
  Replica *b = house_add(house, "dev-b", BH_ROLE_STAFF);

  give(house, a, "request/one");
  give(house, a, "request/two");
  give(house, b, "request/one");
  give(house, b, "request/three");
  house_connect(house, a, b);
  house_run(house, 3000);
  assert_all_equal(house);
  g_assert_cmpuint(bh_property_get_fork_count(a->property, LOG_X, 2), ==, 3);
  g_assert_cmpuint(a->n_conflicts, ==, 2);
  house_run(house, 3 * BH_REPLICATOR_REPEAT_MS);
  house->n_sent = 0;
  house_run(house, 10 * BH_REPLICATOR_REPEAT_MS);
  g_assert_cmpuint(house->n_sent, ==, 0);
}

/* Erased words leave neither from the disk nor from memory. */
static void
test_redacted(void)
{
  g_autoptr(House) house = house_new(9);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *a = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) peer = NULL;
  g_autofree char *body = NULL;

  house_connect(house, hub, a);
  replica_write(a, "request.open", "request/1", "{'what': 'other', 'text': 'my secret'}");
  house_run(house, 1000);
  body = g_strdup_printf("{'op': '%s:1'}", bh_property_get_own_log(a->property, FALSE));
  replica_write(hub, "redact", "request/1", body);
  house_run(house, 1000);
  peer = peer_new(hub, "dev-z", BH_ROLE_STAFF, FALSE);
  peer_say(peer, "{'type': 'have', 'have': {}, 'level': 'device'}");
  house_run(house, 1000);
  g_assert_cmpuint(peer_count(peer, "ops"), >, 0);
  for (guint i = 0; i < peer->messages->len; i++) {
    g_autofree char *text = bh_json_to_text(peer->messages->pdata[i]);

    g_assert_null(strstr(text, "my secret"));
  }
  assert_equal(hub, a);
}

/* 1,000 operations to 200 links: what it costs is one message for all of them, each time. */
static void
test_many_links(void)
{
  g_autoptr(House) house = house_new(11);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(GPtrArray) peers = g_ptr_array_new_with_free_func((GDestroyNotify)peer_free);
  gint64 start_us;

  for (guint i = 0; i < 200; i++) {
    g_autofree char *device = g_strdup_printf("dev-%u", i);
    Peer *peer = peer_new(hub, device, BH_ROLE_STAFF, FALSE);

    peer_say(peer, "{'type': 'have', 'have': {}, 'level': 'device'}");
    g_ptr_array_add(peers, peer);
  }
  start_us = g_get_monotonic_time();
  for (gint64 seq = 1; seq <= 1000; seq++) {
    g_autofree char *entity = g_strdup_printf("request/%d", (int)seq);

    replica_write(hub, "request.open", entity, "{'what': 'call'}");
    for (guint i = 0; i < peers->len; i++)
      g_assert_true(peer_last(peers->pdata[i], "ops") == peer_last(peers->pdata[0], "ops"));
    for (guint i = 0; i < peers->len; i++) {
      peer_ack(peers->pdata[i], bh_property_get_own_log(hub->property, FALSE), seq);
      g_assert_cmpuint(peer_count(peers->pdata[i], "ops"), ==, 1);
      peer_forget(peers->pdata[i]);
    }
  }
  g_test_message("1000 operations to 200 links, answered: %d ms",
                 (int)((g_get_monotonic_time() - start_us) / 1000));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/replication/two", test_two);
  g_test_add_func("/replication/lossy", test_lossy);
  g_test_add_func("/replication/partition", test_partition);
  g_test_add_func("/replication/fork", test_fork);
  g_test_add_func("/replication/forks-apart", test_forks_apart);
  g_test_add_func("/replication/redacted", test_redacted);
  g_test_add_func("/replication/many-links", test_many_links);
  return g_test_run();
}
