/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

#include <string.h>

/*
 * BhReplicatorLink: one peer: its channel, which logs are sent to it, its times. Held by the
 * replicator, and by what is being read or stored for it, which may outlast its removal.
 */

/* A peer that takes nothing is asked again after a second, then 2, 4, ... of them. */
#define STALL_MS   1000
#define MAX_STALLS 6
/* How far before and behind a fork its author is sent its log again. */
#define AROUND_OPERATIONS 64
/* Logs of its own that a peer is asked about: most have one or two. */
#define MAX_PROBES 16

/* Own logs first: they are nowhere else. */
static int
compare_logs(gconstpointer a, gconstpointer b, gpointer data)
{
  const BhReplicatorLink *link = data;
  BhProperty *property = link->replicator->property;
  gboolean a_own = g_strcmp0(bh_property_get_own_log(property, FALSE), a) == 0;
  gboolean b_own = g_strcmp0(bh_property_get_own_log(property, FALSE), b) == 0;

  return a_own != b_own ? (a_own ? -1 : 1) : strcmp(a, b);
}

BhReplicatorLink *
bh_replicator_link_new(BhReplicator *replicator, const BhReplicatorPeer *peer,
                       BhReplicatorSend send, gpointer data)
{
  BhReplicatorLink *link = g_new0(BhReplicatorLink, 1);

  g_ref_count_init(&link->refs);
  link->replicator = replicator;
  link->device_id = g_strdup(peer->device_id);
  link->role = peer->role;
  link->trusted = peer->trusted;
  link->level = peer->level;
  link->send = send;
  link->data = data;
  link->known = bh_log_positions_new();
  link->handed = bh_log_positions_new();
  link->behind = g_tree_new_full(compare_logs, link, g_free, NULL);
  link->rests = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, g_free);
  link->reading = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  link->told = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  link->around = bh_log_positions_new();
  link->given = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  link->wanted = bh_log_positions_new();
  link->check.differing = bh_log_positions_new();
  link->check.cancellable = g_cancellable_new();
  g_queue_init(&link->forks);
  g_queue_init(&link->outbox);
  return link;
}

BhReplicatorLink *
bh_replicator_link_ref(BhReplicatorLink *link)
{
  g_ref_count_inc(&link->refs);
  return link;
}

static void
fork_free(gpointer data)
{
  BhReplicatorFork *fork = data;

  g_free(fork->log_id);
  g_free(fork);
}

void
bh_replicator_link_unref(BhReplicatorLink *link)
{
  if (!g_ref_count_dec(&link->refs))
    return;
  g_assert(link->replicator == NULL);
  g_free(link->device_id);
  g_free(link);
}

void
bh_replicator_link_detach(BhReplicatorLink *link)
{
  link->replicator = NULL;
  for (guint i = 0; i < link->n_flight; i++)
    bh_replicator_flight_clear(&link->flight[i]);
  link->n_flight = 0;
  g_clear_pointer(&link->snapshot, bh_snapshot_sender_free);
  g_clear_pointer(&link->snapshot_have, g_hash_table_unref);
  g_clear_pointer(&link->known, g_hash_table_unref);
  g_clear_pointer(&link->handed, g_hash_table_unref);
  g_clear_pointer(&link->behind, g_tree_unref);
  g_clear_pointer(&link->rests, g_hash_table_unref);
  g_clear_pointer(&link->reading, g_hash_table_unref);
  g_clear_pointer(&link->told, g_hash_table_unref);
  g_clear_pointer(&link->around, g_hash_table_unref);
  g_clear_pointer(&link->given, g_hash_table_unref);
  g_clear_pointer(&link->wanted, g_hash_table_unref);
  bh_replicator_link_clear_check(link);
  g_queue_clear_full(&link->forks, fork_free);
  g_queue_clear_full(&link->outbox, (GDestroyNotify)json_decref);
}

/* --- sending --- */

gboolean
bh_replicator_link_send(BhReplicatorLink *link, const json_t *message)
{
  if (link->replicator == NULL || link->blocked)
    return FALSE;
  if (link->send(message, link->data))
    return TRUE;
  link->blocked = TRUE;
  return FALSE;
}

void
bh_replicator_link_answer(BhReplicatorLink *link, json_t *message)
{
  g_autoptr(json_t) owned = message;

  if (bh_replicator_link_send(link, owned) || link->replicator == NULL)
    return;
  /* The oldest goes: what it answered is sent again, and answered again. */
  if (link->outbox.length == BH_REPLICATOR_MAX_OUTBOX)
    json_decref(g_queue_pop_head(&link->outbox));
  g_queue_push_tail(&link->outbox, g_steal_pointer(&owned));
}

void
bh_replicator_link_ready(BhReplicatorLink *link)
{
  link->blocked = FALSE;
  while (!link->blocked && link->replicator != NULL && link->outbox.length > 0) {
    g_autoptr(json_t) message = json_incref(g_queue_peek_head(&link->outbox));

    if (bh_replicator_link_send(link, message))
      json_decref(g_queue_pop_head(&link->outbox));
  }
  if (link->replicator != NULL && link->owes_have)
    bh_replicator_link_say_have(link);
  bh_replicator_link_pump(link);
}

/* --- what is sent, and what not --- */

gboolean
bh_replicator_link_may_get(BhReplicatorLink *link, const char *log_id)
{
  BhProperty *property = link->replicator->property;

  if (!bh_operation_is_private_log(log_id))
    return TRUE;
  return link->trusted && bh_level_is_safe(link->level) &&
         g_strcmp0(bh_property_get_author(property, log_id), bh_property_get_device_id(property)) ==
             0;
}

void
bh_replicator_link_note_behind(BhReplicatorLink *link, const char *log_id)
{
  if (bh_replicator_link_get_rest_ms(link, log_id) > 0 || !bh_replicator_link_may_get(link, log_id))
    return;
  if (bh_property_get_seq(link->replicator->property, log_id) >
          bh_log_positions_get(link->known, log_id) &&
      g_tree_lookup_node(link->behind, log_id) == NULL)
    g_tree_insert(link->behind, g_strdup(log_id), NULL);
}

static void
note_one(const char *log_id, gint64 seq, const char *author, gpointer data)
{
  (void)seq;
  (void)author;
  bh_replicator_link_note_behind(data, log_id);
}

void
bh_replicator_link_note_all(BhReplicatorLink *link)
{
  bh_property_visit_logs(link->replicator->property, note_one, link);
}

gint64
bh_replicator_link_get_rest_ms(BhReplicatorLink *link, const char *log_id)
{
  const BhReplicatorRest *rest = g_hash_table_lookup(link->rests, log_id);

  return rest != NULL ? rest->until_ms : 0;
}

static BhReplicatorRest *
get_rest(BhReplicatorLink *link, const char *log_id)
{
  BhReplicatorRest *rest = g_hash_table_lookup(link->rests, log_id);

  if (rest == NULL) {
    rest = g_new0(BhReplicatorRest, 1);
    g_hash_table_insert(link->rests, g_strdup(log_id), rest);
  }
  return rest;
}

void
bh_replicator_link_rest(BhReplicatorLink *link, const char *log_id, gint64 until_ms)
{
  BhReplicatorRest *rest = get_rest(link, log_id);

  rest->until_ms = MAX(rest->until_ms, until_ms);
  g_tree_remove(link->behind, log_id);
  if (until_ms < G_MAXINT64)
    bh_replicator_schedule(link->replicator, until_ms);
}

void
bh_replicator_link_stall(BhReplicatorLink *link, const char *log_id)
{
  BhReplicatorRest *rest = get_rest(link, log_id);
  gint64 wait_ms = (gint64)STALL_MS << MIN(rest->stalls, MAX_STALLS);

  rest->stalls++;
  bh_replicator_link_rest(link, log_id, bh_replicator_now_ms(link->replicator) + wait_ms);
}

static char *
dup_fork_name(const char *log_id, gint64 seq)
{
  return g_strdup_printf("%s:%" G_GINT64_FORMAT, log_id, seq);
}

/* Peers with as many variants need not have the same ones, so each sends its own, and again with
 * every `have`: but once they were taken there is nothing more to say. */
static gboolean
is_told(BhReplicatorLink *link, const char *log_id, gint64 seq)
{
  g_autofree char *name = dup_fork_name(log_id, seq);
  guint count = bh_property_get_fork_count(link->replicator->property, log_id, seq);

  if (GPOINTER_TO_UINT(g_hash_table_lookup(link->told, name)) == count)
    return TRUE;
  for (guint i = 0; i < link->n_flight; i++)
    if (link->flight[i].is_forks &&
        bh_operation_batch_count(link->flight[i].batch, log_id, seq) == count)
      return TRUE;
  return FALSE;
}

void
bh_replicator_link_note_told(BhReplicatorLink *link, const BhOperationBatch *batch)
{
  const GPtrArray *operations = batch->operations;
  const BhOperation *first = operations->pdata[0];
  const BhOperation *last = operations->pdata[operations->len - 1];

  for (guint i = 0; i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];
    guint count = bh_operation_batch_count(batch, op->log_id, op->seq);

    /* Of a longer run only the forks: the rest was sent along with them. */
    if (count > 1 || first->seq == last->seq)
      g_hash_table_replace(link->told, dup_fork_name(op->log_id, op->seq), GUINT_TO_POINTER(count));
  }
}

gboolean
bh_replicator_link_queue_fork(BhReplicatorLink *link, const char *log_id, gint64 from, gint64 to)
{
  BhReplicatorFork *fork;

  if (link->forks.length == BH_REPLICATOR_MAX_FORKS)
    return FALSE;
  for (GList *l = link->forks.head; l != NULL; l = l->next) {
    const BhReplicatorFork *known = l->data;

    if (known->from <= from && known->to >= to && g_str_equal(known->log_id, log_id))
      return TRUE;
  }
  fork = g_new0(BhReplicatorFork, 1);
  fork->log_id = g_strdup(log_id);
  fork->from = from;
  fork->to = to;
  g_queue_push_tail(&link->forks, fork);
  return TRUE;
}

static gboolean
is_author(BhReplicatorLink *link, const char *log_id)
{
  return g_strcmp0(bh_property_get_author(link->replicator->property, log_id), link->device_id) ==
         0;
}

/* Where one operation differs those around it will too. Each time further back than before. */
static gboolean
queue_around(BhReplicatorLink *link, const char *log_id, gint64 seq)
{
  gint64 end = bh_property_get_seq(link->replicator->property, log_id);
  gint64 from = MAX(seq - AROUND_OPERATIONS, 1);

  if (bh_log_positions_has(link->around, log_id) &&
      bh_log_positions_get(link->around, log_id) <= from)
    return FALSE;
  bh_log_positions_put(link->around, log_id, from);
  bh_replicator_link_queue_fork(link, log_id, from, MIN(seq + AROUND_OPERATIONS, end));
  return TRUE;
}

void
bh_replicator_link_note_fork(BhReplicatorLink *link, const char *log_id, gint64 seq)
{
  if (link->replicator == NULL || !link->heard || !bh_replicator_link_may_get(link, log_id) ||
      is_told(link, log_id, seq))
    return;
  /* One that it lacks altogether goes the usual way, all variants of it. */
  if (bh_log_positions_get(link->known, log_id) < seq)
    return;
  if (!is_author(link, log_id) || !queue_around(link, log_id, seq))
    bh_replicator_link_queue_fork(link, log_id, seq, seq);
}

void
bh_replicator_link_learn(BhReplicatorLink *link, const char *log_id, gint64 seq)
{
  BhProperty *property = link->replicator->property;
  gint64 known = bh_log_positions_get(link->known, log_id);
  g_autoptr(GArray) forks = NULL;

  if (!bh_log_positions_raise(link->known, log_id, seq))
    return;
  forks = bh_property_list_forks(property, log_id, known + 1, seq);
  for (guint i = 0; forks != NULL && i < forks->len; i++)
    bh_replicator_link_note_fork(link, log_id, g_array_index(forks, gint64, i));
}

typedef struct {
  BhReplicatorLink *link;
  BhLogPositions *have;
  guint n;
} Probes;

static void
probe(const char *log_id, gint64 seq, const char *author, gpointer data)
{
  Probes *probes = data;
  BhReplicatorLink *link = probes->link;
  gint64 common = MIN(seq, bh_log_positions_get(probes->have, log_id));

  if (common == 0 || probes->n == MAX_PROBES || !g_str_equal(author, link->device_id) ||
      !bh_replicator_link_may_get(link, log_id) || is_told(link, log_id, common))
    return;
  bh_replicator_link_queue_fork(link, log_id, common, common);
  probes->n++;
}

void
bh_replicator_link_probe(BhReplicatorLink *link, BhLogPositions *have)
{
  Probes probes = {link, have, 0};

  bh_property_visit_logs(link->replicator->property, probe, &probes);
}

/* --- time --- */

static void
end_rests(BhReplicatorLink *link, gint64 now_ms)
{
  g_autoptr(GPtrArray) over = g_ptr_array_new();
  GHashTableIter iter;
  gpointer log_id, value;

  g_hash_table_iter_init(&iter, link->rests);
  while (g_hash_table_iter_next(&iter, &log_id, &value)) {
    BhReplicatorRest *rest = value;

    if (rest->until_ms == 0 || rest->until_ms > now_ms)
      continue;
    rest->until_ms = 0; /* its stalls are remembered */
    g_ptr_array_add(over, log_id);
  }
  for (guint i = 0; i < over->len; i++)
    bh_replicator_link_note_behind(link, over->pdata[i]);
}

void
bh_replicator_link_tick(BhReplicatorLink *link, gint64 now_ms)
{
  if (link->replicator == NULL)
    return;
  if (bh_replicator_link_expire(link, now_ms))
    bh_replicator_link_say_have(link);
  if (link->replicator == NULL)
    return;
  if (link->have_due_ms != 0 && link->have_due_ms <= now_ms) {
    if (!link->heard || link->have_changed) {
      bh_replicator_link_say_have(link);
    } else {
      link->have_said_ms = now_ms; /* there was nothing to say */
      bh_replicator_link_plan_have(link);
    }
  }
  if (link->replicator != NULL && link->wanted_due_ms != 0 && link->wanted_due_ms <= now_ms)
    bh_replicator_link_ask_wanted(link);
  if (link->replicator != NULL)
    bh_replicator_link_tick_check(link, now_ms);
  if (link->replicator == NULL)
    return;
  end_rests(link, now_ms);
  bh_replicator_link_pump(link);
}

static void
choose(gint64 *earliest_ms, gint64 due_ms)
{
  if (due_ms > 0 && due_ms < G_MAXINT64 && (*earliest_ms < 0 || due_ms < *earliest_ms))
    *earliest_ms = due_ms;
}

gint64
bh_replicator_link_get_due_ms(BhReplicatorLink *link)
{
  gint64 due_ms = -1;
  GHashTableIter iter;
  gpointer rest;

  if (!link->owes_have)
    choose(&due_ms, link->have_due_ms);
  choose(&due_ms, link->wanted_due_ms);
  choose(&due_ms, link->check.due_ms);
  for (guint i = 0; i < link->n_flight; i++)
    choose(&due_ms, link->flight[i].due_ms);
  if (link->snapshot != NULL && !link->blocked)
    choose(&due_ms, bh_snapshot_sender_get_due_ms(link->snapshot));
  g_hash_table_iter_init(&iter, link->rests);
  while (g_hash_table_iter_next(&iter, NULL, &rest))
    choose(&due_ms, ((const BhReplicatorRest *)rest)->until_ms);
  return due_ms;
}
