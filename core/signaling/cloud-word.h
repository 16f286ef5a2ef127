/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cloud-word: what a hub tells its room at a cloud (protocol section 2): `revocations`, its signed
 * list, by which devices are expelled and refused, and `signaling-servers`, where else the property
 * is signaled. All in the room are told of both. With the latter goes whether other devices reach the
 * hub, which is for BhCloudReach alone.
 */
#pragma once

#include "signaling-session.h"

/* Addresses in `signaling-servers`, and the longest. */
#define BH_CLOUD_WORD_MAX_SERVERS   16
#define BH_CLOUD_WORD_MAX_URL_BYTES 256

/**
 * bh_cloud_word_take:
 * @message: a `revocations` or a `signaling-servers`
 *
 * Returns: %FALSE exactly when @error is set (BH_SIGNALING_ERROR)
 */
gboolean bh_cloud_word_take(BhSignalingSession *session, const BhSignalingMessage *message,
                            GError **error);
