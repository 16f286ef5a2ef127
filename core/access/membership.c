/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "membership.h"

#include <string.h>

#include "base64url.h"
#include "sign-key.h"
#include "signed-document.h"

#define MEMBERSHIP_LABEL "bellhop membership v1"

/* Ids and the name have 64 bytes at most; escapes of JSON may make six of one. */
#define MAX_DATA_BYTES 2048
#define MAX_ID_BYTES   64
/* The year 10000; far within what a JavaScript number holds exactly. */
#define MAX_TIME_MS G_GINT64_CONSTANT(253402300800000)

G_STATIC_ASSERT(BH_MEMBERSHIP_KEY_BYTES == BH_SIGN_KEY_BYTES);
G_STATIC_ASSERT(BH_MEMBERSHIP_KEY_BYTES == BH_DEVICE_KEY_BYTES);

G_DEFINE_QUARK(bh_membership_error_quark, bh_membership_error)

void
bh_membership_free(BhMembership *membership)
{
  if (membership == NULL)
    return;
  g_free(membership->tenant_id);
  g_free(membership->device_id);
  g_free(membership->name);
  g_free(membership);
}

json_t *
bh_membership_sign(BhSignKey *hub, const BhMembership *membership)
{
  g_autofree char *key = bh_base64url_encode(membership->public_key, BH_MEMBERSHIP_KEY_BYTES);
  g_autoptr(json_t) content = json_pack(
      "{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "tenantId", membership->tenant_id, "deviceId",
      membership->device_id, "publicKey", key, "role", bh_role_get_name(membership->role), "name",
      membership->name, "notBefore", (json_int_t)membership->not_before_ms, "notAfter",
      (json_int_t)membership->not_after_ms);

  g_return_val_if_fail(content != NULL, NULL); /* a text is not UTF-8 */

  return bh_signed_document_make(hub, MEMBERSHIP_LABEL, content);
}

json_t *
bh_membership_issue(BhSignKey *hub, const char *tenant_id, const BhDevice *device, gint64 now_ms)
{
  BhMembership membership = {.tenant_id = (char *)tenant_id,
                             .device_id = device->device_id,
                             .role = device->role,
                             .name = device->name,
                             .not_before_ms = device->valid_from_ms,
                             .not_after_ms =
                                 MAX(now_ms, device->valid_from_ms) + BH_MEMBERSHIP_VALID_MS};

  memcpy(membership.public_key, device->public_key, sizeof membership.public_key);
  return bh_membership_sign(hub, &membership);
}

static gboolean
read_content(BhMembership *out, const json_t *content)
{
  const char *tenant_id = bh_json_get_text(content, "tenantId", MAX_ID_BYTES, NULL);
  const char *device_id = bh_json_get_text(content, "deviceId", MAX_ID_BYTES, NULL);
  const char *key = bh_json_get_text(content, "publicKey", MAX_ID_BYTES, NULL);
  const char *role = bh_json_get_text(content, "role", MAX_ID_BYTES, NULL);
  const char *name = NULL;

  if (tenant_id == NULL || device_id == NULL || role == NULL ||
      !bh_json_get_optional_text(content, "name", MAX_ID_BYTES, &name, NULL) || name == NULL ||
      !bh_base64url_decode_exact(key, out->public_key, sizeof out->public_key))
    return FALSE;
  out->role = bh_role_from_name(role);
  out->not_before_ms = out->not_after_ms = -1;
  if (out->role == BH_ROLE_NONE || out->role == BH_ROLE_HUB ||
      !bh_json_get_optional_integer(content, "notBefore", 0, MAX_TIME_MS, &out->not_before_ms,
                                    NULL) ||
      !bh_json_get_optional_integer(content, "notAfter", 0, MAX_TIME_MS, &out->not_after_ms,
                                    NULL) ||
      out->not_before_ms < 0 || out->not_after_ms < 0)
    return FALSE;
  out->tenant_id = g_strdup(tenant_id);
  out->device_id = g_strdup(device_id);
  out->name = g_strdup(name);
  return TRUE;
}

BhMembership *
bh_membership_open(const json_t *document, const guint8 *hub_key, BhMembershipVerify verify,
                   GError **error)
{
  g_autoptr(BhMembership) membership = g_new0(BhMembership, 1);
  g_autoptr(GBytes) raw =
      bh_signed_document_open(document, MEMBERSHIP_LABEL, MAX_DATA_BYTES, hub_key, verify, error);
  g_autoptr(json_t) content = NULL;

  if (raw == NULL)
    return NULL;
  content = bh_json_parse(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw), NULL);
  if (!read_content(membership, content)) {
    g_set_error_literal(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_BAD,
                        "this is signed by the hub, and no membership");
    return NULL;
  }
  return g_steal_pointer(&membership);
}

BhMembership *
bh_membership_parse(const json_t *document, const guint8 *hub_key, gint64 now_ms, GError **error)
{
  g_autoptr(BhMembership) membership =
      bh_membership_open(document, hub_key, bh_sign_key_verify, error);

  if (membership == NULL)
    return NULL;
  if (membership->not_after_ms < now_ms) {
    g_set_error_literal(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_TIME,
                        "this membership is not valid any more");
    return NULL;
  }
  return g_steal_pointer(&membership);
}
