/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "description-auth.h"

#include <string.h>

#include "base64url.h"
#include "sign-key.h"
#include "transcript.h"

#define LABEL       "bellhop description v1"
#define UFRAG       "a=ice-ufrag:"
#define FINGERPRINT "a=fingerprint:"

/* Also where the other side wrote them differently: what counts is the hash and its bytes. */
static char *
normalize_fingerprint(const char *value, gsize length)
{
  const char *space = memchr(value, ' ', length);
  gsize name_length = space != NULL ? (gsize)(space - value) : length;
  g_autofree char *name = g_ascii_strdown(value, (gssize)name_length);
  g_autofree char *digits = g_ascii_strup(value + name_length, (gssize)(length - name_length));

  return g_strconcat(name, digits, NULL);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Returns: (nullable): the one after @line */
static const char *
next_line(const char *line)
{
  const char *end = strchr(line, '\n');

  return end != NULL ? end + 1 : NULL;
}

/* The values of all lines that begin with @prefix, in the form that is signed. */
static char *
collect(const char *sdp, const char *prefix, char *(*normalize)(const char *, gsize))
{
  g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GString) joined = g_string_new(NULL);
  gsize prefix_length = strlen(prefix);

  for (const char *line = sdp; line != NULL; line = next_line(line)) {
    gsize length = strcspn(line, "\n");

    if (length > 0 && line[length] == '\n' && line[length - 1] == '\r')
      length--;
    while (length > 0 && line[length - 1] == ' ')
      length--;
    if (length >= prefix_length && memcmp(line, prefix, prefix_length) == 0)
      g_ptr_array_add(values, normalize(line + prefix_length, length - prefix_length));
  }
  g_ptr_array_sort(values, compare_texts);
  for (guint i = 0; i < values->len; i++) {
    if (i > 0 && g_str_equal(values->pdata[i - 1], values->pdata[i]))
      continue;
    if (i > 0)
      g_string_append_c(joined, ',');
    g_string_append(joined, values->pdata[i]);
  }
  return g_string_free(g_steal_pointer(&joined), FALSE);
}

static char *
copy_text(const char *value, gsize length)
{
  return g_strndup(value, length);
}

/* Whether a lenient parser could take @line for a @prefix that was not collected. */
static gboolean
is_disguised(const char *line, const char *prefix)
{
  gsize name_length = strlen(prefix) - 1; /* without its colon */

  return g_ascii_strncasecmp(line, prefix, name_length) == 0 &&
         !g_ascii_isalnum(line[name_length]) && line[name_length] != '-' &&
         strncmp(line, prefix, name_length + 1) != 0;
}

/* Whether every parser finds in it what was signed, and nothing else. */
static gboolean
is_unmistakable(const char *sdp)
{
  for (const char *p = strchr(sdp, '\r'); p != NULL; p = strchr(p + 1, '\r'))
    if (p[1] != '\n')
      return FALSE;
  for (const char *line = sdp; line != NULL; line = next_line(line))
    if (is_disguised(line, UFRAG) || is_disguised(line, FINGERPRINT))
      return FALSE;
  return TRUE;
}

static void
make_transcript(BhTranscript *out, const BhDescription *description)
{
  g_autofree char *ufrags = collect(description->sdp, UFRAG, copy_text);
  g_autofree char *fingerprints = collect(description->sdp, FINGERPRINT, normalize_fingerprint);

  bh_transcript_init(out, LABEL);
  bh_transcript_add_text(out, description->type);
  bh_transcript_add_text(out, description->tenant_id);
  bh_transcript_add_text(out, description->from_peer_id);
  bh_transcript_add_text(out, description->to_peer_id);
  bh_transcript_add_text(out, ufrags);
  bh_transcript_add_text(out, fingerprints);
}

json_t *
bh_description_auth_sign(BhSignKey *key, const BhDescription *description, json_t *membership)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_autofree char *sig = NULL;
  g_auto(BhTranscript) transcript = {NULL};

  make_transcript(&transcript, description);
  bh_sign_key_sign(key, transcript.bytes->data, transcript.bytes->len, signature);
  sig = bh_base64url_encode(signature, sizeof signature);
  return json_pack("{s:s, s:O*}", "sig", sig, "membership", membership);
}

gboolean
bh_description_auth_verify(const json_t *auth, const guint8 *public_key,
                           const BhDescription *description)
{
  const char *sig = bh_json_get_text(auth, "sig", 2 * BH_SIGN_SIGNATURE_BYTES, NULL);
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_auto(BhTranscript) transcript = {NULL};

  if (!bh_base64url_decode_exact(sig, signature, sizeof signature) ||
      !is_unmistakable(description->sdp))
    return FALSE;
  make_transcript(&transcript, description);
  return bh_sign_key_verify(public_key, transcript.bytes->data, transcript.bytes->len, signature);
}
