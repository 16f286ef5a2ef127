/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "base64url.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

char *
bh_base64url_encode(const guint8 *bytes, gsize length)
{
  char *text = g_malloc(length / 3 * 4 + 5);
  char *out = text;
  gsize i = 0;

  for (; i + 3 <= length; i += 3) {
    guint32 bits = (guint32)bytes[i] << 16 | (guint32)bytes[i + 1] << 8 | bytes[i + 2];

    *out++ = alphabet[bits >> 18];
    *out++ = alphabet[bits >> 12 & 0x3f];
    *out++ = alphabet[bits >> 6 & 0x3f];
    *out++ = alphabet[bits & 0x3f];
  }
  if (i < length) {
    guint32 bits = (guint32)bytes[i] << 16 | (i + 1 < length ? (guint32)bytes[i + 1] << 8 : 0);

    *out++ = alphabet[bits >> 18];
    *out++ = alphabet[bits >> 12 & 0x3f];
    if (i + 1 < length)
      *out++ = alphabet[bits >> 6 & 0x3f];
  }
  *out = '\0';
  return text;
}

/* One more than what a character stands for; 0: it is none. A table, as which kind of character
 * comes next cannot be foretold: comparing took longer than all else about a sealed frame. */
static const guint8 values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64,
};

/* Four characters, or what is left at the end. Returns: %FALSE: one of them is none of ours */
static inline gboolean
take_group(const guint8 *text, gsize n, guint32 *bits)
{
  gboolean valid = TRUE;

  *bits = 0;
  for (gsize i = 0; i < n; i++) {
    valid &= values[text[i]] != 0;
    *bits = *bits << 6 | (guint8)(values[text[i]] - 1);
  }
  return valid;
}

/* @out: holds text_length / 4 * 3 + 2. Returns: %FALSE: it is no base64url */
static gboolean
decode(const char *text, gsize text_length, guint8 *out)
{
  const guint8 *p = (const guint8 *)text;
  gsize rest = text_length % 4;
  guint32 bits;

  /* One character alone is six bits: not a byte. */
  if (rest == 1)
    return FALSE;
  for (const guint8 *end = p + (text_length - rest); p < end; p += 4) {
    if (!take_group(p, 4, &bits))
      return FALSE;
    *out++ = (guint8)(bits >> 16);
    *out++ = (guint8)(bits >> 8);
    *out++ = (guint8)bits;
  }
  if (rest == 0)
    return TRUE;
  if (!take_group(p, rest, &bits))
    return FALSE;
  if (rest == 2) {
    *out = (guint8)(bits >> 4);
    return (bits & 0xf) == 0;
  }
  *out++ = (guint8)(bits >> 10);
  *out = (guint8)(bits >> 2);
  return (bits & 0x3) == 0;
}

GBytes *
bh_base64url_decode(const char *text, gsize max_bytes)
{
  gsize text_length = strlen(text);
  gsize length = text_length / 4 * 3 + (text_length % 4 > 0 ? text_length % 4 - 1 : 0);
  g_autofree guint8 *bytes = NULL;

  if (length > max_bytes)
    return NULL;
  bytes = g_malloc(length + 3);
  if (!decode(text, text_length, bytes))
    return NULL;
  return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

gboolean
bh_base64url_decode_exact(const char *text, guint8 *out, gsize length)
{
  g_autoptr(GBytes) bytes = text != NULL ? bh_base64url_decode(text, length) : NULL;

  if (bytes == NULL || g_bytes_get_size(bytes) != length)
    return FALSE;
  memcpy(out, g_bytes_get_data(bytes, NULL), length);
  return TRUE;
}
