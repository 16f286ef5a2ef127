/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-client.h"

#include <string.h>

#define OFFER_TO(peer)                                                                             \
  "{\"type\":\"offer\",\"id\":\"q1\",\"sdp\":\"v=0\",\"targetPeerId\":\"" peer "\"}"

static void
test_join(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "the-hub");
  FakeClient *till = fake_client_join(
      server, "till", "\"role\":\"pos\",\"name\":\"Till \\\"1\\\"\",\"deviceId\":\"d1\"");
  g_autoptr(json_t) joined = fake_client_expect(till, "joined");
  g_autoptr(json_t) told = fake_client_expect(hub, "peer-joined");
  const json_t *peers = json_object_get(joined, "peers");
  const json_t *described = json_object_get(joined, "server");
  const json_t *card = json_object_get(told, "peer");

  g_assert_cmpstr(fake_get(joined, "peerId"), ==, "till");
  g_assert_cmpstr(fake_get(joined, "tenantId"), ==, "hotel");
  g_assert_cmpstr(fake_get(joined, "role"), ==, "pos");
  g_assert_cmpuint(strlen(fake_get(joined, "resume")), ==, 32);
  g_assert_true(json_is_false(json_object_get(joined, "resumed")));
  g_assert_cmpuint(json_array_size(json_object_get(joined, "iceServers")), ==, 0);
  g_assert_true(json_is_array(json_object_get(joined, "signalingServers")));
  g_assert_cmpstr(fake_get(described, "kind"), ==, "local");
  g_assert_cmpstr(fake_get(described, "name"), ==, "Caf\xc3\xa9 \"Sol\"");
  g_assert_cmpint(json_integer_value(json_object_get(described, "time")), >, 1600000000000);
  g_assert_cmpuint(json_array_size(peers), ==, 1);
  g_assert_cmpstr(fake_get(json_array_get(peers, 0), "peerId"), ==, "the-hub");
  g_assert_cmpstr(fake_get(json_array_get(peers, 0), "role"), ==, "hub");

  g_assert_cmpstr(fake_get(card, "peerId"), ==, "till");
  g_assert_cmpstr(fake_get(card, "role"), ==, "pos");
  g_assert_cmpstr(fake_get(card, "name"), ==, "Till \"1\"");
  g_assert_cmpstr(fake_get(card, "deviceId"), ==, "d1");
  g_assert_null(json_object_get(told, "tenantId"));

  fake_client_say(till, "{\"type\":\"join\",\"tenantId\":\"hotel\"}");
  fake_client_expect_error(till, "bad-message", "join");
  fake_client_end(till);
  fake_client_end(hub);
  fake_server_end(server);
}

static void
test_peer_id_is_honoured_or_assigned(void)
{
  BhSignalingServer *server = fake_server_new(NULL, TRUE, 0, 0);
  static const char *const ids[] = {"a", "a", "not well formed", "hub-1", ""};
  FakeClient *hub = fake_hub_new(server, "hub-1");
  FakeClient *clients[G_N_ELEMENTS(ids)];

  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
    g_autoptr(json_t) joined = NULL;

    clients[i] = fake_client_join(server, ids[i], NULL);
    joined = fake_client_expect(clients[i], "joined");
    if (i == 0)
      g_assert_cmpstr(fake_get(joined, "peerId"), ==, "a");
    else
      g_assert_cmpuint(strlen(fake_get(joined, "peerId")), ==, 36);
    g_assert_cmpstr(fake_get(joined, "role"), ==, "staff");
  }
  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
    fake_client_end(clients[i]);
  fake_client_end(hub);
  fake_server_end(server);
}

static void
test_join_refusals(void)
{
  static const struct {
    const char *join, *hint, *code;
  } cases[] = {
      {"{\"type\":\"join\"}", NULL, "bad-message"},
      {"{\"type\":\"join\",\"tenantId\":\"\"}", NULL, "bad-message"},
      {"{\"type\":\"join\"}", "\xff\xfe", "bad-message"},
      {"{\"type\":\"join\",\"tenantId\":\"bistro\"}", "hotel", "wrong-tenant"},
      {"{\"type\":\"join\"}", "bistro", "wrong-tenant"},
      {"{\"type\":\"join\",\"tenantId\":\"hotel\",\"role\":\"hub\"}", NULL, "forbidden"},
      {"{\"type\":\"join\",\"tenantId\":\"hotel\",\"role\":\"boss\"}", NULL, "bad-message"},
  };
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  BhSignalingServer *shut = fake_server_new("hotel", FALSE, 0, 0);
  FakeClient *client = fake_client_new(shut, "hotel");

  fake_client_say(client, "{\"type\":\"join\"}");
  fake_client_expect_error(client, "unauthorized", "join");
  fake_client_end(client);
  fake_server_end(shut);

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(json_t) joined = NULL;

    client = fake_client_new(server, cases[i].hint);
    fake_client_say(client, cases[i].join);
    fake_client_expect_error(client, cases[i].code, "join");
    /* The connection stays, and may do better. */
    fake_client_say(client, "{\"type\":\"join\",\"tenantId\":\"hotel\"}");
    joined = fake_client_expect(client, "joined");
    fake_client_end(client);
  }
  fake_server_end(server);
}

static void
test_not_joined(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *client = fake_client_new(server, NULL);

  fake_client_say(client, OFFER_TO("x"));
  fake_client_expect_error(client, "not-joined", "q1");
  fake_client_say(client, "{\"type\":\"leave\"}");
  fake_client_expect_error(client, "not-joined", "leave");
  fake_client_say(client, "{\"type\":\"joined\"}");
  fake_client_expect_error(client, "bad-message", "joined");
  fake_client_say(client, "{\"type\":");
  fake_client_expect_error(client, "bad-message", NULL);
  g_assert_cmpuint(client->close_code, ==, 0);
  fake_client_end(client);
  fake_server_end(server);
}

static void
test_directed(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *a = fake_client_join(server, "a", NULL);
  FakeClient *b = fake_client_join(server, "b", NULL);
  FakeClient *c = fake_client_join(server, "c", NULL);
  g_autoptr(json_t) offer = NULL;
  g_autoptr(json_t) relay = NULL;

  fake_client_forget(a);
  fake_client_forget(b);
  fake_client_forget(c);
  fake_client_say(a, OFFER_TO("b"));
  /* It joined a moment ago: c is told of only when the window ends; a is known. */
  offer = fake_client_expect(b, "offer");
  g_assert_cmpstr(fake_get(offer, "fromPeerId"), ==, "a");
  g_assert_cmpstr(fake_get(offer, "sdp"), ==, "v=0");
  g_assert_null(json_object_get(offer, "targetPeerId"));
  fake_client_say(b,
                  "{\"type\":\"relay\",\"targetPeerId\":\"a\",\"payload\":{\"type\":\"order\"}}");
  {
    /* a has not been told of b yet: this comes first. */
    g_autoptr(json_t) told = fake_client_expect(a, "peer-joined");

    g_assert_cmpstr(fake_get(json_object_get(told, "peer"), "peerId"), ==, "b");
  }
  relay = fake_client_expect(a, "relay");
  g_assert_cmpstr(fake_get(relay, "fromPeerId"), ==, "b");
  fake_client_expect_nothing(c);

  fake_client_say(a, OFFER_TO("nobody"));
  fake_client_expect_error(a, "unknown-peer", "q1");
  fake_client_say(a, OFFER_TO("a"));
  fake_client_expect_error(a, "forbidden", "q1");
  fake_client_end(a);
  fake_client_end(b);
  fake_client_end(c);
  fake_server_end(server);
}

static void
test_guests_see_the_hub_only(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "hub");
  FakeClient *staff = fake_client_join(server, "staff", "\"role\":\"staff\"");
  FakeClient *guest = fake_client_join(server, "guest", "\"role\":\"guest\"");
  FakeClient *other = fake_client_join(server, "other", "\"role\":\"guest\"");
  g_autoptr(json_t) joined = fake_client_expect(guest, "joined");
  g_autoptr(json_t) got = NULL;

  g_assert_cmpuint(json_array_size(json_object_get(joined, "peers")), ==, 1);
  fake_client_forget(staff);
  fake_client_forget(hub);
  fake_client_forget(other);
  fake_client_say(guest, OFFER_TO("staff"));
  fake_client_expect_error(guest, "forbidden", "q1");
  fake_client_say(guest, OFFER_TO("other"));
  fake_client_expect_error(guest, "forbidden", "q1");
  fake_client_say(staff, OFFER_TO("guest"));
  fake_client_expect_error(staff, "forbidden", "q1");
  fake_client_say(guest, OFFER_TO("hub"));
  got = fake_client_expect(hub, "offer");
  g_assert_cmpstr(fake_get(got, "fromPeerId"), ==, "guest");
  fake_client_expect_nothing(staff);
  fake_client_expect_nothing(other);
  fake_client_end(hub);
  fake_client_end(staff);
  fake_client_end(guest);
  fake_client_end(other);
  fake_server_end(server);
}

static void
test_hub_of_many_tenants(void)
{
  BhSignalingServer *server = fake_server_new(NULL, TRUE, 0, 0);
  FakeClient *early = fake_client_join(server, "early", NULL);
  FakeClient *hub = fake_hub_new(server, "hub");
  FakeClient *a = fake_client_join(server, "x", "\"tenantId\":\"a \\\"1\\\"\"");
  FakeClient *b = fake_client_join(server, "x", "\"tenantId\":\"b\"");
  g_autoptr(json_t) told = fake_client_expect(hub, "peer-joined");
  g_autoptr(json_t) told_a = fake_client_expect(hub, "peer-joined");
  g_autoptr(json_t) told_b = fake_client_expect(hub, "peer-joined");
  g_autoptr(json_t) offer = NULL;
  g_autoptr(json_t) answer = NULL;
  g_autoptr(json_t) of_hub = NULL;

  g_assert_cmpstr(fake_get(told, "tenantId"), ==, "hotel");
  g_assert_cmpstr(fake_get(told_a, "tenantId"), ==, "a \"1\"");
  g_assert_cmpstr(fake_get(told_b, "tenantId"), ==, "b");
  json_decref(fake_client_expect(early, "joined"));
  of_hub = fake_client_expect(early, "peer-joined");
  g_assert_cmpstr(fake_get(json_object_get(of_hub, "peer"), "role"), ==, "hub");

  fake_client_say(b, "{\"type\":\"offer\",\"sdp\":\"v=0\",\"tenantId\":\"hotel\"}");
  offer = fake_client_expect(hub, "offer");
  g_assert_cmpstr(fake_get(offer, "tenantId"), ==, "b");
  fake_client_forget(a);
  fake_client_forget(b);
  fake_client_say(
      hub, "{\"type\":\"answer\",\"sdp\":\"v=0\",\"tenantId\":\"b\",\"targetPeerId\":\"x\"}");
  answer = fake_client_expect(b, "answer");
  g_assert_cmpstr(fake_get(answer, "fromPeerId"), ==, "hub");
  g_assert_null(json_object_get(answer, "tenantId"));
  fake_client_expect_nothing(a);

  fake_client_say(hub, "{\"type\":\"answer\",\"sdp\":\"v=0\",\"targetPeerId\":\"x\"}");
  fake_client_expect_error(hub, "unknown-peer", "answer");
  fake_client_say(hub, "{\"type\":\"relay\",\"payload\":1,\"tenantId\":\"b\"}");
  fake_client_expect_error(hub, "bad-message", "relay");
  fake_client_end(early);
  fake_client_end(a);
  fake_client_end(b);
  fake_client_end(hub);
  fake_server_end(server);
}

static char *
take_secret(FakeClient *client)
{
  g_autoptr(json_t) joined = fake_client_expect(client, "joined");

  return g_strdup(fake_get(joined, "resume"));
}

static void
test_resume(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *a = fake_client_join(server, "a", "\"role\":\"kitchen\"");
  FakeClient *b = fake_client_join(server, "b", NULL);
  g_autofree char *secret = take_secret(a);
  g_autofree char *next = NULL;
  g_autofree char *member = g_strdup_printf("\"resume\":\"%s\"", secret);
  g_autofree char *next_member = NULL;
  g_autoptr(json_t) joined = NULL;
  g_autoptr(json_t) kept = NULL;
  FakeClient *again, *third;

  fake_client_forget(b);
  fake_client_end(a);
  fake_client_say(b, OFFER_TO("a"));
  fake_client_expect_nothing(b);

  again = fake_client_join(server, "a", member);
  joined = fake_client_expect(again, "joined");
  g_assert_cmpstr(fake_get(joined, "peerId"), ==, "a");
  g_assert_cmpstr(fake_get(joined, "role"), ==, "kitchen");
  g_assert_true(json_is_true(json_object_get(joined, "resumed")));
  next = g_strdup(fake_get(joined, "resume"));
  g_assert_cmpstr(next, !=, secret);
  kept = fake_client_expect(again, "offer");
  g_assert_cmpstr(fake_get(kept, "fromPeerId"), ==, "b");

  /* The old secret opens nothing any more; the new one takes over a connection that seems alive. */
  third = fake_client_join(server, "a", member);
  g_clear_pointer(&joined, json_decref);
  joined = fake_client_expect(third, "joined");
  g_assert_cmpstr(fake_get(joined, "peerId"), !=, "a");
  fake_client_end(third);
  next_member = g_strdup_printf("\"resume\":\"%s\"", next);
  third = fake_client_join(server, "whatever", next_member);
  g_clear_pointer(&joined, json_decref);
  joined = fake_client_expect(third, "joined");
  g_assert_cmpstr(fake_get(joined, "peerId"), ==, "a");
  g_assert_cmpuint(again->close_code, ==, 1000);
  fake_client_say(again, OFFER_TO("b"));
  fake_client_forget(b);
  fake_client_end(again);
  fake_client_say(b, OFFER_TO("a"));
  g_clear_pointer(&kept, json_decref);
  fake_client_forget(third);
  fake_client_say(b, OFFER_TO("a"));
  kept = fake_client_expect(third, "offer");
  fake_client_end(third);
  fake_client_end(b);
  fake_server_end(server);
}

static void
test_keep_is_bounded(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *a = fake_client_join(server, "a", NULL);
  FakeClient *b = fake_client_join(server, "b", NULL);
  guint kept = 0;

  fake_client_end(a);
  fake_client_forget(b);
  while (b->inbox.length == 0) {
    fake_client_say(b, OFFER_TO("a"));
    kept++;
  }
  g_assert_cmpuint(kept, ==, 65);
  fake_client_expect_error(b, "unknown-peer", "q1");
  fake_client_end(b);
  fake_server_end(server);
}

static void
test_place_runs_out(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, BH_LIMIT_RESUME_SECONDS, 1);
  FakeClient *a = fake_client_join(server, "a", NULL);
  FakeClient *b = fake_client_join(server, "b", NULL);
  g_autoptr(json_t) left = NULL;
  gint64 ended_us;

  fake_client_forget(a);
  fake_client_end(b);
  ended_us = g_get_monotonic_time();
  json_decref(fake_client_wait(a, "peer-joined"));
  left = fake_client_wait(a, "peer-left");
  g_assert_cmpint(g_get_monotonic_time() - ended_us, >=, G_USEC_PER_SEC);
  g_assert_cmpstr(fake_get(json_object_get(left, "peer"), "peerId"), ==, "b");
  fake_client_end(a);
  fake_server_end(server);
}

static void
test_leave(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "hub");
  FakeClient *a = fake_client_join(server, "a", NULL);
  g_autoptr(json_t) left = NULL;

  json_decref(fake_client_expect(hub, "peer-joined"));
  fake_client_say(a, "{\"type\":\"leave\"}");
  left = fake_client_expect(hub, "peer-left");
  g_assert_cmpuint(a->close_code, ==, 1000);
  fake_client_say(a, "{\"type\":\"join\",\"tenantId\":\"hotel\"}");
  fake_client_expect_nothing(hub);
  fake_client_end(a);
  fake_client_end(hub);
  fake_server_end(server);
}

static void
test_tenant_full(void)
{
  BhSignalingServer *server = fake_server_new(NULL, TRUE, BH_LIMIT_PEERS, 2);
  BhSignalingServer *few = fake_server_new(NULL, TRUE, BH_LIMIT_TENANTS, 1);
  FakeClient *a = fake_client_join(server, "a", NULL);
  FakeClient *b = fake_client_join(server, "b", NULL);
  FakeClient *c = fake_client_join(server, "c", NULL);
  FakeClient *d, *e;

  fake_client_expect_error(c, "tenant-full", "join");
  /* A place that is only kept gives way. */
  fake_client_end(b);
  fake_client_say(c, "{\"type\":\"join\"}");
  json_decref(fake_client_expect(c, "joined"));
  fake_client_end(a);
  fake_client_end(c);
  fake_server_end(server);

  d = fake_client_join(few, "d", NULL);
  e = fake_client_join(few, "e", "\"tenantId\":\"bistro\"");
  fake_client_expect_error(e, "tenant-full", "join");
  fake_client_end(d);
  fake_client_end(e);
  fake_server_end(few);
}

static void
test_rate(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, BH_LIMIT_MESSAGE_BURST, 10);
  FakeClient *a = fake_client_join(server, "a", NULL);
  guint limited = 0;

  json_decref(fake_client_expect(a, "joined"));
  for (guint i = 0; i < 1000 && a->close_code == 0; i++) {
    g_autoptr(json_t) answer = NULL;

    fake_client_say(a, OFFER_TO("b"));
    answer = fake_client_take(a);
    if (answer != NULL && g_str_equal(fake_get(answer, "code"), "rate-limited"))
      limited++;
  }
  g_assert_cmpuint(limited, >=, 1);
  g_assert_cmpuint(limited, <=, 5);
  g_assert_cmpuint(a->close_code, ==, 1008);
  g_assert_nonnull(strstr(a->close_reason, "rate-limited"));
  fake_client_end(a);
  fake_server_end(server);
}

static void
test_too_large(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, BH_LIMIT_MESSAGE_BYTES, 1024);
  FakeClient *a = fake_client_join(server, "a", NULL);
  g_autofree char *large = g_strnfill(1025, ' ');

  json_decref(fake_client_expect(a, "joined"));
  fake_client_say(a, large);
  fake_client_expect_error(a, "too-large", NULL);
  g_assert_cmpuint(a->close_code, ==, 1009);
  fake_client_end(a);
  fake_server_end(server);
}

static void
test_slow_reader(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, BH_LIMIT_QUEUED_BYTES, 64 * 1024);
  FakeClient *slow = fake_client_join(server, "slow", NULL);
  FakeClient *a = fake_client_join(server, "a", NULL);
  FakeClient *b = fake_client_join(server, "b", NULL);
  g_autofree char *payload = g_strnfill(10000, 'x');

  fake_client_forget(a);
  fake_client_forget(b);
  slow->is_stuck = TRUE;
  for (guint i = 0; i < 10 && slow->close_code == 0; i++)
    fake_client_say_format(a, "{\"type\":\"relay\",\"targetPeerId\":\"slow\",\"payload\":\"%s\"}",
                           payload);
  g_assert_cmpuint(slow->close_code, ==, 1013);
  g_assert_cmpuint(slow->queued_bytes, <=, 64 * 1024);
  fake_client_say(slow, OFFER_TO("a"));
  fake_client_expect_nothing(a);
  fake_client_say(a, OFFER_TO("b"));
  json_decref(fake_client_expect(b, "offer"));
  fake_client_end(slow);
  fake_client_end(a);
  fake_client_end(b);
  fake_server_end(server);
}

/* The hub is never dropped; what it cannot take is refused, and taken again later. */
static void
test_busy_hub(void)
{
  static const char relay[] = "{\"type\":\"relay\",\"payload\":{\"type\":\"x\"}}";
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "hub-1");
  FakeClient *a = fake_client_join(server, "a", NULL);

  fake_client_forget(a);
  fake_client_forget(hub);
  hub->queued_bytes = (gsize)17 * 1024 * 1024;
  fake_client_say(a, relay);
  fake_client_expect_error(a, "rate-limited", "relay");
  fake_client_expect_nothing(hub);
  g_assert_cmpuint(hub->close_code, ==, 0);
  hub->queued_bytes = 0;
  fake_client_say(a, relay);
  json_decref(fake_client_expect(hub, "relay"));
  fake_client_expect_nothing(a);
  fake_client_end(a);
  fake_client_end(hub);
  fake_server_end(server);
}

/* What is received is what others say. */
static void
test_counted(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "hub");
  FakeClient *a = fake_client_join(server, "a", NULL);
  BhSignalingCounters counters;

  fake_client_forget(a);
  fake_client_say(hub, "{\"type\":\"relay\",\"payload\":1,\"targetPeerId\":\"a\"}");
  json_decref(fake_client_expect(a, "relay"));
  bh_signaling_server_get_counters(server, &counters);
  g_assert_cmpuint(counters.messages, ==, 1);
  fake_client_end(a);
  fake_client_end(hub);
  fake_server_end(server);
}

static void
test_close(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *a = fake_client_join(server, "a", NULL);
  BhSignalingCounters counters;
  FakeClient *late;

  bh_signaling_server_get_counters(server, &counters);
  g_assert_cmpuint(counters.sessions, ==, 1);
  g_assert_cmpuint(counters.peers, ==, 1);
  g_assert_cmpuint(counters.messages, ==, 1);
  bh_signaling_server_close(server);
  bh_signaling_server_close(server);
  g_assert_cmpuint(a->close_code, ==, 1001);
  late = fake_client_new(server, NULL);
  g_assert_cmpuint(late->close_code, ==, 1001);
  fake_client_end(late);
  fake_client_end(a);
  fake_server_end(server);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/signaling-server/join", test_join);
  g_test_add_func("/signaling-server/peer-id", test_peer_id_is_honoured_or_assigned);
  g_test_add_func("/signaling-server/join-refusals", test_join_refusals);
  g_test_add_func("/signaling-server/not-joined", test_not_joined);
  g_test_add_func("/signaling-server/directed", test_directed);
  g_test_add_func("/signaling-server/guests", test_guests_see_the_hub_only);
  g_test_add_func("/signaling-server/hub-of-many-tenants", test_hub_of_many_tenants);
  g_test_add_func("/signaling-server/resume", test_resume);
  g_test_add_func("/signaling-server/keep-is-bounded", test_keep_is_bounded);
  g_test_add_func("/signaling-server/place-runs-out", test_place_runs_out);
  g_test_add_func("/signaling-server/leave", test_leave);
  g_test_add_func("/signaling-server/tenant-full", test_tenant_full);
  g_test_add_func("/signaling-server/rate", test_rate);
  g_test_add_func("/signaling-server/too-large", test_too_large);
  g_test_add_func("/signaling-server/slow-reader", test_slow_reader);
  g_test_add_func("/signaling-server/busy-hub", test_busy_hub);
  g_test_add_func("/signaling-server/counted", test_counted);
  g_test_add_func("/signaling-server/close", test_close);
  return g_test_run();
}
