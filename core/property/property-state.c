/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include <string.h>

#include "kind-table.h"
#include "property-private.h"

/*
 * What follows from operations that are committed. The same for those of this moment and for those
 * that a start finds behind the last checkpoint.
 */

#define DEVICE "device/"

void
bh_effect_init(BhEffect *effect)
{
  effect->changed = g_ptr_array_new_with_free_func(g_free);
  effect->aside_changed = FALSE;
  effect->follow = NULL;
}

void
bh_effect_clear(BhEffect *effect)
{
  g_clear_pointer(&effect->changed, g_ptr_array_unref);
  g_clear_pointer(&effect->follow, bh_backend_append_unref);
}

void
bh_effect_add(BhEffect *effect, const char *name)
{
  /* Mostly one entity at a time; a batch brings at most a few hundred. */
  if (effect->changed->len > 0 &&
      g_str_equal(effect->changed->pdata[effect->changed->len - 1], name))
    return;
  if (!g_ptr_array_find_with_equal_func(effect->changed, name, g_str_equal, NULL))
    g_ptr_array_add(effect->changed, g_strdup(name));
}

const char *
bh_property_judge(BhProperty *self, const BhOperation *op)
{
  const char *reason = bh_kind_table_judge(op);

  if (reason == NULL &&
      bh_cutoff_table_revokes(self->cutoffs, op->device_id, op->role, op->log_id, op->seq))
    reason = "revoked";
  return reason;
}

void
bh_property_note_judgement(BhProperty *self, const BhOperation *op, const char *stored,
                           const char *reason, BhEffect *effect)
{
  if (bh_aside_list_set(self->aside, op->log_id, op->seq, op->entity, reason))
    effect->aside_changed = TRUE;
  if (g_strcmp0(stored, reason) == 0)
    return;
  self->n_aside += (reason != NULL) - (stored != NULL);
  g_hash_table_replace(self->judged, bh_operation_dup_name(op),
                       bh_backend_aside_new(op->log_id, op->seq, op->entity, reason));
}

/* An operation that comes after its redaction loses its words too. */
void
bh_property_follow_redaction(BhProperty *self, const BhOperation *op, BhEffect *effect)
{
  const BhBookEntry *entry = bh_record_book_find(self->book, op->entity);
  BhStamp stamp;

  if (entry == NULL)
    return;
  bh_stamp_init(&stamp, op);
  if (!bh_record_has_redaction(entry->record, &stamp))
    return;
  if (effect->follow == NULL)
    effect->follow = bh_backend_append_new();
  bh_backend_append_add_redaction(effect->follow, op->log_id, op->seq, op->entity);
}

void
bh_property_apply_cutoffs(BhProperty *self, const char *name)
{
  const char *device_id = name + strlen(DEVICE);
  const BhBookEntry *entry = bh_record_book_find(self->book, name);
  BhCutoffs *before =
      bh_cutoff_table_set(self->cutoffs, device_id, entry != NULL ? entry->record : NULL);

  bh_property_derive_device(self, device_id, before);
  bh_cutoffs_free(before);
}

void
bh_property_apply(BhProperty *self, const BhOperation *op, const char *stored, BhEffect *effect)
{
  const char *reason = bh_property_judge(self, op);

  if (reason != NULL || stored != NULL)
    bh_property_note_judgement(self, op, stored, reason, effect);
  if (reason != NULL)
    return;
  /* Also of one that was stored while a number behind it was on its way, and failed. */
  if (g_str_equal(op->kind, "receipt.issue"))
    self->receipt = MAX(self->receipt, json_integer_value(json_object_get(op->body, "number")));
  if (bh_record_book_apply(self->book, op, bh_property_house_now(self)))
    bh_effect_add(effect, op->entity);
  if (!op->is_redacted)
    bh_property_follow_redaction(self, op, effect);
  if (bh_cutoff_table_is_kind(op->kind)) {
    g_hash_table_add(self->derive_values,
                     g_strconcat(BH_PROPERTY_DERIVE, op->entity + strlen(DEVICE), NULL));
    bh_property_apply_cutoffs(self, op->entity);
  }
}

static void
follow_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhBackendAppended) appended =
      bh_operation_backend_append_finish(BH_OPERATION_BACKEND(source), result, &error);

  /* The record has no words any more. A start that finds the operation behind its checkpoint tries
   * again. */
  if (appended == NULL)
    g_info("words that were redacted are still stored: %s", error->message);
  g_object_unref(data);
}

void
bh_property_emit_effect(BhProperty *self, BhEffect *effect)
{
  if (effect->follow != NULL)
    bh_operation_backend_append_async(self->backend, effect->follow, follow_cb, g_object_ref(self));
  if (!self->is_loaded)
    return;
  for (guint i = 0; i < effect->changed->len; i++)
    g_signal_emit(self, bh_property_signals[BH_PROPERTY_CHANGED], 0, effect->changed->pdata[i]);
  if (effect->aside_changed)
    g_signal_emit(self, bh_property_signals[BH_PROPERTY_ASIDE_CHANGED], 0);
}
