/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHybridClock: hybrid logical time (protocol section 4): milliseconds that follow the wall clock
 * and a counter for what happens within one, so that every time it gives is later than all it gave
 * and heard, also when the wall clock is set back.
 *
 * What others say moves it at most BH_HYBRID_CLOCK_MAX_AHEAD_MS ahead of its own wall clock: one
 * device with a wrong year cannot take the others along. Without a clock of its own: time is passed
 * in.
 */
#pragma once

#include <glib.h>

#define BH_HYBRID_CLOCK_MAX_AHEAD_MS (G_GINT64_CONSTANT(60) * 1000)
/* The year 10000, and what a JSON integer of 32 bits holds everywhere. */
#define BH_HYBRID_CLOCK_MAX_MS      G_GINT64_CONSTANT(253402300800000)
#define BH_HYBRID_CLOCK_MAX_COUNTER G_MAXINT32

typedef struct {
  gint64 ms; /* UTC since 1970 */
  guint32 counter;
} BhHybridTime;

typedef struct _BhHybridClock BhHybridClock;

BhHybridClock *bh_hybrid_clock_new(void);
void bh_hybrid_clock_free(BhHybridClock *clock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhHybridClock, bh_hybrid_clock_free)

/**
 * bh_hybrid_clock_set_offset:
 * @offset_ms: what to add to our wall clock for the hub's; 0 at first
 */
void bh_hybrid_clock_set_offset(BhHybridClock *clock, gint64 offset_ms);

/**
 * bh_hybrid_clock_next:
 * @now_ms: of our wall clock
 *
 * Returns: a time later than every one that it gave, heard (within bounds) or was restored to
 */
BhHybridTime bh_hybrid_clock_next(BhHybridClock *clock, gint64 now_ms);

/** bh_hybrid_clock_hear: @time: of another's operation, foreign */
void bh_hybrid_clock_hear(BhHybridClock *clock, gint64 now_ms, BhHybridTime time);

/**
 * bh_hybrid_clock_restore:
 * @time: the latest that this replica itself gave before, as its store says; taken whatever the
 *   wall clock says
 */
void bh_hybrid_clock_restore(BhHybridClock *clock, BhHybridTime time);

/** bh_hybrid_clock_get: the latest time it gave or took over. */
BhHybridTime bh_hybrid_clock_get(BhHybridClock *clock);

/** bh_hybrid_time_compare: Returns: as strcmp() */
int bh_hybrid_time_compare(BhHybridTime a, BhHybridTime b);
