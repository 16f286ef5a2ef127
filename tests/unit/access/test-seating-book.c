/* SPDX-License-Identifier: Apache-2.0 */
#include "book-fixture.h"

#include <string.h>

#include "base64url.h"

#define UNKNOWN_PLACE (-1 - BH_SEATING_ERROR_UNKNOWN_PLACE)
#define UNKNOWN_CODE  (-1 - BH_SEATING_ERROR_UNKNOWN_CODE)
#define ENDED         (-1 - BH_SEATING_ERROR_ENDED)
#define REFUSED       (-100 - BH_STORE_ERROR_FAILED)

static void
assert_seating(BookFixture *fixture, const char *place_id, const char *expected)
{
  g_autofree char *seating = book_seating(fixture, place_id);

  g_assert_cmpstr(seating, ==, expected);
}

static char *
get_seating_id(BookFixture *fixture, const BookGuest *guest)
{
  const BhGuestSession *session = bh_seating_book_find_session(fixture->seatings, guest->secret);

  g_assert_nonnull(session);
  return g_strdup(session->seating_id);
}

/* Tries the session again with the code that is printed; 0: it goes on. */
static int
come_back(BookFixture *fixture, const BookGuest *guest, const char *code)
{
  g_auto(BookGuest) again = {0};
  int result = book_begin(fixture, code, guest->secret, "10.9.9.9", &again);

  if (result == 0) {
    g_assert_cmpstr(again.guest_id, ==, guest->guest_id);
    g_assert_cmpstr(again.secret, ==, guest->secret);
    g_assert_cmpstr(again.state, ==, book_state(fixture, guest));
  }
  return result;
}

static void
test_guest_asks_and_staff_confirm(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *before = NULL, *after = NULL;
  g_auto(BookGuest) guest = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, " 7 ");
  book_fixture_assert_told(&fixture, " place");
  assert_seating(&fixture, table, "none");
  book_arrive(&fixture, table, &guest);
  g_assert_cmpstr(guest.state, ==, "waiting");
  g_assert_cmpstr(guest.place_id, ==, table);
  g_assert_true(g_str_has_prefix(guest.guest_id, "guest-"));
  assert_seating(&fixture, table, "none");
  book_fixture_assert_told(&fixture, "");

  g_assert_cmpstr(book_request(&fixture, &guest), ==, "requested");
  assert_seating(&fixture, table, "requested/1");
  book_fixture_assert_told(&fixture, " guest:requested place");
  before = get_seating_id(&fixture, &guest);
  g_assert_cmpstr(book_request(&fixture, &guest), ==, "requested");
  book_fixture_assert_told(&fixture, "");

  g_assert_cmpint(book_confirm(&fixture, table), ==, 0);
  assert_seating(&fixture, table, "open/1");
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "seated");
  book_fixture_assert_told(&fixture, " guest:seated place");
  after = get_seating_id(&fixture, &guest);
  g_assert_cmpstr(before, ==, after);
  /* Two waiters tap at once. */
  g_assert_cmpint(book_confirm(&fixture, table), ==, 0);
  g_assert_cmpint(book_open(&fixture, table), ==, 0);
  g_assert_cmpstr(book_request(&fixture, &guest), ==, "seated");
  book_fixture_assert_told(&fixture, "");
  book_fixture_clear(&fixture);
}

static void
test_staff_open_first(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *other = NULL, *one_seating = NULL, *two_seating = NULL;
  g_auto(BookGuest) early = {0}, one = {0}, two = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  other = book_add_place(&fixture, "8");
  g_assert_cmpint(book_confirm(&fixture, table), ==, -1 - BH_SEATING_ERROR_NOT_REQUESTED);
  book_arrive(&fixture, table, &early);
  g_assert_cmpint(book_open(&fixture, table), ==, 0);
  assert_seating(&fixture, table, "open/1");
  g_assert_cmpstr(book_state(&fixture, &early), ==, "seated");
  book_arrive(&fixture, table, &one);
  g_assert_cmpstr(one.state, ==, "seated");
  assert_seating(&fixture, table, "open/2");
  one_seating = get_seating_id(&fixture, &one);
  two_seating = get_seating_id(&fixture, &early);
  g_assert_cmpstr(one_seating, ==, two_seating);
  /* It is this table's alone. */
  book_arrive(&fixture, other, &two);
  g_assert_cmpstr(two.state, ==, "waiting");
  assert_seating(&fixture, other, "none");
  book_fixture_clear(&fixture);
}

static void
test_two_guests_at_one_table(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *one_seating = NULL, *two_seating = NULL;
  g_auto(BookGuest) one = {0}, two = {0}, silent = {0};
  GAsyncResult *results[2] = {NULL};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  book_arrive(&fixture, table, &one);
  book_arrive(&fixture, table, &two);
  book_arrive(&fixture, table, &silent);
  g_string_truncate(fixture.told, 0);
  /* Both before either is on the disk. */
  bh_seating_book_request_async(fixture.seatings, one.guest_id, fixture.now_ms,
                                book_fixture_take_result, &results[0]);
  bh_seating_book_request_async(fixture.seatings, two.guest_id, fixture.now_ms,
                                book_fixture_take_result, &results[1]);
  for (guint i = 0; i < 2; i++) {
    BhGuestState state = BH_GUEST_WAITING;

    g_assert_true(bh_seating_book_request_finish(fixture.seatings, book_fixture_wait(&results[i]),
                                                 &state, NULL));
    g_assert_cmpint(state, ==, BH_GUEST_REQUESTED);
    g_object_unref(results[i]);
  }
  assert_seating(&fixture, table, "requested/2");
  book_fixture_assert_told(&fixture, " guest:requested place guest:requested place");
  one_seating = get_seating_id(&fixture, &one);
  two_seating = get_seating_id(&fixture, &two);
  g_assert_cmpstr(one_seating, ==, two_seating);
  g_assert_cmpstr(book_state(&fixture, &silent), ==, "waiting");

  /* One tap seats the table, who has not asked too. */
  g_assert_cmpint(book_confirm(&fixture, table), ==, 0);
  assert_seating(&fixture, table, "open/3");
  g_assert_cmpstr(book_state(&fixture, &silent), ==, "seated");
  book_fixture_clear(&fixture);
}

/* The party that has gone and the one that comes share the paper and nothing else. */
static void
test_cleared_table_begins_anew(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *code = NULL, *code_after = NULL, *old_seating = NULL,
                  *new_seating = NULL;
  g_auto(BookGuest) seated = {0}, late = {0}, next = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  code = book_get_code(&fixture, table);
  book_arrive(&fixture, table, &seated);
  g_assert_cmpint(book_open(&fixture, table), ==, 0);
  book_arrive(&fixture, table, &late);
  old_seating = get_seating_id(&fixture, &seated);
  g_string_truncate(fixture.told, 0);
  g_assert_cmpint(book_clear(&fixture, table), ==, 0);
  book_fixture_assert_told(&fixture, " guest: guest: place");
  assert_seating(&fixture, table, "none");
  g_assert_cmpstr(book_state(&fixture, &seated), ==, "");
  g_assert_cmpstr(book_request(&fixture, &seated), ==, "");
  g_assert_cmpint(come_back(&fixture, &seated, code), ==, ENDED);
  g_assert_cmpint(come_back(&fixture, &late, code), ==, ENDED);

  code_after = book_get_code(&fixture, table);
  g_assert_cmpstr(code, ==, code_after);
  book_arrive(&fixture, table, &next);
  g_assert_cmpstr(next.state, ==, "waiting");
  g_assert_cmpstr(book_request(&fixture, &next), ==, "requested");
  g_assert_cmpint(book_confirm(&fixture, table), ==, 0);
  new_seating = get_seating_id(&fixture, &next);
  g_assert_cmpstr(old_seating, !=, new_seating);
  g_assert_cmpstr(next.guest_id, !=, seated.guest_id);
  /* Nor does a restart wake the old ones. */
  book_fixture_restart(&fixture);
  g_assert_cmpstr(book_state(&fixture, &seated), ==, "");
  g_assert_cmpint(come_back(&fixture, &seated, code), ==, ENDED);
  assert_seating(&fixture, table, "open/1");
  book_fixture_clear(&fixture);
}

/* Who only looked in, and walks off with the phone, is not seated with the next party. */
static void
test_clearing_ends_who_waits(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *code = NULL;
  g_auto(BookGuest) waiting = {0}, asking = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  code = book_get_code(&fixture, table);
  book_arrive(&fixture, table, &waiting);
  g_string_truncate(fixture.told, 0);
  g_assert_cmpint(book_clear(&fixture, table), ==, 0);
  book_fixture_assert_told(&fixture, " guest:");
  g_assert_cmpint(come_back(&fixture, &waiting, code), ==, ENDED);
  book_fixture_restart(&fixture);
  g_assert_cmpint(come_back(&fixture, &waiting, code), ==, ENDED);

  book_arrive(&fixture, table, &asking);
  book_request(&fixture, &asking);
  assert_seating(&fixture, table, "requested/1");
  g_assert_cmpint(book_clear(&fixture, table), ==, 0);
  assert_seating(&fixture, table, "none");
  g_assert_cmpstr(book_state(&fixture, &asking), ==, "");
  g_assert_cmpint(book_confirm(&fixture, table), ==, -1 - BH_SEATING_ERROR_NOT_REQUESTED);
  g_string_truncate(fixture.told, 0);
  g_assert_cmpint(book_clear(&fixture, table), ==, 0);
  book_fixture_assert_told(&fixture, "");
  book_fixture_clear(&fixture);
}

/* All on their way at once: clearing comes between a guest's ask and a waiter's confirmation. */
static void
test_clear_while_a_request_is_pending(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *code = NULL;
  g_auto(BookGuest) guest = {0};
  GAsyncResult *asked = NULL, *cleared = NULL, *confirmed = NULL, *again = NULL, *begun = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) ended = NULL;
  g_autoptr(json_t) answer = NULL;
  BhGuestState state;

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  code = book_get_code(&fixture, table);
  book_arrive(&fixture, table, &guest);
  g_string_truncate(fixture.told, 0);
  bh_seating_book_request_async(fixture.seatings, guest.guest_id, fixture.now_ms,
                                book_fixture_take_result, &asked);
  bh_seating_book_clear_async(fixture.seatings, table, book_fixture_take_result, &cleared);
  bh_seating_book_confirm_async(fixture.seatings, table, fixture.now_ms, book_fixture_take_result,
                                &confirmed);
  bh_seating_book_request_async(fixture.seatings, guest.guest_id, fixture.now_ms,
                                book_fixture_take_result, &again);
  bh_seating_book_begin_async(fixture.seatings, code, NULL, "10.0.0.9", fixture.now_ms, 0,
                              book_fixture_take_result, &begun);
  answer = bh_seating_book_begin_finish(fixture.seatings, book_fixture_wait(&begun), NULL);
  g_assert_cmpstr(json_string_value(json_object_get(answer, "state")), ==, "waiting");
  g_assert_true(bh_seating_book_request_finish(fixture.seatings, asked, &state, NULL));
  g_assert_true(bh_seating_book_change_finish(fixture.seatings, cleared, NULL));
  g_assert_false(bh_seating_book_change_finish(fixture.seatings, confirmed, &error));
  g_assert_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_NOT_REQUESTED);
  g_assert_false(bh_seating_book_request_finish(fixture.seatings, again, &state, &ended));
  g_assert_error(ended, BH_SEATING_ERROR, BH_SEATING_ERROR_ENDED);
  book_fixture_assert_told(&fixture, " guest:requested place guest: place");
  assert_seating(&fixture, table, "none");
  g_object_unref(asked);
  g_object_unref(cleared);
  g_object_unref(confirmed);
  g_object_unref(again);
  g_object_unref(begun);
  book_fixture_clear(&fixture);
}

static void
test_sessions_survive_a_restart(void)
{
  BookFixture fixture;
  g_autofree char *room = NULL, *table = NULL, *code = NULL, *code_after = NULL, *before = NULL,
                  *after = NULL;
  g_autoptr(json_t) places = NULL;
  g_autoptr(json_t) places_after = NULL;
  g_auto(BookGuest) seated = {0}, asking = {0}, waiting = {0};

  book_fixture_init(&fixture);
  g_assert_cmpint(book_add_place_as(&fixture, "room", "Zimmer 12", &room), ==, 0);
  table = book_add_place(&fixture, "7");
  code = book_get_code(&fixture, table);
  book_arrive(&fixture, room, &seated);
  g_assert_cmpint(book_open(&fixture, room), ==, 0);
  book_arrive(&fixture, table, &asking);
  book_request(&fixture, &asking);
  book_arrive(&fixture, table, &waiting);
  before = get_seating_id(&fixture, &asking);
  places = bh_seating_book_describe_places(fixture.seatings);
  book_fixture_restart(&fixture);
  g_assert_cmpstr(book_state(&fixture, &seated), ==, "seated");
  g_assert_cmpstr(book_state(&fixture, &asking), ==, "requested");
  g_assert_cmpstr(book_state(&fixture, &waiting), ==, "waiting");
  g_assert_cmpint(come_back(&fixture, &asking, code), ==, 0);
  after = get_seating_id(&fixture, &asking);
  g_assert_cmpstr(before, ==, after);
  places_after = bh_seating_book_describe_places(fixture.seatings);
  g_assert_true(json_equal(places, places_after));
  code_after = book_get_code(&fixture, table);
  g_assert_cmpstr(code, ==, code_after);
  g_assert_cmpint(book_confirm(&fixture, table), ==, 0);
  assert_seating(&fixture, table, "open/2");
  book_fixture_clear(&fixture);
}

static void
test_renewed_code(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *old_code = NULL, *new_code = NULL;
  g_auto(BookGuest) asking = {0}, waiting = {0}, newcomer = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  old_code = book_get_code(&fixture, table);
  book_arrive(&fixture, table, &asking);
  book_request(&fixture, &asking);
  book_arrive(&fixture, table, &waiting);
  g_string_truncate(fixture.told, 0);
  g_assert_cmpint(book_renew_place(&fixture, table), ==, 0);
  book_fixture_assert_told(&fixture, " guest: place");
  new_code = book_get_code(&fixture, table);
  g_assert_cmpstr(old_code, !=, new_code);
  g_assert_cmpint(book_begin(&fixture, old_code, NULL, "10.0.0.1", &newcomer), ==, UNKNOWN_CODE);
  g_assert_cmpint(book_begin(&fixture, new_code, NULL, "10.0.0.1", &newcomer), ==, 0);
  /* Who came by the old paper and waits is out; who has asked stays, with the old paper too. */
  g_assert_cmpint(come_back(&fixture, &waiting, old_code), ==, ENDED);
  g_assert_cmpint(come_back(&fixture, &asking, old_code), ==, 0);
  g_assert_cmpint(come_back(&fixture, &asking, new_code), ==, 0);
  book_fixture_restart(&fixture);
  g_assert_cmpint(book_begin(&fixture, old_code, NULL, "10.0.0.1", &newcomer), ==, UNKNOWN_CODE);
  g_assert_cmpint(come_back(&fixture, &asking, old_code), ==, 0);
  g_assert_cmpint(come_back(&fixture, &waiting, old_code), ==, ENDED);
  /* Once that party has gone, the old paper is worth nothing to it. */
  g_assert_cmpint(book_clear(&fixture, table), ==, 0);
  g_assert_cmpint(come_back(&fixture, &asking, old_code), ==, ENDED);
  book_fixture_clear(&fixture);
}

static void
test_guest_at_another_table(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *other = NULL, *other_code = NULL;
  g_auto(BookGuest) guest = {0}, moved = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  other = book_add_place(&fixture, "8");
  other_code = book_get_code(&fixture, other);
  book_arrive(&fixture, table, &guest);
  g_assert_cmpint(book_open(&fixture, table), ==, 0);
  g_assert_cmpint(book_begin(&fixture, other_code, guest.secret, "10.0.0.1", &moved), ==, 0);
  g_assert_cmpstr(moved.secret, !=, guest.secret);
  g_assert_cmpstr(moved.place_id, ==, other);
  g_assert_cmpstr(moved.state, ==, "waiting");
  /* Clearing one table does not touch the other. */
  g_assert_cmpint(book_clear(&fixture, other), ==, 0);
  g_assert_cmpstr(book_state(&fixture, &moved), ==, "");
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "seated");
  book_fixture_clear(&fixture);
}

static void
test_removed_place(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *other = NULL, *code = NULL, *rows = NULL;
  g_auto(BookGuest) guest = {0}, newcomer = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  other = book_add_place(&fixture, "8");
  code = book_get_code(&fixture, table);
  g_assert_cmpint(book_open(&fixture, table), ==, 0);
  book_arrive(&fixture, table, &guest);
  g_string_truncate(fixture.told, 0);
  g_assert_cmpint(book_remove_place(&fixture, table), ==, 0);
  book_fixture_assert_told(&fixture, " guest: place");
  g_assert_cmpint(come_back(&fixture, &guest, code), ==, ENDED);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.1", &newcomer), ==, UNKNOWN_CODE);
  g_assert_cmpint(book_open(&fixture, table), ==, UNKNOWN_PLACE);
  g_assert_cmpint(book_confirm(&fixture, table), ==, UNKNOWN_PLACE);
  g_assert_cmpint(book_clear(&fixture, NULL), ==, UNKNOWN_PLACE);
  g_assert_cmpint(book_remove_place(&fixture, table), ==, UNKNOWN_PLACE);
  g_assert_cmpint(book_renew_place(&fixture, ""), ==, UNKNOWN_PLACE);
  book_fixture_restart(&fixture);
  assert_seating(&fixture, other, "none");
  rows = book_fixture_query(&fixture, "SELECT (SELECT count(*) FROM seating) || '/' ||"
                                      " (SELECT count(*) FROM guest_session)");
  g_assert_cmpstr(rows, ==, "0/0");
  book_fixture_clear(&fixture);
}

/* What could not be kept has not happened, and nobody was told of it. */
static void
test_store_that_refuses(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *open_table = NULL, *code = NULL, *code_after = NULL;
  g_auto(BookGuest) guest = {0}, seated = {0}, newcomer = {0};
  GAsyncResult *asked = NULL;
  g_autoptr(GError) error = NULL;
  BhGuestState state;
  char *none = NULL;

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  open_table = book_add_place(&fixture, "8");
  g_assert_cmpint(book_open(&fixture, open_table), ==, 0);
  book_arrive(&fixture, open_table, &seated);
  book_arrive(&fixture, table, &guest);
  code = book_get_code(&fixture, table);
  g_string_truncate(fixture.told, 0);
  book_fixture_refuse(&fixture, TRUE);
  g_assert_cmpint(book_add_place_as(&fixture, "table", "9", &none), ==, REFUSED);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.1", &newcomer), ==, REFUSED);
  bh_seating_book_request_async(fixture.seatings, guest.guest_id, fixture.now_ms,
                                book_fixture_take_result, &asked);
  g_assert_false(
      bh_seating_book_request_finish(fixture.seatings, book_fixture_wait(&asked), &state, &error));
  g_clear_object(&asked);
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FAILED);
  g_assert_cmpint(book_open(&fixture, table), ==, REFUSED);
  g_assert_cmpint(book_renew_place(&fixture, table), ==, REFUSED);
  g_assert_cmpint(book_clear(&fixture, open_table), ==, REFUSED);
  g_assert_cmpint(book_remove_place(&fixture, open_table), ==, REFUSED);
  book_fixture_assert_told(&fixture, "");
  assert_seating(&fixture, table, "none");
  assert_seating(&fixture, open_table, "open/1");
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "waiting");
  /* What needs no disk goes on. */
  g_assert_cmpint(come_back(&fixture, &guest, code), ==, 0);
  code_after = book_get_code(&fixture, table);
  g_assert_cmpstr(code, ==, code_after);
  book_fixture_refuse(&fixture, FALSE);
  g_assert_cmpstr(book_request(&fixture, &guest), ==, "requested");
  book_fixture_restart(&fixture);
  assert_seating(&fixture, table, "requested/1");
  book_fixture_clear(&fixture);
}

static void
test_stolen_database_gives_no_session(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *hash = NULL;
  g_auto(BookGuest) guest = {0};
  guint8 secret[BH_GUEST_SECRET_BYTES], hash_bytes[BH_GUEST_SECRET_HASH_BYTES];
  g_autofree char *hash_text = NULL;

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  book_arrive(&fixture, table, &guest);
  g_assert_true(bh_base64url_decode_exact(guest.secret, secret, sizeof secret));
  g_assert_true(book_fixture_disk_has(&fixture, guest.guest_id, strlen(guest.guest_id)));
  g_assert_false(book_fixture_disk_has(&fixture, secret, sizeof secret));
  g_assert_false(book_fixture_disk_has(&fixture, guest.secret, strlen(guest.secret)));
  memcpy(hash_bytes, bh_seating_book_find_session(fixture.seatings, guest.secret)->secret_hash,
         sizeof hash_bytes);
  hash_text = bh_base64url_encode(hash_bytes, sizeof hash_bytes);
  g_assert_null(bh_seating_book_find_session(fixture.seatings, hash_text));
  hash = bh_base64url_encode(hash_bytes, BH_GUEST_SECRET_BYTES);
  g_assert_null(bh_seating_book_find_session(fixture.seatings, hash));
  g_assert_null(bh_seating_book_find_session(fixture.seatings, guest.guest_id));
  g_assert_null(bh_seating_book_find_session(fixture.seatings, NULL));
  g_assert_null(bh_seating_book_find_session(fixture.seatings, ""));
  book_fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/seating-book/guest-asks-and-staff-confirm", test_guest_asks_and_staff_confirm);
  g_test_add_func("/seating-book/staff-open-first", test_staff_open_first);
  g_test_add_func("/seating-book/two-guests-at-one-table", test_two_guests_at_one_table);
  g_test_add_func("/seating-book/cleared-table-begins-anew", test_cleared_table_begins_anew);
  g_test_add_func("/seating-book/clearing-ends-who-waits", test_clearing_ends_who_waits);
  g_test_add_func("/seating-book/clear-while-a-request-is-pending",
                  test_clear_while_a_request_is_pending);
  g_test_add_func("/seating-book/sessions-survive-a-restart", test_sessions_survive_a_restart);
  g_test_add_func("/seating-book/renewed-code", test_renewed_code);
  g_test_add_func("/seating-book/guest-at-another-table", test_guest_at_another_table);
  g_test_add_func("/seating-book/removed-place", test_removed_place);
  g_test_add_func("/seating-book/store-that-refuses", test_store_that_refuses);
  g_test_add_func("/seating-book/stolen-database-gives-no-session",
                  test_stolen_database_gives_no_session);
  return g_test_run();
}
