/* SPDX-License-Identifier: Apache-2.0 */
/* Printers plugged into this computer: how they are listed, and the bytes that go to a device file
 * and come from it. A pseudo-terminal stands for the device. */
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "device-id.h"
#include "device-transport.h"
#include "found-printer.h"
#include "stream-transport.h"
#include "usb-printers.h"

static void
assert_label(const char *id, const char *expected)
{
  g_autofree char *label = bh_device_id_make_label(id, strlen(id));

  g_assert_cmpstr(label, ==, expected);
}

static void
test_device_id(void)
{
  assert_label("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;DES:EPSON TM-T20II;",
               "EPSON TM-T20II");
  assert_label("manufacturer:Star; model: Star TSP143 ;", "Star TSP143");
  assert_label("DES:Receipt printer;", "Receipt printer");
  assert_label("MFG:EPSON;MDL:;", NULL);
  assert_label("MFG:EPSON", NULL);
  assert_label("", NULL);
  assert_label(";;;MDL", NULL);
  assert_label("MDL:\xff\xfe;", "\xef\xbf\xbd\xef\xbf\xbd");
}

static void
test_labels(void)
{
  static const char *const words[][2] = {{"EPSON\tTM\n", "EPSON TM"},
                                         {"  a  b ", "a b"},
                                         {"\x1b[31mred", "[31mred"},
                                         {"\xc3\xa9", "\xc3\xa9"},
                                         {"\xff", "\xef\xbf\xbd"}};
  g_autofree char *many = g_strnfill(1000, 'x');
  g_autofree char *cut = bh_found_printer_clean_label(many);
  g_autofree char *none = bh_found_printer_clean_label("\n");

  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    g_autofree char *label = bh_found_printer_clean_label(words[i][0]);

    g_assert_cmpstr(label, ==, words[i][1]);
  }
  g_assert_cmpuint(strlen(cut), <=, 64);
  g_assert_cmpstr(none, ==, "Printer");
}

/* --- the list --- */

static void
take_list(GObject *source, GAsyncResult *result, gpointer data)
{
  *(GPtrArray **)data = bh_usb_printers_list_finish(result);
}

static GPtrArray *
list(const char *devices, const char *classes)
{
  GPtrArray *found = NULL;

  bh_usb_printers_list_async(devices, classes, take_list, &found);
  while (found == NULL)
    g_main_context_iteration(NULL, TRUE);
  return found;
}

static void
put(const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname(path);

  g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
  g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
clear_folder(const char *folder)
{
  const char *const argv[] = {"rm", "-r", folder, NULL};

  g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                             NULL, NULL));
}

static void
test_list(void)
{
  g_autofree char *folder = g_dir_make_tmp("bellhop-usb-XXXXXX", NULL);
  g_autofree char *devices = g_build_filename(folder, "dev", NULL);
  g_autofree char *classes = g_build_filename(folder, "class", NULL);
  g_autofree char *address = g_strconcat("usb:", devices, "/lp2", NULL);
  g_autoptr(GPtrArray) none = list(devices, classes);
  g_autoptr(GPtrArray) found = NULL;
  const BhFoundPrinter *first, *second;

  g_assert_cmpuint(none->len, ==, 0);
  put(devices, "lp10", "");
  put(devices, "lp2", "");
  put(devices, "hiddev0", "");
  put(classes, "lp2/device/ieee1284_id", "MFG:EPSON;MDL:TM-T20II;\n");
  found = list(devices, classes);
  g_assert_cmpuint(found->len, ==, 2);
  first = found->pdata[0];
  second = found->pdata[1];
  g_assert_cmpstr(first->label, ==, "EPSON TM-T20II");
  g_assert_cmpstr(first->kind, ==, "usb");
  g_assert_cmpstr(first->address, ==, address);
  g_assert_null(first->problem);
  g_assert_cmpstr(second->label, ==, "lp10");
  clear_folder(folder);
}

/* --- the bytes --- */

typedef struct {
  int master;
  char *path;
  BhPrintTransport *transport;
  GString *received;
  gboolean is_open, is_written, is_ended;
  gsize written;
  GError *error;
} Device;

static void
on_received(BhPrintTransport *transport, GBytes *bytes, Device *device)
{
  gsize length;
  const char *data = g_bytes_get_data(bytes, &length);

  g_string_append_len(device->received, data, (gssize)length);
}

static void
on_ended(BhPrintTransport *transport, const GError *error, Device *device)
{
  device->is_ended = TRUE;
}

static void
open_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Device *device = data;

  device->is_open =
      bh_print_transport_open_finish(BH_PRINT_TRANSPORT(source), result, &device->error);
}

static void
write_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Device *device = data;

  bh_print_transport_write_finish(BH_PRINT_TRANSPORT(source), result, &device->written,
                                  &device->error);
  device->is_written = TRUE;
}

static void
device_init(Device *device)
{
  struct termios raw;
  int slave;

  memset(device, 0, sizeof *device);
  device->received = g_string_new(NULL);
  device->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
  g_assert_cmpint(device->master, >=, 0);
  g_assert_cmpint(grantpt(device->master), ==, 0);
  g_assert_cmpint(unlockpt(device->master), ==, 0);
  device->path = g_strdup(ptsname(device->master));
  slave = open(device->path, O_RDWR | O_NOCTTY);
  g_assert_cmpint(tcgetattr(slave, &raw), ==, 0);
  cfmakeraw(&raw);
  g_assert_cmpint(tcsetattr(slave, TCSANOW, &raw), ==, 0);
  device->transport = bh_device_transport_new(device->path);
  g_signal_connect(device->transport, "received", G_CALLBACK(on_received), device);
  g_signal_connect(device->transport, "ended", G_CALLBACK(on_ended), device);
  bh_print_transport_open_async(device->transport, open_cb, device);
  while (!device->is_open && device->error == NULL)
    g_main_context_iteration(NULL, TRUE);
  g_assert_no_error(device->error);
  close(slave);
}

static void
device_clear(Device *device)
{
  bh_print_transport_close(device->transport);
  bh_print_transport_close(device->transport);
  g_clear_object(&device->transport);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  if (device->master >= 0)
    close(device->master);
  g_string_free(device->received, TRUE);
  g_clear_error(&device->error);
  g_free(device->path);
}

/* What the device took, read in the loop's idle time: the loop never waits for it. */
static void
drain(Device *device, GByteArray *taken)
{
  guint8 bytes[997];
  ssize_t n = read(device->master, bytes, sizeof bytes);

  if (n > 0)
    g_byte_array_append(taken, bytes, (guint)n);
  g_main_context_iteration(NULL, n <= 0 && !device->is_written);
}

static gboolean
on_tick(gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_bytes_go_and_come(void)
{
  g_autoptr(GByteArray) taken = g_byte_array_new();
  g_autofree guint8 *sent = g_malloc(300000);
  g_autoptr(GBytes) bytes = NULL;
  guint tick = g_timeout_add(5, on_tick, NULL);
  Device device;

  for (gsize i = 0; i < 300000; i++)
    sent[i] = (guint8)(i * 7 + i / 251);
  bytes = g_bytes_new(sent, 300000);
  device_init(&device);
  bh_print_transport_write_async(device.transport, bytes, write_cb, &device);
  while (taken->len < 300000)
    drain(&device, taken);
  while (!device.is_written)
    g_main_context_iteration(NULL, TRUE);
  g_assert_no_error(device.error);
  g_assert_cmpuint(device.written, ==, 300000);
  g_assert_cmpmem(taken->data, taken->len, sent, 300000);

  g_assert_cmpint(write(device.master, "\x16\x12", 2), ==, 2);
  while (device.received->len < 2)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpmem(device.received->str, device.received->len, "\x16\x12", 2);
  device_clear(&device);
  g_source_remove(tick);
}

static void
test_a_device_that_takes_nothing(void)
{
  g_autofree char *much = g_strnfill(300000, 'x');
  g_autoptr(GBytes) bytes = g_bytes_new(much, 300000);
  Device device;

  device_init(&device);
  bh_print_transport_write_async(device.transport, bytes, write_cb, &device);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration(NULL, FALSE);
  g_assert_false(device.is_written);
  bh_print_transport_close(device.transport);
  while (!device.is_written)
    g_main_context_iteration(NULL, TRUE);
  g_assert_error(device.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint(device.written, >, 0);
  g_assert_cmpuint(device.written, <, 300000);
  device_clear(&device);
}

static void
test_a_device_that_is_pulled_out(void)
{
  Device device;

  device_init(&device);
  close(device.master);
  device.master = -1;
  while (!device.is_ended)
    g_main_context_iteration(NULL, TRUE);
  device_clear(&device);
}

static void
test_no_device(void)
{
  g_autofree char *folder = g_dir_make_tmp("bellhop-usb-XXXXXX", NULL);
  g_autofree char *file = g_build_filename(folder, "lp0", NULL);
  g_autofree char *none = g_build_filename(folder, "lp1", NULL);
  const char *const paths[] = {file, none, folder};

  g_assert_true(g_file_set_contents(file, "kept", -1, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_autoptr(BhPrintTransport) transport = bh_device_transport_new(paths[i]);
    Device device = {.master = -1};

    bh_print_transport_open_async(transport, open_cb, &device);
    while (device.error == NULL)
      g_main_context_iteration(NULL, TRUE);
    g_assert_false(device.is_open);
    g_clear_error(&device.error);
  }
  clear_folder(folder);
}

/* --- what was taken last --- */

/* A pipe of one page: full, it asks for no more until the page is read. */
#define PIPE_BYTES 4096

G_DECLARE_FINAL_TYPE(PipeTransport, pipe_transport, PIPE, TRANSPORT, BhStreamTransport)

struct _PipeTransport {
  BhStreamTransport parent_instance;
  int fds[2];
};

G_DEFINE_FINAL_TYPE(PipeTransport, pipe_transport, BH_TYPE_STREAM_TRANSPORT)

static void
pipe_connect_async(BhStreamTransport *transport, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(transport, NULL, callback, user_data);

  g_task_return_boolean(task, TRUE);
}

static GIOStream *
pipe_connect_finish(BhStreamTransport *transport, GAsyncResult *result, GError **error)
{
  PipeTransport *self = PIPE_TRANSPORT(transport);
  g_autoptr(GInputStream) input = g_memory_input_stream_new();
  g_autoptr(GOutputStream) output = NULL;

  g_assert_cmpint(pipe2(self->fds, O_NONBLOCK | O_CLOEXEC), ==, 0);
  g_assert_cmpint(fcntl(self->fds[1], F_SETPIPE_SZ, PIPE_BYTES), ==, PIPE_BYTES);
  output = g_unix_output_stream_new(self->fds[1], TRUE);
  return g_simple_io_stream_new(input, output);
}

static void
pipe_transport_class_init(PipeTransportClass *klass)
{
  BhStreamTransportClass *transport = BH_STREAM_TRANSPORT_CLASS(klass);

  transport->keeps_last = TRUE;
  transport->connect_async = pipe_connect_async;
  transport->connect_finish = pipe_connect_finish;
}

static void
pipe_transport_init(PipeTransport *self)
{
}

static void
iterate(void)
{
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

/* A page, which the system has and nobody has read. */
static void
write_page(Device *device, PipeTransport *transport)
{
  static const guint8 page[PIPE_BYTES];
  g_autoptr(GBytes) bytes = g_bytes_new_static(page, sizeof page);
  int n_held = 0;

  device->is_written = FALSE;
  bh_print_transport_write_async(BH_PRINT_TRANSPORT(transport), bytes, write_cb, device);
  iterate();
  g_assert_cmpint(ioctl(transport->fds[0], FIONREAD, &n_held), ==, 0);
  g_assert_cmpint(n_held, ==, PIPE_BYTES);
  g_assert_false(device->is_written);
}

static void
test_what_was_taken_last(void)
{
  PipeTransport *transport = g_object_new(pipe_transport_get_type(), NULL);
  g_autoptr(BhPrintTransport) usb = bh_device_transport_new("/dev/usb/lp0");
  guint8 page[PIPE_BYTES];
  Device device = {0};
  int fd;

  g_assert_true(BH_STREAM_TRANSPORT_GET_CLASS(usb)->keeps_last);
  bh_print_transport_open_async(BH_PRINT_TRANSPORT(transport), open_cb, &device);
  while (!device.is_open)
    g_main_context_iteration(NULL, TRUE);
  write_page(&device, transport);
  g_assert_cmpint(read(transport->fds[0], page, sizeof page), ==, PIPE_BYTES);
  while (!device.is_written)
    g_main_context_iteration(NULL, TRUE);
  g_assert_no_error(device.error);
  g_assert_cmpuint(device.written, ==, PIPE_BYTES);

  /* Closed meanwhile it is nothing that has come to its end, though it may have left. */
  write_page(&device, transport);
  bh_print_transport_close(BH_PRINT_TRANSPORT(transport));
  while (!device.is_written)
    g_main_context_iteration(NULL, TRUE);
  g_assert_error(device.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint(device.written, ==, PIPE_BYTES);
  g_clear_error(&device.error);
  fd = transport->fds[0];
  g_object_unref(transport);
  iterate();
  close(fd);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/usb-printers/device-id", test_device_id);
  g_test_add_func("/usb-printers/labels", test_labels);
  g_test_add_func("/usb-printers/list", test_list);
  g_test_add_func("/usb-printers/bytes-go-and-come", test_bytes_go_and_come);
  g_test_add_func("/usb-printers/a-device-that-takes-nothing", test_a_device_that_takes_nothing);
  g_test_add_func("/usb-printers/a-device-that-is-pulled-out", test_a_device_that_is_pulled_out);
  g_test_add_func("/usb-printers/what-was-taken-last", test_what_was_taken_last);
  g_test_add_func("/usb-printers/no-device", test_no_device);
  return g_test_run();
}
