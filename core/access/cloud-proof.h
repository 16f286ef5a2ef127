/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCloudProof: the cloud's side of one join (protocol section 2). The cloud has proved itself by
 * TLS; it asks a device for its own signature, and a hub for the hub's, over both nonces and the
 * hub's key, whose room it is.
 *
 * What is signed by a device: tenantId, deviceId, peerId, client nonce, server nonce, nothing,
 * nothing (where a hub's own server has the keys that seal), the hub's key. By a hub: tenantId,
 * peerId, client nonce, server nonce, its key. No I/O and no clock.
 */
#pragma once

#include "json-text.h"
#include "membership.h"

#define BH_CLOUD_PROOF_NONCE_BYTES 32

typedef struct _BhCloudProof BhCloudProof;

typedef struct {
  const char *tenant_id;
  const char *peer_id; /* chosen by the server, of the client's wish */
  guint8 nonce[BH_CLOUD_PROOF_NONCE_BYTES];
  guint8 hub_key[BH_MEMBERSHIP_KEY_BYTES];
} BhCloudHello;

/**
 * bh_cloud_proof_new:
 * @hello: copied
 * @membership: (transfer full) (nullable): verified already; %NULL: it says it is the hub
 * @server_nonce: (nullable): of BH_CLOUD_PROOF_NONCE_BYTES, given by a test; %NULL: random
 */
BhCloudProof *bh_cloud_proof_new(const BhCloudHello *hello, BhMembership *membership,
                                 const guint8 *server_nonce);

/** bh_cloud_proof_free: @proof: (nullable): */
void bh_cloud_proof_free(BhCloudProof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCloudProof, bh_cloud_proof_free)

/** bh_cloud_proof_make_challenge: Returns: (transfer full): the `challenge`, whole */
json_t *bh_cloud_proof_make_challenge(const BhCloudProof *proof);

/** bh_cloud_proof_get_hello: Returns: (transfer none): */
const BhCloudHello *bh_cloud_proof_get_hello(const BhCloudProof *proof);

/** bh_cloud_proof_get_membership: Returns: (transfer none) (nullable): %NULL: the hub itself */
const BhMembership *bh_cloud_proof_get_membership(const BhCloudProof *proof);

/**
 * bh_cloud_proof_check:
 * @signature: (nullable): base64url, foreign
 *
 * About 100 us.
 */
gboolean bh_cloud_proof_check(const BhCloudProof *proof, const char *signature);

/**
 * bh_cloud_proof_sign_hub: the hub's side.
 * @hub: whose key hello.hub_key is
 * @server_nonce: of BH_CLOUD_PROOF_NONCE_BYTES
 *
 * Returns: (transfer full): base64url
 */
char *bh_cloud_proof_sign_hub(BhSignKey *hub, const BhCloudHello *hello,
                              const guint8 *server_nonce);
