/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade: the opening handshake of a WebSocket as a client makes it (RFC 6455 section 4.1). No
 * sockets.
 */
#pragma once

#include <glib.h>

/* A server's answer, whole. */
#define BH_UPGRADE_MAX_BYTES ((gsize)8 * 1024)

/**
 * bh_upgrade_make_request:
 * @uri: "ws:" or "wss:"
 * @key: base64 of 16 random bytes
 *
 * Returns: (transfer full): the request, to its empty line
 */
char *bh_upgrade_make_request(GUri *uri, const char *key);

typedef enum {
  BH_UPGRADE_PART, /* more has to come */
  BH_UPGRADE_DONE,
  BH_UPGRADE_BAD, /* no WebSocket is to be had here */
} BhUpgrade;

/**
 * bh_upgrade_read:
 * @text: what has come so far, at most BH_UPGRADE_MAX_BYTES of it are looked at
 * @key: as in the request
 * @used: (out): bytes of the answer, where it is done
 */
BhUpgrade bh_upgrade_read(const char *text, gsize length, const char *key, gsize *used);
