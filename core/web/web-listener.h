/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebListener: listening sockets of our own, and the connections that come in by them until they
 * become WebSockets. libsoup is handed each connection; its own listener has a backlog of 10 and no
 * clock.
 *
 * A connection that takes too long over a request or over reading its response is closed.
 */
#pragma once

#include <libsoup/soup.h>

#include "web-server.h"

typedef struct _BhWebListener BhWebListener;

/** bh_web_listener_new: @soup must outlive it. */
BhWebListener *bh_web_listener_new(SoupServer *soup);

/** bh_web_listener_free: stops listening; closes the connections that are no WebSockets. */
void bh_web_listener_free(BhWebListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhWebListener, bh_web_listener_free)

/** bh_web_listener_listen: see bh_web_server_listen(). */
gboolean bh_web_listener_listen(BhWebListener *listener, const char *address, guint16 port,
                                GError **error);

/** bh_web_listener_stop: accepts nothing more. */
void bh_web_listener_stop(BhWebListener *listener);

guint16 bh_web_listener_get_port(const BhWebListener *listener);
void bh_web_listener_set_timing(BhWebListener *listener, const BhWebTiming *timing);

/** bh_web_listener_steal: the connection of @message is no longer watched: it is a WebSocket.
 *
 * Returns: (transfer full) (nullable): its socket
 */
GSocket *bh_web_listener_steal(BhWebListener *listener, SoupServerMessage *message);

/** bh_web_listener_drop: closes the connection of @message at once. */
void bh_web_listener_drop(BhWebListener *listener, SoupServerMessage *message);

/** bh_web_listener_check: to be called every second or so. */
void bh_web_listener_check(BhWebListener *listener, gint64 now_us);

guint bh_web_listener_count(const BhWebListener *listener);
guint64 bh_web_listener_count_refused(const BhWebListener *listener);
