/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "cut-off.h"

/* --- lists --- */

/* log id (owned) -> where it ends, owned */
static GHashTable *
ends_new(void)
{
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static void
raise_end(GHashTable *ends, const char *log_id, gint64 seq)
{
  const gint64 *old = g_hash_table_lookup(ends, log_id);

  if (old == NULL || *old < seq)
    g_hash_table_insert(ends, g_strdup(log_id), g_memdup2(&seq, sizeof seq));
}

static void
add_list(GHashTable *ends, const json_t *cutoffs)
{
  const json_t *one;
  gsize i;

  json_array_foreach((json_t *)cutoffs, i, one)
  {
    const char *log_id = json_string_value(json_object_get(one, "logId"));

    if (log_id != NULL)
      raise_end(ends, log_id, json_integer_value(json_object_get(one, "seq")));
  }
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

static json_t *
print_list(GHashTable *ends)
{
  g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  json_t *cutoffs = json_array();
  GHashTableIter iter;
  gpointer log_id, seq;

  g_hash_table_iter_init(&iter, ends);
  while (g_hash_table_iter_next(&iter, &log_id, &seq)) {
    const gint64 *end = seq;

    g_ptr_array_add(
        entries, json_pack("{s:s, s:I}", "logId", (const char *)log_id, "seq", (json_int_t)*end));
  }
  g_ptr_array_sort(entries, compare_entries);
  for (guint i = 0; i < MIN(entries->len, BH_CUT_OFF_MAX_LOGS); i++)
    json_array_append(cutoffs, entries->pdata[i]);
  return cutoffs;
}

/* --- reading --- */

static const char *
get_role_name(BhRole role)
{
  return role != BH_ROLE_NONE ? bh_role_get_name(role) : "all";
}

/* Calls @visitor with the lists that make up the cut-off. Returns: %FALSE: there is none */
static gboolean
visit_lists(BhProperty *property, const char *device_id, BhRole role, BhRecordVisitor visitor,
            gpointer data)
{
  g_autofree char *name = g_strconcat("device/", device_id, NULL);
  g_autofree char *path = g_strconcat("cutoff/", get_role_name(role), NULL);
  g_autofree char *parts = g_strconcat("cutoff-part/", get_role_name(role), "/", NULL);
  const BhRecord *record = bh_property_get_record(property, name);
  const BhStamp *stamp = NULL;
  json_t *whole = record != NULL ? bh_record_get_register_stamped(record, path, &stamp) : NULL;

  if (!json_is_array(json_object_get(whole, "cutoffs")))
    return FALSE;
  visitor(path, whole, stamp, data);
  bh_record_visit_registers(record, parts, visitor, data);
  return TRUE;
}

static void
add_to_ends(const char *path, json_t *value, const BhStamp *stamp, gpointer ends)
{
  add_list(ends, json_object_get(value, "cutoffs"));
}

json_t *
bh_cut_off_get(BhProperty *property, const char *device_id, BhRole role)
{
  g_autoptr(GHashTable) ends = ends_new();

  return visit_lists(property, device_id, role, add_to_ends, ends) ? print_list(ends) : NULL;
}

static void
look_at_nothing(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
}

gboolean
bh_cut_off_has(BhProperty *property, const char *device_id, BhRole role)
{
  return visit_lists(property, device_id, role, look_at_nothing, NULL);
}

typedef struct {
  const char *log_id;
  gint64 end;
} Search;

static void
search_list(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  Search *search = data;
  const json_t *one;
  gsize i;

  json_array_foreach(json_object_get(value, "cutoffs"), i, one)
  {
    if (g_strcmp0(json_string_value(json_object_get(one, "logId")), search->log_id) == 0)
      search->end = MAX(search->end, json_integer_value(json_object_get(one, "seq")));
  }
}

static gboolean
is_behind(BhProperty *property, const BhOperation *op, BhRole role)
{
  Search search = {.log_id = op->log_id};

  return visit_lists(property, op->device_id, role, search_list, &search) && op->seq > search.end;
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
  gboolean all;
  GHashTable *ends;
} Collection;

static void
collect_log(const char *log_id, gint64 seq, const char *author, gpointer user_data)
{
  Collection *collection = user_data;

  if (g_str_equal(author, collection->device_id))
    raise_end(collection->ends, log_id, collection->all ? BH_OPERATION_MAX_SEQ : seq);
}

json_t *
bh_cut_off_make(BhProperty *property, const char *device_id, const json_t *old, gboolean all)
{
  g_autoptr(GHashTable) ends = ends_new();
  Collection collection = {.device_id = device_id, .all = all, .ends = ends};

  add_list(ends, old);
  /* What is on its way to the disk is acknowledged before the cut-off is. */
  bh_property_visit_queued(property, collect_log, &collection);
  return print_list(ends);
}

/* Returns: (transfer full): the @part-th slice of @cutoffs */
static json_t *
slice(const json_t *cutoffs, guint part)
{
  gsize from = (gsize)part * BH_CUT_OFF_LOGS_A_PART;
  gsize end = MIN(json_array_size(cutoffs), from + BH_CUT_OFF_LOGS_A_PART);
  json_t *some = json_array();

  for (gsize i = from; i < end; i++)
    json_array_append(some, json_array_get(cutoffs, i));
  return some;
}

void
bh_cut_off_write(BhProperty *property, const char *device_id, BhRole role, json_t *cutoffs,
                 BhCutOffWriter writer, gpointer user_data)
{
  g_autoptr(json_t) whole = cutoffs;
  g_autofree char *name = g_strconcat("device/", device_id, NULL);
  json_int_t version = (json_int_t)bh_property_next_version(property, name);
  const char *role_name = role != BH_ROLE_NONE ? bh_role_get_name(role) : NULL;

  for (guint part = BH_CUT_OFF_MAX_PARTS - 1; part > 0; part--) {
    char number[] = {(char)('1' + part), '\0'};

    if (json_array_size(whole) > (gsize)part * BH_CUT_OFF_LOGS_A_PART)
      writer("device.cutoff-part",
             json_pack("{s:I, s:s?, s:s, s:o}", "version", version, "role", role_name, "part",
                       number, "cutoffs", slice(whole, part)),
             user_data);
  }
  writer("device.cutoff",
         json_pack("{s:I, s:s?, s:o}", "version", version, "role", role_name, "cutoffs",
                   slice(whole, 0)),
         user_data);
}
