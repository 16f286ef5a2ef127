/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "id.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

void
bh_id_random(guint8 *bytes, gsize length)
{
  g_return_if_fail(length <= G_MAXINT);

  if (RAND_bytes(bytes, (int)length) != 1)
    g_error("The system has no random numbers");
}

char *
bh_id_new(gint64 now_ms)
{
  guint8 b[16];

  bh_id_random(b, sizeof b);
  for (guint i = 0; i < 6; i++)
    b[i] = (guint8)((guint64)now_ms >> (40 - 8 * i));
  b[6] = (guint8)(0x70 | (b[6] & 0x0f)); /* version 7 */
  b[8] = (guint8)(0x80 | (b[8] & 0x3f)); /* variant of RFC 9562 */

  return g_strdup_printf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
                         b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
                         b[12], b[13], b[14], b[15]);
}

char *
bh_id_new_secret(void)
{
  guint8 bytes[BH_ID_SECRET_BYTES];
  GString *text = g_string_sized_new(2 * sizeof bytes);

  bh_id_random(bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf(text, "%02x", bytes[i]);
  OPENSSL_cleanse(bytes, sizeof bytes);
  return g_string_free(text, FALSE);
}
