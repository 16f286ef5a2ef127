/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCertificate: an X.509 certificate with its private key. Self-signed, as WebRTC uses them:
 * nobody vouches for it, the SDP carries its fingerprint (RFC 8122). Or issued by a BhAuthority,
 * for https.
 *
 * Immutable and reference-counted (atomically); the key is wiped with the last reference.
 */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

typedef struct _BhCertificate BhCertificate;

/* "AB:CD:...", SHA-256, upper case, with its NUL (RFC 8122 section 5). */
#define BH_FINGERPRINT_SIZE (32 * 3)

#define BH_CERTIFICATE_ERROR (bh_certificate_error_quark())

typedef enum {
  BH_CERTIFICATE_ERROR_FAILED,  /* OpenSSL could not; the message says what */
  BH_CERTIFICATE_ERROR_DAMAGED, /* it is no certificate and its key */
} BhCertificateError;

GQuark bh_certificate_error_quark(void);

/**
 * bh_certificate_new:
 *
 * ECDSA P-256, as browsers make them (RFC 8827 section 6.5), valid from a day ago for a year.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
BhCertificate *bh_certificate_new(GError **error);

/** bh_certificate_take: @x509: (transfer full): of @key; @key: (transfer full): */
BhCertificate *bh_certificate_take(X509 *x509, EVP_PKEY *key);

/**
 * bh_certificate_parse:
 * @key_pem: PKCS#8, without a passphrase
 * @certificate_pem: its certificate; behind it may come those of the authorities that it was signed
 *   through, at most 8, each signed by the next
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: they are damaged, or not
 * of each other
 */
BhCertificate *bh_certificate_parse(const char *key_pem, const char *certificate_pem,
                                    GError **error);

/** bh_certificate_parse_key: Returns: (transfer full) (nullable): %NULL: it is none */
EVP_PKEY *bh_certificate_parse_key(const char *key_pem);

/** bh_certificate_to_pem: Returns: (transfer full): with those behind it, without the key */
char *bh_certificate_to_pem(BhCertificate *certificate);

/** bh_certificate_key_to_pem: Returns: (transfer full): PKCS#8; to be wiped */
char *bh_certificate_key_to_pem(BhCertificate *certificate);

BhCertificate *bh_certificate_ref(BhCertificate *certificate);
void bh_certificate_unref(BhCertificate *certificate);

/** bh_certificate_get_end_ms: until when it is good. Returns: 0: that cannot be read */
gint64 bh_certificate_get_end_ms(BhCertificate *certificate);

/**
 * bh_certificate_list_names: Returns: (transfer full): the host names that it is for, as they stand
 * there, without those that begin with a `*`; free with g_strfreev()
 */
char **bh_certificate_list_names(BhCertificate *certificate);

/** bh_certificate_get_x509: Returns: (transfer none) */
X509 *bh_certificate_get_x509(BhCertificate *certificate);

/**
 * bh_certificate_get_chain:
 *
 * Returns: (transfer none) (nullable): what is to be shown behind it, without the root
 */
STACK_OF(X509) * bh_certificate_get_chain(BhCertificate *certificate);

/** bh_certificate_is_same: both show the same, also behind the first one. */
gboolean bh_certificate_is_same(BhCertificate *certificate, BhCertificate *other);

/** bh_certificate_get_key: Returns: (transfer none) */
EVP_PKEY *bh_certificate_get_key(BhCertificate *certificate);

/** bh_certificate_get_fingerprint: Returns: (transfer none): of BH_FINGERPRINT_SIZE */
const char *bh_certificate_get_fingerprint(BhCertificate *certificate);

/**
 * bh_certificate_fingerprint_x509:
 * @out: of BH_FINGERPRINT_SIZE
 *
 * SHA-256 of a peer's certificate.
 */
void bh_certificate_fingerprint_x509(X509 *x509, char *out);

/** bh_certificate_number: gives @x509 a random serial number. Returns: %FALSE: out of memory */
gboolean bh_certificate_number(X509 *x509);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCertificate, bh_certificate_unref)
