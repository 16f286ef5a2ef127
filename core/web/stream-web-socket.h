/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhStreamWebSocket: a BhWebSocket on any stream whose halves can be polled: TLS, a Unix-domain
 * socket, and plain TCP where there is no epoll. Two or three sources of the main context each.
 */
#pragma once

#include <gio/gio.h>

#include "web-socket.h"

#define BH_TYPE_STREAM_WEB_SOCKET (bh_stream_web_socket_get_type())
G_DECLARE_FINAL_TYPE(BhStreamWebSocket, bh_stream_web_socket, BH, STREAM_WEB_SOCKET, GObject)

/**
 * bh_stream_web_socket_new:
 * @stream: after the handshake
 * @socket: (nullable): under @stream, to tell the other side that nothing more comes
 */
BhWebSocket *bh_stream_web_socket_new(GIOStream *stream, GSocket *socket, gsize max_message_bytes);
