/* SPDX-License-Identifier: Apache-2.0 */
#include "book-fixture.h"

#include <string.h>

#define WRONG    (-1 - BH_PERSON_ERROR_WRONG_PIN)
#define TOO_MANY (-1 - BH_PERSON_ERROR_TOO_MANY)
#define REFUSED  (-100 - BH_STORE_ERROR_FAILED)

static char *
add(BookFixture *fixture, const char *name, const char *pin)
{
  char *person_id = NULL;

  g_assert_cmpint(book_add_person(fixture, name, pin, &person_id), ==, 0);
  return person_id;
}

static void
assert_described(BookFixture *fixture, const char *device_id, const char *expected)
{
  g_autoptr(json_t) people = bh_person_book_describe_people(fixture->people, device_id);
  g_autoptr(GString) text = g_string_new(NULL);
  json_t *person;
  gsize i;

  json_array_foreach(json_object_get(people, "people"), i, person)
  {
    g_assert_cmpuint(json_object_size(person), ==, 2);
    g_string_append_printf(text, "%s ", json_string_value(json_object_get(person, "name")));
  }
  person = json_object_get(people, "signedIn");
  g_assert_nonnull(person);
  g_string_append_printf(text, "[%s]",
                         json_is_null(person) ? "nobody"
                                              : json_string_value(json_object_get(person, "name")));
  g_assert_cmpstr(text->str, ==, expected);
}

static void
test_signs_in_and_out(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL, *bo = NULL;

  book_fixture_init(&fixture);
  anna = add(&fixture, "  Anna ", "1234");
  bo = add(&fixture, "Bo", "00001234");
  book_fixture_assert_told(&fixture, " people people");
  assert_described(&fixture, "tablet", "Anna Bo [nobody]");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, 0);
  g_assert_cmpint(book_sign_in(&fixture, "till", bo, "00001234", NULL), ==, 0);
  book_fixture_assert_told(&fixture, " tablet:Anna till:Bo");
  assert_described(&fixture, "tablet", "Anna Bo [Anna]");
  assert_described(&fixture, "other", "Anna Bo [nobody]");
  assert_described(&fixture, NULL, "Anna Bo [nobody]");
  g_assert_cmpstr(bh_person_book_get_signed_in(fixture.people, "tablet"), ==, anna);
  g_assert_null(bh_person_book_get_signed_in(fixture.people, "other"));
  g_assert_null(bh_person_book_get_signed_in_name(fixture.people, NULL));
  g_assert_cmpstr(bh_person_book_get_name(fixture.people, anna), ==, "Anna");
  g_assert_null(bh_person_book_get_name(fixture.people, "nobody"));

  /* The next one takes the tablet over; a wrong PIN does not. */
  g_assert_cmpint(book_sign_in(&fixture, "tablet", bo, "1234", NULL), ==, WRONG);
  assert_described(&fixture, "tablet", "Anna Bo [Anna]");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", bo, "00001234", NULL), ==, 0);
  book_fixture_assert_told(&fixture, " tablet:Bo");
  g_assert_cmpint(book_sign_out(&fixture, "tablet"), ==, 0);
  g_assert_cmpint(book_sign_out(&fixture, "tablet"), ==, 0);
  book_fixture_assert_told(&fixture, " tablet:");
  assert_described(&fixture, "tablet", "Anna Bo [nobody]");
  assert_described(&fixture, "till", "Anna Bo [Bo]");
  book_fixture_clear(&fixture);
}

static void
test_survives_a_restart(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL, *bo = NULL;
  gint64 retry_ms = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  bo = add(&fixture, "Bo", "777777");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, 0);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint(book_sign_in(&fixture, "till", bo, "1111", NULL), ==, WRONG);
  book_fixture_restart(&fixture);
  assert_described(&fixture, "tablet", "Anna Bo [Anna]");
  /* Restarting the hub is no way around the wait. */
  g_assert_cmpint(book_sign_in(&fixture, "till", bo, "777777", &retry_ms), ==, TOO_MANY);
  g_assert_cmpint(retry_ms, ==, 30000);
  fixture.now_ms += 30000;
  g_assert_cmpint(book_sign_in(&fixture, "till", bo, "777777", NULL), ==, 0);
  book_fixture_restart(&fixture);
  assert_described(&fixture, "till", "Anna Bo [Bo]");
  book_fixture_clear(&fixture);
}

static void
test_refuses_what_is_no_name_and_no_pin(void)
{
  static const char *const names[] = {"", "   ", "a\nb", "\xff", NULL};
  static const char *const pins[] = {"",      "123",   "123456789", "12a4", "12 4",
                                     " 1234", "-1234", "١٢٣٤",      NULL};
  BookFixture fixture;
  g_autofree char *anna = NULL;
  char *none = NULL;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  for (guint i = 0; names[i] != NULL; i++)
    g_assert_cmpint(book_add_person(&fixture, names[i], "1234", &none), ==,
                    -1 - BH_PERSON_ERROR_NAME);
  g_assert_cmpint(book_add_person(&fixture, NULL, "1234", &none), ==, -1 - BH_PERSON_ERROR_NAME);
  for (guint i = 0; pins[i] != NULL; i++) {
    g_assert_cmpint(book_add_person(&fixture, "Bo", pins[i], &none), ==, -1 - BH_PERSON_ERROR_PIN);
    g_assert_cmpint(book_set_pin(&fixture, anna, pins[i]), ==, -1 - BH_PERSON_ERROR_PIN);
    /* Not counted, and nothing is learnt. */
    g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, pins[i], NULL), ==,
                    -1 - BH_PERSON_ERROR_PIN);
    g_assert_cmpint(book_sign_in(&fixture, "tablet", "nobody", pins[i], NULL), ==,
                    -1 - BH_PERSON_ERROR_PIN);
  }
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, NULL, NULL), ==, -1 - BH_PERSON_ERROR_PIN);
  g_assert_cmpint(book_set_pin(&fixture, "nobody", "1234"), ==, -1 - BH_PERSON_ERROR_UNKNOWN);
  g_assert_cmpint(book_set_pin(&fixture, NULL, "1234"), ==, -1 - BH_PERSON_ERROR_UNKNOWN);
  g_assert_cmpint(book_remove_person(&fixture, "nobody"), ==, -1 - BH_PERSON_ERROR_UNKNOWN);
  assert_described(&fixture, "tablet", "Anna [nobody]");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, 0);
  book_fixture_clear(&fixture);
}

/* Guesses until it has to wait; returns how often the PIN was looked at. */
static guint
guess(BookFixture *fixture, const char *device_id, const char *person_id, gint64 *retry_ms)
{
  guint looked_at = 0;

  while (book_sign_in(fixture, device_id, person_id, "9999", retry_ms) == WRONG)
    looked_at++;
  g_assert_cmpint(*retry_ms, >, 0);
  return looked_at;
}

static void
test_guesser_waits_longer_and_longer(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL, *bo = NULL;
  gint64 retry_ms = 0, begin_ms;
  guint looked_at;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  bo = add(&fixture, "Bo", "5678");
  begin_ms = fixture.now_ms;
  looked_at = guess(&fixture, "tablet", anna, &retry_ms);
  g_assert_cmpuint(looked_at, ==, 5);
  g_assert_cmpint(retry_ms, ==, 30000);
  /* The right one is not looked at either: waiting tells nothing. */
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", &retry_ms), ==, TOO_MANY);
  /* Another person on the same tablet is not held up. */
  g_assert_cmpint(book_sign_in(&fixture, "tablet", bo, "5678", NULL), ==, 0);
  while (fixture.now_ms < begin_ms + 24 * BOOK_HOUR_MS) {
    fixture.now_ms += retry_ms;
    looked_at += guess(&fixture, "tablet", anna, &retry_ms);
  }
  /* Of 10,000 in a day: */
  g_assert_cmpuint(looked_at, <, 40);
  book_fixture_clear(&fixture);
}

static void
test_guesser_on_many_devices(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  gint64 retry_ms = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  for (guint i = 0; i < 5; i++) {
    g_autofree char *device = g_strdup_printf("tablet %u", i);

    g_assert_cmpint(book_sign_in(&fixture, device, anna, "9999", &retry_ms), ==, WRONG);
    g_assert_cmpint(retry_ms, ==, i < 4 ? 0 : 30000);
  }
  g_assert_cmpint(book_sign_in(&fixture, "tablet 7", anna, "1234", &retry_ms), ==, TOO_MANY);
  /* However long it goes on, she herself never has to wait longer than a quarter of an hour. */
  for (guint i = 0; i < 30; i++) {
    g_autofree char *device = g_strdup_printf("tablet %u", i);

    g_assert_cmpint(retry_ms, <=, 15 * BOOK_MINUTE_MS);
    fixture.now_ms += retry_ms;
    g_assert_cmpint(book_sign_in(&fixture, device, anna, "9999", &retry_ms), ==, WRONG);
  }
  g_assert_cmpint(retry_ms, ==, 15 * BOOK_MINUTE_MS);
  fixture.now_ms += retry_ms;
  g_assert_cmpint(book_sign_in(&fixture, "her own", anna, "1234", NULL), ==, 0);
  book_fixture_clear(&fixture);
}

/* On a shared tablet the right PIN of the person herself comes between the guesses. */
static void
test_guesser_behind_right_pins(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  gint64 retry_ms = 0;
  guint looked_at = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  for (guint round = 0; round < 30; round++) {
    for (guint i = 0; i < 4; i++)
      looked_at += book_sign_in(&fixture, "tablet", anna, "9999", &retry_ms) == WRONG;
    fixture.now_ms += 1000;
    book_sign_in(&fixture, "tablet", anna, "1234", &retry_ms);
  }
  g_assert_cmpuint(looked_at, ==, 20);
  book_fixture_clear(&fixture);
}

static void
test_nobody_is_as_anybody(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  gint64 known_ms = 0, unknown_ms = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  for (guint i = 0; i < 12; i++) {
    int known = book_sign_in(&fixture, "tablet", anna, "9999", &known_ms);
    int unknown = book_sign_in(&fixture, "tablet", i % 2 == 0 ? "nobody" : "", "9999", &unknown_ms);

    g_assert_cmpint(known, ==, unknown);
    g_assert_cmpint(known_ms, ==, unknown_ms);
    if (known == TOO_MANY)
      fixture.now_ms += known_ms;
  }
  /* All that there are not are one. */
  g_assert_cmpint(book_sign_in(&fixture, "till", NULL, "0000", NULL), ==, WRONG);
  g_assert_cmpint(book_sign_in(&fixture, "till", "another", "0000", NULL), ==, TOO_MANY);
  book_fixture_clear(&fixture);
}

static void
test_tries_at_once_are_counted_one_by_one(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  GAsyncResult *results[20] = {NULL};
  guint wrong = 0, right = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
    g_autofree char *device = g_strdup_printf("tablet %u", i);

    bh_person_book_sign_in_async(fixture.people, device, anna, i == 19 ? "1234" : "9999",
                                 fixture.now_ms, book_fixture_take_result, &results[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS(results); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) answer =
        bh_person_book_sign_in_finish(fixture.people, book_fixture_wait(&results[i]), NULL, &error);

    wrong += g_error_matches(error, BH_PERSON_ERROR, BH_PERSON_ERROR_WRONG_PIN);
    right += answer != NULL;
    g_object_unref(results[i]);
  }
  g_assert_cmpuint(wrong, ==, 5);
  g_assert_cmpuint(right, ==, 0);
  book_fixture_clear(&fixture);
}

static void
test_one_try_of_a_device_at_a_time(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  GAsyncResult *first = NULL, *second = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = NULL;
  gint64 retry_ms = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  bh_person_book_sign_in_async(fixture.people, "tablet", anna, "1234", fixture.now_ms,
                               book_fixture_take_result, &first);
  bh_person_book_sign_in_async(fixture.people, "tablet", anna, "1234", fixture.now_ms,
                               book_fixture_take_result, &second);
  g_assert_null(
      bh_person_book_sign_in_finish(fixture.people, book_fixture_wait(&second), &retry_ms, &error));
  g_assert_error(error, BH_PERSON_ERROR, BH_PERSON_ERROR_TOO_MANY);
  g_assert_cmpint(retry_ms, >, 0);
  answer =
      bh_person_book_sign_in_finish(fixture.people, book_fixture_wait(&first), &retry_ms, NULL);
  g_assert_nonnull(answer);
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, 0);
  g_object_unref(first);
  g_object_unref(second);
  book_fixture_clear(&fixture);
}

/* More than the queue takes: some are told to come again, nothing hangs, and no device is held. */
static void
test_flood(void)
{
  enum { N = 100 };
  BookFixture fixture;
  g_autofree char *anna = NULL;
  GAsyncResult *results[N] = {NULL};
  guint full = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  for (guint i = 0; i < N; i++) {
    g_autofree char *device = g_strdup_printf("tablet %u", i);

    bh_person_book_sign_in_async(fixture.people, device, anna, "9999", fixture.now_ms,
                                 book_fixture_take_result, &results[i]);
  }
  for (guint i = 0; i < N; i++) {
    g_autoptr(GError) error = NULL;

    bh_person_book_sign_in_finish(fixture.people, book_fixture_wait(&results[i]), NULL, &error);
    full += g_error_matches(error, BH_STORE_ERROR, BH_STORE_ERROR_FULL);
    g_object_unref(results[i]);
  }
  g_assert_cmpuint(full, >, 0);
  fixture.now_ms += BOOK_HOUR_MS;
  g_assert_cmpint(book_sign_in(&fixture, "tablet 99", anna, "1234", NULL), ==, 0);
  book_fixture_clear(&fixture);
}

static void
test_removed_while_signed_in(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL, *bo = NULL, *rows = NULL;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  bo = add(&fixture, "Bo", "5678");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, 0);
  g_assert_cmpint(book_sign_in(&fixture, "till", bo, "5678", NULL), ==, 0);
  g_assert_cmpint(book_sign_in(&fixture, "bar", bo, "9999", NULL), ==, WRONG);
  g_string_truncate(fixture.told, 0);
  g_assert_cmpint(book_remove_person(&fixture, anna), ==, 0);
  book_fixture_assert_told(&fixture, " tablet: people");
  assert_described(&fixture, "tablet", "Bo [nobody]");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, WRONG);
  g_assert_cmpint(book_remove_person(&fixture, bo), ==, 0);
  assert_described(&fixture, "till", "[nobody]");
  book_fixture_restart(&fixture);
  assert_described(&fixture, "tablet", "[nobody]");
  assert_described(&fixture, "till", "[nobody]");
  rows = book_fixture_query(&fixture, "SELECT (SELECT count(*) FROM person_sign_in) || '/' ||"
                                      " (SELECT count(*) FROM person_try WHERE person_id <> '')");
  g_assert_cmpstr(rows, ==, "0/0");
  book_fixture_clear(&fixture);
}

/* A removal and a sign-in that are on their way at once. */
static void
test_removed_while_signing_in(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  GAsyncResult *signing = NULL, *removing = NULL;
  g_autoptr(json_t) answer = NULL;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  bh_person_book_sign_in_async(fixture.people, "tablet", anna, "1234", fixture.now_ms,
                               book_fixture_take_result, &signing);
  bh_person_book_remove_async(fixture.people, anna, book_fixture_take_result, &removing);
  g_assert_true(bh_person_book_change_finish(fixture.people, book_fixture_wait(&removing), NULL));
  answer = bh_person_book_sign_in_finish(fixture.people, book_fixture_wait(&signing), NULL, NULL);
  g_assert_nonnull(answer);
  book_fixture_assert_told(&fixture, " people tablet:Anna tablet: people");
  assert_described(&fixture, "tablet", "[nobody]");
  g_object_unref(signing);
  g_object_unref(removing);
  book_fixture_clear(&fixture);
}

static void
test_new_pin_ends_what_the_old_one_began(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  gint64 retry_ms = 0;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, 0);
  guess(&fixture, "till", anna, &retry_ms);
  g_string_truncate(fixture.told, 0);
  g_assert_cmpint(book_set_pin(&fixture, anna, "87654321"), ==, 0);
  book_fixture_assert_told(&fixture, " tablet:");
  assert_described(&fixture, "tablet", "Anna [nobody]");
  /* Whoever was locked out gets in with the new one at once. */
  g_assert_cmpint(book_sign_in(&fixture, "till", anna, "87654321", NULL), ==, 0);
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, WRONG);
  book_fixture_restart(&fixture);
  assert_described(&fixture, "till", "Anna [Anna]");
  assert_described(&fixture, "tablet", "Anna [nobody]");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "87654321", NULL), ==, 0);
  book_fixture_clear(&fixture);
}

/* What could not be kept has not happened, and neither right nor wrong is told. */
static void
test_store_that_refuses(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;
  char *none = NULL;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "1234", NULL), ==, 0);
  g_string_truncate(fixture.told, 0);
  book_fixture_refuse(&fixture, TRUE);
  g_assert_cmpint(book_add_person(&fixture, "Bo", "1234", &none), ==, REFUSED);
  g_assert_cmpint(book_set_pin(&fixture, anna, "5678"), ==, REFUSED);
  g_assert_cmpint(book_remove_person(&fixture, anna), ==, REFUSED);
  g_assert_cmpint(book_sign_in(&fixture, "till", anna, "1234", NULL), ==, REFUSED);
  g_assert_cmpint(book_sign_in(&fixture, "till", anna, "9999", NULL), ==, REFUSED);
  g_assert_cmpint(book_sign_in(&fixture, "till", "nobody", "9999", NULL), ==, REFUSED);
  g_assert_cmpint(book_sign_out(&fixture, "tablet"), ==, REFUSED);
  book_fixture_assert_told(&fixture, "");
  assert_described(&fixture, "tablet", "Anna [Anna]");
  assert_described(&fixture, "till", "Anna [nobody]");
  book_fixture_refuse(&fixture, FALSE);
  g_assert_cmpint(book_sign_in(&fixture, "till", anna, "1234", NULL), ==, 0);
  book_fixture_restart(&fixture);
  assert_described(&fixture, "till", "Anna [Anna]");
  book_fixture_clear(&fixture);
}

static void
test_people_are_bounded(void)
{
  BookFixture fixture;
  char *none = NULL;

  book_fixture_init(&fixture);
  book_fixture_sql(&fixture,
                   "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                   " WHERE i < 1000) INSERT INTO person (person_id, name, salt, pin_hash,"
                   " created_ms) SELECT i, 'P' || i, zeroblob(16), zeroblob(32), 0 FROM n");
  book_fixture_restart(&fixture);
  g_assert_cmpint(book_add_person(&fixture, "Bo", "1234", &none), ==, -1 - BH_PERSON_ERROR_FULL);
  g_assert_cmpint(book_remove_person(&fixture, "7"), ==, 0);
  g_assert_cmpint(book_add_person(&fixture, "Bo", "1234", &none), ==, 0);
  g_free(none);
  book_fixture_clear(&fixture);
}

static void
test_old_tries_are_forgotten(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL, *before = NULL, *after = NULL;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "1234");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "9999", NULL), ==, WRONG);
  before = book_fixture_query(&fixture, "SELECT count(*) FROM person_try");
  g_assert_cmpstr(before, ==, "2");
  fixture.now_ms += 72 * BOOK_HOUR_MS;
  book_fixture_restart(&fixture);
  after = book_fixture_query(&fixture, "SELECT count(*) FROM person_try");
  g_assert_cmpstr(after, ==, "0");
  book_fixture_clear(&fixture);
}

static void
test_pins_are_nowhere(void)
{
  BookFixture fixture;
  g_autofree char *anna = NULL;

  book_fixture_init(&fixture);
  anna = add(&fixture, "Anna", "86420975");
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "86420975", NULL), ==, 0);
  g_assert_cmpint(book_sign_in(&fixture, "tablet", anna, "97531086", NULL), ==, WRONG);
  g_assert_true(book_fixture_disk_has(&fixture, anna, strlen(anna)));
  g_assert_false(book_fixture_disk_has(&fixture, "86420975", 8));
  g_assert_false(book_fixture_disk_has(&fixture, "97531086", 8));
  book_fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/person-book/signs-in-and-out", test_signs_in_and_out);
  g_test_add_func("/person-book/survives-a-restart", test_survives_a_restart);
  g_test_add_func("/person-book/refuses-what-is-no-name-and-no-pin",
                  test_refuses_what_is_no_name_and_no_pin);
  g_test_add_func("/person-book/guesser-waits-longer-and-longer",
                  test_guesser_waits_longer_and_longer);
  g_test_add_func("/person-book/guesser-on-many-devices", test_guesser_on_many_devices);
  g_test_add_func("/person-book/guesser-behind-right-pins", test_guesser_behind_right_pins);
  g_test_add_func("/person-book/nobody-is-as-anybody", test_nobody_is_as_anybody);
  g_test_add_func("/person-book/tries-at-once-are-counted-one-by-one",
                  test_tries_at_once_are_counted_one_by_one);
  g_test_add_func("/person-book/one-try-of-a-device-at-a-time", test_one_try_of_a_device_at_a_time);
  g_test_add_func("/person-book/flood", test_flood);
  g_test_add_func("/person-book/removed-while-signed-in", test_removed_while_signed_in);
  g_test_add_func("/person-book/removed-while-signing-in", test_removed_while_signing_in);
  g_test_add_func("/person-book/new-pin-ends-what-the-old-one-began",
                  test_new_pin_ends_what_the_old_one_began);
  g_test_add_func("/person-book/store-that-refuses", test_store_that_refuses);
  g_test_add_func("/person-book/people-are-bounded", test_people_are_bounded);
  g_test_add_func("/person-book/old-tries-are-forgotten", test_old_tries_are_forgotten);
  g_test_add_func("/person-book/pins-are-nowhere", test_pins_are_nowhere);
  return g_test_run();
}
