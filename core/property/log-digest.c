/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "log-digest.h"

#include <string.h>

#include "base64url.h"
#include "transcript.h"

#define SHA256_BYTES 32
#define PAGE_BYTES   (512 * 1024)

/* --- one range --- */

void
bh_log_digest_init(BhLogDigest *digest)
{
  g_auto(BhTranscript) label = {NULL};

  bh_transcript_init(&label, "bellhop range v1");
  digest->sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(digest->sum, label.bytes->data, (gssize)label.bytes->len);
  digest->identity = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
}

void
bh_log_digest_clear(BhLogDigest *digest)
{
  g_clear_pointer(&digest->sum, g_checksum_free);
  g_clear_pointer(&digest->identity, g_ptr_array_unref);
}

static int
compare_signatures(gconstpointer a, gconstpointer b)
{
  const BhOperation *first = *(BhOperation *const *)a, *second = *(BhOperation *const *)b;

  return memcmp(first->sig, second->sig, sizeof first->sig);
}

static void
end_identity(BhLogDigest *digest)
{
  g_ptr_array_sort(digest->identity, compare_signatures);
  for (guint i = 0; i < digest->identity->len; i++) {
    const BhOperation *op = digest->identity->pdata[i];

    g_checksum_update(digest->sum, op->sig, sizeof op->sig);
  }
  g_ptr_array_set_size(digest->identity, 0);
}

void
bh_log_digest_add(BhLogDigest *digest, BhOperation *op)
{
  if (op->is_redacted)
    return;
  if (digest->identity->len > 0 && ((BhOperation *)digest->identity->pdata[0])->seq != op->seq)
    end_identity(digest);
  g_ptr_array_add(digest->identity, bh_operation_ref(op));
}

char *
bh_log_digest_end(BhLogDigest *digest)
{
  guint8 bytes[SHA256_BYTES];
  gsize length = sizeof bytes;

  end_identity(digest);
  g_checksum_get_digest(digest->sum, bytes, &length);
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
  gint64 next; /* to be read of that one; 0: nothing was yet */
  BhLogDigest digest;
} Walk;

static void
walk_free(gpointer data)
{
  Walk *walk = data;

  g_ptr_array_unref(walk->ranges);
  bh_log_digest_clear(&walk->digest);
  g_free(walk);
}

/* @digest: (transfer full) (nullable): */
static void
end_range(Walk *walk, char *digest)
{
  BhLogRange *range = walk->ranges->pdata[walk->at++];

  g_free(range->digest);
  range->digest = digest;
  walk->next = 0;
  bh_log_digest_clear(&walk->digest);
}

static void
add_page(Walk *walk, GPtrArray *operations)
{
  const BhLogRange *range = walk->ranges->pdata[walk->at];
  gint64 before = walk->next;

  for (guint i = 0; i < operations->len; i++) {
    BhOperation *op = operations->pdata[i];

    if (op->seq > range->to)
      break;
    bh_log_digest_add(&walk->digest, op);
    walk->next = op->seq + 1;
  }
  if (walk->next > range->to)
    end_range(walk, bh_log_digest_end(&walk->digest));
  else if (walk->next == before)
    end_range(walk, NULL);
}

static void read_next(GTask *task);

static void
on_page(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;
  g_autoptr(GPtrArray) operations = bh_property_read_finish(BH_PROPERTY(source), result, &error);

  if (operations == NULL) {
    g_task_return_error(task, error);
    return;
  }
  add_page(g_task_get_task_data(task), operations);
  read_next(g_steal_pointer(&task));
}

/* @task: (transfer full): */
static void
read_next(GTask *task)
{
  BhProperty *property = g_task_get_source_object(task);
  Walk *walk = g_task_get_task_data(task);

  while (walk->at < walk->ranges->len) {
    const BhLogRange *range = walk->ranges->pdata[walk->at];

    if (walk->next == 0) {
      if (bh_property_get_seq(property, range->log_id) < range->to) {
        end_range(walk, NULL);
        continue;
      }
      bh_log_digest_init(&walk->digest);
      walk->next = range->from;
    }
    bh_property_read_async(property, range->log_id, walk->next,
                           (guint)(range->to - walk->next + 1) * BH_BACKEND_MAX_VARIANTS,
                           PAGE_BYTES, on_page, task);
    return;
  }
  g_task_return_boolean(task, TRUE);
  g_object_unref(task);
}

void
bh_log_ranges_digest_async(BhProperty *property, GPtrArray *ranges, GAsyncReadyCallback callback,
                           gpointer data)
{
  GTask *task = g_task_new(property, NULL, callback, data);
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
