/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "join-proof.h"

#include <string.h>

#include "base64url.h"
#include "digest.h"
#include "exchange-key.h"
#include "id.h"
#include "sign-key.h"
#include "transcript.h"

#define SERVER_LABEL "bellhop server proof v1"
#define DEVICE_LABEL "bellhop device proof v1"
#define SEAL_LABEL   "bellhop seal v1"

struct _BhJoinProof {
  BhSignKey *hub;
  char *tenant_id, *device_id, *peer_id;
  guint8 client_nonce[BH_JOIN_PROOF_NONCE_BYTES];
  guint8 server_nonce[BH_JOIN_PROOF_NONCE_BYTES];
  gboolean has_keys;
  guint8 client_key[BH_JOIN_PROOF_KEY_BYTES];
  guint8 server_key[BH_JOIN_PROOF_KEY_BYTES];
  guint8 shared[BH_JOIN_PROOF_KEY_BYTES]; /* the secret of both keys */
  gboolean is_taken;                      /* with it the seal was made */
  json_t *challenge;
};

G_STATIC_ASSERT(BH_JOIN_PROOF_KEY_BYTES == BH_EXCHANGE_KEY_BYTES);
G_STATIC_ASSERT(BH_JOIN_PROOF_KEY_BYTES == BH_SIGN_KEY_BYTES);

/* @label and F. */
static void
begin_transcript(const BhJoinProof *self, BhTranscript *out, const char *label)
{
  gsize key_length = self->has_keys ? BH_JOIN_PROOF_KEY_BYTES : 0;

  bh_transcript_init(out, label);
  bh_transcript_add_text(out, self->tenant_id);
  bh_transcript_add_text(out, self->device_id);
  bh_transcript_add_text(out, self->peer_id);
  bh_transcript_add_bytes(out, self->client_nonce, sizeof self->client_nonce);
  bh_transcript_add_bytes(out, self->server_nonce, sizeof self->server_nonce);
  bh_transcript_add_bytes(out, self->client_key, key_length);
  bh_transcript_add_bytes(out, self->server_key, key_length);
}

static void
set_bytes(json_t *object, const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *text = bh_base64url_encode(bytes, length);

  json_object_set_new(object, name, json_string(text));
}

static json_t *
make_challenge(const BhJoinProof *self)
{
  json_t *challenge = json_object();
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  begin_transcript(self, &transcript, SERVER_LABEL);
  bh_sign_key_sign(self->hub, transcript.bytes->data, transcript.bytes->len, signature);
  json_object_set_new(challenge, "type", json_string("challenge"));
  set_bytes(challenge, "nonce", self->server_nonce, sizeof self->server_nonce);
  json_object_set_new(challenge, "peerId", json_string(self->peer_id));
  set_bytes(challenge, "serverKey", bh_sign_key_get_public(self->hub), BH_SIGN_KEY_BYTES);
  if (self->has_keys)
    set_bytes(challenge, "key", self->server_key, sizeof self->server_key);
  set_bytes(challenge, "serverProof", signature, sizeof signature);
  return challenge;
}

BhJoinProof *
bh_join_proof_new_fixed(BhSignKey *hub, const BhJoinHello *hello, const guint8 *nonce,
                        const guint8 *private_key)
{
  g_autoptr(BhJoinProof) self = g_new0(BhJoinProof, 1);

  self->hub = bh_sign_key_ref(hub);
  self->tenant_id = g_strdup(hello->tenant_id);
  self->device_id = g_strdup(hello->device_id);
  self->peer_id = g_strdup(hello->peer_id);
  memcpy(self->client_nonce, hello->nonce, sizeof self->client_nonce);
  memcpy(self->server_nonce, nonce, sizeof self->server_nonce);
  self->has_keys = hello->has_key;
  if (self->has_keys) {
    g_autoptr(BhExchangeKey) key = bh_exchange_key_new_from_private(private_key);

    memcpy(self->client_key, hello->key, sizeof self->client_key);
    memcpy(self->server_key, bh_exchange_key_get_public(key), sizeof self->server_key);
    if (!bh_exchange_key_derive(key, hello->key, self->shared))
      return NULL;
  }
  self->challenge = make_challenge(self);
  return g_steal_pointer(&self);
}

BhJoinProof *
bh_join_proof_new(BhSignKey *hub, const BhJoinHello *hello)
{
  guint8 nonce[BH_JOIN_PROOF_NONCE_BYTES];
  guint8 private_key[BH_JOIN_PROOF_KEY_BYTES];
  BhJoinProof *self;

  bh_id_random(nonce, sizeof nonce);
  bh_id_random(private_key, sizeof private_key);
  self = bh_join_proof_new_fixed(hub, hello, nonce, private_key);
  bh_digest_wipe(private_key, sizeof private_key);
  return self;
}

void
bh_join_proof_free(BhJoinProof *proof)
{
  if (proof == NULL)
    return;
  g_clear_pointer(&proof->challenge, json_decref);
  bh_sign_key_unref(proof->hub);
  g_free(proof->tenant_id);
  g_free(proof->device_id);
  g_free(proof->peer_id);
  bh_digest_wipe(proof, sizeof *proof);
  g_free(proof);
}

json_t *
bh_join_proof_get_challenge(BhJoinProof *proof)
{
  return proof->challenge;
}

const char *
bh_join_proof_get_tenant_id(const BhJoinProof *proof)
{
  return proof->tenant_id;
}

const char *
bh_join_proof_get_device_id(const BhJoinProof *proof)
{
  return proof->device_id;
}

const char *
bh_join_proof_get_peer_id(const BhJoinProof *proof)
{
  return proof->peer_id;
}

gboolean
bh_join_proof_check(const BhJoinProof *proof, const guint8 *public_key, const char *signature)
{
  guint8 bytes[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  if (!bh_base64url_decode_exact(signature, bytes, sizeof bytes))
    return FALSE;
  begin_transcript(proof, &transcript, DEVICE_LABEL);
  bh_transcript_add_bytes(&transcript, bh_sign_key_get_public(proof->hub), BH_SIGN_KEY_BYTES);
  return bh_sign_key_verify(public_key, transcript.bytes->data, transcript.bytes->len, bytes);
}

BhFrameSeal *
bh_join_proof_take_seal(BhJoinProof *proof)
{
  guint8 salt[2 * BH_JOIN_PROOF_NONCE_BYTES];
  guint8 keys[2 * BH_FRAME_SEAL_KEY_BYTES];
  g_auto(BhTranscript) info = {NULL};
  BhFrameSeal *seal;

  if (!proof->has_keys || proof->is_taken)
    return NULL;
  proof->is_taken = TRUE;
  memcpy(salt, proof->client_nonce, BH_JOIN_PROOF_NONCE_BYTES);
  memcpy(salt + BH_JOIN_PROOF_NONCE_BYTES, proof->server_nonce, BH_JOIN_PROOF_NONCE_BYTES);
  bh_transcript_init(&info, SEAL_LABEL);
  bh_transcript_add_text(&info, proof->tenant_id);
  bh_transcript_add_text(&info, proof->device_id);
  bh_transcript_add_text(&info, proof->peer_id);
  bh_digest_hkdf(proof->shared, sizeof proof->shared, salt, sizeof salt, info.bytes->data,
                 info.bytes->len, keys, sizeof keys);
  /* The first half is for what the client sends. */
  seal = bh_frame_seal_new(keys + BH_FRAME_SEAL_KEY_BYTES, keys);
  bh_digest_wipe(keys, sizeof keys);
  bh_digest_wipe(proof->shared, sizeof proof->shared);
  return seal;
}
