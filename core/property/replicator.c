/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "replicator-private.h"

#include <string.h>

#include "redaction.h"

/*
 * A commit is told to all links at once: each notes the logs that changed as *behind* and sends
 * what its window allows. What it costs is links times changed logs, and one message for all that
 * are equally far.
 */

/* --- life --- */

static void on_committed(BhProperty *property, GPtrArray *operations, gpointer source,
                         BhReplicator *replicator);
static void on_conflict(BhProperty *property, BhOperation *first, BhOperation *other,
                        BhReplicator *replicator);
static void on_safe_changed(BhProperty *property, BhReplicator *replicator);

BhReplicator *
bh_replicator_new(BhProperty *property, BhReplicatorClock clock, gpointer clock_data)
{
  BhReplicator *replicator = g_new0(BhReplicator, 1);

  replicator->property = g_object_ref(property);
  replicator->clock = clock;
  replicator->clock_data = clock_data;
  replicator->links = g_ptr_array_new_with_free_func((GDestroyNotify)bh_replicator_link_unref);
  replicator->cache = bh_operation_cache_new();
  replicator->rate = bh_take_rate_new();
  replicator->check_rate = bh_take_rate_new();
  replicator->changed = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  replicator->passed = bh_log_positions_new();
  replicator->next_due_ms = -1;
  g_signal_connect(property, "committed", G_CALLBACK(on_committed), replicator);
  g_signal_connect(property, "conflict", G_CALLBACK(on_conflict), replicator);
  g_signal_connect(property, "safe-changed", G_CALLBACK(on_safe_changed), replicator);
  return replicator;
}

void
bh_replicator_free(BhReplicator *replicator)
{
  if (replicator == NULL)
    return;
  g_signal_handlers_disconnect_by_data(replicator->property, replicator);
  while (replicator->links->len > 0)
    bh_replicator_remove_link(replicator, replicator->links->pdata[0]);
  g_ptr_array_unref(replicator->links);
  for (guint i = 0; i < BH_REPLICATOR_SHARED; i++)
    bh_operation_batch_unref(replicator->shared[i]);
  bh_operation_cache_free(replicator->cache);
  bh_take_rate_free(replicator->rate);
  bh_take_rate_free(replicator->check_rate);
  g_hash_table_unref(replicator->changed);
  g_hash_table_unref(replicator->passed);
  bh_replicator_frozen_clear(&replicator->frozen);
  json_decref(replicator->printed);
  g_clear_pointer(&replicator->print, g_bytes_unref);
  g_object_unref(replicator->property);
  g_free(replicator);
}

gint64
bh_replicator_now_ms(BhReplicator *replicator)
{
  return replicator->clock(replicator->clock_data);
}

gboolean
bh_replicator_is_keeper(BhReplicator *replicator)
{
  return bh_level_is_safe(bh_property_get_level(replicator->property));
}

char *
bh_replicator_new_id(BhReplicator *replicator, const char *prefix)
{
  return g_strdup_printf("%s%" G_GUINT64_FORMAT, prefix, ++replicator->next_id);
}

guint
bh_replicator_get_n_links(const BhReplicator *replicator)
{
  return replicator->links->len;
}

void
bh_replicator_get_figures(const BhReplicator *replicator, BhReplicatorFigures *figures)
{
  *figures = replicator->figures;
}

/* --- links --- */

BhReplicatorLink *
bh_replicator_add_link(BhReplicator *replicator, const BhReplicatorPeer *peer,
                       BhReplicatorSend send, gpointer data)
{
  BhReplicatorLink *link;

  g_return_val_if_fail(peer->device_id != NULL, NULL);

  link = bh_replicator_link_new(replicator, peer, send, data);
  g_ptr_array_add(replicator->links, link);
  bh_replicator_link_say_have(link);
  return link;
}

void
bh_replicator_remove_link(BhReplicator *replicator, BhReplicatorLink *link)
{
  bh_replicator_link_detach(link);
  g_ptr_array_remove_fast(replicator->links, link);
}

/* Links as they are now: sending may remove some. */
static GPtrArray *
hold_links(BhReplicator *replicator)
{
  GPtrArray *held = g_ptr_array_new_with_free_func((GDestroyNotify)bh_replicator_link_unref);

  for (guint i = 0; i < replicator->links->len; i++)
    g_ptr_array_add(held, bh_replicator_link_ref(replicator->links->pdata[i]));
  return held;
}

gboolean
bh_replicator_receive(BhReplicator *replicator, BhReplicatorLink *link, const json_t *message)
{
  g_autoptr(BhReplicatorLink) held G_GNUC_UNUSED = bh_replicator_link_ref(link);
  const char *type = json_string_value(json_object_get(message, "type"));

  g_return_val_if_fail(link->replicator == replicator, FALSE);

  if (g_strcmp0(type, "have") == 0)
    bh_replicator_link_hear_have(link, message);
  else if (g_strcmp0(type, "ops") == 0)
    bh_replicator_link_hear_ops(link, message);
  else if (g_strcmp0(type, "check") == 0)
    bh_replicator_link_hear_check(link, message);
  else if (g_strcmp0(type, "checked") == 0)
    bh_replicator_link_hear_checked(link, message);
  else if (g_strcmp0(type, "ack") == 0)
    return bh_replicator_link_hear_ack(link, message);
  else
    return FALSE;
  return TRUE;
}

void
bh_replicator_ready(BhReplicator *replicator, BhReplicatorLink *link)
{
  g_autoptr(BhReplicatorLink) held G_GNUC_UNUSED = bh_replicator_link_ref(link);

  g_return_if_fail(link->replicator == replicator);

  bh_replicator_link_ready(link);
}

void
bh_replicator_wake(BhReplicator *replicator)
{
  g_autoptr(GPtrArray) links = hold_links(replicator);

  for (guint i = 0; i < links->len; i++)
    bh_replicator_link_say_have(links->pdata[i]);
}

/* --- commits --- */

/* Words that were erased must not leave from memory either. */
static void
forget_redacted(const char *log_id, gint64 seq, gpointer data)
{
  BhReplicator *replicator = data;

  bh_operation_cache_remove(replicator->cache, log_id, seq);
  /* A batch that is shared may hold it as well. */
  for (guint i = 0; i < BH_REPLICATOR_SHARED; i++)
    g_clear_pointer(&replicator->shared[i], bh_operation_batch_unref);
}

static void
keep(BhReplicator *replicator, BhOperation *op)
{
  bh_redaction_visit_targets(op, forget_redacted, replicator);
  /* Variants are read together, from the disk. */
  if (bh_property_get_fork_count(replicator->property, op->log_id, op->seq) < 2)
    bh_operation_cache_add(replicator->cache, op);
}

/* The logs of @operations, each with whether it is our own. */
static GHashTable *
list_logs(BhReplicator *replicator, GPtrArray *operations)
{
  const char *self = bh_property_get_device_id(replicator->property);
  GHashTable *logs = g_hash_table_new(bh_keyed_hash, g_str_equal);

  for (guint i = 0; i < operations->len; i++) {
    BhOperation *op = operations->pdata[i];

    keep(replicator, op);
    g_hash_table_insert(logs, op->log_id, GINT_TO_POINTER(g_str_equal(op->device_id, self)));
  }
  return logs;
}

/* Returns: whether some are to be sent now */
static gboolean
note_commit(BhReplicatorLink *link, GHashTable *logs, gboolean keeper)
{
  gboolean any = FALSE;
  GHashTableIter iter;
  gpointer log_id, is_own;

  if (link->replicator == NULL)
    return FALSE;
  link->have_changed = TRUE;
  if (!link->heard)
    return FALSE;
  g_hash_table_iter_init(&iter, logs);
  while (g_hash_table_iter_next(&iter, &log_id, &is_own)) {
    if (!keeper && !GPOINTER_TO_INT(is_own))
      continue;
    bh_replicator_link_note_behind(link, log_id);
    any = TRUE;
  }
  return any;
}

/* The rest is told when a little has gathered. */
static void
gather_changed(BhReplicator *replicator, GHashTable *logs)
{
  GHashTableIter iter;
  gpointer log_id, is_own;

  g_hash_table_iter_init(&iter, logs);
  while (g_hash_table_iter_next(&iter, &log_id, &is_own)) {
    if (!GPOINTER_TO_INT(is_own) && !bh_operation_is_private_log(log_id))
      g_hash_table_add(replicator->changed, g_strdup(log_id));
  }
  if (g_hash_table_size(replicator->changed) == 0 || replicator->changed_due_ms != 0)
    return;
  replicator->changed_due_ms = bh_replicator_now_ms(replicator) + BH_REPLICATOR_GATHER_MS;
  bh_replicator_schedule(replicator, replicator->changed_due_ms);
}

static void
note_source(BhReplicator *replicator, gpointer source, GPtrArray *operations)
{
  BhReplicatorLink *link = source;

  if (source == NULL || !g_ptr_array_find(replicator->links, source, NULL))
    return;
  replicator->figures.taken += operations->len;
  for (guint i = 0; i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];

    /* A variant says nothing of how far it is; nor do operations of others that waited for its. */
    if (op->seq <= bh_log_positions_get(link->handed, op->log_id) &&
        bh_property_get_fork_count(replicator->property, op->log_id, op->seq) < 2)
      bh_log_positions_raise(link->known, op->log_id, op->seq);
  }
}

static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, BhReplicator *replicator)
{
  g_autoptr(GHashTable) logs = list_logs(replicator, operations);
  g_autoptr(GPtrArray) links = hold_links(replicator);
  gboolean keeper = bh_replicator_is_keeper(replicator);

  (void)property;
  note_source(replicator, source, operations);
  for (guint i = 0; i < links->len; i++)
    if (note_commit(links->pdata[i], logs, keeper))
      bh_replicator_link_pump(links->pdata[i]);
  if (!keeper)
    gather_changed(replicator, logs);
}

static void
on_conflict(BhProperty *property, BhOperation *first, BhOperation *other, BhReplicator *replicator)
{
  g_autoptr(GPtrArray) links = hold_links(replicator);

  (void)property;
  (void)first;
  bh_operation_cache_remove(replicator->cache, other->log_id, other->seq);
  for (guint i = 0; i < links->len; i++) {
    bh_replicator_link_note_fork(links->pdata[i], other->log_id, other->seq);
    bh_replicator_link_pump(links->pdata[i]);
  }
}

/* Operations of others, at a device: to the hub and the cloud they go, devices are told. */
static void
tell_changed(BhReplicator *replicator)
{
  g_autoptr(GHashTable) changed = g_steal_pointer(&replicator->changed);
  g_autoptr(GPtrArray) links = hold_links(replicator);
  g_autoptr(GPtrArray) logs = g_ptr_array_new();
  GHashTableIter iter;
  gpointer log_id;

  replicator->changed = g_hash_table_new_full(bh_keyed_hash, g_str_equal, g_free, NULL);
  replicator->changed_due_ms = 0;
  for (guint i = 0; i < links->len; i++) {
    BhReplicatorLink *link = links->pdata[i];

    if (link->replicator == NULL || !link->heard)
      continue;
    g_ptr_array_set_size(logs, 0);
    g_hash_table_iter_init(&iter, changed);
    while (g_hash_table_iter_next(&iter, &log_id, NULL)) {
      if (link->trusted)
        bh_replicator_link_note_behind(link, log_id);
      else if (bh_log_positions_get(link->known, log_id) <
               bh_property_get_seq(replicator->property, log_id))
        g_ptr_array_add(logs, log_id);
    }
    if (logs->len > 0)
      bh_replicator_link_say_partial(link, logs);
    bh_replicator_link_pump(link);
  }
}

/* --- what is safe, told on --- */

static void
on_safe_changed(BhProperty *property, BhReplicator *replicator)
{
  (void)property;
  if (bh_replicator_is_keeper(replicator) || replicator->safe_due_ms != 0)
    return;
  replicator->safe_due_ms = bh_replicator_now_ms(replicator) + BH_REPLICATOR_GATHER_MS;
  bh_replicator_schedule(replicator, replicator->safe_due_ms);
}

static void
tell_safe(BhReplicator *replicator)
{
  g_autoptr(json_t) safe = bh_property_get_safe(replicator->property);
  g_autoptr(GPtrArray) links = hold_links(replicator);
  g_autoptr(json_t) news = json_object();
  g_autoptr(json_t) message = NULL;
  const char *log_id;
  json_t *seq;

  replicator->safe_due_ms = 0;
  json_object_foreach(safe, log_id, seq) if (!bh_operation_is_private_log(log_id) &&
                                             bh_log_positions_raise(replicator->passed, log_id,
                                                                    json_integer_value(seq)))
      json_object_set(news, log_id, seq);
  if (json_object_size(news) == 0)
    return;
  message = json_pack("{s:s, s:O, s:s}", "type", "ack", "have", news, "level",
                      bh_level_get_name(BH_LEVEL_HUB));
  for (guint i = 0; i < links->len; i++) {
    BhReplicatorLink *link = links->pdata[i];

    if (!link->trusted)
      bh_replicator_link_answer(link, json_incref(message));
  }
}

/* --- time --- */

void
bh_replicator_schedule(BhReplicator *replicator, gint64 due_ms)
{
  if (replicator->next_due_ms >= 0 && replicator->next_due_ms <= due_ms)
    return;
  replicator->next_due_ms = due_ms;
  if (!replicator->is_ticking && replicator->wakeup != NULL)
    replicator->wakeup(replicator->wakeup_data);
}

void
bh_replicator_set_wakeup(BhReplicator *replicator, void (*wakeup)(gpointer data), gpointer data)
{
  replicator->wakeup = wakeup;
  replicator->wakeup_data = data;
}

static gint64
get_earlier(gint64 a, gint64 b)
{
  return a < 0 || (b >= 0 && b < a) ? b : a;
}

gint64
bh_replicator_tick(BhReplicator *replicator)
{
  gint64 now_ms = bh_replicator_now_ms(replicator);
  g_autoptr(GPtrArray) links = NULL;
  gint64 due_ms = -1;

  if (replicator->next_due_ms < 0)
    return -1;
  if (replicator->next_due_ms > now_ms)
    return replicator->next_due_ms - now_ms;

  replicator->is_ticking = TRUE;
  links = hold_links(replicator);
  if (replicator->changed_due_ms != 0 && replicator->changed_due_ms <= now_ms)
    tell_changed(replicator);
  if (replicator->safe_due_ms != 0 && replicator->safe_due_ms <= now_ms)
    tell_safe(replicator);
  for (guint i = 0; i < links->len; i++)
    bh_replicator_link_tick(links->pdata[i], now_ms);

  for (guint i = 0; i < replicator->links->len; i++)
    due_ms = get_earlier(due_ms, bh_replicator_link_get_due_ms(replicator->links->pdata[i]));
  if (replicator->changed_due_ms != 0)
    due_ms = get_earlier(due_ms, replicator->changed_due_ms);
  if (replicator->safe_due_ms != 0)
    due_ms = get_earlier(due_ms, replicator->safe_due_ms);
  replicator->next_due_ms = due_ms;
  replicator->is_ticking = FALSE;
  /* At least a millisecond: nothing here may make the loop spin. */
  return due_ms < 0 ? -1 : MAX(due_ms - now_ms, 1);
}

/* --- printing --- */

GBytes *
bh_replicator_print(BhReplicator *replicator, const json_t *message)
{
  if (replicator->printed != message) {
    GBytes *print = bh_json_to_bytes(message);

    json_decref(replicator->printed);
    g_clear_pointer(&replicator->print, g_bytes_unref);
    /* A reference, so that no other message can come to lie at this address. */
    replicator->printed = json_incref((json_t *)message);
    replicator->print = print;
  }
  return g_bytes_ref(replicator->print);
}

/* --- what peers have of ours --- */

static gboolean
has_more_of_ours(BhReplicatorLink *link)
{
  BhProperty *property = link->replicator->property;
  const char *device_id = bh_property_get_device_id(property);
  GHashTableIter iter;
  gpointer log_id, seq;

  g_hash_table_iter_init(&iter, link->known);
  while (g_hash_table_iter_next(&iter, &log_id, &seq))
    if (bh_operation_is_log_of(log_id, device_id) && !bh_operation_is_private_log(log_id) &&
        *(gint64 *)seq > bh_property_get_seq(property, log_id))
      return TRUE;
  return FALSE;
}

gboolean
bh_replicator_lacks_own(BhReplicator *replicator)
{
  for (guint i = 0; i < replicator->links->len; i++)
    if (has_more_of_ours(replicator->links->pdata[i]))
      return TRUE;
  return FALSE;
}

/* --- what peers lack --- */

typedef struct {
  BhReplicatorLink *link;
  guint64 count;
} Missing;

static gboolean
count_behind(gpointer log_id, gpointer value, gpointer user_data)
{
  Missing *missing = user_data;
  gint64 seq = bh_property_get_seq(missing->link->replicator->property, log_id);
  gint64 known = bh_log_positions_get(missing->link->known, log_id);

  if (seq > known && bh_replicator_link_may_get(missing->link, log_id))
    missing->count += (guint64)(seq - known);
  return FALSE;
}

guint64
bh_replicator_count_missing(BhReplicator *replicator)
{
  guint64 count = 0;

  for (guint i = 0; i < replicator->links->len; i++) {
    Missing missing = {.link = replicator->links->pdata[i]};

    g_tree_foreach(missing.link->behind, count_behind, &missing);
    for (guint k = 0; k < missing.link->n_flight; k++)
      missing.count += missing.link->flight[k].batch->operations->len;
    count += missing.count;
  }
  return count;
}
