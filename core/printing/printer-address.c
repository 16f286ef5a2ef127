/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-address.h"

#include <glib/gi18n.h>

#include "print-queue.h"

/* Raw printing, by custom ("JetDirect"). */
#define DEFAULT_PORT 9100

/* Paper 80 mm and 58 mm wide. */
#define WIDE_COLUMNS   42
#define NARROW_COLUMNS 32

static gboolean
is_bare(GUri *uri)
{
  const char *path = g_uri_get_path(uri);

  return (*path == '\0' || g_str_equal(path, "/")) && g_uri_get_fragment(uri) == NULL &&
         g_uri_get_userinfo(uri) == NULL;
}

/* "columns=42" or "columns=32"; FALSE: something else. */
static gboolean
parse_query(const char *query, guint *columns)
{
  *columns = WIDE_COLUMNS;
  if (g_strcmp0(query, "columns=32") == 0)
    *columns = NARROW_COLUMNS;
  else if (query != NULL && !g_str_equal(query, "columns=42"))
    return FALSE;
  return TRUE;
}

gboolean
bh_printer_address_parse(const char *uri, BhPrinterAddress *out, GError **error)
{
  g_autoptr(GUri) parsed = NULL;
  int port;

  *out = (BhPrinterAddress){.kind = BH_PRINTER_PAPER, .columns = WIDE_COLUMNS};
  if (g_str_equal(uri, "paper:"))
    return TRUE;

  parsed = g_uri_parse(uri, G_URI_FLAGS_NONE, NULL);
  port = parsed != NULL ? g_uri_get_port(parsed) : 0;
  if (port == -1)
    port = DEFAULT_PORT;
  if (parsed == NULL || !g_str_equal(g_uri_get_scheme(parsed), "tcp") ||
      g_uri_get_host(parsed) == NULL || *g_uri_get_host(parsed) == '\0' || !is_bare(parsed) ||
      port < 1 || port > G_MAXUINT16) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_ADDRESS,
                _("“%s” is no printer address: use tcp://HOST:9100, or paper: for the built-in "
                  "printer"),
                uri);
    return FALSE;
  }
  if (!parse_query(g_uri_get_query(parsed), &out->columns)) {
    g_set_error(
        error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_ADDRESS,
        _("“%s”: after the “?” only columns=42 (80 mm paper) or columns=32 (58 mm paper) is "
          "understood"),
        uri);
    return FALSE;
  }
  out->kind = BH_PRINTER_TCP;
  out->host = g_strdup(g_uri_get_host(parsed));
  out->port = (guint16)port;
  return TRUE;
}

gboolean
bh_printer_address_equal(const BhPrinterAddress *a, const BhPrinterAddress *b)
{
  return a->kind == b->kind && a->port == b->port &&
         (a->host == NULL || g_ascii_strcasecmp(a->host, b->host) == 0);
}

void
bh_printer_address_clear(BhPrinterAddress *address)
{
  g_clear_pointer(&address->host, g_free);
}
