/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "kind-table.h"
#include "property-private.h"

/*
 * When a cut-off changes, some operations of a device are judged otherwise than before, and what
 * they had added cannot be taken out of a record: the records of the entities concerned are made
 * anew from all their operations. So are those of entities about which something was set aside by
 * a table of kinds that was not ours: an upgrade brought another, which may know it. Until then
 * they read as before. What is committed meanwhile is judged by the new cut-off at once, and is in
 * what is read: reads and appends complete in the order of the calls.
 *
 * Should that fail, the values that ask for it are forgotten here and stay in the backend, so that
 * the next start does it.
 */

/* Entities being read at a time: enough to keep the disk busy. */
#define MAX_READS 8

static void pump(BhProperty *self);

gboolean
bh_property_is_deriving(BhProperty *self)
{
  return self->n_deriving > 0 || !g_queue_is_empty(&self->deriving);
}

/* --- one entity --- */

typedef struct {
  BhProperty *property; /* owned */
  char *name;
} Read;

static void
read_free(Read *read)
{
  g_object_unref(read->property);
  g_free(read->name);
  g_free(read);
}

static void
fold(BhProperty *self, const BhBackendEntry *entry, BhRecord *into, BhEffect *effect)
{
  const BhOperation *op = entry->op;
  const BhLog *log = bh_log_table_find(self->logs, op->log_id);
  const char *reason;

  /* Stored, but its commit has not been told: it comes. */
  if (log == NULL || op->seq > log->committed)
    return;
  reason = bh_property_judge(self, op);
  bh_property_note_judgement(self, op, entry->reason, reason, effect);
  if (reason == NULL)
    bh_kind_table_lift(op, into);
}

/* What an operation does beside its record, where it was aside so far. */
static void
follow(BhProperty *self, const char *name, const GPtrArray *entries, BhEffect *effect)
{
  for (guint i = 0; i < entries->len; i++) {
    const BhBackendEntry *entry = entries->pdata[i];

    if (!entry->op->is_redacted)
      bh_property_follow_redaction(self, entry->op, effect);
    /* Only one that applies now is about a device at all. */
    if (entry->reason != NULL && bh_cutoff_table_is_kind(entry->op->kind) &&
        bh_property_judge(self, entry->op) == NULL)
      bh_property_apply_cutoffs(self, name);
  }
}

static void
entity_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Read *read = data;
  BhProperty *self = read->property;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) entries =
      bh_operation_backend_read_finish(BH_OPERATION_BACKEND(source), result, &error);
  BhEffect effect;

  self->n_deriving--;
  if (entries == NULL) {
    g_hash_table_remove_all(self->derive_values);
    if (!self->is_closed)
      g_warning("%s could not be derived again; the next start does it: %s", read->name,
                error->message);
  } else if (!self->is_closed) {
    BhRecord *record = bh_record_new();
    gint64 newest_ms = 0;

    bh_effect_init(&effect);
    for (guint i = 0; i < entries->len; i++) {
      const BhBackendEntry *entry = entries->pdata[i];

      fold(self, entry, record, &effect);
      newest_ms = MAX(newest_ms, entry->op->hlc_ms);
    }
    newest_ms = MIN(newest_ms, bh_property_house_now(self));
    if (bh_record_book_replace(self->book, read->name, record, newest_ms))
      bh_effect_add(&effect, read->name);
    follow(self, read->name, entries, &effect);
    bh_property_emit_effect(self, &effect);
    bh_effect_clear(&effect);
  }
  pump(self);
  read_free(read);
}

static void
pump(BhProperty *self)
{
  while (!self->is_closed && self->n_deriving < MAX_READS && !g_queue_is_empty(&self->deriving)) {
    Read *read = g_new0(Read, 1);

    read->property = g_object_ref(self);
    read->name = g_queue_pop_head(&self->deriving);
    g_hash_table_remove(self->derive_set, read->name);
    self->n_deriving++;
    bh_operation_backend_read_entity_async(self->backend, read->name, entity_cb, read);
  }
  if (!self->is_loaded)
    bh_property_finish_load(self);
  else if (!self->is_closed)
    bh_property_think_of_checkpoint(self);
}

/* --- which entities --- */

static void
list_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhProperty) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) names =
      bh_operation_backend_list_entities_finish(BH_OPERATION_BACKEND(source), result, &error);

  self->n_deriving--;
  if (names == NULL)
    g_hash_table_remove_all(self->derive_values);
  if (names == NULL && !self->is_closed)
    g_warning("what is to be judged again could not be looked up; the next start does it: %s",
              error->message);
  for (guint i = 0; names != NULL && i < names->len; i++) {
    char *name = names->pdata[i];

    if (g_hash_table_contains(self->derive_set, name))
      continue;
    name = g_strdup(name);
    g_hash_table_add(self->derive_set, name);
    g_queue_push_tail(&self->deriving, name);
  }
  pump(self);
}

static void
derive_log(BhProperty *self, const BhLog *log, gint64 above, gint64 up_to)
{
  up_to = MIN(up_to, log->committed);
  if (above >= up_to)
    return;
  self->n_deriving++;
  bh_operation_backend_list_entities_async(self->backend, log->log_id, above + 1, up_to, list_cb,
                                           g_object_ref(self));
}

void
bh_property_derive_device(BhProperty *self, const char *device_id, const BhCutoffs *before)
{
  g_autoptr(GPtrArray) logs = bh_log_table_list(self->logs);

  for (guint i = 0; i < logs->len; i++) {
    const BhLog *log = logs->pdata[i];
    gint64 above, up_to;

    if (g_str_equal(log->device_id, device_id) &&
        bh_cutoff_table_get_change(self->cutoffs, device_id, before, log->log_id, &above, &up_to))
      derive_log(self, log, above, up_to);
  }
}

void
bh_property_derive_all(BhProperty *self, const char *device_id)
{
  g_autoptr(GPtrArray) logs = bh_log_table_list(self->logs);

  for (guint i = 0; i < logs->len; i++) {
    const BhLog *log = logs->pdata[i];

    if (g_str_equal(log->device_id, device_id))
      derive_log(self, log, 0, log->committed);
  }
}

void
bh_property_derive_aside(BhProperty *self)
{
  self->n_deriving++;
  bh_operation_backend_list_aside_async(self->backend, list_cb, g_object_ref(self));
}
