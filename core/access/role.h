/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRole: what a peer is on a property, and the one table of what that allows.
 *
 * Every way in (WebSocket, data channel, HTTP) asks here and nowhere else.
 */
#pragma once

#include <glib.h>

typedef enum {
  BH_ROLE_NONE, /* unknown to us; allowed nothing */
  BH_ROLE_HUB,  /* the hub's own peer; nobody may claim it */
  BH_ROLE_MANAGER,
  BH_ROLE_STAFF,
  BH_ROLE_KITCHEN,
  BH_ROLE_POS,
  BH_ROLE_PRINTER,
  BH_ROLE_GUEST,
  BH_N_ROLES
} BhRole;

typedef enum {
  BH_ACTION_PING,     /* ask whether the hub is there */
  BH_ACTION_PRINT,    /* hand in a print job, see how it fares */
  BH_ACTION_DIAGNOSE, /* the channel labels `echo` and `sink` */
} BhAction;

/** bh_role_from_name: Returns: BH_ROLE_NONE where @name is no role's; `hub` is found too. */
BhRole bh_role_from_name(const char *name);

/** bh_role_get_name: Returns: (transfer none): as on the wire */
const char *bh_role_get_name(BhRole role);

/**
 * bh_role_may_see:
 *
 * Whether a peer of role @self learns of peers of role @other and may send to them (protocol
 * section 2). Guests and the hub see each other; all others see each other and the hub. Where a
 * property has no hub at the server, guests see staff, which is why @hub_present matters.
 */
gboolean bh_role_may_see(BhRole self, BhRole other, gboolean hub_present);

/** bh_role_may: whether a peer of @role may do @action at the hub. */
gboolean bh_role_may(BhRole role, BhAction action);
