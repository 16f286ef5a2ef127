/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "socket-backlog.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

/* tcp(7): SIOCOUTQ counts what was not sent, and what was sent but not acknowledged. */
gsize
bh_socket_backlog_get_bytes(GSocket *socket)
{
  int bytes = 0;

  return ioctl(g_socket_get_fd(socket), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? (gsize)bytes : 0;
}
