/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "link-address.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

BhLinkAddress *
bh_link_address_new(guint interface, const char *address)
{
  BhLinkAddress *link = g_new0(BhLinkAddress, 1);

  link->interface = interface;
  link->address = g_strdup(address);
  return link;
}

void
bh_link_address_free(BhLinkAddress *link)
{
  g_free(link->address);
  g_free(link);
}

/* Returns: (transfer full) (nullable) */
static GInetAddress *
read_address(const struct ifaddrs *entry)
{
  const struct sockaddr *native = entry->ifa_addr;
  g_autoptr(GSocketAddress) address = NULL;
  gsize length;

  if (native == NULL || (native->sa_family != AF_INET && native->sa_family != AF_INET6))
    return NULL;
  length = native->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
  address = g_socket_address_new_from_native((gpointer)(guintptr)native, length);
  return G_IS_INET_SOCKET_ADDRESS(address)
             ? g_object_ref(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(address)))
             : NULL;
}

static gboolean
is_meant(const struct ifaddrs *entry, GInetAddress *address, GInetAddress *listen)
{
  unsigned int flags = entry->ifa_flags;

  if ((flags & IFF_UP) == 0 || (flags & IFF_RUNNING) == 0)
    return FALSE;
  if (!g_inet_address_get_is_any(listen))
    return g_inet_address_equal(address, listen);
  return (flags & IFF_LOOPBACK) == 0 && (flags & IFF_POINTOPOINT) == 0 &&
         (flags & IFF_MULTICAST) != 0 &&
         (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV4 ||
          g_inet_address_get_family(listen) == G_SOCKET_FAMILY_IPV6);
}

static gboolean
has_interface(GPtrArray *links, guint interface)
{
  for (guint i = 0; i < links->len; i++)
    if (((BhLinkAddress *)links->pdata[i])->interface == interface)
      return TRUE;
  return FALSE;
}

static void
add_all(GPtrArray *links, const struct ifaddrs *list, GInetAddress *listen, gboolean link_local)
{
  for (const struct ifaddrs *entry = list; entry != NULL; entry = entry->ifa_next) {
    g_autoptr(GInetAddress) address = read_address(entry);
    guint interface = if_nametoindex(entry->ifa_name);
    g_autofree char *text = NULL;
    gboolean is_link_local =
        address != NULL && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 &&
        g_inet_address_get_is_link_local(address);

    if (address == NULL || interface == 0 || is_link_local != link_local ||
        !is_meant(entry, address, listen) || links->len >= BH_LINK_ADDRESS_MAX ||
        (link_local && has_interface(links, interface)))
      continue;
    text = g_inet_address_to_string(address);
    g_ptr_array_add(links, bh_link_address_new(interface, text));
  }
}

GPtrArray *
bh_link_address_list(const char *listen_address)
{
  GPtrArray *links = g_ptr_array_new_with_free_func((GDestroyNotify)bh_link_address_free);
  g_autoptr(GInetAddress) listen = g_inet_address_new_from_string(listen_address);
  struct ifaddrs *list = NULL;

  if (listen == NULL || getifaddrs(&list) != 0)
    return links;
  add_all(links, list, listen, FALSE);
  add_all(links, list, listen, TRUE);
  freeifaddrs(list);
  return links;
}
