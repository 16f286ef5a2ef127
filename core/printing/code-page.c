/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "code-page.h"

#define NO_CHARACTER 0xFFFD
#define UPPER_HALF   128

typedef struct {
  guint8 number;
  gboolean encode; /* printers that have `ESC t` have it under this number; else only understood */
  const char *charset;
} CodePage;

/* Numbers: Epson, ESC/POS command reference, `ESC t`. In the order in which they are tried. */
static const CodePage pages[] = {
    {BH_CODE_PAGE_START, TRUE, "CP858"},
    {16, TRUE, "CP1252"},
    {18, TRUE, "CP852"},
    {17, TRUE, "CP866"},
    {0, TRUE, "CP437"},
    {2, TRUE, "CP850"},
    {3, FALSE, "CP860"},
    {4, FALSE, "CP863"},
    {5, FALSE, "CP865"},
    {13, FALSE, "CP857"},
    {14, FALSE, "CP737"},
    {45, FALSE, "CP1250"},
    {46, FALSE, "CP1251"},
    {47, FALSE, "CP1253"},
};

static gunichar tables[G_N_ELEMENTS(pages)][UPPER_HALF];

static void
fill_table(gunichar *table, const char *charset)
{
  GIConv converter = g_iconv_open("UTF-8", charset);

  for (guint i = 0; i < UPPER_HALF; i++) {
    char byte = (char)(UPPER_HALF + i), utf8[8] = "";
    char *in = &byte, *out = utf8;
    gsize in_left = 1, out_left = sizeof utf8 - 1;

    table[i] = NO_CHARACTER;
    if (converter == (GIConv)-1)
      continue;
    g_iconv(converter, NULL, NULL, NULL, NULL);
    if (g_iconv(converter, &in, &in_left, &out, &out_left) != (gsize)-1 && out > utf8) {
      gunichar c = g_utf8_get_char_validated(utf8, out - utf8);

      /* Some converters map the holes of a page to C1 controls; those print nothing. */
      if (c < 0x110000 && g_unichar_isdefined(c) && !g_unichar_iscntrl(c))
        table[i] = c;
    }
  }
  if (converter != (GIConv)-1)
    g_iconv_close(converter);
}

static void
ensure_tables(void)
{
  static gsize done;

  if (g_once_init_enter(&done)) {
    for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
      fill_table(tables[i], pages[i].charset);
    g_once_init_leave(&done, 1);
  }
}

static gboolean
find_in_page(guint index, gunichar c, guint8 *byte)
{
  for (guint i = 0; i < UPPER_HALF; i++)
    if (tables[index][i] == c) {
      *byte = (guint8)(UPPER_HALF + i);
      return TRUE;
    }
  return FALSE;
}

gboolean
bh_code_page_encode(gunichar c, guint8 *page, guint8 *byte)
{
  if (c < 0x80) {
    *byte = (guint8)c;
    return c >= 0x20 && c < 0x7F;
  }
  if (c == NO_CHARACTER)
    return FALSE;

  ensure_tables();
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
    if (pages[i].number == *page && pages[i].encode && find_in_page(i, c, byte))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
    if (pages[i].encode && find_in_page(i, c, byte)) {
      *page = pages[i].number;
      return TRUE;
    }
  return FALSE;
}

gunichar
bh_code_page_decode(guint8 page, guint8 byte)
{
  if (byte < 0x80)
    return byte >= 0x20 && byte < 0x7F ? byte : NO_CHARACTER;

  ensure_tables();
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
    if (pages[i].number == page)
      return tables[i][byte - UPPER_HALF];
  return NO_CHARACTER;
}
