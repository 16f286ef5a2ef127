/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "name-resolver.h"

G_DEFINE_INTERFACE(BhNameResolver, bh_name_resolver, G_TYPE_OBJECT)

static void
bh_name_resolver_default_init(BhNameResolverInterface *iface)
{
}

void
bh_name_resolver_resolve_async(BhNameResolver *self, const char *name, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail(BH_IS_NAME_RESOLVER(self));

  BH_NAME_RESOLVER_GET_IFACE(self)->resolve_async(self, name, cancellable, callback, user_data);
}

GInetAddress *
bh_name_resolver_resolve_finish(BhNameResolver *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(BH_IS_NAME_RESOLVER(self), NULL);

  return BH_NAME_RESOLVER_GET_IFACE(self)->resolve_finish(self, result, error);
}
