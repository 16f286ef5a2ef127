/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "hybrid-clock.h"

struct _BhHybridClock {
  BhHybridTime last; /* given, heard or restored */
  gint64 offset_ms;
};

BhHybridClock *
bh_hybrid_clock_new(void)
{
  return g_new0(BhHybridClock, 1);
}

void
bh_hybrid_clock_free(BhHybridClock *clock)
{
  g_free(clock);
}

int
bh_hybrid_time_compare(BhHybridTime a, BhHybridTime b)
{
  if (a.ms != b.ms)
    return a.ms < b.ms ? -1 : 1;
  return (a.counter > b.counter) - (a.counter < b.counter);
}

/* A wall clock may stand anywhere; what goes into operations must stay within their bounds. */
static gint64
get_physical_ms(const BhHybridClock *clock, gint64 now_ms)
{
  gint64 sum;

  if (__builtin_add_overflow(now_ms, clock->offset_ms, &sum))
    sum = now_ms;
  return CLAMP(sum, 0, BH_HYBRID_CLOCK_MAX_MS);
}

void
bh_hybrid_clock_set_offset(BhHybridClock *clock, gint64 offset_ms)
{
  clock->offset_ms = offset_ms;
}

BhHybridTime
bh_hybrid_clock_next(BhHybridClock *clock, gint64 now_ms)
{
  gint64 physical_ms = get_physical_ms(clock, now_ms);

  if (physical_ms > clock->last.ms)
    clock->last = (BhHybridTime){physical_ms, 0};
  else if (clock->last.counter < BH_HYBRID_CLOCK_MAX_COUNTER)
    clock->last.counter++;
  else if (clock->last.ms < BH_HYBRID_CLOCK_MAX_MS)
    clock->last = (BhHybridTime){clock->last.ms + 1, 0};
  return clock->last;
}

void
bh_hybrid_clock_hear(BhHybridClock *clock, gint64 now_ms, BhHybridTime time)
{
  gint64 limit_ms = get_physical_ms(clock, now_ms) + BH_HYBRID_CLOCK_MAX_AHEAD_MS;

  limit_ms = MIN(limit_ms, BH_HYBRID_CLOCK_MAX_MS);
  if (time.ms > limit_ms)
    time = (BhHybridTime){limit_ms, 0};
  time.counter = MIN(time.counter, (guint32)BH_HYBRID_CLOCK_MAX_COUNTER);
  if (bh_hybrid_time_compare(time, clock->last) > 0)
    clock->last = time;
}

void
bh_hybrid_clock_restore(BhHybridClock *clock, BhHybridTime time)
{
  time.ms = CLAMP(time.ms, 0, BH_HYBRID_CLOCK_MAX_MS);
  time.counter = MIN(time.counter, (guint32)BH_HYBRID_CLOCK_MAX_COUNTER);
  if (bh_hybrid_time_compare(time, clock->last) > 0)
    clock->last = time;
}

BhHybridTime
bh_hybrid_clock_get(BhHybridClock *clock)
{
  return clock->last;
}
