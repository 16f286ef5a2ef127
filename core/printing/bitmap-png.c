/* SPDX-License-Identifier: Apache-2.0 */
/* BhBitmap from and to PNG, over libpng. */
#define G_LOG_DOMAIN "bellhop-printing"

#include "bitmap.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "print-queue.h"

/* A whole 4K screen fits, as do metres of paper; a small file that unpacks to more costs a tenth of
 * a second at most. */
#define MAX_SIDE   16384
#define MAX_PIXELS (8u * 1024 * 1024)
#define WHITE      255

static void
on_write(png_structp png, png_bytep bytes, size_t length)
{
  g_byte_array_append(png_get_io_ptr(png), bytes, (guint)length);
}

static void
on_flush(png_structp png)
{
}

static gboolean
write_png(png_structp png, png_infop info, const BhBitmap *bitmap)
{
  if (setjmp(png_jmpbuf(png)) != 0)
    return FALSE;
  png_set_IHDR(png, info, bitmap->width, bitmap->height, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  png_set_invert_mono(png);
  for (guint y = 0; y < bitmap->height; y++)
    png_write_row(png, bitmap->bits + y * bitmap->stride);
  png_write_end(png, info);
  return TRUE;
}

GBytes *
bh_bitmap_to_png(const BhBitmap *bitmap)
{
  GByteArray *bytes = g_byte_array_new();
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png != NULL ? png_create_info_struct(png) : NULL;

  /* Sizes are ours and memory does not run out in GLib: nothing is left that could go wrong. */
  g_assert(info != NULL);
  png_set_write_fn(png, bytes, on_write, on_flush);
  if (!write_png(png, info, bitmap))
    g_error("libpng refuses a bitmap of %u x %u dots", bitmap->width, bitmap->height);
  png_destroy_write_struct(&png, &info);
  return g_byte_array_free_to_bytes(bytes);
}

/* The mean of the source's pixels that dot (@x, @y) of the smaller picture stands for. */
static guint8
average(const guint8 *pixels, guint width, guint height, guint x, guint y, guint to_width,
        guint to_height)
{
  guint left = (guint)((guint64)x * width / to_width);
  guint right = MAX(left + 1, (guint)((guint64)(x + 1) * width / to_width));
  guint top = (guint)((guint64)y * height / to_height);
  guint bottom = MAX(top + 1, (guint)((guint64)(y + 1) * height / to_height));
  guint64 sum = 0;

  for (guint row = top; row < bottom; row++)
    for (guint column = left; column < right; column++)
      sum += pixels[(gsize)row * width + column];
  return (guint8)(sum / ((guint64)(right - left) * (bottom - top)));
}

/* Floyd and Steinberg: the error of each dot goes to its neighbours, in sixteenths. */
static BhBitmap *
dither(const guint8 *pixels, guint width, guint height, guint to_width, guint to_height)
{
  BhBitmap *bitmap = bh_bitmap_new(to_width, to_height);
  g_autofree int *this_row = g_new0(int, to_width + 2);
  g_autofree int *next_row = g_new0(int, to_width + 2);

  for (guint y = 0; y < to_height; y++) {
    int *done = this_row;

    for (guint x = 0; x < to_width; x++) {
      int grey = average(pixels, width, height, x, y, to_width, to_height) + this_row[x + 1] / 16;
      gboolean black = grey < 128;
      int error = black ? grey : grey - WHITE;

      if (black)
        bh_bitmap_set_black(bitmap, x, y);
      this_row[x + 2] += error * 7;
      next_row[x] += error * 3;
      next_row[x + 1] += error * 5;
      next_row[x + 2] += error;
    }
    memset(done, 0, sizeof(int) * (to_width + 2));
    this_row = next_row;
    next_row = done;
  }
  return bitmap;
}

static BhBitmap *
refuse(png_image *image, GError **error, BhPrintError code, const char *message)
{
  png_image_free(image);
  g_set_error_literal(error, BH_PRINT_ERROR, code, message);
  return NULL;
}

BhBitmap *
bh_bitmap_new_from_png(const guint8 *png, gsize length, guint max_width, guint max_height,
                       GError **error)
{
  png_image image = {.version = PNG_IMAGE_VERSION};
  const png_color white = {WHITE, WHITE, WHITE};
  g_autofree guint8 *pixels = NULL;
  guint to_width, to_height;

  g_return_val_if_fail(max_width > 0 && max_height > 0, NULL);

  if (!png_image_begin_read_from_memory(&image, png, length))
    return refuse(&image, error, BH_PRINT_ERROR_BAD_JOB, "“png” is no PNG picture");
  /* The sizes are only what the file claims: judged before a byte is unpacked. */
  if (image.width > MAX_SIDE || image.height > MAX_SIDE ||
      (guint64)image.width * image.height > MAX_PIXELS)
    return refuse(&image, error, BH_PRINT_ERROR_TOO_LARGE, "the picture has too many pixels");
  to_width = MIN(image.width, max_width);
  to_height = MAX(1, (guint)((guint64)image.height * to_width / image.width));
  if (to_height > max_height)
    return refuse(&image, error, BH_PRINT_ERROR_TOO_LARGE, "the picture is too long for paper");

  image.format = PNG_FORMAT_GRAY;
  pixels = g_malloc(PNG_IMAGE_SIZE(image));
  if (!png_image_finish_read(&image, &white, pixels, 0, NULL))
    return refuse(&image, error, BH_PRINT_ERROR_BAD_JOB, "“png” is a damaged picture");
  return dither(pixels, image.width, image.height, to_width, to_height);
}
