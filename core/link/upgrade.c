/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-link"

#include "upgrade.h"

#include <string.h>

/* RFC 6455 section 1.3. */
#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

char *
bh_upgrade_make_request(GUri *uri, const char *key)
{
  const char *host = g_uri_get_host(uri);
  const char *path = g_uri_get_path(uri);
  const char *query = g_uri_get_query(uri);
  gboolean is_v6 = strchr(host, ':') != NULL;
  g_autofree char *port =
      g_uri_get_port(uri) > 0 ? g_strdup_printf(":%d", g_uri_get_port(uri)) : g_strdup("");

  return g_strdup_printf("GET %s%s%s HTTP/1.1\r\nHost: %s%s%s%s\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
                         "Sec-WebSocket-Version: 13\r\n\r\n",
                         *path != '\0' ? path : "/", query != NULL ? "?" : "",
                         query != NULL ? query : "", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port,
                         key);
}

static char *
make_accept(const char *key)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update(sum, (const guchar *)key, -1);
  g_checksum_update(sum, (const guchar *)GUID, -1);
  g_checksum_get_digest(sum, digest, &length);
  return g_base64_encode(digest, length);
}

/* Returns: (nullable): the value, where @line is that header's */
static const char *
get_value(const char *line, const char *name)
{
  gsize length = strlen(name);

  if (g_ascii_strncasecmp(line, name, length) != 0 || line[length] != ':')
    return NULL;
  line += length + 1;
  while (*line == ' ' || *line == '\t')
    line++;
  return line;
}

static gboolean
has_accepted(char **lines, const char *key)
{
  g_autofree char *accept = make_accept(key);
  gboolean upgrade = FALSE, accepted = FALSE;

  if (!g_str_has_prefix(lines[0], "HTTP/1.1 101 ") && !g_str_equal(lines[0], "HTTP/1.1 101"))
    return FALSE;
  for (guint i = 1; lines[i] != NULL; i++) {
    const char *value = get_value(lines[i], "Upgrade");

    g_strchomp(lines[i]);
    upgrade |= value != NULL && g_ascii_strcasecmp(value, "websocket") == 0;
    value = get_value(lines[i], "Sec-WebSocket-Accept");
    accepted |= value != NULL && g_str_equal(value, accept);
    /* None was asked for (section 4.1). */
    if (get_value(lines[i], "Sec-WebSocket-Extensions") != NULL ||
        get_value(lines[i], "Sec-WebSocket-Protocol") != NULL)
      return FALSE;
  }
  return upgrade && accepted;
}

BhUpgrade
bh_upgrade_read(const char *text, gsize length, const char *key, gsize *used)
{
  gsize looked = MIN(length, BH_UPGRADE_MAX_BYTES);
  const char *end = g_strstr_len(text, (gssize)looked, "\r\n\r\n");
  g_autofree char *head = NULL;
  g_auto(GStrv) lines = NULL;

  if (end == NULL)
    return looked < BH_UPGRADE_MAX_BYTES && memchr(text, '\0', looked) == NULL ? BH_UPGRADE_PART
                                                                               : BH_UPGRADE_BAD;
  head = g_strndup(text, (gsize)(end - text));
  lines = g_strsplit(head, "\r\n", -1);
  *used = (gsize)(end - text) + 4;
  return lines[0] != NULL && has_accepted(lines, key) ? BH_UPGRADE_DONE : BH_UPGRADE_BAD;
}
