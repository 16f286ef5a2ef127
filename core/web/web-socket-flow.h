/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebSocketFlow: what every BhWebSocket does alike, whatever its bytes travel on: frames that
 * wait to leave, what is heard, pings, and the closing handshake (RFC 6455 section 7). No sockets.
 *
 * A plain struct inside the object that moves the bytes; that object ends it.
 */
#pragma once

#include <gio/gio.h>

#include "web-socket-codec.h"
#include "web-socket.h"

typedef enum {
  BH_WEB_SOCKET_NEW,     /* not started */
  BH_WEB_SOCKET_OPEN,    /* -> CLOSING: a close frame is queued; -> GONE: the connection broke */
  BH_WEB_SOCKET_CLOSING, /* reads on until the other side has closed; -> GONE */
  BH_WEB_SOCKET_GONE,    /* closed() is called, or has been */
} BhWebSocketPhase;

typedef struct {
  BhWebSocket *socket; /* weak: this is a part of it */
  void (*wake)(BhWebSocket *socket);
  const BhWebSocketHandler *handler;
  gpointer handler_data;
  BhWebSocketPhase phase;
  BhWebSocketReader reader;
  GQueue out;       /* frames */
  gsize out_offset; /* of the first frame, header included */
  gsize queued_bytes;
  gboolean close_received;
  gboolean deaf; /* what comes cannot be understood any more; read and dropped until the end, so
                    that the close frame is not lost in a reset */
  gint64 heard_us;
  gint64 pinged_us;
  gint64 closing_us;
} BhWebSocketFlow;

/**
 * bh_web_socket_flow_init:
 * @wake: called when something waits to be written; calls nothing of this from within
 */
void bh_web_socket_flow_init(BhWebSocketFlow *flow, BhWebSocket *socket,
                             void (*wake)(BhWebSocket *socket), gsize max_message_bytes);
void bh_web_socket_flow_clear(BhWebSocketFlow *flow);

/** bh_web_socket_flow_open: NEW -> OPEN. */
void bh_web_socket_flow_open(BhWebSocketFlow *flow, const BhWebSocketHandler *handler,
                             gpointer user_data);

/** bh_web_socket_flow_take: bytes came; unmasked in place. Calls receive(). */
void bh_web_socket_flow_take(BhWebSocketFlow *flow, guint8 *data, gsize length);

/** bh_web_socket_flow_send: a text message. */
void bh_web_socket_flow_send(BhWebSocketFlow *flow, GBytes *text);

/** bh_web_socket_flow_close: OPEN -> CLOSING. @reason: (nullable): */
void bh_web_socket_flow_close(BhWebSocketFlow *flow, guint code, const char *reason);

/**
 * bh_web_socket_flow_gather:
 * @vectors: of @n: filled with what is to be written next
 *
 * Returns: how many were filled; 0: nothing waits
 */
guint bh_web_socket_flow_gather(BhWebSocketFlow *flow, GOutputVector *vectors, guint n);

/** bh_web_socket_flow_written: @bytes of what was gathered have left. */
void bh_web_socket_flow_written(BhWebSocketFlow *flow, gsize bytes);

/** bh_web_socket_flow_check: see bh_web_socket_check(). Returns: %TRUE: it is to be ended */
gboolean bh_web_socket_flow_check(BhWebSocketFlow *flow, gint64 now_us, guint ping_ms,
                                  guint silent_ms);

/** bh_web_socket_flow_wake: see bh_web_socket_wake(). */
void bh_web_socket_flow_wake(BhWebSocketFlow *flow, gint64 now_us, guint silent_ms);

/**
 * bh_web_socket_flow_finish: -> GONE; takes what is queued out of the way.
 *
 * Returns: %FALSE: it was not started, or is gone already
 */
gboolean bh_web_socket_flow_finish(BhWebSocketFlow *flow);
