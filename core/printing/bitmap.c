/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "bitmap.h"

#include <string.h>

BhBitmap *
bh_bitmap_new(guint width, guint height)
{
  BhBitmap *bitmap = g_new0(BhBitmap, 1);

  bitmap->width = width;
  bitmap->height = height;
  bitmap->stride = ((gsize)width + 7) / 8;
  bitmap->bits = g_malloc0_n(bitmap->stride, height);
  return bitmap;
}

void
bh_bitmap_free(BhBitmap *bitmap)
{
  g_free(bitmap->bits);
  g_free(bitmap);
}

void
bh_bitmap_set_black(BhBitmap *bitmap, guint x, guint y)
{
  g_return_if_fail(x < bitmap->width && y < bitmap->height);

  bitmap->bits[y * bitmap->stride + x / 8] |= (guint8)(0x80u >> (x & 7));
}
