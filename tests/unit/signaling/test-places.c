/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose a place is: taken back, taken meanwhile, and given up at once by whoever is expelled.
 */
#include "fake-house.h"

#include <string.h>

#include "guest-places.h"
#include "seating-book.h"

/* --- taken back --- */

static void
test_resume(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *anna = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  FakeDevice *thief = fake_device_new(house, BH_ROLE_STAFF, "Thief");
  g_autoptr(json_t) joined = NULL;
  g_autofree char *member = NULL;

  fake_device_connect(anna, &house->outside);
  joined = fake_device_join(anna, "\"peerId\":\"anna\"");
  member = g_strdup_printf("\"resume\":\"%s\"", fake_get(joined, "resume"));

  /* Paired, with the secret: it is not his place. */
  fake_device_connect(thief, &house->outside);
  json_decref(joined);
  joined = fake_device_join(thief, member);
  g_assert_cmpstr(fake_get(joined, "peerId"), !=, "anna");
  g_assert_true(json_is_false(json_object_get(joined, "resumed")));
  g_assert_cmpuint(anna->client->close_code, ==, 0);

  /* Under her name, without her key: her connection stays. */
  {
    g_free(thief->device_id);
    thief->device_id = g_strdup(anna->device_id);
    fake_device_connect(thief, &house->outside);
    fake_device_ask(thief, TRUE, member);
    fake_device_take_challenge(thief);
    g_assert_cmpstr(thief->peer_id, ==, "anna");
    fake_device_prove(thief);
    fake_device_expect_error(thief, "unauthorized");
    g_assert_cmpuint(anna->client->close_code, ==, 0);
  }

  /* Herself: with other keys than before. */
  {
    FakeClient *before = g_steal_pointer(&anna->client);

    fake_device_connect(anna, &house->outside);
    json_decref(joined);
    joined = fake_device_join(anna, member);
    g_assert_cmpstr(fake_get(joined, "peerId"), ==, "anna");
    g_assert_true(json_is_true(json_object_get(joined, "resumed")));
    g_assert_cmpuint(before->close_code, ==, 1000);
    fake_client_end(before);
  }
  fake_device_free(anna);
  fake_device_free(thief);
  fake_house_free(house);
}

/* On an open server others come in by their word; the secret alone does not make them her. */
static void
test_resume_by_word(void)
{
  FakeHouse *house = fake_house_new(TRUE);
  FakeDevice *anna = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  g_autoptr(json_t) joined = NULL;
  g_autoptr(json_t) bare = NULL;
  g_autofree char *member = NULL;
  FakeClient *client;

  fake_device_connect(anna, &house->outside);
  joined = fake_device_join(anna, "\"peerId\":\"anna\"");
  member = g_strdup_printf("\"resume\":\"%s\",\"deviceId\":\"%s\"", fake_get(joined, "resume"),
                           anna->device_id);
  client = fake_client_join(house->server, "x", member);
  bare = fake_client_expect(client, "joined");
  g_assert_cmpstr(fake_get(bare, "peerId"), ==, "x");
  g_assert_null(json_object_get(bare, "membership"));
  g_assert_false(bh_signaling_server_is_proved(house->server, "hotel", "x"));
  g_assert_cmpuint(anna->client->close_code, ==, 0);
  fake_client_end(client);
  fake_device_free(anna);
  fake_house_free(house);
}

/* Two challenges for one peerId: the second to prove itself joins again. */
static void
test_peer_id_taken_meanwhile(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *a = fake_device_new(house, BH_ROLE_STAFF, "A");
  FakeDevice *b = fake_device_new(house, BH_ROLE_STAFF, "B");

  fake_device_connect(a, &house->outside);
  fake_device_connect(b, &house->outside);
  fake_device_ask(a, TRUE, "\"peerId\":\"same\"");
  fake_device_ask(b, TRUE, "\"peerId\":\"same\"");
  fake_device_take_challenge(a);
  fake_device_take_challenge(b);
  fake_device_prove(a);
  json_decref(fake_device_expect(a, "joined"));
  fake_device_prove(b);
  fake_device_expect_error(b, "rate-limited");
  g_assert_cmpuint(b->client->close_code, ==, 1013);
  g_assert_false(bh_signaling_session_has_joined(b->client->session));
  fake_device_free(a);
  fake_device_free(b);
  fake_house_free(house);
}

/* --- expelled --- */

static void
test_expel(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeClient *hub = fake_hub_new(house->server, "the-hub");
  FakeDevice *anna = fake_device_new(house, BH_ROLE_STAFF, "Anna");
  FakeDevice *other = fake_device_new(house, BH_ROLE_STAFF, "Other");
  FakeClient *second_tab;
  BhFrameSeal *second_seal;
  g_autoptr(json_t) joined = NULL;
  g_autofree char *member = NULL;
  guint left = 0;

  fake_device_connect(other, &house->outside);
  json_decref(fake_device_join(other, NULL));
  /* One tab here, one away, and one more here. */
  fake_device_connect(anna, &house->outside);
  json_decref(fake_device_join(anna, NULL));
  fake_device_connect(anna, &house->outside);
  joined = fake_device_join(anna, NULL);
  member = g_strdup_printf("\"resume\":\"%s\"", fake_get(joined, "resume"));
  second_tab = g_steal_pointer(&anna->client);
  second_seal = g_steal_pointer(&anna->seal);
  fake_device_connect(anna, &house->outside);
  json_decref(fake_device_join(anna, NULL));
  fake_client_forget(hub);
  fake_client_forget(anna->client);
  fake_client_forget(second_tab);

  bh_signaling_server_expel(house->server, anna->device_id, BH_SIGNALING_ERROR_REVOKED, "removed");
  g_assert_cmpuint(anna->client->close_code, ==, 4001);
  g_assert_cmpstr(anna->client->close_reason, ==, "revoked");
  g_assert_cmpuint(second_tab->close_code, ==, 4001);
  g_assert_cmpuint(anna->client->inbox.length, ==, 1);
  g_assert_cmpuint(other->client->close_code, ==, 0);
  for (json_t *told; (told = fake_client_take(hub)) != NULL; json_decref(told))
    left += g_str_equal(fake_get(told, "type"), "peer-left") ? 1 : 0;
  g_assert_cmpuint(left, ==, 3);
  bh_signaling_server_expel(house->server, anna->device_id, BH_SIGNALING_ERROR_REVOKED, "removed");

  /* No place was kept; a device whose role changed comes in again, to a new one. */
  fake_client_end(second_tab);
  bh_frame_seal_free(second_seal);
  fake_device_connect(anna, &house->outside);
  json_decref(joined);
  joined = fake_device_join(anna, member);
  g_assert_true(json_is_false(json_object_get(joined, "resumed")));
  fake_device_free(anna);
  fake_device_free(other);
  fake_client_end(hub);
  fake_house_free(house);
}

/* The last of a room: expelling it takes the room along. */
static void
test_expel_last(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  FakeDevice *anna = fake_device_new(house, BH_ROLE_STAFF, "Anna");

  fake_device_connect(anna, &house->outside);
  json_decref(fake_device_join(anna, NULL));
  bh_signaling_server_expel(house->server, anna->device_id, BH_SIGNALING_ERROR_ROLE_CHANGED,
                            "another role");
  fake_device_expect_error(anna, "role-changed");
  g_assert_cmpuint(anna->client->close_code, ==, 4001);

  /* Only its place is left. */
  fake_device_connect(anna, &house->outside);
  json_decref(fake_device_join(anna, NULL));
  fake_device_connect(anna, &house->outside);
  bh_signaling_server_expel(house->server, anna->device_id, BH_SIGNALING_ERROR_REVOKED, "removed");
  bh_signaling_server_expel(house->server, "nobody", BH_SIGNALING_ERROR_REVOKED, "removed");
  fake_device_free(anna);
  fake_house_free(house);
}

/* --- guests --- */

typedef struct {
  gboolean done;
  char *text; /* what came of it */
} Outcome;

static void
wait_for(Outcome *outcome)
{
  while (!outcome->done)
    g_main_context_iteration(NULL, TRUE);
  outcome->done = FALSE;
}

static void
add_place_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->text = bh_seating_book_add_place_finish(BH_SEATING_BOOK(source), result, NULL);
  outcome->done = TRUE;
}

static void
begin_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;
  g_autoptr(json_t) session = bh_seating_book_begin_finish(BH_SEATING_BOOK(source), result, NULL);

  outcome->text = g_strdup(fake_get(session, "session"));
  outcome->done = TRUE;
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  g_assert_true(bh_seating_book_change_finish(BH_SEATING_BOOK(source), result, NULL));
  outcome->done = TRUE;
}

/* Returns: (transfer full): the secret of a new session at the only place */
static char *
add_table(BhSeatingBook *book)
{
  Outcome outcome = {FALSE, NULL};

  bh_seating_book_add_place_async(book, "table", "7", g_get_real_time() / 1000, add_place_cb,
                                  &outcome);
  wait_for(&outcome);
  return outcome.text;
}

static char *
begin_session(BhSeatingBook *book)
{
  g_autoptr(json_t) codes = bh_seating_book_describe_codes(book);
  const json_t *first = json_array_get(json_object_get(codes, "codes"), 0);
  Outcome outcome = {FALSE, NULL};

  bh_seating_book_begin_async(book, fake_get(first, "code"), NULL, "192.168.1.9",
                              g_get_real_time() / 1000, g_get_monotonic_time() / 1000, begin_cb,
                              &outcome);
  wait_for(&outcome);
  g_assert_nonnull(outcome.text);
  return outcome.text;
}

static FakeClient *
join_as_guest(FakeHouse *house, const char *secret, const char *more, const char *address)
{
  const BhRemote remote = {.address = (char *)address};
  FakeClient *client = fake_client_new_from(house->server, &remote);

  fake_client_say_format(client, "{\"type\":\"join\",\"role\":\"guest\",\"guest\":\"%s\"%s}",
                         secret, more);
  return client;
}

static void
open_to_guests(FakeHouse *house, BhAddressSet *networks, BhSeatingBook *book)
{
  bh_address_set_add(networks, "192.168.0.0/16", NULL);
  house->gate.networks = networks;
  house->gate.seatings = book;
}

static void
test_guest(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  g_autoptr(BhAddressSet) networks = bh_address_set_new();
  g_autoptr(BhSeatingBook) book = bh_seating_book_new(house->store);
  FakeClient *hub = fake_hub_new(house->server, "the-hub");
  Outcome outcome = {FALSE, NULL};
  g_autofree char *place_id = NULL, *secret = NULL, *other_secret = NULL, *member = NULL;
  g_autofree char *device_id = NULL;
  g_autoptr(json_t) joined = NULL;
  FakeClient *guest, *other;

  open_to_guests(house, networks, book);
  place_id = add_table(book);
  secret = begin_session(book);
  other_secret = begin_session(book);

  guest = join_as_guest(house, secret, "", "203.0.113.7");
  fake_client_expect_error(guest, "forbidden", "join");
  fake_client_end(guest);
  guest = join_as_guest(house, "nothing", "", "192.168.1.9");
  fake_client_expect_error(guest, "seating-ended", "join");
  fake_client_end(guest);

  /* Who it is, the session says, and not the join. */
  guest = join_as_guest(house, secret, ",\"deviceId\":\"d\",\"name\":\"Boss\",\"peerId\":\"g\"",
                        "192.168.1.9");
  joined = fake_client_expect(guest, "joined");
  g_assert_cmpstr(fake_get(joined, "role"), ==, "guest");
  g_assert_cmpstr(fake_get(joined, "peerId"), ==, "g");
  g_assert_null(json_object_get(joined, "membership"));
  device_id = g_strdup(bh_seating_book_find_session(book, secret)->guest_device_id);
  {
    g_autoptr(json_t) told = fake_client_expect(hub, "peer-joined");
    const json_t *card = json_object_get(told, "peer");

    g_assert_cmpstr(fake_get(card, "deviceId"), ==, device_id);
    g_assert_null(json_object_get(card, "name"));
  }

  /* Its place is for the same session only. */
  member = g_strdup_printf(",\"resume\":\"%s\"", fake_get(joined, "resume"));
  other = join_as_guest(house, other_secret, member, "192.168.1.8");
  json_decref(joined);
  joined = fake_client_expect(other, "joined");
  g_assert_cmpstr(fake_get(joined, "peerId"), !=, "g");
  g_assert_cmpuint(guest->close_code, ==, 0);
  fake_client_end(other);
  fake_client_end(guest);
  guest = join_as_guest(house, secret, member, "192.168.1.9");
  json_decref(joined);
  joined = fake_client_expect(guest, "joined");
  g_assert_cmpstr(fake_get(joined, "peerId"), ==, "g");

  /* The table is cleared. */
  bh_seating_book_clear_async(book, place_id, change_cb, &outcome);
  wait_for(&outcome);
  fake_client_forget(guest);
  bh_signaling_server_expel(house->server, device_id, BH_SIGNALING_ERROR_SEATING_ENDED, "cleared");
  fake_client_expect_error(guest, "seating-ended", NULL);
  g_assert_cmpuint(guest->close_code, ==, 4001);
  fake_client_end(guest);
  guest = join_as_guest(house, secret, "", "192.168.1.9");
  fake_client_expect_error(guest, "seating-ended", "join");
  fake_client_end(guest);
  fake_client_end(hub);
  bh_seating_book_close(book);
  fake_house_free(house);
}

/* Returns: (transfer full): who has left, by what the hub is told; NULL: nobody */
static char *
take_left(FakeClient *hub)
{
  char *left = NULL;
  json_t *told;

  while ((told = fake_client_take(hub)) != NULL) {
    if (g_str_equal(fake_get(told, "type"), "peer-left")) {
      g_assert_null(left);
      left = g_strdup(fake_get(json_object_get(told, "peer"), "peerId"));
    }
    json_decref(told);
  }
  return left;
}

static FakeClient *
open_page(FakeHouse *house, const char *secret, guint number)
{
  g_autofree char *more = g_strdup_printf(",\"peerId\":\"page-%u\"", number);
  FakeClient *page = join_as_guest(house, secret, more, "192.168.1.9");

  json_decref(fake_client_expect(page, "joined"));
  return page;
}

/* One visit's pages: the next takes the place of one that is gone, else of the oldest. */
static void
test_guest_pages(void)
{
  FakeHouse *house = fake_house_new(FALSE);
  g_autoptr(BhAddressSet) networks = bh_address_set_new();
  g_autoptr(BhSeatingBook) book = bh_seating_book_new(house->store);
  FakeClient *hub = fake_hub_new(house->server, "the-hub");
  g_autofree char *place_id = NULL, *secret = NULL, *other_secret = NULL, *left = NULL;
  FakeClient *pages[BH_GUEST_MAX_PLACES + 2], *other;

  open_to_guests(house, networks, book);
  place_id = add_table(book);
  secret = begin_session(book);
  other_secret = begin_session(book);
  other = open_page(house, other_secret, 100);
  for (guint i = 0; i < BH_GUEST_MAX_PLACES; i++)
    pages[i] = open_page(house, secret, i);

  fake_client_end(g_steal_pointer(&pages[5]));
  fake_client_end(g_steal_pointer(&pages[3]));
  g_assert_null(take_left(hub)); /* both may come back */
  pages[BH_GUEST_MAX_PLACES] = open_page(house, secret, BH_GUEST_MAX_PLACES);
  left = take_left(hub);
  g_assert_cmpstr(left, ==, "page-5");
  pages[5] = open_page(house, secret, 5);
  g_free(left);
  left = take_left(hub);
  g_assert_cmpstr(left, ==, "page-3");
  g_assert_cmpuint(pages[0]->close_code, ==, 0);

  pages[BH_GUEST_MAX_PLACES + 1] = open_page(house, secret, BH_GUEST_MAX_PLACES + 1);
  g_free(left);
  left = take_left(hub);
  g_assert_cmpstr(left, ==, "page-0");
  g_assert_cmpuint(pages[0]->close_code, ==, 1008);
  fake_client_say(pages[0], "{\"type\":\"relay\",\"payload\":1,\"targetPeerId\":\"the-hub\"}");
  fake_client_expect_nothing(hub);
  for (guint i = 0; i < G_N_ELEMENTS(pages); i++)
    if (pages[i] != NULL) {
      g_assert_cmpuint(pages[i]->close_code, ==, i == 0 ? 1008 : 0);
      fake_client_end(pages[i]);
    }
  g_assert_cmpuint(other->close_code, ==, 0);
  fake_client_end(other);
  fake_client_end(hub);
  bh_seating_book_close(book);
  fake_house_free(house);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/places/resume", test_resume);
  g_test_add_func("/places/resume-by-word", test_resume_by_word);
  g_test_add_func("/places/peer-id-taken-meanwhile", test_peer_id_taken_meanwhile);
  g_test_add_func("/places/expel", test_expel);
  g_test_add_func("/places/expel-last", test_expel_last);
  g_test_add_func("/places/guest", test_guest);
  g_test_add_func("/places/guest-pages", test_guest_pages);
  return g_test_run();
}
