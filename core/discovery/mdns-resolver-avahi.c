/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "mdns-resolver-avahi.h"

struct _BhMdnsResolverAvahi {
  GObject parent_instance;

  BhAvahiBus *bus;
  guint asking;
};

static void bh_mdns_resolver_avahi_iface_init(BhMdnsResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhMdnsResolverAvahi, bh_mdns_resolver_avahi, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_MDNS_RESOLVER,
                                                    bh_mdns_resolver_avahi_iface_init))

static void
return_address(GTask *task, const char *text)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(text);

  if (address == NULL || (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 &&
                          g_inet_address_get_is_link_local(address)))
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "The name leads nowhere.");
  else
    g_task_return_pointer(task, g_steal_pointer(&address), g_object_unref);
}

static void
resolve_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhMdnsResolverAvahi *self = g_task_get_source_object(task);
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);
  const char *address;

  self->asking--;
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_task_return_error(task, g_steal_pointer(&error));
  } else if (answer == NULL) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s", error->message);
  } else {
    g_variant_get_child(answer, 4, "&s", &address);
    return_address(task, address);
  }
}

static void
bh_mdns_resolver_avahi_resolve_async(BhMdnsResolver *resolver, const char *name,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  BhMdnsResolverAvahi *self = BH_MDNS_RESOLVER_AVAHI(resolver);
  g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

  if (!bh_avahi_bus_is_available(self->bus)) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                            "There is no avahi-daemon.");
  } else if (self->asking >= BH_MDNS_RESOLVER_AVAHI_MAX) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_BUSY, "Too many names are asked for.");
  } else {
    self->asking++;
    bh_avahi_bus_call(self->bus, "/", BH_AVAHI_SERVER, "ResolveHostName",
                      g_variant_new("(iisiu)", BH_AVAHI_UNSPECIFIED, BH_AVAHI_UNSPECIFIED, name,
                                    BH_AVAHI_UNSPECIFIED, 0u),
                      G_VARIANT_TYPE("(iisisu)"), cancellable, resolve_cb, g_steal_pointer(&task));
  }
}

static GInetAddress *
bh_mdns_resolver_avahi_resolve_finish(BhMdnsResolver *resolver, GAsyncResult *result,
                                      GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

static void
bh_mdns_resolver_avahi_iface_init(BhMdnsResolverInterface *iface)
{
  iface->resolve_async = bh_mdns_resolver_avahi_resolve_async;
  iface->resolve_finish = bh_mdns_resolver_avahi_resolve_finish;
}

static void
bh_mdns_resolver_avahi_dispose(GObject *object)
{
  g_clear_object(&BH_MDNS_RESOLVER_AVAHI(object)->bus);
  G_OBJECT_CLASS(bh_mdns_resolver_avahi_parent_class)->dispose(object);
}

static void
bh_mdns_resolver_avahi_class_init(BhMdnsResolverAvahiClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_mdns_resolver_avahi_dispose;
}

static void
bh_mdns_resolver_avahi_init(BhMdnsResolverAvahi *self)
{
}

BhMdnsResolver *
bh_mdns_resolver_avahi_new(BhAvahiBus *bus)
{
  BhMdnsResolverAvahi *self = g_object_new(BH_TYPE_MDNS_RESOLVER_AVAHI, NULL);

  self->bus = g_object_ref(bus);
  return BH_MDNS_RESOLVER(self);
}
