/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two BhSctpTransports joined by a fake transport, and channels whose signals are counted.
 */
#pragma once

#include "fake-transport.h"
#include "sctp-transport.h"

#define PAIR_MAX_MESSAGE_BYTES (256 * 1024)
#define PAIR_MAX_QUEUED_BYTES  (4 * 1024 * 1024)
#define PAIR_TIMEOUT_US        (60 * G_TIME_SPAN_SECOND)

/* A channel and what it told. */
typedef struct {
  BhDataChannel *channel;
  guint n_open, n_low, n_closed;
  GPtrArray *messages; /* GBytes */
  guint n_messages, n_texts;
  guint64 n_bytes;
  gboolean keep; /* messages; otherwise they are only counted */
  gboolean echo;
} Ear;

typedef struct {
  FakeTransport *wire[2];
  BhSctpTransport *sctp[2]; /* 0 is the DTLS client */
  GPtrArray *ears[2];       /* of channels that the other side opened */
  guint n_states[2];
  gboolean echo;
} Pair;

static inline void
ear_free(gpointer data)
{
  Ear *ear = data;

  g_signal_handlers_disconnect_by_data(ear->channel, ear);
  g_object_unref(ear->channel);
  g_ptr_array_unref(ear->messages);
  g_free(ear);
}

static inline void
ear_on_open(BhDataChannel *channel, Ear *ear)
{
  ear->n_open++;
}

static inline void
ear_on_low(BhDataChannel *channel, Ear *ear)
{
  ear->n_low++;
}

static inline void
ear_on_closed(BhDataChannel *channel, Ear *ear)
{
  ear->n_closed++;
}

static inline void
ear_on_message(BhDataChannel *channel, GBytes *data, gboolean is_text, Ear *ear)
{
  ear->n_messages++;
  ear->n_texts += is_text ? 1 : 0;
  ear->n_bytes += g_bytes_get_size(data);
  if (ear->keep)
    g_ptr_array_add(ear->messages, g_bytes_ref(data));
  if (ear->echo)
    g_assert_true(bh_data_channel_send(channel, g_bytes_get_data(data, NULL),
                                       g_bytes_get_size(data), is_text, NULL));
}

/* Takes the reference. */
static inline Ear *
ear_new(BhDataChannel *channel)
{
  Ear *ear = g_new0(Ear, 1);

  ear->channel = channel;
  ear->keep = TRUE;
  ear->messages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_signal_connect(channel, "open", G_CALLBACK(ear_on_open), ear);
  g_signal_connect(channel, "buffered-amount-low", G_CALLBACK(ear_on_low), ear);
  g_signal_connect(channel, "closed", G_CALLBACK(ear_on_closed), ear);
  g_signal_connect(channel, "message", G_CALLBACK(ear_on_message), ear);
  return ear;
}

static inline void
pair_on_channel(BhSctpTransport *sctp, BhDataChannel *channel, Pair *pair)
{
  Ear *ear = ear_new(g_object_ref(channel));

  g_assert_cmpint(bh_data_channel_get_state(channel), ==, BH_DATA_CHANNEL_OPEN);
  ear->echo = pair->echo;
  g_ptr_array_add(pair->ears[sctp == pair->sctp[0] ? 0 : 1], ear);
}

static inline void
pair_on_state(BhTransport *transport, gint state, Pair *pair)
{
  pair->n_states[BH_SCTP_TRANSPORT(transport) == pair->sctp[0] ? 0 : 1]++;
}

static inline Pair *
pair_new(FakeFaults faults, guint max_channels)
{
  Pair *pair = g_new0(Pair, 1);

  fake_transport_new_pair(&pair->wire[0], &pair->wire[1], faults, 7);
  for (guint i = 0; i < 2; i++) {
    pair->ears[i] = g_ptr_array_new_with_free_func(ear_free);
    pair->sctp[i] =
        bh_sctp_transport_new(BH_TRANSPORT(pair->wire[i]), BH_SCTP_PORT, BH_SCTP_PORT,
                              PAIR_MAX_MESSAGE_BYTES, PAIR_MAX_QUEUED_BYTES, max_channels);
    bh_sctp_transport_set_remote_max_message_bytes(pair->sctp[i], PAIR_MAX_MESSAGE_BYTES);
    g_signal_connect(pair->sctp[i], "channel", G_CALLBACK(pair_on_channel), pair);
    g_signal_connect(pair->sctp[i], "state-changed", G_CALLBACK(pair_on_state), pair);
  }
  return pair;
}

static inline void
pair_start(Pair *pair)
{
  bh_sctp_transport_start(pair->sctp[0], TRUE);
  bh_sctp_transport_start(pair->sctp[1], FALSE);
}

static inline void
pair_free(Pair *pair)
{
  for (guint i = 0; i < 2; i++) {
    bh_transport_close(BH_TRANSPORT(pair->sctp[i]));
    g_signal_handlers_disconnect_by_data(pair->sctp[i], pair);
    g_ptr_array_unref(pair->ears[i]);
    g_assert_finalize_object(pair->sctp[i]);
  }
  for (guint i = 0; i < 2; i++)
    g_assert_finalize_object(pair->wire[i]);
  g_free(pair);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ear, ear_free)

static inline gboolean
pair_on_timer(gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* Runs the main loop until @condition, at most a minute. */
#define WAIT_FOR(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_until_us = g_get_monotonic_time() + PAIR_TIMEOUT_US;                               \
    guint wait_timer = g_timeout_add(1000, pair_on_timer, NULL);                                   \
    while (!(condition)) {                                                                         \
      if (g_get_monotonic_time() > wait_until_us)                                                  \
        g_error("%s:%d: never: %s", __FILE__, __LINE__, #condition);                               \
      g_main_context_iteration(NULL, TRUE);                                                        \
    }                                                                                              \
    g_source_remove(wait_timer);                                                                   \
  }                                                                                                \
  G_STMT_END

static inline gboolean
pair_is_connected(Pair *pair)
{
  return bh_transport_get_state(BH_TRANSPORT(pair->sctp[0])) == BH_TRANSPORT_CONNECTED &&
         bh_transport_get_state(BH_TRANSPORT(pair->sctp[1])) == BH_TRANSPORT_CONNECTED;
}

static inline Ear *
pair_create(Pair *pair, guint side, const char *label, const BhDataChannelOptions *options)
{
  g_autoptr(GError) error = NULL;
  BhDataChannel *channel =
      bh_sctp_transport_create_channel(pair->sctp[side], label, options, &error);

  g_assert_no_error(error);
  return ear_new(channel);
}
