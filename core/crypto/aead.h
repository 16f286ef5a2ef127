/* SPDX-License-Identifier: Apache-2.0 */
/*
 * aead: ChaCha20-Poly1305 (RFC 8439): nobody can read what is sealed, nor change it unnoticed.
 */
#pragma once

#include <glib.h>

#define BH_AEAD_KEY_BYTES   32
#define BH_AEAD_NONCE_BYTES 12
#define BH_AEAD_TAG_BYTES   16

/**
 * bh_aead_seal:
 * @key: of BH_AEAD_KEY_BYTES
 * @nonce: of BH_AEAD_NONCE_BYTES; never twice with the same key
 * @extra: (nullable) (array length=extra_length): authenticated and not sealed
 *
 * Returns: (transfer full): of @length and BH_AEAD_TAG_BYTES, the tag at the end
 */
guint8 *bh_aead_seal(const guint8 *key, const guint8 *nonce, const guint8 *extra,
                     gsize extra_length, const guint8 *text, gsize length);

/**
 * bh_aead_open:
 * @sealed: foreign
 *
 * Returns: (transfer full) (nullable): of @length less BH_AEAD_TAG_BYTES, with a NUL behind it;
 *   %NULL: it was not sealed with this key and nonce, or was changed
 */
guint8 *bh_aead_open(const guint8 *key, const guint8 *nonce, const guint8 *extra,
                     gsize extra_length, const guint8 *sealed, gsize length);
