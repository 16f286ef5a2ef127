/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "data-channel.h"

#include "data-channel-private.h"

#include <string.h>

/*
 * The channel holds its state and its queue; the transport, to which it has a weak pointer, decides
 * when the queue goes out. Everything on the main context of the transport.
 *
 * CONNECTING -> OPEN      the other side's ACK or first message; at once where it opened the
 * channel CONNECTING, OPEN -> CLOSING  closed here, or reset by the other side any -> CLOSED both
 * directions reset, or the association has ended
 */
struct _BhDataChannel {
  GObject parent_instance;

  BhSctpTransport *transport; /* weak; NULL once closed */
  BhDcepMessage parameters;
  BhDataChannelState state;
  guint16 stream;
  guint pauses;
  gboolean writing;

  BhOutgoing *first, *last;
  gsize queued_cost_bytes; /* with what each message costs besides its data */
  gsize max_queued_bytes;
  gsize buffered_bytes;
  gsize low_threshold_bytes;
  gboolean low_due;
};

G_DEFINE_FINAL_TYPE(BhDataChannel, bh_data_channel, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_data_channel_error_quark, bh_data_channel_error)

#define NO_STREAM 65535

enum { SIGNAL_OPEN, SIGNAL_MESSAGE, SIGNAL_BUFFERED_AMOUNT_LOW, SIGNAL_CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

static gsize
cost_of(gsize length)
{
  return sizeof(BhOutgoing) + length;
}

static gsize
user_bytes_of(const BhOutgoing *message)
{
  return message->ppid == BH_PPID_BINARY || message->ppid == BH_PPID_TEXT ? message->length : 0;
}

static void
append(BhDataChannel *self, guint32 ppid, const void *data, gsize length)
{
  BhOutgoing *message = g_malloc(sizeof *message + length);

  message->next = NULL;
  message->ppid = ppid;
  message->length = length;
  memcpy(message->data, data, length);
  if (self->last != NULL)
    self->last->next = message;
  else
    self->first = message;
  self->last = message;
  self->queued_cost_bytes += cost_of(length);
  self->buffered_bytes += user_bytes_of(message);
}

static void
bh_data_channel_finalize(GObject *object)
{
  BhDataChannel *self = BH_DATA_CHANNEL(object);

  bh_data_channel_drop_queue(self);
  bh_dcep_message_clear(&self->parameters);
  G_OBJECT_CLASS(bh_data_channel_parent_class)->finalize(object);
}

static void
bh_data_channel_class_init(BhDataChannelClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_data_channel_finalize;

  signals[SIGNAL_OPEN] = g_signal_new("open", BH_TYPE_DATA_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MESSAGE] =
      g_signal_new("message", BH_TYPE_DATA_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 2, G_TYPE_BYTES | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_BOOLEAN);
  signals[SIGNAL_BUFFERED_AMOUNT_LOW] =
      g_signal_new("buffered-amount-low", BH_TYPE_DATA_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                   NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CLOSED] = g_signal_new("closed", BH_TYPE_DATA_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_data_channel_init(BhDataChannel *self)
{
  self->stream = NO_STREAM;
}

BhDataChannel *
bh_data_channel_new(BhSctpTransport *transport, const BhDcepMessage *open, gsize max_queued_bytes)
{
  BhDataChannel *self = g_object_new(BH_TYPE_DATA_CHANNEL, NULL);

  self->transport = transport;
  self->parameters = *open;
  self->parameters.label = g_strdup(open->label);
  self->parameters.protocol = g_strdup(open->protocol);
  self->max_queued_bytes = max_queued_bytes;
  return self;
}

const BhDcepMessage *
bh_data_channel_get_parameters(BhDataChannel *self)
{
  return &self->parameters;
}

void
bh_data_channel_set_stream(BhDataChannel *self, guint16 stream)
{
  self->stream = stream;
}

void
bh_data_channel_queue_control(BhDataChannel *self, const guint8 *data, gsize length)
{
  append(self, BH_PPID_DCEP, data, length);
}

const BhOutgoing *
bh_data_channel_peek(BhDataChannel *self)
{
  return self->first;
}

void
bh_data_channel_pop(BhDataChannel *self)
{
  BhOutgoing *message = self->first;
  gsize before = self->buffered_bytes;

  self->first = message->next;
  if (self->first == NULL)
    self->last = NULL;
  self->queued_cost_bytes -= cost_of(message->length);
  self->buffered_bytes -= user_bytes_of(message);
  if (before > self->low_threshold_bytes && self->buffered_bytes <= self->low_threshold_bytes)
    self->low_due = TRUE;
  g_free(message);
}

gboolean
bh_data_channel_take_low(BhDataChannel *self)
{
  gboolean low_due = self->low_due;

  self->low_due = FALSE;
  return low_due;
}

void
bh_data_channel_drop_queue(BhDataChannel *self)
{
  BhOutgoing *next;

  for (BhOutgoing *message = self->first; message != NULL; message = next) {
    next = message->next;
    g_free(message);
  }
  self->first = self->last = NULL;
  self->queued_cost_bytes = 0;
  self->buffered_bytes = 0;
  self->low_due = FALSE;
}

void
bh_data_channel_set_writing(BhDataChannel *self, gboolean writing)
{
  self->writing = writing;
}

gboolean
bh_data_channel_is_writing(BhDataChannel *self)
{
  return self->writing;
}

void
bh_data_channel_become_open(BhDataChannel *self)
{
  if (self->state != BH_DATA_CHANNEL_CONNECTING)
    return;
  self->state = BH_DATA_CHANNEL_OPEN;
  g_signal_emit(self, signals[SIGNAL_OPEN], 0);
}

void
bh_data_channel_become_closing(BhDataChannel *self)
{
  if (self->state < BH_DATA_CHANNEL_CLOSING)
    self->state = BH_DATA_CHANNEL_CLOSING;
}

void
bh_data_channel_become_closed(BhDataChannel *self)
{
  g_autoptr(BhDataChannel) keep G_GNUC_UNUSED = g_object_ref(self);
  BhSctpTransport *transport = g_steal_pointer(&self->transport);
  guint pauses = self->pauses;

  if (self->state == BH_DATA_CHANNEL_CLOSED)
    return;
  self->state = BH_DATA_CHANNEL_CLOSED;
  self->pauses = 0;
  bh_data_channel_drop_queue(self);
  if (transport != NULL && pauses > 0)
    bh_sctp_transport_resume(transport, pauses);
  g_signal_emit(self, signals[SIGNAL_CLOSED], 0);
}

void
bh_data_channel_deliver(BhDataChannel *self, GBytes *data, gboolean is_text)
{
  g_signal_emit(self, signals[SIGNAL_MESSAGE], 0, data, is_text);
}

void
bh_data_channel_tell_low(BhDataChannel *self)
{
  g_signal_emit(self, signals[SIGNAL_BUFFERED_AMOUNT_LOW], 0);
}

static guint32
ppid_of(gboolean is_text, gboolean is_empty)
{
  if (is_empty)
    return is_text ? BH_PPID_TEXT_EMPTY : BH_PPID_BINARY_EMPTY;
  return is_text ? BH_PPID_TEXT : BH_PPID_BINARY;
}

gboolean
bh_data_channel_send(BhDataChannel *self, const void *data, gsize length, gboolean is_text,
                     GError **error)
{
  guint32 ppid = ppid_of(is_text, length == 0);

  g_return_val_if_fail(BH_IS_DATA_CHANNEL(self), FALSE);
  g_return_val_if_fail(data != NULL || length == 0, FALSE);

  if (self->state != BH_DATA_CHANNEL_OPEN) {
    g_set_error_literal(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_CLOSED,
                        "The data channel is not open");
    return FALSE;
  }
  if (length > bh_sctp_transport_get_max_outgoing_bytes(self->transport)) {
    g_set_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_TOO_LARGE,
                "The other side takes no more than %" G_GSIZE_FORMAT " bytes in a message",
                bh_sctp_transport_get_max_outgoing_bytes(self->transport));
    return FALSE;
  }
  if (length == 0) {
    /* RFC 8831 section 6.6: SCTP has no empty messages; one byte stands for none. */
    data = "";
    length = 1;
  }

  if (self->first == NULL) {
    switch (bh_sctp_transport_send_message(self->transport, self, ppid, data, length)) {
    case BH_SCTP_SENT:
      return TRUE;
    case BH_SCTP_REFUSED:
      g_set_error_literal(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_CLOSED,
                          "The connection of the data channel has ended");
      return FALSE;
    case BH_SCTP_BLOCKED:
      break;
    }
  }
  if (self->queued_cost_bytes + cost_of(length) > self->max_queued_bytes) {
    g_set_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_FULL,
                "%" G_GSIZE_FORMAT " bytes are waiting on the data channel", self->buffered_bytes);
    return FALSE;
  }
  append(self, ppid, data, length);
  bh_sctp_transport_add_writer(self->transport, self);
  return TRUE;
}

gsize
bh_data_channel_get_buffered_amount(BhDataChannel *self)
{
  g_return_val_if_fail(BH_IS_DATA_CHANNEL(self), 0);

  return self->buffered_bytes;
}

void
bh_data_channel_set_buffered_amount_low_threshold(BhDataChannel *self, gsize bytes)
{
  g_return_if_fail(BH_IS_DATA_CHANNEL(self));

  self->low_threshold_bytes = bytes;
}

const char *
bh_data_channel_get_label(BhDataChannel *self)
{
  g_return_val_if_fail(BH_IS_DATA_CHANNEL(self), NULL);

  return self->parameters.label;
}

BhDataChannelState
bh_data_channel_get_state(BhDataChannel *self)
{
  g_return_val_if_fail(BH_IS_DATA_CHANNEL(self), BH_DATA_CHANNEL_CLOSED);

  return self->state;
}

guint16
bh_data_channel_get_stream(BhDataChannel *self)
{
  g_return_val_if_fail(BH_IS_DATA_CHANNEL(self), NO_STREAM);

  return self->stream;
}

gsize
bh_data_channel_get_max_message_bytes(BhDataChannel *self)
{
  g_return_val_if_fail(BH_IS_DATA_CHANNEL(self), 0);

  return self->transport != NULL ? bh_sctp_transport_get_max_outgoing_bytes(self->transport) : 0;
}

void
bh_data_channel_pause(BhDataChannel *self)
{
  g_return_if_fail(BH_IS_DATA_CHANNEL(self));

  if (self->transport == NULL)
    return;
  self->pauses++;
  bh_sctp_transport_pause(self->transport);
}

void
bh_data_channel_resume(BhDataChannel *self)
{
  g_return_if_fail(BH_IS_DATA_CHANNEL(self));

  /* One that has closed while paused has resumed by itself. */
  if (self->transport == NULL || self->pauses == 0)
    return;
  self->pauses--;
  bh_sctp_transport_resume(self->transport, 1);
}

void
bh_data_channel_close(BhDataChannel *self)
{
  g_return_if_fail(BH_IS_DATA_CHANNEL(self));

  if (self->state >= BH_DATA_CHANNEL_CLOSING)
    return;
  bh_data_channel_become_closing(self);
  if (self->stream == NO_STREAM)
    bh_sctp_transport_forget(self->transport, self);
  else
    bh_sctp_transport_add_writer(self->transport, self);
}
