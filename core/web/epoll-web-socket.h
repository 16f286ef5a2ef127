/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhEpollWebSocket: a BhWebSocket on a plain socket, driven by a BhEpollLoop.
 *
 * Holds itself alive from bh_web_socket_start() until its handler's closed() has returned.
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
BhEpollWebSocket *bh_epoll_web_socket_new(BhEpollLoop *loop, GIOStream *stream, GSocket *socket,
                                          gsize max_message_bytes);

/**
 * bh_epoll_web_socket_check:
 * @now_us: monotonic
 *
 * To be called every second or so: sends a ping where none was sent for @ping_ms, and ends a
 * connection that was silent for @silent_ms, or whose closing has taken too long. May end it, so
 * call closed().
 */
void bh_epoll_web_socket_check(BhEpollWebSocket *self, gint64 now_us, guint ping_ms,
                               guint silent_ms);

/** bh_epoll_web_socket_abort: ends it at once; calls closed(). */
void bh_epoll_web_socket_abort(BhEpollWebSocket *self);
