/* SPDX-License-Identifier: Apache-2.0 */
#include "base64url.h"
#include "cloud-book.h"
#include "cloud-proof.h"
#include "device.h"
#include "fake-client.h"
#include "id.h"
#include "membership.h"
#include "revocations.h"
#include "sign-key.h"
#include "transcript.h"

#include <string.h>

/* A property: a hub's key and what it has signed. Proofs are written against the transcripts, not
 * against cloud-proof.c. */
typedef struct {
  BhSignKey *key;
  const char *tenant_id;
} House;

typedef struct {
  House *house;
  BhSignKey *key; /* NULL: it is the hub */
  BhDevice *device;
  json_t *membership;
  FakeClient *client;
  guint8 nonce[32];
  json_t *challenge;
} Caller;

static BhSignalingServer *
cloud_new(BhLimit limit, guint64 value)
{
  const BhSignalingConfig config = {.cloud = TRUE, .id = "c", .name = "Cloud", .version = "1"};
  BhLimitSet limits;

  bh_limit_set_init(&limits);
  if (value != 0)
    bh_limit_set_put(&limits, limit, value);
  return bh_signaling_server_new(&config, &limits);
}

static House
house_new(guint8 seed, const char *tenant_id)
{
  guint8 bytes[BH_SIGN_KEY_BYTES] = {seed};

  return (House){bh_sign_key_new_from_seed(bytes), tenant_id};
}

static Caller *
caller_new(BhSignalingServer *server, House *house, BhRole role)
{
  const BhRemote remote = {.address = (char *)"203.0.113.9", .secure = TRUE};
  Caller *caller = g_new0(Caller, 1);

  caller->house = house;
  caller->client = fake_client_new_from(server, &remote);
  bh_id_random(caller->nonce, sizeof caller->nonce);
  if (role == BH_ROLE_HUB)
    return caller;
  caller->key = bh_sign_key_new();
  caller->device = bh_device_new(bh_sign_key_get_public(caller->key), role, "Anna",
                                 BH_DEVICE_KIND_LINK, NULL, 1000);
  caller->membership =
      bh_membership_issue(house->key, house->tenant_id, caller->device, g_get_real_time() / 1000);
  return caller;
}

static void
caller_free(Caller *caller)
{
  if (caller->client != NULL)
    fake_client_end(caller->client);
  g_clear_pointer(&caller->challenge, json_decref);
  g_clear_pointer(&caller->membership, json_decref);
  g_clear_pointer(&caller->device, bh_device_unref);
  g_clear_pointer(&caller->key, bh_sign_key_unref);
  g_free(caller);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Caller, caller_free)

/* @key: (nullable): of another hub */
static void
ask(Caller *caller, BhSignKey *key, const char *peer_id)
{
  g_autofree char *nonce = bh_base64url_encode(caller->nonce, sizeof caller->nonce);
  g_autofree char *hub_key = bh_base64url_encode(
      bh_sign_key_get_public(key != NULL ? key : caller->house->key), BH_SIGN_KEY_BYTES);
  g_autoptr(json_t) join = json_pack(
      "{s:s, s:s, s:s, s:s, s:s*, s:s*, s:s*, s:O*}", "type", "join", "tenantId",
      caller->house->tenant_id, "nonce", nonce, "hubKey", hub_key, "role",
      caller->device == NULL ? "hub" : NULL, "peerId", peer_id, "deviceId",
      caller->device != NULL ? caller->device->device_id : NULL, "membership", caller->membership);
  g_autofree char *text = bh_json_to_text(join);

  fake_client_say(caller->client, text);
}

/* @with: whose signature */
static void
prove(Caller *caller, BhSignKey *with)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES], server_nonce[32];
  g_autofree char *proof = NULL;
  g_auto(BhTranscript) transcript = {NULL};

  if (caller->challenge == NULL)
    caller->challenge = fake_client_expect(caller->client, "challenge");
  g_assert_null(json_object_get(caller->challenge, "serverProof"));
  g_assert_true(bh_base64url_decode_exact(fake_get(caller->challenge, "nonce"), server_nonce, 32));
  bh_transcript_init(&transcript,
                     caller->device != NULL ? "bellhop device proof v1" : "bellhop hub proof v1");
  bh_transcript_add_text(&transcript, caller->house->tenant_id);
  if (caller->device != NULL)
    bh_transcript_add_text(&transcript, caller->device->device_id);
  bh_transcript_add_text(&transcript, fake_get(caller->challenge, "peerId"));
  bh_transcript_add_bytes(&transcript, caller->nonce, 32);
  bh_transcript_add_bytes(&transcript, server_nonce, 32);
  if (caller->device != NULL) {
    bh_transcript_add_text(&transcript, NULL);
    bh_transcript_add_text(&transcript, NULL);
  }
  bh_transcript_add_bytes(&transcript, bh_sign_key_get_public(caller->house->key), 32);
  bh_sign_key_sign(with, transcript.bytes->data, transcript.bytes->len, signature);
  proof = bh_base64url_encode(signature, sizeof signature);
  fake_client_say_format(caller->client, "{\"type\":\"proof\",\"proof\":\"%s\"}", proof);
}

static json_t *
enter(Caller *caller, const char *peer_id)
{
  ask(caller, NULL, peer_id);
  prove(caller, caller->device != NULL ? caller->key : caller->house->key);
  return fake_client_expect(caller->client, "joined");
}

static void
expect_refusal(Caller *caller, const char *code, guint16 close_code)
{
  g_autoptr(json_t) error = fake_client_expect(caller->client, "error");

  g_assert_cmpstr(fake_get(error, "code"), ==, code);
  g_assert_cmpuint(caller->client->close_code, ==, close_code);
}

static void
say_revocations(Caller *hub, gint64 version, const char *device_id, json_t *before)
{
  g_autoptr(json_t) parts = json_pack("{s:I, s:[{s:s, s:o}]}", "version", (json_int_t)version,
                                      "revoked", "deviceId", device_id, "before", before);
  g_autoptr(json_t) document = bh_revocations_issue(hub->house->key, hub->house->tenant_id, parts);
  g_autoptr(json_t) message =
      json_pack("{s:s, s:O}", "type", "revocations", "revocations", document);
  g_autofree char *text = bh_json_to_text(message);

  fake_client_say(hub->client, text);
}

#define SERVERS_AND(more)                                                                          \
  "{\"type\":\"signaling-servers\",\"signalingServers\":"                                          \
  "[{\"url\":\"ws://10.0.0.2:8080/signal\",\"kind\":\"local\",\"more\":1}]" more "}"
#define SERVERS           SERVERS_AND("")
#define SERVERS_WITH(has) SERVERS_AND(",\"hasVisitors\":" has)

/* --- --- */

static void
test_rooms(void)
{
  BhSignalingServer *server = cloud_new(0, 0);
  House sol = house_new(1, "hotel"), luna = house_new(2, "hotel");

  {
    g_autoptr(Caller) hub = caller_new(server, &sol, BH_ROLE_HUB);
    g_autoptr(Caller) anna = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) other = caller_new(server, &luna, BH_ROLE_STAFF);
    g_autoptr(json_t) hub_joined = enter(hub, "hub-1");
    g_autoptr(json_t) joined = enter(anna, "anna-1");
    g_autoptr(json_t) other_joined = enter(other, "anna-1");
    g_autoptr(json_t) told = NULL;
    g_autoptr(json_t) offer = NULL;
    g_autoptr(json_t) answer = NULL;
    const json_t *first = json_array_get(json_object_get(joined, "peers"), 0);

    g_assert_cmpstr(fake_get(hub_joined, "role"), ==, "hub");
    g_assert_cmpstr(fake_get(hub_joined, "peerId"), ==, "hub-1");
    g_assert_cmpstr(fake_get(json_object_get(joined, "server"), "kind"), ==, "cloud");
    g_assert_cmpuint(json_array_size(json_object_get(joined, "peers")), ==, 1);
    g_assert_cmpstr(fake_get(first, "peerId"), ==, "hub-1");
    g_assert_cmpstr(fake_get(first, "role"), ==, "hub");
    /* The same tenant by name, of another key: nobody there. */
    g_assert_cmpuint(json_array_size(json_object_get(other_joined, "peers")), ==, 0);
    told = fake_client_expect(hub->client, "peer-joined");
    g_assert_cmpstr(fake_get(json_object_get(told, "peer"), "deviceId"), ==,
                    anna->device->device_id);
    fake_client_expect_nothing(hub->client);

    /* Without a target: to the hub, by the ordinary ways. */
    fake_client_say(anna->client, "{\"type\":\"offer\",\"sdp\":\"v=0\"}");
    offer = fake_client_expect(hub->client, "offer");
    g_assert_cmpstr(fake_get(offer, "fromPeerId"), ==, "anna-1");
    g_assert_null(json_object_get(offer, "tenantId"));
    fake_client_say(hub->client,
                    "{\"type\":\"answer\",\"sdp\":\"v=0\",\"targetPeerId\":\"anna-1\"}");
    answer = fake_client_expect(anna->client, "answer");
    g_assert_cmpstr(fake_get(answer, "fromPeerId"), ==, "hub-1");
    /* And no data. */
    fake_client_say(anna->client, "{\"type\":\"relay\",\"payload\":1}");
    fake_client_expect_error(anna->client, "forbidden", "relay");
    fake_client_say(hub->client, "{\"type\":\"relay\",\"payload\":1,\"targetPeerId\":\"anna-1\"}");
    fake_client_expect_error(hub->client, "forbidden", "relay");
  }
  bh_sign_key_unref(sol.key);
  bh_sign_key_unref(luna.key);
  fake_server_end(server);
}

static void
test_refusals(void)
{
  BhSignalingServer *server = cloud_new(0, 0);
  House sol = house_new(1, "hotel"), luna = house_new(2, "hotel");

  {
    g_autoptr(Caller) forged = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) liar = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) false_hub = caller_new(server, &sol, BH_ROLE_HUB);
    g_autoptr(Caller) replayer = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) bare = caller_new(server, &sol, BH_ROLE_STAFF);

    /* A membership of one hub, and the key of another. */
    ask(forged, luna.key, NULL);
    fake_client_expect_error(forged->client, "unauthorized", "join");
    /* Somebody else's membership, whole and valid. */
    ask(liar, NULL, NULL);
    prove(liar, luna.key);
    expect_refusal(liar, "unauthorized", 1008);
    /* The hub's key is known to all its devices, and is no secret. */
    ask(false_hub, NULL, "hub-1");
    prove(false_hub, luna.key);
    expect_refusal(false_hub, "unauthorized", 1008);
    /* A proof of an earlier challenge. */
    ask(replayer, NULL, NULL);
    replayer->challenge = fake_client_expect(replayer->client, "challenge");
    ask(replayer, NULL, NULL);
    json_decref(fake_client_expect(replayer->client, "challenge"));
    prove(replayer, replayer->key);
    expect_refusal(replayer, "unauthorized", 1008);

    fake_client_say(bare->client, "{\"type\":\"join\",\"tenantId\":\"hotel\"}");
    fake_client_expect_error(bare->client, "unauthorized", "join");
    fake_client_say(bare->client, "{\"type\":\"join\",\"tenantId\":\"hotel\",\"guest\":\"x\"}");
    fake_client_expect_error(bare->client, "forbidden", "join");
    fake_client_say(bare->client, "{\"type\":\"join\",\"tenantId\":\"hotel\",\"token\":\"x\"}");
    fake_client_expect_error(bare->client, "unauthorized", "join");
    fake_client_say(bare->client, SERVERS);
    fake_client_expect_error(bare->client, "not-joined", "signaling-servers");
    g_assert_false(bh_signaling_session_has_joined(bare->client->session));
  }
  bh_sign_key_unref(sol.key);
  bh_sign_key_unref(luna.key);
  fake_server_end(server);
}

static void
test_revocations(void)
{
  BhSignalingServer *server = cloud_new(0, 0);
  House sol = house_new(1, "hotel");

  {
    g_autoptr(Caller) hub = caller_new(server, &sol, BH_ROLE_HUB);
    g_autoptr(Caller) anna = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) bob = caller_new(server, &sol, BH_ROLE_KITCHEN);
    const BhRemote remote = {.address = (char *)"203.0.113.9", .secure = TRUE};

    json_decref(enter(hub, "hub-1"));
    json_decref(enter(anna, "anna-1"));
    json_decref(enter(bob, "bob-1"));
    fake_client_forget(anna->client);
    fake_client_forget(hub->client);

    /* Devices have no say in it. */
    say_revocations(anna, 5, bob->device->device_id, json_null());
    fake_client_expect_error(anna->client, "forbidden", "revocations");

    say_revocations(hub, 5, bob->device->device_id, json_null());
    json_decref(fake_client_expect(anna->client, "revocations"));
    json_decref(fake_client_expect(bob->client, "revocations"));
    expect_refusal(bob, "revoked", 4001);
    json_decref(fake_client_expect(hub->client, "peer-left"));

    /* An older one undoes nothing. */
    say_revocations(hub, 4, "nobody", json_null());
    fake_client_expect_error(hub->client, "forbidden", "revocations");

    /* Nor does the hub's being away. */
    fake_client_end(hub->client);
    hub->client = NULL;
    fake_client_end(bob->client);
    bob->client = fake_client_new_from(server, &remote);
    g_clear_pointer(&bob->challenge, json_decref);
    ask(bob, NULL, NULL);
    prove(bob, bob->key);
    expect_refusal(bob, "revoked", 4001);

    /* Another membership since: not that one any more. */
    fake_client_forget(anna->client);
    hub->client = fake_client_new_from(server, &remote);
    g_clear_pointer(&hub->challenge, json_decref);
    json_decref(enter(hub, "hub-1"));
    fake_client_forget(anna->client);
    say_revocations(hub, 6, anna->device->device_id,
                    json_integer(g_get_real_time() / 1000 + 60000));
    json_decref(fake_client_expect(anna->client, "revocations"));
    expect_refusal(anna, "role-changed", 4001);
  }
  bh_sign_key_unref(sol.key);
  fake_server_end(server);
}

static void
assert_visitors(BhSignalingServer *server, const House *house, BhVisitors expected)
{
  BhVisitors visitors;

  bh_signaling_server_find_hub_address(server, house->tenant_id, bh_sign_key_get_public(house->key),
                                       &visitors);
  g_assert_cmpint(visitors, ==, expected);
}

static void
test_servers(void)
{
  BhSignalingServer *server = cloud_new(0, 0);
  House sol = house_new(1, "hotel"), luna = house_new(2, "hotel");

  {
    g_autoptr(Caller) hub = caller_new(server, &sol, BH_ROLE_HUB);
    g_autoptr(Caller) anna = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) bob = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(json_t) told = NULL;
    g_autoptr(json_t) joined = NULL;
    const json_t *entry;

    json_decref(enter(hub, "hub-1"));
    json_decref(enter(anna, "anna-1"));
    fake_client_say(hub->client, SERVERS);
    told = fake_client_expect(anna->client, "signaling-servers");
    entry = json_array_get(json_object_get(told, "signalingServers"), 0);
    g_assert_cmpstr(fake_get(entry, "url"), ==, "ws://10.0.0.2:8080/signal");
    g_assert_null(json_object_get(entry, "more"));
    fake_client_say(anna->client, SERVERS);
    fake_client_expect_error(anna->client, "forbidden", "signaling-servers");
    fake_client_forget(hub->client);
    fake_client_say(hub->client, "{\"type\":\"signaling-servers\",\"signalingServers\":"
                                 "[{\"url\":\"javascript:1\"}]}");
    fake_client_expect_error(hub->client, "bad-message", "signaling-servers");
    joined = enter(bob, "bob-1");
    g_assert_cmpuint(json_array_size(json_object_get(joined, "signalingServers")), ==, 1);
    assert_visitors(server, &sol, BH_VISITORS_UNKNOWN);
    /* News of visitors is none to those in the room. */
    fake_client_forget(anna->client);
    fake_client_forget(hub->client);
    fake_client_say(hub->client, SERVERS_WITH("true"));
    fake_client_expect_nothing(anna->client);
    assert_visitors(server, &sol, BH_VISITORS_SOME);
    fake_client_say(hub->client, SERVERS_WITH("false"));
    assert_visitors(server, &sol, BH_VISITORS_NONE);
    fake_client_say(hub->client, SERVERS_WITH("1"));
    fake_client_expect_error(hub->client, "bad-message", "signaling-servers");
    assert_visitors(server, &sol, BH_VISITORS_NONE);
    fake_client_say(hub->client, SERVERS);
    assert_visitors(server, &sol, BH_VISITORS_UNKNOWN);
    assert_visitors(server, &luna, BH_VISITORS_UNKNOWN);
  }
  bh_sign_key_unref(luna.key);
  bh_sign_key_unref(sol.key);
  fake_server_end(server);
}

/* A newer connection of the hub takes over, under its name; the older learns it. */
static void
test_second_hub(void)
{
  BhSignalingServer *server = cloud_new(BH_LIMIT_PEERS, 1);
  House sol = house_new(1, "hotel");

  {
    g_autoptr(Caller) first = caller_new(server, &sol, BH_ROLE_HUB);
    g_autoptr(Caller) second = caller_new(server, &sol, BH_ROLE_HUB);
    g_autoptr(json_t) joined = NULL;

    json_decref(enter(first, "hub-1"));
    joined = enter(second, "hub-1");
    g_assert_cmpstr(fake_get(joined, "peerId"), ==, "hub-1");
    g_assert_cmpuint(json_array_size(json_object_get(joined, "peers")), ==, 0);
    g_assert_cmpuint(first->client->close_code, ==, 1008);
    fake_client_say(first->client, SERVERS);
    fake_client_expect_nothing(first->client);
  }
  {
    /* A full room lets its hub in. */
    g_autoptr(Caller) anna = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) bob = caller_new(server, &sol, BH_ROLE_STAFF);
    g_autoptr(Caller) hub = caller_new(server, &sol, BH_ROLE_HUB);

    json_decref(enter(anna, NULL));
    ask(bob, NULL, NULL);
    prove(bob, bob->key);
    expect_refusal(bob, "tenant-full", 1013);
    json_decref(enter(hub, NULL));
  }
  bh_sign_key_unref(sol.key);
  fake_server_end(server);
}

static void
test_too_many_rooms(void)
{
  BhSignalingServer *server = cloud_new(BH_LIMIT_TENANTS, 1);
  House sol = house_new(1, "hotel"), luna = house_new(2, "hotel");

  {
    g_autoptr(Caller) luna_hub = caller_new(server, &luna, BH_ROLE_HUB);
    g_autoptr(Caller) again = caller_new(server, &luna, BH_ROLE_HUB);

    {
      g_autoptr(Caller) hub = caller_new(server, &sol, BH_ROLE_HUB);

      json_decref(enter(hub, NULL));
      ask(luna_hub, NULL, NULL);
      prove(luna_hub, luna.key);
      expect_refusal(luna_hub, "tenant-full", 1013);
    }
    /* The empty room is no room. */
    json_decref(enter(again, NULL));
  }
  bh_sign_key_unref(sol.key);
  bh_sign_key_unref(luna.key);
  fake_server_end(server);
}

/* --- the book --- */

static BhRevocations *
make_revocations(gint64 version, json_t **document)
{
  House sol = house_new(1, "hotel");
  g_autoptr(json_t) parts = json_pack("{s:I, s:[]}", "version", (json_int_t)version, "revoked");
  BhRevocations *revocations;

  *document = bh_revocations_issue(sol.key, "hotel", parts);
  revocations = bh_revocations_parse(*document, bh_sign_key_get_public(sol.key), "hotel", NULL);
  g_assert_nonnull(revocations);
  bh_sign_key_unref(sol.key);
  return revocations;
}

static void
test_book(void)
{
  g_autoptr(BhCloudBook) book = bh_cloud_book_new(2);
  g_autoptr(json_t) document = NULL;
  BhRevocations *revocations = make_revocations(3, &document);

  /* Empty ones are not kept. */
  bh_cloud_book_open(book, "a");
  bh_cloud_book_close(book, "a");
  g_assert_cmpuint(bh_cloud_book_count(book), ==, 0);

  bh_cloud_book_open(book, "a");
  g_assert_true(bh_cloud_book_put_revocations(book, "a", document, revocations));
  bh_cloud_book_close(book, "a");
  g_assert_true(bh_cloud_book_get_document(book, "a") == document);
  /* Two open ones, and no place for a third; the closed one goes first. */
  bh_cloud_book_open(book, "b");
  bh_cloud_book_open(book, "c");
  g_assert_null(bh_cloud_book_get_document(book, "a"));
  g_assert_false(bh_cloud_book_put_servers(book, "d", document));
  g_assert_true(bh_cloud_book_put_servers(book, "b", document));
  g_assert_cmpuint(bh_cloud_book_count(book), ==, 2);
}

/* --- the examples --- */

static void
test_examples(void)
{
  static const char *const names[] = {"client-cloud-join.json", "client-cloud-join-hub.json",
                                      "client-cloud-revocations.json",
                                      "client-cloud-signaling-servers.json"};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    BhSignalingServer *server = cloud_new(0, 0);
    House sol = house_new(1, "hotel-sol");
    Caller *hub = caller_new(server, &sol, BH_ROLE_HUB);
    g_autofree char *path = g_build_filename(g_getenv("BH_EXAMPLES"), names[i], NULL);
    g_autofree char *text = NULL;
    g_autoptr(json_t) answer = NULL;

    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    if (i >= 2)
      json_decref(enter(hub, NULL));
    fake_client_say(hub->client, text);
    answer = fake_client_take(hub->client);
    /* The example's membership is of its time and its list of another hub. */
    if (i == 0)
      g_assert_cmpstr(fake_get(answer, "code"), ==, "unauthorized");
    else if (i == 1)
      g_assert_cmpstr(fake_get(answer, "type"), ==, "challenge");
    else if (i == 2)
      g_assert_cmpstr(fake_get(answer, "message"), ==, "this is not signed by the hub");
    else
      g_assert_null(answer);
    caller_free(hub);
    bh_sign_key_unref(sol.key);
    fake_server_end(server);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cloud/rooms", test_rooms);
  g_test_add_func("/cloud/refusals", test_refusals);
  g_test_add_func("/cloud/revocations", test_revocations);
  g_test_add_func("/cloud/servers", test_servers);
  g_test_add_func("/cloud/second-hub", test_second_hub);
  g_test_add_func("/cloud/too-many-rooms", test_too_many_rooms);
  g_test_add_func("/cloud/book", test_book);
  g_test_add_func("/cloud/examples", test_examples);
  return g_test_run();
}
