/* SPDX-License-Identifier: Apache-2.0 */
#include "web-server.h"

#include <libsoup/soup.h>
#include <string.h>

/* Longest wait for anything here; never reached where things work. */
#define LIMIT_MS 10000

typedef struct {
  BhSignalingServer *signaling;
  BhWebServer *web;
  SoupSession *session;
  char *base; /* http://127.0.0.1:PORT */
} Fixture;

typedef struct {
  BhLimit limit;
  guint64 value;
  guint ping_ms, silent_ms, request_ms, join_ms;
} Setup;

static void
on_echo(BhWebRequest *request, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) body = bh_web_request_get_json(request, &error);

  if (body == NULL)
    bh_web_request_respond_problem(request, 400, "bad-json", error->message);
  else
    bh_web_request_respond_json(request, 200, body);
}

static void
on_health(BhWebRequest *request, gpointer user_data)
{
  const char *name = bh_web_request_get_query(request, "name");

  bh_web_request_respond_text(request, 200, "text/plain", name != NULL ? name : "ok");
}

static gboolean
answer_later(gpointer user_data)
{
  bh_web_request_respond_text(user_data, 200, "text/plain", "later");
  return G_SOURCE_REMOVE;
}

static void
on_later(BhWebRequest *request, gpointer user_data)
{
  g_timeout_add(20, answer_later, request);
}

static void
set_up(Fixture *f, gconstpointer data)
{
  const Setup *setup = data;
  const BhSignalingConfig config = {.open = TRUE, .id = "id", .name = "Test", .version = "0"};
  BhLimitSet limits;
  BhWebTiming timing;
  g_autoptr(GError) error = NULL;

  bh_limit_set_init(&limits);
  bh_web_timing_init(&timing);
  if (setup != NULL && setup->value != 0)
    bh_limit_set_put(&limits, setup->limit, setup->value);
  if (setup != NULL && setup->ping_ms != 0)
    timing.ping_ms = setup->ping_ms;
  if (setup != NULL && setup->silent_ms != 0)
    timing.silent_ms = setup->silent_ms;
  if (setup != NULL && setup->join_ms != 0)
    timing.join_ms = setup->join_ms;
  if (setup != NULL && setup->request_ms != 0)
    timing.first_request_ms = timing.next_request_ms = setup->request_ms;
  f->signaling = bh_signaling_server_new(&config, &limits);
  f->web = bh_web_server_new(f->signaling, &limits);
  bh_web_server_set_timing(f->web, &timing);
  bh_web_server_mount(f->web, "POST", "/api/v1/echo", on_echo, NULL);
  bh_web_server_mount(f->web, "GET", "/healthz", on_health, NULL);
  bh_web_server_mount(f->web, "GET", "/later", on_later, NULL);
  g_assert_true(bh_web_server_listen(f->web, "127.0.0.1", 0, &error));
  g_assert_no_error(error);
  f->base = g_strdup_printf("http://127.0.0.1:%u", bh_web_server_get_port(f->web));
  f->session = soup_session_new_with_options("proxy-resolver", NULL, NULL);
}

static gboolean
on_limit(gpointer user_data)
{
  g_error("waited too long");
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until @condition. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint limit_id = g_timeout_add(LIMIT_MS, on_limit, NULL);                                      \
    while (!(condition))                                                                           \
      g_main_context_iteration(NULL, TRUE);                                                        \
    g_source_remove(limit_id);                                                                     \
  }                                                                                                \
  G_STMT_END

static void
tear_down(Fixture *f, gconstpointer data)
{
  BhSignalingCounters counters;

  soup_session_abort(f->session);
  g_clear_object(&f->session);
  bh_web_server_close(f->web);
  bh_web_server_close(f->web);
  g_object_add_weak_pointer(G_OBJECT(f->web), (gpointer *)&f->web);
  g_object_unref(f->web);
  g_assert_null(f->web);
  bh_signaling_server_get_counters(f->signaling, &counters);
  g_assert_cmpuint(counters.sessions, ==, 0);
  g_object_add_weak_pointer(G_OBJECT(f->signaling), (gpointer *)&f->signaling);
  g_object_unref(f->signaling);
  g_assert_null(f->signaling);
  g_free(f->base);
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

static void
on_sent(GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref(result);
}

/* Returns: the body */
static char *
ask(Fixture *f, SoupMessage *message)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) body = NULL;

  soup_session_send_and_read_async(f->session, message, 0, NULL, on_sent, &result);
  WAIT_FOR(result != NULL);
  body = soup_session_send_and_read_finish(f->session, result, &error);
  g_assert_no_error(error);
  return g_strdup_printf("%.*s", (int)g_bytes_get_size(body),
                         (const char *)g_bytes_get_data(body, NULL));
}

static SoupMessage *
make_message(Fixture *f, const char *method, const char *path)
{
  g_autofree char *uri = g_strconcat(f->base, path, NULL);

  return soup_message_new(method, uri);
}

static const char *
get_header(SoupMessage *message, const char *name)
{
  return soup_message_headers_get_one(soup_message_get_response_headers(message), name);
}

static void
test_pages(Fixture *f, gconstpointer data)
{
  static const char *const paths[] = {"/", "/pos", "/paper", "/pos.html"};

  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autoptr(SoupMessage) message = make_message(f, "GET", paths[i]);
    g_autoptr(SoupMessage) again = make_message(f, "GET", paths[i]);
    g_autoptr(SoupMessage) head = make_message(f, "HEAD", paths[i]);
    g_autofree char *body = ask(f, message);
    g_autofree char *none = NULL;
    g_autofree char *nothing = NULL;

    g_assert_cmpuint(soup_message_get_status(message), ==, 200);
    g_assert_true(g_str_has_prefix(body, "<!"));
    g_assert_cmpstr(get_header(message, "Content-Type"), ==, "text/html; charset=utf-8");
    g_assert_cmpstr(get_header(message, "Cache-Control"), ==, "no-cache");
    g_assert_cmpstr(get_header(message, "X-Content-Type-Options"), ==, "nosniff");
    g_assert_nonnull(strstr(get_header(message, "Content-Security-Policy"), "script-src 'self';"));

    soup_message_headers_append(soup_message_get_request_headers(again), "If-None-Match",
                                get_header(message, "ETag"));
    none = ask(f, again);
    g_assert_cmpuint(soup_message_get_status(again), ==, 304);
    g_assert_cmpstr(none, ==, "");
    nothing = ask(f, head);
    g_assert_cmpuint(soup_message_get_status(head), ==, 200);
    g_assert_cmpstr(nothing, ==, "");
    g_assert_cmpstr(get_header(head, "Content-Length"), ==, get_header(message, "Content-Length"));
  }
}

static void
assert_status(Fixture *f, const char *method, const char *path, guint status,
              const char *content_type)
{
  g_autoptr(SoupMessage) message = make_message(f, method, path);

  g_free(ask(f, message));
  g_assert_cmpuint(soup_message_get_status(message), ==, status);
  g_assert_cmpstr(get_header(message, "Content-Type"), ==, content_type);
}

static void
test_not_there(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupMessage) message = make_message(f, "GET", "/api/v1/echo");
  g_autofree char *body = NULL;

  assert_status(f, "GET", "/nowhere", 404, "text/html; charset=utf-8");
  assert_status(f, "GET", "/../web-server.c", 404, "text/html; charset=utf-8");
  assert_status(f, "GET", "/%2e%2e/%2e%2e/etc/passwd", 404, "text/html; charset=utf-8");
  assert_status(f, "GET", "/api/v1/nowhere", 404, "application/problem+json");
  assert_status(f, "POST", "/pos", 405, "application/problem+json");
  assert_status(f, "DELETE", "/healthz", 405, "application/problem+json");
  body = ask(f, message);
  g_assert_cmpuint(soup_message_get_status(message), ==, 405);
  g_assert_cmpstr(get_header(message, "Allow"), ==, "POST");
}

static char *
post(Fixture *f, SoupMessage *message, const char *body, gsize length)
{
  g_autoptr(GBytes) bytes = g_bytes_new(body, length);

  soup_message_set_request_body_from_bytes(message, "application/json", bytes);
  return ask(f, message);
}

static void
test_mounted(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupMessage) good = make_message(f, "POST", "/api/v1/echo");
  g_autoptr(SoupMessage) bad = make_message(f, "POST", "/api/v1/echo");
  g_autoptr(SoupMessage) query = make_message(f, "GET", "/healthz?name=caf%C3%A9");
  g_autoptr(SoupMessage) later = make_message(f, "GET", "/later");
  g_autofree char *good_body = post(f, good, "{\"a\": 1}", 8);
  g_autofree char *bad_body = post(f, bad, "{", 1);
  g_autofree char *query_body = ask(f, query);
  g_autofree char *later_body = ask(f, later);

  g_assert_cmpstr(good_body, ==, "{\"a\":1}");
  g_assert_cmpuint(soup_message_get_status(bad), ==, 400);
  g_assert_nonnull(strstr(bad_body, "\"code\":\"bad-json\""));
  g_assert_cmpstr(query_body, ==, "caf\xc3\xa9");
  g_assert_cmpstr(later_body, ==, "later");
}

static void
test_host_and_origin(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupMessage) rebound = make_message(f, "GET", "/");
  g_autoptr(SoupMessage) known = make_message(f, "GET", "/");
  g_autoptr(SoupMessage) foreign = make_message(f, "POST", "/api/v1/echo");
  g_autoptr(SoupMessage) own = make_message(f, "POST", "/api/v1/echo");
  g_autofree char *bodies[4] = {NULL};

  bh_web_server_allow_host(f->web, "Signaling.local");
  soup_message_headers_append(soup_message_get_request_headers(rebound), "Host", "evil.example");
  soup_message_headers_append(soup_message_get_request_headers(known), "Host",
                              "signaling.local:8080");
  soup_message_headers_append(soup_message_get_request_headers(foreign), "Origin",
                              "http://evil.example");
  soup_message_headers_append(soup_message_get_request_headers(own), "Origin", f->base);
  bodies[0] = ask(f, rebound);
  bodies[1] = ask(f, known);
  bodies[2] = post(f, foreign, "1", 1);
  bodies[3] = post(f, own, "1", 1);
  g_assert_cmpuint(soup_message_get_status(rebound), ==, 421);
  g_assert_cmpuint(soup_message_get_status(known), ==, 200);
  g_assert_cmpuint(soup_message_get_status(foreign), ==, 403);
  g_assert_cmpuint(soup_message_get_status(own), ==, 200);
  for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++)
    g_clear_pointer(&bodies[i], g_free);
}

static void
test_large_body(Fixture *f, gconstpointer data)
{
  g_autofree char *large = g_strnfill(1024 * 1024 + 1, ' ');
  g_autoptr(SoupMessage) message = make_message(f, "POST", "/api/v1/echo");

  g_free(post(f, message, large, 1024 * 1024 + 1));
  g_assert_cmpuint(soup_message_get_status(message), ==, 413);
}

static void
test_port_in_use(Fixture *f, gconstpointer data)
{
  BhLimitSet limits;
  g_autoptr(BhWebServer) second = NULL;
  g_autoptr(GError) error = NULL;

  bh_limit_set_init(&limits);
  second = bh_web_server_new(f->signaling, &limits);
  g_assert_false(bh_web_server_listen(second, "127.0.0.1", bh_web_server_get_port(f->web), &error));
  g_assert_error(error, BH_WEB_ERROR, BH_WEB_ERROR_PORT_IN_USE);
  g_clear_error(&error);
  g_assert_false(bh_web_server_listen(second, "hotel", 0, &error));
  g_assert_error(error, BH_WEB_ERROR, BH_WEB_ERROR_ADDRESS);
}

/* A WebSocket client on a raw socket: sends any bytes, keeps all that comes. */
typedef struct {
  GSocket *socket;
  GByteArray *in;
  gboolean ended;
} Raw;

static void
raw_open(Fixture *f, Raw *raw)
{
  g_autoptr(GSocketAddress) address =
      g_inet_socket_address_new_from_string("127.0.0.1", bh_web_server_get_port(f->web));
  g_autoptr(GError) error = NULL;

  raw->socket =
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error(error);
  g_assert_true(g_socket_connect(raw->socket, address, NULL, &error));
  g_socket_set_blocking(raw->socket, FALSE);
  raw->in = g_byte_array_new();
  raw->ended = FALSE;
}

static void
raw_poll(Raw *raw)
{
  char buffer[65536];
  gssize n;

  while ((n = g_socket_receive(raw->socket, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_byte_array_append(raw->in, (const guint8 *)buffer, (guint)n);
  if (n == 0)
    raw->ended = TRUE;
  else {
    g_autoptr(GError) error = NULL;

    n = g_socket_receive(raw->socket, buffer, 1, NULL, &error);
    if (n == 0 || (n < 0 && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)))
      raw->ended = TRUE;
    else if (n == 1)
      g_byte_array_append(raw->in, (const guint8 *)buffer, 1);
  }
}

static gboolean
raw_has(Raw *raw, const char *bytes, gsize length)
{
  raw_poll(raw);
  return raw->in->len > 0 && memmem(raw->in->data, raw->in->len, bytes, length) != NULL;
}

static gboolean
on_tick(gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* As WAIT_FOR, for what no source of this loop tells. */
#define WAIT_POLLING(condition)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint tick_id = g_timeout_add(2, on_tick, NULL);                                               \
    WAIT_FOR(condition);                                                                           \
    g_source_remove(tick_id);                                                                      \
  }                                                                                                \
  G_STMT_END

static void
raw_send(Raw *raw, const void *bytes, gsize length)
{
  const char *p = bytes;
  gsize sent = 0;

  guint tick_id = g_timeout_add(2, on_tick, NULL);

  while (sent < length) {
    gssize n = g_socket_send(raw->socket, p + sent, length - sent, NULL, NULL);

    if (n > 0)
      sent += (gsize)n;
    else
      g_main_context_iteration(NULL, TRUE);
  }
  g_source_remove(tick_id);
}

static void
raw_send_frame(Raw *raw, guint8 first, const char *payload, gsize length)
{
  guint8 header[14] = {first, 0xfe, (guint8)(length >> 8), (guint8)length};

  g_assert_cmpuint(length, <=, G_MAXUINT16);
  raw_send(raw, header, 8); /* mask of zeros */
  raw_send(raw, payload, length);
}

#define HANDSHAKE(path, more)                                                                      \
  "GET " path " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"      \
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" more "\r\n"

static void
raw_upgrade(Fixture *f, Raw *raw, const char *handshake)
{
  raw_open(f, raw);
  raw_send(raw, handshake, strlen(handshake));
  WAIT_POLLING(raw_has(raw, "\r\n\r\n", 4) || raw->ended);
  g_assert_true(raw_has(raw, " 101 ", 5));
}

static void
raw_close(Raw *raw)
{
  g_socket_close(raw->socket, NULL);
  g_clear_object(&raw->socket);
  g_clear_pointer(&raw->in, g_byte_array_unref);
}

static void
raw_join(Raw *raw, const char *join)
{
  raw_send_frame(raw, 0x81, join, strlen(join));
  WAIT_POLLING(raw_has(raw, "\"joined\"", 8));
}

static void
test_join(Fixture *f, gconstpointer data)
{
  static const char *const handshakes[] = {
      HANDSHAKE("/", "x-tenant-id: hotel\r\n"),
      HANDSHAKE("/signal", "x-tenant-id: hotel\r\n"),
      HANDSHAKE("/signal?tenantId=hotel", ""),
      HANDSHAKE("/?a=b&tenantId=hotel", "Origin: http://127.0.0.1\r\n"),
  };

  for (gsize i = 0; i < G_N_ELEMENTS(handshakes); i++) {
    Raw raw;

    raw_upgrade(f, &raw, handshakes[i]);
    raw_join(&raw, "{\"type\":\"join\"}");
    g_assert_true(raw_has(&raw, "\"tenantId\":\"hotel\"", 18));
    raw_close(&raw);
  }
}

/* The join comes in one segment with the handshake: nothing of it may be lost. */
static void
test_join_early(Fixture *f, gconstpointer data)
{
  static const char handshake[] = HANDSHAKE("/signal", "");
  static const char join[] = "{\"type\":\"join\",\"tenantId\":\"hotel\"}";
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  guint8 header[6] = {0x81, 0x80 | (guint8)strlen(join)};
  Raw raw;

  g_byte_array_append(bytes, (const guint8 *)handshake, sizeof handshake - 1);
  g_byte_array_append(bytes, header, sizeof header);
  g_byte_array_append(bytes, (const guint8 *)join, sizeof join - 1);
  raw_open(f, &raw);
  raw_send(&raw, bytes->data, bytes->len);
  WAIT_POLLING(raw_has(&raw, "\"joined\"", 8));
  raw_close(&raw);
}

static void
test_foreign_page(Fixture *f, gconstpointer data)
{
  static const char handshake[] = HANDSHAKE("/signal", "Origin: http://evil.example\r\n");
  Raw raw;

  raw_open(f, &raw);
  raw_send(&raw, handshake, sizeof handshake - 1);
  WAIT_POLLING(raw_has(&raw, " 403 ", 5));
  raw_close(&raw);
}

/* A close frame with @code, then the end. */
static void
assert_closed(Raw *raw, guint16 code)
{
  const char bytes[2] = {(char)(code >> 8), (char)code};

  WAIT_POLLING(raw->ended || (raw_poll(raw), raw->ended));
  g_assert_true(raw_has(raw, bytes, 2));
}

static guint64
count_sockets(Fixture *f)
{
  BhWebCounters counters;

  bh_web_server_get_counters(f->web, &counters);
  return counters.web_sockets;
}

static void
test_endless_fragments(Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill(1024, 'x');
  Raw raw;

  raw_upgrade(f, &raw, HANDSHAKE("/signal", ""));
  raw_send_frame(&raw, 0x01, text, 1024);
  for (guint i = 0; i < 200; i++) {
    raw_poll(&raw);
    if (raw.ended)
      break;
    raw_send_frame(&raw, 0x00, text, 1024);
  }
  assert_closed(&raw, 1009);
  raw_close(&raw);
  WAIT_POLLING(count_sockets(f) == 0);
}

static void
test_refused_frames(Fixture *f, gconstpointer data)
{
  static const struct {
    guint8 first;
    const char *payload;
    guint16 code;
  } cases[] = {{0x82, "binary", 1003}, {0x81, "\xff", 1007}, {0x83, "", 1002}};

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    Raw raw;

    raw_upgrade(f, &raw, HANDSHAKE("/signal", ""));
    raw_send_frame(&raw, cases[i].first, cases[i].payload, strlen(cases[i].payload));
    assert_closed(&raw, cases[i].code);
    raw_close(&raw);
  }
  WAIT_POLLING(count_sockets(f) == 0);
}

static void
test_bad_text_stays(Fixture *f, gconstpointer data)
{
  Raw raw;

  raw_upgrade(f, &raw, HANDSHAKE("/signal", ""));
  raw_send_frame(&raw, 0x81, "not JSON", 8);
  WAIT_POLLING(raw_has(&raw, "\"bad-message\"", 13));
  raw_join(&raw, "{\"type\":\"join\",\"tenantId\":\"hotel\"}");
  raw_close(&raw);
}

static void
test_ping_and_silence(Fixture *f, gconstpointer data)
{
  Raw quiet, talking;

  raw_upgrade(f, &quiet, HANDSHAKE("/signal", ""));
  raw_upgrade(f, &talking, HANDSHAKE("/signal", ""));
  WAIT_POLLING(raw_has(&talking, "\x89\x00", 2)); /* a ping */
  while (!quiet.ended) {
    raw_send_frame(&talking, 0x8a, "", 0);
    g_main_context_iteration(NULL, TRUE);
    raw_poll(&quiet);
  }
  raw_send_frame(&talking, 0x89, "hi", 2);
  WAIT_POLLING(raw_has(&talking, "\x8a\x02hi", 4));
  g_assert_cmpuint(count_sockets(f), ==, 1);
  raw_close(&quiet);
  raw_close(&talking);
}

/* Talking does not keep a socket that never joins; one that has joined stays. */
static void
test_never_joins(Fixture *f, gconstpointer data)
{
  static const char join[] = "{\"type\":\"join\",\"tenantId\":\"t\"}";
  Raw stranger, guest;

  raw_upgrade(f, &guest, HANDSHAKE("/signal", ""));
  raw_send_frame(&guest, 0x81, join, sizeof join - 1);
  WAIT_POLLING(raw_has(&guest, "\"joined\"", 8));
  raw_upgrade(f, &stranger, HANDSHAKE("/signal", ""));
  while (!stranger.ended) {
    raw_send_frame(&stranger, 0x8a, "", 0);
    g_main_context_iteration(NULL, TRUE);
    raw_poll(&stranger);
  }
  g_assert_true(raw_has(&stranger, "\x03\xf0not-joined", 12)); /* 1008 */
  raw_send_frame(&guest, 0x89, "hi", 2);
  WAIT_POLLING(raw_has(&guest, "\x8a\x02hi", 4));
  raw_close(&stranger);
  WAIT_FOR(count_sockets(f) == 1);
  raw_close(&guest);
}

/* A body whose length nobody announced. */
static void
test_endless_body(Fixture *f, gconstpointer data)
{
  static const char head[] = "POST /api/v1/echo HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n";
  g_autofree char *chunk = g_strnfill(0x8000 + 8, 'x');
  Raw raw;

  memcpy(chunk, "8000\r\n", 6);
  memcpy(chunk + 6 + 0x8000, "\r\n", 2);
  raw_open(f, &raw);
  raw_send(&raw, head, sizeof head - 1);
  for (guint i = 0; i < 40; i++)
    raw_send(&raw, chunk, 0x8000 + 8);
  raw_send(&raw, "0\r\n\r\n", 5);
  WAIT_POLLING(raw_has(&raw, " 413 ", 5));
  raw_close(&raw);

  raw_open(f, &raw);
  raw_send(&raw, head, sizeof head - 1);
  for (guint i = 0; i < 1000 && !raw.ended; i++) {
    gsize sent = 0;

    while (sent < 0x8000 + 8 && !raw.ended) {
      gssize n = g_socket_send(raw.socket, chunk + sent, 0x8000 + 8 - sent, NULL, NULL);

      sent += n > 0 ? (gsize)n : 0;
      raw_poll(&raw);
      g_main_context_iteration(NULL, FALSE);
    }
  }
  g_assert_true(raw.ended);
  raw_close(&raw);
}

static void
test_slow_request(Fixture *f, gconstpointer data)
{
  BhWebCounters counters;
  Raw raw;

  raw_open(f, &raw);
  raw_send(&raw, "GET / HTTP/1.1\r\nHost: ", 22);
  WAIT_POLLING(raw.ended || (raw_poll(&raw), raw.ended));
  raw_close(&raw);
  WAIT_POLLING((bh_web_server_get_counters(f->web, &counters), counters.connections == 0));
}

static void
test_connection_cap(Fixture *f, gconstpointer data)
{
  static const char handshake[] = HANDSHAKE("/signal", "");
  Raw first, second;

  raw_upgrade(f, &first, handshake);
  raw_open(f, &second);
  raw_send(&second, handshake, sizeof handshake - 1);
  WAIT_POLLING(raw_has(&second, " 503 ", 5));
  raw_close(&second);
  raw_close(&first);
  WAIT_POLLING(count_sockets(f) == 0);
  raw_upgrade(f, &first, handshake);
  raw_close(&first);
}

/* Who reads nothing is closed; who reads goes on. */
static void
test_slow_reader(Fixture *f, gconstpointer data)
{
  g_autofree char *payload = g_strnfill(32 * 1024, 'x');
  g_autofree char *relay =
      g_strdup_printf("{\"type\":\"relay\",\"targetPeerId\":\"slow\",\"payload\":\"%s\"}", payload);
  BhSignalingCounters counters;
  Raw slow, sender;

  raw_upgrade(f, &slow, HANDSHAKE("/signal?tenantId=hotel", ""));
  raw_join(&slow, "{\"type\":\"join\",\"peerId\":\"slow\"}");
  raw_upgrade(f, &sender, HANDSHAKE("/signal?tenantId=hotel", ""));
  raw_join(&sender, "{\"type\":\"join\"}");
  for (guint i = 0; i < 390 && count_sockets(f) == 2; i++) {
    bh_signaling_server_get_counters(f->signaling, &counters);
    if (counters.peers < 2)
      break;
    raw_send_frame(&sender, 0x81, relay, strlen(relay));
  }
  WAIT_POLLING((bh_signaling_server_get_counters(f->signaling, &counters), counters.peers == 1));
  raw_send_frame(&sender, 0x81, "{\"type\":\"relay\",\"payload\":1}", 28);
  WAIT_POLLING(raw_has(&sender, "\"unknown-peer\"", 14));
  raw_close(&slow);
  raw_close(&sender);
}

static void
add(const char *path, const Setup *setup, void (*test)(Fixture *, gconstpointer))
{
  g_test_add(path, Fixture, setup, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
  static const Setup impatient = {.ping_ms = 100, .silent_ms = 1000};
  static const Setup waiting = {.join_ms = 300};
  static const Setup hurried = {.request_ms = 200};
  static const Setup one = {.limit = BH_LIMIT_CONNECTIONS, .value = 1};
  static const Setup narrow = {.limit = BH_LIMIT_QUEUED_BYTES, .value = 64 * 1024};

  g_test_init(&argc, &argv, NULL);
  add("/web-server/pages", NULL, test_pages);
  add("/web-server/not-there", NULL, test_not_there);
  add("/web-server/mounted", NULL, test_mounted);
  add("/web-server/host-and-origin", NULL, test_host_and_origin);
  add("/web-server/large-body", NULL, test_large_body);
  add("/web-server/endless-body", NULL, test_endless_body);
  add("/web-server/port-in-use", NULL, test_port_in_use);
  add("/web-server/join", NULL, test_join);
  add("/web-server/join-early", NULL, test_join_early);
  add("/web-server/foreign-page", NULL, test_foreign_page);
  add("/web-server/endless-fragments", NULL, test_endless_fragments);
  add("/web-server/refused-frames", NULL, test_refused_frames);
  add("/web-server/bad-text-stays", NULL, test_bad_text_stays);
  add("/web-server/ping-and-silence", &impatient, test_ping_and_silence);
  add("/web-server/never-joins", &waiting, test_never_joins);
  add("/web-server/slow-request", &hurried, test_slow_request);
  add("/web-server/connection-cap", &one, test_connection_cap);
  add("/web-server/slow-reader", &narrow, test_slow_reader);
  return g_test_run();
}
