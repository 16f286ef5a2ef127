/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "sctp-transport-private.h"

#include <errno.h>
#include <string.h>

/*
 * Which stream carries which channel, and how a channel ends: our direction is reset once the queue
 * is out, and the stream is free when theirs is too (RFC 8831 section 6.7, RFC 6525).
 */

BhDataChannel *
bh_sctp_transport_get_channel_on(BhSctpTransport *self, guint stream)
{
  return g_hash_table_lookup(self->channels, GUINT_TO_POINTER(stream));
}

void
bh_sctp_streams_remove_channel(BhSctpTransport *self, guint stream)
{
  g_autoptr(BhDataChannel) channel = NULL;

  if (g_hash_table_steal_extended(self->channels, GUINT_TO_POINTER(stream), NULL,
                                  (gpointer *)&channel))
    bh_data_channel_become_closed(channel);
}

/* The other side knows no resets (RFC 8831 section 6.1 wants them): its channels end here alone. */
static void
give_streams_up(BhSctpTransport *self, GArray *streams)
{
  self->resets_wanted = FALSE;
  for (guint i = 0; i < streams->len; i++) {
    guint16 stream = g_array_index(streams, guint16, i);

    self->stream_flags[stream] = STREAM_UNUSABLE;
    bh_sctp_streams_remove_channel(self, stream);
  }
}

void
bh_sctp_streams_ask_for_resets(BhSctpTransport *self)
{
  g_autoptr(GArray) streams = NULL;
  int result;

  if (!self->resets_wanted || !self->connected)
    return;
  streams = g_array_new(FALSE, FALSE, sizeof(guint16));
  for (guint i = 0; i < self->n_streams; i++) {
    guint16 stream = (guint16)i;

    if ((self->stream_flags[i] & STREAM_RESET_WANTED) != 0)
      g_array_append_val(streams, stream);
  }
  result =
      bh_sctp_socket_reset(self->socket, (const guint16 *)(gpointer)streams->data, streams->len);
  if (result == -EOPNOTSUPP) {
    give_streams_up(self, streams);
    return;
  }
  /* Refused while others are under way: the next reset event tries again. */
  if (result < 0)
    return;
  self->resets_wanted = FALSE;
  for (guint i = 0; i < streams->len; i++) {
    guint16 stream = g_array_index(streams, guint16, i);

    self->stream_flags[stream] &= (guint8)~STREAM_RESET_WANTED;
    self->stream_flags[stream] |= STREAM_RESET_ASKED;
  }
}

void
bh_sctp_streams_want_reset(BhSctpTransport *self, guint stream)
{
  const guint8 begun = STREAM_RESET_WANTED | STREAM_RESET_ASKED | STREAM_RESET_OUT;

  if (stream >= self->n_streams || (self->stream_flags[stream] & begun) != 0)
    return;
  self->stream_flags[stream] |= STREAM_RESET_WANTED;
  self->resets_wanted = TRUE;
}

/* Whatever is queued is dropped: the other side does not listen, or broke the rules. */
void
bh_sctp_streams_close_at_once(BhSctpTransport *self, guint stream, BhDataChannel *channel)
{
  bh_data_channel_become_closing(channel);
  bh_data_channel_drop_queue(channel);
  bh_sctp_streams_want_reset(self, stream);
}

static void
finish_stream(BhSctpTransport *self, guint stream)
{
  const guint8 both = STREAM_RESET_OUT | STREAM_RESET_IN;

  if ((self->stream_flags[stream] & both) != both)
    return;
  self->stream_flags[stream] = 0;
  bh_sctp_streams_remove_channel(self, stream);
}

static void
on_stream_reset(BhSctpTransport *self, guint stream, guint flags)
{
  BhDataChannel *channel;

  if (stream >= self->n_streams)
    return;
  channel = bh_sctp_transport_get_channel_on(self, stream);
  if ((flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED)) != 0) {
    if ((flags & SCTP_STREAM_RESET_OUTGOING_SSN) == 0)
      return;
    /* Asked again it would be denied again. The channel is over all the same. */
    self->stream_flags[stream] = STREAM_UNUSABLE;
    bh_sctp_streams_remove_channel(self, stream);
    return;
  }
  if ((flags & SCTP_STREAM_RESET_INCOMING_SSN) != 0) {
    /* Without a channel or a reset of ours this is no end of anything: answering it could go on
     * for ever between two that think alike. */
    if (channel == NULL && self->stream_flags[stream] == 0)
      return;
    self->stream_flags[stream] |= STREAM_RESET_IN;
    if (channel != NULL)
      bh_sctp_streams_close_at_once(self, stream, channel);
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

void
bh_sctp_streams_on_reset_event(BhSctpTransport *self, const guint8 *data, gsize length)
{
  struct sctp_stream_reset_event event;
  const guint8 *list = data + sizeof event;
  gsize n;

  if (length < sizeof event)
    return;
  memcpy(&event, data, sizeof event);
  n = (length - sizeof event) / sizeof(guint16);
  if (n == 0) { /* RFC 6458 section 6.1.11: all of them */
    for (guint i = 0; i < self->n_streams && !self->ended; i++)
      on_stream_reset(self, i, event.strreset_flags);
  }
  for (gsize i = 0; i < n && !self->ended; i++) {
    guint16 stream;

    memcpy(&stream, list + i * sizeof stream, sizeof stream);
    on_stream_reset(self, stream, event.strreset_flags);
  }
  bh_sctp_streams_ask_for_resets(self);
}

/* RFC 8832 section 6: even for the DTLS client. */
static gboolean
take_free_stream(BhSctpTransport *self, guint16 *out)
{
  for (guint i = self->is_dtls_client ? 0 : 1; i < self->n_streams; i += 2) {
    if (self->stream_flags[i] == 0 && bh_sctp_transport_get_channel_on(self, i) == NULL) {
      *out = (guint16)i;
      return TRUE;
    }
  }
  return FALSE;
}

/* Takes a reference of its own. */
gboolean
bh_sctp_streams_open(BhSctpTransport *self, BhDataChannel *channel)
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

gboolean
bh_sctp_streams_is_fresh(BhSctpTransport *self, guint stream)
{
  return (self->stream_flags[stream] & (STREAM_RESET_WANTED | STREAM_RESET_ASKED)) == 0;
}
