/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "pairing-sheet.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "qr-code.h"
#include "terminal.h"

static void
draw(const char *link)
{
  g_autoptr(BhQrCode) code = bh_qr_code_new(link, BH_QR_USE_SCREEN);
  g_autofree char *blocks = NULL;

  if (code == NULL)
    return;
  blocks = bh_qr_code_to_blocks(code, bh_terminal_has_colours());
  /* Not by g_print(), which leaves of the blocks only what the locale's character set has: a
   * terminal shows UTF-8 also where the locale says nothing. */
  fputs(blocks, stdout);
  fputc('\n', stdout);
}

void
bh_pairing_sheet_print(const char *link, const char *name_link, const char *local_link)
{
  draw(link);
  g_print(_("Scan this with the device's camera, or open on it:\n  %s\n"), link);
  if (name_link != NULL)
    g_print(_("If that address does not answer:\n  %s\n"), name_link);
  if (local_link != NULL)
    g_print(_("In a browser on this computer:\n  %s\n"), local_link);
  fflush(stdout);
}
