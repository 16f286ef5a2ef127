/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignalingServer: the rooms of all tenants, and the way into them (protocol section 2).
 *
 * Knows no sockets: a session is fed with whole text messages and answers through its
 * BhSignalingTransport. Time comes from the main context; runs on one main context.
 */
#pragma once

#include "gate.h"
#include "json-text.h"
#include "limit-set.h"
#include "remote.h"
#include "role.h"
#include "signaling-error.h"
#include "signaling-transport.h"
#include "visitors.h"

#define BH_TYPE_SIGNALING_SERVER (bh_signaling_server_get_type())
G_DECLARE_FINAL_TYPE(BhSignalingServer, bh_signaling_server, BH, SIGNALING_SERVER, GObject)

/* One connection of one client, joined or not yet. Owned by the server; ends with
 * bh_signaling_session_end() or when the server closes the transport. */
typedef struct _BhSignalingSession BhSignalingSession;

typedef struct {
  const char
      *tenant_id;   /* (nullable): the only tenant served; %NULL serves any, each in its room */
  gboolean open;    /* peers without a proof are let in (`--open`) */
  const char *id;   /* of this server, in `joined` */
  const char *name; /* shown to people */
  const char *version;
  const BhGate *gate; /* (nullable): who is let in by a proof, a token, or as a guest; borrowed */
  gboolean cloud;     /* of many properties, each known by its hub's key alone; without a gate */
} BhSignalingConfig;

/* Joins by proof or token that are looked at, of all connections together: each costs about half a
 * millisecond of signatures, which a flood of joins must not turn into all the time there is. */
#define BH_SIGNALING_PROOFS_PER_SECOND 500
#define BH_SIGNALING_PROOF_BURST       200
/* Of one address that is not this computer's: a crowd behind one router, and no flood. A network of
 * IPv6 as rate-table.h says; at a cloud, where it is one house, no more than an address. */
#define BH_SIGNALING_ADDRESS_PROOFS_PER_MINUTE 600

/** bh_signaling_server_new: copies both arguments; config.gate must outlive the server. */
BhSignalingServer *bh_signaling_server_new(const BhSignalingConfig *config,
                                           const BhLimitSet *limits);

/**
 * bh_signaling_server_accept:
 * @transport: kept with a reference until the session ends
 * @tenant_hint: (nullable): from the header or the query, where `join` names none
 * @remote: (nullable): copied; %NULL: nothing is known of it, so it is from outside
 *
 * Returns: (transfer none): valid until bh_signaling_session_end(); the owner of the transport must
 *   call that exactly once, when the connection has gone, also after the server closed it
 */
BhSignalingSession *bh_signaling_server_accept(BhSignalingServer *server,
                                               BhSignalingTransport *transport,
                                               const char *tenant_hint, const BhRemote *remote);

/**
 * bh_signaling_session_receive:
 * @text: any bytes a client sent as one text message, whole
 */
void bh_signaling_session_receive(BhSignalingSession *session, const char *text, gsize length);

/** bh_signaling_session_has_joined: whether it ever had a place in a room; who left had one. */
gboolean bh_signaling_session_has_joined(const BhSignalingSession *session);

/** bh_signaling_session_end: the connection is gone; the peer's place is kept for `resume`. */
void bh_signaling_session_end(BhSignalingSession *session);

/**
 * bh_signaling_server_add_hub:
 * @transport: what the hub's own peer receives by
 *
 * Lets the hub's own peer be a member of every tenant's room. It is an ordinary member: what it is
 * sent comes through @transport (with `tenantId` in each message where more than one tenant is
 * served), and what it sends goes through bh_signaling_session_receive() of the returned session.
 * Messages the hub sends to peers of another room than its own tenant's carry `tenantId` too.
 *
 * Returns: (transfer none): as bh_signaling_server_accept(); already joined
 */
BhSignalingSession *bh_signaling_server_add_hub(BhSignalingServer *server,
                                                BhSignalingTransport *transport,
                                                const char *peer_id);

/**
 * bh_signaling_server_expel:
 * @device_id: a paired device's, or a guest's session
 * @code: BH_SIGNALING_ERROR_REVOKED, _ROLE_CHANGED or _SEATING_ENDED
 * @message: for whoever integrates it
 *
 * Each of its connections is told and closed with 4001, and no place of it is kept: all before this
 * returns.
 */
void bh_signaling_server_expel(BhSignalingServer *server, const char *device_id,
                               BhSignalingError code, const char *message);

/**
 * bh_signaling_server_is_proved:
 *
 * Whether the peer's deviceId is certain: it has proved its key, or is a guest of a known session.
 */
gboolean bh_signaling_server_is_proved(BhSignalingServer *server, const char *tenant_id,
                                       const char *peer_id);

/**
 * bh_signaling_server_get_queued_bytes:
 * @device_id: whose place it has to be; of a peer that names none, its peerId
 * @queued_bytes: (out): what was sent to the peer and has not left yet
 * @n_connections: (out): how many have carried it, with this one: it counts resumptions
 *
 * Returns: %FALSE: the peer is away, or is another's by now
 */
gboolean bh_signaling_server_get_queued_bytes(BhSignalingServer *server, const char *tenant_id,
                                              const char *peer_id, const char *device_id,
                                              gsize *queued_bytes, guint64 *n_connections);

/**
 * bh_signaling_server_announce:
 * @servers: (transfer none): an array of `{url, kind}`, best first
 *
 * Where else to find the property: in each `joined` from now on, and told to all that are here.
 * Not at a cloud, where each hub says it for its own room.
 */
void bh_signaling_server_announce(BhSignalingServer *server, json_t *servers);

/**
 * bh_signaling_server_find_hub_address: at a cloud: where the hub of that property is connected
 * from.
 * @hub_key: of BH_MEMBERSHIP_KEY_BYTES
 * @visitors: (out): what it says of who reaches it
 *
 * Looks at every connection: for who asks seldom.
 *
 * Returns: (transfer none) (nullable): an IP address; %NULL: it is not here
 */
const char *bh_signaling_server_find_hub_address(BhSignalingServer *server, const char *tenant_id,
                                                 const guint8 *hub_key, BhVisitors *visitors);

typedef struct {
  guint64 sessions; /* open now */
  guint64 peers;    /* joined now, without the hub */
  guint64 messages; /* received since start */
  guint64 relayed;
  guint64 refused; /* answered with an error */
} BhSignalingCounters;

void bh_signaling_server_get_counters(BhSignalingServer *server, BhSignalingCounters *out);

/**
 * bh_signaling_server_close: closes every session with 1001; may be called twice.
 */
void bh_signaling_server_close(BhSignalingServer *server);
