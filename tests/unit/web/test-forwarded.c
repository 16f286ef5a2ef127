/* SPDX-License-Identifier: Apache-2.0 */
#include "forwarded.h"

static BhAddressSet *
make_proxies(void)
{
  BhAddressSet *proxies = bh_address_set_new();

  g_assert_true(bh_address_set_add(proxies, "10.0.0.5", NULL));
  g_assert_true(bh_address_set_add(proxies, "fd00::/16", NULL));
  g_assert_true(bh_address_set_add(proxies, "127.0.0.1", NULL));
  return proxies;
}

static void
test_client(void)
{
  g_autoptr(BhAddressSet) proxies = make_proxies();
  static const struct {
    const char *header, *client;
  } cases[] = {
      {"203.0.113.5", "203.0.113.5"},
      {" 203.0.113.5 ", "203.0.113.5"},
      {"203.0.113.5:61234", "203.0.113.5"},
      {"[2001:db8::1]:443", "2001:db8::1"},
      {"[2001:db8::1]", "2001:db8::1"},
      {"2001:DB8:0::1", "2001:db8::1"},
      {"::ffff:203.0.113.5", "203.0.113.5"},
      {"127.0.0.1, 203.0.113.5", "203.0.113.5"}, /* the first is the client's invention */
      {"203.0.113.5, 10.0.0.5, fd00::1", "203.0.113.5"},
      {"10.0.0.5, fd00::7", "10.0.0.5"}, /* nothing but proxies: the first of them asks */
      {"", NULL},
      {"unknown", NULL},
      {"203.0.113.5, unknown", NULL},
      {"203.0.113.5, ", NULL},
      {"203.0.113.5,,10.0.0.5", NULL},
      {"203.0.113.5.9", NULL},
      {"[2001:db8::1", NULL},
      {"[2001:db8::1]x", NULL},
      {"evil.example", NULL},
      {"_hidden", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *client = bh_forwarded_find_client(cases[i].header, proxies);

    g_assert_cmpstr(client, ==, cases[i].client);
  }
}

static void
test_endless_chain(void)
{
  g_autoptr(BhAddressSet) proxies = make_proxies();
  g_autoptr(GString) header = g_string_new("203.0.113.5");
  g_autofree char *client = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append(header, ",10.0.0.5");
  client = bh_forwarded_find_client(header->str, proxies);
  g_assert_null(client);
}

static void
assert_resolves(const BhRemote *direct, const BhForwarded *said, const char *address,
                gboolean secure, gboolean loopback, gboolean veiled)
{
  g_autoptr(BhAddressSet) proxies = make_proxies();
  g_autoptr(BhRemote) remote = bh_forwarded_resolve(direct, said, proxies);

  g_assert_cmpstr(remote->address, ==, address);
  g_assert_cmpint(remote->secure, ==, secure);
  g_assert_cmpint(remote->loopback, ==, loopback);
  g_assert_cmpint(remote->veiled, ==, veiled);
}

static void
test_resolve(void)
{
  const BhRemote proxy = {.address = (char *)"10.0.0.5"};
  const BhRemote proxy_tls = {.address = (char *)"10.0.0.5", .secure = TRUE};
  const BhRemote here = {.address = (char *)"127.0.0.1", .loopback = TRUE};
  const BhRemote stranger = {.address = (char *)"192.168.1.9"};
  const BhForwarded nothing = {.client = NULL};
  const BhForwarded https = {.client = "203.0.113.5", .protocol = "https"};
  const BhForwarded twice = {.client = "203.0.113.5, 10.0.0.5", .protocol = "https, http"};
  const BhForwarded local = {.client = "127.0.0.1", .protocol = "https"};
  const BhForwarded unclear = {.client = "unknown", .protocol = "https"};
  const BhForwarded bare = {.client = "203.0.113.5"};
  const BhForwarded other = {.others = TRUE};

  assert_resolves(&proxy, &https, "203.0.113.5", TRUE, FALSE, FALSE);
  assert_resolves(&proxy, &twice, "203.0.113.5", FALSE, FALSE, FALSE);
  assert_resolves(&proxy, &local, "127.0.0.1", TRUE, TRUE, FALSE);
  assert_resolves(&proxy, &unclear, "10.0.0.5", TRUE, FALSE, TRUE);
  assert_resolves(&proxy_tls, &bare, "203.0.113.5", FALSE, FALSE, FALSE);
  assert_resolves(&proxy_tls, &nothing, "10.0.0.5", TRUE, FALSE, TRUE);
  assert_resolves(&here, &https, "203.0.113.5", TRUE, FALSE, FALSE);
  assert_resolves(&here, &nothing, "127.0.0.1", FALSE, FALSE, TRUE);
  assert_resolves(&stranger, &https, "192.168.1.9", FALSE, FALSE, TRUE);
  assert_resolves(&stranger, &local, "192.168.1.9", FALSE, FALSE, TRUE);
  assert_resolves(&here, &other, "127.0.0.1", FALSE, FALSE, TRUE);
}

/* Where no proxy is named, nobody is believed; but what says that it was passed on is not local. */
static void
test_no_proxies(void)
{
  const BhRemote here = {.address = (char *)"127.0.0.1", .loopback = TRUE};
  const BhRemote control = {.address = (char *)"", .local_socket = TRUE};
  const BhForwarded nothing = {.client = NULL};
  const BhForwarded said = {.client = "203.0.113.5", .protocol = "https"};
  g_autoptr(BhRemote) direct = bh_forwarded_resolve(&here, &nothing, NULL);
  g_autoptr(BhRemote) tunnel = bh_forwarded_resolve(&here, &said, NULL);
  g_autoptr(BhRemote) owner = bh_forwarded_resolve(&control, &said, NULL);

  g_assert_true(direct->loopback);
  g_assert_false(tunnel->loopback);
  g_assert_false(tunnel->secure);
  g_assert_true(tunnel->veiled);
  g_assert_false(direct->veiled);
  g_assert_cmpstr(tunnel->address, ==, "127.0.0.1");
  g_assert_true(owner->local_socket);
  g_assert_false(owner->veiled);
  g_assert_cmpstr(owner->address, ==, "");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/forwarded/client", test_client);
  g_test_add_func("/forwarded/endless-chain", test_endless_chain);
  g_test_add_func("/forwarded/resolve", test_resolve);
  g_test_add_func("/forwarded/no-proxies", test_no_proxies);
  return g_test_run();
}
