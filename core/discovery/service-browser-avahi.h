/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhServiceBrowserAvahi: BhServiceBrowser by avahi-daemon. It looks on every interface, and takes
 * IPv4 addresses: that is what receipt printers have.
 */
#pragma once

#include "avahi-bus.h"
#include "service-browser.h"

#define BH_TYPE_SERVICE_BROWSER_AVAHI (bh_service_browser_avahi_get_type())
G_DECLARE_FINAL_TYPE(BhServiceBrowserAvahi, bh_service_browser_avahi, BH, SERVICE_BROWSER_AVAHI,
                     GObject)

/** bh_service_browser_avahi_new: @bus: referenced */
BhServiceBrowser *bh_service_browser_avahi_new(BhAvahiBus *bus);
