/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPairPage: a device comes in: what it is for, the QR code that its camera reads, and the devices
 * without a camera that ask with a number to compare. As soon as it is there its name appears.
 *
 * A code is made when the page is first seen, anew for another role, and before it is over.
 *
 * Signal `paired` (const char *device_id).
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_PAIR_PAGE (bh_pair_page_get_type())
G_DECLARE_FINAL_TYPE(BhPairPage, bh_pair_page, BH, PAIR_PAGE, GtkBox)

/** bh_pair_page_new: references @model. */
GtkWidget *bh_pair_page_new(BhHouseModel *model);

/** bh_pair_page_fix_role: no choice is offered, and no title: a part of something larger. */
void bh_pair_page_fix_role(BhPairPage *page, const char *role);
