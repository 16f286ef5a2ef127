/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest: SHA-256 (FIPS 180-4), HMAC (RFC 2104) and HKDF (RFC 5869) over it. They cannot fail but
 * by want of memory, which ends the program as everywhere in GLib.
 */
#pragma once

#include <glib.h>

#define BH_DIGEST_BYTES 32

/** bh_digest_sha256: @out: of BH_DIGEST_BYTES */
void bh_digest_sha256(const guint8 *bytes, gsize length, guint8 *out);

/** bh_digest_hmac: HMAC-SHA-256. @out: of BH_DIGEST_BYTES */
void bh_digest_hmac(const guint8 *key, gsize key_length, const guint8 *bytes, gsize length,
                    guint8 *out);

/**
 * bh_digest_hkdf: extract and expand, HKDF-SHA-256.
 * @salt: (nullable) (array length=salt_length):
 * @out_length: at most 255 * BH_DIGEST_BYTES
 */
void bh_digest_hkdf(const guint8 *secret, gsize secret_length, const guint8 *salt,
                    gsize salt_length, const guint8 *info, gsize info_length, guint8 *out,
                    gsize out_length);

/** bh_digest_equal: in a time that tells nothing of the content. */
gboolean bh_digest_equal(const guint8 *a, const guint8 *b, gsize length);

/** bh_digest_wipe: overwrites a secret; the compiler does not leave it out. */
void bh_digest_wipe(gpointer bytes, gsize length);

/** bh_digest_free_text: wipes and frees. @text: (transfer full) (nullable) */
void bh_digest_free_text(char *text);
