/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPersonBook: the people who work here, and who is signed in on which device; in memory and in
 * the store. On a shared tablet a device is not a person: a PIN of 4 to 8 digits says who it is.
 *
 * PINs are kept by scrypt, which runs on a worker. Wrong tries are counted in the store, before the
 * answer: for one person on one device (5 in a row, then each further one makes the wait longer, up
 * to an hour), and for one person on all devices together (the same, up to a quarter of an hour, so
 * that nobody can lock a colleague out for long; and 20 in a day, which signing in does not
 * forgive, so that a guesser cannot go on behind each right PIN). A person that there is not costs
 * the same work and the same waits.
 *
 * What the book finds is committed. Changes are made one after the other, in the order of the
 * calls. Main context only. Errors are BH_PERSON_ERROR, or BH_STORE_ERROR where it could not be
 * kept: then nothing has changed, and nobody is signed in. now_ms is UTC everywhere.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"
#include "store.h"

#define BH_TYPE_PERSON_BOOK (bh_person_book_get_type())
G_DECLARE_FINAL_TYPE(BhPersonBook, bh_person_book, BH, PERSON_BOOK, GObject)

#define BH_PERSON_MAX            1000
#define BH_PERSON_MIN_PIN_DIGITS 4
#define BH_PERSON_MAX_PIN_DIGITS 8

#define BH_PERSON_ERROR (bh_person_error_quark())

typedef enum {
  BH_PERSON_ERROR_NAME,      /* it cannot be a name */
  BH_PERSON_ERROR_PIN,       /* not 4 to 8 digits; not counted as a try */
  BH_PERSON_ERROR_UNKNOWN,   /* there is no such person (never from signing in) */
  BH_PERSON_ERROR_FULL,      /* BH_PERSON_MAX people are there */
  BH_PERSON_ERROR_WRONG_PIN, /* `wrong-pin`: or there is no such person */
  BH_PERSON_ERROR_TOO_MANY,  /* `too-many-tries`: the PIN was not looked at; see retry_ms */
} BhPersonError;

GQuark bh_person_error_quark(void);

/*
 * Signals, all after the commit
 *   changed         (): the list of people
 *   sign-in-changed (const char *device_id): who is signed in there
 */

BhPersonBook *bh_person_book_new(BhStore *store);

/** bh_person_book_load_async: once, before anything else. @now_ms: old tries are forgotten */
void bh_person_book_load_async(BhPersonBook *book, gint64 now_ms, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean bh_person_book_load_finish(BhPersonBook *book, GAsyncResult *result, GError **error);

/** bh_person_book_add_async: @name, @pin: foreign text */
void bh_person_book_add_async(BhPersonBook *book, const char *name, const char *pin, gint64 now_ms,
                              GAsyncReadyCallback callback, gpointer user_data);

/** bh_person_book_add_finish: Returns: (transfer full) (nullable): the person's id */
char *bh_person_book_add_finish(BhPersonBook *book, GAsyncResult *result, GError **error);

/**
 * bh_person_book_set_pin_async: another PIN. Who knew the old one is signed out everywhere, and the
 * wrong tries are forgotten.
 */
void bh_person_book_set_pin_async(BhPersonBook *book, const char *person_id, const char *pin,
                                  GAsyncReadyCallback callback, gpointer user_data);

/** bh_person_book_remove_async: and signs them out everywhere. */
void bh_person_book_remove_async(BhPersonBook *book, const char *person_id,
                                 GAsyncReadyCallback callback, gpointer user_data);

/** bh_person_book_change_finish: of set_pin, remove and sign_out. */
gboolean bh_person_book_change_finish(BhPersonBook *book, GAsyncResult *result, GError **error);

/**
 * bh_person_book_sign_in_async:
 * @device_id: paired; one try of a device at a time
 * @person_id, @pin: foreign text
 *
 * Whoever was signed in on the device before is not any more.
 */
void bh_person_book_sign_in_async(BhPersonBook *book, const char *device_id, const char *person_id,
                                  const char *pin, gint64 now_ms, GAsyncReadyCallback callback,
                                  gpointer user_data);

/**
 * bh_person_book_sign_in_finish:
 * @retry_ms: (out) (optional): with TOO_MANY: how long from now; with WRONG_PIN: 0, or how long the
 *   next try has to wait
 *
 * Returns: (transfer full) (nullable): {person: {personId, name}}; %NULL exactly when @error is set
 */
json_t *bh_person_book_sign_in_finish(BhPersonBook *book, GAsyncResult *result, gint64 *retry_ms,
                                      GError **error);

/** bh_person_book_sign_out_async: also for a device that is removed. */
void bh_person_book_sign_out_async(BhPersonBook *book, const char *device_id,
                                   GAsyncReadyCallback callback, gpointer user_data);

/** bh_person_book_get_signed_in: @device_id: (nullable): Returns: (transfer none) (nullable): the
 * person's id */
const char *bh_person_book_get_signed_in(BhPersonBook *book, const char *device_id);

/** bh_person_book_get_signed_in_name: the same person's name. */
const char *bh_person_book_get_signed_in_name(BhPersonBook *book, const char *device_id);

/** bh_person_book_get_name: @person_id: (nullable): foreign text. Returns: (transfer none)
 * (nullable): */
const char *bh_person_book_get_name(BhPersonBook *book, const char *person_id);

/** bh_person_book_describe_people: @device_id: (nullable): the asking device's. Returns: (transfer
 * full): {people: [{personId, name}], signedIn: {personId, name} or null} */
json_t *bh_person_book_describe_people(BhPersonBook *book, const char *device_id);
