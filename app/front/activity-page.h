/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhActivityPage: the history in sentences, to be searched, narrowed down and saved as a table.
 * Asks the hub only while it is seen.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_ACTIVITY_PAGE (bh_activity_page_get_type())
G_DECLARE_FINAL_TYPE(BhActivityPage, bh_activity_page, BH, ACTIVITY_PAGE, GtkBox)

/** bh_activity_page_new: references @model. */
GtkWidget *bh_activity_page_new(BhHouseModel *model);
