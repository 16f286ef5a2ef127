/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLockFile: one instance of the program a state folder. For the store, and for who fills a folder
 * before one opens it; one implementation a platform.
 *
 * The system drops the lock with the process, however it ends; the file itself stays and says who
 * had it last.
 */
#pragma once

#include <glib.h>

typedef struct _BhLockFile BhLockFile;

/**
 * bh_lock_file_take:
 * @path: made where it is missing
 *
 * Never waits.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: BH_STORE_ERROR_HELD and a
 *   message that names the holder, or BH_STORE_ERROR_FAILED
 */
BhLockFile *bh_lock_file_take(const char *path, GError **error);

/** bh_lock_file_release: lets go of the lock and frees @lock. */
void bh_lock_file_release(BhLockFile *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhLockFile, bh_lock_file_release)
