/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseClock: the time by which a replica decides what is over for long and may be put away. A wall
 * clock that jumps is believed as far as others' operations say the same; else time goes on as a clock
 * that only ever grows has it. What is kept too long costs a little room; what was closed today is not
 * away because the machine believes that it is next week. Also data/web/client/log/house-clock.ts.
 *
 * A value; {0} is a new one. Time is passed in.
 */
#pragma once

#include <glib.h>

/* A wall clock that is put right by this little, again and again, is only kept right. */
#define BH_HOUSE_CLOCK_DRIFT_MS (G_GINT64_CONSTANT(60) * 1000)

typedef struct {
  gint64 agreed_ms; /* what bh_house_clock_get() last gave; 0: nothing yet */
  gint64 steady_ms; /* and when */
  gint64 heard_ms;
} BhHouseClock;

/** bh_house_clock_hear: @ms: of another's operation, foreign */
void bh_house_clock_hear(BhHouseClock *clock, gint64 ms);

/**
 * bh_house_clock_get:
 * @wall_ms: UTC since 1970, as the machine has it
 * @steady_ms: of a clock that only ever grows
 *
 * Returns: UTC milliseconds; the first time what the wall clock says
 */
gint64 bh_house_clock_get(BhHouseClock *clock, gint64 wall_ms, gint64 steady_ms);
