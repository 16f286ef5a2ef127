/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "log-digest.h"

#include <string.h>

#include "base64url.h"
#include "transcript.h"

#define SHA256_BYTES 32

/* --- one range --- */

static int
compare(gconstpointer a, gconstpointer b)
{
  const BhBackendSignature *one = a, *other = b;

  if (one->seq != other->seq)
    return one->seq < other->seq ? -1 : 1;
  return memcmp(one->sig, other->sig, sizeof one->sig);
}

char *
bh_log_digest(GArray *signatures)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_auto(BhTranscript) label = {NULL};
  guint8 bytes[SHA256_BYTES];
  gsize length = sizeof bytes;

  bh_transcript_init(&label, "bellhop range v1");
  g_checksum_update(sum, label.bytes->data, (gssize)label.bytes->len);
  g_array_sort(signatures, compare);
  for (guint i = 0; i < signatures->len; i++) {
    const BhBackendSignature *signature = &g_array_index(signatures, BhBackendSignature, i);

    if (!signature->is_redacted)
      g_checksum_update(sum, signature->sig, sizeof signature->sig);
  }
  g_checksum_get_digest(sum, bytes, &length);
  return bh_base64url_encode(bytes, length);
}

/* --- ranges --- */

static void
range_free(gpointer data)
{
  BhLogRange *range = data;

  g_free(range->log_id);
  g_free(range->digest);
  g_free(range);
}

GPtrArray *
bh_log_ranges_new(void)
{
  return g_ptr_array_new_with_free_func(range_free);
}

void
bh_log_ranges_add(GPtrArray *ranges, const char *log_id, gint64 from, gint64 to, const char *digest)
{
  BhLogRange *range = g_new0(BhLogRange, 1);

  range->log_id = g_strdup(log_id);
  range->from = from;
  range->to = to;
  range->digest = g_strdup(digest);
  g_ptr_array_add(ranges, range);
}

/* --- reading --- */

typedef struct {
  GPtrArray *ranges;
  guint at;
} Walk;

static void
walk_free(gpointer data)
{
  Walk *walk = data;

  g_ptr_array_unref(walk->ranges);
  g_free(walk);
}

static void read_next(GTask *task);

static void
on_read(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Walk *walk = g_task_get_task_data(task);
  BhLogRange *range = walk->ranges->pdata[walk->at++];
  GError *error = NULL;
  g_autoptr(GArray) signatures =
      bh_property_read_signatures_finish(BH_PROPERTY(source), result, &error);

  if (signatures == NULL) {
    g_task_return_error(task, error);
    return;
  }
  range->digest = bh_log_digest(signatures);
  read_next(g_steal_pointer(&task));
}

/* @task: (transfer full): */
static void
read_next(GTask *task)
{
  BhProperty *property = g_task_get_source_object(task);
  Walk *walk = g_task_get_task_data(task);

  if (g_task_return_error_if_cancelled(task)) {
    g_object_unref(task);
    return;
  }
  for (; walk->at < walk->ranges->len; walk->at++) {
    const BhLogRange *range = walk->ranges->pdata[walk->at];

    if (bh_property_get_seq(property, range->log_id) < range->to)
      continue;
    bh_property_read_signatures_async(property, range->log_id, range->from, range->to, on_read,
                                      task);
    return;
  }
  g_task_return_boolean(task, TRUE);
  g_object_unref(task);
}

void
bh_log_ranges_digest_async(BhProperty *property, GPtrArray *ranges, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new(property, cancellable, callback, data);
  Walk *walk = g_new0(Walk, 1);

  walk->ranges = g_ptr_array_ref(ranges);
  g_task_set_task_data(task, walk, walk_free);
  read_next(task);
}

gboolean
bh_log_ranges_digest_finish(BhProperty *property, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, property), FALSE);

  return g_task_propagate_boolean(G_TASK(result), error);
}
