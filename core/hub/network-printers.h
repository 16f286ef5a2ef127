/* SPDX-License-Identifier: Apache-2.0 */
/*
 * network-printers: printers that tell the network about themselves. One that takes raw bytes says
 * so (_pdl-datastream._tcp); one that only says that it prints (_ipp._tcp, _printer._tcp) is asked
 * for a connection to the port that receipt printers have by custom, and nothing is sent to it.
 */
#pragma once

#include "service-browser.h"

/**
 * bh_network_printers_find_async:
 * @timeout_ms: for the look; the connections take a second more
 */
void bh_network_printers_find_async(BhServiceBrowser *browser, guint timeout_ms,
                                    GAsyncReadyCallback callback, gpointer user_data);

/** bh_network_printers_find_finish: Returns: (transfer full) (nullable) (element-type
 * BhFoundPrinter): each address once; %NULL exactly when @error is set: as of the browser */
GPtrArray *bh_network_printers_find_finish(BhServiceBrowser *browser, GAsyncResult *result,
                                           GError **error);
