/* SPDX-License-Identifier: Apache-2.0 */
/*
 * socket-backlog: what a TCP connection has taken from us, and the other side has not acknowledged.
 *
 * A cable that is pulled, or a mains plug, is seen by nothing else for minutes: a small job goes
 * into the system's buffer at once.
 */
#pragma once

#include <gio/gio.h>

/**
 * bh_socket_backlog_get_bytes:
 * @socket: connected, its output not shut down (an end that is not acknowledged counts as well)
 *
 * Returns: bytes that may still be lost; 0 also where the system does not say
 */
gsize bh_socket_backlog_get_bytes(GSocket *socket);
