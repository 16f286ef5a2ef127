/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCupsService: the print service of this computer, by IPP on its own socket: its queues, and raw
 * bytes for one of them. $CUPS_SERVER (a socket's path, or HOST[:PORT]) says where else it is.
 * Nothing is linked and nothing blocks; a computer without CUPS has no queues. Main context only.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_CUPS_SERVICE (bh_cups_service_get_type())
G_DECLARE_FINAL_TYPE(BhCupsService, bh_cups_service, BH, CUPS_SERVICE, GObject)

/* Queues that are listed. */
#define BH_CUPS_SERVICE_MAX 64

BhCupsService *bh_cups_service_new(void);

/** bh_cups_service_list_async: within some seconds. */
void bh_cups_service_list_async(BhCupsService *service, GAsyncReadyCallback callback,
                                gpointer user_data);

/** bh_cups_service_list_finish: Returns: (transfer full) (nullable) (element-type BhFoundPrinter):
 * %NULL exactly when @error is set: there is no such service, or it does not answer */
GPtrArray *bh_cups_service_list_finish(BhCupsService *service, GAsyncResult *result,
                                       GError **error);

/** bh_cups_service_check_async: does the queue take jobs and print them at the moment? */
void bh_cups_service_check_async(BhCupsService *service, const char *queue,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean bh_cups_service_check_finish(BhCupsService *service, GAsyncResult *result, GError **error);

/** bh_cups_service_print_async: hands @bytes over as they are, as one job. */
void bh_cups_service_print_async(BhCupsService *service, const char *queue, GBytes *bytes,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data);

/**
 * bh_cups_service_print_finish:
 * @may_have: (out): with @error: whether the service may have the job all the same
 *
 * Returns: %TRUE: it has the job and prints it by itself; %FALSE exactly when @error is set
 */
gboolean bh_cups_service_print_finish(BhCupsService *service, GAsyncResult *result,
                                      gboolean *may_have, GError **error);
