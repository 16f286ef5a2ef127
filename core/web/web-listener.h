/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebListener: listening sockets of our own, and the connections that come in by them until they
 * become WebSockets. libsoup is handed each connection, of TLS when hands have been shaken.
 *
 * A connection that takes too long over its handshake, over a request or over reading its response
 * is closed. One address has a share of them.
 */
#pragma once

#include <libsoup/soup.h>

#include "address-counter.h"
#include "web-server.h"

typedef struct _BhWebListener BhWebListener;

/** bh_web_listener_new: @soup and @counter must outlive it. */
BhWebListener *bh_web_listener_new(SoupServer *soup, BhAddressCounter *counter);

/** bh_web_listener_free: stops listening; closes the connections that are no WebSockets. */
void bh_web_listener_free(BhWebListener *listener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhWebListener, bh_web_listener_free)

/** bh_web_listener_listen: see bh_web_server_listen(). */
gboolean bh_web_listener_listen(BhWebListener *listener, const char *address, guint16 port,
                                GError **error);

/** bh_web_listener_listen_tls: see bh_web_server_listen_tls(); with the certificate last set. */
gboolean bh_web_listener_listen_tls(BhWebListener *listener, const char *address, guint16 port,
                                    GError **error);

/** bh_web_listener_listen_unix: see bh_web_server_listen_unix(). */
gboolean bh_web_listener_listen_unix(BhWebListener *listener, const char *path, GError **error);

/** bh_web_listener_set_certificate: see bh_web_server_set_tls_certificate(). */
gboolean bh_web_listener_set_certificate(BhWebListener *listener, BhCertificate *certificate,
                                         GError **error);

/** bh_web_listener_set_proxies: @proxies: (nullable): have no share of connections to keep to */
void bh_web_listener_set_proxies(BhWebListener *listener, BhAddressSet *proxies);

/** bh_web_listener_stop: accepts nothing more, and ends each connection that it has: at once, or with
 * the answer that it waits for. Twice is fine. */
void bh_web_listener_stop(BhWebListener *listener);

/** bh_web_listener_get_port: Returns: 0: there is none of that kind */
guint16 bh_web_listener_get_port(const BhWebListener *listener, gboolean is_tls);
void bh_web_listener_set_timing(BhWebListener *listener, const BhWebTiming *timing);

/** bh_web_listener_get_remote: of the connection itself. Returns: (transfer none) (nullable) */
const BhRemote *bh_web_listener_get_remote(BhWebListener *listener, SoupServerMessage *message);

/* A connection that is a WebSocket from now on. */
typedef struct {
  GSocket *socket;   /* (owned) */
  char *counted;     /* (owned) (nullable): whom to tell the counter of when it ends */
  gboolean is_plain; /* TCP without TLS */
} BhWebStolen;

/** bh_web_listener_steal: the connection of @message is no longer watched. Returns: %FALSE: gone */
gboolean bh_web_listener_steal(BhWebListener *listener, SoupServerMessage *message,
                               BhWebStolen *out);

/** bh_web_listener_drop: closes the connection of @message at once. */
void bh_web_listener_drop(BhWebListener *listener, SoupServerMessage *message);

/** bh_web_listener_check: to be called every second or so. */
void bh_web_listener_check(BhWebListener *listener, gint64 now_us);

guint bh_web_listener_count(const BhWebListener *listener);
guint64 bh_web_listener_count_refused(const BhWebListener *listener);
