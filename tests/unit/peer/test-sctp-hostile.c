/* SPDX-License-Identifier: Apache-2.0 */
#include "raw-sctp.h"

#include <gio/gio.h>

static const guint8 open_bytes[] = {0x03, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 'x'};
static const guint8 ack_bytes[] = {0x02};

/* Still there, and opens channels as before. */
static void
check_well(RawPeer *raw, guint16 stream)
{
  guint n = raw->ears->len;
  Ear *ear;

  raw_send(raw, stream, BH_PPID_DCEP, open_bytes, sizeof open_bytes);
  WAIT_FOR(raw->ears->len == n + 1);
  ear = raw->ears->pdata[n];
  raw_send(raw, stream, BH_PPID_BINARY, "well", 4);
  WAIT_FOR(ear->n_messages == 1);
  g_assert_cmpint(bh_transport_get_state(BH_TRANSPORT(raw->sctp)), ==, BH_TRANSPORT_CONNECTED);
}

static void
test_bad_dcep(void)
{
  g_autoptr(RawPeer) raw = raw_peer_new();

  raw_send(raw, 0, BH_PPID_DCEP, "\x03", 1);
  raw_send(raw, 2, BH_PPID_DCEP, "\x7f garbage", 9);
  raw_send(raw, 4, BH_PPID_DCEP, "\x03\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff", 12);
  WAIT_FOR(raw->n_resets > 0);
  raw_settle();
  g_assert_cmpuint(raw->ears->len, ==, 0);

  /* An ACK for nothing is nothing. */
  raw_send(raw, 6, BH_PPID_DCEP, ack_bytes, sizeof ack_bytes);
  check_well(raw, 8);
}

static void
test_no_open(void)
{
  g_autoptr(RawPeer) raw = raw_peer_new();

  raw_send(raw, 0, BH_PPID_BINARY, "early", 5);
  raw_send(raw, 255, BH_PPID_TEXT, "early", 5);
  raw_send(raw, 2, 4711, "unknown kind", 12);
  check_well(raw, 0);
  raw_send(raw, 0, 4711, "unknown kind", 12);
  raw_send(raw, 0, 52, "deprecated", 10);
  raw_send(raw, 0, BH_PPID_TEXT_EMPTY, "more than one byte", 18);
  WAIT_FOR(((Ear *)raw->ears->pdata[0])->n_messages == 2);
  g_assert_cmpuint(((Ear *)raw->ears->pdata[0])->n_texts, ==, 1);
  g_assert_cmpuint(((Ear *)raw->ears->pdata[0])->n_bytes, ==, 4);
}

static void
test_opened_twice(void)
{
  g_autoptr(RawPeer) raw = raw_peer_new();
  Ear *ear;

  check_well(raw, 0);
  ear = raw->ears->pdata[0];
  raw_send(raw, 0, BH_PPID_DCEP, open_bytes, sizeof open_bytes);
  WAIT_FOR(raw->n_resets == 1);
  g_assert_cmpuint(raw->ears->len, ==, 1);
  g_assert_cmpint(bh_data_channel_get_state(ear->channel), ==, BH_DATA_CHANNEL_CLOSING);
  raw_send(raw, 0, BH_PPID_BINARY, "late", 4);
  raw_settle();
  g_assert_cmpuint(ear->n_messages, ==, 1);
  bh_sctp_socket_reset(raw->socket, (guint16[]){0}, 1);
  WAIT_FOR(ear->n_closed == 1);
  check_well(raw, 2);
}

/* The other side opens on the stream that we have just opened. */
static void
test_glare(void)
{
  g_autoptr(RawPeer) raw = raw_peer_new();
  g_autoptr(BhDataChannel) channel =
      bh_sctp_transport_create_channel(raw->sctp, "ours", NULL, NULL);

  g_assert_cmpuint(bh_data_channel_get_stream(channel), ==, 1);
  raw_send(raw, 1, BH_PPID_DCEP, open_bytes, sizeof open_bytes);
  WAIT_FOR(raw->n_resets == 1);
  g_assert_cmpint(bh_data_channel_get_state(channel), ==, BH_DATA_CHANNEL_CLOSING);
  g_assert_cmpuint(raw->ears->len, ==, 0);
  check_well(raw, 0);
}

/* A message may overtake the ACK, and says as much. */
static void
test_message_before_ack(void)
{
  g_autoptr(RawPeer) raw = raw_peer_new();
  g_autoptr(Ear) ear = ear_new(bh_sctp_transport_create_channel(raw->sctp, "ours", NULL, NULL));

  WAIT_FOR(raw->n_messages == 1);
  raw_send(raw, 1, BH_PPID_BINARY, "first", 5);
  WAIT_FOR(ear->n_messages == 1);
  g_assert_cmpuint(ear->n_open, ==, 1);
  raw_send(raw, 1, BH_PPID_DCEP, ack_bytes, sizeof ack_bytes);
  raw_settle();
  g_assert_cmpuint(ear->n_open, ==, 1);
}

static void
test_resets(void)
{
  g_autoptr(RawPeer) raw = raw_peer_new();

  /* Of streams with nothing on them: not answered. */
  bh_sctp_socket_reset(raw->socket, (guint16[]){0, 1, 2, 3}, 4);
  raw_settle();
  g_assert_cmpuint(raw->n_resets, ==, 0);
  check_well(raw, 0);
  bh_sctp_socket_reset(raw->socket, (guint16[]){0}, 1);
  WAIT_FOR(((Ear *)raw->ears->pdata[0])->n_closed == 1);
  WAIT_FOR(raw->n_resets == 1);
  check_well(raw, 0);
}

/* More than it takes: each refused by a reset. */
static void
test_flood_of_channels(void)
{
  g_autoptr(RawPeer) raw = raw_peer_new();

  for (guint16 stream = 0; stream < 256; stream++)
    raw_send(raw, stream, BH_PPID_DCEP, open_bytes, sizeof open_bytes);
  WAIT_FOR(raw->n_resets > 0);
  raw_settle();
  g_assert_cmpuint(raw->ears->len, ==, 16);
  g_assert_cmpint(bh_transport_get_state(BH_TRANSPORT(raw->sctp)), ==, BH_TRANSPORT_CONNECTED);

  /* A refused stream serves another channel once there is room, also without its own reset; and
   * that one ends as any other. */
  bh_sctp_socket_reset(raw->socket, (guint16[]){0}, 1);
  WAIT_FOR(((Ear *)raw->ears->pdata[0])->n_closed == 1);
  raw->n_resets = 0;
  check_well(raw, 100);
  bh_data_channel_close(((Ear *)raw->ears->pdata[16])->channel);
  WAIT_FOR(raw->n_resets == 1);
}

/* Far over the 16 KiB that it takes: read in parts, and none of them kept. */
static void
test_endless_message(void)
{
  static const gsize sizes[] = {16385, 65536, 900 * 1024};
  g_autofree guint8 *data = g_malloc0(900 * 1024);
  g_autoptr(RawPeer) raw = raw_peer_new();

  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    guint16 stream = (guint16)(2 * i);

    check_well(raw, stream);
    WAIT_FOR(raw_send(raw, stream, BH_PPID_BINARY, data, sizes[i]) == BH_SCTP_SENT);
    raw_send(raw, stream, BH_PPID_BINARY, "after", 5);
    WAIT_FOR(raw->n_resets == i + 1);
    g_assert_cmpuint(((Ear *)raw->ears->pdata[i])->n_messages, ==, 1);
  }
  check_well(raw, 10);
}

/* Chunks of any kind and content with the association's own ports and tag. */
static void
test_chunk_garbage(void)
{
  g_autoptr(GRand) random = g_rand_new_with_seed(5);

  for (guint round = 0; round < 20; round++) {
    g_autoptr(RawPeer) raw = raw_peer_new();

    check_well(raw, 0);
    for (guint i = 0; i < 100; i++) {
      guint8 packet[12 + 64] = {0};
      guint length = (guint)g_rand_int_range(random, 4, 64);

      memcpy(packet, raw->packet_start, sizeof raw->packet_start);
      for (guint at = 0; at < length; at++)
        packet[12 + at] = (guint8)g_rand_int_range(random, 0, 256);
      packet[14] = 0;
      packet[15] = (guint8)length;
      fake_transport_inject(raw->wire[1], packet, 12 + length);
    }
    raw_settle();
    bh_data_channel_send(((Ear *)raw->ears->pdata[0])->channel, "x", 1, FALSE, NULL);
    raw_settle();
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sctp-hostile/bad-dcep", test_bad_dcep);
  g_test_add_func("/sctp-hostile/no-open", test_no_open);
  g_test_add_func("/sctp-hostile/opened-twice", test_opened_twice);
  g_test_add_func("/sctp-hostile/glare", test_glare);
  g_test_add_func("/sctp-hostile/message-before-ack", test_message_before_ack);
  g_test_add_func("/sctp-hostile/resets", test_resets);
  g_test_add_func("/sctp-hostile/flood-of-channels", test_flood_of_channels);
  g_test_add_func("/sctp-hostile/endless-message", test_endless_message);
  g_test_add_func("/sctp-hostile/chunk-garbage", test_chunk_garbage);
  return g_test_run();
}
