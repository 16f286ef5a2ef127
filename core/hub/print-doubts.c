/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "print-doubts.h"

struct _BhPrintDoubts {
  grefcount refs;      /* the owner's, and one of the reading at the start */
  BhPrintQueue *queue; /* NULL once the owner has gone */
  GHashTable *keys;    /* set of "device\njob" (owned) */
};

static void
unref(BhPrintDoubts *self)
{
  if (!g_ref_count_dec(&self->refs))
    return;
  g_hash_table_unref(self->keys);
  g_free(self);
}

static void
note(BhPrintDoubts *self, const char *device_id, const char *job_id, gboolean is_uncertain)
{
  g_autofree char *key = g_strconcat(device_id, "\n", job_id, NULL);

  if (!is_uncertain)
    g_hash_table_remove(self->keys, key);
  else if (g_hash_table_size(self->keys) < BH_PRINT_DOUBTS_MAX)
    g_hash_table_add(self->keys, g_steal_pointer(&key));
}

static void
on_job_changed(BhPrintQueue *queue, const BhPrintJobInfo *info, BhPrintDoubts *self)
{
  note(self, info->device_id, info->job_id, info->state == BH_PRINT_UNCERTAIN);
}

/* What changed after the reading is told after it. */
static void
list_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhPrintDoubts *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) jobs = bh_print_queue_list_finish(BH_PRINT_QUEUE(source), result, &error);
  const json_t *job;
  gsize i;

  if (jobs == NULL)
    g_info("It is not known which print jobs are in doubt: %s", error->message);
  json_array_foreach(jobs, i, job)
  {
    if (g_strcmp0(json_string_value(json_object_get(job, "state")), "uncertain") == 0)
      note(self, json_string_value(json_object_get(job, "deviceId")),
           json_string_value(json_object_get(job, "jobId")), TRUE);
  }
  unref(self);
}

BhPrintDoubts *
bh_print_doubts_new(BhPrintQueue *queue)
{
  BhPrintDoubts *self = g_new0(BhPrintDoubts, 1);

  g_ref_count_init(&self->refs);
  self->queue = queue;
  self->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect(queue, "job-changed", G_CALLBACK(on_job_changed), self);
  g_ref_count_inc(&self->refs);
  bh_print_queue_list_async(queue, BH_PRINT_DOUBTS_MAX, list_cb, self);
  return self;
}

void
bh_print_doubts_free(BhPrintDoubts *doubts)
{
  g_signal_handlers_disconnect_by_data(doubts->queue, doubts);
  doubts->queue = NULL;
  unref(doubts);
}

guint
bh_print_doubts_get_count(const BhPrintDoubts *doubts)
{
  return g_hash_table_size(doubts->keys);
}
