/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "try-count.h"

/* Beyond this many doublings every wait is the longest. */
#define MAX_DOUBLINGS 20

static gint64
get_wait_ms(guint wrong, guint free_tries, gint64 max_wait_ms)
{
  if (wrong < free_tries)
    return 0;
  return MIN((gint64)BH_TRY_COUNT_FIRST_WAIT_MS << MIN(wrong - free_tries, MAX_DOUBLINGS),
             max_wait_ms);
}

void
bh_try_count_add(BhTryCount *count, gint64 max_wait_ms, gboolean count_days, gint64 now_ms)
{
  gint64 wait_ms;

  if (count->day_wrong == 0 || ABS(now_ms - count->day_ms) >= BH_TRY_COUNT_DAY_MS) {
    count->day_wrong = 0;
    count->day_ms = now_ms;
  }
  count->day_wrong++;
  count->wrong++;
  wait_ms = get_wait_ms(count->wrong, BH_TRY_COUNT_FREE, max_wait_ms);
  if (count_days)
    wait_ms = MAX(wait_ms, get_wait_ms(count->day_wrong, BH_TRY_COUNT_DAY_FREE, max_wait_ms));
  count->until_ms = wait_ms > 0 ? now_ms + wait_ms : 0;
}

void
bh_try_count_forgive(BhTryCount *count)
{
  count->wrong = 0;
  count->until_ms = 0;
}

gint64
bh_try_count_get_wait_ms(const BhTryCount *count, gint64 max_wait_ms, gint64 now_ms)
{
  gint64 wait_ms = count->until_ms - now_ms;

  return wait_ms > 0 && wait_ms <= max_wait_ms ? wait_ms : 0;
}

gboolean
bh_try_count_is_stale(const BhTryCount *count, gint64 now_ms)
{
  return ABS(now_ms - count->day_ms) > BH_TRY_COUNT_STALE_MS;
}
