/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-facts.h"

#include "base64url.h"
#include "json-text.h"
#include "membership.h"
#include "sign-key.h"

BhPairingFacts *
bh_pairing_facts_copy(const BhPairingFacts *facts)
{
  BhPairingFacts *copy = g_new0(BhPairingFacts, 1);

  copy->tenant_id = g_strdup(facts->tenant_id);
  copy->hub_name = g_strdup(facts->hub_name);
  copy->host_name = g_strdup(facts->host_name);
  copy->authority = g_strdup(facts->authority);
  return copy;
}

void
bh_pairing_facts_free(BhPairingFacts *facts)
{
  g_free((char *)facts->tenant_id);
  g_free((char *)facts->hub_name);
  g_free((char *)facts->host_name);
  g_free((char *)facts->authority);
  g_free(facts);
}

GBytes *
bh_pairing_facts_answer(const BhPairingFacts *facts, BhSignKey *hub, const BhDevice *device,
                        gint64 now_ms)
{
  g_autofree char *hub_key = bh_base64url_encode(bh_sign_key_get_public(hub), BH_SIGN_KEY_BYTES);
  g_autoptr(json_t) answer = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s}", "hubKey", hub_key, "tenantId",
      facts->tenant_id, "hubName", facts->hub_name, "hostName", facts->host_name, "deviceId",
      device->device_id, "role", bh_role_get_name(device->role), "name", device->name, "membership",
      bh_membership_issue(hub, facts->tenant_id, device, now_ms), "authority",
      facts->authority != NULL ? facts->authority : "");

  g_return_val_if_fail(answer != NULL, NULL); /* a text is not UTF-8 */

  return bh_json_to_bytes(answer);
}
