/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "cups-transport.h"

struct _BhCupsTransport {
  GObject parent_instance;

  char *queue;
  BhCupsService *service;
  GCancellable *cancellable;
};

static void print_transport_init(BhPrintTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(BhCupsTransport, bh_cups_transport, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_PRINT_TRANSPORT, print_transport_init))

static void
check_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  GError *error = NULL;

  if (bh_cups_service_check_finish(BH_CUPS_SERVICE(source), result, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

static void
open_async(BhPrintTransport *transport, GAsyncReadyCallback callback, gpointer user_data)
{
  BhCupsTransport *self = BH_CUPS_TRANSPORT(transport);

  bh_cups_service_check_async(self->service, self->queue, self->cancellable, check_cb,
                              g_task_new(self, NULL, callback, user_data));
}

static gboolean
open_finish(BhPrintTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* The task's data: bytes that have left, as far as anybody knows. */
static void
print_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  gsize *written = g_task_get_task_data(task);
  GError *error = NULL;
  gboolean may_have;

  if (bh_cups_service_print_finish(BH_CUPS_SERVICE(source), result, &may_have, &error)) {
    g_task_return_boolean(task, TRUE);
    return;
  }
  if (!may_have)
    *written = 0;
  g_task_return_error(task, error);
}

static void
write_async(BhPrintTransport *transport, GBytes *bytes, GAsyncReadyCallback callback,
            gpointer user_data)
{
  BhCupsTransport *self = BH_CUPS_TRANSPORT(transport);
  GTask *task = g_task_new(self, NULL, callback, user_data);
  gsize *written = g_new(gsize, 1);

  *written = g_bytes_get_size(bytes);
  g_task_set_task_data(task, written, g_free);
  bh_cups_service_print_async(self->service, self->queue, bytes, self->cancellable, print_cb, task);
}

static gboolean
write_finish(BhPrintTransport *transport, GAsyncResult *result, gsize *written, GError **error)
{
  *written = *(gsize *)g_task_get_task_data(G_TASK(result));
  return g_task_propagate_boolean(G_TASK(result), error);
}

static void
end_output(BhPrintTransport *transport)
{
}

static void
close_transport(BhPrintTransport *transport)
{
  g_cancellable_cancel(BH_CUPS_TRANSPORT(transport)->cancellable);
}

static void
bh_cups_transport_finalize(GObject *object)
{
  BhCupsTransport *self = BH_CUPS_TRANSPORT(object);

  g_object_unref(self->service);
  g_object_unref(self->cancellable);
  g_free(self->queue);
  G_OBJECT_CLASS(bh_cups_transport_parent_class)->finalize(object);
}

static void
bh_cups_transport_class_init(BhCupsTransportClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_cups_transport_finalize;
}

static void
bh_cups_transport_init(BhCupsTransport *self)
{
  self->cancellable = g_cancellable_new();
}

static void
print_transport_init(BhPrintTransportInterface *iface)
{
  iface->open_async = open_async;
  iface->open_finish = open_finish;
  iface->write_async = write_async;
  iface->write_finish = write_finish;
  iface->end_output = end_output;
  iface->close = close_transport;
}

BhPrintTransport *
bh_cups_transport_new(const char *queue)
{
  BhCupsTransport *self = g_object_new(BH_TYPE_CUPS_TRANSPORT, NULL);

  self->queue = g_strdup(queue);
  self->service = bh_cups_service_new();
  return BH_PRINT_TRANSPORT(self);
}
