/* SPDX-License-Identifier: Apache-2.0 */
#include "book-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "access-schema.h"
#include "slow-hash.h"

#define START_MS G_GINT64_CONSTANT(1800000000000)

/* Of the clock that runs on, whatever is made of the time of day. */
static gint64
get_run_ms(const BookFixture *fixture)
{
  return fixture->now_ms - fixture->jumped_ms - START_MS;
}

/* Told: "place", "people", "guest:STATE" ("guest:" where it has ended), "device:PERSON". */

static void
on_place_changed(BhSeatingBook *book, const char *place_id, BookFixture *fixture)
{
  g_assert_nonnull(place_id);
  g_string_append(fixture->told, " place");
}

static void
on_session_changed(BhSeatingBook *book, const char *guest_id, BookFixture *fixture)
{
  const BhGuestSession *session = bh_seating_book_get_session(book, guest_id);

  g_string_append_printf(fixture->told, " guest:%s",
                         session != NULL ? bh_guest_state_get_name(session->state) : "");
}

static void
on_people_changed(BhPersonBook *book, BookFixture *fixture)
{
  g_string_append(fixture->told, " people");
}

static void
on_sign_in_changed(BhPersonBook *book, const char *device_id, BookFixture *fixture)
{
  const char *name = bh_person_book_get_signed_in_name(book, device_id);

  g_string_append_printf(fixture->told, " %s:%s", device_id, name != NULL ? name : "");
}

void
book_fixture_assert_told(BookFixture *fixture, const char *expected)
{
  g_assert_cmpstr(fixture->told->str, ==, expected);
  g_string_truncate(fixture->told, 0);
}

/* Waiting ------------------------------------------------------------------------------------ */

static gboolean
on_time_out(gpointer data)
{
  g_error("nothing came within 90 s");
  return G_SOURCE_REMOVE;
}

void
book_fixture_take_result(GObject *source, GAsyncResult *result, gpointer data)
{
  GAsyncResult **place = data;

  g_assert_null(*place);
  *place = g_object_ref(result);
}

GAsyncResult *
book_fixture_wait(GAsyncResult **result)
{
  guint source = g_timeout_add_seconds(90, on_time_out, NULL);

  while (*result == NULL)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(source);
  return *result;
}

static int
get_code(const GError *error)
{
  if (error == NULL)
    return 0;
  if (error->domain == BH_STORE_ERROR)
    return -100 - error->code;
  g_assert_true(error->domain == BH_PERSON_ERROR || error->domain == BH_SEATING_ERROR);
  return -1 - error->code;
}

/* Life --------------------------------------------------------------------------------------- */

static void
open_books(BookFixture *fixture)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) people = NULL;
  g_autoptr(GAsyncResult) seatings = NULL;

  fixture->store =
      bh_store_open(fixture->folder, bh_access_migrations, bh_access_n_migrations, &error);
  g_assert_no_error(error);
  fixture->people = bh_person_book_new(fixture->store);
  fixture->seatings = bh_seating_book_new(fixture->store);
  g_signal_connect(fixture->people, "changed", G_CALLBACK(on_people_changed), fixture);
  g_signal_connect(fixture->people, "sign-in-changed", G_CALLBACK(on_sign_in_changed), fixture);
  g_signal_connect(fixture->seatings, "changed", G_CALLBACK(on_place_changed), fixture);
  g_signal_connect(fixture->seatings, "session-changed", G_CALLBACK(on_session_changed), fixture);
  bh_person_book_load_async(fixture->people, fixture->now_ms, book_fixture_take_result, &people);
  book_fixture_wait(&people);
  g_assert_true(bh_person_book_load_finish(fixture->people, people, &error));
  bh_seating_book_load_async(fixture->seatings, fixture->now_ms, get_run_ms(fixture),
                             book_fixture_take_result, &seatings);
  book_fixture_wait(&seatings);
  g_assert_true(bh_seating_book_load_finish(fixture->seatings, seatings, &error));
}

/* A worker that has hashed a PIN lets go of its task, and so of the book, a moment after the
 * answer. */
static void
finalize_soon(gpointer object)
{
  gint64 end_us = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;

  g_object_add_weak_pointer(object, &object);
  g_object_unref(object);
  while (g_atomic_pointer_get(&object) != NULL && g_get_monotonic_time() < end_us) {
    g_main_context_iteration(NULL, FALSE);
    g_thread_yield();
  }
  g_assert_null(object);
}

static void
close_books(BookFixture *fixture)
{
  bh_seating_book_close(fixture->seatings);
  bh_store_close(fixture->store);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  finalize_soon(fixture->people);
  finalize_soon(fixture->seatings);
  finalize_soon(fixture->store);
}

void
book_fixture_init(BookFixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->folder = g_dir_make_tmp("bellhop-books-XXXXXX", &error);
  g_assert_no_error(error);
  bh_slow_hash_set_cost(1024);
  fixture->now_ms = START_MS;
  fixture->jumped_ms = 0;
  fixture->told = g_string_new(NULL);
  open_books(fixture);
}

void
book_fixture_restart(BookFixture *fixture)
{
  close_books(fixture);
  open_books(fixture);
}

void
book_fixture_clear(BookFixture *fixture)
{
  g_autoptr(GDir) dir = g_dir_open(fixture->folder, 0, NULL);
  const char *name;

  close_books(fixture);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);

    g_remove(path);
  }
  g_rmdir(fixture->folder);
  g_free(fixture->folder);
  g_string_free(fixture->told, TRUE);
}

/* The disk ----------------------------------------------------------------------------------- */

typedef struct {
  const char *sql;
  char *text;
} Query;

static gboolean
run_query(sqlite3 *db, gpointer data, GError **error)
{
  Query *query = data;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint(sqlite3_prepare_v2(db, query->sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step(statement) == SQLITE_ROW)
    query->text = g_strdup((const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  return TRUE;
}

char *
book_fixture_query(BookFixture *fixture, const char *sql)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  Query query = {.sql = sql};

  bh_store_write_async(fixture->store, run_query, &query, NULL, NULL, book_fixture_take_result,
                       &result);
  bh_store_write_finish(fixture->store, book_fixture_wait(&result), &error);
  g_assert_no_error(error);
  return query.text != NULL ? query.text : g_strdup("");
}

void
book_fixture_sql(BookFixture *fixture, const char *sql)
{
  g_free(book_fixture_query(fixture, sql));
}

/* By taking the tables away; to SQLite that is as good a reason as any. */
void
book_fixture_refuse(BookFixture *fixture, gboolean refuse)
{
  static const char *const tables[] = {"person", "person_sign_in", "person_try",
                                       "place",  "seating",        "guest_session"};

  for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
    g_autofree char *sql = g_strdup_printf("ALTER TABLE %s%s RENAME TO %s%s", refuse ? "" : "away_",
                                           tables[i], refuse ? "away_" : "", tables[i]);

    book_fixture_sql(fixture, sql);
  }
}

gboolean
book_fixture_disk_has(BookFixture *fixture, gconstpointer bytes, gsize length)
{
  g_autoptr(GDir) dir = g_dir_open(fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *content = NULL;
    gsize size;

    if (g_file_get_contents(path, &content, &size, NULL) &&
        memmem(content, size, bytes, length) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* People ------------------------------------------------------------------------------------- */

int
book_add_person(BookFixture *fixture, const char *name, const char *pin, char **person_id)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_person_book_add_async(fixture->people, name, pin, fixture->now_ms, book_fixture_take_result,
                           &result);
  g_assert_null(result);
  *person_id = bh_person_book_add_finish(fixture->people, book_fixture_wait(&result), &error);
  g_assert_true((*person_id == NULL) == (error != NULL));
  return get_code(error);
}

static int
finish_person(BookFixture *fixture, GAsyncResult **result)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(*result);
  bh_person_book_change_finish(fixture->people, book_fixture_wait(result), &error);
  return get_code(error);
}

int
book_set_pin(BookFixture *fixture, const char *person_id, const char *pin)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_person_book_set_pin_async(fixture->people, person_id, pin, book_fixture_take_result, &result);
  return finish_person(fixture, &result);
}

int
book_remove_person(BookFixture *fixture, const char *person_id)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_person_book_remove_async(fixture->people, person_id, book_fixture_take_result, &result);
  return finish_person(fixture, &result);
}

int
book_sign_out(BookFixture *fixture, const char *device_id)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_person_book_sign_out_async(fixture->people, device_id, book_fixture_take_result, &result);
  return finish_person(fixture, &result);
}

int
book_sign_in(BookFixture *fixture, const char *device_id, const char *person_id, const char *pin,
             gint64 *retry_ms)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = NULL;

  bh_person_book_sign_in_async(fixture->people, device_id, person_id, pin, fixture->now_ms,
                               book_fixture_take_result, &result);
  g_assert_null(result);
  answer =
      bh_person_book_sign_in_finish(fixture->people, book_fixture_wait(&result), retry_ms, &error);
  g_assert_true((answer == NULL) == (error != NULL));
  if (answer != NULL)
    g_assert_cmpstr(
        json_string_value(json_object_get(json_object_get(answer, "person"), "personId")), ==,
        person_id);
  return get_code(error);
}

/* Seatings ----------------------------------------------------------------------------------- */

int
book_add_place_as(BookFixture *fixture, const char *kind, const char *name, char **place_id)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_seating_book_add_place_async(fixture->seatings, kind, name, fixture->now_ms,
                                  book_fixture_take_result, &result);
  g_assert_null(result);
  *place_id =
      bh_seating_book_add_place_finish(fixture->seatings, book_fixture_wait(&result), &error);
  g_assert_true((*place_id == NULL) == (error != NULL));
  return get_code(error);
}

char *
book_add_place(BookFixture *fixture, const char *name)
{
  char *place_id = NULL;

  g_assert_cmpint(book_add_place_as(fixture, "table", name, &place_id), ==, 0);
  return place_id;
}

static int
finish_place(BookFixture *fixture, GAsyncResult **result)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(*result);
  bh_seating_book_change_finish(fixture->seatings, book_fixture_wait(result), &error);
  return get_code(error);
}

int
book_remove_place(BookFixture *fixture, const char *place_id)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_seating_book_remove_place_async(fixture->seatings, place_id, book_fixture_take_result,
                                     &result);
  return finish_place(fixture, &result);
}

int
book_renew_place(BookFixture *fixture, const char *place_id)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_seating_book_renew_place_async(fixture->seatings, place_id, book_fixture_take_result, &result);
  return finish_place(fixture, &result);
}

int
book_open(BookFixture *fixture, const char *place_id)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_seating_book_open_async(fixture->seatings, place_id, fixture->now_ms, book_fixture_take_result,
                             &result);
  return finish_place(fixture, &result);
}

int
book_confirm(BookFixture *fixture, const char *place_id)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_seating_book_confirm_async(fixture->seatings, place_id, fixture->now_ms,
                                book_fixture_take_result, &result);
  return finish_place(fixture, &result);
}

int
book_clear(BookFixture *fixture, const char *place_id)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_seating_book_clear_async(fixture->seatings, place_id, book_fixture_take_result, &result);
  return finish_place(fixture, &result);
}

/* Changes come in the order of the calls: once a later one is back, so is the expiry. */
void
book_expire(BookFixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_seating_book_expire(fixture->seatings, get_run_ms(fixture));
  bh_seating_book_clear_async(fixture->seatings, "nowhere", book_fixture_take_result, &result);
  g_assert_cmpint(finish_place(fixture, &result), ==, -1 - BH_SEATING_ERROR_UNKNOWN_PLACE);
}

static json_t *
find_place(json_t *list, const char *place_id)
{
  json_t *place;
  gsize i;

  json_array_foreach(list, i, place)
  {
    if (g_strcmp0(json_string_value(json_object_get(place, "placeId")), place_id) == 0)
      return place;
  }
  g_assert_not_reached();
}

char *
book_get_code(BookFixture *fixture, const char *place_id)
{
  g_autoptr(json_t) codes = bh_seating_book_describe_codes(fixture->seatings);

  return g_strdup(json_string_value(
      json_object_get(find_place(json_object_get(codes, "codes"), place_id), "code")));
}

char *
book_seating(BookFixture *fixture, const char *place_id)
{
  g_autoptr(json_t) places = bh_seating_book_describe_places(fixture->seatings);
  const json_t *seating =
      json_object_get(find_place(json_object_get(places, "places"), place_id), "seating");

  if (json_is_null(seating))
    return g_strdup("none");
  g_assert_nonnull(json_string_value(json_object_get(seating, "seatingId")));
  return g_strdup_printf("%s/%d", json_string_value(json_object_get(seating, "state")),
                         (int)json_integer_value(json_object_get(seating, "guests")));
}

void
book_guest_clear(BookGuest *guest)
{
  g_clear_pointer(&guest->secret, g_free);
  g_clear_pointer(&guest->guest_id, g_free);
  g_clear_pointer(&guest->state, g_free);
  g_clear_pointer(&guest->place_id, g_free);
}

int
book_begin(BookFixture *fixture, const char *code, const char *session, const char *address,
           BookGuest *guest)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = NULL;
  const BhGuestSession *made;

  bh_seating_book_begin_async(fixture->seatings, code, session, address, fixture->now_ms,
                              get_run_ms(fixture), book_fixture_take_result, &result);
  g_assert_null(result);
  answer = bh_seating_book_begin_finish(fixture->seatings, book_fixture_wait(&result), &error);
  g_assert_true((answer == NULL) == (error != NULL));
  book_guest_clear(guest);
  if (answer == NULL)
    return get_code(error);
  guest->secret = g_strdup(json_string_value(json_object_get(answer, "session")));
  guest->state = g_strdup(json_string_value(json_object_get(answer, "state")));
  guest->place_id =
      g_strdup(json_string_value(json_object_get(json_object_get(answer, "place"), "placeId")));
  made = bh_seating_book_find_session(fixture->seatings, guest->secret);
  g_assert_nonnull(made);
  g_assert_cmpstr(made->place_id, ==, guest->place_id);
  guest->guest_id = g_strdup(made->guest_device_id);
  return 0;
}

void
book_arrive(BookFixture *fixture, const char *place_id, BookGuest *guest)
{
  static guint address_number;
  g_autofree char *address =
      g_strdup_printf("10.%u.%u.1", address_number / 256 % 256, address_number % 256);
  g_autofree char *code = book_get_code(fixture, place_id);

  address_number++;
  g_assert_cmpint(book_begin(fixture, code, NULL, address, guest), ==, 0);
}

const char *
book_request(BookFixture *fixture, const BookGuest *guest)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  BhGuestState state;

  bh_seating_book_request_async(fixture->seatings, guest->guest_id, fixture->now_ms,
                                book_fixture_take_result, &result);
  g_assert_null(result);
  if (bh_seating_book_request_finish(fixture->seatings, book_fixture_wait(&result), &state, &error))
    return bh_guest_state_get_name(state);
  g_assert_error(error, BH_SEATING_ERROR, BH_SEATING_ERROR_ENDED);
  return "";
}

const char *
book_state(BookFixture *fixture, const BookGuest *guest)
{
  const BhGuestSession *session = bh_seating_book_find_session(fixture->seatings, guest->secret);

  g_assert_true(session == bh_seating_book_get_session(fixture->seatings, guest->guest_id));
  return session != NULL ? bh_guest_state_get_name(session->state) : "";
}
