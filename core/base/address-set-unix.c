/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "address-set.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

/* Returns: (transfer full) (nullable): */
static GInetAddress *
address_from_native(const struct sockaddr *native)
{
  g_autoptr(GSocketAddress) address = NULL;
  gsize length;

  if (native == NULL || (native->sa_family != AF_INET && native->sa_family != AF_INET6))
    return NULL;
  length = native->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
  address = g_socket_address_new_from_native((gpointer)(guintptr)native, length);
  if (!G_IS_INET_SOCKET_ADDRESS(address))
    return NULL;
  return g_object_ref(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address)));
}

static guint
count_leading_ones(const guint8 *bytes, gsize length)
{
  guint bits = 0;

  while (bits < length * 8 && (bytes[bits / 8] & 0x80u >> bits % 8) != 0)
    bits++;
  return bits;
}

static void
add_interface(BhAddressSet *set, const struct ifaddrs *entry)
{
  g_autoptr(GInetAddress) address = address_from_native(entry->ifa_addr);
  g_autoptr(GInetAddress) mask = address_from_native(entry->ifa_netmask);
  g_autofree char *text = NULL;
  g_autofree char *network = NULL;
  guint bits = 0;

  if (address == NULL)
    return;
  text = g_inet_address_to_string(address);
  if (mask != NULL && g_inet_address_get_family(mask) == g_inet_address_get_family(address))
    bits = count_leading_ones(g_inet_address_to_bytes(mask), g_inet_address_get_native_size(mask));
  network = bits > 0 ? g_strdup_printf("%s/%u", text, bits) : g_strdup(text);
  /* Can only fail when there are more networks than the set holds. */
  bh_address_set_add(set, network, NULL);
}

BhAddressSet *
bh_address_set_new_from_interfaces(void)
{
  BhAddressSet *set;
  struct ifaddrs *list = NULL;

  if (getifaddrs(&list) != 0)
    return NULL;
  set = bh_address_set_new_loopback();
  for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
    if ((entry->ifa_flags & IFF_UP) != 0)
      add_interface(set, entry);
  }
  freeifaddrs(list);
  return set;
}
