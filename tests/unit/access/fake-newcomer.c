/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-newcomer.h"

#include <string.h>

#include "base64url.h"
#include "digest.h"
#include "id.h"
#include "transcript.h"

void
fake_newcomer_init(FakeNewcomer *newcomer)
{
  newcomer->key = bh_sign_key_new();
  bh_id_random(newcomer->nonce, sizeof newcomer->nonce);
}

void
fake_newcomer_clear(FakeNewcomer *newcomer)
{
  bh_sign_key_unref(newcomer->key);
}

static void
set_bytes(json_t *object, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *text = bh_base64url_encode(bytes, length);

  json_object_set_new(object, name, json_string(text));
}

static void
set_signature(json_t *object, BhSignKey *key, const BhTranscript *transcript)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];

  bh_sign_key_sign(key, transcript->bytes->data, transcript->bytes->len, signature);
  set_bytes(object, "sig", signature, sizeof signature);
}

static void
get_bytes(const json_t *object, const char *name, guint8 *out, gsize length)
{
  g_assert_true(
      bh_base64url_decode_exact(json_string_value(json_object_get(object, name)), out, length));
}

static GBytes *
get_answer(const json_t *object)
{
  const char *text = json_string_value(json_object_get(object, "answer"));
  GBytes *answer;

  g_assert_nonnull(text);
  answer = bh_base64url_decode(text, 8192);
  g_assert_nonnull(answer);
  return answer;
}

static json_t *
parse(GBytes *answer)
{
  json_t *value = bh_json_parse(g_bytes_get_data(answer, NULL), g_bytes_get_size(answer), NULL);

  g_assert_true(json_is_object(value));
  return value;
}

/* A link ------------------------------------------------------------------------------------- */

static void
derive(const char *secret_text, const char *info, guint8 *out, gsize length)
{
  guint8 secret[16];

  g_assert_cmpuint(strlen(secret_text), ==, 22);
  g_assert_true(bh_base64url_decode_exact(secret_text, secret, sizeof secret));
  bh_digest_hkdf(secret, sizeof secret, NULL, 0, (const guint8 *)info, strlen(info), out, length);
}

static void
init_pairing(BhTranscript *transcript, FakeNewcomer *newcomer, const char *secret, const char *name)
{
  guint8 id[16];
  g_autofree char *link_id = NULL;

  derive(secret, "bellhop pairing id v1", id, sizeof id);
  link_id = bh_base64url_encode(id, sizeof id);
  bh_transcript_init(transcript, "bellhop pairing v1");
  bh_transcript_add_text(transcript, link_id);
  bh_transcript_add_bytes(transcript, bh_sign_key_get_public(newcomer->key), 32);
  bh_transcript_add_bytes(transcript, newcomer->nonce, 32);
  bh_transcript_add_text(transcript, name);
}

json_t *
fake_newcomer_pair(FakeNewcomer *newcomer, const char *secret, const char *name)
{
  g_auto(BhTranscript) transcript = {NULL};
  guint8 key[32], id[16], mac[32];
  json_t *body = json_pack("{s:s}", "name", name);

  init_pairing(&transcript, newcomer, secret, name);
  derive(secret, "bellhop pairing id v1", id, sizeof id);
  derive(secret, "bellhop pairing device v1", key, sizeof key);
  bh_digest_hmac(key, sizeof key, transcript.bytes->data, transcript.bytes->len, mac);
  set_bytes(body, "linkId", id, sizeof id);
  set_bytes(body, "publicKey", bh_sign_key_get_public(newcomer->key), 32);
  set_bytes(body, "nonce", newcomer->nonce, 32);
  set_bytes(body, "mac", mac, sizeof mac);
  set_signature(body, newcomer->key, &transcript);
  return body;
}

json_t *
fake_newcomer_read_answer(FakeNewcomer *newcomer, const char *secret, const char *name,
                          const json_t *reply)
{
  g_autoptr(GBytes) answer = get_answer(reply);
  g_auto(BhTranscript) asked = {NULL};
  g_auto(BhTranscript) transcript = {NULL};
  guint8 key[32], expected[32], mac[32];

  init_pairing(&asked, newcomer, secret, name);
  bh_transcript_init(&transcript, "bellhop pairing answer v1");
  bh_transcript_add_bytes(&transcript, asked.bytes->data, asked.bytes->len);
  bh_transcript_add_bytes(&transcript, g_bytes_get_data(answer, NULL), g_bytes_get_size(answer));
  derive(secret, "bellhop pairing hub v1", key, sizeof key);
  bh_digest_hmac(key, sizeof key, transcript.bytes->data, transcript.bytes->len, expected);
  get_bytes(reply, "mac", mac, sizeof mac);
  g_assert_cmpmem(mac, sizeof mac, expected, sizeof expected);
  return parse(answer);
}

/* A comparison ------------------------------------------------------------------------------- */

json_t *
fake_newcomer_request(FakeNewcomer *newcomer, const char *name)
{
  g_auto(BhTranscript) transcript = {NULL};
  guint8 commitment[32];
  json_t *body = json_pack("{s:s}", "name", name);

  bh_transcript_init(&transcript, "bellhop comparison commit v1");
  bh_transcript_add_bytes(&transcript, bh_sign_key_get_public(newcomer->key), 32);
  bh_transcript_add_bytes(&transcript, newcomer->nonce, 32);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, commitment);
  set_bytes(body, "publicKey", bh_sign_key_get_public(newcomer->key), 32);
  set_bytes(body, "commitment", commitment, sizeof commitment);
  return body;
}

static void
init_comparison(BhTranscript *transcript, const char *label, FakeNewcomer *newcomer,
                const json_t *asked)
{
  guint8 hub_key[32], hub_nonce[32];

  get_bytes(asked, "hubKey", hub_key, sizeof hub_key);
  get_bytes(asked, "nonce", hub_nonce, sizeof hub_nonce);
  bh_transcript_init(transcript, label);
  bh_transcript_add_text(transcript, json_string_value(json_object_get(asked, "requestId")));
  bh_transcript_add_bytes(transcript, bh_sign_key_get_public(newcomer->key), 32);
  bh_transcript_add_bytes(transcript, hub_key, sizeof hub_key);
  bh_transcript_add_bytes(transcript, newcomer->nonce, 32);
  bh_transcript_add_bytes(transcript, hub_nonce, sizeof hub_nonce);
}

json_t *
fake_newcomer_open(FakeNewcomer *newcomer, const json_t *asked)
{
  g_auto(BhTranscript) transcript = {NULL};
  json_t *body = fake_newcomer_ask_result(newcomer, asked);

  init_comparison(&transcript, "bellhop comparison v1", newcomer, asked);
  set_signature(body, newcomer->key, &transcript);
  return body;
}

json_t *
fake_newcomer_ask_result(FakeNewcomer *newcomer, const json_t *asked)
{
  json_t *body = json_pack("{s:O}", "requestId", json_object_get(asked, "requestId"));

  set_bytes(body, "nonce", newcomer->nonce, 32);
  return body;
}

char *
fake_newcomer_get_code(FakeNewcomer *newcomer, const json_t *asked)
{
  g_auto(BhTranscript) transcript = {NULL};
  guint8 digest[32];
  guint64 number = 0;

  init_comparison(&transcript, "bellhop comparison code v1", newcomer, asked);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, digest);
  for (guint i = 0; i < 8; i++)
    number = number << 8 | digest[i];
  return g_strdup_printf("%06" G_GUINT64_FORMAT, number % 1000000);
}

json_t *
fake_newcomer_read_result(FakeNewcomer *newcomer, const json_t *asked, const json_t *result)
{
  g_autoptr(GBytes) answer = get_answer(result);
  g_auto(BhTranscript) transcript = {NULL};
  guint8 hub_key[32], signature[64];

  g_assert_cmpstr(json_string_value(json_object_get(result, "state")), ==, "accepted");
  get_bytes(asked, "hubKey", hub_key, sizeof hub_key);
  get_bytes(result, "sig", signature, sizeof signature);
  bh_transcript_init(&transcript, "bellhop comparison answer v1");
  bh_transcript_add_text(&transcript, json_string_value(json_object_get(asked, "requestId")));
  bh_transcript_add_bytes(&transcript, g_bytes_get_data(answer, NULL), g_bytes_get_size(answer));
  g_assert_true(
      bh_sign_key_verify(hub_key, transcript.bytes->data, transcript.bytes->len, signature));
  return parse(answer);
}
