/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any JSON as a kitchen ticket: it is refused with a reason, or what goes to the printer holds no
 * command but ours and fits the paper. What is no JSON becomes the name on a ticket, so that
 * mutations which break the brackets still test something.
 */
#include "escpos-decoder.h"
#include "print-content.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The commands that the encoder writes. */
static gboolean
is_ours(const BhEscposItem *item)
{
  switch (item->kind) {
  case BH_ESCPOS_TEXT:
    return memchr(item->bytes, 0x7F, item->length) == NULL;
  case BH_ESCPOS_CONTROL:
    return item->bytes[0] == '\n';
  case BH_ESCPOS_COMMAND:
    if (item->prefix == BH_ESCPOS_ESC)
      return strchr("@taEdp", item->code) != NULL;
    if (item->prefix == BH_ESCPOS_GS)
      return strchr("W!Bv(V", item->code) != NULL;
    return item->prefix == BH_ESCPOS_FS && item->code == '.';
  default:
    return FALSE;
  }
}

static void
check_bytes(GBytes *bytes)
{
  BhEscposDecoder decoder =
      BH_ESCPOS_DECODER_INIT(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  BhEscposItem item;
  guint drawers = 0, resets = 0;

  while (bh_escpos_decoder_next(&decoder, &item)) {
    g_assert_true(is_ours(&item));
    drawers += bh_escpos_item_opens_drawer(&item);
    resets += item.kind == BH_ESCPOS_COMMAND && item.code == '@';
  }
  g_assert_cmpuint(drawers, ==, 0);
  g_assert_cmpuint(resets, ==, 1);
}

static void
check_paper(GBytes *bytes, guint columns)
{
  g_autoptr(json_t) paper = bh_paper_render(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  const json_t *line, *run;
  gsize i, k;

  g_assert_cmpint(json_integer_value(json_object_get(paper, "columns")), ==, columns);
  json_array_foreach(json_object_get(paper, "lines"), i, line)
  {
    json_int_t cells = 0;

    json_array_foreach(json_object_get(line, "runs"), k, run)
    {
      json_int_t width = json_integer_value(json_object_get(run, "width"));

      cells += g_utf8_strlen(json_string_value(json_object_get(run, "text")), -1) * MAX(1, width);
    }
    g_assert_cmpint(cells, <=, columns);
  }
}

#define MAX_NAME_BYTES 120

static json_t *
new_ticket_named(const uint8_t *data, size_t size)
{
  g_autofree char *name =
      g_utf8_make_valid(size > 0 ? (const char *)data : "", (gssize)MIN(size, MAX_NAME_BYTES));

  return json_pack("{s:s, s:[{s:s, s:[s]}]}", "number", "A-1", "lines", "name", name, "allergens",
                   name);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  /* Paper and reprint follow from the length: any corpus covers all. */
  guint choice = (guint)size;
  const BhPrintContentOptions options = {(choice & 1) != 0 ? 42 : 32, (choice & 2) != 0};
  g_autoptr(json_t) ticket = bh_json_parse((const char *)data, size, NULL);
  g_autoptr(json_t) content = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) bytes = NULL;

  /* What we blame ourselves for is a find too. */
  g_log_set_always_fatal(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  if (ticket == NULL)
    ticket = new_ticket_named(data, size);
  content = json_pack("{s:O}", "ticket", ticket);
  bytes = bh_print_content_encode(content, &options, 1 << 18, &error);
  g_assert_true((bytes == NULL) == (error != NULL));
  if (bytes == NULL) {
    g_assert_true(error->domain == BH_PRINT_ERROR);
    return 0;
  }
  check_bytes(bytes);
  check_paper(bytes, options.columns);
  return 0;
}
