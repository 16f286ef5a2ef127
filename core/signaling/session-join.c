/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "session-join.h"

#include <string.h>

#include "cloud-join.h"
#include "id.h"
#include "session-place.h"

/* RFC 6455 section 7.4 and the IANA registry: policy; try again later. */
#define CLOSE_POLICY    1008
#define CLOSE_TRY_LATER 1013

static const BhGate *
get_gate(const BhSignalingSession *session)
{
  return bh_signaling_server_get_config(session->server)->gate;
}

static gboolean
refuse(GError **error, BhSignalingError code, const char *reason)
{
  g_set_error_literal(error, BH_SIGNALING_ERROR, (gint)code, reason);
  return FALSE;
}

/* Also into the log of the house: somebody was at the door. */
static gboolean
send_away(const BhSignalingSession *session, const char *who, GError **error, BhSignalingError code,
          const char *reason)
{
  bh_gate_note_refusal(get_gate(session), who, bh_signaling_error_get_name((int)code),
                       &session->remote);
  return refuse(error, code, reason);
}

/* --- the ways in that need one message --- */

/* An open server believes the role and the deviceId that are claimed. */
static gboolean
join_by_word(BhSignalingSession *session, const BhSignalingMessage *join, const char *tenant_id,
             GError **error)
{
  BhNewcomer newcomer = {
      .name = join->name, .device_id = join->device_id, .peer_id = join->peer_id};

  /* A bare client names no role; on an open server it is one of the house. */
  newcomer.role = join->role != NULL ? bh_role_from_name(join->role) : BH_ROLE_STAFF;
  if (newcomer.role == BH_ROLE_HUB)
    return refuse(error, BH_SIGNALING_ERROR_FORBIDDEN, "the role “hub” is the hub's own");
  if (newcomer.role == BH_ROLE_NONE)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "there is no such role");
  return bh_session_admit(session, tenant_id, join->resume, &newcomer, error);
}

static gboolean
admit_device(BhSignalingSession *session, const char *tenant_id, const char *secret,
             BhDevice *device, const char *peer_id, GError **error)
{
  const BhNewcomer newcomer = {.role = device->role,
                               .name = device->name,
                               .device_id = device->device_id,
                               .peer_id = peer_id,
                               .device = device,
                               .proved = TRUE};

  bh_gate_saw(get_gate(session), device, g_get_real_time() / 1000);
  return bh_session_admit(session, tenant_id, secret, &newcomer, error);
}

/* The token is the device's key itself: only where nobody can listen. */
static gboolean
join_by_token(BhSignalingSession *session, const BhSignalingMessage *join, const char *tenant_id,
              GError **error)
{
  g_autoptr(BhDevice) device = NULL;

  if (!bh_gate_is_private(&session->remote))
    return send_away(session, NULL, error, BH_SIGNALING_ERROR_UNAUTHORIZED,
                     "a token is for wss:// only; this one should be replaced");
  if (!bh_signaling_server_take_proof(session->server, &session->remote))
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED,
                  "too many devices at once; join again in a second");
  device = bh_gate_find_by_token(get_gate(session), join->token);
  if (device == NULL)
    return send_away(session, NULL, error, BH_SIGNALING_ERROR_UNAUTHORIZED,
                     "this token is not known here");
  bh_device_ref(device);
  if (device->revoked_ms != 0)
    return send_away(session, device->device_id, error, BH_SIGNALING_ERROR_REVOKED,
                     "this device was removed");
  return admit_device(session, tenant_id, join->resume, device, join->peer_id, error);
}

static gboolean
join_as_guest(BhSignalingSession *session, const BhSignalingMessage *join, const char *tenant_id,
              GError **error)
{
  const BhGate *gate = get_gate(session);
  const BhGuestSession *guest;
  g_autofree char *device_id = NULL;
  BhNewcomer newcomer = {.role = BH_ROLE_GUEST, .peer_id = join->peer_id, .proved = TRUE};

  if (!bh_gate_is_inside(gate, &session->remote))
    return send_away(session, NULL, error, BH_SIGNALING_ERROR_FORBIDDEN,
                     "guests come in from the property's own network");
  guest = bh_gate_find_guest(gate, join->guest);
  if (guest == NULL)
    return refuse(error, BH_SIGNALING_ERROR_SEATING_ENDED, "this visit is over");
  newcomer.device_id = device_id = g_strdup(guest->guest_device_id);
  return bh_session_admit(session, tenant_id, join->resume, &newcomer, error);
}

/* --- the way in with a proof --- */

/* Says nothing that depends on whether there is such a device. */
static gboolean
challenge(BhSignalingSession *session, const BhSignalingMessage *join, const char *tenant_id,
          GError **error)
{
  BhRoom *room = bh_signaling_server_find_room(session->server, tenant_id);
  BhRoomPeer *place;
  g_autofree char *assigned = NULL;
  g_autoptr(GBytes) text = NULL;
  BhJoinHello hello = {.tenant_id = tenant_id, .device_id = join->device_id};

  if (join->device_id == NULL || *join->device_id == '\0')
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "“deviceId” is missing");
  if (!join->has_key && !bh_gate_is_private(&session->remote))
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE,
                  "“key” is missing: on this connection others can listen");
  if (!bh_signaling_server_take_proof(session->server, &session->remote))
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED,
                  "too many devices at once; join again in a second");

  place = bh_session_find_place(room, join->resume, TRUE, join->device_id);
  if (place != NULL)
    hello.peer_id = place->peer_id;
  else if (join->peer_id != NULL && bh_session_is_free(room, join->peer_id))
    hello.peer_id = join->peer_id;
  else
    hello.peer_id = assigned = bh_id_new(g_get_real_time() / 1000);
  memcpy(hello.nonce, join->nonce, sizeof hello.nonce);
  hello.has_key = join->has_key;
  memcpy(hello.key, join->key, sizeof hello.key);

  g_clear_pointer(&session->proof, bh_join_proof_free);
  g_clear_pointer(&session->proof_resume, g_free);
  session->proof = bh_join_proof_new(get_gate(session)->hub_key, &hello);
  if (session->proof == NULL)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "with this “key” nothing can be sealed");
  session->proof_resume = place != NULL ? g_strdup(join->resume) : NULL;
  text = bh_json_to_bytes(bh_join_proof_get_challenge(session->proof));
  bh_signaling_session_send(session, text);
  return TRUE;
}

static void
start_sealing(BhSignalingSession *session, BhJoinProof *proof)
{
  BhFrameSeal *seal = bh_join_proof_take_seal(proof);
  g_autoptr(BhSignalingTransport) below = NULL;

  if (seal == NULL)
    return;
  below = g_steal_pointer(&session->transport);
  session->sealed = bh_sealed_transport_new(below, seal);
  session->transport = BH_SIGNALING_TRANSPORT(session->sealed);
}

/* A challenge gave away the peerId; in between somebody else may have taken it. */
static gboolean
is_place_left(BhSignalingSession *session, const BhJoinProof *proof, const char *secret)
{
  BhRoom *room = bh_signaling_server_find_room(session->server, bh_join_proof_get_tenant_id(proof));
  const char *device_id = bh_join_proof_get_device_id(proof);

  return bh_session_is_free(room, bh_join_proof_get_peer_id(proof)) ||
         bh_session_find_place(room, secret, TRUE, device_id) != NULL;
}

static gboolean
judge(BhSignalingSession *session, const BhJoinProof *proof, const char *secret,
      const char *signature, GError **error)
{
  const BhGate *gate = get_gate(session);
  const char *claimed = bh_join_proof_get_device_id(proof);
  BhDevice *found = bh_gate_find_device(gate, claimed);
  g_autoptr(BhDevice) device = found != NULL ? bh_device_ref(found) : NULL;
  /* Who is not there takes as long as who is: a key that nobody has stands in. */
  static const guint8 nobody[BH_DEVICE_KEY_BYTES] = {1};
  gboolean right =
      bh_join_proof_check(proof, device != NULL ? device->public_key : nobody, signature);

  if (device == NULL || !right)
    return send_away(session, claimed, error, BH_SIGNALING_ERROR_UNAUTHORIZED,
                     "this device is not paired here");
  if (device->revoked_ms != 0)
    return send_away(session, claimed, error, BH_SIGNALING_ERROR_REVOKED,
                     "this device was removed");
  if (!is_place_left(session, proof, secret))
    return refuse(error, BH_SIGNALING_ERROR_RATE_LIMITED,
                  "this peerId was taken a moment ago; join again");
  return admit_device(session, bh_join_proof_get_tenant_id(proof), secret, device,
                      bh_join_proof_get_peer_id(proof), error);
}

static guint16
get_close_code(const GError *error)
{
  switch ((BhSignalingError)error->code) {
  case BH_SIGNALING_ERROR_REVOKED:
  case BH_SIGNALING_ERROR_ROLE_CHANGED:
    return BH_SIGNALING_CLOSE_EXPELLED;
  case BH_SIGNALING_ERROR_UNAUTHORIZED:
    return CLOSE_POLICY;
  default:
    return CLOSE_TRY_LATER;
  }
}

gboolean
bh_session_prove(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  g_autoptr(BhCloudProof) cloud_proof = g_steal_pointer(&session->cloud_proof);
  g_autoptr(BhJoinProof) proof = g_steal_pointer(&session->proof);
  g_autofree char *secret = g_steal_pointer(&session->proof_resume);
  g_autoptr(GError) problem = NULL;

  /* Also one that was challenged first: its place would be left behind with nobody there. */
  if (session->peer != NULL)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "this connection has joined already");
  if (proof == NULL && cloud_proof == NULL)
    return refuse(error, BH_SIGNALING_ERROR_NOT_JOINED, "no challenge waits for a proof");
  if (proof != NULL)
    start_sealing(session, proof);
  if (cloud_proof != NULL ? bh_cloud_prove(session, cloud_proof, secret, message->proof, &problem)
                          : judge(session, proof, secret, message->proof, &problem))
    return TRUE;
  bh_signaling_session_send_error(session, message, problem->code, problem->message);
  bh_signaling_session_shut(session, get_close_code(problem), problem->message);
  return TRUE;
}

/* --- every join --- */

static gboolean
check_tenant(BhSignalingSession *session, const char *tenant_id, GError **error)
{
  const char *only = bh_signaling_server_get_config(session->server)->tenant_id;

  /* A header's bytes may be anything. */
  if (tenant_id == NULL || *tenant_id == '\0' || strlen(tenant_id) > BH_SIGNALING_MAX_ID_BYTES ||
      !g_utf8_validate(tenant_id, -1, NULL)) {
    g_set_error(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE,
                "“tenantId” must be 1 to %d bytes", BH_SIGNALING_MAX_ID_BYTES);
    return FALSE;
  }
  if (only != NULL && !g_str_equal(only, tenant_id))
    return refuse(error, BH_SIGNALING_ERROR_WRONG_TENANT,
                  "this server belongs to another property");
  return TRUE;
}

gboolean
bh_session_join(BhSignalingSession *session, const BhSignalingMessage *message, GError **error)
{
  const BhSignalingConfig *config = bh_signaling_server_get_config(session->server);
  const char *tenant_id = message->tenant_id != NULL ? message->tenant_id : session->tenant_hint;

  if (session->peer != NULL)
    return refuse(error, BH_SIGNALING_ERROR_BAD_MESSAGE, "this connection has joined already");
  if (!check_tenant(session, tenant_id, error))
    return FALSE;
  if (config->cloud)
    return bh_cloud_join(session, message, tenant_id, error);
  if (message->token != NULL && bh_gate_has_keys(config->gate))
    return join_by_token(session, message, tenant_id, error);
  if (message->guest != NULL && (config->gate != NULL || !config->open))
    return join_as_guest(session, message, tenant_id, error);
  if (message->has_nonce && bh_gate_has_keys(config->gate))
    return challenge(session, message, tenant_id, error);
  /* Said by no code: a page of ours at an address that is not known here tries its others. */
  if (session->remote.foreign) {
    bh_signaling_session_shut(session, CLOSE_POLICY,
                              "pages of other sites have to prove who they are");
    return TRUE;
  }
  if (config->open)
    return join_by_word(session, message, tenant_id, error);
  return send_away(session, message->device_id, error, BH_SIGNALING_ERROR_UNAUTHORIZED,
                   "this server lets in paired devices only");
}
