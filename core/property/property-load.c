/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include <string.h>

#include "kind-table.h"
#include "property-private.h"

/*
 * The start: records of the last checkpoint, and what came after it applied to them. Where a
 * cut-off is concerned, or the table of kinds is another than the last time, loading is over once
 * all is derived again.
 */

static void
take_logs(BhProperty *self, const BhBackendContents *contents)
{
  for (guint i = 0; i < contents->logs->len; i++) {
    const BhBackendLog *item = contents->logs->pdata[i];
    BhLog *log = bh_log_table_ensure(self->logs, item->log_id, item->device_id);

    log->committed = log->queued = item->seq;
  }
  for (guint i = 0; i < contents->forks->len; i++) {
    const BhBackendFork *fork = contents->forks->pdata[i];

    bh_log_set_fork(bh_log_table_find(self->logs, fork->log_id), fork->seq, fork->count);
  }
}

static void
take_safe(BhProperty *self, const char *text)
{
  g_autoptr(json_t) safe = text != NULL ? bh_json_parse(text, strlen(text), NULL) : NULL;

  bh_property_mark_safe(self, safe);
  self->is_safe_new = FALSE;
}

static void
take_values(BhProperty *self, GHashTable *values)
{
  const char *receipt = g_hash_table_lookup(values, BH_PROPERTY_RECEIPT);
  const char *clock = g_hash_table_lookup(values, BH_PROPERTY_CLOCK);
  const char *colon = clock != NULL ? strchr(clock, ':') : NULL;

  self->receipt = receipt != NULL ? g_ascii_strtoll(receipt, NULL, 10) : 0;
  if (colon != NULL)
    bh_hybrid_clock_restore(self->clock,
                            (BhHybridTime){g_ascii_strtoll(clock, NULL, 10),
                                           (guint32)g_ascii_strtoull(colon + 1, NULL, 10)});
  take_safe(self, g_hash_table_lookup(values, BH_PROPERTY_SAFE));
}

static void
set_cutoffs(const char *name, BhRecord *record, gpointer data)
{
  BhProperty *self = data;

  bh_cutoffs_free(bh_cutoff_table_set(self->cutoffs, name + strlen("device/"), record));
}

static void
take_records(BhProperty *self, const BhBackendContents *contents)
{
  for (guint i = 0; i < contents->records->len; i++) {
    const BhBackendRecord *item = contents->records->pdata[i];

    bh_record_book_put(self->book, item->entity, item->record, item->touched_ms);
  }
  bh_record_book_visit(self->book, "device/", set_cutoffs, self);
  for (guint i = 0; i < contents->aside->len; i++) {
    const BhBackendAside *aside = contents->aside->pdata[i];

    bh_aside_list_set(self->aside, aside->log_id, aside->seq, aside->entity, aside->reason);
  }
}

static void
restore_clock(BhProperty *self, const BhOperation *op)
{
  BhHybridTime time = {op->hlc_ms, op->hlc_counter};

  if (op->is_redacted)
    return;
  if (g_str_equal(op->device_id, self->device_id))
    bh_hybrid_clock_restore(self->clock, time);
  else
    bh_property_hear(self, op);
}

/* What came after the last checkpoint. */
static void
take_entries(BhProperty *self, const BhBackendContents *contents)
{
  BhEffect effect;

  bh_effect_init(&effect);
  for (guint i = 0; i < contents->entries->len; i++) {
    const BhBackendEntry *entry = contents->entries->pdata[i];

    restore_clock(self, entry->op);
    bh_property_apply(self, entry->op, entry->reason, &effect);
  }
  bh_property_emit_effect(self, &effect);
  bh_effect_clear(&effect);
}

static void
take_derive_values(BhProperty *self, GHashTable *values)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init(&iter, values);
  while (g_hash_table_iter_next(&iter, &name, NULL)) {
    if (!g_str_has_prefix(name, BH_PROPERTY_DERIVE))
      continue;
    g_hash_table_add(self->derive_values, g_strdup(name));
    bh_property_derive_all(self, (char *)name + strlen(BH_PROPERTY_DERIVE));
  }
  if (g_strcmp0(g_hash_table_lookup(values, BH_PROPERTY_KINDS), bh_kind_table_get_version()) != 0) {
    g_hash_table_add(self->derive_values, g_strdup(BH_PROPERTY_KINDS));
    bh_property_derive_aside(self);
  }
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhProperty) self = data;
  GError *error = NULL;
  g_autoptr(BhBackendContents) contents =
      bh_operation_backend_load_finish(BH_OPERATION_BACKEND(source), result, &error);

  if (contents != NULL && self->is_closed)
    g_set_error_literal(&error, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED,
                        "the property is closed");
  if (error != NULL) {
    g_autoptr(GTask) task = g_steal_pointer(&self->load_task);

    g_task_return_error(task, error);
    return;
  }
  for (guint i = 0; i < contents->members->len; i++)
    bh_member_roll_add(self->members, contents->members->pdata[i], NULL, NULL);
  take_logs(self, contents);
  take_values(self, contents->values);
  take_records(self, contents);
  self->position = contents->position;
  self->checkpoint = contents->checkpoint;
  self->n_aside = contents->n_aside;
  take_entries(self, contents);
  take_derive_values(self, contents->values);
  bh_property_finish_load(self);
}

void
bh_property_finish_load(BhProperty *self)
{
  g_autoptr(GTask) task = NULL;

  if (self->load_task == NULL || (bh_property_is_deriving(self) && !self->is_closed))
    return;
  task = g_steal_pointer(&self->load_task);
  if (self->is_closed) {
    g_task_return_new_error(task, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED,
                            "the property is closed");
    return;
  }
  self->is_loaded = TRUE;
  g_task_return_boolean(task, TRUE);
  bh_property_think_of_checkpoint(self);
}

void
bh_property_load_async(BhProperty *property, GAsyncReadyCallback callback, gpointer data)
{
  g_return_if_fail(BH_IS_PROPERTY(property) && property->load_task == NULL);
  g_return_if_fail(!property->is_loaded && !property->is_closed);

  property->load_task = g_task_new(property, NULL, callback, data);
  bh_operation_backend_load_async(property->backend, load_cb, g_object_ref(property));
}

gboolean
bh_property_load_finish(BhProperty *property, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, property), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}
