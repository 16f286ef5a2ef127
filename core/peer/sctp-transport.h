/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSctpTransport: one SCTP association over DTLS (RFC 8261, 8831) and the data channels on it.
 *
 * It takes messages, not datagrams: bh_transport_send() on it is refused; data goes through its
 * channels. Everything happens on the main context that made it; signals are emitted from the main
 * loop, but `closed` and `state-changed` also from within bh_transport_close(), a change of @lower,
 * and the last unref. Any handler may close, send, or let go of the last reference.
 *
 * Where the other side breaks the rules on a channel (text that is not UTF-8, a message over the
 * limit, a stream opened twice) that channel is closed and the others go on. Data on a stream
 * without a channel, unknown payload types and malformed DCEP are dropped.
 */
#pragma once

#include "data-channel.h"
#include "transport.h"

#define BH_TYPE_SCTP_TRANSPORT (bh_sctp_transport_get_type())
G_DECLARE_FINAL_TYPE(BhSctpTransport, bh_sctp_transport, BH, SCTP_TRANSPORT, BhTransport)

/* The port of RFC 8841 that every known implementation announces. */
#define BH_SCTP_PORT 5000

/*
 * Signals
 *   channel (BhDataChannel *channel): opened by the other side; it is `open`, and its messages
 *     follow only after the handler
 *   state-changed of BhTransport. `failed` carries a G_IO_ERROR: CONNECTION_REFUSED (aborted or
 *     begun anew by the other side), TIMED_OUT (no answer), CONNECTION_CLOSED (the transport below
 *     has failed), or what the stack says. Shut down in peace by the other side it is `closed`
 */

/**
 * bh_sctp_transport_new:
 * @lower: referenced; its receiver is this object from bh_sctp_transport_start() on
 * @max_message_bytes: largest message taken from the other side; a larger one closes its channel
 * @max_queued_bytes: waiting to be sent on one channel
 * @max_channels: open or opening; more are refused, ours with an error, theirs with a reset
 */
BhSctpTransport *bh_sctp_transport_new(BhTransport *lower, guint16 local_port, guint16 remote_port,
                                       gsize max_message_bytes, gsize max_queued_bytes,
                                       guint max_channels);

/** bh_sctp_transport_set_remote_port: only before the start. */
void bh_sctp_transport_set_remote_port(BhSctpTransport *self, guint16 port);

/**
 * bh_sctp_transport_set_remote_max_message_bytes:
 * @bytes: the other side's a=max-message-size; 0: not limited by it (RFC 8841 section 6.1)
 *
 * 64 KiB until it is called.
 */
void bh_sctp_transport_set_remote_max_message_bytes(BhSctpTransport *self, gsize bytes);

/**
 * bh_sctp_transport_start:
 * @is_dtls_client: takes the even streams (RFC 8832 section 6)
 *
 * Once, with @lower connected; both sides connect (RFC 8841 section 9.3).
 */
void bh_sctp_transport_start(BhSctpTransport *self, gboolean is_dtls_client);

/**
 * bh_sctp_transport_create_channel:
 * @label: at most 65535 bytes
 * @options: (nullable): ordered and reliable
 *
 * May be called before the start; the channel then opens later, never inside this call.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error (BH_DATA_CHANNEL_ERROR) is set:
 *   CLOSED (the transport has ended), FULL (too many channels), TOO_LARGE (label or protocol)
 */
BhDataChannel *bh_sctp_transport_create_channel(BhSctpTransport *self, const char *label,
                                                const BhDataChannelOptions *options,
                                                GError **error);

/** bh_sctp_transport_get_round_trip_ms: Returns: as bh_sctp_socket_get_round_trip_ms(); -1: not
 * known, as before the association is up */
gint bh_sctp_transport_get_round_trip_ms(BhSctpTransport *self);

/** bh_sctp_transport_get_counters: channel messages and their bytes; any pointer may be %NULL. */
void bh_sctp_transport_get_counters(BhSctpTransport *self, guint64 *messages_sent,
                                    guint64 *messages_received, guint64 *bytes_sent,
                                    guint64 *bytes_received);
