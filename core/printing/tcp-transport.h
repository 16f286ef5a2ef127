/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTcpTransport: a printer that takes raw bytes on a TCP port, 9100 by custom.
 */
#pragma once

#include "stream-transport.h"

#define BH_TYPE_TCP_TRANSPORT (bh_tcp_transport_get_type())
G_DECLARE_FINAL_TYPE(BhTcpTransport, bh_tcp_transport, BH, TCP_TRANSPORT, BhStreamTransport)

/** bh_tcp_transport_new: Returns: (transfer full): not connected */
BhPrintTransport *bh_tcp_transport_new(const char *host, guint16 port);
