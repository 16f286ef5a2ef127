/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhNameResolver: turns the `<uuid>.local` name of a browser's candidate into an address
 * (draft-ietf-mmusic-mdns-ice-candidates). An interface: this room resolves nothing by itself.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_NAME_RESOLVER (bh_name_resolver_get_type())
G_DECLARE_INTERFACE(BhNameResolver, bh_name_resolver, BH, NAME_RESOLVER, GObject)

struct _BhNameResolverInterface {
  GTypeInterface parent;

  void (*resolve_async)(BhNameResolver *self, const char *name, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
  GInetAddress *(*resolve_finish)(BhNameResolver *self, GAsyncResult *result, GError **error);
};

/**
 * bh_name_resolver_resolve_async:
 * @name: ends in ".local"
 *
 * Never blocks; completes within 10 s.
 */
void bh_name_resolver_resolve_async(BhNameResolver *self, const char *name,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);

/** bh_name_resolver_resolve_finish: Returns: (transfer full) (nullable) */
GInetAddress *bh_name_resolver_resolve_finish(BhNameResolver *self, GAsyncResult *result,
                                              GError **error);
