/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session-place: a place in a room for whoever has shown who it is, by whatever way, and the
 * `joined` that tells it so.
 */
#pragma once

#include "signaling-session.h"

/* Who the newcomer turned out to be. Strings are borrowed. */
typedef struct {
  BhRole role;
  const char *name;      /* (nullable): */
  const char *device_id; /* (nullable): */
  const char *peer_id;   /* (nullable): as wished, not judged yet */
  BhDevice *device;      /* (nullable): its record, where it is paired here */
  gboolean proved;
  const guint8 *hub_key; /* (nullable): at a cloud: whose room it is */
  gint64 not_before_ms;  /* at a cloud: of its membership */
} BhNewcomer;

/**
 * bh_session_find_place:
 * @room: (nullable)
 * @secret: (nullable): foreign
 *
 * Returns: (transfer none) (nullable): what @secret takes back
 */
BhRoomPeer *bh_session_find_place(BhRoom *room, const char *secret, gboolean proved,
                                  const char *device_id);

/** bh_session_is_free: @room: (nullable), @peer_id: foreign; whether one may be called that. */
gboolean bh_session_is_free(BhRoom *room, const char *peer_id);

/**
 * bh_session_admit:
 * @secret: (nullable): foreign
 *
 * Gives @newcomer a place: the one that @secret takes back, or one of its wish, or any. It is told.
 *
 * Returns: %FALSE exactly when @error is set (BH_SIGNALING_ERROR)
 */
gboolean bh_session_admit(BhSignalingSession *session, const char *tenant_id, const char *secret,
                          const BhNewcomer *newcomer, GError **error);
