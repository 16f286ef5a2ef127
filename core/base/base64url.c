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
  guint32 bits = 0;
  guint n_bits = 0;

  for (gsize i = 0; i < length; i++) {
    bits = bits << 8 | bytes[i];
    for (n_bits += 8; n_bits >= 6; n_bits -= 6)
      *out++ = alphabet[bits >> (n_bits - 6) & 0x3f];
  }
  if (n_bits > 0)
    *out++ = alphabet[bits << (6 - n_bits) & 0x3f];
  *out = '\0';
  return text;
}

/* Returns: 0 to 63, or -1 */
static int
digit_value(char c)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* @out: holds text_length / 4 * 3 + 2. Returns: %FALSE: it is no base64url */
static gboolean
decode(const char *text, gsize text_length, guint8 *out)
{
  guint32 bits = 0;
  guint n_bits = 0;

  /* One character alone is six bits: not a byte. */
  if (text_length % 4 == 1)
    return FALSE;
  for (gsize i = 0; i < text_length; i++) {
    int value = digit_value(text[i]);

    if (value < 0)
      return FALSE;
    bits = bits << 6 | (guint32)value;
    n_bits += 6;
    if (n_bits >= 8) {
      n_bits -= 8;
      *out++ = (guint8)(bits >> n_bits);
    }
  }
  return (bits & ((1u << n_bits) - 1)) == 0;
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
