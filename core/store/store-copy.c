/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-store"

#include "store-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "database.h"

/* Between two looks at whether it is still wanted: a megabyte of the usual pages. */
#define STEP_PAGES 256
/* A person may look into the file with other tools; their locks are waited for this long. */
#define BUSY_TIMEOUT_MS 5000

typedef sqlite3 Handle;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Handle, sqlite3_close_v2)

static Handle *
open_handle(const char *path, int flags, GError **error)
{
  g_autoptr(Handle) db = NULL;

  if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) !=
      SQLITE_OK) {
    bh_store_set_error(error, db);
    return NULL;
  }
  sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
  return g_steal_pointer(&db);
}

/* Made here and not by SQLite, so that it is for this user's eyes only. */
static gboolean
make_empty(const char *path, GError **error)
{
  int fd = g_open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  int saved = errno;

  if (fd >= 0) {
    g_close(fd, NULL);
    return TRUE;
  }
  g_set_error(error, BH_STORE_ERROR,
              saved == ENOSPC || saved == EDQUOT ? BH_STORE_ERROR_FULL : BH_STORE_ERROR_FAILED,
              _("cannot use %s: %s"), path, g_strerror(saved));
  return FALSE;
}

/* --- is it whole? --- */

static gboolean
look(Handle *db, const char *sql, char **out, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    *out = g_strdup((const char *)sqlite3_column_text(statement, 0));
  if (*out == NULL)
    bh_store_set_error(error, db);
  sqlite3_finalize(statement);
  return *out != NULL;
}

static gboolean
check_whole(Handle *db, GError **error)
{
  g_autofree char *verdict = NULL;

  if (!look(db, "PRAGMA integrity_check(1)", &verdict, error))
    return FALSE;
  if (g_str_equal(verdict, "ok"))
    return TRUE;
  g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_CORRUPT, _("the database is damaged (%s)"),
              g_strdelimit(verdict, "\r\n", ' '));
  return FALSE;
}

/* --- a copy --- */

/* Steps of SQLite between two looks at whether it is still wanted. */
#define CHECK_STEPS 100000

static int
on_check_steps(void *cancellable)
{
  return g_cancellable_is_cancelled(cancellable);
}

/* A page that the disk has lost is copied as it is, and nobody may have read it for months. */
static gboolean
check_copy(Handle *copy, GCancellable *cancellable, GError **error)
{
  g_autoptr(GError) problem = NULL;
  gboolean is_whole;

  sqlite3_progress_handler(copy, CHECK_STEPS, on_check_steps, cancellable);
  is_whole = check_whole(copy, &problem);
  sqlite3_progress_handler(copy, 0, NULL, NULL);
  if (g_cancellable_set_error_if_cancelled(cancellable, error))
    return FALSE;
  if (!is_whole)
    g_propagate_error(error, g_steal_pointer(&problem));
  return is_whole;
}

static gboolean
copy_pages(Handle *from, Handle *to, GCancellable *cancellable, BhStoreCopyProgress progress,
           gpointer user_data, GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
  int code = SQLITE_OK;

  while (backup != NULL && code == SQLITE_OK && !g_cancellable_is_cancelled(cancellable)) {
    code = sqlite3_backup_step(backup, STEP_PAGES);
    if (progress != NULL)
      progress((guint)(sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup)),
               (guint)sqlite3_backup_pagecount(backup), user_data);
  }
  sqlite3_backup_finish(backup);
  if (g_cancellable_set_error_if_cancelled(cancellable, error))
    return FALSE;
  if (code == SQLITE_DONE)
    return TRUE;
  bh_store_set_error(error, to);
  return FALSE;
}

/*
 * The read transaction holds what was committed at its beginning. Without one the pages would be
 * copied from the start again with every commit of the store.
 */
static gboolean
copy(const char *folder, const char *path, GCancellable *cancellable, BhStoreCopyProgress progress,
     gpointer user_data, GError **error)
{
  g_autofree char *source = g_build_filename(folder, "bellhop.db", NULL);
  g_autoptr(Handle) from = open_handle(source, SQLITE_OPEN_READONLY, error);
  g_autoptr(Handle) to = NULL;

  if (from == NULL || !make_empty(path, error))
    return FALSE;
  to = open_handle(path, SQLITE_OPEN_READWRITE, error);
  return to != NULL &&
         /* What becomes durable is what is made of the copy. */
         bh_database_exec(to, "PRAGMA synchronous=OFF", error) &&
         bh_database_exec(from, "BEGIN; SELECT count(*) FROM sqlite_schema", error) &&
         copy_pages(from, to, cancellable, progress, user_data, error) &&
         check_copy(to, cancellable, error);
}

gboolean
bh_store_copy(const char *folder, const char *path, GCancellable *cancellable,
              BhStoreCopyProgress progress, gpointer user_data, GError **error)
{
  if (copy(folder, path, cancellable, progress, user_data, error))
    return TRUE;
  g_unlink(path);
  return FALSE;
}

/* --- before a store opens it --- */

static gboolean
check(Handle *db, guint n_migrations, GError **error)
{
  g_autofree char *version = NULL;

  if (!check_whole(db, error) || !look(db, "PRAGMA user_version", &version, error))
    return FALSE;
  if (g_ascii_strtoull(version, NULL, 10) > n_migrations) {
    g_set_error_literal(error, BH_STORE_ERROR, BH_STORE_ERROR_NEWER,
                        _("It was written by a later version of the program: install that version "
                          "first."));
    return FALSE;
  }
  return TRUE;
}

gboolean
bh_store_amend(const char *path, guint n_migrations, BhStoreWork work, gpointer data,
               GError **error)
{
  g_autoptr(Handle) db = open_handle(path, SQLITE_OPEN_READWRITE, error);

  /* No journal beside it: what is put in place afterwards is this one file. */
  return db != NULL && check(db, n_migrations, error) &&
         bh_database_exec(
             db, "PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; BEGIN IMMEDIATE", error) &&
         work(db, data, error) && bh_database_exec(db, "COMMIT", error);
}
