/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "level.h"

static const char *const names[] = {
    [BH_LEVEL_NONE] = "none",
    [BH_LEVEL_DEVICE] = "device",
    [BH_LEVEL_HUB] = "hub",
    [BH_LEVEL_CLOUD] = "cloud",
};

BhLevel
bh_level_from_name(const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    if (g_strcmp0(name, names[i]) == 0)
      return (BhLevel)i;
  }
  return BH_LEVEL_NONE;
}

const char *
bh_level_get_name(BhLevel level)
{
  g_return_val_if_fail((guint)level < G_N_ELEMENTS(names), names[BH_LEVEL_NONE]);

  return names[level];
}

gboolean
bh_level_is_safe(BhLevel level)
{
  return level >= BH_LEVEL_HUB;
}
