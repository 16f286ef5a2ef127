/* SPDX-License-Identifier: Apache-2.0 */
#include "sim-signing.h"

#include "base64url.h"

#include <string.h>

#define HASH_BYTES 32

static void
hash(const char *text, guint8 *out)
{
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  gsize length = HASH_BYTES;

  g_checksum_update(checksum, (const guint8 *)text, -1);
  g_checksum_get_digest(checksum, out, &length);
}

static void
add_bytes(guint32 *sums, const guint8 *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    sums[0] = (sums[0] ^ bytes[i]) * 0x01000193u;
    sums[1] = (sums[1] ^ bytes[i]) * 0x85ebca6bu;
  }
}

/* As fakeSign() in signing.mjs. */
static void
fake(const guint8 *public_key, const guint8 *bytes, gsize length, guint8 *sig64)
{
  guint32 sums[] = {0x811c9dc5u, 0x9e3779b9u};

  add_bytes(sums, public_key, BH_SIGN_KEY_BYTES);
  add_bytes(sums, bytes, length);
  for (guint32 i = 0; i < BH_OPERATION_SIG_BYTES / sizeof(guint32); i++) {
    guint32 word = sums[i % 2] ^ (i * 0x9e3779b9u);

    word = (word ^ (word >> 16)) * 0x85ebca6bu;
    word = (word ^ (word >> 13)) * 0xc2b2ae35u;
    word = GUINT32_TO_LE(word ^ (word >> 16));
    memcpy(sig64 + i * sizeof word, &word, sizeof word);
  }
}

static void
sign_fake(gpointer key, const guint8 *bytes, gsize length, guint8 *sig64)
{
  fake(bh_sign_key_get_public(key), bytes, length, sig64);
}

static gboolean
verify_fake(const guint8 *public_key, const guint8 *bytes, gsize length, const guint8 *sig64)
{
  guint8 expected[BH_OPERATION_SIG_BYTES];

  fake(public_key, bytes, length, expected);
  return memcmp(expected, sig64, sizeof expected) == 0 ||
         bh_sign_key_verify(public_key, bytes, length, sig64);
}

const BhOperationSigning sim_signing_fake = {sign_fake, verify_fake};

BhSignKey *
sim_key_new(const char *seed, const char *name)
{
  g_autofree char *text = g_strdup_printf("bellhop simulation key %s", name);
  guint8 own[HASH_BYTES];

  if (seed != NULL && bh_base64url_decode_exact(seed, own, sizeof own))
    return bh_sign_key_new_from_seed(own);
  hash(text, own);
  return bh_sign_key_new_from_seed(own);
}

/* --- random bytes: the linker puts this in place of bh_id_random() --- */

void __wrap_bh_id_random(guint8 *bytes, gsize length);

static char *random_seed;
static guint64 random_count;

void
sim_random_seed(const char *seed)
{
  g_free(random_seed);
  random_seed = g_strdup(seed);
  random_count = 0;
}

void
__wrap_bh_id_random(guint8 *bytes, gsize length)
{
  while (length > 0) {
    g_autofree char *text =
        g_strdup_printf("%s %" G_GUINT64_FORMAT, random_seed ? random_seed : "", random_count++);
    guint8 block[HASH_BYTES];
    gsize part = MIN(length, sizeof block);

    hash(text, block);
    memcpy(bytes, block, part);
    bytes += part;
    length -= part;
  }
}
