/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-link"

#include "server-address.h"

#include <gio/gio.h>
#include <string.h>

/* RFC 6762, 6761, 8375, and what ICANN keeps free for networks of one's own. */
static const char *const local_suffixes[] = {".local", ".localhost", ".lan", ".internal",
                                             ".home.arpa"};

/* RFC 1122, 1918, 3927; 4291, 4193. */
static gboolean
is_local_address(GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes(address);

  if (g_inet_address_get_is_loopback(address) || g_inet_address_get_is_link_local(address))
    return TRUE;
  if (g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6)
    return (bytes[0] & 0xfe) == 0xfc;
  return bytes[0] == 10 || (bytes[0] == 192 && bytes[1] == 168) ||
         (bytes[0] == 172 && (bytes[1] & 0xf0) == 16);
}

static gboolean
is_local_name(const char *name)
{
  if (strchr(name, '.') == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS(local_suffixes); i++)
    if (g_str_has_suffix(name, local_suffixes[i]))
      return TRUE;
  return FALSE;
}

/* Returns: (transfer full) (nullable): in small letters, without the dot of the root */
static char *
find_host(const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
  char *host;

  if (uri == NULL || g_uri_get_host(uri) == NULL || *g_uri_get_host(uri) == '\0')
    return NULL;
  host = g_ascii_strdown(g_uri_get_host(uri), -1);
  if (g_str_has_suffix(host, "."))
    host[strlen(host) - 1] = '\0';
  return host;
}

gboolean
bh_server_address_is_local(const char *url)
{
  g_autofree char *host = find_host(url);
  g_autoptr(GInetAddress) address = host != NULL ? g_inet_address_new_from_string(host) : NULL;

  if (host == NULL)
    return FALSE;
  return address != NULL ? is_local_address(address) : is_local_name(host);
}

gboolean
bh_server_address_is_literal(const char *url)
{
  g_autofree char *host = find_host(url);
  g_autoptr(GInetAddress) address = host != NULL ? g_inet_address_new_from_string(host) : NULL;

  return address != NULL;
}

static gboolean
is_secure(const char *url)
{
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL && g_str_equal(g_uri_get_scheme(uri), "wss");
}

gboolean
bh_server_address_is_cloud(const char *url)
{
  return is_secure(url) && !bh_server_address_is_local(url) && !bh_server_address_is_literal(url);
}
