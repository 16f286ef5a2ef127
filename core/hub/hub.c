/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "hub.h"

#include <glib/gi18n.h>
#include <string.h>

#include "alert-api.h"
#include "api-channel.h"
#include "api-web.h"
#include "backup-api.h"
#include "backup-restore.h"
#include "backup-swap.h"
#include "device-api.h"
#include "cloud-desk.h"
#include "digest.h"
#include "discovery-desk.h"
#include "doctor-api.h"
#include "handoff-desk.h"
#include "host-name.h"
#include "house-moves.h"
#include "house-rules.h"
#include "hub-books.h"
#include "hub-log.h"
#include "pairing-api.h"
#include "people-api.h"
#include "picture-api.h"
#include "print-api.h"
#include "printer-api.h"
#include "printer-roster.h"
#include "schema.h"
#include "screen-desk.h"
#include "seating-api.h"
#include "secure-door.h"
#include "settings-api.h"
#include "status-api.h"
#include "ticket-book.h"
#include "ticket-follow.h"
#include "ticket-watch.h"

/* The printer that is always there: it keeps what it printed for the page /paper. */
#define BUILT_IN_PRINTER "paper"

#define CONTROL_SOCKET "control.sock"

struct _BhHub {
  GObject parent_instance;

  BhSettings *settings;
  gboolean stopped;

  BhStore *store;
  BhHubBooks *books;
  BhCertificate *certificate; /* of WebRTC */
  BhPrintQueue *queue;
  BhHouseLinks *links;
  BhDiscoveryDesk *discovery;
  BhPairingDesk *pairing;
  BhGate gate;
  BhSignalingServer *signaling;
  BhEndpoint *endpoint;
  BhRouter *router;
  BhPrintDesk *desk;
  BhPrintDoubts *doubts;
  BhPrinterFinder *finder;
  BhWebServer *web;
  BhCloudDesk *cloud;
  BhSecureDoor *door;
  BhHubState state;
  BhApi *api;
  BhApiWeb *api_web;
  BhHandoffDesk *handoff;
  BhDoctorApi *doctor;
  BhHouseRules *rules;
  BhHubLog *log;
  BhScreenDesk *screens;
  BhTicketWatch *tickets;
  BhTicketFollow *follow;
  BhHouseMoves *moves;
  BhBackupDesk *backups;
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
  for (guint i = 0; i < self->settings->printers->len; i++) {
    BhPrinterSetting *printer = self->settings->printers->pdata[i];

    if (!bh_print_queue_add_printer(self->queue, printer->name, printer->uri, error))
      return FALSE;
  }
  return bh_print_queue_add_built_in(self->queue, BUILT_IN_PRINTER, error);
}

static void
make_links(BhHub *self)
{
  g_auto(GStrv) names = bh_host_name_list_for_hub(self->books->hub_id);

  self->links = bh_house_links_new(names[0], self->settings->listen_address);
  bh_house_links_set_own_names(self->links, (const char *const *)names);
  bh_house_links_set_networks(self->links, self->settings->guest_networks);
}

static BhPairingFacts
make_pairing_facts(BhHub *self)
{
  return (BhPairingFacts){.tenant_id = self->settings->tenant_id,
                          .hub_name = self->settings->name,
                          .host_name = bh_house_links_get_host_name(self->links),
                          .authority = bh_house_links_get_authority(self->links)};
}

static void
on_links_changed(BhHouseLinks *links, BhHub *self)
{
  BhPairingFacts facts = make_pairing_facts(self);

  self->gate.networks = bh_house_links_get_networks(links);
  bh_pairing_desk_set_facts(self->pairing, &facts);
}

static char *
make_peer_id(BhHub *self)
{
  const char *id = self->books->hub_id;

  return g_strdup_printf("hub-%.8s", id + strlen(id) - 8);
}

static void
make_signaling(BhHub *self)
{
  const BhSettings *settings = self->settings;
  const char *id = self->books->hub_id;
  g_autofree char *peer_id = make_peer_id(self);
  BhSignalingConfig signaling = {
      .tenant_id = settings->open ? NULL : settings->tenant_id,
      .open = settings->open,
      .gate = &self->gate,
      .id = id,
      .name = settings->name,
      .version = BH_VERSION,
  };
  BhEndpointConfig endpoint = {
      .peer_id = peer_id,
      .tenant_id = signaling.tenant_id,
      .open = settings->open,
      .loopback = bh_settings_is_loopback(settings),
      .resolver = bh_discovery_desk_get_resolver(self->discovery),
      .port_min = settings->ice_port_min,
      .port_max = settings->ice_port_max,
      .offer_me = settings->open,
      .gate = &self->gate,
  };

  self->gate = (BhGate){.hub_key = self->books->key,
                        .devices = self->books->devices,
                        .seatings = self->books->seatings,
                        .audit = self->books->audit,
                        .networks = bh_house_links_get_networks(self->links)};
  g_signal_connect_object(self->links, "changed", G_CALLBACK(on_links_changed), self, 0);
  self->signaling = bh_signaling_server_new(&signaling, &settings->limits);
  self->endpoint =
      bh_endpoint_new(self->signaling, self->certificate, &endpoint, &settings->limits);
  g_signal_connect_object(self->endpoint, "message", G_CALLBACK(on_endpoint_message), self, 0);
}

static void
make_pairing(BhHub *self)
{
  BhPairingFacts facts = make_pairing_facts(self);

  self->pairing = bh_pairing_desk_new(self->store, self->books->devices, self->books->key, &facts);
  bh_pairing_desk_set_audit(self->pairing, self->books->audit);
  bh_pairing_desk_set_link_ms(
      self->pairing,
      (gint64)bh_limit_set_get(&self->settings->limits, BH_LIMIT_PAIRING_SECONDS) * 1000);
}

static void
make_api(BhHub *self)
{
  self->router = bh_router_new();
  bh_router_add(self->router, "ping", BH_ACTION_PING, on_ping, self);
  self->desk = bh_print_desk_new(self->queue, self->router, &self->state);
  self->doubts = bh_print_doubts_new(self->queue);
  self->finder =
      bh_printer_finder_new(self->queue, bh_discovery_desk_get_browser(self->discovery));
  self->state = (BhHubState){
      .hub = G_OBJECT(self),
      .hub_id = self->books->hub_id,
      .store = self->store,
      .tenant_id = self->settings->tenant_id,
      .hub_name = self->settings->name,
      .started_us = g_get_monotonic_time(),
      .open = self->settings->open,
      .settings = self->settings,
      .key = self->books->key,
      .gate = &self->gate,
      .devices = self->books->devices,
      .people = self->books->people,
      .seatings = self->books->seatings,
      .audit = self->books->audit,
      .alerts = self->books->alerts,
      .pictures = self->books->pictures,
      .pairing = self->pairing,
      .links = self->links,
      .discovery = self->discovery,
      .signaling = self->signaling,
      .endpoint = self->endpoint,
      .queue = self->queue,
      .desk = self->desk,
      .doubts = self->doubts,
      .finder = self->finder,
      .log = self->log,
      .property = bh_hub_log_get_property(self->log),
  };
  self->api = bh_api_new();
  bh_status_api_add(self->api, &self->state);
  self->doctor = bh_doctor_api_new(&self->state, self->settings, self->door);
  bh_doctor_api_add(self->doctor, self->api);
  bh_print_api_add(self->api, &self->state);
  bh_printer_api_add(self->api, &self->state);
  bh_pairing_api_add(self->api, &self->state);
  bh_device_api_add(self->api, &self->state);
  bh_people_api_add(self->api, &self->state);
  bh_seating_api_add(self->api, self->router, &self->state);
  bh_alert_api_add(self->api, &self->state);
  bh_picture_api_add(self->api, &self->state);
  bh_settings_api_add(self->api, &self->state);
  self->state.backups = self->backups = bh_backup_desk_new(&self->state);
  bh_backup_api_add(self->api, &self->state);
  /* Before the rules, which expel: a cut-off is made of what came in until then. */
  bh_hub_log_serve(self->log, self->router, self->api, &self->state);
  self->handoff = bh_handoff_desk_new(self->api);
  bh_api_channel_add(self->api, self->router, &self->state);
  self->rules = bh_house_rules_new(&self->state);
  self->screens = bh_screen_desk_new(&self->state, self->router, &self->settings->limits);
  self->tickets = bh_ticket_watch_new(&self->state, &self->settings->limits);
  self->state.follow = self->follow = bh_ticket_follow_new(&self->state);
}

/* --- doors --- */

/* A newcomer who chose no port needs none in particular. Returns: whether to take any instead */
static gboolean
may_take_another(const GError *problem, gboolean chosen, guint16 port)
{
  if (chosen || !g_error_matches(problem, BH_WEB_ERROR, BH_WEB_ERROR_PORT_IN_USE))
    return FALSE;
  g_message(_("Port %u is taken by another program; another one is used."), port);
  return TRUE;
}

static gboolean
open_plain_door(BhHub *self, GError **error)
{
  const BhSettings *settings = self->settings;
  g_autoptr(GError) problem = NULL;

  if (bh_web_server_listen(self->web, settings->listen_address, settings->port, &problem))
    return TRUE;
  if (may_take_another(problem, settings->port_chosen, settings->port))
    return bh_web_server_listen(self->web, settings->listen_address, 0, error);
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

static gboolean
open_secure_door(BhHub *self, GError **error)
{
  const BhSettings *settings = self->settings;
  g_autoptr(GError) problem = NULL;

  if (bh_secure_door_open(self->door, self->web, settings->listen_address, settings->https_port,
                          &problem))
    return TRUE;
  if (may_take_another(problem, settings->https_port_chosen, settings->https_port))
    return bh_secure_door_open(self->door, self->web, settings->listen_address, 0, error);
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

static gboolean
open_doors(BhHub *self, GError **error)
{
  g_autofree char *control = g_build_filename(self->settings->state_folder, CONTROL_SOCKET, NULL);
  g_auto(GStrv) names = bh_house_links_list_names(self->links);

  for (guint i = 0; names[i] != NULL; i++)
    bh_web_server_allow_host(self->web, names[i]);
  bh_web_server_set_proxies(self->web, self->settings->trusted_proxies);
  if (!open_plain_door(self, error) || !open_secure_door(self, error) ||
      !bh_web_server_listen_unix(self->web, control, error))
    return FALSE;
  bh_house_links_set_ports(self->links, bh_web_server_get_port(self->web),
                           bh_web_server_get_tls_port(self->web));
  bh_house_links_watch(self->links);
  bh_discovery_desk_publish(self->discovery, self->books->hub_id);
  return TRUE;
}

static gboolean
make_web(BhHub *self, GError **error)
{
  self->web = bh_web_server_new(self->signaling, &self->settings->limits);
  self->api_web = bh_api_web_new(self->api, self->web, &self->state);
  bh_picture_api_mount(self->web, self->books->pictures);
  bh_doctor_api_serve(self->doctor, self->web);
  self->moves = bh_house_moves_new(self->links, self->web, self->endpoint, self->screens,
                                   self->tickets, self->log);
  return open_doors(self, error);
}

static gboolean
make_secure_door(BhHub *self, GError **error)
{
  const BhSettings *settings = self->settings;

  make_links(self);
  self->door = bh_secure_door_new(settings->state_folder, settings->name, self->links,
                                  settings->tls_certificate, settings->tls_key, error);
  return self->door != NULL;
}

/* --- start: the books, then the queue, the log, and the doors --- */

static gboolean
is_stopped(BhHub *self, GError **error)
{
  if (self->stopped)
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The hub was stopped."));
  return self->stopped;
}

/* Once the ports are known. */
static gboolean
make_cloud(BhHub *self, GError **error)
{
  g_autofree char *peer_id = make_peer_id(self);
  const BhCloudDeskConfig config = {.urls = (const char *const *)self->settings->cloud,
                                    .ca_file = self->settings->cloud_ca,
                                    .tenant_id = self->settings->tenant_id,
                                    .peer_id = peer_id,
                                    .gate = &self->gate,
                                    .links = self->links,
                                    .signaling = self->signaling,
                                    .endpoint = self->endpoint};

  self->state.cloud = self->cloud = bh_cloud_desk_new(&config, error);
  if (self->cloud == NULL)
    return FALSE;
  bh_house_moves_set_cloud(self->moves, self->cloud);
  return TRUE;
}

static gboolean
begin_to_serve(BhHub *self, GError **error)
{
  self->discovery = bh_discovery_desk_new(self->settings, self->links);
  make_signaling(self);
  make_api(self);
  return make_web(self, error) && make_cloud(self, error);
}

static void
log_load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHub *self = BH_HUB(source);
  GError *error = NULL;

  if (!bh_hub_log_load_finish(self->log, result, &error) || is_stopped(self, &error) ||
      !begin_to_serve(self, &error))
    g_task_return_error(task, error);
  else
    g_task_return_boolean(task, TRUE);
}

static void
pairing_load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHub *self = g_task_get_source_object(task);
  GError *error = NULL;

  if (!bh_pairing_desk_load_finish(BH_PAIRING_DESK(source), result, &error) ||
      is_stopped(self, &error)) {
    g_task_return_error(task, error);
    return;
  }
  self->log =
      bh_hub_log_new(self->store, self->books->key, self->settings->tenant_id, self->books->hub_id);
  bh_hub_log_load_async(self->log, G_OBJECT(self), log_load_cb, g_steal_pointer(&task));
}

static void
queue_start_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHub *self = g_task_get_source_object(task);
  GError *error = NULL;

  if (!bh_print_queue_start_finish(BH_PRINT_QUEUE(source), result, &error) ||
      is_stopped(self, &error) || !make_secure_door(self, &error)) {
    g_task_return_error(task, error);
    return;
  }
  make_pairing(self);
  bh_pairing_desk_load_async(self->pairing, pairing_load_cb, g_steal_pointer(&task));
}

/* Tickets that the last run left waiting would come out when nobody knows how far the kitchen is.
 */
static void
start_queue(BhHub *self, GTask *task)
{
  bh_print_queue_set_fleeting(self->queue, self->books->hub_id, BH_TICKET_JOB_PREFIX);
  bh_print_queue_start_async(self->queue, queue_start_cb, task);
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHub *self = BH_HUB(source);
  GError *error = NULL;

  if (!bh_hub_books_load_finish(self->books, result, &error) || is_stopped(self, &error))
    g_task_return_error(task, error);
  else
    start_queue(self, g_steal_pointer(&task));
}

void
bh_hub_start_async(BhHub *hub, GAsyncReadyCallback callback, gpointer user_data)
{
  bh_hub_books_load_async(hub->books, G_OBJECT(hub), load_cb,
                          g_task_new(hub, NULL, callback, user_data));
}

gboolean
bh_hub_start_finish(BhHub *hub, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

char *
bh_hub_get_link(BhHub *hub)
{
  return bh_house_links_make_local(hub->links, "/");
}

/* --- the first manager's way in --- */

static void
make_link_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhHub *self = g_task_get_source_object(task);
  g_autofree char *link_id = NULL;
  char *secret = NULL;
  gint64 expires_ms;
  GError *error = NULL;

  if (!bh_pairing_desk_make_link_finish(BH_PAIRING_DESK(source), result, &link_id, &secret,
                                        &expires_ms, &error))
    g_task_return_error(task, error);
  else
    g_task_return_pointer(task, bh_pairing_api_make_place(&self->state, secret), g_free);
  bh_digest_free_text(secret);
}

void
bh_hub_make_manager_link_async(BhHub *hub, GAsyncReadyCallback callback, gpointer user_data)
{
  bh_pairing_desk_make_link_async(hub->pairing, BH_ROLE_MANAGER, _("Front desk"), NULL,
                                  make_link_cb, g_task_new(hub, NULL, callback, user_data));
}

char *
bh_hub_make_manager_link_finish(BhHub *hub, GAsyncResult *result, char **name_link,
                                char **local_link, GError **error)
{
  g_autofree char *place = g_task_propagate_pointer(G_TASK(result), error);

  if (place == NULL)
    return NULL;
  *name_link = bh_house_links_make_by_name(hub->links, place);
  *local_link = bh_house_links_make_local(hub->links, place);
  return bh_house_links_make(hub->links, place);
}

/* --- life --- */

void
bh_hub_stop(BhHub *hub)
{
  if (hub->stopped)
    return;
  hub->stopped = TRUE;
  if (hub->backups != NULL)
    bh_backup_desk_close(hub->backups);
  if (hub->cloud != NULL)
    bh_cloud_desk_stop(hub->cloud);
  if (hub->discovery != NULL)
    bh_discovery_desk_close(hub->discovery);
  if (hub->web != NULL) {
    bh_web_server_close(hub->web);
    bh_web_server_set_visitor(hub->web, NULL, NULL);
  }
  if (hub->endpoint != NULL)
    bh_endpoint_close(hub->endpoint);
  if (hub->signaling != NULL)
    bh_signaling_server_close(hub->signaling);
  if (hub->queue != NULL)
    bh_print_queue_close(hub->queue);
  if (hub->pairing != NULL)
    bh_pairing_desk_close(hub->pairing);
  if (hub->log != NULL)
    bh_hub_log_close(hub->log);
  if (hub->books != NULL)
    bh_hub_books_close(hub->books);
  if (hub->screens != NULL)
    bh_screen_desk_flush(hub->screens);
  if (hub->store != NULL)
    bh_store_close(hub->store);
}

static void
bh_hub_dispose(GObject *object)
{
  BhHub *self = BH_HUB(object);

  bh_hub_stop(self);
  g_clear_pointer(&self->moves, bh_house_moves_free);
  g_clear_pointer(&self->backups, bh_backup_desk_free);
  self->state.follow = NULL;
  g_clear_pointer(&self->follow, bh_ticket_follow_free);
  g_clear_pointer(&self->tickets, bh_ticket_watch_free);
  g_clear_pointer(&self->doubts, bh_print_doubts_free);
  g_clear_pointer(&self->screens, bh_screen_desk_free);
  g_clear_pointer(&self->rules, bh_house_rules_free);
  self->state.cloud = NULL;
  g_clear_pointer(&self->cloud, bh_cloud_desk_free);
  g_clear_pointer(&self->log, bh_hub_log_free);
  g_clear_pointer(&self->doctor, bh_doctor_api_free);
  g_clear_pointer(&self->door, bh_secure_door_free);
  g_clear_object(&self->web);
  g_clear_pointer(&self->api_web, bh_api_web_free);
  g_clear_object(&self->endpoint);
  g_clear_object(&self->finder);
  g_clear_object(&self->desk);
  g_clear_pointer(&self->router, bh_router_free);
  g_clear_pointer(&self->handoff, bh_handoff_desk_free);
  g_clear_pointer(&self->api, bh_api_free);
  g_clear_object(&self->signaling);
  g_clear_object(&self->pairing);
  g_clear_pointer(&self->discovery, bh_discovery_desk_free);
  g_clear_object(&self->links);
  g_clear_object(&self->queue);
  g_clear_pointer(&self->books, bh_hub_books_free);
  g_clear_object(&self->store);
  g_clear_pointer(&self->certificate, bh_certificate_unref);
  G_OBJECT_CLASS(bh_hub_parent_class)->dispose(object);
}

static void
bh_hub_finalize(GObject *object)
{
  BhHub *self = BH_HUB(object);

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
  if (!bh_backup_swap_resume(settings->state_folder, error) ||
      !bh_backup_restore_resume(settings->state_folder, error))
    return NULL;
  migrations = bh_schema_list(&n_migrations);
  self->store = bh_store_open(settings->state_folder, migrations, n_migrations, error);
  if (self->store == NULL)
    return NULL;
  self->books = bh_hub_books_open(self->store, &settings->limits, error);
  if (self->books == NULL)
    return NULL;
  self->queue = bh_print_queue_new(self->store, &settings->limits);
  if (!add_printers(self, error))
    return NULL;
  return g_steal_pointer(&self);
}

gboolean
bh_hub_is_held(const GError *error)
{
  return g_error_matches(error, BH_STORE_ERROR, BH_STORE_ERROR_HELD);
}
