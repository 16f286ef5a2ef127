/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintTransport: a way to a printer's bytes, one connection an object: TCP, or a device file.
 *
 * All operations complete on the context that called, never inside the call. One write at a time.
 * It may be closed and let go of anywhere, also inside its own signals and completions.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_PRINT_TRANSPORT (bh_print_transport_get_type())
G_DECLARE_INTERFACE(BhPrintTransport, bh_print_transport, BH, PRINT_TRANSPORT, GObject)

/*
 * Signals
 *   received (GBytes *bytes): what the printer sent back
 *   ended (const GError *error): nothing more will come; @error is %NULL when the printer closed
 *     orderly. Once at most, not after close.
 */
struct _BhPrintTransportInterface {
  GTypeInterface parent_interface;

  void (*open_async)(BhPrintTransport *self, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*open_finish)(BhPrintTransport *self, GAsyncResult *result, GError **error);
  void (*write_async)(BhPrintTransport *self, GBytes *bytes, GAsyncReadyCallback callback,
                      gpointer user_data);
  gboolean (*write_finish)(BhPrintTransport *self, GAsyncResult *result, gsize *written,
                           GError **error);
  gsize (*get_unsent)(BhPrintTransport *self); /* (nullable): nobody can say */
  void (*end_output)(BhPrintTransport *self);
  void (*close)(BhPrintTransport *self);
};

void bh_print_transport_open_async(BhPrintTransport *self, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean bh_print_transport_open_finish(BhPrintTransport *self, GAsyncResult *result,
                                        GError **error);

/** bh_print_transport_write_async: hands all of @bytes over, with no time limit of its own. */
void bh_print_transport_write_async(BhPrintTransport *self, GBytes *bytes,
                                    GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_print_transport_write_finish:
 * @written: (out): bytes that have left, also when @error is set
 */
gboolean bh_print_transport_write_finish(BhPrintTransport *self, GAsyncResult *result,
                                         gsize *written, GError **error);

/**
 * bh_print_transport_get_unsent:
 *
 * Before bh_print_transport_end_output().
 *
 * Returns: bytes of what was written that the printer is known not to have; 0 also where nobody
 *   can say
 */
gsize bh_print_transport_get_unsent(BhPrintTransport *self);

/** bh_print_transport_end_output: says that no more comes, and goes on reading. */
void bh_print_transport_end_output(BhPrintTransport *self);

/** bh_print_transport_close: at once; what is pending completes as cancelled. Twice is fine. */
void bh_print_transport_close(BhPrintTransport *self);
