/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSecureDoor: https: the certificate that is shown there, and its renewal: by itself before it
 * ends, and whenever the hub's addresses change. The authority of the state folder signs it, unless
 * files of the settings replace it; these are read again when they change. What cannot be used is
 * warned of once, and what was shown before stays.
 *
 * And what a device needs to trust it:
 *
 *   GET /ca.crt                     the authority's certificate, DER
 *   GET /ca.pem                     the same, PEM
 *   GET /trust/bellhop.mobileconfig the same as a profile for iOS and macOS
 *   GET /trust/probe                204, for pages of any origin: who gets it trusts us
 */
#pragma once

#include "authority.h"
#include "house-links.h"
#include "web-server.h"

typedef struct _BhSecureDoor BhSecureDoor;

/**
 * bh_secure_door_new:
 * @folder: the state folder
 * @certificate_file: (nullable): PEM, to be used instead of the authority's; see
 *   bh_certificate_parse()
 * @key_file: (nullable): with @certificate_file
 *
 * Reads or makes the authority, or reads the files; blocks, for the start. @links learns the
 * authority's fingerprint.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhSecureDoor *bh_secure_door_new(const char *folder, const char *hub_name, BhHouseLinks *links,
                                 const char *certificate_file, const char *key_file,
                                 GError **error);
void bh_secure_door_free(BhSecureDoor *door);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhSecureDoor, bh_secure_door_free)

/** bh_secure_door_get_end_ms: of what is shown now. Returns: 0: it cannot be read */
gint64 bh_secure_door_get_end_ms(const BhSecureDoor *door);

/** bh_secure_door_open: listens by TLS and mounts the routes; see bh_web_server_listen(). */
gboolean bh_secure_door_open(BhSecureDoor *door, BhWebServer *web, const char *address,
                             guint16 port, GError **error);
