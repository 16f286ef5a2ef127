/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access-schema: the tables of this room, for bh_store_open(). core/hub/schema.c names each step.
 */
#pragma once

#include "store.h"

extern const BhStoreMigration bh_access_migrations[];
extern const guint bh_access_n_migrations;
