/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-erase.h"

#include <string.h>

#include "ticket-follow.h"

#define ORDER_PREFIX   "order/"
#define PRINTED_PREFIX "printed/"

/* The records that an order's lines are in, one after the other; then the jobs of all. */
typedef struct {
  BhHubState *state;
  GPtrArray *names; /* of char *: records to look into */
  GHashTable *seen; /* of borrowed names */
  GHashTable *job_ids;
  guint next;
} Search;

static void
search_free(gpointer data)
{
  Search *search = data;

  g_hash_table_unref(search->seen);
  g_hash_table_unref(search->job_ids);
  g_ptr_array_unref(search->names);
  g_free(search);
}

static void
add_name(Search *search, const char *name)
{
  char *copy;

  if (!g_str_has_prefix(name, ORDER_PREFIX) || g_hash_table_contains(search->seen, name))
    return;
  copy = g_strdup(name);
  g_ptr_array_add(search->names, copy);
  g_hash_table_add(search->seen, copy);
}

/* Of `printed/<lineId>/<jobId>`. */
static void
add_job(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  Search *search = data;
  const char *job_id = strrchr(path, '/') + 1;

  g_hash_table_add(search->job_ids, g_strdup(job_id));
}

static void
blank_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (bh_print_queue_blank_finish(BH_PRINT_QUEUE(source), result, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

static void
blank(GTask *task)
{
  Search *search = g_task_get_task_data(task);
  g_autofree char **job_ids = (char **)g_hash_table_get_keys_as_array(search->job_ids, NULL);

  if (*job_ids == NULL) {
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
    return;
  }
  if (search->state->follow != NULL)
    bh_ticket_follow_forget(search->state->follow, search->job_ids);
  bh_print_queue_blank_async(search->state->queue, search->state->hub_id, job_ids, blank_cb, task);
}

static void look_into_next(GTask *task);

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Search *search = g_task_get_task_data(task);
  g_autoptr(GError) error = NULL;
  BhRecord *record = bh_property_load_record_finish(BH_PROPERTY(source), result, &error);

  if (error != NULL) {
    g_task_return_error(task, g_steal_pointer(&error));
    g_object_unref(task);
    return;
  }
  if (record != NULL) {
    bh_record_visit_items(record, PRINTED_PREFIX, add_job, search);
    bh_record_unref(record);
  }
  look_into_next(task);
}

/* @task: (transfer full) */
static void
look_into_next(GTask *task)
{
  Search *search = g_task_get_task_data(task);
  const char *name;

  if (search->next == search->names->len) {
    blank(task);
    return;
  }
  name = search->names->pdata[search->next++];
  bh_property_load_record_async(search->state->property, name, load_cb, task);
}

void
bh_ticket_erase_async(BhHubState *state, const GPtrArray *entities, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new(NULL, NULL, callback, user_data);
  Search *search = g_new0(Search, 1);

  search->state = state;
  search->names = g_ptr_array_new_with_free_func(g_free);
  search->seen = g_hash_table_new(g_str_hash, g_str_equal);
  search->job_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_task_set_task_data(task, search, search_free);
  for (guint i = 0; i < entities->len; i++) {
    const char *name = entities->pdata[i];
    const GPtrArray *moved =
        g_str_has_prefix(name, ORDER_PREFIX)
            ? bh_property_get_moved(state->property, name + strlen(ORDER_PREFIX))
            : NULL;

    add_name(search, name);
    for (guint k = 0; moved != NULL && k < moved->len; k++)
      add_name(search, moved->pdata[k]);
  }
  look_into_next(task);
}

gboolean
bh_ticket_erase_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}
