/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "own-address.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* The kernel's own tables, of this process's network; where they cannot be read, less is known. */
#define ROUTES_V4    "/proc/self/net/route"
#define ROUTES_V6    "/proc/self/net/ipv6_route"
#define ADDRESSES_V6 "/proc/self/net/if_inet6"
#define INTERFACES   "/sys/class/net"

/* linux/if_addr.h and linux/route.h, which other systems lack. */
#define ADDRESS_TEMPORARY 0x01u
#define ADDRESS_GOING     (0x08u | 0x20u) /* somebody else has it, or deprecated */
#define ROUTE_UP          0x0001u
#define ROUTE_REJECT      0x0200u

/* Returns: (transfer full): maybe none */
static char **
read_lines(const char *file)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents(file, &text, NULL, NULL))
    return g_new0(char *, 1);
  return g_strsplit(text, "\n", -1);
}

static void
add_route(GHashTable *metrics, const char *name, guint metric)
{
  gpointer before;

  if (!g_hash_table_lookup_extended(metrics, name, NULL, &before) ||
      GPOINTER_TO_UINT(before) > metric)
    g_hash_table_insert(metrics, g_strdup(name), GUINT_TO_POINTER(metric));
}

/* Returns: (transfer full): name -> lowest metric of its default routes */
static GHashTable *
read_routes_v4(void)
{
  GHashTable *metrics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GStrv) lines = read_lines(ROUTES_V4);

  for (guint i = 0; lines[i] != NULL; i++) {
    char name[IF_NAMESIZE + 1];
    guint destination, flags, metric, mask;

    if (sscanf(lines[i], "%16s %x %*x %x %*d %*d %u %x", name, &destination, &flags, &metric,
               &mask) == 5 &&
        destination == 0 && mask == 0 && (flags & ROUTE_UP) != 0 && (flags & ROUTE_REJECT) == 0)
      add_route(metrics, name, metric);
  }
  return metrics;
}

static GHashTable *
read_routes_v6(void)
{
  GHashTable *metrics = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GStrv) lines = read_lines(ROUTES_V6);

  for (guint i = 0; lines[i] != NULL; i++) {
    char name[IF_NAMESIZE + 1], destination[33];
    guint length, metric, flags;

    if (sscanf(lines[i], "%32s %x %*32s %*x %*32s %x %*x %*x %x %16s", destination, &length,
               &metric, &flags, name) == 5 &&
        length == 0 && strspn(destination, "0") == 32 && (flags & ROUTE_UP) != 0 &&
        (flags & ROUTE_REJECT) == 0)
      add_route(metrics, name, metric);
  }
  return metrics;
}

static char *
spell(const guint8 *bytes)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_bytes(bytes, G_SOCKET_FAMILY_IPV6);

  return g_inet_address_to_string(address);
}

/* Returns: (transfer full): address -> flags */
static GHashTable *
read_flags_v6(void)
{
  GHashTable *all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_auto(GStrv) lines = read_lines(ADDRESSES_V6);

  for (guint i = 0; lines[i] != NULL; i++) {
    guint8 bytes[16];
    char digits[33];
    guint flags;
    gboolean is_whole = sscanf(lines[i], "%32s %*x %*x %*x %x", digits, &flags) == 2 &&
                        strlen(digits) == 2 * sizeof bytes;

    for (guint k = 0; is_whole && k < sizeof bytes; k++)
      bytes[k] = (guint8)(g_ascii_xdigit_value(digits[2 * k]) * 16 +
                          g_ascii_xdigit_value(digits[2 * k + 1]));
    if (is_whole)
      g_hash_table_insert(all, spell(bytes), GUINT_TO_POINTER(flags));
  }
  return all;
}

static gboolean
has_device(const char *name)
{
  g_autofree char *file = g_build_filename(INTERFACES, name, "device", NULL);

  return g_file_test(file, G_FILE_TEST_EXISTS);
}

/* Returns: (transfer full) (nullable): without a scope */
static char *
text_from_native(const struct sockaddr *native)
{
  g_autoptr(GInetAddress) address = NULL;

  if (native == NULL)
    return NULL;
  if (native->sa_family == AF_INET)
    address = g_inet_address_new_from_bytes(
        (const guint8 *)&((const struct sockaddr_in *)(gconstpointer)native)->sin_addr,
        G_SOCKET_FAMILY_IPV4);
  else if (native->sa_family == AF_INET6)
    address = g_inet_address_new_from_bytes(
        (const guint8 *)&((const struct sockaddr_in6 *)(gconstpointer)native)->sin6_addr,
        G_SOCKET_FAMILY_IPV6);
  return address != NULL ? g_inet_address_to_string(address) : NULL;
}

GPtrArray *
bh_own_address_list(void)
{
  GPtrArray *list;
  g_autoptr(GHashTable) routes_v4 = read_routes_v4();
  g_autoptr(GHashTable) routes_v6 = read_routes_v6();
  g_autoptr(GHashTable) flags_v6 = read_flags_v6();
  struct ifaddrs *entries = NULL;

  if (getifaddrs(&entries) != 0)
    return NULL;
  list = g_ptr_array_new_with_free_func((GDestroyNotify)bh_own_address_free);
  for (const struct ifaddrs *entry = entries; entry != NULL; entry = entry->ifa_next) {
    g_autofree char *text = text_from_native(entry->ifa_addr);
    gpointer metric = NULL;
    BhOwnAddress *one;
    guint flags;

    /* Not running: a bridge or a cable with nobody at its other end. */
    if (text == NULL || (entry->ifa_flags & IFF_UP) == 0 || (entry->ifa_flags & IFF_RUNNING) == 0)
      continue;
    one = g_new0(BhOwnAddress, 1);
    flags = GPOINTER_TO_UINT(g_hash_table_lookup(flags_v6, text));
    one->route_metric =
        g_hash_table_lookup_extended(entry->ifa_addr->sa_family == AF_INET ? routes_v4 : routes_v6,
                                     entry->ifa_name, NULL, &metric)
            ? GPOINTER_TO_UINT(metric)
            : BH_OWN_NO_ROUTE;
    one->kind = bh_own_address_judge_interface(
        entry->ifa_name, (entry->ifa_flags & IFF_POINTOPOINT) != 0, has_device(entry->ifa_name));
    one->is_temporary = (flags & ADDRESS_TEMPORARY) != 0;
    one->is_outgoing = (flags & ADDRESS_GOING) != 0;
    one->address = g_steal_pointer(&text);
    g_ptr_array_add(list, one);
  }
  freeifaddrs(entries);
  return list;
}
