/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a peer that has passed DTLS may say to an association: messages of any kind on any stream,
 * resets, and chunks of its own making. A record is: what to do, a stream or a chunk's type, a
 * length, so many bytes.
 */
#include "raw-sctp.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A new pair so often: what one input has left behind is there for the next ones. */
#define RUNS_PER_PAIR 64

static RawPeer *raw;
static guint n_runs;

static void
end_pair(void)
{
  g_clear_pointer(&raw, raw_peer_free);
  raw_settle();
}

static void
do_record(guint what, guint8 stream, const uint8_t *data, size_t size)
{
  static const guint32 ppids[] = {BH_PPID_DCEP,       BH_PPID_TEXT,         BH_PPID_BINARY,
                                  BH_PPID_TEXT_EMPTY, BH_PPID_BINARY_EMPTY, 52};
  guint8 packet[12 + 4 + 256] = {0};
  guint16 reset = stream;

  if (what < G_N_ELEMENTS(ppids)) {
    if (size > 0)
      raw_send(raw, stream, ppids[what], data, size);
  } else if (what == G_N_ELEMENTS(ppids)) {
    bh_sctp_socket_reset(raw->socket, &reset, 1);
  } else {
    memcpy(packet, raw->packet_start, sizeof raw->packet_start);
    packet[12] = stream;
    packet[13] = (guint8)what;
    packet[14] = (guint8)((size + 4) >> 8);
    packet[15] = (guint8)(size + 4);
    memcpy(packet + 16, data, size);
    fake_transport_inject(raw->wire[1], packet, 16 + ((size + 3) & ~(size_t)3));
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (n_runs == 0)
    atexit(end_pair);
  if (raw == NULL)
    raw = raw_peer_new();
  while (size >= 3) {
    size_t length = MIN(size - 3, data[2]);

    do_record(data[0] & 15, data[1], data + 3, length);
    data += 3 + length;
    size -= 3 + length;
  }
  raw_settle();
  for (guint i = 0; i < raw->ears->len; i++) {
    Ear *ear = raw->ears->pdata[i];

    bh_data_channel_send(ear->channel, "answer", 6, TRUE, NULL);
    g_assert_cmpuint(ear->n_closed, <=, 1);
  }
  g_assert_cmpuint(raw->ears->len, <=, 10000);
  if (++n_runs % RUNS_PER_PAIR == 0 ||
      bh_transport_get_state(BH_TRANSPORT(raw->sctp)) != BH_TRANSPORT_CONNECTED)
    end_pair();
  return 0;
}
