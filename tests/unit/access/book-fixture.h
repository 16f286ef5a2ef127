/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book-fixture: a store in a temporary folder with this room's tables, the books of people and
 * seatings over it, and calls that wait for their results. Time stands still but for `now_ms`; what
 * `jumped_ms` says of it did not pass: the clock was set.
 */
#pragma once

#include "person-book.h"
#include "seating-book.h"

#define BOOK_MINUTE_MS G_GINT64_CONSTANT(60000)
#define BOOK_HOUR_MS   (60 * BOOK_MINUTE_MS)

/* A code that no place has, and a session that never was. */
#define BOOK_OTHER_SECRET "AAECAwQFBgcICQoLDA0ODw"

typedef struct {
  char *folder;
  BhStore *store;
  BhPersonBook *people;
  BhSeatingBook *seatings;
  gint64 now_ms, jumped_ms;
  GString *told; /* each after a space; see book-fixture.c */
} BookFixture;

void book_fixture_init(BookFixture *fixture);
void book_fixture_clear(BookFixture *fixture);

/* As a new start of the program: store and books anew, from the disk. */
void book_fixture_restart(BookFixture *fixture);

/* What was told since the last call, and nothing but that. */
void book_fixture_assert_told(BookFixture *fixture, const char *expected);

/* Stores a result for book_fixture_wait(). @data: GAsyncResult **, %NULL before */
void book_fixture_take_result(GObject *source, GAsyncResult *result, gpointer data);
GAsyncResult *book_fixture_wait(GAsyncResult **result);

/* Runs @sql on the store's own handle. */
void book_fixture_sql(BookFixture *fixture, const char *sql);

/* The first column of the first row, as text; "" where there is none. */
char *book_fixture_query(BookFixture *fixture, const char *sql);

/* From now on the store writes nothing, or does again. */
void book_fixture_refuse(BookFixture *fixture, gboolean refuse);

/* All bytes of the database's files together contain @text. */
gboolean book_fixture_disk_has(BookFixture *fixture, gconstpointer bytes, gsize length);

/* People: 0, or the error's code below zero: -1 - BhPersonError, or -100 - BhStoreError. */
int book_add_person(BookFixture *fixture, const char *name, const char *pin, char **person_id);
int book_set_pin(BookFixture *fixture, const char *person_id, const char *pin);
int book_remove_person(BookFixture *fixture, const char *person_id);
int book_sign_in(BookFixture *fixture, const char *device_id, const char *person_id,
                 const char *pin, gint64 *retry_ms);
int book_sign_out(BookFixture *fixture, const char *device_id);

/* Seatings: the same with BhSeatingError. */
char *book_add_place(BookFixture *fixture, const char *name);
int book_add_place_as(BookFixture *fixture, const char *kind, const char *name, char **place_id);
int book_remove_place(BookFixture *fixture, const char *place_id);
int book_renew_place(BookFixture *fixture, const char *place_id);
int book_open(BookFixture *fixture, const char *place_id);
int book_confirm(BookFixture *fixture, const char *place_id);
int book_clear(BookFixture *fixture, const char *place_id);
void book_expire(BookFixture *fixture);

/* The code that is printed for @place_id now. */
char *book_get_code(BookFixture *fixture, const char *place_id);

/* What begin answers for a session. */
typedef struct {
  char *secret;
  char *guest_id;
  char *state;
  char *place_id;
} BookGuest;

void book_guest_clear(BookGuest *guest);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BookGuest, book_guest_clear)

int book_begin(BookFixture *fixture, const char *code, const char *session, const char *address,
               BookGuest *guest);

/* At the place of @place_id, from an address of its own. */
void book_arrive(BookFixture *fixture, const char *place_id, BookGuest *guest);

/* Returns: "requested"..., or "" where it is over */
const char *book_request(BookFixture *fixture, const BookGuest *guest);

/* The session's state now, or "" where it is over, by its secret and by its id alike. */
const char *book_state(BookFixture *fixture, const BookGuest *guest);

/* "none", or "requested/1", "open/2": the place's seating and its guests. */
char *book_seating(BookFixture *fixture, const char *place_id);
