/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAdvertiser: tells the network names and a service by multicast DNS (RFC 6762, RFC 6763). An
 * interface over what the system has: Avahi's D-Bus, Windows' DnsServiceRegister() and
 * DnsServiceBrowse(). Everything is asynchronous, as these are: what is asked for gets a number at
 * once, how it fares comes by signal, and never inside the call that asked.
 *
 * While the system's service is away nothing is advertised, and whatever was asked for before is
 * forgotten: ask again when it is back. Runs on the main context; never blocks.
 */
#pragma once

#include "link-address.h"

#define BH_TYPE_ADVERTISER (bh_advertiser_get_type())
G_DECLARE_INTERFACE(BhAdvertiser, bh_advertiser, BH, ADVERTISER, GObject)

typedef enum {
  BH_ADVERT_PUBLISHING, /* the network is being asked whether somebody else has it */
  BH_ADVERT_OURS,       /* told, and answered for */
  BH_ADVERT_TAKEN,      /* somebody else has it; nothing is told: withdraw it */
  BH_ADVERT_FAILED,     /* the service could not do it; nothing is told: withdraw it */
} BhAdvertState;

typedef struct {
  const char *name; /* as people read it, 1 to 63 bytes */
  const char *type; /* "_bellhop._tcp" */
  const char *host; /* the name that it is reached by, ".local" with it */
  guint16 port;
  const char *const *txt; /* "key=value", each at most 255 bytes */
} BhServiceAdvert;

/*
 * Signals
 *   availability (): see bh_advertiser_is_available()
 *   advert (guint id, BhAdvertState state): how an advert fares now
 *   host-gone (guint id): of a watch: nobody, or one fewer, answers for the name any more
 */

struct _BhAdvertiserInterface {
  GTypeInterface parent;

  gboolean (*is_available)(BhAdvertiser *self);
  guint (*publish_host)(BhAdvertiser *self, const char *name, GPtrArray *addresses);
  void (*update_host)(BhAdvertiser *self, guint id, GPtrArray *addresses);
  guint (*publish_service)(BhAdvertiser *self, const BhServiceAdvert *service);
  guint (*watch_host)(BhAdvertiser *self, const char *name);
  void (*withdraw)(BhAdvertiser *self, guint id);
};

/** bh_advertiser_is_available: whether the system's service is there. */
gboolean bh_advertiser_is_available(BhAdvertiser *self);

/**
 * bh_advertiser_publish_host:
 * @name: "signaling.local"
 * @addresses: (element-type BhLinkAddress): copied; each is told on its own interface only; may be
 *   empty, then nothing is told yet
 *
 * Two programs of one computer may both publish a name; see BhNameLock.
 *
 * Returns: its number, never 0
 */
guint bh_advertiser_publish_host(BhAdvertiser *self, const char *name, GPtrArray *addresses);

/** bh_advertiser_update_host: what stays the same goes on undisturbed. */
void bh_advertiser_update_host(BhAdvertiser *self, guint id, GPtrArray *addresses);

/** bh_advertiser_publish_service: @service: copied */
guint bh_advertiser_publish_service(BhAdvertiser *self, const BhServiceAdvert *service);

/** bh_advertiser_watch_host: emits `host-gone` until it is withdrawn. */
guint bh_advertiser_watch_host(BhAdvertiser *self, const char *name);

/** bh_advertiser_withdraw: of an advert or a watch; an @id that has been forgotten is nothing. */
void bh_advertiser_withdraw(BhAdvertiser *self, guint id);
