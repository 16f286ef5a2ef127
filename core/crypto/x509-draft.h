/* SPDX-License-Identifier: Apache-2.0 */
/*
 * x509-draft: what the certificates of an authority say, and what it issues (RFC 5280).
 */
#pragma once

#include <openssl/x509v3.h>

#include "certificate.h"

/**
 * bh_x509_draft_root:
 * @key: (transfer none): ECDSA P-256
 * @host_names: (array zero-terminated=1): what it may vouch for, besides `localhost` and the
 * private address ranges
 *
 * For ten years from a day before @now_ms.
 *
 * Returns: (nullable): for X509_free(); %NULL: OpenSSL could not, and its error queue says why
 */
X509 *bh_x509_draft_root(EVP_PKEY *key, const char *hub_name, const char *const *host_names,
                         gint64 now_ms);

/**
 * bh_x509_draft_leaf:
 * @key: (transfer none): of the TLS server
 *
 * For 90 days from a day before @now_ms.
 *
 * Returns: as bh_x509_draft_root()
 */
X509 *bh_x509_draft_leaf(EVP_PKEY *key, GENERAL_NAMES *names, BhCertificate *authority,
                         gint64 now_ms);
