/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhStatusPage: how the house is: one sentence, what wants somebody, a row a thing, two small
 * charts. Leads to other pages by the window's action `win.page`.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_STATUS_PAGE (bh_status_page_get_type())
G_DECLARE_FINAL_TYPE(BhStatusPage, bh_status_page, BH, STATUS_PAGE, GtkBox)

/** bh_status_page_new: references @model. */
GtkWidget *bh_status_page_new(BhHouseModel *model);
