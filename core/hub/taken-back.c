/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "taken-back.h"

struct _BhTakenBack {
  GHashTable *links; /* job id -> its GList in `order`, which owns it */
  GQueue order;      /* of char *, the first that came first */
};

BhTakenBack *
bh_taken_back_new(void)
{
  BhTakenBack *self = g_new0(BhTakenBack, 1);

  self->links = g_hash_table_new(g_str_hash, g_str_equal);
  g_queue_init(&self->order);
  return self;
}

void
bh_taken_back_free(BhTakenBack *jobs)
{
  g_hash_table_unref(jobs->links);
  g_queue_clear_full(&jobs->order, g_free);
  g_free(jobs);
}

void
bh_taken_back_add(BhTakenBack *jobs, const char *job_id)
{
  if (bh_taken_back_has(jobs, job_id))
    return;
  if (jobs->order.length >= BH_TAKEN_BACK_MAX)
    bh_taken_back_remove(jobs, jobs->order.head->data);
  g_queue_push_tail(&jobs->order, g_strdup(job_id));
  g_hash_table_insert(jobs->links, jobs->order.tail->data, jobs->order.tail);
}

void
bh_taken_back_remove(BhTakenBack *jobs, const char *job_id)
{
  GList *link = g_hash_table_lookup(jobs->links, job_id);

  if (link == NULL)
    return;
  g_hash_table_remove(jobs->links, job_id);
  g_free(link->data);
  g_queue_delete_link(&jobs->order, link);
}

gboolean
bh_taken_back_has(const BhTakenBack *jobs, const char *job_id)
{
  return g_hash_table_contains(jobs->links, job_id);
}

gboolean
bh_taken_back_is_empty(const BhTakenBack *jobs)
{
  return jobs->order.length == 0;
}

char *
bh_taken_back_make_id(const char *job_id, guint n)
{
  return n == 0 ? g_strdup(job_id) : g_strdup_printf("%s-%u", job_id, n + 1);
}

guint
bh_taken_back_count(const BhTakenBack *jobs, const char *job_id)
{
  for (guint n = 0;; n++) {
    g_autofree char *id = bh_taken_back_make_id(job_id, n);

    if (!bh_taken_back_has(jobs, id))
      return n;
  }
}
