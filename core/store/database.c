/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-store"

#include "database.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/*
 * Nobody else writes here, but a person may look into the file with other tools; their locks are
 * waited for this long.
 */
#define BUSY_TIMEOUT_MS 5000

/* After a burst the WAL is cut back to this at its next checkpoint. */
#define JOURNAL_SIZE_LIMIT_BYTES "16777216"

gboolean
bh_database_exec(sqlite3 *db, const char *sql, GError **error)
{
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  bh_store_set_error(error, db);
  return FALSE;
}

/* The first column of the first row; NULL with @error set where that fails or there is none. */
static char *
query_text(sqlite3 *db, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  char *text = NULL;

  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    text = g_strdup((const char *)sqlite3_column_text(statement, 0));
  if (text == NULL)
    bh_store_set_error(error, db);
  sqlite3_finalize(statement);
  return text;
}

static gboolean
query_integer(sqlite3 *db, const char *sql, gint64 *out, GError **error)
{
  g_autofree char *text = query_text(db, sql, error);

  if (text == NULL)
    return FALSE;
  *out = g_ascii_strtoll(text, NULL, 10);
  return TRUE;
}

static void
set_damaged_error(GError **error, const char *path, const char *detail)
{
  g_set_error(
      error, BH_STORE_ERROR, BH_STORE_ERROR_CORRUPT,
      _("the database %s is damaged (%s). Nothing was changed: put a backup in its place, or "
        "move it away to start with an empty one"),
      path, detail);
}

static gboolean
check_integrity(sqlite3 *db, const char *path, GError **error)
{
  g_autoptr(GError) problem = NULL;
  g_autofree char *verdict = query_text(db, "PRAGMA quick_check(1)", &problem);

  if (verdict == NULL) {
    if (g_error_matches(problem, BH_STORE_ERROR, BH_STORE_ERROR_CORRUPT))
      set_damaged_error(error, path, problem->message);
    else
      g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  if (g_strcmp0(verdict, "ok") != 0) {
    set_damaged_error(error, path, g_strdelimit(verdict, "\r\n", ' '));
    return FALSE;
  }
  return TRUE;
}

static gboolean
run_migration(sqlite3 *db, const BhStoreMigration *migration, guint version, GError **error)
{
  g_autofree char *set_version = g_strdup_printf("PRAGMA user_version=%u", version);
  gint64 violations = 0;

  if (!bh_database_exec(db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (bh_database_exec(db, migration->sql, error) && bh_database_exec(db, set_version, error) &&
      query_integer(db, "SELECT count(*) FROM pragma_foreign_key_check", &violations, error)) {
    if (violations == 0 && bh_database_exec(db, "COMMIT", error))
      return TRUE;
    if (violations != 0)
      g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FAILED,
                  "step %u of the database's schema leaves rows that point nowhere", version);
  }
  if (!sqlite3_get_autocommit(db))
    bh_database_exec(db, "ROLLBACK", NULL);
  g_prefix_error(error, "cannot bring the database to version %u: ", version);
  return FALSE;
}

static gboolean
migrate(sqlite3 *db, const char *path, const BhStoreMigration *migrations, guint n_migrations,
        GError **error)
{
  gint64 version = 0;

  if (!query_integer(db, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version < 0 || version > n_migrations) {
    g_autofree char *schema = g_strdup_printf("%" G_GINT64_FORMAT, version);

    g_set_error(
        error, BH_STORE_ERROR, BH_STORE_ERROR_NEWER,
        _("%s was written by a later version of the program (schema %s, this one knows %u). "
          "Nothing was changed: install that version again"),
        path, schema, n_migrations);
    return FALSE;
  }
  /* Off while tables may be rebuilt (SQLite's own advice); each step is checked as a whole. */
  if (!bh_database_exec(db, "PRAGMA foreign_keys=OFF", error))
    return FALSE;
  for (guint i = (guint)version; i < n_migrations; i++) {
    if (!run_migration(db, &migrations[i], i + 1, error))
      return FALSE;
  }
  return bh_database_exec(db, "PRAGMA foreign_keys=ON", error);
}

static gboolean
set_journal(sqlite3 *db, GError **error)
{
  g_autofree char *mode = query_text(db, "PRAGMA journal_mode=WAL", error);

  if (mode == NULL)
    return FALSE;
  if (g_strcmp0(mode, "wal") != 0) {
    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FAILED,
                _("this file system cannot hold the database (no shared memory for its journal)"));
    return FALSE;
  }
  return bh_database_exec(db,
                          "PRAGMA synchronous=FULL;"
                          "PRAGMA secure_delete=ON;" /* words that are erased leave no copy */
                          "PRAGMA journal_size_limit=" JOURNAL_SIZE_LIMIT_BYTES,
                          error);
}

static sqlite3 *
open_handle(const char *path, int flags, GError **error)
{
  sqlite3 *db = NULL;

  if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) !=
      SQLITE_OK) {
    bh_store_set_error(error, db);
    sqlite3_close_v2(db);
    return NULL;
  }
  sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
  return db;
}

/*
 * A work function that ended the transaction would commit what its group has not finished, and
 * make "rolled back" look like "committed".
 */
static int
on_authorize(void *data, int action, const char *first, const char *second, const char *schema,
             const char *trigger)
{
  BhDatabase *database = data;

  return action == SQLITE_TRANSACTION && database->in_work ? SQLITE_DENY : SQLITE_OK;
}

static gboolean
prepare_writer(sqlite3 *db, const char *path, const BhStoreMigration *migrations,
               guint n_migrations, GError **error)
{
  /* A damaged file is left as it is: without this, closing the handle would write to it. */
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (!check_integrity(db, path, error) || !set_journal(db, error) ||
      !migrate(db, path, migrations, n_migrations, error))
    return FALSE;
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return TRUE;
}

BhDatabase *
bh_database_open(const char *path, const BhStoreMigration *migrations, guint n_migrations,
                 GError **error)
{
  g_autoptr(BhDatabase) database = g_new0(BhDatabase, 1);
  int fd = g_open(path, O_RDWR | O_CREAT, 0600);

  /* Made here and not by SQLite, so that it and its journal are for this user's eyes only. */
  if (fd < 0) {
    int saved = errno;

    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FAILED, _("cannot use %s: %s"), path,
                g_strerror(saved));
    return NULL;
  }
  g_close(fd, NULL);

  database->writer = open_handle(path, SQLITE_OPEN_READWRITE, error);
  if (database->writer == NULL ||
      !prepare_writer(database->writer, path, migrations, n_migrations, error))
    return NULL;
  database->reader = open_handle(path, SQLITE_OPEN_READONLY, error);
  if (database->reader == NULL)
    return NULL;
  sqlite3_set_authorizer(database->writer, on_authorize, database);
  sqlite3_set_authorizer(database->reader, on_authorize, database);
  return g_steal_pointer(&database);
}

void
bh_database_close(BhDatabase *database)
{
  /* The reader first: the last handle to go checkpoints, and only the writer can. */
  sqlite3_close_v2(database->reader);
  sqlite3_close_v2(database->writer);
  g_free(database);
}
