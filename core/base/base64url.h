/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64url: bytes as text without padding (RFC 4648 section 5), as every key, nonce and signature
 * stands on the wire.
 */
#pragma once

#include <glib.h>

/** bh_base64url_encode: Returns: (transfer full): letters, digits, `-` and `_` only */
char *bh_base64url_encode(const guint8 *bytes, gsize length);

/**
 * bh_base64url_decode:
 * @text: foreign text
 * @max_bytes: longest result accepted
 *
 * Strict: no padding, no other characters, and no bits left over, so that a value has one spelling.
 *
 * Returns: (transfer full) (nullable): %NULL: it is none, or too long
 */
GBytes *bh_base64url_decode(const char *text, gsize max_bytes);

/**
 * bh_base64url_decode_exact:
 * @text: (nullable): foreign text
 * @out: (array length=length): filled only where all of it is right
 *
 * For what has one size: keys, nonces, signatures.
 *
 * Returns: whether @text stands for exactly @length bytes
 */
gboolean bh_base64url_decode_exact(const char *text, guint8 *out, gsize length);
