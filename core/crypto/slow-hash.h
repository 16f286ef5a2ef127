/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow-hash: scrypt (RFC 7914), for secrets that people can remember and others can guess: PINs.
 * Takes tens of milliseconds and 16 MiB by design: call it on a worker.
 */
#pragma once

#include <glib.h>

#define BH_SLOW_HASH_BYTES      32
#define BH_SLOW_HASH_SALT_BYTES 16

/** bh_slow_hash_set_cost: for tests, which hash by the hundred. @cost: N, a power of two; before the
 * first hash */
void bh_slow_hash_set_cost(guint64 cost);

/** bh_slow_hash: N = 16384, r = 8, p = 1. @out: of BH_SLOW_HASH_BYTES */
void bh_slow_hash(const char *secret, const guint8 *salt, guint8 *out);
