/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "kind-table.h"
#include "property-private.h"

/*
 * A checkpoint stores the records that have changed, a slice at a time so that the loop goes on,
 * and with the last slice the position that all of them hold at least. A record may already hold
 * more than that: merging an operation once more changes nothing.
 *
 * None begins while records are being derived again; and the values that ask for derivation are
 * settled only by one that began after it was done.
 */

#define SLICE_RECORDS 64

typedef struct {
  BhProperty *property; /* owned */
  GPtrArray *names;     /* owned: what it stores */
  gboolean is_last;
} Slice;

static void
slice_free(Slice *slice)
{
  g_object_unref(slice->property);
  g_ptr_array_unref(slice->names);
  g_free(slice);
}

/* --- what goes into it --- */

static void
add_record(BhProperty *self, BhBackendCheckpoint *checkpoint, const char *name)
{
  const BhBookEntry *entry = bh_record_book_find(self->book, name);

  if (entry == NULL)
    return;
  bh_backend_checkpoint_add(
      checkpoint, name, entry->record, entry->touched_ms,
      entry->is_partial ? BH_BACKEND_MERGE : BH_BACKEND_REPLACE,
      !entry->is_partial && bh_record_book_is_archivable(self->book, name, bh_property_house_now(self)));
}

static void
add_judgements(BhProperty *self, BhBackendCheckpoint *checkpoint)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, self->judged);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const BhBackendAside *aside = value;

    bh_backend_checkpoint_add_aside(checkpoint, aside->log_id, aside->seq, aside->entity,
                                    aside->reason);
  }
}

static void
add_values(BhProperty *self, BhBackendCheckpoint *checkpoint)
{
  BhHybridTime time = bh_hybrid_clock_get(self->clock);
  g_autofree char *clock = g_strdup_printf("%" G_GINT64_FORMAT ":%u", time.ms, time.counter);
  GHashTableIter iter;
  gpointer name;

  bh_backend_checkpoint_set_value(checkpoint, BH_PROPERTY_CLOCK, clock);
  if (self->receipt > 0) {
    g_autofree char *receipt = g_strdup_printf("%" G_GINT64_FORMAT, self->receipt);

    bh_backend_checkpoint_set_value(checkpoint, BH_PROPERTY_RECEIPT, receipt);
  }
  g_hash_table_iter_init(&iter, self->derived);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    bh_backend_checkpoint_set_value(
        checkpoint, name,
        g_str_equal(name, BH_PROPERTY_KINDS) ? bh_kind_table_get_version() : NULL);
  if (!bh_level_is_safe(self->level)) {
    g_autoptr(json_t) safe = bh_property_get_safe(self);
    g_autofree char *text = bh_json_to_text(safe);

    bh_backend_checkpoint_set_value(checkpoint, BH_PROPERTY_SAFE, text);
  }
}

/* What only the last slice says. */
static void
add_end(BhProperty *self, BhBackendCheckpoint *checkpoint)
{
  checkpoint->position = self->to_store_position;
  add_judgements(self, checkpoint);
  g_hash_table_remove_all(self->judged);
  add_values(self, checkpoint);
  self->is_safe_new = FALSE;
}

/* --- slices --- */

static void send_slice(BhProperty *self);

static gboolean
on_slice(gpointer data)
{
  BhProperty *self = data;

  self->checkpoint_source = 0;
  send_slice(self);
  return G_SOURCE_REMOVE;
}

static void
plan_slice(BhProperty *self)
{
  self->checkpoint_source = g_idle_add(on_slice, self);
  g_source_set_name_by_id(self->checkpoint_source, "bellhop-checkpoint");
}

/* Everything that was to be stored is dirty again; a later one stores it. */
static void
give_up(BhProperty *self, const Slice *slice)
{
  for (guint i = 0; i < slice->names->len; i++)
    bh_record_book_mark(self->book, slice->names->pdata[i]);
  for (guint i = 0; self->to_store != NULL && i < self->to_store->len; i++)
    bh_record_book_mark(self->book, self->to_store->pdata[i]);
  g_clear_pointer(&self->to_store, g_ptr_array_unref);
}

/* What the archive had of records that came back. */
static void
take_merged(BhProperty *self, const BhBackendCheckpoint *stored, BhEffect *effect)
{
  for (guint i = 0; i < stored->merged->len; i++) {
    const BhBackendRecord *merged = stored->merged->pdata[i];
    const BhBookEntry *entry = bh_record_book_find(self->book, merged->entity);

    /* Completed or derived again meanwhile: that is the newer truth. */
    if (entry == NULL || !entry->is_partial)
      continue;
    bh_record_book_complete(self->book, merged->entity, merged->record, merged->touched_ms);
    bh_effect_add(effect, merged->entity);
  }
}

static void
finish_record(BhProperty *self, const BhBackendCheckpointRecord *item)
{
  const BhBookEntry *entry = bh_record_book_find(self->book, item->entity);

  if (entry == NULL)
    return;
  if (item->mode == BH_BACKEND_MERGE)
    bh_record_book_complete(self->book, item->entity, NULL, 0);
  else if (item->is_archived && !entry->is_dirty &&
           bh_record_book_is_archivable(self->book, item->entity, bh_property_house_now(self)))
    bh_record_book_remove(self->book, item->entity);
}

static void
end(BhProperty *self)
{
  GHashTableIter iter;
  gpointer name;

  self->checkpoint = self->to_store_position;
  g_clear_pointer(&self->to_store, g_ptr_array_unref);
  g_hash_table_iter_init(&iter, self->derived);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    g_hash_table_remove(self->derive_values, name);
  g_hash_table_remove_all(self->derived);
}

static void
slice_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Slice *slice = data;
  BhProperty *self = slice->property;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhBackendCheckpoint) stored =
      bh_operation_backend_checkpoint_finish(BH_OPERATION_BACKEND(source), result, &error);
  BhEffect effect;

  g_clear_pointer(&self->storing, g_ptr_array_unref);
  if (stored == NULL) {
    g_info("a checkpoint is put off: %s", error->message);
    give_up(self, slice);
  } else {
    bh_effect_init(&effect);
    take_merged(self, stored, &effect);
    for (guint i = 0; i < stored->records->len; i++)
      finish_record(self, stored->records->pdata[i]);
    if (slice->is_last)
      end(self);
    else if (self->to_store != NULL && !self->is_closed)
      plan_slice(self);
    bh_property_emit_effect(self, &effect);
    bh_effect_clear(&effect);
  }
  slice_free(slice);
}

static void
send_slice(BhProperty *self)
{
  BhBackendCheckpoint *checkpoint = bh_backend_checkpoint_new(-1);
  Slice *slice = g_new0(Slice, 1);
  guint n = MIN(self->to_store->len, SLICE_RECORDS);

  slice->property = g_object_ref(self);
  slice->names = g_ptr_array_new_with_free_func(g_free);
  self->storing = g_ptr_array_ref(slice->names);
  for (guint i = 0; i < n; i++) {
    char *name = g_ptr_array_steal_index_fast(self->to_store, self->to_store->len - 1);

    add_record(self, checkpoint, name);
    g_ptr_array_add(slice->names, name);
  }
  slice->is_last = self->to_store->len == 0;
  if (slice->is_last)
    add_end(self, checkpoint);
  bh_operation_backend_checkpoint_async(self->backend, checkpoint, slice_cb, slice);
}

/* --- beginning and ending --- */

static void
begin(BhProperty *self)
{
  g_autoptr(GPtrArray) old = bh_record_book_list_archivable(self->book, bh_property_house_now(self));
  GHashTableIter iter;
  gpointer name;

  self->checkpoint_tried = self->to_store_position = self->position;
  self->to_store = bh_record_book_take_dirty(self->book);
  g_ptr_array_extend_and_steal(self->to_store, g_steal_pointer(&old));
  g_hash_table_remove_all(self->derived);
  g_hash_table_iter_init(&iter, self->derive_values);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    g_hash_table_add(self->derived, g_strdup(name));
}

void
bh_property_think_of_checkpoint(BhProperty *self)
{
  gint64 since = MAX(self->checkpoint, self->checkpoint_tried);

  if (!self->is_loaded || self->is_closed || self->to_store != NULL ||
      bh_property_is_deriving(self) || self->position - since < BH_PROPERTY_CHECKPOINT_OPERATIONS)
    return;
  begin(self);
  plan_slice(self);
}

static void
stored_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(BhProperty) self = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhBackendCheckpoint) stored =
      bh_operation_backend_checkpoint_finish(BH_OPERATION_BACKEND(source), result, &error);

  if (stored == NULL)
    g_info("the next start reads more operations: %s", error->message);
  else
    self->checkpoint = self->to_store_position;
}

void
bh_property_store_all(BhProperty *self)
{
  g_autoptr(GPtrArray) rest = g_steal_pointer(&self->to_store);
  BhBackendCheckpoint *checkpoint;

  g_clear_handle_id(&self->checkpoint_source, g_source_remove);
  for (guint i = 0; rest != NULL && i < rest->len; i++)
    bh_record_book_mark(self->book, rest->pdata[i]);
  /* Whether the slice on its way arrives is not known yet, and this one says that all did. */
  for (guint i = 0; self->storing != NULL && i < self->storing->len; i++)
    bh_record_book_mark(self->book, self->storing->pdata[i]);
  if (bh_property_is_deriving(self))
    g_hash_table_remove_all(self->derive_values);
  if (self->position == self->checkpoint && !self->is_safe_new && rest == NULL &&
      g_hash_table_size(self->judged) == 0 && g_hash_table_size(self->derive_values) == 0)
    return;
  begin(self);
  checkpoint = bh_backend_checkpoint_new(-1);
  for (guint i = 0; i < self->to_store->len; i++)
    add_record(self, checkpoint, self->to_store->pdata[i]);
  add_end(self, checkpoint);
  g_clear_pointer(&self->to_store, g_ptr_array_unref);
  bh_operation_backend_checkpoint_async(self->backend, checkpoint, stored_cb, g_object_ref(self));
}
