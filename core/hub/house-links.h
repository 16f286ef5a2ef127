/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseLinks: where this hub can be reached just now: its name, its addresses, its ports; and the
 * links that are made of them. Watches the machine's networks.
 */
#pragma once

#include <gio/gio.h>

#include "address-set.h"
#include "json-text.h"

#define BH_TYPE_HOUSE_LINKS (bh_house_links_get_type())
G_DECLARE_FINAL_TYPE(BhHouseLinks, bh_house_links, BH, HOUSE_LINKS, GObject)

/*
 * Signals
 *   changed (): addresses or networks came or went, also such as stand in no link
 */

/* Names besides its own that a hub may bear (product): one of a property holds them. */
#define BH_SIGNALING_HOST_NAME  "signaling.local"
#define BH_GREENGRASS_HOST_NAME "greengrass.local"

/**
 * bh_house_links_new:
 * @host_name: "bellhop-xxxx.local"
 * @listen_address: of the settings; one that stands for all ("::", "0.0.0.0") means the machine's
 */
BhHouseLinks *bh_house_links_new(const char *host_name, const char *listen_address);

/**
 * bh_house_links_set_own_names:
 * @names: (array zero-terminated=1): the host name and those that may come in its place; the links
 *   are made with the first until bh_house_links_set_host_name()
 */
void bh_house_links_set_own_names(BhHouseLinks *links, const char *const *names);

/** bh_house_links_list_own_names: Returns: (transfer full): free with g_strfreev() */
char **bh_house_links_list_own_names(BhHouseLinks *links);

/** bh_house_links_set_host_name: another of the own names leads here now; emits `changed` where it
 * is another one. */
void bh_house_links_set_host_name(BhHouseLinks *links, const char *host_name);

/** bh_house_links_set_ports: @https: 0: there is none */
void bh_house_links_set_ports(BhHouseLinks *links, guint16 http, guint16 https);

/** bh_house_links_set_authority: @fingerprint: (nullable): base64url, 22 characters */
void bh_house_links_set_authority(BhHouseLinks *links, const char *fingerprint);

/**
 * bh_house_links_set_certified:
 * @names: (nullable) (array zero-terminated=1): the host names of a certificate that was
 * configured: https is reached by these, and by no address; %NULL or none: by the hub's own name
 * and addresses
 */
void bh_house_links_set_certified(BhHouseLinks *links, const char *const *names);

/** bh_house_links_look: looks at once; may emit `changed`. */
void bh_house_links_look(BhHouseLinks *links);

/** bh_house_links_watch: begins to emit `changed`. */
void bh_house_links_watch(BhHouseLinks *links);

/**
 * bh_house_links_set_networks:
 * @extra: (nullable): networks of the property that this computer has no address in
 */
void bh_house_links_set_networks(BhHouseLinks *links, const BhAddressSet *extra);

/** bh_house_links_get_networks: Returns: (transfer none): until `changed` has been emitted */
const BhAddressSet *bh_house_links_get_networks(BhHouseLinks *links);

guint16 bh_house_links_get_http_port(BhHouseLinks *links);
guint16 bh_house_links_get_https_port(BhHouseLinks *links);
const char *bh_house_links_get_host_name(BhHouseLinks *links);
const char *bh_house_links_get_authority(BhHouseLinks *links);

/** bh_house_links_get_addresses: Returns: (transfer none) (array zero-terminated=1): best first */
const char *const *bh_house_links_get_addresses(BhHouseLinks *links);

/** bh_house_links_list_names: Returns: (transfer full): every name we may be called by, and
 * `localhost`; free with g_strfreev() */
char **bh_house_links_list_names(BhHouseLinks *links);

/**
 * bh_house_links_make:
 * @place: behind the address, with its slash: "/pair#..."
 *
 * By the best address; by the name where there is no address.
 *
 * Returns: (transfer full): "http://192.168.1.20:8080/pair#..."
 */
char *bh_house_links_make(BhHouseLinks *links, const char *place);

/** bh_house_links_make_by_name: for when the address has changed. */
char *bh_house_links_make_by_name(BhHouseLinks *links, const char *place);

/** bh_house_links_make_local: for a browser on this computer. */
char *bh_house_links_make_local(BhHouseLinks *links, const char *place);

/**
 * bh_house_links_list_signaling:
 *
 * Returns: (transfer full) (array zero-terminated=1): the addresses of this hub's signaling, best
 *   first: "ws://bellhop-xxxx.local:8080/signal"; free with g_strfreev()
 */
char **bh_house_links_list_signaling(BhHouseLinks *links);

/**
 * bh_house_links_describe:
 *
 * Returns: (transfer full): {hostName, httpPort, https: {port, origins[]} or null, authority or
 * null}
 */
json_t *bh_house_links_describe(BhHouseLinks *links);
