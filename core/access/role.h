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
  BH_ACTION_PING,            /* ask whether the hub is there */
  BH_ACTION_PRINT,           /* hand in a print job, see how it fares, ask for it again */
  BH_ACTION_DIAGNOSE,        /* the channel labels `echo` and `sink` */
  BH_ACTION_READ_STATUS,     /* how hub and printers are, what is measured */
  BH_ACTION_READ_JOBS,       /* what was printed, by whom */
  BH_ACTION_READ_PEOPLE,     /* who works here */
  BH_ACTION_SIGN_IN,         /* say with a PIN who holds the device */
  BH_ACTION_SEAT,            /* see places; open, confirm and end a seating */
  BH_ACTION_REQUEST_SEATING, /* a guest asks for one */
  BH_ACTION_HAND_OFF,        /* move a device's key to another origin of this hub */
  BH_ACTION_MANAGE_DEVICES,  /* pair, rename, change the role, remove; read the history */
  BH_ACTION_MANAGE_PEOPLE,   /* add people, set their PINs, remove them */
  BH_ACTION_MANAGE_PLACES,   /* add tables and rooms, print their codes, remove them */
  BH_ACTION_TAKE_ORDERS,     /* open and change orders, take payments */
  BH_ACTION_SETTLE_CHARGES,  /* say that what is charged to a room was paid */
  BH_ACTION_COOK,            /* say how lines and requests fare; what is sold out */
  BH_ACTION_ARRANGE,         /* the menu, taxes, stations, names of places */
  BH_ACTION_MARK_ROOMS,      /* the state of rooms, and who looks after them */
  BH_ACTION_SEND_MESSAGES,   /* messages, and requests of guests */
  BH_ACTION_KEEP_BOOKS,      /* what the hub alone writes: people, devices, seatings, receipts */
  BH_ACTION_REPLICATE,       /* exchange operations as a full replica */
  BH_ACTION_FOLLOW,          /* a view of what concerns oneself */
  BH_ACTION_ORDER_AS_GUEST,  /* a guest's commands for the own seating */
  BH_ACTION_HEAR_ALERTS,     /* what needs somebody at the front desk; put it away */
  BH_N_ACTIONS
} BhAction;

/** bh_role_from_name: Returns: BH_ROLE_NONE where @name is no role's; `hub` is found too. */
BhRole bh_role_from_name(const char *name);

/** bh_role_get_name: Returns: (transfer none): as on the wire */
const char *bh_role_get_name(BhRole role);

/**
 * bh_role_is_pairable: whether a device may be paired with @role: all but guests, who have no
 * device record, and the hub.
 */
gboolean bh_role_is_pairable(BhRole role);

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

/** bh_action_from_name: @out: (out): left alone where it returns %FALSE: @name is no action's */
gboolean bh_action_from_name(const char *name, BhAction *out);

/** bh_action_get_name: Returns: (transfer none): for tests and messages, for example "print" */
const char *bh_action_get_name(BhAction action);
