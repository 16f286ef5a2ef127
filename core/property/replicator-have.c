/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

/*
 * `have`: what we say that we have, and what a peer says.
 */

/* A full `have` that we did not wait for is answered with ours: an earlier one may have got lost.
 * Not so soon after that, though: an answer that came twice would be answered for ever. */
#define ANSWER_AFTER_MS 5000

/* A peer that asks for all again and again is not worth more of the others' time. */
#define RESET_EVERY_MS 10000
/* Logs in one partial `have`; more are told by a full one. */
#define MAX_PARTIAL 500

/* --- what we have --- */

typedef struct {
  json_t *have;
  const char *author;
} PrivateLogs;

static void
add_private(const char *log_id, gint64 seq, const char *author, gpointer data)
{
  PrivateLogs *logs = data;

  if (bh_operation_is_private_log(log_id) && g_str_equal(author, logs->author))
    json_object_set_new(logs->have, log_id, json_integer(seq));
}

/* The author of private logs is told how far they came; nobody else hears of them. */
static json_t *
make_have(BhReplicatorLink *link)
{
  BhProperty *property = link->replicator->property;
  PrivateLogs logs = {bh_property_get_have(property, FALSE), link->device_id};
  json_t *forks = bh_property_get_forks(property, FALSE);
  json_t *message;

  if (bh_replicator_is_keeper(link->replicator))
    bh_property_visit_logs(property, add_private, &logs);
  message = json_pack("{s:s, s:o, s:s}", "type", "have", "have", logs.have, "level",
                      bh_level_get_name(bh_property_get_level(property)));
  /* More than that nobody looks at. */
  while (json_array_size(forks) > BH_REPLICATOR_MAX_FORKS)
    json_array_remove(forks, json_array_size(forks) - 1);
  if (json_array_size(forks) > 0)
    json_object_set(message, "forks", forks);
  json_decref(forks);
  if (!bh_replicator_is_keeper(link->replicator)) {
    json_t *safe = bh_property_get_safe(property);

    if (json_object_size(safe) > 0)
      json_object_set(message, "safe", safe);
    json_decref(safe);
  }
  return message;
}

/* A peer that said nothing is asked again; so is, rarely, a device whose `have` may be old. */
void
bh_replicator_link_plan_have(BhReplicatorLink *link)
{
  gboolean repeats = !link->trusted && !bh_replicator_is_keeper(link->replicator);

  link->have_due_ms = 0;
  if (!link->heard)
    link->have_due_ms = link->have_said_ms + BH_REPLICATOR_TIMEOUT_MS;
  else if (repeats)
    link->have_due_ms = link->have_said_ms + BH_REPLICATOR_REPEAT_MS;
  if (link->have_due_ms != 0)
    bh_replicator_schedule(link->replicator, link->have_due_ms);
}

void
bh_replicator_link_say_have(BhReplicatorLink *link)
{
  g_autoptr(json_t) message = NULL;

  if (link->replicator == NULL)
    return;
  link->owes_have = link->blocked;
  if (link->blocked)
    return;
  message = make_have(link);
  if (!bh_replicator_link_send(link, message)) {
    link->owes_have = TRUE;
    return;
  }
  if (link->replicator == NULL)
    return;
  link->awaits_have = TRUE;
  link->have_changed = FALSE;
  link->have_said_ms = bh_replicator_now_ms(link->replicator);
  bh_replicator_link_plan_have(link);
}

void
bh_replicator_link_say_partial(BhReplicatorLink *link, GPtrArray *logs)
{
  g_autoptr(json_t) message = NULL;
  json_t *have;

  if (logs->len > MAX_PARTIAL) {
    bh_replicator_link_say_have(link);
    return;
  }
  have = json_object();
  for (guint i = 0; i < logs->len; i++)
    json_object_set_new(
        have, logs->pdata[i],
        json_integer(bh_property_get_seq(link->replicator->property, logs->pdata[i])));
  message =
      json_pack("{s:s, s:o, s:s, s:b}", "type", "have", "have", have, "level",
                bh_level_get_name(bh_property_get_level(link->replicator->property)), "partial", 1);
  bh_replicator_link_answer(link, g_steal_pointer(&message));
}

/* --- what the peer has --- */

/* What is on its way counts as there: where it is not, its time will be over. */
static void
learn_position(BhReplicatorLink *link, const char *log_id, gint64 seq)
{
  bh_log_positions_put(link->known, log_id, MAX(seq, bh_replicator_link_get_flying(link, log_id)));
}

static gint64
count_missing(BhReplicatorLink *link)
{
  g_autoptr(json_t) ours = bh_property_get_have(link->replicator->property, FALSE);
  gint64 missing = 0;
  const char *log_id;
  json_t *seq;

  json_object_foreach(ours, log_id, seq) missing +=
      MAX(json_integer_value(seq) - bh_log_positions_get(link->known, log_id), 0);
  return missing;
}

/* Returns: (transfer full): what the peer counts, by `logId:seq` */
static GHashTable *
index_forks(const json_t *forks)
{
  GHashTable *counts = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  size_t i;
  json_t *fork;

  json_array_foreach(forks, i, fork)
  {
    const char *log_id = json_string_value(json_array_get(fork, 0));

    if (log_id != NULL)
      g_hash_table_insert(counts,
                          g_strdup_printf("%s:%" JSON_INTEGER_FORMAT, log_id,
                                          json_integer_value(json_array_get(fork, 1))),
                          json_array_get(fork, 2));
  }
  return counts;
}

/* The count that the peer names for this identity; 1: it names none. */
static json_int_t
find_count(GHashTable *counts, const char *log_id, json_int_t seq)
{
  g_autofree char *name = g_strdup_printf("%s:%" JSON_INTEGER_FORMAT, log_id, seq);
  const json_t *count = g_hash_table_lookup(counts, name);

  return count != NULL ? json_integer_value(count) : 1;
}

static void
compare_forks(BhReplicatorLink *link, const json_t *theirs)
{
  g_autoptr(json_t) ours = bh_property_get_forks(link->replicator->property, FALSE);
  g_autoptr(GHashTable) counts = NULL;
  size_t i;
  json_t *fork;

  if (json_array_size(theirs) > BH_REPLICATOR_MAX_FORKS)
    return;
  counts = index_forks(theirs);
  json_array_foreach(ours, i, fork)
  {
    const char *log_id = json_string_value(json_array_get(fork, 0));
    json_int_t seq = json_integer_value(json_array_get(fork, 1));

    /* As many need not be the same ones. */
    if (json_integer_value(json_array_get(fork, 2)) >= find_count(counts, log_id, seq))
      bh_replicator_link_note_fork(link, log_id, seq);
  }
}

/* A peer that cannot derive from what it kept asks for a snapshot in place of that. */
static void
answer_wish(BhReplicatorLink *link, const json_t *message, gint64 now_ms)
{
  gboolean reset = json_is_true(json_object_get(message, "reset"));

  if (link->snapshot != NULL || !json_is_true(json_object_get(message, "snapshot")) ||
      !bh_replicator_is_keeper(link->replicator))
    return;
  reset = reset && now_ms >= link->reset_due_ms;
  if (reset)
    link->reset_due_ms = now_ms + RESET_EVERY_MS;
  if (reset || count_missing(link) > BH_REPLICATOR_SNAPSHOT_OPERATIONS)
    bh_replicator_link_begin_snapshot(link, reset);
}

static void
hear_full(BhReplicatorLink *link, BhLogPositions *have, const json_t *message)
{
  BhReplicator *replicator = link->replicator;
  gint64 now_ms = bh_replicator_now_ms(replicator);
  GHashTableIter iter;
  gpointer log_id, seq;

  g_hash_table_unref(link->known);
  link->known = bh_log_positions_new();
  g_hash_table_iter_init(&iter, have);
  while (g_hash_table_iter_next(&iter, &log_id, &seq))
    learn_position(link, log_id, *(gint64 *)seq);
  link->heard = TRUE;
  bh_replicator_link_note_all(link);
  compare_forks(link, json_object_get(message, "forks"));
  answer_wish(link, message, now_ms);
  bh_replicator_link_probe(link, have);
  bh_replicator_link_begin_check(link, have);
  if (!link->awaits_have && now_ms - link->have_said_ms >= ANSWER_AFTER_MS)
    bh_replicator_link_say_have(link);
  else
    bh_replicator_link_plan_have(link);
  link->awaits_have = FALSE;
}

static void
hear_partial(BhReplicatorLink *link, BhLogPositions *have)
{
  BhReplicator *replicator = link->replicator;
  GHashTableIter iter;
  gpointer log_id, value;

  g_hash_table_iter_init(&iter, have);
  while (g_hash_table_iter_next(&iter, &log_id, &value)) {
    gint64 seq = *(gint64 *)value;

    /* Bounded by what a full one may name. */
    if (bh_log_positions_has(link->known, log_id) ||
        g_hash_table_size(link->known) < BH_LOG_POSITIONS_MAX) {
      bh_replicator_link_learn(link, log_id, seq);
      learn_position(link, log_id, seq);
    }
    bh_replicator_link_note_behind(link, log_id);
    if (seq > bh_property_get_seq(replicator->property, log_id) &&
        !bh_operation_is_private_log(log_id) &&
        g_hash_table_size(link->wanted) < BH_LOG_POSITIONS_MAX)
      bh_log_positions_raise(link->wanted, log_id, seq);
  }
  if (g_hash_table_size(link->wanted) > 0 && link->wanted_due_ms == 0) {
    link->wanted_due_ms = bh_replicator_now_ms(replicator) + BH_REPLICATOR_GATHER_MS;
    bh_replicator_schedule(replicator, link->wanted_due_ms);
  }
}

/* It is sent nothing, and asked again and again: whoever looks for the cause finds it said. */
static void
tell_unread(BhReplicatorLink *link, const json_t *have)
{
  if (link->is_unread)
    return;
  link->is_unread = TRUE;
  g_info("what device %s says that it has (%" G_GSIZE_FORMAT
         " logs) cannot be read: nothing is sent "
         "to it",
         link->device_id, json_object_size(have));
}

void
bh_replicator_link_hear_have(BhReplicatorLink *link, const json_t *message)
{
  const json_t *have = json_object_get(message, "have");
  g_autoptr(BhLogPositions) positions = bh_log_positions_parse(have);
  BhLevel level = bh_level_from_name(json_string_value(json_object_get(message, "level")));

  if (positions == NULL) {
    tell_unread(link, have);
    return;
  }
  link->level = link->trusted ? level : MIN(level, BH_LEVEL_DEVICE);
  if (bh_level_is_safe(link->level))
    bh_property_mark_safe(link->replicator->property, have);
  else if (!bh_replicator_is_keeper(link->replicator) &&
           json_is_object(json_object_get(message, "safe")))
    bh_property_mark_safe(link->replicator->property, json_object_get(message, "safe"));
  if (json_is_true(json_object_get(message, "partial")))
    hear_partial(link, positions);
  else
    hear_full(link, positions, message);
  bh_replicator_link_pump(link);
}

/* We still lack what it said it has: to say so makes it push. */
void
bh_replicator_link_ask_wanted(BhReplicatorLink *link)
{
  g_autoptr(BhLogPositions) wanted = g_steal_pointer(&link->wanted);
  g_autoptr(GPtrArray) logs = g_ptr_array_new();
  GHashTableIter iter;
  gpointer log_id, seq;

  link->wanted = bh_log_positions_new();
  link->wanted_due_ms = 0;
  g_hash_table_iter_init(&iter, wanted);
  while (g_hash_table_iter_next(&iter, &log_id, &seq))
    if (bh_property_get_seq(link->replicator->property, log_id) < *(gint64 *)seq)
      g_ptr_array_add(logs, log_id);
  if (logs->len > 0)
    bh_replicator_link_say_partial(link, logs);
}
