/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print-queue-private: what a test may hold in its own hands.
 */
#pragma once

#include "print-queue.h"
#include "printer.h"

/** bh_print_queue_set_timing: for the printers added from now on. */
void bh_print_queue_set_timing(BhPrintQueue *queue, const BhPrinterTiming *timing);
