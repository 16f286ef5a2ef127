/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "record-private.h"

#include <string.h>

#include "operation-text.h"

/* --- reading --- */

static gboolean
read_integer(const json_t *value, gint64 min, gint64 max, gint64 *out)
{
  *out = json_integer_value(value);
  return json_is_integer(value) && *out >= min && *out <= max;
}

/* Reads `ms, counter, logId, seq` from @at on. */
static gboolean
read_stamp(const json_t *entry, gsize at, BhStamp *out)
{
  const char *log_id = json_string_value(json_array_get(entry, at + 2));
  gint64 counter;

  if (!read_integer(json_array_get(entry, at), 0, BH_OPERATION_MAX_MS, &out->ms) ||
      !read_integer(json_array_get(entry, at + 1), 0, BH_OPERATION_MAX_COUNTER, &counter) ||
      !bh_operation_is_log_id(log_id) ||
      !read_integer(json_array_get(entry, at + 3), 1, BH_OPERATION_MAX_SEQ, &out->seq))
    return FALSE;
  out->counter = (guint32)counter;
  g_strlcpy(out->log_id, log_id, sizeof out->log_id);
  return TRUE;
}

static gboolean
is_path(const char *path)
{
  gsize length = 0;

  if (!g_ascii_isalpha(*path))
    return FALSE;
  while (g_ascii_isalnum(path[length]) || (path[length] != '\0' && strchr("_-.:/", path[length])))
    length++;
  return length <= BH_RECORD_MAX_PATH_BYTES && path[length] == '\0';
}

static gboolean
read_items(BhRecord *record, json_t *items)
{
  const char *path;
  json_t *entry;

  json_object_foreach(items, path, entry)
  {
    json_t *value = json_array_get(entry, 0);
    BhStamp stamp;

    if (!is_path(path) || json_array_size(entry) != 5 || !read_stamp(entry, 1, &stamp) ||
        !bh_operation_text_is_value(value, BH_OPERATION_TEXT_MAX_DEPTH))
      return FALSE;
    bh_record_put_item(record, path, value, &stamp);
  }
  return TRUE;
}

static gboolean
read_registers(BhRecord *record, json_t *registers)
{
  const char *path;
  json_t *entry;

  json_object_foreach(registers, path, entry)
  {
    json_t *value = json_array_get(entry, 0);
    gint64 version;
    BhStamp stamp;

    if (!is_path(path) || json_array_size(entry) != 6 || !read_stamp(entry, 2, &stamp) ||
        !read_integer(json_array_get(entry, 1), 1, BH_RECORD_MAX_VERSION, &version) ||
        !bh_operation_text_is_value(value, BH_OPERATION_TEXT_MAX_DEPTH))
      return FALSE;
    bh_record_put_register(record, path, value, version, &stamp);
  }
  return TRUE;
}

BhRecord *
bh_record_from_json(const json_t *value, GError **error)
{
  json_t *items = json_object_get(value, "items");
  json_t *registers = json_object_get(value, "registers");
  g_autoptr(BhRecord) record = bh_record_new();

  if (!json_is_object(items) || !json_is_object(registers) || json_object_size(value) != 2 ||
      !read_items(record, items) || !read_registers(record, registers)) {
    g_set_error_literal(error, BH_OPERATION_ERROR, BH_OPERATION_ERROR_BAD,
                        "this is not the record of an entity");
    return NULL;
  }
  if (record->n_redacted > 0)
    bh_record_erase_redacted(record);
  return g_steal_pointer(&record);
}

/* --- writing --- */

static json_t *
tree_to_json(GTree *tree, gboolean with_version)
{
  json_t *object = json_object();

  for (GTreeNode *node = tree != NULL ? g_tree_node_first(tree) : NULL; node != NULL;
       node = g_tree_node_next(node)) {
    const BhRecordEntry *entry = g_tree_node_value(node);
    json_t *array = json_array();

    json_array_append(array, entry->value);
    if (with_version)
      json_array_append_new(array, json_integer(entry->version));
    json_array_append_new(array, json_integer(entry->stamp.ms));
    json_array_append_new(array, json_integer(entry->stamp.counter));
    json_array_append_new(array, json_string(entry->stamp.log_id));
    json_array_append_new(array, json_integer(entry->stamp.seq));
    json_object_set_new(object, entry->path, array);
  }
  return object;
}

json_t *
bh_record_to_json(const BhRecord *record)
{
  json_t *object = json_object();

  json_object_set_new(object, "items", tree_to_json(record->items, FALSE));
  json_object_set_new(object, "registers", tree_to_json(record->registers, TRUE));
  return object;
}
