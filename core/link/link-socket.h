/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLinkSocket: a WebSocket to a server elsewhere, by TLS or, on this computer, plain. Never
 * blocks; what comes and what waits is bounded; a server that falls silent or does not read is
 * left.
 *
 * TLS is GIO's (glib-networking), against the system's authorities and one more that may be given.
 * Own framing rather than libsoup's: that bounds a frame and not a message, and does not tell what
 * is still queued.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_LINK_SOCKET (bh_link_socket_get_type())
G_DECLARE_FINAL_TYPE(BhLinkSocket, bh_link_socket, BH, LINK_SOCKET, GObject)

/* A message of the protocol's, and what may wait to leave. */
#define BH_LINK_SOCKET_MAX_MESSAGE_BYTES ((gsize)256 * 1024)
#define BH_LINK_SOCKET_MAX_QUEUED_BYTES  ((gsize)4 * 1024 * 1024)

/* A sign of life that was asked for comes within this. */
#define BH_LINK_SOCKET_PROBE_MS 4000

/* Protocol section 2. */
#define BH_LINK_SOCKET_PING_MS   20000
#define BH_LINK_SOCKET_SILENT_MS 45000

/*
 * Signals
 *   opened ()
 *   message (const char *text, gulong length): UTF-8, ends with a NUL behind its length
 *   closed (guint code, const char *reason): once, and the last one; never from within a call.
 *     @code is the server's, 1006 where it said none
 */

/**
 * bh_link_socket_new: begins to connect.
 * @url: "wss://..." or "ws://..."
 * @authority: (nullable): beside the system's
 */
BhLinkSocket *bh_link_socket_new(const char *url, GTlsDatabase *authority);

/** bh_link_socket_send: @text: of @length bytes; too much that waits closes it. */
void bh_link_socket_send(BhLinkSocket *socket, const char *text, gsize length);

/**
 * bh_link_socket_probe: the network may be another one: asks for a sign of life, and closes where
 * none comes within BH_LINK_SOCKET_PROBE_MS.
 */
void bh_link_socket_probe(BhLinkSocket *socket);

/** bh_link_socket_close: says goodbye where it can; no signal comes any more. */
void bh_link_socket_close(BhLinkSocket *socket);
