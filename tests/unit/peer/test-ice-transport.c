/* SPDX-License-Identifier: Apache-2.0 */
#include "ice-transport.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define TIMEOUT_SECONDS 20
#define VANISH_SECONDS  30

typedef struct {
  BhIceTransport *ice;
  GString *received;
} Side;

static gboolean
on_too_late(gpointer data)
{
  g_error("timed out");
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint timer_ = g_timeout_add_seconds(TIMEOUT_SECONDS, on_too_late, NULL);                      \
    while (!(condition))                                                                           \
      g_main_context_iteration(NULL, TRUE);                                                        \
    g_source_remove(timer_);                                                                       \
  }                                                                                                \
  G_STMT_END

static void
on_received(const guint8 *data, gsize length, gpointer user_data)
{
  Side *side = user_data;

  g_string_append_len(side->received, (const char *)data, (gssize)length);
}

static void
side_init(Side *side, gboolean is_controlling, guint vanish_seconds)
{
  BhIceAgentConfig config = {.loopback = TRUE, .is_controlling = is_controlling};
  g_autoptr(GError) error = NULL;

  side->ice = bh_ice_transport_new(&config, vanish_seconds);
  side->received = g_string_new(NULL);
  bh_transport_set_receiver(BH_TRANSPORT(side->ice), on_received, side);
  bh_ice_transport_gather(side->ice, &error);
  g_assert_no_error(error);
}

static void
side_clear(Side *side)
{
  bh_transport_close(BH_TRANSPORT(side->ice));
  bh_transport_close(BH_TRANSPORT(side->ice));
  g_assert_finalize_object(side->ice);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_string_free(side->received, TRUE);
}

/* @to learns what @from has to say; without candidates it must wait to be found. */
static void
introduce(Side *to, Side *from, gboolean with_candidates)
{
  BhIceAgent *agent = bh_ice_transport_get_latest(from->ice);
  GPtrArray *candidates = bh_ice_agent_get_candidates(agent);

  g_assert_cmpuint(candidates->len, >, 0);
  bh_ice_transport_set_remote(to->ice, bh_ice_agent_get_ufrag(agent),
                              bh_ice_agent_get_password(agent), FALSE);
  for (guint i = 0; with_candidates && i < candidates->len; i++) {
    g_autoptr(GError) error = NULL;
    BhIceCandidate candidate;

    g_assert_true(bh_ice_candidate_parse(candidates->pdata[i], &candidate, &error));
    bh_ice_agent_add_candidate(bh_ice_transport_get_latest(to->ice), &candidate);
  }
}

static gboolean
is_connected(Side *side)
{
  return bh_transport_get_state(BH_TRANSPORT(side->ice)) == BH_TRANSPORT_CONNECTED;
}

static void
exchange(Side *one, Side *two)
{
  g_string_truncate(one->received, 0);
  g_string_truncate(two->received, 0);
  g_assert_true(bh_transport_send(BH_TRANSPORT(one->ice), (const guint8 *)"ping", 4));
  g_assert_true(bh_transport_send(BH_TRANSPORT(two->ice), (const guint8 *)"pong", 4));
  wait_until(one->received->len > 0 && two->received->len > 0);
  g_assert_cmpstr(one->received->str, ==, "pong");
  g_assert_cmpstr(two->received->str, ==, "ping");
}

static void
connect_sides(Side *one, Side *two)
{
  introduce(two, one, TRUE);
  introduce(one, two, TRUE);
  wait_until(is_connected(one) && is_connected(two));
}

static void
test_connects(void)
{
  Side one, two;
  gint64 began = g_get_monotonic_time();

  side_init(&one, TRUE, VANISH_SECONDS);
  side_init(&two, FALSE, VANISH_SECONDS);
  g_assert_false(bh_transport_send(BH_TRANSPORT(one.ice), (const guint8 *)"early", 5));
  connect_sides(&one, &two);
  g_test_message("connected after %" G_GINT64_FORMAT " us", g_get_monotonic_time() - began);
  exchange(&one, &two);
  side_clear(&one);
  side_clear(&two);
}

/* One side knows no candidate of the other and is found by its checks. */
static void
test_connects_without_candidates(void)
{
  for (guint blind = 0; blind < 2; blind++) {
    Side one, two;

    side_init(&one, TRUE, VANISH_SECONDS);
    side_init(&two, FALSE, VANISH_SECONDS);
    introduce(&two, &one, blind != 1);
    introduce(&one, &two, blind != 0);
    wait_until(is_connected(&one) && is_connected(&two));
    exchange(&one, &two);
    side_clear(&one);
    side_clear(&two);
  }
}

#ifdef __linux__
/* However much has come, other connections have their turn in between. */
static void
test_takes_turns(void)
{
  enum { N_DATAGRAMS = 150, MOST_PER_TURN = 64 };
  Side one, two;

  side_init(&one, TRUE, VANISH_SECONDS);
  side_init(&two, FALSE, VANISH_SECONDS);
  connect_sides(&one, &two);
  bh_transport_cork(BH_TRANSPORT(one.ice));
  for (guint i = 0; i < N_DATAGRAMS; i++)
    g_assert_true(bh_transport_send(BH_TRANSPORT(one.ice), (const guint8 *)"x", 1));
  bh_transport_uncork(BH_TRANSPORT(one.ice));
  while (two.received->len < N_DATAGRAMS) {
    guint timer = g_timeout_add_seconds(TIMEOUT_SECONDS, on_too_late, NULL);
    gsize before = two.received->len;

    g_main_context_iteration(NULL, TRUE);
    g_assert_cmpuint(two.received->len - before, <=, MOST_PER_TURN);
    g_source_remove(timer);
  }
  exchange(&one, &two);
  side_clear(&one);
  side_clear(&two);
}
#endif

static void
test_restarts(void)
{
  Side one, two;
  g_autofree char *before = NULL;
  BhIceAgent *agent;

  side_init(&one, TRUE, VANISH_SECONDS);
  side_init(&two, FALSE, VANISH_SECONDS);
  connect_sides(&one, &two);
  before = g_strdup(bh_ice_agent_get_ufrag(bh_ice_transport_get_latest(one.ice)));

  g_assert_true(bh_ice_transport_gather(one.ice, NULL));
  g_assert_true(bh_ice_transport_gather(two.ice, NULL));
  agent = bh_ice_transport_get_latest(one.ice);
  g_assert_cmpstr(bh_ice_agent_get_ufrag(agent), !=, before);
  exchange(&one, &two); /* by the old pair, in the meantime */
  introduce(&two, &one, TRUE);
  introduce(&one, &two, TRUE);
  wait_until(bh_ice_agent_is_connected(agent) &&
             bh_ice_agent_is_connected(bh_ice_transport_get_latest(two.ice)));
  exchange(&one, &two);
  g_assert_true(is_connected(&one) && is_connected(&two));
  side_clear(&one);
  side_clear(&two);
}

/* From other sockets with the same credentials; nothing is said to the other side. That libnice
 * itself answers by the new way only once the old one is gone does not matter: it is not what is at
 * the other end of a hub (tests/net/moves). */
static void
test_moves(void)
{
  Side one, two;
  BhIceAgent *before, *moved;

  side_init(&one, TRUE, VANISH_SECONDS);
  side_init(&two, FALSE, VANISH_SECONDS);
  bh_ice_transport_move(one.ice, TRUE); /* there is nobody yet */
  connect_sides(&one, &two);
  before = bh_ice_transport_get_latest(one.ice);
  bh_ice_transport_move(one.ice, FALSE); /* its address is still ours */
  g_assert_true(bh_ice_transport_get_latest(one.ice) == before);

  bh_ice_transport_move(one.ice, TRUE);
  moved = bh_ice_transport_get_latest(one.ice);
  g_assert_true(moved != before);
  g_assert_cmpstr(bh_ice_agent_get_ufrag(moved), ==, bh_ice_agent_get_ufrag(before));
  exchange(&one, &two); /* as before, in the meantime */
  /* Again before that is through. */
  bh_ice_transport_move(one.ice, TRUE);
  moved = bh_ice_transport_get_latest(one.ice);
  wait_until(bh_ice_agent_is_connected(moved));
  g_string_truncate(two.received, 0);
  g_assert_true(bh_transport_send(BH_TRANSPORT(one.ice), (const guint8 *)"moved", 5));
  wait_until(two.received->len > 0);
  g_assert_cmpstr(two.received->str, ==, "moved");
  g_assert_true(is_connected(&one) && is_connected(&two));
  side_clear(&one);
  side_clear(&two);
}

/* The other side announces a restart and is never found: what works stays, what checks ends. */
static void
test_gives_a_restart_up(void)
{
  Side one, two;
  BhIceAgent *before;

  side_init(&one, FALSE, 1);
  side_init(&two, TRUE, VANISH_SECONDS);
  connect_sides(&one, &two);
  before = bh_ice_transport_get_latest(one.ice);
  g_assert_true(bh_ice_transport_gather(one.ice, NULL));
  bh_ice_transport_set_remote(one.ice, "abcd", "0123456789012345678901", FALSE);
  g_assert_true(bh_ice_transport_get_latest(one.ice) != before);
  wait_until(bh_ice_transport_get_latest(one.ice) == before);
  exchange(&one, &two);
  side_clear(&one);
  side_clear(&two);
}

static void
test_gives_up(void)
{
  Side one;

  side_init(&one, TRUE, 1);
  bh_ice_transport_set_remote(one.ice, "abcd", "0123456789012345678901", FALSE);
  g_assert_cmpint(bh_transport_get_state(BH_TRANSPORT(one.ice)), ==, BH_TRANSPORT_CONNECTING);
  wait_until(bh_transport_get_state(BH_TRANSPORT(one.ice)) == BH_TRANSPORT_FAILED);
  g_assert_error(bh_transport_get_error(BH_TRANSPORT(one.ice)), G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_false(bh_ice_transport_gather(one.ice, NULL));
  side_clear(&one);
}

/* Its sockets are gone and nothing was said: consent (RFC 7675) runs out, then the deadline. */
static void
test_notices_who_vanished(void)
{
  Side one, two;
  gint64 began;

  side_init(&one, TRUE, 1);
  side_init(&two, FALSE, VANISH_SECONDS);
  connect_sides(&one, &two);
  exchange(&one, &two);
  bh_transport_close(BH_TRANSPORT(two.ice));
  began = g_get_monotonic_time();
  wait_until(bh_transport_get_state(BH_TRANSPORT(one.ice)) == BH_TRANSPORT_DISCONNECTED);
  wait_until(bh_transport_get_state(BH_TRANSPORT(one.ice)) == BH_TRANSPORT_FAILED);
  g_assert_cmpint(g_get_monotonic_time() - began, <, 16 * G_TIME_SPAN_SECOND);
  side_clear(&one);
  side_clear(&two);
}

#ifdef __linux__
/* Whatever number of them is left, down to none. */
static void
test_does_without_descriptors(void)
{
  enum { MOST = 24 };
  BhIceAgentConfig config = {.loopback = TRUE, .is_controlling = TRUE};
  struct rlimit before, few;
  gboolean done = FALSE;
  int lowest = dup(STDERR_FILENO);

  g_assert_cmpint(lowest, >=, 0);
  close(lowest);
  g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
  few = before;
  for (guint i = 0; i <= MOST; i++) {
    g_autoptr(BhIceTransport) ice = bh_ice_transport_new(&config, VANISH_SECONDS);
    g_autoptr(GError) error = NULL;

    few.rlim_cur = (rlim_t)lowest + i;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &few), ==, 0);
    done = bh_ice_transport_gather(ice, &error);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
    g_assert_cmpint(error == NULL, ==, done);
    if (i == 0)
      g_assert_error(error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
    bh_transport_close(BH_TRANSPORT(ice));
    while (g_main_context_iteration(NULL, FALSE))
      ;
  }
  g_assert_true(done);
}
#endif

static guint16
port_of(const char *line)
{
  BhIceCandidate candidate;

  g_assert_true(bh_ice_candidate_parse(line, &candidate, NULL));
  return candidate.port;
}

static void
test_garbage_is_harmless(void)
{
  Side one, two;
  g_autoptr(GSocket) socket =
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
  g_autoptr(GRand) random = g_rand_new_with_seed(3);
  GPtrArray *candidates;

  side_init(&one, TRUE, VANISH_SECONDS);
  side_init(&two, FALSE, VANISH_SECONDS);
  candidates = bh_ice_agent_get_candidates(bh_ice_transport_get_latest(two.ice));
  for (guint i = 0; i < 3000; i++) {
    guint8 datagram[600] = {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}; /* a binding request of STUN */
    gsize length = (gsize)g_rand_int_range(random, 20, sizeof datagram);

    for (gsize j = 8; j < length; j++)
      datagram[j] = (guint8)g_rand_int(random);
    datagram[2] = (guint8)((length - 20) >> 8);
    datagram[3] = (guint8)((length - 20) & 0xfc);
    if (i % 3 == 0)
      datagram[0] = (guint8)g_rand_int(random);
    for (guint j = 0; j < candidates->len; j++) {
      g_autoptr(GSocketAddress) to = NULL;

      if (strstr(candidates->pdata[j], " 127.0.0.1 ") == NULL)
        continue;
      to = g_inet_socket_address_new(loopback, port_of(candidates->pdata[j]));
      g_socket_send_to(socket, to, (const char *)datagram, length, NULL, NULL);
    }
    if (i == 1500)
      connect_sides(&one, &two);
    while (g_main_context_iteration(NULL, FALSE))
      ;
  }
  exchange(&one, &two);
  side_clear(&one);
  side_clear(&two);
}

/* The best first, loopback last: those who check slowly begin with what is likely to work. */
static void
test_orders_candidates(void)
{
  Side one;
  GPtrArray *candidates;
  guint32 before = G_MAXUINT32;
  gboolean was_loopback = FALSE;

  side_init(&one, TRUE, VANISH_SECONDS);
  candidates = bh_ice_agent_get_candidates(bh_ice_transport_get_latest(one.ice));
  for (guint i = 0; i < candidates->len; i++) {
    BhIceCandidate candidate;
    gboolean is_loopback;

    g_assert_true(bh_ice_candidate_parse(candidates->pdata[i], &candidate, NULL));
    is_loopback =
        strcmp(candidate.address, "127.0.0.1") == 0 || strcmp(candidate.address, "::1") == 0;
    g_assert_cmpuint(candidate.priority, <, before);
    g_assert_true(is_loopback || !was_loopback);
    before = candidate.priority;
    was_loopback = is_loopback;
  }
  g_assert_true(was_loopback);
  side_clear(&one);
}

static void
test_keeps_to_its_ports(void)
{
  BhIceAgentConfig config = {.loopback = TRUE, .port_min = 42800, .port_max = 42899};
  g_autoptr(BhIceTransport) ice = bh_ice_transport_new(&config, VANISH_SECONDS);
  g_autoptr(GError) error = NULL;
  GPtrArray *candidates;

  bh_ice_transport_gather(ice, &error);
  g_assert_no_error(error);
  candidates = bh_ice_agent_get_candidates(bh_ice_transport_get_latest(ice));
  g_assert_cmpuint(candidates->len, >, 0);
  for (guint i = 0; i < candidates->len; i++) {
    g_assert_cmpuint(port_of(candidates->pdata[i]), >=, 42800);
    g_assert_cmpuint(port_of(candidates->pdata[i]), <=, 42899);
  }
  bh_transport_close(BH_TRANSPORT(ice));
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ice-transport/connects", test_connects);
  g_test_add_func("/ice-transport/connects-without-candidates", test_connects_without_candidates);
#ifdef __linux__
  g_test_add_func("/ice-transport/takes-turns", test_takes_turns);
  g_test_add_func("/ice-transport/does-without-descriptors", test_does_without_descriptors);
#endif
  g_test_add_func("/ice-transport/restarts", test_restarts);
  g_test_add_func("/ice-transport/moves", test_moves);
  g_test_add_func("/ice-transport/gives-a-restart-up", test_gives_a_restart_up);
  g_test_add_func("/ice-transport/notices-who-vanished", test_notices_who_vanished);
  g_test_add_func("/ice-transport/gives-up", test_gives_up);
  g_test_add_func("/ice-transport/garbage-is-harmless", test_garbage_is_harmless);
  g_test_add_func("/ice-transport/orders-candidates", test_orders_candidates);
  g_test_add_func("/ice-transport/keeps-to-its-ports", test_keeps_to_its_ports);
  return g_test_run();
}
