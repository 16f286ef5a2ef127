/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairing-proof: what both sides of a pairing prove to each other: by a link's secret, which is
 * never sent, or by a code that people compare. No I/O, no clock, no state.
 *
 * The comparison follows Vaudenay's scheme for short authenticated strings (CRYPTO 2005): the
 * device commits to its nonce before it sees the hub's, and opens it after, so that neither side,
 * nor anyone between them, can steer the code. A forger has one chance in a million for each
 * request.
 */
#pragma once

#include "pairing-body.h"
#include "sign-key.h"

#define BH_PAIRING_SECRET_BYTES 16
#define BH_PAIRING_CODE_DIGITS  6

/* From a link's secret. */
typedef struct {
  char link_id[BH_PAIRING_ID_TEXT_BYTES + 1];
  guint8 device_key[32]; /* the device's MAC is made with it */
  guint8 hub_key[32];    /* and the hub's with this one */
} BhPairingKeys;

/** bh_pairing_keys_derive: @secret: of BH_PAIRING_SECRET_BYTES */
void bh_pairing_keys_derive(BhPairingKeys *keys, const guint8 *secret);

/** bh_pairing_keys_clear: wipes them. */
void bh_pairing_keys_clear(BhPairingKeys *keys);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BhPairingKeys, bh_pairing_keys_clear)

/** bh_pairing_keys_check: whether MAC and signature of @body are right. */
gboolean bh_pairing_keys_check(const BhPairingKeys *keys, const BhPairBody *body);

/** bh_pairing_keys_answer: the hub's MAC of @answer to @body. @out: of BH_PAIRING_MAC_BYTES */
void bh_pairing_keys_answer(const BhPairingKeys *keys, const BhPairBody *body, GBytes *answer,
                            guint8 *out);

/* One comparison, as both sides know it once it is open. */
typedef struct {
  const char *request_id;
  const guint8 *public_key;   /* of BH_DEVICE_KEY_BYTES */
  const guint8 *hub_key;      /* of BH_SIGN_KEY_BYTES */
  const guint8 *device_nonce; /* of BH_PAIRING_NONCE_BYTES */
  const guint8 *hub_nonce;    /* of BH_PAIRING_NONCE_BYTES */
} BhComparisonFacts;

/** bh_comparison_commit: @out: of 32 bytes */
void bh_comparison_commit(const guint8 *public_key, const guint8 *device_nonce, guint8 *out);

/** bh_comparison_check: whether @signature (of BH_PAIRING_SIGNATURE_BYTES) is the device's. */
gboolean bh_comparison_check(const BhComparisonFacts *facts, const guint8 *signature);

/** bh_comparison_make_code: @out: six digits and a NUL */
void bh_comparison_make_code(const BhComparisonFacts *facts, char *out);

/** bh_comparison_sign_answer: @out: of BH_PAIRING_SIGNATURE_BYTES */
void bh_comparison_sign_answer(BhSignKey *hub, const char *request_id, GBytes *answer, guint8 *out);
