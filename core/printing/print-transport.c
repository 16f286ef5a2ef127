/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-transport.h"

G_DEFINE_INTERFACE(BhPrintTransport, bh_print_transport, G_TYPE_OBJECT)

static void
bh_print_transport_default_init(BhPrintTransportInterface *iface)
{
  g_signal_new("received", BH_TYPE_PRINT_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
               G_TYPE_NONE, 1, G_TYPE_BYTES);
  g_signal_new("ended", BH_TYPE_PRINT_TRANSPORT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
               G_TYPE_NONE, 1, G_TYPE_POINTER);
}

void
bh_print_transport_open_async(BhPrintTransport *self, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  BH_PRINT_TRANSPORT_GET_IFACE(self)->open_async(self, callback, user_data);
}

gboolean
bh_print_transport_open_finish(BhPrintTransport *self, GAsyncResult *result, GError **error)
{
  return BH_PRINT_TRANSPORT_GET_IFACE(self)->open_finish(self, result, error);
}

void
bh_print_transport_write_async(BhPrintTransport *self, GBytes *bytes, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  BH_PRINT_TRANSPORT_GET_IFACE(self)->write_async(self, bytes, callback, user_data);
}

gboolean
bh_print_transport_write_finish(BhPrintTransport *self, GAsyncResult *result, gsize *written,
                                GError **error)
{
  return BH_PRINT_TRANSPORT_GET_IFACE(self)->write_finish(self, result, written, error);
}

gsize
bh_print_transport_get_unsent(BhPrintTransport *self)
{
  BhPrintTransportInterface *iface = BH_PRINT_TRANSPORT_GET_IFACE(self);

  return iface->get_unsent != NULL ? iface->get_unsent(self) : 0;
}

void
bh_print_transport_end_output(BhPrintTransport *self)
{
  BH_PRINT_TRANSPORT_GET_IFACE(self)->end_output(self);
}

void
bh_print_transport_close(BhPrintTransport *self)
{
  BH_PRINT_TRANSPORT_GET_IFACE(self)->close(self);
}
