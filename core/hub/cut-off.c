/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "cut-off.h"

const json_t *
bh_cut_off_get(BhProperty *property, const char *device_id, BhRole role)
{
  g_autofree char *name = g_strconcat("device/", device_id, NULL);
  g_autofree char *path =
      g_strconcat("cutoff/", role != BH_ROLE_NONE ? bh_role_get_name(role) : "all", NULL);
  const BhRecord *record = bh_property_get_record(property, name);
  const json_t *value = record != NULL ? bh_record_get_register(record, path) : NULL;

  return json_object_get(value, "cutoffs");
}

gint64
bh_cut_off_find(const json_t *cutoffs, const char *log_id)
{
  const json_t *one;
  gsize i;

  json_array_foreach((json_t *)cutoffs, i, one)
  {
    if (g_strcmp0(json_string_value(json_object_get(one, "logId")), log_id) == 0)
      return json_integer_value(json_object_get(one, "seq"));
  }
  return 0;
}

static gboolean
is_behind(BhProperty *property, const BhOperation *op, BhRole role)
{
  const json_t *cutoffs = bh_cut_off_get(property, op->device_id, role);

  return cutoffs != NULL && op->seq > bh_cut_off_find(cutoffs, op->log_id);
}

gboolean
bh_cut_off_revokes(BhProperty *property, const BhOperation *op)
{
  return !op->is_redacted && op->role != BH_ROLE_HUB &&
         (is_behind(property, op, BH_ROLE_NONE) || is_behind(property, op, op->role));
}

/* --- making --- */

typedef struct {
  const char *device_id;
  const json_t *old;
  gboolean all;
  GPtrArray *entries; /* of {logId, seq} */
} Collection;

static void
collect_log(const char *log_id, gint64 seq, const char *author, gpointer user_data)
{
  Collection *collection = user_data;
  gint64 end = MAX(seq, bh_cut_off_find(collection->old, log_id));

  if (!g_str_equal(author, collection->device_id))
    return;
  if (collection->all)
    end = BH_OPERATION_MAX_SEQ;
  g_ptr_array_add(collection->entries,
                  json_pack("{s:s, s:I}", "logId", log_id, "seq", (json_int_t)end));
}

static int
compare_entries(gconstpointer a, gconstpointer b)
{
  const json_t *one = *(json_t *const *)a, *other = *(json_t *const *)b;
  json_int_t difference = json_integer_value(json_object_get(other, "seq")) -
                          json_integer_value(json_object_get(one, "seq"));

  if (difference != 0)
    return difference > 0 ? 1 : -1;
  return g_strcmp0(json_string_value(json_object_get(one, "logId")),
                   json_string_value(json_object_get(other, "logId")));
}

json_t *
bh_cut_off_make(BhProperty *property, const char *device_id, const json_t *old, gboolean all)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  Collection collection = {.device_id = device_id, .old = old, .all = all, .entries = entries};
  json_t *cutoffs = json_array();

  /* What is on its way to the disk is acknowledged before the cut-off is. */
  bh_property_visit_queued(property, collect_log, &collection);
  g_ptr_array_sort(entries, compare_entries);
  for (guint i = 0; i < MIN(entries->len, BH_CUT_OFF_MAX_LOGS); i++)
    json_array_append(cutoffs, entries->pdata[i]);
  return cutoffs;
}

json_t *
bh_cut_off_make_body(BhProperty *property, const char *device_id, BhRole role, json_t *cutoffs)
{
  g_autofree char *name = g_strconcat("device/", device_id, NULL);

  return json_pack("{s:I, s:s?, s:o}", "version",
                   (json_int_t)bh_property_next_version(property, name), "role",
                   role != BH_ROLE_NONE ? bh_role_get_name(role) : NULL, "cutoffs", cutoffs);
}
