/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrinterAddress: where a printer is, from its URI.
 */
#pragma once

#include <glib.h>

typedef enum {
  BH_PRINTER_PAPER, /* the built-in one */
  BH_PRINTER_TCP,
  BH_PRINTER_DEVICE, /* a device file of this computer */
  BH_PRINTER_CUPS,   /* a queue of this computer's print service */
} BhPrinterKind;

typedef struct {
  BhPrinterKind kind;
  char *host; /* (nullable): of TCP; owned */
  char *path; /* (nullable): of a device; the name of a queue; owned */
  guint16 port;
  guint columns; /* of the paper in the standard font: 42 or 32 */
} BhPrinterAddress;

/**
 * bh_printer_address_parse:
 * @out: filled in; bh_printer_address_clear()
 *
 * Returns: %FALSE exactly when @error is set: BH_PRINT_ERROR_BAD_ADDRESS
 */
gboolean bh_printer_address_parse(const char *uri, BhPrinterAddress *out, GError **error);

/** bh_printer_address_equal: whether both lead to the same printer, whatever its paper. */
gboolean bh_printer_address_equal(const BhPrinterAddress *a, const BhPrinterAddress *b);

void bh_printer_address_clear(BhPrinterAddress *address);
