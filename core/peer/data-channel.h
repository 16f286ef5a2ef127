/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDataChannel: one data channel (W3C RTCDataChannel; RFC 8831, 8832). Owned by its connection and
 * by whoever keeps a reference; ends with the connection.
 */
#pragma once

#include <glib-object.h>

#define BH_TYPE_DATA_CHANNEL (bh_data_channel_get_type())
G_DECLARE_FINAL_TYPE(BhDataChannel, bh_data_channel, BH, DATA_CHANNEL, GObject)

#define BH_DATA_CHANNEL_ERROR (bh_data_channel_error_quark())

typedef enum {
  BH_DATA_CHANNEL_ERROR_CLOSED,    /* not open (any more) */
  BH_DATA_CHANNEL_ERROR_TOO_LARGE, /* over the other side's a=max-message-size */
  BH_DATA_CHANNEL_ERROR_FULL,      /* queue at its cap: wait for `buffered-amount-low` */
} BhDataChannelError;

GQuark bh_data_channel_error_quark(void);

typedef enum {
  BH_DATA_CHANNEL_CONNECTING,
  BH_DATA_CHANNEL_OPEN,
  BH_DATA_CHANNEL_CLOSING,
  BH_DATA_CHANNEL_CLOSED,
} BhDataChannelState;

typedef struct {
  gboolean unordered;
  gint max_retransmits;        /* -1: not limited */
  gint max_packet_lifetime_ms; /* -1: not limited; at most one of the two limits */
  const char *protocol;        /* (nullable) */
} BhDataChannelOptions;

#define BH_DATA_CHANNEL_RELIABLE                                                                   \
  ((BhDataChannelOptions){.max_retransmits = -1, .max_packet_lifetime_ms = -1})

/*
 * Signals
 *   open ()
 *   message (GBytes *data, gboolean is_text): whole; text is valid UTF-8. Empty ones too.
 *   buffered-amount-low ()
 *   closed ()
 */

/**
 * bh_data_channel_send:
 * @is_text: @data is UTF-8
 *
 * Queues a copy; never blocks. May be called inside a `message` handler.
 *
 * Returns: %FALSE exactly when @error is set; then nothing was queued
 */
gboolean bh_data_channel_send(BhDataChannel *self, const void *data, gsize length, gboolean is_text,
                              GError **error);

/** bh_data_channel_get_buffered_amount: bytes queued and not yet handed to the network. */
gsize bh_data_channel_get_buffered_amount(BhDataChannel *self);

/** bh_data_channel_set_buffered_amount_low_threshold: in bytes; 0 at first. */
void bh_data_channel_set_buffered_amount_low_threshold(BhDataChannel *self, gsize bytes);

const char *bh_data_channel_get_label(BhDataChannel *self);
BhDataChannelState bh_data_channel_get_state(BhDataChannel *self);

/** bh_data_channel_get_stream: SCTP stream, 0 to 65534; 65535 while there is none. */
guint16 bh_data_channel_get_stream(BhDataChannel *self);

/** bh_data_channel_get_max_message_bytes: the largest message the other side takes. */
gsize bh_data_channel_get_max_message_bytes(BhDataChannel *self);

/**
 * bh_data_channel_pause / bh_data_channel_resume:
 *
 * Back-pressure on the other side: while a channel is paused its connection takes no more messages
 * from SCTP, whose receive window then closes. Calls nest.
 */
void bh_data_channel_pause(BhDataChannel *self);
void bh_data_channel_resume(BhDataChannel *self);

/**
 * bh_data_channel_close: sends what is queued, then resets the stream (RFC 8831 section 6.7).
 * May be called twice, and inside a signal handler. `closed` follows from the main loop, but at
 * once where the channel never had a stream.
 */
void bh_data_channel_close(BhDataChannel *self);
