/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "advertiser-avahi.h"

#include <string.h>

#define ENTRY_GROUP    "org.freedesktop.Avahi.EntryGroup"
#define RECORD_BROWSER "org.freedesktop.Avahi.RecordBrowser"
#define COLLISION      "org.freedesktop.Avahi.CollisionError"

/* AvahiPublishFlags: one computer has several names, and its address leads back to its own. */
#define PUBLISH_NO_REVERSE 16u

/* RFC 1035 section 3.2: class IN, types A and AAAA (RFC 3596). */
#define CLASS_IN  1
#define TYPE_A    1
#define TYPE_AAAA 28

/* AvahiEntryGroupState */
enum { GROUP_UNCOMMITTED, GROUP_REGISTERING, GROUP_ESTABLISHED, GROUP_COLLISION, GROUP_FAILURE };

/* What was asked for: a host with its addresses, a service, or a watch. */
typedef struct {
  guint id;
  char *host;         /* of a host */
  GPtrArray *things;  /* of Thing; owns a reference each */
  gboolean is_advert; /* no watch */
  BhAdvertState told; /* the last state that was emitted */
} Order;

/*
 * An object of the daemon's, an entry group or a record browser. Lives until the last call for it
 * is answered; `order` is NULL once it has been withdrawn, and then it is freed as soon as its path
 * is known.
 */
typedef struct {
  grefcount refs;
  BhAdvertiserAvahi *owner; /* (nullable): weak, as long as `order` is there */
  Order *order;             /* (nullable): weak */
  BhLinkAddress *link;      /* (nullable): of a host */
  const char *interface;    /* of the object */
  const char *method;       /* that fills a group */
  GVariant *parameters;     /* of that */
  char *path;               /* (nullable): not known yet */
  BhAdvertState state;
} Thing;

struct _BhAdvertiserAvahi {
  GObject parent_instance;

  BhAvahiBus *bus;
  GHashTable *orders;  /* id -> owned Order */
  GHashTable *by_path; /* path -> borrowed Thing */
  guint last_id;
  guint group_signals, browser_signals;
};

static void bh_advertiser_avahi_iface_init(BhAdvertiserInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhAdvertiserAvahi, bh_advertiser_avahi, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_ADVERTISER,
                                                    bh_advertiser_avahi_iface_init))

/* --- life of a thing --- */

static Thing *
thing_new(BhAdvertiserAvahi *self, Order *order, const char *interface)
{
  Thing *thing = g_new0(Thing, 1);

  g_ref_count_init(&thing->refs);
  thing->owner = self;
  thing->order = order;
  thing->interface = interface;
  g_ptr_array_add(order->things, thing);
  return thing;
}

static Thing *
thing_ref(Thing *thing)
{
  g_ref_count_inc(&thing->refs);
  return thing;
}

static void
thing_unref(Thing *thing)
{
  if (!g_ref_count_dec(&thing->refs))
    return;
  g_clear_pointer(&thing->link, bh_link_address_free);
  g_clear_pointer(&thing->parameters, g_variant_unref);
  g_free(thing->path);
  g_free(thing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Thing, thing_unref)

/* Nobody waits for it: a daemon that is gone has freed it. */
static void
free_object(GDBusConnection *connection, const char *owner, const char *path, const char *interface)
{
  g_dbus_connection_call(connection, owner, path, interface, "Free", NULL, NULL,
                         G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

/* Takes the order's reference. */
static void
thing_withdraw(gpointer data)
{
  Thing *thing = data;
  BhAdvertiserAvahi *self = thing->owner;

  thing->order = NULL;
  thing->owner = NULL;
  if (thing->path != NULL) {
    g_hash_table_remove(self->by_path, thing->path);
    if (bh_avahi_bus_is_available(self->bus))
      bh_avahi_bus_call(self->bus, thing->path, thing->interface, "Free", NULL, NULL, NULL, NULL,
                        NULL);
  }
  thing_unref(thing);
}

static void
order_free(gpointer data)
{
  Order *order = data;

  g_ptr_array_unref(order->things);
  g_free(order->host);
  g_free(order);
}

/* --- how an order fares --- */

/* One address that stands is a name that works. */
static BhAdvertState
sum_up(const Order *order)
{
  guint n[BH_ADVERT_FAILED + 1] = {0};

  for (guint i = 0; i < order->things->len; i++)
    n[((Thing *)order->things->pdata[i])->state]++;
  if (n[BH_ADVERT_TAKEN] > 0)
    return BH_ADVERT_TAKEN;
  if (n[BH_ADVERT_OURS] > 0)
    return BH_ADVERT_OURS;
  return n[BH_ADVERT_PUBLISHING] == 0 && n[BH_ADVERT_FAILED] > 0 ? BH_ADVERT_FAILED
                                                                 : BH_ADVERT_PUBLISHING;
}

/* Only from the daemon's answers, so never inside a call of our user's. */
static void
tell(BhAdvertiserAvahi *self, Order *order)
{
  BhAdvertState state = sum_up(order);

  if (!order->is_advert || state == order->told)
    return;
  order->told = state;
  g_signal_emit_by_name(self, "advert", order->id, (int)state);
}

static void
set_thing_state(Thing *thing, BhAdvertState state)
{
  g_autoptr(BhAdvertiserAvahi) self = NULL;

  if (thing->order == NULL)
    return;
  self = g_object_ref(thing->owner);
  thing->state = state;
  tell(self, thing->order);
}

static void
fail(Thing *thing, GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error(error);

  if (g_strcmp0(name, COLLISION) != 0 && thing->order != NULL)
    g_debug("avahi-daemon cannot do it (%s): %s",
            thing->method != NULL ? thing->method : thing->interface, error->message);
  set_thing_state(thing, g_strcmp0(name, COLLISION) == 0 ? BH_ADVERT_TAKEN : BH_ADVERT_FAILED);
}

/* --- asking the daemon: new, fill, commit --- */

/* Returns: (transfer full) (nullable): the daemon's answer; without one @thing has failed */
static GVariant *
finish(Thing *thing, GObject *source, GAsyncResult *result)
{
  g_autoptr(GError) error = NULL;
  GVariant *answer = g_dbus_connection_call_finish(G_DBUS_CONNECTION(source), result, &error);

  if (answer == NULL)
    fail(thing, error);
  return answer;
}

static void
commit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Thing) thing = user_data;
  g_autoptr(GVariant) answer G_GNUC_UNUSED = finish(thing, source, result);
}

static void
fill_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Thing) thing = user_data;
  g_autoptr(GVariant) answer = finish(thing, source, result);

  if (answer != NULL && thing->order != NULL)
    bh_avahi_bus_call(thing->owner->bus, thing->path, ENTRY_GROUP, "Commit", NULL, NULL, NULL,
                      commit_cb, thing_ref(thing));
}

static void
new_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Thing) thing = user_data;
  g_autoptr(GVariant) answer = finish(thing, source, result);

  if (answer == NULL)
    return;
  g_variant_get(answer, "(o)", &thing->path);
  if (thing->order == NULL) {
    free_object(G_DBUS_CONNECTION(source), BH_AVAHI_NAME, thing->path, thing->interface);
    return;
  }
  g_hash_table_insert(thing->owner->by_path, thing->path, thing);
  if (thing->method != NULL)
    bh_avahi_bus_call(thing->owner->bus, thing->path, ENTRY_GROUP, thing->method, thing->parameters,
                      NULL, NULL, fill_cb, thing_ref(thing));
}

static void
ask_for_group(Thing *thing, const char *method, GVariant *parameters)
{
  thing->method = method;
  thing->parameters = g_variant_ref_sink(parameters);
  bh_avahi_bus_call(thing->owner->bus, "/", BH_AVAHI_SERVER, "EntryGroupNew", NULL,
                    G_VARIANT_TYPE("(o)"), NULL, new_cb, thing_ref(thing));
}

/* --- what the daemon tells --- */

static void
on_group_signal(GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *signal, GVariant *parameters, gpointer user_data)
{
  BhAdvertiserAvahi *self = user_data;
  g_autoptr(Thing) thing = g_hash_table_lookup(self->by_path, path);
  gint32 state;

  if (thing != NULL)
    thing_ref(thing);
  if (thing == NULL || !g_str_equal(signal, "StateChanged") ||
      !g_variant_is_of_type(parameters, G_VARIANT_TYPE("(is)")))
    return;
  g_variant_get(parameters, "(is)", &state, NULL);
  if (state == GROUP_COLLISION)
    set_thing_state(thing, BH_ADVERT_TAKEN);
  else if (state == GROUP_FAILURE)
    set_thing_state(thing, BH_ADVERT_FAILED);
  else
    set_thing_state(thing, state == GROUP_ESTABLISHED ? BH_ADVERT_OURS : BH_ADVERT_PUBLISHING);
}

static void
on_browser_signal(GDBusConnection *connection, const char *sender, const char *path,
                  const char *interface, const char *signal, GVariant *parameters,
                  gpointer user_data)
{
  BhAdvertiserAvahi *self = user_data;
  const Thing *thing = g_hash_table_lookup(self->by_path, path);

  if (thing != NULL && g_str_equal(signal, "ItemRemove"))
    g_signal_emit_by_name(self, "host-gone", thing->order->id);
}

static void
on_availability(BhAvahiBus *bus, BhAdvertiserAvahi *self)
{
  if (bh_avahi_bus_is_available(bus)) {
    self->group_signals = bh_avahi_bus_subscribe(bus, ENTRY_GROUP, on_group_signal, self);
    self->browser_signals = bh_avahi_bus_subscribe(bus, RECORD_BROWSER, on_browser_signal, self);
  } else {
    g_hash_table_remove_all(self->orders);
    bh_avahi_bus_unsubscribe(bus, self->group_signals);
    bh_avahi_bus_unsubscribe(bus, self->browser_signals);
    self->group_signals = self->browser_signals = 0;
  }
  g_signal_emit_by_name(self, "availability");
}

/* --- BhAdvertiser --- */

static Order *
order_new(BhAdvertiserAvahi *self, const char *host, gboolean is_advert)
{
  Order *order = g_new0(Order, 1);

  do
    order->id = ++self->last_id;
  while (order->id == 0 || g_hash_table_contains(self->orders, GUINT_TO_POINTER(order->id)));
  order->host = g_strdup(host);
  order->is_advert = is_advert;
  order->told = BH_ADVERT_PUBLISHING;
  order->things = g_ptr_array_new_with_free_func(thing_withdraw);
  g_hash_table_insert(self->orders, GUINT_TO_POINTER(order->id), order);
  return order;
}

static gboolean
bh_advertiser_avahi_is_available(BhAdvertiser *advertiser)
{
  return bh_avahi_bus_is_available(BH_ADVERTISER_AVAHI(advertiser)->bus);
}

static void
publish_address(BhAdvertiserAvahi *self, Order *order, const BhLinkAddress *link)
{
  Thing *thing = thing_new(self, order, ENTRY_GROUP);

  thing->link = bh_link_address_new(link->interface, link->address);
  ask_for_group(thing, "AddAddress",
                g_variant_new("(iiuss)", (gint32)link->interface, BH_AVAHI_UNSPECIFIED,
                              PUBLISH_NO_REVERSE, order->host, link->address));
}

static gboolean
find_link(GPtrArray *addresses, const BhLinkAddress *link)
{
  for (guint i = 0; i < addresses->len; i++) {
    const BhLinkAddress *other = addresses->pdata[i];

    if (other->interface == link->interface && g_str_equal(other->address, link->address))
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_link(const Order *order, const BhLinkAddress *link)
{
  for (guint i = 0; i < order->things->len; i++) {
    const BhLinkAddress *other = ((Thing *)order->things->pdata[i])->link;

    if (other->interface == link->interface && g_str_equal(other->address, link->address))
      return TRUE;
  }
  return FALSE;
}

static void
bh_advertiser_avahi_update_host(BhAdvertiser *advertiser, guint id, GPtrArray *addresses)
{
  BhAdvertiserAvahi *self = BH_ADVERTISER_AVAHI(advertiser);
  Order *order = g_hash_table_lookup(self->orders, GUINT_TO_POINTER(id));

  if (order == NULL)
    return;
  for (guint i = order->things->len; i > 0; i--)
    if (!find_link(addresses, ((Thing *)order->things->pdata[i - 1])->link))
      g_ptr_array_remove_index_fast(order->things, i - 1);
  for (guint i = 0; i < MIN(addresses->len, BH_LINK_ADDRESS_MAX); i++)
    if (!has_link(order, addresses->pdata[i]))
      publish_address(self, order, addresses->pdata[i]);
}

static guint
bh_advertiser_avahi_publish_host(BhAdvertiser *advertiser, const char *name, GPtrArray *addresses)
{
  BhAdvertiserAvahi *self = BH_ADVERTISER_AVAHI(advertiser);
  guint id = order_new(self, name, TRUE)->id;

  bh_advertiser_avahi_update_host(advertiser, id, addresses);
  return id;
}

static GVariant *
make_txt(const char *const *txt)
{
  GVariantBuilder list;

  g_variant_builder_init(&list, G_VARIANT_TYPE("aay"));
  for (guint i = 0; txt[i] != NULL; i++)
    g_variant_builder_add_value(
        &list, g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, txt[i], strlen(txt[i]), 1));
  return g_variant_builder_end(&list);
}

static guint
bh_advertiser_avahi_publish_service(BhAdvertiser *advertiser, const BhServiceAdvert *service)
{
  BhAdvertiserAvahi *self = BH_ADVERTISER_AVAHI(advertiser);
  Order *order = order_new(self, NULL, TRUE);

  ask_for_group(thing_new(self, order, ENTRY_GROUP), "AddService",
                g_variant_new("(iiussssq@aay)", BH_AVAHI_UNSPECIFIED, BH_AVAHI_UNSPECIFIED, 0u,
                              service->name, service->type, "", service->host, service->port,
                              make_txt(service->txt)));
  return order->id;
}

static guint
bh_advertiser_avahi_watch_host(BhAdvertiser *advertiser, const char *name)
{
  static const guint16 types[] = {TYPE_A, TYPE_AAAA};
  BhAdvertiserAvahi *self = BH_ADVERTISER_AVAHI(advertiser);
  Order *order = order_new(self, name, FALSE);

  for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
    Thing *thing = thing_new(self, order, RECORD_BROWSER);

    bh_avahi_bus_call(self->bus, "/", BH_AVAHI_SERVER, "RecordBrowserNew",
                      g_variant_new("(iisqqu)", BH_AVAHI_UNSPECIFIED, BH_AVAHI_UNSPECIFIED, name,
                                    CLASS_IN, types[i], 0u),
                      G_VARIANT_TYPE("(o)"), NULL, new_cb, thing_ref(thing));
  }
  return order->id;
}

static void
bh_advertiser_avahi_withdraw(BhAdvertiser *advertiser, guint id)
{
  g_hash_table_remove(BH_ADVERTISER_AVAHI(advertiser)->orders, GUINT_TO_POINTER(id));
}

static void
bh_advertiser_avahi_iface_init(BhAdvertiserInterface *iface)
{
  iface->is_available = bh_advertiser_avahi_is_available;
  iface->publish_host = bh_advertiser_avahi_publish_host;
  iface->update_host = bh_advertiser_avahi_update_host;
  iface->publish_service = bh_advertiser_avahi_publish_service;
  iface->watch_host = bh_advertiser_avahi_watch_host;
  iface->withdraw = bh_advertiser_avahi_withdraw;
}

/* --- life --- */

static void
bh_advertiser_avahi_dispose(GObject *object)
{
  BhAdvertiserAvahi *self = BH_ADVERTISER_AVAHI(object);

  g_hash_table_remove_all(self->orders);
  if (self->bus != NULL && self->group_signals != 0) {
    bh_avahi_bus_unsubscribe(self->bus, self->group_signals);
    bh_avahi_bus_unsubscribe(self->bus, self->browser_signals);
  }
  g_clear_object(&self->bus);
  G_OBJECT_CLASS(bh_advertiser_avahi_parent_class)->dispose(object);
}

static void
bh_advertiser_avahi_finalize(GObject *object)
{
  BhAdvertiserAvahi *self = BH_ADVERTISER_AVAHI(object);

  g_hash_table_unref(self->orders);
  g_hash_table_unref(self->by_path);
  G_OBJECT_CLASS(bh_advertiser_avahi_parent_class)->finalize(object);
}

static void
bh_advertiser_avahi_class_init(BhAdvertiserAvahiClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_advertiser_avahi_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_advertiser_avahi_finalize;
}

static void
bh_advertiser_avahi_init(BhAdvertiserAvahi *self)
{
  self->orders = g_hash_table_new_full(NULL, NULL, NULL, order_free);
  self->by_path = g_hash_table_new(g_str_hash, g_str_equal);
}

BhAdvertiser *
bh_advertiser_avahi_new(BhAvahiBus *bus)
{
  BhAdvertiserAvahi *self = g_object_new(BH_TYPE_ADVERTISER_AVAHI, NULL);

  self->bus = g_object_ref(bus);
  g_signal_connect_object(bus, "availability", G_CALLBACK(on_availability), self, 0);
  return BH_ADVERTISER(self);
}
