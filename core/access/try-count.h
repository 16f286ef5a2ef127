/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTryCount: wrong tries at a secret that could be guessed, and how long the next one has to wait.
 * A plain value without a clock. Private to the room.
 */
#pragma once

#include <glib.h>

/* That many in a row are free; the last of them is answered with the first wait. */
#define BH_TRY_COUNT_FREE          5
#define BH_TRY_COUNT_FIRST_WAIT_MS 30000 /* doubles with each further one */

/* That many in a day are free, where days are counted; a right one does not forgive these. */
#define BH_TRY_COUNT_DAY_FREE 20
#define BH_TRY_COUNT_DAY_MS   (24 * G_GINT64_CONSTANT(3600000))

/* So long after day_ms nothing counts any more: the last one was within a day of the first, and no
 * wait is as long as the second day. */
#define BH_TRY_COUNT_STALE_MS (2 * BH_TRY_COUNT_DAY_MS)

typedef struct {
  guint wrong;     /* in a row */
  gint64 until_ms; /* UTC: the next one not before; 0: at any time */
  guint day_wrong; /* since day_ms */
  gint64 day_ms;   /* UTC: the first of a day's */
} BhTryCount;

/**
 * bh_try_count_add: one more was wrong.
 * @max_wait_ms: no single wait is longer
 * @count_days: whether there are only so many in a day
 */
void bh_try_count_add(BhTryCount *count, gint64 max_wait_ms, gboolean count_days, gint64 now_ms);

/** bh_try_count_forgive: one was right. */
void bh_try_count_forgive(BhTryCount *count);

/**
 * bh_try_count_get_wait_ms:
 *
 * Returns: 0: now. A wait longer than @max_wait_ms comes from a clock that was wrong and does not
 *   count.
 */
gint64 bh_try_count_get_wait_ms(const BhTryCount *count, gint64 max_wait_ms, gint64 now_ms);

/** bh_try_count_is_stale: it can be forgotten. */
gboolean bh_try_count_is_stale(const BhTryCount *count, gint64 now_ms);
