/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebSocket: the server's end of one WebSocket (RFC 6455), whatever drives it. Also a
 * BhSignalingTransport: sending, what is queued and closing are that interface's.
 *
 * Text messages only; binary closes with 1003. Whole messages are bounded, fragmented or not.
 */
#pragma once

#include "signaling-transport.h"

#define BH_TYPE_WEB_SOCKET (bh_web_socket_get_type())
G_DECLARE_INTERFACE(BhWebSocket, bh_web_socket, BH, WEB_SOCKET, BhSignalingTransport)

typedef struct {
  /* A whole text message, valid UTF-8, valid during the call. */
  void (*receive)(BhWebSocket *socket, const char *text, gsize length, gpointer user_data);
  /* The connection is gone. The last call, exactly once, never inside a call of ours to it. */
  void (*closed)(BhWebSocket *socket, gpointer user_data);
} BhWebSocketHandler;

struct _BhWebSocketInterface {
  GTypeInterface parent;

  void (*start)(BhWebSocket *self, const BhWebSocketHandler *handler, gpointer user_data);
  void (*check)(BhWebSocket *self, gint64 now_us, guint ping_ms, guint silent_ms);
  void (*wake)(BhWebSocket *self, gint64 now_us, guint silent_ms);
  void (*abort)(BhWebSocket *self);
};

/**
 * bh_web_socket_start:
 * @handler: (transfer none): must outlive the socket
 *
 * Messages begin to come. To be called once. It holds itself alive until closed() has returned.
 */
void bh_web_socket_start(BhWebSocket *self, const BhWebSocketHandler *handler, gpointer user_data);

/**
 * bh_web_socket_check:
 * @now_us: monotonic
 *
 * To be called every second or so: sends a ping where none was sent for @ping_ms, and ends a
 * connection that was silent for @silent_ms, or whose closing has taken too long. May end it, so
 * call closed().
 */
void bh_web_socket_check(BhWebSocket *self, gint64 now_us, guint ping_ms, guint silent_ms);

/* How long one that may be dead has to answer after a sleep; a phone that just woke takes seconds.
 */
#define BH_WEB_SOCKET_WAKE_MS 8000

/**
 * bh_web_socket_wake: this program did not run for a while: its silence meanwhile is ours. Sends a
 * ping at once; what is not heard within BH_WEB_SOCKET_WAKE_MS is ended by the checks to come.
 * @silent_ms: as given to bh_web_socket_check()
 */
void bh_web_socket_wake(BhWebSocket *self, gint64 now_us, guint silent_ms);

/** bh_web_socket_abort: ends it at once; calls closed(). */
void bh_web_socket_abort(BhWebSocket *self);
