/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "cloud-proof.h"

#include <string.h>

#include "base64url.h"
#include "id.h"
#include "sign-key.h"
#include "transcript.h"

#define DEVICE_LABEL "bellhop device proof v1"
#define HUB_LABEL    "bellhop hub proof v1"

G_STATIC_ASSERT(BH_MEMBERSHIP_KEY_BYTES == BH_SIGN_KEY_BYTES);

struct _BhCloudProof {
  BhCloudHello hello; /* borrows the two below */
  char *tenant_id, *peer_id;
  guint8 server_nonce[BH_CLOUD_PROOF_NONCE_BYTES];
  BhMembership *membership;
};

BhCloudProof *
bh_cloud_proof_new(const BhCloudHello *hello, BhMembership *membership, const guint8 *server_nonce)
{
  BhCloudProof *self = g_new0(BhCloudProof, 1);

  self->hello = *hello;
  self->hello.tenant_id = self->tenant_id = g_strdup(hello->tenant_id);
  self->hello.peer_id = self->peer_id = g_strdup(hello->peer_id);
  self->membership = membership;
  if (server_nonce != NULL)
    memcpy(self->server_nonce, server_nonce, sizeof self->server_nonce);
  else
    bh_id_random(self->server_nonce, sizeof self->server_nonce);
  return self;
}

void
bh_cloud_proof_free(BhCloudProof *proof)
{
  if (proof == NULL)
    return;
  bh_membership_free(proof->membership);
  g_free(proof->tenant_id);
  g_free(proof->peer_id);
  g_free(proof);
}

json_t *
bh_cloud_proof_make_challenge(const BhCloudProof *proof)
{
  g_autofree char *nonce = bh_base64url_encode(proof->server_nonce, sizeof proof->server_nonce);

  return json_pack("{s:s, s:s, s:s}", "type", "challenge", "nonce", nonce, "peerId",
                   proof->peer_id);
}

const BhCloudHello *
bh_cloud_proof_get_hello(const BhCloudProof *proof)
{
  return &proof->hello;
}

const BhMembership *
bh_cloud_proof_get_membership(const BhCloudProof *proof)
{
  return proof->membership;
}

static void
write_device(BhTranscript *out, const BhCloudHello *hello, const char *device_id,
             const guint8 *server_nonce)
{
  bh_transcript_init(out, DEVICE_LABEL);
  bh_transcript_add_text(out, hello->tenant_id);
  bh_transcript_add_text(out, device_id);
  bh_transcript_add_text(out, hello->peer_id);
  bh_transcript_add_bytes(out, hello->nonce, sizeof hello->nonce);
  bh_transcript_add_bytes(out, server_nonce, BH_CLOUD_PROOF_NONCE_BYTES);
  /* Nothing is sealed inside TLS: neither side sent a key for it. */
  bh_transcript_add_text(out, NULL);
  bh_transcript_add_text(out, NULL);
  bh_transcript_add_bytes(out, hello->hub_key, sizeof hello->hub_key);
}

static void
write_hub(BhTranscript *out, const BhCloudHello *hello, const guint8 *server_nonce)
{
  bh_transcript_init(out, HUB_LABEL);
  bh_transcript_add_text(out, hello->tenant_id);
  bh_transcript_add_text(out, hello->peer_id);
  bh_transcript_add_bytes(out, hello->nonce, sizeof hello->nonce);
  bh_transcript_add_bytes(out, server_nonce, BH_CLOUD_PROOF_NONCE_BYTES);
  bh_transcript_add_bytes(out, hello->hub_key, sizeof hello->hub_key);
}

gboolean
bh_cloud_proof_check(const BhCloudProof *proof, const char *signature)
{
  const BhMembership *membership = proof->membership;
  guint8 bytes[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  if (!bh_base64url_decode_exact(signature, bytes, sizeof bytes))
    return FALSE;
  if (membership != NULL)
    write_device(&transcript, &proof->hello, membership->device_id, proof->server_nonce);
  else
    write_hub(&transcript, &proof->hello, proof->server_nonce);
  return bh_sign_key_verify(membership != NULL ? membership->public_key : proof->hello.hub_key,
                            transcript.bytes->data, transcript.bytes->len, bytes);
}

char *
bh_cloud_proof_sign_hub(BhSignKey *hub, const BhCloudHello *hello, const guint8 *server_nonce)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  write_hub(&transcript, hello, server_nonce);
  bh_sign_key_sign(hub, transcript.bytes->data, transcript.bytes->len, signature);
  return bh_base64url_encode(signature, sizeof signature);
}
