/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebSocketContext: makes a BhWebSocket of a connection, of the kind that serves it best. With
 * epoll (web-socket-context-epoll.c) the plain ones stand in one set that is a single source of the
 * main context; the others, and all of them elsewhere (web-socket-context-plain.c), have sources of
 * their own.
 */
#pragma once

#include <gio/gio.h>

#include "web-socket.h"

typedef struct _BhWebSocketContext BhWebSocketContext;

/** bh_web_socket_context_new: Returns: (nullable): %NULL: the system has no descriptor left */
BhWebSocketContext *bh_web_socket_context_new(void);

/** bh_web_socket_context_free: every WebSocket must have ended. */
void bh_web_socket_context_free(BhWebSocketContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhWebSocketContext, bh_web_socket_context_free)

/**
 * bh_web_socket_context_make:
 * @stream: after the handshake
 * @socket: under @stream
 * @is_plain: what is written to @stream stands on @socket just so, and that is TCP
 *
 * Returns: (transfer full)
 */
BhWebSocket *bh_web_socket_context_make(BhWebSocketContext *context, GIOStream *stream,
                                        GSocket *socket, gboolean is_plain,
                                        gsize max_message_bytes);
