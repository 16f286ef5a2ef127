/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "discovery-desk.h"

#include "advertiser-avahi.h"
#include "house-names.h"
#include "mdns-resolver-avahi.h"
#include "name-resolver-mdns.h"
#include "service-browser-avahi.h"

struct _BhDiscoveryDesk {
  const BhSettings *settings;
  BhHouseLinks *links;
  gulong changed_id;

  /* NULL where nothing is to be found by itself */
  BhAvahiBus *bus;
  BhAdvertiser *advertiser;
  BhNameResolver *resolver;
  BhServiceBrowser *browser;
  BhHouseNames *names; /* NULL until it publishes */
};

BhDiscoveryDesk *
bh_discovery_desk_new(const BhSettings *settings, BhHouseLinks *links)
{
  BhDiscoveryDesk *self = g_new0(BhDiscoveryDesk, 1);
  g_autoptr(BhMdnsResolver) resolver = NULL;

  self->settings = settings;
  self->links = g_object_ref(links);
  if (!bh_settings_uses_discovery(settings))
    return self;
  self->bus = bh_avahi_bus_new();
  self->advertiser = bh_advertiser_avahi_new(self->bus);
  resolver = bh_mdns_resolver_avahi_new(self->bus);
  self->resolver = bh_name_resolver_mdns_new(resolver);
  self->browser = bh_service_browser_avahi_new(self->bus);
  return self;
}

void
bh_discovery_desk_free(BhDiscoveryDesk *desk)
{
  bh_discovery_desk_close(desk);
  g_clear_object(&desk->names);
  g_clear_object(&desk->browser);
  g_clear_object(&desk->resolver);
  g_clear_object(&desk->advertiser);
  g_clear_object(&desk->bus);
  g_object_unref(desk->links);
  g_free(desk);
}

BhNameResolver *
bh_discovery_desk_get_resolver(BhDiscoveryDesk *desk)
{
  return desk->resolver;
}

BhServiceBrowser *
bh_discovery_desk_get_browser(BhDiscoveryDesk *desk)
{
  return desk->browser;
}

/* --- the names --- */

static void
on_links_changed(BhHouseLinks *links, BhDiscoveryDesk *self)
{
  bh_house_names_set_addresses(self->names,
                               bh_link_address_list(self->settings->listen_address));
}

static void
on_names_changed(BhHouseNames *names, BhDiscoveryDesk *self)
{
  BhNameState state;

  for (guint i = 0; i < bh_house_names_get_size(names); i++) {
    const char *name = bh_house_names_get(names, i, &state);

    if (state == BH_NAME_TAKEN)
      g_info("Another hub is called %s", name);
    else if (state == BH_NAME_OURS)
      g_info("This hub is called %s", name);
  }
  /* Links and QR codes carry the name that leads here, and the certificate is for it. */
  bh_house_links_set_host_name(self->links, bh_house_names_get(names, 0, &state));
}

static char **
make_txt(BhDiscoveryDesk *self, const char *hub_id)
{
  g_autoptr(GStrvBuilder) txt = g_strv_builder_new();
  const char *const texts[][2] = {
      {"tenant", self->settings->tenant_id}, {"version", BH_VERSION}, {"id", hub_id}};
  const struct {
    const char *key;
    guint16 port;
  } ports[] = {{"http", bh_house_links_get_http_port(self->links)},
               {"https", bh_house_links_get_https_port(self->links)}};

  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autofree char *pair = g_strconcat(texts[i][0], "=", texts[i][1], NULL);

    g_strv_builder_add(txt, pair);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(ports); i++) {
    g_autofree char *pair = g_strdup_printf("%s=%u", ports[i].key, ports[i].port);

    if (ports[i].port != 0)
      g_strv_builder_add(txt, pair);
  }
  return g_strv_builder_end(txt);
}

void
bh_discovery_desk_publish(BhDiscoveryDesk *desk, const char *hub_id)
{
  const char *const more[] = {BH_SIGNALING_HOST_NAME,
                              desk->settings->greengrass ? BH_GREENGRASS_HOST_NAME : NULL, NULL};
  g_auto(GStrv) own = NULL;
  g_auto(GStrv) txt = NULL;
  BhHouseNamesConfig config = {.more_names = more,
                               .title = desk->settings->name,
                               .port = bh_house_links_get_http_port(desk->links)};

  if (desk->advertiser == NULL || desk->names != NULL)
    return;
  own = bh_house_links_list_own_names(desk->links);
  txt = make_txt(desk, hub_id);
  config.own_names = (const char *const *)own;
  config.txt = (const char *const *)txt;
  desk->names = bh_house_names_new(desk->advertiser, &config,
                                   bh_link_address_list(desk->settings->listen_address));
  g_signal_connect(desk->names, "changed", G_CALLBACK(on_names_changed), desk);
  desk->changed_id =
      g_signal_connect(desk->links, "changed", G_CALLBACK(on_links_changed), desk);
}

void
bh_discovery_desk_close(BhDiscoveryDesk *desk)
{
  g_clear_signal_handler(&desk->changed_id, desk->links);
  if (desk->names != NULL) {
    g_signal_handlers_disconnect_by_data(desk->names, desk);
    bh_house_names_close(desk->names);
  }
}

/* --- how it is --- */

static const char *
describe_state(BhDiscoveryDesk *self)
{
  if (self->bus == NULL)
    return "off";
  return bh_avahi_bus_is_available(self->bus) ? "working" : "no-service";
}

json_t *
bh_discovery_desk_describe(BhDiscoveryDesk *desk)
{
  static const char *const states[] = {
      [BH_NAME_PUBLISHING] = "publishing", [BH_NAME_OURS] = "ours", [BH_NAME_TAKEN] = "taken"};
  json_t *names = json_array();
  guint64 resolved =
      desk->resolver != NULL
          ? bh_name_resolver_mdns_get_count(BH_NAME_RESOLVER_MDNS(desk->resolver))
          : 0;

  for (guint i = 0; desk->names != NULL && i < bh_house_names_get_size(desk->names); i++) {
    BhNameState state;
    const char *name = bh_house_names_get(desk->names, i, &state);

    json_array_append_new(names, json_pack("{s:s, s:s}", "name", name, "state", states[state]));
  }
  return json_pack("{s:s, s:o, s:s?, s:I}", "state", describe_state(desk), "names", names, "service",
                   desk->names != NULL ? BH_HOUSE_NAMES_SERVICE_TYPE : NULL, "resolved",
                   (json_int_t)resolved);
}
