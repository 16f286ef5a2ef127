/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-house.h"

#include <string.h>

#include "base64url.h"
#include "device-token.h"
#include "membership.h"
#include "signaling-session.h"
#include "transcript.h"

#define PROOF_OF(text) "{\"type\":\"proof\",\"proof\":\"" text "\"}"

/* --- those who belong --- */

static void
assert_membership(FakeHouse *house, FakeDevice *device, const json_t *joined, const char *name)
{
  g_autoptr(BhMembership) membership =
      bh_membership_parse(json_object_get(joined, "membership"),
                          bh_sign_key_get_public(house->hub_key), g_get_real_time() / 1000, NULL);

  g_assert_nonnull(membership);
  g_assert_cmpstr(membership->tenant_id, ==, "hotel");
  g_assert_cmpstr(membership->device_id, ==, device->device_id);
  g_assert_cmpmem(membership->public_key, BH_SIGN_KEY_BYTES, bh_sign_key_get_public(device->key),
                  BH_SIGN_KEY_BYTES);
  g_assert_cmpint(membership->role, ==, BH_ROLE_KITCHEN);
  g_assert_cmpstr(membership->name, ==, name);
}

/* Role and name are the record's, whatever the join says. */
static void
test_proof(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeClient *hub = fake_hub_new(house->server, "the-hub");
  FakeDevice *device = fake_device_new(house, BH_ROLE_KITCHEN, "Grill");
  g_autoptr(json_t) joined = NULL;
  g_autoptr(json_t) told = NULL;
  const json_t *card;

  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, "\"peerId\":\"grill-1\",\"role\":\"manager\",\"name\":\"Boss\"");
  fake_device_take_challenge(device);
  g_assert_cmpstr(device->peer_id, ==, "grill-1");
  g_assert_false(bh_signaling_session_has_joined(device->client->session));
  fake_client_expect_nothing(hub);
  fake_device_prove(device);
  joined = fake_device_expect(device, "joined");
  g_assert_cmpstr(fake_get(joined, "peerId"), ==, "grill-1");
  g_assert_cmpstr(fake_get(joined, "role"), ==, "kitchen");
  g_assert_true(json_is_true(json_object_get(joined, "sealed")));
  g_assert_nonnull(fake_get(json_object_get(joined, "revocations"), "sig"));
  assert_membership(house, device, joined, "Grill");
  g_assert_true(bh_signaling_session_has_joined(device->client->session));

  told = fake_client_expect(hub, "peer-joined");
  card = json_object_get(told, "peer");
  g_assert_cmpstr(fake_get(card, "role"), ==, "kitchen");
  g_assert_cmpstr(fake_get(card, "name"), ==, "Grill");
  g_assert_cmpstr(fake_get(card, "deviceId"), ==, device->device_id);
  g_assert_true(bh_signaling_server_is_proved(house->server, "hotel", "grill-1"));
  g_assert_false(bh_signaling_server_is_proved(house->server, "hotel", "the-hub"));
  g_assert_cmpint(bh_device_book_get_seen_ms(house->gate.devices, device->device_id), >, 0);
  fake_device_free(device);
  fake_client_end(hub);
  fake_house_free(house);
}

/* Nothing needs to be sealed inside TLS; outside it must be. */
static void
test_keys(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *device = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  g_autoptr(json_t) joined = NULL;

  fake_device_connect(device, &house->outside);
  fake_device_ask(device, FALSE, NULL);
  fake_client_expect_error(device->client, "bad-message", "join");
  fake_client_say_format(device->client,
                         "{\"type\":\"join\",\"deviceId\":\"%s\","
                         "\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
                         "\"key\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
                         device->device_id);
  fake_client_expect_error(device->client, "bad-message", "join"); /* a key of small order */
  fake_client_say(device->client, PROOF_OF("AAAA"));
  fake_client_expect_error(device->client, "not-joined", "proof");

  fake_device_connect(device, &house->secure);
  fake_device_ask(device, FALSE, NULL);
  fake_device_take_challenge(device);
  fake_device_prove(device);
  joined = fake_device_expect(device, "joined");
  g_assert_true(json_is_false(json_object_get(joined, "sealed")));
  fake_device_free(device);
  fake_house_free(house);
}

static void
test_token(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *device = fake_device_new(house, BH_ROLE_POS, "Till");
  FakeDevice *other = fake_device_new_stranger(house);
  const guint8 *hub_key = bh_sign_key_get_public(house->hub_key);
  g_autofree char *token = bh_device_token_make(device->device_id, device->key, hub_key);
  g_autofree char *wrong = bh_device_token_make(device->device_id, other->key, hub_key);
  g_autoptr(json_t) joined = NULL;

  fake_device_connect(device, &house->outside);
  fake_client_say_format(device->client, "{\"type\":\"join\",\"token\":\"%s\"}", token);
  fake_client_expect_error(device->client, "unauthorized", "join");
  fake_device_connect(device, NULL);
  fake_client_say_format(device->client, "{\"type\":\"join\",\"token\":\"%s\"}", token);
  fake_client_expect_error(device->client, "unauthorized", "join");

  fake_device_connect(device, &house->secure);
  fake_client_say_format(device->client, "{\"type\":\"join\",\"token\":\"%s\"}", wrong);
  fake_client_expect_error(device->client, "unauthorized", "join");
  fake_client_say(device->client, "{\"type\":\"join\",\"token\":\"bht1.x.y.z\"}");
  fake_client_expect_error(device->client, "unauthorized", "join");
  fake_client_say_format(device->client, "{\"type\":\"join\",\"token\":\"%s\"}", token);
  joined = fake_client_expect(device->client, "joined");
  g_assert_cmpstr(fake_get(joined, "role"), ==, "pos");
  g_assert_true(json_is_false(json_object_get(joined, "sealed")));
  g_assert_nonnull(json_object_get(joined, "membership"));
  fake_device_free(device);
  fake_device_free(other);
  fake_house_free(house);
}

/* A challenge that it never answered, and another way in: the proof comes too late. */
static void
test_proof_after_token(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeClient *hub = fake_hub_new(house->server, "the-hub");
  FakeDevice *device = fake_device_new(house, BH_ROLE_POS, "Till");
  g_autofree char *token =
      bh_device_token_make(device->device_id, device->key, bh_sign_key_get_public(house->hub_key));
  g_autoptr(json_t) joined = NULL;
  g_autoptr(json_t) told = NULL;

  fake_device_connect(device, &house->secure);
  fake_device_ask(device, FALSE, "\"peerId\":\"till-1\"");
  fake_device_take_challenge(device);
  fake_client_say_format(device->client, "{\"type\":\"join\",\"token\":\"%s\"}", token);
  joined = fake_client_expect(device->client, "joined");
  told = fake_client_expect(hub, "peer-joined");
  fake_device_prove(device);
  fake_client_expect_error(device->client, "bad-message", "proof");
  fake_client_expect_nothing(hub);
  g_assert_true(bh_signaling_session_has_joined(device->client->session));
  fake_device_free(device);
  fake_client_end(hub);
  fake_house_free(house);
}

/* --- those who do not --- */

static void
assert_shut(FakeDevice *device, guint16 code)
{
  g_assert_cmpuint(device->client->close_code, ==, code);
  g_assert_false(bh_signaling_session_has_joined(device->client->session));
  fake_device_say(device, "{\"type\":\"relay\",\"payload\":1}");
  fake_client_expect_nothing(device->client);
}

static void
test_bare_joins(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeClient *client = fake_client_new_from(house->server, &house->secure);
  static const char *const joins[] = {
      "{\"type\":\"join\"}",
      "{\"type\":\"join\",\"role\":\"manager\"}",
      "{\"type\":\"join\",\"role\":\"guest\"}",
      "{\"type\":\"join\",\"deviceId\":\"d\"}",
      "{\"type\":\"join\",\"token\":\"\"}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(joins); i++) {
    fake_client_say(client, joins[i]);
    fake_client_expect_error(client, "unauthorized", "join");
  }
  fake_client_say(client, "{\"type\":\"join\",\"nonce\":\"AAAA\"}");
  fake_client_expect_error(client, "bad-message", "join");
  fake_client_say(client,
                  "{\"type\":\"join\",\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}");
  fake_client_expect_error(client, "bad-message", "join"); /* no deviceId */
  fake_client_say(client, "{\"type\":\"proof\"}");
  fake_client_expect_error(client, "bad-message", "proof");
  fake_client_say(client, PROOF_OF("AAAA"));
  fake_client_expect_error(client, "not-joined", "proof");
  fake_client_end(client);
  fake_house_free(house);
}

/* The same members, of the same sizes; only the proof tells. */
static void
test_strangers_are_challenged_too(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *known = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  FakeDevice *stranger = fake_device_new_stranger(house);
  const char *key;
  json_t *value;

  fake_device_connect(known, &house->outside);
  fake_device_connect(stranger, &house->outside);
  fake_device_ask(known, TRUE, NULL);
  fake_device_ask(stranger, TRUE, NULL);
  fake_device_take_challenge(known);
  fake_device_take_challenge(stranger);
  g_assert_cmpuint(json_object_size(known->challenge), ==, json_object_size(stranger->challenge));
  json_object_foreach(known->challenge, key, value) g_assert_cmpuint(
      json_string_length(value), ==, json_string_length(json_object_get(stranger->challenge, key)));

  /* Both with a proof of no worth: the same words. */
  fake_device_start_sealing(known);
  fake_device_start_sealing(stranger);
  fake_client_say(known->client, PROOF_OF("AAAA"));
  fake_client_say(stranger->client, PROOF_OF("AAAA"));
  {
    g_autoptr(json_t) a = fake_device_expect(known, "error");
    g_autoptr(json_t) b = fake_device_expect(stranger, "error");

    g_assert_true(json_equal(a, b));
    g_assert_cmpstr(fake_get(a, "code"), ==, "unauthorized");
  }
  assert_shut(known, 1008);
  assert_shut(stranger, 1008);
  fake_device_free(known);
  fake_device_free(stranger);
  fake_house_free(house);
}

static void
test_wrong_proofs(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *device = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  FakeDevice *thief = fake_device_new(house, BH_ROLE_MANAGER, "Thief");
  g_autofree char *replayed = NULL;
  g_autofree char *stolen = NULL;

  /* What was right once. */
  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  replayed = fake_device_sign(device);
  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  fake_device_start_sealing(device);
  fake_client_say_format(device->client, "{\"type\":\"proof\",\"proof\":\"%s\"}", replayed);
  fake_device_expect_error(device, "unauthorized");
  assert_shut(device, 1008);

  /* Of another paired device, under this one's name. */
  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  {
    BhSignKey *own = device->key;

    device->key = thief->key;
    stolen = fake_device_sign(device);
    device->key = own;
  }
  fake_device_start_sealing(device);
  fake_client_say_format(device->client, "{\"type\":\"proof\",\"proof\":\"%s\"}", stolen);
  fake_device_expect_error(device, "unauthorized");
  assert_shut(device, 1008);

  /* A join after a challenge begins anew: the first challenge is worth nothing. */
  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  g_free(replayed);
  replayed = fake_device_sign(device);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  fake_device_start_sealing(device);
  fake_client_say_format(device->client, "{\"type\":\"proof\",\"proof\":\"%s\"}", replayed);
  fake_device_expect_error(device, "unauthorized");
  assert_shut(device, 1008);

  /* A second proof. */
  fake_device_connect(device, &house->outside);
  json_decref(fake_device_join(device, NULL));
  fake_device_say(device, PROOF_OF("AAAA"));
  fake_device_expect_error(device, "bad-message");
  g_assert_cmpuint(device->client->close_code, ==, 0);
  fake_device_free(device);
  fake_device_free(thief);
  fake_house_free(house);
}

/*
 * A rogue server with the hub's name stands between: it asks the real hub for a challenge with the
 * device's own nonce and hands it on. Whatever it puts in of its own, both sides notice.
 */
static gboolean
is_server_proof(FakeDevice *device, const json_t *challenge)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES], nonce[32], key[32];
  g_auto(BhTranscript) t = {NULL};

  g_assert_true(bh_base64url_decode_exact(fake_get(challenge, "nonce"), nonce, sizeof nonce));
  g_assert_true(bh_base64url_decode_exact(fake_get(challenge, "key"), key, sizeof key));
  g_assert_true(
      bh_base64url_decode_exact(fake_get(challenge, "serverProof"), signature, sizeof signature));
  bh_transcript_init(&t, "bellhop server proof v1");
  bh_transcript_add_text(&t, "hotel");
  bh_transcript_add_text(&t, device->device_id);
  bh_transcript_add_text(&t, fake_get(challenge, "peerId"));
  bh_transcript_add_bytes(&t, device->nonce, sizeof device->nonce);
  bh_transcript_add_bytes(&t, nonce, sizeof nonce);
  bh_transcript_add_bytes(&t, bh_exchange_key_get_public(device->exchange), 32);
  bh_transcript_add_bytes(&t, key, sizeof key);
  return bh_sign_key_verify(bh_sign_key_get_public(device->house->hub_key), t.bytes->data,
                            t.bytes->len, signature);
}

static void
set_bytes(json_t *object, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *text = bh_base64url_encode(bytes, length);

  json_object_set_new(object, name, json_string(text));
}

static void
test_rogue_between(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *device = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  g_autoptr(BhExchangeKey) rogue_exchange = bh_exchange_key_new();
  g_autoptr(BhSignKey) rogue_key = bh_sign_key_new();
  g_autofree char *honest_nonce = NULL;
  g_autofree char *proof = NULL;
  g_autoptr(json_t) swapped = NULL;

  /* Only forwards: it passes, and learns nothing, since what follows is sealed end to end. */
  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  g_assert_true(is_server_proof(device, device->challenge));

  /* Its own X25519 key towards the device. */
  swapped = json_copy(device->challenge);
  set_bytes(swapped, "key", bh_exchange_key_get_public(rogue_exchange), 32);
  g_assert_false(is_server_proof(device, swapped));

  /* Its own X25519 key towards the hub: the device has signed for the key that it sent. */
  honest_nonce = bh_base64url_encode(device->nonce, sizeof device->nonce);
  {
    FakeClient *rogue = fake_client_new_from(house->server, &house->outside);
    g_autofree char *key =
        bh_base64url_encode(bh_exchange_key_get_public(rogue_exchange), BH_EXCHANGE_KEY_BYTES);
    g_autoptr(json_t) challenge = NULL;

    fake_client_say_format(
        rogue, "{\"type\":\"join\",\"deviceId\":\"%s\",\"nonce\":\"%s\",\"key\":\"%s\"}",
        device->device_id, honest_nonce, key);
    challenge = fake_client_expect(rogue, "challenge");
    g_assert_false(is_server_proof(device, challenge));
    /* Also if the device were careless and signed: the hub's transcript has the rogue's key. */
    json_decref(device->challenge);
    device->challenge = json_incref(challenge);
    g_free(device->peer_id);
    device->peer_id = g_strdup(fake_get(challenge, "peerId"));
    proof = fake_device_sign(device);
    fake_client_say_format(rogue, "{\"type\":\"proof\",\"proof\":\"%s\"}", proof);
    g_assert_cmpuint(rogue->close_code, ==, 1008);
    fake_client_end(rogue);
  }

  /* Its own hub key: the device signs for the key that it was shown, if it has none pinned yet. */
  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  {
    BhSignKey *own = house->hub_key;

    house->hub_key = rogue_key;
    g_free(proof);
    proof = fake_device_sign(device);
    house->hub_key = own;
  }
  fake_client_say_format(device->client, "{\"type\":\"proof\",\"proof\":\"%s\"}", proof);
  g_assert_cmpuint(device->client->close_code, ==, 1008);
  fake_device_free(device);
  fake_house_free(house);
}

/* --- revoked --- */

static void
revoke_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  bh_device_book_revoke_finish(BH_DEVICE_BOOK(source), result, &error);
  g_assert_no_error(error);
  *(gboolean *)user_data = TRUE;
}

/* The book speaks after the commit, and only of what the store has: this record is in both. */
static void
add_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhDevice) added = bh_device_book_add_finish(BH_DEVICE_BOOK(source), result, &error);

  g_assert_no_error(error);
  *(gboolean *)user_data = added != NULL;
}

static FakeDevice *
add_device(FakeHouse *house)
{
  FakeDevice *device = fake_device_new_stranger(house);
  g_autoptr(BhDevice) record = bh_device_new(bh_sign_key_get_public(device->key), BH_ROLE_STAFF,
                                             "Anna", BH_DEVICE_KIND_LINK, NULL, 1);
  gboolean done = FALSE;

  g_free(device->device_id);
  device->device_id = g_strdup(record->device_id);
  bh_device_book_add_async(house->gate.devices, record, add_cb, &done);
  while (!done)
    g_main_context_iteration(NULL, TRUE);
  return device;
}

static void
remove_device(FakeHouse *house, FakeDevice *device)
{
  gboolean done = FALSE;

  bh_device_book_revoke_async(house->gate.devices, device->device_id, g_get_real_time() / 1000,
                              revoke_cb, &done);
  while (!done)
    g_main_context_iteration(NULL, TRUE);
}

static void
test_revoked(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *device = add_device(house);
  FakeDevice *thief = fake_device_new_stranger(house);
  g_autofree char *token =
      bh_device_token_make(device->device_id, device->key, bh_sign_key_get_public(house->hub_key));

  /* Between challenge and proof. */
  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  remove_device(house, device);
  fake_device_prove(device);
  fake_device_expect_error(device, "revoked");
  assert_shut(device, 4001);

  /* Only to the device itself: a wrong proof learns nothing. */
  g_free(thief->device_id);
  thief->device_id = g_strdup(device->device_id);
  fake_device_connect(thief, &house->outside);
  fake_device_ask(thief, TRUE, NULL);
  fake_device_take_challenge(thief);
  fake_device_prove(thief);
  fake_device_expect_error(thief, "unauthorized");

  fake_device_connect(device, &house->secure);
  fake_client_say_format(device->client, "{\"type\":\"join\",\"token\":\"%s\"}", token);
  fake_client_expect_error(device->client, "revoked", "join");
  fake_device_free(device);
  fake_device_free(thief);
  fake_house_free(house);
}

/* --- floods --- */

static void
test_proofs_are_bounded(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *device = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  guint challenged = 0, limited = 0;

  for (guint i = 0; i < 2 * BH_SIGNALING_PROOFS_PER_SECOND; i++) {
    g_autoptr(json_t) answer = NULL;

    fake_device_connect(device, &house->secure);
    fake_device_ask(device, FALSE, NULL);
    answer = fake_client_take(device->client);
    if (g_str_equal(fake_get(answer, "type"), "challenge"))
      challenged++;
    else if (g_str_equal(fake_get(answer, "code"), "rate-limited"))
      limited++;
  }
  g_assert_cmpuint(challenged, >=, BH_SIGNALING_PROOF_BURST);
  g_assert_cmpuint(limited, >, 0);
  g_assert_cmpuint(challenged + limited, ==, 2 * BH_SIGNALING_PROOFS_PER_SECOND);
  fake_device_free(device);
  fake_house_free(house);
}

/* One address that asks on and on leaves the others theirs. */
static void
test_flood_of_one_address(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  const BhRemote flood = {.address = (char *)"192.168.1.66"};
  const BhRemote own = {.address = (char *)"127.0.0.1", .loopback = TRUE};
  guint taken = 0, other = 0;

  for (guint i = 0; i < 2 * BH_SIGNALING_ADDRESS_PROOFS_PER_MINUTE; i++)
    bh_signaling_server_take_proof(house->server, &flood);
  while (other < BH_SIGNALING_PROOF_BURST) {
    taken += bh_signaling_server_take_proof(house->server, &flood);
    other += bh_signaling_server_take_proof(house->server, &own);
  }
  g_assert_cmpuint(taken, <, other / 4);
  fake_house_free(house);
}

static gboolean
take_of_household(BhSignalingServer *cloud, guint n)
{
  g_autofree char *address = g_strdup_printf("2001:db8:0:1::%x", n % 2000);
  const BhRemote remote = {.address = address};

  return bh_signaling_server_take_proof(cloud, &remote);
}

/* To a cloud a house that comes by IPv6 is one, as it is by IPv4: each time from another address.
 */
static void
test_flood_of_one_household(void)
{
  const BhSignalingConfig config = {.cloud = TRUE, .id = "c", .name = "Cloud", .version = "1"};
  const BhRemote own = {.address = (char *)"127.0.0.1", .loopback = TRUE};
  BhLimitSet limits;
  g_autoptr(BhSignalingServer) cloud = NULL;
  guint taken = 0, other = 0, n = 0;

  bh_limit_set_init(&limits);
  cloud = bh_signaling_server_new(&config, &limits);
  while (n < 2 * BH_SIGNALING_ADDRESS_PROOFS_PER_MINUTE)
    take_of_household(cloud, n++);
  while (other < BH_SIGNALING_PROOF_BURST) {
    taken += take_of_household(cloud, n++);
    other += bh_signaling_server_take_proof(cloud, &own);
  }
  g_assert_cmpuint(taken, <, other / 4);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/join/proof", test_proof);
  g_test_add_func("/join/keys", test_keys);
  g_test_add_func("/join/token", test_token);
  g_test_add_func("/join/proof-after-token", test_proof_after_token);
  g_test_add_func("/join/bare-joins", test_bare_joins);
  g_test_add_func("/join/strangers-are-challenged-too", test_strangers_are_challenged_too);
  g_test_add_func("/join/wrong-proofs", test_wrong_proofs);
  g_test_add_func("/join/rogue-between", test_rogue_between);
  g_test_add_func("/join/revoked", test_revoked);
  g_test_add_func("/join/proofs-are-bounded", test_proofs_are_bounded);
  g_test_add_func("/join/flood-of-one-address", test_flood_of_one_address);
  g_test_add_func("/join/flood-of-one-household", test_flood_of_one_household);
  return g_test_run();
}
