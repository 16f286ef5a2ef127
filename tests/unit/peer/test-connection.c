/* SPDX-License-Identifier: Apache-2.0 */
#include "connection.h"

#include <string.h>

#define TIMEOUT_SECONDS 30

static BhCertificate *certificate;

typedef struct Side Side;
struct Side {
  BhConnection *connection;
  Side *other;
  GPtrArray *channels; /* accepted ones and own ones */
  guint64 n_bytes;
  guint n_messages, n_open, n_closed, n_ended;
  char *last;
  gboolean mute; /* what it describes does not arrive */
  gboolean drop_candidates;
  char *last_sdp;
};

static gboolean
on_too_late(gpointer data)
{
  g_error("timed out");
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint timer_ = g_timeout_add_seconds(TIMEOUT_SECONDS, on_too_late, NULL);                      \
    while (!(condition))                                                                           \
      g_main_context_iteration(NULL, TRUE);                                                        \
    g_source_remove(timer_);                                                                       \
  }                                                                                                \
  G_STMT_END

static void
settle(void)
{
  for (guint i = 0; i < 50; i++)
    while (g_main_context_iteration(NULL, FALSE))
      ;
}

static void
on_message(BhDataChannel *channel, GBytes *data, gboolean is_text, Side *side)
{
  side->n_messages++;
  side->n_bytes += g_bytes_get_size(data);
  g_free(side->last);
  side->last = g_strndup(g_bytes_get_data(data, NULL), MIN(g_bytes_get_size(data), 64));
  if (g_strcmp0(side->last, "close the connection") == 0)
    bh_connection_close(side->connection);
}

static void
on_open(BhDataChannel *channel, Side *side)
{
  side->n_open++;
}

static void
on_channel_closed(BhDataChannel *channel, Side *side)
{
  side->n_closed++;
}

static void
watch(Side *side, BhDataChannel *channel)
{
  g_signal_connect(channel, "message", G_CALLBACK(on_message), side);
  g_signal_connect(channel, "open", G_CALLBACK(on_open), side);
  g_signal_connect(channel, "closed", G_CALLBACK(on_channel_closed), side);
  g_ptr_array_add(side->channels, g_object_ref(channel));
}

static void
on_channel(BhConnection *connection, BhDataChannel *channel, Side *side)
{
  watch(side, channel);
}

static char *
without_candidates(const char *sdp)
{
  g_auto(GStrv) lines = g_strsplit(sdp, "\r\n", -1);
  GString *text = g_string_new(NULL);

  for (char **line = lines; *line != NULL; line++)
    if (!g_str_has_prefix(*line, "a=candidate:") && **line != '\0')
      g_string_append_printf(text, "%s\r\n", *line);
  return g_string_free(text, FALSE);
}

static void
on_local_description(BhConnection *connection, BhSdpType type, const char *sdp, Side *side)
{
  g_autofree char *text = side->drop_candidates ? without_candidates(sdp) : g_strdup(sdp);
  g_autoptr(GError) error = NULL;

  g_free(side->last_sdp);
  side->last_sdp = g_strdup(sdp);
  if (side->mute || side->other == NULL)
    return;
  bh_connection_set_remote_description(side->other->connection, type, text, &error);
  g_assert_no_error(error);
}

static void
on_local_candidate(BhConnection *connection, const char *candidate, const char *mid,
                   const char *ufrag, Side *side)
{
  g_autoptr(GError) error = NULL;

  g_assert_cmpstr(mid, ==, "0");
  if (side->mute || side->other == NULL)
    return;
  bh_connection_add_remote_candidate(side->other->connection, candidate, ufrag, &error);
  g_assert_no_error(error);
}

static void
on_state_changed(BhConnection *connection, BhConnectionState state, Side *side)
{
  if (state == BH_CONNECTION_FAILED || state == BH_CONNECTION_CLOSED)
    side->n_ended++;
}

static void
side_init(Side *side, Side *other, guint vanish_seconds)
{
  BhConnectionConfig config = {.certificate = certificate,
                               .loopback = TRUE,
                               .max_message_bytes = 262144,
                               .max_queued_bytes = 4 << 20,
                               .max_channels = 16,
                               .vanish_seconds = vanish_seconds};

  *side = (Side){.other = other, .channels = g_ptr_array_new_with_free_func(g_object_unref)};
  side->connection = bh_connection_new(&config);
  g_signal_connect(side->connection, "local-description", G_CALLBACK(on_local_description), side);
  g_signal_connect(side->connection, "local-candidate", G_CALLBACK(on_local_candidate), side);
  g_signal_connect(side->connection, "state-changed", G_CALLBACK(on_state_changed), side);
  g_signal_connect(side->connection, "channel", G_CALLBACK(on_channel), side);
}

static void
side_clear(Side *side)
{
  bh_connection_close(side->connection);
  bh_connection_close(side->connection);
  g_assert_cmpint(bh_connection_get_state(side->connection), ==, BH_CONNECTION_CLOSED);
  settle();
  g_assert_finalize_object(side->connection);
  for (guint i = 0; i < side->channels->len; i++)
    g_signal_handlers_disconnect_by_data(side->channels->pdata[i], side);
  g_ptr_array_unref(side->channels);
  g_free(side->last);
  g_free(side->last_sdp);
}

static BhDataChannel *
add_channel(Side *side, const char *label)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhDataChannel) channel =
      bh_connection_create_channel(side->connection, label, NULL, &error);

  g_assert_no_error(error);
  watch(side, channel);
  return channel;
}

static void
send_text(BhDataChannel *channel, const char *text)
{
  g_autoptr(GError) error = NULL;

  bh_data_channel_send(channel, text, strlen(text), TRUE, &error);
  g_assert_no_error(error);
}

static void
offer(Side *side)
{
  g_autoptr(GError) error = NULL;

  bh_connection_create_offer(side->connection, &error);
  g_assert_no_error(error);
}

static gboolean
are_connected(Side *sides)
{
  return bh_connection_get_state(sides[0].connection) == BH_CONNECTION_CONNECTED &&
         bh_connection_get_state(sides[1].connection) == BH_CONNECTION_CONNECTED;
}

/* Returns: the channel of the first side; it is open on both. */
static BhDataChannel *
open_pair(Side *sides)
{
  BhDataChannel *channel;

  side_init(&sides[0], &sides[1], 0);
  side_init(&sides[1], &sides[0], 0);
  channel = add_channel(&sides[0], "orders");
  offer(&sides[0]);
  wait_until(sides[0].n_open == 1 && sides[1].channels->len == 1);
  g_assert_true(are_connected(sides));
  return channel;
}

static void
test_opens_and_carries(void)
{
  Side sides[2];
  gint64 began = g_get_monotonic_time();
  BhDataChannel *channel = open_pair(sides);
  BhConnectionCounters counters;

  g_test_message("open after %" G_GINT64_FORMAT " us", g_get_monotonic_time() - began);
  g_assert_cmpstr(bh_data_channel_get_label(sides[1].channels->pdata[0]), ==, "orders");
  send_text(channel, "two coffees");
  send_text(sides[1].channels->pdata[0], "accepted");
  wait_until(sides[0].n_messages == 1 && sides[1].n_messages == 1);
  g_assert_cmpstr(sides[1].last, ==, "two coffees");
  g_assert_cmpstr(sides[0].last, ==, "accepted");

  bh_connection_get_counters(sides[0].connection, &counters);
  g_assert_cmpuint(counters.messages_sent, ==, 1);
  g_assert_cmpuint(counters.messages_received, ==, 1);
  g_assert_cmpuint(counters.bytes_sent, ==, strlen("two coffees"));
  g_assert_cmpuint(counters.datagrams_sent, >, 0);
  g_assert_cmpuint(counters.datagrams_received, >, 0);
  side_clear(&sides[0]);
  wait_until(sides[1].n_ended == 1);
  g_assert_cmpint(bh_connection_get_state(sides[1].connection), ==, BH_CONNECTION_CLOSED);
  g_assert_cmpuint(sides[1].n_closed, ==, 1);
  side_clear(&sides[1]);
}

static void
test_opens_a_hundred_times(void)
{
  gint64 times[100];

  for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
    Side sides[2];
    gint64 began = g_get_monotonic_time();

    open_pair(sides);
    times[i] = g_get_monotonic_time() - began;
    side_clear(&sides[0]);
    side_clear(&sides[1]);
  }
  for (guint i = 1; i < G_N_ELEMENTS(times); i++)
    for (guint j = i; j > 0 && times[j] < times[j - 1]; j--) {
      gint64 swapped = times[j];

      times[j] = times[j - 1];
      times[j - 1] = swapped;
    }
  g_test_message("open: p50 %" G_GINT64_FORMAT " us, p99 %" G_GINT64_FORMAT " us", times[50],
                 times[98]);
}

static void
test_closes_and_reopens_channels(void)
{
  Side sides[2];

  open_pair(sides);
  for (guint i = 0; i < 20; i++) {
    BhDataChannel *channel = add_channel(&sides[i % 2], "again");

    wait_until(bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_OPEN);
    send_text(channel, "hello");
    wait_until(sides[1 - i % 2].n_messages == 1);
    sides[0].n_messages = sides[1].n_messages = 0;
    sides[0].n_closed = sides[1].n_closed = 0;
    bh_data_channel_close(channel);
    wait_until(sides[0].n_closed == 1 && sides[1].n_closed == 1);
  }
  g_assert_true(are_connected(sides));
  side_clear(&sides[0]);
  side_clear(&sides[1]);
}

static void
test_restarts_in_mid_transfer(void)
{
  Side sides[2];
  BhDataChannel *channel = open_pair(sides);
  g_autofree guint8 *block = g_malloc0(65536);
  guint n_sent = 0;

  for (guint round = 0; round < 4; round++) {
    g_autofree char *before = g_strdup(sides[round % 2].last_sdp);
    g_autoptr(GError) error = NULL;

    bh_connection_restart_ice(sides[round % 2].connection, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < 100; i++) {
      wait_until(bh_data_channel_get_buffered_amount(channel) < (1 << 20));
      g_assert_true(bh_data_channel_send(channel, block, 65536, FALSE, &error));
      n_sent++;
    }
    wait_until(sides[1].n_messages == n_sent);
    wait_until(are_connected(sides));
    g_assert_cmpstr(before, !=, sides[round % 2].last_sdp);
  }
  g_assert_cmpuint(sides[1].n_bytes, ==, (guint64)n_sent * 65536);
  g_assert_cmpuint(sides[0].n_ended + sides[1].n_ended, ==, 0);
  side_clear(&sides[0]);
  side_clear(&sides[1]);
}

static void
test_connects_when_one_side_is_not_told_candidates(void)
{
  for (guint blind = 0; blind < 2; blind++) {
    Side sides[2];

    side_init(&sides[0], &sides[1], 0);
    side_init(&sides[1], &sides[0], 0);
    sides[blind].drop_candidates = TRUE;
    add_channel(&sides[0], "x");
    offer(&sides[0]);
    wait_until(sides[0].n_open == 1);
    side_clear(&sides[0]);
    side_clear(&sides[1]);
  }
}

static void
test_closes_inside_a_message(void)
{
  Side sides[2];
  BhDataChannel *channel = open_pair(sides);

  send_text(channel, "close the connection");
  send_text(channel, "never seen");
  wait_until(sides[1].n_ended == 1 && sides[0].n_ended == 1);
  settle();
  g_assert_cmpuint(sides[1].n_messages, ==, 1);
  side_clear(&sides[0]);
  side_clear(&sides[1]);
}

static void
test_refuses_bad_descriptions(void)
{
  Side side;
  g_autoptr(GError) error = NULL;

  side_init(&side, NULL, 0);
  g_assert_false(
      bh_connection_set_remote_description(side.connection, BH_SDP_OFFER, "garbage", &error));
  g_assert_error(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_DESCRIPTION);
  g_clear_error(&error);
  g_assert_false(bh_connection_set_remote_description(
      side.connection, BH_SDP_ANSWER,
      "v=0\no=- 1 1 IN IP4 0.0.0.0\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\n"
      "a=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\n",
      &error));
  g_assert_error(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_DESCRIPTION);
  g_assert_nonnull(strstr(error->message, "fingerprint"));
  g_clear_error(&error);
  g_assert_false(bh_connection_add_remote_candidate(side.connection, "candidate:x", NULL, &error));
  g_assert_error(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_CANDIDATE);
  g_clear_error(&error);
  g_assert_false(bh_connection_restart_ice(side.connection, &error));
  g_assert_error(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_STATE);
  g_assert_cmpint(bh_connection_get_state(side.connection), ==, BH_CONNECTION_NEW);
  for (guint i = 0; i < 1000; i++)
    g_assert_true(bh_connection_add_remote_candidate(
        side.connection, "candidate:1 1 udp 1 192.0.2.1 9 typ host", "abcd", NULL));
  side_clear(&side);
}

/* An answer with another's fingerprint: nothing opens, both sides end. */
static void
test_refuses_a_wrong_fingerprint(void)
{
  Side sides[2];
  g_autofree char *sdp = NULL;
  char *digest;

  side_init(&sides[0], &sides[1], 0);
  side_init(&sides[1], &sides[0], 0);
  sides[1].mute = TRUE;
  add_channel(&sides[0], "x");
  offer(&sides[0]);
  wait_until(sides[1].last_sdp != NULL);
  sdp = g_strdup(sides[1].last_sdp);
  digest = strstr(sdp, "a=fingerprint:sha-256 ") + strlen("a=fingerprint:sha-256 ");
  *digest = *digest == '0' ? '1' : '0';
  g_assert_true(
      bh_connection_set_remote_description(sides[0].connection, BH_SDP_ANSWER, sdp, NULL));
  wait_until(sides[0].n_ended == 1 && sides[1].n_ended == 1);
  g_assert_cmpint(bh_connection_get_state(sides[0].connection), ==, BH_CONNECTION_FAILED);
  g_assert_error(bh_connection_get_error(sides[0].connection), BH_CONNECTION_ERROR,
                 BH_CONNECTION_ERROR_FAILED);
  g_assert_nonnull(strstr(bh_connection_get_error(sides[0].connection)->message, "certificate"));
  g_assert_cmpuint(sides[0].n_open + sides[1].channels->len, ==, 0);
  side_clear(&sides[0]);
  side_clear(&sides[1]);
}

static void
test_unanswered_offer_fails(void)
{
  Side side;
  g_autoptr(GError) error = NULL;

  side_init(&side, NULL, 1);
  offer(&side);
  g_assert_false(bh_connection_create_offer(side.connection, &error));
  g_assert_error(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_STATE);
  wait_until(side.n_ended == 1);
  g_assert_cmpint(bh_connection_get_state(side.connection), ==, BH_CONNECTION_FAILED);
  g_clear_error(&error);
  g_assert_null(bh_connection_create_channel(side.connection, "x", NULL, &error));
  g_assert_error(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_STATE);
  side_clear(&side);
}

static void
test_may_be_dropped_at_any_moment(void)
{
  for (guint turns = 0; turns < 120; turns += 3) {
    Side sides[2];

    side_init(&sides[0], &sides[1], 0);
    side_init(&sides[1], &sides[0], 0);
    add_channel(&sides[0], "x");
    offer(&sides[0]);
    for (guint i = 0; i < turns; i++)
      g_main_context_iteration(NULL, i % 4 == 0);
    sides[0].other = sides[1].other = NULL;
    side_clear(&sides[turns % 2]);
    side_clear(&sides[1 - turns % 2]);
  }
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  int result;

  g_test_init(&argc, &argv, NULL);
  certificate = bh_certificate_new(&error);
  g_assert_no_error(error);
  g_test_add_func("/connection/opens-and-carries", test_opens_and_carries);
  g_test_add_func("/connection/opens-a-hundred-times", test_opens_a_hundred_times);
  g_test_add_func("/connection/closes-and-reopens-channels", test_closes_and_reopens_channels);
  g_test_add_func("/connection/restarts-in-mid-transfer", test_restarts_in_mid_transfer);
  g_test_add_func("/connection/connects-when-one-side-is-not-told-candidates",
                  test_connects_when_one_side_is_not_told_candidates);
  g_test_add_func("/connection/closes-inside-a-message", test_closes_inside_a_message);
  g_test_add_func("/connection/refuses-bad-descriptions", test_refuses_bad_descriptions);
  g_test_add_func("/connection/refuses-a-wrong-fingerprint", test_refuses_a_wrong_fingerprint);
  g_test_add_func("/connection/unanswered-offer-fails", test_unanswered_offer_fails);
  g_test_add_func("/connection/may-be-dropped-at-any-moment", test_may_be_dropped_at_any_moment);
  result = g_test_run();
  bh_certificate_unref(certificate);
  return result;
}
