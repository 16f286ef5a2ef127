/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCloudReach: what a device that does not see its hub may ask a cloud.
 *
 *   GET /api/v1/reach?tenantId&hubKey   {kind: "cloud", address, hub: {isOnline, isSameAddress,
 *                                       hasVisitors} or null}; the latter two may be null
 *
 * Who names a hub's key knows the property; anybody else learns where they come from and nothing of
 * anybody, not even whether there is such a property. Addresses of hubs are compared here and never
 * told; whether a hub is reached by others is told in its own house only. Pages of any origin may read it. So
 * many questions a minute of one address.
 */
#pragma once

#include "signaling-server.h"
#include "web-server.h"

typedef struct _BhCloudReach BhCloudReach;

/** bh_cloud_reach_new: mounts its route. @web must be closed before it is freed. */
BhCloudReach *bh_cloud_reach_new(BhWebServer *web, BhSignalingServer *signaling);
void bh_cloud_reach_free(BhCloudReach *reach);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhCloudReach, bh_cloud_reach_free)
