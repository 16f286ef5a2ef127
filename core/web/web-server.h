/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebServer: HTTP and WebSocket of the program (protocol section 6), over libsoup. Serves the
 * pages embedded in the binary, hands WebSockets at `/` and `/signal` to the signaling server, and
 * whatever other rooms mount. Knows none of them.
 *
 * Checks `Host` and `Origin`, sets the security headers, caps request bodies (1 MiB) and
 * connections. One main context; never blocks.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"
#include "limit-set.h"
#include "signaling-server.h"

#define BH_TYPE_WEB_SERVER (bh_web_server_get_type())
G_DECLARE_FINAL_TYPE(BhWebServer, bh_web_server, BH, WEB_SERVER, GObject)

#define BH_WEB_ERROR (bh_web_error_quark())

typedef enum {
  BH_WEB_ERROR_PORT_IN_USE, /* choose another port, or end the other program */
  BH_WEB_ERROR_ADDRESS,     /* not an IP address, or none of this computer's */
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
 * @path: exact
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

/** bh_web_server_get_port: of the first listener. */
guint16 bh_web_server_get_port(BhWebServer *server);

/**
 * bh_web_server_allow_host:
 * @name: a host name, without port
 *
 * Requests for it are answered, and pages of it may open WebSockets. IP addresses and `localhost`
 * are always answered: a name of somebody else's that leads here (DNS rebinding) is what this check
 * is against.
 */
void bh_web_server_allow_host(BhWebServer *server, const char *name);

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

typedef struct {
  guint64 connections; /* HTTP connections now, without WebSockets */
  guint64 web_sockets; /* now */
  guint64 requests;    /* since start */
  guint64 refused;     /* connections and WebSockets turned away since start */
} BhWebCounters;

void bh_web_server_get_counters(BhWebServer *server, BhWebCounters *out);

/** bh_web_request_get_json: Returns: (transfer full) (nullable): the body; %NULL: @error is set */
json_t *bh_web_request_get_json(BhWebRequest *request, GError **error);

/** bh_web_request_get_query: Returns: (transfer none) (nullable) */
const char *bh_web_request_get_query(BhWebRequest *request, const char *name);

/** bh_web_request_respond_json: @value: (transfer none) */
void bh_web_request_respond_json(BhWebRequest *request, guint status, const json_t *value);

/** bh_web_request_respond_text: */
void bh_web_request_respond_text(BhWebRequest *request, guint status, const char *content_type,
                                 const char *text);

/** bh_web_request_respond_problem: application/problem+json (RFC 9457). */
void bh_web_request_respond_problem(BhWebRequest *request, guint status, const char *code,
                                    const char *detail);

/** bh_web_server_close: stops listening, closes all connections; may be called twice. */
void bh_web_server_close(BhWebServer *server);
