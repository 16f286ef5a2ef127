/* SPDX-License-Identifier: Apache-2.0 */
#include "sim-signing.h"

#include "base64url.h"

#include <string.h>

#define HASH_BYTES 32

static void
hash(const guint8 *first, gsize first_length, const guint8 *second, gsize second_length,
     guint8 *out)
{
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  gsize length = HASH_BYTES;

  g_checksum_update(checksum, first, (gssize)first_length);
  if (second_length > 0)
    g_checksum_update(checksum, second, (gssize)second_length);
  g_checksum_get_digest(checksum, out, &length);
}

static void
fake(const guint8 *public_key, const guint8 *bytes, gsize length, guint8 *sig64)
{
  hash(public_key, BH_SIGN_KEY_BYTES, bytes, length, sig64);
  hash(sig64, HASH_BYTES, NULL, 0, sig64 + HASH_BYTES);
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
  hash((const guint8 *)text, strlen(text), NULL, 0, own);
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

    hash((const guint8 *)text, strlen(text), NULL, 0, block);
    memcpy(bytes, block, part);
    bytes += part;
    length -= part;
  }
}
