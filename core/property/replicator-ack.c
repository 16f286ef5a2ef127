/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

/*
 * `ack`: what became of a batch, and what is safe.
 */

#define MAX_REFUSED 64

static void
hear_refusal(BhReplicatorLink *link, const BhReplicatorFlight *flight, const json_t *refusal)
{
  const char *log_id = json_string_value(json_object_get(refusal, "logId"));
  const char *code = json_string_value(json_object_get(refusal, "code"));
  const json_t *retry = json_object_get(refusal, "retryMs");
  gint64 until_ms = G_MAXINT64;

  if (log_id == NULL || code == NULL || bh_operation_batch_get_first(flight->batch, log_id) == 0)
    return;
  /* Its `have` says from where on; nothing is wrong with the operations. */
  if (g_str_equal(code, "too-far"))
    return;
  if (g_str_equal(code, "rate-limited"))
    until_ms =
        bh_replicator_now_ms(link->replicator) +
        CLAMP(json_integer_value(retry), BH_REPLICATOR_MIN_RETRY_MS, BH_REPLICATOR_MAX_RETRY_MS);
  /* What it was sent besides, or again, does not stop what it lacks. */
  if (flight->is_forks && until_ms == G_MAXINT64)
    bh_replicator_link_give_up_check(link, log_id);
  else
    bh_replicator_link_rest(link, log_id, until_ms);
}

/* What the peer says of a log of @batch, which was answered. */
static void
hear_progress(BhReplicatorLink *link, const BhOperationBatch *batch, const char *log_id, gint64 seq)
{
  bh_replicator_link_learn(link, log_id, seq);
  /* More of it is on its way: that one's answer will say. */
  if (bh_replicator_link_get_flying(link, log_id) > 0)
    return;
  bh_log_positions_put(link->known, log_id, seq);
  if (seq < bh_operation_batch_get_first(batch, log_id)) {
    bh_replicator_link_stall(link, log_id);
  } else {
    BhReplicatorRest *rest = g_hash_table_lookup(link->rests, log_id);

    if (rest != NULL)
      rest->stalls = 0;
  }
  bh_replicator_link_note_behind(link, log_id);
}

static void
note_given(BhReplicatorLink *link, const BhOperationBatch *batch)
{
  for (guint i = 0; i < batch->operations->len; i++) {
    const BhOperation *op = batch->operations->pdata[i];
    guint roles = GPOINTER_TO_UINT(g_hash_table_lookup(link->given, op->device_id));

    if ((roles & (1u << op->role)) == 0)
      g_hash_table_insert(link->given, g_strdup(op->device_id),
                          GUINT_TO_POINTER(roles | (1u << op->role)));
  }
}

/* What was sent whatever the peer has says nothing of how far it is. Put off, it is kept. */
static void
hear_forks(BhReplicatorLink *link, const BhOperationBatch *batch, BhLogPositions *have)
{
  const BhOperation *first = batch->operations->pdata[0];
  const BhOperation *last = batch->operations->pdata[batch->operations->len - 1];
  gint64 until_ms = bh_replicator_link_get_rest_ms(link, first->log_id);

  if (until_ms > 0 && until_ms < G_MAXINT64)
    bh_replicator_link_queue_fork(link, first->log_id, first->seq, last->seq);
  else
    bh_replicator_link_note_told(link, batch);
  if (until_ms == 0)
    bh_replicator_link_note_same(link, first->log_id, first->seq,
                                 MIN(last->seq, bh_log_positions_get(have, first->log_id)));
}

/* Of each of its logs a batch holds one run. */
static void
note_taken(BhReplicatorLink *link, const BhOperationBatch *batch, BhLogPositions *have)
{
  const GPtrArray *operations = batch->operations;

  for (guint i = 0, first = 0; i < operations->len; i++) {
    const BhOperation *begin = operations->pdata[first], *op = operations->pdata[i];
    const BhOperation *next = i + 1 < operations->len ? operations->pdata[i + 1] : NULL;
    gint64 taken;

    if (next != NULL && g_str_equal(next->log_id, op->log_id))
      continue;
    taken = MIN(op->seq, bh_log_positions_get(have, op->log_id));
    if (bh_replicator_link_get_rest_ms(link, op->log_id) > 0)
      bh_replicator_link_note_refused(link, op->log_id);
    else if (taken >= begin->seq)
      bh_replicator_link_note_same(link, op->log_id, begin->seq, taken);
    first = i + 1;
  }
}

static void
hear_landed(BhReplicatorLink *link, const BhReplicatorFlight *flight, BhLogPositions *have,
            const json_t *refused)
{
  const BhOperationBatch *batch = flight->batch;
  const char *last = NULL;

  /* What it put off it forgot with all that came along. */
  if (flight->has_members && json_array_size(refused) == 0)
    note_given(link, batch);
  for (size_t i = 0; i < MIN(json_array_size(refused), MAX_REFUSED); i++)
    hear_refusal(link, flight, json_array_get(refused, i));
  if (flight->is_forks) {
    hear_forks(link, batch, have);
    return;
  }
  note_taken(link, batch, have);
  for (guint i = 0; i < batch->operations->len; i++) {
    const BhOperation *op = batch->operations->pdata[i];

    if (g_strcmp0(last, op->log_id) == 0)
      continue;
    last = op->log_id;
    if (bh_log_positions_has(have, last))
      hear_progress(link, batch, last, bh_log_positions_get(have, last));
  }
}

/* An answer that comes late or twice: what it says is there still is. */
static void
hear_late(BhReplicatorLink *link, BhLogPositions *have)
{
  GHashTableIter iter;
  gpointer log_id, seq;

  g_hash_table_iter_init(&iter, have);
  while (g_hash_table_iter_next(&iter, &log_id, &seq))
    if (bh_log_positions_has(link->known, log_id))
      bh_replicator_link_learn(link, log_id, *(gint64 *)seq);
}

gboolean
bh_replicator_link_hear_ack(BhReplicatorLink *link, const json_t *message)
{
  BhProperty *property = link->replicator->property;
  const char *ref = json_string_value(json_object_get(message, "ref"));
  const json_t *json = json_object_get(message, "have");
  BhLevel level = bh_level_from_name(json_string_value(json_object_get(message, "level")));
  g_autoptr(BhLogPositions) have = NULL;
  BhReplicatorFlight flight;

  if (link->snapshot != NULL && bh_snapshot_sender_ack(link->snapshot, message)) {
    bh_replicator_link_pump(link);
    return TRUE;
  }
  have = bh_log_positions_parse(json);
  if (have == NULL)
    return FALSE;
  /* A device passes on what the hub has; of itself it speaks with `ref`. */
  if (bh_level_is_safe(level) && (link->trusted || ref == NULL) &&
      !bh_replicator_is_keeper(link->replicator))
    bh_property_mark_safe(property, json);
  if (ref == NULL)
    return TRUE;
  if (bh_replicator_link_land(link, ref, &flight)) {
    hear_landed(link, &flight, have, json_object_get(message, "refused"));
    bh_replicator_flight_clear(&flight);
  } else {
    hear_late(link, have);
  }
  bh_replicator_link_pump(link);
  return TRUE;
}
