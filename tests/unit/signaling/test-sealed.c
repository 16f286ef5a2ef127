/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sealed session: what is not the next sealed frame closes it, and the caps hold for what is
 * inside.
 */
#include "fake-house.h"

#include <string.h>

typedef struct {
  FakeHouse *house;
  FakeDevice *anna, *ben;
} Fixture;

static void
fixture_set_up(Fixture *f)
{
  f->house = fake_house_new(FALSE);
  f->anna = fake_device_new(f->house, BH_ROLE_STAFF, "Anna");
  f->ben = fake_device_new(f->house, BH_ROLE_STAFF, "Ben");
  fake_device_connect(f->ben, &f->house->secure);
  json_decref(fake_device_join(f->ben, "\"peerId\":\"ben\""));
  fake_device_connect(f->anna, &f->house->outside);
  json_decref(fake_device_join(f->anna, "\"peerId\":\"anna\""));
  while (f->ben->client->inbox.length == 0) /* presence is gathered for a moment */
    g_main_context_iteration(NULL, TRUE);
  json_decref(fake_device_expect(f->ben, "peer-joined"));
}

static void
fixture_tear_down(Fixture *f)
{
  fake_device_free(f->anna);
  fake_device_free(f->ben);
  fake_house_free(f->house);
}

/* Says sealed @text, bent by @bend where it is given, @times times. */
static void
say_bent(FakeDevice *device, const char *text, void (*bend)(char *frame), guint times)
{
  g_autoptr(GBytes) frame = bh_frame_seal_seal(device->seal, text, strlen(text));
  g_autofree char *copy = g_strndup(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));

  if (bend != NULL)
    bend(copy);
  for (guint i = 0; i < times; i++)
    fake_client_say(device->client, copy);
}

static const char relay[] = "{\"type\":\"relay\",\"targetPeerId\":\"ben\",\"payload\":{\"n\":1}}";

static void
test_both_ways(void)
{
  Fixture f;
  g_autoptr(json_t) told = NULL;
  g_autoptr(json_t) back = NULL;

  fixture_set_up(&f);
  for (guint i = 0; i < 20; i++) {
    fake_device_say(f.anna, relay);
    g_clear_pointer(&told, json_decref);
    told = fake_device_expect(f.ben, "relay");
    g_assert_cmpstr(fake_get(told, "fromPeerId"), ==, "anna");
    fake_device_say(f.ben, "{\"type\":\"relay\",\"targetPeerId\":\"anna\",\"payload\":2}");
    g_clear_pointer(&back, json_decref);
    back = fake_device_expect(f.anna, "relay");
    g_assert_cmpstr(fake_get(back, "fromPeerId"), ==, "ben");
  }
  /* An error is sealed as well, and the session goes on. */
  fake_device_say(f.anna, "no JSON");
  fake_device_expect_error(f.anna, "bad-message");
  fake_device_say(f.anna, relay);
  fake_device_say(f.anna, "{\"type\":\"leave\"}");
  g_assert_cmpuint(f.anna->client->close_code, ==, 1000);
  fixture_tear_down(&f);
}

static void
bend_data(char *frame)
{
  char *data = strstr(frame, "\"data\":\"") + 12;

  *data = *data == 'A' ? 'B' : 'A';
}

static void
bend_count(char *frame)
{
  char *count = strstr(frame, "\"n\":") + 4;

  *count = *count == '9' ? '8' : '9';
}

static void
bend_type(char *frame)
{
  memcpy(strstr(frame, "sealed"), "relays", 6);
}

static void
assert_refused(Fixture *f)
{
  g_assert_cmpuint(f->anna->client->close_code, ==, 1008);
  fake_client_expect_nothing(f->ben->client);
  fake_device_say(f->anna, relay);
  fake_client_expect_nothing(f->ben->client);
  fixture_tear_down(f);
}

static void
test_not_the_next_frame(void)
{
  static void (*const bends[])(char *) = {bend_data, bend_count, bend_type};
  Fixture f;

  for (gsize i = 0; i < G_N_ELEMENTS(bends); i++) {
    fixture_set_up(&f);
    say_bent(f.anna, relay, bends[i], 1);
    assert_refused(&f);
  }
  /* Not sealed. */
  fixture_set_up(&f);
  fake_client_say(f.anna->client, relay);
  assert_refused(&f);
  /* Said twice: once it arrives. */
  fixture_set_up(&f);
  say_bent(f.anna, relay, NULL, 2);
  json_decref(fake_device_expect(f.ben, "relay"));
  assert_refused(&f);
  /* One left out. */
  fixture_set_up(&f);
  g_bytes_unref(bh_frame_seal_seal(f.anna->seal, "x", 1));
  fake_device_say(f.anna, relay);
  assert_refused(&f);
  /* What the server said, sent back. */
  fixture_set_up(&f);
  fake_device_say(f.ben, "{\"type\":\"relay\",\"targetPeerId\":\"anna\",\"payload\":2}");
  {
    g_autoptr(json_t) frame = fake_client_take(f.anna->client);
    g_autofree char *text = bh_json_to_text(frame);

    fake_client_say(f.anna->client, text);
  }
  assert_refused(&f);
}

/* What waits for the proof may still be said plainly; a wrong one is answered sealed. */
static void
test_before_the_proof(void)
{
  Fixture f;

  fixture_set_up(&f);
  fake_device_connect(f.anna, &f.house->outside);
  fake_device_ask(f.anna, TRUE, NULL);
  fake_device_take_challenge(f.anna);
  fake_client_say(f.anna->client, relay);
  fake_client_expect_error(f.anna->client, "not-joined", "relay");
  fake_device_prove(f.anna);
  json_decref(fake_device_expect(f.anna, "joined"));
  fixture_tear_down(&f);
}

/* Just the cap inside fits; one byte more does not. What is sealed around it does not count. */
static void
test_caps(void)
{
  BhLimitSet limits;
  g_autofree char *text = NULL;
  g_autofree char *padding = NULL;
  gsize cap;
  Fixture f;

  bh_limit_set_init(&limits);
  cap = bh_limit_set_get(&limits, BH_LIMIT_MESSAGE_BYTES);
  padding = g_strnfill(
      cap - strlen("{\"type\":\"relay\",\"targetPeerId\":\"ben\",\"payload\":\"\"}"), 'x');
  text =
      g_strdup_printf("{\"type\":\"relay\",\"targetPeerId\":\"ben\",\"payload\":\"%s\"}", padding);
  g_assert_cmpuint(strlen(text), ==, cap);

  fixture_set_up(&f);
  {
    g_autoptr(GBytes) frame = bh_frame_seal_seal(f.anna->seal, text, cap);

    g_assert_cmpuint(g_bytes_get_size(frame), <=, bh_frame_seal_get_frame_bytes(cap));
    bh_signaling_session_receive(f.anna->client->session, g_bytes_get_data(frame, NULL),
                                 g_bytes_get_size(frame));
  }
  json_decref(fake_device_expect(f.ben, "relay"));
  {
    g_autofree char *longer = g_strconcat(text, " ", NULL);

    fake_device_say(f.anna, longer);
  }
  fake_device_expect_error(f.anna, "too-large");
  g_assert_cmpuint(f.anna->client->close_code, ==, 1009);
  fixture_tear_down(&f);
}

/* A frame that was not looked at for its rate was opened all the same: the next one fits. */
static void
test_rate(void)
{
  Fixture f;
  guint limited = 0;

  fixture_set_up(&f);
  while (limited == 0) {
    fake_device_say(f.anna, relay);
    for (json_t *told; (told = fake_device_take(f.anna)) != NULL; json_decref(told))
      limited += g_strcmp0(fake_get(told, "code"), "rate-limited") == 0 ? 1 : 0;
    fake_client_forget(f.ben->client);
  }
  g_assert_cmpuint(f.anna->client->close_code, ==, 0);
  fake_device_say(f.anna, relay);
  g_assert_cmpuint(f.anna->client->close_code, ==, 0);
  fixture_tear_down(&f);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sealed/both-ways", test_both_ways);
  g_test_add_func("/sealed/not-the-next-frame", test_not_the_next_frame);
  g_test_add_func("/sealed/before-the-proof", test_before_the_proof);
  g_test_add_func("/sealed/caps", test_caps);
  g_test_add_func("/sealed/rate", test_rate);
  return g_test_run();
}
