/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "sctp-transport.h"

#include "sctp-transport-private.h"

#include <string.h>

/*
 * One association, its streams and the channels on them. It owns the channels until both directions
 * of their stream are reset; channels point back weakly. On one main context.
 *
 * usrsctp is never called from within itself: what it reports is read in bh_sctp_reader_run(),
 * outside of it, and what would close the socket inside it waits for an idle callback.
 */

/* As many as 128 channels of each side, for 52 KiB an association (bench-sctp). */
#define MIN_STREAMS 256
#define MAX_STREAMS 4096
/* RFC 8841 section 6.1: what is taken by a peer that does not say. */
#define DEFAULT_REMOTE_MAX_MESSAGE_BYTES 65536

/* RFC 8831 section 6.4. */
#define NORMAL_PRIORITY 256

G_DEFINE_FINAL_TYPE(BhSctpTransport, bh_sctp_transport, BH_TYPE_TRANSPORT)

enum { SIGNAL_CHANNEL, N_SIGNALS };

static guint signals[N_SIGNALS];

/* --- The end --- */

static gboolean
release_socket_idle(gpointer user_data)
{
  BhSctpTransport *self = user_data;

  if (bh_sctp_stack_is_busy())
    return G_SOURCE_CONTINUE;
  if (self->socket != NULL)
    bh_sctp_socket_close(g_steal_pointer(&self->socket), self->handle);
  if (self->handle != NULL)
    bh_sctp_stack_detach(g_steal_pointer(&self->handle));
  return G_SOURCE_REMOVE;
}

/* The ABORT still goes down through the lower transport. */
static void
release_socket(BhSctpTransport *self)
{
  g_autoptr(GMainContext) context = NULL;
  g_autoptr(GSource) source = NULL;

  if (!bh_sctp_stack_is_busy()) {
    release_socket_idle(self);
    return;
  }
  context = g_main_context_ref_thread_default();
  source = g_idle_source_new();
  g_source_set_static_name(source, "bellhop SCTP release");
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, release_socket_idle, g_object_ref(self), g_object_unref);
  g_source_attach(source, context);
}

static void
end_channels(BhSctpTransport *self)
{
  g_autoptr(GPtrArray) channels = g_ptr_array_new_with_free_func(g_object_unref);
  GHashTableIter iter;
  gpointer channel;

  g_hash_table_iter_init(&iter, self->channels);
  while (g_hash_table_iter_next(&iter, NULL, &channel))
    g_ptr_array_add(channels, g_object_ref(channel));
  g_hash_table_remove_all(self->channels);
  g_ptr_array_extend_and_steal(channels, g_steal_pointer(&self->early_channels));
  self->early_channels = g_ptr_array_new_with_free_func(g_object_unref);
  while ((channel = g_queue_pop_head(&self->writers)) != NULL)
    g_object_unref(channel);

  for (guint i = 0; i < channels->len; i++)
    bh_data_channel_become_closed(channels->pdata[i]);
}

/* The only way out; also from within usrsctp, from any handler, and from dispose. */
void
bh_sctp_transport_end(BhSctpTransport *self, BhTransportState state, GError *error)
{
  g_autoptr(BhSctpTransport) keep G_GNUC_UNUSED = g_object_ref(self);

  if (self->ended) {
    bh_transport_set_state(BH_TRANSPORT(self), state, error);
    return;
  }
  self->ended = TRUE;
  self->connected = FALSE;
  if (self->started)
    bh_transport_set_receiver(self->lower, NULL, NULL);
  g_signal_handlers_disconnect_by_data(self->lower, self);
  release_socket(self);
  end_channels(self);
  bh_transport_set_state(BH_TRANSPORT(self), state, error);
}

void
bh_sctp_transport_fail(BhSctpTransport *self, GIOErrorEnum code, const char *text)
{
  bh_sctp_transport_end(self, BH_TRANSPORT_FAILED, g_error_new_literal(G_IO_ERROR, code, text));
}

/* --- What goes out --- */

static void
push_writer(BhSctpTransport *self, BhDataChannel *channel)
{
  if (bh_data_channel_is_writing(channel))
    return;
  bh_data_channel_set_writing(channel, TRUE);
  g_queue_push_tail(&self->writers, g_object_ref(channel));
}

/* One message of one channel. Returns: whether there was room. */
static gboolean
write_one(BhSctpTransport *self, BhDataChannel *channel, GPtrArray *low)
{
  const BhOutgoing *message = bh_data_channel_peek(channel);
  guint16 stream = bh_data_channel_get_stream(channel);

  if (message != NULL) {
    switch (bh_sctp_transport_send_message(self, channel, message->ppid, message->data,
                                           message->length)) {
    case BH_SCTP_SENT:
      bh_data_channel_pop(channel);
      if (bh_data_channel_take_low(channel))
        g_ptr_array_add(low, g_object_ref(channel));
      break;
    case BH_SCTP_REFUSED:
      bh_sctp_streams_close_at_once(self, stream, channel);
      break;
    case BH_SCTP_BLOCKED:
      return FALSE;
    }
  }
  if (bh_data_channel_peek(channel) != NULL)
    push_writer(self, channel);
  else if (bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_CLOSING)
    bh_sctp_streams_want_reset(self, stream);
  return TRUE;
}

/* One message of each in turn, until the send buffer is full. */
static void
write_all(BhSctpTransport *self)
{
  g_autoptr(GPtrArray) low = NULL;

  if (!self->connected || self->writers.length == 0)
    return;
  low = g_ptr_array_new_with_free_func(g_object_unref);
  bh_transport_cork(self->lower);
  while (self->writers.length > 0) {
    g_autoptr(BhDataChannel) channel = g_queue_pop_head(&self->writers);

    bh_data_channel_set_writing(channel, FALSE);
    if (bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_CLOSED)
      continue;
    /* A stream still being reset for its former channel comes back in on_stream_reset(). */
    if (!bh_sctp_streams_is_fresh(self, bh_data_channel_get_stream(channel)))
      continue;
    if (!write_one(self, channel, low)) {
      bh_data_channel_set_writing(channel, TRUE);
      g_queue_push_head(&self->writers, g_steal_pointer(&channel));
      break;
    }
  }
  bh_transport_uncork(self->lower);
  for (guint i = 0; i < low->len && !self->ended; i++)
    bh_data_channel_tell_low(low->pdata[i]);
}

static void
wake(gpointer user_data)
{
  g_autoptr(BhSctpTransport) self = g_object_ref(BH_SCTP_TRANSPORT(user_data));

  if (self->in_wake) {
    /* A handler runs a main loop of its own. */
    self->wake_again = TRUE;
    return;
  }
  self->in_wake = TRUE;
  do {
    bh_sctp_reader_run(self);
    self->wake_again = FALSE;
    if (!self->ended && self->pauses > 0 && bh_sctp_socket_has_failed(self->socket))
      bh_sctp_transport_fail(self, G_IO_ERROR_CONNECTION_REFUSED,
                             "The other side has broken SCTP off");
    if (!self->ended)
      write_all(self);
    if (!self->ended)
      bh_sctp_streams_ask_for_resets(self);
  } while (self->wake_again && !self->ended);
  self->in_wake = FALSE;
}

static void
on_output(const guint8 *data, gsize length, gpointer user_data)
{
  BhSctpTransport *self = user_data;

  bh_transport_send(self->lower, data, length);
}

static const BhSctpStackClient stack_client = {.output = on_output, .wake = wake};

/* --- The lower transport --- */

static void
on_datagram(const guint8 *data, gsize length, gpointer user_data)
{
  g_autoptr(BhSctpTransport) self = g_object_ref(BH_SCTP_TRANSPORT(user_data));

  /* A transport that delivers inside its send would call us inside usrsctp: lost, then. */
  if (self->ended || bh_sctp_stack_is_busy())
    return;
  if (bh_sctp_stack_input(self->handle, data, length) && !self->ended)
    wake(self);
}

static void
on_lower_state_changed(BhTransport *lower, BhTransportState state, gpointer user_data)
{
  BhSctpTransport *self = user_data;

  if (state == BH_TRANSPORT_FAILED)
    bh_sctp_transport_fail(self, G_IO_ERROR_CONNECTION_CLOSED,
                           "The transport below SCTP has failed");
  else if (state == BH_TRANSPORT_CLOSED)
    bh_sctp_transport_end(self, BH_TRANSPORT_CLOSED, NULL);
}

/* --- Virtual functions --- */

static gboolean
bh_sctp_transport_send(BhTransport *transport, const guint8 *data, gsize length)
{
  return FALSE; /* it has channels for that */
}

static void
bh_sctp_transport_close(BhTransport *transport)
{
  bh_sctp_transport_end(BH_SCTP_TRANSPORT(transport), BH_TRANSPORT_CLOSED, NULL);
}

static void
bh_sctp_transport_dispose(GObject *object)
{
  BhSctpTransport *self = BH_SCTP_TRANSPORT(object);

  if (!self->ended)
    bh_sctp_transport_end(self, BH_TRANSPORT_CLOSED, NULL);
  G_OBJECT_CLASS(bh_sctp_transport_parent_class)->dispose(object);
}

static void
bh_sctp_transport_finalize(GObject *object)
{
  BhSctpTransport *self = BH_SCTP_TRANSPORT(object);

  g_assert(self->socket == NULL && self->handle == NULL);
  g_clear_pointer(&self->partial, g_byte_array_unref);
  g_clear_pointer(&self->early_channels, g_ptr_array_unref);
  g_clear_pointer(&self->channels, g_hash_table_unref);
  g_clear_pointer(&self->stream_flags, g_free);
  g_clear_object(&self->lower);
  G_OBJECT_CLASS(bh_sctp_transport_parent_class)->finalize(object);
}

static void
bh_sctp_transport_class_init(BhSctpTransportClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_sctp_transport_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_sctp_transport_finalize;
  BH_TRANSPORT_CLASS(klass)->send = bh_sctp_transport_send;
  BH_TRANSPORT_CLASS(klass)->close = bh_sctp_transport_close;

  signals[SIGNAL_CHANNEL] = g_signal_new("channel", BH_TYPE_SCTP_TRANSPORT, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, BH_TYPE_DATA_CHANNEL);
}

static void
bh_sctp_transport_init(BhSctpTransport *self)
{
  self->channels = g_hash_table_new_full(NULL, NULL, NULL, g_object_unref);
  self->early_channels = g_ptr_array_new_with_free_func(g_object_unref);
  self->remote_max_message_bytes = DEFAULT_REMOTE_MAX_MESSAGE_BYTES;
}

void
bh_sctp_transport_tell_channel(BhSctpTransport *self, BhDataChannel *channel)
{
  g_signal_emit(self, signals[SIGNAL_CHANNEL], 0, channel);
}

/* --- For channels --- */

BhSctpSend
bh_sctp_transport_send_message(BhSctpTransport *self, BhDataChannel *channel, guint32 ppid,
                               const void *data, gsize length)
{
  guint16 stream = bh_data_channel_get_stream(channel);
  BhSctpSend result;

  if (self->ended)
    return BH_SCTP_REFUSED;
  if (!self->connected || bh_sctp_stack_is_busy() || !bh_sctp_streams_is_fresh(self, stream))
    return BH_SCTP_BLOCKED;
  bh_transport_cork(self->lower);
  result = bh_sctp_socket_send(self->socket, stream, bh_data_channel_get_parameters(channel), ppid,
                               data, length);
  bh_transport_uncork(self->lower);
  if (result == BH_SCTP_SENT && ppid != BH_PPID_DCEP) {
    self->messages_sent++;
    if (ppid == BH_PPID_TEXT || ppid == BH_PPID_BINARY)
      self->bytes_sent += length;
  }
  return result;
}

void
bh_sctp_transport_add_writer(BhSctpTransport *self, BhDataChannel *channel)
{
  if (self->ended)
    return;
  push_writer(self, channel);
  if (self->in_wake)
    self->wake_again = TRUE;
  else if (self->connected)
    bh_sctp_stack_wake_later(self->handle);
}

void
bh_sctp_transport_forget(BhSctpTransport *self, BhDataChannel *channel)
{
  g_autoptr(BhDataChannel) keep G_GNUC_UNUSED = g_object_ref(channel);

  g_ptr_array_remove(self->early_channels, channel);
  bh_data_channel_become_closed(channel);
}

void
bh_sctp_transport_pause(BhSctpTransport *self)
{
  self->pauses++;
}

void
bh_sctp_transport_resume(BhSctpTransport *self, guint times)
{
  self->pauses -= MIN(self->pauses, times);
  if (self->pauses == 0 && self->socket != NULL && !self->ended)
    bh_sctp_stack_wake_later(self->handle);
}

gsize
bh_sctp_transport_get_max_outgoing_bytes(BhSctpTransport *self)
{
  return self->remote_max_message_bytes == 0
             ? self->max_message_bytes
             : MIN(self->remote_max_message_bytes, self->max_message_bytes);
}

/* --- Public --- */

BhSctpTransport *
bh_sctp_transport_new(BhTransport *lower, guint16 local_port, guint16 remote_port,
                      gsize max_message_bytes, gsize max_queued_bytes, guint max_channels)
{
  BhSctpTransport *self;

  g_return_val_if_fail(BH_IS_TRANSPORT(lower), NULL);
  g_return_val_if_fail(max_message_bytes > 0 && max_message_bytes <= 64 * 1024 * 1024, NULL);

  self = g_object_new(BH_TYPE_SCTP_TRANSPORT, NULL);
  self->lower = g_object_ref(lower);
  self->local_port = local_port;
  self->remote_port = remote_port;
  self->max_message_bytes = max_message_bytes;
  self->max_queued_bytes = max_queued_bytes;
  self->max_channels = max_channels;
  self->n_streams = CLAMP(max_channels, MIN_STREAMS, MAX_STREAMS);
  self->stream_flags = g_malloc0(self->n_streams);
  g_signal_connect_object(lower, "state-changed", G_CALLBACK(on_lower_state_changed), self, 0);
  return self;
}

void
bh_sctp_transport_set_remote_port(BhSctpTransport *self, guint16 port)
{
  g_return_if_fail(BH_IS_SCTP_TRANSPORT(self));
  g_return_if_fail(!self->started);

  self->remote_port = port;
}

void
bh_sctp_transport_set_remote_max_message_bytes(BhSctpTransport *self, gsize bytes)
{
  g_return_if_fail(BH_IS_SCTP_TRANSPORT(self));

  self->remote_max_message_bytes = bytes;
}

static void
open_early_channels(BhSctpTransport *self)
{
  g_autoptr(GPtrArray) channels = g_steal_pointer(&self->early_channels);

  self->early_channels = g_ptr_array_new_with_free_func(g_object_unref);
  for (guint i = 0; i < channels->len; i++) {
    BhDataChannel *channel = channels->pdata[i];

    if (self->ended || (bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_CONNECTING &&
                        !bh_sctp_streams_open(self, channel)))
      bh_data_channel_become_closed(channel);
  }
}

void
bh_sctp_transport_start(BhSctpTransport *self, gboolean is_dtls_client)
{
  BhSctpSocketOptions options = {.local_port = self->local_port,
                                 .streams = (guint16)self->n_streams,
                                 .max_message_bytes = self->max_message_bytes};
  g_autoptr(BhSctpTransport) keep G_GNUC_UNUSED = g_object_ref(self);
  g_autoptr(GError) error = NULL;

  g_return_if_fail(BH_IS_SCTP_TRANSPORT(self));
  g_return_if_fail(!self->started && !bh_sctp_stack_is_busy());

  if (self->ended)
    return;
  self->started = TRUE;
  self->is_dtls_client = is_dtls_client;
  bh_sctp_reader_expect(self->max_message_bytes);
  self->handle = bh_sctp_stack_attach(&stack_client, self);
  self->socket = bh_sctp_socket_new(self->handle, &options, &error);
  if (self->socket == NULL) {
    bh_sctp_transport_end(self, BH_TRANSPORT_FAILED, g_steal_pointer(&error));
    return;
  }
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTING, NULL);
  open_early_channels(self);
  if (self->ended)
    return;
  bh_transport_set_receiver(self->lower, on_datagram, self);
  if (!self->ended &&
      !bh_sctp_socket_connect(self->socket, self->handle, self->remote_port, &error))
    bh_sctp_transport_end(self, BH_TRANSPORT_FAILED, g_steal_pointer(&error));
}

static gboolean
check_new_channel(BhSctpTransport *self, const char *label, const char *protocol, GError **error)
{
  if (self->ended) {
    g_set_error_literal(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_CLOSED,
                        "The connection has ended");
    return FALSE;
  }
  if (strlen(label) > G_MAXUINT16 || strlen(protocol) > G_MAXUINT16) {
    g_set_error_literal(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_TOO_LARGE,
                        "A label or protocol has at most 65535 bytes");
    return FALSE;
  }
  if (g_hash_table_size(self->channels) + self->early_channels->len >= self->max_channels) {
    g_set_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_FULL,
                "A connection has at most %u data channels", self->max_channels);
    return FALSE;
  }
  return TRUE;
}

BhDataChannel *
bh_sctp_transport_create_channel(BhSctpTransport *self, const char *label,
                                 const BhDataChannelOptions *options, GError **error)
{
  BhDataChannelOptions reliable = BH_DATA_CHANNEL_RELIABLE;
  g_autoptr(BhDataChannel) channel = NULL;
  BhDcepMessage open;

  g_return_val_if_fail(BH_IS_SCTP_TRANSPORT(self), NULL);
  g_return_val_if_fail(label != NULL, NULL);

  if (options == NULL)
    options = &reliable;
  g_return_val_if_fail(options->max_retransmits < 0 || options->max_packet_lifetime_ms < 0, NULL);
  open = (BhDcepMessage){.type = BH_DCEP_OPEN,
                         .unordered = options->unordered,
                         .max_retransmits = options->max_retransmits,
                         .max_packet_lifetime_ms = options->max_packet_lifetime_ms,
                         .priority = NORMAL_PRIORITY,
                         .label = (char *)label,
                         .protocol = (char *)(options->protocol != NULL ? options->protocol : "")};
  if (!check_new_channel(self, open.label, open.protocol, error))
    return NULL;

  channel = bh_data_channel_new(self, &open, self->max_queued_bytes);
  if (!self->started) {
    g_ptr_array_add(self->early_channels, g_object_ref(channel));
  } else if (!bh_sctp_streams_open(self, channel)) {
    g_set_error_literal(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_FULL,
                        "No stream is free for another data channel");
    bh_data_channel_become_closed(channel);
    return NULL;
  }
  return g_steal_pointer(&channel);
}

gint
bh_sctp_transport_get_round_trip_ms(BhSctpTransport *self)
{
  g_return_val_if_fail(BH_IS_SCTP_TRANSPORT(self), -1);

  if (!self->connected || self->ended || self->socket == NULL || bh_sctp_stack_is_busy())
    return -1;
  return bh_sctp_socket_get_round_trip_ms(self->socket);
}

void
bh_sctp_transport_get_counters(BhSctpTransport *self, guint64 *messages_sent,
                               guint64 *messages_received, guint64 *bytes_sent,
                               guint64 *bytes_received)
{
  g_return_if_fail(BH_IS_SCTP_TRANSPORT(self));

  if (messages_sent != NULL)
    *messages_sent = self->messages_sent;
  if (messages_received != NULL)
    *messages_received = self->messages_received;
  if (bytes_sent != NULL)
    *bytes_sent = self->bytes_sent;
  if (bytes_received != NULL)
    *bytes_received = self->bytes_received;
}
