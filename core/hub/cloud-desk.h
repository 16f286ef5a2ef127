/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCloudDesk: where else the hub's devices find it, and its place at a cloud: joins the cloud's
 * signaling to the endpoint, and tells the cloud and everybody here of addresses that change and of
 * devices that were removed.
 */
#pragma once

#include "cloud-link.h"
#include "endpoint.h"
#include "house-links.h"

typedef struct _BhCloudDesk BhCloudDesk;

/* Addresses that are told, of all kinds (protocol section 2). */
#define BH_CLOUD_DESK_MAX_SERVERS 16

typedef struct {
  const char *const *urls; /* of clouds, best first; may be empty */
  const char *ca_file;     /* (nullable): PEM: whom to trust beside the system's authorities */
  const char *tenant_id;
  const char *peer_id;
  const BhGate *gate;
  BhHouseLinks *links;
  BhSignalingServer *signaling;
  BhEndpoint *endpoint;
} BhCloudDeskConfig;

/**
 * bh_cloud_desk_new: reads the authority's file (blocks, for the start); begins to announce and to
 * connect. What @config names must outlive it.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhCloudDesk *bh_cloud_desk_new(const BhCloudDeskConfig *config, GError **error);
void bh_cloud_desk_free(BhCloudDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCloudDesk, bh_cloud_desk_free)

/** bh_cloud_desk_tell_revocations: they have changed. */
void bh_cloud_desk_tell_revocations(BhCloudDesk *desk);

/** bh_cloud_desk_set_visitors: what the cloud is to answer to devices that do not reach this hub. */
void bh_cloud_desk_set_visitors(BhCloudDesk *desk, BhVisitors visitors);

/** bh_cloud_desk_get_clock_ahead: see bh_cloud_link_get_clock_ahead() */
gboolean bh_cloud_desk_get_clock_ahead(BhCloudDesk *desk, gint64 *ahead_ms);

/** bh_cloud_desk_wake: see bh_cloud_link_wake() */
void bh_cloud_desk_wake(BhCloudDesk *desk);

/** bh_cloud_desk_describe: Returns: (transfer full): {url, state, problem}, as in the status */
json_t *bh_cloud_desk_describe(BhCloudDesk *desk);

/** bh_cloud_desk_stop: those here are told where else to go; the cloud is left. Twice does no harm.
 */
void bh_cloud_desk_stop(BhCloudDesk *desk);
