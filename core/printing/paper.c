/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paper: bh_paper_render(). Follows ESC/POS as a printer would and notes what is on the paper.
 * Whatever the bytes claim, the result is bounded: items, text and dots are counted, and nothing is
 * drawn whose dots are not there.
 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-content.h"

#include <string.h>

#include "bitmap.h"
#include "code-page.h"
#include "escpos-decoder.h"

/* The longest receipt (500 lines with notes) and some more. */
#define MAX_LINES       4000
#define MAX_RUNS        20000
#define MAX_TEXT_BYTES  (1024 * 1024)
#define MAX_IMAGE_BYTES (4 * 1024 * 1024)
#define MAX_QR_BYTES    4296 /* ISO/IEC 18004: the most a code can hold */

/* What paper of 80 mm takes when the job does not say: 576 dots. */
#define DEFAULT_DOTS 576
#define FONT_A_DOTS  12
#define FONT_B_DOTS  9
#define LINE_DOTS    30
#define TAB_CELLS    8
#define MAX_SCALE    8

typedef struct {
  gboolean bold, underline, invert, font_b;
  guint width, height;
} Style;

typedef struct {
  json_t *lines;
  json_t *runs; /* of the line in the making */
  GString *text;
  Style text_style; /* of @text; @style is that of what comes next */
  Style style;
  guint align;
  guint8 page;
  guint paper_dots;
  guint used_dots; /* of the line in the making */
  guint n_runs;
  gsize text_bytes;
  gsize image_bytes;
  gboolean full;

  BhBitmap *image; /* (nullable): bands that follow each other become one */
  guint image_scale_x, image_scale_y, image_align;
  BhBitmap *stored;      /* (nullable): by `GS ( L` function 112, until function 50 */
  gboolean swallow_feed; /* the LF that ends a row of `ESC *` */

  char *qr_text; /* (nullable) */
  guint qr_size;
} Paper;

static const char *const aligns[] = {"left", "center", "right"};
static const Style plain = {.width = 1, .height = 1};

static void flush_image(Paper *paper);
static void end_line(Paper *paper);

static void
add(Paper *paper, json_t *item)
{
  if (json_array_size(paper->lines) >= MAX_LINES)
    paper->full = TRUE;
  if (paper->full)
    json_decref(item);
  else
    json_array_append_new(paper->lines, item);
}

static void
flush_run(Paper *paper)
{
  json_t *run;

  if (paper->text->len == 0)
    return;
  run = json_pack("{s:s}", "text", paper->text->str);
  if (paper->text_style.bold)
    json_object_set_new(run, "bold", json_true());
  if (paper->text_style.underline)
    json_object_set_new(run, "underline", json_true());
  if (paper->text_style.invert)
    json_object_set_new(run, "invert", json_true());
  if (paper->text_style.width > 1)
    json_object_set_new(run, "width", json_integer(paper->text_style.width));
  if (paper->text_style.height > 1)
    json_object_set_new(run, "height", json_integer(paper->text_style.height));
  json_array_append_new(paper->runs, run);
  g_string_truncate(paper->text, 0);
  if (++paper->n_runs >= MAX_RUNS)
    paper->full = TRUE;
}

/* Whether there was something to end. */
static gboolean
finish_line(Paper *paper)
{
  flush_run(paper);
  paper->used_dots = 0;
  if (json_array_size(paper->runs) == 0)
    return FALSE;
  add(paper, json_pack("{s:s, s:O}", "align", aligns[paper->align], "runs", paper->runs));
  json_decref(paper->runs);
  paper->runs = json_array();
  return TRUE;
}

static void
end_line(Paper *paper)
{
  flush_image(paper);
  finish_line(paper);
}

static void
feed(Paper *paper, guint lines)
{
  json_t *last, *count;
  gsize n;

  flush_image(paper);
  if (lines == 0)
    return;
  n = json_array_size(paper->lines);
  last = n > 0 ? json_array_get(paper->lines, n - 1) : NULL;
  count = json_object_get(last, "feed");
  if (count != NULL)
    json_integer_set(count, MIN(json_integer_value(count) + lines, G_MAXINT));
  else
    add(paper, json_pack("{s:i}", "feed", (int)lines));
}

/* "Prints the line and feeds": the line itself is the first of them. */
static void
print_and_feed(Paper *paper, guint lines)
{
  flush_image(paper);
  if (finish_line(paper) && lines > 0)
    lines--;
  feed(paper, lines);
}

static void
mark(Paper *paper, const char *what)
{
  end_line(paper);
  add(paper, json_pack("{s:b}", what, 1));
}

static guint
get_cell_dots(const Paper *paper)
{
  return (paper->style.font_b ? FONT_B_DOTS : FONT_A_DOTS) * paper->style.width;
}

static gboolean
is_same_style(const Style *a, const Style *b)
{
  return a->bold == b->bold && a->underline == b->underline && a->invert == b->invert &&
         a->width == b->width && a->height == b->height;
}

static void
put_character(Paper *paper, gunichar c)
{
  guint dots = get_cell_dots(paper);

  flush_image(paper);
  if (paper->used_dots > 0 && paper->used_dots + dots > paper->paper_dots)
    finish_line(paper);
  if (paper->text->len > 0 && !is_same_style(&paper->text_style, &paper->style))
    flush_run(paper);
  paper->text_style = paper->style;
  paper->used_dots += dots;
  paper->text_bytes += (gsize)g_unichar_to_utf8(c, NULL);
  if (paper->text_bytes > MAX_TEXT_BYTES)
    paper->full = TRUE;
  else
    g_string_append_unichar(paper->text, c);
}

static void
put_tab(Paper *paper)
{
  guint stop = TAB_CELLS * get_cell_dots(paper);
  guint next = (paper->used_dots / stop + 1) * stop;

  while (paper->used_dots < next && paper->used_dots + get_cell_dots(paper) <= paper->paper_dots)
    put_character(paper, ' ');
}

static char *
to_data_url(const BhBitmap *bitmap)
{
  g_autoptr(GBytes) png = bh_bitmap_to_png(bitmap);
  g_autofree char *base64 = g_base64_encode(g_bytes_get_data(png, NULL), g_bytes_get_size(png));

  return g_strconcat("data:image/png;base64,", base64, NULL);
}

static void
flush_image(Paper *paper)
{
  g_autoptr(BhBitmap) image = g_steal_pointer(&paper->image);
  g_autofree char *url = NULL;

  if (image == NULL)
    return;
  url = to_data_url(image);
  add(paper,
      json_pack("{s:s, s:i, s:i, s:s}", "image", url, "width",
                (int)(image->width * paper->image_scale_x), "height",
                (int)(image->height * paper->image_scale_y), "align", aligns[paper->image_align]));
}

static gboolean
take_image_bytes(Paper *paper, const BhBitmap *bitmap)
{
  paper->image_bytes += bitmap->stride * bitmap->height;
  if (paper->image_bytes > MAX_IMAGE_BYTES)
    paper->full = TRUE;
  return !paper->full;
}

static void
put_image(Paper *paper, const BhBitmap *bitmap, guint scale_x, guint scale_y)
{
  BhBitmap *image = paper->image;
  gsize size = bitmap->stride * bitmap->height;

  if (size == 0 || !take_image_bytes(paper, bitmap))
    return;
  finish_line(paper);
  if (image != NULL && (image->width != bitmap->width || paper->image_align != paper->align ||
                        paper->image_scale_x != scale_x || paper->image_scale_y != scale_y)) {
    flush_image(paper);
    image = NULL;
  }
  if (image == NULL) {
    paper->image = image = bh_bitmap_new(bitmap->width, 0);
    paper->image_scale_x = scale_x;
    paper->image_scale_y = scale_y;
    paper->image_align = paper->align;
  }
  image->bits = g_realloc(image->bits, image->stride * image->height + size);
  memcpy(image->bits + image->stride * image->height, bitmap->bits, size);
  image->height += bitmap->height;
}

/* @dots: as many as @width_bytes * @height, which the decoder has seen to */
static BhBitmap *
new_bitmap(const guint8 *dots, guint width_bytes, guint height)
{
  BhBitmap *bitmap = bh_bitmap_new(width_bytes * 8, height);

  if (bitmap->stride * height > 0)
    memcpy(bitmap->bits, dots, bitmap->stride * height);
  return bitmap;
}

static guint
get_16(const guint8 *bytes)
{
  return bytes[0] | (guint)bytes[1] << 8;
}

/* GS v 0 m xL xH yL yH d... */
static void
on_raster(Paper *paper, const BhEscposItem *item)
{
  const guint8 *p = item->parameters;
  g_autoptr(BhBitmap) bitmap = new_bitmap(p + 6, get_16(p + 2), get_16(p + 4));

  put_image(paper, bitmap, (p[1] & 1) != 0 ? 2 : 1, (p[1] & 2) != 0 ? 2 : 1);
}

/* ESC * m nL nH d...: columns from the left, each 8 or 24 dots high, from the top */
static void
on_bit_image(Paper *paper, const BhEscposItem *item)
{
  const guint8 *p = item->parameters;
  guint columns = get_16(p + 1), bytes = p[0] >= 32 ? 3 : 1;
  g_autoptr(BhBitmap) bitmap = bh_bitmap_new(columns, bytes * 8);

  for (guint x = 0; x < columns; x++)
    for (guint y = 0; y < bytes * 8; y++)
      if ((p[3 + x * bytes + y / 8] & (0x80u >> (y & 7))) != 0)
        bh_bitmap_set_black(bitmap, x, y);
  put_image(paper, bitmap, (p[0] & 1) != 0 ? 1 : 2, bytes == 3 ? 1 : 3);
  paper->swallow_feed = TRUE;
}

/* GS ( L and GS 8 L; @p from `m fn` on. Function 112: a bx by c xL xH yL yH d... */
static void
on_graphics(Paper *paper, const guint8 *p, gsize length)
{
  if (length >= 2 && p[0] == 48 && (p[1] == 50 || p[1] == 2)) {
    if (paper->stored != NULL)
      put_image(paper, paper->stored, 1, 1);
    g_clear_pointer(&paper->stored, bh_bitmap_free);
  } else if (length >= 10 && p[0] == 48 && p[1] == 112) {
    guint width_bytes = (get_16(p + 6) + 7) / 8, height = get_16(p + 8);

    g_clear_pointer(&paper->stored, bh_bitmap_free);
    if ((gsize)width_bytes * height <= length - 10)
      paper->stored = new_bitmap(p + 10, width_bytes, height);
  }
}

/* The text of a code or a barcode is foreign too: shown as it is, without controls. */
static char *
to_text(const guint8 *bytes, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid((const char *)bytes, (gssize)length);

  for (char *p = valid; *p != '\0'; p++)
    if ((guint8)*p < 0x20 || *p == 0x7F)
      *p = ' ';
  return g_steal_pointer(&valid);
}

/* GS ( k pL pH cn fn ...: QR codes are cn 49 */
static void
on_symbol(Paper *paper, const guint8 *p, gsize length)
{
  if (length < 3 || p[0] != 49)
    return;
  if (p[1] == 67) {
    paper->qr_size = CLAMP(p[2], 1, 16);
  } else if (p[1] == 80) {
    g_free(paper->qr_text);
    paper->qr_text = to_text(p + 3, MIN(length - 3, MAX_QR_BYTES));
  } else if (p[1] == 81 && paper->qr_text != NULL && *paper->qr_text != '\0') {
    end_line(paper);
    paper->text_bytes += strlen(paper->qr_text);
    if (paper->text_bytes > MAX_TEXT_BYTES)
      paper->full = TRUE;
    add(paper, json_pack("{s:s, s:i, s:s}", "qr", paper->qr_text, "size", (int)paper->qr_size,
                         "align", aligns[paper->align]));
  }
}

/* GS k: the digits, on a line of their own */
static void
on_barcode(Paper *paper, const BhEscposItem *item)
{
  const guint8 *p = item->parameters;
  gboolean counted = p[0] > 6;
  g_autofree char *text =
      counted ? to_text(p + 2, item->n_parameters - 2) : to_text(p + 1, item->n_parameters - 2);

  end_line(paper);
  for (const char *c = text; *c != '\0' && !paper->full; c = g_utf8_next_char(c))
    put_character(paper, g_utf8_get_char(c));
  end_line(paper);
}

static void
set_size(Paper *paper, guint8 size)
{
  paper->style.width = MIN((size >> 4) + 1u, MAX_SCALE);
  paper->style.height = MIN((size & 0x0F) + 1u, MAX_SCALE);
}

/* ESC ! n: all at once */
static void
set_mode(Paper *paper, guint8 mode)
{
  paper->style.font_b = (mode & 0x01) != 0;
  paper->style.bold = (mode & 0x08) != 0;
  paper->style.height = (mode & 0x10) != 0 ? 2 : 1;
  paper->style.width = (mode & 0x20) != 0 ? 2 : 1;
  paper->style.underline = (mode & 0x80) != 0;
}

/* 0 and '0' mean the same to printers, 1 and '1'... */
static guint
to_number(guint8 parameter)
{
  return parameter >= '0' && parameter <= '9' ? parameter - '0' : parameter;
}

static void
reset(Paper *paper)
{
  end_line(paper);
  paper->style = plain;
  paper->align = 0;
  paper->page = 0;
}

static void
on_align(Paper *paper, guint8 parameter)
{
  /* Printers take it at the start of a line only. */
  if (paper->used_dots == 0 && to_number(parameter) <= 2)
    paper->align = to_number(parameter);
}

static void
on_esc(Paper *paper, const BhEscposItem *item)
{
  const guint8 *p = item->parameters;

  switch (item->code) {
  case '@':
    reset(paper);
    break;
  case '!':
    set_mode(paper, p[0]);
    break;
  case '*':
    on_bit_image(paper, item);
    break;
  case '-':
    paper->style.underline = to_number(p[0]) != 0;
    break;
  case 'E':
  case 'G':
    paper->style.bold = (p[0] & 1) != 0;
    break;
  case 'J':
    print_and_feed(paper, (p[0] + LINE_DOTS / 2) / LINE_DOTS);
    break;
  case 'M':
    paper->style.font_b = to_number(p[0]) == 1;
    break;
  case 'a':
    on_align(paper, p[0]);
    break;
  case 'd':
    print_and_feed(paper, p[0]);
    break;
  case 'i':
  case 'm':
    mark(paper, "cut");
    break;
  case 't':
    paper->page = p[0];
    break;
  default:
    break;
  }
}

static void
on_paper_width(Paper *paper, guint dots)
{
  if (dots < FONT_A_DOTS)
    return;
  paper->paper_dots = MIN(dots, 8 * DEFAULT_DOTS);
}

static void
on_gs(Paper *paper, const BhEscposItem *item)
{
  const guint8 *p = item->parameters;

  switch (item->code) {
  case '!':
    set_size(paper, p[0]);
    break;
  case '(':
    if (p[0] == 'k')
      on_symbol(paper, p + 3, item->n_parameters - 3);
    else if (p[0] == 'L')
      on_graphics(paper, p + 3, item->n_parameters - 3);
    break;
  case '8':
    if (p[0] == 'L')
      on_graphics(paper, p + 5, item->n_parameters - 5);
    break;
  case 'B':
    paper->style.invert = (p[0] & 1) != 0;
    break;
  case 'V':
    mark(paper, "cut");
    break;
  case 'W':
    on_paper_width(paper, get_16(p));
    break;
  case 'k':
    on_barcode(paper, item);
    break;
  case 'v':
    on_raster(paper, item);
    break;
  default:
    break;
  }
}

static void
on_text(Paper *paper, const BhEscposItem *item)
{
  for (gsize i = 0; i < item->length && !paper->full; i++)
    if (item->bytes[i] != 0x7F)
      put_character(paper, bh_code_page_decode(paper->page, item->bytes[i]));
}

static void
on_item(Paper *paper, const BhEscposItem *item)
{
  gboolean swallow = paper->swallow_feed && item->bytes[0] == '\n';

  if (item->kind != BH_ESCPOS_COMMAND || item->prefix != BH_ESCPOS_ESC || item->code != '3')
    paper->swallow_feed = FALSE;
  if (item->kind == BH_ESCPOS_TEXT)
    on_text(paper, item);
  else if (item->kind == BH_ESCPOS_CONTROL && item->bytes[0] == '\t')
    put_tab(paper);
  else if (item->kind == BH_ESCPOS_CONTROL && item->bytes[0] == '\n' && !swallow)
    print_and_feed(paper, 1);
  else if (bh_escpos_item_opens_drawer(item))
    mark(paper, "drawer");
  else if (item->kind == BH_ESCPOS_COMMAND && item->prefix == BH_ESCPOS_ESC)
    on_esc(paper, item);
  else if (item->kind == BH_ESCPOS_COMMAND && item->prefix == BH_ESCPOS_GS)
    on_gs(paper, item);
}

json_t *
bh_paper_render(const guint8 *escpos, gsize length)
{
  BhEscposDecoder decoder = BH_ESCPOS_DECODER_INIT(escpos, length);
  BhEscposItem item;
  Paper paper = {.lines = json_array(),
                 .runs = json_array(),
                 .text = g_string_new(NULL),
                 .style = plain,
                 .paper_dots = DEFAULT_DOTS,
                 .qr_size = 3};
  json_t *result;

  while (!paper.full && bh_escpos_decoder_next(&decoder, &item))
    on_item(&paper, &item);
  if (!paper.full)
    end_line(&paper);
  if (paper.full)
    json_array_append_new(paper.lines, json_pack("{s:s, s:[{s:s}]}", "align", "left", "runs",
                                                 "text", "(the rest is not shown)"));
  result = json_pack("{s:i, s:o}", "columns", (int)(paper.paper_dots / FONT_A_DOTS), "lines",
                     paper.lines);

  json_decref(paper.runs);
  g_string_free(paper.text, TRUE);
  g_clear_pointer(&paper.image, bh_bitmap_free);
  g_clear_pointer(&paper.stored, bh_bitmap_free);
  g_free(paper.qr_text);
  return result;
}
