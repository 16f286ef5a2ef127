/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "own-address.h"

#include <string.h>

#include "address-set.h"

/* An address with its place in the order; lower is better. */
typedef struct {
  char *text; /* (owned): normal */
  guint group, family, position;
  guint route_metric;
} Ranked;

void
bh_own_address_free(BhOwnAddress *address)
{
  g_free(address->address);
  g_free(address);
}

static gboolean
has_prefix_of(const char *name, const char *const *prefixes, gsize n_prefixes)
{
  for (gsize i = 0; i < n_prefixes; i++)
    if (g_str_has_prefix(name, prefixes[i]))
      return TRUE;
  return FALSE;
}

BhOwnKind
bh_own_address_judge_interface(const char *name, gboolean is_point_to_point, gboolean has_device)
{
  /* Docker, libvirt, LXC, Podman, Kubernetes, VMware, VirtualBox, Hyper-V. A plain "br0" is mostly
   * the computer's own cable. */
  static const char *const inner[] = {"docker", "br-",     "virbr",     "vnet",   "lxc",
                                      "lxdbr",  "podman",  "cni",       "cali",   "flannel",
                                      "vmnet",  "vboxnet", "vEthernet", "incusbr"};
  /* Those that are no point-to-point links: OpenVPN's and ZeroTier's Ethernet. */
  static const char *const tunnels[] = {"tap", "zt", "tun", "wg", "tailscale", "ppp"};

  if (is_point_to_point)
    return BH_OWN_TUNNEL;
  if (has_device)
    return BH_OWN_NETWORK;
  if (has_prefix_of(name, tunnels, G_N_ELEMENTS(tunnels)))
    return BH_OWN_TUNNEL;
  return has_prefix_of(name, inner, G_N_ELEMENTS(inner)) ? BH_OWN_INNER : BH_OWN_NETWORK;
}

static gboolean
is_v6(const char *text)
{
  return strchr(text, ':') != NULL;
}

/* Returns: -1: not in a link */
static int
rank_family(const char *text)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

  if (address == NULL || g_inet_address_get_is_loopback(address) ||
      g_inet_address_get_is_any(address) || g_inet_address_get_is_multicast(address))
    return -1;
  if (!is_v6(text))
    return g_inet_address_get_is_link_local(address)   ? 4
           : g_inet_address_get_is_site_local(address) ? 0
                                                       : 1;
  if (g_inet_address_get_is_link_local(address))
    return -1;
  /* RFC 4193: fc00::/7. GLib's "site local" is the older fec0::/10. */
  return (g_inet_address_to_bytes(address)[0] & 0xfe) == 0xfc ? 2 : 3;
}

/* A VPN that all goes through has the default route; the house is not at its other end. */
static guint
rank_group(const BhOwnAddress *address)
{
  if (address->is_outgoing)
    return 3;
  if (address->kind == BH_OWN_TUNNEL)
    return 2;
  return address->kind == BH_OWN_INNER && address->route_metric == BH_OWN_NO_ROUTE ? 1 : 0;
}

static void
ranked_free(gpointer data)
{
  Ranked *ranked = data;

  g_free(ranked->text);
  g_free(ranked);
}

static int
compare_guints(guint a, guint b)
{
  return a < b ? -1 : a > b;
}

static int
compare_ranked(gconstpointer a, gconstpointer b)
{
  const Ranked *one = *(const Ranked *const *)a;
  const Ranked *other = *(const Ranked *const *)b;
  int order = compare_guints(one->group, other->group);

  if (order == 0)
    order = compare_guints(one->family, other->family);
  if (order == 0)
    order = compare_guints(one->route_metric, other->route_metric);
  return order != 0 ? order : compare_guints(one->position, other->position);
}

static void
drop_doubles(GPtrArray *sorted)
{
  for (guint i = sorted->len; i-- > 1;) {
    const Ranked *later = sorted->pdata[i];
    gboolean is_double = FALSE;

    for (guint k = 0; k < i && !is_double; k++)
      is_double = g_str_equal(((const Ranked *)sorted->pdata[k])->text, later->text);
    if (is_double)
      g_ptr_array_remove_index(sorted, i);
  }
}

/* Whether one of the first @n_ranked is of this rank. */
static gboolean
has_rank(const GPtrArray *ranked, guint n_ranked, guint group, guint family)
{
  for (guint i = 0; i < n_ranked; i++) {
    const Ranked *one = ranked->pdata[i];

    if (one->group == group && one->family == family)
      return TRUE;
  }
  return FALSE;
}

static void
add_ranked(GPtrArray *ranked, const GPtrArray *addresses, gboolean temporary)
{
  guint n_before = ranked->len;

  for (guint i = 0; i < addresses->len; i++) {
    const BhOwnAddress *address = addresses->pdata[i];
    g_autofree char *text = bh_address_normalise(address->address);
    int family = text != NULL ? rank_family(text) : -1;
    guint group = rank_group(address);
    Ranked *one;

    if (family < 0 || address->is_temporary != temporary ||
        (temporary && has_rank(ranked, n_before, group, (guint)family)))
      continue;
    one = g_new0(Ranked, 1);
    *one = (Ranked){.text = g_steal_pointer(&text),
                    .group = group,
                    .family = (guint)family,
                    .position = i,
                    .route_metric = address->route_metric};
    g_ptr_array_add(ranked, one);
  }
}

char **
bh_own_address_order(const GPtrArray *addresses)
{
  g_autoptr(GPtrArray) ranked = g_ptr_array_new_with_free_func(ranked_free);
  GPtrArray *list = g_ptr_array_new();

  add_ranked(ranked, addresses, FALSE);
  add_ranked(ranked, addresses, TRUE);
  g_ptr_array_sort(ranked, compare_ranked);
  drop_doubles(ranked);
  for (guint i = 0; i < ranked->len; i++)
    g_ptr_array_add(list, g_steal_pointer(&((Ranked *)ranked->pdata[i])->text));
  g_ptr_array_add(list, NULL);
  return (char **)g_ptr_array_free(list, FALSE);
}

char **
bh_address_list_for_links(void)
{
  g_autoptr(GPtrArray) addresses = bh_own_address_list();

  return addresses != NULL ? bh_own_address_order(addresses) : NULL;
}
