/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both drawings are painted as a picture again and read by a decoder that is not ours (zbarimg).
 */
#include "qr-code.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAX_SIDE 256
#define SCALE    4

/* A picture of modules: what a camera would see of a drawing. */
typedef struct {
  gboolean dark[MAX_SIDE][MAX_SIDE];
  gint width, height;
} Picture;

static void
paint_blocks(Picture *picture, const char *text)
{
  gint x = 0, y = 0;

  memset(picture, 0, sizeof *picture);
  for (; *text != '\0'; text = g_utf8_next_char(text)) {
    gunichar block = g_utf8_get_char(text);

    if (block == '\n') {
      picture->width = MAX(picture->width, x);
      x = 0;
      y += 2;
      continue;
    }
    g_assert_nonnull(g_utf8_strchr(" ▀▄█", -1, block));
    g_assert_true(x < MAX_SIDE && y + 1 < MAX_SIDE);
    picture->dark[y][x] = block == 0x2580 || block == 0x2588;
    picture->dark[y + 1][x] = block == 0x2584 || block == 0x2588;
    x++;
  }
  picture->height = y;
}

static void
paint_svg(Picture *picture, const char *svg)
{
  const char *path = strstr(svg, "stroke=\"#000\" d=\"");
  gint x = 0, y = 0, size, again, used;

  memset(picture, 0, sizeof *picture);
  g_assert_cmpint(sscanf(strstr(svg, "viewBox="), "viewBox=\"0 0 %d %d\"", &size, &again), ==, 2);
  g_assert_cmpint(size, ==, again);
  g_assert_true(size <= MAX_SIDE);
  picture->width = picture->height = size;
  path = strstr(path, "d=\"") + 3;
  while (*path != '"') {
    gint run, gap;

    used = 0;
    if (*path == 'M') {
      g_assert_cmpint(sscanf(path, "M%d %d.5h%d%n", &x, &y, &run, &used), ==, 3);
    } else {
      g_assert_cmpint(sscanf(path, "m%d 0h%d%n", &gap, &run, &used), ==, 2);
      x += gap;
    }
    g_assert_cmpint(used, >, 0);
    g_assert_true(x >= BH_QR_CODE_QUIET && x + run <= size - BH_QR_CODE_QUIET);
    g_assert_true(y >= BH_QR_CODE_QUIET && y < size - BH_QR_CODE_QUIET);
    for (gint i = 0; i < run; i++)
      picture->dark[y][x + i] = TRUE;
    x += run;
    path += used;
  }
}

static void
assert_reads(const Picture *picture, const char *expected)
{
  g_autofree char *folder = g_dir_make_tmp("bellhop-qr-XXXXXX", NULL);
  g_autofree char *file = g_build_filename(folder, "code.pgm", NULL);
  GString *pixels = g_string_new(NULL);
  const char *const argv[] = {"zbarimg",   "--nodbus", "-q", "--raw",
                              "--oneshot", "-Sbinary", file, NULL};
  g_autofree char *output = NULL;
  g_autofree char *complaint = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  g_string_append_printf(pixels, "P5\n%d %d\n255\n", picture->width * SCALE,
                         picture->height * SCALE);
  for (gint y = 0; y < picture->height * SCALE; y++)
    for (gint x = 0; x < picture->width * SCALE; x++)
      g_string_append_c(pixels, picture->dark[y / SCALE][x / SCALE] ? '\0' : '\xff');
  g_assert_true(g_file_set_contents(file, pixels->str, (gssize)pixels->len, NULL));
  g_string_free(pixels, TRUE);
  g_spawn_sync(NULL, (char **)(gpointer)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output,
               &complaint, &status, &error);
  g_unlink(file);
  g_rmdir(folder);
  g_assert_no_error(error);
  g_assert_cmpstr(complaint, ==, "");
  g_assert_cmpstr(output, ==, expected);
}

static gboolean
has_reader(void)
{
  g_autofree char *path = g_find_program_in_path("zbarimg");

  if (path == NULL)
    g_test_skip("zbarimg is not installed");
  return path != NULL;
}

static void
assert_both_read(const char *text, BhQrUse use)
{
  g_autoptr(BhQrCode) code = bh_qr_code_new(text, use);
  g_autofree char *blocks = bh_qr_code_to_blocks(code, FALSE);
  g_autofree char *svg = bh_qr_code_to_svg(code, "a link");
  g_autofree Picture *picture = g_new0(Picture, 1);

  paint_blocks(picture, blocks);
  g_assert_cmpint(picture->width, ==, (gint)bh_qr_code_get_width(code) + 2 * BH_QR_CODE_QUIET);
  assert_reads(picture, text);
  paint_svg(picture, svg);
  assert_reads(picture, text);
}

static void
test_is_read(void)
{
  static const char alphabet[] = "http://192.168.1.20:8080/pair#AZaz09-_.~!$&'()*+,;=:@/?%20";

  if (!has_reader())
    return;
  /* Around the changes of version that the text's length makes, and at the ends. */
  for (gsize length = 1; length <= 300; length += length < 20 ? 6 : 28) {
    char text[301];

    for (gsize i = 0; i < length; i++)
      text[i] = alphabet[(i * 7 + length) % (sizeof alphabet - 1)];
    text[length] = '\0';
    assert_both_read(text, length % 2 == 0 ? BH_QR_USE_SCREEN : BH_QR_USE_PAPER);
  }
}

static void
test_pairing_link_fits_a_terminal(void)
{
  static const char link[] = "http://192.168.100.200:8080/pair#AAAAAAAAAAAAAAAAAAAAAA."
                             "BBBBBBBBBBBBBBBBBBBBBB.CCCCCCCCCCCCCCCCCCCCCC.bellhop-1a2b.local";
  g_autoptr(BhQrCode) code = bh_qr_code_new(link, BH_QR_USE_SCREEN);
  g_autofree char *blocks = bh_qr_code_to_blocks(code, FALSE);
  g_auto(GStrv) lines = g_strsplit(blocks, "\n", -1);

  g_assert_cmpuint(g_strv_length(lines) - 1, <=, 25);
  g_assert_cmpint(g_utf8_strlen(lines[0], -1), <=, 80);
  if (has_reader())
    assert_both_read(link, BH_QR_USE_SCREEN);
}

static void
test_length_is_bounded(void)
{
  g_autofree char *most = g_strnfill(BH_QR_CODE_MAX_BYTES, 'x');
  g_autofree char *more = g_strconcat(most, "x", NULL);
  g_autoptr(BhQrCode) code = bh_qr_code_new(most, BH_QR_USE_PAPER);

  g_assert_nonnull(code);
  g_assert_null(bh_qr_code_new(more, BH_QR_USE_SCREEN));
  g_assert_null(bh_qr_code_new("", BH_QR_USE_SCREEN));
}

static void
test_colours_are_said_only_when_asked(void)
{
  g_autoptr(BhQrCode) code = bh_qr_code_new("x", BH_QR_USE_SCREEN);
  g_autofree char *plain = bh_qr_code_to_blocks(code, FALSE);
  g_autofree char *coloured = bh_qr_code_to_blocks(code, TRUE);
  g_auto(GStrv) lines = g_strsplit(coloured, "\n", -1);

  g_assert_null(strchr(plain, '\033'));
  /* Each line by itself: what a terminal erases or scrolls in between keeps its own colours. */
  for (guint i = 0; lines[i + 1] != NULL; i++) {
    g_assert_true(g_str_has_prefix(lines[i], "\033["));
    g_assert_true(g_str_has_suffix(lines[i], "\033[0m"));
  }
}

static void
test_label_is_escaped(void)
{
  g_autoptr(BhQrCode) code = bh_qr_code_new("x", BH_QR_USE_SCREEN);
  g_autofree char *svg = bh_qr_code_to_svg(code, "\"><script>&'\001\xff");
  GMarkupParser parser = {0};
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, NULL, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_null(strstr(svg, "<script"));
  g_assert_null(strchr(svg, '\001'));
  g_assert_nonnull(strstr(svg, "role=\"img\""));
  g_assert_nonnull(strstr(svg, "aria-label=\"&quot;&gt;&lt;script&gt;&amp;&apos; "));
  g_markup_parse_context_parse(context, svg, -1, &error);
  g_assert_no_error(error);
  g_markup_parse_context_end_parse(context, &error);
  g_assert_no_error(error);
}

/* All codes of a large house come in one message, of which a data channel holds 4 MiB. */
static void
test_a_thousand_are_sent(void)
{
  g_autoptr(BhQrCode) code = bh_qr_code_new(
      "https://bellhop-3ade.local:8443/guest#KbAbDKx66SMCPLHia9z2OQ.bellhop-3ade.local",
      BH_QR_USE_PAPER);
  g_autofree char *svg = bh_qr_code_to_svg(code, "1204");

  g_assert_cmpuint(strlen(svg), <, 3500);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/qr-code/is-read", test_is_read);
  g_test_add_func("/qr-code/pairing-link-fits-a-terminal", test_pairing_link_fits_a_terminal);
  g_test_add_func("/qr-code/length-is-bounded", test_length_is_bounded);
  g_test_add_func("/qr-code/colours-are-said-only-when-asked",
                  test_colours_are_said_only_when_asked);
  g_test_add_func("/qr-code/label-is-escaped", test_label_is_escaped);
  g_test_add_func("/qr-code/a-thousand-are-sent", test_a_thousand_are_sent);
  return g_test_run();
}
