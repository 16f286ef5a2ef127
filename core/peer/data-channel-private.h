/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDataChannel towards the transport that carries it, and what the channel asks of that transport.
 */
#pragma once

#include "data-channel.h"
#include "dcep.h"
#include "sctp-transport.h"

/* One SCTP message on its way out. */
typedef struct _BhOutgoing BhOutgoing;
struct _BhOutgoing {
  BhOutgoing *next;
  guint32 ppid;
  gsize length;
  guint8 data[];
};

/**
 * bh_data_channel_new:
 * @transport: weak; it closes the channel before it goes
 * @open: its parameters; label and protocol are copied
 */
BhDataChannel *bh_data_channel_new(BhSctpTransport *transport, const BhDcepMessage *open,
                                   gsize max_queued_bytes);

/** bh_data_channel_get_parameters: Returns: (transfer none) */
const BhDcepMessage *bh_data_channel_get_parameters(BhDataChannel *self);

void bh_data_channel_set_stream(BhDataChannel *self, guint16 stream);

/** bh_data_channel_queue_control: a DCEP message; not counted as buffered. */
void bh_data_channel_queue_control(BhDataChannel *self, const guint8 *data, gsize length);

/** bh_data_channel_peek: Returns: (transfer none) (nullable): next message to be sent */
const BhOutgoing *bh_data_channel_peek(BhDataChannel *self);

/** bh_data_channel_pop: forgets the next message: it was handed over. */
void bh_data_channel_pop(BhDataChannel *self);

/** bh_data_channel_take_low: Returns: %TRUE once after the amount fell to the threshold */
gboolean bh_data_channel_take_low(BhDataChannel *self);

/** bh_data_channel_drop_queue: what is queued will not be sent any more. */
void bh_data_channel_drop_queue(BhDataChannel *self);

/** bh_data_channel_set_writing: whether it stands in its transport's list of writers */
void bh_data_channel_set_writing(BhDataChannel *self, gboolean writing);
gboolean bh_data_channel_is_writing(BhDataChannel *self);

/* These emit signals. A state never goes back; `closed` detaches from the transport. */
void bh_data_channel_become_open(BhDataChannel *self);
void bh_data_channel_become_closing(BhDataChannel *self);
void bh_data_channel_become_closed(BhDataChannel *self);
void bh_data_channel_deliver(BhDataChannel *self, GBytes *data, gboolean is_text);
void bh_data_channel_tell_low(BhDataChannel *self);

/* What the channel asks of its transport. */

typedef enum {
  BH_SCTP_SENT,
  BH_SCTP_BLOCKED, /* no room at present */
  BH_SCTP_REFUSED, /* never */
} BhSctpSend;

/** bh_sctp_transport_send_message: hands one message to SCTP. Emits nothing. */
BhSctpSend bh_sctp_transport_send_message(BhSctpTransport *self, BhDataChannel *channel,
                                          guint32 ppid, const void *data, gsize length);

/** bh_sctp_transport_add_writer: @channel has messages queued, or is to be closed. */
void bh_sctp_transport_add_writer(BhSctpTransport *self, BhDataChannel *channel);

/** bh_sctp_transport_forget: @channel never got a stream and is not wanted any more. */
void bh_sctp_transport_forget(BhSctpTransport *self, BhDataChannel *channel);

/** bh_sctp_transport_pause: takes no messages until resumed as often. */
void bh_sctp_transport_pause(BhSctpTransport *self);
void bh_sctp_transport_resume(BhSctpTransport *self, guint times);

gsize bh_sctp_transport_get_max_outgoing_bytes(BhSctpTransport *self);
