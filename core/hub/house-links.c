/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "house-links.h"

#include <string.h>

#include "own-address.h"

/* Linux tells of every address, as each is a route to itself (tests/hub/addresses). Nobody tells of
 * a cable that is pulled out of an interface with a fixed address, nor of anything in a sandbox
 * without netlink: this finds it, a look takes a third of a millisecond. */
#define LOOK_SECONDS 3
/* A change comes as several: routes and addresses, IPv4 and IPv6. */
#define SETTLE_MS 200

struct _BhHouseLinks {
  GObject parent_instance;

  char *host_name;
  char **own_names; /* it is one of these */
  char *listen_address;
  gboolean is_any;  /* listens at every address of the machine */
  char *authority;  /* (nullable) */
  char **certified; /* names of a configured certificate; may be empty */
  guint16 http_port, https_port;
  char **addresses;
  char *all; /* addresses of whatever kind, in one text: to see that something has changed */
  BhAddressSet *machine;  /* this computer's networks */
  BhAddressSet *extra;    /* (nullable) */
  BhAddressSet *networks; /* both */
  GNetworkMonitor *monitor;
  guint look_id, settle_id;
};

G_DEFINE_FINAL_TYPE(BhHouseLinks, bh_house_links, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* Returns: (transfer full) (nullable): %NULL: they cannot be listed now */
static char **
find_addresses(BhHouseLinks *self)
{
  const char *const one[] = {self->listen_address, NULL};
  g_auto(GStrv) all = self->is_any ? bh_address_list_for_links() : g_strdupv((char **)one);
  g_autoptr(GStrvBuilder) heard = g_strv_builder_new();

  if (all == NULL)
    return NULL;
  /* "0.0.0.0" hears nobody who comes by IPv6; "::" hears both. */
  for (guint i = 0; all[i] != NULL; i++)
    if (strchr(all[i], ':') == NULL || strchr(self->listen_address, ':') != NULL)
      g_strv_builder_add(heard, all[i]);
  return g_strv_builder_end(heard);
}

/* Returns: (transfer full) (nullable): %NULL: they cannot be listed now */
static char *
find_all(void)
{
  g_autoptr(GPtrArray) list = bh_own_address_list();
  g_autoptr(GPtrArray) texts = g_ptr_array_new();

  if (list == NULL)
    return NULL;
  for (guint i = 0; i < list->len; i++)
    g_ptr_array_add(texts, ((BhOwnAddress *)list->pdata[i])->address);
  g_ptr_array_add(texts, NULL);
  return g_strjoinv(" ", (char **)texts->pdata);
}

static BhAddressSet *
join_networks(BhHouseLinks *self)
{
  BhAddressSet *networks = bh_address_set_new();

  bh_address_set_add_all(networks, self->machine);
  if (self->extra != NULL)
    bh_address_set_add_all(networks, self->extra);
  return networks;
}

static gboolean
is_same_set(const BhAddressSet *one, const BhAddressSet *other)
{
  g_auto(GStrv) list = bh_address_set_list(one);
  g_auto(GStrv) other_list = bh_address_set_list(other);

  return g_strv_equal((const char *const *)list, (const char *const *)other_list);
}

/* What cannot be listed, as where no descriptor is left, has not gone: what was known of it stays. */
static gboolean
look(gpointer user_data)
{
  BhHouseLinks *self = user_data;
  g_auto(GStrv) addresses = find_addresses(self);
  BhAddressSet *machine = bh_address_set_new_from_interfaces();
  g_autoptr(BhAddressSet) networks = NULL;
  g_autoptr(BhAddressSet) before = NULL;
  g_autofree char *all = find_all();

  if (machine != NULL) {
    bh_address_set_unref(self->machine);
    self->machine = machine;
  }
  if (addresses == NULL)
    addresses = g_strdupv(self->addresses);
  if (all == NULL)
    all = g_strdup(self->all);
  networks = join_networks(self);
  if (g_str_equal(all, self->all) &&
      g_strv_equal((const char *const *)addresses, (const char *const *)self->addresses) &&
      is_same_set(networks, self->networks))
    return G_SOURCE_CONTINUE;
  g_free(self->all);
  self->all = g_steal_pointer(&all);
  g_strfreev(self->addresses);
  self->addresses = g_steal_pointer(&addresses);
  before = self->networks; /* until those who borrow it have the new one */
  self->networks = g_steal_pointer(&networks);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_CONTINUE;
}

static void
look_first(BhHouseLinks *self)
{
  self->machine = bh_address_set_new_from_interfaces();
  self->addresses = find_addresses(self);
  self->all = find_all();
  if (self->machine == NULL) {
    g_warning("The networks of this computer cannot be listed: until they can, guests are let in "
              "from this computer only. Name the networks in the settings.");
    self->machine = bh_address_set_new_loopback();
  }
  if (self->addresses == NULL)
    self->addresses = g_new0(char *, 1);
  if (self->all == NULL)
    self->all = g_strdup("");
  self->networks = join_networks(self);
}

static gboolean
on_settled(gpointer user_data)
{
  BhHouseLinks *self = user_data;

  self->settle_id = 0;
  look(self);
  return G_SOURCE_REMOVE;
}

static void
on_network_changed(GNetworkMonitor *monitor, gboolean available, BhHouseLinks *self)
{
  if (self->settle_id == 0)
    self->settle_id = g_timeout_add(SETTLE_MS, on_settled, self);
}

static void
bh_house_links_dispose(GObject *object)
{
  BhHouseLinks *self = BH_HOUSE_LINKS(object);

  g_clear_handle_id(&self->look_id, g_source_remove);
  g_clear_handle_id(&self->settle_id, g_source_remove);
  g_clear_object(&self->monitor);
  G_OBJECT_CLASS(bh_house_links_parent_class)->dispose(object);
}

static void
bh_house_links_finalize(GObject *object)
{
  BhHouseLinks *self = BH_HOUSE_LINKS(object);

  g_free(self->host_name);
  g_strfreev(self->own_names);
  g_free(self->listen_address);
  g_free(self->authority);
  g_strfreev(self->certified);
  g_strfreev(self->addresses);
  g_free(self->all);
  g_clear_pointer(&self->machine, bh_address_set_unref);
  g_clear_pointer(&self->extra, bh_address_set_unref);
  g_clear_pointer(&self->networks, bh_address_set_unref);
  G_OBJECT_CLASS(bh_house_links_parent_class)->finalize(object);
}

static void
bh_house_links_class_init(BhHouseLinksClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_house_links_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_house_links_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new("changed", BH_TYPE_HOUSE_LINKS, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_house_links_init(BhHouseLinks *self)
{
  self->certified = g_new0(char *, 1);
}

BhHouseLinks *
bh_house_links_new(const char *host_name, const char *listen_address)
{
  BhHouseLinks *self = g_object_new(BH_TYPE_HOUSE_LINKS, NULL);
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(listen_address);

  self->host_name = g_strdup(host_name);
  self->own_names = g_strdupv((char *[]){self->host_name, NULL});
  self->listen_address = g_strdup(listen_address);
  self->is_any = address != NULL && g_inet_address_get_is_any(address);
  look_first(self);
  return self;
}

void
bh_house_links_set_own_names(BhHouseLinks *links, const char *const *names)
{
  g_strfreev(links->own_names);
  links->own_names = g_strdupv((char **)names);
}

char **
bh_house_links_list_own_names(BhHouseLinks *links)
{
  return g_strdupv(links->own_names);
}

void
bh_house_links_set_host_name(BhHouseLinks *links, const char *host_name)
{
  if (g_str_equal(links->host_name, host_name))
    return;
  g_free(links->host_name);
  links->host_name = g_strdup(host_name);
  g_signal_emit(links, signals[SIGNAL_CHANGED], 0);
}

void
bh_house_links_set_ports(BhHouseLinks *links, guint16 http, guint16 https)
{
  links->http_port = http;
  links->https_port = https;
}

void
bh_house_links_set_authority(BhHouseLinks *links, const char *fingerprint)
{
  g_free(links->authority);
  links->authority = g_strdup(fingerprint);
}

void
bh_house_links_set_certified(BhHouseLinks *links, const char *const *names)
{
  g_strfreev(links->certified);
  links->certified = names != NULL ? g_strdupv((char **)names) : g_new0(char *, 1);
}

void
bh_house_links_look(BhHouseLinks *links)
{
  look(links);
}

void
bh_house_links_watch(BhHouseLinks *links)
{
  if (!links->is_any || links->monitor != NULL)
    return;
  links->monitor = g_object_ref(g_network_monitor_get_default());
  g_signal_connect_object(links->monitor, "network-changed", G_CALLBACK(on_network_changed), links,
                          0);
  links->look_id = g_timeout_add_seconds(LOOK_SECONDS, look, links);
}

void
bh_house_links_set_networks(BhHouseLinks *links, const BhAddressSet *extra)
{
  g_clear_pointer(&links->extra, bh_address_set_unref);
  if (extra != NULL) {
    links->extra = bh_address_set_new();
    bh_address_set_add_all(links->extra, extra);
  }
  look(links);
}

const BhAddressSet *
bh_house_links_get_networks(BhHouseLinks *links)
{
  return links->networks;
}

guint16
bh_house_links_get_http_port(BhHouseLinks *links)
{
  return links->http_port;
}

guint16
bh_house_links_get_https_port(BhHouseLinks *links)
{
  return links->https_port;
}

const char *
bh_house_links_get_host_name(BhHouseLinks *links)
{
  return links->host_name;
}

const char *
bh_house_links_get_authority(BhHouseLinks *links)
{
  return links->authority;
}

const char *const *
bh_house_links_get_addresses(BhHouseLinks *links)
{
  return (const char *const *)links->addresses;
}

char **
bh_house_links_list_names(BhHouseLinks *links)
{
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  g_strv_builder_addv(names, (const char **)links->own_names);
  g_strv_builder_add_many(names, BH_SIGNALING_HOST_NAME, BH_GREENGRASS_HOST_NAME, "localhost", NULL);
  g_strv_builder_addv(names, (const char **)links->certified);
  return g_strv_builder_end(names);
}

static char *
make(const char *scheme, const char *host, guint16 port, const char *place)
{
  gboolean is_v6 = strchr(host, ':') != NULL;

  return g_strdup_printf("%s://%s%s%s:%u%s", scheme, is_v6 ? "[" : "", host, is_v6 ? "]" : "", port,
                         place);
}

char *
bh_house_links_make(BhHouseLinks *links, const char *place)
{
  const char *host = links->addresses[0] != NULL ? links->addresses[0] : links->host_name;

  return make("http", host, links->http_port, place);
}

char *
bh_house_links_make_by_name(BhHouseLinks *links, const char *place)
{
  return make("http", links->host_name, links->http_port, place);
}

char *
bh_house_links_make_local(BhHouseLinks *links, const char *place)
{
  return make("http", links->is_any ? "localhost" : links->listen_address, links->http_port, place);
}

/* Without a name where only this computer listens. */
static gboolean
is_loopback(BhHouseLinks *self)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(self->listen_address);

  return address != NULL && g_inet_address_get_is_loopback(address);
}

static void
add_signaling(BhHouseLinks *self, GStrvBuilder *list, const char *scheme, guint16 port,
              gboolean is_certified)
{
  g_autofree char *name = make(scheme, self->host_name, port, "/signal");

  for (guint i = 0; is_certified && self->certified[i] != NULL; i++) {
    g_autofree char *url = make(scheme, self->certified[i], port, "/signal");

    g_strv_builder_add(list, url);
  }
  if (is_certified)
    return;
  if (!is_loopback(self))
    g_strv_builder_add(list, name);
  for (guint i = 0; self->addresses[i] != NULL; i++) {
    g_autofree char *url = make(scheme, self->addresses[i], port, "/signal");

    g_strv_builder_add(list, url);
  }
}

char **
bh_house_links_list_signaling(BhHouseLinks *links)
{
  g_autoptr(GStrvBuilder) list = g_strv_builder_new();

  add_signaling(links, list, "ws", links->http_port, FALSE);
  if (links->https_port != 0)
    add_signaling(links, list, "wss", links->https_port, links->certified[0] != NULL);
  return g_strv_builder_end(list);
}

static void
append_origin(json_t *origins, const char *host, guint16 port)
{
  g_autofree char *origin = make("https", host, port, "");

  json_array_append_new(origins, json_string(origin));
}

static json_t *
describe_https(BhHouseLinks *self)
{
  json_t *origins = json_array();

  for (guint i = 0; self->certified[i] != NULL; i++)
    append_origin(origins, self->certified[i], self->https_port);
  if (self->certified[0] == NULL) {
    /* The name first: an origin that stays when addresses change. */
    append_origin(origins, self->host_name, self->https_port);
    for (guint i = 0; self->addresses[i] != NULL; i++)
      append_origin(origins, self->addresses[i], self->https_port);
  }
  return json_pack("{s:i, s:o}", "port", self->https_port, "origins", origins);
}

json_t *
bh_house_links_describe(BhHouseLinks *links)
{
  return json_pack("{s:s, s:i, s:o, s:o}", "hostName", links->host_name, "httpPort",
                   links->http_port, "https",
                   links->https_port != 0 ? describe_https(links) : json_null(), "authority",
                   links->authority != NULL ? json_string(links->authority) : json_null());
}
