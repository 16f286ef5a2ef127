/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seating-rows: the tables of places, seatings and guest sessions, as a map. Private to the room.
 */
#pragma once

#include "seating-map.h"
#include "store.h"

typedef struct {
  gint64 now_ms;     /* UTC */
  gint64 run_ms;     /* the same by the clock that runs on */
  BhSeatingMap *map; /* (out) (nullable): made on the store's thread, then the loop's */
} BhSeatingLoad;

void bh_seating_load_free(BhSeatingLoad *load);

/** bh_seating_rows_run_load: a BhStoreWork that reads. */
gboolean bh_seating_rows_run_load(sqlite3 *db, gpointer load, GError **error);
