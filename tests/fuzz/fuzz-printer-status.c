/* SPDX-License-Identifier: Apache-2.0 */
#include "printer-status.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was learned; how the bytes were split must not matter. */
static void
learn(BhPrinterStatus *status, const uint8_t *data, size_t size, size_t piece)
{
  bh_printer_status_init(status);
  for (guint8 n = 1; n <= 4; n++)
    bh_printer_status_expect(status, n);
  for (size_t i = 0; i < size; i += piece)
    bh_printer_status_feed(status, data + i, MIN(piece, size - i));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  BhPrinterStatus whole, pieces;

  learn(&whole, data, size, size > 0 ? size : 1);
  learn(&pieces, data, size, size > 0 ? 1 + data[0] % 7 : 1);
  g_assert_cmpstr(whole.confirmed, ==, pieces.confirmed);
  g_assert_cmpstr(bh_printer_status_get_trouble(&whole), ==,
                  bh_printer_status_get_trouble(&pieces));
  g_assert_cmpuint(whole.n_asked, ==, pieces.n_asked);
  g_assert_cmpuint(whole.n_block, <=, BH_PRINTER_STATUS_MAX_BLOCK);
  g_assert_true(strlen(whole.confirmed) == 0 ||
                strlen(whole.confirmed) == BH_PRINTER_STATUS_ID_LENGTH);
  return 0;
}
