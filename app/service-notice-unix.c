/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "service-notice.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <unistd.h>

/* The id of the watchdog's source; 0: none. */
static guint watchdog_id;

/* '@': the abstract name space of Linux. */
static GSocketAddress *
make_address(const char *name)
{
  if (*name == '@')
    return g_unix_socket_address_new_with_type(name + 1, (gint)strlen(name + 1),
                                               G_UNIX_SOCKET_ADDRESS_ABSTRACT);
  return *name == '/' ? g_unix_socket_address_new(name) : NULL;
}

/* A manager that is gone, or busy, is no trouble of ours. */
static void
tell(const char *text)
{
  const char *name = g_getenv("NOTIFY_SOCKET");
  g_autoptr(GSocketAddress) address = name != NULL ? make_address(name) : NULL;
  g_autoptr(GSocket) socket = NULL;
  g_autoptr(GError) error = NULL;

  if (address == NULL)
    return;
  socket =
      g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
  if (socket != NULL)
    g_socket_set_blocking(socket, FALSE);
  if (socket == NULL || g_socket_send_to(socket, address, text, strlen(text), NULL, &error) < 0)
    g_info("Whoever started this program was not told: %s", error->message);
}

static gboolean
on_watchdog(gpointer user_data)
{
  tell("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

/* $WATCHDOG_PID: for whom it is, where that is said. */
static guint64
get_watchdog_us(void)
{
  const char *time = g_getenv("WATCHDOG_USEC");
  const char *pid = g_getenv("WATCHDOG_PID");

  if (time == NULL || (pid != NULL && g_ascii_strtoull(pid, NULL, 10) != (guint64)getpid()))
    return 0;
  return g_ascii_strtoull(time, NULL, 10);
}

void
bh_service_notice_ready(const char *words)
{
  g_autofree char *text = g_strdup_printf("READY=1\nSTATUS=%s", words);
  guint64 half_ms = get_watchdog_us() / 2000;

  g_strdelimit(text + strlen("READY=1\n"), "\n", ' ');
  tell(text);
  if (half_ms > 0 && half_ms <= G_MAXUINT && watchdog_id == 0) {
    watchdog_id = g_timeout_add((guint)half_ms, on_watchdog, NULL);
    g_source_set_name_by_id(watchdog_id, "bellhop-watchdog");
  }
}

void
bh_service_notice_stopping(void)
{
  g_clear_handle_id(&watchdog_id, g_source_remove);
  tell("STOPPING=1");
}
