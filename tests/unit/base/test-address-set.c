/* SPDX-License-Identifier: Apache-2.0 */
#include "address-set.h"

#include <string.h>

static BhAddressSet *
make_set(const char *const *networks)
{
  BhAddressSet *set = bh_address_set_new();

  for (guint i = 0; networks[i] != NULL; i++) {
    g_autoptr(GError) error = NULL;

    g_assert_true(bh_address_set_add(set, networks[i], &error));
    g_assert_no_error(error);
  }
  return set;
}

static void
test_contains(void)
{
  static const char *const networks[] = {"192.168.0.0/16", "10.1.2.3",        "172.16.0.0/12",
                                         "fd12:3456::/48", "198.51.100.0/25", NULL};
  static const struct {
    const char *address;
    gboolean inside;
  } cases[] = {
      {"192.168.0.0", TRUE},
      {"192.168.255.255", TRUE},
      {"192.169.0.0", FALSE},
      {"192.167.255.255", FALSE},
      {"10.1.2.3", TRUE},
      {"10.1.2.2", FALSE},
      {"172.31.255.255", TRUE},
      {"172.32.0.0", FALSE},
      {"198.51.100.127", TRUE},
      {"198.51.100.128", FALSE},
      {"::ffff:192.168.1.1", TRUE},
      {"::ffff:c0a8:101", TRUE},
      {"::ffff:192.169.1.1", FALSE},
      {"::192.168.1.1", FALSE},
      {"fd12:3456:0:ffff::1", TRUE},
      {"fd12:3456:1::1", FALSE},
      {"fd12:3456::1%eth0", TRUE},
      {"192.168.1.1%eth0", FALSE},
      {"192.168.1", FALSE},
      {"192.168.1.1 ", FALSE},
      {"192.168.1.1/16", FALSE},
      {"192.168.1.1:80", FALSE},
      {"", FALSE},
      {"%", FALSE},
      {"localhost", FALSE},
      {NULL, FALSE},
  };
  g_autoptr(BhAddressSet) set = make_set(networks);

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_test_message("%s", cases[i].address != NULL ? cases[i].address : "(none)");
    g_assert_cmpint(bh_address_set_contains(set, cases[i].address), ==, cases[i].inside);
  }
}

static void
test_whole_families_are_apart(void)
{
  static const char *const all_v4[] = {"0.0.0.0/0", NULL};
  static const char *const all_v6[] = {"::/0", NULL};
  g_autoptr(BhAddressSet) v4 = make_set(all_v4);
  g_autoptr(BhAddressSet) v6 = make_set(all_v6);
  g_autoptr(BhAddressSet) nothing = bh_address_set_new();

  g_assert_true(bh_address_set_contains(v4, "8.8.8.8"));
  g_assert_true(bh_address_set_contains(v4, "::ffff:8.8.8.8"));
  g_assert_false(bh_address_set_contains(v4, "2001:db8::1"));
  g_assert_true(bh_address_set_contains(v6, "2001:db8::1"));
  g_assert_false(bh_address_set_contains(v6, "8.8.8.8"));
  g_assert_false(bh_address_set_contains(v6, "::ffff:8.8.8.8"));
  g_assert_false(bh_address_set_contains(nothing, "8.8.8.8"));
  g_assert_false(bh_address_set_contains(nothing, "::"));
}

static void
test_spellings(void)
{
  static const char *const networks[] = {"192.168.1.20/16",      "192.168.0.0/16",
                                         "::ffff:10.0.0.1/104",  "::ffff:192.168.7.7/112",
                                         "FD12:3456:0000::1/48", NULL};
  g_autoptr(BhAddressSet) set = make_set(networks);
  g_auto(GStrv) list = bh_address_set_list(set);
  g_autofree char *text = g_strjoinv(" ", list);
  g_autoptr(BhAddressSet) more = bh_address_set_new();

  g_assert_cmpstr(text, ==, "192.168.0.0/16 10.0.0.0/8 fd12:3456::/48");
  g_assert_cmpuint(bh_address_set_get_size(set), ==, 3);
  bh_address_set_add_all(more, set);
  bh_address_set_add_all(more, set);
  g_assert_cmpuint(bh_address_set_get_size(more), ==, 3);
}

static void
test_refuses(void)
{
  static const struct {
    const char *text;
    BhAddressError code;
  } cases[] = {
      {"", BH_ADDRESS_ERROR_ADDRESS},
      {"/8", BH_ADDRESS_ERROR_ADDRESS},
      {"home", BH_ADDRESS_ERROR_ADDRESS},
      {"192.168.0/16", BH_ADDRESS_ERROR_ADDRESS},
      {"300.1.1.1", BH_ADDRESS_ERROR_ADDRESS},
      {"192.168.0.0/", BH_ADDRESS_ERROR_LENGTH},
      {"192.168.0.0/33", BH_ADDRESS_ERROR_LENGTH},
      {"192.168.0.0/-1", BH_ADDRESS_ERROR_LENGTH},
      {"192.168.0.0/+8", BH_ADDRESS_ERROR_LENGTH},
      {"192.168.0.0/8/8", BH_ADDRESS_ERROR_LENGTH},
      {"192.168.0.0/255.255.0.0", BH_ADDRESS_ERROR_LENGTH},
      {"fd00::/129", BH_ADDRESS_ERROR_LENGTH},
      /* Would be IPv4 and more than IPv4 at once. */
      {"::ffff:10.0.0.1/95", BH_ADDRESS_ERROR_LENGTH},
  };
  g_autoptr(BhAddressSet) set = bh_address_set_new();

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_false(bh_address_set_add(set, cases[i].text, &error));
    g_assert_error(error, BH_ADDRESS_ERROR, (gint)cases[i].code);
    g_assert_nonnull(strstr(error->message, cases[i].text));
  }
  g_assert_cmpuint(bh_address_set_get_size(set), ==, 0);
}

static void
test_is_bounded(void)
{
  g_autoptr(BhAddressSet) set = bh_address_set_new();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < BH_ADDRESS_SET_MAX_PREFIXES; i++) {
    g_autofree char *text = g_strdup_printf("10.0.%u.0/24", i);

    g_assert_true(bh_address_set_add(set, text, NULL));
  }
  g_assert_true(bh_address_set_add(set, "10.0.0.0/24", NULL));
  g_assert_false(bh_address_set_add(set, "10.1.0.0/24", &error));
  g_assert_error(error, BH_ADDRESS_ERROR, BH_ADDRESS_ERROR_FULL);
}

static void
assert_normal(const char *text, const char *expected)
{
  g_autofree char *normal = bh_address_normalise(text);

  g_assert_cmpstr(normal, ==, expected);
}

static void
test_normalises(void)
{
  assert_normal("::ffff:192.168.1.20", "192.168.1.20");
  assert_normal("192.168.1.20", "192.168.1.20");
  assert_normal("FE80:0:0::1%wlan0", "fe80::1");
  assert_normal("::1", "::1");
  assert_normal("nobody", NULL);
  assert_normal("", NULL);
  assert_normal(NULL, NULL);
}

static void
assert_household(const char *text, const char *expected)
{
  g_autofree char *household = bh_address_dup_household(text);

  g_assert_cmpstr(household, ==, expected);
}

static void
test_households(void)
{
  assert_household("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64");
  assert_household("2001:DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64");
  assert_household("2001:db8:1:3::1", "2001:db8:1:3::/64");
  assert_household("fd12::1:0:0:0:9", "fd12:0:0:1::/64");
  assert_household("fe80::9%wlan0", "fe80::/64");
  assert_household("192.168.1.20", NULL);
  assert_household("::ffff:192.168.1.20", NULL);
  assert_household("guest-0189", NULL);
  assert_household(NULL, NULL);
}

/* What is known of every machine: it is itself, its own addresses are in its own networks, and the
 * whole internet is not. */
static void
test_interfaces(void)
{
  g_autoptr(BhAddressSet) own = bh_address_set_new_from_interfaces();

  g_assert_true(bh_address_set_contains(own, "127.0.0.1"));
  g_assert_true(bh_address_set_contains(own, "::ffff:127.0.0.1"));
  g_assert_true(bh_address_set_contains(own, "::1"));
  g_assert_false(bh_address_set_contains(own, "198.51.100.1"));
  g_assert_false(bh_address_set_contains(own, "2001:db8::1"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/address-set/contains", test_contains);
  g_test_add_func("/address-set/whole-families-are-apart", test_whole_families_are_apart);
  g_test_add_func("/address-set/spellings", test_spellings);
  g_test_add_func("/address-set/refuses", test_refuses);
  g_test_add_func("/address-set/is-bounded", test_is_bounded);
  g_test_add_func("/address-set/normalises", test_normalises);
  g_test_add_func("/address-set/households", test_households);
  g_test_add_func("/address-set/interfaces", test_interfaces);
  return g_test_run();
}
