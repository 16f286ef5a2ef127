/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhContact: the hub's WebRTC connection with one member, as it comes, is replaced and goes.
 *
 * Settles crossing offers (W3C perfect negotiation: the lower peerId is polite), tells an ICE
 * restart from a page that began anew, serves the diagnostic channels, and turns what arrives on
 * the other channels into messages. Owned by the endpoint.
 */
#pragma once

#include "connection.h"
#include "gate.h"
#include "guest-allowance.h"
#include "member.h"

#define BH_TYPE_CONTACT (bh_contact_get_type())
G_DECLARE_FINAL_TYPE(BhContact, bh_contact, BH, CONTACT, GObject)

/*
 * Signals
 *   signal-channel (BhDataChannel *channel): one labelled `signal`, of a paired device
 *   signal (json_t *message): to be sent to the member by signaling; the receiver may add to it
 *   message (BhDataChannel *channel, json_t *message, gsize size_bytes)
 *   connection (gboolean is_there): a connection begins, in whatever state, or is dropped
 *   opened (): a connection came up
 *   ended (gboolean failed): the connection is over, and no other took its place
 */

/**
 * bh_contact_new:
 * @config: copied; its certificate is referenced
 * @gate: (nullable): whose networks tell @member where it is; outlives the contact
 * @polite: whether we give way when offers cross
 */
BhContact *bh_contact_new(BhMember *member, const BhConnectionConfig *config, const BhGate *gate,
                          gboolean polite);

/** bh_contact_set_allowance: of a guest: referenced; who goes far beyond it is closed: `ended` */
void bh_contact_set_allowance(BhContact *contact, BhGuestAllowance *allowance);

/** bh_contact_get_member: Returns: (transfer none) */
BhMember *bh_contact_get_member(BhContact *contact);

/** bh_contact_offer: makes a connection and offers, unless there is one; %FALSE: @error is set. */
gboolean bh_contact_offer(BhContact *contact, GError **error);

/**
 * bh_contact_set_description:
 *
 * An offer for the connection that is there restarts its ICE; one with another DTLS certificate is
 * a page that began anew, and replaces it.
 *
 * Returns: %FALSE exactly when @error is set
 */
gboolean bh_contact_set_description(BhContact *contact, BhSdpType type, const char *sdp,
                                    GError **error);

/** bh_contact_add_candidate: as bh_connection_add_remote_candidate(). */
gboolean bh_contact_add_candidate(BhContact *contact, const char *candidate, const char *ufrag,
                                  GError **error);

/** bh_contact_move: as bh_connection_move(). */
void bh_contact_move(BhContact *contact, gboolean always);

/** bh_contact_get_round_trip_ms: as bh_connection_get_round_trip_ms(); -1 without a connection */
gint bh_contact_get_round_trip_ms(BhContact *contact);

/** bh_contact_has_connection: one is there, in whatever state. */
gboolean bh_contact_has_connection(BhContact *contact);

/** bh_contact_is_lost: there is a connection, and nothing is heard on it any more. */
gboolean bh_contact_is_lost(BhContact *contact);

/** bh_contact_is_connected: one is there and carries data, or may again. */
gboolean bh_contact_is_connected(BhContact *contact);

/**
 * bh_contact_add_chunk:
 * @channel: (nullable): that it came on; %NULL: by relay
 * @part: a message of type `chunk`
 * @whole: (out) (transfer full): the message's text once its last part is there, else %NULL
 *
 * Returns: %FALSE exactly when @error is set: BH_CHUNKS_ERROR
 */
gboolean bh_contact_add_chunk(BhContact *contact, BhDataChannel *channel, const json_t *part,
                              char **whole, GError **error);

guint bh_contact_count_channels(BhContact *contact);

/** bh_contact_hang_up: the connection is over, where there is one: `ended`. Another may follow. */
void bh_contact_hang_up(BhContact *contact);

/** bh_contact_close: emits nothing more; may be called twice. */
void bh_contact_close(BhContact *contact);
