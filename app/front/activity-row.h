/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhActivityRow: one entry of the history: what happened, and when.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-item.h"

#define BH_TYPE_ACTIVITY_ROW (bh_activity_row_get_type())
G_DECLARE_FINAL_TYPE(BhActivityRow, bh_activity_row, BH, ACTIVITY_ROW, GtkBox)

GtkWidget *bh_activity_row_new(void);

/** bh_activity_row_show: @entry: of the history. @now_ms: UTC */
void bh_activity_row_show(BhActivityRow *row, BhHouseItem *entry, gint64 now_ms);
