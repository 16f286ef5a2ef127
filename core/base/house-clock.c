/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "house-clock.h"

void
bh_house_clock_hear(BhHouseClock *clock, gint64 ms)
{
  clock->heard_ms = MAX(clock->heard_ms, ms);
}

gint64
bh_house_clock_get(BhHouseClock *clock, gint64 wall_ms, gint64 steady_ms)
{
  gint64 expected_ms = clock->agreed_ms + (steady_ms - clock->steady_ms);

  if (clock->agreed_ms == 0 || (wall_ms >= expected_ms - BH_HOUSE_CLOCK_DRIFT_MS &&
                                wall_ms <= expected_ms + BH_HOUSE_CLOCK_DRIFT_MS))
    clock->agreed_ms = wall_ms;
  else
    clock->agreed_ms = MAX(expected_ms, MIN(wall_ms, clock->heard_ms));
  clock->steady_ms = steady_ms;
  return clock->agreed_ms;
}
