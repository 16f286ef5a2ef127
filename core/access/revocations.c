/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "revocations.h"

#include "sign-key.h"
#include "signed-document.h"

#define LABEL "bellhop revocations v1"

#define MAX_ID_BYTES 64
/* The year 10000; far within what a JavaScript number holds exactly. */
#define MAX_TIME_MS G_GINT64_CONSTANT(253402300800000)
/* 2^53: what a JavaScript number holds exactly. */
#define MAX_VERSION G_GINT64_CONSTANT(9007199254740992)

#define REMOVED G_MAXINT64

struct _BhRevocations {
  gint64 version;
  GHashTable *before; /* deviceId -> gint64: memberships older than this are void */
};

void
bh_revocations_free(BhRevocations *revocations)
{
  if (revocations == NULL)
    return;
  g_hash_table_unref(revocations->before);
  g_free(revocations);
}

json_t *
bh_revocations_issue(BhSignKey *hub, const char *tenant_id, const json_t *parts)
{
  g_autoptr(json_t) content =
      json_pack("{s:s, s:O, s:O}", "tenantId", tenant_id, "version",
                json_object_get(parts, "version"), "revoked", json_object_get(parts, "revoked"));

  g_return_val_if_fail(content != NULL, NULL);

  return bh_signed_document_make(hub, LABEL, content);
}

static gboolean
read_entry(BhRevocations *self, const json_t *entry)
{
  const char *device_id = bh_json_get_text(entry, "deviceId", MAX_ID_BYTES, NULL);
  const json_t *value = json_object_get(entry, "before");
  gint64 before = -1;
  gint64 *kept;

  if (device_id == NULL || value == NULL ||
      !bh_json_get_optional_integer(entry, "before", 0, MAX_TIME_MS, &before, NULL))
    return FALSE;
  kept = g_new(gint64, 1);
  *kept = json_is_null(value) ? REMOVED : before;
  g_hash_table_replace(self->before, g_strdup(device_id), kept);
  return TRUE;
}

static gboolean
read_content(BhRevocations *self, const json_t *content, const char *tenant_id)
{
  const char *tenant = bh_json_get_text(content, "tenantId", MAX_ID_BYTES, NULL);
  const json_t *revoked = json_object_get(content, "revoked");
  const json_t *entry;
  gsize i;

  self->version = -1;
  if (g_strcmp0(tenant, tenant_id) != 0 || !json_is_array(revoked) ||
      json_array_size(revoked) > BH_REVOCATIONS_MAX_ENTRIES ||
      !bh_json_get_optional_integer(content, "version", 0, MAX_VERSION, &self->version, NULL) ||
      self->version < 0)
    return FALSE;
  json_array_foreach(revoked, i, entry)
  {
    if (!read_entry(self, entry))
      return FALSE;
  }
  return TRUE;
}

BhRevocations *
bh_revocations_parse(const json_t *document, const guint8 *hub_key, const char *tenant_id,
                     GError **error)
{
  g_autoptr(BhRevocations) self = g_new0(BhRevocations, 1);
  g_autoptr(GBytes) raw = bh_signed_document_open(document, LABEL, BH_REVOCATIONS_MAX_BYTES,
                                                  hub_key, bh_sign_key_verify, error);
  g_autoptr(json_t) content = NULL;

  self->before = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (raw == NULL)
    return NULL;
  content = bh_json_parse(g_bytes_get_data(raw, NULL), g_bytes_get_size(raw), NULL);
  if (read_content(self, content, tenant_id))
    return g_steal_pointer(&self);
  g_set_error_literal(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_BAD,
                      "this is signed by the hub, and no list of revocations of this property");
  return NULL;
}

gint64
bh_revocations_get_version(const BhRevocations *revocations)
{
  return revocations->version;
}

BhRevocation
bh_revocations_judge(const BhRevocations *revocations, const char *device_id, gint64 not_before_ms)
{
  const gint64 *before =
      revocations != NULL ? g_hash_table_lookup(revocations->before, device_id) : NULL;

  if (before == NULL || not_before_ms >= *before)
    return BH_REVOCATION_NONE;
  return *before == REMOVED ? BH_REVOCATION_REMOVED : BH_REVOCATION_RENEWED;
}
