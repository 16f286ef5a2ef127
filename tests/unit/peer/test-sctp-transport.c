/* SPDX-License-Identifier: Apache-2.0 */
#include "sctp-pair.h"

#include <gio/gio.h>

static const FakeFaults no_faults = {0};
static const FakeFaults bad_network = {
    .lose_percent = 5, .double_percent = 2, .reorder_percent = 5};

static guint8 *
pattern_new(gsize length, guint seed)
{
  guint8 *data = g_malloc(MAX(length, 1));

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8)(i * 31 + seed + (i >> 8));
  return data;
}

static void
send_ok(Ear *ear, const void *data, gsize length, gboolean is_text)
{
  g_autoptr(GError) error = NULL;

  bh_data_channel_send(ear->channel, data, length, is_text, &error);
  g_assert_no_error(error);
}

/* A connected pair with one channel that side 0 opened. */
static Pair *
open_one(FakeFaults faults, const BhDataChannelOptions *options, Ear **out_near, Ear **out_far)
{
  Pair *pair = pair_new(faults, 256);

  *out_near = pair_create(pair, 0, "one", options);
  g_assert_cmpint(bh_data_channel_get_state((*out_near)->channel), ==, BH_DATA_CHANNEL_CONNECTING);
  pair_start(pair);
  WAIT_FOR((*out_near)->n_open == 1 && pair->ears[1]->len == 1);
  *out_far = pair->ears[1]->pdata[0];
  return pair;
}

static void
test_sizes(void)
{
  static const gsize sizes[] = {1,     2,     100,   1171,   1172,   1173,      1200,
                                16384, 65535, 65536, 131072, 262143, 256 * 1024};
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);
  guint64 sent, received, bytes_sent, bytes_received;
  gsize total = 0;

  g_assert_cmpstr(bh_data_channel_get_label(far->channel), ==, "one");
  g_assert_cmpuint(bh_data_channel_get_stream(near->channel) % 2, ==, 0);
  far->echo = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree guint8 *data = pattern_new(sizes[i], i);

    send_ok(near, data, sizes[i], FALSE);
    total += sizes[i];
  }
  WAIT_FOR(near->n_messages == G_N_ELEMENTS(sizes));
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autofree guint8 *data = pattern_new(sizes[i], i);

    g_assert_cmpmem(data, sizes[i], g_bytes_get_data(near->messages->pdata[i], NULL),
                    g_bytes_get_size(near->messages->pdata[i]));
  }
  bh_sctp_transport_get_counters(pair->sctp[0], &sent, &received, &bytes_sent, &bytes_received);
  g_assert_cmpuint(sent, ==, G_N_ELEMENTS(sizes));
  g_assert_cmpuint(received, ==, G_N_ELEMENTS(sizes));
  g_assert_cmpuint(bytes_sent, ==, total);
  g_assert_cmpuint(bytes_received, ==, total);
  /* Measured by now; nothing holds datagrams back here. */
  g_assert_cmpint(bh_sctp_transport_get_round_trip_ms(pair->sctp[0]), >=, 0);
  g_assert_cmpint(bh_sctp_transport_get_round_trip_ms(pair->sctp[0]), <, 1000);
  bh_transport_close(BH_TRANSPORT(pair->sctp[0]));
  g_assert_cmpint(bh_sctp_transport_get_round_trip_ms(pair->sctp[0]), ==, -1);
}

static void
test_empty_and_text(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);

  send_ok(near, NULL, 0, FALSE);
  send_ok(near, "", 0, TRUE);
  send_ok(near, "caf\xc3\xa9\0!", 7, TRUE);
  WAIT_FOR(far->n_messages == 3);
  g_assert_cmpuint(far->n_texts, ==, 2);
  g_assert_cmpuint(g_bytes_get_size(far->messages->pdata[0]), ==, 0);
  g_assert_cmpuint(g_bytes_get_size(far->messages->pdata[1]), ==, 0);
  g_assert_cmpuint(g_bytes_get_size(far->messages->pdata[2]), ==, 7);

  /* Text that is none ends the channel, and only that. */
  send_ok(near, "\0\xff\xfe", 3, TRUE);
  WAIT_FOR(near->n_closed == 1 && far->n_closed == 1);
  g_assert_cmpuint(far->n_messages, ==, 3);
  g_assert_true(pair_is_connected(pair));
}

static void
check_order(FakeFaults faults, guint n)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(faults, NULL, &near, &far);

  for (guint32 i = 0; i < n; i++)
    send_ok(near, &i, sizeof i, FALSE);
  WAIT_FOR(far->n_messages == n);
  for (guint32 i = 0; i < n; i++)
    g_assert_cmpmem(&i, sizeof i, g_bytes_get_data(far->messages->pdata[i], NULL),
                    g_bytes_get_size(far->messages->pdata[i]));
}

static void
test_order(void)
{
  check_order(no_faults, 10000);
}

static void
test_order_with_faults(void)
{
  check_order(bad_network, 2000);
}

static void
test_partial_reliability(void)
{
  static const BhDataChannelOptions options[] = {
      {.unordered = TRUE, .max_retransmits = 0, .max_packet_lifetime_ms = -1},
      {.unordered = FALSE, .max_retransmits = 0, .max_packet_lifetime_ms = -1},
      {.unordered = TRUE, .max_retransmits = -1, .max_packet_lifetime_ms = 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
    FakeFaults faults = {.lose_percent = 10};
    Ear *far;
    g_autoptr(Ear) near = NULL;
    g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, &options[i], &near, &far);
    g_autoptr(Ear) reliable = pair_create(pair, 0, "reliable", NULL);
    g_autofree guint8 *data = pattern_new(1000, i);

    WAIT_FOR(reliable->n_open == 1);
    pair->wire[0]->faults = faults;
    for (guint n = 0; n < 500; n++)
      send_ok(near, data, 1000, FALSE);
    /* What is lost holds nothing up: the reliable channel on the same association ends. */
    send_ok(reliable, "end", 3, TRUE);
    WAIT_FOR(((Ear *)pair->ears[1]->pdata[1])->n_messages == 1);
    WAIT_FOR(far->n_messages > 300);
    if (options[i].max_retransmits == 0)
      g_assert_cmpuint(far->n_messages, <, 500);
  }
}

static void
test_many_channels(void)
{
  g_autoptr(Pair) pair = pair_new(no_faults, 256);
  g_autoptr(GPtrArray) ears = g_ptr_array_new_with_free_func(ear_free);
  guint n_done = 0;

  pair->echo = TRUE;
  for (guint i = 0; i < 100; i++) {
    g_autofree char *label = g_strdup_printf("channel %u", i);

    g_ptr_array_add(ears, pair_create(pair, i % 2, label, NULL));
    if (i == 49)
      pair_start(pair);
  }
  for (guint i = 0; i < ears->len; i++) {
    Ear *ear = ears->pdata[i];

    WAIT_FOR(ear->n_open == 1);
    g_assert_cmpuint(bh_data_channel_get_stream(ear->channel) % 2, ==, i % 2);
    send_ok(ear, &i, sizeof i, FALSE);
  }
  for (guint i = 0; i < ears->len; i++) {
    Ear *ear = ears->pdata[i];

    WAIT_FOR(ear->n_messages == 1);
    g_assert_cmpmem(&i, sizeof i, g_bytes_get_data(ear->messages->pdata[0], NULL), sizeof i);
    n_done++;
  }
  g_assert_cmpuint(n_done, ==, 100);
}

static void
test_too_many_channels(void)
{
  g_autoptr(Pair) pair = pair_new(no_faults, 4);
  g_autoptr(GPtrArray) ears = g_ptr_array_new_with_free_func(ear_free);
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < 4; i++)
    g_ptr_array_add(ears, pair_create(pair, 0, "", NULL));
  g_assert_null(bh_sctp_transport_create_channel(pair->sctp[0], "", NULL, &error));
  g_assert_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_FULL);

  /* The other side counts its own and ours: it refuses what is over its limit. */
  g_ptr_array_add(ears, pair_create(pair, 1, "", NULL));
  pair_start(pair);
  for (guint i = 0; i < 5; i++) {
    Ear *ear = ears->pdata[i];

    WAIT_FOR(ear->n_open + ear->n_closed > 0);
  }
  WAIT_FOR(((Ear *)ears->pdata[4])->n_closed == 1);
  g_assert_true(pair_is_connected(pair));
}

static void
test_reopen(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);

  for (guint i = 0; i < 1000; i++) {
    Ear *closer = i % 2 == 0 ? near : far;

    guint n_sent = 0;

    /* Not each time: the reset waits for their delayed SACK. */
    if (i % 10 < 2) {
      send_ok(near, "last words", 10, TRUE);
      n_sent = 1;
      if (closer == far)
        WAIT_FOR(far->n_messages == 1);
    }
    bh_data_channel_close(closer->channel);
    bh_data_channel_close(closer->channel);
    WAIT_FOR(near->n_closed == 1 && far->n_closed == 1);
    /* Sent before the close, so it arrives. */
    g_assert_cmpuint(far->n_messages, ==, n_sent);
    g_assert_cmpint(bh_data_channel_get_state(near->channel), ==, BH_DATA_CHANNEL_CLOSED);
    g_assert_false(bh_data_channel_send(near->channel, "x", 1, TRUE, NULL));

    g_ptr_array_set_size(pair->ears[1], 0);
    ear_free(near);
    near = pair_create(pair, 0, "again", NULL);
    WAIT_FOR(near->n_open == 1);
    far = pair->ears[1]->pdata[0];
    g_assert_cmpuint(bh_data_channel_get_stream(near->channel), ==, 0);
  }
}

static void
test_reopen_with_faults(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(bad_network, NULL, &near, &far);

  for (guint i = 0; i < 30; i++) {
    bh_data_channel_close(i % 2 == 0 ? near->channel : far->channel);
    ear_free(near);
    near = pair_create(pair, 0, "again", NULL);
    WAIT_FOR(near->n_open == 1);
    send_ok(near, &i, sizeof i, FALSE);
    far = pair->ears[1]->pdata[pair->ears[1]->len - 1];
    WAIT_FOR(far->n_messages == 1);
  }
}

static void
test_buffered_amount(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);
  g_autoptr(GError) error = NULL;
  g_autofree guint8 *data = pattern_new(65536, 0);
  gsize amount;
  guint n_sent = 0;

  far->keep = FALSE;
  bh_data_channel_set_buffered_amount_low_threshold(near->channel, 1024 * 1024);
  while (bh_data_channel_send(near->channel, data, 65536, FALSE, &error))
    n_sent++;
  g_assert_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_FULL);
  amount = bh_data_channel_get_buffered_amount(near->channel);
  g_assert_cmpuint(amount, <=, PAIR_MAX_QUEUED_BYTES);
  g_assert_cmpuint(amount, >, PAIR_MAX_QUEUED_BYTES - 2 * 65536);
  g_assert_cmpuint(near->n_low, ==, 0);

  WAIT_FOR(near->n_low == 1);
  g_assert_cmpuint(bh_data_channel_get_buffered_amount(near->channel), <=, 1024 * 1024);
  WAIT_FOR(far->n_messages == n_sent);
  g_assert_cmpuint(bh_data_channel_get_buffered_amount(near->channel), ==, 0);
  g_assert_cmpuint(near->n_low, ==, 1);
  send_ok(near, data, 65536, FALSE);
}

static void
test_fairness(void)
{
  Ear *far, *far_small;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);
  g_autoptr(Ear) small = pair_create(pair, 0, "small", NULL);
  g_autofree guint8 *data = pattern_new(65536, 0);
  guint n_sent = 0;

  WAIT_FOR(small->n_open == 1);
  far_small = pair->ears[1]->pdata[1];
  far->keep = FALSE;
  while (bh_data_channel_send(near->channel, data, 65536, FALSE, NULL))
    n_sent++;
  send_ok(small, "me too", 6, TRUE);
  WAIT_FOR(far_small->n_messages == 1);
  g_assert_cmpuint(far->n_messages, <, n_sent / 2);
}

static void
test_pause(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);
  g_autofree guint8 *data = pattern_new(16384, 0);
  guint n_sent = 0;

  far->keep = FALSE;
  bh_data_channel_pause(far->channel);
  bh_data_channel_pause(far->channel);
  while (n_sent < 1000 && bh_data_channel_send(near->channel, data, 16384, FALSE, NULL))
    n_sent++;
  /* The window closes with the receive buffer of 1 MiB full and the send buffer of 1 MiB too; the
   * rest stays in the queue. */
  for (guint i = 0; i < 2000; i++)
    g_main_context_iteration(NULL, FALSE);
  g_assert_cmpuint(far->n_messages, ==, 0);
  g_assert_cmpuint(bh_data_channel_get_buffered_amount(near->channel), >, 1024 * 1024);

  bh_data_channel_resume(far->channel);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration(NULL, FALSE);
  g_assert_cmpuint(far->n_messages, ==, 0);
  bh_data_channel_resume(far->channel);
  g_assert_cmpuint(far->n_messages, ==, 0);
  WAIT_FOR(far->n_messages == n_sent);

  /* A channel that ends while paused holds nothing up. */
  bh_data_channel_pause(far->channel);
  bh_transport_close(BH_TRANSPORT(pair->sctp[1]));
  WAIT_FOR(near->n_closed == 1);
}

static void
test_too_large(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);
  g_autoptr(GError) error = NULL;
  g_autofree guint8 *data = pattern_new(PAIR_MAX_MESSAGE_BYTES + 1, 0);

  g_assert_cmpuint(bh_data_channel_get_max_message_bytes(near->channel), ==,
                   PAIR_MAX_MESSAGE_BYTES);
  g_assert_false(
      bh_data_channel_send(near->channel, data, PAIR_MAX_MESSAGE_BYTES + 1, FALSE, &error));
  g_assert_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_TOO_LARGE);
  bh_sctp_transport_set_remote_max_message_bytes(pair->sctp[0], 1000);
  g_clear_error(&error);
  g_assert_false(bh_data_channel_send(near->channel, data, 1001, FALSE, &error));
  g_assert_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_TOO_LARGE);
  send_ok(near, data, 1000, FALSE);
  WAIT_FOR(far->n_messages == 1);
}

/* A side that does not hold to what the other announced. */
static void
test_over_the_limit(void)
{
  g_autoptr(Pair) pair = pair_new(no_faults, 256);
  g_autoptr(Ear) near = NULL;
  g_autoptr(Ear) other = NULL;
  g_autofree guint8 *data = pattern_new(PAIR_MAX_MESSAGE_BYTES, 0);
  Ear *far;

  g_signal_handlers_disconnect_by_data(pair->sctp[1], pair);
  g_object_unref(pair->sctp[1]);
  pair->sctp[1] = bh_sctp_transport_new(BH_TRANSPORT(pair->wire[1]), BH_SCTP_PORT, BH_SCTP_PORT,
                                        16384, PAIR_MAX_QUEUED_BYTES, 256);
  g_signal_connect(pair->sctp[1], "channel", G_CALLBACK(pair_on_channel), pair);
  near = pair_create(pair, 0, "over", NULL);
  other = pair_create(pair, 0, "other", NULL);
  pair_start(pair);
  WAIT_FOR(near->n_open == 1 && other->n_open == 1);
  far = pair->ears[1]->pdata[0];
  send_ok(near, data, 16384, FALSE);
  send_ok(near, data, PAIR_MAX_MESSAGE_BYTES, FALSE);
  WAIT_FOR(near->n_closed == 1 && far->n_closed == 1);
  g_assert_cmpuint(far->n_messages, ==, 1);
  send_ok(other, data, 16384, FALSE);
  WAIT_FOR(((Ear *)pair->ears[1]->pdata[1])->n_messages == 1);
}

static void
test_abort(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);
  g_autoptr(GError) error = NULL;

  bh_transport_close(BH_TRANSPORT(pair->sctp[1]));
  g_assert_cmpuint(far->n_closed, ==, 1);
  bh_transport_close(BH_TRANSPORT(pair->sctp[1]));
  g_assert_cmpuint(far->n_closed, ==, 1);
  WAIT_FOR(near->n_closed == 1);
  g_assert_cmpint(bh_transport_get_state(BH_TRANSPORT(pair->sctp[0])), ==, BH_TRANSPORT_FAILED);
  g_assert_error(bh_transport_get_error(BH_TRANSPORT(pair->sctp[0])), G_IO_ERROR,
                 G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_null(bh_sctp_transport_create_channel(pair->sctp[0], "late", NULL, &error));
  g_assert_error(error, BH_DATA_CHANNEL_ERROR, BH_DATA_CHANNEL_ERROR_CLOSED);
  bh_data_channel_close(near->channel);
  bh_data_channel_pause(near->channel);
  bh_data_channel_resume(near->channel);
  g_assert_cmpuint(near->n_closed, ==, 1);
}

static void
test_lower_ends(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);

  bh_transport_set_state(BH_TRANSPORT(pair->wire[0]), BH_TRANSPORT_FAILED,
                         g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "gone"));
  g_assert_cmpuint(near->n_closed, ==, 1);
  g_assert_cmpint(bh_transport_get_state(BH_TRANSPORT(pair->sctp[0])), ==, BH_TRANSPORT_FAILED);
}

/* A lower transport that fails inside a send closes everything inside usrsctp. */
static gboolean
fail_while_sending(BhTransport *transport, const guint8 *data, gsize length)
{
  bh_transport_set_state(transport, BH_TRANSPORT_FAILED, NULL);
  return FALSE;
}

static void
test_lower_ends_inside_send(void)
{
  BhTransportClass *klass;
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);

  klass = BH_TRANSPORT_GET_CLASS(pair->wire[0]);
  klass->send = fail_while_sending;
  bh_data_channel_send(near->channel, "x", 1, TRUE, NULL);
  klass->send = fake_transport_send;
  g_assert_cmpuint(near->n_closed, ==, 1);
  WAIT_FOR(!g_main_context_pending(NULL));
  g_assert_false(bh_data_channel_send(near->channel, "x", 1, TRUE, NULL));
}

static void
on_message_close_all(BhDataChannel *channel, GBytes *data, gboolean is_text, Pair *pair)
{
  bh_transport_close(BH_TRANSPORT(pair->sctp[1]));
}

static void
test_close_in_handler(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);

  g_signal_connect(far->channel, "message", G_CALLBACK(on_message_close_all), pair);
  for (guint i = 0; i < 100; i++)
    send_ok(near, "stop", 4, TRUE);
  WAIT_FOR(near->n_closed == 1);
  g_assert_cmpuint(far->n_messages, ==, 1);
  g_assert_cmpuint(far->n_closed, ==, 1);
}

static void
on_message_unref(BhDataChannel *channel, GBytes *data, gboolean is_text, BhSctpTransport **held)
{
  g_clear_object(held);
}

static void
test_unref_in_handler(void)
{
  FakeTransport *wire[2];
  BhSctpTransport *far;
  Ear *far_ear;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far_ear);

  g_signal_connect(far_ear->channel, "message", G_CALLBACK(on_message_unref), &pair->sctp[1]);
  far = pair->sctp[1];
  g_object_add_weak_pointer(G_OBJECT(far), (gpointer *)&far);
  for (guint i = 0; i < 10; i++)
    send_ok(near, "stop", 4, TRUE);
  WAIT_FOR(near->n_closed == 1);
  g_assert_null(far);
  g_assert_cmpuint(far_ear->n_messages, ==, 1);
  g_assert_cmpuint(far_ear->n_closed, ==, 1);

  /* Something to be freed in its place. */
  fake_transport_new_pair(&wire[0], &wire[1], no_faults, 1);
  pair->sctp[1] = bh_sctp_transport_new(BH_TRANSPORT(wire[0]), 1, 1, 1, 1, 1);
  g_object_unref(wire[0]);
  g_object_unref(wire[1]);
}

static void
test_never_answered(void)
{
  g_autoptr(Pair) pair = pair_new((FakeFaults){.lose_percent = 100}, 256);
  g_autoptr(Ear) near = pair_create(pair, 0, "early", NULL);

  bh_sctp_transport_start(pair->sctp[0], TRUE);
  bh_data_channel_close(near->channel);
  g_main_context_iteration(NULL, FALSE);
  bh_transport_close(BH_TRANSPORT(pair->sctp[0]));
  g_assert_cmpuint(near->n_closed, ==, 1);
}

static void
test_never_started(void)
{
  g_autoptr(Pair) pair = pair_new(no_faults, 256);
  g_autoptr(Ear) near = pair_create(pair, 0, "early", NULL);
  g_autoptr(Ear) also = pair_create(pair, 0, "early", NULL);

  g_assert_cmpuint(bh_data_channel_get_stream(near->channel), ==, 65535);
  bh_data_channel_close(near->channel);
  g_assert_cmpuint(near->n_closed, ==, 1);
  bh_transport_close(BH_TRANSPORT(pair->sctp[0]));
  g_assert_cmpuint(also->n_closed, ==, 1);
}

static void
test_garbage(void)
{
  Ear *far;
  g_autoptr(Ear) near = NULL;
  g_autoptr(Pair) pair G_GNUC_UNUSED = open_one(no_faults, NULL, &near, &far);
  g_autoptr(GRand) random = g_rand_new_with_seed(3);

  for (guint i = 0; i < 3000; i++) {
    guint8 data[200];
    guint length = (guint)g_rand_int_range(random, 0, sizeof data);

    for (guint at = 0; at < length; at++)
      data[at] = (guint8)g_rand_int_range(random, 0, 256);
    /* Half of them with the right ports. */
    if (length >= 4 && i % 2 == 0)
      memcpy(data, "\x13\x88\x13\x88", 4);
    fake_transport_inject(pair->wire[1], data, length);
  }
  send_ok(near, "still here", 10, TRUE);
  WAIT_FOR(far->n_messages == 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sctp-transport/sizes", test_sizes);
  g_test_add_func("/sctp-transport/empty-and-text", test_empty_and_text);
  g_test_add_func("/sctp-transport/order", test_order);
  g_test_add_func("/sctp-transport/order-with-faults", test_order_with_faults);
  g_test_add_func("/sctp-transport/partial-reliability", test_partial_reliability);
  g_test_add_func("/sctp-transport/many-channels", test_many_channels);
  g_test_add_func("/sctp-transport/too-many-channels", test_too_many_channels);
  g_test_add_func("/sctp-transport/reopen", test_reopen);
  g_test_add_func("/sctp-transport/reopen-with-faults", test_reopen_with_faults);
  g_test_add_func("/sctp-transport/buffered-amount", test_buffered_amount);
  g_test_add_func("/sctp-transport/fairness", test_fairness);
  g_test_add_func("/sctp-transport/pause", test_pause);
  g_test_add_func("/sctp-transport/too-large", test_too_large);
  g_test_add_func("/sctp-transport/over-the-limit", test_over_the_limit);
  g_test_add_func("/sctp-transport/abort", test_abort);
  g_test_add_func("/sctp-transport/lower-ends", test_lower_ends);
  g_test_add_func("/sctp-transport/lower-ends-inside-send", test_lower_ends_inside_send);
  g_test_add_func("/sctp-transport/close-in-handler", test_close_in_handler);
  g_test_add_func("/sctp-transport/unref-in-handler", test_unref_in_handler);
  g_test_add_func("/sctp-transport/never-answered", test_never_answered);
  g_test_add_func("/sctp-transport/never-started", test_never_started);
  g_test_add_func("/sctp-transport/garbage", test_garbage);
  return g_test_run();
}
