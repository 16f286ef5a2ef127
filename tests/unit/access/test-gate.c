/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include "sign-key.h"

static const BhRemote outside = {.address = (char *)"203.0.113.7"};
static const BhRemote inside = {.address = (char *)"192.168.1.9"};
static const BhRemote mapped = {.address = (char *)"::ffff:192.168.1.9"};
static const BhRemote loopback = {.address = (char *)"127.0.0.1", .loopback = TRUE};
static const BhRemote by_tls = {.address = (char *)"203.0.113.7", .secure = TRUE};
static const BhRemote by_socket = {.address = (char *)"", .local_socket = TRUE};
static const BhRemote tunnel = {.address = (char *)"192.168.1.9", .veiled = TRUE};
static const BhRemote nowhere = {.address = NULL};

/* A door without a gate, or with an empty one, lets nobody in. */
static void
test_empty(void)
{
  const BhGate empty = {.hub_key = NULL};
  const BhGate *const gates[] = {NULL, &empty};

  for (gsize i = 0; i < G_N_ELEMENTS(gates); i++) {
    g_assert_false(bh_gate_has_keys(gates[i]));
    g_assert_null(bh_gate_find_device(gates[i], "d"));
    g_assert_null(bh_gate_find_by_token(gates[i], "bht1.a.b.c"));
    g_assert_null(bh_gate_find_guest(gates[i], "secret"));
    g_assert_false(bh_gate_is_inside(gates[i], &inside));
    g_assert_false(bh_gate_is_inside(gates[i], NULL));
    g_assert_true(bh_gate_is_inside(gates[i], &loopback));
    bh_gate_note_refusal(gates[i], "who", "unauthorized", NULL);
  }
}

static void
test_key_alone(void)
{
  g_autoptr(BhSignKey) key = bh_sign_key_new();
  const BhGate gate = {.hub_key = key};

  g_assert_false(bh_gate_has_keys(&gate));
  g_assert_null(bh_gate_find_device(&gate, "d"));
}

static void
test_inside(void)
{
  g_autoptr(BhAddressSet) networks = bh_address_set_new();
  const BhGate gate = {.networks = networks};

  g_assert_true(bh_address_set_add(networks, "192.168.0.0/16", NULL));
  g_assert_true(bh_gate_is_inside(&gate, &inside));
  g_assert_true(bh_gate_is_inside(&gate, &mapped));
  g_assert_true(bh_gate_is_inside(&gate, &by_socket));
  g_assert_false(bh_gate_is_inside(&gate, &outside));
  /* Nobody can listen, and still it is from elsewhere. */
  g_assert_false(bh_gate_is_inside(&gate, &by_tls));
  g_assert_false(bh_gate_is_inside(&gate, &nowhere));
  /* The last part of its way is inside; where it began nobody knows. */
  g_assert_false(bh_gate_is_inside(&gate, &tunnel));
}

static void
test_private(void)
{
  g_assert_true(bh_gate_is_private(&by_tls));
  g_assert_true(bh_gate_is_private(&loopback));
  g_assert_true(bh_gate_is_private(&by_socket));
  g_assert_false(bh_gate_is_private(&inside));
  g_assert_false(bh_gate_is_private(&outside));
  g_assert_false(bh_gate_is_private(&nowhere));
  g_assert_false(bh_gate_is_private(NULL));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/gate/empty", test_empty);
  g_test_add_func("/gate/key-alone", test_key_alone);
  g_test_add_func("/gate/inside", test_inside);
  g_test_add_func("/gate/private", test_private);
  return g_test_run();
}
