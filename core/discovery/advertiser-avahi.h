/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAdvertiserAvahi: BhAdvertiser by avahi-daemon. Each address and each service is an entry group of
 * its own, so that one that comes or goes disturbs no other.
 */
#pragma once

#include "advertiser.h"
#include "avahi-bus.h"

#define BH_TYPE_ADVERTISER_AVAHI (bh_advertiser_avahi_get_type())
G_DECLARE_FINAL_TYPE(BhAdvertiserAvahi, bh_advertiser_avahi, BH, ADVERTISER_AVAHI, GObject)

/** bh_advertiser_avahi_new: @bus: referenced */
BhAdvertiser *bh_advertiser_avahi_new(BhAvahiBus *bus);
