/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backoff: how long to wait before the next try. Exponential with full jitter, so that what failed
 * together does not come back together.
 */
#pragma once

#include <glib.h>

typedef struct {
  guint first_ms; /* upper bound of the first wait */
  guint max_ms;   /* upper bound of every wait */
  guint tries;    /* tries since the last success */
} BhBackoff;

#define BH_BACKOFF_INIT(first, max) ((BhBackoff){.first_ms = (first), .max_ms = (max)})

/**
 * bh_backoff_next:
 * @random: 0 to 1, from g_random_double() or from a test
 *
 * Returns: milliseconds to wait: between half of this try's bound and the bound, which doubles with
 *   each try up to @max_ms
 */
guint bh_backoff_next(BhBackoff *backoff, double random);

/** bh_backoff_reset: it worked; the next wait is a first one again. */
void bh_backoff_reset(BhBackoff *backoff);
