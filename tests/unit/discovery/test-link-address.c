/* SPDX-License-Identifier: Apache-2.0 */
#include "link-address.h"

#include <string.h>

/* Who listens to this computer alone is told of there. */
static void
test_loopback(void)
{
  g_autoptr(GPtrArray) links = bh_link_address_list("127.0.0.1");
  const BhLinkAddress *link;

  g_assert_cmpuint(links->len, ==, 1);
  link = links->pdata[0];
  g_assert_cmpstr(link->address, ==, "127.0.0.1");
  g_assert_cmpuint(link->interface, >, 0);
}

static void
test_everywhere(void)
{
  g_autoptr(GPtrArray) both = bh_link_address_list("::");
  g_autoptr(GPtrArray) ipv4 = bh_link_address_list("0.0.0.0");

  g_assert_cmpuint(both->len, >=, ipv4->len);
  for (guint i = 0; i < both->len; i++) {
    g_autoptr(GInetAddress) address =
        g_inet_address_new_from_string(((BhLinkAddress *)both->pdata[i])->address);

    g_assert_nonnull(address);
    g_assert_false(g_inet_address_get_is_loopback(address));
  }
  for (guint i = 0; i < ipv4->len; i++)
    g_assert_null(strchr(((BhLinkAddress *)ipv4->pdata[i])->address, ':'));
}

static void
test_not_ours(void)
{
  g_autoptr(GPtrArray) foreign = bh_link_address_list("198.51.100.7");
  g_autoptr(GPtrArray) none = bh_link_address_list("nonsense");

  g_assert_cmpuint(foreign->len, ==, 0);
  g_assert_cmpuint(none->len, ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/link-address/loopback", test_loopback);
  g_test_add_func("/link-address/everywhere", test_everywhere);
  g_test_add_func("/link-address/not-ours", test_not_ours);
  return g_test_run();
}
