/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite-load: reads all that a start needs. Private to the room; runs on the store's thread.
 */
#pragma once

#include "backend-data.h"
#include "store.h"

/** bh_sqlite_load: Returns: (transfer full) (nullable): %NULL exactly when @error is set */
BhBackendContents *bh_sqlite_load(sqlite3 *db, GError **error);
