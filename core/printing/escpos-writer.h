/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhEscposWriter: lines of text, dots, a QR code, cut and drawer as ESC/POS bytes. Characters are
 * looked up in the printer's code pages; a line with one that none has goes out as a picture of the
 * line (`GS v 0`). Nothing in a text becomes a command.
 *
 * The paper is @columns characters of font A (12 x 24 dots) wide: 42 are 504 dots, 32 are 384.
 * `GS W` tells the printer so, which makes centring mean the same on paper that has more.
 *
 * Writing past the cap is remembered and writes nothing more; bh_escpos_writer_finish() tells.
 */
#pragma once

#include <glib.h>

#include "bitmap.h"
#include "text-raster.h"

#define BH_ESCPOS_CHARACTER_DOTS 12

typedef struct _BhEscposWriter BhEscposWriter;

typedef struct {
  BhTextAlign align;
  gboolean bold;
  gboolean invert;
  guint width; /* 1 to 8; 0 stands for 1 */
  guint height;
} BhEscposStyle;

/** bh_escpos_writer_new: begins with the printer's reset, single-byte mode, code page and width. */
BhEscposWriter *bh_escpos_writer_new(guint columns, gsize max_bytes);
void bh_escpos_writer_free(BhEscposWriter *writer);

guint bh_escpos_writer_get_columns(const BhEscposWriter *writer);

/** bh_escpos_writer_is_full: the cap is passed; whatever follows is in vain. */
gboolean bh_escpos_writer_is_full(const BhEscposWriter *writer);

/**
 * bh_escpos_writer_line:
 * @left: cleaned text, at most as wide as the paper leaves it
 * @right: (nullable): cleaned text for the right edge of the same line
 * @indent: in cells, before @left
 */
void bh_escpos_writer_line(BhEscposWriter *writer, const BhEscposStyle *style, guint indent,
                           const char *left, const char *right);

/** bh_escpos_writer_feed: @lines 1 to 255 */
void bh_escpos_writer_feed(BhEscposWriter *writer, guint lines);

/** bh_escpos_writer_bitmap: @bitmap no wider than the paper; centred. */
void bh_escpos_writer_bitmap(BhEscposWriter *writer, const BhBitmap *bitmap);

/** bh_escpos_writer_qr: @text 1 to 512 bytes; the largest dots that fit, centred. */
void bh_escpos_writer_qr(BhEscposWriter *writer, const char *text);

/** bh_escpos_writer_drawer: only the first call of a job writes something. */
void bh_escpos_writer_drawer(BhEscposWriter *writer);

/** bh_escpos_writer_cut: feeds to the knife and cuts, leaving a bridge. */
void bh_escpos_writer_cut(BhEscposWriter *writer);

/** bh_escpos_writer_clear: takes back what was written, the beginning too. */
void bh_escpos_writer_clear(BhEscposWriter *writer);

/** bh_escpos_writer_raw: bytes as they are. */
void bh_escpos_writer_raw(BhEscposWriter *writer, const guint8 *bytes, gsize length);

/** bh_escpos_writer_finish: Returns: (transfer full) (nullable): %NULL with
 * BH_PRINT_ERROR_TOO_LARGE */
GBytes *bh_escpos_writer_finish(BhEscposWriter *writer, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhEscposWriter, bh_escpos_writer_free)
