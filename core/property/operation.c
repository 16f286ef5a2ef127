/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "operation.h"

#include <string.h>

#include "base64url.h"
#include "digest.h"
#include "id.h"
#include "operation-text.h"
#include "record.h"
#include "sign-key.h"
#include "transcript.h"

#define LABEL     "bellhop operation v1"
#define LOG_LABEL "bellhop log v1"

#define MAX_TENANT_BYTES 64
#define MAX_KIND_BYTES   40

#define OWNER_BYTES      6 /* of the digest: 8 characters */
#define OWNER_CHARS      8
#define N_OWNERS         64
#define LOG_RANDOM_BYTES 11 /* of which 14 characters are used */
#define LOG_RANDOM_CHARS 14

G_STATIC_ASSERT(BH_OPERATION_KEY_BYTES == BH_SIGN_KEY_BYTES);
G_STATIC_ASSERT(BH_OPERATION_SIG_BYTES == BH_SIGN_SIGNATURE_BYTES);

G_DEFINE_QUARK(bh_operation_error_quark, bh_operation_error)

/* The members of the envelope, in the order in which they stand. */
enum { LOG_ID, SEQ, DEVICE_ID, ROLE, HLC, TENANT_ID, KIND, ENTITY, BODY, N_MEMBERS };
static const char *const member_names[N_MEMBERS] = {"logId",    "seq",  "deviceId", "role", "hlc",
                                                    "tenantId", "kind", "entity",   "body"};

static void
sign_ed25519(gpointer key, const guint8 *bytes, gsize length, guint8 *sig64)
{
  bh_sign_key_sign(key, bytes, length, sig64);
}

const BhOperationSigning bh_operation_signing_ed25519 = {sign_ed25519, bh_sign_key_verify};

/* --- log ids --- */

gboolean
bh_operation_is_private_log(const char *log_id)
{
  return g_str_has_prefix(log_id, "p.");
}

/* Returns: (transfer full): what the logs of @device_id begin with */
static char *
make_owner(const char *device_id)
{
  g_auto(BhTranscript) transcript = {NULL};
  guint8 hash[BH_DIGEST_BYTES];

  bh_transcript_init(&transcript, LOG_LABEL);
  bh_transcript_add_text(&transcript, device_id);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, hash);
  return bh_base64url_encode(hash, OWNER_BYTES);
}

char *
bh_operation_new_log_id(const char *device_id, gboolean is_private)
{
  g_autofree char *owner = make_owner(device_id);
  g_autofree char *text = NULL;
  guint8 bytes[LOG_RANDOM_BYTES];

  bh_id_random(bytes, sizeof bytes);
  text = bh_base64url_encode(bytes, sizeof bytes);
  return g_strdup_printf("%s%s%.*s", is_private ? "p." : "", owner, LOG_RANDOM_CHARS, text);
}

typedef struct {
  char device_id[BH_OPERATION_TEXT_MAX_ID + 1];
  char owner[OWNER_CHARS + 1];
} Owner;

/* Asked of every operation, mostly of the same few devices; operations are parsed on several threads. */
static const char *
find_owner(const char *device_id)
{
  static _Thread_local Owner known[N_OWNERS];
  Owner *place = &known[g_str_hash(device_id) % N_OWNERS];

  if (*place->owner == '\0' || strcmp(place->device_id, device_id) != 0) {
    g_autofree char *owner = make_owner(device_id);

    g_strlcpy(place->owner, owner, sizeof place->owner);
    g_strlcpy(place->device_id, device_id, sizeof place->device_id);
  }
  return place->owner;
}

gboolean
bh_operation_is_log_of(const char *log_id, const char *device_id)
{
  const char *owner = find_owner(device_id);
  const char *begin = log_id + (bh_operation_is_private_log(log_id) ? strlen("p.") : 0);

  return strncmp(begin, owner, OWNER_CHARS) == 0;
}

/* --- reading --- */

/* Whether @root has the members of an operation and no others, in their order. */
static gboolean
get_members(json_t *root, json_t **out)
{
  const char *key;
  json_t *value;
  guint i = 0;

  if (json_object_size(root) != N_MEMBERS)
    return FALSE;
  json_object_foreach(root, key, value)
  {
    if (strcmp(key, member_names[i]) != 0)
      return FALSE;
    out[i++] = value;
  }
  return TRUE;
}

static gboolean
is_integer(const json_t *value, gint64 min, gint64 max)
{
  return json_is_integer(value) && json_integer_value(value) >= min &&
         json_integer_value(value) <= max;
}

static gboolean
is_kind(const char *text)
{
  gsize length = 0;

  while (g_ascii_islower(text[length]) || text[length] == '.' || text[length] == '-')
    length++;
  return length > 0 && length <= MAX_KIND_BYTES && text[length] == '\0';
}

static gboolean
is_written_under(BhRole role)
{
  return role == BH_ROLE_HUB || bh_role_is_pairable(role);
}

/* What canonical text cannot tell: that each member is what it must be. */
static gboolean
judge_members(json_t *const *members)
{
  const json_t *hlc = members[HLC];
  gsize tenant_bytes = json_string_length(members[TENANT_ID]);

  for (guint i = 0; i < N_MEMBERS; i++)
    if (i != SEQ && i != HLC && i != BODY && !json_is_string(members[i]))
      return FALSE;
  return bh_operation_is_log_id(json_string_value(members[LOG_ID])) &&
         is_integer(members[SEQ], 1, BH_OPERATION_MAX_SEQ) &&
         bh_operation_text_is_id(json_string_value(members[DEVICE_ID])) &&
         is_written_under(bh_role_from_name(json_string_value(members[ROLE]))) &&
         json_array_size(hlc) == 2 && is_integer(json_array_get(hlc, 0), 0, BH_OPERATION_MAX_MS) &&
         is_integer(json_array_get(hlc, 1), 0, BH_OPERATION_MAX_COUNTER) && tenant_bytes > 0 &&
         tenant_bytes <= MAX_TENANT_BYTES && is_kind(json_string_value(members[KIND])) &&
         bh_operation_text_is_entity(json_string_value(members[ENTITY])) &&
         json_is_object(members[BODY]);
}

static BhOperation *
new_from_members(json_t *const *members, const char *text, gsize length)
{
  BhOperation *op = g_new0(BhOperation, 1);

  g_atomic_ref_count_init(&op->refs);
  op->log_id = g_strdup(json_string_value(members[LOG_ID]));
  op->seq = json_integer_value(members[SEQ]);
  op->device_id = g_strdup(json_string_value(members[DEVICE_ID]));
  op->role = bh_role_from_name(json_string_value(members[ROLE]));
  op->hlc_ms = json_integer_value(json_array_get(members[HLC], 0));
  op->hlc_counter = (guint32)json_integer_value(json_array_get(members[HLC], 1));
  op->kind = g_strdup(json_string_value(members[KIND]));
  op->entity = g_strdup(json_string_value(members[ENTITY]));
  op->body = json_incref(members[BODY]);
  op->text = g_strndup(text, length);
  op->length = length;
  op->is_private = bh_operation_is_private_log(op->log_id);
  return op;
}

BhOperation *
bh_operation_parse(const char *text, gsize length, const guint8 *sig, const char *tenant_id,
                   GError **error)
{
  g_autoptr(json_t) root = bh_operation_text_parse(text, length);
  json_t *members[N_MEMBERS];
  BhOperation *op;

  if (root == NULL || !get_members(root, members) || !judge_members(members)) {
    g_set_error_literal(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_BAD,
                        "this is not the canonical text of an operation");
    return NULL;
  }
  if (tenant_id != NULL && strcmp(json_string_value(members[TENANT_ID]), tenant_id) != 0) {
    g_set_error_literal(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_TENANT,
                        "this is an operation of another property");
    return NULL;
  }
  op = new_from_members(members, text, length);
  memcpy(op->sig, sig, sizeof op->sig);
  return op;
}

/* --- writing --- */

static void
init_signed_bytes(BhTranscript *transcript, const char *text, gsize length)
{
  bh_transcript_init(transcript, LABEL);
  bh_transcript_add_bytes(transcript, (const guint8 *)text, length);
}

BhOperation *
bh_operation_new(const BhOperationDraft *draft, const BhOperationSigning *signing, gpointer key,
                 GError **error)
{
  g_autoptr(json_t) root = json_pack(
      "{s:s, s:I, s:s, s:s, s:[I, I], s:s, s:s, s:s, s:O}", "logId", draft->log_id, "seq",
      (json_int_t)draft->seq, "deviceId", draft->device_id, "role", bh_role_get_name(draft->role),
      "hlc", (json_int_t)draft->hlc_ms, (json_int_t)draft->hlc_counter, "tenantId",
      draft->tenant_id, "kind", draft->kind, "entity", draft->entity, "body", draft->body);
  g_autofree char *text = root != NULL ? bh_json_to_text(root) : g_strdup("");
  static const guint8 unsigned_yet[BH_OPERATION_SIG_BYTES];
  g_autoptr(BhOperation) op =
      bh_operation_parse(text, strlen(text), unsigned_yet, draft->tenant_id, error);
  g_auto(BhTranscript) transcript = {NULL};

  if (op == NULL)
    return NULL;
  init_signed_bytes(&transcript, op->text, op->length);
  signing->sign(key, transcript.bytes->data, transcript.bytes->len, op->sig);
  return g_steal_pointer(&op);
}

/* --- stubs --- */

static void
add_item_place(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  const BhOperation *stub = data;

  if (json_is_null(value) && stamp->seq == stub->seq && strcmp(stamp->log_id, stub->log_id) == 0)
    bh_record_add_item(stub->record, path, value, stamp);
}

static void
add_register_place(const char *path, json_t *value, gint64 version, const BhStamp *stamp,
                   gpointer data)
{
  const BhOperation *stub = data;

  if (json_is_null(value) && stamp->seq == stub->seq && strcmp(stamp->log_id, stub->log_id) == 0)
    bh_record_add_register(stub->record, path, value, version, stamp);
}

static json_t *
stub_to_wire(const BhOperation *stub)
{
  return json_pack("{s:[s, I], s:s, s:s, s:s, s:o}", "redacted", stub->log_id,
                   (json_int_t)stub->seq, "entity", stub->entity, "deviceId", stub->device_id,
                   "role", bh_role_get_name(stub->role), "record", bh_record_to_json(stub->record));
}

BhOperation *
bh_operation_new_redacted(const char *log_id, gint64 seq, const char *entity, const char *device_id,
                          BhRole role, const BhRecord *record)
{
  g_autoptr(json_t) wire = NULL;
  BhOperation *op;

  g_return_val_if_fail(bh_operation_is_log_id(log_id), NULL);
  g_return_val_if_fail(bh_operation_text_is_entity(entity), NULL);
  g_return_val_if_fail(bh_operation_text_is_id(device_id) && is_written_under(role), NULL);

  op = g_new0(BhOperation, 1);
  g_atomic_ref_count_init(&op->refs);
  op->log_id = g_strdup(log_id);
  op->seq = seq;
  op->device_id = g_strdup(device_id);
  op->role = role;
  op->kind = g_strdup("");
  op->entity = g_strdup(entity);
  op->body = json_null();
  op->is_private = bh_operation_is_private_log(log_id);
  op->is_redacted = TRUE;
  op->record = bh_record_new();
  if (record != NULL) {
    bh_record_visit_items(record, NULL, add_item_place, op);
    bh_record_visit_versions(record, add_register_place, op);
  }
  wire = stub_to_wire(op);
  op->text = bh_json_to_text(wire);
  op->length = strlen(op->text);
  return op;
}

/* --- life --- */

BhOperation *
bh_operation_ref(BhOperation *op)
{
  g_atomic_ref_count_inc(&op->refs);
  return op;
}

void
bh_operation_unref(BhOperation *op)
{
  if (op == NULL || !g_atomic_ref_count_dec(&op->refs))
    return;
  g_free(op->log_id);
  g_free(op->device_id);
  g_free(op->kind);
  g_free(op->entity);
  json_decref(op->body);
  bh_record_unref(op->record);
  g_free(op->text);
  g_free(op);
}

/* --- the wire --- */

static BhOperation *
stub_from_wire(const json_t *message, GError **error)
{
  const json_t *identity = json_object_get(message, "redacted");
  const char *log_id = json_string_value(json_array_get(identity, 0));
  const json_t *seq = json_array_get(identity, 1);
  const char *entity = json_string_value(json_object_get(message, "entity"));
  const char *device_id = json_string_value(json_object_get(message, "deviceId"));
  const char *role = json_string_value(json_object_get(message, "role"));
  g_autoptr(BhRecord) record = bh_record_from_json(json_object_get(message, "record"), NULL);

  if (json_array_size(identity) != 2 || !bh_operation_is_log_id(log_id) ||
      !is_integer(seq, 1, BH_OPERATION_MAX_SEQ) || entity == NULL ||
      !bh_operation_text_is_entity(entity) || device_id == NULL ||
      !bh_operation_text_is_id(device_id) || role == NULL ||
      !is_written_under(bh_role_from_name(role)) || record == NULL) {
    g_set_error_literal(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_BAD,
                        "this does not stand for an erased operation");
    return NULL;
  }
  return bh_operation_new_redacted(log_id, json_integer_value(seq), entity, device_id,
                                   bh_role_from_name(role), record);
}

BhOperation *
bh_operation_from_wire(const json_t *message, const char *tenant_id, GError **error)
{
  const json_t *text = json_object_get(message, "text");
  const char *sig_text = json_string_value(json_object_get(message, "sig"));
  guint8 sig[BH_OPERATION_SIG_BYTES];

  if (text == NULL && json_object_get(message, "redacted") != NULL)
    return stub_from_wire(message, error);
  if (!json_is_string(text) || !bh_base64url_decode_exact(sig_text, sig, sizeof sig)) {
    g_set_error_literal(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_BAD,
                        "an operation has “text” and “sig”");
    return NULL;
  }
  return bh_operation_parse(json_string_value(text), json_string_length(text), sig, tenant_id,
                            error);
}

json_t *
bh_operation_to_wire(const BhOperation *op)
{
  g_autofree char *sig = NULL;

  if (op->is_redacted)
    return stub_to_wire(op);
  sig = bh_base64url_encode(op->sig, sizeof op->sig);
  return json_pack("{s:s, s:s}", "text", op->text, "sig", sig);
}

/* --- asking --- */

gboolean
bh_operation_verify(const BhOperation *op, const BhOperationSigning *signing,
                    const guint8 *public_key)
{
  g_auto(BhTranscript) transcript = {NULL};

  if (op->is_redacted)
    return FALSE;
  init_signed_bytes(&transcript, op->text, op->length);
  return signing->verify(public_key, transcript.bytes->data, transcript.bytes->len, op->sig);
}

gboolean
bh_operation_equal(const BhOperation *a, const BhOperation *b)
{
  return a->is_redacted == b->is_redacted && a->length == b->length &&
         memcmp(a->text, b->text, a->length) == 0 && memcmp(a->sig, b->sig, sizeof a->sig) == 0;
}

char *
bh_operation_dup_name(const BhOperation *op)
{
  return g_strdup_printf("%s:%" G_GINT64_FORMAT, op->log_id, op->seq);
}
