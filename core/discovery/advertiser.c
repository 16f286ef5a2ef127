/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "advertiser.h"

G_DEFINE_INTERFACE(BhAdvertiser, bh_advertiser, G_TYPE_OBJECT)

static void
bh_advertiser_default_init(BhAdvertiserInterface *iface)
{
  g_signal_new("availability", BH_TYPE_ADVERTISER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
               G_TYPE_NONE, 0);
  g_signal_new("advert", BH_TYPE_ADVERTISER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
               G_TYPE_UINT, G_TYPE_INT);
  g_signal_new("host-gone", BH_TYPE_ADVERTISER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
               1, G_TYPE_UINT);
}

gboolean
bh_advertiser_is_available(BhAdvertiser *self)
{
  return BH_ADVERTISER_GET_IFACE(self)->is_available(self);
}

guint
bh_advertiser_publish_host(BhAdvertiser *self, const char *name, GPtrArray *addresses)
{
  return BH_ADVERTISER_GET_IFACE(self)->publish_host(self, name, addresses);
}

void
bh_advertiser_update_host(BhAdvertiser *self, guint id, GPtrArray *addresses)
{
  BH_ADVERTISER_GET_IFACE(self)->update_host(self, id, addresses);
}

guint
bh_advertiser_publish_service(BhAdvertiser *self, const BhServiceAdvert *service)
{
  return BH_ADVERTISER_GET_IFACE(self)->publish_service(self, service);
}

guint
bh_advertiser_watch_host(BhAdvertiser *self, const char *name)
{
  return BH_ADVERTISER_GET_IFACE(self)->watch_host(self, name);
}

void
bh_advertiser_withdraw(BhAdvertiser *self, guint id)
{
  BH_ADVERTISER_GET_IFACE(self)->withdraw(self, id);
}
