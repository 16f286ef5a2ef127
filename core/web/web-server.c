/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-server.h"

#include <string.h>

#include "carrier-set.h"
#include "forwarded.h"
#include "web-headers.h"
#include "web-listener.h"
#include "web-page.h"
#include "web-request-private.h"

/*
 * libsoup reads requests and writes responses; connections come from the listener, which watches
 * their time. After the handshake of a WebSocket the connection is taken away from libsoup: its
 * own WebSockets bound a frame but not a message, cannot tell what is still queued, and cost two
 * sources of the main loop each.
 */

/* How often silence and slowness are looked for: so many times within the shortest limit. An idle
 * hub wakes for it. */
#define CHECKS       20
#define MAX_CHECK_MS 1000

/* How much of a refused body is read. */
#define MAX_DRAINED_BYTES (4 * BH_WEB_MAX_BODY_BYTES)

#define STATUS_UPGRADE_REQUIRED 426

typedef struct {
  BhWebHandler get;
  gpointer get_data;
  BhWebHandler post;
  gpointer post_data;
} Route;

struct _BhWebServer {
  GObject parent_instance;

  BhSignalingServer *signaling;
  SoupServer *soup;
  BhAddressCounter *counter;
  BhWebListener *listener;
  BhCarrierSet *carriers;
  BhAddressSet *proxies; /* (nullable) */
  GHashTable *routes;    /* path -> Route */
  GHashTable *folders;   /* path that ends in `/` -> Route: of all that lies right in it */
  GHashTable *names;     /* a set: what else we are called */
  GHashTable *origins;   /* a set: addresses that pages of ours may be of */
  BhWebTiming timing;
  BhWebCounters counters;
  guint check_id;
  gboolean closed;
  BhWebVisitor visitor; /* (nullable) */
  gpointer visitor_data;
};

G_DEFINE_FINAL_TYPE(BhWebServer, bh_web_server, G_TYPE_OBJECT)

void
bh_web_timing_init(BhWebTiming *timing)
{
  *timing = (BhWebTiming){.first_request_ms = 15000,
                          .next_request_ms = 30000,
                          .response_ms = 60000,
                          .ping_ms = 20000,   /* protocol section 2 */
                          .silent_ms = 45000, /* protocol section 2 */
                          .join_ms = 30000};  /* a phone that just woke up takes seconds */
}

/* Who asks. Returns: (transfer full) */
static BhRemote *
find_remote(BhWebServer *self, SoupServerMessage *message)
{
  static const BhRemote unknown = {.address = (char *)""};
  SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
  const BhRemote *direct = bh_web_listener_get_remote(self->listener, message);
  const BhForwarded said = {
      .client = soup_message_headers_get_list(headers, "X-Forwarded-For"),
      .protocol = soup_message_headers_get_list(headers, "X-Forwarded-Proto"),
      .others = soup_message_headers_get_list(headers, "Forwarded") != NULL,
  };

  return bh_forwarded_resolve(direct != NULL ? direct : &unknown, &said, self->proxies);
}

static char *
find_tenant_hint(SoupServerMessage *message)
{
  const char *header =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), "x-tenant-id");
  const char *query = g_uri_get_query(soup_server_message_get_uri(message));
  g_autoptr(GHashTable) values = NULL;

  if (header != NULL)
    return g_strdup(header);
  if (query == NULL)
    return NULL;
  values = soup_form_decode(query);
  return g_strdup(g_hash_table_lookup(values, "tenantId"));
}

/* Whether a page of another site asks, in its reader's browser. */
static gboolean
is_foreign(BhWebServer *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
  const char *origin = soup_message_headers_get_one(headers, "Origin");
  const char *host = soup_message_headers_get_one(headers, "Host");

  return !bh_web_headers_is_origin_allowed(origin, host, self->names) &&
         !bh_web_headers_is_origin_allowed(origin, host, self->origins);
}

/* The answer to the handshake is on its way: from here on the connection is ours. */
static void
on_handshake_answered(SoupServerMessage *message, gpointer user_data)
{
  BhWebServer *self = user_data;
  g_autoptr(BhRemote) remote = find_remote(self, message);
  BhWebStolen stolen = {.socket = NULL};
  gboolean is_stolen = bh_web_listener_steal(self->listener, message, &stolen);
  g_autofree char *hint = find_tenant_hint(message);
  g_autoptr(GIOStream) stream = soup_server_message_steal_connection(message);

  remote->foreign = is_foreign(self, message);
  if (is_stolen && stream != NULL && !self->closed) {
    bh_carrier_set_add(self->carriers, stream, &stolen, hint, remote);
    return;
  }
  if (stolen.counted != NULL)
    bh_address_counter_leave(self->counter, stolen.counted);
  g_clear_object(&stolen.socket);
  g_free(stolen.counted);
}

static gboolean
wants_web_socket(SoupServerMessage *message)
{
  return soup_message_headers_header_contains(soup_server_message_get_request_headers(message),
                                              "Upgrade", "websocket");
}

static void
answer_handshake(BhWebServer *self, SoupServerMessage *message)
{
  if (!bh_carrier_set_make_room(self->carriers)) {
    self->counters.refused++;
    soup_message_headers_replace(soup_server_message_get_response_headers(message), "Retry-After",
                                 "10");
    bh_web_respond_problem(message, SOUP_STATUS_SERVICE_UNAVAILABLE, "too-many-connections",
                           "This server has no room for another connection.");
    return;
  }
  if (soup_websocket_server_process_handshake(message, NULL, NULL, NULL, NULL))
    g_signal_connect_object(message, "wrote-informational", G_CALLBACK(on_handshake_answered), self,
                            0);
}

/* RFC 9110 section 15.5.22. Told also to pages of other origins: that there is an answer tells them
 * that a WebSocket is worth trying (data/web/client/knocking-socket.ts). */
static void
answer_knock(SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);

  soup_message_headers_replace(headers, "Upgrade", "websocket");
  soup_message_headers_append(headers, "Connection", "Upgrade");
  /* Whoever knocks again wants to know of the way that there is by then. */
  soup_message_headers_append(headers, "Connection", "close");
  soup_message_headers_replace(headers, "Cache-Control", "no-store");
  soup_message_headers_replace(headers, "Cross-Origin-Resource-Policy", "cross-origin");
  soup_server_message_set_status(message, STATUS_UPGRADE_REQUIRED, "Upgrade Required");
}

static void
answer_page(SoupServerMessage *message, const char *path)
{
  g_autoptr(BhWebPage) page = bh_web_page_find(path);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
  const char *known = soup_message_headers_get_one(soup_server_message_get_request_headers(message),
                                                   "If-None-Match");

  if (page == NULL) {
    bh_web_respond_text(message, SOUP_STATUS_NOT_FOUND, "text/html; charset=utf-8",
                        "<!doctype html><html lang=\"en\"><title>Not here</title>"
                        "<h1>There is no such page</h1><p><a href=\"/\">To the start page</a>");
    return;
  }
  /* Also with 304: its headers take the place of those that are kept (RFC 9111 section 3.2). */
  soup_message_headers_replace(headers, "ETag", page->etag);
  soup_message_headers_replace(headers, "Cache-Control", "no-cache");
  if (known != NULL && g_str_equal(known, page->etag)) {
    soup_server_message_set_status(message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  soup_server_message_set_status(message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type(headers, page->content_type, NULL);
  soup_message_body_append_bytes(soup_server_message_get_response_body(message), page->content);
}

static void
refuse_method(SoupServerMessage *message, const char *allowed)
{
  soup_message_headers_replace(soup_server_message_get_response_headers(message), "Allow", allowed);
  bh_web_respond_problem(message, SOUP_STATUS_METHOD_NOT_ALLOWED, "method-not-allowed", NULL);
}

static void
answer_route(BhWebServer *self, const Route *route, SoupServerMessage *message, const char *path,
             GHashTable *query)
{
  const char *method = soup_server_message_get_method(message);

  if (route->get != NULL && (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD))
    route->get(bh_web_request_new(message, path, query, find_remote(self, message)),
               route->get_data);
  else if (route->post != NULL && method == SOUP_METHOD_POST)
    route->post(bh_web_request_new(message, path, query, find_remote(self, message)),
                route->post_data);
  else
    refuse_method(message, route->post == NULL  ? "GET, HEAD"
                           : route->get == NULL ? "POST"
                                                : "GET, HEAD, POST");
}

static const Route *
find_route(BhWebServer *self, const char *path)
{
  const Route *route = g_hash_table_lookup(self->routes, path);
  const char *slash = strrchr(path, '/');
  g_autofree char *folder = NULL;

  if (route != NULL || slash == NULL)
    return route;
  folder = g_strndup(path, (gsize)(slash - path) + 1);
  return g_hash_table_lookup(self->folders, folder);
}

static void
on_request(SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  BhWebServer *self = user_data;
  const Route *route = find_route(self, path);
  const char *method = soup_server_message_get_method(message);

  self->counters.requests++;
  if (wants_web_socket(message) && (g_str_equal(path, "/") || g_str_equal(path, "/signal")))
    answer_handshake(self, message);
  else if (route != NULL)
    answer_route(self, route, message, path, query);
  else if (g_str_has_prefix(path, "/api/"))
    bh_web_respond_problem(message, SOUP_STATUS_NOT_FOUND, "not-found", "There is nothing here.");
  else if (method != SOUP_METHOD_GET && method != SOUP_METHOD_HEAD)
    refuse_method(message, "GET, HEAD");
  else if (g_str_equal(path, "/signal"))
    answer_knock(message);
  else
    answer_page(message, path);
}

static void
refuse_body(SoupServerMessage *message)
{
  soup_message_headers_replace(soup_server_message_get_response_headers(message), "Connection",
                               "close");
  bh_web_respond_problem(message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "too-large",
                         "A request's body is at most 1 MiB.");
  soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
}

/* libsoup answers after the whole body has come. What is refused is read on for a while, and not
 * kept, so that the client learns why. */
static void
on_got_chunk(SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  BhWebServer *self = user_data;
  gsize so_far = GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(message), "bh-body-bytes"));

  so_far += g_bytes_get_size(chunk);
  g_object_set_data(G_OBJECT(message), "bh-body-bytes", GSIZE_TO_POINTER(so_far));
  if (so_far > MAX_DRAINED_BYTES)
    bh_web_listener_drop(self->listener, message);
  else if (so_far > BH_WEB_MAX_BODY_BYTES && soup_server_message_get_status(message) == 0)
    refuse_body(message);
}

/* What of the request is refused whatever it asks for. Returns: %TRUE: it has been answered */
static gboolean
refuse_foreign(BhWebServer *self, SoupServerMessage *message, const char *host)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
  const char *origin = soup_message_headers_get_one(headers, "Origin");
  const char *method = soup_server_message_get_method(message);
  gboolean is_read = method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD;
  const BhRemote *direct = bh_web_listener_get_remote(self->listener, message);
  gboolean is_local = direct != NULL && direct->local_socket;

  if (!is_local && !bh_web_headers_is_host_allowed(host, self->names)) {
    bh_web_respond_problem(message, SOUP_STATUS_MISDIRECTED_REQUEST, "wrong-host",
                           "This server is not known by the name that was asked for.");
    return TRUE;
  }
  /* Signaling asks who comes by another site's page to prove it, see bh_session_join(). */
  if (is_local ? origin != NULL : !is_read && is_foreign(self, message)) {
    bh_web_respond_problem(message, SOUP_STATUS_FORBIDDEN, "wrong-origin",
                           "Pages of other sites may not do this.");
    return TRUE;
  }
  return FALSE;
}

/* Before any body is read. A status set here keeps the handlers away. */
static void
on_headers(SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  BhWebServer *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
  const char *host = soup_message_headers_get_one(headers, "Host");

  if (self->visitor != NULL) {
    g_autoptr(BhRemote) remote = find_remote(self, message);

    self->visitor(remote, self->visitor_data);
  }
  bh_web_headers_secure(soup_server_message_get_response_headers(message));
  if (!refuse_foreign(self, message, host) &&
      soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length(headers) > (goffset)BH_WEB_MAX_BODY_BYTES)
    refuse_body(message);
  if (soup_server_message_get_status(message) != 0)
    soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
  g_signal_connect_object(message, "got-chunk", G_CALLBACK(on_got_chunk), self, 0);
}

static gboolean
on_check(gpointer user_data)
{
  BhWebServer *self = user_data;
  gint64 now_us = g_get_monotonic_time();

  bh_carrier_set_check(self->carriers, now_us, &self->timing);
  bh_web_listener_check(self->listener, now_us);
  return G_SOURCE_CONTINUE;
}

static void
bh_web_server_dispose(GObject *object)
{
  BhWebServer *self = BH_WEB_SERVER(object);

  bh_web_server_close(self);
  g_clear_pointer(&self->carriers, bh_carrier_set_free);
  g_clear_handle_id(&self->check_id, g_source_remove);
  g_clear_pointer(&self->listener, bh_web_listener_free);
  if (self->soup != NULL)
    soup_server_disconnect(self->soup);
  g_clear_object(&self->soup);
  g_clear_pointer(&self->counter, bh_address_counter_free);
  g_clear_pointer(&self->proxies, bh_address_set_unref);
  g_clear_object(&self->signaling);
  G_OBJECT_CLASS(bh_web_server_parent_class)->dispose(object);
}

static void
bh_web_server_finalize(GObject *object)
{
  BhWebServer *self = BH_WEB_SERVER(object);

  g_hash_table_unref(self->routes);
  g_hash_table_unref(self->folders);
  g_hash_table_unref(self->names);
  g_hash_table_unref(self->origins);
  G_OBJECT_CLASS(bh_web_server_parent_class)->finalize(object);
}

static void
bh_web_server_class_init(BhWebServerClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_web_server_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_web_server_finalize;
}

static void
bh_web_server_init(BhWebServer *self)
{
  self->routes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  self->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  self->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  self->origins = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  bh_web_timing_init(&self->timing);
  self->soup = g_object_new(SOUP_TYPE_SERVER, NULL);
  soup_server_add_early_handler(self->soup, NULL, on_headers, self, NULL);
  soup_server_add_handler(self->soup, NULL, on_request, self, NULL);
}

BhWebServer *
bh_web_server_new(BhSignalingServer *signaling, const BhLimitSet *limits)
{
  BhWebServer *self = g_object_new(BH_TYPE_WEB_SERVER, NULL);

  self->signaling = g_object_ref(signaling);
  self->counter = bh_address_counter_new(bh_limit_set_get(limits, BH_LIMIT_ADDRESS_CONNECTIONS));
  self->listener = bh_web_listener_new(self->soup, self->counter);
  self->carriers = bh_carrier_set_new(signaling, self->counter, limits);
  return self;
}

void
bh_web_server_mount(BhWebServer *server, const char *method, const char *path, BhWebHandler handler,
                    gpointer user_data)
{
  gboolean is_get = g_str_equal(method, "GET");
  GHashTable *routes;
  Route *route;

  g_return_if_fail(BH_IS_WEB_SERVER(server));
  g_return_if_fail(is_get || g_str_equal(method, "POST"));

  routes = g_str_has_suffix(path, "/") ? server->folders : server->routes;
  route = g_hash_table_lookup(routes, path);
  if (route == NULL) {
    route = g_new0(Route, 1);
    g_hash_table_insert(routes, g_strdup(path), route);
  }
  *(is_get ? &route->get : &route->post) = handler;
  *(is_get ? &route->get_data : &route->post_data) = user_data;
}

void
bh_web_server_allow_host(BhWebServer *server, const char *name)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  g_hash_table_add(server->names, g_ascii_strdown(name, -1));
}

void
bh_web_server_allow_origin(BhWebServer *server, const char *address)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  if (g_hash_table_contains(server->origins, address))
    return;
  if (g_hash_table_size(server->origins) >= BH_WEB_MAX_ORIGINS)
    g_hash_table_remove_all(server->origins);
  g_hash_table_add(server->origins, g_ascii_strdown(address, -1));
}

void
bh_web_server_set_timing(BhWebServer *server, const BhWebTiming *timing)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  server->timing = *timing;
  bh_web_listener_set_timing(server->listener, timing);
}

static gboolean
has_begun(BhWebServer *server, gboolean listens)
{
  const BhWebTiming *timing = &server->timing;
  guint limit_ms = MIN(MIN(MIN(timing->first_request_ms, timing->next_request_ms),
                           MIN(timing->response_ms, timing->ping_ms)),
                       MIN(timing->silent_ms, timing->join_ms));

  if (listens && server->check_id == 0)
    server->check_id = g_timeout_add(CLAMP(limit_ms / CHECKS, 10, MAX_CHECK_MS), on_check, server);
  return listens;
}

gboolean
bh_web_server_listen(BhWebServer *server, const char *address, guint16 port, GError **error)
{
  g_return_val_if_fail(BH_IS_WEB_SERVER(server), FALSE);
  g_return_val_if_fail(!server->closed, FALSE);

  return has_begun(server, bh_web_listener_listen(server->listener, address, port, error));
}

gboolean
bh_web_server_listen_tls(BhWebServer *server, const char *address, guint16 port,
                         BhCertificate *certificate, GError **error)
{
  g_return_val_if_fail(BH_IS_WEB_SERVER(server), FALSE);
  g_return_val_if_fail(!server->closed, FALSE);

  return bh_web_listener_set_certificate(server->listener, certificate, error) &&
         has_begun(server, bh_web_listener_listen_tls(server->listener, address, port, error));
}

gboolean
bh_web_server_set_tls_certificate(BhWebServer *server, BhCertificate *certificate, GError **error)
{
  g_return_val_if_fail(BH_IS_WEB_SERVER(server), FALSE);

  return bh_web_listener_set_certificate(server->listener, certificate, error);
}

gboolean
bh_web_server_listen_unix(BhWebServer *server, const char *path, GError **error)
{
  g_return_val_if_fail(BH_IS_WEB_SERVER(server), FALSE);
  g_return_val_if_fail(!server->closed, FALSE);

  return has_begun(server, bh_web_listener_listen_unix(server->listener, path, error));
}

guint16
bh_web_server_get_port(BhWebServer *server)
{
  g_return_val_if_fail(BH_IS_WEB_SERVER(server), 0);

  return bh_web_listener_get_port(server->listener, FALSE);
}

guint16
bh_web_server_get_tls_port(BhWebServer *server)
{
  g_return_val_if_fail(BH_IS_WEB_SERVER(server), 0);

  return bh_web_listener_get_port(server->listener, TRUE);
}

void
bh_web_server_set_proxies(BhWebServer *server, BhAddressSet *proxies)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  bh_web_listener_set_proxies(server->listener, proxies);
  g_clear_pointer(&server->proxies, bh_address_set_unref);
  server->proxies = proxies != NULL ? bh_address_set_ref(proxies) : NULL;
}

void
bh_web_server_set_visitor(BhWebServer *server, BhWebVisitor visitor, gpointer user_data)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  server->visitor = visitor;
  server->visitor_data = user_data;
}

void
bh_web_server_wake(BhWebServer *server)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  bh_carrier_set_wake(server->carriers, g_get_monotonic_time(), &server->timing);
}

void
bh_web_server_drop_astray(BhWebServer *server)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  bh_carrier_set_drop_astray(server->carriers);
}

void
bh_web_server_get_counters(BhWebServer *server, BhWebCounters *out)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  *out = server->counters;
  out->web_sockets = bh_carrier_set_count(server->carriers);
  out->connections = bh_web_listener_count(server->listener);
  out->refused += bh_web_listener_count_refused(server->listener);
}

void
bh_web_server_close(BhWebServer *server)
{
  g_return_if_fail(BH_IS_WEB_SERVER(server));

  if (server->closed)
    return;
  server->closed = TRUE;
  bh_web_listener_stop(server->listener);
  bh_carrier_set_close(server->carriers);
}
