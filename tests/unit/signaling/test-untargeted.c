/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-client.h"

#define OFFER                "{\"type\":\"offer\",\"sdp\":\"v=0\"}"
#define ANSWER               "{\"type\":\"answer\",\"sdp\":\"v=0\"}"
#define CANDIDATE            "{\"type\":\"ice-candidate\",\"candidate\":{\"candidate\":\"candidate:1\"}}"
#define TO(type, rest, peer) "{\"type\":\"" type "\"," rest ",\"targetPeerId\":\"" peer "\"}"

typedef struct {
  BhSignalingServer *server;
  FakeClient *hub;
  FakeClient *a, *b, *c, *guest;
} Fixture;

static void
set_up(Fixture *f, gconstpointer with_hub)
{
  f->server = fake_server_new("hotel", TRUE, 0, 0);
  f->hub = with_hub != NULL ? fake_hub_new(f->server, "hub") : NULL;
  f->a = fake_client_join(f->server, "a", NULL);
  f->b = fake_client_join(f->server, "b", NULL);
  f->c = fake_client_join(f->server, "c", "\"role\":\"kitchen\"");
  f->guest = fake_client_join(f->server, "guest", "\"role\":\"guest\"");
  /* Until presence has gone out, so that it is out of the way. */
  json_decref(fake_client_expect(f->a, "joined"));
  json_decref(fake_client_wait(f->a, "peers"));
  fake_client_forget(f->a);
  fake_client_forget(f->b);
  fake_client_forget(f->c);
  fake_client_forget(f->guest);
  if (f->hub != NULL)
    fake_client_forget(f->hub);
}

static void
tear_down(Fixture *f, gconstpointer with_hub)
{
  fake_client_end(f->a);
  fake_client_end(f->b);
  fake_client_end(f->c);
  fake_client_end(f->guest);
  if (f->hub != NULL)
    fake_client_end(f->hub);
  fake_server_end(f->server);
}

static void
test_with_hub(Fixture *f, gconstpointer data)
{
  fake_client_say(f->a, OFFER);
  fake_client_say(f->a, CANDIDATE);
  json_decref(fake_client_expect(f->hub, "offer"));
  json_decref(fake_client_expect(f->hub, "ice-candidate"));
  fake_client_say(f->hub, TO("answer", "\"sdp\":\"v=0\"", "a"));
  json_decref(fake_client_expect(f->a, "answer"));
  fake_client_say(f->a, "{\"type\":\"ice-candidate\",\"candidate\":null}");
  json_decref(fake_client_expect(f->hub, "ice-candidate"));
  fake_client_say(f->a, "{\"type\":\"relay\",\"payload\":{}}");
  json_decref(fake_client_expect(f->hub, "relay"));
  fake_client_expect_nothing(f->b);
  fake_client_expect_nothing(f->c);

  /* The hub offers, and a bare client answers without a target. */
  fake_client_say(f->hub, TO("offer", "\"sdp\":\"v=0\"", "guest"));
  json_decref(fake_client_expect(f->guest, "offer"));
  fake_client_say(f->guest, ANSWER);
  fake_client_say(f->guest, CANDIDATE);
  json_decref(fake_client_expect(f->hub, "answer"));
  json_decref(fake_client_expect(f->hub, "ice-candidate"));

  fake_client_say(f->b, ANSWER);
  fake_client_expect_error(f->b, "bad-message", "answer");
}

static void
test_first_answer_wins(Fixture *f, gconstpointer data)
{
  g_autoptr(json_t) answer = NULL;

  fake_client_say(f->a, OFFER);
  fake_client_say(f->a, CANDIDATE);
  json_decref(fake_client_expect(f->b, "offer"));
  json_decref(fake_client_expect(f->b, "ice-candidate"));
  json_decref(fake_client_expect(f->c, "offer"));
  json_decref(fake_client_expect(f->c, "ice-candidate"));
  /* Where there is no hub, staff and guests see each other. */
  json_decref(fake_client_expect(f->guest, "offer"));
  json_decref(fake_client_expect(f->guest, "ice-candidate"));

  fake_client_say(f->c, ANSWER);
  answer = fake_client_expect(f->a, "answer");
  g_assert_cmpstr(fake_get(answer, "fromPeerId"), ==, "c");
  fake_client_say(f->b, TO("answer", "\"sdp\":\"v=0\"", "a"));
  fake_client_expect_error(f->b, "unknown-peer", "answer");
  fake_client_say(f->b, TO("ice-candidate", "\"candidate\":{}", "a"));
  fake_client_expect_nothing(f->a);
  fake_client_expect_nothing(f->b);

  /* Candidates follow the winner only. */
  fake_client_say(f->a, CANDIDATE);
  json_decref(fake_client_expect(f->c, "ice-candidate"));
  fake_client_expect_nothing(f->b);

  /* Who lost may still be offered to directly, and then answers that. */
  fake_client_say(f->a, TO("offer", "\"sdp\":\"v=0\"", "b"));
  json_decref(fake_client_expect(f->b, "offer"));
  fake_client_say(f->b, TO("answer", "\"sdp\":\"v=0\"", "a"));
  json_decref(fake_client_expect(f->a, "answer"));

  /* And a new offer without a target asks everybody again. */
  fake_client_say(f->a, OFFER);
  fake_client_say(f->b, ANSWER);
  g_clear_pointer(&answer, json_decref);
  answer = fake_client_expect(f->a, "answer");
  g_assert_cmpstr(fake_get(answer, "fromPeerId"), ==, "b");
}

static void
test_guest_without_hub(Fixture *f, gconstpointer data)
{
  fake_client_say(f->guest, OFFER);
  json_decref(fake_client_expect(f->a, "offer"));
  json_decref(fake_client_expect(f->b, "offer"));
  fake_client_expect_nothing(f->c); /* the kitchen is not for guests */
  fake_client_say(f->guest, "{\"type\":\"relay\",\"payload\":{}}");
  fake_client_expect_error(f->guest, "unknown-peer", "relay");
}

static void
test_nobody(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *alone = fake_client_join(server, "alone", NULL);

  json_decref(fake_client_expect(alone, "joined"));
  fake_client_say(alone, CANDIDATE);
  fake_client_expect_error(alone, "bad-message", "ice-candidate");
  fake_client_say(alone, OFFER);
  fake_client_expect_error(alone, "unknown-peer", "offer");
  fake_client_end(alone);
  fake_server_end(server);
}

/* The peer of an offer has left: its candidates have nowhere to go, and that is said. */
static void
test_target_left(Fixture *f, gconstpointer data)
{
  fake_client_say(f->a, TO("offer", "\"sdp\":\"v=0\"", "b"));
  fake_client_say(f->b, "{\"type\":\"leave\"}");
  fake_client_forget(f->a);
  fake_client_say(f->a, CANDIDATE);
  fake_client_expect_error(f->a, "unknown-peer", "ice-candidate");
}

static void
add(const char *path, gboolean with_hub, void (*test)(Fixture *, gconstpointer))
{
  g_test_add(path, Fixture, GINT_TO_POINTER(with_hub), set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  add("/untargeted/with-hub", TRUE, test_with_hub);
  add("/untargeted/first-answer-wins", FALSE, test_first_answer_wins);
  add("/untargeted/guest-without-hub", FALSE, test_guest_without_hub);
  g_test_add_func("/untargeted/nobody", test_nobody);
  add("/untargeted/target-left", FALSE, test_target_left);
  return g_test_run();
}
