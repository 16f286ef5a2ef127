/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "signed-document.h"

#include <string.h>

#include "base64url.h"
#include "sign-key.h"
#include "transcript.h"

json_t *
bh_signed_document_make(BhSignKey *hub, const char *label, const json_t *content)
{
  g_autofree char *text = bh_json_to_text(content);
  g_autofree char *data = NULL;
  g_autofree char *sig = NULL;
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  bh_transcript_init(&transcript, label);
  bh_transcript_add_text(&transcript, text);
  bh_sign_key_sign(hub, transcript.bytes->data, transcript.bytes->len, signature);
  data = bh_base64url_encode((const guint8 *)text, strlen(text));
  sig = bh_base64url_encode(signature, sizeof signature);
  return json_pack("{s:s, s:s}", "data", data, "sig", sig);
}

GBytes *
bh_signed_document_open(const json_t *document, const char *label, gsize max_bytes,
                        const guint8 *hub_key, BhMembershipVerify verify, GError **error)
{
  const char *data = bh_json_get_text(document, "data", 2 * max_bytes, NULL);
  const char *sig = bh_json_get_text(document, "sig", 2 * BH_SIGN_SIGNATURE_BYTES, NULL);
  g_autoptr(GBytes) raw = data != NULL ? bh_base64url_decode(data, max_bytes) : NULL;
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  if (raw == NULL || !bh_base64url_decode_exact(sig, signature, sizeof signature)) {
    g_set_error_literal(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_BAD,
                        "a signed document has “data” and “sig”");
    return NULL;
  }
  bh_transcript_init(&transcript, label);
  bh_transcript_add_bytes(&transcript, g_bytes_get_data(raw, NULL), g_bytes_get_size(raw));
  if (!verify(hub_key, transcript.bytes->data, transcript.bytes->len, signature)) {
    g_set_error_literal(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_FORGED,
                        "this is not signed by the hub");
    return NULL;
  }
  return g_steal_pointer(&raw);
}
