/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-proof.h"

#include <string.h>

#include "base64url.h"
#include "digest.h"
#include "transcript.h"

G_STATIC_ASSERT(BH_PAIRING_MAC_BYTES == BH_DIGEST_BYTES);
G_STATIC_ASSERT(BH_PAIRING_SIGNATURE_BYTES == BH_SIGN_SIGNATURE_BYTES);
G_STATIC_ASSERT(BH_DEVICE_KEY_BYTES == BH_SIGN_KEY_BYTES);

/* A link ------------------------------------------------------------------------------------- */

static void
derive(const guint8 *secret, const char *info, guint8 *out, gsize length)
{
  bh_digest_hkdf(secret, BH_PAIRING_SECRET_BYTES, NULL, 0, (const guint8 *)info, strlen(info), out,
                 length);
}

void
bh_pairing_keys_derive(BhPairingKeys *keys, const guint8 *secret)
{
  guint8 id[BH_PAIRING_ID_BYTES];
  g_autofree char *link_id = NULL;

  derive(secret, "bellhop pairing id v1", id, sizeof id);
  derive(secret, "bellhop pairing device v1", keys->device_key, sizeof keys->device_key);
  derive(secret, "bellhop pairing hub v1", keys->hub_key, sizeof keys->hub_key);
  link_id = bh_base64url_encode(id, sizeof id);
  g_strlcpy(keys->link_id, link_id, sizeof keys->link_id);
}

void
bh_pairing_keys_clear(BhPairingKeys *keys)
{
  bh_digest_wipe(keys, sizeof *keys);
}

/* What the device proves: TD of the contract. */
static void
init_device_transcript(BhTranscript *transcript, const BhPairBody *body)
{
  bh_transcript_init(transcript, "bellhop pairing v1");
  bh_transcript_add_text(transcript, body->link_id);
  bh_transcript_add_bytes(transcript, body->public_key, sizeof body->public_key);
  bh_transcript_add_bytes(transcript, body->nonce, sizeof body->nonce);
  bh_transcript_add_text(transcript, body->name.sent);
}

gboolean
bh_pairing_keys_check(const BhPairingKeys *keys, const BhPairBody *body)
{
  g_auto(BhTranscript) transcript = {NULL};
  guint8 mac[BH_DIGEST_BYTES];

  init_device_transcript(&transcript, body);
  bh_digest_hmac(keys->device_key, sizeof keys->device_key, transcript.bytes->data,
                 transcript.bytes->len, mac);
  return bh_digest_equal(mac, body->mac, sizeof mac) &&
         bh_sign_key_verify(body->public_key, transcript.bytes->data, transcript.bytes->len,
                            body->signature);
}

void
bh_pairing_keys_answer(const BhPairingKeys *keys, const BhPairBody *body, GBytes *answer,
                       guint8 *out)
{
  g_auto(BhTranscript) device = {NULL};
  g_auto(BhTranscript) transcript = {NULL};

  init_device_transcript(&device, body);
  bh_transcript_init(&transcript, "bellhop pairing answer v1");
  bh_transcript_add_bytes(&transcript, device.bytes->data, device.bytes->len);
  bh_transcript_add_bytes(&transcript, g_bytes_get_data(answer, NULL), g_bytes_get_size(answer));
  bh_digest_hmac(keys->hub_key, sizeof keys->hub_key, transcript.bytes->data, transcript.bytes->len,
                 out);
}

/* A comparison ------------------------------------------------------------------------------- */

void
bh_comparison_commit(const guint8 *public_key, const guint8 *device_nonce, guint8 *out)
{
  g_auto(BhTranscript) transcript = {NULL};

  bh_transcript_init(&transcript, "bellhop comparison commit v1");
  bh_transcript_add_bytes(&transcript, public_key, BH_DEVICE_KEY_BYTES);
  bh_transcript_add_bytes(&transcript, device_nonce, BH_PAIRING_NONCE_BYTES);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, out);
}

static void
init_comparison(BhTranscript *transcript, const char *label, const BhComparisonFacts *facts)
{
  bh_transcript_init(transcript, label);
  bh_transcript_add_text(transcript, facts->request_id);
  bh_transcript_add_bytes(transcript, facts->public_key, BH_DEVICE_KEY_BYTES);
  bh_transcript_add_bytes(transcript, facts->hub_key, BH_SIGN_KEY_BYTES);
  bh_transcript_add_bytes(transcript, facts->device_nonce, BH_PAIRING_NONCE_BYTES);
  bh_transcript_add_bytes(transcript, facts->hub_nonce, BH_PAIRING_NONCE_BYTES);
}

gboolean
bh_comparison_check(const BhComparisonFacts *facts, const guint8 *signature)
{
  g_auto(BhTranscript) transcript = {NULL};

  init_comparison(&transcript, "bellhop comparison v1", facts);
  return bh_sign_key_verify(facts->public_key, transcript.bytes->data, transcript.bytes->len,
                            signature);
}

void
bh_comparison_make_code(const BhComparisonFacts *facts, char *out)
{
  g_auto(BhTranscript) transcript = {NULL};
  guint8 digest[BH_DIGEST_BYTES];
  guint64 number;

  init_comparison(&transcript, "bellhop comparison code v1", facts);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, digest);
  memcpy(&number, digest, sizeof number);
  number = GUINT64_FROM_BE(number) % 1000000;
  g_snprintf(out, BH_PAIRING_CODE_DIGITS + 1, "%06u", (guint)number);
}

void
bh_comparison_sign_answer(BhSignKey *hub, const char *request_id, GBytes *answer, guint8 *out)
{
  g_auto(BhTranscript) transcript = {NULL};

  bh_transcript_init(&transcript, "bellhop comparison answer v1");
  bh_transcript_add_text(&transcript, request_id);
  bh_transcript_add_bytes(&transcript, g_bytes_get_data(answer, NULL), g_bytes_get_size(answer));
  bh_sign_key_sign(hub, transcript.bytes->data, transcript.bytes->len, out);
}
