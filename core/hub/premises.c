/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "premises.h"

/* RFC 1918, 3927, 4193 and 4291 section 2.5.6. Not those of RFC 6598: a provider's. */
static const char *const private_networks[] = {
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10",
};

static const BhAddressSet *
get_private(void)
{
  static BhAddressSet *set;

  if (set != NULL)
    return set;
  set = bh_address_set_new_loopback();
  for (gsize i = 0; i < G_N_ELEMENTS(private_networks); i++)
    bh_address_set_add(set, private_networks[i], NULL);
  return set;
}

gboolean
bh_premises_has(const BhAddressSet *networks, const char *address)
{
  return (networks != NULL && bh_address_set_contains(networks, address)) ||
         bh_address_set_contains(get_private(), address);
}
