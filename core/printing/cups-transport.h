/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhCupsTransport: a queue of this computer's print service. One write is one job, and says once
 * the service has it; nothing ever comes back from the printer.
 */
#pragma once

#include "cups-service.h"
#include "print-transport.h"

#define BH_TYPE_CUPS_TRANSPORT (bh_cups_transport_get_type())
G_DECLARE_FINAL_TYPE(BhCupsTransport, bh_cups_transport, BH, CUPS_TRANSPORT, GObject)

/** bh_cups_transport_new: Returns: (transfer full) */
BhPrintTransport *bh_cups_transport_new(const char *queue);
