/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schema: the rooms' migrations in the one order of the database's user_version.
 */
#pragma once

#include "store.h"

/**
 * bh_schema_list:
 * @count: (out)
 *
 * A room's later migrations are appended to the list in schema.c, behind everything that stands
 * there already.
 *
 * Returns: (transfer full): free with g_free(); the statements are static
 */
BhStoreMigration *bh_schema_list(guint *count);
