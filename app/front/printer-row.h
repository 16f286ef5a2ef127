/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrinterRow: one printer of the house, how it is, a test page, and what can be changed.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_PRINTER_ROW (bh_printer_row_get_type())
G_DECLARE_FINAL_TYPE(BhPrinterRow, bh_printer_row, BH, PRINTER_ROW, GtkListBoxRow)

/** bh_printer_row_new: references both. */
GtkWidget *bh_printer_row_new(BhHouseModel *model, BhHouseItem *printer);

/** bh_printer_row_toggle: folds out or in what can be changed, where anything can. */
void bh_printer_row_toggle(BhPrinterRow *row);
