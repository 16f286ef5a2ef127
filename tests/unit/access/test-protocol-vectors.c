/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data/protocol/vectors/bellhop.json: what this protocol signs, seals and derives, from inputs that
 * are fixed here. The client library is tested against the same file, so that the two sides cannot
 * drift apart unnoticed. `--print` writes it anew; then it is for a person to say why.
 */
#include <stdio.h>
#include <string.h>

#include "aead.h"
#include "base64url.h"
#include "description-auth.h"
#include "digest.h"
#include "exchange-key.h"
#include "join-proof.h"
#include "membership.h"
#include "revocations.h"
#include "sign-key.h"
#include "transcript.h"

#define TENANT "hotel-sol"
#define DEVICE "01936f00-0000-7000-8000-0000000000d1"
#define PEER   "01936f00-0000-7000-8000-0000000000a1"
#define NAME   "Anna’s “phone”, €"
#define NOW_MS G_GINT64_CONSTANT(1764000000000)

typedef struct {
  BhSignKey *hub;
  BhSignKey *device;
  json_t *membership;
} Fixture;

/* --- building blocks --- */

/* Bytes that count up from @first. */
static void
fill(guint8 *out, gsize length, guint8 first)
{
  for (gsize i = 0; i < length; i++)
    out[i] = (guint8)(first + i);
}

static void
set_bytes(json_t *object, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *text = bh_base64url_encode(bytes, length);

  json_object_set_new(object, name, json_string(text));
}

static void
set_text(json_t *object, const char *name, const char *text)
{
  json_object_set_new(object, name, json_string(text));
}

/* Both what is signed and the signature. */
static void
set_signature(json_t *object, const char *name, BhSignKey *key, const BhTranscript *transcript)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_autofree char *signed_name = g_strconcat(name, "Transcript", NULL);

  bh_sign_key_sign(key, transcript->bytes->data, transcript->bytes->len, signature);
  set_bytes(object, signed_name, transcript->bytes->data, transcript->bytes->len);
  set_bytes(object, name, signature, sizeof signature);
}

static void
set_mac(json_t *object, const char *name, const guint8 *key, const BhTranscript *transcript)
{
  guint8 mac[BH_DIGEST_BYTES];

  bh_digest_hmac(key, BH_DIGEST_BYTES, transcript->bytes->data, transcript->bytes->len, mac);
  set_bytes(object, name, mac, sizeof mac);
}

static void
begin(BhTranscript *out, const char *label, ...)
{
  const char *text;
  va_list args;

  bh_transcript_init(out, label);
  va_start(args, label);
  while ((text = va_arg(args, const char *)) != NULL)
    bh_transcript_add_text(out, text);
  va_end(args);
}

static json_t *
describe_key(BhSignKey *key)
{
  json_t *out = json_object();
  guint8 seed[BH_SIGN_KEY_BYTES];
  guint8 fingerprint[BH_SIGN_KEY_FINGERPRINT_BYTES];

  bh_sign_key_get_seed(key, seed);
  bh_sign_key_fingerprint(bh_sign_key_get_public(key), fingerprint);
  set_bytes(out, "seed", seed, sizeof seed);
  set_bytes(out, "publicKey", bh_sign_key_get_public(key), BH_SIGN_KEY_BYTES);
  set_bytes(out, "fingerprint", fingerprint, sizeof fingerprint);
  return out;
}

/* --- transcripts and signed documents --- */

static json_t *
make_transcript(void)
{
  static const guint8 bytes[] = {0, 255, 128};
  json_t *out = json_object();
  g_auto(BhTranscript) transcript = {NULL};

  begin(&transcript, "bellhop example v1", "é", "", NULL);
  bh_transcript_add_bytes(&transcript, bytes, sizeof bytes);
  set_text(out, "label", "bellhop example v1");
  json_object_set_new(out, "fields",
                      json_pack("[{s:s}, {s:s}, {s:s}]", "text", "é", "text", "", "bytes", "AP-A"));
  set_bytes(out, "transcript", transcript.bytes->data, transcript.bytes->len);
  return out;
}

static json_t *
make_membership(Fixture *fixture)
{
  BhMembership content = {.tenant_id = (char *)TENANT,
                          .device_id = (char *)DEVICE,
                          .role = BH_ROLE_STAFF,
                          .name = (char *)NAME,
                          .not_before_ms = NOW_MS,
                          .not_after_ms = NOW_MS + BH_MEMBERSHIP_VALID_MS};
  json_t *out = json_pack("{s:s, s:s}", "tenantId", TENANT, "deviceId", DEVICE);

  memcpy(content.public_key, bh_sign_key_get_public(fixture->device), BH_SIGN_KEY_BYTES);
  set_bytes(out, "publicKey", content.public_key, BH_SIGN_KEY_BYTES);
  set_text(out, "role", "staff");
  set_text(out, "name", NAME);
  json_object_set_new(out, "notBefore", json_integer(content.not_before_ms));
  json_object_set_new(out, "notAfter", json_integer(content.not_after_ms));
  fixture->membership = bh_membership_sign(fixture->hub, &content);
  json_object_set(out, "document", fixture->membership);
  return out;
}

static json_t *
make_revocations(Fixture *fixture)
{
  json_t *out = json_pack("{s:i, s:[{s:s, s:n}, {s:s, s:I}]}", "version", 7, "revoked", "deviceId",
                          "01936f00-0000-7000-8000-0000000000d2", "before", "deviceId",
                          "01936f00-0000-7000-8000-0000000000d3", "before", (json_int_t)NOW_MS);
  json_t *document = bh_revocations_issue(fixture->hub, TENANT, out);

  set_text(out, "tenantId", TENANT);
  json_object_set_new(out, "document", document);
  return out;
}

/* --- the join --- */

static void
add_join_fields(BhTranscript *out, const BhJoinHello *hello, const guint8 *server_nonce,
                const guint8 *server_key)
{
  gsize length = hello->has_key ? BH_JOIN_PROOF_KEY_BYTES : 0;

  bh_transcript_add_bytes(out, hello->nonce, sizeof hello->nonce);
  bh_transcript_add_bytes(out, server_nonce, BH_JOIN_PROOF_NONCE_BYTES);
  bh_transcript_add_bytes(out, hello->key, length);
  bh_transcript_add_bytes(out, server_key, length);
}

static json_t *
make_frames(BhFrameSeal *seal, const char *const *texts)
{
  json_t *frames = json_array();

  for (guint i = 0; texts[i] != NULL; i++) {
    g_autoptr(GBytes) frame = bh_frame_seal_seal(seal, texts[i], strlen(texts[i]));
    gsize length;
    const char *bytes = g_bytes_get_data(frame, &length);

    json_array_append_new(frames,
                          json_pack("{s:s, s:s%}", "text", texts[i], "frame", bytes, length));
  }
  return frames;
}

static void
add_seal(json_t *out, const BhJoinHello *hello, const guint8 *server_nonce, const guint8 *shared)
{
  static const char *const client_texts[] = {
      "{\"type\":\"relay\",\"payload\":{\"type\":\"ping\",\"id\":1}}", "é", "", NULL};
  static const char *const server_texts[] = {
      "{\"type\":\"joined\"}", "{\"type\":\"error\",\"code\":\"revoked\",\"message\":\"€\"}", "x",
      NULL};
  guint8 salt[2 * BH_JOIN_PROOF_NONCE_BYTES];
  guint8 keys[2 * BH_FRAME_SEAL_KEY_BYTES];
  const guint8 *to_client = keys + BH_FRAME_SEAL_KEY_BYTES;
  g_autoptr(BhFrameSeal) client = NULL;
  g_autoptr(BhFrameSeal) server = NULL;
  g_auto(BhTranscript) info = {NULL};

  begin(&info, "bellhop seal v1", TENANT, DEVICE, PEER, NULL);
  memcpy(salt, hello->nonce, BH_JOIN_PROOF_NONCE_BYTES);
  memcpy(salt + BH_JOIN_PROOF_NONCE_BYTES, server_nonce, BH_JOIN_PROOF_NONCE_BYTES);
  bh_digest_hkdf(shared, BH_JOIN_PROOF_KEY_BYTES, salt, sizeof salt, info.bytes->data,
                 info.bytes->len, keys, sizeof keys);
  client = bh_frame_seal_new(keys, to_client);
  server = bh_frame_seal_new(to_client, keys);
  set_bytes(out, "shared", shared, BH_JOIN_PROOF_KEY_BYTES);
  set_bytes(out, "clientToServerKey", keys, BH_FRAME_SEAL_KEY_BYTES);
  set_bytes(out, "serverToClientKey", to_client, BH_FRAME_SEAL_KEY_BYTES);
  json_object_set_new(out, "clientFrames", make_frames(client, client_texts));
  json_object_set_new(out, "serverFrames", make_frames(server, server_texts));
}

static json_t *
make_join(Fixture *fixture, gboolean with_keys)
{
  BhJoinHello hello = {
      .tenant_id = TENANT, .device_id = DEVICE, .peer_id = PEER, .has_key = with_keys};
  guint8 server_nonce[BH_JOIN_PROOF_NONCE_BYTES];
  guint8 client_private[BH_JOIN_PROOF_KEY_BYTES], server_private[BH_JOIN_PROOF_KEY_BYTES];
  guint8 shared[BH_JOIN_PROOF_KEY_BYTES];
  g_autoptr(BhExchangeKey) client_key = NULL;
  g_autoptr(BhExchangeKey) server_key = NULL;
  g_auto(BhTranscript) from_server = {NULL};
  g_auto(BhTranscript) from_device = {NULL};
  json_t *out =
      json_pack("{s:s, s:s, s:s}", "tenantId", TENANT, "deviceId", DEVICE, "peerId", PEER);

  fill(hello.nonce, sizeof hello.nonce, 0x20);
  fill(server_nonce, sizeof server_nonce, 0x60);
  fill(client_private, sizeof client_private, 0x90);
  fill(server_private, sizeof server_private, 0xc0);
  client_key = bh_exchange_key_new_from_private(client_private);
  server_key = bh_exchange_key_new_from_private(server_private);
  memcpy(hello.key, bh_exchange_key_get_public(client_key), sizeof hello.key);
  set_bytes(out, "clientNonce", hello.nonce, sizeof hello.nonce);
  set_bytes(out, "serverNonce", server_nonce, sizeof server_nonce);
  if (with_keys) {
    set_bytes(out, "clientPrivateKey", client_private, sizeof client_private);
    set_bytes(out, "clientKey", hello.key, sizeof hello.key);
    set_bytes(out, "serverPrivateKey", server_private, sizeof server_private);
    set_bytes(out, "serverKey", bh_exchange_key_get_public(server_key), BH_JOIN_PROOF_KEY_BYTES);
  }
  begin(&from_server, "bellhop server proof v1", TENANT, DEVICE, PEER, NULL);
  add_join_fields(&from_server, &hello, server_nonce, bh_exchange_key_get_public(server_key));
  set_signature(out, "serverProof", fixture->hub, &from_server);
  begin(&from_device, "bellhop device proof v1", TENANT, DEVICE, PEER, NULL);
  add_join_fields(&from_device, &hello, server_nonce, bh_exchange_key_get_public(server_key));
  bh_transcript_add_bytes(&from_device, bh_sign_key_get_public(fixture->hub), BH_SIGN_KEY_BYTES);
  set_signature(out, "deviceProof", fixture->device, &from_device);
  if (with_keys) {
    g_assert_true(
        bh_exchange_key_derive(client_key, bh_exchange_key_get_public(server_key), shared));
    add_seal(out, &hello, server_nonce, shared);
  }
  {
    /* The hub's own code comes to the same. */
    g_autoptr(BhJoinProof) proof =
        bh_join_proof_new_fixed(fixture->hub, &hello, server_nonce, server_private);

    json_object_set(out, "challenge", bh_join_proof_get_challenge(proof));
    g_assert_true(json_equal(json_object_get(out, "serverProof"),
                             json_object_get(json_object_get(out, "challenge"), "serverProof")));
    g_assert_true(bh_join_proof_check(proof, bh_sign_key_get_public(fixture->device),
                                      json_string_value(json_object_get(out, "deviceProof"))));
  }
  return out;
}

/* --- offers and answers --- */

#define HEX_A "0A:1b:2C:3d"
#define HEX_B "FF:EE:DD:CC"

/* Repeats, both line ends, spaces at the end, other letters, attributes of almost the name. */
static const char nasty_sdp[] = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                                "a=fingerprint:SHA-256 " HEX_B "\r\n"
                                "a=ice-ufrag:zz/+\r\n"
                                "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\n"
                                "a=ice-ufrag:Ab1  \r\n"
                                "a=ice-ufrag:zz/+\n"
                                "a=ice-ufrag-old:nothing\r\n"
                                "a=ice-pwd:0123456789012345678901\r\n"
                                "a=fingerprint:sha-256 " HEX_A " \r\n"
                                "a=fingerprint:Sha-256 ff:ee:dd:cc\n"
                                "a=fingerprint:sha-512 aa:bb\r\n"
                                "b=a=fingerprint:sha-256 00\r\n"
                                " a=fingerprint:sha-256 01\r\n"
                                "a=fingerprint:sha-1 01:02";

static const char plain_sdp[] = "v=0\r\na=ice-ufrag:u1\r\na=fingerprint:sha-256 " HEX_A "\r\n";

static json_t *
make_description(Fixture *fixture, gboolean by_device, const char *sdp, const char *ufrags,
                 const char *fingerprints)
{
  const char *type = by_device ? "offer" : "answer";
  const BhDescription description = {.type = type,
                                     .tenant_id = TENANT,
                                     .from_peer_id = by_device ? PEER : "hub-1",
                                     .to_peer_id = by_device ? "hub-1" : PEER,
                                     .sdp = sdp};
  BhSignKey *key = by_device ? fixture->device : fixture->hub;
  g_auto(BhTranscript) transcript = {NULL};
  json_t *out = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "by", by_device ? "device" : "hub", "type", type,
      "tenantId", TENANT, "fromPeerId", description.from_peer_id, "toPeerId",
      description.to_peer_id, "sdp", sdp, "ufrags", ufrags, "fingerprints", fingerprints);
  json_t *auth =
      bh_description_auth_sign(key, &description, by_device ? fixture->membership : NULL);

  begin(&transcript, "bellhop description v1", type, TENANT, description.from_peer_id,
        description.to_peer_id, ufrags, fingerprints, NULL);
  set_signature(out, "sig", key, &transcript);
  json_object_set_new(out, "auth", auth);
  g_assert_true(json_equal(json_object_get(out, "sig"), json_object_get(auth, "sig")));
  g_assert_true(bh_description_auth_verify(auth, bh_sign_key_get_public(key), &description));
  return out;
}

/* The device's signature of plain_sdp, put to another SDP that gives the same lists. */
static json_t *
make_refused(Fixture *fixture)
{
  static const struct {
    const char *why, *sdp;
  } cases[] = {
      {"a name in other letters", "v=0\r\na=ice-ufrag:u1\r\na=fingerprint:sha-256 " HEX_A "\r\n"
                                  "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
                                  "a=Fingerprint:sha-256 " HEX_B "\r\n"},
      {"a ufrag in other letters",
       "v=0\r\na=ice-ufrag:u1\r\na=fingerprint:sha-256 " HEX_A "\r\na=ICE-UFRAG:u2\r\n"},
      {"a space before the colon", "v=0\r\na=ice-ufrag:u1\r\na=fingerprint:sha-256 " HEX_A "\r\n"
                                   "a=fingerprint :sha-256 " HEX_B "\r\n"},
      {"a line that some parsers end at a lone CR",
       "v=0\r\na=ice-ufrag:u1\r\na=fingerprint:sha-256 " HEX_A "\r\n"
       "a=x:\ra=fingerprint:sha-256 " HEX_B "\r\n"},
      {"another fingerprint", "v=0\r\na=ice-ufrag:u1\r\na=fingerprint:sha-256 " HEX_B "\r\n"},
      {"one more fingerprint", "v=0\r\na=ice-ufrag:u1\r\na=fingerprint:sha-256 " HEX_A "\r\n"
                               "a=fingerprint:sha-256 " HEX_B "\r\n"},
      {"another ufrag", "v=0\r\na=ice-ufrag:u2\r\na=fingerprint:sha-256 " HEX_A "\r\n"},
  };
  BhDescription description = {.type = "offer",
                               .tenant_id = TENANT,
                               .from_peer_id = PEER,
                               .to_peer_id = "hub-1",
                               .sdp = plain_sdp};
  g_autoptr(json_t) auth =
      bh_description_auth_sign(fixture->device, &description, fixture->membership);
  json_t *out = json_array();

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    description.sdp = cases[i].sdp;
    g_assert_false(
        bh_description_auth_verify(auth, bh_sign_key_get_public(fixture->device), &description));
    json_array_append_new(out, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:O}", "why", cases[i].why,
                                         "type", "offer", "tenantId", TENANT, "fromPeerId", PEER,
                                         "toPeerId", "hub-1", "sdp", cases[i].sdp, "auth", auth));
  }
  return out;
}

/* --- pairing --- */

static json_t *
make_pairing(Fixture *fixture)
{
  static const char answer[] = "{\"hubKey\":\"…\",\"deviceId\":\"" DEVICE "\"}";
  const guint8 *public_key = bh_sign_key_get_public(fixture->device);
  guint8 secret[16], id[16], device_key[BH_DIGEST_BYTES], hub_key[BH_DIGEST_BYTES], nonce[32];
  guint8 authority[16], fingerprint[BH_SIGN_KEY_FINGERPRINT_BYTES];
  g_autofree char *link_id = NULL, *secret_text = NULL, *key_text = NULL, *authority_text = NULL;
  g_autofree char *fragment = NULL;
  g_auto(BhTranscript) asked = {NULL};
  g_auto(BhTranscript) answered = {NULL};
  json_t *out = json_object();

  fill(secret, sizeof secret, 0xa0);
  fill(nonce, sizeof nonce, 0x01);
  fill(authority, sizeof authority, 0x4f);
  bh_sign_key_fingerprint(bh_sign_key_get_public(fixture->hub), fingerprint);
#define DERIVE(label, to)                                                                          \
  bh_digest_hkdf(secret, sizeof secret, NULL, 0, (const guint8 *)(label), strlen(label), (to),     \
                 sizeof(to))
  DERIVE("bellhop pairing id v1", id);
  DERIVE("bellhop pairing device v1", device_key);
  DERIVE("bellhop pairing hub v1", hub_key);
#undef DERIVE
  link_id = bh_base64url_encode(id, sizeof id);
  secret_text = bh_base64url_encode(secret, sizeof secret);
  key_text = bh_base64url_encode(fingerprint, sizeof fingerprint);
  authority_text = bh_base64url_encode(authority, sizeof authority);
  fragment = g_strdup_printf("#%s.%s.%s.bellhop-7f3a.local", secret_text, key_text, authority_text);
  set_text(out, "secret", secret_text);
  set_text(out, "linkId", link_id);
  set_bytes(out, "deviceMacKey", device_key, sizeof device_key);
  set_bytes(out, "hubMacKey", hub_key, sizeof hub_key);
  set_text(out, "authority", authority_text);
  set_text(out, "authorityText", "4F50 5152 5354 5556 5758 595A 5B5C 5D5E");
  set_text(out, "hostName", "bellhop-7f3a.local");
  set_text(out, "fragment", fragment);
  set_bytes(out, "publicKey", public_key, BH_SIGN_KEY_BYTES);
  set_bytes(out, "nonce", nonce, sizeof nonce);
  set_text(out, "name", NAME);

  begin(&asked, "bellhop pairing v1", link_id, NULL);
  bh_transcript_add_bytes(&asked, public_key, BH_SIGN_KEY_BYTES);
  bh_transcript_add_bytes(&asked, nonce, sizeof nonce);
  bh_transcript_add_text(&asked, NAME);
  set_mac(out, "mac", device_key, &asked);
  set_signature(out, "sig", fixture->device, &asked);

  bh_transcript_init(&answered, "bellhop pairing answer v1");
  bh_transcript_add_bytes(&answered, asked.bytes->data, asked.bytes->len);
  bh_transcript_add_text(&answered, answer);
  set_bytes(out, "answer", (const guint8 *)answer, strlen(answer));
  set_mac(out, "answerMac", hub_key, &answered);
  return out;
}

static json_t *
make_comparison(Fixture *fixture)
{
  static const char request_id[] = "01936f00-0000-7000-8000-0000000000c1";
  static const char answer[] = "{\"deviceId\":\"" DEVICE "\"}";
  const guint8 *public_key = bh_sign_key_get_public(fixture->device);
  const guint8 *hub_key = bh_sign_key_get_public(fixture->hub);
  guint8 device_nonce[32], hub_nonce[32], digest[BH_DIGEST_BYTES];
  g_auto(BhTranscript) commitment = {NULL};
  g_auto(BhTranscript) opening = {NULL};
  g_auto(BhTranscript) code = {NULL};
  g_auto(BhTranscript) answered = {NULL};
  g_autofree char *digits = NULL;
  BhTranscript *both[] = {&opening, &code};
  guint64 number = 0;
  json_t *out = json_object();

  fill(device_nonce, sizeof device_nonce, 0x31);
  fill(hub_nonce, sizeof hub_nonce, 0x71);
  set_text(out, "requestId", request_id);
  set_bytes(out, "publicKey", public_key, BH_SIGN_KEY_BYTES);
  set_bytes(out, "hubKey", hub_key, BH_SIGN_KEY_BYTES);
  set_bytes(out, "deviceNonce", device_nonce, sizeof device_nonce);
  set_bytes(out, "hubNonce", hub_nonce, sizeof hub_nonce);

  bh_transcript_init(&commitment, "bellhop comparison commit v1");
  bh_transcript_add_bytes(&commitment, public_key, BH_SIGN_KEY_BYTES);
  bh_transcript_add_bytes(&commitment, device_nonce, sizeof device_nonce);
  bh_digest_sha256(commitment.bytes->data, commitment.bytes->len, digest);
  set_bytes(out, "commitment", digest, sizeof digest);

  begin(&opening, "bellhop comparison v1", request_id, NULL);
  begin(&code, "bellhop comparison code v1", request_id, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(both); i++) {
    bh_transcript_add_bytes(both[i], public_key, BH_SIGN_KEY_BYTES);
    bh_transcript_add_bytes(both[i], hub_key, BH_SIGN_KEY_BYTES);
    bh_transcript_add_bytes(both[i], device_nonce, sizeof device_nonce);
    bh_transcript_add_bytes(both[i], hub_nonce, sizeof hub_nonce);
  }
  set_signature(out, "sig", fixture->device, &opening);
  bh_digest_sha256(code.bytes->data, code.bytes->len, digest);
  for (guint i = 0; i < sizeof number; i++)
    number = number << 8 | digest[i];
  digits = g_strdup_printf("%06" G_GUINT64_FORMAT, number % 1000000);
  set_text(out, "code", digits);

  begin(&answered, "bellhop comparison answer v1", request_id, answer, NULL);
  set_bytes(out, "answer", (const guint8 *)answer, strlen(answer));
  set_signature(out, "answerSig", fixture->hub, &answered);
  return out;
}

static json_t *
make_token(Fixture *fixture)
{
  g_autoptr(json_t) device = describe_key(fixture->device);
  g_autoptr(json_t) hub = describe_key(fixture->hub);
  g_autofree char *text =
      g_strdup_printf("bht1.%s.%s.%s", DEVICE, json_string_value(json_object_get(device, "seed")),
                      json_string_value(json_object_get(hub, "publicKey")));

  return json_pack("{s:s, s:s}", "deviceId", DEVICE, "token", text);
}

/* --- all of it --- */

static json_t *
make_all(void)
{
  guint8 seed[BH_SIGN_KEY_BYTES];
  Fixture fixture = {NULL, NULL, NULL};
  json_t *out = json_object();

  fill(seed, sizeof seed, 0x01);
  fixture.hub = bh_sign_key_new_from_seed(seed);
  fill(seed, sizeof seed, 0x41);
  fixture.device = bh_sign_key_new_from_seed(seed);
  set_text(out, "description",
           "What the protocol signs, seals and derives, from fixed inputs. Bytes are base64url. "
           "NAMETranscript is what the signature NAME covers. Written by "
           "tests/unit/access/test-protocol-vectors --print.");
  json_object_set_new(out, "hub", describe_key(fixture.hub));
  json_object_set_new(out, "device", describe_key(fixture.device));
  json_object_set_new(out, "transcript", make_transcript());
  json_object_set_new(out, "membership", make_membership(&fixture));
  json_object_set_new(out, "revocations", make_revocations(&fixture));
  json_object_set_new(out, "join", make_join(&fixture, TRUE));
  json_object_set_new(out, "joinWithoutKeys", make_join(&fixture, FALSE));
  json_object_set_new(
      out, "descriptions",
      json_pack("[o, o]",
                make_description(&fixture, TRUE, nasty_sdp, "Ab1,zz/+",
                                 "sha-1 01:02,sha-256 0A:1B:2C:3D,sha-256 " HEX_B ",sha-512 AA:BB"),
                make_description(&fixture, FALSE, plain_sdp, "u1", "sha-256 0A:1B:2C:3D")));
  json_object_set_new(out, "refusedDescriptions", make_refused(&fixture));
  json_object_set_new(out, "pairing", make_pairing(&fixture));
  json_object_set_new(out, "comparison", make_comparison(&fixture));
  json_object_set_new(out, "token", make_token(&fixture));
  json_decref(fixture.membership);
  bh_sign_key_unref(fixture.hub);
  bh_sign_key_unref(fixture.device);
  return out;
}

static json_t *
load(void)
{
  g_autofree char *path = g_build_filename(g_getenv("BH_VECTORS"), "bellhop.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  json_t *kept;
  gsize length;

  g_file_get_contents(path, &text, &length, &error);
  g_assert_no_error(error);
  kept = bh_json_parse(text, length, &error);
  g_assert_no_error(error);
  return kept;
}

static void
test_same(void)
{
  g_autoptr(json_t) made = make_all();
  g_autoptr(json_t) kept = load();
  const char *key;
  json_t *value;

  json_object_foreach(made, key, value)
  {
    g_test_message("%s", key);
    g_assert_true(json_equal(value, json_object_get(kept, key)));
  }
  g_assert_cmpuint(json_object_size(kept), ==, json_object_size(made));
}

static void
get_bytes(const json_t *object, const char *name, guint8 *out, gsize length)
{
  g_assert_true(
      bh_base64url_decode_exact(json_string_value(json_object_get(object, name)), out, length));
}

/* The seal that the server takes from the join opens what the client says, and says what the client
 * opens. */
static void
test_server_seal(void)
{
  g_autoptr(json_t) kept = load();
  const json_t *join = json_object_get(kept, "join");
  BhJoinHello hello = {.tenant_id = TENANT, .device_id = DEVICE, .peer_id = PEER, .has_key = TRUE};
  guint8 seed[BH_SIGN_KEY_BYTES], nonce[32], private_key[32];
  g_autoptr(BhSignKey) hub = NULL;
  g_autoptr(BhJoinProof) proof = NULL;
  g_autoptr(BhFrameSeal) seal = NULL;
  json_t *frame;
  gsize i;

  get_bytes(json_object_get(kept, "hub"), "seed", seed, sizeof seed);
  get_bytes(join, "clientNonce", hello.nonce, sizeof hello.nonce);
  get_bytes(join, "clientKey", hello.key, sizeof hello.key);
  get_bytes(join, "serverNonce", nonce, sizeof nonce);
  get_bytes(join, "serverPrivateKey", private_key, sizeof private_key);
  hub = bh_sign_key_new_from_seed(seed);
  proof = bh_join_proof_new_fixed(hub, &hello, nonce, private_key);
  seal = bh_join_proof_take_seal(proof);
  g_assert_nonnull(seal);
  g_assert_null(bh_join_proof_take_seal(proof));
  json_array_foreach(json_object_get(join, "clientFrames"), i, frame)
  {
    const char *text = json_string_value(json_object_get(frame, "text"));
    const char *sealed = json_string_value(json_object_get(frame, "frame"));
    g_autoptr(GBytes) opened = bh_frame_seal_open(seal, sealed, strlen(sealed));

    g_assert_nonnull(opened);
    g_assert_cmpmem(g_bytes_get_data(opened, NULL), g_bytes_get_size(opened), text, strlen(text));
  }
  json_array_foreach(json_object_get(join, "serverFrames"), i, frame)
  {
    const char *text = json_string_value(json_object_get(frame, "text"));
    const char *expected = json_string_value(json_object_get(frame, "frame"));
    g_autoptr(GBytes) sealed = bh_frame_seal_seal(seal, text, strlen(text));

    g_assert_cmpmem(g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed), expected,
                    strlen(expected));
  }
}

int
main(int argc, char **argv)
{
  if (argc > 1 && g_str_equal(argv[1], "--print")) {
    g_autoptr(json_t) all = make_all();

    json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    return 0;
  }
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/protocol-vectors/same", test_same);
  g_test_add_func("/protocol-vectors/server-seal", test_server_seal);
  return g_test_run();
}
