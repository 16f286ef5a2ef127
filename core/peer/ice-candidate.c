/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "ice-candidate.h"

#include <gio/gio.h>
#include <string.h>

#define MAX_WORDS 64 /* of one line: 8 fixed ones and extension pairs */

enum { FOUNDATION, COMPONENT, TRANSPORT, PRIORITY, ADDRESS, PORT, TYP, KIND, N_FIXED };

G_DEFINE_QUARK(bh_ice_candidate_error_quark, bh_ice_candidate_error)

static gboolean
fail(GError **error, const char *what)
{
  g_set_error(error, BH_ICE_CANDIDATE_ERROR, BH_ICE_CANDIDATE_ERROR_SYNTAX,
              "The ICE candidate has no valid %s", what);
  return FALSE;
}

static gboolean
copy_visible(char *out, gsize max_bytes, const char *word)
{
  gsize length = strlen(word);

  if (length == 0 || length > max_bytes)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph(word[i]))
      return FALSE;
  memcpy(out, word, length + 1);
  return TRUE;
}

static gboolean
parse_number(const char *word, guint64 min, guint64 max, guint64 *out)
{
  return g_ascii_string_to_unsigned(word, 10, min, max, out, NULL);
}

static gboolean
parse_kind(const char *word, BhIceCandidateKind *out)
{
  static const char *const names[] = {"host", "srflx", "prflx", "relay"};

  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    if (g_ascii_strcasecmp(word, names[i]) == 0) {
      *out = (BhIceCandidateKind)i;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
parse_fixed(char **words, BhIceCandidate *candidate, GError **error)
{
  guint64 number;

  if (!copy_visible(candidate->foundation, BH_ICE_FOUNDATION_BYTES, words[FOUNDATION]))
    return fail(error, "foundation");
  if (!parse_number(words[COMPONENT], 1, 256, &number))
    return fail(error, "component");
  candidate->component = (guint)number;
  candidate->is_udp = g_ascii_strcasecmp(words[TRANSPORT], "udp") == 0;
  if (!parse_number(words[PRIORITY], 0, G_MAXUINT32, &number))
    return fail(error, "priority");
  candidate->priority = (guint32)number;
  if (!copy_visible(candidate->address, BH_ICE_ADDRESS_BYTES, words[ADDRESS]))
    return fail(error, "address");
  candidate->is_name = !g_hostname_is_ip_address(candidate->address);
  /* An active TCP candidate has the port 9, sometimes 0 (RFC 6544 section 4.5). */
  if (!parse_number(words[PORT], candidate->is_udp ? 1 : 0, G_MAXUINT16, &number))
    return fail(error, "port");
  candidate->port = (guint16)number;
  if (g_ascii_strcasecmp(words[TYP], "typ") != 0 || !parse_kind(words[KIND], &candidate->kind))
    return fail(error, "type");
  return TRUE;
}

gboolean
bh_ice_candidate_parse(const char *line, BhIceCandidate *out, GError **error)
{
  g_autofree char *text = NULL;
  g_auto(GStrv) words = NULL;
  BhIceCandidate candidate = {0};
  guint n_words;

  if (strnlen(line, BH_ICE_LINE_BYTES + 1) > BH_ICE_LINE_BYTES)
    return fail(error, "length");
  text = g_strstrip(g_strdup(line));
  if (strpbrk(text, "\r\n\t") != NULL)
    return fail(error, "line");
  line = g_str_has_prefix(text, "a=") ? text + 2 : text;
  if (g_ascii_strncasecmp(line, "candidate:", 10) != 0)
    return fail(error, "beginning");

  words = g_strsplit(line + 10, " ", MAX_WORDS);
  n_words = g_strv_length(words);
  if (n_words < N_FIXED)
    return fail(error, "type");
  if (!parse_fixed(words, &candidate, error))
    return FALSE;
  for (guint i = N_FIXED; i + 1 < n_words; i += 2) {
    if (g_ascii_strcasecmp(words[i], "ufrag") == 0 &&
        !copy_visible(candidate.ufrag, BH_ICE_UFRAG_BYTES, words[i + 1]))
      return fail(error, "ufrag");
  }
  *out = candidate;
  return TRUE;
}

gboolean
bh_ice_candidate_is_mdns(const BhIceCandidate *candidate)
{
  gsize length = strlen(candidate->address);

  return candidate->is_name && length > 6 &&
         g_ascii_strcasecmp(candidate->address + length - 6, ".local") == 0;
}
