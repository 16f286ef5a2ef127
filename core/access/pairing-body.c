/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "pairing-body.h"

#include <string.h>

#include "base64url.h"
#include "pairing-error.h"

/* Longest text of a member that stands for bytes: a signature's 86, and some to tell it apart. */
#define MAX_BYTES_TEXT 128

static gboolean
refuse(GError **error, const char *name)
{
  g_set_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_REQUEST,
              "“%s” is missing, or is not what it should be", name);
  return FALSE;
}

static gboolean
get_bytes(const json_t *body, const char *name, guint8 *out, gsize length, GError **error)
{
  return bh_base64url_decode_exact(bh_json_get_text(body, name, MAX_BYTES_TEXT, NULL), out,
                                   length) ||
         refuse(error, name);
}

/* Absent, null, empty and blank are all no name. */
static gboolean
get_name(const json_t *body, BhPairingName *out, GError **error)
{
  const char *text;
  g_autofree char *clean = NULL;

  memset(out, 0, sizeof *out);
  if (!bh_json_get_optional_text(body, "name", BH_PAIRING_MAX_SENT_NAME_BYTES, &text, NULL))
    return refuse(error, "name");
  if (text == NULL)
    return TRUE;
  g_strlcpy(out->sent, text, sizeof out->sent);
  if (strspn(text, " ") == strlen(text))
    return TRUE;
  clean = bh_device_clean_name(text);
  if (clean == NULL)
    return refuse(error, "name");
  g_strlcpy(out->clean, clean, sizeof out->clean);
  return TRUE;
}

static gboolean
get_request_id(const json_t *body, char *out, GError **error)
{
  const char *text = bh_json_get_text(body, "requestId", BH_PAIRING_MAX_REQUEST_ID_BYTES, NULL);

  if (text == NULL)
    return refuse(error, "requestId");
  g_strlcpy(out, text, BH_PAIRING_MAX_REQUEST_ID_BYTES + 1);
  return TRUE;
}

gboolean
bh_pair_body_parse(const json_t *body, BhPairBody *out, GError **error)
{
  guint8 id[BH_PAIRING_ID_BYTES];

  if (!get_bytes(body, "linkId", id, sizeof id, error) ||
      !get_bytes(body, "publicKey", out->public_key, sizeof out->public_key, error) ||
      !get_bytes(body, "nonce", out->nonce, sizeof out->nonce, error) ||
      !get_bytes(body, "mac", out->mac, sizeof out->mac, error) ||
      !get_bytes(body, "sig", out->signature, sizeof out->signature, error) ||
      !get_name(body, &out->name, error))
    return FALSE;
  /* It has one spelling. */
  g_strlcpy(out->link_id, json_string_value(json_object_get(body, "linkId")), sizeof out->link_id);
  return TRUE;
}

gboolean
bh_request_body_parse(const json_t *body, BhRequestBody *out, GError **error)
{
  return get_bytes(body, "publicKey", out->public_key, sizeof out->public_key, error) &&
         get_bytes(body, "commitment", out->commitment, sizeof out->commitment, error) &&
         get_name(body, &out->name, error);
}

gboolean
bh_open_body_parse(const json_t *body, BhOpenBody *out, GError **error)
{
  return get_request_id(body, out->request_id, error) &&
         get_bytes(body, "nonce", out->nonce, sizeof out->nonce, error) &&
         get_bytes(body, "sig", out->signature, sizeof out->signature, error);
}

gboolean
bh_result_body_parse(const json_t *body, BhResultBody *out, GError **error)
{
  return get_request_id(body, out->request_id, error) &&
         get_bytes(body, "nonce", out->nonce, sizeof out->nonce, error);
}
