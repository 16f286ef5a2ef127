/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAuthority: the hub's own certificate authority, which staff devices are made to trust so that
 * the hub's pages are a secure context for them. Each hub has its own.
 *
 * What it can vouch for is bounded by critical name constraints (RFC 5280 section 4.2.1.10): the
 * hub's own names and the private address ranges. So whoever steals it cannot stand in for anybody
 * else's site on the devices that trust it.
 *
 * In a folder: `authority.key` (0600), `authority.crt`, and of the certificate that https shows
 * `leaf.key` (0600) and `leaf.crt`. Blocks, for the start and a renewal every other month.
 */
#pragma once

#include "certificate.h"

typedef struct _BhAuthority BhAuthority;

#define BH_AUTHORITY_FINGERPRINT_BYTES 16

#define BH_AUTHORITY_ERROR (bh_authority_error_quark())

typedef enum {
  BH_AUTHORITY_ERROR_FILE, /* a file cannot be read or written, or is damaged: put a backup there */
  BH_AUTHORITY_ERROR_NAME, /* no host name, or no address */
  BH_AUTHORITY_ERROR_FAILED, /* OpenSSL could not */
} BhAuthorityError;

GQuark bh_authority_error_quark(void);

/**
 * bh_authority_open:
 * @folder: which exists
 * @hub_name: shown to people where they trust it
 * @host_names: (array zero-terminated=1): besides `localhost`
 * @now_ms: UTC
 *
 * Reads the authority, or makes one where there is none: ECDSA P-256, for ten years; on the disk
 * before this returns. One that is there stays as it is whatever the arguments are, since devices
 * trust it. A damaged one is an error and is left as it is: with another, every device would have
 * to be made to trust the hub again.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhAuthority *bh_authority_open(const char *folder, const char *hub_name,
                               const char *const *host_names, gint64 now_ms, GError **error);

BhAuthority *bh_authority_ref(BhAuthority *authority);
void bh_authority_unref(BhAuthority *authority);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhAuthority, bh_authority_unref)

/** bh_authority_get_der: Returns: (transfer none) */
GBytes *bh_authority_get_der(BhAuthority *authority);

/** bh_authority_get_pem: Returns: (transfer none) */
const char *bh_authority_get_pem(BhAuthority *authority);

/** bh_authority_get_title: Returns: (transfer none): "Bellhop at ...", its common name */
const char *bh_authority_get_title(BhAuthority *authority);

/** bh_authority_get_fingerprint: Returns: (transfer none): of BH_AUTHORITY_FINGERPRINT_BYTES: the
 *   first of the SHA-256 of the DER */
const guint8 *bh_authority_get_fingerprint(BhAuthority *authority);

/** bh_authority_permits: whether its constraints allow a host name, or an IP address as text. */
gboolean bh_authority_permits_name(BhAuthority *authority, const char *name);
gboolean bh_authority_permits_address(BhAuthority *authority, const char *address);

/**
 * bh_authority_issue:
 * @names: (array zero-terminated=1): host names
 * @addresses: (array zero-terminated=1): IP addresses
 *
 * A fresh certificate for a TLS server, of a fresh key: ECDSA P-256, from a day ago for 90 days.
 * One name or address that is not permitted makes the whole certificate worthless: see
 * bh_authority_serve().
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
BhCertificate *bh_authority_issue(BhAuthority *authority, const char *const *names,
                                  const char *const *addresses, gint64 now_ms, GError **error);

/**
 * bh_authority_needs_renewal:
 *
 * Whether @leaf is not of this authority, has fewer than 30 days left, is not valid yet (the clock
 * was wrong), or is not for exactly @names and @addresses.
 */
gboolean bh_authority_needs_renewal(BhAuthority *authority, BhCertificate *leaf,
                                    const char *const *names, const char *const *addresses,
                                    gint64 now_ms);

/**
 * bh_authority_serve:
 *
 * What https is to show for @names and @addresses, as far as they are permitted, and this computer
 * itself. The one in the folder while it is good, so that a restart serves the same; otherwise a
 * new one, which takes its place on the disk before this returns: that takes as long as the disk
 * does. On any thread, one call at a time. To be asked again when the addresses change, and daily.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhCertificate *bh_authority_serve(BhAuthority *authority, const char *const *names,
                                  const char *const *addresses, gint64 now_ms, GError **error);
