/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDeviceRow: one paired device, and what can be done with it.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_DEVICE_ROW (bh_device_row_get_type())
G_DECLARE_FINAL_TYPE(BhDeviceRow, bh_device_row, BH, DEVICE_ROW, GtkListBoxRow)

/** bh_device_row_new: references both. */
GtkWidget *bh_device_row_new(BhHouseModel *model, BhHouseItem *device);

/** bh_device_row_toggle: folds out or in what can be done. */
void bh_device_row_toggle(BhDeviceRow *row);
