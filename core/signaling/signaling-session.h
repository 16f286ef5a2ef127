/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignalingSession, inside the room: what one connection has said, and the way into a tenant's
 * room. The public face is signaling-server.h.
 */
#pragma once

#include "cloud-book.h"
#include "cloud-proof.h"
#include "join-proof.h"
#include "room.h"
#include "sealed-transport.h"
#include "signaling-server.h"

/* Of the range for applications (RFC 6455 section 7.4.2): do not come back as you are. */
#define BH_SIGNALING_CLOSE_EXPELLED 4001

struct _BhSignalingSession {
  BhSignalingServer *server; /* owned: a session may outlive its owner's interest in the server */
  BhSignalingTransport *transport;
  BhSealedTransport *sealed; /* (nullable): @transport itself, where it seals */
  BhRemote remote;
  char *tenant_hint;
  BhJoinProof *proof;        /* (nullable): challenged, and waiting for the device's proof */
  BhCloudProof *cloud_proof; /* (nullable): the same, at a cloud */
  char *proof_resume;        /* (nullable): of that join: the secret of the place it takes back */
  BhRoomPeer *peer;          /* NULL before join */
  gboolean is_hub;
  gboolean joined; /* stays after it left */
  gboolean closed; /* by the server; what still arrives is not looked at */
  BhTokenBucket bucket;
  guint strikes; /* messages refused for their rate in a row */
  GList link;    /* in the server's queue of sessions */
};

/* What a session needs of the server; implemented in signaling-server.c. */

const BhSignalingConfig *bh_signaling_server_get_config(BhSignalingServer *server);
const BhLimitSet *bh_signaling_server_get_limits(BhSignalingServer *server);
BhSignalingCounters *bh_signaling_server_count(BhSignalingServer *server);

/**
 * bh_signaling_server_make_key:
 * @hub_key: (nullable): at a cloud
 *
 * Returns: (transfer full): by which the room is found: the tenant's name alone where there is no
 *   @hub_key
 */
char *bh_signaling_server_make_key(const char *tenant_id, const guint8 *hub_key);

/** bh_signaling_server_find_room: Returns: (transfer none) (nullable): */
BhRoom *bh_signaling_server_find_room(BhSignalingServer *server, const char *key);

/**
 * bh_signaling_server_open_room:
 * @hub_key: (nullable): of BH_MEMBERSHIP_KEY_BYTES, at a cloud
 *
 * Returns: (transfer none) (nullable): %NULL: too many tenants
 */
BhRoom *bh_signaling_server_open_room(BhSignalingServer *server, const char *tenant_id,
                                      const guint8 *hub_key);

/** bh_signaling_server_get_book: Returns: (transfer none) (nullable): of a cloud */
BhCloudBook *bh_signaling_server_get_book(BhSignalingServer *server);

/** bh_signaling_server_list_servers: Returns: (transfer full): what `joined` says of others */
json_t *bh_signaling_server_list_servers(BhSignalingServer *server, const BhRoom *room);

/** bh_signaling_server_expel_peer: as bh_signaling_server_expel(), one of them. */
void bh_signaling_server_expel_peer(BhSignalingServer *server, BhRoomPeer *peer,
                                    BhSignalingError code, const char *message);

/** bh_signaling_server_take_proof: Returns: %FALSE: too many proofs, of @remote or of all */
gboolean bh_signaling_server_take_proof(BhSignalingServer *server, const BhRemote *remote);

/** bh_signaling_session_send: to this connection, which is closed where it does not read. */
void bh_signaling_session_send(BhSignalingSession *session, GBytes *text);

/**
 * bh_signaling_session_send_error:
 * @message: (nullable): what is answered
 * @code: BhSignalingError
 */
void bh_signaling_session_send_error(BhSignalingSession *session, const BhSignalingMessage *message,
                                     int code, const char *reason);

/** bh_signaling_session_expel: tells why, gives up the place at once, and closes. */
void bh_signaling_session_expel(BhSignalingSession *session, int code, const char *reason);

/** bh_signaling_session_end_place: the connection is gone; the place is away from now on. */
void bh_signaling_session_end_place(BhSignalingSession *session);

/** bh_signaling_session_shut: closes the transport and looks at nothing more of it. */
void bh_signaling_session_shut(BhSignalingSession *session, guint16 code, const char *reason);
