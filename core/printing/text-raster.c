/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "text-raster.h"

#include <pango/pangocairo.h>

/* Font A of the printers is 12 x 24 dots in lines 30 dots high; at this size a usual monospaced
 * font advances by 12 dots too, so that drawn lines stand under printed ones. */
#define FONT_DOTS       20
#define CHARACTER_DOTS  24
#define LEADING_DOTS    6
#define GAP_DOTS        12
#define BLACK_THRESHOLD 0x60

static PangoLayout *
new_layout(cairo_t *cairo, const char *text, gboolean bold)
{
  PangoLayout *layout = pango_cairo_create_layout(cairo);
  PangoFontDescription *font = pango_font_description_from_string("monospace");

  pango_font_description_set_absolute_size(font, FONT_DOTS * PANGO_SCALE);
  pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_single_paragraph_mode(layout, TRUE);
  pango_layout_set_text(layout, text, -1);
  return layout;
}

/* Returns the dots taken. @x is the left edge, or with @from_right the right one. */
static double
draw_part(cairo_t *cairo, const BhTextRasterLine *line, const char *text, double x,
          gboolean from_right, double room, double height)
{
  PangoLayout *layout = new_layout(cairo, text, line->bold);
  int natural_width, natural_height;
  /* Printed characters stand on top of their line's leading. */
  double cell_height = height - LEADING_DOTS;
  double scale_x = line->width, scale_y = line->height, taken;

  pango_layout_get_pixel_size(layout, &natural_width, &natural_height);
  if (natural_height * scale_y > height)
    scale_y = height / natural_height;
  if (natural_width * scale_x > room && natural_width > 0)
    scale_x = room / natural_width;
  taken = natural_width * scale_x;
  if (from_right)
    x -= taken;

  cairo_save(cairo);
  if (line->invert) {
    cairo_rectangle(cairo, x, 0, taken, height);
    cairo_fill(cairo);
    cairo_set_operator(cairo, CAIRO_OPERATOR_CLEAR);
  }
  cairo_translate(cairo, x, MAX(0, (cell_height - natural_height * scale_y) / 2));
  cairo_scale(cairo, scale_x, scale_y);
  pango_cairo_show_layout(cairo, layout);
  cairo_restore(cairo);
  g_object_unref(layout);
  return taken;
}

/* The dots that @text will take, before it is fitted. */
static double
measure(cairo_t *cairo, const BhTextRasterLine *line, const char *text)
{
  PangoLayout *layout = new_layout(cairo, text, line->bold);
  int width;

  pango_layout_get_pixel_size(layout, &width, NULL);
  g_object_unref(layout);
  return (double)width * line->width;
}

static BhBitmap *
to_bitmap(cairo_surface_t *surface, guint width, guint height)
{
  BhBitmap *bitmap = bh_bitmap_new(width, height);
  const guint8 *pixels;
  gsize stride;

  cairo_surface_flush(surface);
  pixels = cairo_image_surface_get_data(surface);
  stride = (gsize)cairo_image_surface_get_stride(surface);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      if (pixels[y * stride + x] >= BLACK_THRESHOLD)
        bh_bitmap_set_black(bitmap, x, y);
  return bitmap;
}

static void
draw_line(cairo_t *cairo, const BhTextRasterLine *line, double paper, double height)
{
  double indent = line->indent_dots, room = paper - indent;

  if (line->right != NULL) {
    double taken = draw_part(cairo, line, line->right, paper, TRUE, room / 2, height);

    draw_part(cairo, line, line->left, indent, FALSE, room - taken - GAP_DOTS, height);
  } else if (line->align == BH_TEXT_RIGHT) {
    draw_part(cairo, line, line->left, paper, TRUE, room, height);
  } else {
    double x = indent;

    if (line->align == BH_TEXT_CENTER)
      x += MAX(0, room - measure(cairo, line, line->left)) / 2;
    draw_part(cairo, line, line->left, x, FALSE, room, height);
  }
}

BhBitmap *
bh_text_raster_draw(const BhTextRasterLine *line, guint paper_dots)
{
  guint height = CHARACTER_DOTS * line->height + LEADING_DOTS;
  cairo_surface_t *surface;
  cairo_t *cairo;
  BhBitmap *bitmap;

  g_return_val_if_fail(line->width >= 1 && line->height >= 1, NULL);

  surface = cairo_image_surface_create(CAIRO_FORMAT_A8, (int)paper_dots, (int)height);
  cairo = cairo_create(surface);
  draw_line(cairo, line, paper_dots, height);
  cairo_destroy(cairo);
  bitmap = to_bitmap(surface, paper_dots, height);
  cairo_surface_destroy(surface);
  return bitmap;
}
