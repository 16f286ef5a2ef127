/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSleepWatch: notices that this program did not run for a while: the computer slept, or the
 * program was held (a frozen container, a virtual machine that was paused). The system tells of the
 * first where it can; both show in a clock that went on.
 *
 * On a time-out that is over, nobody may conclude anything before `woke` has been emitted: it is
 * emitted before timers of the default priority that are due by then.
 */
#pragma once

#include <glib-object.h>

#define BH_TYPE_SLEEP_WATCH (bh_sleep_watch_get_type())
G_DECLARE_FINAL_TYPE(BhSleepWatch, bh_sleep_watch, BH, SLEEP_WATCH, GObject)

/* A loop that is only busy is back sooner. */
#define BH_SLEEP_WATCH_TICK_MS 1000
#define BH_SLEEP_WATCH_GAP_MS  5000

/*
 * Signals
 *   woke (gint64 away_ms, gint64 counted_ms): after @away_ms, of which g_get_monotonic_time() has
 *     counted @counted_ms: all where the program was held, next to none where the computer slept.
 *     May come with little of both: the system says so, and it was short.
 */

/** bh_sleep_watch_new: begins to watch. */
BhSleepWatch *bh_sleep_watch_new(void);

/**
 * bh_sleep_watch_take_time: what each tick and each word of the system comes to.
 * @time_us: by bh_sleep_notice_get_time_us()
 * @monotonic_us: by g_get_monotonic_time()
 * @told: the system says that it woke up
 */
void bh_sleep_watch_take_time(BhSleepWatch *watch, gint64 time_us, gint64 monotonic_us,
                              gboolean told);
