/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-server.h"

#include <string.h>

#define KEY_HEADER "Sec-WebSocket-Key: "

gboolean
fake_on_limit(gpointer where)
{
  g_error("%s: waited too long", (const char *)where);
  return G_SOURCE_REMOVE;
}

int
fake_run_tests(void)
{
  int status;

  /* What this computer would ask for proxies (GLib loads libproxy, whose C++ exceptions clang's
   * sanitizer takes for its own in a program of C) is nothing of these tests. */
  g_setenv("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  status = g_test_run();
  /* gcc 12's leak check stumbles over the thread-local memory of what was loaded while threads ran
   * (GLib's TLS and its worker threads): let them end first. */
  g_thread_pool_set_max_idle_time(1);
  g_thread_pool_stop_unused_threads();
  while (g_thread_pool_get_num_unused_threads() > 0)
    g_thread_yield();
  return status;
}

static void read_on(FakeCall *call);

/* --- reading --- */

static gboolean
on_frame(BhWebSocketOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  FakeCall *call = user_data;

  if (opcode == BH_WEB_SOCKET_TEXT)
    g_queue_push_tail(&call->texts, g_strndup((const char *)data, length));
  if (opcode == BH_WEB_SOCKET_PING) {
    call->pings++;
    if (!call->is_mute)
      fake_call_write(call, "\x8a\x00", 2, 0);
  }
  return TRUE;
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  FakeCall *call = user_data;
  g_autoptr(GError) error = NULL;
  gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

  call->is_reading = FALSE;
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (length <= 0) {
    call->is_over = TRUE;
    return;
  }
  if (call->is_upgraded)
    g_assert_cmpuint(
        bh_web_socket_reader_feed(&call->reader, call->buffer, (gsize)length, on_frame, call), ==,
        0);
  else
    g_byte_array_append(call->head, call->buffer, (guint)length);
  read_on(call);
}

static void
read_on(FakeCall *call)
{
  if (call->is_deaf)
    return;
  call->is_reading = TRUE;
  g_input_stream_read_async(g_io_stream_get_input_stream(call->stream), call->buffer,
                            sizeof call->buffer, G_PRIORITY_DEFAULT, call->cancellable, read_cb,
                            call);
}

/* --- calls --- */

static gboolean
on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source,
            FakeServer *server)
{
  FakeCall *call = g_new0(FakeCall, 1);

  g_socket_set_option(g_socket_connection_get_socket(connection), 6 /* IPPROTO_TCP */,
                      1 /* TCP_NODELAY */, 1, NULL);
  if (server->certificate != NULL)
    call->stream = g_tls_server_connection_new(G_IO_STREAM(connection), server->certificate, NULL);
  else
    call->stream = g_object_ref(G_IO_STREAM(connection));
  call->head = g_byte_array_new();
  call->cancellable = g_cancellable_new();
  g_queue_init(&call->texts);
  bh_web_socket_reader_init(&call->reader, 16 * 1024 * 1024);
  g_queue_push_tail(&server->calls, call);
  read_on(call);
  return TRUE;
}

void
fake_call_free(FakeCall *call)
{
  g_cancellable_cancel(call->cancellable);
  WAIT_FOR(!call->is_reading);
  g_object_unref(call->cancellable);
  g_object_unref(call->stream);
  g_byte_array_unref(call->head);
  g_queue_clear_full(&call->texts, g_free);
  bh_web_socket_reader_clear(&call->reader);
  g_free(call);
}

void
fake_call_wait_request(FakeCall *call)
{
  WAIT_FOR(call->head->len > 4 &&
           memcmp(call->head->data + call->head->len - 4, "\r\n\r\n", 4) == 0);
}

void
fake_call_write(FakeCall *call, const void *bytes, gsize length, gsize piece)
{
  GOutputStream *out = g_io_stream_get_output_stream(call->stream);
  g_autoptr(GError) error = NULL;

  for (gsize done = 0, n; done < length; done += n) {
    n = piece == 0 ? length : MIN(piece, length - done);
    g_output_stream_write_all(out, (const guint8 *)bytes + done, n, NULL, NULL, &error);
    g_assert_no_error(error);
    while (g_main_context_iteration(NULL, FALSE))
      ;
  }
}

void
fake_call_upgrade(FakeCall *call, gsize piece)
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize size = sizeof digest;
  g_autofree char *request = NULL;
  g_autofree char *accept = NULL;
  g_autofree char *answer = NULL;
  const char *key;

  fake_call_wait_request(call);
  request = g_strndup((const char *)call->head->data, call->head->len);
  key = strstr(request, KEY_HEADER) + strlen(KEY_HEADER);
  g_checksum_update(sum, (const guchar *)key, (gssize)strcspn(key, "\r"));
  g_checksum_update(sum, (const guchar *)"258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
  g_checksum_get_digest(sum, digest, &size);
  accept = g_base64_encode(digest, size);
  answer = g_strdup_printf("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                           "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                           accept);
  call->is_upgraded = TRUE;
  fake_call_write(call, answer, strlen(answer), piece);
}

void
fake_call_say(FakeCall *call, const char *text, gsize piece)
{
  g_autoptr(GByteArray) frame = g_byte_array_new();
  guint8 header[BH_WEB_SOCKET_MAX_HEADER_BYTES];

  g_byte_array_append(frame, header,
                      (guint)bh_web_socket_write_header(header, BH_WEB_SOCKET_TEXT, strlen(text)));
  g_byte_array_append(frame, (const guint8 *)text, (guint)strlen(text));
  fake_call_write(call, frame->data, frame->len, piece);
}

json_t *
fake_call_expect(FakeCall *call, const char *type)
{
  g_autofree char *text = NULL;
  json_t *message;

  WAIT_FOR(!g_queue_is_empty(&call->texts));
  text = g_queue_pop_head(&call->texts);
  message = bh_json_parse(text, strlen(text), NULL);
  g_assert_cmpstr(json_string_value(json_object_get(message, "type")), ==, type);
  return message;
}

/* --- the server --- */

FakeServer *
fake_server_new(GTlsCertificate *certificate)
{
  FakeServer *server = g_new0(FakeServer, 1);
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
  g_autoptr(GSocketAddress) address = NULL;
  g_autoptr(GError) error = NULL;

  server->service = g_socket_service_new();
  server->certificate = certificate != NULL ? g_object_ref(certificate) : NULL;
  g_queue_init(&server->calls);
  g_socket_listener_add_address(G_SOCKET_LISTENER(server->service), any, G_SOCKET_TYPE_STREAM,
                                G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error(error);
  g_signal_connect(server->service, "incoming", G_CALLBACK(on_incoming), server);
  server->url =
      g_strdup_printf("%s:%u/signal", certificate != NULL ? "wss://localhost" : "ws://127.0.0.1",
                      g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(address)));
  return server;
}

void
fake_server_free(FakeServer *server)
{
  g_signal_handlers_disconnect_by_data(server->service, server);
  g_socket_service_stop(server->service);
  g_socket_listener_close(G_SOCKET_LISTENER(server->service));
  g_object_unref(server->service);
  g_queue_clear_full(&server->calls, (GDestroyNotify)fake_call_free);
  g_clear_object(&server->certificate);
  g_free(server->url);
  g_free(server);
}

FakeCall *
fake_server_wait(FakeServer *server)
{
  WAIT_FOR(!g_queue_is_empty(&server->calls));
  return g_queue_pop_head(&server->calls);
}
