/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDtlsTransport: DTLS 1.2 over the ICE transport (RFC 6347, 8827, 8842), authenticated by the
 * fingerprints of the session description and by nothing else.
 *
 * Both sides must show a certificate. The other side's is compared within the handshake, so that it
 * learns of a mismatch by an alert, and nothing above gets a byte of it.
 *
 * Records that come before the handshake can begin (a first flight often overtakes the answer, or
 * the choice of the pair) are kept, up to BH_DTLS_MAX_EARLY_BYTES; the oldest stay.
 */
#pragma once

#include "certificate.h"
#include "transport.h"

#define BH_TYPE_DTLS_TRANSPORT (bh_dtls_transport_get_type())
G_DECLARE_FINAL_TYPE(BhDtlsTransport, bh_dtls_transport, BH, DTLS_TRANSPORT, BhTransport)

/* A ClientHello of today's browsers is two datagrams of 1.5 KB, sent again every 50 ms or so. */
#define BH_DTLS_MAX_EARLY_BYTES (32 * 1024)

/* From bh_dtls_transport_start(), while the layer below is connected. */
#define BH_DTLS_HANDSHAKE_SECONDS 30

#define BH_DTLS_ERROR (bh_dtls_error_quark())

typedef enum {
  BH_DTLS_ERROR_FINGERPRINT, /* the certificate is not the one of the session description */
  BH_DTLS_ERROR_HANDSHAKE,   /* refused, timed out, or not understood */
  BH_DTLS_ERROR_CLOSED,      /* close_notify from the other side */
} BhDtlsError;

GQuark bh_dtls_error_quark(void);

/**
 * bh_dtls_transport_new:
 * @lower: referenced; its receiver is this object from now on
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
BhDtlsTransport *bh_dtls_transport_new(BhTransport *lower, BhCertificate *certificate,
                                       GError **error);

/**
 * bh_dtls_transport_start:
 * @is_client: a=setup:active is ours
 * @hash: "sha-256", "sha-384" or "sha-512"
 * @fingerprints: of char *, upper case; referenced. One of them must match
 *
 * Once. The handshake begins as soon as @lower is connected.
 */
void bh_dtls_transport_start(BhDtlsTransport *self, gboolean is_client, const char *hash,
                             GPtrArray *fingerprints);

/** bh_dtls_transport_is_client: meaningful after bh_dtls_transport_start() */
gboolean bh_dtls_transport_is_client(BhDtlsTransport *self);
