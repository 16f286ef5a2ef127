/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "host-name.h"

/* Hex digits of the hash that stand in the name: short enough to be typed from a paper. */
#define DIGITS 4

char **
bh_host_name_list_for_hub(const char *hub_id)
{
  g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, hub_id, -1);
  char **names = g_new0(char *, BH_HOST_NAME_COUNT + 1);

  for (guint i = 0; i < BH_HOST_NAME_COUNT; i++)
    names[i] = g_strdup_printf("bellhop-%.*s.local", DIGITS, hash + i * DIGITS);
  return names;
}

char *
bh_host_name_for_hub(const char *hub_id)
{
  g_auto(GStrv) names = bh_host_name_list_for_hub(hub_id);

  return g_strdup(names[0]);
}
