/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow-hash: scrypt (RFC 7914), for secrets that people can remember and others can guess: PINs,
 * and the passphrase of backups. Takes tens of milliseconds and 16 MiB by design, or more: call it
 * on a worker.
 */
#pragma once

#include <glib.h>

#define BH_SLOW_HASH_BYTES      32
#define BH_SLOW_HASH_SALT_BYTES 16

/** bh_slow_hash_set_cost: for tests, which hash by the hundred. @cost: N, a power of two; before
 * the first hash */
void bh_slow_hash_set_cost(guint64 cost);

/* What a cost read from a file may be: 16 MiB and some 50 ms up to 1 GiB and seconds. */
#define BH_SLOW_HASH_MIN_COST_LOG2 14
#define BH_SLOW_HASH_MAX_COST_LOG2 20

/** bh_slow_hash_at: N = 2 to the power of @cost_log2, in the bounds above; r = 8, p = 1. Takes
 * 1,024 bytes times N. @out: of BH_SLOW_HASH_BYTES. Returns: %FALSE: there is not so much memory */
gboolean bh_slow_hash_at(const char *secret, const guint8 *salt, guint cost_log2, guint8 *out);

/** bh_slow_hash: N = 16384, r = 8, p = 1. @out: of BH_SLOW_HASH_BYTES */
void bh_slow_hash(const char *secret, const guint8 *salt, guint8 *out);
