/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud-join: the ways into a room of a cloud (protocol section 2). A room belongs to a hub's key:
 * whoever has no membership of that key is in another room, whatever tenant it names. The hub comes
 * in by its own signature; a newer connection of it takes the place of the one before.
 */
#pragma once

#include "session-place.h"

/**
 * bh_cloud_join:
 * @message: a `join`
 *
 * Returns: %FALSE exactly when @error is set (BH_SIGNALING_ERROR); the session may try again
 */
gboolean bh_cloud_join(BhSignalingSession *session, const BhSignalingMessage *message,
                       const char *tenant_id, GError **error);

/**
 * bh_cloud_prove:
 * @secret: (nullable): of the place that the join wanted back
 *
 * Returns: %FALSE exactly when @error is set: the session is to be closed
 */
gboolean bh_cloud_prove(BhSignalingSession *session, const BhCloudProof *proof, const char *secret,
                        const char *signature, GError **error);
