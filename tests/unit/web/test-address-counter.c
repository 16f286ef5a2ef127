/* SPDX-License-Identifier: Apache-2.0 */
#include "address-counter.h"

static void
test_share(void)
{
  g_autoptr(BhAddressCounter) counter = bh_address_counter_new(2);

  g_assert_true(bh_address_counter_enter(counter, "192.168.1.5"));
  g_assert_true(bh_address_counter_enter(counter, "192.168.1.5"));
  g_assert_false(bh_address_counter_enter(counter, "192.168.1.5"));
  g_assert_true(bh_address_counter_enter(counter, "192.168.1.6"));
  bh_address_counter_leave(counter, "192.168.1.5");
  g_assert_true(bh_address_counter_enter(counter, "192.168.1.5"));
  g_assert_false(bh_address_counter_enter(counter, "192.168.1.5"));
}

/* Who has gone leaves nothing behind. */
static void
test_empty(void)
{
  g_autoptr(BhAddressCounter) counter = bh_address_counter_new(100);

  for (guint i = 0; i < 1000; i++) {
    g_autofree char *address = g_strdup_printf("10.0.%u.%u", i / 256, i % 256);

    g_assert_true(bh_address_counter_enter(counter, address));
    g_assert_true(bh_address_counter_enter(counter, address));
  }
  g_assert_cmpuint(bh_address_counter_get_size(counter), ==, 1000);
  for (guint i = 0; i < 1000; i++) {
    g_autofree char *address = g_strdup_printf("10.0.%u.%u", i / 256, i % 256);

    bh_address_counter_leave(counter, address);
    bh_address_counter_leave(counter, address);
  }
  g_assert_cmpuint(bh_address_counter_get_size(counter), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/address-counter/share", test_share);
  g_test_add_func("/address-counter/empty", test_empty);
  return g_test_run();
}
