/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebServer: HTTP and WebSocket of the program (protocol section 6), plain, over TLS and over a
 * Unix-domain socket, over libsoup. Serves the pages embedded in the binary, hands WebSockets at
 * `/` and `/signal` to the signaling server, and whatever other rooms mount. Knows none of them.
 *
 * Checks `Host` and `Origin`, sets the security headers, caps request bodies (1 MiB) and
 * connections, of all and of one address. One main context; never blocks.
 */
#pragma once

#include <gio/gio.h>

#include "address-set.h"
#include "certificate.h"
#include "json-text.h"
#include "limit-set.h"
#include "remote.h"
#include "signaling-server.h"

#define BH_TYPE_WEB_SERVER (bh_web_server_get_type())
G_DECLARE_FINAL_TYPE(BhWebServer, bh_web_server, BH, WEB_SERVER, GObject)

#define BH_WEB_ERROR (bh_web_error_quark())

typedef enum {
  BH_WEB_ERROR_PORT_IN_USE, /* choose another port, or end the other program */
  BH_WEB_ERROR_ADDRESS,     /* not an IP address, or none of this computer's; a file in the way */
  BH_WEB_ERROR_FAILED,
} BhWebError;

GQuark bh_web_error_quark(void);

/* One HTTP request in the hands of a mounted handler: answered exactly once, now or later. */
typedef struct _BhWebRequest BhWebRequest;

typedef void (*BhWebHandler)(BhWebRequest *request, gpointer user_data);

/** bh_web_server_new: copies @limits, keeps a reference on @signaling. */
BhWebServer *bh_web_server_new(BhSignalingServer *signaling, const BhLimitSet *limits);

/**
 * bh_web_server_mount:
 * @method: "GET" or "POST"; other methods are answered with 405
 * @path: exact; with `/` at its end: whatever lies right in that folder, and is not mounted by
 * itself
 */
void bh_web_server_mount(BhWebServer *server, const char *method, const char *path,
                         BhWebHandler handler, gpointer user_data);

/**
 * bh_web_server_listen:
 * @address: an IP address
 * @port: 0: any
 *
 * Own listening socket with a backlog of 1024.
 *
 * Returns: %FALSE exactly when @error is set; it says which program's port it probably is
 */
gboolean bh_web_server_listen(BhWebServer *server, const char *address, guint16 port,
                              GError **error);

/**
 * bh_web_server_listen_tls: as bh_web_server_listen(), for https and wss, TLS 1.2 or later.
 * @certificate: shown to clients
 *
 * A handshake may take as long as a first request, and is part of it.
 */
gboolean bh_web_server_listen_tls(BhWebServer *server, const char *address, guint16 port,
                                  BhCertificate *certificate, GError **error);

/**
 * bh_web_server_set_tls_certificate: for connections that come from now on.
 *
 * Returns: %FALSE exactly when @error is set; the old one then stays
 */
gboolean bh_web_server_set_tls_certificate(BhWebServer *server, BhCertificate *certificate,
                                           GError **error);

/**
 * bh_web_server_listen_unix:
 * @path: in a folder that is this user's; of less than 104 bytes
 *
 * A Unix-domain socket of mode 0600 from the first moment. One that a dead program has left is
 * replaced, one that is answered is BH_WEB_ERROR_PORT_IN_USE. Goes away with
 * bh_web_server_close().
 *
 * What comes by it is BhRemote.local_socket. Any `Host` is right there, and whatever has an
 * `Origin` is refused: a browser has no business there.
 */
gboolean bh_web_server_listen_unix(BhWebServer *server, const char *path, GError **error);

/** bh_web_server_get_port: of the first listener without TLS. Returns: 0: there is none */
guint16 bh_web_server_get_port(BhWebServer *server);

/** bh_web_server_get_tls_port: of the first listener with TLS. Returns: 0: there is none */
guint16 bh_web_server_get_tls_port(BhWebServer *server);

/**
 * bh_web_server_set_proxies:
 * @proxies: (nullable): whose X-Forwarded-For and X-Forwarded-Proto are believed
 *
 * Their own connections are not counted as one address's.
 */
void bh_web_server_set_proxies(BhWebServer *server, BhAddressSet *proxies);

/**
 * bh_web_server_allow_host:
 * @name: a host name, without port
 *
 * Requests for it are answered, and pages of it may open WebSockets. IP addresses and `localhost`
 * are always answered: a name of somebody else's that leads here (DNS rebinding) is what this check
 * is against.
 */
void bh_web_server_allow_host(BhWebServer *server, const char *name);

typedef void (*BhWebVisitor)(const BhRemote *remote, gpointer user_data);

/**
 * bh_web_server_set_visitor:
 * @visitor: (nullable): told of every request, also of those that are refused, before it is answered
 */
void bh_web_server_set_visitor(BhWebServer *server, BhWebVisitor visitor, gpointer user_data);

/* Addresses that pages may be of; after so many the former ones are forgotten. */
#define BH_WEB_MAX_ORIGINS 64

/**
 * bh_web_server_allow_origin:
 * @address: an IP address of ours, now or before
 *
 * Pages that were loaded from it may open WebSockets: they stay open when we get another address,
 * and have to find us there.
 */
void bh_web_server_allow_origin(BhWebServer *server, const char *address);

/* How long what is slow is waited for. */
typedef struct {
  guint first_request_ms; /* from the connection to the end of its first request */
  guint next_request_ms;  /* from one response to the end of the next request */
  guint response_ms;      /* from a request to the end of its response */
  guint ping_ms;          /* WebSockets, protocol section 2 */
  guint silent_ms;
  guint join_ms; /* from the handshake of a WebSocket until its peer is in a room */
} BhWebTiming;

/** bh_web_timing_init: the defaults. */
void bh_web_timing_init(BhWebTiming *timing);

/** bh_web_server_set_timing: before listening. */
void bh_web_server_set_timing(BhWebServer *server, const BhWebTiming *timing);

/**
 * bh_web_server_wake: this program did not run for a while, or the computer slept: who did not
 * speak meanwhile is asked, and not taken for gone at once.
 */
void bh_web_server_wake(BhWebServer *server);

/**
 * bh_web_server_drop_astray: ends the WebSockets at addresses that this computer has no more.
 * Nothing that is sent by them leaves, nothing arrives; their places in the rooms are kept.
 */
void bh_web_server_drop_astray(BhWebServer *server);

typedef struct {
  guint64 connections; /* HTTP connections now, without WebSockets */
  guint64 web_sockets; /* now */
  guint64 requests;    /* since start */
  guint64 refused;     /* connections and WebSockets turned away since start */
} BhWebCounters;

void bh_web_server_get_counters(BhWebServer *server, BhWebCounters *out);

/** bh_web_request_get_method: Returns: (transfer none): "GET", "HEAD" or "POST" */
const char *bh_web_request_get_method(BhWebRequest *request);

/** bh_web_request_get_path: Returns: (transfer none): without the query */
const char *bh_web_request_get_path(BhWebRequest *request);

/** bh_web_request_get_remote: Returns: (transfer none): who asks, as far as proxies are believed */
const BhRemote *bh_web_request_get_remote(BhWebRequest *request);

/**
 * bh_web_request_get_bearer:
 *
 * Returns: (transfer none) (nullable): the token of `Authorization: Bearer`, unchecked; whether it
 *   may be looked at on this way is the handler's to decide
 */
const char *bh_web_request_get_bearer(BhWebRequest *request);

/** bh_web_request_get_origin: Returns: (transfer none) (nullable): the header, foreign */
const char *bh_web_request_get_origin(BhWebRequest *request);

/** bh_web_request_has_body: a POST may have none where its handler wants none. */
gboolean bh_web_request_has_body(BhWebRequest *request);

/** bh_web_request_get_json: Returns: (transfer full) (nullable): the body; %NULL: @error is set */
json_t *bh_web_request_get_json(BhWebRequest *request, GError **error);

/**
 * bh_web_request_knows:
 * @etag: with its quotes
 *
 * Whether who asks has this very response (`If-None-Match`, RFC 9110 section 13.1.2), and is to be
 * answered 304.
 */
gboolean bh_web_request_knows(BhWebRequest *request, const char *etag);

/** bh_web_request_get_query: Returns: (transfer none) (nullable) */
const char *bh_web_request_get_query(BhWebRequest *request, const char *name);

/** bh_web_request_get_query_table: Returns: (transfer none) (nullable): name -> value, all of it */
GHashTable *bh_web_request_get_query_table(BhWebRequest *request);

/**
 * bh_web_request_set_header: of the response to come; takes the place of one that every response
 * has, and of `Cache-Control: no-store`.
 */
void bh_web_request_set_header(BhWebRequest *request, const char *name, const char *value);

/** bh_web_request_respond_json: @value: (transfer none) */
void bh_web_request_respond_json(BhWebRequest *request, guint status, const json_t *value);

/** bh_web_request_respond_text: */
void bh_web_request_respond_text(BhWebRequest *request, guint status, const char *content_type,
                                 const char *text);

/** bh_web_request_respond_bytes: @bytes: (nullable): %NULL: no body, as of 204 */
void bh_web_request_respond_bytes(BhWebRequest *request, guint status, const char *content_type,
                                  GBytes *bytes);

/** bh_web_request_respond_problem: application/problem+json (RFC 9457). */
void bh_web_request_respond_problem(BhWebRequest *request, guint status, const char *code,
                                    const char *detail);

/** bh_web_server_close: stops listening, closes all connections; may be called twice. */
void bh_web_server_close(BhWebServer *server);
