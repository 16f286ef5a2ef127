/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "keyed-hash.h"

#include "id.h"

#include <string.h>

/* Aumasson and Bernstein, "SipHash: a fast short-input PRF"; one round a word, three at the end. */

static void
rotate(guint64 *word, guint bits)
{
  *word = (*word << bits) | (*word >> (64 - bits));
}

static void
mix(guint64 v[4])
{
  v[0] += v[1];
  rotate(&v[1], 13);
  v[1] ^= v[0];
  rotate(&v[0], 32);
  v[2] += v[3];
  rotate(&v[3], 16);
  v[3] ^= v[2];
  v[0] += v[3];
  rotate(&v[3], 21);
  v[3] ^= v[0];
  v[2] += v[1];
  rotate(&v[1], 17);
  v[1] ^= v[2];
  rotate(&v[2], 32);
}

static const guint64 *
get_key(void)
{
  static guint64 key[2];
  static gboolean is_made;

  if (!is_made)
    bh_id_random((guint8 *)key, sizeof key);
  is_made = TRUE;
  return key;
}

guint
bh_keyed_hash(gconstpointer text)
{
  const guint64 *key = get_key();
  guint64 v[4] = {key[0] ^ G_GUINT64_CONSTANT(0x736f6d6570736575),
                  key[1] ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
                  key[0] ^ G_GUINT64_CONSTANT(0x6c7967656e657261),
                  key[1] ^ G_GUINT64_CONSTANT(0x7465646279746573)};
  const char *bytes = text;
  gsize length = strlen(bytes);
  guint64 word;

  for (gsize left = length; left >= sizeof word; left -= sizeof word, bytes += sizeof word) {
    memcpy(&word, bytes, sizeof word);
    v[3] ^= word;
    mix(v);
    v[0] ^= word;
  }
  word = (guint64)length << 56;
  memcpy(&word, bytes, length % sizeof word);
  v[3] ^= word;
  mix(v);
  v[0] ^= word;
  v[2] ^= 0xff;
  for (guint i = 0; i < 3; i++)
    mix(v);
  word = v[0] ^ v[1] ^ v[2] ^ v[3];
  return (guint)(word ^ (word >> 32));
}
