/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "service-browser-avahi.h"

/*
 * A look is one browser of the daemon's for each type, and one question for each name that a
 * browser tells. It ends when every browser has told all it knows for now and every question is
 * answered, when its time is up, or when the daemon is gone. Main context only.
 */

#define BROWSER "org.freedesktop.Avahi.ServiceBrowser"

/* AVAHI_PROTO_INET */
#define PROTOCOL_IPV4 0

typedef struct {
  GTask *task; /* holds the browser */
  GPtrArray *found;
  GHashTable *seen;    /* set of "type\nname" */
  GHashTable *paths;   /* the daemon's browsers that have more to tell */
  GPtrArray *objects;  /* their paths, all of them, to be freed */
  GCancellable *calls; /* ends what is being asked */
  guint n_opening, n_resolving;
  guint subscription;
  guint timer;
  gulong availability_id, cancelled_id;
} Look;

struct _BhServiceBrowserAvahi {
  GObject parent_instance;

  BhAvahiBus *bus;
  Look *look;      /* (nullable): the one under way */
  guint64 n_looks; /* since the start */
};

static void bh_service_browser_avahi_iface_init(BhServiceBrowserInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhServiceBrowserAvahi, bh_service_browser_avahi, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SERVICE_BROWSER,
                                                    bh_service_browser_avahi_iface_init))

/* --- the end of a look --- */

static void
free_objects(BhServiceBrowserAvahi *self, Look *look)
{
  if (!bh_avahi_bus_is_available(self->bus))
    return;
  for (guint i = 0; i < look->objects->len; i++)
    bh_avahi_bus_call(self->bus, look->objects->pdata[i], BROWSER, "Free", NULL, NULL, NULL, NULL,
                      NULL);
}

static void
look_free(BhServiceBrowserAvahi *self, Look *look)
{
  GCancellable *cancellable = g_task_get_cancellable(look->task);

  g_cancellable_cancel(look->calls);
  g_clear_signal_handler(&look->availability_id, self->bus);
  if (look->cancelled_id != 0)
    g_signal_handler_disconnect(cancellable, look->cancelled_id);
  g_clear_handle_id(&look->timer, g_source_remove);
  bh_avahi_bus_unsubscribe(self->bus, look->subscription);
  free_objects(self, look);
  g_ptr_array_unref(look->objects);
  g_hash_table_unref(look->paths);
  g_hash_table_unref(look->seen);
  g_object_unref(look->calls);
  g_free(look);
}

static void
end_look(BhServiceBrowserAvahi *self)
{
  g_autoptr(BhServiceBrowserAvahi) held G_GNUC_UNUSED = g_object_ref(self);
  Look *look = g_steal_pointer(&self->look);
  g_autoptr(GTask) task = look->task;
  GPtrArray *found = look->found;

  look_free(self, look);
  g_task_return_pointer(task, found, (GDestroyNotify)g_ptr_array_unref);
}

static void
end_when_done(BhServiceBrowserAvahi *self)
{
  const Look *look = self->look;

  if (look->n_opening == 0 && look->n_resolving == 0 && g_hash_table_size(look->paths) == 0)
    end_look(self);
}

static gboolean
on_late(gpointer data)
{
  BhServiceBrowserAvahi *self = data;

  self->look->timer = 0;
  end_look(self);
  return G_SOURCE_REMOVE;
}

static void
on_availability(BhAvahiBus *bus, BhServiceBrowserAvahi *self)
{
  if (!bh_avahi_bus_is_available(bus))
    end_look(self);
}

/* --- what a name leads to --- */

static BhFoundService *
read_service(GVariant *answer)
{
  BhFoundService *service = g_new0(BhFoundService, 1);

  g_variant_get(answer, "(iissssisq@aayu)", NULL, NULL, &service->name, &service->type, NULL,
                &service->host, NULL, &service->address, &service->port, NULL, NULL);
  return service;
}

static void
resolve_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhServiceBrowserAvahi) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

  /* Cancelled: the look that asked is over. */
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->look == NULL)
    return;
  if (answer != NULL)
    g_ptr_array_add(self->look->found, read_service(answer));
  self->look->n_resolving--;
  end_when_done(self);
}

static void
add_name(BhServiceBrowserAvahi *self, GVariant *item)
{
  Look *look = self->look;
  gint32 interface;
  const char *name, *type, *domain;
  char *key;

  g_variant_get(item, "(ii&s&s&su)", &interface, NULL, &name, &type, &domain, NULL);
  key = g_strconcat(type, "\n", name, NULL);
  if (g_hash_table_size(look->seen) >= BH_SERVICE_BROWSER_MAX ||
      g_hash_table_contains(look->seen, key)) {
    g_free(key);
    return;
  }
  g_hash_table_add(look->seen, key);
  look->n_resolving++;
  bh_avahi_bus_call(self->bus, "/", BH_AVAHI_SERVER, "ResolveService",
                    g_variant_new("(iisssiu)", interface, BH_AVAHI_UNSPECIFIED, name, type, domain,
                                  PROTOCOL_IPV4, 0u),
                    G_VARIANT_TYPE("(iissssisqaayu)"), look->calls, resolve_cb, g_object_ref(self));
}

/* --- the daemon's browsers --- */

static void
on_signal(GDBusConnection *connection, const char *sender, const char *path, const char *interface,
          const char *signal, GVariant *parameters, gpointer user_data)
{
  BhServiceBrowserAvahi *self = user_data;

  if (self->look == NULL || !g_hash_table_contains(self->look->paths, path))
    return;
  if (g_str_equal(signal, "ItemNew") &&
      g_variant_is_of_type(parameters, G_VARIANT_TYPE("(iisssu)"))) {
    add_name(self, parameters);
  } else if (g_str_equal(signal, "AllForNow") || g_str_equal(signal, "Failure")) {
    g_hash_table_remove(self->look->paths, path);
    end_when_done(self);
  }
}

/* Never cancelled: what the daemon has made is to be freed, also when the look is over. */
typedef struct {
  BhServiceBrowserAvahi *browser;
  guint64 look;
} Opening;

static void
take_object(BhServiceBrowserAvahi *self, const Opening *opening, GVariant *answer)
{
  const char *path;

  g_variant_get(answer, "(&o)", &path);
  if (self->look != NULL && opening->look == self->n_looks) {
    g_ptr_array_add(self->look->objects, g_strdup(path));
    g_hash_table_add(self->look->paths, g_strdup(path));
  } else if (bh_avahi_bus_is_available(self->bus)) {
    bh_avahi_bus_call(self->bus, path, BROWSER, "Free", NULL, NULL, NULL, NULL, NULL);
  }
}

static void
open_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Opening *opening = user_data;
  g_autoptr(BhServiceBrowserAvahi) self = opening->browser;
  g_autoptr(GError) error = NULL;
  g_autoptr(GVariant) answer =
      g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

  if (answer != NULL)
    take_object(self, opening, answer);
  else
    g_debug("avahi-daemon cannot look for a type: %s", error->message);
  if (self->look == NULL || opening->look != self->n_looks)
    return;
  self->look->n_opening--;
  end_when_done(self);
}

static void
open_browser(BhServiceBrowserAvahi *self, const char *type)
{
  Opening *opening = g_new0(Opening, 1);

  *opening = (Opening){.browser = g_object_ref(self), .look = self->n_looks};
  self->look->n_opening++;
  bh_avahi_bus_call(
      self->bus, "/", BH_AVAHI_SERVER, "ServiceBrowserNew",
      g_variant_new("(iissu)", BH_AVAHI_UNSPECIFIED, PROTOCOL_IPV4, type, "local", 0u),
      G_VARIANT_TYPE("(o)"), NULL, open_cb, opening);
}

/* --- a look --- */

/* Not in the caller's call, nor in the handler of the cancellation. */
static gboolean
on_cancelled_idle(gpointer data)
{
  return on_late(data);
}

static void
on_cancelled(GCancellable *cancellable, BhServiceBrowserAvahi *self)
{
  Look *look = self->look;

  if (look == NULL)
    return;
  g_clear_handle_id(&look->timer, g_source_remove);
  look->timer = g_idle_add(on_cancelled_idle, self);
}

static void
begin_look(BhServiceBrowserAvahi *self, GTask *task, const char *const *types, guint timeout_ms)
{
  GCancellable *cancellable = g_task_get_cancellable(task);
  Look *look = g_new0(Look, 1);

  self->look = look;
  self->n_looks++;
  look->task = task;
  look->found = g_ptr_array_new_with_free_func((GDestroyNotify)bh_found_service_free);
  look->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  look->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  look->objects = g_ptr_array_new_with_free_func(g_free);
  look->calls = g_cancellable_new();
  look->timer = g_timeout_add(timeout_ms, on_late, self);
  look->availability_id =
      g_signal_connect(self->bus, "availability", G_CALLBACK(on_availability), self);
  if (cancellable != NULL)
    look->cancelled_id = g_signal_connect(cancellable, "cancelled", G_CALLBACK(on_cancelled), self);
  look->subscription = bh_avahi_bus_subscribe(self->bus, BROWSER, on_signal, self);
  for (guint i = 0; types[i] != NULL && i < BH_SERVICE_BROWSER_MAX_TYPES; i++)
    open_browser(self, types[i]);
}

static void
bh_service_browser_avahi_browse_async(BhServiceBrowser *browser, const char *const *types,
                                      guint timeout_ms, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  BhServiceBrowserAvahi *self = BH_SERVICE_BROWSER_AVAHI(browser);
  g_autoptr(GTask) task = g_task_new(self, cancellable, callback, user_data);

  if (g_task_return_error_if_cancelled(task))
    return;
  if (!bh_avahi_bus_is_available(self->bus))
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_INITIALIZED,
                            "There is no avahi-daemon.");
  else if (self->look != NULL)
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_BUSY, "It is being looked already.");
  else
    begin_look(self, g_steal_pointer(&task), types, timeout_ms);
}

static GPtrArray *
bh_service_browser_avahi_browse_finish(BhServiceBrowser *browser, GAsyncResult *result,
                                       GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

static void
bh_service_browser_avahi_iface_init(BhServiceBrowserInterface *iface)
{
  iface->browse_async = bh_service_browser_avahi_browse_async;
  iface->browse_finish = bh_service_browser_avahi_browse_finish;
}

/* --- life --- */

static void
bh_service_browser_avahi_dispose(GObject *object)
{
  g_clear_object(&BH_SERVICE_BROWSER_AVAHI(object)->bus);
  G_OBJECT_CLASS(bh_service_browser_avahi_parent_class)->dispose(object);
}

static void
bh_service_browser_avahi_class_init(BhServiceBrowserAvahiClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_service_browser_avahi_dispose;
}

static void
bh_service_browser_avahi_init(BhServiceBrowserAvahi *self)
{
}

BhServiceBrowser *
bh_service_browser_avahi_new(BhAvahiBus *bus)
{
  BhServiceBrowserAvahi *self = g_object_new(BH_TYPE_SERVICE_BROWSER_AVAHI, NULL);

  self->bus = g_object_ref(bus);
  return BH_SERVICE_BROWSER(self);
}
