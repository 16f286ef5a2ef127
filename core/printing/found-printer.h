/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhFoundPrinter: a printer that was found, and may be added.
 */
#pragma once

#include <glib.h>

typedef struct {
  char *label;         /* what it calls itself, fit to be a printer's label */
  const char *kind;    /* static: "network", "usb", "cups" */
  char *address;       /* (nullable): as bh_print_queue_add_printer() takes it; %NULL: takes no
                          receipts */
  const char *problem; /* (nullable) (static): why it cannot be used: "no-raw-port",
                          "no-raw-queue", "no-permission" */
} BhFoundPrinter;

/**
 * bh_found_printer_new:
 * @label: foreign words
 * @address: (transfer full) (nullable)
 */
BhFoundPrinter *bh_found_printer_new(const char *label, const char *kind, char *address,
                                     const char *problem);
void bh_found_printer_free(BhFoundPrinter *printer);

/** bh_found_printer_clean_label: Returns: (transfer full): one printable line of at most 64 bytes,
 * not empty */
char *bh_found_printer_clean_label(const char *label);
