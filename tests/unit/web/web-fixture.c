/* SPDX-License-Identifier: Apache-2.0 */
#include "web-fixture.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

const char *const way_names[N_WAYS] = {"plain", "tls", "unix"};

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

static void
on_shelf(BhWebRequest *request, gpointer user_data)
{
  const char *path = bh_web_request_get_path(request);

  bh_web_request_set_header(request, "ETag", "\"one\"");
  if (bh_web_request_knows(request, "\"one\""))
    bh_web_request_respond_bytes(request, 304, NULL, NULL);
  else
    bh_web_request_respond_text(request, 200, "text/plain", path);
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
listen_at(Fixture *f)
{
  static const char *const none[] = {NULL};
  g_autofree char *path = g_build_filename(f->folder, "control.sock", NULL);
  g_autofree char *root = g_build_filename(f->folder, "authority.crt", NULL);
  g_autoptr(GError) error = NULL;
  guint16 port;

  if (f->way == WAY_UNIX) {
    g_assert_true(bh_web_server_listen_unix(f->web, path, &error));
    g_assert_no_error(error);
    f->address = g_unix_socket_address_new(path);
    f->base = g_strdup("http://localhost");
    return;
  }
  if (f->way == WAY_TLS) {
    gint64 now_ms = g_get_real_time() / 1000;

    f->authority = bh_authority_open(f->folder, "Test", none, now_ms, &error);
    g_assert_no_error(error);
    f->leaf = bh_authority_serve(f->authority, none, none, now_ms, &error);
    g_assert_no_error(error);
    f->trust = g_tls_file_database_new(root, &error);
    g_assert_no_error(error);
    g_assert_true(bh_web_server_listen_tls(f->web, "127.0.0.1", 0, f->leaf, &error));
    port = bh_web_server_get_tls_port(f->web);
  } else {
    g_assert_true(bh_web_server_listen(f->web, "127.0.0.1", 0, &error));
    port = bh_web_server_get_port(f->web);
  }
  g_assert_no_error(error);
  f->address = g_inet_socket_address_new_from_string("127.0.0.1", port);
  f->base = g_strdup_printf("%s://127.0.0.1:%u", f->way == WAY_TLS ? "https" : "http", port);
}

void
set_up(Fixture *f, gconstpointer data)
{
  const Setup *setup = data;
  const BhSignalingConfig config = {.open = TRUE, .id = "id", .name = "Test", .version = "0"};
  BhLimitSet limits;
  BhWebTiming timing;

  f->way = setup->way;
  f->folder = g_dir_make_tmp("bh-web-XXXXXX", NULL);
  bh_limit_set_init(&limits);
  bh_web_timing_init(&timing);
  if (setup->value != 0)
    bh_limit_set_put(&limits, setup->limit, setup->value);
  if (setup->ping_ms != 0)
    timing.ping_ms = setup->ping_ms;
  if (setup->silent_ms != 0)
    timing.silent_ms = setup->silent_ms;
  if (setup->join_ms != 0)
    timing.join_ms = setup->join_ms;
  if (setup->response_ms != 0)
    timing.response_ms = setup->response_ms;
  if (setup->request_ms != 0)
    timing.first_request_ms = timing.next_request_ms = setup->request_ms;
  f->signaling = bh_signaling_server_new(&config, &limits);
  f->web = bh_web_server_new(f->signaling, &limits);
  bh_web_server_set_timing(f->web, &timing);
  bh_web_server_mount(f->web, "POST", "/api/v1/echo", on_echo, NULL);
  bh_web_server_mount(f->web, "GET", "/healthz", on_health, NULL);
  bh_web_server_mount(f->web, "GET", "/later", on_later, NULL);
  bh_web_server_mount(f->web, "GET", "/shelf/", on_shelf, NULL);
  bh_web_server_mount(f->web, "GET", "/shelf/healthz", on_health, NULL);
  listen_at(f);
  f->session = soup_session_new_with_options("proxy-resolver", NULL, "tls-database", f->trust,
                                             "remote-connectable",
                                             f->way == WAY_UNIX ? f->address : NULL, NULL);
}

int
run_tests(void)
{
  int status = g_test_run();

  /* gcc 12's leak check stumbles over the thread-local memory of what was loaded while threads ran
   * (GLib's TLS and its worker threads): let them end first. */
  g_thread_pool_set_max_idle_time(1);
  g_thread_pool_stop_unused_threads();
  while (g_thread_pool_get_num_unused_threads() > 0)
    g_thread_yield();
  return status;
}

gboolean
on_limit(gpointer user_data)
{
  g_error("waited too long at %s", (const char *)user_data);
  return G_SOURCE_REMOVE;
}

gboolean
on_tick(gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
remove_folder(const char *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(folder, name, NULL);

    /* The server has taken its own away. */
    g_assert_false(g_str_has_suffix(name, ".sock"));
    g_assert_cmpint(g_remove(path), ==, 0);
  }
  g_assert_cmpint(g_rmdir(folder), ==, 0);
}

void
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
  g_clear_object(&f->trust);
  g_clear_object(&f->address);
  g_clear_pointer(&f->leaf, bh_certificate_unref);
  g_clear_pointer(&f->authority, bh_authority_unref);
  remove_folder(f->folder);
  g_free(f->folder);
  g_free(f->base);
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

void
add_test(const char *prefix, const char *name, const Setup *setup,
         void (*test)(Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf("%s/%s/%s", prefix, way_names[setup->way], name);

  g_test_add(path, Fixture, setup, set_up, test, tear_down);
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref(result);
}

char *
ask(Fixture *f, SoupMessage *message)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) body = NULL;

  soup_session_send_and_read_async(f->session, message, 0, NULL, on_done, &result);
  WAIT_FOR(result != NULL);
  body = soup_session_send_and_read_finish(f->session, result, &error);
  g_assert_no_error(error);
  return g_strdup_printf("%.*s", (int)g_bytes_get_size(body),
                         (const char *)g_bytes_get_data(body, NULL));
}

SoupMessage *
make_message(Fixture *f, const char *method, const char *path)
{
  g_autofree char *uri = g_strconcat(f->base, path, NULL);

  return soup_message_new(method, uri);
}

const char *
get_header(SoupMessage *message, const char *name)
{
  return soup_message_headers_get_one(soup_message_get_response_headers(message), name);
}

void
set_header(SoupMessage *message, const char *name, const char *value)
{
  soup_message_headers_append(soup_message_get_request_headers(message), name, value);
}

char *
post(Fixture *f, SoupMessage *message, const char *body, gsize length)
{
  g_autoptr(GBytes) bytes = g_bytes_new(body, length);

  soup_message_set_request_body_from_bytes(message, "application/json", bytes);
  return ask(f, message);
}

void
raw_connect(Fixture *f, Raw *raw)
{
  g_autoptr(GError) error = NULL;

  raw->socket = g_socket_new(g_socket_address_get_family(f->address), G_SOCKET_TYPE_STREAM,
                             G_SOCKET_PROTOCOL_DEFAULT, &error);
  g_assert_no_error(error);
  g_assert_true(g_socket_connect(raw->socket, f->address, NULL, &error));
  g_socket_set_blocking(raw->socket, FALSE);
  raw->stream = G_IO_STREAM(g_socket_connection_factory_create_connection(raw->socket));
  raw->in = g_byte_array_new();
  raw->ended = FALSE;
}

void
raw_shake(Fixture *f, Raw *raw)
{
  g_autoptr(GIOStream) plain = g_steal_pointer(&raw->stream);
  g_autoptr(GSocketConnectable) identity = g_network_address_new("127.0.0.1", 0);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  raw->stream = g_tls_client_connection_new(plain, identity, &error);
  g_assert_no_error(error);
  g_tls_connection_set_database(G_TLS_CONNECTION(raw->stream), f->trust);
  g_tls_connection_handshake_async(G_TLS_CONNECTION(raw->stream), 0, NULL, on_done, &result);
  WAIT_FOR(result != NULL);
  g_tls_connection_handshake_finish(G_TLS_CONNECTION(raw->stream), result, &error);
  g_assert_no_error(error);
}

void
raw_open(Fixture *f, Raw *raw)
{
  raw_connect(f, raw);
  if (f->way == WAY_TLS)
    raw_shake(f, raw);
}

void
raw_poll(Raw *raw)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM(g_io_stream_get_input_stream(raw->stream));
  char buffer[65536];

  while (!raw->ended) {
    g_autoptr(GError) error = NULL;
    gssize n = g_pollable_input_stream_read_nonblocking(input, buffer, sizeof buffer, NULL, &error);

    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return;
    if (n > 0)
      g_byte_array_append(raw->in, (const guint8 *)buffer, (guint)n);
    else
      raw->ended = TRUE;
  }
}

gboolean
raw_has(Raw *raw, const char *bytes, gsize length)
{
  raw_poll(raw);
  return raw->in->len > 0 && memmem(raw->in->data, raw->in->len, bytes, length) != NULL;
}

void
raw_wait_ended(Raw *raw)
{
  WAIT_POLLING((raw_poll(raw), raw->ended));
}

void
raw_send(Raw *raw, const void *bytes, gsize length)
{
  GPollableOutputStream *output =
      G_POLLABLE_OUTPUT_STREAM(g_io_stream_get_output_stream(raw->stream));
  const char *p = bytes;
  gsize sent = 0;
  gint64 until_us = g_get_monotonic_time() + (gint64)LIMIT_MS * 1000;
  guint tick_id = g_timeout_add(2, on_tick, NULL);

  while (sent < length) {
    gssize n =
        g_pollable_output_stream_write_nonblocking(output, p + sent, length - sent, NULL, NULL);

    if (n > 0)
      sent += (gsize)n;
    else
      g_main_context_iteration(NULL, TRUE);
    if (g_get_monotonic_time() > until_us)
      break; /* the other side has gone: what was to be seen, is seen by what came */
  }
  g_source_remove(tick_id);
}

void
raw_send_frame(Raw *raw, guint8 first, const char *payload, gsize length)
{
  g_autofree guint8 *frame = g_malloc0(8 + length); /* mask of zeros */

  g_assert_cmpuint(length, <=, G_MAXUINT16);
  frame[0] = first;
  frame[1] = 0xfe;
  frame[2] = (guint8)(length >> 8);
  frame[3] = (guint8)length;
  memcpy(frame + 8, payload, length);
  raw_send(raw, frame, 8 + length);
}

void
raw_upgrade(Fixture *f, Raw *raw, const char *handshake)
{
  raw_open(f, raw);
  raw_send(raw, handshake, strlen(handshake));
  WAIT_POLLING(raw_has(raw, "\r\n\r\n", 4) || raw->ended);
  g_assert_true(raw_has(raw, " 101 ", 5));
}

/* The socket first: a good-bye of GLib's TLS would wait for room. */
void
raw_close(Raw *raw)
{
  g_socket_close(raw->socket, NULL);
  g_clear_object(&raw->stream);
  g_clear_object(&raw->socket);
  g_clear_pointer(&raw->in, g_byte_array_unref);
}

void
raw_join(Raw *raw, const char *join)
{
  raw_send_frame(raw, 0x81, join, strlen(join));
  WAIT_POLLING(raw_has(raw, "\"joined\"", 8));
}

static BhWebCounters
get_counters(Fixture *f)
{
  BhWebCounters counters;

  bh_web_server_get_counters(f->web, &counters);
  return counters;
}

guint64
count_sockets(Fixture *f)
{
  return get_counters(f).web_sockets;
}

guint64
count_connections(Fixture *f)
{
  return get_counters(f).connections;
}

guint64
count_refused(Fixture *f)
{
  return get_counters(f).refused;
}
