/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignalingServer: the rooms of all tenants, and the way into them (protocol section 2).
 *
 * Knows no sockets: a session is fed with whole text messages and answers through its
 * BhSignalingTransport. Time comes from the main context; runs on one main context.
 */
#pragma once

#include "limit-set.h"
#include "role.h"
#include "signaling-transport.h"

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
} BhSignalingConfig;

/** bh_signaling_server_new: copies both arguments. */
BhSignalingServer *bh_signaling_server_new(const BhSignalingConfig *config,
                                           const BhLimitSet *limits);

/**
 * bh_signaling_server_accept:
 * @transport: kept with a reference until the session ends
 * @tenant_hint: (nullable): from the header or the query, where `join` names none
 *
 * Returns: (transfer none): valid until bh_signaling_session_end(); the owner of the transport must
 *   call that exactly once, when the connection has gone, also after the server closed it
 */
BhSignalingSession *bh_signaling_server_accept(BhSignalingServer *server,
                                               BhSignalingTransport *transport,
                                               const char *tenant_hint);

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
