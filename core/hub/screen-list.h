/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen-list: which kitchen screens were there last, in the store, so that the next run of the hub
 * can miss them. Written as a whole: they are few, and others only when somebody opens, closes or
 * hides one.
 */
#pragma once

#include "screen-book.h"
#include "store.h"

extern const BhStoreMigration bh_screen_list_migrations[];
extern const guint bh_screen_list_n_migrations;

/** bh_screen_list_read_async: gives nobody of whom it cannot be said what they showed. */
void bh_screen_list_read_async(BhStore *store, GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_screen_list_read_finish:
 * @visitor: called for each; what it is given lasts for that call
 *
 * Where it cannot be read there is none.
 */
void bh_screen_list_read_finish(BhStore *store, GAsyncResult *result, BhScreenVisitor visitor,
                                gpointer user_data);

/** bh_screen_list_write_async: those of @book that are not silent, in place of all before. */
void bh_screen_list_write_async(BhStore *store, const BhScreenBook *book,
                                GAsyncReadyCallback callback, gpointer user_data);

/** bh_screen_list_write_finish: Returns: whether it is on the disk */
gboolean bh_screen_list_write_finish(BhStore *store, GAsyncResult *result);
