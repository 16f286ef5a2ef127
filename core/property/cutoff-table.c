/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "cutoff-table.h"

#include <string.h>

/* Per role a list (log id -> seq); NULL: no cut-off. BH_ROLE_NONE stands for all roles. */
struct _BhCutoffs {
  GHashTable *lists[BH_N_ROLES];
};

struct _BhCutoffTable {
  GTree *devices; /* device id (owned) -> BhCutoffs, owned; only those that have any */
};

static int
compare_ids(gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp(a, b);
}

void
bh_cutoffs_free(BhCutoffs *cutoffs)
{
  if (cutoffs == NULL)
    return;
  for (guint i = 0; i < BH_N_ROLES; i++)
    g_clear_pointer(&cutoffs->lists[i], g_hash_table_unref);
  g_free(cutoffs);
}

static void
free_cutoffs(gpointer data)
{
  bh_cutoffs_free(data);
}

BhCutoffTable *
bh_cutoff_table_new(void)
{
  BhCutoffTable *table = g_new0(BhCutoffTable, 1);

  table->devices = g_tree_new_full(compare_ids, NULL, g_free, free_cutoffs);
  return table;
}

void
bh_cutoff_table_free(BhCutoffTable *table)
{
  g_tree_unref(table->devices);
  g_free(table);
}

/* --- reading the record --- */

static void
add_list(GHashTable *list, const json_t *cutoffs)
{
  json_t *cutoff;
  size_t i;

  json_array_foreach((json_t *)cutoffs, i, cutoff)
  {
    const char *log_id = json_string_value(json_object_get(cutoff, "logId"));
    gint64 seq = json_integer_value(json_object_get(cutoff, "seq"));
    const gint64 *other = log_id != NULL ? g_hash_table_lookup(list, log_id) : NULL;

    if (log_id != NULL && (other == NULL || *other < seq))
      g_hash_table_insert(list, g_strdup(log_id), g_memdup2(&seq, sizeof seq));
  }
}

static void
add_part(const char *path, json_t *value, const BhStamp *stamp, gpointer list)
{
  add_list(list, json_object_get(value, "cutoffs"));
}

/* @role: its name, or "all" */
static GHashTable *
read_list(const BhRecord *record, const char *role)
{
  g_autofree char *path = g_strconcat("cutoff/", role, NULL);
  g_autofree char *parts = g_strconcat("cutoff-part/", role, "/", NULL);
  const json_t *cutoffs = json_object_get(bh_record_get_register(record, path), "cutoffs");
  GHashTable *list;

  if (!json_is_array(cutoffs))
    return NULL;
  list = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  add_list(list, cutoffs);
  bh_record_visit_registers(record, parts, add_part, list);
  return list;
}

gboolean
bh_cutoff_table_is_kind(const char *kind)
{
  return g_str_equal(kind, "device.cutoff") || g_str_equal(kind, "device.cutoff-part");
}

BhCutoffs *
bh_cutoff_table_set(BhCutoffTable *table, const char *device_id, const BhRecord *record)
{
  BhCutoffs *cutoffs = g_new0(BhCutoffs, 1);
  gpointer key = NULL, before = NULL;
  gboolean has_any = FALSE;

  for (guint role = 0; record != NULL && role < BH_N_ROLES; role++) {
    cutoffs->lists[role] =
        read_list(record, role == BH_ROLE_NONE ? "all" : bh_role_get_name((BhRole)role));
    has_any = has_any || cutoffs->lists[role] != NULL;
  }
  if (g_tree_lookup_extended(table->devices, device_id, &key, &before)) {
    g_tree_steal(table->devices, device_id);
    g_free(key);
  }
  if (has_any)
    g_tree_insert(table->devices, g_strdup(device_id), cutoffs);
  else
    bh_cutoffs_free(cutoffs);
  return before;
}

/* --- judging --- */

static gint64
get_end(const BhCutoffs *cutoffs, BhRole role, const char *log_id)
{
  const gint64 *seq;

  if (cutoffs == NULL || cutoffs->lists[role] == NULL)
    return G_MAXINT64;
  seq = g_hash_table_lookup(cutoffs->lists[role], log_id);
  return seq != NULL ? *seq : 0;
}

static gint64
get_both_ends(const BhCutoffs *cutoffs, BhRole role, const char *log_id)
{
  return MIN(get_end(cutoffs, BH_ROLE_NONE, log_id), get_end(cutoffs, role, log_id));
}

gboolean
bh_cutoff_table_revokes(BhCutoffTable *table, const char *device_id, BhRole role,
                        const char *log_id, gint64 seq)
{
  const BhCutoffs *cutoffs;

  if (role == BH_ROLE_HUB || g_tree_nnodes(table->devices) == 0)
    return FALSE;
  cutoffs = g_tree_lookup(table->devices, device_id);
  return cutoffs != NULL && seq > get_both_ends(cutoffs, role, log_id);
}

gboolean
bh_cutoff_table_get_change(BhCutoffTable *table, const char *device_id, const BhCutoffs *before,
                           const char *log_id, gint64 *above, gint64 *up_to)
{
  const BhCutoffs *now = g_tree_lookup(table->devices, device_id);
  gboolean is_other = FALSE;

  for (guint role = 0; role < BH_N_ROLES; role++) {
    gint64 old = get_both_ends(before, (BhRole)role, log_id);
    gint64 new = get_both_ends(now, (BhRole)role, log_id);

    if (role == BH_ROLE_HUB || old == new)
      continue;
    *above = is_other ? MIN(*above, MIN(old, new)) : MIN(old, new);
    *up_to = is_other ? MAX(*up_to, MAX(old, new)) : MAX(old, new);
    is_other = TRUE;
  }
  return is_other;
}
