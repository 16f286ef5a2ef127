/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBitmap: black and white dots as a receipt printer takes them: rows from the top, eight dots a
 * byte, the leftmost in the highest bit, 1 is black. A row's unused bits are 0.
 */
#pragma once

#include <glib.h>

typedef struct {
  guint width;
  guint height;
  gsize stride; /* bytes a row: (width + 7) / 8 */
  guint8 *bits;
} BhBitmap;

/** bh_bitmap_new: white. */
BhBitmap *bh_bitmap_new(guint width, guint height);
void bh_bitmap_free(BhBitmap *bitmap);
void bh_bitmap_set_black(BhBitmap *bitmap, guint x, guint y);

/** bh_bitmap_to_png: Returns: (transfer full): a PNG of one bit a dot */
GBytes *bh_bitmap_to_png(const BhBitmap *bitmap);

/**
 * bh_bitmap_new_from_png:
 * @png: (array length=length): any bytes
 * @max_width: what is wider is scaled down to it
 * @max_height: what is higher, after scaling, is refused
 *
 * Transparent is white; greys are dithered.
 *
 * Returns: (transfer full) (nullable): %NULL with BH_PRINT_ERROR_BAD_JOB or _TOO_LARGE
 */
BhBitmap *bh_bitmap_new_from_png(const guint8 *png, gsize length, guint max_width, guint max_height,
                                 GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBitmap, bh_bitmap_free)
