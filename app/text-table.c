/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "text-table.h"

#include <stdarg.h>

#include "plain-text.h"

#define GAP 2

struct _BhTextTable {
  guint columns;
  GPtrArray *cells; /* owned text, row by row; the headings first */
};

BhTextTable *
bh_text_table_new(const char *heading, ...)
{
  BhTextTable *table = g_new0(BhTextTable, 1);
  va_list more;

  table->cells = g_ptr_array_new_with_free_func(g_free);
  va_start(more, heading);
  for (const char *next = heading; next != NULL; next = va_arg(more, const char *))
    g_ptr_array_add(table->cells, g_strdup(next));
  va_end(more);
  table->columns = table->cells->len;
  return table;
}

void
bh_text_table_free(BhTextTable *table)
{
  g_ptr_array_unref(table->cells);
  g_free(table);
}

void
bh_text_table_add(BhTextTable *table, const char *cell, ...)
{
  va_list more;

  va_start(more, cell);
  g_ptr_array_add(table->cells, bh_plain_text(cell));
  for (guint i = 1; i < table->columns; i++)
    g_ptr_array_add(table->cells, bh_plain_text(va_arg(more, const char *)));
  va_end(more);
}

static guint
measure(const BhTextTable *table, guint column)
{
  guint width = 0;

  for (guint i = column; i < table->cells->len; i += table->columns)
    width = MAX(width, bh_plain_text_get_width(table->cells->pdata[i]));
  return width;
}

char *
bh_text_table_to_text(const BhTextTable *table)
{
  g_autofree guint *widths = g_new(guint, table->columns);
  GString *text = g_string_new(NULL);

  for (guint i = 0; i < table->columns; i++)
    widths[i] = measure(table, i);
  for (guint i = 0; i < table->cells->len; i++) {
    const char *cell = table->cells->pdata[i];
    guint column = i % table->columns;
    guint blanks = widths[column] - bh_plain_text_get_width(cell) + GAP;

    g_string_append(text, cell);
    if (column < table->columns - 1) {
      g_string_append_printf(text, "%*s", (int)blanks, "");
      continue;
    }
    while (text->len > 0 && text->str[text->len - 1] == ' ')
      g_string_truncate(text, text->len - 1);
    g_string_append_c(text, '\n');
  }
  return g_string_free(text, FALSE);
}
