/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hub's own peer among devices that sign, and some that do not: whose description is believed,
 * what the hub signs, and that an expelled device is gone at once.
 */
#include "endpoint.h"

#include <string.h>

#include "connection.h"
#include "description-auth.h"
#include "fake-house.h"

#define LIMIT_MS 20000

typedef struct {
  FakeHouse *house;
  BhEndpoint *endpoint;
  BhCertificate *certificate;
  FakeDevice *anna;
  char *resume;             /* her secret */
  BhConnection *connection; /* anna's */
  BhDataChannel *channel;
  char *sdp;          /* of her offer */
  json_t *refusal;    /* what the hub said last that is no description */
  json_t *answer;     /* of the hub */
  guint n_pushed;     /* messages of the type `changed` */
  guint n_parts;      /* by relay */
  gsize most_bytes;   /* of one payload by relay */
  gboolean is_closed; /* her channel */
} Fixture;

static gboolean
on_limit(gpointer user_data)
{
  g_error("waited too long");
  return G_SOURCE_REMOVE;
}

static void
on_local_description(BhConnection *connection, BhSdpType type, const char *sdp, Fixture *f)
{
  g_free(f->sdp);
  f->sdp = g_strdup(sdp);
}

static void
on_channel_closed(BhDataChannel *channel, Fixture *f)
{
  f->is_closed = TRUE;
}

static void
take_relay(Fixture *f, json_t *payload)
{
  f->most_bytes = MAX(f->most_bytes, json_dumpb(payload, NULL, 0, JSON_COMPACT));
  if (g_strcmp0(fake_get(payload, "type"), "changed") == 0) {
    f->n_pushed++;
    return;
  }
  if (g_strcmp0(fake_get(payload, "type"), "chunk") == 0)
    f->n_parts++;
  g_clear_pointer(&f->refusal, json_decref);
  f->refusal = json_incref(payload);
}

/* What anna's connection is sent, to where it belongs. */
static void
deliver(Fixture *f)
{
  json_t *message;

  while (f->anna->client != NULL && (message = fake_device_take(f->anna)) != NULL) {
    const char *type = fake_get(message, "type");
    json_t *candidate = json_object_get(message, "candidate");

    if (g_str_equal(type, "answer")) {
      g_clear_pointer(&f->answer, json_decref);
      f->answer = json_incref(message);
      g_assert_true(bh_connection_set_remote_description(f->connection, BH_SDP_ANSWER,
                                                         fake_get(message, "sdp"), NULL));
    } else if (g_str_equal(type, "ice-candidate") && json_is_object(candidate)) {
      bh_connection_add_remote_candidate(f->connection, fake_get(candidate, "candidate"),
                                         fake_get(candidate, "usernameFragment"), NULL);
    } else if (g_str_equal(type, "relay")) {
      take_relay(f, json_object_get(message, "payload"));
    }
    json_decref(message);
  }
}

#define wait_until(f, condition)                                                                   \
  G_STMT_START                                                                                     \
  {                                                                                                \
    guint timer_ = g_timeout_add(LIMIT_MS, on_limit, NULL);                                        \
    while (deliver(f), !(condition))                                                               \
      g_main_context_iteration(NULL, TRUE);                                                        \
    g_source_remove(timer_);                                                                       \
  }                                                                                                \
  G_STMT_END

/* A connection of anna's that has something to offer. */
static void
make_offer(Fixture *f)
{
  BhLimitSet limits;
  BhConnectionConfig config = {.certificate = f->certificate, .loopback = TRUE, .max_channels = 4};

  bh_limit_set_init(&limits);
  config.max_message_bytes = bh_limit_set_get(&limits, BH_LIMIT_CHANNEL_MESSAGE_BYTES);
  config.max_queued_bytes = bh_limit_set_get(&limits, BH_LIMIT_CHANNEL_QUEUED_BYTES);
  f->connection = bh_connection_new(&config);
  g_signal_connect(f->connection, "local-description", G_CALLBACK(on_local_description), f);
  f->channel = bh_connection_create_channel(f->connection, "data", NULL, NULL);
  g_signal_connect(f->channel, "closed", G_CALLBACK(on_channel_closed), f);
  g_assert_true(bh_connection_create_offer(f->connection, NULL));
  wait_until(f, f->sdp != NULL);
}

/* @limit: of the endpoint's; as usual where @value is 0 */
static void
fixture_set_up_with(Fixture *f, gboolean open, BhLimit limit, guint64 value)
{
  g_autoptr(json_t) joined = NULL;
  BhEndpointConfig config = {.peer_id = "the-hub", .tenant_id = "hotel", .open = open};
  BhLimitSet limits;

  memset(f, 0, sizeof *f);
  f->house = fake_house_new(open);
  f->certificate = bh_certificate_new(NULL);
  bh_limit_set_init(&limits);
  if (value > 0)
    bh_limit_set_put(&limits, limit, value);
  config.loopback = TRUE;
  config.gate = &f->house->gate;
  f->endpoint = bh_endpoint_new(f->house->server, f->certificate, &config, &limits);
  f->anna = fake_device_new(f->house, BH_ROLE_STAFF, "Anna");
  fake_device_connect(f->anna, &f->house->outside);
  joined = fake_device_join(f->anna, "\"peerId\":\"anna\"");
  f->resume = g_strdup(fake_get(joined, "resume"));
  make_offer(f);
}

static void
fixture_set_up(Fixture *f, gboolean open)
{
  fixture_set_up_with(f, open, BH_LIMIT_PEER_CONNECTIONS, 0);
}

static void
fixture_tear_down(Fixture *f)
{
  bh_connection_close(f->connection);
  fake_device_free(f->anna);
  bh_endpoint_close(f->endpoint);
  g_clear_object(&f->channel);
  g_clear_object(&f->connection);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_finalize_object(f->endpoint);
  g_clear_pointer(&f->refusal, json_decref);
  g_clear_pointer(&f->answer, json_decref);
  bh_certificate_unref(f->certificate);
  g_free(f->sdp);
  g_free(f->resume);
  fake_house_free(f->house);
}

/* Says an offer of @sdp, signed by @key as if it were the @described one. */
static void
say_offer(Fixture *f, const char *sdp, BhSignKey *key, const BhDescription *described)
{
  g_autoptr(json_t) offer = json_pack("{s:s, s:s}", "type", "offer", "sdp", sdp);
  g_autofree char *text = NULL;

  if (key != NULL)
    json_object_set_new(offer, "auth", bh_description_auth_sign(key, described, NULL));
  text = bh_json_to_text(offer);
  fake_device_say(f->anna, text);
}

static BhDescription
describe(const Fixture *f)
{
  return (BhDescription){.type = "offer",
                         .tenant_id = "hotel",
                         .from_peer_id = "anna",
                         .to_peer_id = "the-hub",
                         .sdp = f->sdp};
}

static void
open_channel(Fixture *f)
{
  const BhDescription description = describe(f);

  say_offer(f, f->sdp, f->anna->key, &description);
  wait_until(f, bh_data_channel_get_state(f->channel) == BH_DATA_CHANNEL_OPEN);
}

static guint64
count_connections(Fixture *f)
{
  BhEndpointCounters counters;

  bh_endpoint_get_counters(f->endpoint, &counters);
  return counters.connections;
}

/* --- tests --- */

static void
test_signed(void)
{
  Fixture f;
  BhDescription answered;

  fixture_set_up(&f, FALSE);
  wait_until(&f, bh_endpoint_describe_device(f.endpoint, f.anna->device_id) != NULL);
  g_assert_cmpstr(bh_endpoint_describe_device(f.endpoint, f.anna->device_id), ==, "hub-relay");
  g_assert_cmpuint(count_connections(&f), ==, 0);
  open_channel(&f);
  g_assert_cmpuint(count_connections(&f), ==, 1);
  wait_until(
      &f, g_strcmp0(bh_endpoint_describe_device(f.endpoint, f.anna->device_id), "local-p2p") == 0);

  /* The hub's answer is signed by the hub, for her. */
  answered = (BhDescription){.type = "answer",
                             .tenant_id = "hotel",
                             .from_peer_id = "the-hub",
                             .to_peer_id = "anna",
                             .sdp = fake_get(f.answer, "sdp")};
  g_assert_true(bh_description_auth_verify(json_object_get(f.answer, "auth"),
                                           bh_sign_key_get_public(f.house->hub_key), &answered));
  answered.to_peer_id = "ben";
  g_assert_false(bh_description_auth_verify(json_object_get(f.answer, "auth"),
                                            bh_sign_key_get_public(f.house->hub_key), &answered));
  fixture_tear_down(&f);
}

static char *
swap_fingerprint(const char *sdp)
{
  char *out = g_strdup(sdp);
  char *digit = strstr(out, "a=fingerprint:sha-256 ") + strlen("a=fingerprint:sha-256 ");

  *digit = *digit == 'A' ? 'B' : 'A';
  return out;
}

static void
assert_refused(Fixture *f, const char *sdp, BhSignKey *key, const BhDescription *described)
{
  g_clear_pointer(&f->refusal, json_decref);
  say_offer(f, sdp, key, described);
  wait_until(f, f->refusal != NULL);
  g_assert_cmpstr(fake_get(f->refusal, "type"), ==, "error");
  g_assert_cmpstr(fake_get(f->refusal, "code"), ==, "unauthorized");
  g_assert_cmpstr(fake_get(f->refusal, "inReplyTo"), ==, "offer");
  g_assert_cmpuint(count_connections(f), ==, 0);
}

static void
test_refused(void)
{
  Fixture f;
  FakeDevice *other;
  BhDescription described;
  g_autofree char *swapped = NULL;
  g_autofree char *disguised = NULL;

  fixture_set_up(&f, FALSE);
  other = fake_device_new(f.house, BH_ROLE_MANAGER, "Other");
  described = describe(&f);
  swapped = swap_fingerprint(f.sdp);
  disguised = g_strconcat(f.sdp, "a=Fingerprint:sha-256 00\r\n", NULL);

  assert_refused(&f, f.sdp, NULL, &described);
  assert_refused(&f, f.sdp, other->key, &described);
  assert_refused(&f, swapped, f.anna->key, &described);
  assert_refused(&f, disguised, f.anna->key, &described);
  described.to_peer_id = "another";
  assert_refused(&f, f.sdp, f.anna->key, &described);
  described = describe(&f);
  described.type = "answer";
  assert_refused(&f, f.sdp, f.anna->key, &described);
  open_channel(&f);
  fake_device_free(other);
  fixture_tear_down(&f);
}

/* On an open hub nobody has to sign; who does is held to it. */
static void
test_open_hub(void)
{
  Fixture f;
  g_autofree char *swapped = NULL;
  BhDescription described;

  fixture_set_up(&f, TRUE);
  described = describe(&f);
  swapped = swap_fingerprint(f.sdp);
  assert_refused(&f, swapped, f.anna->key, &described);
  say_offer(&f, f.sdp, NULL, NULL);
  wait_until(&f, bh_data_channel_get_state(f.channel) == BH_DATA_CHANNEL_OPEN);
  fixture_tear_down(&f);
}

static void
on_gone(BhMember *member, gboolean *gone)
{
  *gone = TRUE;
}

static gboolean
watch_gone(BhMember *member, gpointer user_data)
{
  g_assert_true(bh_member_get_is_paired(member));
  g_signal_connect(member, "gone", G_CALLBACK(on_gone), user_data);
  return FALSE;
}

static void
test_expel(void)
{
  Fixture f;
  gboolean gone = FALSE;
  g_autoptr(json_t) nothing = json_object();

  fixture_set_up(&f, FALSE);
  open_channel(&f);
  bh_endpoint_broadcast(f.endpoint, watch_gone, &gone, nothing);
  bh_endpoint_expel(f.endpoint, "nobody");
  g_assert_false(gone);

  bh_signaling_server_expel(f.house->server, f.anna->device_id, BH_SIGNALING_ERROR_REVOKED, "gone");
  bh_endpoint_expel(f.endpoint, f.anna->device_id);
  g_assert_true(gone);
  g_assert_cmpuint(count_connections(&f), ==, 0);
  g_assert_null(bh_endpoint_describe_device(f.endpoint, f.anna->device_id));
  wait_until(&f, f.is_closed);
  bh_endpoint_expel(f.endpoint, f.anna->device_id);
  fixture_tear_down(&f);
}

static void
count_message(BhEndpoint *endpoint, BhMember *member, int path, BhDataChannel *channel,
              json_t *message, guint *count)
{
  ++*count;
}

/* The hub learns of a join on a later turn of the loop, and behind a flood much later: who was
 * removed or demoted in between does not speak with the rights of before. */
static void
test_outdated(void)
{
  Fixture f;
  FakeDevice *devices[2];
  guint n_messages = 0;

  fixture_set_up(&f, FALSE);
  g_signal_connect(f.endpoint, "message", G_CALLBACK(count_message), &n_messages);
  for (guint i = 0; i < G_N_ELEMENTS(devices); i++) {
    BhDevice *record;

    devices[i] = fake_device_new(f.house, BH_ROLE_MANAGER, "Ben");
    fake_device_connect(devices[i], &f.house->outside);
    json_decref(fake_device_join(devices[i], NULL));
    fake_device_say(devices[i], "{\"type\":\"relay\",\"targetPeerId\":\"the-hub\","
                                "\"payload\":{\"type\":\"api\"}}");
    record = bh_device_book_find(f.house->gate.devices, devices[i]->device_id);
    if (i == 0)
      record->revoked_ms = 1;
    else
      record->role = BH_ROLE_PRINTER;
    bh_signaling_server_expel(f.house->server, devices[i]->device_id, BH_SIGNALING_ERROR_REVOKED,
                              "gone");
    bh_endpoint_expel(f.endpoint, devices[i]->device_id);
  }
  wait_until(&f, bh_endpoint_describe_device(f.endpoint, f.anna->device_id) != NULL);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_cmpuint(n_messages, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS(devices); i++) {
    g_assert_null(bh_endpoint_describe_device(f.endpoint, devices[i]->device_id));
    fake_device_free(devices[i]);
  }
  fixture_tear_down(&f);
}

static gboolean
is_of_role(BhMember *member, gpointer user_data)
{
  return bh_member_get_role(member) == *(BhRole *)user_data;
}

static void
test_broadcast(void)
{
  Fixture f;
  BhRole role = BH_ROLE_MANAGER;
  g_autoptr(json_t) message = json_pack("{s:s, s:s}", "type", "changed", "what", "devices");

  fixture_set_up(&f, FALSE);
  wait_until(&f, bh_endpoint_describe_device(f.endpoint, f.anna->device_id) != NULL);
  bh_endpoint_broadcast(f.endpoint, is_of_role, &role, message);
  deliver(&f);
  g_assert_cmpuint(f.n_pushed, ==, 0);
  role = BH_ROLE_STAFF;
  bh_endpoint_broadcast(f.endpoint, is_of_role, &role, message);
  wait_until(&f, f.n_pushed == 1);
  fixture_tear_down(&f);
}

static gboolean
is_last_part(const json_t *message)
{
  return message != NULL && json_integer_value(json_object_get(message, "index")) + 1 ==
                                json_integer_value(json_object_get(message, "count"));
}

static gboolean
has_queue(Fixture *f, const char *device_id)
{
  gsize queued_bytes;
  guint64 n_connections;

  return bh_signaling_server_get_queued_bytes(f->house->server, "hotel", "anna", device_id,
                                              &queued_bytes, &n_connections);
}

/* What is large waits for who reads slowly, and what is small does not wait for that. */
static void
test_slow_reader(void)
{
  Fixture f;
  BhRole role = BH_ROLE_STAFF;
  g_autofree char *body = g_strnfill(1024 * 1024, 'x');
  g_autoptr(json_t) large = json_pack("{s:s, s:s}", "type", "api-answer", "body", body);
  g_autoptr(json_t) small = json_pack("{s:s, s:s}", "type", "changed", "what", "devices");

  fixture_set_up(&f, FALSE);
  wait_until(&f, bh_endpoint_describe_device(f.endpoint, f.anna->device_id) != NULL);
  f.anna->client->queued_bytes = 256 * 1024;
  for (guint i = 0; i < 3; i++)
    bh_endpoint_broadcast(f.endpoint, is_of_role, &role, large);
  bh_endpoint_broadcast(f.endpoint, is_of_role, &role, small);
  wait_until(&f, f.n_pushed == 1);
  g_assert_null(f.refusal);
  f.anna->client->queued_bytes = 0;
  wait_until(&f, is_last_part(f.refusal));
  g_assert_cmpuint(f.anna->client->close_code, ==, 0);

  /* What is hers does not go to who has taken her peerId. */
  g_assert_true(has_queue(&f, f.anna->device_id));
  g_assert_false(has_queue(&f, "another"));
  fake_device_say(f.anna, "{\"type\":\"leave\"}");
  g_assert_false(has_queue(&f, f.anna->device_id));
  fixture_tear_down(&f);
}

/* Her page goes on by another socket before the hub knows that the one before is gone. What comes
 * there is whole, for of what went by the other it has nothing. */
static void
test_resumed(void)
{
  Fixture f;
  BhRole role = BH_ROLE_STAFF;
  FakeClient *before;
  g_autofree char *body = g_strnfill(1024 * 1024, 'x');
  g_autofree char *more = NULL;
  g_autoptr(json_t) answer =
      json_pack("{s:s, s:s, s:s}", "type", "api-answer", "ref", "menu", "body", body);
  g_autoptr(json_t) joined = NULL;

  fixture_set_up(&f, FALSE);
  wait_until(&f, bh_endpoint_describe_device(f.endpoint, f.anna->device_id) != NULL);
  f.anna->client->is_stuck = TRUE;
  bh_endpoint_broadcast(f.endpoint, is_of_role, &role, answer);
  g_assert_cmpuint(f.anna->client->queued_bytes, >, 0);
  before = g_steal_pointer(&f.anna->client);
  fake_device_connect(f.anna, &f.house->outside);
  more = g_strdup_printf("\"resume\":\"%s\"", f.resume);
  joined = fake_device_join(f.anna, more);
  g_assert_true(json_is_true(json_object_get(joined, "resumed")));
  bh_endpoint_broadcast(f.endpoint, is_of_role, &role, answer); /* she asked again */
  wait_until(&f, is_last_part(f.refusal));
  g_assert_cmpuint(f.n_parts, ==, json_integer_value(json_object_get(f.refusal, "count")));
  fake_client_end(before);
  fixture_tear_down(&f);
}

/* No message takes more than a quarter of what may wait, however large the rooms let it be: what
 * never fits would close her connection each time. */
static void
test_small_queue(gconstpointer data)
{
  Fixture f;
  BhRole role = BH_ROLE_STAFF;
  g_autofree char *body = g_strnfill(48 * 1024, *(const char *)data);
  g_autoptr(json_t) answer = json_pack("{s:s, s:s}", "type", "api-answer", "body", body);

  fixture_set_up_with(&f, FALSE, BH_LIMIT_QUEUED_BYTES, 64 * 1024);
  wait_until(&f, bh_endpoint_describe_device(f.endpoint, f.anna->device_id) != NULL);
  bh_endpoint_broadcast(f.endpoint, is_of_role, &role, answer);
  wait_until(&f, f.refusal != NULL);
  g_assert_cmpuint(f.most_bytes, <=, 16 * 1024);
  wait_until(&f, is_last_part(f.refusal));
  g_assert_cmpuint(f.most_bytes, <=, 16 * 1024);
  fixture_tear_down(&f);
}

/* She has left the rooms, her channel is still open, and another device takes her peerId. */
static void
test_name_taken(void)
{
  Fixture f;
  FakeDevice *ben;

  fixture_set_up(&f, FALSE);
  open_channel(&f);
  fake_device_say(f.anna, "{\"type\":\"leave\"}");
  ben = fake_device_new(f.house, BH_ROLE_MANAGER, "Ben");
  fake_device_connect(ben, &f.house->outside);
  json_decref(fake_device_join(ben, "\"peerId\":\"anna\""));
  wait_until(&f, bh_endpoint_describe_device(f.endpoint, ben->device_id) != NULL);
  g_assert_cmpstr(bh_endpoint_describe_device(f.endpoint, ben->device_id), ==, "hub-relay");
  g_assert_null(bh_endpoint_describe_device(f.endpoint, f.anna->device_id));
  wait_until(&f, f.is_closed);
  fake_device_free(ben);
  fixture_tear_down(&f);
}

/* --- the hub moves --- */

static void
on_anna_told(BhDataChannel *channel, GBytes *data, gboolean is_text, GPtrArray *told)
{
  gsize length;
  const char *text = g_bytes_get_data(data, &length);

  g_ptr_array_add(told, json_loadb(text, length, 0, NULL));
}

/* By other sockets from now on: it says so by the channel, each time, with what it says on
 * signaling otherwise. */
static void
test_moves(void)
{
  Fixture f;
  g_autoptr(GPtrArray) told = g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
  const json_t *candidate;

  fixture_set_up(&f, FALSE);
  open_channel(&f);
  g_signal_connect(f.channel, "message", G_CALLBACK(on_anna_told), told);
  bh_endpoint_move(f.endpoint, FALSE); /* its address is still ours */
  bh_endpoint_move(f.endpoint, TRUE);
  wait_until(&f, told->len > 0);
  g_assert_cmpstr(fake_get(told->pdata[0], "type"), ==, "ice-candidate");
  candidate = json_object_get(told->pdata[0], "candidate");
  g_assert_true(g_str_has_prefix(fake_get(candidate, "candidate"), "candidate:"));
  g_assert_nonnull(strstr(fake_get(f.answer, "sdp"), fake_get(candidate, "usernameFragment")));
  g_assert_true(bh_connection_add_remote_candidate(f.connection, fake_get(candidate, "candidate"),
                                                   fake_get(candidate, "usernameFragment"), NULL));
  g_ptr_array_set_size(told, 0);
  bh_endpoint_move(f.endpoint, TRUE);
  wait_until(&f, told->len > 0);
  g_signal_handlers_disconnect_by_data(f.channel, told);
  fixture_tear_down(&f);
}

/* --- guests --- */

/* A page of @device, which offers. Returns: (transfer full): */
static FakeClient *
offer_as_guest(Fixture *f, const char *device)
{
  g_autofree char *join =
      g_strdup_printf("{\"type\":\"join\",\"role\":\"guest\",\"deviceId\":\"%s\"}", device);
  g_autoptr(json_t) offer =
      json_pack("{s:s, s:s, s:s}", "type", "offer", "targetPeerId", "the-hub", "sdp", f->sdp);
  g_autofree char *text = bh_json_to_text(offer);
  FakeClient *page = fake_client_new(f->house->server, "hotel");

  fake_client_say(page, join);
  json_decref(fake_client_expect(page, "joined"));
  fake_client_say(page, text);
  return page;
}

static void
assert_offer(FakeClient *page, gboolean is_answered)
{
  g_autoptr(json_t) said = fake_client_wait(page, is_answered ? "answer" : "relay");

  if (!is_answered)
    g_assert_cmpstr(fake_get(json_object_get(said, "payload"), "code"), ==, "rate-limited");
}

/* More pages than anybody has: they are served by relay. What one leaves another has. */
static void
test_guest_pages(void)
{
  Fixture f;
  FakeClient *pages[8], *more, *neighbour;

  fixture_set_up(&f, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++) {
    pages[i] = offer_as_guest(&f, "phone");
    assert_offer(pages[i], TRUE);
  }
  more = offer_as_guest(&f, "phone");
  assert_offer(more, FALSE);
  neighbour = offer_as_guest(&f, "neighbour");
  assert_offer(neighbour, TRUE);
  g_assert_cmpuint(count_connections(&f), ==, G_N_ELEMENTS(pages) + 1);

  fake_client_say(pages[0], "{\"type\":\"leave\"}");
  wait_until(&f, count_connections(&f) == G_N_ELEMENTS(pages));
  fake_client_end(more);
  more = offer_as_guest(&f, "phone");
  assert_offer(more, TRUE);
  fake_client_end(more);
  fake_client_end(neighbour);
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
    fake_client_end(pages[i]);
  fixture_tear_down(&f);
}

/* However many guests there are, the house's own devices have room. */
static void
test_guest_share(void)
{
  Fixture f;
  FakeClient *guests[4];

  fixture_set_up_with(&f, TRUE, BH_LIMIT_PEER_CONNECTIONS, 4);
  for (guint i = 0; i < G_N_ELEMENTS(guests); i++) {
    g_autofree char *device = g_strdup_printf("phone-%u", i);

    guests[i] = offer_as_guest(&f, device);
    assert_offer(guests[i], i < 3);
  }
  say_offer(&f, f.sdp, NULL, NULL);
  wait_until(&f, f.answer != NULL);
  g_assert_cmpuint(count_connections(&f), ==, 4);
  for (guint i = 0; i < G_N_ELEMENTS(guests); i++)
    fake_client_end(guests[i]);
  fixture_tear_down(&f);
}

/* --- by a cloud --- */

static void
on_to_cloud(const json_t *message, gpointer user_data)
{
  Fixture *f = user_data;

  if (g_strcmp0(fake_get(message, "type"), "answer") != 0)
    return;
  g_clear_pointer(&f->answer, json_decref);
  f->answer = json_deep_copy(message);
}

static void
say_by_cloud(Fixture *f, const char *from, BhSignKey *key)
{
  const BhDescription described = {.type = "offer",
                                   .tenant_id = "hotel",
                                   .from_peer_id = from,
                                   .to_peer_id = "hub-there",
                                   .sdp = f->sdp};
  g_autoptr(json_t) offer =
      json_pack("{s:s, s:s, s:s}", "type", "offer", "sdp", f->sdp, "fromPeerId", from);

  if (key != NULL)
    json_object_set_new(offer, "auth", bh_description_auth_sign(key, &described, NULL));
  bh_endpoint_take_from_cloud(f->endpoint, offer);
}

/* Also on an open hub, and whatever the cloud says of whom: the device's own signature, or nothing;
 * and the answer goes where the offer came from. */
static void
test_cloud(gconstpointer data)
{
  Fixture f;
  g_autoptr(json_t) joined = NULL;
  BhEndpointCounters counters;

  fixture_set_up(&f, GPOINTER_TO_INT(data));
  bh_endpoint_set_cloud(f.endpoint, "hotel", on_to_cloud, &f);
  joined = json_pack("{s:s, s:s, s:[{s:s, s:s, s:s}, {s:s, s:s}, {s:s, s:s, s:s}]}", "type",
                     "joined", "peerId", "hub-there", "peers", "peerId", "anna-there", "role",
                     "staff", "deviceId", f.anna->device_id, "peerId", "guest", "role", "guest",
                     "peerId", "boss", "role", "manager", "deviceId", f.anna->device_id);
  bh_endpoint_join_cloud(f.endpoint, joined);
  say_by_cloud(&f, "guest", NULL);
  say_by_cloud(&f, "boss", f.anna->key); /* not her role */
  say_by_cloud(&f, "anna-there", NULL);
  say_by_cloud(&f, "anna-there", f.house->hub_key);
  bh_endpoint_get_counters(f.endpoint, &counters);
  g_assert_cmpuint(counters.connections, ==, 0);
  say_by_cloud(&f, "anna-there", f.anna->key);
  wait_until(&f, f.answer != NULL);
  g_assert_cmpstr(fake_get(f.answer, "targetPeerId"), ==, "anna-there");
  g_assert_nonnull(json_object_get(f.answer, "auth"));
  bh_endpoint_get_counters(f.endpoint, &counters);
  g_assert_cmpuint(counters.connections, ==, 1);
  /* A connection that never came up is nothing without signaling. */
  bh_endpoint_leave_cloud(f.endpoint);
  bh_endpoint_get_counters(f.endpoint, &counters);
  g_assert_cmpuint(counters.connections, ==, 0);
  fixture_tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/endpoint/signed", test_signed);
  g_test_add_func("/endpoint/refused", test_refused);
  g_test_add_func("/endpoint/open-hub", test_open_hub);
  g_test_add_func("/endpoint/expel", test_expel);
  g_test_add_func("/endpoint/outdated", test_outdated);
  g_test_add_func("/endpoint/broadcast", test_broadcast);
  g_test_add_func("/endpoint/slow-reader", test_slow_reader);
  g_test_add_func("/endpoint/resumed", test_resumed);
  g_test_add_data_func("/endpoint/small-queue", "x", test_small_queue);
  g_test_add_data_func("/endpoint/small-queue-escaped", "\"", test_small_queue);
  g_test_add_func("/endpoint/name-taken", test_name_taken);
  g_test_add_func("/endpoint/moves", test_moves);
  g_test_add_func("/endpoint/guest-pages", test_guest_pages);
  g_test_add_func("/endpoint/guest-share", test_guest_share);
  g_test_add_data_func("/endpoint/cloud", GINT_TO_POINTER(FALSE), test_cloud);
  g_test_add_data_func("/endpoint/cloud-open", GINT_TO_POINTER(TRUE), test_cloud);
  return g_test_run();
}
