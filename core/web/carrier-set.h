/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCarrierSet: the WebSockets of the web server, each with the signaling session that it carries.
 */
#pragma once

#include "address-counter.h"
#include "web-listener.h"

typedef struct _BhCarrierSet BhCarrierSet;

/** bh_carrier_set_new: copies @limits; @signaling and @counter must outlive it. */
BhCarrierSet *bh_carrier_set_new(BhSignalingServer *signaling, BhAddressCounter *counter,
                                 const BhLimitSet *limits);

/** bh_carrier_set_free: ends them all. */
void bh_carrier_set_free(BhCarrierSet *set);

/**
 * bh_carrier_set_make_room:
 *
 * For one more WebSocket. Where there are as many as may be, the one that has not joined for the
 * longest time makes way: strangers have more addresses than the house has places.
 *
 * Returns: %FALSE: all have joined, or the system has no descriptor left
 */
gboolean bh_carrier_set_make_room(BhCarrierSet *set);

/**
 * bh_carrier_set_add:
 * @stream: after the answer to its handshake
 * @stolen: (transfer full): what is in it
 * @hint: (nullable): the tenant
 * @remote: who it is
 */
void bh_carrier_set_add(BhCarrierSet *set, GIOStream *stream, BhWebStolen *stolen, const char *hint,
                        const BhRemote *remote);

/** bh_carrier_set_check: to be called every second or so. */
void bh_carrier_set_check(BhCarrierSet *set, gint64 now_us, const BhWebTiming *timing);

/** bh_carrier_set_wake: see bh_web_server_wake(). */
void bh_carrier_set_wake(BhCarrierSet *set, gint64 now_us, const BhWebTiming *timing);

/** bh_carrier_set_drop_astray: see bh_web_server_drop_astray(). */
void bh_carrier_set_drop_astray(BhCarrierSet *set);

/** bh_carrier_set_close: tells all that this server goes away; who does not answer is ended by
 * later checks. */
void bh_carrier_set_close(BhCarrierSet *set);

guint bh_carrier_set_count(BhCarrierSet *set);
