/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "description-check.h"

#include "description-auth.h"

static const char *
get(const json_t *message, const char *name)
{
  return json_string_value(json_object_get(message, name));
}

gboolean
bh_description_check(const BhGate *gate, gboolean open, BhMember *member, const json_t *message,
                     const char *hub_peer_id)
{
  const json_t *auth = json_object_get(message, "auth");
  const BhDescription description = {.type = get(message, "type"),
                                     .tenant_id = bh_member_get_tenant_id(member),
                                     .from_peer_id = bh_member_get_peer_id(member),
                                     .to_peer_id = hub_peer_id,
                                     .sdp = get(message, "sdp")};
  const BhDevice *device;

  if (bh_member_get_role(member) == BH_ROLE_GUEST)
    return TRUE;
  if (open && (!json_is_object(auth) || !bh_member_get_is_paired(member)))
    return TRUE;
  device = bh_gate_find_device(gate, bh_member_get_device_id(member));
  return device != NULL && device->revoked_ms == 0 && description.sdp != NULL &&
         bh_description_auth_verify(auth, device->public_key, &description);
}

void
bh_description_sign(const BhGate *gate, BhMember *member, json_t *message, const char *hub_peer_id)
{
  const BhDescription description = {.type = get(message, "type"),
                                     .tenant_id = bh_member_get_tenant_id(member),
                                     .from_peer_id = hub_peer_id,
                                     .to_peer_id = bh_member_get_peer_id(member),
                                     .sdp = get(message, "sdp")};

  if (description.sdp != NULL && bh_gate_has_keys(gate))
    json_object_set_new(message, "auth",
                        bh_description_auth_sign(gate->hub_key, &description, NULL));
}
