/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "host-name.h"

/* Hex digits of the hash that stand in the name: short enough to be typed from a paper. */
#define DIGITS 4

char *
bh_host_name_for_hub(const char *hub_id)
{
  g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, hub_id, -1);

  return g_strdup_printf("bellhop-%.*s.local", DIGITS, hash);
}
