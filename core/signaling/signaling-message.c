/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-signaling"

#include "signaling-message.h"

#include <string.h>

#include "base64url.h"

/* A resume secret is 32 characters, a proof 86, a token some 130. */
#define MAX_SECRET_BYTES 1024
/* What is left for the rest when ids are bounded; the message cap bounds the whole. */
#define MAX_SDP_BYTES G_MAXSIZE

static const struct {
  const char *name;
  BhSignalingType type;
} types[] = {
    {"ice-candidate", BH_SIGNALING_ICE_CANDIDATE},
    {"relay", BH_SIGNALING_RELAY},
    {"offer", BH_SIGNALING_OFFER},
    {"answer", BH_SIGNALING_ANSWER},
    {"join", BH_SIGNALING_JOIN},
    {"proof", BH_SIGNALING_PROOF},
    {"leave", BH_SIGNALING_LEAVE},
    {"revocations", BH_SIGNALING_REVOCATIONS},
    {"signaling-servers", BH_SIGNALING_SIGNALING_SERVERS},
};

static gboolean
fail(GError **error, const char *reason)
{
  g_set_error_literal(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE, reason);
  return FALSE;
}

/* The getters' own errors name the field and what is wrong with it. */
static gboolean
read_text(const json_t *value, const char *name, gsize max_bytes, const char **out, GError **error)
{
  g_autoptr(GError) problem = NULL;

  if (bh_json_get_optional_text(value, name, max_bytes, out, &problem))
    return TRUE;
  return fail(error, problem->message);
}

/* A member that stands for BH_SIGNALING_SECRET_BYTES. */
static gboolean
read_secret(const BhSignalingMessage *m, const char *name, guint8 *out, gboolean *is_there,
            GError **error)
{
  const char *text = NULL;

  if (!read_text(m->value, name, MAX_SECRET_BYTES, &text, error))
    return FALSE;
  *is_there = text != NULL;
  if (text == NULL || bh_base64url_decode_exact(text, out, BH_SIGNALING_SECRET_BYTES))
    return TRUE;
  g_set_error(error, BH_SIGNALING_ERROR, BH_SIGNALING_ERROR_BAD_MESSAGE,
              "“%s” must be %d bytes as base64url", name, BH_SIGNALING_SECRET_BYTES);
  return FALSE;
}

static gboolean
read_join(BhSignalingMessage *m, GError **error)
{
  m->membership = json_object_get(m->value, "membership");
  if (m->membership != NULL && !json_is_object(m->membership))
    return fail(error, "“membership” must be an object");
  return read_text(m->value, "peerId", G_MAXSIZE, &m->peer_id, error) &&
         read_text(m->value, "deviceId", BH_SIGNALING_MAX_ID_BYTES, &m->device_id, error) &&
         read_text(m->value, "name", BH_SIGNALING_MAX_NAME_BYTES, &m->name, error) &&
         read_text(m->value, "role", BH_SIGNALING_MAX_ID_BYTES, &m->role, error) &&
         read_text(m->value, "resume", MAX_SECRET_BYTES, &m->resume, error) &&
         read_text(m->value, "token", MAX_SECRET_BYTES, &m->token, error) &&
         read_text(m->value, "guest", MAX_SECRET_BYTES, &m->guest, error) &&
         read_secret(m, "nonce", m->nonce, &m->has_nonce, error) &&
         read_secret(m, "key", m->key, &m->has_key, error) &&
         read_secret(m, "hubKey", m->hub_key, &m->has_hub_key, error);
}

static gboolean
read_proof(BhSignalingMessage *m, GError **error)
{
  if (!read_text(m->value, "proof", MAX_SECRET_BYTES, &m->proof, error))
    return FALSE;
  return m->proof != NULL || fail(error, "“proof” is missing");
}

static gboolean
read_description(const BhSignalingMessage *m, GError **error)
{
  const json_t *auth = json_object_get(m->value, "auth");
  const char *sdp = NULL;

  if (!read_text(m->value, "sdp", MAX_SDP_BYTES, &sdp, error))
    return FALSE;
  if (sdp == NULL || *sdp == '\0')
    return fail(error, "“sdp” is missing");
  if (auth != NULL && !json_is_object(auth) && !json_is_null(auth))
    return fail(error, "“auth” must be an object");
  return TRUE;
}

static gboolean
read_candidate(const BhSignalingMessage *m, GError **error)
{
  const json_t *candidate = json_object_get(m->value, "candidate");

  if (candidate == NULL)
    return fail(error, "“candidate” is missing");
  if (!json_is_object(candidate) && !json_is_null(candidate))
    return fail(error, "“candidate” must be an object, or null at the end");
  return TRUE;
}

static gboolean
read_fields(BhSignalingMessage *m, GError **error)
{
  if (!read_text(m->value, "targetPeerId", BH_SIGNALING_MAX_ID_BYTES, &m->target_peer_id, error) ||
      !read_text(m->value, "tenantId", BH_SIGNALING_MAX_ID_BYTES, &m->tenant_id, error))
    return FALSE;

  switch (m->type) {
  case BH_SIGNALING_JOIN:
    return read_join(m, error);
  case BH_SIGNALING_PROOF:
    return read_proof(m, error);
  case BH_SIGNALING_OFFER:
  case BH_SIGNALING_ANSWER:
    return read_description(m, error);
  case BH_SIGNALING_ICE_CANDIDATE:
    return read_candidate(m, error);
  case BH_SIGNALING_RELAY:
    if (json_object_get(m->value, "payload") == NULL)
      return fail(error, "“payload” is missing");
    return TRUE;
  case BH_SIGNALING_LEAVE:
  case BH_SIGNALING_REVOCATIONS:
  case BH_SIGNALING_SIGNALING_SERVERS:
    return TRUE;
  case BH_SIGNALING_UNKNOWN:
  default:
    return fail(error, "this type of message is not known here");
  }
}

static void
forget_fields(BhSignalingMessage *m)
{
  m->type = BH_SIGNALING_UNKNOWN;
  m->type_name = NULL;
  m->id = NULL;
  m->target_peer_id = NULL;
  m->tenant_id = NULL;
  m->peer_id = NULL;
  m->device_id = NULL;
  m->name = NULL;
  m->role = NULL;
  m->resume = NULL;
  m->token = NULL;
  m->guest = NULL;
  m->proof = NULL;
  m->membership = NULL;
  m->has_hub_key = FALSE;
  m->has_nonce = FALSE;
  m->has_key = FALSE;
}

static const BhMessageMember *
find_member(const BhSignalingMessage *m, const char *key)
{
  gsize length = strlen(key);

  for (guint i = 0; i < m->n_members; i++)
    if (m->members[i].key_length == length && memcmp(m->members[i].key, key, length) == 0)
      return &m->members[i];
  return NULL;
}

/* The text of a short member without escapes. Returns: %FALSE: not sure */
static gboolean
copy_member(BhSignalingMessage *m, const char *key, guint slot, const char **out)
{
  const BhMessageMember *member = find_member(m, key);

  if (member == NULL)
    return TRUE;
  if (*member->value != '"' || member->has_escapes ||
      member->value_length - 2 > BH_SIGNALING_MAX_ID_BYTES)
    return FALSE;
  memcpy(m->short_texts[slot], member->value + 1, member->value_length - 2);
  m->short_texts[slot][member->value_length - 2] = '\0';
  *out = m->short_texts[slot];
  return TRUE;
}

static gboolean
begins_with(const BhMessageMember *member, const char *one_of)
{
  return member != NULL && strchr(one_of, *member->value) != NULL;
}

/* Understands what is passed on, where it is plainly right. All else is for the parser. */
static gboolean
read_members(BhSignalingMessage *m)
{
  const BhMessageMember *type = find_member(m, "type");
  const BhMessageMember *sdp = find_member(m, "sdp");
  const BhMessageMember *auth = find_member(m, "auth");

  for (gsize i = 0; type != NULL && i < G_N_ELEMENTS(types); i++)
    if (type->value_length == strlen(types[i].name) + 2 && *type->value == '"' &&
        memcmp(type->value + 1, types[i].name, type->value_length - 2) == 0) {
      m->type = types[i].type;
      m->type_name = types[i].name;
    }
  if (!copy_member(m, "targetPeerId", 0, &m->target_peer_id) ||
      !copy_member(m, "tenantId", 1, &m->tenant_id) || !copy_member(m, "id", 2, &m->id))
    return FALSE;
  switch (m->type) {
  case BH_SIGNALING_OFFER:
  case BH_SIGNALING_ANSWER:
    return begins_with(sdp, "\"") && sdp->value_length > 2 &&
           (auth == NULL || begins_with(auth, "{n"));
  case BH_SIGNALING_ICE_CANDIDATE:
    return begins_with(find_member(m, "candidate"), "{n");
  case BH_SIGNALING_RELAY:
    return find_member(m, "payload") != NULL;
  case BH_SIGNALING_JOIN:
  case BH_SIGNALING_PROOF:
  case BH_SIGNALING_LEAVE:
  case BH_SIGNALING_REVOCATIONS:
  case BH_SIGNALING_SIGNALING_SERVERS:
  case BH_SIGNALING_UNKNOWN:
  default:
    return FALSE;
  }
}

gboolean
bh_signaling_message_parse(BhSignalingMessage *message, const char *text, gsize length,
                           GError **error)
{
  g_autoptr(GError) problem = NULL;

  /* Not by a compound literal: the members' array is large, and filled by the scan. */
  message->value = NULL;
  message->text = text;
  message->length = length;
  message->n_members = bh_message_scan(text, length, message->members);
  forget_fields(message);
  if (message->n_members > 0 && read_members(message))
    return TRUE;

  message->n_members = 0;
  forget_fields(message);
  message->value = bh_json_parse(text, length, &problem);
  if (message->value == NULL)
    return fail(error, problem->message);
  if (!json_is_object(message->value))
    return fail(error, "a message is a JSON object");

  /* An id of another type or length is the sender's own business; it is just not repeated. */
  if (!bh_json_get_optional_text(message->value, "id", BH_SIGNALING_MAX_ID_BYTES, &message->id,
                                 NULL))
    message->id = NULL;
  message->type_name = bh_json_get_text(message->value, "type", 32, &problem);
  if (message->type_name == NULL)
    return fail(error, problem->message);
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (strcmp(types[i].name, message->type_name) == 0)
      message->type = types[i].type;
  return read_fields(message, error);
}

void
bh_signaling_message_clear(BhSignalingMessage *message)
{
  g_clear_pointer(&message->value, json_decref);
}

/*
 * The scanners below walk text that the parser has found valid, so they look for ends only.
 * Each returns the position after what it skipped, never beyond @end.
 */
static const char *
skip_space(const char *p, const char *end)
{
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
    p++;
  return p;
}

static const char *
skip_string(const char *p, const char *end)
{
  for (p++; p < end && *p != '"'; p++)
    if (*p == '\\')
      p++;
  return p < end ? p + 1 : end;
}

static const char *
skip_value(const char *p, const char *end)
{
  guint depth = 0;

  while (p < end) {
    if (*p == '"') {
      p = skip_string(p, end);
      continue;
    }
    if (*p == '{' || *p == '[')
      depth++;
    else if ((*p == '}' || *p == ']') && depth > 0)
      depth--;
    else if ((*p == ',' || *p == '}') && depth == 0)
      return p;
    p++;
  }
  return p;
}

/* @key: with its quotes. */
static gboolean
is_passed_on(const char *key, gsize length)
{
  static const char *const own[] = {"\"targetPeerId\"", "\"fromPeerId\"", "\"tenantId\""};

  for (gsize i = 0; i < G_N_ELEMENTS(own); i++)
    if (strlen(own[i]) == length && memcmp(own[i], key, length) == 0)
      return FALSE;
  return TRUE;
}

GBytes *
bh_signaling_message_forward(const BhSignalingMessage *message, const char *from_peer_id,
                             const char *tenant_json)
{
  const char *end = message->text + message->length;
  const char *p = skip_space(message->text, end);
  g_autoptr(GString) out = g_string_sized_new(message->length + 2 * BH_SIGNALING_MAX_ID_BYTES + 64);

  g_return_val_if_fail(message->n_members > 0 || json_is_object(message->value), NULL);

  g_string_append(out, "{\"fromPeerId\":\"");
  g_string_append(out, from_peer_id);
  g_string_append_c(out, '"');
  if (tenant_json != NULL) {
    g_string_append(out, ",\"tenantId\":");
    g_string_append(out, tenant_json);
  }
  for (guint i = 0; i < message->n_members; i++) {
    const BhMessageMember *member = &message->members[i];

    if (is_passed_on(member->key - 1, member->key_length + 2)) {
      g_string_append_c(out, ',');
      g_string_append_len(out, member->key - 1,
                          member->value + member->value_length - (member->key - 1));
    }
  }
  p = message->n_members > 0 ? end : skip_space(p + 1, end);
  while (p < end && *p == '"') {
    const char *key = p;
    const char *key_end = skip_string(p, end);

    /* A key written with escapes might spell one of ours. */
    if (memchr(key, '\\', (gsize)(key_end - key)) != NULL)
      return NULL;
    p = skip_value(key_end, end);
    if (is_passed_on(key, (gsize)(key_end - key))) {
      g_string_append_c(out, ',');
      g_string_append_len(out, key, p - key);
    }
    if (p < end && *p == ',')
      p = skip_space(p + 1, end);
  }
  g_string_append_c(out, '}');
  return g_string_free_to_bytes(g_steal_pointer(&out));
}

gboolean
bh_signaling_is_peer_id(const char *text)
{
  gsize i;

  for (i = 0; text[i] != '\0'; i++)
    if (i >= BH_SIGNALING_MAX_ID_BYTES ||
        (!g_ascii_isalnum(text[i]) && strchr("-_.:", text[i]) == NULL))
      return FALSE;
  return i > 0;
}
