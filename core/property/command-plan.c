/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "command-plan.h"

#include <string.h>

#include "base64url.h"
#include "digest.h"
#include "transcript.h"

static void
draft_free(gpointer data)
{
  BhCommandDraft *draft = data;

  g_free(draft->entity);
  json_decref(draft->body);
  g_free(draft);
}

BhCommandPlan *
bh_command_plan_new(void)
{
  BhCommandPlan *plan = g_new0(BhCommandPlan, 1);

  plan->drafts = g_ptr_array_new_with_free_func(draft_free);
  return plan;
}

void
bh_command_plan_free(BhCommandPlan *plan)
{
  g_ptr_array_unref(plan->drafts);
  json_decref(plan->facts);
  g_free(plan);
}

static void
add(BhCommandPlan *plan, const char *kind, const char *entity, json_t *body, gboolean is_private)
{
  BhCommandDraft *draft = g_new0(BhCommandDraft, 1);

  *draft = (BhCommandDraft){
      .kind = kind, .entity = g_strdup(entity), .body = body, .is_private = is_private};
  g_ptr_array_add(plan->drafts, draft);
}

void
bh_command_plan_add(BhCommandPlan *plan, const char *kind, const char *entity, json_t *body)
{
  add(plan, kind, entity, body, FALSE);
}

void
bh_command_plan_add_private(BhCommandPlan *plan, const char *kind, const char *entity, json_t *body)
{
  add(plan, kind, entity, body, TRUE);
}

gboolean
bh_command_plan_refuse(BhCommandPlan *plan, const char *code, const char *text)
{
  g_ptr_array_set_size(plan->drafts, 0);
  g_clear_pointer(&plan->facts, json_decref);
  plan->code = code;
  plan->text = text;
  return FALSE;
}

gboolean
bh_command_plan_refuse_bad(BhCommandPlan *plan, const char *text)
{
  return bh_command_plan_refuse(plan, "bad-message", text);
}

gboolean
bh_command_is_id(const char *text)
{
  gsize length = text != NULL ? strlen(text) : 0;

  return length > 0 && length <= BH_COMMAND_MAX_ID_BYTES &&
         strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

gboolean
bh_command_get_id(const json_t *object, const char *name, const char **out)
{
  const json_t *value = json_object_get(object, name);

  *out = NULL;
  if (value == NULL || json_is_null(value))
    return TRUE;
  if (!json_is_string(value) || !bh_command_is_id(json_string_value(value)))
    return FALSE;
  *out = json_string_value(value);
  return TRUE;
}

char *
bh_command_derive_id(const BhCommandSender *sender, const json_t *message)
{
  const json_t *id = json_object_get(message, "id");
  g_auto(BhTranscript) transcript = {NULL};
  g_autofree char *number = NULL;
  const char *text = json_string_value(id);
  guint8 hash[BH_DIGEST_BYTES];
  char *derived;

  if (json_is_integer(id))
    text = number = g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(id));
  if (text == NULL || *text == '\0')
    return NULL;
  bh_transcript_init(&transcript, "bellhop command v1");
  bh_transcript_add_text(&transcript, sender->device_id);
  bh_transcript_add_text(&transcript, text);
  bh_digest_sha256(transcript.bytes->data, transcript.bytes->len, hash);
  derived = bh_base64url_encode(hash, sizeof hash);
  derived[BH_COMMAND_DERIVED_CHARS] = '\0';
  return derived;
}

void
bh_command_set(json_t *object, const char *name, json_t *value)
{
  if (value != NULL && !json_is_null(value))
    json_object_set(object, name, value);
}

void
bh_command_set_text(json_t *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_new(object, name, json_string(text));
}
