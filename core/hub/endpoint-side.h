/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhEndpointSide: one signaling that the endpoint is known by: the rooms of this hub, or a cloud's.
 * The endpoint's own; a plain struct.
 */
#pragma once

#include "endpoint.h"

typedef struct {
  gboolean is_cloud;
  char *peer_id;       /* ours there */
  char *tenant_id;     /* of messages that name none */
  BhEndpointSend send; /* of a cloud */
  gpointer send_data;
} BhEndpointSide;

void bh_endpoint_side_init(BhEndpointSide *side, gboolean is_cloud, const char *peer_id,
                           const char *tenant_id);
void bh_endpoint_side_clear(BhEndpointSide *side);

/** bh_endpoint_side_make_key: Returns: (transfer full): of a peer; no other side's has the same */
char *bh_endpoint_side_make_key(const BhEndpointSide *side, const char *tenant_id,
                                const char *peer_id);
