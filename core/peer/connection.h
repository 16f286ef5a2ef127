/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhConnection: one WebRTC connection for data (W3C RTCPeerConnection without media; RFC 8829,
 * 8831, 8832). ICE, DTLS and SCTP are stacked BhTransports below it.
 *
 * Offerer or answerer. Everything happens on the main context that made it; no call blocks.
 * Descriptions and candidates go in and out as the texts that signaling carries.
 */
#pragma once

#include <gio/gio.h>

#include "certificate.h"
#include "data-channel.h"
#include "name-resolver.h"

#define BH_TYPE_CONNECTION (bh_connection_get_type())
G_DECLARE_FINAL_TYPE(BhConnection, bh_connection, BH, CONNECTION, GObject)

#define BH_CONNECTION_ERROR (bh_connection_error_quark())

typedef enum {
  BH_CONNECTION_ERROR_DESCRIPTION, /* an SDP we cannot use; the message says why, in a few words */
  BH_CONNECTION_ERROR_CANDIDATE,   /* a candidate line that is none; the connection goes on */
  BH_CONNECTION_ERROR_STATE,  /* not now: no offer to answer, already closed, too many channels */
  BH_CONNECTION_ERROR_FAILED, /* ICE, DTLS or SCTP could not be set up */
} BhConnectionError;

GQuark bh_connection_error_quark(void);

/* W3C RTCPeerConnectionState. `failed` and `closed` are final. */
typedef enum {
  BH_CONNECTION_NEW,
  BH_CONNECTION_CONNECTING,
  BH_CONNECTION_CONNECTED,
  BH_CONNECTION_DISCONNECTED, /* consent lost; may come back, or be restarted by the other side */
  BH_CONNECTION_FAILED,
  BH_CONNECTION_CLOSED,
} BhConnectionState;

typedef struct {
  BhCertificate *certificate; /* referenced */
  gboolean loopback;          /* gather 127.0.0.1 and ::1 too */
  guint16 port_min, port_max; /* UDP ports for ICE; 0, 0: any */
  gsize max_message_bytes;    /* announced as a=max-message-size, enforced both ways */
  gsize max_queued_bytes;     /* waiting to be sent on one channel */
  guint max_channels;
  guint vanish_seconds; /* `disconnected` for so long becomes `failed`; 0: 30 */
  BhNameResolver
      *resolver; /* (nullable): for `<uuid>.local` candidates; without it they are left out */
} BhConnectionConfig;

typedef enum { BH_SDP_OFFER, BH_SDP_ANSWER } BhSdpType;

/*
 * Signals
 *   local-description (BhSdpType type, const char *sdp): to be sent to the other side
 *   local-candidate (const char *candidate, const char *sdp_mid, const char *ufrag):
 *     "candidate:..." as in RTCIceCandidateInit; %NULL at the end of gathering
 *   moved-candidate (const char *candidate, const char *sdp_mid, const char *ufrag): the same, of
 *     where we are after bh_connection_move(), once data goes from there. The other side has found
 *     it; told, it ranks it as what it was told before, and takes up the next move as quickly
 *   state-changed (BhConnectionState state)
 *   channel (BhDataChannel *channel): opened by the other side; connect its signals in the handler,
 *     messages follow only afterwards
 * All are emitted from the main loop or from within a call into this object that is documented to
 * do so; never after bh_connection_close() has returned.
 */

/** bh_connection_new: copies @config. */
BhConnection *bh_connection_new(const BhConnectionConfig *config);

/**
 * bh_connection_create_offer: makes a local offer (also after a restart); `local-description` is
 * emitted from the main loop. Without a channel before it the offer still has its m=application.
 */
gboolean bh_connection_create_offer(BhConnection *self, GError **error);

/**
 * bh_connection_set_remote_description:
 * @sdp: any bytes, NUL-terminated
 *
 * An offer is answered: `local-description` (answer) is emitted from the main loop, before any
 * `local-candidate`. A new ufrag in a later description is an ICE restart (RFC 8839 section 4.4.1).
 *
 * Returns: %FALSE exactly when @error is set; the connection is as it was
 */
gboolean bh_connection_set_remote_description(BhConnection *self, BhSdpType type, const char *sdp,
                                              GError **error);

/**
 * bh_connection_add_remote_candidate:
 * @candidate: (nullable): "candidate:..." with or without "a="; %NULL or "" at the end
 * @ufrag: (nullable): usernameFragment, where known; a candidate of an earlier generation is left
 * out
 *
 * May come before the description it belongs to (bounded). A name that cannot be resolved drops
 * that candidate alone.
 */
gboolean bh_connection_add_remote_candidate(BhConnection *self, const char *candidate,
                                            const char *ufrag, GError **error);

/**
 * bh_connection_create_channel:
 * @options: (nullable): ordered and reliable
 *
 * Returns: (transfer full) (nullable): opens once the connection is there; %NULL exactly when
 *   @error is set
 */
BhDataChannel *bh_connection_create_channel(BhConnection *self, const char *label,
                                            const BhDataChannelOptions *options, GError **error);

/** bh_connection_restart_ice: as offerer; emits a new `local-description`. */
gboolean bh_connection_restart_ice(BhConnection *self, GError **error);

/**
 * bh_connection_move: the computer's addresses have changed, or it slept; see
 * bh_ice_transport_move(). Emits nothing before there is a way: then `moved-candidate`.
 */
void bh_connection_move(BhConnection *self, gboolean always);

BhConnectionState bh_connection_get_state(BhConnection *self);

/** bh_connection_get_round_trip_ms: as bh_sctp_transport_get_round_trip_ms(). */
gint bh_connection_get_round_trip_ms(BhConnection *self);

/** bh_connection_dup_remote_address: Returns: (transfer full) (nullable): where data goes to now;
 * %NULL: there is no way yet, or none any more */
char *bh_connection_dup_remote_address(BhConnection *self);

/** bh_connection_get_error: Returns: (transfer none) (nullable): why it is `failed` */
const GError *bh_connection_get_error(BhConnection *self);

typedef struct {
  guint64 bytes_sent, bytes_received;       /* of channel messages */
  guint64 messages_sent, messages_received; /* of channel messages */
  guint64 datagrams_sent, datagrams_received;
} BhConnectionCounters;

void bh_connection_get_counters(BhConnection *self, BhConnectionCounters *out);

/**
 * bh_connection_close:
 *
 * Ends all channels (their `closed` is emitted) and frees sockets. May be called twice, and inside
 * any signal handler of the connection or of its channels.
 */
void bh_connection_close(BhConnection *self);
