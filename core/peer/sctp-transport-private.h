/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSctpTransport from inside: its life and what goes out (sctp-transport.c), its streams and how
 * they end (sctp-streams.c), what comes in (sctp-reader.c).
 */
#pragma once

#include "data-channel-private.h"
#include "sctp-socket.h"
#include "sctp-stack.h"
#include "sctp-transport.h"

/* What becomes of a stream once its channel closes (RFC 8831 section 6.7). */
enum {
  STREAM_RESET_WANTED = 1 << 0, /* our direction: to be asked for */
  STREAM_RESET_ASKED = 1 << 1,  /* the other side has not confirmed yet */
  STREAM_RESET_OUT = 1 << 2,    /* our direction is reset */
  STREAM_RESET_IN = 1 << 3,     /* theirs is reset */
  STREAM_UNUSABLE = 1 << 4,     /* the other side refuses to reset: never used again */
};

struct _BhSctpTransport {
  BhTransport parent_instance;

  BhTransport *lower;
  struct socket *socket; /* (nullable): from the start to the end */
  gpointer handle;
  guint16 local_port, remote_port;
  gsize max_message_bytes;        /* either way */
  gsize remote_max_message_bytes; /* 0: no limit of theirs */
  gsize max_queued_bytes;
  guint max_channels;

  gboolean started, connected, ended;
  gboolean is_dtls_client;
  gboolean in_wake, wake_again;
  gboolean resets_wanted; /* some stream is STREAM_RESET_WANTED */
  guint pauses;

  guint n_streams;           /* that can be used both ways */
  guint8 *stream_flags;      /* n_streams asked for */
  GHashTable *channels;      /* stream -> BhDataChannel */
  GPtrArray *early_channels; /* made before the start: without a stream */
  GQueue writers;            /* channels (ref) with something queued, in turn */
  GByteArray *partial;       /* of a message that came in parts */
  gboolean partial_too_large;

  guint64 messages_sent, messages_received;
  guint64 bytes_sent, bytes_received;
};

/**
 * bh_sctp_transport_end:
 * @error: (nullable) (transfer full): with BH_TRANSPORT_FAILED
 *
 * The only way out; also from within usrsctp, from any handler, and from dispose. Emits `closed` of
 * all channels.
 */
void bh_sctp_transport_end(BhSctpTransport *self, BhTransportState state, GError *error);
void bh_sctp_transport_fail(BhSctpTransport *self, GIOErrorEnum code, const char *text);

/** bh_sctp_transport_get_channel_on: Returns: (transfer none) (nullable) */
BhDataChannel *bh_sctp_transport_get_channel_on(BhSctpTransport *self, guint stream);

/** bh_sctp_transport_tell_channel: emits `channel`. */
void bh_sctp_transport_tell_channel(BhSctpTransport *self, BhDataChannel *channel);

/**
 * bh_sctp_streams_open: gives @channel a stream and queues its OPEN.
 *
 * Returns: %FALSE where no stream is free
 */
gboolean bh_sctp_streams_open(BhSctpTransport *self, BhDataChannel *channel);

/** bh_sctp_streams_is_fresh: %FALSE while the reset for a former channel is under way */
gboolean bh_sctp_streams_is_fresh(BhSctpTransport *self, guint stream);

/** bh_sctp_streams_want_reset: our direction, with the next bh_sctp_streams_ask_for_resets() */
void bh_sctp_streams_want_reset(BhSctpTransport *self, guint stream);
void bh_sctp_streams_ask_for_resets(BhSctpTransport *self);

/** bh_sctp_streams_close_at_once: drops what is queued: the other side does not listen, or broke
 * the rules. */
void bh_sctp_streams_close_at_once(BhSctpTransport *self, guint stream, BhDataChannel *channel);

/** bh_sctp_streams_remove_channel: emits its `closed`. */
void bh_sctp_streams_remove_channel(BhSctpTransport *self, guint stream);

/** bh_sctp_streams_on_reset_event: takes an SCTP_STREAM_RESET_EVENT. */
void bh_sctp_streams_on_reset_event(BhSctpTransport *self, const guint8 *data, gsize length);

/** bh_sctp_reader_expect: messages of so many bytes may come. */
void bh_sctp_reader_expect(gsize max_message_bytes);

/** bh_sctp_reader_run: takes what has come, until a channel pauses. Emits signals. */
void bh_sctp_reader_run(BhSctpTransport *self);
