/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One replica against peers that say just what a test wants: windows, answers, refusals, time.
 */
#include "log-positions.h"
#include "replica-house.h"
#include "snapshot-sender.h"
#include "take-rate.h"

/* Of dev-a, dev-b and dev-c, as the names say. */
#define LOG_A         "YJ_YHraxaaaaaaaaaaaaaa"
#define LOG_B         "_hUapxaVbbbbbbbbbbbbbb"
#define LOG_C         "kGXBEG0Ncccccccccccccc"
#define PRIVATE_LOG_B "p._hUapxaVaaaaaaaaaaaaaa"
#define PRIVATE_LOG_C "p.kGXBEG0Naaaaaaaaaaaaaa"

#define NOTHING "{'type': 'have', 'have': {}, 'level': 'device'}"

static const char *
own_log(Replica *replica)
{
  return bh_property_get_own_log(replica->property, FALSE);
}

static void
write_some(Replica *replica, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *entity = g_strdup_printf("request/r%u", i);

    replica_write(replica, "request.open", entity, "{'what': 'call'}");
  }
}

static json_t *
wire_request(const char *device_id, const char *log_id, gint64 seq)
{
  g_autofree char *entity = g_strdup_printf("request/%s-%d", device_id, (int)seq);

  return make_wire(device_id, BH_ROLE_STAFF, log_id, seq, "request.open", entity,
                   "{'what': 'call'}");
}

static guint
count_ops(Peer *peer)
{
  guint n = 0;

  for (guint i = 0; i < peer->messages->len; i++)
    n += (guint)json_array_size(json_object_get(peer->messages->pdata[i], "ops"));
  return n;
}

static gint64
get_have(const json_t *message, const char *log_id)
{
  const json_t *seq = json_object_get(json_object_get(message, "have"), log_id);

  return json_is_integer(seq) ? json_integer_value(seq) : -1;
}

static const char *
get_code(const json_t *ack)
{
  return json_string_value(
      json_object_get(json_array_get(json_object_get(ack, "refused"), 0), "code"));
}

/* Nothing goes before the peer has said what it has; then everything that it lacks, by a window. */
static void
test_window(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = NULL;
  g_autofree char *log_id = NULL;

  write_some(hub, 300);
  log_id = g_strdup(own_log(hub));
  peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  house_settle();
  g_assert_cmpuint(peer->messages->len, ==, 1);
  g_assert_cmpint(get_have(peer->messages->pdata[0], log_id), ==, 300);
  g_assert_cmpstr(json_string_value(json_object_get(peer->messages->pdata[0], "level")), ==, "hub");

  peer_say(peer, NOTHING);
  g_assert_cmpuint(peer_count(peer, "ops"), ==, BH_REPLICATOR_WINDOW);
  g_assert_cmpuint(count_ops(peer), <=, 256);
  /* An answer makes room for one. */
  peer_send(peer, json_pack("{s:s, s:O, s:{s:i}, s:s}", "type", "ack", "ref",
                            json_object_get(peer->messages->pdata[1], "id"), "have", log_id, 64,
                            "level", "device"));
  g_assert_cmpuint(peer_count(peer, "ops"), ==, BH_REPLICATOR_WINDOW + 1);
  g_assert_cmpuint(count_ops(peer), ==, 300);
  write_some(hub, 1);
  g_assert_cmpuint(count_ops(peer), ==, 300);
}

/* Twenty peers are sent the same object, and it is printed once. */
static void
test_shared(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Peer *peers[20];
  g_autoptr(GBytes) print = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(peers); i++) {
    g_autofree char *device = g_strdup_printf("dev-%u", i);

    peers[i] = peer_new(hub, device, BH_ROLE_STAFF, FALSE);
    peer_say(peers[i], NOTHING);
    peer_forget(peers[i]);
  }
  write_some(hub, 1);
  for (guint i = 0; i < G_N_ELEMENTS(peers); i++) {
    g_autoptr(GBytes) own = NULL;

    g_assert_cmpuint(peers[i]->messages->len, ==, 1);
    g_assert_true(peers[i]->messages->pdata[0] == peers[0]->messages->pdata[0]);
    own = bh_replicator_print(hub->replicator, peers[i]->messages->pdata[0]);
    if (print == NULL)
      print = g_bytes_ref(own);
    g_assert_true(own == print);
  }
  for (guint i = 0; i < G_N_ELEMENTS(peers); i++)
    peer_free(peers[i]);
}

/* What is not answered is sent again, and `have` is said again. */
static void
test_silence(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);

  house_run(house, BH_REPLICATOR_TIMEOUT_MS + 20);
  g_assert_cmpuint(peer_count(peer, "have"), ==, 2);
  peer_say(peer, NOTHING);
  house_run(house, 5 * BH_REPLICATOR_TIMEOUT_MS);
  g_assert_cmpuint(peer_count(peer, "have"), ==, 2);

  peer_forget(peer);
  write_some(hub, 2);
  g_assert_cmpuint(count_ops(peer), ==, 2);
  house_run(house, BH_REPLICATOR_TIMEOUT_MS + 20);
  g_assert_cmpuint(count_ops(peer), ==, 4);
  g_assert_cmpuint(peer_count(peer, "have"), ==, 1);
  peer_ack(peer, own_log(hub), 2);
  house_run(house, 5 * BH_REPLICATOR_TIMEOUT_MS);
  g_assert_cmpuint(count_ops(peer), ==, 4);
}

/* A peer that never takes anything is asked less and less often. */
static void
test_stall(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  guint sent;

  peer_say(peer, NOTHING);
  write_some(hub, 1);
  for (guint second = 0; second < 600; second++) {
    sent = peer_count(peer, "ops");
    for (guint i = 0; i < 3; i++)
      peer_ack(peer, own_log(hub), 0);
    house_run(house, 1000);
    g_assert_cmpuint(peer_count(peer, "ops"), <=, sent + 1);
  }
  g_assert_cmpuint(peer_count(peer, "ops"), <=, 20);
  /* It changed its mind. */
  peer_ack(peer, own_log(hub), 1);
  write_some(hub, 1);
  house_run(house, 70000);
  g_assert_cmpint(json_array_size(json_object_get(peer_last(peer, "ops"), "ops")), ==, 1);
}

/* A refused log rests on this link, the others go on; another link tries again. */
static void
test_refused(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) author = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) again = NULL;

  peer_say(peer, NOTHING);
  peer_forget(peer);
  peer_send(author, make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF),
                             wire_request("dev-b", LOG_B, 1), NULL));
  g_assert_cmpuint(count_ops(peer), ==, 1);
  g_assert_cmpint(json_array_size(json_object_get(peer_last(peer, "ops"), "members")), ==, 1);
  peer_send(peer,
            json_pack("{s:s, s:O, s:{s:i}, s:s, s:[{s:s, s:i, s:s}]}", "type", "ack", "ref",
                      json_object_get(peer_last(peer, "ops"), "id"), "have", LOG_B, 0, "level",
                      "device", "refused", "logId", LOG_B, "seq", 1, "code", "forged"));
  peer_send(author, make_ops("2", NULL, wire_request("dev-b", LOG_B, 2), NULL));
  house_run(house, 100000);
  g_assert_cmpuint(count_ops(peer), ==, 1);
  write_some(hub, 1);
  g_assert_cmpuint(count_ops(peer), ==, 2);
  again = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  peer_say(again, NOTHING);
  g_assert_cmpuint(count_ops(again), ==, 3);
}

static void
test_rate_limited_peer(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);

  peer_say(peer, NOTHING);
  write_some(hub, 1);
  peer_send(peer, json_pack("{s:s, s:O, s:{s:i}, s:s, s:[{s:s, s:i, s:s, s:i}]}", "type", "ack",
                            "ref", json_object_get(peer_last(peer, "ops"), "id"), "have",
                            own_log(hub), 0, "level", "device", "refused", "logId", own_log(hub),
                            "seq", 1, "code", "rate-limited", "retryMs", 5000));
  house_run(house, 4900);
  g_assert_cmpuint(count_ops(peer), ==, 1);
  house_run(house, 200);
  g_assert_cmpuint(count_ops(peer), ==, 2);
}

/* Documents of authors go along until one of the batches that bore them is taken. */
static void
test_members(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) author = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);

  peer_say(peer, NOTHING);
  /* Nobody knows the author yet. */
  peer_send(author, make_ops("1", NULL, wire_request("dev-b", LOG_B, 1), NULL));
  g_assert_cmpstr(get_code(peer_last(author, "ack")), ==, "unknown-device");
  peer_send(author, make_ops("2", house_document(house, "dev-b", BH_ROLE_STAFF),
                             wire_request("dev-b", LOG_B, 1), NULL));
  g_assert_null(json_object_get(peer_last(author, "ack"), "refused"));
  g_assert_cmpint(get_have(peer_last(author, "ack"), LOG_B), ==, 1);
  g_assert_nonnull(json_object_get(peer_last(peer, "ops"), "members"));
  /* Put off, it was forgotten with them. */
  peer_send(peer, json_pack("{s:s, s:O, s:{s:i}, s:s, s:[{s:s, s:i, s:s, s:i}]}", "type", "ack",
                            "ref", json_object_get(peer_last(peer, "ops"), "id"), "have", LOG_B, 0,
                            "level", "device", "refused", "logId", LOG_B, "seq", 1, "code",
                            "rate-limited", "retryMs", 100));
  peer_forget(peer);
  house_run(house, 2000);
  g_assert_nonnull(json_object_get(peer_last(peer, "ops"), "members"));
  peer_send(author, make_ops("3", NULL, wire_request("dev-b", LOG_B, 2), NULL));
  g_assert_nonnull(json_object_get(peer_last(peer, "ops"), "members"));
  peer_ack(peer, LOG_B, 2);
  peer_send(author, make_ops("4", NULL, wire_request("dev-b", LOG_B, 3), NULL));
  g_assert_null(json_object_get(peer_last(peer, "ops"), "members"));
}

/* What comes out of order waits; the answers say what is contiguous. Nothing goes back. */
static void
test_out_of_order(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);

  peer_say(peer, NOTHING);
  peer_send(peer, make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF),
                           wire_request("dev-b", LOG_B, 3), NULL));
  g_assert_cmpint(get_have(peer_last(peer, "ack"), LOG_B), ==, 0);
  peer_send(peer, make_ops("2", NULL, wire_request("dev-b", LOG_B, 2), NULL));
  peer_send(peer, make_ops("3", NULL, wire_request("dev-b", LOG_B, 1), NULL));
  g_assert_cmpint(get_have(peer_last(peer, "ack"), LOG_B), ==, 3);
  g_assert_cmpstr(json_string_value(json_object_get(peer_last(peer, "ack"), "ref")), ==, "3");
  peer_send(peer, make_ops("4", NULL, wire_request("dev-b", LOG_B, 2), NULL));
  g_assert_cmpint(get_have(peer_last(peer, "ack"), LOG_B), ==, 3);
  peer_send(peer, make_ops("5", NULL, wire_request("dev-b", LOG_B, 200000), NULL));
  g_assert_cmpstr(get_code(peer_last(peer, "ack")), ==, "too-far");
  g_assert_cmpuint(count_ops(peer), ==, 0);
}

/* A copy of a device's storage goes on in the same log: its author is asked for what differs. */
static void
test_copied_storage(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) first = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) copy = NULL;
  g_autoptr(Peer) other = NULL;
  const json_t *ops;
  json_t *have;

  peer_send(first,
            make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF),
                     wire_request("dev-b", LOG_B, 1), wire_request("dev-b", LOG_B, 2),
                     wire_request("dev-b", LOG_B, 3), wire_request("dev-b", LOG_B, 4), NULL));
  copy = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  have = json_pack("{s:s, s:{s:i}, s:s}", "type", "have", "have", LOG_B, 3, "level", "device");
  peer_send(copy, json_incref(have));
  /* What it lacks, and the last one that both have, once. */
  g_assert_cmpuint(count_ops(copy), ==, 2);
  peer_send(copy, json_incref(have));
  g_assert_cmpuint(count_ops(copy), ==, 2);
  peer_ack(copy, LOG_B, 4);
  /* It wrote another one there: both are kept, and it gets all around it. */
  peer_forget(copy);
  peer_send(copy, make_ops("2", NULL,
                           make_wire("dev-b", BH_ROLE_STAFF, LOG_B, 3, "request.open", "request/x",
                                     "{'what': 'bill'}"),
                           NULL));
  g_assert_cmpuint(hub->n_conflicts, ==, 1);
  ops = peer_last(copy, "ops");
  g_assert_nonnull(ops);
  g_assert_cmpuint(count_ops(copy), >=, 5);

  /* Others are not asked. */
  other = peer_new(hub, "dev-c", BH_ROLE_STAFF, FALSE);
  peer_send(other, json_pack("{s:s, s:{s:i}, s:s, s:[[s, i, i]]}", "type", "have", "have", LOG_B, 4,
                             "level", "device", "forks", LOG_B, 3, 3));
  g_assert_cmpuint(count_ops(other), ==, 0);
  json_decref(have);
}

/* --- what is not taken --- */

static void
test_hostile_operations(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  json_t *wire = wire_request("dev-b", LOG_B, 1);
  json_t *changed = json_copy(wire);
  g_autofree char *text = NULL;

  peer_say(peer, NOTHING);
  peer_send(peer, make_ops("0", house_document(house, "dev-b", BH_ROLE_STAFF), NULL));
  /* One byte is another. */
  text = g_strdup(json_string_value(json_object_get(wire, "text")));
  g_strrstr(text, "call")[0] = 'b';
  json_object_set_new(changed, "text", json_string(text));
  peer_send(peer, make_ops("1", NULL, changed, NULL));
  g_assert_cmpstr(get_code(peer_last(peer, "ack")), ==, "forged");
  /* In another's name, in another's role. */
  peer_send(peer, make_ops("2", NULL, wire_request("dev-a", LOG_A, 1), NULL));
  g_assert_cmpstr(get_code(peer_last(peer, "ack")), ==, "unknown-device");
  peer_send(peer, make_ops("3", NULL,
                           make_wire("dev-b", BH_ROLE_MANAGER, LOG_B, 1, "request.open",
                                     "request/r", "{'what': 'call'}"),
                           NULL));
  g_assert_cmpstr(get_code(peer_last(peer, "ack")), ==, "unknown-device");
  /* No operation at all; what it meant to be is told. */
  peer_send(peer, make_ops("4", NULL,
                           json_pack("{s:s, s:s}", "text",
                                     "{\"logId\":\"" LOG_B "\",\"seq\":\"9\",}", "sig", "AA"),
                           json_string("rubbish"), json_object(), NULL));
  g_assert_cmpint(json_array_size(json_object_get(peer_last(peer, "ack"), "refused")), ==, 0);
  peer_send(peer, make_ops("5", NULL,
                           json_pack("{s:s, s:s}", "text", "{\"logId\":\"" LOG_B "\",\"seq\":9,}",
                                     "sig", "AA"),
                           NULL));
  g_assert_cmpstr(get_code(peer_last(peer, "ack")), ==, "bad-operation");
  /* Erased, says a device. */
  peer_send(peer, make_ops("6", NULL,
                           json_pack("{s:[s, i], s:s, s:s, s:s, s:{s:{}, s:{}}}", "redacted", LOG_B,
                                     1, "entity", "order/x", "deviceId", "dev-b", "role", "staff",
                                     "record", "items", "registers"),
                           NULL));
  g_assert_cmpstr(get_code(peer_last(peer, "ack")), ==, "rate-limited");
  g_assert_cmpint(bh_property_get_seq(hub->property, LOG_B), ==, 0);
  json_decref(wire);
}

/* Whoever writes into another's log is refused, also where it is the first, and where what it wrote
 * comes from a hub that is wrong. The author is not hindered. */
static void
test_hostile_squatter(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *device = house_add(house, "dev-c", BH_ROLE_STAFF);
  g_autoptr(Peer) squatter = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) author = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) trusted = peer_new(device, "hub", BH_ROLE_HUB, TRUE);

  peer_say(squatter, NOTHING);
  peer_say(author, NOTHING);
  peer_say(trusted, NOTHING);
  for (gint64 seq = 1; seq <= 2; seq++) {
    peer_send(squatter, make_ops("1", house_document(house, "dev-a", BH_ROLE_STAFF),
                                 wire_request("dev-a", LOG_B, seq), NULL));
    g_assert_cmpstr(get_code(peer_last(squatter, "ack")), ==, "forged");
    peer_send(trusted, make_ops("1", NULL, wire_request("dev-a", LOG_B, seq), NULL));
    g_assert_cmpstr(get_code(peer_last(trusted, "ack")), ==, "forged");
    peer_send(author, make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF),
                               wire_request("dev-b", LOG_B, seq), NULL));
    g_assert_cmpint(get_have(peer_last(author, "ack"), LOG_B), ==, seq);
    peer_send(trusted, make_ops("1", NULL, wire_request("dev-b", LOG_B, seq), NULL));
    g_assert_cmpint(get_have(peer_last(trusted, "ack"), LOG_B), ==, seq);
  }
  g_assert_cmpuint(bh_property_get_fork_count(hub->property, LOG_B, 1), ==, 1);
}

static guint n_unread;

static GLogWriterOutput
on_log(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal(fields[i].key, "MESSAGE") && level == G_LOG_LEVEL_INFO &&
        g_str_has_suffix(fields[i].value, "cannot be read: nothing is sent to it"))
      n_unread++;
  return g_log_writer_default(level, fields, n_fields, data);
}

/* One that nobody can read leaves a device without anything: that is said, once. */
static void
test_unread_have(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  json_t *logs = json_object();

  n_unread = 0;
  write_some(hub, 1);
  for (guint i = 0; i <= BH_LOG_POSITIONS_MAX; i++) {
    g_autofree char *log_id = g_strdup_printf("_hUapxaV%014u", i);

    json_object_set_new(logs, log_id, json_integer(1));
  }
  for (guint i = 0; i < 3; i++)
    peer_send(peer, json_pack("{s:s, s:O, s:s}", "type", "have", "have", logs, "level", "device"));
  json_decref(logs);
  house_run(house, 1000);
  g_assert_cmpuint(n_unread, ==, 1);
  g_assert_cmpuint(count_ops(peer), ==, 0);
  peer_say(peer, NOTHING);
  house_run(house, 1000);
  g_assert_cmpuint(count_ops(peer), ==, 1);
}

static void
test_hostile_messages(void)
{
  static const char *const messages[] = {
      "[]",
      "{}",
      "{'type': 7}",
      "{'type': 'have'}",
      "{'type': 'have', 'have': []}",
      "{'type': 'have', 'have': {'x': 1}}",
      "{'type': 'have', 'have': {'" LOG_A "': 9007199254740991}, 'level': 'hub'}",
      "{'type': 'have', 'have': {}, 'level': 9, 'forks': {}, 'safe': [], 'snapshot': 1}",
      "{'type': 'have', 'have': {}, 'forks': [[], [1], ['" LOG_A "', 1, -5], 'x', null]}",
      "{'type': 'have', 'have': {'" LOG_A "': 5}, 'partial': true}",
      "{'type': 'ops'}",
      "{'type': 'ops', 'id': 7, 'ops': []}",
      "{'type': 'ops', 'id': 'x', 'ops': {}}",
      "{'type': 'ops', 'id': 'x', 'ops': [null], 'members': 'x'}",
      "{'type': 'ops', 'id': 'x', 'ops': [], 'members': [1, {}, {'data': 1}]}",
      "{'type': 'ack'}",
      "{'type': 'ack', 'have': {}}",
      "{'type': 'ack', 'have': {'" LOG_A "': 9007199254740991}, 'level': 'hub'}",
      "{'type': 'ack', 'ref': 'o1', 'have': {}, 'refused': 3}",
      "{'type': 'ack', 'ref': 'o1', 'have': {}, 'refused': [1, {}, {'logId': 1}]}",
      "{'type': 'ack', 'ref': 's1', 'part': 'x'}",
      "{'type': 'snapshot', 'id': 's', 'entities': [], 'have': {'" LOG_A "': 5}}",
  };
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *device = house_add(house, "dev-c", BH_ROLE_STAFF);
  g_autoptr(Peer) first = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) second = peer_new(device, "dev-b", BH_ROLE_STAFF, FALSE);

  write_some(hub, 2);
  for (guint i = 0; i < G_N_ELEMENTS(messages); i++) {
    peer_say(first, messages[i]);
    peer_say(second, messages[i]);
  }
  bh_replicator_receive(hub->replicator, first->link, NULL);
  house_run(house, 1000);
  g_assert_cmpint(bh_property_get_safe_seq(device->property, LOG_A), ==, 0);
  g_assert_cmpint(bh_property_get_seq(hub->property, LOG_A), ==, 0);
}

static void
test_private(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  Replica *other = house_add(house, "dev-b", BH_ROLE_STAFF);
  g_autoptr(Peer) peer = NULL;
  g_autofree char *log_id = NULL;
  static const char body[] = "{'to': {'deviceId': 'dev-b'}, 'text': 'psst'}";

  replica_write_private(device, "message.send", "message/m1", body);
  replica_write(device, "request.open", "request/r1", "{'what': 'call'}");
  log_id = g_strdup(bh_property_get_own_log(device->property, TRUE));
  house_connect(house, device, other);
  house_run(house, 1000);
  g_assert_cmpint(bh_property_get_seq(other->property, log_id), ==, 0);
  house_connect(house, hub, device);
  house_connect(house, hub, other);
  house_run(house, 1000);
  g_assert_cmpint(bh_property_get_seq(hub->property, log_id), ==, 1);
  g_assert_cmpint(bh_property_get_safe_seq(device->property, log_id), ==, 1);
  g_assert_cmpint(bh_property_get_seq(other->property, log_id), ==, 0);

  /* The hub speaks of it to its author only, and takes it from nobody else. */
  peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_assert_cmpint(get_have(peer_last(peer, "have"), log_id), ==, -1);
  peer_say(peer, NOTHING);
  for (guint i = 0; i < peer->messages->len; i++) {
    g_autofree char *text = bh_json_to_text(peer->messages->pdata[i]);

    g_assert_null(strstr(text, log_id));
    g_assert_null(strstr(text, "psst"));
  }
  peer_send(peer, make_ops("1", house_document(house, "dev-c", BH_ROLE_STAFF),
                           make_wire("dev-c", BH_ROLE_STAFF, PRIVATE_LOG_C, 1, "message.send",
                                     "message/m2", body),
                           NULL));
  g_assert_cmpstr(get_code(peer_last(peer, "ack")), ==, "private");
}

/* A burst is taken, and then so much a second; nothing of a batch beyond it is. */
static void
test_rate_limit(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  json_t *batch = make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF), NULL);
  g_autoptr(Peer) again = NULL;
  const json_t *retry;

  for (gint64 seq = 1; seq <= 64; seq++)
    json_array_append_new(json_object_get(batch, "ops"), wire_request("dev-b", LOG_B, seq));
  for (guint i = 0; i < BH_TAKE_RATE_BURST_OPERATIONS / 64; i++)
    peer_send(peer, json_incref(batch));
  g_assert_null(get_code(peer_last(peer, "ack")));
  /* Connecting again does not help. */
  again = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  json_array_append_new(json_object_get(batch, "ops"), wire_request("dev-b", LOG_B, 65));
  json_array_remove(json_object_get(batch, "ops"), 0);
  peer_send(again, json_incref(batch));
  g_assert_cmpstr(get_code(peer_last(again, "ack")), ==, "rate-limited");
  g_assert_cmpint(get_have(peer_last(again, "ack"), LOG_B), ==, 64);
  retry = json_object_get(json_array_get(json_object_get(peer_last(again, "ack"), "refused"), 0),
                          "retryMs");
  g_assert_cmpint(json_integer_value(retry), >, 0);
  house->now_ms += json_integer_value(retry);
  peer_send(again, json_incref(batch));
  g_assert_null(get_code(peer_last(again, "ack")));
  g_assert_cmpint(get_have(peer_last(again, "ack"), LOG_B), ==, 65);
  json_decref(batch);
}

static void
test_too_many(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  json_t *batch = make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF), NULL);

  for (gint64 seq = 1; seq <= 65; seq++)
    json_array_append_new(json_object_get(batch, "ops"), wire_request("dev-b", LOG_B, seq));
  peer_send(peer, batch);
  g_assert_null(peer_last(peer, "ack"));
  g_assert_cmpint(bh_property_get_seq(hub->property, LOG_B), ==, 0);
}

/* --- a channel that is full --- */

static void
test_full_channel(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);

  peer_say(peer, NOTHING);
  peer->room = 0;
  peer_forget(peer);
  write_some(hub, 3);
  peer_send(peer, make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF),
                           wire_request("dev-b", LOG_B, 1), NULL));
  bh_replicator_wake(hub->replicator);
  house_run(house, 1000);
  g_assert_cmpuint(peer->messages->len, ==, 0);
  peer->room = G_MAXUINT;
  bh_replicator_ready(hub->replicator, peer->link);
  house_settle();
  g_assert_cmpuint(peer_count(peer, "ack"), ==, 1);
  g_assert_cmpuint(peer_count(peer, "have"), ==, 1);
  g_assert_cmpuint(count_ops(peer), ==, 3);
}

/* --- snapshots --- */

#define WANTS_SNAPSHOT "{'type': 'have', 'have': {}, 'level': 'device', 'snapshot': true}"

static void
ack_part(Peer *peer, const json_t *part)
{
  peer_send(peer, json_pack("{s:s, s:O, s:O, s:{}, s:s}", "type", "ack", "ref",
                            json_object_get(part, "id"), "part", json_object_get(part, "part"),
                            "have", "level", "device"));
}

static void
test_snapshot(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) author = peer_new(hub, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) peer = NULL;
  g_autoptr(Peer) again = NULL;
  g_autofree char *first_id = NULL;
  guint acked = 0;

  write_some(hub, BH_REPLICATOR_SNAPSHOT_OPERATIONS + 1);
  peer_send(author, make_ops("1", house_document(house, "dev-b", BH_ROLE_STAFF),
                             make_wire("dev-b", BH_ROLE_STAFF, PRIVATE_LOG_B, 1, "message.send",
                                       "message/m1", "{'to': {'role': 'staff'}, 'text': 'psst'}"),
                             NULL));
  /* Interrupted in the middle. */
  peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  peer_say(peer, WANTS_SNAPSHOT);
  g_assert_cmpuint(peer_count(peer, "snapshot"), ==, BH_SNAPSHOT_WINDOW);
  g_assert_cmpuint(count_ops(peer), ==, 0);
  first_id = g_strdup(json_string_value(json_object_get(peer_last(peer, "snapshot"), "id")));
  ack_part(peer, peer_last(peer, "snapshot"));
  g_clear_pointer(&peer, peer_free);

  again = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  peer_say(again, WANTS_SNAPSHOT);
  write_some(hub, 1);
  while (acked < peer_count(again, "snapshot")) {
    const json_t *part = again->messages->pdata[1 + acked++];
    g_autofree char *text = bh_json_to_text(part);

    g_assert_cmpstr(json_string_value(json_object_get(part, "id")), !=, first_id);
    g_assert_null(strstr(text, "psst"));
    g_assert_cmpuint(strlen(text), <, BH_SNAPSHOT_PART_BYTES + 2048);
    ack_part(again, part);
  }
  g_assert_cmpint(get_have(peer_last(again, "snapshot"), own_log(hub)), ==,
                  BH_REPLICATOR_SNAPSHOT_OPERATIONS + 1);
  /* What was written meanwhile follows, and nothing else. */
  g_assert_cmpuint(count_ops(again), ==, 1);
}

/* A peer that asks and never answers. */
static void
test_snapshot_silence(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);

  write_some(hub, BH_REPLICATOR_SNAPSHOT_OPERATIONS + 1);
  peer_say(peer, WANTS_SNAPSHOT);
  peer_say(peer, WANTS_SNAPSHOT);
  house_run(house, 5 * BH_SNAPSHOT_TIMEOUT_MS);
  g_assert_cmpuint(peer_count(peer, "snapshot"), <=, BH_SNAPSHOT_WINDOW * BH_SNAPSHOT_TRIES);
  g_assert_cmpuint(peer_count(peer, "have"), >, 1);
  /* With few missing one gets operations. */
  peer_forget(peer);
  peer_send(peer, json_pack("{s:s, s:{s:i}, s:s, s:b}", "type", "have", "have", own_log(hub), 2000,
                            "level", "device", "snapshot", 1));
  g_assert_cmpuint(count_ops(peer), ==, 1);
}

/* A peer that cannot derive from what it kept gets one in place of that; not as often as it likes.
 */
static void
test_snapshot_reset(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *hub = house_add(house, "hub", BH_ROLE_HUB);
  g_autoptr(Peer) peer = peer_new(hub, "dev-a", BH_ROLE_STAFF, FALSE);
  g_autoptr(json_t) wish = json_pack("{s:s, s:{}, s:s, s:b, s:b}", "type", "have", "have", "level",
                                     "device", "snapshot", 1, "reset", 1);

  write_some(hub, 1);
  json_object_set_new(json_object_get(wish, "have"), own_log(hub), json_integer(1));
  peer_send(peer, json_incref(wish));
  g_assert_cmpuint(peer_count(peer, "snapshot"), ==, 1);
  g_assert_true(json_is_true(json_object_get(peer_last(peer, "snapshot"), "reset")));
  ack_part(peer, peer_last(peer, "snapshot"));
  peer_send(peer, json_incref(wish));
  g_assert_cmpuint(peer_count(peer, "snapshot"), ==, 1);
  house_run(house, 11000);
  peer_send(peer, json_incref(wish));
  g_assert_cmpuint(peer_count(peer, "snapshot"), ==, 2);
}

/* A device never says that it is the hub, and serves no snapshots. */
static void
test_device(void)
{
  g_autoptr(House) house = house_new(1);
  Replica *device = house_add(house, "dev-a", BH_ROLE_STAFF);
  g_autoptr(Peer) peer = peer_new(device, "dev-b", BH_ROLE_STAFF, FALSE);
  g_autoptr(Peer) hub = peer_new(device, "hub", BH_ROLE_HUB, TRUE);
  const json_t *said;

  peer_say(peer, WANTS_SNAPSHOT);
  peer_say(hub, "{'type': 'have', 'have': {}, 'level': 'hub'}");
  peer_forget(peer);
  peer_forget(hub);
  write_some(device, 1);
  g_assert_cmpuint(count_ops(peer), ==, 1);
  g_assert_cmpuint(count_ops(hub), ==, 1);
  /* What the device says of itself is not the hub's word; what the hub says is passed on. */
  peer_send(peer, json_pack("{s:s, s:O, s:{s:i}, s:s}", "type", "ack", "ref",
                            json_object_get(peer_last(peer, "ops"), "id"), "have", own_log(device),
                            1, "level", "hub"));
  g_assert_cmpint(bh_property_get_safe_seq(device->property, own_log(device)), ==, 0);
  peer_send(hub, json_pack("{s:s, s:O, s:{s:i}, s:s}", "type", "ack", "ref",
                           json_object_get(peer_last(hub, "ops"), "id"), "have", own_log(device), 1,
                           "level", "hub"));
  g_assert_cmpint(bh_property_get_safe_seq(device->property, own_log(device)), ==, 1);
  house_run(house, 2 * BH_REPLICATOR_GATHER_MS);
  said = peer_last(peer, "ack");
  g_assert_nonnull(said);
  g_assert_null(json_object_get(said, "ref"));
  g_assert_cmpint(get_have(said, own_log(device)), ==, 1);

  /* Another's operations: to the hub after a moment; devices are told, and get them if they ask. */
  peer_forget(peer);
  peer_forget(hub);
  {
    g_autoptr(Peer) author = peer_new(device, "dev-c", BH_ROLE_STAFF, FALSE);

    peer_send(author, make_ops("1", house_document(house, "dev-c", BH_ROLE_STAFF),
                               wire_request("dev-c", LOG_C, 1), NULL));
    g_assert_cmpuint(count_ops(hub) + count_ops(peer), ==, 0);
    house_run(house, 2 * BH_REPLICATOR_GATHER_MS);
    g_assert_cmpuint(count_ops(hub), ==, 1);
    g_assert_cmpuint(count_ops(peer), ==, 0);
    g_assert_null(peer_last(author, "have") == NULL
                      ? NULL
                      : json_object_get(peer_last(author, "have"), "partial"));
  }
  said = peer_last(peer, "have");
  g_assert_true(json_is_true(json_object_get(said, "partial")));
  g_assert_cmpint(get_have(said, LOG_C), ==, 1);
  peer_say(peer, "{'type': 'have', 'have': {'" LOG_C "': 0}, 'level': 'device', 'partial': true}");
  g_assert_cmpuint(count_ops(peer), ==, 1);
  /* And the other way round: told of something, it asks after a moment. */
  peer_forget(peer);
  peer_say(peer, "{'type': 'have', 'have': {'" LOG_A "': 4}, 'level': 'device', 'partial': true}");
  g_assert_cmpuint(peer->messages->len, ==, 0);
  house_run(house, 2 * BH_REPLICATOR_GATHER_MS);
  g_assert_cmpint(get_have(peer_last(peer, "have"), LOG_A), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_log_set_writer_func(on_log, NULL, NULL);
  g_test_add_func("/replicator/window", test_window);
  g_test_add_func("/replicator/shared", test_shared);
  g_test_add_func("/replicator/silence", test_silence);
  g_test_add_func("/replicator/stall", test_stall);
  g_test_add_func("/replicator/refused", test_refused);
  g_test_add_func("/replicator/rate-limited-peer", test_rate_limited_peer);
  g_test_add_func("/replicator/members", test_members);
  g_test_add_func("/replicator/out-of-order", test_out_of_order);
  g_test_add_func("/replicator/copied-storage", test_copied_storage);
  g_test_add_func("/replicator/hostile-operations", test_hostile_operations);
  g_test_add_func("/replicator/hostile-squatter", test_hostile_squatter);
  g_test_add_func("/replicator/hostile-messages", test_hostile_messages);
  g_test_add_func("/replicator/unread-have", test_unread_have);
  g_test_add_func("/replicator/private", test_private);
  g_test_add_func("/replicator/rate-limit", test_rate_limit);
  g_test_add_func("/replicator/too-many", test_too_many);
  g_test_add_func("/replicator/full-channel", test_full_channel);
  g_test_add_func("/replicator/snapshot", test_snapshot);
  g_test_add_func("/replicator/snapshot-silence", test_snapshot_silence);
  g_test_add_func("/replicator/snapshot-reset", test_snapshot_reset);
  g_test_add_func("/replicator/device", test_device);
  return g_test_run();
}
