/* SPDX-License-Identifier: Apache-2.0 */
#include "paper-text.h"
#include "print-content.h"

static char *
render(const char *bytes, gsize length)
{
  /* An exact copy: a sanitizer sees the first byte past the end. */
  g_autofree guint8 *copy = g_memdup2(bytes, length);
  g_autoptr(json_t) paper = bh_paper_render(copy, length);

  return paper_to_text(paper);
}

#define assert_paper(bytes, expected)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *text = render((bytes), sizeof(bytes) - 1);                                    \
    g_assert_cmpstr(text, ==, (expected));                                                         \
  }                                                                                                \
  G_STMT_END

static void
test_text_and_style(void)
{
  assert_paper("", "");
  assert_paper("Hello", "|Hello\n");
  assert_paper("a\r\nb\n\n\nc", "|a\n|b\nfeed 2\n|c\n");
  assert_paper("\x1b!\x38"
               "Big\n\x1b!\x80line\n\x1b@plain",
               "2x2 bold|Big\nunderline|line\n|plain\n");
  assert_paper("\x1b"
               "a1middle\n\x1b"
               "a2right\n",
               "center|middle\nright|right\n");
  assert_paper("\x1d\x42\x01 no nuts \x1d\x42\x01\n", "invert| no nuts \n");
  assert_paper("\x1bt\x13\xd5\x1bt\x10\x80\x1bt\xff\x80", "|€€\xef\xbf\xbd\n");
  assert_paper("a\tb", "|a       b\n");
  assert_paper("one\x1b"
               "d\x03two",
               "|one\nfeed 2\n|two\n");
}

static void
test_cut_and_drawer(void)
{
  assert_paper("x\x1dV\x42\x03", "|x\ncut\n");
  assert_paper("x\x1dV\x31y\x1bi\x1bm", "|x\ncut\n|y\ncut\ncut\n");
  assert_paper("\x1bp\x01\x10\x20\x10\x14\x01\x00\x05", "drawer\ndrawer\n");
}

/* Where the job says how wide it prints, the text breaks there; else at 48 columns. */
static void
test_width(void)
{
  assert_paper("\x1dW\x78\x00"
               "0123456789abc\n",
               "|0123456789\n|abc\n");
  assert_paper("\x1dW\x78\x00"
               "0123456789\nx",
               "|0123456789\n|x\n");
  assert_paper("\x1dW\x78\x00\x1d!\x11"
               "abcdefg",
               "2x2|abcde\n2x2|fg\n");
  assert_paper("012345678901234567890123456789012345678901234567"
               "8",
               "|012345678901234567890123456789012345678901234567\n|8\n");
}

static void
test_images(void)
{
  /* Two bands of GS v 0 become one picture; another width begins a new one. */
  assert_paper("\x1dv0\0\2\0\2\0abcd\x1dv0\0\2\0\1\0ef\x1dv0\0\1\0\1\0g",
               "image 16x3\nimage 8x1\n");
  assert_paper("\x1dv0\3\2\0\2\0abcd", "image 32x4\n");
  /* ESC * rows with 24 dots, each ended by LF at a line spacing of 24 dots */
  assert_paper("\x1b"
               "3\x18\x1b*!\2\0abcdef\n\x1b*!\2\0abcdef\n",
               "image 2x48\n");
  /* GS ( L: kept by function 112, printed by 50, once */
  assert_paper("\x1d(L\x0c\0"
               "0p0\1\1"
               "1\x08\0\2\0ab\x1d(L\2\0"
               "02\x1d(L\2\0"
               "02",
               "image 8x2\n");
  /* It states more dots than it has. */
  assert_paper("\x1d(L\x0b\0"
               "0p0\1\1"
               "1\x08\0\xff\xff"
               "a\x1d(L\2\0"
               "02x",
               "|x\n");
  assert_paper("\x1dv0\0\0\0\0\0x", "|x\n");
}

static void
test_symbols(void)
{
  assert_paper("\x1d(k\3\0"
               "1C\5\x1d(k\6\0"
               "1P0abc\x1d(k\3\0"
               "1Q0",
               "qr 5 abc\n");
  assert_paper("\x1d(k\3\0"
               "1Q0x",
               "|x\n");
  assert_paper("\x1d(k\5\0"
               "1P0\x1b\xff\x1d(k\3\0"
               "1Q0",
               "qr 3  \xef\xbf\xbd\n");
  assert_paper("\x1dk\x04"
               "4006381\0x\x1dkI\3ABC",
               "|4006381\n|x\n|ABC\n");
}

/* Whatever is cut off, at every place, is answered with some paper. */
static void
test_cut_off(void)
{
  static const char job[] = "\x1b@\x1bt\x13T\x1dv0\0\2\0\2\0abcd\x1b*!\2\0abcdef\x1d(L\x0c\0"
                            "0p0\1\1"
                            "1\x08\0\2\0ab\x1d(k\6\0"
                            "1P0abc\x1d"
                            "8L\2\0\0\0"
                            "02\x1dk\x04"
                            "4006\0"
                            "\x1dkI\3ABC\x1bp0\1\1\x10\x14\1\0\1\x10\4\1\x1dVB\0";

  for (gsize length = 0; length < sizeof job; length++) {
    g_autofree char *text = render(job, length);

    g_assert_nonnull(text);
  }
  assert_paper("a\x1dv0\0\xff\xff\xff\xff"
               "xxxx",
               "|a\n");
  assert_paper("a\x1b", "|a\n");
}

/* A small job may not grow into a large page. */
static void
test_bounds(void)
{
  static const struct {
    const char *start, *again;
    gsize start_length, again_length;
  } cases[] = {
      {"", "x\n", 0, 2},
      {"", "\x1bi", 0, 2},
      {"",
       "\x1b"
       "E\1x\x1b"
       "E\0y",
       0, 8},
      {"\x1d(k\7\0"
       "1P0abcd",
       "\x1d(k\3\0"
       "1Q0",
       12, 8},
      {"", "\x1dv0\0\1\0\1\0x\x1dv0\0\2\0\1\0xx", 0, 19},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GByteArray) job = g_byte_array_new();
    g_autoptr(json_t) paper = NULL;
    g_autofree char *text = NULL, *page = NULL;

    g_byte_array_append(job, (const guint8 *)cases[i].start, (guint)cases[i].start_length);
    for (guint n = 0; n < 100000; n++)
      g_byte_array_append(job, (const guint8 *)cases[i].again, (guint)cases[i].again_length);
    paper = bh_paper_render(job->data, job->len);
    text = paper_to_text(paper);
    page = bh_json_to_text(paper);
    g_assert_true(g_str_has_suffix(text, "|(the rest is not shown)\n"));
    g_assert_cmpuint(strlen(page), <, 4 * 1024 * 1024);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printing/paper/text-and-style", test_text_and_style);
  g_test_add_func("/printing/paper/cut-and-drawer", test_cut_and_drawer);
  g_test_add_func("/printing/paper/width", test_width);
  g_test_add_func("/printing/paper/images", test_images);
  g_test_add_func("/printing/paper/symbols", test_symbols);
  g_test_add_func("/printing/paper/cut-off", test_cut_off);
  g_test_add_func("/printing/paper/bounds", test_bounds);
  return g_test_run();
}
