/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintersPage: the printers of the house and how they are, those found nearby, one more by its
 * address, and the queue of all of them.
 *
 * Signal `added` (): a printer was added here.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_PRINTERS_PAGE (bh_printers_page_get_type())
G_DECLARE_FINAL_TYPE(BhPrintersPage, bh_printers_page, BH, PRINTERS_PAGE, GtkBox)

/** bh_printers_page_new: references @model. */
GtkWidget *bh_printers_page_new(BhHouseModel *model);

/** bh_printers_page_make_part: without title and queue: a part of something larger. */
void bh_printers_page_make_part(BhPrintersPage *page);
