/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhStore: the one SQLite database of a state folder.
 *
 * WAL, synchronous=FULL. One thread of its own owns every SQLite handle. Whatever is queued when
 * that thread comes around is one transaction with one fsync (group commit); the completions then
 * arrive on the main context that called, in the order of the calls. What a completion reports as
 * done survives a power cut; nothing may be acknowledged to anyone before it.
 *
 * Threads: bh_store_open() and the calls below belong to one main context. Work functions run on
 * the store's thread: they get only what they own.
 */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#define BH_TYPE_STORE (bh_store_get_type())
G_DECLARE_FINAL_TYPE(BhStore, bh_store, BH, STORE, GObject)

#define BH_STORE_ERROR (bh_store_error_quark())

typedef enum {
  BH_STORE_ERROR_HELD,    /* another instance has this state folder; the message says who */
  BH_STORE_ERROR_CORRUPT, /* the integrity check found damage; nothing was changed */
  BH_STORE_ERROR_NEWER,   /* written by a later version of the program */
  BH_STORE_ERROR_FULL,    /* the disk is full, or too much is waiting to be written: try later */
  BH_STORE_ERROR_FAILED,  /* anything else SQLite or the system reports */
  BH_STORE_ERROR_CLOSED,  /* bh_store_close() came first */
} BhStoreError;

GQuark bh_store_error_quark(void);

/**
 * BhStoreMigration:
 * @sql: statements that bring the schema from the version before to this one
 *
 * The first entry of the array handed to bh_store_open() leads to user_version 1, and so on; each
 * runs in a transaction of its own. Entries are only ever appended.
 */
typedef struct {
  const char *sql;
} BhStoreMigration;

/**
 * BhStoreWork:
 * @db: borrowed; inside a transaction (write) or a read transaction that sees only committed data
 * @data: as given to the call
 *
 * Runs on the store's thread. A write that returns %FALSE is rolled back alone (savepoint); the
 * rest of its group commits. It may be run a second time, alone, when the group as a whole failed:
 * it must set its results afresh. It cannot end the transaction (COMMIT and ROLLBACK are refused).
 *
 * Returns: %FALSE exactly when @error is set
 */
typedef gboolean (*BhStoreWork)(sqlite3 *db, gpointer data, GError **error);

/**
 * bh_store_open:
 * @folder: the state folder; made (0700) where it is missing
 * @migrations: (array length=n_migrations): static
 *
 * Blocks: called once, before the loop serves anyone. Takes the folder's lock, checks integrity,
 * migrates, starts the thread.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
BhStore *bh_store_open(const char *folder, const BhStoreMigration *migrations, guint n_migrations,
                       GError **error);

/**
 * bh_store_write_async:
 * @data: (transfer full): handed to @work, freed with @destroy on the calling context after
 *   @callback (so @callback may read results out of it)
 *
 * Completes with BH_STORE_ERROR_FULL at once (never inside this call) when more than 64 MiB or
 * 100,000 calls are waiting. A cancelled write that has not begun is not done; one that was done
 * completes as done, cancelled or not.
 */
void bh_store_write_async(BhStore *store, BhStoreWork work, gpointer data, GDestroyNotify destroy,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);

/**
 * bh_store_write_sized_async:
 * @size_bytes: about what @data holds, towards the cap in bytes; bh_store_write_async() counts 671
 *
 * As bh_store_write_async(), for work that may hold much.
 */
void bh_store_write_sized_async(BhStore *store, BhStoreWork work, gpointer data,
                                GDestroyNotify destroy, gsize size_bytes, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_store_write_finish:
 *
 * Returns: %TRUE: it is on the disk; %FALSE exactly when @error is set: it is not
 */
gboolean bh_store_write_finish(BhStore *store, GAsyncResult *result, GError **error);

/**
 * bh_store_read_async:
 *
 * As bh_store_write_async(), on a read-only connection. It sees every write that was called for
 * before it.
 */
void bh_store_read_async(BhStore *store, BhStoreWork work, gpointer data, GDestroyNotify destroy,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data);

gboolean bh_store_read_finish(BhStore *store, GAsyncResult *result, GError **error);

/**
 * bh_store_get_task_data:
 *
 * Returns: (transfer none): the @data of the call that @result belongs to; valid in its callback
 */
gpointer bh_store_get_task_data(GAsyncResult *result);

/**
 * bh_store_step:
 * @statement: (nullable): %NULL when preparing it failed; that error is then reported
 *
 * Runs a prepared statement that returns no rows and resets it; for use in work functions.
 *
 * Returns: %FALSE exactly when @error is set
 */
gboolean bh_store_step(sqlite3 *db, sqlite3_stmt *statement, GError **error);

/**
 * bh_store_set_error: puts SQLite's last error into @error, as a BhStoreError.
 */
void bh_store_set_error(GError **error, sqlite3 *db);

/**
 * bh_store_get_folder: Returns: (transfer none)
 */
const char *bh_store_get_folder(BhStore *store);

/**
 * bh_store_close:
 *
 * Commits what is waiting, ends the thread, releases the lock. Completions that have not arrived
 * yet still arrive. Blocks for the last commit; called once the loop has no one left to serve.
 * May be called twice.
 */
void bh_store_close(BhStore *store);
