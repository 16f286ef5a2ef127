/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "property-private.h"
#include "redaction.h"
#include "signature-check.h"

/*
 * A batch of others' operations: what can be told from them alone is refused at once, signatures
 * are verified, and then, in the order of the calls, each operation is queued, waits or is refused.
 * Until the take is completed it belongs to the property's `takes`, then to the BhPending that it
 * waits for.
 */

#define NO_PLACE G_MAXUINT

typedef struct {
  BhOperation *op; /* owned */
  guint place;     /* of the check; NO_PLACE: nothing to be verified */
  gboolean is_refused;
} Candidate;

struct _BhTake {
  BhProperty *property; /* owned */
  GTask *task;          /* owned */
  GArray *candidates;   /* of Candidate */
  GPtrArray *members;   /* of BhRollMember, owned: new ones */
  GPtrArray *refused;   /* of BhPropertyRefusal, owned */
  GHashTable *log_ids;  /* of the batch, owned */
  BhSignatureCheck *check;
  gpointer source;
  gsize bytes;
  gboolean is_trusted;
  gboolean is_ready; /* verified */
  gboolean is_dropped;
};

static void
clear_candidate(gpointer data)
{
  bh_operation_unref(((Candidate *)data)->op);
}

static void
refusal_free(gpointer data)
{
  BhPropertyRefusal *refusal = data;

  g_free(refusal->log_id);
  g_free(refusal);
}

void
bh_take_result_free(BhTakeResult *result)
{
  if (result == NULL)
    return;
  json_decref(result->have);
  g_ptr_array_unref(result->refused);
  g_free(result);
}

void
bh_take_free(BhTake *take)
{
  g_array_unref(take->candidates);
  g_ptr_array_unref(take->members);
  g_ptr_array_unref(take->refused);
  g_hash_table_unref(take->log_ids);
  bh_signature_check_free(take->check);
  g_object_unref(take->task);
  g_object_unref(take->property);
  g_free(take);
}

static void
refuse(BhTake *take, Candidate *candidate, const char *code)
{
  BhPropertyRefusal *refusal = g_new0(BhPropertyRefusal, 1);

  refusal->log_id = g_strdup(candidate->op->log_id);
  refusal->seq = candidate->op->seq;
  refusal->code = code;
  g_ptr_array_add(take->refused, refusal);
  candidate->is_refused = TRUE;
}

/* --- completing --- */

static BhTakeResult *
make_result(BhTake *take)
{
  BhTakeResult *result = g_new0(BhTakeResult, 1);
  GHashTableIter iter;
  gpointer log_id;

  result->have = json_object();
  result->refused = g_ptr_array_ref(take->refused);
  g_hash_table_iter_init(&iter, take->log_ids);
  while (g_hash_table_iter_next(&iter, &log_id, NULL))
    json_object_set_new(result->have, log_id,
                        json_integer(bh_property_get_seq(take->property, log_id)));
  return result;
}

void
bh_take_complete(BhTake *take, const GError *error)
{
  if (error != NULL)
    g_task_return_error(take->task, g_error_copy(error));
  else
    g_task_return_pointer(take->task, make_result(take), (GDestroyNotify)bh_take_result_free);
}

void
bh_property_drop_takes(BhProperty *self)
{
  g_autoptr(GError) error =
      g_error_new_literal(BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED, "the property is closed");

  for (GList *link = self->takes.head; link != NULL; link = link->next) {
    BhTake *take = link->data;

    if (!take->is_dropped)
      bh_take_complete(take, error);
    take->is_dropped = TRUE;
  }
}

/* --- admission --- */

static const char *
judge_place(BhProperty *self, const BhLog *log, const BhOperation *op)
{
  gint64 queued = log != NULL ? log->queued : 0;

  if (log != NULL && (log == self->own_logs[0] || log == self->own_logs[1]) && op->seq > queued)
    return "forged";
  if (op->seq - queued > BH_PROPERTY_MAX_GAP)
    return "too-far";
  if (log == NULL && op->role != BH_ROLE_HUB &&
      bh_log_table_count(self->logs, op->device_id) >= BH_PROPERTY_MAX_DEVICE_LOGS)
    return "too-many-logs";
  return NULL;
}

static void
queue_operation(BhPending *pending, BhLog *log, BhOperation *op)
{
  BhProperty *self = pending->property;

  /* Where its redaction came before it, its words are not kept at all. */
  g_autoptr(BhOperation) kept =
      bh_property_has_redaction(self, op) ? bh_redaction_make_stub(op) : NULL;

  bh_property_hear(self, op);
  if (kept != NULL)
    op = kept;
  bh_pending_add(pending, log, op, bh_property_judge(self, op));
}

/* What waited for this one. */
static void
queue_waiting(BhPending *pending, BhLog *log)
{
  BhProperty *self = pending->property;
  GPtrArray *ops;

  while ((ops = bh_gap_buffer_take(self->gaps, log->log_id, log->queued + 1)) != NULL) {
    for (guint i = 0; i < ops->len; i++) {
      BhOperation *op = ops->pdata[i];

      if (judge_place(self, log, op) == NULL)
        queue_operation(pending, log, op);
    }
    g_ptr_array_unref(ops);
  }
}

static void
admit_one(BhTake *take, BhPending *pending, Candidate *candidate)
{
  BhProperty *self = take->property;
  BhOperation *op = candidate->op;
  BhLog *log = bh_log_table_find(self->logs, op->log_id);
  const char *code;

  if (log != NULL && bh_log_has_noted(log, op))
    return;
  code = judge_place(self, log, op);
  if (code != NULL) {
    refuse(take, candidate, code);
    if (g_str_equal(code, "too-many-logs"))
      g_signal_emit(self, bh_property_signals[BH_PROPERTY_TOO_MANY_LOGS], 0, op->device_id);
    return;
  }
  if (op->seq > (log != NULL ? log->queued : 0) + 1) {
    bh_gap_buffer_add(self->gaps, op);
    return;
  }
  if (log == NULL)
    log = bh_log_table_ensure(self->logs, op->log_id, op->device_id);
  queue_operation(pending, log, op);
  queue_waiting(pending, log);
}

/* What can be committed of it is on its way after this, and nothing may be called before it. */
static void
admit(BhTake *take)
{
  BhProperty *self = take->property;
  BhPending *pending = bh_pending_new(self);
  BhPending *last = g_queue_peek_tail(&self->pending);

  pending->source = take->source;
  self->pending_bytes -= take->bytes;
  for (guint i = 0; i < take->members->len; i++)
    bh_backend_append_add_member(pending->append, take->members->pdata[i]);
  for (guint i = 0; i < take->candidates->len; i++) {
    Candidate *candidate = &g_array_index(take->candidates, Candidate, i);

    if (!candidate->is_refused && candidate->place != NO_PLACE &&
        !bh_signature_check_get(take->check, candidate->place))
      refuse(take, candidate, "forged");
    if (!candidate->is_refused)
      admit_one(take, pending, candidate);
  }
  if (!bh_backend_append_is_empty(pending->append)) {
    g_ptr_array_add(pending->takes, take);
    bh_pending_send(pending);
    return;
  }
  bh_pending_free(pending);
  if (last != NULL) {
    /* Some of it may be on its way from elsewhere: its `have` shall count that. */
    g_ptr_array_add(last->takes, take);
    return;
  }
  bh_take_complete(take, NULL);
  bh_take_free(take);
}

static void
admit_ready(BhProperty *self)
{
  BhTake *take;

  while ((take = g_queue_peek_head(&self->takes)) != NULL && take->is_ready) {
    g_queue_pop_head(&self->takes);
    if (!take->is_dropped) {
      admit(take);
      continue;
    }
    self->pending_bytes -= take->bytes;
    bh_take_free(take);
  }
}

/* --- verification --- */

static void
check_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhProperty) self = g_object_ref(BH_PROPERTY(source));
  BhTake *take = data;

  take->check = bh_signature_check_run_finish(result);
  take->is_ready = TRUE;
  admit_ready(self);
}

static void
start_check(BhTake *take, BhSignatureCheck *check)
{
  BhProperty *self = take->property;

  if (bh_signature_check_get_count(check) > 0 && !self->is_synchronous) {
    bh_signature_check_run_async(check, self, check_cb, take);
    return;
  }
  bh_signature_check_run(check);
  take->check = check;
  take->is_ready = TRUE;
  admit_ready(self);
}

/* What an operation says of itself alone. */
static const char *
judge_alone(BhTake *take, const BhOperation *op)
{
  BhProperty *self = take->property;

  /* It bears no signature: the hub's word that it was erased has to be here, or the operation. */
  if (op->is_redacted && !take->is_trusted && op->seq > bh_property_get_seq(self, op->log_id) &&
      !bh_property_has_redaction(self, op) && !bh_gap_buffer_has_redaction(self->gaps, op))
    return "rate-limited";
  /* Also where the hub has looked: one that is wrong must not split the house. */
  if (!bh_operation_is_log_of(op->log_id, op->device_id))
    return "forged";
  if (op->is_private && !bh_level_is_safe(self->level) &&
      !g_str_equal(op->device_id, self->device_id))
    return "private";
  return NULL;
}

static void
examine(BhTake *take, BhOperation *op, BhSignatureCheck *check)
{
  BhProperty *self = take->property;
  const BhLog *log = bh_log_table_find(self->logs, op->log_id);
  guint8 keys[BH_MEMBER_ROLL_MAX_KEYS][BH_OPERATION_KEY_BYTES];
  gboolean is_bare = op->is_redacted && !take->is_trusted;
  Candidate candidate = {is_bare ? bh_redaction_make_bare(op) : bh_operation_ref(op), NO_PLACE,
                         FALSE};
  const char *code = judge_alone(take, op);

  g_hash_table_add(take->log_ids, g_strdup(op->log_id));
  if (code == NULL && !take->is_trusted && !op->is_redacted &&
      (log == NULL || !bh_log_has_noted(log, op))) {
    guint n = bh_member_roll_get_keys(self->members, op, keys);

    if (n > 0)
      candidate.place = bh_signature_check_add(check, op, n, keys);
    else
      code = "unknown-device";
  }
  if (code != NULL)
    refuse(take, &candidate, code);
  else if (is_bare && log != NULL && op->seq <= log->queued)
    candidate.is_refused = TRUE; /* without a word: whatever is here says more */
  g_array_append_val(take->candidates, candidate);
}

static void
learn_members(BhTake *take, GPtrArray *documents)
{
  for (guint i = 0; documents != NULL && i < documents->len; i++) {
    gboolean is_new = FALSE;
    const BhRollMember *member =
        bh_member_roll_add(take->property->members, documents->pdata[i], &is_new, NULL);

    if (member != NULL && is_new)
      g_ptr_array_add(take->members, bh_member_copy(member));
  }
}

static BhTake *
take_new(BhProperty *self, GTask *task, gboolean trusted, gpointer source)
{
  BhTake *take = g_new0(BhTake, 1);

  take->property = g_object_ref(self);
  take->task = task;
  take->candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));
  g_array_set_clear_func(take->candidates, clear_candidate);
  take->members = g_ptr_array_new_with_free_func((GDestroyNotify)bh_member_free);
  take->refused = g_ptr_array_new_with_free_func(refusal_free);
  take->log_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  take->is_trusted = trusted;
  take->source = source;
  return take;
}

static gsize
count_bytes(const GPtrArray *operations)
{
  gsize bytes = 0;

  for (guint i = 0; i < operations->len; i++)
    bytes += ((BhOperation *)operations->pdata[i])->length;
  return bytes;
}

void
bh_property_take_async(BhProperty *property, GPtrArray *operations, GPtrArray *members,
                       gboolean trusted, gpointer source, GAsyncReadyCallback callback,
                       gpointer data)
{
  GTask *task;
  BhTake *take;
  BhSignatureCheck *check;

  g_return_if_fail(BH_IS_PROPERTY(property) && operations != NULL);

  task = g_task_new(property, NULL, callback, data);
  if (!bh_property_check_open(property, task, count_bytes(operations)))
    return;
  take = take_new(property, task, trusted, source);
  take->bytes = count_bytes(operations);
  property->pending_bytes += take->bytes;
  learn_members(take, members);
  check = bh_signature_check_new(property->signing);
  for (guint i = 0; i < operations->len; i++)
    examine(take, operations->pdata[i], check);
  g_queue_push_tail(&property->takes, take);
  start_check(take, check);
}

BhTakeResult *
bh_property_take_finish(BhProperty *property, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, property), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}
