/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any SDP, signed: where the signature is accepted, every fingerprint that our parser takes from it
 * is one that was signed. So nobody on the way can hide one from the signature.
 */
#include "description-auth.h"
#include "session-description.h"
#include "sign-key.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whether a line that is signed names @fingerprint, which has upper case. */
static gboolean
is_signed(const char *sdp, const char *fingerprint)
{
  g_auto(GStrv) lines = g_strsplit(sdp, "\n", -1);

  for (char **line = lines; *line != NULL; line++) {
    g_autofree char *upper = g_ascii_strup(*line, -1);

    if (g_str_has_prefix(*line, "a=fingerprint:") && strstr(upper, fingerprint) != NULL)
      return TRUE;
  }
  return FALSE;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const guint8 seed[BH_SIGN_KEY_BYTES] = {7};
  g_autoptr(BhSignKey) key = bh_sign_key_new_from_seed(seed);
  g_autofree char *sdp = g_strndup(size > 0 ? (const char *)data : "", size);
  const BhDescription description = {
      .type = "offer", .tenant_id = "t", .from_peer_id = "a", .to_peer_id = "b", .sdp = sdp};
  g_autoptr(json_t) auth = bh_description_auth_sign(key, &description, NULL);
  g_autoptr(BhSessionDescription) parsed = bh_session_description_parse(sdp, strlen(sdp), NULL);

  if (parsed == NULL ||
      !bh_description_auth_verify(auth, bh_sign_key_get_public(key), &description))
    return 0;
  for (guint i = 0; i < parsed->fingerprints->len; i++)
    g_assert_true(is_signed(sdp, parsed->fingerprints->pdata[i]));
  return 0;
}
