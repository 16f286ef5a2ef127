/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

#include <string.h>

/*
 * What a peer hands over: parsed here, verified and stored by the property, answered after the
 * commit. All that costs something is bounded before it is done.
 */

/* When the storage is full, or cannot say. */
#define STORE_RETRY_MS 1000
#define STUB_RETRY_MS  1000
/* Logs that were not known yet, of a peer; of more it is sent back what it sent. */
#define MAX_HANDED    64
#define MAX_MEMBERS   BH_OPERATION_BATCH_MAX
#define MAX_REF_BYTES 64

/* A batch of a peer, until it is answered. */
typedef struct {
  BhReplicatorLink *link;
  char *ref;
  GPtrArray *operations; /* of BhOperation, owned: those for the property */
  GPtrArray *members;    /* of json_t, owned */
  json_t *refused;       /* refused before the property saw them */
  json_t *have;          /* of the logs of what was refused */
  gsize size_bytes;
} Take;

static void
take_free(Take *take)
{
  bh_replicator_link_unref(take->link);
  g_ptr_array_unref(take->operations);
  g_ptr_array_unref(take->members);
  json_decref(take->refused);
  json_decref(take->have);
  g_free(take->ref);
  g_free(take);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Take, take_free)

static void
free_json(gpointer json)
{
  json_decref(json);
}

static Take *
take_new(BhReplicatorLink *link, const char *ref)
{
  Take *take = g_new0(Take, 1);

  take->link = bh_replicator_link_ref(link);
  take->ref = g_strdup(ref);
  take->operations = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  take->members = g_ptr_array_new_with_free_func(free_json);
  take->refused = json_array();
  take->have = json_object();
  return take;
}

static void
refuse(Take *take, const char *log_id, gint64 seq, const char *code, gint64 retry_ms)
{
  BhReplicator *replicator = take->link->replicator;
  json_t *refusal =
      json_pack("{s:s, s:I, s:s}", "logId", log_id, "seq", (json_int_t)seq, "code", code);

  if (retry_ms > 0)
    json_object_set_new(refusal, "retryMs", json_integer(retry_ms));
  json_array_append_new(take->refused, refusal);
  json_object_set_new(take->have, log_id,
                      json_integer(bh_property_get_seq(replicator->property, log_id)));
  replicator->figures.refused++;
}

/* --- reading the message --- */

/*
 * Which operation one that is none meant to be, so that its sender can be told: every operation's
 * text begins with both.
 */
static gboolean
find_identity(const char *text, char **log_id, gint64 *seq)
{
  static const char before[] = "{\"logId\":\"", between[] = "\",\"seq\":";
  const char *start, *end, *number;
  char *after;

  if (text == NULL || !g_str_has_prefix(text, before))
    return FALSE;
  start = text + strlen(before);
  end = strchr(start, '"');
  if (end == NULL || end - start > BH_OPERATION_LOG_ID_BYTES || !g_str_has_prefix(end, between))
    return FALSE;
  number = end + strlen(between);
  *seq = g_ascii_strtoll(number, &after, 10);
  if (!g_ascii_isdigit(*number) || *after != ',' || *seq < 1 || *seq > BH_OPERATION_MAX_SEQ)
    return FALSE;
  *log_id = g_strndup(start, (gsize)(end - start));
  return bh_operation_is_log_id(*log_id);
}

static void
refuse_bad(Take *take, const json_t *wire, const GError *error)
{
  g_autofree char *log_id = NULL;
  gint64 seq;

  if (!find_identity(json_string_value(json_object_get(wire, "text")), &log_id, &seq))
    return;
  refuse(take, log_id, seq,
         g_error_matches(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_TENANT) ? "wrong-tenant"
                                                                               : "bad-operation",
         0);
}

static void
read_operation(Take *take, const json_t *wire)
{
  BhReplicatorLink *link = take->link;
  BhProperty *property = link->replicator->property;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhOperation) op =
      bh_operation_from_wire(wire, bh_property_get_tenant_id(property), &error);

  if (op == NULL) {
    refuse_bad(take, wire, error);
  } else if (op->is_private && !link->trusted &&
             (!bh_replicator_is_keeper(link->replicator) ||
              !g_str_equal(op->device_id, link->device_id))) {
    refuse(take, op->log_id, op->seq, "private", 0);
  } else {
    take->size_bytes += op->length;
    g_ptr_array_add(take->operations, g_steal_pointer(&op));
  }
}

static void
read_members(Take *take, const json_t *documents)
{
  for (size_t i = 0; i < MIN(json_array_size(documents), MAX_MEMBERS); i++)
    g_ptr_array_add(take->members, json_incref(json_array_get(documents, i)));
}

/* --- answering --- */

static void
answer(Take *take, json_t *have)
{
  BhReplicatorLink *link = take->link;
  BhProperty *property = link->replicator->property;
  json_t *message;

  if (have != NULL)
    json_object_update(take->have, have);
  message = json_pack("{s:s, s:s, s:O, s:s}", "type", "ack", "ref", take->ref, "have", take->have,
                      "level", bh_level_get_name(bh_property_get_level(property)));
  if (json_array_size(take->refused) > 0)
    json_object_set(message, "refused", take->refused);
  bh_replicator_link_answer(link, message);
}

/* None of it is taken now. */
static void
put_off(Take *take, gint64 retry_ms)
{
  g_autoptr(GHashTable) logs = g_hash_table_new(bh_keyed_hash, g_str_equal);

  for (guint i = 0; i < take->operations->len; i++) {
    const BhOperation *op = take->operations->pdata[i];

    if (g_hash_table_add(logs, op->log_id))
      refuse(take, op->log_id, op->seq, "rate-limited", retry_ms);
  }
  answer(take, NULL);
}

/* Of a log that waits for its first operation it is kept. */
static void
forget_handed(Take *take)
{
  BhReplicatorLink *link = take->link;

  for (guint i = 0; i < take->operations->len; i++) {
    const BhOperation *op = take->operations->pdata[i];

    if (bh_property_get_seq(link->replicator->property, op->log_id) > 0)
      g_hash_table_remove(link->handed, op->log_id);
  }
}

static gboolean
is_refused(const BhTakeResult *taken, const BhOperation *op)
{
  for (guint i = 0; i < taken->refused->len; i++) {
    const BhPropertyRefusal *refusal = taken->refused->pdata[i];

    if (refusal->seq == op->seq && g_str_equal(refusal->log_id, op->log_id))
      return TRUE;
  }
  return FALSE;
}

/* What comes from the hub it has as it is here now. */
static void
note_same(Take *take, const BhTakeResult *taken)
{
  for (guint i = 0; i < take->operations->len; i++) {
    const BhOperation *op = take->operations->pdata[i];

    if (!is_refused(taken, op))
      bh_replicator_link_note_same(take->link, op->log_id, op->seq, op->seq);
  }
}

static void
on_taken(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(Take) take = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhTakeResult) taken = bh_property_take_finish(BH_PROPERTY(source), result, &error);
  BhReplicatorLink *link = take->link;

  if (link->replicator == NULL)
    return;
  forget_handed(take);
  link->n_takes--;
  if (taken != NULL && bh_replicator_link_is_to_hub(link))
    note_same(take, taken);
  if (taken == NULL) {
    if (!g_error_matches(error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED))
      put_off(take, STORE_RETRY_MS);
    return;
  }
  for (guint i = 0; i < taken->refused->len; i++) {
    const BhPropertyRefusal *refusal = taken->refused->pdata[i];

    /* A stub came before the word of its redaction, which is on its way. */
    refuse(take, refusal->log_id, refusal->seq, refusal->code,
           g_str_equal(refusal->code, "rate-limited") ? STUB_RETRY_MS : 0);
  }
  answer(take, taken->have);
}

/* What it hands over it has. Logs that nobody knows yet are noted with their commit, as far as they
 * were handed over: what waited for them is others'. */
static void
note_sent(Take *take)
{
  BhReplicatorLink *link = take->link;

  for (guint i = 0; i < take->operations->len; i++) {
    const BhOperation *op = take->operations->pdata[i];

    if (bh_property_get_seq(link->replicator->property, op->log_id) > 0)
      bh_replicator_link_learn(link, op->log_id, op->seq);
    else if (g_hash_table_size(link->handed) < MAX_HANDED ||
             bh_log_positions_has(link->handed, op->log_id))
      bh_log_positions_raise(link->handed, op->log_id, op->seq);
  }
}

void
bh_replicator_link_hear_ops(BhReplicatorLink *link, const json_t *message)
{
  BhReplicator *replicator = link->replicator;
  const char *ref = json_string_value(json_object_get(message, "id"));
  const json_t *list = json_object_get(message, "ops");
  g_autoptr(Take) take = NULL;
  gint64 retry_ms = 0;

  if (ref == NULL || strlen(ref) > MAX_REF_BYTES || !json_is_array(list) ||
      json_array_size(list) > BH_OPERATION_BATCH_MAX)
    return;
  /* More than its window: it will send that again. */
  if (link->n_takes >= BH_REPLICATOR_MAX_TAKES)
    return;
  take = take_new(link, ref);
  for (size_t i = 0; i < json_array_size(list); i++)
    read_operation(take, json_array_get(list, i));
  read_members(take, json_object_get(message, "members"));
  if (!link->trusted)
    retry_ms = bh_take_rate_take(replicator->rate, link->device_id, take->operations->len,
                                 take->size_bytes, bh_replicator_now_ms(replicator));
  if (retry_ms > 0) {
    put_off(take, retry_ms);
    return;
  }
  if (take->operations->len == 0 && take->members->len == 0) {
    answer(take, NULL);
    return;
  }
  note_sent(take);
  link->n_takes++;
  bh_property_take_async(replicator->property, take->operations, take->members, link->trusted, link,
                         on_taken, take);
  (void)g_steal_pointer(&take); /* on_taken() has it */
}
