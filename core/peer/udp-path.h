/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhUdpPath: a socket and the address that it sends to: what ICE has selected. Where the kernel can
 * (udp-path-linux.c), datagrams of one size go down in one system call, cut apart as late as
 * possible (UDP_SEGMENT). Elsewhere (udp-path-plain.c) there is none, and libnice sends.
 *
 * What is gathered lies in one buffer for all paths of the process: a datagram of another path
 * sends it off first. On one thread.
 */
#pragma once

#include <gio/gio.h>

typedef struct _BhUdpPath BhUdpPath;

/**
 * bh_udp_path_new:
 * @socket: referenced
 * @address: (nullable): a struct sockaddr of @address_bytes
 *
 * Returns: (transfer full) (nullable): %NULL where there is nothing to gain here
 */
BhUdpPath *bh_udp_path_new(GSocket *socket, gconstpointer address, gsize address_bytes);

/** bh_udp_path_free: sends off what is gathered. */
void bh_udp_path_free(BhUdpPath *self);

/**
 * bh_udp_path_send:
 * @may_wait: it may be gathered; the caller promises a bh_udp_path_flush() within this turn of the
 *   main loop. What was gathered before goes out before it in any case.
 *
 * Returns: %FALSE where the datagram was not taken
 */
gboolean bh_udp_path_send(BhUdpPath *self, const guint8 *data, gsize length, gboolean may_wait);

/** bh_udp_path_flush: what the kernel does not take is lost, as the network might have lost it. */
void bh_udp_path_flush(BhUdpPath *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhUdpPath, bh_udp_path_free)
