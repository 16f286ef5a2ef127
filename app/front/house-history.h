/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHouseHistory: the last values of one measure, oldest first. A plain struct without a clock.
 */
#pragma once

#include <glib.h>

/* Values kept: four minutes, at one every two seconds. */
#define BH_HOUSE_HISTORY_MAX 120

typedef struct {
  double values[BH_HOUSE_HISTORY_MAX];
  guint n_values;
} BhHouseHistory;

/** bh_house_history_add: @value: NAN: not known. The oldest one falls out where there is no room.
 * Returns: whether it is another picture now, with the newest at its edge and nothing known before
 * the oldest */
gboolean bh_house_history_add(BhHouseHistory *history, double value);
