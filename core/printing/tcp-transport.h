/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTcpTransport: a printer that takes raw bytes on a TCP port, 9100 by custom.
 */
#pragma once

#include "print-transport.h"

#define BH_TYPE_TCP_TRANSPORT (bh_tcp_transport_get_type())
G_DECLARE_FINAL_TYPE(BhTcpTransport, bh_tcp_transport, BH, TCP_TRANSPORT, GObject)

/*
 * Most that one connection may send back. A status block has four bytes and comes when a lid moves;
 * whoever sends more than this is no printer, and `ended` comes with an error.
 */
#define BH_TCP_TRANSPORT_MAX_RECEIVED_BYTES (256 * 1024)

/** bh_tcp_transport_new: Returns: (transfer full): not connected */
BhPrintTransport *bh_tcp_transport_new(const char *host, guint16 port);
