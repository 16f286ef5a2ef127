/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "erase-api.h"

#include "api-change.h"
#include "kind-table.h"
#include "ticket-erase.h"

#define MAX_ENTITY_BYTES 128

/* --- what may go --- */

typedef enum {
  WORDS_NONE,  /* nothing that anybody wrote */
  WORDS_ALONE, /* nothing else */
  WORDS_MIXED, /* and facts, which would go with them */
  WORDS_NOTE,  /* as far as `set` holds a note, and nothing else */
} Words;

static const struct {
  const char *kind;
  Words words;
} kinds[] = {
    {"message.send", WORDS_ALONE},   {"request.open", WORDS_ALONE},
    {"order.set", WORDS_NOTE},       {"line.set", WORDS_NOTE},
    {"order.open", WORDS_MIXED},     {"order.lines", WORDS_MIXED},
    {"order.discount", WORDS_MIXED}, {"line.end", WORDS_MIXED},
    {"request.state", WORDS_MIXED},  {"payment.add", WORDS_MIXED},
    {"payment.refund", WORDS_MIXED}, {"charge.settle", WORDS_MIXED},
};

static Words
judge_note(const json_t *set)
{
  if (json_object_get(set, "note") == NULL)
    return WORDS_NONE;
  return json_object_size(set) == 1 ? WORDS_ALONE : WORDS_MIXED;
}

/* @op: no stub */
static Words
judge_words(const BhOperation *op)
{
  if (bh_kind_table_judge(op) != NULL)
    return WORDS_ALONE;
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (g_str_equal(op->kind, kinds[i].kind))
      return kinds[i].words == WORDS_NOTE ? judge_note(json_object_get(op->body, "set"))
                                          : kinds[i].words;
  return WORDS_NONE;
}

/* --- one erasure --- */

typedef struct {
  BhApiChange *change;
  char *log_id;
  gint64 seq;
  char *entity;        /* (nullable) */
  GPtrArray *entities; /* of char *: from which the words go */
} Erasure;

static void
erasure_free(Erasure *erasure)
{
  bh_api_change_free(erasure->change);
  g_free(erasure->log_id);
  g_free(erasure->entity);
  g_ptr_array_unref(erasure->entities);
  g_free(erasure);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Erasure, erasure_free)

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Erasure) erasure = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) written = bh_property_write_finish(BH_PROPERTY(source), result, &error);

  if (written != NULL)
    bh_api_change_done(erasure->change, 200, json_pack("{s:b}", "erased", TRUE));
  else
    bh_api_call_fail(erasure->change->call, 503, "not-stored", error->message);
}

static void
write_redactions(Erasure *erasure)
{
  const GPtrArray *entities = erasure->entities;
  g_autofree char *op = g_strdup_printf("%s:%" G_GINT64_FORMAT, erasure->log_id, erasure->seq);
  g_autoptr(json_t) body = json_pack("{s:s}", "op", op);
  g_autofree BhPropertyDraft *drafts = g_new0(BhPropertyDraft, entities->len);

  for (guint i = 0; i < entities->len; i++)
    drafts[i] = (BhPropertyDraft){.kind = "redact", .entity = entities->pdata[i], .body = body};
  erasure->change->subject = g_strdup(entities->pdata[0]);
  bh_property_write_async(erasure->change->state->property, drafts, entities->len, write_cb,
                          erasure);
}

/* First on tickets: where the hub ends in between, the words are there to be erased again. */
static void
tickets_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Erasure) erasure = user_data;
  g_autoptr(GError) error = NULL;

  if (bh_ticket_erase_finish(result, &error))
    write_redactions(g_steal_pointer(&erasure));
  else
    bh_api_call_fail(erasure->change->call, 503, "not-stored", error->message);
}

static gboolean
refuse(Erasure *erasure, guint status, const char *code, const char *detail)
{
  bh_api_call_fail(erasure->change->call, status, code, detail);
  return FALSE;
}

/*
 * An identity that was used twice has several operations; all that concern the entity go, or none.
 *
 * Returns: whether @entities are to be redacted, none of them where that has been done; %FALSE: it
 *   has been answered
 */
static gboolean
find_entities(Erasure *erasure, GPtrArray *ops)
{
  GPtrArray *entities = erasure->entities;
  gboolean is_there = FALSE;

  for (guint i = 0; i < ops->len; i++) {
    const BhOperation *op = ops->pdata[i];

    if (op->seq != erasure->seq ||
        (erasure->entity != NULL && !g_str_equal(op->entity, erasure->entity)))
      continue;
    is_there = TRUE;
    if (op->is_redacted)
      continue;
    if (!bh_kind_table_has_entity("redact", op->entity))
      return refuse(erasure, 409, "not-erasable",
                    "Words of orders, requests and messages can be erased.");
    switch (judge_words(op)) {
    case WORDS_NONE:
      return refuse(erasure, 409, "no-words", "There are no words in this operation.");
    case WORDS_MIXED:
      return refuse(erasure, 409, "holds-facts",
                    "This operation also says what was ordered or done, which would be lost.");
    case WORDS_ALONE:
    case WORDS_NOTE:
    default:
      if (!g_ptr_array_find_with_equal_func(entities, op->entity, g_str_equal, NULL))
        g_ptr_array_add(entities, g_strdup(op->entity));
    }
  }
  return is_there || refuse(erasure, 404, "unknown-operation", "There is no such operation.");
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Erasure) erasure = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) ops = bh_property_read_finish(BH_PROPERTY(source), result, &error);

  if (ops == NULL)
    refuse(erasure, 503, "not-stored", error->message);
  else if (!find_entities(erasure, ops))
    return;
  else if (erasure->entities->len == 0)
    bh_api_call_respond(erasure->change->call, 200, json_pack("{s:b}", "erased", TRUE));
  else {
    const Erasure *kept = g_steal_pointer(&erasure);

    bh_ticket_erase_async(kept->change->state, kept->entities, tickets_cb, (gpointer)kept);
  }
}

static gboolean
read_body(BhApiCall *call, const char **log_id, gint64 *seq, const char **entity)
{
  const json_t *body = bh_api_call_get_body(call);
  g_autoptr(GError) error = NULL;

  *log_id = bh_json_get_text(body, "logId", BH_OPERATION_LOG_ID_BYTES, &error);
  if (*log_id == NULL ||
      !bh_json_get_optional_integer(body, "seq", 1, BH_OPERATION_MAX_SEQ, seq, &error) ||
      !bh_json_get_optional_text(body, "entity", MAX_ENTITY_BYTES, entity, &error)) {
    bh_api_call_fail(call, 400, "bad-request", error->message);
    return FALSE;
  }
  if (*seq == 0 || !bh_operation_is_log_id(*log_id)) {
    bh_api_call_fail(call, 400, "bad-request", "An operation has a logId and a seq.");
    return FALSE;
  }
  return TRUE;
}

static void
on_erase(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *log_id, *entity = NULL;
  gint64 seq = 0;
  Erasure *erasure;

  if (!read_body(call, &log_id, &seq, &entity))
    return;
  erasure = g_new0(Erasure, 1);
  *erasure = (Erasure){.change = bh_api_change_new(call, state, "words-erased", NULL, NULL),
                       .log_id = g_strdup(log_id),
                       .seq = seq,
                       .entity = g_strdup(entity),
                       .entities = g_ptr_array_new_with_free_func(g_free)};
  /* One identity comes whole, however many operations bear it. */
  bh_property_read_async(state->property, log_id, seq, 1, 0, read_cb, erasure);
}

void
bh_erase_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add(api, "POST", "/api/v1/operations/erase", BH_ACTION_MANAGE_DEVICES, on_erase, state);
}
