/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "name-resolver-mdns.h"

#include <string.h>

#define SUFFIX ".local"

struct _BhNameResolverMdns {
  GObject parent_instance;

  BhMdnsResolver *resolver;
  guint64 count;
};

static void bh_name_resolver_mdns_iface_init(BhNameResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhNameResolverMdns, bh_name_resolver_mdns, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_NAME_RESOLVER,
                                                    bh_name_resolver_mdns_iface_init))

/* The name comes from a page: it is not to make us ask the network for whatever it likes. */
static gboolean
is_uuid_name(const char *name)
{
  gsize length = strlen(name);
  g_autofree char *uuid = NULL;

  if (length < strlen(SUFFIX) ||
      g_ascii_strcasecmp(name + length - strlen(SUFFIX), SUFFIX) != 0)
    return FALSE;
  uuid = g_strndup(name, length - strlen(SUFFIX));
  return g_uuid_string_is_valid(uuid);
}

static void
resolve_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhNameResolverMdns *self = g_task_get_source_object(task);
  GError *error = NULL;
  GInetAddress *address =
      bh_mdns_resolver_resolve_finish(BH_MDNS_RESOLVER(source), result, &error);

  if (address == NULL) {
    g_debug("A candidate's name led nowhere: %s", error->message);
    g_task_return_error(task, error);
    return;
  }
  self->count++;
  g_task_return_pointer(task, address, g_object_unref);
}

static void
bh_name_resolver_mdns_resolve_async(BhNameResolver *resolver, const char *name,
                                    GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  BhNameResolverMdns *self = BH_NAME_RESOLVER_MDNS(resolver);
  g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

  if (!is_uuid_name(name))
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                            "This is no name of a candidate.");
  else
    bh_mdns_resolver_resolve_async(self->resolver, name, cancellable, resolve_cb,
                                   g_steal_pointer(&task));
}

static GInetAddress *
bh_name_resolver_mdns_resolve_finish(BhNameResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

static void
bh_name_resolver_mdns_iface_init(BhNameResolverInterface *iface)
{
  iface->resolve_async = bh_name_resolver_mdns_resolve_async;
  iface->resolve_finish = bh_name_resolver_mdns_resolve_finish;
}

static void
bh_name_resolver_mdns_dispose(GObject *object)
{
  g_clear_object(&BH_NAME_RESOLVER_MDNS(object)->resolver);
  G_OBJECT_CLASS(bh_name_resolver_mdns_parent_class)->dispose(object);
}

static void
bh_name_resolver_mdns_class_init(BhNameResolverMdnsClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_name_resolver_mdns_dispose;
}

static void
bh_name_resolver_mdns_init(BhNameResolverMdns *self)
{
}

BhNameResolver *
bh_name_resolver_mdns_new(BhMdnsResolver *resolver)
{
  BhNameResolverMdns *self = g_object_new(BH_TYPE_NAME_RESOLVER_MDNS, NULL);

  self->resolver = g_object_ref(resolver);
  return BH_NAME_RESOLVER(self);
}

guint64
bh_name_resolver_mdns_get_count(BhNameResolverMdns *self)
{
  return self->count;
}
