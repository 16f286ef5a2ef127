/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "mdns-resolver.h"

G_DEFINE_INTERFACE(BhMdnsResolver, bh_mdns_resolver, G_TYPE_OBJECT)

static void
bh_mdns_resolver_default_init(BhMdnsResolverInterface *iface)
{
}

void
bh_mdns_resolver_resolve_async(BhMdnsResolver *self, const char *name, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  BH_MDNS_RESOLVER_GET_IFACE(self)->resolve_async(self, name, cancellable, callback, user_data);
}

GInetAddress *
bh_mdns_resolver_resolve_finish(BhMdnsResolver *self, GAsyncResult *result, GError **error)
{
  return BH_MDNS_RESOLVER_GET_IFACE(self)->resolve_finish(self, result, error);
}
