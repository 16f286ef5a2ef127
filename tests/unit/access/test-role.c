/* SPDX-License-Identifier: Apache-2.0 */
#include "role.h"

static void
test_names(void)
{
  for (guint i = BH_ROLE_HUB; i < BH_N_ROLES; i++)
    g_assert_cmpint(bh_role_from_name(bh_role_get_name((BhRole)i)), ==, i);
  g_assert_cmpint(bh_role_from_name("owner"), ==, BH_ROLE_NONE);
  g_assert_cmpint(bh_role_from_name(""), ==, BH_ROLE_NONE);
  g_assert_cmpint(bh_role_from_name(NULL), ==, BH_ROLE_NONE);
}

static void
test_sight(void)
{
  static const BhRole team[] = {BH_ROLE_MANAGER, BH_ROLE_STAFF, BH_ROLE_KITCHEN, BH_ROLE_POS,
                                BH_ROLE_PRINTER};

  for (guint hub = 0; hub < 2; hub++) {
    for (gsize i = 0; i < G_N_ELEMENTS(team); i++) {
      for (gsize j = 0; j < G_N_ELEMENTS(team); j++)
        g_assert_true(bh_role_may_see(team[i], team[j], hub == 1));
      g_assert_true(bh_role_may_see(team[i], BH_ROLE_HUB, hub == 1));
      g_assert_false(bh_role_may_see(team[i], BH_ROLE_NONE, hub == 1));
      /* Staff stand in for an absent hub, and nobody else does. */
      g_assert_cmpint(bh_role_may_see(team[i], BH_ROLE_GUEST, hub == 1), ==,
                      hub == 0 && team[i] == BH_ROLE_STAFF);
      g_assert_cmpint(bh_role_may_see(BH_ROLE_GUEST, team[i], hub == 1), ==,
                      hub == 0 && team[i] == BH_ROLE_STAFF);
    }
    g_assert_true(bh_role_may_see(BH_ROLE_GUEST, BH_ROLE_HUB, hub == 1));
    g_assert_false(bh_role_may_see(BH_ROLE_GUEST, BH_ROLE_GUEST, hub == 1));
  }
}

static void
test_actions(void)
{
  g_assert_true(bh_role_may(BH_ROLE_POS, BH_ACTION_PRINT));
  g_assert_false(bh_role_may(BH_ROLE_GUEST, BH_ACTION_PRINT));
  g_assert_false(bh_role_may(BH_ROLE_GUEST, BH_ACTION_DIAGNOSE));
  g_assert_true(bh_role_may(BH_ROLE_GUEST, BH_ACTION_PING));
  g_assert_false(bh_role_may(BH_ROLE_PRINTER, BH_ACTION_PRINT));
  for (guint action = BH_ACTION_PING; action <= BH_ACTION_DIAGNOSE; action++)
    g_assert_false(bh_role_may(BH_ROLE_NONE, (BhAction)action));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/role/names", test_names);
  g_test_add_func("/role/sight", test_sight);
  g_test_add_func("/role/actions", test_actions);
  return g_test_run();
}
