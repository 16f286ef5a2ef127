/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

#include <string.h>

/*
 * What is sent: for each log that a peer is behind in, from what is known of it on, up to a window
 * of batches. `known` advances when a batch goes out, and is set right by its answer; a batch
 * without an answer sets it back.
 *
 * Operations that were committed lately come from memory, and peers that lack the same share one
 * message. Older ones are read, one read a log at a time; a read takes a place in the window.
 */

/* When the storage failed, or gave nothing where something must be. */
#define READ_AGAIN_MS 1000

/* Operations being read for a link. */
typedef struct {
  BhReplicatorLink *link;
  char *log_id;
  gint64 seq;
  gint64 to; /* of a fork; 0: it is none */
} Reading;

static void
reading_free(Reading *reading)
{
  bh_replicator_link_unref(reading->link);
  g_free(reading->log_id);
  g_free(reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_free)

void
bh_replicator_flight_clear(BhReplicatorFlight *flight)
{
  g_clear_pointer(&flight->batch, bh_operation_batch_unref);
  g_clear_pointer(&flight->id, g_free);
}

/* --- what is on its way --- */

gint64
bh_replicator_link_get_flying(BhReplicatorLink *link, const char *log_id)
{
  gint64 highest = 0;

  for (guint i = 0; i < link->n_flight; i++) {
    const GPtrArray *operations = link->flight[i].batch->operations;

    for (guint j = 0; !link->flight[i].is_forks && j < operations->len; j++) {
      const BhOperation *op = operations->pdata[j];

      if (op->seq > highest && g_str_equal(op->log_id, log_id))
        highest = op->seq;
    }
  }
  return highest;
}

static void
take_out(BhReplicatorLink *link, guint at, BhReplicatorFlight *out)
{
  *out = link->flight[at];
  link->n_flight--;
  memmove(&link->flight[at], &link->flight[at + 1],
          (link->n_flight - at) * sizeof(BhReplicatorFlight));
}

gboolean
bh_replicator_link_land(BhReplicatorLink *link, const char *ref, BhReplicatorFlight *out)
{
  for (guint i = 0; i < link->n_flight; i++) {
    if (!g_str_equal(link->flight[i].id, ref))
      continue;
    take_out(link, i, out);
    return TRUE;
  }
  return FALSE;
}

/* Nobody answered: what was in it is sent again. */
static void
forget(BhReplicatorLink *link, const BhReplicatorFlight *flight)
{
  const GPtrArray *operations = flight->batch->operations;
  const BhOperation *first = operations->pdata[0];
  const BhOperation *end = operations->pdata[operations->len - 1];
  const char *last = NULL;

  if (flight->is_forks) {
    bh_replicator_link_queue_fork(link, first->log_id, first->seq, end->seq);
    return;
  }
  for (guint i = 0; i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];

    if (g_strcmp0(last, op->log_id) == 0)
      continue;
    last = op->log_id;
    if (bh_log_positions_get(link->known, last) >= op->seq)
      bh_log_positions_put(link->known, last, op->seq - 1);
    bh_replicator_link_note_behind(link, last);
  }
}

gboolean
bh_replicator_link_expire(BhReplicatorLink *link, gint64 now_ms)
{
  gboolean any = FALSE;

  for (guint i = 0; i < link->n_flight;) {
    BhReplicatorFlight flight;

    if (link->flight[i].due_ms > now_ms) {
      i++;
      continue;
    }
    take_out(link, i, &flight);
    forget(link, &flight);
    bh_replicator_flight_clear(&flight);
    any = TRUE;
  }
  return any;
}

/* --- a batch goes out --- */

/* Documents of the authors in @batch that this peer was not given. */
static json_t *
list_members(BhReplicatorLink *link, const BhOperationBatch *batch)
{
  BhMemberRoll *roll = bh_property_get_members(link->replicator->property);
  g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
  json_t *documents = NULL;

  for (guint i = 0; i < batch->operations->len; i++) {
    const BhOperation *op = batch->operations->pdata[i];
    guint roles = GPOINTER_TO_UINT(g_hash_table_lookup(link->given, op->device_id));
    g_autoptr(GPtrArray) members = NULL;

    if (op->is_redacted || op->role == BH_ROLE_HUB || (roles & (1u << op->role)) != 0)
      continue;
    members = bh_member_roll_list(roll, op->device_id);
    for (guint j = 0; j < members->len; j++) {
      const BhRollMember *member = members->pdata[j];

      if (member->role != op->role || !g_hash_table_add(done, member->document))
        continue;
      if (documents == NULL)
        documents = json_array();
      json_array_append(documents, member->document);
    }
  }
  return documents;
}

/* Returns: %FALSE: there was no room */
static gboolean
send_batch(BhReplicatorLink *link, BhOperationBatch *batch, gboolean is_forks)
{
  BhReplicator *replicator = link->replicator;
  g_autoptr(json_t) members = list_members(link, batch);
  g_autoptr(json_t) message = json_incref(batch->message);
  g_autofree char *id = g_strdup(batch->id);
  gint64 due_ms = bh_replicator_now_ms(replicator) + BH_REPLICATOR_TIMEOUT_MS;

  if (members != NULL) {
    g_free(id);
    id = bh_replicator_new_id(replicator, "o");
    json_decref(message);
    message = json_pack("{s:s, s:s, s:O, s:O}", "type", "ops", "id", id, "ops",
                        json_object_get(batch->message, "ops"), "members", members);
  }
  /* Noted before it is sent: the answer may come from within. */
  link->flight[link->n_flight++] = (BhReplicatorFlight){.batch = bh_operation_batch_ref(batch),
                                                        .id = g_strdup(id),
                                                        .is_forks = is_forks,
                                                        .has_members = members != NULL,
                                                        .due_ms = due_ms};
  if (!bh_replicator_link_send(link, message)) {
    BhReplicatorFlight unsent;

    if (link->replicator != NULL && bh_replicator_link_land(link, id, &unsent))
      bh_replicator_flight_clear(&unsent);
    return FALSE;
  }
  if (link->replicator == NULL)
    return FALSE;
  replicator->figures.sent += batch->operations->len;
  bh_replicator_schedule(replicator, due_ms);
  return TRUE;
}

/* One that others were just sent, or a new one. */
static BhOperationBatch *
get_batch(BhReplicator *replicator, GPtrArray *operations)
{
  g_autofree char *id = NULL;
  BhOperationBatch *batch;

  for (guint i = 0; i < BH_REPLICATOR_SHARED; i++)
    if (replicator->shared[i] != NULL &&
        bh_operation_batch_holds(replicator->shared[i], operations)) {
      g_ptr_array_unref(operations);
      return bh_operation_batch_ref(replicator->shared[i]);
    }
  id = bh_replicator_new_id(replicator, "o");
  batch = bh_operation_batch_new(id, operations);
  g_clear_pointer(&replicator->shared[replicator->next_shared], bh_operation_batch_unref);
  replicator->shared[replicator->next_shared] = bh_operation_batch_ref(batch);
  replicator->next_shared = (replicator->next_shared + 1) % BH_REPLICATOR_SHARED;
  return batch;
}

/* The peer was sent @operations: it is taken to have them. */
static void
advance(BhReplicatorLink *link, GPtrArray *operations)
{
  for (guint i = 0; i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];

    bh_log_positions_raise(link->known, op->log_id, op->seq);
  }
}

/* Sends @operations, and where there is no room sees that they are sent later. */
static gboolean
push(BhReplicatorLink *link, GPtrArray *operations, gboolean is_forks)
{
  g_autoptr(BhOperationBatch) batch = get_batch(link->replicator, operations);

  /* Before it is sent: the answer may come from within. */
  if (!is_forks)
    advance(link, batch->operations);
  if (send_batch(link, batch, is_forks))
    return TRUE;
  if (link->replicator != NULL) {
    const BhReplicatorFlight unsent = {.batch = batch, .is_forks = is_forks};

    forget(link, &unsent);
  }
  return FALSE;
}

/* --- reading --- */

/* No more than one message may hold, and never a part of an identity's variants. */
static void
cut(GPtrArray *operations)
{
  guint end = MIN(operations->len, BH_OPERATION_BATCH_MAX);

  while (end < operations->len && end > 1 &&
         ((BhOperation *)operations->pdata[end - 1])->seq ==
             ((BhOperation *)operations->pdata[end])->seq)
    end--;
  g_ptr_array_set_size(operations, (gint)end);
}

/* Of what was asked for only up to @to; what is behind the cut is queued again. */
static void
cut_fork(BhReplicatorLink *link, const Reading *reading, GPtrArray *operations)
{
  guint end = operations->len;
  gint64 last;

  while (end > 0 && ((BhOperation *)operations->pdata[end - 1])->seq > reading->to)
    end--;
  g_ptr_array_set_size(operations, (gint)end);
  cut(operations);
  if (operations->len == 0)
    return;
  last = ((BhOperation *)operations->pdata[operations->len - 1])->seq;
  if (last < reading->to)
    bh_replicator_link_queue_fork(link, reading->log_id, last + 1, reading->to);
}

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(Reading) reading = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) operations = bh_property_read_finish(BH_PROPERTY(source), result, &error);
  BhReplicatorLink *link = reading->link;
  gint64 known;

  if (link->replicator == NULL)
    return;
  link->n_reading--;
  g_hash_table_remove(link->reading, reading->log_id);
  known = bh_log_positions_get(link->known, reading->log_id);
  if (operations != NULL && reading->to > 0)
    cut_fork(link, reading, operations);
  else if (operations != NULL)
    cut(operations);
  if (operations == NULL || operations->len == 0) {
    /* The storage has said on its own that it is in trouble. */
    bh_replicator_link_rest(link, reading->log_id,
                            bh_replicator_now_ms(link->replicator) + READ_AGAIN_MS);
    if (operations == NULL && reading->to > 0)
      bh_replicator_link_queue_fork(link, reading->log_id, reading->seq, reading->to);
  } else if (!link->blocked && (reading->to > 0 || known == reading->seq - 1))
    push(link, g_steal_pointer(&operations), reading->to > 0);
  else if (reading->to > 0)
    bh_replicator_link_queue_fork(link, reading->log_id, reading->seq, reading->to);
  if (link->replicator == NULL)
    return;
  bh_replicator_link_note_behind(link, reading->log_id);
  bh_replicator_link_pump(link);
}

static void
start_read(BhReplicatorLink *link, const char *log_id, gint64 seq, gint64 to)
{
  Reading *reading = g_new0(Reading, 1);
  gint64 most = BH_OPERATION_BATCH_MAX;

  reading->link = bh_replicator_link_ref(link);
  reading->log_id = g_strdup(log_id);
  reading->seq = seq;
  reading->to = to;
  link->n_reading++;
  g_hash_table_add(link->reading, g_strdup(log_id));
  if (to > 0)
    most = MIN(most, (to - seq + 1) * BH_BACKEND_MAX_VARIANTS);
  bh_property_read_async(link->replicator->property, log_id, seq, (guint)most,
                         BH_OPERATION_BATCH_MAX_BYTES * 4 / 5, on_read, reading);
}

/* --- what goes next --- */

/* Operations of one log that are in memory, from what the peer has on. Returns: whether the batch
 * is full, or what follows must be read */
static gboolean
gather_log(BhReplicatorLink *link, const char *log_id, GPtrArray *operations, gsize *size)
{
  BhReplicator *replicator = link->replicator;
  gint64 end = bh_property_get_seq(replicator->property, log_id);
  gint64 seq = bh_log_positions_get(link->known, log_id) + 1;

  for (; seq <= end; seq++) {
    BhOperation *op = bh_operation_cache_find(replicator->cache, log_id, seq);
    gsize more;

    if (op == NULL) {
      if (operations->len == 0)
        start_read(link, log_id, seq, 0);
      return TRUE;
    }
    more = bh_operation_batch_get_wire_size(op);
    if (operations->len == BH_OPERATION_BATCH_MAX ||
        (operations->len > 0 && *size + more > BH_OPERATION_BATCH_MAX_BYTES))
      return TRUE;
    *size += more;
    g_ptr_array_add(operations, bh_operation_ref(op));
  }
  return FALSE;
}

/* Returns: (transfer full): empty: nothing can go now */
static GPtrArray *
gather(BhReplicatorLink *link)
{
  GPtrArray *operations = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autoptr(GPtrArray) done = g_ptr_array_new();
  guint reading = link->n_reading;
  gsize size = 0;

  for (GTreeNode *node = g_tree_node_first(link->behind); node != NULL;
       node = g_tree_node_next(node)) {
    const char *log_id = g_tree_node_key(node);

    if (g_hash_table_contains(link->reading, log_id))
      continue;
    if (gather_log(link, log_id, operations, &size)) {
      /* It was one that is being read now: others may go meanwhile, where there is room. */
      if (operations->len == 0 && link->n_reading > reading &&
          link->n_flight + link->n_reading < BH_REPLICATOR_WINDOW) {
        reading = link->n_reading;
        continue;
      }
      break;
    }
    g_ptr_array_add(done, (gpointer)log_id);
  }
  for (guint i = 0; i < done->len; i++)
    g_tree_remove(link->behind, done->pdata[i]);
  return operations;
}

/* The first one whose log neither rests nor is being read. */
static gboolean
start_fork(BhReplicatorLink *link)
{
  for (GList *l = link->forks.head; l != NULL; l = l->next) {
    BhReplicatorFork *fork = l->data;

    if (g_hash_table_contains(link->reading, fork->log_id) ||
        bh_replicator_link_get_rest_ms(link, fork->log_id) > 0)
      continue;
    g_queue_delete_link(&link->forks, l);
    start_read(link, fork->log_id, fork->from, fork->to);
    g_free(fork->log_id);
    g_free(fork);
    return TRUE;
  }
  return FALSE;
}

/* Returns: whether there may be more */
static gboolean
pump_one(BhReplicatorLink *link)
{
  /* What a device has to say itself goes before what it knows of others. */
  gboolean is_keeper = bh_replicator_is_keeper(link->replicator);
  GPtrArray *operations;

  if (is_keeper && start_fork(link))
    return TRUE;
  operations = gather(link);
  if (operations->len > 0)
    return push(link, operations, FALSE);
  g_ptr_array_unref(operations);
  /* To gather may have begun a read. */
  return !is_keeper && link->n_flight + link->n_reading < BH_REPLICATOR_WINDOW && start_fork(link);
}

void
bh_replicator_link_pump(BhReplicatorLink *link)
{
  /* From within a send: that one goes on. */
  if (link->is_pumping)
    return;
  link->is_pumping = TRUE;
  while (link->replicator != NULL && !link->blocked && link->heard &&
         !bh_replicator_link_pump_snapshot(link) &&
         link->n_flight + link->n_reading < BH_REPLICATOR_WINDOW && pump_one(link))
    ;
  link->is_pumping = FALSE;
}
