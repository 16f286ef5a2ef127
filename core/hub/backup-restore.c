/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-restore.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "backup-items.h"
#include "backup-key.h"
#include "backup-memory.h"
#include "backup-settings.h"
#include "backup-stream.h"
#include "device-rows.h"
#include "digest.h"
#include "lock-file.h"
#include "pairing-link.h"
#include "print-job-store.h"
#include "schema.h"
#include "store-copy.h"

/*
 * Everything is unpacked and looked at in PART_FOLDER of the state folder; nothing there counts.
 * Renamed to READY_FOLDER it does, and its files are moved to where they belong, the database last.
 */
#define PART_FOLDER  "restore.part"
#define READY_FOLDER "restore.ready"

/* A hub's own, beside what a backup holds: where one of these is, there is a hub. */
static const char *const more_names[] = {"leaf.key", "leaf.crt", "bellhop.db-wal",
                                         "bellhop.db-shm"};

typedef struct {
  char *file;
  char *passphrase;
  char *state_folder;
} Order;

static void
order_free(gpointer data)
{
  Order *order = data;

  g_free(order->file);
  bh_digest_free_text(order->passphrase);
  g_free(order->state_folder);
  g_free(order);
}

void
bh_backup_restored_free(BhBackupRestored *restored)
{
  g_free(restored->name);
  g_strfreev(restored->left_out);
  g_clear_pointer(&restored->lock, bh_lock_file_release);
  g_free(restored);
}

/* --- errors, as a person needs them --- */

static gboolean
fail_disk(GError **error, const char *folder, gboolean is_full, const char *why)
{
  if (is_full)
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FULL,
                _("There is no room to restore the backup in %s: the disk is full."), folder);
  else
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER,
                _("The backup cannot be restored in %s: %s."), folder, why);
  return FALSE;
}

static gboolean
fail_errno(GError **error, const char *folder, int number)
{
  return fail_disk(error, folder, number == ENOSPC || number == EDQUOT, g_strerror(number));
}

/* Of the streams, which speak of the file or of the folder. */
static gboolean
fail_stream(GError **error, const char *folder, GError *problem)
{
  g_autoptr(GError) owned = problem;

  if (problem->domain == BH_BACKUP_ERROR ||
      g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error(error, g_steal_pointer(&owned));
    return FALSE;
  }
  return fail_disk(error, folder, g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_NO_SPACE),
                   problem->message);
}

/* --- the folder --- */

static void
sync_folder(const char *path)
{
  int fd = g_open(path, O_RDONLY, 0);

  if (fd < 0)
    return;
  g_fsync(fd);
  g_close(fd, NULL);
}

/* Of a folder without folders in it. */
static void
remove_folder(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *file = g_build_filename(path, name, NULL);

    g_unlink(file);
  }
  g_rmdir(path);
}

static gboolean
has_file(const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);

  return g_file_test(path, G_FILE_TEST_EXISTS);
}

gboolean
bh_backup_restore_is_possible(const char *state_folder)
{
  const char *name;

  for (guint i = 0; (name = bh_backup_items_get_name(i)) != NULL; i++)
    if (has_file(state_folder, name))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS(more_names); i++)
    if (has_file(state_folder, more_names[i]))
      return FALSE;
  return !has_file(state_folder, READY_FOLDER);
}

/* Of what a restore leaves in a state folder, the database last. Returns: (nullable) */
static const char *
get_made_name(guint index)
{
  return index == 0 ? BH_BACKUP_SETTINGS_OLD : bh_backup_items_get_name(index - 1);
}

/* A file that is not there any more has been moved already. */
static gboolean
move_into_place(const char *state_folder, const char *ready, GError **error)
{
  const char *name;

  for (guint i = 0; (name = get_made_name(i)) != NULL; i++) {
    g_autofree char *from = g_build_filename(ready, name, NULL);
    g_autofree char *to = g_build_filename(state_folder, name, NULL);

    if (g_str_equal(name, BH_BACKUP_DATABASE))
      sync_folder(state_folder);
    if (g_rename(from, to) != 0 && errno != ENOENT)
      return fail_errno(error, state_folder, errno);
  }
  sync_folder(state_folder);
  remove_folder(ready);
  sync_folder(state_folder);
  return TRUE;
}

/* With the folder's lock. */
static gboolean
resume(const char *state_folder, const char *part, const char *ready, GError **error)
{
  if (g_file_test(ready, G_FILE_TEST_IS_DIR))
    return move_into_place(state_folder, ready, error);
  if (g_file_test(part, G_FILE_TEST_IS_DIR))
    remove_folder(part);
  return TRUE;
}

gboolean
bh_backup_restore_is_pending(const char *state_folder)
{
  return has_file(state_folder, PART_FOLDER) || has_file(state_folder, READY_FOLDER);
}

gboolean
bh_backup_restore_resume(const char *state_folder, GError **error)
{
  g_autofree char *part = g_build_filename(state_folder, PART_FOLDER, NULL);
  g_autofree char *ready = g_build_filename(state_folder, READY_FOLDER, NULL);
  g_autofree char *lock_path = g_build_filename(state_folder, "lock", NULL);
  g_autoptr(BhLockFile) lock = NULL;

  if (!bh_backup_restore_is_pending(state_folder))
    return TRUE;
  lock = bh_lock_file_take(lock_path, error);
  return lock != NULL && resume(state_folder, part, ready, error);
}

/* --- unpacking --- */

static GOutputStream *
on_item(const char *name, gpointer user_data, GError **error)
{
  g_autofree char *path = g_build_filename(user_data, name, NULL);
  g_autoptr(GFile) file = g_file_new_for_path(path);

  return G_OUTPUT_STREAM(g_file_create(file, G_FILE_CREATE_PRIVATE, NULL, error));
}

/* Returns: (transfer full) (nullable): reads the content */
static BhBackupOpener *
open_content(GInputStream *from, const char *passphrase, BhBackupHeader *header,
             GCancellable *cancellable, GError **error)
{
  guint8 bytes[BH_BACKUP_HEADER_BYTES] = {0}, key[BH_AEAD_KEY_BYTES];
  g_autoptr(BhBackupKey) master = NULL;
  BhBackupOpener *opener;
  gsize n_read;

  if (!g_input_stream_read_all(from, bytes, sizeof bytes, &n_read, cancellable, error) ||
      !bh_backup_header_parse(bytes, header, error))
    return NULL;
  if (n_read < sizeof bytes) {
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_DAMAGED,
                        _("This backup is damaged: it was cut off or changed. Take another one."));
    return NULL;
  }
  master = bh_backup_key_new(passphrase, header->salt, header->cost_log2, error);
  if (master == NULL)
    return NULL;
  if (!bh_backup_header_is_sealed(bytes, bh_backup_key_get_master(master))) {
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_PASSPHRASE,
                        _("That is not the passphrase of this backup. Mind capital letters; a "
                          "backup keeps the passphrase that it was made with."));
    return NULL;
  }
  bh_backup_header_make_key(header, bh_backup_key_get_master(master), key);
  opener = bh_backup_opener_new(from, key);
  bh_digest_wipe(key, sizeof key);
  return opener;
}

/* Returns: (transfer full) (nullable): what the backup says of itself */
static json_t *
unpack(const Order *order, char *part, gint64 *created_ms, GCancellable *cancellable,
       GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path(order->file);
  g_autoptr(GError) problem = NULL;
  g_autoptr(GFileInputStream) from = g_file_read(file, cancellable, &problem);
  g_autoptr(BhBackupOpener) opener = NULL;
  json_t *about = NULL;
  BhBackupHeader header;

  if (from == NULL) {
    if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_propagate_error(error, g_steal_pointer(&problem));
    else
      g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER, _("%s cannot be opened: %s."),
                  order->file, problem->message);
    return NULL;
  }
  opener = open_content(G_INPUT_STREAM(from), order->passphrase, &header, cancellable, &problem);
  if (opener != NULL)
    about = bh_backup_items_take(G_INPUT_STREAM(opener), on_item, part, cancellable, &problem);
  if (about == NULL)
    fail_stream(error, order->state_folder, g_steal_pointer(&problem));
  else
    *created_ms = header.created_ms;
  return about;
}

/* --- what is to be otherwise here --- */

typedef struct {
  const Order *order;
  gint64 created_ms;
} Amendment;

/* Also where the last backup was: that is another computer's folder. */
static gboolean
put_memory(sqlite3 *db, const Amendment *amendment, GError **error)
{
  g_autofree char *name = g_path_get_basename(amendment->order->file);
  g_autofree char *memory = bh_backup_memory_make_restored(name, amendment->created_ms);

  return bh_backup_memory_run_put(db, memory, error);
}

static gboolean
run_amendment(sqlite3 *db, gpointer data, GError **error)
{
  return put_memory(db, data, error) && bh_device_rows_run_restored(db, NULL, error) &&
         bh_pairing_link_run_restored(db, NULL, error) &&
         bh_print_job_run_restored(db, NULL, error);
}

static gboolean
amend_database(const Order *order, const char *part, gint64 created_ms, GError **error)
{
  g_autofree char *path = g_build_filename(part, BH_BACKUP_DATABASE, NULL);
  Amendment amendment = {order, created_ms};
  guint n_migrations;
  g_autofree BhStoreMigration *migrations G_GNUC_UNUSED = bh_schema_list(&n_migrations);
  g_autoptr(GError) problem = NULL;

  if (bh_store_amend(path, n_migrations, run_amendment, &amendment, &problem))
    return TRUE;
  if (g_error_matches(problem, BH_STORE_ERROR, BH_STORE_ERROR_FULL))
    return fail_disk(error, order->state_folder, TRUE, NULL);
  g_set_error(error, BH_BACKUP_ERROR,
              g_error_matches(problem, BH_STORE_ERROR, BH_STORE_ERROR_NEWER)
                  ? BH_BACKUP_ERROR_NO_BACKUP
                  : BH_BACKUP_ERROR_DAMAGED,
              _("This backup cannot be restored: %s"), problem->message);
  return FALSE;
}

/* --- the whole --- */

static gboolean
sync_files(const char *folder, GError **error)
{
  const char *name;

  for (guint i = 0; (name = get_made_name(i)) != NULL; i++) {
    g_autofree char *path = g_build_filename(folder, name, NULL);
    int fd = g_open(path, O_RDWR, 0);
    gboolean done = fd >= 0 ? g_fsync(fd) == 0 : errno == ENOENT;
    int saved = errno;

    if (fd >= 0)
      g_close(fd, NULL);
    if (!done)
      return fail_errno(error, folder, saved);
  }
  sync_folder(folder);
  return TRUE;
}

static BhBackupRestored *
fill_part(const Order *order, char *part, GCancellable *cancellable, GError **error)
{
  g_autoptr(BhBackupRestored) restored = g_new0(BhBackupRestored, 1);
  g_autoptr(json_t) about = unpack(order, part, &restored->created_ms, cancellable, error);
  const char *name = json_string_value(json_object_get(about, "name"));

  if (about == NULL || !amend_database(order, part, restored->created_ms, error) ||
      !bh_backup_settings_fit(part, &restored->left_out, error) || !sync_files(part, error) ||
      g_cancellable_set_error_if_cancelled(cancellable, error))
    return NULL;
  restored->name = g_strdup(name != NULL ? name : "");
  return g_steal_pointer(&restored);
}

/* With the folder's lock. */
static BhBackupRestored *
restore(const Order *order, GCancellable *cancellable, GError **error)
{
  g_autofree char *part = g_build_filename(order->state_folder, PART_FOLDER, NULL);
  g_autofree char *ready = g_build_filename(order->state_folder, READY_FOLDER, NULL);
  g_autoptr(BhBackupRestored) restored = NULL;

  if (!resume(order->state_folder, part, ready, error))
    return NULL;
  if (!bh_backup_restore_is_possible(order->state_folder)) {
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_NOT_EMPTY,
                _("There is a hub in %s already, and it is not overwritten. Move it away first, or "
                  "restore into another folder."),
                order->state_folder);
    return NULL;
  }
  if (g_mkdir(part, 0700) != 0) {
    fail_errno(error, order->state_folder, errno);
    return NULL;
  }
  restored = fill_part(order, part, cancellable, error);
  if (restored == NULL) {
    remove_folder(part);
    return NULL;
  }
  if (g_rename(part, ready) != 0) {
    fail_errno(error, order->state_folder, errno);
    remove_folder(part);
    return NULL;
  }
  sync_folder(order->state_folder);
  return move_into_place(order->state_folder, ready, error) ? g_steal_pointer(&restored) : NULL;
}

static BhBackupRestored *
run_order(const Order *order, GCancellable *cancellable, GError **error)
{
  g_autofree char *lock_path = g_build_filename(order->state_folder, "lock", NULL);
  g_autoptr(GError) problem = NULL;
  g_autoptr(BhLockFile) lock = NULL;
  BhBackupRestored *restored;

  if (g_mkdir_with_parents(order->state_folder, 0700) != 0) {
    fail_errno(error, order->state_folder, errno);
    return NULL;
  }
  lock = bh_lock_file_take(lock_path, &problem);
  if (lock != NULL) {
    restored = restore(order, cancellable, error);
    if (restored != NULL)
      restored->lock = g_steal_pointer(&lock);
    return restored;
  }
  if (g_error_matches(problem, BH_STORE_ERROR, BH_STORE_ERROR_HELD))
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_BUSY,
                _("A backup is restored where no hub runs, but %s."), problem->message);
  else
    fail_disk(error, order->state_folder,
              g_error_matches(problem, BH_STORE_ERROR, BH_STORE_ERROR_FULL), problem->message);
  return NULL;
}

static void
run_task(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  BhBackupRestored *restored = run_order(data, cancellable, &error);

  if (restored != NULL)
    g_task_return_pointer(task, restored, (GDestroyNotify)bh_backup_restored_free);
  else
    g_task_return_error(task, error);
}

void
bh_backup_restore_async(const char *file, const char *passphrase, const char *state_folder,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);
  Order *order = g_new0(Order, 1);

  order->file = g_strdup(file);
  order->passphrase = g_strdup(passphrase);
  order->state_folder = g_strdup(state_folder);
  g_task_set_task_data(task, order, order_free);
  /* What is in place when somebody cancels is in place. */
  g_task_set_check_cancellable(task, FALSE);
  g_task_run_in_thread(task, run_task);
}

BhBackupRestored *
bh_backup_restore_finish(GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}
