/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "write-list.h"

#include "statement.h"

typedef struct {
  const char *sql;
  GVariant *values; /* owned */
} Write;

struct _BhWriteList {
  GArray *writes; /* of Write */
};

static void
write_clear(gpointer data)
{
  g_variant_unref(((Write *)data)->values);
}

BhWriteList *
bh_write_list_new(void)
{
  BhWriteList *list = g_new0(BhWriteList, 1);

  list->writes = g_array_new(FALSE, FALSE, sizeof(Write));
  g_array_set_clear_func(list->writes, write_clear);
  return list;
}

void
bh_write_list_free(BhWriteList *list)
{
  g_array_unref(list->writes);
  g_free(list);
}

void
bh_write_list_add(BhWriteList *list, const char *sql, GVariant *values)
{
  Write item = {sql, g_variant_ref_sink(values)};

  g_return_if_fail(g_variant_is_of_type(values, G_VARIANT_TYPE_TUPLE));

  g_array_append_val(list->writes, item);
}

gboolean
bh_write_list_is_empty(const BhWriteList *list)
{
  return list->writes->len == 0;
}

GVariant *
bh_write_list_bytes(const guint8 *bytes, gsize length)
{
  return g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, bytes, length, 1);
}

static void
bind_value(BhStatement *statement, int at, GVariant *value)
{
  gsize length;

  if (g_variant_is_of_type(value, G_VARIANT_TYPE_MAYBE)) {
    g_autoptr(GVariant) some = g_variant_get_maybe(value);

    if (some != NULL)
      bind_value(statement, at, some);
  } else if (g_variant_is_of_type(value, G_VARIANT_TYPE_INT64)) {
    sqlite3_bind_int64(statement, at, g_variant_get_int64(value));
  } else if (g_variant_is_of_type(value, G_VARIANT_TYPE_STRING)) {
    sqlite3_bind_text(statement, at, g_variant_get_string(value, NULL), -1, SQLITE_TRANSIENT);
  } else {
    const void *bytes = g_variant_get_fixed_array(value, &length, 1);

    sqlite3_bind_blob64(statement, at, bytes, length, SQLITE_TRANSIENT);
  }
}

static gboolean
run_write(sqlite3 *db, const Write *item, GError **error)
{
  g_autoptr(BhStatement) statement = bh_statement_new(db, item->sql, error);

  if (statement == NULL)
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children(item->values); i++) {
    g_autoptr(GVariant) value = g_variant_get_child_value(item->values, i);

    bind_value(statement, (int)i + 1, value);
  }
  return bh_store_step(db, statement, error);
}

gboolean
bh_write_list_run(sqlite3 *db, gpointer data, GError **error)
{
  const BhWriteList *list = data;

  for (guint i = 0; i < list->writes->len; i++) {
    if (!run_write(db, &g_array_index(list->writes, Write, i), error))
      return FALSE;
  }
  return TRUE;
}
