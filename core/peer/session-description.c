/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "session-description.h"

#include <string.h>

#include "ice-candidate.h"

/*
 * A parse walks the lines once. Until the data section is found, attributes go to the session's
 * level, which serves as a default; those of other media are skipped but for their mid. Only where
 * the transport was not found like that, the other sections of the bundle are walked for it.
 */

#define MIN_UFRAG_BYTES    4 /* RFC 8839 section 5.4 */
#define MIN_PASSWORD_BYTES 22
#define MAX_TOKEN_BYTES    256
#define MAX_FORMATS_BYTES  2048 /* payload types of one m= line */

/* In the order in which we prefer them. What is signed elsewhere (protocol section 1) is a SHA-256
 * fingerprint: a stronger one that somebody added must not take its place. */
static const struct {
  const char *name;
  guint bytes;
} hashes[] = {{"sha-256", 32}, {"sha-384", 48}, {"sha-512", 64}};

typedef enum { LEVEL_SESSION, LEVEL_DATA, LEVEL_OTHER } Level;

typedef struct {
  BhSessionDescription *result;
  Level level;
  gboolean has_data;
  gboolean is_declined;    /* the data section has port 0 ... */
  gboolean is_bundle_only; /* ... which in an offer may mean this instead */
  char *bundle;            /* (nullable): mids of a=group:BUNDLE */
  gboolean has_weak_hash;  /* only to say so */
  gboolean has_media_fingerprint, has_media_candidates;
  GPtrArray *digests[G_N_ELEMENTS(hashes)];
} Parser;

G_DEFINE_QUARK(bh_session_description_error_quark, bh_session_description_error)

static void
section_free(gpointer data)
{
  BhSdpSection *section = data;

  g_free(section->media);
  g_free(section->protocol);
  g_free(section->formats);
  g_free(section->mid);
  g_free(section);
}

static gboolean
fail(GError **error, BhSessionDescriptionError code, const char *message)
{
  g_set_error_literal(error, BH_SESSION_DESCRIPTION_ERROR, (gint)code, message);
  return FALSE;
}

/* Visible ASCII without a blank: what may be echoed into a line of ours. */
static gboolean
is_token(const char *text, gsize min_bytes, gsize max_bytes)
{
  gsize length = strlen(text);

  if (length < min_bytes || length > max_bytes)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph(text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_token_list(const char *text, gsize max_bytes)
{
  gsize length = strlen(text);

  if (length == 0 || length > max_bytes)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph(text[i]) && text[i] != ' ')
      return FALSE;
  return TRUE;
}

/* Returns the value of "name:value", or "" for the bare "name". */
static const char *
match(const char *attribute, const char *name)
{
  gsize length = strlen(name);

  if (g_ascii_strncasecmp(attribute, name, length) != 0)
    return NULL;
  if (attribute[length] == '\0')
    return attribute + length;
  return attribute[length] == ':' ? attribute + length + 1 : NULL;
}

static gboolean
parse_origin(Parser *parser, const char *value, GError **error)
{
  g_auto(GStrv) words = g_strsplit(value, " ", 7);

  if (g_strv_length(words) < 6 || !is_token(words[1], 1, MAX_TOKEN_BYTES))
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "The SDP has no valid o= line");
  g_free(parser->result->session_id);
  parser->result->session_id = g_strdup(words[1]);
  /* Some count it in ways of their own; it is only told apart, never calculated with. */
  parser->result->session_version = g_ascii_strtoull(words[2], NULL, 10);
  return TRUE;
}

/* RFC 8841 section 4; TCP/DTLS/SCTP says which candidate was the default one, no more. The form of
 * its drafts (draft-ietf-mmusic-sctp-sdp-07), which aiortc still writes, has the port for a format
 * and explains it in a=sctpmap. */
static gboolean
is_data_section(Parser *parser, BhSdpSection *section)
{
  guint64 port;

  if (g_ascii_strcasecmp(section->media, "application") != 0)
    return FALSE;
  if (g_ascii_strcasecmp(section->protocol, "UDP/DTLS/SCTP") == 0 ||
      g_ascii_strcasecmp(section->protocol, "TCP/DTLS/SCTP") == 0)
    return g_ascii_strcasecmp(section->formats, "webrtc-datachannel") == 0;
  if (g_ascii_strcasecmp(section->protocol, "DTLS/SCTP") != 0 ||
      !g_ascii_string_to_unsigned(section->formats, 10, 1, G_MAXUINT16, &port, NULL))
    return FALSE;
  parser->result->sctp_port = (guint16)port;
  return TRUE;
}

static gboolean
parse_media(Parser *parser, const char *value, GError **error)
{
  g_auto(GStrv) words = g_strsplit(value, " ", 4);
  GPtrArray *sections = parser->result->sections;
  BhSdpSection *section;

  if (g_strv_length(words) < 4 || !is_token(words[0], 1, MAX_TOKEN_BYTES) ||
      !is_token(words[1], 1, 16) || !is_token(words[2], 1, MAX_TOKEN_BYTES) ||
      !is_token_list(words[3], MAX_FORMATS_BYTES))
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "The SDP has a malformed m= line");
  if (sections->len >= BH_SDP_MAX_SECTIONS)
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_LIMIT, "The SDP has too many m= lines");

  section = g_new0(BhSdpSection, 1);
  section->media = g_strdup(words[0]);
  section->protocol = g_strdup(words[2]);
  section->formats = g_strdup(g_strstrip(words[3]));
  g_ptr_array_add(sections, section);

  if (!parser->has_data && is_data_section(parser, section)) {
    parser->has_data = TRUE;
    parser->is_declined = strcmp(words[1], "0") == 0;
    parser->result->data_index = sections->len - 1;
    parser->level = LEVEL_DATA;
  } else {
    parser->level = LEVEL_OTHER;
  }
  return TRUE;
}

static gboolean
is_digest(const char *text, guint bytes)
{
  if (strlen(text) != (gsize)bytes * 3 - 1)
    return FALSE;
  for (guint i = 0; i < bytes * 3 - 1; i++)
    if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isxdigit(text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
parse_fingerprint(Parser *parser, const char *value, GError **error)
{
  g_auto(GStrv) words = g_strsplit(value, " ", 2);

  if (g_strv_length(words) < 2)
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "The SDP has a malformed fingerprint");
  if (parser->level == LEVEL_DATA && !parser->has_media_fingerprint) {
    /* The media's own replace the session's (RFC 8122 section 5). */
    for (guint i = 0; i < G_N_ELEMENTS(hashes); i++)
      g_ptr_array_set_size(parser->digests[i], 0);
    parser->has_media_fingerprint = TRUE;
  }
  g_strstrip(words[1]);
  for (guint i = 0; i < G_N_ELEMENTS(hashes); i++) {
    if (g_ascii_strcasecmp(words[0], hashes[i].name) != 0)
      continue;
    if (!is_digest(words[1], hashes[i].bytes))
      return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX,
                  "The SDP has a malformed fingerprint");
    if (parser->digests[i]->len >= BH_SDP_MAX_FINGERPRINTS)
      return fail(error, BH_SESSION_DESCRIPTION_ERROR_LIMIT, "The SDP has too many fingerprints");
    g_ptr_array_add(parser->digests[i], g_ascii_strup(words[1], -1));
    return TRUE;
  }
  parser->has_weak_hash = TRUE;
  return TRUE;
}

static gboolean
parse_credential(const char *value, gsize min_bytes, char **out, GError **error)
{
  g_autofree char *word = g_strstrip(g_strdup(value));

  if (!is_token(word, min_bytes, BH_ICE_UFRAG_BYTES))
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX,
                "The SDP has malformed ICE credentials");
  g_free(*out);
  *out = g_steal_pointer(&word);
  return TRUE;
}

static gboolean
parse_setup(const char *value, BhSdpSetup *out, GError **error)
{
  g_autofree char *word = g_strstrip(g_ascii_strdown(value, -1));

  if (strcmp(word, "actpass") == 0)
    *out = BH_SDP_SETUP_ACTPASS;
  else if (strcmp(word, "active") == 0)
    *out = BH_SDP_SETUP_ACTIVE;
  else if (strcmp(word, "passive") == 0)
    *out = BH_SDP_SETUP_PASSIVE;
  else
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "The SDP has an unknown a=setup");
  return TRUE;
}

static gboolean
parse_sctp(Parser *parser, const char *attribute, GError **error)
{
  BhSessionDescription *result = parser->result;
  const char *value;
  guint64 number;

  if ((value = match(attribute, "sctp-port")) != NULL) {
    if (!g_ascii_string_to_unsigned(value, 10, 1, G_MAXUINT16, &number, NULL))
      return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "The SDP has no valid a=sctp-port");
    result->sctp_port = (guint16)number;
  } else if ((value = match(attribute, "max-message-size")) != NULL) {
    if (!g_ascii_string_to_unsigned(value, 10, 0, G_MAXUINT64, &number, NULL))
      return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX,
                  "The SDP has no valid a=max-message-size");
    result->max_message_bytes = number;
  }
  return TRUE;
}

static void
keep_candidate(Parser *parser, const char *attribute)
{
  GPtrArray *candidates = parser->result->candidates;

  if (parser->level == LEVEL_DATA && !parser->has_media_candidates) {
    g_ptr_array_set_size(candidates, 0);
    parser->has_media_candidates = TRUE;
  }
  /* Judged when it is used: one bad candidate does not spoil the others. */
  if (candidates->len < BH_SDP_MAX_CANDIDATES && strlen(attribute) <= BH_ICE_LINE_BYTES)
    g_ptr_array_add(candidates, g_strdup(attribute));
}

/* Attributes that another section's may only have for itself. */
static gboolean
parse_mid(Parser *parser, const char *value, GError **error)
{
  GPtrArray *sections = parser->result->sections;
  BhSdpSection *section;

  if (!is_token(value, 1, MAX_TOKEN_BYTES))
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "The SDP has a malformed a=mid");
  if (sections->len == 0)
    return TRUE;
  section = sections->pdata[sections->len - 1];
  g_free(section->mid);
  section->mid = g_strdup(value);
  return TRUE;
}

/* What describes the transport, and may stand at the session, or at another section of the bundle.
 */
static gboolean
parse_transport(Parser *parser, const char *attribute, gboolean *is_known, GError **error)
{
  BhSessionDescription *result = parser->result;
  const char *value;

  *is_known = TRUE;
  if (match(attribute, "candidate") != NULL)
    keep_candidate(parser, attribute);
  else if ((value = match(attribute, "fingerprint")) != NULL)
    return parse_fingerprint(parser, value, error);
  else if ((value = match(attribute, "ice-ufrag")) != NULL)
    return parse_credential(value, MIN_UFRAG_BYTES, &result->ufrag, error);
  else if ((value = match(attribute, "ice-pwd")) != NULL)
    return parse_credential(value, MIN_PASSWORD_BYTES, &result->password, error);
  else if ((value = match(attribute, "setup")) != NULL)
    return parse_setup(value, &result->setup, error);
  else if (match(attribute, "ice-lite") != NULL)
    result->is_ice_lite = TRUE;
  else if (match(attribute, "end-of-candidates") != NULL)
    result->has_end_of_candidates = TRUE;
  else
    *is_known = FALSE;
  return TRUE;
}

static gboolean
parse_attribute(Parser *parser, const char *attribute, GError **error)
{
  gboolean is_known;
  const char *value;

  if ((value = match(attribute, "mid")) != NULL)
    return parse_mid(parser, value, error);
  if (parser->level == LEVEL_OTHER)
    return TRUE;
  if (!parse_transport(parser, attribute, &is_known, error))
    return FALSE;
  if (is_known)
    return TRUE;
  if (match(attribute, "bundle-only") != NULL)
    parser->is_bundle_only = TRUE;
  else if (parser->level == LEVEL_DATA)
    return parse_sctp(parser, attribute, error);
  else if ((value = match(attribute, "group")) != NULL && parser->bundle == NULL &&
           g_ascii_strncasecmp(value, "BUNDLE", 6) == 0)
    parser->bundle = g_strdup(value + 6);
  return TRUE;
}

static gboolean
parse_line(Parser *parser, const char *line, GError **error)
{
  if (line[0] == '\0')
    return TRUE;
  if (!g_ascii_islower(line[0]) || line[1] != '=')
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "This is no SDP");
  switch (line[0]) {
  case 'o':
    return parse_origin(parser, line + 2, error);
  case 'm':
    return parse_media(parser, line + 2, error);
  case 'a':
    return parse_attribute(parser, line + 2, error);
  default:
    return TRUE;
  }
}

static gboolean
parse_lines(Parser *parser, const char *text, GError **error)
{
  if (!g_str_has_prefix(text, "v=0"))
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "This is no SDP");
  while (*text != '\0') {
    gsize length = strcspn(text, "\r\n");
    g_autofree char *line = g_strndup(text, length);

    if (!parse_line(parser, line, error))
      return FALSE;
    text += length;
    text += strspn(text, "\r\n");
  }
  return TRUE;
}

static gboolean
is_bundled(const Parser *parser)
{
  const char *mid = bh_session_description_get_mid(parser->result);
  g_auto(GStrv) mids = NULL;

  if (parser->bundle == NULL || mid == NULL)
    return FALSE;
  mids = g_strsplit(parser->bundle, " ", -1);
  return g_strv_contains((const char *const *)mids, mid);
}

static gboolean
has_transport(const Parser *parser)
{
  gsize n_digests = 0;

  for (guint i = 0; i < G_N_ELEMENTS(hashes); i++)
    n_digests += parser->digests[i]->len;
  return parser->result->ufrag != NULL && parser->result->password != NULL && n_digests > 0;
}

/* The section with this mid, as though its transport attributes stood at the session. */
static gboolean
parse_transport_of(Parser *parser, const char *text, const char *mid, GError **error)
{
  const BhSdpSection *section = NULL;
  guint n_sections = 0;

  parser->level = LEVEL_SESSION;
  while (*text != '\0') {
    gsize length = strcspn(text, "\r\n");
    g_autofree char *line = g_strndup(text, length);
    gboolean is_known;

    if (line[0] == 'm')
      section = parser->result->sections->pdata[n_sections++];
    else if (line[0] == 'a' && section != NULL && g_strcmp0(section->mid, mid) == 0 &&
             !parse_transport(parser, line + 2, &is_known, error))
      return FALSE;
    text += length;
    text += strspn(text, "\r\n");
  }
  return TRUE;
}

/* RFC 9143 section 7.1.3: within a bundle the transport may be described once, at the section whose
 * mid is the first, which need not be ours. */
static gboolean
parse_bundle(Parser *parser, const char *text, GError **error)
{
  g_auto(GStrv) mids = NULL;

  if (!parser->has_data || has_transport(parser) || !is_bundled(parser))
    return TRUE;
  mids = g_strsplit(g_strstrip(parser->bundle), " ", -1);
  for (char **mid = mids; *mid != NULL && !has_transport(parser); mid++)
    if (g_strcmp0(*mid, bh_session_description_get_mid(parser->result)) != 0 &&
        !parse_transport_of(parser, text, *mid, error))
      return FALSE;
  return TRUE;
}

static gboolean
choose_fingerprints(Parser *parser, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS(hashes); i++) {
    if (parser->digests[i]->len == 0)
      continue;
    parser->result->fingerprint_hash = hashes[i].name;
    g_ptr_array_unref(parser->result->fingerprints);
    parser->result->fingerprints = g_steal_pointer(&parser->digests[i]);
    return TRUE;
  }
  return fail(error, BH_SESSION_DESCRIPTION_ERROR_MISSING,
              parser->has_weak_hash ? "The SDP has no a=fingerprint of sha-256, sha-384 or sha-512"
                                    : "The SDP has no a=fingerprint");
}

static gboolean
finish(Parser *parser, GError **error)
{
  BhSessionDescription *result = parser->result;

  if (result->session_id == NULL)
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "The SDP has no valid o= line");
  if (!parser->has_data)
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_MISSING,
                "The SDP has no data channels (m=application ... webrtc-datachannel)");
  if (parser->is_declined && !parser->is_bundle_only)
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_MISSING,
                "The SDP declines data channels (port 0)");
  if (result->ufrag == NULL || result->password == NULL)
    return fail(error, BH_SESSION_DESCRIPTION_ERROR_MISSING,
                "The SDP has no ICE credentials (a=ice-ufrag, a=ice-pwd)");
  if (!choose_fingerprints(parser, error))
    return FALSE;
  result->has_bundle = is_bundled(parser);
  return TRUE;
}

BhSessionDescription *
bh_session_description_parse(const char *text, gsize length, GError **error)
{
  g_autoptr(BhSessionDescription) result = bh_session_description_new();
  g_autofree char *copy = NULL;
  Parser parser = {.result = result};
  gboolean done;

  if (length > BH_SDP_MAX_BYTES) {
    fail(error, BH_SESSION_DESCRIPTION_ERROR_LIMIT, "The SDP is too long");
    return NULL;
  }
  if (length == 0 || memchr(text, '\0', length) != NULL) {
    fail(error, BH_SESSION_DESCRIPTION_ERROR_SYNTAX, "This is no SDP");
    return NULL;
  }
  copy = g_strndup(text, length);
  for (guint i = 0; i < G_N_ELEMENTS(hashes); i++)
    parser.digests[i] = g_ptr_array_new_with_free_func(g_free);

  done = parse_lines(&parser, copy, error) && parse_bundle(&parser, copy, error) &&
         finish(&parser, error);

  g_free(parser.bundle);
  for (guint i = 0; i < G_N_ELEMENTS(hashes); i++)
    g_clear_pointer(&parser.digests[i], g_ptr_array_unref);
  return done ? g_steal_pointer(&result) : NULL;
}

static const char *
setup_name(BhSdpSetup setup)
{
  switch (setup) {
  case BH_SDP_SETUP_ACTIVE:
    return "active";
  case BH_SDP_SETUP_PASSIVE:
    return "passive";
  default:
    return "actpass";
  }
}

static void
write_data_section(const BhSessionDescription *self, const BhSdpSection *section, GString *out)
{
  gboolean is_draft = g_ascii_strcasecmp(section->protocol, "DTLS/SCTP") == 0;

  if (is_draft)
    g_string_append_printf(out, "m=application 9 %s %u\r\n", section->protocol, self->sctp_port);
  else
    g_string_append_printf(out, "m=application 9 %s webrtc-datachannel\r\n", section->protocol);
  g_string_append(out, "c=IN IP4 0.0.0.0\r\n");
  if (section->mid != NULL)
    g_string_append_printf(out, "a=mid:%s\r\n", section->mid);
  g_string_append_printf(out,
                         "a=sendrecv\r\n"
                         "a=ice-ufrag:%s\r\n"
                         "a=ice-pwd:%s\r\n"
                         "a=ice-options:trickle\r\n",
                         self->ufrag, self->password);
  for (guint i = 0; i < self->fingerprints->len; i++)
    g_string_append_printf(out, "a=fingerprint:%s %s\r\n", self->fingerprint_hash,
                           (const char *)self->fingerprints->pdata[i]);
  g_string_append_printf(out, "a=setup:%s\r\n", setup_name(self->setup));
  if (is_draft)
    g_string_append_printf(out, "a=sctpmap:%u webrtc-datachannel 65535\r\n", self->sctp_port);
  else
    g_string_append_printf(out, "a=sctp-port:%u\r\n", self->sctp_port);
  g_string_append_printf(out, "a=max-message-size:%" G_GUINT64_FORMAT "\r\n",
                         self->max_message_bytes);
  for (guint i = 0; i < self->candidates->len; i++)
    g_string_append_printf(out, "a=%s\r\n", (const char *)self->candidates->pdata[i]);
  if (self->has_end_of_candidates)
    g_string_append(out, "a=end-of-candidates\r\n");
}

char *
bh_session_description_to_text(const BhSessionDescription *self)
{
  const char *mid = bh_session_description_get_mid(self);
  GString *out = g_string_new("v=0\r\n");

  g_string_append_printf(out,
                         "o=- %s %" G_GUINT64_FORMAT " IN IP4 127.0.0.1\r\n"
                         "s=-\r\n"
                         "t=0 0\r\n",
                         self->session_id, self->session_version);
  if (self->has_bundle && mid != NULL)
    g_string_append_printf(out, "a=group:BUNDLE %s\r\n", mid);
  for (guint i = 0; i < self->sections->len; i++) {
    const BhSdpSection *section = self->sections->pdata[i];

    if (i == self->data_index) {
      write_data_section(self, section, out);
      continue;
    }
    g_string_append_printf(out,
                           "m=%s 0 %s %s\r\n"
                           "c=IN IP4 0.0.0.0\r\n",
                           section->media, section->protocol, section->formats);
    if (section->mid != NULL)
      g_string_append_printf(out, "a=mid:%s\r\n", section->mid);
    g_string_append(out, "a=inactive\r\n");
  }
  return g_string_free(out, FALSE);
}

BhSessionDescription *
bh_session_description_new(void)
{
  BhSessionDescription *self = g_new0(BhSessionDescription, 1);

  self->sections = g_ptr_array_new_with_free_func(section_free);
  self->candidates = g_ptr_array_new_with_free_func(g_free);
  self->fingerprints = g_ptr_array_new_with_free_func(g_free);
  self->sctp_port = 5000;
  self->max_message_bytes = BH_SDP_DEFAULT_MAX_MESSAGE_BYTES;
  return self;
}

void
bh_session_description_add_data_section(BhSessionDescription *self, const char *mid)
{
  BhSdpSection *section = g_new0(BhSdpSection, 1);

  section->media = g_strdup("application");
  section->protocol = g_strdup("UDP/DTLS/SCTP");
  section->formats = g_strdup("webrtc-datachannel");
  section->mid = g_strdup(mid != NULL ? mid : "0");
  g_ptr_array_add(self->sections, section);
  self->data_index = self->sections->len - 1;
  self->has_bundle = TRUE;
}

void
bh_session_description_copy_sections(BhSessionDescription *self, const BhSessionDescription *offer)
{
  g_ptr_array_set_size(self->sections, 0);
  for (guint i = 0; i < offer->sections->len; i++) {
    const BhSdpSection *from = offer->sections->pdata[i];
    BhSdpSection *section = g_new0(BhSdpSection, 1);

    section->media = g_strdup(from->media);
    section->protocol = g_strdup(from->protocol);
    section->formats = g_strdup(from->formats);
    section->mid = g_strdup(from->mid);
    g_ptr_array_add(self->sections, section);
  }
  self->data_index = offer->data_index;
  self->has_bundle = offer->has_bundle;
}

const char *
bh_session_description_get_mid(const BhSessionDescription *self)
{
  const BhSdpSection *section;

  if (self->data_index >= self->sections->len)
    return NULL;
  section = self->sections->pdata[self->data_index];
  return section->mid;
}

void
bh_session_description_free(BhSessionDescription *self)
{
  g_ptr_array_unref(self->sections);
  g_ptr_array_unref(self->candidates);
  g_ptr_array_unref(self->fingerprints);
  g_free(self->session_id);
  g_free(self->ufrag);
  g_free(self->password);
  g_free(self);
}
