/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "sctp-transport-private.h"

#include <errno.h>
#include <string.h>

/*
 * What the association has for us: messages of channels, DCEP, and news of the association itself.
 * Runs outside of usrsctp, from the main loop, so that any handler may do anything.
 */

/* What is read lies here until it has been copied for its receiver: all on one thread, and nothing
 * else runs in between. */
static guint8 *scratch;
static gsize scratch_size;

void
bh_sctp_reader_expect(gsize max_message_bytes)
{
  /* One more, to see that a message is too large. */
  if (scratch_size > max_message_bytes)
    return;
  scratch_size = max_message_bytes + 1;
  scratch = g_realloc(scratch, scratch_size);
}

static void
take_open(BhSctpTransport *self, guint stream, const BhDcepMessage *open)
{
  static const guint8 ack[] = {BH_DCEP_ACK};
  g_autoptr(BhDataChannel) channel = NULL;
  BhDataChannel *old;

  if (stream >= self->n_streams)
    return;
  old = bh_sctp_transport_get_channel_on(self, stream);
  if (old != NULL && (self->stream_flags[stream] & STREAM_RESET_IN) != 0) {
    /* It saw both resets; its confirmation of ours is still under way. */
    self->stream_flags[stream] &= (guint8)~STREAM_RESET_IN;
    bh_sctp_streams_remove_channel(self, stream);
    if (self->ended)
      return;
  } else if (old != NULL) {
    /* Opened twice, or by both at once on one stream: nobody can tell what belongs to which. */
    g_debug("stream %u is in use", stream);
    bh_sctp_streams_close_at_once(self, stream, old);
    return;
  }
  if (g_hash_table_size(self->channels) >= self->max_channels ||
      (self->stream_flags[stream] & STREAM_UNUSABLE) != 0) {
    g_debug("no more than %u channels", self->max_channels);
    bh_sctp_streams_want_reset(self, stream);
    return;
  }
  /* Of a refusal before: this channel has its own end. */
  self->stream_flags[stream] &= (guint8) ~(STREAM_RESET_OUT | STREAM_RESET_IN);
  channel = bh_data_channel_new(self, open, self->max_queued_bytes);
  bh_data_channel_set_stream(channel, (guint16)stream);
  g_hash_table_insert(self->channels, GUINT_TO_POINTER(stream), g_object_ref(channel));
  bh_data_channel_queue_control(channel, ack, sizeof ack);
  bh_sctp_transport_add_writer(self, channel);
  bh_data_channel_become_open(channel);
  bh_sctp_transport_tell_channel(self, channel);
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
    if (bh_sctp_transport_get_channel_on(self, stream) == NULL)
      bh_sctp_streams_want_reset(self, stream);
    return;
  }
  if (message.type == BH_DCEP_OPEN) {
    take_open(self, stream, &message);
    return;
  }
  channel = bh_sctp_transport_get_channel_on(self, stream);
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
  found = bh_sctp_transport_get_channel_on(self, info->stream);
  /* Also what the other side sent before it learned that the channel is closing. */
  if (found == NULL || bh_data_channel_get_state(found) >= BH_DATA_CHANNEL_CLOSING)
    return;
  if (info->ppid == BH_PPID_TEXT_EMPTY || info->ppid == BH_PPID_BINARY_EMPTY)
    length = 0;
  else if (info->ppid != BH_PPID_TEXT && info->ppid != BH_PPID_BINARY)
    return;
  if (is_text && !is_utf8(data, length)) {
    g_debug("stream %u: text that is not UTF-8", info->stream);
    bh_sctp_streams_close_at_once(self, info->stream, found);
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
  BhDataChannel *channel = bh_sctp_transport_get_channel_on(self, stream);

  g_debug("stream %u: a message over %" G_GSIZE_FORMAT " bytes", stream, self->max_message_bytes);
  if (channel != NULL)
    bh_sctp_streams_close_at_once(self, stream, channel);
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
    bh_sctp_transport_end(self, BH_TRANSPORT_CLOSED, NULL);
    break;
  case SCTP_CANT_STR_ASSOC:
    bh_sctp_transport_fail(self, G_IO_ERROR_TIMED_OUT, "The other side does not answer SCTP");
    break;
  case SCTP_RESTART:
    /* Its channels are gone, and ours with them. */
    bh_sctp_transport_fail(self, G_IO_ERROR_CONNECTION_REFUSED, "The other side began SCTP anew");
    break;
  default:
    bh_sctp_transport_fail(self, G_IO_ERROR_CONNECTION_REFUSED,
                           "The other side has broken SCTP off");
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
    bh_sctp_streams_on_reset_event(self, data, length);
    break;
  case SCTP_SHUTDOWN_EVENT:
    bh_sctp_transport_end(self, BH_TRANSPORT_CLOSED, NULL);
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

void
bh_sctp_reader_run(BhSctpTransport *self)
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
    bh_sctp_transport_end(self, BH_TRANSPORT_CLOSED, NULL);
  else if (result < 0)
    bh_sctp_transport_end(self, BH_TRANSPORT_FAILED,
                          g_error_new(G_IO_ERROR, g_io_error_from_errno(-result),
                                      "SCTP has ended: %s", g_strerror(-result)));
}
