/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "network-printers.h"

#include "found-printer.h"

#define RAW_TYPE "_pdl-datastream._tcp"

/* Raw printing, by custom. */
#define RAW_PORT 9100

/* A printer of the house answers within milliseconds. */
#define CONNECT_S 1

/* Connections that are tried; a house has a handful of printers. */
#define MAX_TRIED 32

static const char *const types[] = {RAW_TYPE, "_printer._tcp", "_ipp._tcp", NULL};

/* One address, under which a printer may tell several things. */
typedef struct {
  char *address;
  char *label;
  guint16 port; /* for raw bytes; 0: none known */
} Host;

/* What the task holds. */
typedef struct {
  GPtrArray *hosts; /* in the order they were found */
  guint n_trying;
} Look;

static void
host_free(gpointer data)
{
  Host *host = data;

  g_free(host->address);
  g_free(host->label);
  g_free(host);
}

static void
look_free(gpointer data)
{
  Look *look = data;

  g_ptr_array_unref(look->hosts);
  g_free(look);
}

static Host *
get_host(Look *look, const BhFoundService *service)
{
  Host *host;

  for (guint i = 0; i < look->hosts->len; i++) {
    host = look->hosts->pdata[i];
    if (g_str_equal(host->address, service->address))
      return host;
  }
  host = g_new0(Host, 1);
  host->address = g_strdup(service->address);
  host->label = g_strdup(service->name);
  g_ptr_array_add(look->hosts, host);
  return host;
}

static void
end_look(GTask *task)
{
  const Look *look = g_task_get_task_data(task);
  GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)bh_found_printer_free);

  for (guint i = 0; i < look->hosts->len; i++) {
    const Host *host = look->hosts->pdata[i];
    char *address =
        host->port != 0 ? g_strdup_printf("tcp://%s:%u", host->address, (guint)host->port) : NULL;

    g_ptr_array_add(found, bh_found_printer_new(host->label, "network", address,
                                                address != NULL ? NULL : "no-raw-port"));
  }
  g_task_return_pointer(task, found, (GDestroyNotify)g_ptr_array_unref);
}

/* --- those that do not say --- */

typedef struct {
  GTask *task;
  Host *host; /* the task's */
} Try;

static void
connect_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Try *try = user_data;
  g_autoptr(GTask) task = try->task;
  Look *look = g_task_get_task_data(task);
  g_autoptr(GSocketConnection) connection =
      g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(source), result, NULL);

  if (connection != NULL)
    try->host->port = RAW_PORT;
  if (--look->n_trying == 0)
    end_look(task);
}

static void
try_host(GTask *task, GSocketClient *client, Host *host)
{
  Look *look = g_task_get_task_data(task);
  Try *try = g_new0(Try, 1);

  *try = (Try){.task = g_object_ref(task), .host = host};
  look->n_trying++;
  g_socket_client_connect_to_host_async(client, host->address, RAW_PORT, NULL, connect_cb, try);
}

static void
try_others(GTask *task)
{
  Look *look = g_task_get_task_data(task);
  g_autoptr(GSocketClient) client = g_socket_client_new();

  g_socket_client_set_timeout(client, CONNECT_S);
  g_socket_client_set_enable_proxy(client, FALSE);
  for (guint i = 0; i < look->hosts->len && look->n_trying < MAX_TRIED; i++) {
    Host *host = look->hosts->pdata[i];

    if (host->port == 0)
      try_host(task, client, host);
  }
  if (look->n_trying == 0)
    end_look(task);
}

static void
browse_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Look *look = g_task_get_task_data(task);
  GError *error = NULL;
  g_autoptr(GPtrArray) services =
      bh_service_browser_browse_finish(BH_SERVICE_BROWSER(source), result, &error);

  if (services == NULL) {
    g_task_return_error(task, error);
    return;
  }
  for (guint i = 0; i < services->len; i++) {
    const BhFoundService *service = services->pdata[i];
    Host *host = get_host(look, service);

    if (!g_str_equal(service->type, RAW_TYPE) || service->port == 0)
      continue;
    host->port = service->port;
    g_free(host->label);
    host->label = g_strdup(service->name);
  }
  try_others(task);
}

void
bh_network_printers_find_async(BhServiceBrowser *browser, guint timeout_ms,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(browser, NULL, callback, user_data);
  Look *look = g_new0(Look, 1);

  look->hosts = g_ptr_array_new_with_free_func(host_free);
  g_task_set_task_data(task, look, look_free);
  bh_service_browser_browse_async(browser, types, timeout_ms, NULL, browse_cb, task);
}

GPtrArray *
bh_network_printers_find_finish(BhServiceBrowser *browser, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}
