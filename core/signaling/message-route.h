/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message-route: from one peer of a room to those it is for (protocol section 2), directed or not.
 *
 * Without a target: an offer goes to the hub; where there is none, to all that its sender may see,
 * and the first answer wins: later answers and candidates of the others are refused or dropped. An
 * answer goes to whose offer came last. A candidate follows its sender's last offer or answer. A
 * relay goes to the hub.
 */
#pragma once

#include "room.h"

/**
 * bh_message_route:
 * @message: an offer, answer, ice-candidate or relay
 *
 * Returns: %FALSE exactly when @error is set (BH_SIGNALING_ERROR): it reached nobody
 */
gboolean bh_message_route(BhRoom *room, BhRoomPeer *sender, const BhSignalingMessage *message,
                          GError **error);
