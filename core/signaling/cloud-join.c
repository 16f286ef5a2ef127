/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "cloud-join.h"

#include <string.h>

#include "device.h"
#include "id.h"

static gboolean
refuse(GError **error, BhSignalingError code, const char *reason)
{
  g_set_error_literal(error, BH_SIGNALING_ERROR, (gint)code, reason);
  return FALSE;
}

/* The hub's own name may be that of the connection it replaces. */
static gboolean
is_place_free(BhRoom *room, const char *peer_id, gboolean is_hub)
{
  return bh_session_is_free(room, peer_id) ||
         (is_hub && bh_signaling_is_peer_id(peer_id) && room != NULL && room->hub != NULL &&
          g_str_equal(room->hub->peer_id, peer_id));
}

/* A role changes with the membership; a place does not. */
static BhRoomPeer *
find_place(BhRoom *room, const char *secret, const BhMembership *membership)
{
  BhRoomPeer *place =
      membership != NULL ? bh_session_find_place(room, secret, TRUE, membership->device_id) : NULL;

  return place != NULL && place->role == membership->role ? place : NULL;
}

static void
challenge(BhSignalingSession *session, const BhSignalingMessage *join, const char *tenant_id,
          BhMembership *membership)
{
  BhCloudHello hello = {.tenant_id = tenant_id};
  g_autofree char *key = NULL;
  g_autofree char *assigned = NULL;
  g_autoptr(json_t) value = NULL;
  g_autoptr(GBytes) text = NULL;
  BhRoomPeer *place;
  BhRoom *room;

  memcpy(hello.nonce, join->nonce, sizeof hello.nonce);
  memcpy(hello.hub_key, join->hub_key, sizeof hello.hub_key);
  key = bh_signaling_server_make_key(tenant_id, join->hub_key);
  room = bh_signaling_server_find_room(session->server, key);
  place = find_place(room, join->resume, membership);
  if (place != NULL)
    hello.peer_id = place->peer_id;
  else if (join->peer_id != NULL && is_place_free(room, join->peer_id, membership == NULL))
    hello.peer_id = join->peer_id;
  else
    hello.peer_id = assigned = bh_id_new(g_get_real_time() / 1000);

  g_clear_pointer(&session->cloud_proof, bh_cloud_proof_free);
  g_clear_pointer(&session->proof_resume, g_free);
  session->cloud_proof = bh_cloud_proof_new(&hello, membership, NULL);
  session->proof_resume = place != NULL ? g_strdup(join->resume) : NULL;
  value = bh_cloud_proof_make_challenge(session->cloud_proof);
  text = bh_json_to_bytes(value);
  bh_signaling_session_send(session, text);
}

/* Returns: (transfer full) (nullable): what the join shows; %NULL exactly when @error is set */
static BhMembership *
read_membership(const BhSignalingMessage *join, const char *tenant_id, GError **error)
{
  g_autoptr(GError) problem = NULL;
  g_autoptr(BhMembership) membership =
      bh_membership_parse(join->membership, join->hub_key, g_get_real_time() / 1000, &problem);

  if (membership == NULL) {
    refuse(error, BH_SIGNALING_ERROR_UNAUTHORIZED, problem->message);
    return NULL;
  }
  if (!g_str_equal(membership->tenant_id, tenant_id) ||
      g_strcmp0(membership->device_id, join->device_id) != 0 ||
      !bh_role_is_pairable(membership->role)) {
    refuse(error, BH_SIGNALING_ERROR_UNAUTHORIZED,
           "this membership is of another property or device");
    return NULL;
  }
  return g_steal_pointer(&membership);
}

gboolean
bh_cloud_join(BhSignalingSession *session, const BhSignalingMessage *message, const char *tenant_id,
              GError **error)
{
  gboolean is_hub = g_strcmp0(message->role, bh_role_get_name(BH_ROLE_HUB)) == 0;
  BhMembership *membership = NULL;

  if (message->guest != NULL || g_strcmp0(message->role, bh_role_get_name(BH_ROLE_GUEST)) == 0)
    return refuse(error, BH_SIGNALING_ERROR_FORBIDDEN,
                  "guests come in from the property's own network");
  if (!message->has_nonce || !message->has_hub_key ||
      (!is_hub && (message->membership == NULL || message->device_id == NULL)))
    return refuse(error, BH_SIGNALING_ERROR_UNAUTHORIZED,
                  "this server lets in hubs, and devices that show their membership");
  if (!bh_signaling_server_take_proof(session->server, &session->remote))
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED,
                  "too many devices at once; join again in a second");
  if (!is_hub) {
    membership = read_membership(message, tenant_id, error);
    if (membership == NULL)
      return FALSE;
  }
  challenge(session, message, tenant_id, membership);
  return TRUE;
}

/* --- the proof --- */

static gboolean
admit_hub(BhSignalingSession *session, const BhCloudHello *hello, GError **error)
{
  const BhNewcomer newcomer = {
      .role = BH_ROLE_HUB, .peer_id = hello->peer_id, .proved = TRUE, .hub_key = hello->hub_key};
  g_autofree char *key = bh_signaling_server_make_key(hello->tenant_id, hello->hub_key);
  BhRoom *room = bh_signaling_server_find_room(session->server, key);

  /* Of one key there is one hub: what is left of the connection before is gone. */
  if (room != NULL && room->hub != NULL)
    bh_room_dismiss(room, room->hub, "replaced by another connection of this hub");
  return bh_session_admit(session, hello->tenant_id, NULL, &newcomer, error);
}

static gboolean
judge_revocation(BhSignalingSession *session, const char *key, const BhMembership *membership,
                 GError **error)
{
  const BhRevocations *revocations =
      bh_cloud_book_get_revocations(bh_signaling_server_get_book(session->server), key);

  switch (bh_revocations_judge(revocations, membership->device_id, membership->not_before_ms)) {
  case BH_REVOCATION_REMOVED:
    return refuse(error, BH_SIGNALING_ERROR_REVOKED, "this device was removed");
  case BH_REVOCATION_RENEWED:
    return refuse(error, BH_SIGNALING_ERROR_UNAUTHORIZED,
                  "this membership was replaced; the hub has a new one for this device");
  case BH_REVOCATION_NONE:
  default:
    return TRUE;
  }
}

static gboolean
admit_device(BhSignalingSession *session, const BhCloudHello *hello, const BhMembership *membership,
             const char *secret, GError **error)
{
  g_autofree char *key = bh_signaling_server_make_key(hello->tenant_id, hello->hub_key);
  g_autofree char *name = bh_device_clean_name(membership->name);
  const BhNewcomer newcomer = {.role = membership->role,
                               .name = name,
                               .device_id = membership->device_id,
                               .peer_id = hello->peer_id,
                               .proved = TRUE,
                               .hub_key = hello->hub_key,
                               .not_before_ms = membership->not_before_ms};
  BhRoom *room = bh_signaling_server_find_room(session->server, key);

  if (!judge_revocation(session, key, membership, error))
    return FALSE;
  if (!bh_session_is_free(room, hello->peer_id) && find_place(room, secret, membership) == NULL)
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED,
                  "this peerId was taken a moment ago; join again");
  return bh_session_admit(session, hello->tenant_id, secret, &newcomer, error);
}

gboolean
bh_cloud_prove(BhSignalingSession *session, const BhCloudProof *proof, const char *secret,
               const char *signature, GError **error)
{
  const BhCloudHello *hello = bh_cloud_proof_get_hello(proof);
  const BhMembership *membership = bh_cloud_proof_get_membership(proof);

  if (!bh_cloud_proof_check(proof, signature))
    return refuse(error, BH_SIGNALING_ERROR_UNAUTHORIZED,
                  "the signature is not of the key that it should be of");
  return membership == NULL ? admit_hub(session, hello, error)
                            : admit_device(session, hello, membership, secret, error);
}
