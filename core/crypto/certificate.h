/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCertificate: a self-signed X.509 certificate with its private key, as WebRTC uses them: nobody
 * vouches for it, the SDP carries its fingerprint (RFC 8122).
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
  BH_CERTIFICATE_ERROR_FAILED, /* OpenSSL could not; the message says what */
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

BhCertificate *bh_certificate_ref(BhCertificate *certificate);
void bh_certificate_unref(BhCertificate *certificate);

/** bh_certificate_get_x509: Returns: (transfer none) */
X509 *bh_certificate_get_x509(BhCertificate *certificate);

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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCertificate, bh_certificate_unref)
