/* SPDX-License-Identifier: Apache-2.0 */
#include "ice-candidate.h"

#include <string.h>

static void
test_reads_what_browsers_send(void)
{
  BhIceCandidate candidate;
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_ice_candidate_parse(
      "candidate:2162486046 1 udp 2113937151 0f4d4c3e-7d4d-4a4e-9c3f-1d2e3f405060.local 51372 typ "
      "host generation 0 ufrag EsAw network-cost 999",
      &candidate, &error));
  g_assert_no_error(error);
  g_assert_cmpstr(candidate.foundation, ==, "2162486046");
  g_assert_cmpuint(candidate.component, ==, 1);
  g_assert_true(candidate.is_udp);
  g_assert_cmpuint(candidate.priority, ==, 2113937151);
  g_assert_cmpuint(candidate.port, ==, 51372);
  g_assert_true(candidate.is_name);
  g_assert_true(bh_ice_candidate_is_mdns(&candidate));
  g_assert_cmpstr(candidate.ufrag, ==, "EsAw");

  g_assert_true(bh_ice_candidate_parse(
      "a=candidate:1 1 UDP 1694498815 192.0.2.7 6000 typ srflx raddr 10.0.0.1 rport 6000\r\n",
      &candidate, &error));
  g_assert_cmpint(candidate.kind, ==, BH_ICE_CANDIDATE_SERVER_REFLEXIVE);
  g_assert_false(candidate.is_name);
  g_assert_cmpstr(candidate.ufrag, ==, "");

  /* libdatachannel ends a line with a lonely word. */
  g_assert_true(bh_ice_candidate_parse("candidate:2 1 UDP 2116026111 fd00::2 57653 typ host 0",
                                       &candidate, &error));
  g_assert_cmpstr(candidate.address, ==, "fd00::2");
  g_assert_false(candidate.is_name);
}

static void
test_tells_tcp_and_other_names_apart(void)
{
  BhIceCandidate candidate;

  g_assert_true(bh_ice_candidate_parse(
      "candidate:3 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active", &candidate, NULL));
  g_assert_false(candidate.is_udp);
  g_assert_true(
      bh_ice_candidate_parse("candidate:3 1 udp 1 example.com 9 typ host", &candidate, NULL));
  g_assert_true(candidate.is_name);
  g_assert_false(bh_ice_candidate_is_mdns(&candidate));
  g_assert_true(bh_ice_candidate_parse("candidate:3 1 udp 1 .local 9 typ host", &candidate, NULL));
  g_assert_false(bh_ice_candidate_is_mdns(&candidate));
}

static void
test_refuses_what_is_none(void)
{
  static const char *const lines[] = {
      "",
      "candidate:",
      "candidate:1 1 udp 1 192.0.2.1 9",
      "candidate:1 0 udp 1 192.0.2.1 9 typ host",
      "candidate:1 257 udp 1 192.0.2.1 9 typ host",
      "candidate:1 1 udp 4294967296 192.0.2.1 9 typ host",
      "candidate:1 1 udp -1 192.0.2.1 9 typ host",
      "candidate:1 1 udp 1 192.0.2.1 0 typ host",
      "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
      "candidate:1 1 udp 1 192.0.2.1 9 typ guest",
      "candidate:1 1 udp 1 192.0.2.1 9 kind host",
      "candidate: 1 udp 1 192.0.2.1 9 typ host",
      "candidate:1 1 udp 1  9 typ host",
      "candidate:123456789012345678901234567890123 1 udp 1 192.0.2.1 9 typ host",
      "candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=fingerprint:x",
      "candidates of the month",
  };
  g_autofree char *long_line = g_strnfill(BH_ICE_LINE_BYTES + 1, 'x');

  for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autoptr(GError) error = NULL;
    BhIceCandidate candidate = {.port = 7};

    g_assert_false(bh_ice_candidate_parse(lines[i], &candidate, &error));
    g_assert_error(error, BH_ICE_CANDIDATE_ERROR, BH_ICE_CANDIDATE_ERROR_SYNTAX);
    g_assert_cmpuint(candidate.port, ==, 7);
  }
  memcpy(long_line, "candidate:", 10);
  g_assert_false(bh_ice_candidate_parse(long_line, &(BhIceCandidate){0}, NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ice-candidate/reads-what-browsers-send", test_reads_what_browsers_send);
  g_test_add_func("/ice-candidate/tells-tcp-and-other-names-apart",
                  test_tells_tcp_and_other_names_apart);
  g_test_add_func("/ice-candidate/refuses-what-is-none", test_refuses_what_is_none);
  return g_test_run();
}
