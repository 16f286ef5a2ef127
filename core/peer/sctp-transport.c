/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "sctp-transport.h"

#include "sctp-socket.h"
#include "sctp-stack.h"

#include <errno.h>
#include <string.h>

/*
 * One association, its streams and the channels on them. It owns the channels until both directions
 * of their stream are reset; channels point back weakly. On one main context.
 *
 * usrsctp is never called from within itself: what it reports is read in read_all(), outside of it,
 * and what would close the socket inside it waits for an idle callback.
 */

/* As many as 128 channels of each side; 94 KiB an association (1,024 streams: 168 KiB). */
#define MIN_STREAMS 256
#define MAX_STREAMS 4096
/* RFC 8841 section 6.1: what is taken by a peer that does not say. */
#define DEFAULT_REMOTE_MAX_MESSAGE_BYTES 65536

/* RFC 8831 section 6.4. */
#define NORMAL_PRIORITY 256

/* What becomes of a stream once its channel closes (RFC 8831 section 6.7). */
enum {
  STREAM_RESET_WANTED = 1 << 0, /* our direction: to be asked for */
  STREAM_RESET_ASKED = 1 << 1,  /* the other side has not confirmed yet */
  STREAM_RESET_OUT = 1 << 2,    /* our direction is reset */
  STREAM_RESET_IN = 1 << 3,     /* theirs is reset */
  STREAM_UNUSABLE = 1 << 4,     /* the other side refuses to reset: never used again */
};

struct _BhSctpTransport {
  BhTransport parent_instance;

  BhTransport *lower;
  struct socket *socket; /* (nullable): from the start to the end */
  gpointer handle;
  guint16 local_port, remote_port;
  gsize max_message_bytes;        /* either way */
  gsize remote_max_message_bytes; /* 0: no limit of theirs */
  gsize max_queued_bytes;
  guint max_channels;

  gboolean started, connected, ended;
  gboolean is_dtls_client;
  gboolean in_wake, wake_again;
  gboolean resets_wanted; /* some stream is STREAM_RESET_WANTED */
  guint pauses;

  guint n_streams;           /* that can be used both ways */
  guint8 *stream_flags;      /* n_streams asked for */
  GHashTable *channels;      /* stream -> BhDataChannel */
  GPtrArray *early_channels; /* made before the start: without a stream */
  GQueue writers;            /* channels (ref) with something queued, in turn */
  GByteArray *partial;       /* of a message that came in parts */
  gboolean partial_too_large;

  guint64 messages_sent, messages_received;
  guint64 bytes_sent, bytes_received;
};

G_DEFINE_FINAL_TYPE(BhSctpTransport, bh_sctp_transport, BH_TYPE_TRANSPORT)

enum { SIGNAL_CHANNEL, N_SIGNALS };

static guint signals[N_SIGNALS];

/* What is read lies here until it has been copied for its receiver: all on one thread, and nothing
 * else runs in between. */
static guint8 *scratch;
static gsize scratch_size;

static BhDataChannel *
channel_on(BhSctpTransport *self, guint stream)
{
  return g_hash_table_lookup(self->channels, GUINT_TO_POINTER(stream));
}

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
static void
end(BhSctpTransport *self, BhTransportState state, GError *error)
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

static void
fail(BhSctpTransport *self, GIOErrorEnum code, const char *text)
{
  end(self, BH_TRANSPORT_FAILED, g_error_new_literal(G_IO_ERROR, code, text));
}

/* --- Streams and their end --- */

static void
ask_for_resets(BhSctpTransport *self)
{
  g_autoptr(GArray) streams = NULL;

  if (!self->resets_wanted || !self->connected)
    return;
  streams = g_array_new(FALSE, FALSE, sizeof(guint16));
  for (guint i = 0; i < self->n_streams; i++) {
    guint16 stream = (guint16)i;

    if ((self->stream_flags[i] & STREAM_RESET_WANTED) != 0)
      g_array_append_val(streams, stream);
  }
  /* Refused while others are under way: the next reset event tries again. */
  if (!bh_sctp_socket_reset(self->socket, (const guint16 *)(gpointer)streams->data, streams->len))
    return;
  self->resets_wanted = FALSE;
  for (guint i = 0; i < streams->len; i++) {
    guint16 stream = g_array_index(streams, guint16, i);

    self->stream_flags[stream] &= (guint8)~STREAM_RESET_WANTED;
    self->stream_flags[stream] |= STREAM_RESET_ASKED;
  }
}

static void
want_reset(BhSctpTransport *self, guint stream)
{
  const guint8 begun = STREAM_RESET_WANTED | STREAM_RESET_ASKED | STREAM_RESET_OUT;

  if (stream >= self->n_streams || (self->stream_flags[stream] & begun) != 0)
    return;
  self->stream_flags[stream] |= STREAM_RESET_WANTED;
  self->resets_wanted = TRUE;
}

/* Whatever is queued is dropped: the other side does not listen, or broke the rules. */
static void
close_at_once(BhSctpTransport *self, guint stream, BhDataChannel *channel)
{
  bh_data_channel_become_closing(channel);
  bh_data_channel_drop_queue(channel);
  want_reset(self, stream);
}

static void
remove_channel(BhSctpTransport *self, guint stream)
{
  g_autoptr(BhDataChannel) channel = NULL;

  if (g_hash_table_steal_extended(self->channels, GUINT_TO_POINTER(stream), NULL,
                                  (gpointer *)&channel))
    bh_data_channel_become_closed(channel);
}

static void
finish_stream(BhSctpTransport *self, guint stream)
{
  const guint8 both = STREAM_RESET_OUT | STREAM_RESET_IN;

  if ((self->stream_flags[stream] & both) != both)
    return;
  self->stream_flags[stream] = 0;
  remove_channel(self, stream);
}

static void
on_stream_reset(BhSctpTransport *self, guint stream, guint flags)
{
  BhDataChannel *channel;

  if (stream >= self->n_streams)
    return;
  channel = channel_on(self, stream);
  if ((flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED)) != 0) {
    if ((flags & SCTP_STREAM_RESET_OUTGOING_SSN) == 0)
      return;
    /* Asked again it would be denied again. The channel is over all the same. */
    self->stream_flags[stream] = STREAM_UNUSABLE;
    remove_channel(self, stream);
    return;
  }
  if ((flags & SCTP_STREAM_RESET_INCOMING_SSN) != 0) {
    /* Without a channel or a reset of ours this is no end of anything: answering it could go on
     * for ever between two that think alike. */
    if (channel == NULL && self->stream_flags[stream] == 0)
      return;
    self->stream_flags[stream] |= STREAM_RESET_IN;
    if (channel != NULL)
      close_at_once(self, stream, channel);
  }
  if ((flags & SCTP_STREAM_RESET_OUTGOING_SSN) != 0) {
    self->stream_flags[stream] &= (guint8) ~(STREAM_RESET_WANTED | STREAM_RESET_ASKED);
    /* It was for the former channel: what waited for the stream to be fresh may go now. */
    if (channel != NULL && (bh_data_channel_get_state(channel) < BH_DATA_CHANNEL_CLOSING ||
                            bh_data_channel_peek(channel) != NULL)) {
      bh_sctp_transport_add_writer(self, channel);
      return;
    }
    self->stream_flags[stream] |= STREAM_RESET_OUT;
  }
  finish_stream(self, stream);
}

static void
on_reset_event(BhSctpTransport *self, const guint8 *data, gsize length)
{
  struct sctp_stream_reset_event event;
  const guint8 *list = data + sizeof event;
  gsize n;

  if (length < sizeof event)
    return;
  memcpy(&event, data, sizeof event);
  n = (MIN(length, event.strreset_length) - sizeof event) / sizeof(guint16);
  if (n == 0) { /* RFC 6458 section 6.1.11: all of them */
    for (guint i = 0; i < self->n_streams && !self->ended; i++)
      on_stream_reset(self, i, event.strreset_flags);
  }
  for (gsize i = 0; i < n && !self->ended; i++) {
    guint16 stream;

    memcpy(&stream, list + i * sizeof stream, sizeof stream);
    on_stream_reset(self, stream, event.strreset_flags);
  }
  ask_for_resets(self);
}

/* RFC 8832 section 6: even for the DTLS client. */
static gboolean
take_free_stream(BhSctpTransport *self, guint16 *out)
{
  for (guint i = self->is_dtls_client ? 0 : 1; i < self->n_streams; i += 2) {
    if (self->stream_flags[i] == 0 && channel_on(self, i) == NULL) {
      *out = (guint16)i;
      return TRUE;
    }
  }
  return FALSE;
}

/* Takes a reference of its own. */
static gboolean
open_on_stream(BhSctpTransport *self, BhDataChannel *channel)
{
  g_autoptr(GBytes) open = NULL;
  guint16 stream;
  gsize length;
  const guint8 *data;

  if (!take_free_stream(self, &stream))
    return FALSE;
  open = bh_dcep_build_open(bh_data_channel_get_parameters(channel));
  data = g_bytes_get_data(open, &length);
  bh_data_channel_set_stream(channel, stream);
  g_hash_table_insert(self->channels, GUINT_TO_POINTER(stream), g_object_ref(channel));
  bh_data_channel_queue_control(channel, data, length);
  bh_sctp_transport_add_writer(self, channel);
  return TRUE;
}

/* --- What comes in --- */

static void
take_open(BhSctpTransport *self, guint stream, const BhDcepMessage *open)
{
  static const guint8 ack[] = {BH_DCEP_ACK};
  g_autoptr(BhDataChannel) channel = NULL;
  BhDataChannel *old;

  if (stream >= self->n_streams)
    return;
  old = channel_on(self, stream);
  if (old != NULL && (self->stream_flags[stream] & STREAM_RESET_IN) != 0) {
    /* It saw both resets; its confirmation of ours is still under way. */
    self->stream_flags[stream] &= (guint8)~STREAM_RESET_IN;
    remove_channel(self, stream);
    if (self->ended)
      return;
  } else if (old != NULL) {
    /* Opened twice, or by both at once on one stream: nobody can tell what belongs to which. */
    g_debug("stream %u is in use", stream);
    close_at_once(self, stream, old);
    return;
  }
  if (g_hash_table_size(self->channels) >= self->max_channels ||
      (self->stream_flags[stream] & STREAM_UNUSABLE) != 0) {
    g_debug("no more than %u channels", self->max_channels);
    want_reset(self, stream);
    return;
  }
  channel = bh_data_channel_new(self, open, self->max_queued_bytes);
  bh_data_channel_set_stream(channel, (guint16)stream);
  g_hash_table_insert(self->channels, GUINT_TO_POINTER(stream), g_object_ref(channel));
  bh_data_channel_queue_control(channel, ack, sizeof ack);
  bh_sctp_transport_add_writer(self, channel);
  bh_data_channel_become_open(channel);
  g_signal_emit(self, signals[SIGNAL_CHANNEL], 0, channel);
}

static void
take_control(BhSctpTransport *self, guint stream, const guint8 *data, gsize length)
{
  g_auto(BhDcepMessage) message = {0};
  g_autoptr(GError) error = NULL;
  BhDataChannel *channel;

  if (!bh_dcep_parse(data, length, &message, &error)) {
    g_debug("DCEP on stream %u: %s", stream, error->message);
    /* Refused, so that whoever meant to open something learns of it. */
    if (channel_on(self, stream) == NULL)
      want_reset(self, stream);
    return;
  }
  if (message.type == BH_DCEP_OPEN) {
    take_open(self, stream, &message);
    return;
  }
  channel = channel_on(self, stream);
  if (channel != NULL)
    bh_data_channel_become_open(channel);
}

/* g_utf8_validate_len() stops at U+0000, which a text message may well hold. */
static gboolean
is_utf8(const guint8 *data, gsize length)
{
  const char *at = (const char *)data;
  const char *limit = at + length;

  while (!g_utf8_validate_len(at, (gsize)(limit - at), &at)) {
    if (*at != '\0')
      return FALSE;
    at++;
  }
  return TRUE;
}

static void
take_message(BhSctpTransport *self, const BhSctpReceived *info, const guint8 *data, gsize length)
{
  g_autoptr(BhDataChannel) channel = NULL;
  g_autoptr(GBytes) bytes = NULL;
  gboolean is_text = info->ppid == BH_PPID_TEXT || info->ppid == BH_PPID_TEXT_EMPTY;
  BhDataChannel *found;

  if (info->ppid == BH_PPID_DCEP) {
    take_control(self, info->stream, data, length);
    return;
  }
  found = channel_on(self, info->stream);
  /* Also what the other side sent before it learned that the channel is closing. */
  if (found == NULL || bh_data_channel_get_state(found) >= BH_DATA_CHANNEL_CLOSING)
    return;
  if (info->ppid == BH_PPID_TEXT_EMPTY || info->ppid == BH_PPID_BINARY_EMPTY)
    length = 0;
  else if (info->ppid != BH_PPID_TEXT && info->ppid != BH_PPID_BINARY)
    return;
  if (is_text && !is_utf8(data, length)) {
    g_debug("stream %u: text that is not UTF-8", info->stream);
    close_at_once(self, info->stream, found);
    return;
  }

  channel = g_object_ref(found);
  bytes = g_bytes_new(data, length);
  self->messages_received++;
  self->bytes_received += length;
  /* On an unordered channel it may overtake the ACK, and says the same (RFC 8832 section 6). */
  bh_data_channel_become_open(channel);
  if (bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_OPEN)
    bh_data_channel_deliver(channel, bytes, is_text);
}

static void
on_too_large(BhSctpTransport *self, guint stream)
{
  BhDataChannel *channel = channel_on(self, stream);

  g_debug("stream %u: a message over %" G_GSIZE_FORMAT " bytes", stream, self->max_message_bytes);
  if (channel != NULL)
    close_at_once(self, stream, channel);
}

static void
take_part(BhSctpTransport *self, const BhSctpReceived *info)
{
  gsize length = self->partial != NULL ? self->partial->len : 0;

  if (self->partial_too_large || length + info->length > self->max_message_bytes) {
    if (!self->partial_too_large)
      on_too_large(self, info->stream);
    g_clear_pointer(&self->partial, g_byte_array_unref);
    self->partial_too_large = !info->is_end;
  } else if (info->is_end && self->partial == NULL) {
    take_message(self, info, scratch, info->length);
  } else {
    if (self->partial == NULL)
      self->partial = g_byte_array_new();
    g_byte_array_append(self->partial, scratch, (guint)info->length);
    if (info->is_end) {
      g_autoptr(GByteArray) whole = g_steal_pointer(&self->partial);

      take_message(self, info, whole->data, whole->len);
    }
  }
}

static void
on_connected(BhSctpTransport *self, const struct sctp_assoc_change *change)
{
  GHashTableIter iter;
  gpointer key, channel;
  g_autoptr(GPtrArray) unfit = g_ptr_array_new_with_free_func(g_object_unref);

  if (self->connected)
    return;
  self->connected = TRUE;
  self->n_streams =
      MIN(self->n_streams, MIN(change->sac_outbound_streams, change->sac_inbound_streams));
  g_hash_table_iter_init(&iter, self->channels);
  while (g_hash_table_iter_next(&iter, &key, &channel)) {
    if (GPOINTER_TO_UINT(key) < self->n_streams)
      continue;
    g_ptr_array_add(unfit, g_object_ref(channel));
    g_hash_table_iter_remove(&iter);
  }
  for (guint i = 0; i < unfit->len; i++)
    bh_data_channel_become_closed(unfit->pdata[i]);
  if (!self->ended)
    bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTED, NULL);
}

static void
on_association_change(BhSctpTransport *self, const guint8 *data, gsize length)
{
  struct sctp_assoc_change change;

  if (length < sizeof change)
    return;
  memcpy(&change, data, sizeof change);
  switch (change.sac_state) {
  case SCTP_COMM_UP:
    on_connected(self, &change);
    break;
  case SCTP_SHUTDOWN_COMP:
    end(self, BH_TRANSPORT_CLOSED, NULL);
    break;
  case SCTP_CANT_STR_ASSOC:
    fail(self, G_IO_ERROR_TIMED_OUT, "The other side does not answer SCTP");
    break;
  case SCTP_RESTART:
    /* Its channels are gone, and ours with them. */
    fail(self, G_IO_ERROR_CONNECTION_REFUSED, "The other side began SCTP anew");
    break;
  default:
    fail(self, G_IO_ERROR_CONNECTION_REFUSED, "The other side has broken SCTP off");
    break;
  }
}

static void
take_notification(BhSctpTransport *self, gsize length)
{
  struct sctp_tlv header;
  g_autofree guint8 *data = NULL;

  if (length < sizeof header)
    return;
  memcpy(&header, scratch, sizeof header);
  data = g_memdup2(scratch, length);
  switch (header.sn_type) {
  case SCTP_ASSOC_CHANGE:
    on_association_change(self, data, length);
    break;
  case SCTP_STREAM_RESET_EVENT:
    on_reset_event(self, data, length);
    break;
  case SCTP_SHUTDOWN_EVENT:
    end(self, BH_TRANSPORT_CLOSED, NULL);
    break;
  case SCTP_PARTIAL_DELIVERY_EVENT:
    /* The rest of a partially reliable message will not come. */
    g_clear_pointer(&self->partial, g_byte_array_unref);
    self->partial_too_large = FALSE;
    break;
  default:
    break;
  }
}

static void
read_all(BhSctpTransport *self)
{
  BhSctpReceived info;
  int result = 0;

  while (!self->ended && self->pauses == 0) {
    result = bh_sctp_socket_receive(self->socket, scratch, scratch_size, &info);
    if (result <= 0)
      break;
    if (info.is_notification)
      take_notification(self, info.length);
    else
      take_part(self, &info);
  }
  if (self->ended || result == 0)
    return;
  if (result == -ESHUTDOWN)
    end(self, BH_TRANSPORT_CLOSED, NULL);
  else if (result < 0)
    end(self, BH_TRANSPORT_FAILED,
        g_error_new(G_IO_ERROR, g_io_error_from_errno(-result), "SCTP has ended: %s",
                    g_strerror(-result)));
}

/* --- What goes out --- */

static gboolean
is_stream_fresh(BhSctpTransport *self, guint stream)
{
  return (self->stream_flags[stream] & (STREAM_RESET_WANTED | STREAM_RESET_ASKED)) == 0;
}

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
      close_at_once(self, stream, channel);
      break;
    case BH_SCTP_BLOCKED:
      return FALSE;
    }
  }
  if (bh_data_channel_peek(channel) != NULL)
    push_writer(self, channel);
  else if (bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_CLOSING)
    want_reset(self, stream);
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
  while (self->writers.length > 0) {
    g_autoptr(BhDataChannel) channel = g_queue_pop_head(&self->writers);

    bh_data_channel_set_writing(channel, FALSE);
    if (bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_CLOSED)
      continue;
    /* A stream still being reset for its former channel comes back in on_stream_reset(). */
    if (!is_stream_fresh(self, bh_data_channel_get_stream(channel)))
      continue;
    if (!write_one(self, channel, low)) {
      bh_data_channel_set_writing(channel, TRUE);
      g_queue_push_head(&self->writers, g_steal_pointer(&channel));
      break;
    }
  }
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
    read_all(self);
    self->wake_again = FALSE;
    if (!self->ended && self->pauses > 0 && bh_sctp_socket_has_failed(self->socket))
      fail(self, G_IO_ERROR_CONNECTION_REFUSED, "The other side has broken SCTP off");
    if (!self->ended)
      write_all(self);
    if (!self->ended)
      ask_for_resets(self);
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
    fail(self, G_IO_ERROR_CONNECTION_CLOSED, "The transport below SCTP has failed");
  else if (state == BH_TRANSPORT_CLOSED)
    end(self, BH_TRANSPORT_CLOSED, NULL);
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
  end(BH_SCTP_TRANSPORT(transport), BH_TRANSPORT_CLOSED, NULL);
}

static void
bh_sctp_transport_dispose(GObject *object)
{
  BhSctpTransport *self = BH_SCTP_TRANSPORT(object);

  if (!self->ended)
    end(self, BH_TRANSPORT_CLOSED, NULL);
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

/* --- For channels --- */

BhSctpSend
bh_sctp_transport_send_message(BhSctpTransport *self, BhDataChannel *channel, guint32 ppid,
                               const void *data, gsize length)
{
  guint16 stream = bh_data_channel_get_stream(channel);
  BhSctpSend result;

  if (self->ended)
    return BH_SCTP_REFUSED;
  if (!self->connected || bh_sctp_stack_is_busy() || !is_stream_fresh(self, stream))
    return BH_SCTP_BLOCKED;
  result = bh_sctp_socket_send(self->socket, stream, bh_data_channel_get_parameters(channel), ppid,
                               data, length);
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
                        !open_on_stream(self, channel)))
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
  if (scratch_size < self->max_message_bytes + 1) {
    scratch_size = self->max_message_bytes + 1;
    scratch = g_realloc(scratch, scratch_size);
  }
  self->handle = bh_sctp_stack_attach(&stack_client, self);
  self->socket = bh_sctp_socket_new(self->handle, &options, &error);
  if (self->socket == NULL) {
    end(self, BH_TRANSPORT_FAILED, g_steal_pointer(&error));
    return;
  }
  bh_transport_set_state(BH_TRANSPORT(self), BH_TRANSPORT_CONNECTING, NULL);
  open_early_channels(self);
  if (self->ended)
    return;
  bh_transport_set_receiver(self->lower, on_datagram, self);
  if (!self->ended &&
      !bh_sctp_socket_connect(self->socket, self->handle, self->remote_port, &error))
    end(self, BH_TRANSPORT_FAILED, g_steal_pointer(&error));
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
  } else if (!open_on_stream(self, channel)) {
    g_set_error_literal(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_FULL,
                        "No stream is free for another data channel");
    bh_data_channel_become_closed(channel);
    return NULL;
  }
  return g_steal_pointer(&channel);
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
