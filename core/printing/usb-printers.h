/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usb-printers: the receipt printers that are plugged into this computer, where the system lists
 * them: Linux' usblp has a device file for each, with what the printer says of itself beside it.
 */
#pragma once

#include <gio/gio.h>

/* Most that are listed. */
#define BH_USB_PRINTERS_MAX 16

/**
 * bh_usb_printers_list_async: on a worker.
 * @device_folder, @class_folder: (nullable): of the system: "/dev/usb", "/sys/class/usbmisc"
 */
void bh_usb_printers_list_async(const char *device_folder, const char *class_folder,
                                GAsyncReadyCallback callback, gpointer user_data);

/** bh_usb_printers_list_finish: Returns: (transfer full) (element-type BhFoundPrinter): may be
 * empty
 */
GPtrArray *bh_usb_printers_list_finish(GAsyncResult *result);
