/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "figures.h"

int
wire_connect(guint16 port)
{
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;

  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
    bench_die("cannot connect: %s", g_strerror(errno));
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

void
wire_send(int fd, const void *bytes, gsize length)
{
  if (send(fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
    bench_die("cannot send: %s", g_strerror(errno));
}

static void
receive(int fd, void *out, gsize length)
{
  if (length > 0 && recv(fd, out, length, MSG_WAITALL) != (ssize_t)length)
    bench_die("a connection was lost");
}

void
wire_upgrade(int fd, const char *path)
{
  g_autofree char *request = g_strdup_printf(
      "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
      path);
  char answer[1024];
  gsize got = 0;

  wire_send(fd, request, strlen(request));
  while (got < 4 || memcmp(answer + got - 4, "\r\n\r\n", 4) != 0) {
    if (got == sizeof answer)
      bench_die("no handshake");
    receive(fd, answer + got++, 1);
  }
}

guint8 *
wire_make_frame(const char *text, gsize length)
{
  guint8 *frame = g_malloc0(length + 8);

  g_assert(length >= 126 && length <= G_MAXUINT16);
  frame[0] = 0x81;
  frame[1] = 0xfe;
  frame[2] = (guint8)(length >> 8);
  frame[3] = (guint8)length;
  memcpy(frame + 8, text, length);
  return frame;
}

void
wire_send_text(int fd, const char *text, gsize length)
{
  g_autofree guint8 *frame = NULL;

  if (length >= 126) {
    frame = wire_make_frame(text, length);
    wire_send(fd, frame, length + 8);
    return;
  }
  frame = g_malloc0(length + 6);
  frame[0] = 0x81;
  frame[1] = (guint8)(0x80 | length);
  memcpy(frame + 6, text, length);
  wire_send(fd, frame, length + 6);
}

char *
wire_receive_text(int fd)
{
  for (;;) {
    guint8 head[10];
    guint64 length;
    gsize more;
    char *text;

    receive(fd, head, 2);
    length = head[1] & 0x7f;
    more = length == 126 ? 2 : length == 127 ? 8 : 0;
    receive(fd, head + 2, more);
    if (more > 0)
      length = 0;
    for (gsize i = 0; i < more; i++)
      length = length << 8 | head[2 + i];
    text = g_malloc0((gsize)length + 1);
    receive(fd, text, (gsize)length);
    if ((head[0] & 0x0f) == 1)
      return text;
    g_free(text);
  }
}

double
wire_read_cpu(int pid)
{
  g_autofree char *path = g_strdup_printf("/proc/%d/schedstat", pid);
  g_autofree char *text = NULL;

  /* In nanoseconds, where /proc/PID/stat counts in hundredths of a second. */
  if (!g_file_get_contents(path, &text, NULL, NULL))
    return 0;
  return (double)g_ascii_strtoull(text, NULL, 10) / 1000;
}
