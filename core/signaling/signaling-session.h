/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignalingSession, inside the room: what one connection has said, and the way into a tenant's
 * room. The public face is signaling-server.h.
 */
#pragma once

#include "room.h"
#include "signaling-server.h"

struct _BhSignalingSession {
  BhSignalingServer *server; /* owned: a session may outlive its owner's interest in the server */
  BhSignalingTransport *transport;
  char *tenant_hint;
  BhRoomPeer *peer; /* NULL before join */
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

/** bh_signaling_server_find_room: Returns: (transfer none) (nullable): */
BhRoom *bh_signaling_server_find_room(BhSignalingServer *server, const char *tenant_id);

/** bh_signaling_server_open_room: Returns: (transfer none) (nullable): %NULL: too many tenants */
BhRoom *bh_signaling_server_open_room(BhSignalingServer *server, const char *tenant_id);

/** bh_signaling_session_end_place: the connection is gone; the place is away from now on. */
void bh_signaling_session_end_place(BhSignalingSession *session);

/** bh_signaling_session_shut: closes the transport and looks at nothing more of it. */
void bh_signaling_session_shut(BhSignalingSession *session, guint16 code, const char *reason);
