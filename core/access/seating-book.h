/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSeatingBook: the property's tables and rooms with their printed codes, the seatings there, and
 * the sessions of guests' phones; in memory and in the store.
 *
 * A session belongs to a place, and from open or confirm on to that seating. Clearing a place ends
 * its seating and all sessions of the place, those that wait too; the same printed code then begins
 * anew, with a session that knows nothing of the last one. A session that nobody has seated ends
 * BH_SEATING_WAIT_MS after it began; a seating that was only asked for ends with the last of those.
 *
 * What the book finds is committed; a change is seen once it is on the disk, and told then. Changes
 * are made one after the other, in the order of the calls. Main context only. Secrets are kept as
 * their SHA-256. Errors are BH_SEATING_ERROR, or BH_STORE_ERROR where it could not be kept: then
 * nothing has changed. now_ms is UTC everywhere.
 */
#pragma once

#include <gio/gio.h>

#include "guest-session.h"
#include "json-text.h"
#include "store.h"

#define BH_TYPE_SEATING_BOOK (bh_seating_book_get_type())
G_DECLARE_FINAL_TYPE(BhSeatingBook, bh_seating_book, BH, SEATING_BOOK, GObject)

#define BH_SEATING_MAX_PLACES   1000
#define BH_SEATING_MAX_SESSIONS 10000
#define BH_SEATING_WAIT_MS      (4 * G_GINT64_CONSTANT(3600000))

/* Sessions of one place. When it is full, a newcomer takes the place of whoever has waited longest
 * without asking. */
#define BH_SEATING_MAX_PLACE_SESSIONS 64

/* New sessions, and tries with a code or a session that is none, of one address. */
#define BH_SEATING_PER_MINUTE 20

#define BH_SEATING_ERROR (bh_seating_error_quark())

typedef enum {
  BH_SEATING_ERROR_BAD,           /* no kind of place, or it cannot be a name */
  BH_SEATING_ERROR_UNKNOWN_PLACE, /* there is no such place */
  BH_SEATING_ERROR_UNKNOWN_CODE,  /* `code-unknown`: no place has this code, or not any more */
  BH_SEATING_ERROR_ENDED,         /* `seating-ended`: the session is over, or never was */
  BH_SEATING_ERROR_NOT_REQUESTED, /* there is nothing to confirm: it was cleared, or has timed out
                                   */
  BH_SEATING_ERROR_FULL,          /* as many places, or sessions, as there may be */
  BH_SEATING_ERROR_RATE,          /* `rate-limited`: too many from this address; a minute helps */
} BhSeatingError;

GQuark bh_seating_error_quark(void);

/*
 * Signals, all after the commit
 *   changed         (const char *place_id): the place, its seating or its number of guests; it may
 *                   be gone
 *   session-changed (const char *guest_device_id): its state; it has ended where
 *                   bh_seating_book_get_session() does not find it any more: expel it
 */

BhSeatingBook *bh_seating_book_new(BhStore *store);

/**
 * bh_seating_book_load_async: once, before anything else.
 * @run_ms: of bh_sleep_notice_get_time_us(), at @now_ms
 *
 * What has waited too long is ended first; what does so later, within a minute of it, by the clock
 * of @run_ms: the time of day may be set.
 */
void bh_seating_book_load_async(BhSeatingBook *book, gint64 now_ms, gint64 run_ms,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_seating_book_load_finish(BhSeatingBook *book, GAsyncResult *result, GError **error);

/* Places, for managers ------------------------------------------------------------------------ */

/** bh_seating_book_add_place_async: @kind: "table" or "room", @name: both foreign text */
void bh_seating_book_add_place_async(BhSeatingBook *book, const char *kind, const char *name,
                                     gint64 now_ms, GAsyncReadyCallback callback,
                                     gpointer user_data);

/** bh_seating_book_add_place_finish: Returns: (transfer full) (nullable): the place's id */
char *bh_seating_book_add_place_finish(BhSeatingBook *book, GAsyncResult *result, GError **error);

/** bh_seating_book_remove_place_async: with its seating and all its sessions. */
void bh_seating_book_remove_place_async(BhSeatingBook *book, const char *place_id,
                                        GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_seating_book_renew_place_async: another code to print. The old one is void, and so are the
 * sessions that came by it and have not asked yet; who is seated, or has asked, stays.
 */
void bh_seating_book_renew_place_async(BhSeatingBook *book, const char *place_id,
                                       GAsyncReadyCallback callback, gpointer user_data);

/** bh_seating_book_describe_codes: Returns: (transfer full): {codes: [{placeId, kind, name, code:
 * base64url}]}; the caller adds link and svg */
json_t *bh_seating_book_describe_codes(BhSeatingBook *book);

/* Seatings, for staff -------------------------------------------------------------------------- */

/** bh_seating_book_open_async: whoever waits there is seated; nothing happens where it is open. */
void bh_seating_book_open_async(BhSeatingBook *book, const char *place_id, gint64 now_ms,
                                GAsyncReadyCallback callback, gpointer user_data);

/** bh_seating_book_confirm_async: opens what was asked for; nothing happens where it is open. */
void bh_seating_book_confirm_async(BhSeatingBook *book, const char *place_id, gint64 now_ms,
                                   GAsyncReadyCallback callback, gpointer user_data);

/** bh_seating_book_clear_async: the seating and all sessions of the place are over. */
void bh_seating_book_clear_async(BhSeatingBook *book, const char *place_id,
                                 GAsyncReadyCallback callback, gpointer user_data);

/** bh_seating_book_change_finish: of remove_place, renew_place, open, confirm and clear. */
gboolean bh_seating_book_change_finish(BhSeatingBook *book, GAsyncResult *result, GError **error);

/** bh_seating_book_describe_places: Returns: (transfer full): {places: [{placeId, kind, name,
 * seating: {seatingId, state, sinceMs, guests} or null}]} */
json_t *bh_seating_book_describe_places(BhSeatingBook *book);

/* Guests --------------------------------------------------------------------------------------- */

/**
 * bh_seating_book_begin_async:
 * @code: foreign text: of the printed code
 * @session: (nullable): foreign text: the secret of the session that the guest has already
 * @address: the guest's, for the limit
 * @run_ms: of bh_sleep_notice_get_time_us()
 *
 * A new session at the place of @code, seated at once where its seating is open. With @session that
 * one, as it is: also when the code has been renewed since; with the code of another place a new
 * one there.
 */
void bh_seating_book_begin_async(BhSeatingBook *book, const char *code, const char *session,
                                 const char *address, gint64 now_ms, gint64 run_ms,
                                 GAsyncReadyCallback callback, gpointer user_data);

/** bh_seating_book_begin_finish: Returns: (transfer full) (nullable): {session, place: {placeId,
 * kind, name}, state}; %NULL exactly when @error is set */
json_t *bh_seating_book_begin_finish(BhSeatingBook *book, GAsyncResult *result, GError **error);

/**
 * bh_seating_book_request_async: @guest_device_id asks staff for the seating, or joins who has
 * asked at the same place; nothing happens where it has asked or is seated.
 */
void bh_seating_book_request_async(BhSeatingBook *book, const char *guest_device_id, gint64 now_ms,
                                   GAsyncReadyCallback callback, gpointer user_data);

/** bh_seating_book_request_finish: @state: (out): of the session now */
gboolean bh_seating_book_request_finish(BhSeatingBook *book, GAsyncResult *result,
                                        BhGuestState *state, GError **error);

/**
 * bh_seating_book_find_session:
 * @secret: (nullable): foreign text
 *
 * Returns: (transfer none) (nullable): valid until the main loop is entered again; %NULL: it is
 *   over, or never was
 */
const BhGuestSession *bh_seating_book_find_session(BhSeatingBook *book, const char *secret);

/** bh_seating_book_get_session: the same by its id. */
const BhGuestSession *bh_seating_book_get_session(BhSeatingBook *book, const char *guest_device_id);

/** bh_seating_book_describe_place: Returns: (transfer full) (nullable): {placeId, kind, name} */
json_t *bh_seating_book_describe_place(BhSeatingBook *book, const char *place_id);

/** bh_seating_book_expire: ends what has waited too long at @run_ms; the book does it by itself. */
void bh_seating_book_expire(BhSeatingBook *book, gint64 run_ms);

/** bh_seating_book_close: nothing expires any more. Before bh_store_close(). Twice is fine. */
void bh_seating_book_close(BhSeatingBook *book);
