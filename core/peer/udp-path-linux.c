/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "udp-path.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103 /* <linux/udp.h>, which does not go together with <netinet/udp.h> */
#endif

/* UDP_MAX_SEGMENTS of the kernels before 6.9. */
#define MAX_SEGMENTS 64
/* The kernel takes 65,507 bytes over IPv4 and cuts them itself. */
#define MAX_BYTES 61440
/* Larger ones might not pass a link unfragmented, and offload refuses those. */
#define MAX_SEGMENT_BYTES 1452
/* Of the kernel, for what comes while the loop does other things: with its own 208 KiB, of which
 * each datagram takes 2 KiB, every fiftieth of a stream was thrown away. It grants what
 * net.core.rmem_max allows. */
#define RECEIVE_BUFFER_BYTES (512 * 1024)

struct _BhUdpPath {
  GSocket *socket; /* libnice may close it: its number is asked for each time */
  struct sockaddr_storage address;
  socklen_t address_bytes;
  gboolean is_without_offload; /* the kernel, or the network interface, has refused once */
};

static struct {
  BhUdpPath *path; /* (nullable): whose datagrams they are */
  gsize segment_bytes, bytes;
  gboolean is_complete; /* a shorter one can only be the last */
  guint8 data[MAX_BYTES];
} gathered;

static gboolean
send_segments(BhUdpPath *self, const guint8 *data, gsize length, gsize segment_bytes)
{
  struct iovec part = {.iov_base = (gpointer)(guintptr)data, .iov_len = length};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(guint16))];
  } control = {0};
  struct msghdr message = {.msg_name = &self->address,
                           .msg_namelen = self->address_bytes,
                           .msg_iov = &part,
                           .msg_iovlen = 1};
  gssize sent;

  if (length > segment_bytes) {
    guint16 size = (guint16)segment_bytes;

    message.msg_control = &control;
    message.msg_controllen = sizeof control.bytes;
    control.header.cmsg_level = IPPROTO_UDP;
    control.header.cmsg_type = UDP_SEGMENT;
    control.header.cmsg_len = CMSG_LEN(sizeof size);
    memcpy(CMSG_DATA(&control.header), &size, sizeof size);
  }
  do {
    sent = sendmsg(g_socket_get_fd(self->socket), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == (gssize)length;
}

static gboolean
is_refusal(int code)
{
  return code == EINVAL || code == EIO || code == ENOTSUP || code == ENOPROTOOPT;
}

static gboolean
send_off(void)
{
  BhUdpPath *self = g_steal_pointer(&gathered.path);
  gsize segment_bytes = gathered.segment_bytes;
  gboolean is_sent;

  if (self == NULL)
    return TRUE;
  is_sent = send_segments(self, gathered.data, gathered.bytes, segment_bytes);
  if (is_sent || gathered.bytes <= segment_bytes || !is_refusal(errno))
    return is_sent;
  self->is_without_offload = TRUE;
  for (gsize at = 0; at < gathered.bytes; at += segment_bytes)
    is_sent = send_segments(self, gathered.data + at, MIN(segment_bytes, gathered.bytes - at),
                            segment_bytes);
  return is_sent;
}

BhUdpPath *
bh_udp_path_new(GSocket *socket, gconstpointer address, gsize address_bytes)
{
  BhUdpPath *self;

  if (address_bytes > sizeof self->address)
    return NULL;
  self = g_new0(BhUdpPath, 1);
  self->socket = g_object_ref(socket);
  memcpy(&self->address, address, address_bytes);
  self->address_bytes = (socklen_t)address_bytes;
  g_socket_set_option(socket, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER_BYTES, NULL);
  return self;
}

void
bh_udp_path_free(BhUdpPath *self)
{
  bh_udp_path_flush(self);
  g_object_unref(self->socket);
  g_free(self);
}

gboolean
bh_udp_path_send(BhUdpPath *self, const guint8 *data, gsize length, gboolean may_wait)
{
  gboolean is_following = gathered.path == self && !gathered.is_complete &&
                          length <= gathered.segment_bytes && gathered.bytes + length <= MAX_BYTES;

  if (!is_following)
    send_off();
  if (!is_following && (!may_wait || self->is_without_offload || length > MAX_SEGMENT_BYTES))
    return send_segments(self, data, length, length);
  if (!is_following) {
    gathered.path = self;
    gathered.segment_bytes = length;
    gathered.bytes = 0;
    gathered.is_complete = FALSE;
  }
  memcpy(gathered.data + gathered.bytes, data, length);
  gathered.bytes += length;
  gathered.is_complete =
      length < gathered.segment_bytes || gathered.bytes >= MAX_SEGMENTS * gathered.segment_bytes;
  return may_wait && !gathered.is_complete ? TRUE : send_off();
}

void
bh_udp_path_flush(BhUdpPath *self)
{
  if (gathered.path == self)
    send_off();
}
