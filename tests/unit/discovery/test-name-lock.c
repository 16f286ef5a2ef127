/* SPDX-License-Identifier: Apache-2.0 */
#include "name-lock.h"

static void
test_one_a_name(void)
{
  BhNameLock *lock = bh_name_lock_take("bellhop-test-lock.local");
  g_autoptr(BhNameLock) other = bh_name_lock_take("bellhop-test-other.local");

  g_assert_nonnull(lock);
  g_assert_nonnull(other);
  g_assert_null(bh_name_lock_take("bellhop-test-lock.local"));
  bh_name_lock_release(lock);
  lock = bh_name_lock_take("bellhop-test-lock.local");
  g_assert_nonnull(lock);
  bh_name_lock_release(lock);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/name-lock/one-a-name", test_one_a_name);
  return g_test_run();
}
