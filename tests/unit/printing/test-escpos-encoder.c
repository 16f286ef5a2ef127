/* SPDX-License-Identifier: Apache-2.0 */
#include "escpos-encoder.h"

#include "escpos-decoder.h"
#include "paper-text.h"
#include "print-content.h"

/* Compares with golden/NAME.txt; BH_UPDATE_GOLDEN=1 writes it anew, to be read before it is kept.
 */
static void
assert_golden(const char *name, const char *text)
{
  g_autofree char *path = g_strdup_printf("%s/%s.txt", g_getenv("BH_GOLDEN_DIR"), name);
  g_autofree char *expected = NULL;

  if (g_getenv("BH_UPDATE_GOLDEN") != NULL)
    g_file_set_contents(path, text, -1, NULL);
  g_file_get_contents(path, &expected, NULL, NULL);
  g_assert_cmpstr(text, ==, expected);
}

static json_t *
load_example(const char *name)
{
  g_autofree char *path = g_strdup_printf("%s/examples/%s.json", g_getenv("BH_PROTOCOL_DIR"), name);
  json_t *receipt = json_load_file(path, 0, NULL);

  g_assert_nonnull(receipt);
  return json_pack("{s:o}", "receipt", receipt);
}

static void
test_layout(void)
{
  static const struct {
    const char *example;
    guint columns;
    gboolean reprint;
  } cases[] = {
      {"receipt-full", 42, FALSE},   {"receipt-full", 32, FALSE},   {"receipt-full", 42, TRUE},
      {"receipt-german", 42, FALSE}, {"receipt-german", 32, FALSE}, {"receipt-minimal", 32, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(json_t) content = load_example(cases[i].example);
    g_autofree char *text = encode_to_text(content, cases[i].columns, cases[i].reprint);
    g_autofree char *name = g_strdup_printf("%s-%u%s", cases[i].example, cases[i].columns,
                                            cases[i].reprint ? "-reprint" : "");

    assert_golden(name, text);
  }
}

static void
test_long_texts_are_whole(void)
{
  g_autoptr(json_t) content = new_receipt_content(
      "{\"currency\": \"EUR\", \"language\": \"es\", \"business\": {\"name\": \"The Grand Old "
      "Lakeside Palace Hotel and Restaurant\"}, \"lines\": [{\"name\": "
      "\"Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluessel\", \"quantity\": 99999, "
      "\"amount\": -999999999999, \"unitAmount\": 999999999999}], \"total\": 999999999999, "
      "\"payments\": [{\"method\": \"A very long way to pay, with a voucher of the association\", "
      "\"amount\": 999999999999}]}");

  for (guint columns = 32; columns <= 42; columns += 10) {
    g_autofree char *text = encode_to_text(content, columns, FALSE);

    /* Amounts on their lines, and the long word complete over several. */
    g_assert_nonnull(strstr(text, "-9.999.999.999,99\n"));
    g_assert_nonnull(strstr(text, "9.999.999.999,99 €\n"));
    g_assert_nonnull(strstr(text, columns == 42 ? "|99999 x Donaudampfschiff" : "|99999 x Donau"));
    g_assert_nonnull(strstr(text, "schluessel"));
    g_assert_nonnull(strstr(text, "association"));
  }
}

static GBytes *
encode_bytes(const char *receipt)
{
  const BhPrintContentOptions options = {.columns = 42};
  g_autoptr(json_t) content = new_receipt_content(receipt);
  g_autoptr(GError) error = NULL;
  GBytes *bytes = bh_print_content_encode(content, &options, 1 << 20, &error);

  g_assert_no_error(error);
  return bytes;
}

static gboolean
contains(GBytes *bytes, const char *needle, gsize length)
{
  gsize size;
  const char *data = g_bytes_get_data(bytes, &size);

  return memmem(data, size, needle, length) != NULL;
}

/* The printer's code page is chosen before the first text, and the euro sign is a byte of it. */
static void
test_code_pages(void)
{
  g_autoptr(GBytes) bytes =
      encode_bytes("{\"currency\": \"EUR\", \"lines\": [{\"name\": \"5 € żółw Борщ é\"}]}");
  static const char start[] = "\x1b@\x1c.\x1bt\x13\x1dW\xf8\x01";

  g_assert_cmpmem(g_bytes_get_data(bytes, NULL), sizeof start - 1, start, sizeof start - 1);
  g_assert_true(contains(bytes, "5 \xd5 ", 4));                    /* PC858 */
  g_assert_true(contains(bytes, "\x1bt\x12\xbe\xa2\x88w ", 8));    /* PC852: ż ó ł w */
  g_assert_true(contains(bytes, "\x1bt\x11\x81\xae\xe0\xe9 ", 8)); /* PC866: Борщ */
}

static const json_t *
get_first_image(const json_t *paper)
{
  const json_t *line;
  gsize i;

  json_array_foreach(json_object_get(paper, "lines"), i, line)
  {
    if (json_object_get(line, "image") != NULL)
      return line;
  }
  return NULL;
}

/* What no code page has is drawn as one line as wide as the paper, with the amount in it. */
static void
test_drawn_line(void)
{
  g_autoptr(GBytes) bytes =
      encode_bytes("{\"currency\": \"EUR\", \"lines\": [{\"name\": \"قهوة\", \"amount\": 450}]}");
  g_autoptr(json_t) paper = bh_paper_render(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  const json_t *image = get_first_image(paper);
  static const char raster[] = "\x1dv0\0\x3f\0\x1e\0"; /* 63 bytes, 30 rows */
  gsize size, black_left = 0, black_right = 0;
  const guint8 *data, *dots;

  g_assert_nonnull(image);
  g_assert_cmpint(json_integer_value(json_object_get(image, "width")), ==, 504);
  g_assert_false(contains(bytes, "4.50", 4));

  data = g_bytes_get_data(bytes, &size);
  dots = memmem(data, size, raster, sizeof raster - 1);
  g_assert_nonnull(dots);
  dots += sizeof raster - 1;
  for (guint y = 0; y < 30; y++)
    for (guint x = 0; x < 63; x++) {
      if (x < 10)
        black_left += dots[y * 63 + x];
      else if (x >= 56)
        black_right += dots[y * 63 + x];
      else if (x >= 20) /* nothing between name and amount */
        g_assert_cmpuint(dots[y * 63 + x], ==, 0);
    }
  g_assert_cmpuint(black_left, >, 0);
  g_assert_cmpuint(black_right, >, 0);
}

/* Every text of a receipt says "open the drawer, cut, reset", in all the ways it can be said. */
static void
test_foreign_commands(void)
{
  static const char evil[] =
      "x\\u001b@\\u001bp0\\u001dV0\\u0010\\u0014\\u0001\\u0002\\u0001\\u009bz\\u001c.\\n\\t\\u007f"
      "\\u202e\\u2028y";
  g_autoptr(GString) json =
      g_string_new("{\"currency\": \"EUR\", \"business\": {\"name\": \"#\", "
                   "\"address\": [\"#\"], \"phone\": \"#\", \"taxId\": \"#\"}, "
                   "\"title\": \"#\", \"number\": \"#\", \"table\": \"#\", "
                   "\"server\": \"#\", \"lines\": [{\"name\": \"#\", \"notes\": "
                   "[\"#\"], \"modifiers\": [{\"name\": \"#\"}]}], "
                   "\"discounts\": [{\"name\": \"#\", \"amount\": 1}], "
                   "\"taxes\": [{\"name\": \"#\", \"rate\": \"#\", \"amount\": "
                   "1}], \"payments\": [{\"method\": \"#\", \"amount\": 1}], "
                   "\"footer\": [\"#\"]}");
  g_autoptr(GBytes) bytes = NULL;
  BhEscposDecoder decoder;
  BhEscposItem item;
  guint cuts = 0, resets = 0;

  /* A NUL cannot come: the JSON reader refuses it; the rest can. */
  g_string_replace(json, "#", evil, 0);
  bytes = encode_bytes(json->str);

  decoder =
      (BhEscposDecoder){.bytes = g_bytes_get_data(bytes, NULL), .length = g_bytes_get_size(bytes)};
  while (bh_escpos_decoder_next(&decoder, &item)) {
    g_assert_cmpint(item.kind, !=, BH_ESCPOS_UNKNOWN);
    g_assert_false(bh_escpos_item_opens_drawer(&item));
    if (item.kind == BH_ESCPOS_CONTROL)
      g_assert_cmpuint(item.bytes[0], ==, '\n');
    if (item.kind == BH_ESCPOS_TEXT)
      g_assert_null(memchr(item.bytes, 0x7F, item.length));
    if (item.kind == BH_ESCPOS_COMMAND) {
      g_assert_cmpuint(item.prefix, !=, BH_ESCPOS_DLE);
      cuts += item.prefix == BH_ESCPOS_GS && item.code == 'V';
      resets += item.prefix == BH_ESCPOS_ESC && item.code == '@';
    }
  }
  g_assert_cmpuint(cuts, ==, 1);
  g_assert_cmpuint(resets, ==, 1);
}

static void
test_text(void)
{
  g_autoptr(json_t) content =
      json_pack("{s:s}", "text",
                "Good morning\r\n\r\n\tbreakfast\tfrom seven\nA line that is longer than the "
                "paper, so that it is wrapped at a space.\x1b@\n");
  g_autofree char *text = encode_to_text(content, 32, FALSE);

  g_assert_cmpstr(text, ==,
                  "|Good morning\nfeed 1\n|        breakfast       from\n|seven\n"
                  "|A line that is longer than the\n|paper, so that it is wrapped at\n"
                  "|a space. @\ncut\n");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printing/escpos-encoder/layout", test_layout);
  g_test_add_func("/printing/escpos-encoder/long-texts-are-whole", test_long_texts_are_whole);
  g_test_add_func("/printing/escpos-encoder/code-pages", test_code_pages);
  g_test_add_func("/printing/escpos-encoder/drawn-line", test_drawn_line);
  g_test_add_func("/printing/escpos-encoder/foreign-commands", test_foreign_commands);
  g_test_add_func("/printing/escpos-encoder/text", test_text);
  return g_test_run();
}
