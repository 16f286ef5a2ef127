/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMember: a peer as the hub knows it: who it is, and the ways to reach it.
 *
 * Made and owned by the endpoint. It outlives its presence on the signaling server while a data
 * channel is open, and the reverse. Ends with the signal `gone`.
 */
#pragma once

#include <gio/gio.h>

#include "data-channel.h"
#include "json-text.h"
#include "role.h"

#define BH_TYPE_MEMBER (bh_member_get_type())
G_DECLARE_FINAL_TYPE(BhMember, bh_member, BH, MEMBER, GObject)

/* How a message came, and how its answers go back. */
typedef enum {
  BH_PATH_CHANNEL, /* a data channel to the hub */
  BH_PATH_RELAY,   /* `relay` on the signaling connection */
  BH_PATH_HTTP,
  BH_N_PATHS
} BhPath;

/** bh_path_get_name: Returns: (transfer none): "channel", "relay", "http" */
const char *bh_path_get_name(BhPath path);

/**
 * BhMemberRelay:
 *
 * Sends @payload to the member as a `relay` over signaling.
 */
typedef void (*BhMemberRelay)(BhMember *member, const json_t *payload, gpointer user_data);

/*
 * Signals
 *   ways (): an open channel came or went, or its presence changed
 *   gone (): neither present nor connected any more
 */

/**
 * bh_member_new:
 * @device_id: (nullable): the peerId stands in for a device that names none
 * @relay: (nullable): where its signaling carries data; must stay valid until bh_member_leave()
 */
BhMember *bh_member_new(const char *tenant_id, const char *peer_id, const char *device_id,
                        BhRole role, BhMemberRelay relay, gpointer user_data);

const char *bh_member_get_tenant_id(BhMember *member);
const char *bh_member_get_peer_id(BhMember *member);
const char *bh_member_get_device_id(BhMember *member);
BhRole bh_member_get_role(BhMember *member);

/**
 * bh_member_get_is_paired: whether its deviceId and role are certain: it proved the key that it was
 * paired with. Never so for a guest, nor for whoever an open hub lets in by its word.
 */
gboolean bh_member_get_is_paired(BhMember *member);
void bh_member_set_is_paired(BhMember *member, gboolean is_paired);

/**
 * BhMemberLocate:
 * @is_outside: (out): whether what comes by the member's channels comes from outside of the
 *   property; left alone where there is no way now
 */
typedef void (*BhMemberLocate)(BhMember *member, gboolean *is_outside, gpointer user_data);

/** bh_member_set_locate: @locate: (nullable): asked whenever somebody wants to know */
void bh_member_set_locate(BhMember *member, BhMemberLocate locate, gpointer user_data);

/** bh_member_is_outside: of its channels; where they are gone, of the last ones; %FALSE: not known
 */
gboolean bh_member_is_outside(BhMember *member);

/** bh_member_can_relay: whether a `relay` would reach it: present, and where data is relayed. */
gboolean bh_member_can_relay(BhMember *member);

/** bh_member_set_speaks_by_relay: it has said something by relay, so it reads what comes by it. */
void bh_member_set_speaks_by_relay(BhMember *member);

/** bh_member_get_side: Returns: (transfer none) (nullable): the endpoint's own, by which signaling
 * it is known */
gpointer bh_member_get_side(BhMember *member);
void bh_member_set_side(BhMember *member, gpointer side);

/** bh_member_get_present: whether it is on the signaling server now. */
gboolean bh_member_get_present(BhMember *member);
void bh_member_set_present(BhMember *member, gboolean present);

/** bh_member_add_channel: an open channel that answers may take; it leaves by itself once closed.
 */
void bh_member_add_channel(BhMember *member, BhDataChannel *channel);

/** bh_member_has_open_channel: */
gboolean bh_member_has_open_channel(BhMember *member);

/**
 * bh_member_send:
 * @channel: (nullable): the channel to answer on; %NULL for what came by relay
 *
 * By @channel where it is still open, else by relay, else by another open channel. Where nothing is
 * left it is lost: whoever waits asks again.
 */
void bh_member_send(BhMember *member, BhDataChannel *channel, const json_t *message);

/** bh_member_get_channel: Returns: (transfer none) (nullable): the newest that is open */
BhDataChannel *bh_member_get_channel(BhMember *member);

/**
 * bh_member_push:
 *
 * What nobody has asked for, by the newest open channel alone.
 *
 * Returns: %FALSE: there is none, or too much waits on it already
 */
gboolean bh_member_push(BhMember *member, const json_t *message);

/**
 * bh_member_get_hears: whether bh_member_tell() has a way: an open channel, or the relay by which
 * the member speaks itself
 */
gboolean bh_member_get_hears(BhMember *member);

/** bh_member_tell: as bh_member_push(), and by relay where there is no channel and the member
 * speaks by relay. */
void bh_member_tell(BhMember *member, const json_t *message);

/** bh_member_has_left: whether `gone` has been emitted. */
gboolean bh_member_has_left(BhMember *member);

/** bh_member_leave: emits `gone` once; nothing is sent afterwards. */
void bh_member_leave(BhMember *member);
