/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One usrsctp socket with one association, set up for data channels (RFC 8831 section 6.1): how it
 * is tuned, and the calls on it. None may be made while bh_sctp_stack_is_busy().
 */
#pragma once

#include <gio/gio.h>
#include <usrsctp.h>

#include "data-channel-private.h"

typedef struct {
  guint16 local_port;
  guint16 streams;         /* each way */
  gsize max_message_bytes; /* either way */
} BhSctpSocketOptions;

/**
 * bh_sctp_socket_new:
 * @handle: of bh_sctp_stack_attach()
 *
 * Returns: (nullable): to be closed by bh_sctp_socket_close(); %NULL exactly when @error
 *   (G_IO_ERROR) is set
 */
struct socket *bh_sctp_socket_new(gpointer handle, const BhSctpSocketOptions *options,
                                  GError **error);

/** bh_sctp_socket_connect: sends the INIT. */
gboolean bh_sctp_socket_connect(struct socket *sock, gpointer handle, guint16 remote_port,
                                GError **error);

/** bh_sctp_socket_close: sends an ABORT; no upcall comes after it. */
void bh_sctp_socket_close(struct socket *sock, gpointer handle);

/** bh_sctp_socket_send: @length is at least 1 */
BhSctpSend bh_sctp_socket_send(struct socket *sock, guint16 stream, const BhDcepMessage *parameters,
                               guint32 ppid, const void *data, gsize length);

typedef struct {
  gsize length;
  guint32 ppid;
  guint16 stream;
  gboolean is_notification;
  gboolean is_end; /* of the message */
} BhSctpReceived;

/**
 * bh_sctp_socket_receive:
 *
 * Returns: 1 with @out filled, 0 where there is nothing at present, a negative errno where the
 *   association has ended (-ESHUTDOWN: in peace)
 */
int bh_sctp_socket_receive(struct socket *sock, void *buffer, gsize size, BhSctpReceived *out);

/** bh_sctp_socket_has_failed: without reading what has come */
gboolean bh_sctp_socket_has_failed(struct socket *sock);

/**
 * bh_sctp_socket_get_round_trip_ms: from a message until the other side confirms it, smoothed (RFC
 * 9260 section 6.3.1). With little traffic it holds the time that the other side saves up
 * confirmations for (section 6.2: up to 500 ms, 200 ms in browsers), so the way itself is shorter.
 *
 * Returns: whole milliseconds; -1: not known
 */
gint bh_sctp_socket_get_round_trip_ms(struct socket *sock);

/**
 * bh_sctp_socket_reset: our direction of @streams
 *
 * Returns: 0; -EOPNOTSUPP where the other side cannot; another negative errno where it is to be
 *   tried again after a reset event
 */
int bh_sctp_socket_reset(struct socket *sock, const guint16 *streams, guint n);
