/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhScreenBook: which kitchen screens are there. A plain struct without I/O or clock: it is told
 * what screens say and what time it is, and says which have fallen silent.
 *
 * A screen is one page of one device. It says every five seconds that it is there; one that has
 * said nothing for the time given to bh_screen_book_new() is *silent*, whether its device has left,
 * sleeps or is unplugged. One that said last that nobody can see it has BH_SCREEN_BOOK_HIDDEN times
 * as long: browsers wake a hidden page once a minute only. One that was closed on purpose is not
 * missed.
 *
 * Silent ones are remembered until they are back: the same screen, or another of the device that
 * shows what it showed, for a page that was opened anew is another screen.
 *
 * A screen that was there when the hub ended (bh_screen_book_restore()) is missed where it does not
 * come back; it has BH_SCREEN_BOOK_RESTORED times as long, for a page whose hub has gone asks for
 * it every fifteen seconds at last.
 *
 * Bounded: of one device the one that was heard least lately makes room; beyond
 * BH_SCREEN_BOOK_MAX in all further devices' are not taken.
 */
#pragma once

#include "json-text.h"

#define BH_SCREEN_BOOK_MAX          500
#define BH_SCREEN_BOOK_MAX_A_DEVICE 8
#define BH_SCREEN_BOOK_HIDDEN       5
#define BH_SCREEN_BOOK_RESTORED     2
#define BH_SCREEN_MAX_STATIONS      50

/* Borrowed from the book, until it is told something. */
typedef struct {
  const char *device_id;
  const char *screen_id;
  const json_t *stations; /* array of ids; JSON null: all */
  gboolean is_visible;
  gboolean is_silent;
} BhScreen;

typedef struct _BhScreenBook BhScreenBook;

BhScreenBook *bh_screen_book_new(gint64 silent_ms);
void bh_screen_book_free(BhScreenBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhScreenBook, bh_screen_book_free)

/** BhScreenVisitor: may not call the book */
typedef void (*BhScreenVisitor)(const BhScreen *screen, gpointer user_data);

/**
 * bh_screen_book_hear:
 * @stations: array of ids, or JSON null for all; referenced, not to be changed any more
 * @back: (nullable): called for each silent one that is not missed any more
 *
 * Returns: %FALSE: the book is full
 */
gboolean bh_screen_book_hear(BhScreenBook *book, const char *device_id, const char *screen_id,
                             json_t *stations, gboolean is_visible, gint64 now_ms,
                             BhScreenVisitor back, gpointer user_data);

/**
 * bh_screen_book_restore: one that was there when the hub ended
 * @stations: as above
 * @now_ms: of the start
 *
 * Nothing where it was heard already, or the book is full.
 */
void bh_screen_book_restore(BhScreenBook *book, const char *device_id, const char *screen_id,
                            json_t *stations, gboolean is_visible, gint64 now_ms);

/** bh_screen_book_close: on purpose. @back: as above */
void bh_screen_book_close(BhScreenBook *book, const char *device_id, const char *screen_id,
                          BhScreenVisitor back, gpointer user_data);

/** bh_screen_book_forget: a device that is none of ours any more. @back: as above */
void bh_screen_book_forget(BhScreenBook *book, const char *device_id, BhScreenVisitor back,
                           gpointer user_data);

/** bh_screen_book_wake: nobody could be heard until now: all that are not silent have spoken just
 * now */
void bh_screen_book_wake(BhScreenBook *book, gint64 now_ms);

/** bh_screen_book_get_due: Returns: when to look next; G_MAXINT64: nobody is there */
gint64 bh_screen_book_get_due(const BhScreenBook *book);

/** bh_screen_book_find_silent: calls @silent once for each that has fallen silent by now. */
void bh_screen_book_find_silent(BhScreenBook *book, gint64 now_ms, BhScreenVisitor silent,
                                gpointer user_data);

void bh_screen_book_visit(const BhScreenBook *book, BhScreenVisitor visitor, gpointer user_data);

/**
 * bh_screen_book_get_stamp: Returns: another number whenever others than before are not silent, or
 * they show something else
 */
guint64 bh_screen_book_get_stamp(const BhScreenBook *book);

guint bh_screen_book_get_count(const BhScreenBook *book);
