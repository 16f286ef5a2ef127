/* SPDX-License-Identifier: Apache-2.0 */
/*
 * printer-status: what a receipt printer sends back, from bytes in any split. Pure.
 *
 * Three kinds of answer share the line, told apart by fixed bits (Epson, "TM printer status" and
 * the ESC/POS command reference): real-time status (DLE EOT n) is a byte 0xx1xx10; automatic status
 * (GS a) four bytes of which the first is 0xx1xx00 and the others have bits 4 and 7 clear; blocks
 * (GS ( H function 48 and others) begin with 37h or 5Fh and end with NUL. Everything else is
 * skipped: a printer may send anything.
 */
#pragma once

#include <glib.h>

/* Letters of the id in GS ( H function 48. */
#define BH_PRINTER_STATUS_ID_LENGTH 4

/* Most answers to DLE EOT that may be outstanding; what is asked beyond is not attributed. */
#define BH_PRINTER_STATUS_MAX_ASKED 16

/* The longest block that is kept; ours has seven bytes. */
#define BH_PRINTER_STATUS_MAX_BLOCK 80

typedef struct {
  gboolean is_heard;     /* anything that makes sense came */
  gboolean has_answered; /* DLE EOT */
  gboolean is_offline;
  gboolean is_cover_open;
  gboolean is_paper_out;   /* by its sensor */
  gboolean is_paper_ended; /* it stopped for want of paper */
  gboolean is_paper_low;
  gboolean has_error; /* cutter, or one that only a service can mend */

  /* Of the last confirmation; empty before. */
  char confirmed[BH_PRINTER_STATUS_ID_LENGTH + 1];

  /* Private */
  guint8 asked[BH_PRINTER_STATUS_MAX_ASKED];
  guint n_asked;
  guint8 block[BH_PRINTER_STATUS_MAX_BLOCK];
  guint n_block;
} BhPrinterStatus;

/** bh_printer_status_init: a new connection: nothing asked, nothing heard. */
void bh_printer_status_init(BhPrinterStatus *status);

/** bh_printer_status_expect: DLE EOT @n (1 to 4) was sent; its answers come in the order asked. */
void bh_printer_status_expect(BhPrinterStatus *status, guint8 n);

/** bh_printer_status_is_waiting: Returns: %TRUE while an answer to DLE EOT is outstanding */
gboolean bh_printer_status_is_waiting(const BhPrinterStatus *status);

/** bh_printer_status_feed: */
void bh_printer_status_feed(BhPrinterStatus *status, const guint8 *bytes, gsize length);

/**
 * bh_printer_status_get_trouble:
 *
 * Returns: (transfer none) (nullable): static: why it cannot print now, the most telling cause
 *   first: `cover-open`, `paper-out`, `printer-error`, `offline`; %NULL when it can, or said
 * nothing
 */
const char *bh_printer_status_get_trouble(const BhPrinterStatus *status);
