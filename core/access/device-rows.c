/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "device-rows.h"

#include "statement.h"

#define DEVICE_COLUMNS                                                                             \
  "device_id, public_key, role, name, kind, created_ms, changed_ms, revoked_ms, link_id"

#define RESTORED "ifnull((SELECT value FROM access_counter WHERE name = 'restored'), 0)"

/* With since when its memberships are valid. */
#define SELECT_DEVICE "SELECT " DEVICE_COLUMNS ", max(changed_ms, " RESTORED ")"
#define N_SELECTED    10

/* From a row of SELECT_DEVICE. */
static BhDevice *
read_device(BhStatement *row)
{
  BhDevice *device = g_new0(BhDevice, 1);

  g_atomic_ref_count_init(&device->refs);
  device->device_id = bh_statement_dup_text(row, 0);
  bh_statement_copy_bytes(row, 1, device->public_key, sizeof device->public_key);
  /* A role of a later version allows nothing here. */
  device->role = bh_role_from_name((const char *)sqlite3_column_text(row, 2));
  device->name = bh_statement_dup_text(row, 3);
  device->kind = bh_statement_dup_text(row, 4);
  device->created_ms = sqlite3_column_int64(row, 5);
  device->changed_ms = sqlite3_column_int64(row, 6);
  device->revoked_ms = sqlite3_column_int64(row, 7);
  device->link_id = bh_statement_dup_text(row, 8);
  device->valid_from_ms = sqlite3_column_int64(row, 9);
  return device;
}

gboolean
bh_device_rows_insert(sqlite3 *db, const BhDevice *device, GError **error)
{
  g_autoptr(BhStatement) insert = bh_statement_new(db,
                                                   "INSERT INTO device (" DEVICE_COLUMNS ")"
                                                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                                                   error);

  if (insert == NULL)
    return FALSE;
  bh_statement_bind_text(insert, 1, device->device_id);
  bh_statement_bind_bytes(insert, 2, device->public_key, sizeof device->public_key);
  bh_statement_bind_text(insert, 3, bh_role_get_name(device->role));
  bh_statement_bind_text(insert, 4, device->name);
  bh_statement_bind_text(insert, 5, device->kind);
  sqlite3_bind_int64(insert, 6, device->created_ms);
  sqlite3_bind_int64(insert, 7, device->changed_ms);
  sqlite3_bind_int64(insert, 8, device->revoked_ms);
  bh_statement_bind_text(insert, 9, device->link_id);
  return bh_store_step(db, insert, error);
}

static BhDevice *
find(sqlite3 *db, const char *sql, const char *key, GError **error)
{
  g_autoptr(BhStatement) statement = bh_statement_new(db, sql, error);

  if (statement == NULL)
    return NULL;
  bh_statement_bind_text(statement, 1, key);
  return bh_statement_next(statement, error) ? read_device(statement) : NULL;
}

BhDevice *
bh_device_rows_find_by_link(sqlite3 *db, const char *link_id, GError **error)
{
  return find(db, SELECT_DEVICE " FROM device WHERE link_id = ?1", link_id, error);
}

/* Load --------------------------------------------------------------------------------------- */

BhDeviceLoad *
bh_device_load_new(void)
{
  BhDeviceLoad *load = g_new0(BhDeviceLoad, 1);

  load->devices = g_ptr_array_new_with_free_func((GDestroyNotify)bh_device_unref);
  load->seen_ms = g_array_new(FALSE, FALSE, sizeof(gint64));
  return load;
}

void
bh_device_load_free(BhDeviceLoad *load)
{
  g_ptr_array_unref(load->devices);
  g_array_unref(load->seen_ms);
  g_free(load);
}

gboolean
bh_device_rows_run_load(sqlite3 *db, gpointer data, GError **error)
{
  BhDeviceLoad *load = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) counters = bh_statement_new(
      db,
      "SELECT ifnull(max(value), 0), " RESTORED " FROM access_counter WHERE name = 'revocations'",
      error);
  g_autoptr(BhStatement) devices =
      counters == NULL ? NULL
                       : bh_statement_new(db,
                                          SELECT_DEVICE ", seen_ms FROM device"
                                                        " ORDER BY created_ms, device_id",
                                          error);

  g_ptr_array_set_size(load->devices, 0);
  g_array_set_size(load->seen_ms, 0);
  if (devices == NULL)
    return FALSE;
  if (bh_statement_next(counters, &problem)) {
    load->version = sqlite3_column_int64(counters, 0);
    load->restored_ms = sqlite3_column_int64(counters, 1);
  }
  while (problem == NULL && bh_statement_next(devices, &problem)) {
    gint64 seen_ms = sqlite3_column_int64(devices, N_SELECTED);

    g_ptr_array_add(load->devices, read_device(devices));
    g_array_append_val(load->seen_ms, seen_ms);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* Change ------------------------------------------------------------------------------------- */

void
bh_device_change_free(BhDeviceChange *change)
{
  g_free(change->device_id);
  g_free(change->name);
  g_clear_pointer(&change->device, bh_device_unref);
  g_free(change);
}

/*
 * Of revocations: a device that was given version N keeps it until it is given a higher one. The
 * clock is in it, so that a hub whose backup was put back still goes on above what its devices have
 * seen, with its next change.
 */
static gboolean
raise_counter(sqlite3 *db, const char *name, gint64 now_ms, gint64 *value, GError **error)
{
  GError *problem = NULL;
  g_autoptr(BhStatement) statement =
      bh_statement_new(db,
                       "INSERT INTO access_counter VALUES (?1, max(1, ?2))"
                       " ON CONFLICT (name) DO UPDATE SET value = max(value + 1, ?2)"
                       " RETURNING value",
                       error);

  if (statement == NULL)
    return FALSE;
  bh_statement_bind_text(statement, 1, name);
  sqlite3_bind_int64(statement, 2, now_ms);
  if (bh_statement_next(statement, &problem))
    *value = sqlite3_column_int64(statement, 0);
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

gboolean
bh_device_rows_run_restored(sqlite3 *db, gpointer data, GError **error)
{
  gint64 restored_ms = 0;

  return raise_counter(db, "restored", g_get_real_time() / 1000, &restored_ms, error);
}

static gboolean
write_change(sqlite3 *db, const BhDevice *device, GError **error)
{
  g_autoptr(BhStatement) update =
      bh_statement_new(db,
                       "UPDATE device SET role = ?2, name = ?3, changed_ms = ?4, revoked_ms = ?5"
                       " WHERE device_id = ?1",
                       error);

  if (update == NULL)
    return FALSE;
  bh_statement_bind_text(update, 1, device->device_id);
  bh_statement_bind_text(update, 2, bh_role_get_name(device->role));
  bh_statement_bind_text(update, 3, device->name);
  sqlite3_bind_int64(update, 4, device->changed_ms);
  sqlite3_bind_int64(update, 5, device->revoked_ms);
  return bh_store_step(db, update, error);
}

/* FALSE: nothing is different. */
static gboolean
apply_change(const BhDeviceChange *change, BhDevice *device)
{
  gboolean is_changed = change->revoke || change->renew;

  if (change->role != BH_ROLE_NONE && change->role != device->role) {
    device->role = change->role;
    is_changed = TRUE;
  }
  if (change->name != NULL && !g_str_equal(change->name, device->name)) {
    g_free(device->name);
    device->name = g_strdup(change->name);
    is_changed = TRUE;
  }
  if (change->revoke)
    device->revoked_ms = MAX(change->now_ms, 1);
  /* Later than any membership given out so far: their notBefore is what was here. */
  if (is_changed)
    device->changed_ms = device->valid_from_ms = MAX(change->now_ms, device->valid_from_ms) + 1;
  return is_changed;
}

gboolean
bh_device_rows_run_change(sqlite3 *db, gpointer data, GError **error)
{
  BhDeviceChange *change = data;
  GError *problem = NULL;

  g_clear_pointer(&change->device, bh_device_unref);
  change->is_changed = FALSE;
  change->device = find(db, SELECT_DEVICE " FROM device WHERE device_id = ?1 AND revoked_ms = 0",
                        change->device_id, &problem);
  if (problem != NULL) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  if (change->device == NULL || !apply_change(change, change->device))
    return TRUE;
  change->is_changed = TRUE;
  return write_change(db, change->device, error) &&
         raise_counter(db, "revocations", change->now_ms, &change->version, error);
}

/* Seen --------------------------------------------------------------------------------------- */

void
bh_device_seen_free(BhDeviceSeen *seen)
{
  g_ptr_array_unref(seen->device_ids);
  g_array_unref(seen->seen_ms);
  g_free(seen);
}

gboolean
bh_device_rows_run_seen(sqlite3 *db, gpointer data, GError **error)
{
  const BhDeviceSeen *seen = data;
  g_autoptr(BhStatement) update =
      bh_statement_new(db, "UPDATE device SET seen_ms = ?2 WHERE device_id = ?1", error);

  if (update == NULL)
    return FALSE;
  for (guint i = 0; i < seen->device_ids->len; i++) {
    bh_statement_bind_text(update, 1, seen->device_ids->pdata[i]);
    sqlite3_bind_int64(update, 2, g_array_index(seen->seen_ms, gint64, i));
    if (!bh_store_step(db, update, error))
      return FALSE;
  }
  return TRUE;
}
