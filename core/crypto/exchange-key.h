/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhExchangeKey: an X25519 key pair (RFC 7748) for one connection; both sides come to the same
 * secret, which nobody who listens can.
 */
#pragma once

#include <glib.h>

typedef struct _BhExchangeKey BhExchangeKey;

#define BH_EXCHANGE_KEY_BYTES 32 /* a public key, a private one, and the shared secret */

/** bh_exchange_key_new: a fresh one. */
BhExchangeKey *bh_exchange_key_new(void);

/** bh_exchange_key_new_from_private: @bytes: of BH_EXCHANGE_KEY_BYTES; for test vectors */
BhExchangeKey *bh_exchange_key_new_from_private(const guint8 *bytes);

/** bh_exchange_key_free: wipes the private half. */
void bh_exchange_key_free(BhExchangeKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhExchangeKey, bh_exchange_key_free)

/** bh_exchange_key_get_public: Returns: (transfer none): of BH_EXCHANGE_KEY_BYTES */
const guint8 *bh_exchange_key_get_public(BhExchangeKey *key);

/**
 * bh_exchange_key_derive:
 * @other: of BH_EXCHANGE_KEY_BYTES, foreign
 * @out: of BH_EXCHANGE_KEY_BYTES; to go through HKDF, and to be wiped
 *
 * Returns: %FALSE where @other is a point of small order, which gives a secret that everybody knows
 *   (RFC 7748 section 6.1)
 */
gboolean bh_exchange_key_derive(BhExchangeKey *key, const guint8 *other, guint8 *out);
