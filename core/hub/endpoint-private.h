/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the endpoint's own files share: endpoint.c has its members and its life, endpoint-intake.c
 * reads what signaling says, endpoint-cloud.c is the side of a cloud.
 */
#pragma once

#include "arrival-queue.h"
#include "contact.h"
#include "endpoint-side.h"
#include "relay-queue.h"

/* Longest peerId or tenantId the rooms let in, doubled: a bound for what we keep, not a rule. */
#define BH_ENDPOINT_MAX_ID_BYTES 256

struct _BhEndpoint {
  GObject parent_instance;

  BhSignalingServer *signaling;
  BhArrivalQueue *arrivals;
  BhSignalingSession *session; /* ours in the rooms; NULL once closed */
  BhEndpointSide local, cloud; /* cloud.send is NULL where there is none */
  BhCertificate *certificate;
  BhLimitSet limits;
  BhEndpointConfig config;

  GHashTable *contacts; /* "side\ntenant\npeer" -> owned BhContact */
  GHashTable
      *by_device; /* deviceId -> GPtrArray of BhContact: those of paired devices and guests */
  BhGuestAllowances *allowances;
  BhRelayQueue *relays;
  guint64 guest_connections; /* of those in counters */
  BhEndpointCounters counters;
};

/** bh_endpoint_add_member: @peer: as presence names it; foreign */
void bh_endpoint_add_member(BhEndpoint *self, BhEndpointSide *side, const char *tenant_id,
                            const json_t *peer);

/** bh_endpoint_add_members: @peers: (nullable): an array of them; anything else has none */
void bh_endpoint_add_members(BhEndpoint *self, BhEndpointSide *side, const char *tenant_id,
                             const json_t *peers);

void bh_endpoint_remove_member(BhEndpoint *self, const BhEndpointSide *side, const char *tenant_id,
                               const char *peer_id);

/** bh_endpoint_refuse: @in_reply_to: the type of what is refused; tells @member, where that can be
 */
void bh_endpoint_refuse(BhEndpoint *self, BhMember *member, const char *in_reply_to,
                        const char *code, const char *text);

/** bh_endpoint_tell_message: @channel: (nullable): %NULL: it came by `relay`. Counts it, emits it
 */
void bh_endpoint_tell_message(BhEndpoint *self, BhMember *member, BhDataChannel *channel,
                              json_t *message, gsize size_bytes);

/** bh_endpoint_take_message: @message: whatever signaling of @side says; foreign */
void bh_endpoint_take_message(BhEndpoint *self, BhEndpointSide *side, json_t *message);
