/* SPDX-License-Identifier: Apache-2.0 */
#include "own-address.h"

#include <string.h>
#include <sys/resource.h>

#include "address-set.h"

#define NO_ROUTE BH_OWN_NO_ROUTE

typedef struct {
  const char *address;
  BhOwnKind kind;
  guint route_metric;
  gboolean is_temporary, is_outgoing;
} Given;

static void
assert_order(const Given *given, gsize n_given, const char *expected)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)bh_own_address_free);
  g_auto(GStrv) order = NULL;
  g_autofree char *text = NULL;

  for (gsize i = 0; i < n_given; i++) {
    BhOwnAddress *one = g_new0(BhOwnAddress, 1);

    *one = (BhOwnAddress){.address = g_strdup(given[i].address),
                          .kind = given[i].kind,
                          .route_metric = given[i].route_metric,
                          .is_temporary = given[i].is_temporary,
                          .is_outgoing = given[i].is_outgoing};
    g_ptr_array_add(list, one);
  }
  order = bh_own_address_order(list);
  text = g_strjoinv(" ", order);
  g_assert_cmpstr(text, ==, expected);
}

/* One interface: by the kind of address alone, each once. */
static void
test_families(void)
{
  static const Given given[] = {
      {"127.0.0.1", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"::1", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"169.254.7.7", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"2001:db8::7", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"fe80::1%eth0", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"fd00::1", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"203.0.113.5", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"192.168.1.20", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"10.0.0.1", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"192.168.1.20", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"0.0.0.0", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
      {"nonsense", BH_OWN_NETWORK, NO_ROUTE, 0, 0},
  };

  assert_order(given, G_N_ELEMENTS(given),
               "192.168.1.20 10.0.0.1 203.0.113.5 fd00::1 2001:db8::7 169.254.7.7");
  assert_order(NULL, 0, "");
}

static void
test_cable_before_wifi(void)
{
  static const Given given[] = {
      {"192.168.178.30", BH_OWN_NETWORK, 600, 0, 0},
      {"192.168.178.20", BH_OWN_NETWORK, 100, 0, 0},
      {"10.0.0.1", BH_OWN_NETWORK, NO_ROUTE, 0, 0}, /* a cable to the printers */
  };

  assert_order(given, G_N_ELEMENTS(given), "192.168.178.20 192.168.178.30 10.0.0.1");
}

/* What is inside the computer, and at the other end of a tunnel, no phone reaches. */
static void
test_real_networks_first(void)
{
  static const Given given[] = {
      {"172.17.0.1", BH_OWN_INNER, NO_ROUTE, 0, 0},
      {"10.8.0.2", BH_OWN_TUNNEL, 50, 0, 0}, /* a VPN that all goes through */
      {"2001:db8::7", BH_OWN_NETWORK, 1024, 0, 0},
      {"fd00::7", BH_OWN_NETWORK, 1024, 0, 0},
  };
  static const Given bridged[] = {
      {"172.17.0.1", BH_OWN_INNER, NO_ROUTE, 0, 0},
      {"192.168.1.20", BH_OWN_INNER, 425, 0, 0}, /* a bridge that holds the cable */
  };

  assert_order(given, G_N_ELEMENTS(given), "fd00::7 2001:db8::7 172.17.0.1 10.8.0.2");
  assert_order(bridged, G_N_ELEMENTS(bridged), "192.168.1.20 172.17.0.1");
}

static void
test_lasting_addresses(void)
{
  static const Given given[] = {
      {"2001:db8::aaaa", BH_OWN_NETWORK, 1024, TRUE, 0},
      {"2001:db8::1", BH_OWN_NETWORK, 1024, 0, 0},
      {"2001:db8:9::9", BH_OWN_NETWORK, 1024, 0, TRUE},
  };
  static const Given nothing_else[] = {
      {"2001:db8::aaaa", BH_OWN_NETWORK, 1024, TRUE, 0},
      {"2001:db8::bbbb", BH_OWN_NETWORK, 1024, TRUE, 0},
  };

  assert_order(given, G_N_ELEMENTS(given), "2001:db8::1 2001:db8:9::9");
  assert_order(nothing_else, G_N_ELEMENTS(nothing_else), "2001:db8::aaaa 2001:db8::bbbb");
}

static void
test_judges_interfaces(void)
{
  g_assert_cmpint(bh_own_address_judge_interface("enp3s0", FALSE, TRUE), ==, BH_OWN_NETWORK);
  g_assert_cmpint(bh_own_address_judge_interface("wlan0", FALSE, TRUE), ==, BH_OWN_NETWORK);
  g_assert_cmpint(bh_own_address_judge_interface("br0", FALSE, FALSE), ==, BH_OWN_NETWORK);
  g_assert_cmpint(bh_own_address_judge_interface("eth0", FALSE, FALSE), ==, BH_OWN_NETWORK);
  g_assert_cmpint(bh_own_address_judge_interface("docker0", FALSE, FALSE), ==, BH_OWN_INNER);
  g_assert_cmpint(bh_own_address_judge_interface("br-1a2b3c", FALSE, FALSE), ==, BH_OWN_INNER);
  g_assert_cmpint(bh_own_address_judge_interface("virbr0", FALSE, FALSE), ==, BH_OWN_INNER);
  g_assert_cmpint(bh_own_address_judge_interface("tun0", TRUE, FALSE), ==, BH_OWN_TUNNEL);
  g_assert_cmpint(bh_own_address_judge_interface("tap0", FALSE, FALSE), ==, BH_OWN_TUNNEL);
  g_assert_cmpint(bh_own_address_judge_interface("wwan0", TRUE, TRUE), ==, BH_OWN_TUNNEL);
}

/* Whatever machine this is: its addresses are in its own networks. */
static void
test_this_machine(void)
{
  g_autoptr(BhAddressSet) own = bh_address_set_new_from_interfaces();
  g_auto(GStrv) addresses = bh_address_list_for_links();

  for (guint i = 0; addresses[i] != NULL; i++) {
    g_test_message("own address %s", addresses[i]);
    g_assert_true(bh_address_set_contains(own, addresses[i]));
  }
}

/* Without a descriptor the system cannot be asked. */
static void
test_cannot_tell(void)
{
  struct rlimit before, none;

  g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
  none = before;
  none.rlim_cur = 0;
  g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
  g_assert_null(bh_own_address_list());
  g_assert_null(bh_address_list_for_links());
  g_assert_null(bh_address_set_new_from_interfaces());
  g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/own-address/families", test_families);
  g_test_add_func("/own-address/cable-before-wifi", test_cable_before_wifi);
  g_test_add_func("/own-address/real-networks-first", test_real_networks_first);
  g_test_add_func("/own-address/lasting-addresses", test_lasting_addresses);
  g_test_add_func("/own-address/judges-interfaces", test_judges_interfaces);
  g_test_add_func("/own-address/this-machine", test_this_machine);
  g_test_add_func("/own-address/cannot-tell", test_cannot_tell);
  return g_test_run();
}
