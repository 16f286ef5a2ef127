/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhQrPicture: a text as a QR code that fills the space it is given: whole pixels a module, black
 * on white whatever the window's colours are, with the quiet zone.
 */
#pragma once

#include <gtk/gtk.h>

#define BH_TYPE_QR_PICTURE (bh_qr_picture_get_type())
G_DECLARE_FINAL_TYPE(BhQrPicture, bh_qr_picture, BH, QR_PICTURE, GtkWidget)

/** bh_qr_picture_set_text: @text: (nullable): %NULL: nothing is drawn; forgotten with the next one
 */
void bh_qr_picture_set_text(BhQrPicture *picture, const char *text);
