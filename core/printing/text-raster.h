/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text-raster: draws one line of text as dots, for writing that no code page of a printer has
 * (Arabic, Chinese, emoji...). Fonts are the system's; a character that no font has is drawn as a
 * box with its number, never left out.
 */
#pragma once

#include "bitmap.h"

typedef enum { BH_TEXT_LEFT, BH_TEXT_CENTER, BH_TEXT_RIGHT } BhTextAlign;

typedef struct {
  const char *left;  /* cleaned text */
  const char *right; /* (nullable): at the right edge; @align is then of no account */
  BhTextAlign align;
  guint indent_dots;
  guint width; /* 1 to 8: times the normal size, as in `GS !` */
  guint height;
  gboolean bold;
  gboolean invert; /* white on black, where there is text */
} BhTextRasterLine;

/**
 * bh_text_raster_draw:
 * @paper_dots: width of the result
 *
 * What is too long for the paper is drawn narrower, not cut off.
 *
 * Returns: (transfer full)
 */
BhBitmap *bh_text_raster_draw(const BhTextRasterLine *line, guint paper_dots);
