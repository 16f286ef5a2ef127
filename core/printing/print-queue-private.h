/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print-queue-private: what the queue shares with its listing, and what a test may hold in its own
 * hands.
 */
#pragma once

#include "print-queue.h"
#include "printer.h"

/** bh_print_queue_set_timing: for the printers added from now on. */
void bh_print_queue_set_timing(BhPrintQueue *queue, const BhPrinterTiming *timing);

/** bh_print_queue_get_store: Returns: (transfer none) */
BhStore *bh_print_queue_get_store(BhPrintQueue *queue);

/**
 * bh_print_error_translate:
 * @error: (transfer full)
 *
 * The queue's callers know this room's errors only.
 *
 * Returns: (transfer full): a BH_PRINT_ERROR
 */
GError *bh_print_error_translate(GError *error);
