/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "slow-hash.h"

#include <openssl/evp.h>
#include <string.h>

#define BLOCK      8
#define PARALLEL   1
#define MAX_MEMORY (32u * 1024 * 1024)

static guint64 cost = 16384;

void
bh_slow_hash_set_cost(guint64 new_cost)
{
  cost = new_cost;
}

void
bh_slow_hash(const char *secret, const guint8 *salt, guint8 *out)
{
  if (EVP_PBE_scrypt(secret, strlen(secret), salt, BH_SLOW_HASH_SALT_BYTES, cost, BLOCK, PARALLEL,
                     MAX_MEMORY, out, BH_SLOW_HASH_BYTES) != 1)
    g_error("The cryptographic library does not work: it needs 16 MiB for a moment.");
}

gboolean
bh_slow_hash_at(const char *secret, const guint8 *salt, guint cost_log2, guint8 *out)
{
  guint64 n = (guint64)1 << cost_log2;

  g_assert(cost_log2 >= BH_SLOW_HASH_MIN_COST_LOG2 && cost_log2 <= BH_SLOW_HASH_MAX_COST_LOG2);
  /* Beside the table of N blocks it wants some of them more. */
  return EVP_PBE_scrypt(secret, strlen(secret), salt, BH_SLOW_HASH_SALT_BYTES, n, BLOCK, PARALLEL,
                        (n + 64) * 128 * BLOCK, out, BH_SLOW_HASH_BYTES) == 1;
}
