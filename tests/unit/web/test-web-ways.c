/* SPDX-License-Identifier: Apache-2.0 */
/* What is special about one way in, and what a handler learns of it. */
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "own-address.h"
#include "tls-stream.h"
#include "web-fixture.h"

#define BIG_BYTES ((gsize)16 * 1024 * 1024)

static void
on_who(BhWebRequest *request, gpointer user_data)
{
  const BhRemote *remote = bh_web_request_get_remote(request);
  const char *bearer = bh_web_request_get_bearer(request);
  g_autofree char *text = g_strdup_printf(
      "%s %s '%s'%s%s%s %s %s", bh_web_request_get_method(request),
      bh_web_request_get_path(request), remote->address, remote->secure ? " secure" : "",
      remote->loopback ? " loopback" : "", remote->local_socket ? " local" : "",
      bearer != NULL ? bearer : "-", bh_web_request_has_body(request) ? "body" : "empty");

  bh_web_request_respond_text(request, 200, "text/plain", text);
}

static void
on_probe(BhWebRequest *request, gpointer user_data)
{
  bh_web_request_set_header(request, "Cross-Origin-Resource-Policy", "cross-origin");
  bh_web_request_set_header(request, "Access-Control-Allow-Origin", "*");
  bh_web_request_respond_bytes(request, 204, NULL, NULL);
}

static void
on_big(BhWebRequest *request, gpointer user_data)
{
  g_autoptr(GBytes) bytes = g_bytes_new_take(g_malloc0(BIG_BYTES), BIG_BYTES);

  bh_web_request_set_header(request, "Cache-Control", "max-age=60");
  bh_web_request_respond_bytes(request, 200, "application/x-big", bytes);
}

static void
mount(Fixture *f)
{
  bh_web_server_mount(f->web, "GET", "/who", on_who, NULL);
  bh_web_server_mount(f->web, "POST", "/who", on_who, NULL);
  bh_web_server_mount(f->web, "GET", "/probe", on_probe, NULL);
  bh_web_server_mount(f->web, "GET", "/big", on_big, NULL);
}

static void
assert_who(Fixture *f, const char *header, const char *value, const char *expected)
{
  g_autoptr(SoupMessage) message = make_message(f, "GET", "/who?x=1");
  g_autofree char *who = NULL;

  if (header != NULL)
    set_header(message, header, value);
  who = ask(f, message);
  g_assert_cmpstr(who, ==, expected);
}

static void
test_remote(Fixture *f, gconstpointer data)
{
  static const char *const expected[N_WAYS] = {"GET /who '127.0.0.1' loopback - empty",
                                               "GET /who '127.0.0.1' secure loopback - empty",
                                               "GET /who '' local - empty"};

  mount(f);
  assert_who(f, NULL, NULL, expected[f->way]);
}

static void
test_bearer(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupMessage) twice = make_message(f, "GET", "/who");
  g_autofree char *body = NULL;

  mount(f);
  assert_who(f, "Authorization", "Bearer bht1.a-b.c_d.e",
             "GET /who '127.0.0.1' loopback bht1.a-b.c_d.e empty");
  assert_who(f, "Authorization", "Basic YTpi", "GET /who '127.0.0.1' loopback - empty");
  set_header(twice, "Authorization", "Bearer a");
  set_header(twice, "Authorization", "Bearer b");
  body = ask(f, twice);
  g_assert_cmpstr(body, ==, "GET /who '127.0.0.1' loopback - empty");
}

static void
test_proxies(Fixture *f, gconstpointer data)
{
  g_autoptr(BhAddressSet) proxies = bh_address_set_new();
  g_autoptr(SoupMessage) message = make_message(f, "GET", "/who");
  g_autofree char *who = NULL;

  mount(f);
  g_assert_true(bh_address_set_add(proxies, "127.0.0.1", NULL));
  assert_who(f, "X-Forwarded-For", "203.0.113.5", "GET /who '127.0.0.1' - empty");
  bh_web_server_set_proxies(f->web, proxies);
  assert_who(f, "X-Forwarded-For", "10.0.0.1, 203.0.113.5", "GET /who '203.0.113.5' - empty");
  set_header(message, "X-Forwarded-For", "10.0.0.1");
  set_header(message, "X-Forwarded-For", "203.0.113.6:99");
  set_header(message, "X-Forwarded-Proto", "https");
  who = ask(f, message);
  g_assert_cmpstr(who, ==, "GET /who '203.0.113.6' secure - empty");
}

/* A POST that says nothing, and nothing of its length. */
static void
test_empty_post(Fixture *f, gconstpointer data)
{
  static const char bare[] = "POST /who HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  g_autoptr(SoupMessage) message = make_message(f, "POST", "/who");
  g_autoptr(SoupMessage) echo = make_message(f, "POST", "/api/v1/echo");
  g_autofree char *who = NULL;
  g_autofree char *problem = NULL;
  Raw raw;

  mount(f);
  who = ask(f, message);
  g_assert_nonnull(strstr(who, " - empty"));
  problem = ask(f, echo);
  g_assert_cmpuint(soup_message_get_status(echo), ==, 400);
  raw_open(f, &raw);
  raw_send(&raw, bare, sizeof bare - 1);
  WAIT_POLLING(raw_has(&raw, " - empty", 8));
  raw_close(&raw);
}

static void
test_headers(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupMessage) page = make_message(f, "GET", "/");
  g_autoptr(SoupMessage) probe = make_message(f, "GET", "/probe");
  g_autoptr(SoupMessage) knock = make_message(f, "HEAD", "/signal");
  g_autofree char *bodies[3] = {NULL};

  mount(f);
  set_header(probe, "Origin", "http://127.0.0.1:1");
  bodies[0] = ask(f, page);
  bodies[1] = ask(f, probe);
  bodies[2] = ask(f, knock);
  g_assert_nonnull(strstr(get_header(page, "Content-Security-Policy"), " http: https:"));
  g_assert_cmpstr(get_header(page, "Cross-Origin-Resource-Policy"), ==, "same-origin");
  g_assert_null(get_header(page, "Strict-Transport-Security"));
  g_assert_cmpuint(soup_message_get_status(probe), ==, 204);
  g_assert_cmpstr(get_header(probe, "Cross-Origin-Resource-Policy"), ==, "cross-origin");
  g_assert_cmpstr(get_header(probe, "Access-Control-Allow-Origin"), ==, "*");
  g_assert_cmpuint(soup_message_get_status(knock), ==, 426);
  g_assert_cmpstr(get_header(knock, "Cross-Origin-Resource-Policy"), ==, "cross-origin");
  g_assert_nonnull(strstr(get_header(knock, "Connection"), "close"));
  for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++)
    g_clear_pointer(&bodies[i], g_free);
}

/* Two requests on one connection. */
static void
test_keep_alive(Fixture *f, gconstpointer data)
{
  static const char first[] = "GET /healthz?name=one HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  static const char second[] = "GET /healthz?name=two HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  Raw raw;

  raw_open(f, &raw);
  raw_send(&raw, first, sizeof first - 1);
  WAIT_POLLING(raw_has(&raw, "one", 3));
  raw_send(&raw, second, sizeof second - 1);
  WAIT_POLLING(raw_has(&raw, "two", 3));
  g_assert_false(raw.ended);
  g_assert_cmpuint(count_connections(f), ==, 1);
  raw_close(&raw);
  WAIT_POLLING(count_connections(f) == 0);
}

/* Between two requests: who keeps a connection and asks nothing more is closed, and gone here too.
 * libsoup alone would keep its half for good. */
static void
test_idle(Fixture *f, gconstpointer data)
{
  static const char request[] = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  Raw raw;

  raw_open(f, &raw);
  raw_send(&raw, request, sizeof request - 1);
  WAIT_POLLING(raw_has(&raw, " 200 ", 5));
  raw_wait_ended(&raw);
  WAIT_POLLING(count_connections(f) == 0);
  raw_close(&raw);
}

static void
assert_served(Fixture *f)
{
  g_autoptr(SoupMessage) message = make_message(f, "GET", "/healthz");
  g_autofree char *body = ask(f, message);

  g_assert_cmpstr(body, ==, "ok");
}

/* Who asks for much and reads nothing does not hold the server up, and is closed in the end. */
static void
test_reads_no_response(Fixture *f, gconstpointer data)
{
  static const char keep[] = "GET /big HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  static const char close[] = "GET /big HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
  Raw raws[2];

  mount(f);
  for (guint i = 0; i < 2; i++)
    raw_open(f, &raws[i]);
  raw_send(&raws[0], keep, sizeof keep - 1);
  raw_send(&raws[1], close, sizeof close - 1);
  assert_served(f);
  WAIT_POLLING(count_connections(f) <= 1); /* the asking session's own may be left */
  assert_served(f);
  for (guint i = 0; i < 2; i++) {
    raw_wait_ended(&raws[i]);
    g_assert_cmpuint(raws[i].in->len, <, BIG_BYTES);
    raw_close(&raws[i]);
  }
}

static void
test_big_response(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupMessage) message = make_message(f, "GET", "/big");
  g_autofree char *body = NULL;

  mount(f);
  body = ask(f, message);
  g_assert_cmpint(
      soup_message_headers_get_content_length(soup_message_get_response_headers(message)), ==,
      BIG_BYTES);
  g_assert_cmpstr(get_header(message, "Content-Type"), ==, "application/x-big");
  g_assert_cmpstr(get_header(message, "Cache-Control"), ==, "max-age=60");
}

/* Large frames both ways, in pieces of any size. */
static void
test_large_messages(Fixture *f, gconstpointer data)
{
  g_autofree char *payload = g_strnfill(60000, 'x');
  g_autofree char *relay =
      g_strdup_printf("{\"type\":\"relay\",\"targetPeerId\":\"b\",\"payload\":\"%s\"}", payload);
  Raw a, b;
  guint received = 0;

  raw_upgrade(f, &b, HANDSHAKE("/signal?tenantId=hotel", ""));
  raw_join(&b, "{\"type\":\"join\",\"peerId\":\"b\"}");
  raw_upgrade(f, &a, HANDSHAKE("/signal?tenantId=hotel", ""));
  raw_join(&a, "{\"type\":\"join\",\"peerId\":\"a\"}");
  for (guint i = 0; i < 50; i++) {
    raw_send_frame(&a, 0x81, relay, strlen(relay));
    raw_poll(&b);
  }
  WAIT_POLLING((raw_poll(&b), b.in->len > 50 * 60000));
  for (const guint8 *p = b.in->data;
       (p = memmem(p, b.in->len - (gsize)(p - b.in->data), "\"relay\"", 7)) != NULL; p++)
    received++;
  g_assert_cmpuint(received, ==, 50);
  raw_close(&a);
  raw_close(&b);
}

/* A client that connects to the port of TLS and says nothing, or begins and goes no further. */
static void
test_slow_handshake(Fixture *f, gconstpointer data)
{
  static const guint8 begun[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
  Raw silent, slow;

  raw_connect(f, &silent);
  raw_connect(f, &slow);
  raw_send(&slow, begun, sizeof begun);
  WAIT_POLLING(count_connections(f) == 2);
  assert_served(f);
  raw_wait_ended(&silent);
  raw_wait_ended(&slow);
  raw_close(&silent);
  raw_close(&slow);
}

static void
test_not_tls(Fixture *f, gconstpointer data)
{
  static const char request[] = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  Raw raw;

  raw_connect(f, &raw);
  raw_send(&raw, request, sizeof request - 1);
  raw_wait_ended(&raw);
  g_assert_false(raw_has(&raw, "HTTP/1", 6));
  raw_close(&raw);
  g_assert_cmpuint(count_connections(f), ==, 0);
}

/* The oldest of too many handshakes make way: whoever really wants something is through in time. */
static void
test_many_handshakes(Fixture *f, gconstpointer data)
{
  Raw raws[300];

  for (guint i = 0; i < G_N_ELEMENTS(raws); i++) {
    raw_connect(f, &raws[i]);
    g_main_context_iteration(NULL, FALSE);
  }
  assert_served(f);
  g_assert_cmpuint(count_refused(f), >=, G_N_ELEMENTS(raws) - 256);
  raw_wait_ended(&raws[0]);
  raw_poll(&raws[G_N_ELEMENTS(raws) - 1]);
  g_assert_false(raws[G_N_ELEMENTS(raws) - 1].ended);
  for (guint i = 0; i < G_N_ELEMENTS(raws); i++)
    raw_close(&raws[i]);
}

/* Likewise where more connections stand open than there are places, and ask for nothing. */
static void
test_many_silent(Fixture *f, gconstpointer data)
{
  static Raw raws[600];

  for (guint i = 0; i < G_N_ELEMENTS(raws); i++) {
    raw_connect(f, &raws[i]);
    g_main_context_iteration(NULL, FALSE);
  }
  assert_served(f);
  g_assert_cmpuint(count_refused(f), >=, G_N_ELEMENTS(raws) - 512);
  raw_wait_ended(&raws[0]);
  raw_poll(&raws[G_N_ELEMENTS(raws) - 1]);
  g_assert_false(raws[G_N_ELEMENTS(raws) - 1].ended);
  for (guint i = 0; i < G_N_ELEMENTS(raws); i++)
    raw_close(&raws[i]);
}

static void
raw_ask(Raw *raw)
{
  static const char request[] = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

  raw_send(raw, request, sizeof request - 1);
  WAIT_POLLING(raw_has(raw, " 200 ", 5) || raw->ended);
  g_assert_true(raw_has(raw, " 200 ", 5));
}

/* A full house of connections that got what they wanted a moment ago and stay open: whoever comes
 * now takes the place of one of them, however slow its handshake, and not of another newcomer. */
static void
test_many_answered(Fixture *f, gconstpointer data)
{
  static Raw raws[512];
  Raw slow[8];
  g_autoptr(GSocketAddress) tls = g_steal_pointer(&f->address);
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_web_server_listen(f->web, "127.0.0.1", 0, &error));
  g_assert_no_error(error);
  f->address = g_inet_socket_address_new_from_string("127.0.0.1", bh_web_server_get_port(f->web));
  for (guint i = 0; i < G_N_ELEMENTS(raws); i++) {
    raw_connect(f, &raws[i]);
    raw_ask(&raws[i]);
  }
  g_assert_cmpuint(count_connections(f), ==, G_N_ELEMENTS(raws));
  g_set_object(&f->address, tls);
  for (guint i = 0; i < G_N_ELEMENTS(slow); i++) {
    raw_connect(f, &slow[i]);
    WAIT_POLLING(count_refused(f) == i + 1);
  }
  for (guint i = 0; i < G_N_ELEMENTS(slow); i++) {
    raw_shake(f, &slow[i]);
    raw_ask(&slow[i]);
  }
  /* The longest waiting went. */
  for (guint i = 0; i < G_N_ELEMENTS(slow); i++)
    raw_wait_ended(&raws[i]);
  raw_poll(&raws[G_N_ELEMENTS(slow)]);
  g_assert_false(raws[G_N_ELEMENTS(slow)].ended);
  for (guint i = 0; i < G_N_ELEMENTS(slow); i++)
    raw_close(&slow[i]);
  for (guint i = 0; i < G_N_ELEMENTS(raws); i++)
    raw_close(&raws[i]);
}

/* A further request whose body is on its way is no connection that asks for nothing. */
static void
test_many_and_half_asked(Fixture *f, gconstpointer data)
{
  static const char begun[] = "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf";
  static Raw raws[512];
  Raw late;

  for (guint i = 0; i < G_N_ELEMENTS(raws); i++) {
    raw_connect(f, &raws[i]);
    raw_ask(&raws[i]);
  }
  raw_send(&raws[0], begun, sizeof begun - 1);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration(NULL, FALSE);
  raw_connect(f, &late);
  raw_ask(&late);
  raw_wait_ended(&raws[1]);
  raw_poll(&raws[0]);
  g_assert_false(raws[0].ended);
  raw_close(&late);
  for (guint i = 0; i < G_N_ELEMENTS(raws); i++)
    raw_close(&raws[i]);
}

/* Whoever holds the server longer than it serves does not keep it answering. */
static void
test_stopped(Fixture *f, gconstpointer data)
{
  Raw kept, silent;

  raw_open(f, &kept);
  raw_ask(&kept);
  raw_open(f, &silent);
  bh_web_server_close(f->web);
  raw_wait_ended(&kept);
  raw_wait_ended(&silent);
  raw_close(&kept);
  raw_close(&silent);
}

static void
assert_shows(Raw *raw, BhCertificate *leaf)
{
  GTlsCertificate *shown = g_tls_connection_get_peer_certificate(G_TLS_CONNECTION(raw->stream));
  g_autofree char *pem = bh_certificate_to_pem(leaf);
  g_autofree char *shown_pem = NULL;

  g_object_get(shown, "certificate-pem", &shown_pem, NULL);
  g_assert_cmpstr(shown_pem, ==, pem);
}

static void
test_certificate_replaced(Fixture *f, gconstpointer data)
{
  static const char request[] = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  static const char *const addresses[] = {"127.0.0.1", NULL};
  static const char *const none[] = {NULL};
  g_autoptr(GError) error = NULL;
  g_autoptr(BhCertificate) next =
      bh_authority_issue(f->authority, none, addresses, g_get_real_time() / 1000, &error);
  Raw before, after;

  raw_open(f, &before);
  assert_shows(&before, f->leaf);
  g_assert_true(bh_web_server_set_tls_certificate(f->web, next, &error));
  raw_open(f, &after);
  assert_shows(&after, next);
  raw_send(&before, request, sizeof request - 1);
  WAIT_POLLING(raw_has(&before, " 200 ", 5));
  raw_close(&before);
  raw_close(&after);
}

static void
on_sent(GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref(result);
}

/* Without the authority nobody trusts the hub. */
static void
test_stranger(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupSession) stranger = soup_session_new_with_options("proxy-resolver", NULL, NULL);
  g_autoptr(SoupMessage) message = make_message(f, "GET", "/healthz");
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  soup_session_send_and_read_async(stranger, message, 0, NULL, on_sent, &result);
  WAIT_FOR(result != NULL);
  g_assert_null(soup_session_send_and_read_finish(stranger, result, &error));
  g_assert_error(error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

static void
test_old_versions(Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(SSL_CTX) context = bh_tls_stream_make_context(f->leaf, &error);

  g_assert_no_error(error);
  g_assert_cmpint(SSL_CTX_get_min_proto_version(context), ==, TLS1_2_VERSION);
}

/* As staff devices on the pages of https have it. */
static void
test_https_origin(Fixture *f, gconstpointer data)
{
  g_autoptr(SoupMessage) own = make_message(f, "POST", "/api/v1/echo");
  g_autoptr(SoupMessage) downgraded = make_message(f, "POST", "/api/v1/echo");
  g_autoptr(SoupMessage) named = make_message(f, "POST", "/api/v1/echo");
  g_autofree char *bodies[3] = {NULL};

  bh_web_server_allow_host(f->web, "bellhop-1a2b.local");
  set_header(own, "Origin", f->base);
  set_header(downgraded, "Origin", "http://127.0.0.1:8080");
  set_header(named, "Origin", "https://bellhop-1a2b.local:8443");
  set_header(named, "Host", "bellhop-1a2b.local:8443");
  bodies[0] = post(f, own, "1", 1);
  bodies[1] = post(f, downgraded, "1", 1);
  bodies[2] = post(f, named, "1", 1);
  g_assert_cmpuint(soup_message_get_status(own), ==, 200);
  g_assert_cmpuint(soup_message_get_status(downgraded), ==, 403);
  g_assert_cmpuint(soup_message_get_status(named), ==, 200);
  for (guint i = 0; i < 3; i++)
    g_clear_pointer(&bodies[i], g_free);
}

static BhWebServer *
make_second(Fixture *f)
{
  BhLimitSet limits;

  bh_limit_set_init(&limits);
  return bh_web_server_new(f->signaling, &limits);
}

static void
test_unix_file(Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename(f->folder, "control.sock", NULL);
  g_autofree char *stale = g_build_filename(f->folder, "stale.sock", NULL);
  g_autofree char *file = g_build_filename(f->folder, "file", NULL);
  g_autofree char *name = g_strnfill(120, 'x');
  g_autofree char *far = g_build_filename(f->folder, name, NULL);
  g_autoptr(BhWebServer) second = make_second(f);
  g_autoptr(GSocketAddress) at = g_unix_socket_address_new(stale);
  g_autoptr(GSocket) dead =
      g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autofree char *still = NULL;
  g_autoptr(GError) error = NULL;
  GStatBuf info;

  g_assert_cmpint(g_stat(path, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0600);
  g_assert_false(bh_web_server_listen_unix(second, path, &error));
  g_assert_error(error, BH_WEB_ERROR, BH_WEB_ERROR_PORT_IN_USE);
  g_clear_error(&error);

  g_assert_true(g_file_set_contents(file, "precious", -1, NULL));
  g_assert_false(bh_web_server_listen_unix(second, file, &error));
  g_assert_error(error, BH_WEB_ERROR, BH_WEB_ERROR_ADDRESS);
  g_clear_error(&error);
  g_assert_true(g_file_get_contents(file, &still, NULL, NULL));
  g_assert_cmpstr(still, ==, "precious");
  g_assert_false(bh_web_server_listen_unix(second, far, &error));
  g_assert_error(error, BH_WEB_ERROR, BH_WEB_ERROR_FAILED);
  g_clear_error(&error);

  /* What a program that was killed leaves behind. */
  g_assert_true(g_socket_bind(dead, at, FALSE, NULL));
  g_socket_close(dead, NULL);
  g_assert_cmpint(g_stat(stale, &info), ==, 0);
  g_assert_true(bh_web_server_listen_unix(second, stale, &error));
  g_assert_no_error(error);
  g_assert_cmpint(g_stat(stale, &info), ==, 0);
  g_assert_cmpint(info.st_mode & 0777, ==, 0600);
  bh_web_server_close(second);
  g_assert_cmpint(g_stat(stale, &info), !=, 0);
}

static void
test_unix_host_and_origin(Fixture *f, gconstpointer data)
{
  static const char any_host[] = "GET /healthz HTTP/1.1\r\nHost: whatever.example\r\n\r\n";
  static const char no_host[] = "GET /healthz HTTP/1.0\r\n\r\n";
  static const char page[] = "GET /healthz HTTP/1.1\r\nHost: x\r\nOrigin: http://localhost\r\n\r\n";
  Raw raw;

  raw_open(f, &raw);
  raw_send(&raw, any_host, sizeof any_host - 1);
  WAIT_POLLING(raw_has(&raw, " 200 ", 5));
  raw_close(&raw);
  raw_open(f, &raw);
  raw_send(&raw, no_host, sizeof no_host - 1);
  WAIT_POLLING(raw_has(&raw, " 200 ", 5));
  raw_close(&raw);
  raw_open(f, &raw);
  raw_send(&raw, page, sizeof page - 1);
  WAIT_POLLING(raw_has(&raw, " 403 ", 5));
  raw_close(&raw);
}

/* Only addresses that are not this computer's loopback have a share to keep to: a whole house
 * behind a router is one. There whoever asks for nothing makes way, first those that got an answer.
 */
static void
test_share(Fixture *f, gconstpointer data)
{
  g_auto(GStrv) own = bh_address_list_for_links();
  g_autoptr(BhAddressSet) proxies = bh_address_set_new();
  Raw raws[8];

  for (guint i = 0; i < 5; i++)
    raw_open(f, &raws[i]);
  WAIT_POLLING(count_connections(f) == 5);
  g_assert_cmpuint(count_refused(f), ==, 0);
  for (guint i = 0; i < 5; i++)
    raw_close(&raws[i]);
  WAIT_POLLING(count_connections(f) == 0);
  if (own[0] == NULL ||
      !bh_web_server_listen(f->web, own[0], bh_web_server_get_port(f->web), NULL)) {
    g_test_skip("this computer has no address but loopback");
    return;
  }

  g_set_object(&f->address, NULL);
  f->address = g_inet_socket_address_new_from_string(own[0], bh_web_server_get_port(f->web));
  raw_upgrade(f, &raws[0], HANDSHAKE("/signal", ""));
  raw_connect(f, &raws[1]);
  WAIT_POLLING(count_connections(f) == 1);
  raw_connect(f, &raws[2]);
  raw_wait_ended(&raws[1]);
  raw_ask(&raws[2]);
  raw_upgrade(f, &raws[3], HANDSHAKE("/signal", ""));
  raw_wait_ended(&raws[2]);
  g_assert_cmpuint(count_refused(f), ==, 2);
  g_assert_cmpuint(count_sockets(f), ==, 2);
  raw_connect(f, &raws[4]);
  raw_wait_ended(&raws[4]);
  g_assert_cmpuint(count_refused(f), ==, 3);
  raw_close(&raws[0]); /* a WebSocket that ends leaves its place */
  WAIT_POLLING(count_sockets(f) == 1);
  raw_connect(f, &raws[5]);
  raw_ask(&raws[5]);
  g_assert_true(bh_address_set_add(proxies, own[0], NULL));
  bh_web_server_set_proxies(f->web, proxies);
  raw_upgrade(f, &raws[6], HANDSHAKE("/signal", ""));
  raw_upgrade(f, &raws[7], HANDSHAKE("/signal", ""));
  raw_poll(&raws[5]);
  g_assert_false(raws[5].ended);
  g_assert_cmpuint(count_refused(f), ==, 3);
  for (guint i = 1; i < G_N_ELEMENTS(raws); i++)
    raw_close(&raws[i]);
  WAIT_POLLING(count_connections(f) + count_sockets(f) == 0);
}

static void
add_for_all(const Setup *as_is, const Setup *hurried, const Setup *hasty)
{
  static const char prefix[] = "/web-ways";

  add_test(prefix, "remote", as_is, test_remote);
  add_test(prefix, "empty-post", as_is, test_empty_post);
  add_test(prefix, "keep-alive", as_is, test_keep_alive);
  add_test(prefix, "idle", hasty, test_idle);
  add_test(prefix, "reads-no-response", hurried, test_reads_no_response);
  add_test(prefix, "big-response", as_is, test_big_response);
  add_test(prefix, "large-messages", as_is, test_large_messages);
}

int
main(int argc, char **argv)
{
  static const char prefix[] = "/web-ways";
  static const Setup as_is[N_WAYS] = {{.way = WAY_PLAIN}, {.way = WAY_TLS}, {.way = WAY_UNIX}};
  static const Setup hurried[N_WAYS] = {{.way = WAY_PLAIN, .response_ms = 300},
                                        {.way = WAY_TLS, .response_ms = 300},
                                        {.way = WAY_UNIX, .response_ms = 300}};
  static const Setup hasty[N_WAYS] = {{.way = WAY_PLAIN, .request_ms = 300},
                                      {.way = WAY_TLS, .request_ms = 300},
                                      {.way = WAY_UNIX, .request_ms = 300}};
  static const Setup narrow = {.limit = BH_LIMIT_ADDRESS_CONNECTIONS, .value = 2};

  g_test_init(&argc, &argv, NULL);
  for (guint way = 0; way < N_WAYS; way++)
    add_for_all(&as_is[way], &hurried[way], &hasty[way]);
  add_test(prefix, "bearer", &as_is[WAY_PLAIN], test_bearer);
  add_test(prefix, "proxies", &as_is[WAY_PLAIN], test_proxies);
  add_test(prefix, "headers", &as_is[WAY_PLAIN], test_headers);
  add_test(prefix, "share", &narrow, test_share);
  add_test(prefix, "headers", &as_is[WAY_TLS], test_headers);
  add_test(prefix, "slow-handshake", &hasty[WAY_TLS], test_slow_handshake);
  add_test(prefix, "not-tls", &as_is[WAY_TLS], test_not_tls);
  add_test(prefix, "many-silent", &as_is[WAY_PLAIN], test_many_silent);
  add_test(prefix, "many-answered", &as_is[WAY_TLS], test_many_answered);
  add_test(prefix, "many-and-half-asked", &as_is[WAY_PLAIN], test_many_and_half_asked);
  for (guint way = 0; way < N_WAYS; way++)
    add_test(prefix, "stopped", &as_is[way], test_stopped);
  add_test(prefix, "many-handshakes", &as_is[WAY_TLS], test_many_handshakes);
  add_test(prefix, "certificate-replaced", &as_is[WAY_TLS], test_certificate_replaced);
  add_test(prefix, "stranger", &as_is[WAY_TLS], test_stranger);
  add_test(prefix, "old-versions", &as_is[WAY_TLS], test_old_versions);
  add_test(prefix, "https-origin", &as_is[WAY_TLS], test_https_origin);
  add_test(prefix, "file", &as_is[WAY_UNIX], test_unix_file);
  add_test(prefix, "host-and-origin", &as_is[WAY_UNIX], test_unix_host_and_origin);
  return run_tests();
}
