/* SPDX-License-Identifier: Apache-2.0 */
#include "udp-path.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

typedef struct {
  GSocket *sender, *receiver;
  BhUdpPath *path;
} Fixture;

static GSocket *
new_socket(void)
{
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, 0);
  g_autoptr(GError) error = NULL;
  GSocket *socket =
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error(error);
  g_socket_bind(socket, address, FALSE, &error);
  g_assert_no_error(error);
  g_socket_set_timeout(socket, 10);
  return socket;
}

static BhUdpPath *
path_to(GSocket *sender, GSocket *receiver)
{
  g_autoptr(GSocketAddress) address = g_socket_get_local_address(receiver, NULL);
  struct sockaddr_in native;

  g_assert_true(g_socket_address_to_native(address, &native, sizeof native, NULL));
  return bh_udp_path_new(sender, &native, sizeof native);
}

static void
set_up(Fixture *self, gconstpointer unused)
{
  self->sender = new_socket();
  self->receiver = new_socket();
  self->path = path_to(self->sender, self->receiver);
}

static void
tear_down(Fixture *self, gconstpointer unused)
{
  g_clear_pointer(&self->path, bh_udp_path_free);
  g_clear_object(&self->sender);
  g_clear_object(&self->receiver);
}

/* A datagram of @length bytes that are all @mark. */
static gboolean
send_mark(BhUdpPath *path, gsize length, guint8 mark, gboolean may_wait)
{
  g_autofree guint8 *data = g_malloc(length);

  memset(data, mark, length);
  return bh_udp_path_send(path, data, length, may_wait);
}

static void
expect_mark(GSocket *receiver, gsize length, guint8 mark)
{
  guint8 data[2048];
  g_autoptr(GError) error = NULL;
  gssize got = g_socket_receive(receiver, (char *)data, sizeof data, NULL, &error);

  g_assert_no_error(error);
  g_assert_cmpint(got, ==, length);
  for (gsize i = 0; i < length; i++)
    g_assert_cmpint(data[i], ==, mark);
}

static void
expect_nothing(GSocket *receiver)
{
  g_assert_false(g_socket_condition_check(receiver, G_IO_IN) & G_IO_IN);
}

static void
test_gathers(Fixture *self, gconstpointer unused)
{
  for (guint8 i = 1; i <= 10; i++)
    g_assert_true(send_mark(self->path, 1237, i, TRUE));
  expect_nothing(self->receiver);
  bh_udp_path_flush(self->path);
  for (guint8 i = 1; i <= 10; i++)
    expect_mark(self->receiver, 1237, i);
  bh_udp_path_flush(self->path);
  expect_nothing(self->receiver);
}

/* A shorter one ends what is gathered, and a longer one begins anew; the order stays. */
static void
test_keeps_sizes(Fixture *self, gconstpointer unused)
{
  static const gsize sizes[] = {1000, 1000, 7, 7, 1, 900, 1200, 1200, 1452, 1500, 3, 1237};

  for (guint8 i = 0; i < G_N_ELEMENTS(sizes); i++)
    g_assert_true(send_mark(self->path, sizes[i], i, TRUE));
  bh_udp_path_flush(self->path);
  for (guint8 i = 0; i < G_N_ELEMENTS(sizes); i++)
    expect_mark(self->receiver, sizes[i], i);
  expect_nothing(self->receiver);
}

static void
test_sends_at_once(Fixture *self, gconstpointer unused)
{
  g_assert_true(send_mark(self->path, 100, 1, TRUE));
  g_assert_true(send_mark(self->path, 100, 2, FALSE));
  expect_mark(self->receiver, 100, 1);
  expect_mark(self->receiver, 100, 2);
  g_assert_true(send_mark(self->path, 100, 3, FALSE));
  expect_mark(self->receiver, 100, 3);
}

/* More than one call takes, in number and in bytes. */
static void
test_takes_many(Fixture *self, gconstpointer unused)
{
  for (guint8 i = 0; i < 150; i++)
    g_assert_true(send_mark(self->path, 60, i, TRUE));
  bh_udp_path_flush(self->path);
  for (guint8 i = 0; i < 150; i++)
    expect_mark(self->receiver, 60, i);
  for (guint8 i = 0; i < 70; i++)
    g_assert_true(send_mark(self->path, 1237, i, TRUE));
  bh_udp_path_flush(self->path);
  for (guint8 i = 0; i < 70; i++)
    expect_mark(self->receiver, 1237, i);
}

static void
test_two_paths(Fixture *self, gconstpointer unused)
{
  g_autoptr(GSocket) receiver = new_socket();
  BhUdpPath *other = path_to(self->sender, receiver);

  g_assert_true(send_mark(self->path, 500, 1, TRUE));
  g_assert_true(send_mark(other, 500, 2, TRUE));
  expect_mark(self->receiver, 500, 1);
  expect_nothing(receiver);
  bh_udp_path_flush(self->path);
  expect_nothing(receiver);
  bh_udp_path_free(other);
  expect_mark(receiver, 500, 2);
}

/* Without checksums the kernel refuses to cut: as it does for interfaces that cannot. */
static void
test_goes_on_without_offload(Fixture *self, gconstpointer unused)
{
  g_assert_true(g_socket_set_option(self->sender, SOL_SOCKET, SO_NO_CHECK, 1, NULL));
  for (guint8 round = 0; round < 2; round++) {
    for (guint8 i = 0; i < 5; i++)
      g_assert_true(send_mark(self->path, 1000, i, TRUE));
    g_assert_true(send_mark(self->path, 10, 5, TRUE));
    bh_udp_path_flush(self->path);
    for (guint8 i = 0; i < 5; i++)
      expect_mark(self->receiver, 1000, i);
    expect_mark(self->receiver, 10, 5);
    expect_nothing(self->receiver);
  }
}

/* Its number may be another's by then. */
static void
test_closed_socket(Fixture *self, gconstpointer unused)
{
  g_autoptr(GSocket) other = NULL;
  int fd = g_socket_get_fd(self->sender);

  g_assert_true(send_mark(self->path, 100, 1, TRUE));
  g_assert_true(g_socket_close(self->sender, NULL));
  other = new_socket();
  g_assert_cmpint(g_socket_get_fd(other), ==, fd);
  bh_udp_path_flush(self->path);
  g_assert_false(send_mark(self->path, 100, 2, FALSE));
  expect_nothing(self->receiver);
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add("/peer/udp-path/" path, Fixture, NULL, set_up, function, tear_down)
  ADD("gathers", test_gathers);
  ADD("keeps-sizes", test_keeps_sizes);
  ADD("sends-at-once", test_sends_at_once);
  ADD("takes-many", test_takes_many);
  ADD("two-paths", test_two_paths);
  ADD("goes-on-without-offload", test_goes_on_without_offload);
  ADD("closed-socket", test_closed_socket);
#undef ADD
  return g_test_run();
}
