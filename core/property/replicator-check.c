/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

#include <string.h>

#include "log-digest.h"

/*
 * `check`: whether the hub has the same operations as we, and not only as many. `have` says how far
 * logs go; where a storage was copied, two go on under the same numbers, and where one of the two
 * is gone before the hub heard of it, those who did hear hold what the hub would never get. So a
 * replica remembers up to where it knows of each log that the hub has the same, and asks about the
 * rest by digests of ranges. What differs it sends, whatever the hub has, which keeps both and
 * tells all.
 *
 * Known to be the same: what came from there, what was answered after it was sent there, and what
 * was compared.
 */

#define MAX_RANGES       32
#define RANGE_OPERATIONS 256
#define MAX_ID_BYTES     64
/* Before something is asked: what is coming anyway comes first. */
#define LAG_MS   5000
#define AGAIN_MS 1000
/* In vain; the next full `have` begins anew. */
#define MAX_TRIES 3
/* A storage that cannot be read now, so soon. */
#define UNREADABLE_MS 60000

static json_t *
print_range(const BhLogRange *range)
{
  return json_pack("[s, I, I]", range->log_id, (json_int_t)range->from, (json_int_t)range->to);
}

/* --- a keeper answers --- */

/* What a peer asked, while ours is being read. */
typedef struct {
  BhReplicatorLink *link;
  char *id;
  GPtrArray *theirs, *ours; /* of BhLogRange, the same ranges */
} Answer;

static void
answer_free(Answer *answer)
{
  bh_replicator_link_unref(answer->link);
  g_free(answer->id);
  g_ptr_array_unref(answer->theirs);
  g_ptr_array_unref(answer->ours);
  g_free(answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Answer, answer_free)

/* @differ: (transfer full): */
static void
send_answer(BhReplicatorLink *link, const char *id, json_t *differ, gint64 retry_ms)
{
  json_t *message = json_pack("{s:s, s:s, s:o}", "type", "checked", "ref", id, "differ", differ);

  if (retry_ms > 0)
    json_object_set_new(message, "retryMs", json_integer(retry_ms));
  bh_replicator_link_answer(link, message);
}

/* Of a private log only its author hears anything. */
static gboolean
may_compare(BhReplicatorLink *link, const char *log_id)
{
  return !bh_operation_is_private_log(log_id) || link->trusted ||
         g_strcmp0(bh_property_get_author(link->replicator->property, log_id), link->device_id) ==
             0;
}

static void
on_ours(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(Answer) answer = data;
  gboolean is_read = bh_log_ranges_digest_finish(BH_PROPERTY(source), result, NULL);
  json_t *differ;

  if (answer->link->replicator == NULL)
    return;
  answer->link->check.is_answering = FALSE;
  differ = json_array();
  for (guint i = 0; is_read && i < answer->ours->len; i++) {
    const BhLogRange *ours = answer->ours->pdata[i], *theirs = answer->theirs->pdata[i];

    if (g_strcmp0(ours->digest, theirs->digest) != 0)
      json_array_append_new(differ, print_range(theirs));
  }
  /* Of a storage that cannot be read it has said itself what ails it. */
  send_answer(answer->link, answer->id, differ, is_read ? 0 : UNREADABLE_MS);
}

/* Returns: %FALSE: they are none */
static gboolean
read_ranges(Answer *answer, const json_t *list, guint *n_operations)
{
  size_t i;
  json_t *item;

  if (json_array_size(list) == 0 || json_array_size(list) > MAX_RANGES)
    return FALSE;
  json_array_foreach(list, i, item)
  {
    const char *log_id = json_string_value(json_array_get(item, 0));
    json_int_t from = json_integer_value(json_array_get(item, 1));
    json_int_t to = json_integer_value(json_array_get(item, 2));
    const char *digest = json_string_value(json_array_get(item, 3));

    if (log_id == NULL || !bh_operation_is_log_id(log_id) || digest == NULL || from < 1 ||
        to < from || to > BH_OPERATION_MAX_SEQ || to - from >= RANGE_OPERATIONS)
      return FALSE;
    bh_log_ranges_add(answer->theirs, log_id, from, to, digest);
    /* To the end of nothing: it is not read. */
    bh_log_ranges_add(answer->ours, log_id, from,
                      may_compare(answer->link, log_id) ? to : G_MAXINT64, NULL);
    *n_operations += (guint)(to - from + 1);
  }
  return TRUE;
}

void
bh_replicator_link_hear_check(BhReplicatorLink *link, const json_t *message)
{
  BhReplicator *replicator = link->replicator;
  const char *id = json_string_value(json_object_get(message, "id"));
  guint n_operations = 0;
  gint64 retry_ms = 0;
  g_autoptr(Answer) answer = NULL;

  if (!bh_replicator_is_keeper(replicator) || id == NULL || strlen(id) > MAX_ID_BYTES ||
      link->check.is_answering)
    return;
  answer = g_new0(Answer, 1);
  answer->link = bh_replicator_link_ref(link);
  answer->id = g_strdup(id);
  answer->theirs = bh_log_ranges_new();
  answer->ours = bh_log_ranges_new();
  if (!read_ranges(answer, json_object_get(message, "ranges"), &n_operations))
    return;
  if (!link->trusted)
    retry_ms = bh_take_rate_take(replicator->check_rate, link->device_id, n_operations, 0,
                                 bh_replicator_now_ms(replicator));
  if (retry_ms > 0) {
    send_answer(link, id, json_array(), retry_ms);
    return;
  }
  link->check.is_answering = TRUE;
  bh_log_ranges_digest_async(replicator->property, answer->ours, link->check.cancellable, on_ours,
                             answer);
  (void)g_steal_pointer(&answer); /* on_ours() has it */
}

/* --- others ask --- */

gboolean
bh_replicator_link_is_to_hub(BhReplicatorLink *link)
{
  return link->trusted && link->level == BH_LEVEL_HUB && !bh_replicator_is_keeper(link->replicator);
}

void
bh_replicator_link_clear_check(BhReplicatorLink *link)
{
  g_clear_pointer(&link->check.id, g_free);
  g_clear_pointer(&link->check.ranges, g_ptr_array_unref);
  g_clear_pointer(&link->check.differing, g_hash_table_unref);
  g_cancellable_cancel(link->check.cancellable);
  g_clear_object(&link->check.cancellable);
}

static void
ask_later(BhReplicatorLink *link, gint64 delay_ms)
{
  link->check.due_ms = bh_replicator_now_ms(link->replicator) + delay_ms;
  bh_replicator_schedule(link->replicator, link->check.due_ms);
}

/* Nothing was answered, or nothing can be sent. */
static void
forget_asked(BhReplicatorLink *link)
{
  g_clear_pointer(&link->check.id, g_free);
  g_clear_pointer(&link->check.ranges, g_ptr_array_unref);
  link->check.due_ms = 0;
}

typedef struct {
  BhReplicatorLink *link;
  GPtrArray *ranges;
  guint max_ranges;
  gboolean is_lagging; /* some of it is just on its way there */
} Plan;

static void
plan_log(const char *log_id, gint64 seq, const char *author, gpointer data)
{
  Plan *plan = data;
  BhReplicatorLink *link = plan->link;
  gint64 same = bh_property_get_delivered(link->replicator->property, log_id);
  gint64 end = MIN(seq, bh_log_positions_get(link->known, log_id));

  (void)author;
  if (end <= same || !bh_replicator_link_may_get(link, log_id) ||
      bh_log_positions_has(link->check.differing, log_id))
    return;
  if (bh_replicator_link_get_flying(link, log_id) > 0) {
    plan->is_lagging = TRUE;
    return;
  }
  for (; same < end && plan->ranges->len < plan->max_ranges; same += RANGE_OPERATIONS)
    bh_log_ranges_add(plan->ranges, log_id, same + 1, MIN(same + RANGE_OPERATIONS, end), NULL);
}

/* Those that could not be read are left out, here and in the message. */
static json_t *
print_ranges(GPtrArray *ranges)
{
  json_t *list = json_array();

  for (guint i = 0; i < ranges->len;) {
    const BhLogRange *range = ranges->pdata[i];
    json_t *item;

    if (range->digest == NULL) {
      g_ptr_array_remove_index(ranges, i);
      continue;
    }
    item = print_range(range);
    json_array_append_new(item, json_string(range->digest));
    json_array_append_new(list, item);
    i++;
  }
  return list;
}

/* Asks about @ranges. */
static void
send_check(BhReplicatorLink *link, GPtrArray *ranges)
{
  g_autofree char *id = bh_replicator_new_id(link->replicator, "c");
  g_autoptr(json_t) message =
      json_pack("{s:s, s:s, s:o}", "type", "check", "id", id, "ranges", print_ranges(ranges));

  if (ranges->len == 0)
    return;
  /* Noted before it is sent: the answer may come from within. */
  link->check.id = g_steal_pointer(&id);
  link->check.ranges = g_ptr_array_ref(ranges);
  ask_later(link, BH_REPLICATOR_TIMEOUT_MS);
  if (bh_replicator_link_send(link, message) || link->replicator == NULL)
    return;
  forget_asked(link);
  ask_later(link, AGAIN_MS);
}

typedef struct {
  BhReplicatorLink *link;
  GPtrArray *ranges;
} Question;

static void
on_asked(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr(BhReplicatorLink) link = question->link;
  g_autoptr(GPtrArray) ranges = question->ranges;
  gboolean is_read = bh_log_ranges_digest_finish(BH_PROPERTY(source), result, NULL);

  if (link->replicator == NULL)
    return;
  link->check.is_reading = FALSE;
  if (is_read) {
    send_check(link, ranges);
  } else {
    link->check.tries++;
    ask_later(link, AGAIN_MS);
  }
}

/* About all that is not known to be the same, as far as one message goes; one after the other. */
static void
ask(BhReplicatorLink *link)
{
  /* A hub that is slow gets smaller questions. */
  Plan plan = {link, NULL, MAX_RANGES >> (2 * link->check.tries), FALSE};
  Question *question;

  if (link->check.is_reading || link->check.id != NULL || !link->heard ||
      !bh_replicator_link_is_to_hub(link))
    return;
  link->check.due_ms = 0;
  if (link->check.tries >= MAX_TRIES)
    return;
  if (link->blocked) {
    ask_later(link, AGAIN_MS);
    return;
  }
  plan.ranges = bh_log_ranges_new();
  bh_property_visit_logs(link->replicator->property, plan_log, &plan);
  if (plan.is_lagging)
    ask_later(link, LAG_MS);
  if (plan.ranges->len == 0) {
    g_ptr_array_unref(plan.ranges);
    return;
  }
  link->check.is_reading = TRUE;
  question = g_new0(Question, 1);
  question->link = bh_replicator_link_ref(link);
  question->ranges = plan.ranges;
  bh_log_ranges_digest_async(link->replicator->property, plan.ranges, link->check.cancellable,
                             on_asked, question);
}

void
bh_replicator_link_begin_check(BhReplicatorLink *link, BhLogPositions *have)
{
  if (!bh_replicator_link_is_to_hub(link))
    return;
  bh_property_lower_delivered(link->replicator->property, have);
  g_hash_table_remove_all(link->check.differing);
  link->check.tries = 0;
  if (link->check.id == NULL)
    ask_later(link, LAG_MS);
}

void
bh_replicator_link_tick_check(BhReplicatorLink *link, gint64 now_ms)
{
  if (link->check.due_ms == 0 || link->check.due_ms > now_ms)
    return;
  link->check.due_ms = 0;
  if (link->check.id != NULL) {
    forget_asked(link);
    link->check.tries++;
  }
  ask(link);
}

/* --- what is known to be the same --- */

void
bh_replicator_link_check_later(BhReplicatorLink *link, gint64 delay_ms)
{
  if (bh_replicator_link_is_to_hub(link) && link->check.due_ms == 0)
    ask_later(link, delay_ms);
}

/* Unless it was given up. */
static void
end_differing(BhReplicatorLink *link, const char *log_id)
{
  if (bh_log_positions_get(link->check.differing, log_id) < G_MAXINT64)
    g_hash_table_remove(link->check.differing, log_id);
}

void
bh_replicator_link_note_refused(BhReplicatorLink *link, const char *log_id)
{
  end_differing(link, log_id);
  bh_replicator_link_check_later(link, LAG_MS);
}

void
bh_replicator_link_give_up_check(BhReplicatorLink *link, const char *log_id)
{
  if (bh_replicator_link_is_to_hub(link))
    bh_log_positions_put(link->check.differing, log_id, G_MAXINT64);
}

void
bh_replicator_link_note_same(BhReplicatorLink *link, const char *log_id, gint64 from, gint64 to)
{
  BhProperty *property = link->replicator->property;
  gint64 differing_to, delay_ms = LAG_MS;

  if (!bh_replicator_link_is_to_hub(link) ||
      bh_log_positions_get(link->check.differing, log_id) == G_MAXINT64)
    return;
  if (bh_property_note_delivered(property, log_id, from, to)) {
    differing_to = bh_log_positions_get(link->check.differing, log_id);
    if (differing_to == 0 || bh_property_get_delivered(property, log_id) < differing_to)
      return;
    delay_ms = AGAIN_MS;
  }
  /* More of it can be compared now; or what was sent of it was answered out of turn. */
  end_differing(link, log_id);
  bh_replicator_link_check_later(link, delay_ms);
}

static gboolean
is_among(const json_t *differ, const BhLogRange *range)
{
  size_t i;
  json_t *item;

  json_array_foreach(differ, i, item)
  {
    if (g_strcmp0(json_string_value(json_array_get(item, 0)), range->log_id) == 0 &&
        json_integer_value(json_array_get(item, 1)) == range->from)
      return TRUE;
  }
  return FALSE;
}

/* What is here is sent there, before more of that log is compared. */
static void
send_differing(BhReplicatorLink *link, const BhLogRange *range)
{
  if (bh_log_positions_has(link->check.differing, range->log_id))
    return;
  if (bh_replicator_link_queue_fork(link, range->log_id, range->from, range->to))
    bh_log_positions_put(link->check.differing, range->log_id, range->to);
  else
    bh_replicator_link_check_later(link, LAG_MS);
}

void
bh_replicator_link_hear_checked(BhReplicatorLink *link, const json_t *message)
{
  const char *ref = json_string_value(json_object_get(message, "ref"));
  const json_t *differ = json_object_get(message, "differ");
  gint64 retry_ms = json_integer_value(json_object_get(message, "retryMs"));
  g_autoptr(GPtrArray) ranges = NULL;

  if (link->check.id == NULL || g_strcmp0(ref, link->check.id) != 0 || !json_is_array(differ))
    return;
  ranges = g_steal_pointer(&link->check.ranges);
  forget_asked(link);
  link->check.tries = 0;
  if (retry_ms > 0) {
    ask_later(link, CLAMP(retry_ms, BH_REPLICATOR_MIN_RETRY_MS, BH_REPLICATOR_MAX_RETRY_MS));
    return;
  }
  for (guint i = 0; i < ranges->len; i++) {
    const BhLogRange *range = ranges->pdata[i];

    if (is_among(differ, range))
      send_differing(link, range);
    else
      bh_property_note_delivered(link->replicator->property, range->log_id, range->from, range->to);
  }
  ask(link);
  bh_replicator_link_pump(link);
}
