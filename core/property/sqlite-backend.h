/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSqliteBackend: operations in the state folder's database (core/store). What is appended in one
 * turn of the loop is one piece of the store's work, and the store's group commit joins those.
 */
#pragma once

#include "operation-backend.h"
#include "store.h"

#define BH_TYPE_SQLITE_BACKEND (bh_sqlite_backend_get_type())
G_DECLARE_FINAL_TYPE(BhSqliteBackend, bh_sqlite_backend, BH, SQLITE_BACKEND, GObject)

/* The tables of this room, for bh_store_open(). core/hub/schema.c names each step. */
extern const BhStoreMigration bh_property_migrations[];
extern const guint bh_property_n_migrations;

/**
 * bh_sqlite_backend_new:
 * @store: opened with bh_property_migrations; referenced. Closed by its owner, after the property
 *   and before the last reference to this goes.
 */
BhSqliteBackend *bh_sqlite_backend_new(BhStore *store);
