/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "role.h"

#define MAY(action) (1u << (action))

/* Kinds of operations that everyone in the team may write, and those of who serves guests. */
#define COOK_MAY (MAY(BH_ACTION_COOK) | MAY(BH_ACTION_SEND_MESSAGES))
#define SERVE_MAY                                                                                  \
  (MAY(BH_ACTION_SEAT) | MAY(BH_ACTION_TAKE_ORDERS) | MAY(BH_ACTION_MARK_ROOMS) |                  \
   MAY(BH_ACTION_HEAR_ALERTS))

#define HUB_MAY                                                                                    \
  (MAY(BH_ACTION_PING) | MAY(BH_ACTION_PRINT) | MAY(BH_ACTION_DIAGNOSE) | COOK_MAY |               \
   MAY(BH_ACTION_TAKE_ORDERS) | MAY(BH_ACTION_SETTLE_CHARGES) | MAY(BH_ACTION_MARK_ROOMS) |        \
   MAY(BH_ACTION_ARRANGE) | MAY(BH_ACTION_KEEP_BOOKS))
#define KITCHEN_MAY                                                                                \
  (MAY(BH_ACTION_PING) | MAY(BH_ACTION_PRINT) | MAY(BH_ACTION_DIAGNOSE) |                          \
   MAY(BH_ACTION_READ_STATUS) | MAY(BH_ACTION_READ_JOBS) | MAY(BH_ACTION_READ_PEOPLE) |            \
   MAY(BH_ACTION_SIGN_IN) | MAY(BH_ACTION_HAND_OFF) | MAY(BH_ACTION_REPLICATE) |                   \
   MAY(BH_ACTION_FOLLOW) | COOK_MAY)
#define STAFF_MAY (KITCHEN_MAY | SERVE_MAY)
#define POS_MAY   (STAFF_MAY | MAY(BH_ACTION_SETTLE_CHARGES))
#define MANAGER_MAY                                                                                \
  (POS_MAY | MAY(BH_ACTION_MANAGE_DEVICES) | MAY(BH_ACTION_MANAGE_PEOPLE) |                        \
   MAY(BH_ACTION_MANAGE_PLACES) | MAY(BH_ACTION_ARRANGE))
#define GUEST_MAY                                                                                  \
  (MAY(BH_ACTION_PING) | MAY(BH_ACTION_REQUEST_SEATING) | MAY(BH_ACTION_FOLLOW) |                  \
   MAY(BH_ACTION_ORDER_AS_GUEST))

static const struct {
  const char *name;
  guint actions;
} roles[BH_N_ROLES] = {
    [BH_ROLE_NONE] = {"", 0},
    [BH_ROLE_HUB] = {"hub", HUB_MAY},
    [BH_ROLE_MANAGER] = {"manager", MANAGER_MAY},
    [BH_ROLE_STAFF] = {"staff", STAFF_MAY},
    [BH_ROLE_KITCHEN] = {"kitchen", KITCHEN_MAY},
    [BH_ROLE_POS] = {"pos", POS_MAY},
    [BH_ROLE_PRINTER] = {"printer",
                         MAY(BH_ACTION_PING) | MAY(BH_ACTION_DIAGNOSE) | MAY(BH_ACTION_HAND_OFF)},
    [BH_ROLE_GUEST] = {"guest", GUEST_MAY},
};

static const char *const action_names[BH_N_ACTIONS] = {
    [BH_ACTION_PING] = "ping",
    [BH_ACTION_PRINT] = "print",
    [BH_ACTION_DIAGNOSE] = "diagnose",
    [BH_ACTION_READ_STATUS] = "read-status",
    [BH_ACTION_READ_JOBS] = "read-jobs",
    [BH_ACTION_READ_PEOPLE] = "read-people",
    [BH_ACTION_SIGN_IN] = "sign-in",
    [BH_ACTION_SEAT] = "seat",
    [BH_ACTION_REQUEST_SEATING] = "request-seating",
    [BH_ACTION_HAND_OFF] = "hand-off",
    [BH_ACTION_MANAGE_DEVICES] = "manage-devices",
    [BH_ACTION_MANAGE_PEOPLE] = "manage-people",
    [BH_ACTION_MANAGE_PLACES] = "manage-places",
    [BH_ACTION_TAKE_ORDERS] = "take-orders",
    [BH_ACTION_SETTLE_CHARGES] = "settle-charges",
    [BH_ACTION_COOK] = "cook",
    [BH_ACTION_ARRANGE] = "arrange",
    [BH_ACTION_MARK_ROOMS] = "mark-rooms",
    [BH_ACTION_SEND_MESSAGES] = "send-messages",
    [BH_ACTION_KEEP_BOOKS] = "keep-books",
    [BH_ACTION_REPLICATE] = "replicate",
    [BH_ACTION_FOLLOW] = "follow",
    [BH_ACTION_ORDER_AS_GUEST] = "order-as-guest",
    [BH_ACTION_HEAR_ALERTS] = "hear-alerts",
};

BhRole
bh_role_from_name(const char *name)
{
  for (guint i = BH_ROLE_HUB; i < BH_N_ROLES; i++)
    if (g_strcmp0(roles[i].name, name) == 0)
      return (BhRole)i;
  return BH_ROLE_NONE;
}

const char *
bh_role_get_name(BhRole role)
{
  g_return_val_if_fail((guint)role < BH_N_ROLES, "");

  return roles[role].name;
}

gboolean
bh_role_is_pairable(BhRole role)
{
  return role >= BH_ROLE_MANAGER && role <= BH_ROLE_PRINTER;
}

gboolean
bh_role_may_see(BhRole self, BhRole other, gboolean hub_present)
{
  if (self == BH_ROLE_NONE || other == BH_ROLE_NONE)
    return FALSE;
  if (self == BH_ROLE_HUB || other == BH_ROLE_HUB)
    return TRUE;
  if (self == BH_ROLE_GUEST && other == BH_ROLE_GUEST)
    return FALSE;
  if (self == BH_ROLE_GUEST)
    return !hub_present && other == BH_ROLE_STAFF;
  if (other == BH_ROLE_GUEST)
    return !hub_present && self == BH_ROLE_STAFF;
  return TRUE;
}

gboolean
bh_role_may(BhRole role, BhAction action)
{
  g_return_val_if_fail((guint)role < BH_N_ROLES && (guint)action < BH_N_ACTIONS, FALSE);

  return (roles[role].actions & MAY(action)) != 0;
}

gboolean
bh_action_from_name(const char *name, BhAction *out)
{
  for (guint i = 0; i < BH_N_ACTIONS; i++) {
    if (g_strcmp0(action_names[i], name) == 0) {
      *out = (BhAction)i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *
bh_action_get_name(BhAction action)
{
  g_return_val_if_fail((guint)action < BH_N_ACTIONS, "");

  return action_names[action];
}
