/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTakeRate: how many operations, and how many bytes of them, each device may hand over: a burst
 * that lets a full day offline through at once, and a refill that no till ever reaches.
 *
 * By device and not by link, so that nobody gains by connecting again. Time is passed in. One main
 * context; plain struct with one owner.
 */
#pragma once

#include <glib.h>

#define BH_TAKE_RATE_BURST_OPERATIONS      20000
#define BH_TAKE_RATE_OPERATIONS_PER_SECOND 500
#define BH_TAKE_RATE_BURST_BYTES           (32 * 1024 * 1024)
#define BH_TAKE_RATE_BYTES_PER_SECOND      (1024 * 1024)

typedef struct _BhTakeRate BhTakeRate;

BhTakeRate *bh_take_rate_new(void);
void bh_take_rate_free(BhTakeRate *rate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTakeRate, bh_take_rate_free)

/**
 * bh_take_rate_take:
 * @operations: at most BH_TAKE_RATE_BURST_OPERATIONS
 * @bytes: at most BH_TAKE_RATE_BURST_BYTES
 *
 * Returns: 0: they are within the rate, and counted; else in how many milliseconds they would be
 */
gint64 bh_take_rate_take(BhTakeRate *rate, const char *device_id, guint operations, gsize bytes,
                         gint64 now_ms);
