/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-headers.h"

#include <string.h>

/* Pages load nothing but from here, run no inline script, and talk to hubs and clouds, of which
 * some are first asked by HTTP whether they answer. */
#define CONTENT_POLICY                                                                             \
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "          \
  "font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; " \
  "frame-ancestors 'none'; connect-src 'self' ws: wss: http: https:"

/* Longest token looked at. */
#define MAX_TOKEN_BYTES 4096

/* RFC 1035 section 2.3.4, and a port. */
#define MAX_HOST_BYTES 262

/*
 * @host: `name`, `name:port`, `address:port` or `[address6]:port`
 * @port: (out): what follows the colon, or ""
 *
 * Returns: (transfer full) (nullable): lower case, without brackets and the root's dot; %NULL: it
 *   is none of these
 */
static char *
split_host(const char *host, const char **port)
{
  const char *end;
  char *name;

  if (host == NULL || strlen(host) > MAX_HOST_BYTES)
    return NULL;
  if (*host == '[') {
    end = strchr(++host, ']');
    if (end == NULL || (end[1] != '\0' && end[1] != ':'))
      return NULL;
    *port = end[1] == ':' ? end + 2 : "";
  } else {
    end = strchrnul(host, ':');
    *port = *end == ':' ? end + 1 : "";
  }
  if (strspn(*port, "0123456789") != strlen(*port))
    return NULL;
  name = g_ascii_strdown(host, end - host);
  if (g_str_has_suffix(name, "."))
    name[strlen(name) - 1] = '\0';
  return name;
}

static gboolean
is_loopback(const char *name)
{
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(name);

  return g_str_equal(name, "localhost") ||
         (address != NULL && g_inet_address_get_is_loopback(address));
}

gboolean
bh_web_headers_is_host_allowed(const char *host, GHashTable *names)
{
  const char *port;
  g_autofree char *name = split_host(host, &port);

  return name != NULL && (g_hostname_is_ip_address(name) || g_str_equal(name, "localhost") ||
                          g_hash_table_contains(names, name));
}

gboolean
bh_web_headers_is_origin_allowed(const char *origin, const char *host, GHashTable *names)
{
  g_autofree char *origin_name = NULL;
  g_autofree char *host_name = NULL;
  const char *origin_port, *host_port, *standard_port;

  if (origin == NULL)
    return TRUE;
  if (g_str_has_prefix(origin, "http://"))
    standard_port = "80";
  else if (g_str_has_prefix(origin, "https://"))
    standard_port = "443";
  else
    return FALSE;
  origin_name = split_host(strstr(origin, "://") + 3, &origin_port);
  host_name = split_host(host, &host_port);
  if (origin_name == NULL || host_name == NULL)
    return FALSE;
  if (g_hash_table_contains(names, origin_name))
    return TRUE;
  if (*origin_port == '\0')
    origin_port = standard_port;
  if (*host_port == '\0')
    host_port = standard_port;
  return g_str_equal(origin_port, host_port) &&
         (g_str_equal(origin_name, host_name) ||
          (is_loopback(origin_name) && is_loopback(host_name)));
}

void
bh_web_headers_secure(SoupMessageHeaders *headers)
{
  soup_message_headers_replace(headers, "Content-Security-Policy", CONTENT_POLICY);
  soup_message_headers_replace(headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace(headers, "Referrer-Policy", "no-referrer");
  soup_message_headers_replace(headers, "Cross-Origin-Resource-Policy", "same-origin");
}

const char *
bh_web_headers_find_bearer(const char *authorization)
{
  static const char scheme[] = "bearer ";
  const char *token;
  gsize length;

  if (authorization == NULL || g_ascii_strncasecmp(authorization, scheme, sizeof scheme - 1) != 0)
    return NULL;
  token = authorization + sizeof scheme - 1;
  token += strspn(token, " ");
  length = strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=");
  return length > 0 && length <= MAX_TOKEN_BYTES && token[length] == '\0' ? token : NULL;
}
