/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhStatusPage: how the house is, in one sentence.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_STATUS_PAGE (bh_status_page_get_type())
G_DECLARE_FINAL_TYPE(BhStatusPage, bh_status_page, BH, STATUS_PAGE, GtkWidget)

GtkWidget *bh_status_page_new(BhHouseModel *model);
