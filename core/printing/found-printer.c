/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "found-printer.h"

#include <glib/gi18n.h>

#include "printer-roster.h"

BhFoundPrinter *
bh_found_printer_new(const char *label, const char *kind, char *address, const char *problem)
{
  BhFoundPrinter *printer = g_new0(BhFoundPrinter, 1);

  printer->label = bh_found_printer_clean_label(label);
  printer->kind = kind;
  printer->address = address;
  printer->problem = problem;
  return printer;
}

void
bh_found_printer_free(BhFoundPrinter *printer)
{
  g_free(printer->label);
  g_free(printer->address);
  g_free(printer);
}

char *
bh_found_printer_clean_label(const char *label)
{
  g_autofree char *valid = g_utf8_make_valid(label, -1);
  g_autoptr(GString) clean = g_string_new(NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
    gunichar letter = g_utf8_get_char(at);
    gboolean is_space = g_unichar_isspace(letter) || !g_unichar_isprint(letter);

    if (clean->len + 6 > BH_PRINTER_MAX_NAME_BYTES)
      break;
    if (!is_space)
      g_string_append_unichar(clean, letter);
    else if (clean->len > 0 && clean->str[clean->len - 1] != ' ')
      g_string_append_c(clean, ' ');
  }
  g_strchomp(clean->str);
  return *clean->str != '\0' ? g_strdup(clean->str) : g_strdup(_("Printer"));
}
