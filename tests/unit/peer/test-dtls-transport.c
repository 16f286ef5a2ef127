/* SPDX-License-Identifier: Apache-2.0 */
#include "dtls-transport.h"

#include <gio/gio.h>
#include <string.h>

#include "lossy-transport.h"

#define TIMEOUT_SECONDS 40

typedef struct {
  LossyTransport *lower;
  BhCertificate *certificate;
  BhDtlsTransport *dtls;
  GPtrArray *expected; /* fingerprints of the other side */
  GString *received;
} Side;

typedef struct {
  Side sides[2];
} Pair;

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
on_received(const guint8 *data, gsize length, gpointer user_data)
{
  Side *side = user_data;

  g_string_append_len(side->received, (const char *)data, (gssize)length);
}

static Pair *
pair_new(guint loss_percent, guint32 seed)
{
  Pair *pair = g_new0(Pair, 1);

  lossy_transport_new_pair(loss_percent, seed, &pair->sides[0].lower, &pair->sides[1].lower);
  for (guint i = 0; i < 2; i++) {
    Side *side = &pair->sides[i];
    g_autoptr(GError) error = NULL;

    side->certificate = bh_certificate_new(&error);
    g_assert_no_error(error);
    side->dtls = bh_dtls_transport_new(BH_TRANSPORT(side->lower), side->certificate, &error);
    g_assert_no_error(error);
    side->received = g_string_new(NULL);
    bh_transport_set_receiver(BH_TRANSPORT(side->dtls), on_received, side);
  }
  for (guint i = 0; i < 2; i++) {
    pair->sides[i].expected = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(pair->sides[i].expected,
                    g_strdup(bh_certificate_get_fingerprint(pair->sides[1 - i].certificate)));
  }
  return pair;
}

static void
pair_free(Pair *pair)
{
  for (guint i = 0; i < 2; i++) {
    Side *side = &pair->sides[i];

    bh_transport_close(BH_TRANSPORT(side->dtls));
    bh_transport_close(BH_TRANSPORT(side->dtls));
    g_assert_finalize_object(side->dtls);
    bh_transport_close(BH_TRANSPORT(side->lower));
    while (g_main_context_iteration(NULL, FALSE))
      ;
    g_object_unref(side->lower);
    bh_certificate_unref(side->certificate);
    g_ptr_array_unref(side->expected);
    g_string_free(side->received, TRUE);
  }
  g_free(pair);
}

static void
start(Pair *pair, guint side, gboolean is_client)
{
  bh_dtls_transport_start(pair->sides[side].dtls, is_client, "sha-256", pair->sides[side].expected);
}

static BhTransportState
state_of(Pair *pair, guint side)
{
  return bh_transport_get_state(BH_TRANSPORT(pair->sides[side].dtls));
}

static gboolean
are_connected(Pair *pair)
{
  return state_of(pair, 0) == BH_TRANSPORT_CONNECTED && state_of(pair, 1) == BH_TRANSPORT_CONNECTED;
}

static void
say(Pair *pair, guint side, const char *text)
{
  g_assert_true(
      bh_transport_send(BH_TRANSPORT(pair->sides[side].dtls), (const guint8 *)text, strlen(text)));
}

static void
connect_both(Pair *pair)
{
  lossy_transport_connect(pair->sides[0].lower);
  lossy_transport_connect(pair->sides[1].lower);
}

static void
test_carries_both_ways(void)
{
  Pair *pair = pair_new(0, 1);

  g_assert_false(bh_transport_send(BH_TRANSPORT(pair->sides[0].dtls), (const guint8 *)"x", 1));
  connect_both(pair);
  start(pair, 0, TRUE);
  start(pair, 1, FALSE);
  wait_until(are_connected(pair));
  say(pair, 0, "order");
  say(pair, 1, "receipt");
  wait_until(pair->sides[0].received->len > 0 && pair->sides[1].received->len > 0);
  g_assert_cmpstr(pair->sides[1].received->str, ==, "order");
  g_assert_cmpstr(pair->sides[0].received->str, ==, "receipt");
  g_assert_true(bh_dtls_transport_is_client(pair->sides[0].dtls));
  pair_free(pair);
}

/* The client's first flight comes before the other side knows what to expect: it is kept. */
static void
test_keeps_early_records(void)
{
  for (guint late = 0; late < 2; late++) {
    Pair *pair = pair_new(0, 1);
    gint64 began;

    lossy_transport_connect(pair->sides[0].lower);
    if (late == 0)
      lossy_transport_connect(pair->sides[1].lower); /* late is the description, else the pair */
    else
      start(pair, 1, FALSE);
    start(pair, 0, TRUE);
    g_assert_cmpuint(lossy_transport_get_sent(pair->sides[0].lower), >, 0);
    /* The timer of the first retransmission has 50 ms; until then the flight is known to be one. */
    for (guint i = 0; i < 10; i++)
      g_main_context_iteration(NULL, FALSE);
    began = g_get_monotonic_time();
    if (late == 0)
      start(pair, 1, FALSE);
    else
      lossy_transport_connect(pair->sides[1].lower);
    /* It answers from what it kept, at once. */
    g_assert_cmpuint(lossy_transport_get_sent(pair->sides[1].lower), >, 0);
    wait_until(are_connected(pair));
    g_test_message("connected after %" G_GINT64_FORMAT " us", g_get_monotonic_time() - began);
    pair_free(pair);
  }
}

static void
test_survives_loss(void)
{
  for (guint32 seed = 1; seed <= 20; seed++) {
    Pair *pair = pair_new(10, seed * 100);

    connect_both(pair);
    start(pair, 0, TRUE);
    start(pair, 1, FALSE);
    wait_until(are_connected(pair) || state_of(pair, 0) == BH_TRANSPORT_FAILED ||
               state_of(pair, 1) == BH_TRANSPORT_FAILED);
    g_assert_true(are_connected(pair));
    pair_free(pair);
  }
}

static void
refuse(guint deceived)
{
  Pair *pair = pair_new(0, 1);
  g_autoptr(GPtrArray) wrong = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *fingerprint =
      g_strdup(bh_certificate_get_fingerprint(pair->sides[deceived].certificate));

  g_ptr_array_add(wrong, g_steal_pointer(&fingerprint));
  connect_both(pair);
  for (guint i = 0; i < 2; i++)
    bh_dtls_transport_start(pair->sides[i].dtls, i == 0, "sha-256",
                            i == deceived ? wrong : pair->sides[i].expected);
  wait_until(state_of(pair, deceived) == BH_TRANSPORT_FAILED);
  g_assert_error(bh_transport_get_error(BH_TRANSPORT(pair->sides[deceived].dtls)), BH_DTLS_ERROR,
                 BH_DTLS_ERROR_FINGERPRINT);
  /* The other side is told, and no byte went up. */
  wait_until(state_of(pair, 1 - deceived) == BH_TRANSPORT_FAILED);
  g_assert_false(bh_transport_send(BH_TRANSPORT(pair->sides[deceived].dtls), (guint8 *)"x", 1));
  g_assert_cmpuint(pair->sides[0].received->len + pair->sides[1].received->len, ==, 0);
  pair_free(pair);
}

static void
test_refuses_wrong_fingerprints(void)
{
  refuse(0);
  refuse(1);
}

static void
test_refuses_without_fingerprint(void)
{
  Pair *pair = pair_new(0, 1);
  g_autoptr(GPtrArray) none = g_ptr_array_new();

  connect_both(pair);
  bh_dtls_transport_start(pair->sides[0].dtls, TRUE, "sha-256", none);
  start(pair, 1, FALSE);
  wait_until(state_of(pair, 0) == BH_TRANSPORT_FAILED);
  g_assert_error(bh_transport_get_error(BH_TRANSPORT(pair->sides[0].dtls)), BH_DTLS_ERROR,
                 BH_DTLS_ERROR_FINGERPRINT);
  pair_free(pair);
}

static void
test_garbage_is_harmless(void)
{
  Pair *pair = pair_new(0, 1);
  g_autoptr(GRand) random = g_rand_new_with_seed(7);

  start(pair, 1, FALSE);
  for (guint i = 0; i < 20000; i++) {
    guint8 datagram[1500];
    gsize length = (gsize)g_rand_int_range(random, 0, sizeof datagram);

    for (gsize j = 0; j < length; j++)
      datagram[j] = (guint8)g_rand_int(random);
    if (length > 0 && i % 4 != 0)
      datagram[0] = (guint8)g_rand_int_range(random, 20, 64);
    /* First into the queue of early records, then into the handshake, then into the open one. */
    if (i == 2000) {
      connect_both(pair);
    } else if (i == 4000) {
      start(pair, 0, TRUE);
      wait_until(are_connected(pair));
    }
    lossy_transport_inject(pair->sides[1].lower, datagram, length);
  }
  g_assert_true(are_connected(pair));
  say(pair, 0, "still here");
  wait_until(pair->sides[1].received->len > 0);
  g_assert_cmpstr(pair->sides[1].received->str, ==, "still here");
  pair_free(pair);
}

static void
test_says_goodbye(void)
{
  Pair *pair = pair_new(0, 1);

  connect_both(pair);
  start(pair, 0, TRUE);
  start(pair, 1, FALSE);
  wait_until(are_connected(pair));
  bh_transport_close(BH_TRANSPORT(pair->sides[0].dtls));
  g_assert_cmpint(state_of(pair, 0), ==, BH_TRANSPORT_CLOSED);
  wait_until(state_of(pair, 1) == BH_TRANSPORT_FAILED);
  g_assert_error(bh_transport_get_error(BH_TRANSPORT(pair->sides[1].dtls)), BH_DTLS_ERROR,
                 BH_DTLS_ERROR_CLOSED);
  pair_free(pair);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/dtls-transport/carries-both-ways", test_carries_both_ways);
  g_test_add_func("/dtls-transport/keeps-early-records", test_keeps_early_records);
  g_test_add_func("/dtls-transport/survives-loss", test_survives_loss);
  g_test_add_func("/dtls-transport/refuses-wrong-fingerprints", test_refuses_wrong_fingerprints);
  g_test_add_func("/dtls-transport/refuses-without-fingerprint", test_refuses_without_fingerprint);
  g_test_add_func("/dtls-transport/garbage-is-harmless", test_garbage_is_harmless);
  g_test_add_func("/dtls-transport/says-goodbye", test_says_goodbye);
  return g_test_run();
}
