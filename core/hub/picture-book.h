/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPictureBook: pictures of what is on the menu, in the hub's database.
 *
 * A picture is called by what it shows: its id is the SHA-256 of its bytes, so one that comes twice
 * is one, and whoever has it never needs to ask again. What there is (not the content) is known in
 * memory; content is read by the store's thread, each picture once however many ask, and the
 * latest stay in a cache.
 *
 * Bounded by the limits `pictures` and `pictures-bytes`. Only when one more does not fit, those
 * make room that nothing refers to and that came more than a day ago: until then an item of a
 * device that was away may still name it.
 *
 * Main context only; everything is durable before its completion.
 */
#pragma once

#include <gio/gio.h>

#include "limit-set.h"
#include "store.h"

#define BH_TYPE_PICTURE_BOOK (bh_picture_book_get_type())
G_DECLARE_FINAL_TYPE(BhPictureBook, bh_picture_book, BH, PICTURE_BOOK, GObject)

/* Longest one; a phone shows it a hand wide. */
#define BH_PICTURE_MAX_BYTES (256 * 1024)
/* base64url of a SHA-256. */
#define BH_PICTURE_ID_BYTES 43
/* How long what nothing refers to is left alone. */
#define BH_PICTURE_GRACE_MS (G_GINT64_CONSTANT(24) * 60 * 60 * 1000)

#define BH_PICTURE_ERROR (bh_picture_error_quark())

typedef enum {
  BH_PICTURE_ERROR_TYPE,      /* none of the types that are taken, or not what it is said to be */
  BH_PICTURE_ERROR_TOO_LARGE, /* over BH_PICTURE_MAX_BYTES */
  BH_PICTURE_ERROR_FULL,      /* no room, and nothing that could make any */
  BH_PICTURE_ERROR_UNKNOWN,   /* there is no such picture */
} BhPictureError;

GQuark bh_picture_error_quark(void);

/**
 * BhPictureUsage:
 *
 * Returns: (transfer full): a set of the ids that something refers to
 */
typedef GHashTable *(*BhPictureUsage)(gpointer user_data);

/** bh_picture_book_new: copies @limits. */
BhPictureBook *bh_picture_book_new(BhStore *store, const BhLimitSet *limits);

/** bh_picture_book_set_usage: asked when room is wanted; without it nothing makes room. */
void bh_picture_book_set_usage(BhPictureBook *book, BhPictureUsage usage, gpointer user_data);

/** bh_picture_book_load_async: before anything else. */
void bh_picture_book_load_async(BhPictureBook *book, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean bh_picture_book_load_finish(BhPictureBook *book, GAsyncResult *result, GError **error);

/**
 * bh_picture_book_add_async:
 * @type: foreign: a media type
 * @content: foreign
 * @now_ms: UTC
 */
void bh_picture_book_add_async(BhPictureBook *book, const char *type, GBytes *content,
                               gint64 now_ms, GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_picture_book_add_finish:
 *
 * Returns: (transfer full) (nullable): its id; %NULL exactly when @error is set (BH_PICTURE_ERROR,
 *   BH_STORE_ERROR)
 */
char *bh_picture_book_add_finish(BhPictureBook *book, GAsyncResult *result, GError **error);

/** bh_picture_book_get_type_of: Returns: (transfer none) (nullable): its media type, static;
 * %NULL: there is no such picture. @picture_id: foreign */
const char *bh_picture_book_get_type_of(BhPictureBook *book, const char *picture_id);

/** bh_picture_book_read_async: @picture_id: foreign */
void bh_picture_book_read_async(BhPictureBook *book, const char *picture_id,
                                GAsyncReadyCallback callback, gpointer user_data);

/** bh_picture_book_read_finish: Returns: (transfer full) (nullable): %NULL: @error is set */
GBytes *bh_picture_book_read_finish(BhPictureBook *book, GAsyncResult *result, GError **error);

guint bh_picture_book_get_count(BhPictureBook *book);
