/* SPDX-License-Identifier: Apache-2.0 */
#include "paper-text.h"

#include "print-content.h"

static void
append_style(GString *out, const json_t *line, const json_t *run)
{
  const char *align = json_string_value(json_object_get(line, "align"));
  json_int_t width = json_integer_value(json_object_get(run, "width"));
  json_int_t height = json_integer_value(json_object_get(run, "height"));

  if (g_strcmp0(align, "left") != 0)
    g_string_append_printf(out, "%s ", align);
  if (width > 0 || height > 0)
    g_string_append_printf(out, "%dx%d ", (int)MAX(1, width), (int)MAX(1, height));
  if (json_is_true(json_object_get(run, "bold")))
    g_string_append(out, "bold ");
  if (json_is_true(json_object_get(run, "underline")))
    g_string_append(out, "underline ");
  if (json_is_true(json_object_get(run, "invert")))
    g_string_append(out, "invert ");
  if (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate(out, out->len - 1);
}

static void
append_runs(GString *out, const json_t *line, const json_t *runs, gsize columns)
{
  const json_t *run;
  gsize i, cells = 0;

  append_style(out, line, json_array_get(runs, 0));
  g_string_append_c(out, '|');
  json_array_foreach((json_t *)runs, i, run)
  {
    const char *text = json_string_value(json_object_get(run, "text"));
    json_int_t width = json_integer_value(json_object_get(run, "width"));

    g_assert_nonnull(text);
    g_string_append(out, text);
    cells += (gsize)g_utf8_strlen(text, -1) * (gsize)MAX(1, width);
  }
  g_assert_cmpuint(cells, <=, columns);
}

static void
append_line(GString *out, const json_t *line, gsize columns)
{
  const json_t *runs = json_object_get(line, "runs");
  json_int_t width = json_integer_value(json_object_get(line, "width"));

  if (runs != NULL) {
    g_autoptr(GString) text = g_string_new(NULL);

    append_runs(text, line, runs, columns);
    g_string_append(out, text->str);
  } else if (json_object_get(line, "image") != NULL) {
    g_assert_cmpint(width, <=, columns * 12);
    g_string_append_printf(out, "image %dx%d", (int)width,
                           (int)json_integer_value(json_object_get(line, "height")));
  } else if (json_object_get(line, "qr") != NULL) {
    g_string_append_printf(out, "qr %d %s", (int)json_integer_value(json_object_get(line, "size")),
                           json_string_value(json_object_get(line, "qr")));
  } else if (json_object_get(line, "feed") != NULL) {
    g_string_append_printf(out, "feed %d", (int)json_integer_value(json_object_get(line, "feed")));
  } else if (json_object_get(line, "cut") != NULL) {
    g_string_append(out, "cut");
  } else {
    g_assert_true(json_is_true(json_object_get(line, "drawer")));
    g_string_append(out, "drawer");
  }
  g_string_append_c(out, '\n');
}

char *
paper_to_text(const json_t *paper)
{
  GString *out = g_string_new(NULL);
  json_int_t columns = json_integer_value(json_object_get(paper, "columns"));
  const json_t *line;
  gsize i;

  g_assert_cmpint(columns, >, 0);
  json_array_foreach(json_object_get(paper, "lines"), i, line)
  {
    append_line(out, line, (gsize)columns);
  }
  return g_string_free(out, FALSE);
}

char *
encode_to_text(const json_t *content, guint columns, gboolean reprint)
{
  const BhPrintContentOptions options = {.columns = columns, .reprint = reprint};
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = bh_print_content_encode(content, &options, 1 << 21, &error);
  g_autoptr(json_t) paper = NULL;

  g_assert_no_error(error);
  paper = bh_paper_render(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  return paper_to_text(paper);
}

json_t *
new_receipt_content(const char *receipt)
{
  json_t *value = json_loads(receipt, 0, NULL);

  g_assert_nonnull(value);
  return json_pack("{s:o}", "receipt", value);
}
