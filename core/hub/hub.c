/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "hub.h"

#include <glib/gi18n.h>
#include <string.h>

#include "http-api.h"
#include "id.h"
#include "schema.h"

/* The printer that is always there: it keeps what it printed for the page /paper. */
#define BUILT_IN_PRINTER "paper"

struct _BhHub {
  GObject parent_instance;

  BhSettings *settings;
  char *id; /* of this hub; made at the first start, kept in the store */
  gboolean stopped;

  BhStore *store;
  BhCertificate *certificate;
  BhPrintQueue *queue;
  BhSignalingServer *signaling;
  BhEndpoint *endpoint;
  BhRouter *router;
  BhPrintDesk *desk;
  BhWebServer *web;
  BhHttpApi api;
};

G_DEFINE_FINAL_TYPE(BhHub, bh_hub, G_TYPE_OBJECT)

/* --- messages --- */

static void
on_ping(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
        gpointer user_data)
{
  g_autoptr(json_t) answer =
      json_pack("{s:s, s:O*}", "type", "pong", "ref", json_object_get(message, "id"));

  bh_member_send(member, channel, answer);
}

static void
on_endpoint_message(BhEndpoint *endpoint, BhMember *member, BhPath path, BhDataChannel *channel,
                    json_t *message, BhHub *self)
{
  if (self->router != NULL)
    bh_router_dispatch(self->router, member, path, channel, message);
}

/* --- assembly --- */

static gboolean
add_printers(BhHub *self, GError **error)
{
  gboolean has_built_in = FALSE;

  for (guint i = 0; i < self->settings->printers->len; i++) {
    BhPrinterSetting *printer = self->settings->printers->pdata[i];

    if (!bh_print_queue_add_printer(self->queue, printer->name, printer->uri, error))
      return FALSE;
    has_built_in |= g_str_equal(printer->name, BUILT_IN_PRINTER);
  }
  return has_built_in || bh_print_queue_add_printer(self->queue, BUILT_IN_PRINTER, "paper:", error);
}

static void
make_signaling(BhHub *self)
{
  const BhSettings *settings = self->settings;
  g_autofree char *peer_id = g_strdup_printf("hub-%.8s", self->id + strlen(self->id) - 8);
  BhSignalingConfig signaling = {
      .tenant_id = settings->open ? NULL : settings->tenant_id,
      .open = settings->open,
      .id = self->id,
      .name = g_get_host_name(),
      .version = BH_VERSION,
  };
  BhEndpointConfig endpoint = {
      .peer_id = peer_id,
      .loopback = bh_settings_is_loopback(settings),
      .port_min = settings->ice_port_min,
      .port_max = settings->ice_port_max,
      .offer_me = settings->open,
  };

  self->signaling = bh_signaling_server_new(&signaling, &settings->limits);
  self->endpoint =
      bh_endpoint_new(self->signaling, self->certificate, &endpoint, &settings->limits);
  g_signal_connect_object(self->endpoint, "message", G_CALLBACK(on_endpoint_message), self, 0);
}

static gboolean
open_doors(BhHub *self, GError **error)
{
  const BhSettings *settings = self->settings;
  g_autoptr(GError) problem = NULL;

  if (bh_web_server_listen(self->web, settings->listen_address, settings->port, &problem))
    return TRUE;
  /* A newcomer who chose no port needs none in particular. */
  if (!settings->port_chosen && g_error_matches(problem, BH_WEB_ERROR, BH_WEB_ERROR_PORT_IN_USE)) {
    g_message(_("Port %u is taken by another program; another one is used."), settings->port);
    return bh_web_server_listen(self->web, settings->listen_address, 0, error);
  }
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

static gboolean
make_web(BhHub *self, GError **error)
{
  self->router = bh_router_new();
  bh_router_add(self->router, "ping", BH_ACTION_PING, on_ping, self);
  self->desk = bh_print_desk_new(self->queue, self->router);
  self->web = bh_web_server_new(self->signaling, &self->settings->limits);
  self->api = (BhHttpApi){
      .hub_id = self->id,
      .tenant_id = self->settings->tenant_id,
      .started_us = g_get_monotonic_time(),
      .open = self->settings->open,
      .signaling = self->signaling,
      .endpoint = self->endpoint,
      .queue = self->queue,
      .desk = self->desk,
  };
  bh_http_api_mount(&self->api, self->web);
  return open_doors(self, error);
}

/* --- start: the hub's id, then the queue, then the doors --- */

static gboolean
load_id(sqlite3 *db, gpointer data, GError **error)
{
  char **id = data;
  sqlite3_stmt *statement = NULL;
  g_autofree char *fresh = bh_id_new(g_get_real_time() / 1000);
  gboolean done = FALSE;

  g_clear_pointer(id, g_free);
  if (sqlite3_prepare_v2(db, "INSERT OR IGNORE INTO hub_value (name, value) VALUES ('id', ?1)", -1,
                         &statement, NULL) == SQLITE_OK) {
    sqlite3_bind_text(statement, 1, fresh, -1, SQLITE_STATIC);
    done = bh_store_step(db, statement, error);
    sqlite3_finalize(statement);
    if (!done)
      return FALSE;
  }
  if (sqlite3_prepare_v2(db, "SELECT value FROM hub_value WHERE name = 'id'", -1, &statement,
                         NULL) == SQLITE_OK) {
    if (sqlite3_step(statement) == SQLITE_ROW)
      *id = g_strdup((const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
  }
  if (*id == NULL)
    bh_store_set_error(error, db);
  return *id != NULL;
}

static void
id_holder_free(gpointer data)
{
  char **id = data;

  g_free(*id);
  g_free(id);
}

static void
queue_start_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHub *self = g_task_get_source_object(task);
  GError *error = NULL;

  if (!bh_print_queue_start_finish(BH_PRINT_QUEUE(source), result, &error))
    g_task_return_error(task, error);
  else if (self->stopped)
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The hub was stopped."));
  else {
    make_signaling(self);
    if (make_web(self, &error))
      g_task_return_boolean(task, TRUE);
    else
      g_task_return_error(task, error);
  }
}

static void
load_id_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHub *self = g_task_get_source_object(task);
  char **id = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error) || self->stopped) {
    if (error == NULL)
      error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CLOSED, _("The hub was stopped."));
    g_task_return_error(task, error);
    return;
  }
  self->id = g_steal_pointer(id);
  bh_print_queue_start_async(self->queue, queue_start_cb, g_steal_pointer(&task));
}

void
bh_hub_start_async(BhHub *hub, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(hub, NULL, callback, user_data);

  bh_store_write_async(hub->store, load_id, g_new0(char *, 1), id_holder_free, NULL, load_id_cb,
                       task);
}

gboolean
bh_hub_start_finish(BhHub *hub, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

char *
bh_hub_get_link(BhHub *hub)
{
  const char *address = hub->settings->listen_address;
  gboolean is_v6 = strchr(address, ':') != NULL;

  return g_strdup_printf("http://%s%s%s:%u/", is_v6 ? "[" : "", address, is_v6 ? "]" : "",
                         bh_web_server_get_port(hub->web));
}

/* --- life --- */

void
bh_hub_stop(BhHub *hub)
{
  if (hub->stopped)
    return;
  hub->stopped = TRUE;
  if (hub->web != NULL)
    bh_web_server_close(hub->web);
  if (hub->endpoint != NULL)
    bh_endpoint_close(hub->endpoint);
  if (hub->signaling != NULL)
    bh_signaling_server_close(hub->signaling);
  if (hub->queue != NULL)
    bh_print_queue_close(hub->queue);
  if (hub->store != NULL)
    bh_store_close(hub->store);
}

static void
bh_hub_dispose(GObject *object)
{
  BhHub *self = BH_HUB(object);

  bh_hub_stop(self);
  g_clear_object(&self->web);
  g_clear_object(&self->endpoint);
  g_clear_object(&self->desk);
  g_clear_pointer(&self->router, bh_router_free);
  g_clear_object(&self->signaling);
  g_clear_object(&self->queue);
  g_clear_object(&self->store);
  g_clear_pointer(&self->certificate, bh_certificate_unref);
  G_OBJECT_CLASS(bh_hub_parent_class)->dispose(object);
}

static void
bh_hub_finalize(GObject *object)
{
  BhHub *self = BH_HUB(object);

  g_free(self->id);
  g_clear_pointer(&self->settings, bh_settings_free);
  G_OBJECT_CLASS(bh_hub_parent_class)->finalize(object);
}

static void
bh_hub_class_init(BhHubClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_hub_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_hub_finalize;
}

static void
bh_hub_init(BhHub *self)
{
}

BhHub *
bh_hub_new(BhSettings *settings, GError **error)
{
  g_autoptr(BhHub) self = g_object_new(BH_TYPE_HUB, NULL);
  g_autofree BhStoreMigration *migrations = NULL;
  guint n_migrations;

  self->settings = settings;
  if (!bh_settings_check(settings, error))
    return NULL;
  self->certificate = bh_certificate_new(error);
  if (self->certificate == NULL)
    return NULL;
  migrations = bh_schema_list(&n_migrations);
  self->store = bh_store_open(settings->state_folder, migrations, n_migrations, error);
  if (self->store == NULL)
    return NULL;
  self->queue = bh_print_queue_new(self->store, &settings->limits);
  if (!add_printers(self, error))
    return NULL;
  return g_steal_pointer(&self);
}
