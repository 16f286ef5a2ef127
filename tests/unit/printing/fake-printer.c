/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-printer.h"

#include <string.h>
#include <sys/socket.h>

typedef struct {
  FakePrinter *printer;
  GSocketConnection *connection;
  GCancellable *cancellable;
  GByteArray *pending; /* read, not understood yet */
  GByteArray *answers; /* not sent yet */
  GByteArray *held;    /* confirmations */
  GSource *sender;
  gsize job_bytes;
  guint8 buffer[1024];
  gint references;
} Link;

static void read_more(Link *link);

static void
link_unref(Link *link)
{
  if (--link->references > 0)
    return;
  g_byte_array_unref(link->pending);
  g_byte_array_unref(link->answers);
  g_byte_array_unref(link->held);
  g_object_unref(link->connection);
  g_object_unref(link->cancellable);
  g_free(link);
}

static void
hang_up(Link *link)
{
  if (g_cancellable_is_cancelled(link->cancellable))
    return;
  g_cancellable_cancel(link->cancellable);
  if (link->sender != NULL) {
    g_source_destroy(link->sender);
    g_clear_pointer(&link->sender, g_source_unref);
  }
  if (link->printer->resets) {
    GSocket *socket = g_socket_connection_get_socket(link->connection);
    struct {
      int on, seconds;
    } linger = {1, 0};

    g_assert_cmpint(
        setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger), ==, 0);
  }
  g_io_stream_close(G_IO_STREAM(link->connection), NULL, NULL);
}

static gboolean
on_send(gpointer data)
{
  Link *link = data;
  GOutputStream *output = g_io_stream_get_output_stream(G_IO_STREAM(link->connection));
  gsize n = link->printer->is_byte_wise ? MIN(1, link->answers->len) : link->answers->len;

  if (link->printer->chatters) {
    static guint8 noise[4096];

    memset(noise, 0x12, sizeof noise);
    g_pollable_output_stream_write_nonblocking(G_POLLABLE_OUTPUT_STREAM(output), noise,
                                               sizeof noise, NULL, NULL);
    return G_SOURCE_CONTINUE;
  }
  if (n > 0) {
    g_output_stream_write_all(output, link->answers->data, n, NULL, NULL, NULL);
    g_byte_array_remove_range(link->answers, 0, (guint)n);
  }
  if (link->answers->len > 0)
    return G_SOURCE_CONTINUE;
  g_clear_pointer(&link->sender, g_source_unref);
  return G_SOURCE_REMOVE;
}

static void
start_sender(Link *link)
{
  if (link->sender != NULL)
    return;
  link->sender = g_idle_source_new();
  g_source_set_priority(link->sender, G_PRIORITY_DEFAULT);
  g_source_set_callback(link->sender, on_send, link, NULL);
  g_source_attach(link->sender, NULL);
}

static void
answer(Link *link, const void *bytes, guint length)
{
  g_byte_array_append(link->answers, bytes, length);
  start_sender(link);
}

static void
answer_question(Link *link, guint8 n)
{
  guint8 status = 0x12;

  link->printer->n_questions++;
  if (!link->printer->answers)
    return;
  if (link->printer->is_paper_out)
    status = (guint8)(status | (n == 1 ? 0x08 : n == 2 ? 0x20 : n == 4 ? 0x6c : 0));
  answer(link, &status, 1);
}

static void
confirm(Link *link, const guint8 *id)
{
  guint8 block[7] = {0x37, 0x22, id[0], id[1], id[2], id[3], 0};

  if (!link->printer->confirms)
    return;
  link->printer->n_confirmed++;
  if (link->printer->holds)
    g_byte_array_append(link->held, block, sizeof block);
  else
    answer(link, block, sizeof block);
}

static void
print_byte(Link *link, guint8 byte)
{
  FakePrinter *printer = link->printer;

  g_byte_array_append(printer->received, &byte, 1);
  link->job_bytes++;
  if (link->job_bytes == 1 && printer->on_job_byte != NULL)
    printer->on_job_byte(printer);
  if (printer->hangs_up_after > 0 && link->job_bytes >= printer->hangs_up_after)
    hang_up(link);
}

/* Takes what is whole from the front of `pending`. */
static void
understand(Link *link)
{
  static const guint8 request[] = {0x1d, '(', 'H', 6, 0, 0x30, 0x30};
  guint at = 0;

  while (at < link->pending->len && !g_cancellable_is_cancelled(link->cancellable)) {
    const guint8 *bytes = link->pending->data + at;
    guint left = link->pending->len - at;

    if (bytes[0] == 0x10) {
      if (left < 3)
        break;
      g_assert_cmpint(bytes[1], ==, 0x04);
      answer_question(link, bytes[2]);
      at += 3;
    } else if (memcmp(bytes, request, MIN(left, sizeof request)) == 0) {
      if (left < sizeof request + 4)
        break;
      confirm(link, bytes + sizeof request);
      at += sizeof request + 4;
    } else {
      print_byte(link, bytes[0]);
      at++;
    }
  }
  g_byte_array_remove_range(link->pending, 0, at);
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Link *link = data;
  gssize n = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);

  if (n > 0 && !g_cancellable_is_cancelled(link->cancellable)) {
    g_byte_array_append(link->pending, link->buffer, (guint)n);
    understand(link);
    if (!g_cancellable_is_cancelled(link->cancellable))
      read_more(link);
  } else if (n < 0 || !link->printer->stays) {
    hang_up(link);
  }
  link_unref(link);
}

static void
read_more(Link *link)
{
  link->references++;
  g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(link->connection)),
                            link->buffer, sizeof link->buffer, G_PRIORITY_DEFAULT,
                            link->cancellable, read_cb, link);
}

static void
drop_link(gpointer data)
{
  hang_up(data);
  link_unref(data);
}

static gboolean
on_incoming(GSocketService *service, GSocketConnection *connection, GObject *from,
            FakePrinter *printer)
{
  Link *link = g_new0(Link, 1);

  link->printer = printer;
  link->connection = g_object_ref(connection);
  link->cancellable = g_cancellable_new();
  link->pending = g_byte_array_new();
  link->answers = g_byte_array_new();
  link->held = g_byte_array_new();
  link->references = 1;
  g_ptr_array_add(printer->connections, link);
  printer->n_connections++;
  if (printer->hangs_up_first)
    hang_up(link);
  else if (!printer->never_reads)
    read_more(link);
  if (printer->chatters)
    start_sender(link);
  return TRUE;
}

static void
bind_keeper(FakePrinter *printer)
{
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
  g_autoptr(GSocketAddress) bound = NULL;
  g_autoptr(GError) error = NULL;

  printer->keeper =
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error(error);
  g_socket_bind(printer->keeper, any, TRUE, &error);
  g_assert_no_error(error);
  bound = g_socket_get_local_address(printer->keeper, &error);
  g_assert_no_error(error);
  printer->port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
}

void
fake_printer_init(FakePrinter *printer)
{
  *printer = (FakePrinter){.answers = TRUE, .confirms = TRUE};
  printer->received = g_byte_array_new();
  printer->connections = g_ptr_array_new_with_free_func(drop_link);
  bind_keeper(printer);
  fake_printer_switch_on(printer);
}

void
fake_printer_clear(FakePrinter *printer)
{
  fake_printer_switch_off(printer);
  g_ptr_array_unref(printer->connections);
  g_byte_array_unref(printer->received);
  g_object_unref(printer->keeper);
}

void
fake_printer_switch_on(FakePrinter *printer)
{
  g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, printer->port);
  g_autoptr(GSocket) socket =
      g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

  g_assert_null(printer->service);
  if (printer->receive_bytes > 0)
    g_assert_true(
        g_socket_set_option(socket, SOL_SOCKET, SO_RCVBUF, printer->receive_bytes, NULL));
  g_assert_true(g_socket_bind(socket, address, TRUE, NULL));
  g_assert_true(g_socket_listen(socket, NULL));
  printer->service = g_socket_service_new();
  g_assert_true(
      g_socket_listener_add_socket(G_SOCKET_LISTENER(printer->service), socket, NULL, NULL));
  g_signal_connect(printer->service, "incoming", G_CALLBACK(on_incoming), printer);
}

void
fake_printer_switch_off(FakePrinter *printer)
{
  if (printer->service == NULL)
    return;
  g_signal_handlers_disconnect_by_data(printer->service, printer);
  g_socket_service_stop(printer->service);
  g_socket_listener_close(G_SOCKET_LISTENER(printer->service));
  g_clear_object(&printer->service);
  g_ptr_array_set_size(printer->connections, 0);
  /* What was cancelled comes back. */
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

void
fake_printer_release(FakePrinter *printer)
{
  printer->holds = FALSE;
  for (guint i = 0; i < printer->connections->len; i++) {
    Link *link = printer->connections->pdata[i];

    if (!g_cancellable_is_cancelled(link->cancellable))
      answer(link, link->held->data, link->held->len);
    g_byte_array_set_size(link->held, 0);
  }
}

void
fake_printer_read(FakePrinter *printer)
{
  g_assert_true(printer->never_reads);
  printer->never_reads = FALSE;
  for (guint i = 0; i < printer->connections->len; i++)
    if (!g_cancellable_is_cancelled(((Link *)printer->connections->pdata[i])->cancellable))
      read_more(printer->connections->pdata[i]);
}

guint
fake_printer_count(FakePrinter *printer, const char *text)
{
  gsize length = strlen(text);
  guint count = 0;

  for (gsize i = 0; i + length <= printer->received->len; i++)
    count += memcmp(printer->received->data + i, text, length) == 0;
  return count;
}

void
fake_printer_say(FakePrinter *printer, const char *bytes, gsize length)
{
  for (guint i = 0; i < printer->connections->len; i++) {
    Link *link = printer->connections->pdata[i];

    if (!g_cancellable_is_cancelled(link->cancellable))
      answer(link, bytes, (guint)length);
  }
}
