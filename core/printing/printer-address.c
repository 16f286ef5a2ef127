/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "printer-address.h"

#include <glib/gi18n.h>
#include <string.h>

#include "print-queue.h"

/* Raw printing, by custom ("JetDirect"). */
#define DEFAULT_PORT 9100

/* CUPS: IPP_MAX_NAME is 256, a queue's name half of it. */
#define MAX_QUEUE_BYTES 127

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

static gboolean
parse_tcp(GUri *uri, BhPrinterAddress *out)
{
  int port = g_uri_get_port(uri);

  if (port == -1)
    port = DEFAULT_PORT;
  if (g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0' || !is_bare(uri) || port < 1 ||
      port > G_MAXUINT16)
    return FALSE;
  out->kind = BH_PRINTER_TCP;
  out->host = g_strdup(g_uri_get_host(uri));
  out->port = (guint16)port;
  return TRUE;
}

/* Where the system has printers, and nothing else. */
static gboolean
is_device(const char *path)
{
  static const char *const folders[] = {"/dev/usb/lp", "/dev/lp"};

  for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
    const char *number = g_str_has_prefix(path, folders[i]) ? path + strlen(folders[i]) : "";

    if (*number != '\0' && strlen(number) <= 3 && strspn(number, "0123456789") == strlen(number))
      return TRUE;
  }
  return FALSE;
}

static gboolean
parse_device(GUri *uri, BhPrinterAddress *out)
{
  if (g_uri_get_host(uri) != NULL || g_uri_get_fragment(uri) != NULL ||
      !is_device(g_uri_get_path(uri)))
    return FALSE;
  out->kind = BH_PRINTER_DEVICE;
  out->path = g_strdup(g_uri_get_path(uri));
  return TRUE;
}

/* As CUPS allows them. */
static gboolean
is_queue(const char *name)
{
  gsize length = strlen(name);

  for (const char *at = name; *at != '\0'; at++)
    if ((guchar)*at <= ' ' || strchr("/#?\x7f", *at) != NULL)
      return FALSE;
  return length >= 1 && length <= MAX_QUEUE_BYTES;
}

static gboolean
parse_queue(GUri *uri, BhPrinterAddress *out)
{
  if (g_uri_get_host(uri) != NULL || g_uri_get_fragment(uri) != NULL ||
      !is_queue(g_uri_get_path(uri)))
    return FALSE;
  out->kind = BH_PRINTER_CUPS;
  out->path = g_strdup(g_uri_get_path(uri));
  return TRUE;
}

static gboolean
parse_place(GUri *uri, BhPrinterAddress *out)
{
  if (g_str_equal(g_uri_get_scheme(uri), "tcp"))
    return parse_tcp(uri, out);
  if (g_str_equal(g_uri_get_scheme(uri), "cups"))
    return parse_queue(uri, out);
  return g_str_equal(g_uri_get_scheme(uri), "usb") && parse_device(uri, out);
}

gboolean
bh_printer_address_parse(const char *uri, BhPrinterAddress *out, GError **error)
{
  g_autoptr(GUri) parsed = NULL;

  *out = (BhPrinterAddress){.kind = BH_PRINTER_PAPER, .columns = WIDE_COLUMNS};
  if (g_str_equal(uri, "paper:"))
    return TRUE;

  parsed = g_uri_parse(uri, G_URI_FLAGS_NONE, NULL);
  if (parsed == NULL || !parse_place(parsed, out)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_ADDRESS,
                _("“%s” is no printer address: use tcp://HOST:9100, usb:/dev/usb/lp0, "
                  "cups:QUEUE, or paper: for the built-in printer"),
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
  return TRUE;
}

gboolean
bh_printer_address_equal(const BhPrinterAddress *a, const BhPrinterAddress *b)
{
  return a->kind == b->kind && a->port == b->port &&
         (a->host == NULL || g_ascii_strcasecmp(a->host, b->host) == 0) &&
         g_strcmp0(a->path, b->path) == 0;
}

void
bh_printer_address_clear(BhPrinterAddress *address)
{
  g_clear_pointer(&address->host, g_free);
  g_clear_pointer(&address->path, g_free);
}
