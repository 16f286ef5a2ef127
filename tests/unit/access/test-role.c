/* SPDX-License-Identifier: Apache-2.0 */
#include "json-text.h"
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

/* The table of the design once more, in another shape: who may do each action. */
static const char *const allowed[BH_N_ACTIONS] = {
    [BH_ACTION_PING] = "hub manager staff kitchen pos printer guest",
    [BH_ACTION_PRINT] = "hub manager staff kitchen pos",
    [BH_ACTION_DIAGNOSE] = "hub manager staff kitchen pos printer",
    [BH_ACTION_READ_STATUS] = "manager staff kitchen pos",
    [BH_ACTION_READ_JOBS] = "manager staff kitchen pos",
    [BH_ACTION_READ_PEOPLE] = "manager staff kitchen pos",
    [BH_ACTION_SIGN_IN] = "manager staff kitchen pos",
    [BH_ACTION_SEAT] = "manager staff pos",
    [BH_ACTION_REQUEST_SEATING] = "guest",
    [BH_ACTION_HAND_OFF] = "manager staff kitchen pos printer",
    [BH_ACTION_MANAGE_DEVICES] = "manager",
    [BH_ACTION_MANAGE_PEOPLE] = "manager",
    [BH_ACTION_MANAGE_PLACES] = "manager",
    [BH_ACTION_TAKE_ORDERS] = "hub manager staff pos",
    [BH_ACTION_SETTLE_CHARGES] = "hub manager pos",
    [BH_ACTION_COOK] = "hub manager staff kitchen pos",
    [BH_ACTION_ARRANGE] = "hub manager",
    [BH_ACTION_MARK_ROOMS] = "hub manager staff pos",
    [BH_ACTION_SEND_MESSAGES] = "hub manager staff kitchen pos",
    [BH_ACTION_KEEP_BOOKS] = "hub",
    [BH_ACTION_REPLICATE] = "manager staff kitchen pos",
    [BH_ACTION_FOLLOW] = "manager staff kitchen pos guest",
    [BH_ACTION_ORDER_AS_GUEST] = "guest",
    [BH_ACTION_HEAR_ALERTS] = "manager staff pos",
};

static void
test_actions(void)
{
  for (guint action = 0; action < BH_N_ACTIONS; action++) {
    g_auto(GStrv) names = g_strsplit(allowed[action], " ", -1);

    for (guint role = 0; role < BH_N_ROLES; role++) {
      gboolean may = bh_role_may((BhRole)role, (BhAction)action);
      const char *name = bh_role_get_name((BhRole)role);

      if (may != g_strv_contains((const char *const *)names, name))
        g_error("“%s” %s do “%s”", name, may ? "may" : "may not",
                bh_action_get_name((BhAction)action));
    }
  }
}

/* data/protocol/vectors/roles.json, which the client library has its table from as well. */
static void
test_vectors(void)
{
  g_autofree char *path = g_build_filename(g_getenv("BH_VECTORS"), "roles.json", NULL);
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr(json_t) root = NULL;
  json_t *actions;

  g_assert_true(g_file_get_contents(path, &text, &length, NULL));
  root = bh_json_parse(text, length, NULL);
  actions = json_object_get(root, "actions");
  g_assert_cmpuint(json_object_size(actions), ==, BH_N_ACTIONS);
  for (guint action = 0; action < BH_N_ACTIONS; action++) {
    json_t *names = json_object_get(actions, bh_action_get_name((BhAction)action));
    guint n_roles = 0;
    gsize i;
    json_t *name;

    json_array_foreach(names, i, name)
        g_assert_true(bh_role_may(bh_role_from_name(json_string_value(name)), (BhAction)action));
    for (guint role = 0; role < BH_N_ROLES; role++)
      n_roles += bh_role_may((BhRole)role, (BhAction)action) ? 1 : 0;
    g_assert_cmpuint(json_array_size(names), ==, n_roles);
  }
}

static void
test_action_names(void)
{
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint action = 0; action < BH_N_ACTIONS; action++) {
    const char *name = bh_action_get_name((BhAction)action);
    BhAction found = BH_N_ACTIONS;

    g_assert_nonnull(name);
    g_assert_cmpstr(name, !=, "");
    g_assert_true(bh_action_from_name(name, &found));
    g_assert_cmpint(found, ==, action);
    g_assert_true(g_hash_table_add(names, (gpointer)name));
  }
}

static void
test_other_names(void)
{
  BhAction action = BH_ACTION_PING;

  g_assert_false(bh_action_from_name("", &action));
  g_assert_false(bh_action_from_name("pings", &action));
  g_assert_false(bh_action_from_name(NULL, &action));
}

static void
test_pairable(void)
{
  static const gboolean is_pairable[BH_N_ROLES] = {
      [BH_ROLE_MANAGER] = TRUE, [BH_ROLE_STAFF] = TRUE,   [BH_ROLE_KITCHEN] = TRUE,
      [BH_ROLE_POS] = TRUE,     [BH_ROLE_PRINTER] = TRUE,
  };

  for (guint role = 0; role < BH_N_ROLES; role++)
    g_assert_cmpint(bh_role_is_pairable((BhRole)role), ==, is_pairable[role]);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/role/names", test_names);
  g_test_add_func("/role/sight", test_sight);
  g_test_add_func("/role/actions", test_actions);
  g_test_add_func("/role/vectors", test_vectors);
  g_test_add_func("/role/action-names", test_action_names);
  g_test_add_func("/role/other-action-names", test_other_names);
  g_test_add_func("/role/pairable", test_pairable);
  return g_test_run();
}
