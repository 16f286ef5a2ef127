/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a PNG: refused with a reason, or a picture no larger than the paper. The checksums
 * of its chunks are put right first, otherwise hardly a change would get past them.
 */
#include "bitmap.h"
#include "print-queue.h"

#include <stdint.h>

#define MAX_WIDTH  96
#define MAX_HEIGHT 400

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIGNATURE_BYTES 8
#define CHUNK_OVERHEAD  12 /* length, type, checksum */

static guint32
get_32(const guint8 *bytes)
{
  return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

static void
mend_checksum(guint8 *chunk, gsize length)
{
  guint32 crc = 0xFFFFFFFF;

  for (gsize i = 4; i < 8 + length; i++) {
    crc ^= chunk[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
  }
  for (guint i = 0; i < 4; i++)
    chunk[8 + length + i] = (guint8)(~crc >> (24 - 8 * i));
}

static void
mend_checksums(guint8 *png, gsize size)
{
  gsize at = SIGNATURE_BYTES;

  while (at + CHUNK_OVERHEAD <= size) {
    gsize length = get_32(png + at);

    if (length > size - at - CHUNK_OVERHEAD)
      return;
    mend_checksum(png + at, length);
    at += CHUNK_OVERHEAD + length;
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree guint8 *png = g_memdup2(data, size);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhBitmap) bitmap = NULL;

  mend_checksums(png, size);
  bitmap = bh_bitmap_new_from_png(png, size, MAX_WIDTH, MAX_HEIGHT, &error);
  g_assert_true((bitmap == NULL) == (error != NULL));
  if (bitmap != NULL) {
    g_assert_cmpuint(bitmap->width, >, 0);
    g_assert_cmpuint(bitmap->width, <=, MAX_WIDTH);
    g_assert_cmpuint(bitmap->height, <=, MAX_HEIGHT);
  } else {
    g_assert_true(error->domain == BH_PRINT_ERROR);
  }
  return 0;
}
