/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhStreamTransport: what transports over a GIOStream have in common: reading all the time, writing
 * what is asked for, an end. The kinds of it open the stream. Private to the room.
 */
#pragma once

#include "print-transport.h"

#define BH_TYPE_STREAM_TRANSPORT (bh_stream_transport_get_type())
G_DECLARE_DERIVABLE_TYPE(BhStreamTransport, bh_stream_transport, BH, STREAM_TRANSPORT, GObject)

/*
 * Most that one connection may send back. A status block has four bytes and comes when a lid moves;
 * whoever sends more than this is no printer, and `ended` comes with an error.
 */
#define BH_STREAM_TRANSPORT_MAX_RECEIVED_BYTES (256 * 1024)

/* What a read that brought nothing means. */
typedef enum {
  BH_STREAM_END,   /* the end */
  BH_STREAM_PAUSE, /* nothing just now */
  BH_STREAM_MUTE,  /* this printer never says anything */
} BhStreamSilence;

struct _BhStreamTransportClass {
  GObjectClass parent_class;

  /* What it has taken last is lost when it is closed before it asks for more: only then has a write
   * come to its end. */
  gboolean keeps_last;

  void (*connect_async)(BhStreamTransport *self, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data);
  GIOStream *(*connect_finish)(BhStreamTransport *self, GAsyncResult *result, GError **error);
  /* (nullable): nobody can say; as bh_print_transport_get_unsent() */
  gsize (*get_unsent)(BhStreamTransport *self, GIOStream *stream);
  /* (nullable): says that no more comes */
  void (*end_output)(BhStreamTransport *self, GIOStream *stream);
  /* (nullable): always the end; @error: (nullable): %NULL: the read gave no bytes */
  BhStreamSilence (*judge_silence)(BhStreamTransport *self, GIOStream *stream, const GError *error);
};
