/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignKey: an Ed25519 key pair (RFC 8032): the hub's own, or one made for an integrator's token.
 *
 * Immutable and reference-counted (atomically); the private half is wiped with the last reference.
 */
#pragma once

#include <glib.h>

typedef struct _BhSignKey BhSignKey;

#define BH_SIGN_KEY_BYTES       32 /* a public key, and a private one (its seed) */
#define BH_SIGN_SIGNATURE_BYTES 64
/* What a pairing link carries of a key: enough that no second key with it can be found. */
#define BH_SIGN_KEY_FINGERPRINT_BYTES 16

#define BH_SIGN_KEY_ERROR (bh_sign_key_error_quark())

typedef enum {
  BH_SIGN_KEY_ERROR_FILE, /* the key's file cannot be read or written; the message says why */
} BhSignKeyError;

GQuark bh_sign_key_error_quark(void);

/** bh_sign_key_new: a fresh one. */
BhSignKey *bh_sign_key_new(void);

/** bh_sign_key_new_from_seed: @seed: of BH_SIGN_KEY_BYTES */
BhSignKey *bh_sign_key_new_from_seed(const guint8 *seed);

/**
 * bh_sign_key_open:
 * @path: PKCS#8 PEM, mode 0600
 *
 * Reads the key, or makes one where there is no file: durable before this returns. Blocks; for the
 * start. A file that cannot be understood is an error and is left as it is: a hub with another key
 * would be a stranger to all its devices.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhSignKey *bh_sign_key_open(const char *path, GError **error);

BhSignKey *bh_sign_key_ref(BhSignKey *key);
void bh_sign_key_unref(BhSignKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhSignKey, bh_sign_key_unref)

/** bh_sign_key_get_public: Returns: (transfer none): of BH_SIGN_KEY_BYTES */
const guint8 *bh_sign_key_get_public(BhSignKey *key);

/** bh_sign_key_get_seed: the private half; wipe copies. @out: of BH_SIGN_KEY_BYTES */
void bh_sign_key_get_seed(BhSignKey *key, guint8 *out);

/** bh_sign_key_sign: @out: of BH_SIGN_SIGNATURE_BYTES */
void bh_sign_key_sign(BhSignKey *key, const guint8 *bytes, gsize length, guint8 *out);

/**
 * bh_sign_key_verify:
 * @public_key: of BH_SIGN_KEY_BYTES, foreign
 * @signature: of BH_SIGN_SIGNATURE_BYTES, foreign
 *
 * RFC 8032 section 5.1.7 without the cofactor; a key or a point R of small order, which no honest signer
 * has, is refused as well. In any thread.
 */
gboolean bh_sign_key_verify(const guint8 *public_key, const guint8 *bytes, gsize length,
                            const guint8 *signature);

/**
 * bh_sign_key_fingerprint: the first 128 bits of the key's SHA-256.
 * @out: of BH_SIGN_KEY_FINGERPRINT_BYTES
 */
void bh_sign_key_fingerprint(const guint8 *public_key, guint8 *out);
