/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "qr-code.h"

#include <qrencode.h>
#include <string.h>

/* Of the 256-colour palette: 0 and 7 are whatever the person's theme makes of black and white. */
#define BLACK_ON_WHITE "\033[38;5;16;48;5;231m"
#define PLAIN          "\033[0m"

struct _BhQrCode {
  QRcode *matrix;
};

BhQrCode *
bh_qr_code_new(const char *text, BhQrUse use)
{
  gsize length = strlen(text);
  QRcode *matrix;
  BhQrCode *code;

  if (length == 0 || length > BH_QR_CODE_MAX_BYTES)
    return NULL;
  /* As bytes, not by QRcode_encodeString(): links mix cases, and the readers take UTF-8 so. */
  matrix = QRcode_encodeData((int)length, (const unsigned char *)text, 0,
                             use == BH_QR_USE_PAPER ? QR_ECLEVEL_M : QR_ECLEVEL_L);
  if (matrix == NULL)
    g_error("No memory for a QR code of %" G_GSIZE_FORMAT " bytes", length);
  code = g_new0(BhQrCode, 1);
  code->matrix = matrix;
  return code;
}

void
bh_qr_code_free(BhQrCode *code)
{
  QRcode_free(code->matrix);
  g_free(code);
}

guint
bh_qr_code_get_width(const BhQrCode *code)
{
  return (guint)code->matrix->width;
}

gboolean
bh_qr_code_is_dark(const BhQrCode *code, gint x, gint y)
{
  gint width = code->matrix->width;

  /* Bit 0 is the colour; the others say what the module is for. */
  return x >= 0 && y >= 0 && x < width && y < width && (code->matrix->data[y * width + x] & 1) != 0;
}

char *
bh_qr_code_to_blocks(const BhQrCode *code, gboolean colours)
{
  static const char *const blocks[] = {" ", "▀", "▄", "█"};
  gint end = code->matrix->width + BH_QR_CODE_QUIET;
  GString *text = g_string_new(NULL);

  for (gint y = -BH_QR_CODE_QUIET; y < end; y += 2) {
    if (colours)
      g_string_append(text, BLACK_ON_WHITE);
    for (gint x = -BH_QR_CODE_QUIET; x < end; x++)
      g_string_append(text, blocks[(bh_qr_code_is_dark(code, x, y) ? 1 : 0) +
                                   (bh_qr_code_is_dark(code, x, y + 1) ? 2 : 0)]);
    if (colours)
      g_string_append(text, PLAIN);
    g_string_append_c(text, '\n');
  }
  return g_string_free(text, FALSE);
}

/* A row's dark modules as strokes along its middle, each as long as it goes: half of what
 * rectangles take, and a house prints a thousand codes. */
static void
append_row(GString *path, const BhQrCode *code, gint y)
{
  gint width = code->matrix->width;
  gint end = -1; /* of the stroke before */

  for (gint x = 0, run; x < width; x += run) {
    run = 1;
    if (!bh_qr_code_is_dark(code, x, y))
      continue;
    while (bh_qr_code_is_dark(code, x + run, y))
      run++;
    if (end < 0)
      g_string_append_printf(path, "M%d %d.5h%d", x + BH_QR_CODE_QUIET, y + BH_QR_CODE_QUIET, run);
    else
      g_string_append_printf(path, "m%d 0h%d", x - end, run);
    end = x + run;
  }
}

/* Markup has no way to say a control character, escaped or not. */
static char *
escape_label(const char *label)
{
  g_autofree char *valid = g_utf8_make_valid(label, -1);
  GString *clean = g_string_new(NULL);
  g_autofree char *owned = NULL;

  for (const char *next = valid; *next != '\0'; next = g_utf8_next_char(next)) {
    gunichar character = g_utf8_get_char(next);

    g_string_append_unichar(clean, g_unichar_iscntrl(character) ? ' ' : character);
  }
  owned = g_string_free(clean, FALSE);
  return g_markup_escape_text(owned, -1);
}

char *
bh_qr_code_to_svg(const BhQrCode *code, const char *label)
{
  gint size = code->matrix->width + 2 * BH_QR_CODE_QUIET;
  g_autofree char *escaped = escape_label(label);
  GString *svg = g_string_new(NULL);

  g_string_append_printf(svg,
                         "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                         "role=\"img\" aria-label=\"%s\" shape-rendering=\"crispEdges\">"
                         "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path stroke=\"#000\" d=\"",
                         size, size, escaped, size, size);
  for (gint y = 0; y < code->matrix->width; y++)
    append_row(svg, code, y);
  g_string_append(svg, "\"/></svg>");
  return g_string_free(svg, FALSE);
}
