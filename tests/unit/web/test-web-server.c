/* SPDX-License-Identifier: Apache-2.0 */
/* Everything by each way in: plain, TLS, Unix-domain socket. */
#include <string.h>

#include "web-fixture.h"

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

    set_header(again, "If-None-Match", get_header(message, "ETag"));
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
assert_answer(Fixture *f, const char *path, const char *known, guint status, const char *text)
{
  g_autoptr(SoupMessage) message = make_message(f, "GET", path);
  g_autofree char *body = NULL;

  if (known != NULL)
    set_header(message, "If-None-Match", known);
  body = ask(f, message);
  g_assert_cmpuint(soup_message_get_status(message), ==, status);
  if (text != NULL)
    g_assert_cmpstr(body, ==, text);
}

static void
test_folder(Fixture *f, gconstpointer data)
{
  assert_answer(f, "/shelf/one", NULL, 200, "/shelf/one");
  assert_answer(f, "/shelf/", NULL, 200, "/shelf/");
  assert_answer(f, "/shelf/healthz", NULL, 200, "ok");
  assert_answer(f, "/shelf/healthz/one", NULL, 404, NULL);
  assert_answer(f, "/shelf/one/two", NULL, 404, NULL);
  assert_answer(f, "/shelf", NULL, 404, NULL);
  assert_answer(f, "/shelf/../healthz", NULL, 200, "ok");
  assert_status(f, "POST", "/shelf/one", 405, "application/problem+json");
  assert_answer(f, "/shelf/one", "\"one\"", 304, "");
  assert_answer(f, "/shelf/one", "\"two\", W/\"one\"", 304, "");
  assert_answer(f, "/shelf/one", "\"on\"", 200, "/shelf/one");
  assert_answer(f, "/shelf/one", "one", 200, "/shelf/one");
  assert_answer(f, "/shelf/one", ",,", 200, "/shelf/one");
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
  set_header(rebound, "Host", "evil.example");
  set_header(known, "Host", "signaling.local:8080");
  set_header(foreign, "Origin", "http://evil.example");
  set_header(own, "Origin", f->base);
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

static void
test_join(Fixture *f, gconstpointer data)
{
  static const char *const handshakes[] = {
      HANDSHAKE("/", "x-tenant-id: hotel\r\n"),
      HANDSHAKE("/signal", "x-tenant-id: hotel\r\n"),
      HANDSHAKE("/signal?tenantId=hotel", ""),
      HANDSHAKE("/?a=b&tenantId=hotel", "Origin: http://127.0.0.1\r\n"),
  };

  /* On a Unix-domain socket whatever has an Origin is refused. */
  for (gsize i = 0; i < G_N_ELEMENTS(handshakes) - (f->way == WAY_UNIX ? 1 : 0); i++) {
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

/* A close frame with @code, then the end. */
static void
assert_closed(Raw *raw, guint16 code)
{
  const char bytes[2] = {(char)(code >> 8), (char)code};

  raw_wait_ended(raw);
  g_assert_true(raw_has(raw, bytes, 2));
}

/* It is heard, for it may be one of ours that another server gave; its word alone lets it in nowhere.
 * On a Unix-domain socket no page has any business. */
static void
test_foreign_page(Fixture *f, gconstpointer data)
{
  static const char handshake[] = HANDSHAKE("/signal", "Origin: http://evil.example\r\n");
  static const char join[] = "{\"type\":\"join\",\"tenantId\":\"hotel\"}";
  Raw raw;

  if (f->way == WAY_UNIX) {
    raw_open(f, &raw);
    raw_send(&raw, handshake, sizeof handshake - 1);
    WAIT_POLLING(raw_has(&raw, " 403 ", 5));
  } else {
    raw_upgrade(f, &raw, handshake);
    raw_send_frame(&raw, 0x81, join, sizeof join - 1);
    assert_closed(&raw, 1008);
  }
  raw_close(&raw);
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
      gssize n = g_pollable_output_stream_write_nonblocking(
          G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(raw.stream)), chunk + sent,
          0x8000 + 8 - sent, NULL, NULL);

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
  Raw raw;

  raw_open(f, &raw);
  raw_send(&raw, "GET / HTTP/1.1\r\nHost: ", 22);
  raw_wait_ended(&raw);
  raw_close(&raw);
  WAIT_POLLING(count_connections(f) == 0);
}

/* Who has joined keeps the last place; who only holds it makes way. */
static void
test_connection_cap(Fixture *f, gconstpointer data)
{
  static const char handshake[] = HANDSHAKE("/signal?tenantId=hotel", "");
  Raw stranger, first, second;

  raw_upgrade(f, &stranger, handshake);
  raw_upgrade(f, &first, handshake);
  raw_wait_ended(&stranger);
  raw_join(&first, "{\"type\":\"join\"}");
  raw_open(f, &second);
  raw_send(&second, handshake, sizeof handshake - 1);
  WAIT_POLLING(raw_has(&second, " 503 ", 5));
  raw_close(&second);
  raw_close(&first);
  WAIT_POLLING(count_sockets(f) == 0);
  raw_upgrade(f, &first, handshake);
  raw_close(&first);
  raw_close(&stranger);
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

/* The same of each way in. */
static void
add_all(Way way, const Setup *as_is, const Setup *special)
{
  static const char prefix[] = "/web-server";

  add_test(prefix, "pages", as_is, test_pages);
  add_test(prefix, "not-there", as_is, test_not_there);
  add_test(prefix, "mounted", as_is, test_mounted);
  add_test(prefix, "folder", as_is, test_folder);
  if (way != WAY_UNIX)
    add_test(prefix, "host-and-origin", as_is, test_host_and_origin);
  add_test(prefix, "large-body", as_is, test_large_body);
  add_test(prefix, "endless-body", as_is, test_endless_body);
  if (way == WAY_PLAIN)
    add_test(prefix, "port-in-use", as_is, test_port_in_use);
  add_test(prefix, "join", as_is, test_join);
  add_test(prefix, "join-early", as_is, test_join_early);
  add_test(prefix, "foreign-page", as_is, test_foreign_page);
  add_test(prefix, "endless-fragments", as_is, test_endless_fragments);
  add_test(prefix, "refused-frames", as_is, test_refused_frames);
  add_test(prefix, "bad-text-stays", as_is, test_bad_text_stays);
  add_test(prefix, "ping-and-silence", &special[0], test_ping_and_silence);
  add_test(prefix, "never-joins", &special[1], test_never_joins);
  add_test(prefix, "slow-request", &special[2], test_slow_request);
  add_test(prefix, "connection-cap", &special[3], test_connection_cap);
  add_test(prefix, "slow-reader", &special[4], test_slow_reader);
}

int
main(int argc, char **argv)
{
  static Setup setups[N_WAYS][6];

  g_test_init(&argc, &argv, NULL);
  for (guint way = 0; way < N_WAYS; way++) {
    Setup *s = setups[way];

    s[1] = (Setup){.ping_ms = 100, .silent_ms = 1000};
    s[2] = (Setup){.join_ms = 300};
    s[3] = (Setup){.request_ms = 200};
    s[4] = (Setup){.limit = BH_LIMIT_CONNECTIONS, .value = 1};
    s[5] = (Setup){.limit = BH_LIMIT_QUEUED_BYTES, .value = (guint64)64 * 1024};
    for (guint i = 0; i < 6; i++)
      s[i].way = (Way)way;
    add_all((Way)way, &s[0], &s[1]);
  }
  return run_tests();
}
