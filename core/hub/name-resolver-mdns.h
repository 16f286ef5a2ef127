/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhNameResolverMdns: BhNameResolver of the peer room by BhMdnsResolver of the discovery room. Takes
 * the names that browsers make up for their candidates, "<uuid>.local", and no other.
 */
#pragma once

#include "mdns-resolver.h"
#include "name-resolver.h"

#define BH_TYPE_NAME_RESOLVER_MDNS (bh_name_resolver_mdns_get_type())
G_DECLARE_FINAL_TYPE(BhNameResolverMdns, bh_name_resolver_mdns, BH, NAME_RESOLVER_MDNS, GObject)

/** bh_name_resolver_mdns_new: @resolver: referenced */
BhNameResolver *bh_name_resolver_mdns_new(BhMdnsResolver *resolver);

/** bh_name_resolver_mdns_get_count: how many candidates' names led to an address since start. */
guint64 bh_name_resolver_mdns_get_count(BhNameResolverMdns *self);
