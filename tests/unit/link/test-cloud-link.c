/* SPDX-License-Identifier: Apache-2.0 */
#include "cloud-link.h"

#include <string.h>

#include "base64url.h"
#include "fake-server.h"
#include "sign-key.h"

typedef struct {
  BhCloudLink *link;
  guint joined, lost, messages;
  char *last; /* type of the last message */
  gboolean stop_when_joined, free_at_message;
} Seen;

static void
on_joined(BhCloudLink *link, json_t *message, Seen *seen)
{
  seen->joined++;
  g_assert_cmpint(bh_cloud_link_get_state(link), ==, BH_CLOUD_LINK_JOINED);
  if (seen->stop_when_joined)
    bh_cloud_link_stop(link);
}

static void
on_message(BhCloudLink *link, json_t *message, Seen *seen)
{
  seen->messages++;
  g_free(seen->last);
  seen->last = g_strdup(json_string_value(json_object_get(message, "type")));
  if (seen->free_at_message)
    g_clear_object(&seen->link);
}

static void
on_lost(BhCloudLink *link, Seen *seen)
{
  seen->lost++;
}

static void
seen_start(Seen *seen, const char *const *urls)
{
  guint8 seed[BH_SIGN_KEY_BYTES] = {7};
  BhSignKey *key = bh_sign_key_new_from_seed(seed);
  const BhCloudLinkConfig config = {
      .urls = urls, .tenant_id = "hotel", .peer_id = "hub-1", .key = key};

  seen->link = bh_cloud_link_new(&config);
  bh_sign_key_unref(key);
  g_signal_connect(seen->link, "joined", G_CALLBACK(on_joined), seen);
  g_signal_connect(seen->link, "message", G_CALLBACK(on_message), seen);
  g_signal_connect(seen->link, "lost", G_CALLBACK(on_lost), seen);
  bh_cloud_link_start(seen->link);
}

static void
seen_end(Seen *seen)
{
  gpointer weak = seen->link;
  guint lost = seen->lost;

  if (seen->link != NULL) {
    g_object_add_weak_pointer(G_OBJECT(seen->link), &weak);
    bh_cloud_link_stop(seen->link);
    bh_cloud_link_stop(seen->link);
    g_assert_cmpint(bh_cloud_link_get_state(seen->link), ==, BH_CLOUD_LINK_OFF);
    g_assert_cmpuint(seen->lost, ==, lost);
    g_object_unref(seen->link);
    g_assert_null(weak);
  }
  g_free(seen->last);
}

#define CHALLENGE                                                                                  \
  "{\"type\":\"challenge\",\"peerId\":\"hub-1\","                                                  \
  "\"nonce\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}"
#define JOINED(kind)                                                                               \
  "{\"type\":\"joined\",\"peerId\":\"hub-1\",\"peers\":[],\"server\":{\"kind\":\"" kind "\"}}"

static FakeCall *
take_call(FakeServer *server)
{
  FakeCall *call = fake_server_wait(server);

  fake_call_upgrade(call, 0);
  json_decref(fake_call_expect(call, "join"));
  return call;
}

static FakeCall *
let_in(FakeServer *server)
{
  FakeCall *call = take_call(server);

  fake_call_say(call, CHALLENGE, 0);
  json_decref(fake_call_expect(call, "proof"));
  fake_call_say(call, JOINED("cloud"), 0);
  return call;
}

static void
tell_two(BhCloudLink *link)
{
  g_autoptr(json_t) revocations =
      json_pack("{s:s, s:{s:s}}", "type", "revocations", "revocations", "data", "x");
  g_autoptr(json_t) servers =
      json_pack("{s:s, s:[]}", "type", "signaling-servers", "signalingServers");

  bh_cloud_link_tell(link, revocations);
  bh_cloud_link_tell(link, servers);
  bh_cloud_link_tell(link, servers); /* is known */
}

static gboolean
expect_told(FakeCall *call, guint count)
{
  guint revocations = 0;

  for (guint i = 0; i < count; i++) {
    g_autofree char *text = NULL;

    WAIT_FOR(!g_queue_is_empty(&call->texts));
    text = g_queue_pop_head(&call->texts);
    revocations += strstr(text, "\"revocations\"") != NULL;
  }
  return revocations == 1 && g_queue_is_empty(&call->texts);
}

/* What it is to know it hears after each joining; a connection that lasted is made again at once,
 * and one that did not, too, by and by. */
static void
test_joins_again(void)
{
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  g_autoptr(FakeCall) call = NULL;
  g_autoptr(FakeCall) second = NULL;
  const char *const urls[] = {server->url, NULL};
  Seen seen = {0};

  seen_start(&seen, urls);
  g_assert_cmpint(bh_cloud_link_get_state(seen.link), ==, BH_CLOUD_LINK_CONNECTING);
  tell_two(seen.link);
  call = let_in(server);
  WAIT_FOR(seen.joined == 1);
  g_assert_cmpstr(bh_cloud_link_get_url(seen.link), ==, server->url);
  g_assert_true(expect_told(call, 2));
  g_clear_pointer(&call, fake_call_free);
  WAIT_FOR(seen.lost == 1);
  g_assert_null(bh_cloud_link_get_url(seen.link));
  second = let_in(server);
  WAIT_FOR(seen.joined == 2);
  g_assert_true(expect_told(second, 2));
  seen_end(&seen);
}

/* A whole property behind one address may have used up what that address may ask: what a removed
 * device hangs on is said again. */
static void
test_tells_again(void)
{
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  g_autoptr(FakeCall) call = NULL;
  const char *const urls[] = {server->url, NULL};
  Seen seen = {0};

  seen_start(&seen, urls);
  call = let_in(server);
  WAIT_FOR(seen.joined == 1);
  tell_two(seen.link);
  g_assert_true(expect_told(call, 2));
  fake_call_say(call,
                "{\"type\":\"error\",\"code\":\"rate-limited\",\"inReplyTo\":\"revocations\"}", 0);
  g_assert_true(expect_told(call, 2));
  fake_call_say(call, "{\"type\":\"error\",\"code\":7,\"inReplyTo\":[]}", 0);
  fake_call_say(call, "{\"type\":\"last\"}", 0);
  WAIT_FOR(g_strcmp0(seen.last, "last") == 0);
  seen_end(&seen);
}

/* Nothing of this lets it in, and nothing of it is fatal. */
static void
test_rubbish(void)
{
  static const char *const words[] = {
      JOINED("local"),
      "{\"type\":\"joined\"}",
      "{\"type\":\"joined\",\"server\":[],\"peerId\":1}",
      "{\"type\":\"challenge\"}",
      "{\"type\":\"challenge\",\"peerId\":\"x\",\"nonce\":\"AA\"}",
      "{\"type\":\"error\"}",
      "{\"type\":\"error\",\"code\":\"unauthorized\",\"message\":[]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
    g_autoptr(FakeServer) server = fake_server_new(NULL);
    g_autoptr(FakeCall) call = NULL;
    const char *const urls[] = {server->url, NULL};
    Seen seen = {0};

    seen_start(&seen, urls);
    call = take_call(server);
    fake_call_say(call, "[]", 0);
    fake_call_say(call, "{\"type\":{}}", 0);
    fake_call_say(call, "no JSON", 0);
    fake_call_say(call, "{\"type\":\"peer-joined\",\"peer\":{\"peerId\":\"a\"}}", 0);
    fake_call_say(call, words[i], 0);
    WAIT_FOR(call->is_over);
    g_assert_cmpuint(seen.joined + seen.messages + seen.lost, ==, 0);
    g_assert_nonnull(bh_cloud_link_get_problem(seen.link));
    g_assert_cmpint(bh_cloud_link_get_state(seen.link), ==, BH_CLOUD_LINK_WAITING);
    seen_end(&seen);
  }
}

/* One cloud that refuses does not keep the hub from the next. */
static void
test_second_cloud(void)
{
  g_autoptr(FakeServer) full = fake_server_new(NULL);
  g_autoptr(FakeServer) other = fake_server_new(NULL);
  g_autoptr(FakeCall) refused = NULL;
  g_autoptr(FakeCall) call = NULL;
  const char *const urls[] = {full->url, other->url, NULL};
  Seen seen = {0};

  seen_start(&seen, urls);
  refused = take_call(full);
  fake_call_say(refused,
                "{\"type\":\"error\",\"code\":\"tenant-full\",\"message\":\"f\\u001b[2Jull\\n\"}",
                0);
  WAIT_FOR(refused->is_over);
  g_assert_cmpstr(bh_cloud_link_get_problem(seen.link), ==, "f [2Jull ");
  call = let_in(other);
  WAIT_FOR(seen.joined == 1);
  g_assert_cmpstr(bh_cloud_link_get_url(seen.link), ==, other->url);
  seen_end(&seen);
}

static void
change_network(BhCloudLink *link)
{
  g_signal_emit_by_name(g_network_monitor_get_default(), "network-changed", TRUE);
}

/* On another network, and after a sleep, the connection may be dead, which nobody would notice for
 * a minute. */
static void
test_network_changes(gconstpointer data)
{
  void (*happen)(BhCloudLink * link) = data != NULL ? bh_cloud_link_wake : change_network;
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  g_autoptr(FakeCall) call = NULL;
  g_autoptr(FakeCall) second = NULL;
  const char *const urls[] = {server->url, NULL};
  Seen seen = {0};

  seen_start(&seen, urls);
  call = let_in(server);
  WAIT_FOR(seen.joined == 1);
  happen(seen.link);
  happen(seen.link);
  WAIT_FOR(call->pings == 1);
  fake_call_say(call, "{\"type\":\"peers\"}", 0);
  WAIT_FOR(seen.messages == 1);
  /* It lives, and is asked anew. */
  call->is_mute = TRUE;
  happen(seen.link);
  WAIT_FOR(call->pings == 2);
  g_assert_cmpuint(seen.lost, ==, 0);
  WAIT_FOR(seen.lost == 1);
  second = let_in(server);
  WAIT_FOR(seen.joined == 2);
  seen_end(&seen);
}

/* Two hubs of one key: whoever is put out does not come back because some route has changed. */
static void
test_replaced(void)
{
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  g_autoptr(FakeCall) call = NULL;
  const char *const urls[] = {server->url, NULL};
  Seen seen = {0};

  seen_start(&seen, urls);
  call = let_in(server);
  WAIT_FOR(seen.joined == 1);
  fake_call_write(call, "\x88\x02\x03\xf0", 4, 0); /* 1008 */
  WAIT_FOR(seen.lost == 1);
  g_assert_cmpint(bh_cloud_link_get_state(seen.link), ==, BH_CLOUD_LINK_WAITING);
  change_network(seen.link);
  g_assert_cmpint(bh_cloud_link_get_state(seen.link), ==, BH_CLOUD_LINK_WAITING);
  seen_end(&seen);
}

/* The hub ends while it is let in, while it is spoken to, and at any moment before. */
static void
test_ends(void)
{
  g_autoptr(FakeServer) server = fake_server_new(NULL);
  const char *const urls[] = {server->url, "ws://127.0.0.1:1/", NULL};

  for (guint i = 0; i < 4; i++) {
    Seen seen = {.stop_when_joined = i == 2, .free_at_message = i == 3};
    g_autoptr(FakeCall) call = NULL;

    seen_start(&seen, urls);
    if (i == 1)
      call = take_call(server);
    if (i >= 2)
      call = let_in(server);
    if (i == 2)
      WAIT_FOR(seen.joined == 1);
    if (i == 3) {
      fake_call_say(call, "{\"type\":\"peers\"}{", 0); /* no JSON */
      fake_call_say(call, "{\"type\":\"peers\"}", 0);
      WAIT_FOR(seen.link == NULL);
    }
    seen_end(&seen);
    if (call != NULL)
      WAIT_FOR(call->is_over);
    while (i == 0 && g_main_context_iteration(NULL, FALSE))
      ;
    g_queue_clear_full(&server->calls, (GDestroyNotify)fake_call_free);
  }
}

static void
test_no_cloud(void)
{
  const char *const none[] = {NULL};
  const char *const wrong[] = {"ws://127.0.0.1:1/", NULL};
  Seen idle = {0}, lonely = {0};

  seen_start(&idle, none);
  g_assert_cmpint(bh_cloud_link_get_state(idle.link), ==, BH_CLOUD_LINK_OFF);
  tell_two(idle.link);
  seen_end(&idle);

  seen_start(&lonely, wrong);
  WAIT_FOR(bh_cloud_link_get_state(lonely.link) == BH_CLOUD_LINK_WAITING);
  g_assert_cmpuint(lonely.joined + lonely.lost, ==, 0);
  seen_end(&lonely);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/cloud-link/joins-again", test_joins_again);
  g_test_add_func("/cloud-link/tells-again", test_tells_again);
  g_test_add_func("/cloud-link/rubbish", test_rubbish);
  g_test_add_func("/cloud-link/second-cloud", test_second_cloud);
  g_test_add_data_func("/cloud-link/network-changes", NULL, test_network_changes);
  g_test_add_data_func("/cloud-link/wakes", "", test_network_changes);
  g_test_add_func("/cloud-link/replaced", test_replaced);
  g_test_add_func("/cloud-link/ends", test_ends);
  g_test_add_func("/cloud-link/no-cloud", test_no_cloud);
  return fake_run_tests();
}
