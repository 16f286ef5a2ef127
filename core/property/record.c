/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "record-private.h"

#include <string.h>

#define REDACTED "redacted/"

/* --- entries --- */

static void
free_entry(gpointer data)
{
  BhRecordEntry *entry = data;

  json_decref(entry->value);
  g_free(entry);
}

static int
compare_paths(gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp(a, b);
}

static BhRecordEntry *
find_entry(GTree *tree, const char *path)
{
  return tree != NULL ? g_tree_lookup(tree, path) : NULL;
}

static void
insert_entry(GTree **tree, const char *path, json_t *value, gint64 version, const BhStamp *stamp)
{
  gsize size = strlen(path) + 1;
  BhRecordEntry *entry = g_malloc(sizeof *entry + size);

  if (*tree == NULL)
    *tree = g_tree_new_full(compare_paths, NULL, NULL, free_entry);
  entry->value = json_incref(value);
  entry->version = version;
  entry->stamp = *stamp;
  memcpy(entry->path, path, size);
  g_tree_insert(*tree, entry->path, entry);
}

static void
set_value(BhRecordEntry *entry, json_t *value)
{
  json_incref(value);
  json_decref(entry->value);
  entry->value = value;
}

/*
 * Which of two values of one path and one stamp comes first: null, which is what a redaction
 * leaves; then the bytes of the text. Only forks get this far.
 */
static int
compare_values(json_t *a, json_t *b)
{
  g_autofree char *a_text = NULL;
  g_autofree char *b_text = NULL;

  if (a == b)
    return 0;
  if (json_is_null(a) || json_is_null(b))
    return json_is_null(b) - json_is_null(a);
  a_text = bh_json_to_text(a);
  b_text = bh_json_to_text(b);
  return strcmp(a_text, b_text);
}

/* Whether what is offered for the place of an item is the one that stays. */
static gboolean
is_first(const BhRecordEntry *entry, json_t *value, const BhStamp *stamp)
{
  int order = bh_stamp_compare(stamp, &entry->stamp);

  return order != 0 ? order < 0 : compare_values(value, entry->value) < 0;
}

static gboolean
is_newer(const BhRecordEntry *entry, json_t *value, gint64 version, const BhStamp *stamp)
{
  int order;

  if (version != entry->version)
    return version > entry->version;
  order = bh_stamp_compare(stamp, &entry->stamp);
  if (order != 0)
    return order > 0;
  if (json_is_null(value) || json_is_null(entry->value))
    return !json_is_null(entry->value);
  return compare_values(value, entry->value) > 0;
}

/* --- life --- */

BhRecord *
bh_record_new(void)
{
  BhRecord *record = g_new0(BhRecord, 1);

  g_atomic_ref_count_init(&record->refs);
  return record;
}

BhRecord *
bh_record_copy(const BhRecord *record)
{
  BhRecord *copy = bh_record_new();

  bh_record_merge(copy, record);
  return copy;
}

BhRecord *
bh_record_ref(BhRecord *record)
{
  g_atomic_ref_count_inc(&record->refs);
  return record;
}

void
bh_record_unref(BhRecord *record)
{
  if (record == NULL || !g_atomic_ref_count_dec(&record->refs))
    return;
  g_clear_pointer(&record->items, g_tree_unref);
  g_clear_pointer(&record->registers, g_tree_unref);
  g_free(record);
}

/* --- redaction --- */

gboolean
bh_record_has_redaction(const BhRecord *record, const BhStamp *stamp)
{
  char path[sizeof REDACTED + BH_STAMP_NAME_BYTES] = REDACTED;

  if (record->n_redacted == 0)
    return FALSE;
  bh_stamp_get_name(stamp, path + strlen(REDACTED));
  return find_entry(record->items, path) != NULL;
}

static gboolean
erase_entry(gpointer path, gpointer data, gpointer user_data)
{
  const BhRecord *record = user_data;
  BhRecordEntry *entry = data;

  if (!json_is_null(entry->value) && bh_record_has_redaction(record, &entry->stamp))
    set_value(entry, json_null());
  return FALSE;
}

void
bh_record_erase_redacted(BhRecord *record)
{
  g_tree_foreach(record->items, erase_entry, record);
  if (record->registers != NULL)
    g_tree_foreach(record->registers, erase_entry, record);
}

typedef struct {
  const char *log_id;
  gint64 seq;
  gboolean has_changed;
} Erasure;

static gboolean
erase_given(gpointer path, gpointer data, gpointer user_data)
{
  Erasure *erasure = user_data;
  BhRecordEntry *entry = data;

  if (!json_is_null(entry->value) && entry->stamp.seq == erasure->seq &&
      g_str_equal(entry->stamp.log_id, erasure->log_id)) {
    set_value(entry, json_null());
    erasure->has_changed = TRUE;
  }
  return FALSE;
}

gboolean
bh_record_erase(BhRecord *record, const char *log_id, gint64 seq)
{
  Erasure erasure = {log_id, seq, FALSE};

  if (record->items != NULL)
    g_tree_foreach(record->items, erase_given, &erasure);
  if (record->registers != NULL)
    g_tree_foreach(record->registers, erase_given, &erasure);
  return erasure.has_changed;
}

/* --- merging --- */

gboolean
bh_record_put_item(BhRecord *record, const char *path, json_t *value, const BhStamp *stamp)
{
  BhRecordEntry *entry = find_entry(record->items, path);

  if (bh_record_has_redaction(record, stamp))
    value = json_null();
  if (entry == NULL) {
    insert_entry(&record->items, path, value, 0, stamp);
    record->n_redacted += g_str_has_prefix(path, REDACTED) ? 1 : 0;
    return TRUE;
  }
  if (!is_first(entry, value, stamp))
    return FALSE;
  set_value(entry, value);
  entry->stamp = *stamp;
  return TRUE;
}

gboolean
bh_record_put_register(BhRecord *record, const char *path, json_t *value, gint64 version,
                       const BhStamp *stamp)
{
  BhRecordEntry *entry = find_entry(record->registers, path);

  if (bh_record_has_redaction(record, stamp))
    value = json_null();
  if (entry != NULL && !is_newer(entry, value, version, stamp))
    return FALSE;
  record->version = MAX(record->version, version);
  if (entry == NULL) {
    insert_entry(&record->registers, path, value, version, stamp);
    return TRUE;
  }
  set_value(entry, value);
  entry->version = version;
  entry->stamp = *stamp;
  return TRUE;
}

gboolean
bh_record_add_item(BhRecord *record, const char *path, json_t *value, const BhStamp *stamp)
{
  guint n_redacted = record->n_redacted;
  gboolean has_changed = bh_record_put_item(record, path, value, stamp);

  if (record->n_redacted != n_redacted)
    bh_record_erase_redacted(record);
  return has_changed;
}

gboolean
bh_record_add_register(BhRecord *record, const char *path, json_t *value, gint64 version,
                       const BhStamp *stamp)
{
  return bh_record_put_register(record, path, value, version, stamp);
}

gboolean
bh_record_merge(BhRecord *into, const BhRecord *from)
{
  guint n_redacted = into->n_redacted;
  gboolean has_changed = FALSE;

  for (GTreeNode *node = from->items != NULL ? g_tree_node_first(from->items) : NULL; node != NULL;
       node = g_tree_node_next(node)) {
    const BhRecordEntry *entry = g_tree_node_value(node);

    has_changed |= bh_record_put_item(into, entry->path, entry->value, &entry->stamp);
  }
  for (GTreeNode *node = from->registers != NULL ? g_tree_node_first(from->registers) : NULL;
       node != NULL; node = g_tree_node_next(node)) {
    const BhRecordEntry *entry = g_tree_node_value(node);

    has_changed |=
        bh_record_put_register(into, entry->path, entry->value, entry->version, &entry->stamp);
  }
  if (into->n_redacted != n_redacted)
    bh_record_erase_redacted(into);
  return has_changed;
}

/* --- reading --- */

guint
bh_record_get_size(const BhRecord *record)
{
  return (guint)((record->items != NULL ? g_tree_nnodes(record->items) : 0) +
                 (record->registers != NULL ? g_tree_nnodes(record->registers) : 0));
}

gboolean
bh_record_is_empty(const BhRecord *record)
{
  return bh_record_get_size(record) == 0;
}

static json_t *
get_stamped(GTree *tree, const char *path, const BhStamp **stamp)
{
  const BhRecordEntry *entry = find_entry(tree, path);

  if (entry == NULL)
    return NULL;
  if (stamp != NULL)
    *stamp = &entry->stamp;
  return entry->value;
}

json_t *
bh_record_get_item_stamped(const BhRecord *record, const char *path, const BhStamp **stamp)
{
  return get_stamped(record->items, path, stamp);
}

json_t *
bh_record_get_item(const BhRecord *record, const char *path)
{
  return get_stamped(record->items, path, NULL);
}

json_t *
bh_record_get_register_stamped(const BhRecord *record, const char *path, const BhStamp **stamp)
{
  return get_stamped(record->registers, path, stamp);
}

json_t *
bh_record_get_register(const BhRecord *record, const char *path)
{
  return get_stamped(record->registers, path, NULL);
}

gint64
bh_record_get_version(const BhRecord *record)
{
  return record->version;
}

static void
visit(GTree *tree, const char *prefix, BhRecordVisitor visitor, gpointer data)
{
  GTreeNode *node = tree == NULL     ? NULL
                    : prefix == NULL ? g_tree_node_first(tree)
                                     : g_tree_lower_bound(tree, prefix);

  for (; node != NULL; node = g_tree_node_next(node)) {
    const BhRecordEntry *entry = g_tree_node_value(node);

    if (prefix != NULL && !g_str_has_prefix(entry->path, prefix))
      return;
    visitor(entry->path, entry->value, &entry->stamp, data);
  }
}

void
bh_record_visit_items(const BhRecord *record, const char *prefix, BhRecordVisitor visitor,
                      gpointer data)
{
  visit(record->items, prefix, visitor, data);
}

void
bh_record_visit_registers(const BhRecord *record, const char *prefix, BhRecordVisitor visitor,
                          gpointer data)
{
  visit(record->registers, prefix, visitor, data);
}

void
bh_record_visit_versions(const BhRecord *record, BhRecordVersionVisitor visitor, gpointer data)
{
  GTreeNode *node = record->registers != NULL ? g_tree_node_first(record->registers) : NULL;

  for (; node != NULL; node = g_tree_node_next(node)) {
    const BhRecordEntry *entry = g_tree_node_value(node);

    visitor(entry->path, entry->value, entry->version, &entry->stamp, data);
  }
}
