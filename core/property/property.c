/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "property.h"

#include "property-private.h"
#include "signature-check.h"

/*
 * Its life. All on one main context; what is on its way holds the property.
 */

guint bh_property_signals[BH_PROPERTY_N_SIGNALS];

G_DEFINE_FINAL_TYPE(BhProperty, bh_property, G_TYPE_OBJECT)

gint64
bh_property_now(BhProperty *self)
{
  return self->now_ms != NULL ? self->now_ms(self->now_data) : g_get_real_time() / 1000;
}

gint64
bh_property_house_now(BhProperty *self)
{
  gint64 wall_ms = bh_property_now(self);
  gint64 steady_ms = self->steady_ms != NULL ? self->steady_ms(self->now_data)
                     : self->now_ms != NULL  ? wall_ms
                                             : g_get_monotonic_time() / 1000;

  return bh_house_clock_get(&self->house_clock, wall_ms, steady_ms);
}

void
bh_property_hear(BhProperty *self, const BhOperation *op)
{
  if (op->is_redacted)
    return;
  bh_hybrid_clock_hear(self->clock, bh_property_now(self),
                       (BhHybridTime){op->hlc_ms, op->hlc_counter});
  bh_house_clock_hear(&self->house_clock, op->hlc_ms);
}

gboolean
bh_property_check_open(BhProperty *self, GTask *task, gsize more_bytes)
{
  if (self->is_closed || !self->is_loaded)
    g_task_return_new_error(task, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_CLOSED,
                            "the property is not open");
  else if (more_bytes > BH_PROPERTY_MAX_PENDING_BYTES ||
           self->pending_bytes > BH_PROPERTY_MAX_PENDING_BYTES - more_bytes)
    g_task_return_new_error(task, BH_PROPERTY_ERROR, BH_PROPERTY_ERROR_FULL,
                            "too much is waiting to be written; try again later");
  else
    return TRUE;
  g_object_unref(task);
  return FALSE;
}

/* --- object --- */

void
bh_property_close(BhProperty *property)
{
  g_return_if_fail(BH_IS_PROPERTY(property));

  if (property->is_closed)
    return;
  property->is_closed = TRUE;
  bh_property_drop_takes(property);
  if (property->is_loaded)
    bh_property_store_all(property);
  bh_signature_check_wait();
  bh_operation_backend_close(property->backend);
}

static void
bh_property_finalize(GObject *object)
{
  BhProperty *self = BH_PROPERTY(object);

  /* What is on its way holds the property, so nothing is. */
  g_assert(g_queue_is_empty(&self->pending) && g_queue_is_empty(&self->takes));
  g_clear_handle_id(&self->checkpoint_source, g_source_remove);
  g_hash_table_unref(self->derive_set);
  g_queue_clear_full(&self->deriving, g_free);
  g_clear_pointer(&self->to_store, g_ptr_array_unref);
  g_clear_pointer(&self->storing, g_ptr_array_unref);
  g_hash_table_unref(self->derive_values);
  g_hash_table_unref(self->derived);
  g_hash_table_unref(self->judged);
  g_hash_table_unref(self->pending_versions);
  bh_gap_buffer_free(self->gaps);
  bh_log_table_free(self->logs);
  bh_record_book_free(self->book);
  bh_cutoff_table_free(self->cutoffs);
  bh_aside_list_free(self->aside);
  bh_member_roll_free(self->members);
  bh_hybrid_clock_free(self->clock);
  g_object_unref(self->backend);
  g_free(self->tenant_id);
  g_free(self->device_id);
  G_OBJECT_CLASS(bh_property_parent_class)->finalize(object);
}

static guint
add_signal(const char *name, guint n, GType first, GType second)
{
  return g_signal_new(name, BH_TYPE_PROPERTY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                      n, first, second);
}

static void
bh_property_class_init(BhPropertyClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_property_finalize;
  bh_property_signals[BH_PROPERTY_COMMITTED] =
      add_signal("committed", 2, G_TYPE_PTR_ARRAY, G_TYPE_POINTER);
  bh_property_signals[BH_PROPERTY_CHANGED] = add_signal("changed", 1, G_TYPE_STRING, G_TYPE_NONE);
  bh_property_signals[BH_PROPERTY_CONFLICT] =
      add_signal("conflict", 2, G_TYPE_POINTER, G_TYPE_POINTER);
  bh_property_signals[BH_PROPERTY_ASIDE_CHANGED] =
      add_signal("aside-changed", 0, G_TYPE_NONE, G_TYPE_NONE);
  bh_property_signals[BH_PROPERTY_TOO_MANY_LOGS] =
      add_signal("too-many-logs", 1, G_TYPE_STRING, G_TYPE_NONE);
  bh_property_signals[BH_PROPERTY_SAFE_CHANGED] =
      add_signal("safe-changed", 0, G_TYPE_NONE, G_TYPE_NONE);
}

static void
bh_property_init(BhProperty *self)
{
  self->clock = bh_hybrid_clock_new();
  self->logs = bh_log_table_new();
  self->gaps = bh_gap_buffer_new(BH_PROPERTY_MAX_WAITING_OPERATIONS, BH_PROPERTY_MAX_WAITING_LOGS,
                                 BH_PROPERTY_MAX_WAITING_BYTES);
  g_queue_init(&self->takes);
  g_queue_init(&self->pending);
  self->pending_versions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  self->book = bh_record_book_new();
  self->cutoffs = bh_cutoff_table_new();
  self->aside = bh_aside_list_new(BH_BACKEND_MAX_ASIDE);
  g_queue_init(&self->deriving);
  self->derive_set = g_hash_table_new(g_str_hash, g_str_equal);
  self->derive_values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->derived = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->judged =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)bh_backend_aside_free);
}

BhProperty *
bh_property_new(const BhPropertyConfig *config, BhOperationBackend *backend)
{
  BhProperty *self;

  g_return_val_if_fail(config != NULL && BH_IS_OPERATION_BACKEND(backend), NULL);

  self = g_object_new(BH_TYPE_PROPERTY, NULL);
  self->tenant_id = g_strdup(config->tenant_id);
  self->device_id = g_strdup(config->device_id);
  self->role = config->role;
  self->level = config->level;
  self->signing = config->signing;
  self->key = config->key;
  self->now_ms = config->now_ms;
  self->steady_ms = config->steady_ms;
  self->now_data = config->now_data;
  self->is_synchronous = config->synchronous;
  self->backend = g_object_ref(backend);
  self->members = bh_member_roll_new(config->tenant_id, config->hub_key, config->signing);
  return self;
}
