/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "escpos-writer.h"

#include <string.h>

#include "code-page.h"
#include "print-queue.h"
#include "text-cells.h"

#define ESC 0x1B
#define FS  0x1C
#define GS  0x1D
#define LF  0x0A
#define DLE 0x10
#define EOT 0x04
#define ENQ 0x05
#define DC4 0x14

/* Small printers hold a few KiB of dots; 128 rows of 63 bytes are 8 KiB. */
#define BAND_ROWS 128

/* A QR code's quiet zone: 4 modules a side (ISO/IEC 18004). */
#define QR_QUIET_MODULES   8
#define QR_MAX_MODULE_DOTS 6

struct _BhEscposWriter {
  GByteArray *bytes;
  gsize max_bytes;
  gboolean full;
  guint columns;
  guint8 page;
  BhEscposStyle style; /* as the printer has it now */
  gboolean drawer_opened;
};

void
bh_escpos_writer_raw(BhEscposWriter *writer, const guint8 *bytes, gsize length)
{
  if (writer->full || length > writer->max_bytes - writer->bytes->len) {
    writer->full = TRUE;
    return;
  }
  g_byte_array_append(writer->bytes, bytes, (guint)length);
}

#define WRITE(writer, ...)                                                                         \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const guint8 write_bytes[] = {__VA_ARGS__};                                                    \
    bh_escpos_writer_raw((writer), write_bytes, sizeof write_bytes);                               \
  }                                                                                                \
  G_STMT_END

void
bh_escpos_writer_clear(BhEscposWriter *writer)
{
  g_byte_array_set_size(writer->bytes, 0);
  writer->full = FALSE;
}

static guint
get_paper_dots(const BhEscposWriter *writer)
{
  return writer->columns * BH_ESCPOS_CHARACTER_DOTS;
}

BhEscposWriter *
bh_escpos_writer_new(guint columns, gsize max_bytes)
{
  BhEscposWriter *writer = g_new0(BhEscposWriter, 1);
  guint dots;

  writer->bytes = g_byte_array_new();
  writer->max_bytes = MIN(max_bytes, G_MAXUINT);
  writer->columns = columns;
  writer->page = BH_CODE_PAGE_START;
  writer->style = (BhEscposStyle){.width = 1, .height = 1};

  dots = get_paper_dots(writer);
  WRITE(writer, ESC, '@');
  /* Printers for East Asia start in a two-byte mode, where "é" and its neighbour become a sign. */
  WRITE(writer, FS, '.');
  WRITE(writer, ESC, 't', BH_CODE_PAGE_START);
  WRITE(writer, GS, 'W', (guint8)(dots & 0xFF), (guint8)(dots >> 8));
  return writer;
}

void
bh_escpos_writer_free(BhEscposWriter *writer)
{
  g_byte_array_unref(writer->bytes);
  g_free(writer);
}

guint
bh_escpos_writer_get_columns(const BhEscposWriter *writer)
{
  return writer->columns;
}

gboolean
bh_escpos_writer_is_full(const BhEscposWriter *writer)
{
  return writer->full;
}

static void
set_align(BhEscposWriter *writer, BhTextAlign align)
{
  if (writer->style.align != align)
    WRITE(writer, ESC, 'a', (guint8)align);
  writer->style.align = align;
}

static void
set_style(BhEscposWriter *writer, const BhEscposStyle *wanted)
{
  BhEscposStyle *now = &writer->style;

  set_align(writer, wanted->align);
  if (now->bold != wanted->bold)
    WRITE(writer, ESC, 'E', wanted->bold ? 1 : 0);
  if (now->invert != wanted->invert)
    WRITE(writer, GS, 'B', wanted->invert ? 1 : 0);
  if (now->width != wanted->width || now->height != wanted->height)
    WRITE(writer, GS, '!', (guint8)((wanted->width - 1) << 4 | (wanted->height - 1)));
  *now = *wanted;
}

static gboolean
can_print(const char *text)
{
  guint8 page = BH_CODE_PAGE_START, byte;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p))
    if (!bh_code_page_encode(g_utf8_get_char(p), &page, &byte))
      return FALSE;
  return TRUE;
}

static void
write_text(BhEscposWriter *writer, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
    guint8 page = writer->page, byte;

    if (!bh_code_page_encode(g_utf8_get_char(p), &page, &byte))
      g_return_if_reached();
    if (page != writer->page)
      WRITE(writer, ESC, 't', page);
    writer->page = page;
    WRITE(writer, byte);
  }
}

static void
write_spaces(BhEscposWriter *writer, guint count)
{
  while (count-- > 0)
    WRITE(writer, ' ');
}

/* Printers look for real-time commands (`DLE EOT`, `DLE ENQ`, `DLE DC4`) in dots too: Epson, note
 * to `DLE DC4`. One dot more, and a picture cannot open the drawer. */
static void
defuse(guint8 *dots, gsize length)
{
  for (gsize i = 0; i + 1 < length; i++)
    if (dots[i] == DLE && (dots[i + 1] == EOT || dots[i + 1] == ENQ || dots[i + 1] == DC4))
      dots[i] |= 0x08;
}

static void
write_rows(BhEscposWriter *writer, const BhBitmap *bitmap, guint first, guint rows)
{
  gsize length = rows * bitmap->stride;
  g_autofree guint8 *dots = g_memdup2(bitmap->bits + first * bitmap->stride, length);

  defuse(dots, length);
  WRITE(writer, GS, 'v', '0', 0, (guint8)(bitmap->stride & 0xFF), (guint8)(bitmap->stride >> 8),
        (guint8)(rows & 0xFF), (guint8)(rows >> 8));
  bh_escpos_writer_raw(writer, dots, length);
}

void
bh_escpos_writer_bitmap(BhEscposWriter *writer, const BhBitmap *bitmap)
{
  g_return_if_fail(bitmap->width <= get_paper_dots(writer));

  set_align(writer, BH_TEXT_CENTER);
  for (guint y = 0; y < bitmap->height && !writer->full; y += BAND_ROWS)
    write_rows(writer, bitmap, y, MIN(BAND_ROWS, bitmap->height - y));
}

static void
draw_line(BhEscposWriter *writer, const BhEscposStyle *style, guint indent, const char *left,
          const char *right)
{
  BhTextRasterLine line = {
      .left = left,
      .right = right,
      .align = style->align,
      .indent_dots = indent * BH_ESCPOS_CHARACTER_DOTS * style->width,
      .width = style->width,
      .height = style->height,
      .bold = style->bold,
      .invert = style->invert,
  };
  g_autoptr(BhBitmap) bitmap = bh_text_raster_draw(&line, get_paper_dots(writer));

  /* The picture is as wide as the paper: alignment is drawn, not asked for. */
  set_align(writer, BH_TEXT_LEFT);
  write_rows(writer, bitmap, 0, bitmap->height);
}

void
bh_escpos_writer_line(BhEscposWriter *writer, const BhEscposStyle *style, guint indent,
                      const char *left, const char *right)
{
  BhEscposStyle wanted = *style, plain;
  guint cells, columns;

  if (writer->full)
    return;
  wanted.width = MAX(1, wanted.width);
  wanted.height = MAX(1, wanted.height);
  if (right != NULL)
    wanted.align = BH_TEXT_LEFT;

  if (!can_print(left) || (right != NULL && !can_print(right))) {
    draw_line(writer, &wanted, indent, left, right);
    return;
  }
  if (indent > 0 && wanted.invert) {
    /* Only text is white on black; the margin before it is paper. */
    plain = wanted;
    plain.invert = FALSE;
    set_style(writer, &plain);
    write_spaces(writer, indent);
    set_style(writer, &wanted);
  } else {
    set_style(writer, &wanted);
    write_spaces(writer, indent);
  }
  write_text(writer, left);
  if (right != NULL) {
    columns = writer->columns / wanted.width;
    cells = indent + bh_text_get_cells(left) + bh_text_get_cells(right);
    write_spaces(writer, cells < columns ? columns - cells : 1);
    write_text(writer, right);
  }
  WRITE(writer, LF);
}

void
bh_escpos_writer_feed(BhEscposWriter *writer, guint lines)
{
  g_return_if_fail(lines >= 1 && lines <= 255);

  WRITE(writer, ESC, 'd', (guint8)lines);
}

/* Modules a side of the smallest QR code for @bytes at error correction M (ISO/IEC 18004, table 7,
 * 8-bit mode). */
static guint
get_qr_modules(gsize bytes)
{
  static const guint16 capacities[] = {14,  26,  42,  62,  84,  106, 122, 152, 180,
                                       213, 251, 287, 331, 362, 412, 450, 504, 560};
  guint version = 1;

  while (version < G_N_ELEMENTS(capacities) && capacities[version - 1] < bytes)
    version++;
  return 17 + 4 * version;
}

void
bh_escpos_writer_qr(BhEscposWriter *writer, const char *text)
{
  gsize length = strlen(text), stored = length + 3;
  guint size = get_paper_dots(writer) / (get_qr_modules(length) + QR_QUIET_MODULES);

  set_align(writer, BH_TEXT_CENTER);
  size = CLAMP(size, 1, QR_MAX_MODULE_DOTS);
  WRITE(writer, GS, '(', 'k', 4, 0, '1', 'A', '2', 0);       /* model 2 */
  WRITE(writer, GS, '(', 'k', 3, 0, '1', 'C', (guint8)size); /* dots a module */
  WRITE(writer, GS, '(', 'k', 3, 0, '1', 'E', '1');          /* error correction M */
  WRITE(writer, GS, '(', 'k', (guint8)(stored & 0xFF), (guint8)(stored >> 8), '1', 'P', '0');
  bh_escpos_writer_raw(writer, (const guint8 *)text, length);
  WRITE(writer, GS, '(', 'k', 3, 0, '1', 'Q', '0'); /* print */
}

void
bh_escpos_writer_drawer(BhEscposWriter *writer)
{
  if (writer->drawer_opened)
    return;
  writer->drawer_opened = TRUE;
  /* Pin 2, 50 ms on and 500 ms off: what the usual drawers want. */
  WRITE(writer, ESC, 'p', 0, 25, 250);
}

void
bh_escpos_writer_cut(BhEscposWriter *writer)
{
  WRITE(writer, GS, 'V', 66, 0);
}

GBytes *
bh_escpos_writer_finish(BhEscposWriter *writer, GError **error)
{
  if (writer->full) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_TOO_LARGE,
                "the job is larger than the limit of %" G_GSIZE_FORMAT " bytes", writer->max_bytes);
    return NULL;
  }
  return g_bytes_new(writer->bytes->data, writer->bytes->len);
}
