/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhColumn: its child in the middle, never wider than is pleasant to read.
 */
#pragma once

#include <gtk/gtk.h>

#define BH_TYPE_COLUMN (bh_column_get_type())
G_DECLARE_FINAL_TYPE(BhColumn, bh_column, BH, COLUMN, GtkWidget)

/* Property "child", also the default child in a .ui file; "max-width" in pixels, 720 by itself. */
