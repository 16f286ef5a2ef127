/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device-rows: the table of devices. Private to the room but for bh_device_rows_run_restored();
 * runs on the store's thread, as parts of work functions or as whole ones.
 */
#pragma once

#include "device.h"
#include "store.h"

/** bh_device_rows_insert: Returns: %FALSE exactly when @error is set */
gboolean bh_device_rows_insert(sqlite3 *db, const BhDevice *device, GError **error);

/**
 * bh_device_rows_find_by_link:
 *
 * Returns: (transfer full) (nullable): %NULL: there is none, or @error is set
 */
BhDevice *bh_device_rows_find_by_link(sqlite3 *db, const char *link_id, GError **error);

/* bh_device_rows_run_load: fills what is empty. */
typedef struct {
  GPtrArray *devices; /* of BhDevice, oldest first */
  GArray *seen_ms;    /* of gint64, one for each */
  gint64 version;     /* of the revocations */
  gint64 restored_ms; /* UTC; 0: never */
} BhDeviceLoad;

BhDeviceLoad *bh_device_load_new(void);
void bh_device_load_free(BhDeviceLoad *load);
gboolean bh_device_rows_run_load(sqlite3 *db, gpointer load, GError **error);

/* bh_device_rows_run_change: only what is given; reads the rest from the row. */
typedef struct {
  char *device_id;
  BhRole role; /* BH_ROLE_NONE: stays */
  char *name;  /* (nullable): stays */
  gboolean revoke;
  gboolean renew; /* changed, though nothing is different */
  gint64 now_ms;
  BhDevice *device;    /* (out) (nullable): as it is now; %NULL: unknown, or removed before */
  gboolean is_changed; /* (out): %FALSE: it was so already */
  gint64 version;      /* (out): of the revocations, where it is changed */
} BhDeviceChange;

void bh_device_change_free(BhDeviceChange *change);
gboolean bh_device_rows_run_change(sqlite3 *db, gpointer change, GError **error);

/**
 * bh_device_rows_run_restored: of a database that comes from a backup: memberships are valid from
 * now on. A device that was changed after the backup is told of as changed until the next list, and
 * is not to be void by that. The list itself stays below it: it does not know whom that one
 * removed.
 * @data: %NULL
 */
gboolean bh_device_rows_run_restored(sqlite3 *db, gpointer data, GError **error);

/* bh_device_rows_run_seen: */
typedef struct {
  GPtrArray *device_ids; /* of char* */
  GArray *seen_ms;       /* of gint64, one for each */
} BhDeviceSeen;

void bh_device_seen_free(BhDeviceSeen *seen);
gboolean bh_device_rows_run_seen(sqlite3 *db, gpointer seen, GError **error);
