/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store-copy: a copy of a state folder's database while its store is in use, and what is asked of
 * such a copy before a store may open it. All block: for a worker.
 */
#pragma once

#include "store.h"

/** BhStoreCopyProgress: @done, @total: in pages; called on the worker. */
typedef void (*BhStoreCopyProgress)(guint done, guint total, gpointer user_data);

/**
 * bh_store_copy:
 * @folder: of the store, open or not
 * @path: made anew, 0600; not there afterwards where this fails
 * @progress: (nullable):
 *
 * What was committed when this began, and nothing later: whoever writes meanwhile is not held up.
 * The copy has been looked through and is whole (BH_STORE_ERROR_CORRUPT); it is not forced to the
 * disk.
 *
 * Returns: %FALSE exactly when @error is set: BH_STORE_ERROR, or G_IO_ERROR_CANCELLED
 */
gboolean bh_store_copy(const char *folder, const char *path, GCancellable *cancellable,
                       BhStoreCopyProgress progress, gpointer user_data, GError **error);

/**
 * bh_store_amend:
 * @path: of a database that no store has open
 * @n_migrations: that this program knows
 * @work: changes it, in one transaction; durable before this returns
 *
 * Checks first that it is whole and not of a later version.
 *
 * Returns: %FALSE exactly when @error is set: BH_STORE_ERROR
 */
gboolean bh_store_amend(const char *path, guint n_migrations, BhStoreWork work, gpointer data,
                        GError **error);
