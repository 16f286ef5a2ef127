/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhEpollWebSocket: a BhWebSocket on a plain socket, driven by a BhEpollLoop.
 */
#pragma once

#include <gio/gio.h>

#include "epoll-loop.h"
#include "web-socket.h"

#define BH_TYPE_EPOLL_WEB_SOCKET (bh_epoll_web_socket_get_type())
G_DECLARE_FINAL_TYPE(BhEpollWebSocket, bh_epoll_web_socket, BH, EPOLL_WEB_SOCKET, GObject)

/**
 * bh_epoll_web_socket_new:
 * @loop: must outlive the socket
 * @stream: after the handshake; bytes that it has read ahead are taken from it, then its socket is
 *   used directly
 * @socket: of @stream
 */
BhWebSocket *bh_epoll_web_socket_new(BhEpollLoop *loop, GIOStream *stream, GSocket *socket,
                                     gsize max_message_bytes);
