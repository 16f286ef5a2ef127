/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the hub has the same operations as a replica: what is asked, and what is answered; and
 * whether it has all of its own.
 */
#include "log-digest.h"
#include "log-positions.h"
#include "replica-house.h"
#include "take-rate.h"

/* Of dev-b and dev-c, as the names say. */
#define LOG_B         "_hUapxaVbbbbbbbbbbbbbb"
#define LOG_C         "kGXBEG0Ncccccccccccccc"
#define PRIVATE_LOG_C "p.kGXBEG0Naaaaaaaaaaaaaa"

/* Until something is asked. */
#define SOON_MS 5100

static json_t *
wire_of(const char *log_id, gint64 seq, const char *what)
{
  const char *device_id = g_str_equal(log_id, LOG_B) ? "dev-b" : "dev-c";
  g_autofree char *entity = g_strdup_printf("request/%s-%d", device_id, (int)seq);
  g_autofree char *body = g_strdup_printf("{'what': '%s'}", what);

  return make_wire(device_id, BH_ROLE_STAFF, log_id, seq, "request.open", entity, body);
}

/* What @author hands to @replica of its log: `call`s from @from to @to. */
static void
hand_over(Replica *replica, const char *log_id, gint64 from, gint64 to)
{
  const char *device_id = g_str_equal(log_id, LOG_B) ? "dev-b" : "dev-c";
  g_autoptr(Peer) author = peer_new(replica, device_id, BH_ROLE_STAFF, FALSE);

  peer_send(author, make_ops("0", house_document(replica->house, device_id, BH_ROLE_STAFF), NULL));
  for (gint64 seq = from; seq <= to; seq++)
    peer_send(author, make_ops("1", NULL, wire_of(log_id, seq, "call"), NULL));
  g_assert_cmpint(bh_property_get_seq(replica->property, log_id), ==, to);
}

static void
hand_over_other(Replica *replica, const char *log_id, gint64 seq)
{
  g_autoptr(Peer) author = peer_new(replica, "dev-c", BH_ROLE_STAFF, FALSE);

  peer_send(author, make_ops("0", house_document(replica->house, "dev-c", BH_ROLE_STAFF), NULL));
  peer_send(author, make_ops("1", NULL, wire_of(log_id, seq, "bill"), NULL));
}

static const json_t *
get_range(const json_t *check, guint i)
{
  return json_array_get(json_object_get(check, "ranges"), i);
}

static void
assert_range(const json_t *range, const char *log_id, gint64 from, gint64 to)
{
  g_assert_cmpstr(json_string_value(json_array_get(range, 0)), ==, log_id);
  g_assert_cmpint(json_integer_value(json_array_get(range, 1)), ==, from);
  g_assert_cmpint(json_integer_value(json_array_get(range, 2)), ==, to);
}

static void
say_have(Peer *hub, const char *log_id, gint64 seq)
{
  peer_send(hub, json_pack("{s:s, s:{s:I}, s:s}", "type", "have", "have", log_id, (json_int_t)seq,
                           "level", "hub"));
}

/* @differ: (transfer full): answers the last `check`. */
static void
say_checked(Peer *hub, json_t *differ)
{
  const json_t *check = peer_last(hub, "check");

  g_assert_nonnull(check);
  peer_send(hub, json_pack("{s:s, s:O, s:o}", "type", "checked", "ref",
                           json_object_get(check, "id"), "differ", differ));
}

/* --- together --- */

/* A storage was copied; those who heard the one are as far as the hub, which heard the other. */
static void
test_other_operation(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);

  hand_over(hub, LOG_C, 1, 4);
  hand_over(device, LOG_C, 1, 3);
  hand_over_other(device, LOG_C, 4);
  house_connect(house, hub, device);
  house_run(house, 20000);
  assert_equal(hub, device);
  g_assert_cmpuint(bh_property_get_fork_count(hub->property, LOG_C, 4), ==, 2);
  g_assert_cmpuint(bh_property_get_fork_count(device->property, LOG_C, 4), ==, 2);
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 4);
}

/* And where messages get lost, and more of the log follows. */
static void
test_losses(void)
{
  for (guint32 seed = 1; seed <= 5; seed++) {
    g_autoptr(House) house = house_new(seed);
    Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
    Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);

    hand_over(hub, LOG_C, 1, 400);
    hand_over(device, LOG_C, 1, 290);
    hand_over_other(device, LOG_C, 291);
    hand_over(device, LOG_C, 292, 410);
    house->loss = 0.3;
    house->twice = 0.2;
    house->slow_ms = 200;
    house_connect(house, hub, device);
    house_run(house, 240000);
    house->loss = 0;
    bh_replicator_wake(hub->replicator);
    bh_replicator_wake(device->replicator);
    house_run(house, 60000);
    assert_equal(hub, device);
    g_assert_cmpuint(bh_property_get_fork_count(device->property, LOG_C, 291), ==, 2);
    g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 410);
  }
}

/* --- asking --- */

static void
test_same(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) hub = peer_new(device, "hub", BH_ROLE_HUB, TRUE);
  const json_t *check;

  hand_over(device, LOG_C, 1, 600);
  say_have(hub, LOG_C, 600);
  /* What is coming anyway comes first. */
  g_assert_null(peer_last(hub, "check"));
  house_run(house, SOON_MS);
  check = peer_last(hub, "check");
  g_assert_cmpuint(json_array_size(json_object_get(check, "ranges")), ==, 3);
  assert_range(get_range(check, 0), LOG_C, 1, 256);
  assert_range(get_range(check, 1), LOG_C, 257, 512);
  assert_range(get_range(check, 2), LOG_C, 513, 600);
  say_checked(hub, json_array());
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 600);
  say_have(hub, LOG_C, 600);
  house_run(house, 3 * BH_REPLICATOR_TIMEOUT_MS);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 1);

  /* What was answered is the same, and what comes from there. */
  hand_over(device, LOG_C, 601, 601);
  house_run(house, 2 * BH_REPLICATOR_GATHER_MS);
  peer_ack(hub, LOG_C, 601);
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 601);
  peer_send(hub, make_ops("7", NULL, wire_of(LOG_C, 602, "call"), NULL));
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 602);
  /* What does not follow is asked for soon. */
  hand_over(device, LOG_C, 603, 603);
  peer_send(hub, make_ops("8", NULL, wire_of(LOG_C, 604, "call"), NULL));
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 602);
  house_run(house, SOON_MS);
  assert_range(get_range(peer_last(hub, "check"), 0), LOG_C, 603, 604);
  say_checked(hub, json_array());
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 604);
}

/* It came back from a backup, and may since have got something else of whatever log. */
static void
test_restored(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) hub = peer_new(device, "hub", BH_ROLE_HUB, TRUE);
  const json_t *check;

  hand_over(device, LOG_B, 1, 5);
  hand_over(device, LOG_C, 1, 3);
  peer_say(hub, "{'type': 'have', 'have': {'" LOG_B "': 5, '" LOG_C "': 3}, 'level': 'hub'}");
  house_run(house, SOON_MS);
  say_checked(hub, json_array());
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_B), ==, 5);
  peer_say(hub, "{'type': 'have', 'have': {'" LOG_B "': 9, '" LOG_C "': 2}, 'level': 'hub'}");
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_B), ==, 0);
  peer_ack(hub, LOG_C, 3);
  house_run(house, SOON_MS);
  check = peer_last(hub, "check");
  g_assert_cmpuint(json_array_size(json_object_get(check, "ranges")), ==, 2);
  assert_range(get_range(check, 0), LOG_B, 1, 5);
  assert_range(get_range(check, 1), LOG_C, 1, 3);
}

/* It may have something else there, so it is asked. */
static void
test_refused(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) hub = peer_new(device, "hub", BH_ROLE_HUB, TRUE);

  say_have(hub, LOG_C, 0);
  hand_over(device, LOG_C, 1, 3);
  house_run(house, 2 * BH_REPLICATOR_GATHER_MS);
  peer_send(hub, json_pack("{s:s, s:O, s:{s:i}, s:s, s:[{s:s, s:i, s:s, s:i}]}", "type", "ack",
                           "ref", json_object_get(peer_last(hub, "ops"), "id"), "have", LOG_C, 3,
                           "level", "hub", "refused", "logId", LOG_C, "seq", 1, "code",
                           "rate-limited", "retryMs", 100));
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 0);
  house_run(house, SOON_MS);
  assert_range(get_range(peer_last(hub, "check"), 0), LOG_C, 1, 3);

  /* What it will never take is neither sent nor asked about again, and stops nothing else. */
  say_checked(hub, json_pack("[[s, i, i]]", LOG_C, 1, 3));
  peer_send(hub, json_pack("{s:s, s:O, s:{s:i}, s:s, s:[{s:s, s:i, s:s}]}", "type", "ack", "ref",
                           json_object_get(peer_last(hub, "ops"), "id"), "have", LOG_C, 3, "level",
                           "hub", "refused", "logId", LOG_C, "seq", 2, "code", "forged"));
  peer_forget(hub);
  hand_over(device, LOG_C, 4, 4);
  house_run(house, 2 * BH_REPLICATOR_GATHER_MS);
  peer_ack(hub, LOG_C, 4);
  house_run(house, 4 * SOON_MS);
  g_assert_cmpuint(peer_count(hub, "ops"), ==, 1);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 0);
}

static void
test_differing(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) hub = peer_new(device, "hub", BH_ROLE_HUB, TRUE);
  guint n_operations = 0;

  hand_over(device, LOG_C, 1, 300);
  say_have(hub, LOG_C, 300);
  house_run(house, SOON_MS);
  say_checked(hub, json_pack("[[s, i, i]]", LOG_C, 1, 256));
  /* All of the range goes there, in batches, and nothing else. */
  for (guint i = 0; i < hub->messages->len; i++) {
    g_autoptr(json_t) message = json_incref(hub->messages->pdata[i]);

    if (json_object_get(message, "ops") == NULL)
      continue;
    n_operations += (guint)json_array_size(json_object_get(message, "ops"));
    peer_send(hub, json_pack("{s:s, s:O, s:{s:i}, s:s}", "type", "ack", "ref",
                             json_object_get(message, "id"), "have", LOG_C, 300, "level", "hub"));
  }
  g_assert_cmpuint(n_operations, ==, 256);
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 256);
  house_run(house, 2000);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 2);
  assert_range(get_range(peer_last(hub, "check"), 0), LOG_C, 257, 300);
}

static void
test_silence(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) hub = peer_new(device, "hub", BH_ROLE_HUB, TRUE);
  g_autoptr(Peer) other = peer_new(device, "dev-b", BH_ROLE_STAFF, FALSE);

  hand_over(device, LOG_C, 1, 3);
  say_have(other, LOG_C, 3);
  say_have(hub, LOG_C, 3);
  house_run(house, 10 * BH_REPLICATOR_TIMEOUT_MS);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 3);
  /* Whatever happens meanwhile. */
  hand_over(device, LOG_C, 4, 4);
  peer_send(hub, make_ops("7", NULL, wire_of(LOG_C, 5, "call"), NULL));
  house_run(house, 2 * BH_REPLICATOR_TIMEOUT_MS);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 3);
  say_have(hub, LOG_C, 5);
  house_run(house, SOON_MS);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 4);
  /* Put off. */
  peer_send(hub,
            json_pack("{s:s, s:O, s:[], s:i}", "type", "checked", "ref",
                      json_object_get(peer_last(hub, "check"), "id"), "differ", "retryMs", 5000));
  house_run(house, 4000);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 4);
  house_run(house, 2000);
  g_assert_cmpuint(peer_count(hub, "check"), ==, 5);
  /* Of what was not asked nothing is believed, nor of what is no answer. */
  peer_say(hub, "{'type': 'checked', 'ref': 'c99', 'differ': []}");
  peer_say(hub, "{'type': 'checked', 'differ': 3}");
  peer_say(hub, "{'type': 'checked'}");
  g_assert_cmpint(bh_property_get_delivered(device->property, LOG_C), ==, 0);
  /* Devices are asked nothing. */
  g_assert_cmpuint(peer_count(other, "check"), ==, 0);
}

/* --- answering --- */

/* Of those `call`s that hand_over() hands over. */
static char *
digest_calls(const char *log_id, gint64 from, gint64 to)
{
  g_autoptr(GArray) signatures = g_array_new(FALSE, FALSE, sizeof(BhBackendSignature));

  for (gint64 seq = from; seq <= to; seq++) {
    g_autoptr(json_t) wire = wire_of(log_id, seq, "call");
    g_autoptr(BhOperation) op = bh_operation_from_wire(wire, HOUSE_TENANT, NULL);
    BhBackendSignature signature = {.seq = seq};

    memcpy(signature.sig, op->sig, sizeof signature.sig);
    g_array_append_val(signatures, signature);
  }
  return bh_log_digest(signatures);
}

static void
test_answer(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) device = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) author = peer_new(hub, "dev-c", BH_ROLE_STAFF, FALSE);
  g_autofree char *all = digest_calls(LOG_C, 1, 256), *end = digest_calls(LOG_C, 257, 300);
  g_autofree char *other = digest_calls(LOG_C, 258, 300);
  g_autofree char *hidden = digest_calls(PRIVATE_LOG_C, 1, 2);
  const json_t *differ;

  hand_over(hub, LOG_C, 1, 300);
  hand_over(hub, PRIVATE_LOG_C, 1, 2);
  peer_send(device,
            json_pack("{s:s, s:s, s:[[s,i,i,s],[s,i,i,s],[s,i,i,s],[s,i,i,s],[s,i,i,s]]}", "type",
                      "check", "id", "1", "ranges", LOG_C, 1, 256, all, LOG_C, 257, 300, end, LOG_C,
                      257, 300, other, LOG_C, 257, 301, end, PRIVATE_LOG_C, 1, 2, hidden));
  g_assert_cmpstr(json_string_value(json_object_get(peer_last(device, "checked"), "ref")), ==, "1");
  differ = json_object_get(peer_last(device, "checked"), "differ");
  g_assert_cmpuint(json_array_size(differ), ==, 3);
  assert_range(json_array_get(differ, 0), LOG_C, 257, 300);
  assert_range(json_array_get(differ, 1), LOG_C, 257, 301);
  assert_range(json_array_get(differ, 2), PRIVATE_LOG_C, 1, 2);

  /* Its author is told. */
  peer_send(author, json_pack("{s:s, s:s, s:[[s,i,i,s]]}", "type", "check", "id", "2", "ranges",
                              PRIVATE_LOG_C, 1, 2, hidden));
  g_assert_cmpuint(json_array_size(json_object_get(peer_last(author, "checked"), "differ")), ==, 0);
  /* Two of one identity, in whatever order they came. */
  hand_over_other(hub, LOG_C, 300);
  peer_send(device, json_pack("{s:s, s:s, s:[[s,i,i,s]]}", "type", "check", "id", "3", "ranges",
                              LOG_C, 257, 300, end));
  differ = json_object_get(peer_last(device, "checked"), "differ");
  g_assert_cmpuint(json_array_size(differ), ==, 1);
}

static void
test_hostile(void)
{
  static const char *const bad[] = {
      "{'type': 'check'}",
      "{'type': 'check', 'id': 1, 'ranges': [['" LOG_C "', 1, 2, 'x']]}",
      "{'type': 'check', 'id': 'a'}",
      "{'type': 'check', 'id': 'a', 'ranges': []}",
      "{'type': 'check', 'id': 'a', 'ranges': [7]}",
      "{'type': 'check', 'id': 'a', 'ranges': [['x', 1, 2, 'x']]}",
      "{'type': 'check', 'id': 'a', 'ranges': [['" LOG_C "', 0, 2, 'x']]}",
      "{'type': 'check', 'id': 'a', 'ranges': [['" LOG_C "', 3, 2, 'x']]}",
      "{'type': 'check', 'id': 'a', 'ranges': [['" LOG_C "', 1, 257, 'x']]}",
      "{'type': 'check', 'id': 'a', 'ranges': [['" LOG_C "', 1, 9223372036854775807, 'x']]}",
      "{'type': 'check', 'id': 'a', 'ranges': [['" LOG_C "', 1, 2]]}",
  };
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) lost = peer_new(hub, "dev-c", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) asks_device = peer_new(device, "dev-b", BH_ROLE_STAFF, FALSE);
  json_t *many = json_pack("{s:s, s:s, s:[]}", "type", "check", "id", "m", "ranges");
  json_t *list = json_object_get(many, "ranges");
  gint64 retry_ms;

  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    peer_say(peer, bad[i]);
  for (guint i = 0; i < 33; i++)
    json_array_append_new(list, json_pack("[s, i, i, s]", LOG_C, 1, 256, "x"));
  peer_send(peer, json_incref(many));
  /* Nobody but the hub knows what is the same. */
  peer_say(asks_device, "{'type': 'check', 'id': 'a', 'ranges': [['" LOG_C "', 1, 2, 'x']]}");
  g_assert_cmpuint(peer_count(peer, "checked") + peer_count(asks_device, "checked"), ==, 0);

  /* As much as it may ask, and no more. */
  json_array_remove(list, 32);
  for (guint i = 0; i <= BH_TAKE_RATE_BURST_OPERATIONS / (32 * 256); i++)
    peer_send(peer, json_incref(many));
  retry_ms = json_integer_value(json_object_get(peer_last(peer, "checked"), "retryMs"));
  g_assert_cmpint(retry_ms, >, 0);
  house_run(house, retry_ms);
  peer_send(peer, json_incref(many));
  g_assert_null(json_object_get(peer_last(peer, "checked"), "retryMs"));
  json_decref(many);

  /* It is gone before it is answered. */
  {
    g_autoptr(json_t) message = json_pack("{s:s, s:s, s:[[s,i,i,s]]}", "type", "check", "id", "g",
                                          "ranges", LOG_C, 1, 1, "x");

    hand_over(hub, LOG_C, 1, 1);
    bh_replicator_receive(hub->replicator, lost->link, message);
  }
}

/* --- what others sent meanwhile --- */

static guint
count_sent(Peer *peer, gint64 seq)
{
  guint n = 0;

  for (guint i = 0; i < peer->messages->len; i++) {
    const json_t *ops = json_object_get(peer->messages->pdata[i], "ops");
    const json_t *wire;
    gsize j;

    json_array_foreach(ops, j, wire)
    {
      g_autoptr(json_t) op = json_loads(json_string_value(json_object_get(wire, "text")), 0, NULL);

      n += json_integer_value(json_object_get(op, "seq")) == seq ? 1 : 0;
    }
  }
  return n;
}

/* Another peer sent it the rest before we did, and of two operations with one identity the one. */
static void
test_passed_over(gconstpointer data)
{
  const char *way = data;
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = NULL;
  const char *ref = "unknown";

  hand_over(hub, LOG_C, 1, 300);
  hand_over_other(hub, LOG_C, 290);
  g_assert_cmpuint(bh_property_get_fork_count(hub->property, LOG_C, 290), ==, 2);
  peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  peer_say(peer, "{'type': 'have', 'have': {}, 'level': 'device'}");
  g_assert_cmpuint(count_sent(peer, 1), ==, 1);
  g_assert_cmpuint(count_sent(peer, 290), ==, 0);
  for (guint i = 0; g_str_equal(way, "ack") && i < peer->messages->len; i++)
    if (json_object_get(peer->messages->pdata[i], "ops") != NULL) {
      ref = json_string_value(json_object_get(peer->messages->pdata[i], "id"));
      break;
    }
  if (g_str_equal(way, "have"))
    peer_send(peer, json_pack("{s:s, s:{s:i}, s:s, s:b}", "type", "have", "have", LOG_C, 300,
                              "level", "device", "partial", 1));
  else if (g_str_equal(way, "ops"))
    peer_send(peer, make_ops("1", NULL, wire_of(LOG_C, 300, "call"), NULL));
  else
    peer_send(peer, json_pack("{s:s, s:s, s:{s:i}, s:s}", "type", "ack", "ref", ref, "have", LOG_C,
                              300, "level", "device"));
  for (guint i = 0; i < 4; i++)
    peer_ack(peer, LOG_C, 300);
  g_assert_cmpuint(count_sent(peer, 290), ==, 2);
}

/* --- a hub that came back from a backup --- */

static void
test_lacks_own(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Peer *peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  const char *own;
  g_autofree char *other = NULL;

  replica_write(hub, "request.open", "request/a", "{'what': 'call'}");
  own = bh_property_get_own_log(hub->property, FALSE);
  say_have(peer, own, 1);
  g_assert_false(bh_replicator_lacks_own(hub->replicator));
  say_have(peer, LOG_C, 7);
  g_assert_false(bh_replicator_lacks_own(hub->replicator));
  say_have(peer, own, 2);
  g_assert_true(bh_replicator_lacks_own(hub->replicator));
  replica_write(hub, "request.open", "request/b", "{'what': 'call'}");
  g_assert_false(bh_replicator_lacks_own(hub->replicator));

  /* Of a start after the backup. */
  other = g_strdup(own);
  memset(other + strlen(other) - 4, 'z', 4);
  say_have(peer, other, 1);
  g_assert_true(bh_replicator_lacks_own(hub->replicator));
  peer_free(peer);
  g_assert_false(bh_replicator_lacks_own(hub->replicator));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/replicator-check/other-operation", test_other_operation);
  g_test_add_func("/replicator-check/losses", test_losses);
  g_test_add_func("/replicator-check/same", test_same);
  g_test_add_func("/replicator-check/restored", test_restored);
  g_test_add_func("/replicator-check/refused", test_refused);
  g_test_add_func("/replicator-check/differing", test_differing);
  g_test_add_func("/replicator-check/silence", test_silence);
  g_test_add_func("/replicator-check/answer", test_answer);
  g_test_add_func("/replicator-check/hostile", test_hostile);
  g_test_add_data_func("/replicator-check/passed-over/ack", "ack", test_passed_over);
  g_test_add_data_func("/replicator-check/passed-over/late-ack", "late-ack", test_passed_over);
  g_test_add_data_func("/replicator-check/passed-over/have", "have", test_passed_over);
  g_test_add_data_func("/replicator-check/passed-over/ops", "ops", test_passed_over);
  g_test_add_func("/replicator-check/lacks-own", test_lacks_own);
  return g_test_run();
}
