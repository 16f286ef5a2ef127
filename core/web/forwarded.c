/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "forwarded.h"

#include <string.h>

/* Proxies in a row that are looked at. */
#define MAX_HOPS 16
/* "[", an IPv6 address with a scope, "]:65535". */
#define MAX_HOP_BYTES 80

/* @text: (length=length): `address`, `address4:port`, `[address6]` or `[address6]:port` */
static char *
read_hop(const char *text, gsize length)
{
  g_autofree char *hop = NULL;
  char *address, *colon;

  while (length > 0 && g_ascii_isspace(*text)) {
    text++;
    length--;
  }
  while (length > 0 && g_ascii_isspace(text[length - 1]))
    length--;
  if (length == 0 || length > MAX_HOP_BYTES)
    return NULL;
  address = hop = g_strndup(text, length);
  if (*address == '[') {
    char *end = strchr(++address, ']');

    if (end == NULL || (end[1] != '\0' && end[1] != ':'))
      return NULL;
    *end = '\0';
  } else if ((colon = strchr(address, ':')) != NULL && strchr(colon + 1, ':') == NULL) {
    *colon = '\0';
  }
  return bh_address_normalise(address);
}

char *
bh_forwarded_find_client(const char *header, const BhAddressSet *proxies)
{
  const char *end = header + strlen(header);
  g_autofree char *client = NULL;

  for (guint i = 0; i < MAX_HOPS; i++) {
    const char *comma = g_strrstr_len(header, end - header, ",");
    const char *start = comma != NULL ? comma + 1 : header;
    g_autofree char *hop = read_hop(start, (gsize)(end - start));

    if (hop == NULL)
      return NULL;
    g_free(client);
    client = g_steal_pointer(&hop);
    if (comma == NULL || !bh_address_set_contains(proxies, client))
      return g_steal_pointer(&client);
    end = comma;
  }
  return NULL;
}

/* Each proxy may have added its part of the way. */
static gboolean
is_all_https(const char *header)
{
  g_auto(GStrv) parts = g_strsplit(header, ",", MAX_HOPS);

  for (char **part = parts; *part != NULL; part++)
    if (g_ascii_strcasecmp(g_strstrip(*part), "https") != 0)
      return FALSE;
  return parts[0] != NULL;
}

BhRemote *
bh_forwarded_resolve(const BhRemote *direct, const BhForwarded *said, const BhAddressSet *proxies)
{
  BhRemote *remote = bh_remote_copy(direct);
  gboolean was_forwarded = said->client != NULL || said->protocol != NULL || said->others;
  g_autofree char *client = NULL;

  if (direct->local_socket)
    return remote;
  if (proxies == NULL || !bh_address_set_contains(proxies, direct->address)) {
    /* A tunnel or a proxy that nobody has named, on this computer or another. */
    remote->loopback = direct->loopback && !was_forwarded;
    remote->veiled = was_forwarded;
    return remote;
  }
  if (said->client != NULL)
    client = bh_forwarded_find_client(said->client, proxies);
  if (said->protocol != NULL)
    remote->secure = is_all_https(said->protocol);
  else if (was_forwarded)
    remote->secure = FALSE;
  remote->loopback = FALSE;
  remote->veiled = client == NULL;
  if (client != NULL) {
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(client);

    remote->loopback = address != NULL && g_inet_address_get_is_loopback(address);
    g_free(remote->address);
    remote->address = g_steal_pointer(&client);
  }
  return remote;
}
