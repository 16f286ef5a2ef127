/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "endpoint-side.h"

void
bh_endpoint_side_init(BhEndpointSide *side, gboolean is_cloud, const char *peer_id,
                      const char *tenant_id)
{
  *side = (BhEndpointSide){
      .is_cloud = is_cloud, .peer_id = g_strdup(peer_id), .tenant_id = g_strdup(tenant_id)};
}

void
bh_endpoint_side_clear(BhEndpointSide *side)
{
  g_clear_pointer(&side->peer_id, g_free);
  g_clear_pointer(&side->tenant_id, g_free);
}

char *
bh_endpoint_side_make_key(const BhEndpointSide *side, const char *tenant_id, const char *peer_id)
{
  return g_strconcat(side->is_cloud ? "cloud\n" : "local\n", tenant_id, "\n", peer_id, NULL);
}
