/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "crc32c.h"

#include <nmmintrin.h>
#include <string.h>
#include <usrsctp.h>

/* One instruction takes 8 bytes; usrsctp's tables need about four times as long for a packet. */
__attribute__((target("sse4.2"))) static guint32
crc32c_sse42(const guint8 *data, gsize length)
{
  guint64 crc = 0xffffffff;

  for (; length >= 8; data += 8, length -= 8) {
    guint64 word;

    memcpy(&word, data, sizeof word);
    crc = _mm_crc32_u64(crc, word);
  }
  for (; length > 0; data++, length--)
    crc = _mm_crc32_u8((guint32)crc, *data);
  return GUINT32_TO_LE(~(guint32)crc);
}

guint32
bh_crc32c(const guint8 *data, gsize length)
{
  if (__builtin_cpu_supports("sse4.2"))
    return crc32c_sse42(data, length);
  return usrsctp_crc32c((void *)data, length);
}
