/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "base64.h"

static gboolean
is_base64(const char *text, gsize length)
{
  gsize padding = 0;

  if (length == 0 || length % 4 != 0)
    return FALSE;
  while (padding < 2 && text[length - 1 - padding] == '=')
    padding++;
  for (gsize i = 0; i < length - padding; i++)
    if (!g_ascii_isalnum(text[i]) && text[i] != '+' && text[i] != '/')
      return FALSE;
  return TRUE;
}

/* g_base64_decode() skips what it does not know: judged before. */
GBytes *
bh_base64_decode(const char *text, gsize length)
{
  guint8 *bytes;
  gsize n_bytes;

  if (text == NULL || !is_base64(text, length))
    return NULL;
  bytes = g_base64_decode(text, &n_bytes);
  return g_bytes_new_take(bytes, n_bytes);
}
