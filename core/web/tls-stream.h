/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTlsStream: the server's end of TLS (1.2 or later) over a socket, as a GIOStream with pollable
 * halves.
 *
 * Nothing here blocks, nor needs a thread: also the blocking calls of a GIOStream answer with
 * G_IO_ERROR_WOULD_BLOCK, and closing says good-bye only where there is room for it. GLib's own TLS
 * shakes hands on threads that a silent client holds, and waits for room when it closes, which lets
 * a client that reads nothing stop the whole program (glib-networking 2.74, close_fn).
 *
 * One main context.
 */
#pragma once

#include <gio/gio.h>
#include <openssl/ssl.h>

#include "certificate.h"

#define BH_TYPE_TLS_STREAM (bh_tls_stream_get_type())
G_DECLARE_FINAL_TYPE(BhTlsStream, bh_tls_stream, BH, TLS_STREAM, GIOStream)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(SSL_CTX, SSL_CTX_free)

/**
 * bh_tls_stream_make_context:
 * @certificate: shown to clients, with what is behind it
 *
 * Returns: (transfer full) (nullable): what the streams of one certificate share; %NULL exactly
 * when
 *   @error is set (BH_CERTIFICATE_ERROR)
 */
SSL_CTX *bh_tls_stream_make_context(BhCertificate *certificate, GError **error);

/** bh_tls_stream_new: @socket: connected, not blocking. Returns: (nullable): %NULL: out of memory
 */
BhTlsStream *bh_tls_stream_new(SSL_CTX *context, GSocket *socket);

typedef enum {
  BH_TLS_HANDSHAKE_DONE,
  BH_TLS_HANDSHAKE_WAITS, /* for bh_tls_stream_get_wait() */
  BH_TLS_HANDSHAKE_FAILED,
} BhTlsHandshake;

/** bh_tls_stream_shake_hands: goes as far as it can; to be called until it no longer waits. */
BhTlsHandshake bh_tls_stream_shake_hands(BhTlsStream *self);

/** bh_tls_stream_get_wait: what the socket must be ready for. */
GIOCondition bh_tls_stream_get_wait(BhTlsStream *self);
