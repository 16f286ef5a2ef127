/* SPDX-License-Identifier: Apache-2.0 */
#include "book-fixture.h"

#define ENDED (-1 - BH_SEATING_ERROR_ENDED)
#define FULL  (-1 - BH_SEATING_ERROR_FULL)
#define RATE  (-1 - BH_SEATING_ERROR_RATE)

static void
assert_seating(BookFixture *fixture, const char *place_id, const char *expected)
{
  g_autofree char *seating = book_seating(fixture, place_id);

  g_assert_cmpstr(seating, ==, expected);
}

static void
test_waiting_ends_with_time(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *other = NULL, *open_table = NULL;
  g_auto(BookGuest) waiting = {0}, asking = {0}, joining = {0}, seated = {0}, lonely = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  other = book_add_place(&fixture, "8");
  open_table = book_add_place(&fixture, "9");
  book_arrive(&fixture, open_table, &seated);
  g_assert_cmpint(book_open(&fixture, open_table), ==, 0);
  book_arrive(&fixture, table, &waiting);
  book_arrive(&fixture, table, &asking);
  book_request(&fixture, &asking);
  book_arrive(&fixture, other, &lonely);
  book_request(&fixture, &lonely);
  fixture.now_ms += BOOK_HOUR_MS;
  book_arrive(&fixture, table, &joining);
  book_request(&fixture, &joining);
  assert_seating(&fixture, table, "requested/2");
  fixture.now_ms += 3 * BOOK_HOUR_MS;
  g_string_truncate(fixture.told, 0);
  book_expire(&fixture);
  book_fixture_assert_told(&fixture, "");

  fixture.now_ms += 1;
  book_expire(&fixture);
  g_assert_cmpstr(book_state(&fixture, &waiting), ==, "");
  g_assert_cmpstr(book_state(&fixture, &asking), ==, "");
  g_assert_cmpstr(book_state(&fixture, &joining), ==, "requested");
  g_assert_cmpstr(book_state(&fixture, &lonely), ==, "");
  /* A request that nobody is behind any more is none; who sits stays for days. */
  assert_seating(&fixture, table, "requested/1");
  assert_seating(&fixture, other, "none");
  g_assert_cmpstr(book_request(&fixture, &lonely), ==, "");
  book_fixture_assert_told(&fixture, " guest: guest: guest: place place");
  fixture.now_ms += 200 * BOOK_HOUR_MS;
  book_expire(&fixture);
  assert_seating(&fixture, table, "none");
  assert_seating(&fixture, open_table, "open/1");
  g_assert_cmpstr(book_state(&fixture, &seated), ==, "seated");
  book_fixture_clear(&fixture);
}

/* Nor is anyone of yesterday seated because the hub was off meanwhile. */
static void
test_time_passes_while_the_hub_is_off(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *rows = NULL;
  g_auto(BookGuest) asking = {0}, next = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  book_arrive(&fixture, table, &asking);
  book_request(&fixture, &asking);
  fixture.now_ms += 12 * BOOK_HOUR_MS;
  book_fixture_restart(&fixture);
  g_assert_cmpint(book_confirm(&fixture, table), ==, -1 - BH_SEATING_ERROR_NOT_REQUESTED);
  g_assert_cmpint(book_open(&fixture, table), ==, 0);
  g_assert_cmpstr(book_state(&fixture, &asking), ==, "");
  assert_seating(&fixture, table, "open/0");
  rows = book_fixture_query(&fixture, "SELECT count(*) FROM guest_session");
  g_assert_cmpstr(rows, ==, "0");
  book_arrive(&fixture, table, &next);
  g_assert_cmpstr(next.state, ==, "seated");
  book_fixture_clear(&fixture);
}

static void
test_expiry_that_cannot_be_kept_is_tried_again(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL;
  g_auto(BookGuest) guest = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  book_arrive(&fixture, table, &guest);
  fixture.now_ms += 5 * BOOK_HOUR_MS;
  book_fixture_refuse(&fixture, TRUE);
  book_expire(&fixture);
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "waiting");
  book_fixture_refuse(&fixture, FALSE);
  book_expire(&fixture);
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "");
  book_fixture_clear(&fixture);
}

static void
set_clock(BookFixture *fixture, gint64 later_ms)
{
  fixture->now_ms += later_ms;
  fixture->jumped_ms += later_ms;
}

/* Nobody has waited for longer, or for less long. */
static void
test_clock_is_set(void)
{
  for (int sign = -1; sign <= 1; sign += 2) {
    BookFixture fixture;
    g_autofree char *table = NULL;
    g_auto(BookGuest) guest = {0};

    book_fixture_init(&fixture);
    table = book_add_place(&fixture, "7");
    book_arrive(&fixture, table, &guest);
    book_request(&fixture, &guest);
    set_clock(&fixture, sign * 100000 * BOOK_HOUR_MS);
    book_expire(&fixture);
    g_assert_cmpstr(book_state(&fixture, &guest), ==, "requested");
    fixture.now_ms += 4 * BOOK_HOUR_MS + 1;
    book_expire(&fixture);
    g_assert_cmpstr(book_state(&fixture, &guest), ==, "");
    book_fixture_clear(&fixture);
  }
}

/* After a power cut a clock without a battery begins years ago: how long the hub was off, nobody
 * knows. Then the time begins anew; otherwise it goes on. */
static void
test_clock_is_behind_after_a_restart(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL;
  g_auto(BookGuest) guest = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  book_arrive(&fixture, table, &guest);
  book_request(&fixture, &guest);
  fixture.now_ms += 3 * BOOK_HOUR_MS;
  set_clock(&fixture, -100000 * BOOK_HOUR_MS);
  book_fixture_restart(&fixture);
  fixture.now_ms += 2 * BOOK_HOUR_MS;
  set_clock(&fixture, 100000 * BOOK_HOUR_MS);
  book_expire(&fixture);
  assert_seating(&fixture, table, "requested/1");
  fixture.now_ms += 2 * BOOK_HOUR_MS;
  book_expire(&fixture);
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "requested");
  fixture.now_ms += 1;
  book_expire(&fixture);
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "");
  book_fixture_clear(&fixture);
}

static void
test_guessing_is_limited(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *code = NULL;
  g_auto(BookGuest) guest = {0}, mine = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  code = book_get_code(&fixture, table);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.7", &mine), ==, 0);
  for (guint i = 0; i < BH_SEATING_PER_MINUTE - 1; i++)
    g_assert_cmpint(book_begin(&fixture, BOOK_OTHER_SECRET, NULL, "10.0.0.7", &guest), ==,
                    -1 - BH_SEATING_ERROR_UNKNOWN_CODE);
  /* Also in another spelling, and with a code that is right. */
  g_assert_cmpint(book_begin(&fixture, BOOK_OTHER_SECRET, NULL, "::ffff:10.0.0.7", &guest), ==,
                  RATE);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.7", &guest), ==, RATE);
  g_assert_cmpint(book_begin(&fixture, code, BOOK_OTHER_SECRET, "10.0.0.7", &guest), ==, RATE);
  /* A session goes on; other addresses are not held up. */
  g_assert_cmpint(book_begin(&fixture, code, mine.secret, "10.0.0.7", &guest), ==, 0);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.8", &guest), ==, 0);
  g_assert_cmpint(book_begin(&fixture, code, BOOK_OTHER_SECRET, "10.0.0.8", &guest), ==, ENDED);
  fixture.now_ms += BOOK_MINUTE_MS / BH_SEATING_PER_MINUTE;
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.7", &guest), ==, 0);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.7", &guest), ==, RATE);
  book_fixture_clear(&fixture);
}

/* A phone has all the addresses of its network, if it is one of IPv6. */
static void
test_guessing_from_many_addresses(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *code = NULL;
  g_auto(BookGuest) guest = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  code = book_get_code(&fixture, table);
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *address = g_strdup_printf("2001:db8:0:1::%x", i + 1);

    book_begin(&fixture, BOOK_OTHER_SECRET, NULL, address, &guest);
  }
  g_assert_cmpint(book_begin(&fixture, code, NULL, "2001:db8:0:1::ffff", &guest), ==, RATE);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "2001:db8:0:2::1", &guest), ==, 0);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.8", &guest), ==, 0);
  book_fixture_clear(&fixture);
}

static void
test_what_is_no_code(void)
{
  static const char *const codes[] = {"",
                                      "AAECAwQFBgcICQoLDA0OD",
                                      "AAECAwQFBgcICQoLDA0ODx",
                                      "AAECAwQFBgcICQoLDA0ODw==",
                                      "AAECAwQFBgcICQoLDA0ODw\n",
                                      "' OR 1=1 --",
                                      "\xff\xfe",
                                      NULL};
  BookFixture fixture;
  g_autofree char *table = NULL, *code = NULL;
  g_auto(BookGuest) guest = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  code = book_get_code(&fixture, table);
  for (guint i = 0; codes[i] != NULL; i++) {
    g_autofree char *address = g_strdup_printf("10.0.0.%u", i);

    g_assert_cmpint(book_begin(&fixture, codes[i], NULL, address, &guest), ==,
                    -1 - BH_SEATING_ERROR_UNKNOWN_CODE);
    g_assert_cmpint(book_begin(&fixture, code, codes[i], address, &guest), ==, ENDED);
    g_assert_cmpint(book_begin(&fixture, codes[i], codes[i], address, &guest), ==, ENDED);
  }
  g_assert_cmpint(book_begin(&fixture, NULL, NULL, NULL, &guest), ==,
                  -1 - BH_SEATING_ERROR_UNKNOWN_CODE);
  book_fixture_clear(&fixture);
}

static void
test_one_table_is_bounded(void)
{
  BookFixture fixture;
  g_autofree char *table = NULL, *other = NULL;
  g_auto(BookGuest) first = {0}, second = {0}, asking = {0}, guest = {0};

  book_fixture_init(&fixture);
  table = book_add_place(&fixture, "7");
  other = book_add_place(&fixture, "8");
  book_arrive(&fixture, table, &asking);
  book_request(&fixture, &asking);
  book_arrive(&fixture, table, &first);
  book_arrive(&fixture, table, &second);
  for (guint i = 3; i < BH_SEATING_MAX_PLACE_SESSIONS; i++)
    book_arrive(&fixture, table, &guest);
  g_assert_cmpstr(book_state(&fixture, &first), ==, "waiting");
  g_string_truncate(fixture.told, 0);
  /* Whoever waits longest makes room; who has asked does not. */
  book_arrive(&fixture, table, &guest);
  book_fixture_assert_told(&fixture, " guest:");
  g_assert_cmpstr(book_state(&fixture, &first), ==, "");
  g_assert_cmpstr(book_state(&fixture, &second), ==, "waiting");
  g_assert_cmpstr(book_state(&fixture, &asking), ==, "requested");

  g_assert_cmpint(book_confirm(&fixture, table), ==, 0);
  assert_seating(&fixture, table, "open/64");
  {
    g_autofree char *code = book_get_code(&fixture, table);

    g_assert_cmpint(book_begin(&fixture, code, NULL, "10.77.0.1", &guest), ==, FULL);
  }
  book_arrive(&fixture, other, &guest);
  g_assert_cmpint(book_clear(&fixture, table), ==, 0);
  book_arrive(&fixture, table, &guest);
  book_fixture_clear(&fixture);
}

static void
test_whole_property_is_bounded(void)
{
  BookFixture fixture;
  g_autofree char *last = NULL, *code = NULL;
  g_auto(BookGuest) guest = {0};
  char *none = NULL;

  book_fixture_init(&fixture);
  last = book_add_place(&fixture, "last");
  book_fixture_sql(&fixture,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999)"
                   " INSERT INTO place (place_id, kind, name, code, created_ms)"
                   " SELECT 'p' || i, 'table', i, randomblob(16), 0 FROM n");
  book_fixture_sql(&fixture,
                   "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)"
                   " INSERT INTO guest_session (device_id, secret_hash, place_id, created_ms)"
                   " SELECT 'guest-' || i, randomblob(32), 'p' || (i % 999 + 1), 1800000000000"
                   " FROM n");
  book_fixture_restart(&fixture);
  code = book_get_code(&fixture, last);
  g_assert_cmpint(book_add_place_as(&fixture, "table", "1001", &none), ==, FULL);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.1", &guest), ==, FULL);
  g_assert_cmpint(book_remove_place(&fixture, "p7"), ==, 0);
  g_assert_cmpint(book_begin(&fixture, code, NULL, "10.0.0.1", &guest), ==, 0);
  g_assert_cmpint(book_add_place_as(&fixture, "table", "1001", &none), ==, 0);
  g_free(none);
  /* All of them in one go. */
  fixture.now_ms += 5 * BOOK_HOUR_MS;
  book_expire(&fixture);
  g_assert_cmpstr(book_state(&fixture, &guest), ==, "");
  {
    g_autofree char *rows = book_fixture_query(&fixture, "SELECT count(*) FROM guest_session");

    g_assert_cmpstr(rows, ==, "0");
  }
  book_fixture_clear(&fixture);
}

static void
test_refuses_what_is_no_place(void)
{
  static const struct {
    const char *kind, *name;
  } cases[] = {{"table", ""}, {"table", " \t"}, {"table", "a\nb"}, {"table", NULL},
               {"desk", "7"}, {"", "7"},        {NULL, "7"},       {"table", "\xc3"}};
  BookFixture fixture;
  char *none = NULL;

  book_fixture_init(&fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpint(book_add_place_as(&fixture, cases[i].kind, cases[i].name, &none), ==,
                    -1 - BH_SEATING_ERROR_BAD);
  book_fixture_assert_told(&fixture, "");
  book_fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/seating-bounds/waiting-ends-with-time", test_waiting_ends_with_time);
  g_test_add_func("/seating-bounds/time-passes-while-the-hub-is-off",
                  test_time_passes_while_the_hub_is_off);
  g_test_add_func("/seating-bounds/expiry-that-cannot-be-kept-is-tried-again",
                  test_expiry_that_cannot_be_kept_is_tried_again);
  g_test_add_func("/seating-bounds/clock-is-set", test_clock_is_set);
  g_test_add_func("/seating-bounds/clock-is-behind-after-a-restart",
                  test_clock_is_behind_after_a_restart);
  g_test_add_func("/seating-bounds/guessing-is-limited", test_guessing_is_limited);
  g_test_add_func("/seating-bounds/guessing-from-many-addresses",
                  test_guessing_from_many_addresses);
  g_test_add_func("/seating-bounds/what-is-no-code", test_what_is_no_code);
  g_test_add_func("/seating-bounds/one-table-is-bounded", test_one_table_is_bounded);
  g_test_add_func("/seating-bounds/whole-property-is-bounded", test_whole_property_is_bounded);
  g_test_add_func("/seating-bounds/refuses-what-is-no-place", test_refuses_what_is_no_place);
  return g_test_run();
}
