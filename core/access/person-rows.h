/* SPDX-License-Identifier: Apache-2.0 */
/*
 * person-rows: the tables of people, their sign-ins and wrong tries, as a map. Private to the room.
 */
#pragma once

#include "person-map.h"
#include "store.h"

typedef struct {
  gint64 now_ms;    /* the caller's own */
  BhPersonMap *map; /* (out) (nullable): made on the store's thread, then the loop's */
} BhPersonLoad;

void bh_person_load_free(BhPersonLoad *load);

/** bh_person_rows_run_load: a BhStoreWork that reads. */
gboolean bh_person_rows_run_load(sqlite3 *db, gpointer load, GError **error);
