/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An SCTP peer that says what it is told, against the rules of data channels too, opposite to a
 * real BhSctpTransport.
 */
#pragma once

#include "sctp-pair.h"
#include "sctp-socket.h"
#include "sctp-stack.h"

typedef struct {
  FakeTransport *wire[2];
  struct socket *socket; /* on wire 0 */
  gpointer handle;
  BhSctpTransport *sctp; /* on wire 1; the DTLS server: its own streams are odd */
  GPtrArray *ears;       /* of channels that it reported */
  gboolean is_up;
  guint8 packet_start[8]; /* ports and tag of what the raw peer sends */
  guint n_messages;       /* that came back, with what the last one was */
  guint32 last_ppid;
  guint16 last_stream;
  guint n_resets;
} RawPeer;

static inline void
raw_on_output(const guint8 *data, gsize length, gpointer user_data)
{
  RawPeer *raw = user_data;

  memcpy(raw->packet_start, data, sizeof raw->packet_start);
  bh_transport_send(BH_TRANSPORT(raw->wire[0]), data, length);
}

static inline void
raw_on_wake(gpointer user_data)
{
  RawPeer *raw = user_data;
  guint8 data[4096];
  BhSctpReceived info;

  while (raw->socket != NULL &&
         bh_sctp_socket_receive(raw->socket, data, sizeof data, &info) == 1) {
    struct sctp_tlv header;

    if (!info.is_notification) {
      raw->n_messages += info.is_end ? 1 : 0;
      raw->last_ppid = info.ppid;
      raw->last_stream = info.stream;
      continue;
    }
    memcpy(&header, data, sizeof header);
    raw->is_up = raw->is_up || header.sn_type == SCTP_ASSOC_CHANGE;
    if (header.sn_type == SCTP_STREAM_RESET_EVENT &&
        (header.sn_flags & SCTP_STREAM_RESET_INCOMING_SSN) != 0)
      raw->n_resets++;
  }
}

static inline void
raw_on_datagram(const guint8 *data, gsize length, gpointer user_data)
{
  RawPeer *raw = user_data;

  if (bh_sctp_stack_input(raw->handle, data, length))
    raw_on_wake(raw);
}

static inline void
raw_on_channel(BhSctpTransport *sctp, BhDataChannel *channel, RawPeer *raw)
{
  g_ptr_array_add(raw->ears, ear_new(g_object_ref(channel)));
}

static inline RawPeer *
raw_peer_new(void)
{
  static const BhSctpStackClient client = {.output = raw_on_output, .wake = raw_on_wake};
  BhSctpSocketOptions options = {
      .local_port = BH_SCTP_PORT, .streams = 256, .max_message_bytes = 65536};
  RawPeer *raw = g_new0(RawPeer, 1);

  fake_transport_new_pair(&raw->wire[0], &raw->wire[1], (FakeFaults){0}, 11);
  raw->ears = g_ptr_array_new_with_free_func(ear_free);
  raw->sctp = bh_sctp_transport_new(BH_TRANSPORT(raw->wire[1]), BH_SCTP_PORT, BH_SCTP_PORT, 16384,
                                    1024 * 1024, 16);
  g_signal_connect(raw->sctp, "channel", G_CALLBACK(raw_on_channel), raw);
  raw->handle = bh_sctp_stack_attach(&client, raw);
  raw->socket = bh_sctp_socket_new(raw->handle, &options, NULL);
  bh_transport_set_receiver(BH_TRANSPORT(raw->wire[0]), raw_on_datagram, raw);
  bh_sctp_transport_start(raw->sctp, FALSE);
  g_assert_true(bh_sctp_socket_connect(raw->socket, raw->handle, BH_SCTP_PORT, NULL));
  WAIT_FOR(raw->is_up && bh_transport_get_state(BH_TRANSPORT(raw->sctp)) == BH_TRANSPORT_CONNECTED);
  return raw;
}

static inline void
raw_peer_free(RawPeer *raw)
{
  g_signal_handlers_disconnect_by_data(raw->sctp, raw);
  bh_transport_close(BH_TRANSPORT(raw->sctp));
  bh_sctp_socket_close(g_steal_pointer(&raw->socket), raw->handle);
  bh_sctp_stack_detach(raw->handle);
  bh_transport_set_receiver(BH_TRANSPORT(raw->wire[0]), NULL, NULL);
  g_ptr_array_unref(raw->ears);
  g_assert_finalize_object(raw->sctp);
  g_assert_finalize_object(raw->wire[0]);
  g_assert_finalize_object(raw->wire[1]);
  g_free(raw);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RawPeer, raw_peer_free)

static inline BhSctpSend
raw_send(RawPeer *raw, guint16 stream, guint32 ppid, const void *data, gsize length)
{
  static const BhDcepMessage reliable = {.max_retransmits = -1, .max_packet_lifetime_ms = -1};

  return bh_sctp_socket_send(raw->socket, stream, &reliable, ppid, data, length);
}

/* Everything on the way has arrived and has been answered, but for what waits for a timer. */
static inline void
raw_settle(void)
{
  while (g_main_context_iteration(NULL, FALSE)) {
  }
}
