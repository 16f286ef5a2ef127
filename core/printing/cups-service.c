/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "cups-service.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>

#include "found-printer.h"
#include "ipp-message.h"

#define SOCKET_PATH  "/run/cups/cups.sock"
#define DEFAULT_PORT 631
#define READ_BYTES   16384

/* Of a service on this computer. */
#define TIMEOUT_S 10

/* printer-state: stopped (RFC 8011 5.4.11) */
#define STATE_STOPPED 5

struct _BhCupsService {
  GObject parent_instance;

  SoupSession *session;
  char *origin;
};

G_DEFINE_FINAL_TYPE(BhCupsService, bh_cups_service, G_TYPE_OBJECT)

/* --- one question --- */

/* What the task of a question holds. */
typedef struct {
  GByteArray *answer;
  gboolean is_listing; /* of the queues */
  gboolean may_have;
  GPtrArray *found;
} Question;

static void
question_free(gpointer data)
{
  Question *question = data;

  g_byte_array_unref(question->answer);
  g_clear_pointer(&question->found, g_ptr_array_unref);
  g_free(question);
}

static void judge_answer(GTask *task);

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Question *question = g_task_get_task_data(task);
  GError *error = NULL;
  g_autoptr(GBytes) bytes =
      g_input_stream_read_bytes_finish(G_INPUT_STREAM(source), result, &error);
  gsize length;
  const guint8 *data;

  if (bytes == NULL) {
    g_task_return_error(task, error);
    return;
  }
  data = g_bytes_get_data(bytes, &length);
  if (length > 0 && question->answer->len + length <= BH_IPP_MAX_BYTES) {
    g_byte_array_append(question->answer, data, (guint)length);
    g_input_stream_read_bytes_async(G_INPUT_STREAM(source), READ_BYTES, G_PRIORITY_DEFAULT,
                                    g_task_get_cancellable(task), read_cb, g_object_ref(task));
  } else {
    judge_answer(task);
  }
}

/* Nothing was sent where nobody listens. */
static gboolean
is_unheard(const GError *error)
{
  return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_HOST_NOT_FOUND) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
         g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ||
         error->domain == G_RESOLVER_ERROR;
}

static void
send_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  SoupSession *session = SOUP_SESSION(source);
  Question *question = g_task_get_task_data(task);
  GError *error = NULL;
  g_autoptr(GInputStream) stream = soup_session_send_finish(session, result, &error);
  SoupMessage *message = soup_session_get_async_result_message(session, result);

  if (stream == NULL) {
    question->may_have = !is_unheard(error);
    g_task_return_error(task, error);
  } else if (soup_message_get_status(message) != SOUP_STATUS_OK) {
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_FAILED, "the print service says %u",
                            soup_message_get_status(message));
  } else {
    question->may_have = TRUE;
    g_input_stream_read_bytes_async(stream, READ_BYTES, G_PRIORITY_DEFAULT,
                                    g_task_get_cancellable(task), read_cb, g_object_ref(task));
  }
}

/* @task: (transfer full); @request: (transfer full) */
static void
ask(BhCupsService *self, GTask *task, const char *place, GByteArray *request, gboolean is_listing)
{
  g_autofree char *uri = g_strconcat(self->origin, place, NULL);
  g_autoptr(SoupMessage) message = soup_message_new(SOUP_METHOD_POST, uri);
  g_autoptr(GBytes) body = g_byte_array_free_to_bytes(request);
  Question *question = g_new0(Question, 1);

  question->answer = g_byte_array_new();
  question->is_listing = is_listing;
  question->found = g_ptr_array_new_with_free_func((GDestroyNotify)bh_found_printer_free);
  g_task_set_task_data(task, question, question_free);
  soup_message_set_request_body_from_bytes(message, "application/ipp", body);
  soup_session_send_async(self->session, message, G_PRIORITY_DEFAULT, g_task_get_cancellable(task),
                          send_cb, task);
}

static GByteArray *
begin_for_queue(guint16 operation, const char *queue)
{
  g_autofree char *escaped = g_uri_escape_string(queue, NULL, FALSE);
  g_autofree char *uri = g_strconcat("ipp://localhost/printers/", escaped, NULL);
  GByteArray *request = bh_ipp_begin(operation);

  bh_ipp_add(request, BH_IPP_URI, "printer-uri", uri);
  bh_ipp_add(request, BH_IPP_NAME, "requesting-user-name", "bellhop");
  return request;
}

static char *
make_place(const char *queue)
{
  g_autofree char *escaped = g_uri_escape_string(queue, NULL, FALSE);

  return g_strconcat("/printers/", escaped, NULL);
}

/* --- the queues --- */

/* What is being read of them. */
typedef struct {
  GPtrArray *found;
  guint group;
  char *queue, *info, *device;
} Reading;

/* Devices that take bytes as they are; the others are given pages. */
static gboolean
is_raw_device(const char *uri)
{
  static const char *const schemes[] = {"usb", "socket", "lpd", "parallel", "serial", NULL};
  g_autofree char *scheme = g_uri_parse_scheme(uri);

  return scheme != NULL && g_strv_contains(schemes, scheme);
}

static void
end_queue(Reading *reading)
{
  gboolean is_raw = reading->device != NULL && is_raw_device(reading->device);
  g_autofree char *escaped =
      reading->queue != NULL ? g_uri_escape_string(reading->queue, NULL, FALSE) : NULL;

  if (escaped != NULL && reading->found->len < BH_CUPS_SERVICE_MAX)
    g_ptr_array_add(
        reading->found,
        bh_found_printer_new(reading->info != NULL && *reading->info != '\0' ? reading->info
                                                                             : reading->queue,
                             "cups", is_raw ? g_strconcat("cups:", escaped, NULL) : NULL,
                             is_raw ? NULL : "no-raw-queue"));
  g_clear_pointer(&reading->queue, g_free);
  g_clear_pointer(&reading->info, g_free);
  g_clear_pointer(&reading->device, g_free);
}

static void
visit_queue(guint group, guint8 group_kind, const char *name, guint8 kind, const guint8 *value,
            gsize length, gpointer user_data)
{
  Reading *reading = user_data;
  char **place = NULL;

  if (group_kind != BH_IPP_GROUP_PRINTER)
    return;
  if (group != reading->group)
    end_queue(reading);
  reading->group = group;
  if (g_str_equal(name, "printer-name"))
    place = &reading->queue;
  else if (g_str_equal(name, "printer-info"))
    place = &reading->info;
  else if (g_str_equal(name, "device-uri"))
    place = &reading->device;
  if (place == NULL)
    return;
  g_free(*place);
  *place = g_utf8_make_valid((const char *)value, (gssize)length);
}

void
bh_cups_service_list_async(BhCupsService *service, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(service, NULL, callback, user_data);
  GByteArray *request = bh_ipp_begin(BH_IPP_CUPS_GET_PRINTERS);

  bh_ipp_add(request, BH_IPP_KEYWORD, "requested-attributes", "printer-name");
  bh_ipp_add(request, BH_IPP_KEYWORD, "", "printer-info");
  bh_ipp_add(request, BH_IPP_KEYWORD, "", "device-uri");
  bh_ipp_end(request);
  ask(service, task, "/", request, TRUE);
}

GPtrArray *
bh_cups_service_list_finish(BhCupsService *service, GAsyncResult *result, GError **error)
{
  Question *question = g_task_get_task_data(G_TASK(result));

  return g_task_propagate_boolean(G_TASK(result), error) ? g_steal_pointer(&question->found) : NULL;
}

/* --- one queue --- */

static void
visit_state(guint group, guint8 group_kind, const char *name, guint8 kind, const guint8 *value,
            gsize length, gpointer user_data)
{
  gboolean *is_closed = user_data;

  if (g_str_equal(name, "printer-state") && kind == BH_IPP_ENUM && length == 4)
    *is_closed |= value[3] == STATE_STOPPED;
  else if (g_str_equal(name, "printer-is-accepting-jobs") && kind == BH_IPP_BOOLEAN && length == 1)
    *is_closed |= value[0] == 0;
}

void
bh_cups_service_check_async(BhCupsService *service, const char *queue, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(service, cancellable, callback, user_data);
  GByteArray *request = begin_for_queue(BH_IPP_GET_PRINTER_ATTRIBUTES, queue);
  g_autofree char *place = make_place(queue);

  bh_ipp_add(request, BH_IPP_KEYWORD, "requested-attributes", "printer-state");
  bh_ipp_add(request, BH_IPP_KEYWORD, "", "printer-is-accepting-jobs");
  bh_ipp_end(request);
  ask(service, task, place, request, FALSE);
}

gboolean
bh_cups_service_check_finish(BhCupsService *service, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

void
bh_cups_service_print_async(BhCupsService *service, const char *queue, GBytes *bytes,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new(service, cancellable, callback, user_data);
  GByteArray *request = begin_for_queue(BH_IPP_PRINT_JOB, queue);
  g_autofree char *place = make_place(queue);
  gsize length;
  const guint8 *data = g_bytes_get_data(bytes, &length);

  bh_ipp_add(request, BH_IPP_NAME, "job-name", "Bellhop");
  bh_ipp_add(request, BH_IPP_MIME, "document-format", "application/vnd.cups-raw");
  bh_ipp_end(request);
  g_byte_array_append(request, data, (guint)length);
  ask(service, task, place, request, FALSE);
}

gboolean
bh_cups_service_print_finish(BhCupsService *service, GAsyncResult *result, gboolean *may_have,
                             GError **error)
{
  const Question *question = g_task_get_task_data(G_TASK(result));

  *may_have = question->may_have;
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* --- what it answered --- */

static gboolean
read_answer(GTask *task, guint16 *status, gboolean *is_closed, GError **error)
{
  Question *question = g_task_get_task_data(task);
  Reading reading = {.found = question->found};
  gboolean ok;

  if (!question->is_listing)
    return bh_ipp_read(question->answer->data, question->answer->len, status, visit_state,
                       is_closed, error);
  ok = bh_ipp_read(question->answer->data, question->answer->len, status, visit_queue, &reading,
                   error);
  end_queue(&reading);
  return ok;
}

static void
judge_answer(GTask *task)
{
  Question *question = g_task_get_task_data(task);
  gboolean is_closed = FALSE;
  guint16 status = 0;
  GError *error = NULL;

  if (!read_answer(task, &status, &is_closed, &error)) {
    g_task_return_error(task, error);
    return;
  }
  /* No queue at all is "not found". */
  if (status < BH_IPP_STATUS_REDIRECTION ? !is_closed : question->is_listing) {
    g_task_return_boolean(task, TRUE);
    return;
  }
  question->may_have = FALSE;
  g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_FAILED, "the queue takes no job (%04x)",
                          status);
}

/* --- life --- */

static void
bh_cups_service_finalize(GObject *object)
{
  BhCupsService *self = BH_CUPS_SERVICE(object);

  g_clear_object(&self->session);
  g_free(self->origin);
  G_OBJECT_CLASS(bh_cups_service_parent_class)->finalize(object);
}

static void
bh_cups_service_class_init(BhCupsServiceClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_cups_service_finalize;
}

static void
bh_cups_service_init(BhCupsService *self)
{
}

/* "HOST", "HOST:PORT"; Returns: (transfer full) */
static char *
make_origin(const char *server)
{
  g_autoptr(GSocketConnectable) address = g_network_address_parse(server, DEFAULT_PORT, NULL);

  if (address == NULL)
    return g_strdup("http://localhost:631");
  return g_strdup_printf("http://%s:%u", g_network_address_get_hostname(G_NETWORK_ADDRESS(address)),
                         (guint)g_network_address_get_port(G_NETWORK_ADDRESS(address)));
}

BhCupsService *
bh_cups_service_new(void)
{
  BhCupsService *self = g_object_new(BH_TYPE_CUPS_SERVICE, NULL);
  const char *server = g_getenv("CUPS_SERVER");
  g_autoptr(GSocketAddress) address = NULL;

  if (server == NULL || *server == '\0')
    server = SOCKET_PATH;
  if (*server == '/')
    address = g_unix_socket_address_new(server);
  self->origin = *server == '/' ? g_strdup("http://localhost") : make_origin(server);
  self->session =
      g_object_new(SOUP_TYPE_SESSION, "remote-connectable", address, "timeout", TIMEOUT_S, NULL);
  soup_session_set_proxy_resolver(self->session, NULL);
  return self;
}
