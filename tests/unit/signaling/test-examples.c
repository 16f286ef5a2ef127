/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-house.h"

#include <string.h>

/*
 * The example messages of data/protocol/examples/signaling, which the schema's own tests read too:
 * what a client may say is understood here, what it may not is refused with the code its name
 * bears, and the examples of what the server says have the members that it really sends.
 */

static json_t *
load(const char *name)
{
  g_autofree char *path = g_build_filename(g_getenv("BH_EXAMPLES"), name, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;
  json_t *value;

  g_file_get_contents(path, &text, &length, &error);
  g_assert_no_error(error);
  value = bh_json_parse(text, length, &error);
  g_assert_no_error(error);
  return value;
}

/* Says it in a session that has or has not joined; Returns: (nullable): the code of the error */
static char *
say(const json_t *message)
{
  BhSignalingServer *server = fake_server_new("hotel-sol", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "hub-1");
  FakeClient *other = fake_client_new(server, "hotel-sol");
  FakeClient *client = fake_client_new(server, "hotel-sol");
  g_autofree char *text = bh_json_to_text(message);
  g_autoptr(json_t) answer = NULL;
  char *code = NULL;

  fake_client_say(other, "{\"type\":\"join\",\"peerId\":\"till-1\"}");
  if (g_strcmp0(fake_get(message, "type"), "join") != 0) {
    fake_client_say(client, "{\"type\":\"join\",\"peerId\":\"till-2\"}");
    json_decref(fake_client_expect(client, "joined"));
    fake_client_say(other, "{\"type\":\"offer\",\"sdp\":\"v=0\",\"targetPeerId\":\"till-2\"}");
    fake_client_forget(client);
  }
  fake_client_say(client, text);
  answer = fake_client_take(client);
  if (answer != NULL && g_str_equal(fake_get(answer, "type"), "error"))
    code = g_strdup(fake_get(answer, "code"));
  fake_client_end(client);
  fake_client_end(other);
  fake_client_end(hub);
  fake_server_end(server);
  return code;
}

/* What has a meaning only after a challenge; test_paired_examples() looks at it. */
static gboolean
needs_challenge(const char *name)
{
  return g_str_equal(name, "client-proof.json") || g_str_equal(name, "client-sealed.json") ||
         g_str_has_prefix(name, "client-cloud-"); /* test-cloud.c looks at these */
}

static void
test_client_examples(void)
{
  g_autoptr(GDir) dir = g_dir_open(g_getenv("BH_EXAMPLES"), 0, NULL);
  const char *name;
  guint good = 0, bad = 0;

  g_assert_nonnull(dir);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *code = NULL;

    if ((!g_str_has_prefix(name, "client-") && !g_str_has_prefix(name, "bad-client-")) ||
        needs_challenge(name))
      continue;
    {
      g_autoptr(json_t) message = load(name);

      code = say(message);
    }
    if (g_str_has_prefix(name, "client-")) {
      g_assert_cmpstr(code, ==, NULL);
      good++;
    } else {
      g_assert_cmpstr(code, ==, "bad-message");
      bad++;
    }
  }
  g_assert_cmpuint(good, >=, 8);
  g_assert_cmpuint(bad, >=, 5);
}

/* Same members, same types; recursively, by the first element of arrays. */
static void
assert_same_shape(const json_t *said, json_t *example)
{
  const char *key;
  json_t *member;

  g_assert_cmpint(json_typeof(said), ==, json_typeof(example));
  if (json_is_array(said) && json_array_size(said) > 0 && json_array_size(example) > 0)
    assert_same_shape(json_array_get(said, 0), json_array_get(example, 0));
  if (!json_is_object(said))
    return;
  g_assert_cmpuint(json_object_size(said), ==, json_object_size(example));
  json_object_foreach(example, key, member)
  {
    g_assert_nonnull(json_object_get(said, key));
    if (!json_is_boolean(member))
      assert_same_shape(json_object_get(said, key), member);
  }
}

static void
assert_said(FakeClient *client, const char *name)
{
  g_autoptr(json_t) example = load(name);
  g_autoptr(json_t) said = fake_client_wait(client, fake_get(example, "type"));

  assert_same_shape(said, example);
}

static void
test_server_examples(void)
{
  BhSignalingServer *server = fake_server_new("hotel-sol", TRUE, BH_LIMIT_RESUME_SECONDS, 0);
  FakeClient *hub = fake_hub_new(server, "hub-1");
  FakeClient *a = fake_client_new(server, "hotel-sol");
  FakeClient *b = fake_client_new(server, "hotel-sol");
  FakeClient *c = fake_client_new(server, "hotel-sol");
  static const char join[] =
      "{\"type\":\"join\",\"name\":\"Till 1\",\"deviceId\":\"d\",\"peerId\":\"%s\"}";

  fake_client_say_format(a, join, "a");
  assert_said(a, "server-joined.json");
  assert_said(hub, "server-peer-joined.json");
  fake_client_say_format(b, join, "b");
  fake_client_say_format(c, join, "c");
  assert_said(a, "server-peers.json");
  fake_client_say(b, "{\"type\":\"offer\",\"sdp\":\"v=0\",\"targetPeerId\":\"a\"}");
  assert_said(a, "server-offer.json");
  fake_client_say(b, "{\"type\":\"answer\",\"sdp\":\"v=0\",\"targetPeerId\":\"a\"}");
  assert_said(a, "server-answer.json");
  fake_client_say(b, "{\"type\":\"ice-candidate\",\"candidate\":null,\"targetPeerId\":\"a\"}");
  assert_said(a, "server-ice-candidate-end.json");
  fake_client_say(b, "{\"type\":\"relay\",\"payload\":{\"type\":\"x\"},\"targetPeerId\":\"a\"}");
  assert_said(a, "server-relay.json");
  fake_client_say(a, "{\"type\":\"offer\",\"sdp\":\"v=0\",\"targetPeerId\":\"nobody\"}");
  assert_said(a, "server-error.json");
  fake_client_end(b);
  assert_said(a, "server-peer-left.json");
  fake_client_end(c);
  fake_client_end(a);
  fake_client_end(hub);
  fake_server_end(server);
}

/* How a paired device comes in: what it says has the shape of the examples, and what it is told. */
static void
test_paired_examples(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeClient *hub = fake_hub_new(house->server, "hub-1");
  FakeDevice *device = fake_device_new(house, BH_ROLE_KITCHEN, "Grill");
  g_autoptr(json_t) challenge = load("server-challenge.json");
  g_autoptr(json_t) sealed = load("server-sealed.json");
  g_autoptr(json_t) paired = load("server-joined-paired.json");
  g_autoptr(json_t) revoked = load("server-error-revoked.json");
  g_autoptr(json_t) joined = NULL;
  g_autoptr(json_t) error = NULL;

  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  assert_same_shape(device->challenge, challenge);
  fake_device_prove(device);
  assert_same_shape(g_queue_peek_head(&device->client->inbox), sealed);
  joined = fake_device_expect(device, "joined");
  assert_same_shape(joined, paired);
  bh_signaling_server_expel(house->server, device->device_id, BH_SIGNALING_ERROR_REVOKED,
                            "removed");
  error = fake_device_expect(device, "error");
  assert_same_shape(error, revoked);
  fake_device_free(device);
  fake_client_end(hub);
  fake_house_free(house);
}

/* Each is understood, in the place where it belongs: wrong here, and not malformed. */
static void
test_proof_examples(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *device = fake_device_new(house, BH_ROLE_KITCHEN, "Grill");
  g_autoptr(json_t) proof = load("client-proof.json");
  g_autoptr(json_t) sealed = load("client-sealed.json");
  g_autofree char *proof_text = bh_json_to_text(proof);
  g_autofree char *sealed_text = bh_json_to_text(sealed);

  fake_device_connect(device, &house->outside);
  fake_device_ask(device, TRUE, NULL);
  fake_device_take_challenge(device);
  fake_device_start_sealing(device);
  fake_client_say(device->client, proof_text);
  fake_device_expect_error(device, "unauthorized");

  fake_device_connect(device, &house->outside);
  json_decref(fake_device_join(device, NULL));
  fake_client_say(device->client, sealed_text);
  g_assert_cmpuint(device->client->close_code, ==, 1008);
  fake_device_free(device);
  fake_house_free(house);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/examples/client", test_client_examples);
  g_test_add_func("/examples/server", test_server_examples);
  g_test_add_func("/examples/paired", test_paired_examples);
  g_test_add_func("/examples/proof", test_proof_examples);
  return g_test_run();
}
