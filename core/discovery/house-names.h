/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseNames: the names that this hub bears in the network, and the service that lists it.
 *
 * Its own name, always: where another computer has it, the next of its alternates is taken, and kept
 * until the end. Names besides (signaling.local), while they are free: whoever has one keeps it, and
 * when its owner has gone it is taken over: at once where that is noticed, within ten seconds
 * otherwise. Between computers multicast DNS settles who has a name, between programs of one computer
 * BhNameLock. Runs on the main context.
 */
#pragma once

#include "advertiser.h"

#define BH_TYPE_HOUSE_NAMES (bh_house_names_get_type())
G_DECLARE_FINAL_TYPE(BhHouseNames, bh_house_names, BH, HOUSE_NAMES, GObject)

/*
 * Signals
 *   changed (): a name's state, which of the own names it is, or whether there is a service
 */

#define BH_HOUSE_NAMES_SERVICE_TYPE "_bellhop._tcp"

typedef enum {
  BH_NAME_PUBLISHING, /* being asked for, or waiting for the system's service */
  BH_NAME_OURS,
  BH_NAME_TAKEN, /* by another hub; tried again */
} BhNameState;

typedef struct {
  const char *const *own_names;   /* the name, then its alternates; at least one */
  const char *const *more_names;  /* may be empty */
  const char *title;              /* of the service, as people read it */
  const char *const *txt;         /* of the service: "key=value" */
  guint16 port;                   /* of the service */
  guint retry_ms;                 /* how often what is taken is tried again; 0: 8,000 */
} BhHouseNamesConfig;

/**
 * bh_house_names_new:
 * @advertiser: referenced
 * @config: copied
 * @addresses: (element-type BhLinkAddress) (transfer full):
 */
BhHouseNames *bh_house_names_new(BhAdvertiser *advertiser, const BhHouseNamesConfig *config,
                                 GPtrArray *addresses);

/** bh_house_names_set_addresses: @addresses: (element-type BhLinkAddress) (transfer full): what has
 * not changed goes on undisturbed. */
void bh_house_names_set_addresses(BhHouseNames *names, GPtrArray *addresses);

guint bh_house_names_get_size(BhHouseNames *names);

/** bh_house_names_get: @index: 0: the own one, as it is now. Returns: (transfer none): until
 * `changed` */
const char *bh_house_names_get(BhHouseNames *names, guint index, BhNameState *state);

/** bh_house_names_close: withdraws all; emits nothing more; may be called twice. */
void bh_house_names_close(BhHouseNames *names);
