/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-memory.h"

#include <string.h>

struct _BhBackupMemory {
  json_t *last;     /* (nullable): {run, timeMs, file, folder, sizeBytes, kept} */
  json_t *usual;    /* (nullable): {timeMs, folder, external}: of the folder of the nightly ones */
  json_t *restored; /* (nullable): {file, createdMs}: not told yet */
  json_t *error;    /* (nullable): {run, timeMs, message}: of the last run, where it failed */
};

static void
replace(json_t **target, json_t *value)
{
  g_clear_pointer(target, json_decref);
  *target = value;
}

BhBackupMemory *
bh_backup_memory_new(void)
{
  return g_new0(BhBackupMemory, 1);
}

void
bh_backup_memory_free(BhBackupMemory *memory)
{
  replace(&memory->last, NULL);
  replace(&memory->usual, NULL);
  replace(&memory->error, NULL);
  replace(&memory->restored, NULL);
  g_free(memory);
}

/* --- on the store's thread --- */

static gboolean
run_load(sqlite3 *db, gpointer data, GError **error)
{
  char **text = data;
  sqlite3_stmt *find = NULL;

  g_clear_pointer(text, g_free);
  if (sqlite3_prepare_v2(db, "SELECT value FROM hub_value WHERE name = ?1", -1, &find, NULL) !=
      SQLITE_OK) {
    bh_store_set_error(error, db);
    return FALSE;
  }
  sqlite3_bind_text(find, 1, BH_BACKUP_MEMORY_VALUE, -1, SQLITE_STATIC);
  if (sqlite3_step(find) == SQLITE_ROW)
    *text = g_strdup((const char *)sqlite3_column_text(find, 0));
  sqlite3_finalize(find);
  return TRUE;
}

gboolean
bh_backup_memory_run_put(sqlite3 *db, gpointer data, GError **error)
{
  sqlite3_stmt *put = NULL;
  gboolean done;

  if (sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO hub_value (name, value) VALUES (?1, ?2)", -1,
                         &put, NULL) == SQLITE_OK) {
    sqlite3_bind_text(put, 1, BH_BACKUP_MEMORY_VALUE, -1, SQLITE_STATIC);
    sqlite3_bind_text(put, 2, data, -1, SQLITE_STATIC);
  }
  done = bh_store_step(db, put, error);
  sqlite3_finalize(put);
  return done;
}

/* --- reading and writing --- */

static void
text_holder_free(gpointer data)
{
  char **text = data;

  g_free(*text);
  g_free(text);
}

void
bh_backup_memory_load_async(BhBackupMemory *memory, BhStore *store, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  bh_store_read_async(store, run_load, g_new0(char *, 1), text_holder_free, NULL, callback,
                      user_data);
}

static json_t *
take_object(json_t *from, const char *name)
{
  json_t *object = json_object_get(from, name);

  return json_is_object(object) ? json_incref(object) : NULL;
}

/* Runs are numbered anew with each hub: what was kept is none of its runs. */
static json_t *
take_outcome(json_t *from, const char *name)
{
  json_t *outcome = take_object(from, name);

  if (outcome != NULL)
    json_object_set_new(outcome, "run", json_integer(0));
  return outcome;
}

void
bh_backup_memory_load_finish(BhBackupMemory *memory, BhStore *store, GAsyncResult *result)
{
  const char *const *text = bh_store_get_task_data(result);
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) all = NULL;

  if (!bh_store_read_finish(store, result, &error)) {
    g_info("It is not known when the last backup was made: %s", error->message);
    return;
  }
  all = *text != NULL ? bh_json_parse(*text, strlen(*text), NULL) : NULL;
  replace(&memory->last, take_outcome(all, "last"));
  replace(&memory->usual, take_object(all, "usual"));
  replace(&memory->error, take_outcome(all, "error"));
  replace(&memory->restored, take_object(all, "restored"));
}

char *
bh_backup_memory_make_restored(const char *file, gint64 created_ms)
{
  g_autoptr(json_t) all =
      json_pack("{s:{s:s, s:I}}", "restored", "file", file, "createdMs", (json_int_t)created_ms);

  return bh_json_to_text(all);
}

json_t *
bh_backup_memory_take_restored(BhBackupMemory *memory)
{
  return g_steal_pointer(&memory->restored);
}

static void
save_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error))
    g_info("When the last backup was made is not on the disk: %s", error->message);
}

void
bh_backup_memory_save(const BhBackupMemory *memory, BhStore *store)
{
  g_autoptr(json_t) all = json_pack("{s:O*, s:O*, s:O*}", "last", memory->last, "usual",
                                    memory->usual, "error", memory->error);

  bh_store_write_async(store, bh_backup_memory_run_put, bh_json_to_text(all), g_free, NULL, save_cb,
                       NULL);
}

/* --- how it went --- */

void
bh_backup_memory_succeed(BhBackupMemory *memory, guint number, const BhBackupRun *run,
                         gboolean is_usual)
{
  replace(&memory->last,
          json_pack("{s:i, s:I, s:s, s:s, s:I, s:i}", "run", (int)number, "timeMs",
                    (json_int_t)run->now_ms, "file", run->file, "folder", run->folder, "sizeBytes",
                    (json_int_t)run->size_bytes, "kept", (int)run->kept));
  replace(&memory->error, NULL);
  if (is_usual)
    replace(&memory->usual, json_pack("{s:I, s:s, s:b}", "timeMs", (json_int_t)run->now_ms,
                                      "folder", run->folder, "external", run->is_external));
}

gboolean
bh_backup_memory_fail(BhBackupMemory *memory, guint number, gint64 time_ms, const char *message)
{
  const char *before = json_string_value(json_object_get(memory->error, "message"));
  gboolean is_other = g_strcmp0(before, message) != 0;

  replace(&memory->error, json_pack("{s:i, s:I, s:s}", "run", (int)number, "timeMs",
                                    (json_int_t)time_ms, "message", message));
  return is_other;
}

static gboolean
is_usual(const BhBackupMemory *memory, const char *folder)
{
  return g_strcmp0(json_string_value(json_object_get(memory->usual, "folder")), folder) == 0;
}

gint64
bh_backup_memory_get_night_ms(const BhBackupMemory *memory, const char *folder)
{
  return is_usual(memory, folder) ? json_integer_value(json_object_get(memory->usual, "timeMs"))
                                  : 0;
}

gboolean
bh_backup_memory_is_external(const BhBackupMemory *memory, const char *folder)
{
  return is_usual(memory, folder) && json_is_true(json_object_get(memory->usual, "external"));
}

void
bh_backup_memory_describe(const BhBackupMemory *memory, json_t *described)
{
  json_object_set_new(described, "last",
                      memory->last != NULL ? json_incref(memory->last) : json_null());
  json_object_set_new(described, "error",
                      memory->error != NULL ? json_incref(memory->error) : json_null());
}
