/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMdnsResolverAvahi: BhMdnsResolver by avahi-daemon, IPv4 and IPv6 at once: whichever answers first.
 */
#pragma once

#include "avahi-bus.h"
#include "mdns-resolver.h"

#define BH_TYPE_MDNS_RESOLVER_AVAHI (bh_mdns_resolver_avahi_get_type())
G_DECLARE_FINAL_TYPE(BhMdnsResolverAvahi, bh_mdns_resolver_avahi, BH, MDNS_RESOLVER_AVAHI, GObject)

/* What is asked for at once; the daemon keeps an object for each, and takes 1,024 of one program. */
#define BH_MDNS_RESOLVER_AVAHI_MAX 256

/** bh_mdns_resolver_avahi_new: @bus: referenced */
BhMdnsResolver *bh_mdns_resolver_avahi_new(BhAvahiBus *bus);
