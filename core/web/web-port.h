/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhWebPort: one listening socket, TCP or Unix-domain, that hands over what connects to it.
 *
 * Own sockets rather than libsoup's: those take one connection a turn from a backlog of 10, and
 * stop for good once the system is out of descriptors.
 */
#pragma once

#include "web-server.h"

typedef struct _BhWebPort BhWebPort;

/* @socket: connected, not blocking; (transfer none) */
typedef void (*BhWebPortFunc)(BhWebPort *port, GSocket *socket, gpointer user_data);

/** bh_web_port_new_tcp: see bh_web_server_listen(). Returns: (nullable) */
BhWebPort *bh_web_port_new_tcp(const char *address, guint16 port, BhWebPortFunc func,
                               gpointer user_data, GError **error);

/** bh_web_port_new_unix: see bh_web_server_listen_unix(). Returns: (nullable) */
BhWebPort *bh_web_port_new_unix(const char *path, BhWebPortFunc func, gpointer user_data,
                                GError **error);

/** bh_web_port_free: stops listening; a Unix-domain socket's file goes with it. */
void bh_web_port_free(BhWebPort *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhWebPort, bh_web_port_free)

/** bh_web_port_get_number: Returns: 0: it is no TCP */
guint16 bh_web_port_get_number(const BhWebPort *port);
