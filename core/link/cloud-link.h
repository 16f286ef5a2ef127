/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCloudLink: the hub's place at a cloud's signaling (protocol section 2), so that its devices
 * reach it from outside. Of several addresses it is at one, by the rules of BhServerChoice; comes
 * back by itself; tells the cloud again what it is to know.
 *
 * Runs on the main context; never blocks.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"
#include "membership.h"

#define BH_TYPE_CLOUD_LINK (bh_cloud_link_get_type())
G_DECLARE_FINAL_TYPE(BhCloudLink, bh_cloud_link, BH, CLOUD_LINK, GObject)

typedef struct {
  const char *const *urls; /* best first; may be empty: then there is nothing to do */
  const char *tenant_id;
  const char *peer_id;     /* as wished */
  BhSignKey *key;          /* the hub's */
  GTlsDatabase *authority; /* (nullable): to be trusted beside the system's */
} BhCloudLinkConfig;

typedef enum {
  BH_CLOUD_LINK_OFF,        /* no address is set, or it was stopped */
  BH_CLOUD_LINK_CONNECTING, /* an attempt is under way */
  BH_CLOUD_LINK_JOINED,
  BH_CLOUD_LINK_WAITING, /* for the next attempt */
} BhCloudLinkState;

/*
 * Signals
 *   joined (json_t *message): the cloud's `joined`, borrowed; a place from before is gone
 *   message (json_t *message): an object with a `type`, borrowed; after `joined`
 *   lost ()
 */

/** bh_cloud_link_new: copies @config. */
BhCloudLink *bh_cloud_link_new(const BhCloudLinkConfig *config);

void bh_cloud_link_start(BhCloudLink *link);

/** bh_cloud_link_stop: leaves; may be called twice. Emits no `lost`. */
void bh_cloud_link_stop(BhCloudLink *link);

/**
 * bh_cloud_link_wake: this computer has slept, or is in another network (which it notices itself):
 * the cloud is asked for a sign of life, or looked for without waiting any longer.
 */
void bh_cloud_link_wake(BhCloudLink *link);

/** bh_cloud_link_send: @message: (transfer none); lost where it is not joined */
void bh_cloud_link_send(BhCloudLink *link, const json_t *message);

/**
 * bh_cloud_link_tell:
 * @message: (transfer none): `revocations` or `signaling-servers`, the place of which it takes
 *
 * Said now, and after each `joined` from now on.
 */
void bh_cloud_link_tell(BhCloudLink *link, json_t *message);

BhCloudLinkState bh_cloud_link_get_state(BhCloudLink *link);

/** bh_cloud_link_get_state_name: Returns: (transfer none): as in the status */
const char *bh_cloud_link_get_state_name(BhCloudLink *link);

/** bh_cloud_link_get_url: Returns: (transfer none) (nullable): where it is */
const char *bh_cloud_link_get_url(BhCloudLink *link);

/**
 * bh_cloud_link_get_clock_ahead:
 * @ahead_ms: (out): by how much this computer's clock is ahead of the cloud's, as of `joined`;
 *   negative: behind
 *
 * Returns: whether that is known
 */
gboolean bh_cloud_link_get_clock_ahead(BhCloudLink *link, gint64 *ahead_ms);

/** bh_cloud_link_get_problem: Returns: (transfer none) (nullable): why the last attempt failed, as
 * it may be shown: printable, and short */
const char *bh_cloud_link_get_problem(BhCloudLink *link);
