/* SPDX-License-Identifier: Apache-2.0 */
#include "print-content.h"

#include "bitmap.h"
#include "paper-text.h"

#define MAX_BYTES (1u << 20)

static GBytes *
encode(const json_t *content, gboolean reprint, gsize max_bytes, GError **error)
{
  const BhPrintContentOptions options = {.columns = 42, .reprint = reprint};

  return bh_print_content_encode(content, &options, max_bytes, error);
}

static json_t *
new_base64_content(const char *name, const guint8 *bytes, gsize length)
{
  g_autofree char *base64 = g_base64_encode(bytes, length);

  return json_pack("{s:s}", name, base64);
}

static guint
count(GBytes *bytes, const char *needle)
{
  gsize left, length = strlen(needle);
  const char *data = g_bytes_get_data(bytes, &left), *found;
  guint n = 0;

  while ((found = memmem(data, left, needle, length)) != NULL) {
    left -= (gsize)(found + length - data);
    data = found + length;
    n++;
  }
  return n;
}

static void
test_refusals(void)
{
  static const struct {
    const char *content, *named;
  } cases[] = {
      {"null", "receipt, ticket, text, escpos and png"},
      {"[]", "receipt, ticket, text, escpos and png"},
      {"{}", "receipt, ticket, text, escpos and png"},
      {"{\"text\": \"a\", \"png\": \"AAAA\"}", "not several"},
      {"{\"pdf\": \"AAAA\"}", "no PDF"},
      {"{\"text\": 4}", "“text”"},
      {"{\"receipt\": 4}", "“receipt”"},
      {"{\"escpos\": 4}", "“escpos”"},
      {"{\"escpos\": \"\"}", "“escpos”"},
      {"{\"escpos\": \"AAA\"}", "“escpos”"},
      {"{\"escpos\": \"A A=\"}", "“escpos”"},
      {"{\"escpos\": \"====\"}", "“escpos”"},
      {"{\"png\": \"AAAA\"}", "“png”"},
      {"{\"png\": \"iVBORw0KGgo=\"}", "“png”"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) content = json_loads(cases[i].content, JSON_DECODE_ANY, NULL);

    g_assert_null(encode(content, FALSE, MAX_BYTES, &error));
    g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB);
    if (strstr(error->message, cases[i].named) == NULL)
      g_error("%s: “%s” does not say %s", cases[i].content, error->message, cases[i].named);
  }
}

static void
test_too_large(void)
{
  g_autofree char *text = g_strnfill(5000, 'x');
  g_autoptr(json_t) content = json_pack("{s:s}", "text", text);
  g_autoptr(json_t) raw = new_base64_content("escpos", (const guint8 *)text, 5000);
  g_autoptr(GBytes) fits = encode(raw, FALSE, 5000, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null(encode(content, FALSE, 4096, &error));
  g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE);
  g_clear_error(&error);
  g_assert_nonnull(fits);
  g_assert_null(encode(raw, FALSE, 4999, &error));
  g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE);
  g_clear_error(&error);
  /* Not even the beginning has room. */
  g_assert_null(encode(content, FALSE, 3, &error));
  g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE);
}

static void
test_raw(void)
{
  static const guint8 job[] = "\x1b@Hello\n\x1bp0\x19\xfa\x1bp0\x19\xfa\x10\x14\x01\x02\x02\x1dV1";
  g_autoptr(json_t) content = new_base64_content("escpos", job, sizeof job - 1);
  g_autoptr(GBytes) first = encode(content, FALSE, MAX_BYTES, NULL);
  g_autoptr(GBytes) copy = bh_print_content_without_drawer(first);
  g_autofree char *first_text = encode_to_text(content, 42, FALSE);
  g_autofree char *second_text = encode_to_text(content, 42, TRUE);

  /* Its own bytes, but for the second and third opening of the drawer. */
  g_assert_cmpmem(g_bytes_get_data(first, NULL), g_bytes_get_size(first),
                  "\x1b@Hello\n\x1bp0\x19\xfa\x1dV1", sizeof job - 1 - 10);
  g_assert_cmpuint(count(copy, "\x1bp"), ==, 0);
  g_assert_cmpuint(g_bytes_get_size(copy), ==, g_bytes_get_size(first) - 5);
  g_assert_cmpstr(first_text, ==, "|Hello\ndrawer\ncut\n");
  g_assert_cmpstr(second_text, ==, "center 2x2 bold invert| REPRINT \nfeed 1\n|Hello\ncut\n");
}

/* Behind a command that is not known, bytes that look like one may be its payload. */
static void
test_raw_not_understood(void)
{
  static const guint8 job[] = "\x1dZ\x1bp0\x19\xfa";
  g_autoptr(json_t) content = new_base64_content("escpos", job, sizeof job - 1);
  g_autoptr(GBytes) bytes = encode(content, FALSE, MAX_BYTES, NULL);
  g_autoptr(GBytes) copy = bh_print_content_without_drawer(bytes);

  g_assert_cmpmem(g_bytes_get_data(copy, NULL), g_bytes_get_size(copy), job, sizeof job - 1);
}

static void
test_drawer(void)
{
  g_autoptr(json_t) content =
      new_receipt_content("{\"currency\": \"EUR\", \"lines\": [], \"drawer\": true}");
  g_autoptr(GBytes) first = encode(content, FALSE, MAX_BYTES, NULL);
  g_autoptr(GBytes) again = encode(content, TRUE, MAX_BYTES, NULL);

  g_assert_cmpuint(count(first, "\x1bp"), ==, 1);
  g_assert_cmpuint(count(again, "\x1bp"), ==, 0);
  g_assert_cmpuint(count(again, "REPRINT"), ==, 1);
}

static void
test_picture(void)
{
  g_autoptr(BhBitmap) wide = bh_bitmap_new(1008, 500);
  g_autoptr(GBytes) png = NULL;
  g_autoptr(json_t) content = NULL;
  g_autofree char *text = NULL, *small = NULL;

  memset(wide->bits, 0xFF, wide->stride * wide->height);
  png = bh_bitmap_to_png(wide);
  content = new_base64_content("png", g_bytes_get_data(png, NULL), g_bytes_get_size(png));
  text = encode_to_text(content, 42, FALSE);
  small = encode_to_text(content, 32, TRUE);
  g_assert_cmpstr(text, ==, "image 504x250\ncut\n");
  g_assert_cmpstr(small, ==, "center 2x2 bold invert| REPRINT \nfeed 1\nimage 384x190\ncut\n");
}

/* Grey becomes as many black dots as it is dark. */
static void
test_dither(void)
{
  /* A picture of 8 x 8 dots of grey 128. */
  static const guint8 grey[] = {
      0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44,
      0x52, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x08, 0x08, 0x00, 0x00, 0x00, 0x00, 0xe1,
      0x64, 0xe1, 0x57, 0x00, 0x00, 0x00, 0x10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x6c,
      0x60, 0x80, 0x00, 0x26, 0x06, 0x8a, 0x18, 0x00, 0x26, 0x08, 0x00, 0x90, 0x5d, 0x30, 0xa5,
      0x1e, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
  g_autoptr(GError) error = NULL;
  g_autoptr(BhBitmap) bitmap = bh_bitmap_new_from_png(grey, sizeof grey, 504, 100, &error);
  guint black = 0;

  g_assert_no_error(error);
  g_assert_cmpuint(bitmap->width, ==, 8);
  for (guint y = 0; y < 8; y++)
    for (guint8 row = bitmap->bits[y]; row != 0; row &= (guint8)(row - 1))
      black++;
  g_assert_cmpuint(black, >=, 28);
  g_assert_cmpuint(black, <=, 36);
}

static void
put_32(guint8 *to, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    to[i] = (guint8)(value >> (24 - 8 * i));
}

static guint32
crc_32(const guint8 *bytes, gsize length)
{
  guint32 crc = 0xFFFFFFFF;

  for (gsize i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
  }
  return ~crc;
}

/* A small file that claims to be a large picture is refused before memory is taken for it. */
static void
test_picture_bombs(void)
{
  static const struct {
    guint32 width, height;
  } cases[] = {{16385, 1}, {1, 16385}, {16384, 16384}, {0x7FFFFFFF, 0x7FFFFFFF}, {100, 9000}};
  g_autoptr(BhBitmap) dot = bh_bitmap_new(8, 8);
  g_autoptr(GBytes) good = bh_bitmap_to_png(dot);

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    gsize length = g_bytes_get_size(good);
    g_autofree guint8 *bytes = g_memdup2(g_bytes_get_data(good, NULL), length);
    g_autoptr(GError) error = NULL;

    put_32(bytes + 16, cases[i].width); /* IHDR (ISO/IEC 15948, 11.2.2) */
    put_32(bytes + 20, cases[i].height);
    put_32(bytes + 29, crc_32(bytes + 12, 17));
    g_assert_null(bh_bitmap_new_from_png(bytes, length, 504, 8192, &error));
    g_assert_true(error->domain == BH_PRINT_ERROR);
  }
}

/* Printers obey `DLE DC4 1` (open the drawer) in the midst of dots. */
static void
test_picture_opens_no_drawer(void)
{
  g_autoptr(BhBitmap) evil = bh_bitmap_new(40, 1);
  g_autoptr(GBytes) png = NULL, bytes = NULL;
  g_autoptr(json_t) content = NULL;

  memcpy(evil->bits, "\x10\x14\x01\x80\x01", 5);
  png = bh_bitmap_to_png(evil);
  content = new_base64_content("png", g_bytes_get_data(png, NULL), g_bytes_get_size(png));
  bytes = encode(content, FALSE, MAX_BYTES, NULL);
  g_assert_cmpuint(count(bytes, "\x10\x14"), ==, 0);
  g_assert_cmpuint(count(bytes, "\x18\x14\x01\x80\x01"), ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printing/print-content/refusals", test_refusals);
  g_test_add_func("/printing/print-content/too-large", test_too_large);
  g_test_add_func("/printing/print-content/raw", test_raw);
  g_test_add_func("/printing/print-content/raw-not-understood", test_raw_not_understood);
  g_test_add_func("/printing/print-content/drawer", test_drawer);
  g_test_add_func("/printing/print-content/picture", test_picture);
  g_test_add_func("/printing/print-content/dither", test_dither);
  g_test_add_func("/printing/print-content/picture-bombs", test_picture_bombs);
  g_test_add_func("/printing/print-content/picture-opens-no-drawer", test_picture_opens_no_drawer);
  return g_test_run();
}
