/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-port.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

/* A crowd's reconnection after a power cut; the kernel may cap it (net.core.somaxconn). */
#define BACKLOG 1024
/* Connections taken in one turn of the main loop. */
#define MAX_ACCEPTS 64
/* How long nothing is accepted where the system has no descriptor left. */
#define ACCEPT_PAUSE_MS 200
/* sun_path with its NUL, on the systems where it is shortest (macOS); GLib would cut it unseen. */
#define MAX_PATH_BYTES 104

struct _BhWebPort {
  BhWebPortFunc func;
  gpointer user_data;
  GSocket *socket;
  GSource *source; /* NULL while paused */
  guint pause_id;
  char *path; /* (nullable): of a Unix-domain socket */
};

static void start_accepting(BhWebPort *port);

static gboolean
on_pause_over(gpointer user_data)
{
  BhWebPort *port = user_data;

  port->pause_id = 0;
  start_accepting(port);
  return G_SOURCE_REMOVE;
}

static gboolean
on_incoming(GSocket *socket, GIOCondition condition, gpointer user_data)
{
  BhWebPort *port = user_data;

  for (guint n = 0; n < MAX_ACCEPTS; n++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) incoming = g_socket_accept(socket, NULL, &error);

    if (incoming != NULL) {
      g_socket_set_blocking(incoming, FALSE);
      port->func(port, incoming, port->user_data);
    } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      break;
    } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES)) {
      /* It would be ready again at once: let others end first. */
      g_clear_pointer(&port->source, g_source_unref);
      port->pause_id = g_timeout_add(ACCEPT_PAUSE_MS, on_pause_over, port);
      return G_SOURCE_REMOVE;
    }
  }
  return G_SOURCE_CONTINUE;
}

static void
start_accepting(BhWebPort *port)
{
  g_autoptr(GSource) source = g_socket_create_source(port->socket, G_IO_IN, NULL);

  g_source_set_callback(source, G_SOURCE_FUNC(on_incoming), port, NULL);
  g_source_attach(source, g_main_context_get_thread_default());
  port->source = g_steal_pointer(&source);
}

/* One descriptor a WebSocket: the usual soft limit is 1,024. */
static void
raise_descriptor_limit(void)
{
  struct rlimit limit;

  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

/* @socket: (transfer full): listens */
static BhWebPort *
make_port(GSocket *socket, BhWebPortFunc func, gpointer user_data)
{
  BhWebPort *port = g_new0(BhWebPort, 1);

  raise_descriptor_limit();
  port->func = func;
  port->user_data = user_data;
  port->socket = socket;
  start_accepting(port);
  return port;
}

static BhWebPort *
explain(GError **error, const GError *cause, const char *address, guint16 port)
{
  if (g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    g_set_error(error, BH_WEB_ERROR, BH_WEB_ERROR_PORT_IN_USE,
                "Port %u at %s is in use by another program: probably another Bellhop, or another "
                "web server. End that one, or choose another port with --port.",
                port, address);
  else
    g_set_error(error, BH_WEB_ERROR, BH_WEB_ERROR_FAILED, "Cannot listen at %s, port %u: %s",
                address, port, cause->message);
  return NULL;
}

BhWebPort *
bh_web_port_new_tcp(const char *address, guint16 port, BhWebPortFunc func, gpointer user_data,
                    GError **error)
{
  g_autoptr(GSocketAddress) at = g_inet_socket_address_new_from_string(address, port);
  g_autoptr(GError) cause = NULL;
  g_autoptr(GSocket) socket = NULL;

  if (at == NULL) {
    g_set_error(error, BH_WEB_ERROR, BH_WEB_ERROR_ADDRESS, "“%s” is not an IP address", address);
    return NULL;
  }
  socket = g_socket_new(g_socket_address_get_family(at), G_SOCKET_TYPE_STREAM,
                        G_SOCKET_PROTOCOL_TCP, &cause);
  if (socket == NULL)
    return explain(error, cause, address, port);
  g_socket_set_blocking(socket, FALSE);
  g_socket_set_listen_backlog(socket, BACKLOG);
  /* TRUE sets SO_REUSEADDR: a port just left can be taken again. */
  if (!g_socket_bind(socket, at, TRUE, &cause) || !g_socket_listen(socket, &cause))
    return explain(error, cause, address, port);
  return make_port(g_steal_pointer(&socket), func, user_data);
}

static BhWebPort *
refuse(GError **error, BhWebError code, const char *path, const char *why)
{
  g_set_error(error, BH_WEB_ERROR, code, "Cannot listen at %s: %s", path, why);
  return NULL;
}

/* Whether somebody listens there: then it is not ours to take away. */
static gboolean
is_answered(const char *path)
{
  g_autoptr(GSocketAddress) at = g_unix_socket_address_new(path);
  g_autoptr(GSocket) socket =
      g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr(GError) error = NULL;

  if (socket == NULL)
    return FALSE;
  g_socket_set_blocking(socket, FALSE); /* a full backlog is an answer too */
  return g_socket_connect(socket, at, NULL, &error) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PENDING);
}

/* What stands at @path may be the socket of a hub that is gone, and nothing else. */
static gboolean
may_replace(const char *path, GError **error)
{
  GStatBuf info;

  if (g_lstat(path, &info) != 0)
    return TRUE;
#ifdef S_ISSOCK
  if (!S_ISSOCK(info.st_mode)) {
    refuse(error, BH_WEB_ERROR_ADDRESS, path, "there is a file of that name");
    return FALSE;
  }
#endif
  if (is_answered(path)) {
    refuse(error, BH_WEB_ERROR_PORT_IN_USE, path, "another Bellhop listens there");
    return FALSE;
  }
  return TRUE;
}

/* Listens at @inner, which nobody else can reach, and only then lets it be found at @path. */
static GSocket *
listen_inside(const char *inner, const char *path, GError **error)
{
  g_autoptr(GSocketAddress) at = g_unix_socket_address_new(inner);
  g_autoptr(GSocket) socket = NULL;

  socket =
      g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_blocking(socket, FALSE);
  g_socket_set_listen_backlog(socket, BACKLOG);
  if (!g_socket_bind(socket, at, FALSE, error))
    return NULL;
  if (g_chmod(inner, 0600) != 0 || !g_socket_listen(socket, error) || g_rename(inner, path) != 0) {
    if (error != NULL && *error == NULL)
      g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(errno), g_strerror(errno));
    g_remove(inner);
    return NULL;
  }
  return g_steal_pointer(&socket);
}

BhWebPort *
bh_web_port_new_unix(const char *path, BhWebPortFunc func, gpointer user_data, GError **error)
{
  g_autofree char *parent = g_path_get_dirname(path);
  g_autofree char *folder = g_build_filename(parent, ".XXXXXX", NULL);
  g_autofree char *inner = NULL;
  g_autoptr(GError) cause = NULL;
  g_autoptr(GSocket) socket = NULL;
  BhWebPort *port;

  if (!may_replace(path, error))
    return NULL;
  if (g_mkdtemp_full(folder, 0700) == NULL)
    return refuse(error, BH_WEB_ERROR_FAILED, path, g_strerror(errno));
  inner = g_build_filename(folder, "s", NULL);
  if (MAX(strlen(path), strlen(inner)) < MAX_PATH_BYTES)
    socket = listen_inside(inner, path, &cause);
  else
    g_set_error_literal(&cause, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG, "its path is too long");
  g_rmdir(folder);
  if (socket == NULL)
    return refuse(error, BH_WEB_ERROR_FAILED, path, cause->message);
  port = make_port(g_steal_pointer(&socket), func, user_data);
  port->path = g_strdup(path);
  return port;
}

void
bh_web_port_free(BhWebPort *port)
{
  g_clear_handle_id(&port->pause_id, g_source_remove);
  if (port->source != NULL) {
    g_source_destroy(port->source);
    g_source_unref(port->source);
  }
  if (port->path != NULL)
    g_remove(port->path);
  g_socket_close(port->socket, NULL);
  g_object_unref(port->socket);
  g_free(port->path);
  g_free(port);
}

guint16
bh_web_port_get_number(const BhWebPort *port)
{
  g_autoptr(GSocketAddress) address = g_socket_get_local_address(port->socket, NULL);

  return G_IS_INET_SOCKET_ADDRESS(address)
             ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address))
             : 0;
}
