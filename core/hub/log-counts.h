/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLogCounts: which way operations came to this hub, since its start: what `/metrics` and the
 * status tell, and the share that needed nothing outside of the property. A plain struct.
 */
#pragma once

#include "json-text.h"
#include "member.h"

typedef enum {
  BH_LOG_WAY_CHANNEL, /* a data channel to the hub: `local-p2p` */
  BH_LOG_WAY_RELAY,   /* the hub's signaling: `hub-relay` */
  BH_LOG_WAY_HTTP,    /* the hub's API: `http` */
  BH_LOG_WAY_CLOUD,   /* from outside of the property: `cloud-relay` */
  BH_N_LOG_WAYS
} BhLogWay;

typedef struct {
  guint64 operations[BH_N_LOG_WAYS]; /* that were new */
  guint64 bytes[BH_N_LOG_WAYS];      /* of their texts */
} BhLogCounts;

/** bh_log_way_find: @is_outside: what came by @path came from outside; by relay that is not known
 */
BhLogWay bh_log_way_find(BhPath path, gboolean is_outside);

/** bh_log_way_get_name: Returns: (transfer none): as detectNetworkTopology() calls it */
const char *bh_log_way_get_name(BhLogWay way);

/** bh_log_counts_add: */
void bh_log_counts_add(BhLogCounts *counts, BhLogWay way, guint64 operations, guint64 bytes);

/** bh_log_counts_get_local_share: Returns: of all operations, those that did not come from
 * outside: 0 to 1; 1 where there are none */
double bh_log_counts_get_local_share(const BhLogCounts *counts);

/** bh_log_counts_describe: Returns: (transfer full): {operations: {way: n}, bytes: {way: n},
 * localShare} */
json_t *bh_log_counts_describe(const BhLogCounts *counts);
