/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhJoinProof: the hub's side of one join of a paired device (protocol section 2): the hub proves
 * itself over both nonces, the device answers with its own signature over the same and the hub's
 * key, and where both sent X25519 keys, what follows is sealed. Whoever forwards the messages of
 * the two can change none of it.
 *
 * No I/O and no clock. What is signed, F: tenantId, deviceId, peerId, client nonce, server nonce,
 * client key or nothing, server key or nothing.
 */
#pragma once

#include "frame-seal.h"
#include "json-text.h"

/* From core/crypto; spelled here so that rooms which may not know that one can include this. */
typedef struct _BhSignKey BhSignKey;

#define BH_JOIN_PROOF_NONCE_BYTES 32
#define BH_JOIN_PROOF_KEY_BYTES   32

typedef struct _BhJoinProof BhJoinProof;

/* What the client said. */
typedef struct {
  const char *tenant_id;
  const char *device_id;
  const char *peer_id; /* chosen by the server, of the client's wish */
  guint8 nonce[BH_JOIN_PROOF_NONCE_BYTES];
  gboolean has_key;
  guint8 key[BH_JOIN_PROOF_KEY_BYTES]; /* X25519 */
} BhJoinHello;

/**
 * bh_join_proof_new:
 * @hello: copied
 *
 * Returns: (transfer full) (nullable): %NULL where the client's key is of small order, with which
 *   nothing can be sealed
 */
BhJoinProof *bh_join_proof_new(BhSignKey *hub, const BhJoinHello *hello);

/**
 * bh_join_proof_new_fixed:
 * @nonce: of BH_JOIN_PROOF_NONCE_BYTES
 * @private_key: of BH_JOIN_PROOF_KEY_BYTES; looked at only where the client sent a key
 *
 * As bh_join_proof_new(), with what is random there given by a test.
 */
BhJoinProof *bh_join_proof_new_fixed(BhSignKey *hub, const BhJoinHello *hello, const guint8 *nonce,
                                     const guint8 *private_key);

/** bh_join_proof_free: @proof: (nullable); wipes the secrets. */
void bh_join_proof_free(BhJoinProof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhJoinProof, bh_join_proof_free)

/** bh_join_proof_get_challenge: Returns: (transfer none): the `challenge`, whole */
json_t *bh_join_proof_get_challenge(BhJoinProof *proof);

const char *bh_join_proof_get_tenant_id(const BhJoinProof *proof);
const char *bh_join_proof_get_device_id(const BhJoinProof *proof);
const char *bh_join_proof_get_peer_id(const BhJoinProof *proof);

/**
 * bh_join_proof_check:
 * @public_key: of BH_JOIN_PROOF_KEY_BYTES; the device's Ed25519 key
 * @signature: (nullable): base64url, foreign
 *
 * About 100 us.
 */
gboolean bh_join_proof_check(const BhJoinProof *proof, const guint8 *public_key,
                             const char *signature);

/**
 * bh_join_proof_take_seal:
 *
 * Returns: (transfer full) (nullable): the server's side; %NULL where no keys were exchanged, and
 *   the second time
 */
BhFrameSeal *bh_join_proof_take_seal(BhJoinProof *proof);
