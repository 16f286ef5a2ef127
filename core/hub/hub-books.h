/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHubBooks: what this hub remembers of itself, its devices, its people, its guests and its
 * pictures: opened with the store, read once at the start, and closed before the store is.
 *
 * A plain struct, owned by the hub.
 */
#pragma once

#include "alert-desk.h"
#include "audit-log.h"
#include "device-book.h"
#include "person-book.h"
#include "picture-book.h"
#include "seating-book.h"
#include "sign-key.h"

typedef struct {
  BhStore *store;
  BhSignKey *key;
  char *hub_id; /* NULL until loaded; made at the first start */
  BhDeviceBook *devices;
  BhPersonBook *people;
  BhSeatingBook *seatings;
  BhAuditLog *audit;
  BhAlertDesk *alerts;
  BhPictureBook *pictures;
} BhHubBooks;

/**
 * bh_hub_books_open: the hub's key is read or made here; blocks, for the start. @limits: copied
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhHubBooks *bh_hub_books_open(BhStore *store, const BhLimitSet *limits, GError **error);

/** bh_hub_books_load_async: @source: whose task it is; the books must live until it completes. */
void bh_hub_books_load_async(BhHubBooks *books, GObject *source, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean bh_hub_books_load_finish(BhHubBooks *books, GAsyncResult *result, GError **error);

/** bh_hub_books_close: writes what is still in memory; before bh_store_close(). */
void bh_hub_books_close(BhHubBooks *books);
void bh_hub_books_free(BhHubBooks *books);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhHubBooks, bh_hub_books_free)
