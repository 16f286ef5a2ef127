/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMdnsResolver: the address behind a name of multicast DNS. An interface over what the system has,
 * as BhAdvertiser is; on Windows DnsQueryEx().
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_MDNS_RESOLVER (bh_mdns_resolver_get_type())
G_DECLARE_INTERFACE(BhMdnsResolver, bh_mdns_resolver, BH, MDNS_RESOLVER, GObject)

struct _BhMdnsResolverInterface {
  GTypeInterface parent;

  void (*resolve_async)(BhMdnsResolver *self, const char *name, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
  GInetAddress *(*resolve_finish)(BhMdnsResolver *self, GAsyncResult *result, GError **error);
};

/**
 * bh_mdns_resolver_resolve_async:
 * @name: ends in ".local"
 *
 * Never blocks; completes within 10 s. Errors: G_IO_ERROR: NOT_FOUND: nobody answered;
 * NOT_INITIALIZED: the system's service is away; BUSY: too many are being asked for; CANCELLED.
 */
void bh_mdns_resolver_resolve_async(BhMdnsResolver *self, const char *name,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);

/**
 * bh_mdns_resolver_resolve_finish:
 *
 * Returns: (transfer full) (nullable): never a link-local IPv6 address, which leads nowhere without
 *   its scope; %NULL exactly when @error is set
 */
GInetAddress *bh_mdns_resolver_resolve_finish(BhMdnsResolver *self, GAsyncResult *result,
                                              GError **error);
