/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhFrontWindow: the window of the front-desk program: its pages, one beside the other.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_FRONT_WINDOW (bh_front_window_get_type())
G_DECLARE_FINAL_TYPE(BhFrontWindow, bh_front_window, BH, FRONT_WINDOW, GtkApplicationWindow)

/** bh_front_window_new: not shown yet. */
BhFrontWindow *bh_front_window_new(GtkApplication *app, BhHouseModel *model);

/** bh_front_window_show_page: @page: its name, such as "status"; one that is none changes nothing
 */
void bh_front_window_show_page(BhFrontWindow *window, const char *page);
