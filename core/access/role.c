/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "role.h"

#define MAY(action) (1u << (action))
#define STAFF_MAY   (MAY(BH_ACTION_PING) | MAY(BH_ACTION_PRINT) | MAY(BH_ACTION_DIAGNOSE))

static const struct {
  const char *name;
  guint actions;
} roles[BH_N_ROLES] = {
    [BH_ROLE_NONE] = {"", 0},
    [BH_ROLE_HUB] = {"hub", STAFF_MAY},
    [BH_ROLE_MANAGER] = {"manager", STAFF_MAY},
    [BH_ROLE_STAFF] = {"staff", STAFF_MAY},
    [BH_ROLE_KITCHEN] = {"kitchen", STAFF_MAY},
    [BH_ROLE_POS] = {"pos", STAFF_MAY},
    [BH_ROLE_PRINTER] = {"printer", MAY(BH_ACTION_PING) | MAY(BH_ACTION_DIAGNOSE)},
    [BH_ROLE_GUEST] = {"guest", MAY(BH_ACTION_PING)},
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
  g_return_val_if_fail((guint)role < BH_N_ROLES, FALSE);

  return (roles[role].actions & MAY(action)) != 0;
}
