/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDevicesPage: who is paired: a row each, which folds out to rename it, to give it another role,
 * to remove it.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_DEVICES_PAGE (bh_devices_page_get_type())
G_DECLARE_FINAL_TYPE(BhDevicesPage, bh_devices_page, BH, DEVICES_PAGE, GtkBox)

/** bh_devices_page_new: references @model. */
GtkWidget *bh_devices_page_new(BhHouseModel *model);
