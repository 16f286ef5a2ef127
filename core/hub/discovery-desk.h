/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDiscoveryDesk: how this hub is found by itself: its names and its service in the network, kept as
 * its addresses change; and the resolver of browsers' candidates. One way to the system's service for
 * all of it.
 */
#pragma once

#include "house-links.h"
#include "name-resolver.h"
#include "service-browser.h"
#include "settings.h"

typedef struct _BhDiscoveryDesk BhDiscoveryDesk;

/**
 * bh_discovery_desk_new: begins to look for the system's service, unless the settings say no.
 * @settings: (transfer none): must outlive the desk
 * @links: referenced
 */
BhDiscoveryDesk *bh_discovery_desk_new(const BhSettings *settings, BhHouseLinks *links);

/** bh_discovery_desk_free: the names are withdrawn. */
void bh_discovery_desk_free(BhDiscoveryDesk *desk);

/** bh_discovery_desk_get_resolver: Returns: (transfer none) (nullable): %NULL: none is wanted */
BhNameResolver *bh_discovery_desk_get_resolver(BhDiscoveryDesk *desk);

/** bh_discovery_desk_get_browser: Returns: (transfer none) (nullable): %NULL: none is wanted */
BhServiceBrowser *bh_discovery_desk_get_browser(BhDiscoveryDesk *desk);

/** bh_discovery_desk_publish: from now on, once the ports of @links are known. */
void bh_discovery_desk_publish(BhDiscoveryDesk *desk, const char *hub_id);

/** bh_discovery_desk_close: withdraws the names; may be called twice. */
void bh_discovery_desk_close(BhDiscoveryDesk *desk);

/**
 * bh_discovery_desk_describe:
 *
 * Returns: (transfer full): {state: "working", "no-service" or "off", names: [{name, state: "ours",
 *   "taken" or "publishing"}], service: its type or null, resolved: candidates' names so far}
 */
json_t *bh_discovery_desk_describe(BhDiscoveryDesk *desk);
