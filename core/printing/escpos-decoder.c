/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "escpos-decoder.h"

#include <string.h>

#define DLE BH_ESCPOS_DLE
#define ESC BH_ESCPOS_ESC
#define FS  BH_ESCPOS_FS
#define GS  BH_ESCPOS_GS

#define EOT 0x04
#define ENQ 0x05
#define DC4 0x14

/* Commands of a fixed length: all codes of one prefix that take @parameters bytes. */
static const struct {
  guint8 prefix;
  guint8 parameters;
  const char *codes;
} fixed_lengths[] = {
    {ESC, 0, "@2<LSimv\f"}, {ESC, 1, " !%-3=?EGJKMRTVadertu{"},
    {ESC, 2, "$\\cBf"},     {ESC, 3, "p"},
    {ESC, 8, "W"},          {FS, 0, "&."},
    {FS, 1, "!-CW"},        {FS, 2, "Sp?"},
    {GS, 0, ":c"},          {GS, 1, "!/BEHITabfhrw"},
    {GS, 2, "$LPW\\"},      {GS, 3, "^z"},
    {GS, 4, "g"},           {DLE, 1, "\x05"},
};

static guint
get_16(const guint8 *bytes)
{
  return bytes[0] | (guint)bytes[1] << 8;
}

/* All functions below take what follows the code, and return how much of it belongs to the command,
 * or -1 where that cannot be told or @length is not enough. */

/* pL pH and that many bytes, after @skip others. */
static gssize
get_counted(const guint8 *p, gsize length, gsize skip)
{
  if (length < skip + 2)
    return -1;
  return (gssize)(skip + 2 + get_16(p + skip));
}

static gssize
get_bit_image(const guint8 *p, gsize length)
{
  if (length < 3 || (p[0] != 0 && p[0] != 1 && p[0] != 32 && p[0] != 33))
    return -1;
  return (gssize)(3 + (gsize)get_16(p + 1) * (p[0] >= 32 ? 3 : 1));
}

static gssize
get_terminated(const guint8 *p, gsize length, gsize skip)
{
  const guint8 *end = length > skip ? memchr(p + skip, 0, length - skip) : NULL;

  return end != NULL ? end + 1 - p : -1;
}

static gssize
get_barcode(const guint8 *p, gsize length)
{
  if (length < 2)
    return -1;
  return p[0] <= 6 ? get_terminated(p, length, 1) : 2 + (gssize)p[1];
}

/* `GS v 0 m xL xH yL yH`, and `GS Q 0` alike */
static gssize
get_raster(const guint8 *p, gsize length)
{
  if (length < 6 || p[0] != '0')
    return -1;
  return (gssize)(6 + (gsize)get_16(p + 2) * get_16(p + 4));
}

static gssize
get_long_graphics(const guint8 *p, gsize length)
{
  if (length < 5)
    return -1;
  return (gssize)(5 + (get_16(p + 1) | (gsize)get_16(p + 3) << 16));
}

static gssize
get_cut(const guint8 *p, gsize length)
{
  if (length < 1)
    return -1;
  return memchr("ABabgh", p[0], 6) != NULL ? 2 : 1;
}

static gssize
get_real_time(guint8 code, const guint8 *p, gsize length)
{
  if (length < 1)
    return -1;
  if (code == EOT)
    return p[0] == 7 || p[0] == 8 || p[0] == 18 ? 2 : 1;
  switch (p[0]) {
  case 1:
  case 2:
    return 3;
  case 3:
  case 7:
    return 2;
  case 8:
    return 8;
  default:
    return -1;
  }
}

static gssize
get_variable_length(guint8 prefix, guint8 code, const guint8 *p, gsize length)
{
  if (prefix == DLE)
    return code == EOT || code == DC4 ? get_real_time(code, p, length) : -1;
  if (code == '(')
    return get_counted(p, length, 1);
  if (prefix == ESC)
    return code == '*' ? get_bit_image(p, length)
                       : (code == 'D' ? get_terminated(p, length, 0) : -1);
  if (prefix != GS)
    return -1;
  switch (code) {
  case '*':
    return length < 2 ? -1 : 2 + (gssize)p[0] * p[1] * 8;
  case '8':
    return get_long_graphics(p, length);
  case 'V':
    return get_cut(p, length);
  case 'k':
    return get_barcode(p, length);
  case 'v':
  case 'Q':
    return get_raster(p, length);
  default:
    return -1;
  }
}

static gssize
get_parameters(guint8 prefix, guint8 code, const guint8 *p, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS(fixed_lengths); i++)
    if (fixed_lengths[i].prefix == prefix && code != '\0' &&
        strchr(fixed_lengths[i].codes, code) != NULL)
      return fixed_lengths[i].parameters;
  return get_variable_length(prefix, code, p, length);
}

static void
read_command(const guint8 *bytes, gsize left, BhEscposItem *item)
{
  gssize parameters = left >= 2 ? get_parameters(bytes[0], bytes[1], bytes + 2, left - 2) : -1;

  item->prefix = bytes[0];
  item->code = left >= 2 ? bytes[1] : 0;
  if (parameters < 0 || (gsize)parameters > left - 2) {
    /* What is cut off swallows the rest: its payload is no text. */
    item->kind = BH_ESCPOS_UNKNOWN;
    item->length = parameters < 0 ? MIN(left, 2) : left;
    return;
  }
  item->kind = BH_ESCPOS_COMMAND;
  item->parameters = bytes + 2;
  item->n_parameters = (gsize)parameters;
  item->length = 2 + (gsize)parameters;
}

gboolean
bh_escpos_decoder_next(BhEscposDecoder *decoder, BhEscposItem *item)
{
  gsize left = decoder->length - decoder->position;
  const guint8 *bytes;

  if (left == 0)
    return FALSE; /* empty bytes may be NULL, and NULL + 0 is undefined */
  bytes = decoder->bytes + decoder->position;
  *item = (BhEscposItem){.kind = BH_ESCPOS_CONTROL, .bytes = bytes, .length = 1};
  if (bytes[0] >= 0x20) {
    item->kind = BH_ESCPOS_TEXT;
    while (item->length < left && bytes[item->length] >= 0x20)
      item->length++;
  } else if (bytes[0] == ESC || bytes[0] == FS || bytes[0] == GS || bytes[0] == DLE) {
    read_command(bytes, left, item);
  }
  decoder->position += item->length;
  return TRUE;
}

gboolean
bh_escpos_item_opens_drawer(const BhEscposItem *item)
{
  if (item->kind != BH_ESCPOS_COMMAND)
    return FALSE;
  return (item->prefix == ESC && item->code == 'p') ||
         (item->prefix == DLE && item->code == DC4 && item->parameters[0] == 1);
}
