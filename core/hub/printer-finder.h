/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrinterFinder: which printers there are to be added: those that tell the network about
 * themselves, and those of this computer. One look at a time, which whoever asks meanwhile shares;
 * its outcome serves for BH_PRINTER_FINDER_FRESH_MS. Main context only.
 */
#pragma once

#include "print-queue.h"
#include "service-browser.h"

#define BH_TYPE_PRINTER_FINDER (bh_printer_finder_get_type())
G_DECLARE_FINAL_TYPE(BhPrinterFinder, bh_printer_finder, BH, PRINTER_FINDER, GObject)

#define BH_PRINTER_FINDER_FRESH_MS 5000

/* A look takes no longer. */
#define BH_PRINTER_FINDER_LOOK_MS 3000

/**
 * bh_printer_finder_new:
 * @queue: referenced
 * @browser: (nullable): referenced; %NULL: the network is not looked at
 */
BhPrinterFinder *bh_printer_finder_new(BhPrintQueue *queue, BhServiceBrowser *browser);

void bh_printer_finder_find_async(BhPrinterFinder *finder, GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * bh_printer_finder_find_finish:
 *
 * Returns: (transfer full): {printers: [{label: a name for it, kind: "network", "usb" or "cups",
 *   address: to add it with, or null where it takes no receipts, problem: why not: "no-raw-port",
 *   "no-raw-queue", "no-permission", or null, added: the name of the printer that it is already, or
 * null}], network: "searched", "no-service" or "off"}; those that can be added come first
 */
json_t *bh_printer_finder_find_finish(BhPrinterFinder *finder, GAsyncResult *result);
