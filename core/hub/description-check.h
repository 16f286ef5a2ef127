/* SPDX-License-Identifier: Apache-2.0 */
/*
 * description-check: the signatures under the offers and answers between the hub and its members
 * (access/description-auth.h): whose must be there, and the hub's own.
 *
 * Paired devices sign; what they send unsigned, or wrongly signed, is refused. Guests have no key,
 * and on an open hub anybody may do without; a signature that is there must be right all the same.
 */
#pragma once

#include "gate.h"
#include "member.h"

/**
 * bh_description_check:
 * @gate: (nullable):
 * @open: whether the hub is open
 * @message: an offer or an answer of @member, with its `sdp`
 * @hub_peer_id: whom it must be for
 *
 * About 100 us.
 */
gboolean bh_description_check(const BhGate *gate, gboolean open, BhMember *member,
                              const json_t *message, const char *hub_peer_id);

/**
 * bh_description_sign:
 * @gate: (nullable):
 * @message: any signaling message of the hub for @member; an offer or answer gets its `auth`
 */
void bh_description_sign(const BhGate *gate, BhMember *member, json_t *message,
                         const char *hub_peer_id);
