/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "backup-items.h"
#include "backup-stream.h"
#include "digest.h"
#include "id.h"
#include "store-copy.h"

/* The copy of the database, in the state folder, while it is sealed. */
#define COPY_FILE   "backup.part"
#define PART_SUFFIX ".part"
/* Of the hub's id: two hubs may keep theirs in one folder. */
#define N_TAIL_CHARS 8
/* More backups in one second than anybody makes. */
#define MOST_AHEAD_S 60

/* Of a thousand: the copy, then sealing it; reading back is the rest. */
#define AFTER_COPY 300
#define AFTER_SEAL 800

/* A hub that stops does not wait for a run that it broke off, which may hang in a slow drive; the
 * next one of this process does not begin in the same files before that run has let go of them. */
static GMutex run_mutex;

void
bh_backup_run_free(BhBackupRun *run)
{
  g_free(run->state_folder);
  g_free(run->folder);
  g_free(run->hub_id);
  g_free(run->about);
  g_clear_pointer(&run->key, bh_backup_key_unref);
  g_free(run->file);
  g_free(run);
}

/* --- errors, as a person needs them --- */

static gboolean
fail_full(GError **error, const char *folder)
{
  g_set_error(
      error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FULL,
      _("There is no room for the backup in %s: the disk is full. Make room there, or choose "
        "another folder."),
      folder);
  return FALSE;
}

static gboolean
fail_folder(GError **error, const char *folder, const char *why)
{
  g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER,
              _("The folder %s cannot be used for backups: %s. Choose another one."), folder, why);
  return FALSE;
}

static gboolean
fail_missing(GError **error, const char *folder)
{
  g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER,
              _("The folder %s is not there. If it is on a drive, plug it in."), folder);
  return FALSE;
}

/* Of the stream or the system, about a file in @folder. */
static gboolean
fail_write(GError **error, const char *folder, GError *problem)
{
  g_autoptr(GError) owned = problem;

  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      problem->domain == BH_BACKUP_ERROR) {
    g_propagate_error(error, g_steal_pointer(&owned));
    return FALSE;
  }
  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    return fail_full(error, folder);
  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return fail_missing(error, folder);
  return fail_folder(error, folder, problem->message);
}

static gboolean
fail_errno(GError **error, const char *folder, int number)
{
  return fail_write(
      error, folder,
      g_error_new_literal(G_IO_ERROR, g_io_error_from_errno(number), g_strerror(number)));
}

static gboolean
fail_copy(GError **error, GError *problem)
{
  g_autoptr(GError) owned = problem;

  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error(error, g_steal_pointer(&owned));
  else if (g_error_matches(problem, BH_STORE_ERROR, BH_STORE_ERROR_FULL))
    g_set_error_literal(
        error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FULL,
        _("This computer's disk is full, so no backup can be made. Make room there."));
  else if (g_error_matches(problem, BH_STORE_ERROR, BH_STORE_ERROR_CORRUPT))
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                _("No backup is made: %s. Those made before are kept; restore the last one, on "
                  "another disk if this one is failing."),
                problem->message);
  else
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                _("The database cannot be copied: %s"), problem->message);
  return FALSE;
}

/* --- the folder --- */

/* Whether both are on one disk, as far as the system tells. */
static gboolean
is_same_disk(const char *one, const char *other)
{
  GStatBuf a, b;

  return g_stat(one, &a) == 0 && g_stat(other, &b) == 0 && a.st_dev == b.st_dev;
}

static gboolean
check_folder(const BhBackupRun *run, GError **error)
{
  if (run->is_own && g_mkdir_with_parents(run->folder, 0700) != 0)
    return fail_errno(error, run->folder, errno);
  if (!g_file_test(run->folder, G_FILE_TEST_IS_DIR))
    return fail_missing(error, run->folder);
  /* What is left of a drive that was taken out is an empty folder on this computer's own disk. */
  if (run->is_external && is_same_disk(run->folder, run->state_folder))
    return fail_missing(error, run->folder);
  return TRUE;
}

/* What was written counts only once it is on the disk. Where the system cannot do that with a
 * folder, it does it by itself. */
static gboolean
sync_path(const char *path, gboolean is_folder, GError **error)
{
  int fd = g_open(path, is_folder ? O_RDONLY : O_RDWR, 0);
  int saved = errno;
  gboolean done = fd >= 0 && g_fsync(fd) == 0;

  if (!done && fd >= 0)
    saved = errno;
  if (fd >= 0)
    g_close(fd, NULL);
  if (!done && !is_folder)
    g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(saved), g_strerror(saved));
  return done || is_folder;
}

gboolean
bh_backup_run_try_folder(const char *state_folder, const char *folder, gboolean *is_external,
                         GError **error)
{
  g_autofree char *name = g_strdup_printf(".bellhop-%08x%s", g_random_int(), PART_SUFFIX);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  int fd;

  if (g_mkdir_with_parents(folder, 0700) != 0)
    return fail_errno(error, folder, errno);
  fd = g_open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (fd < 0)
    return fail_errno(error, folder, errno);
  g_close(fd, NULL);
  g_unlink(path);
  *is_external = !is_same_disk(folder, state_folder);
  return TRUE;
}

/* --- sealing --- */

static void
on_copied(guint done, guint total, gpointer user_data)
{
  BhBackupRun *run = user_data;

  if (total > 0)
    g_atomic_int_set(&run->per_mille, (gint)((guint64)done * AFTER_COPY / total));
}

static gboolean
put_bytes(GOutputStream *to, const char *name, const char *bytes, gsize length,
          GCancellable *cancellable, GError **error)
{
  g_autoptr(GInputStream) from = g_memory_input_stream_new_from_data(bytes, (gssize)length, NULL);

  return bh_backup_items_put(to, name, from, length, cancellable, error);
}

static gboolean
put_small(BhBackupRun *run, GOutputStream *to, const char *name, GCancellable *cancellable,
          GError **error)
{
  g_autofree char *path = g_build_filename(run->state_folder, name, NULL);
  char *text = NULL;
  gsize length = 0;
  gboolean done;
  g_autoptr(GError) problem = NULL;

  if (!g_file_get_contents(path, &text, &length, &problem)) {
    if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      return TRUE;
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED, _("%s cannot be read: %s"), path,
                problem->message);
    return FALSE;
  }
  done =
      length <= BH_BACKUP_MAX_SMALL_BYTES && put_bytes(to, name, text, length, cancellable, error);
  if (length > BH_BACKUP_MAX_SMALL_BYTES)
    g_set_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED, _("%s is too long to be right."),
                path);
  bh_digest_wipe(text, length);
  g_free(text);
  return done;
}

static gboolean
put_database(GOutputStream *to, const char *copy, GCancellable *cancellable, GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path(copy);
  g_autoptr(GFileInputStream) from = g_file_read(file, cancellable, error);
  g_autoptr(GFileInfo) info = NULL;

  if (from == NULL)
    return FALSE;
  info = g_file_input_stream_query_info(from, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, error);
  return info != NULL &&
         bh_backup_items_put(to, BH_BACKUP_DATABASE, G_INPUT_STREAM(from),
                             (guint64)g_file_info_get_size(info), cancellable, error);
}

static gboolean
put_all(BhBackupRun *run, GOutputStream *to, const char *copy, GCancellable *cancellable,
        GError **error)
{
  const char *name;

  if (!put_bytes(to, BH_BACKUP_ABOUT, run->about, strlen(run->about), cancellable, error))
    return FALSE;
  for (guint i = 0; (name = bh_backup_items_get_name(i)) != NULL; i++) {
    gboolean done = g_str_equal(name, BH_BACKUP_DATABASE)
                        ? put_database(to, copy, cancellable, error)
                        : put_small(run, to, name, cancellable, error);

    if (!done)
      return FALSE;
  }
  return bh_backup_items_put_end(to, cancellable, error);
}

static gboolean
seal(BhBackupRun *run, GOutputStream *file, const char *copy, GCancellable *cancellable,
     GError **error)
{
  const guint8 *master = bh_backup_key_get_master(run->key);
  BhBackupHeader header = {.created_ms = run->now_ms};
  guint8 bytes[BH_BACKUP_HEADER_BYTES], key[BH_AEAD_KEY_BYTES];
  g_autoptr(BhBackupSealer) sealer = NULL;

  bh_backup_key_fill(run->key, &header);
  bh_id_random(header.random, sizeof header.random);
  bh_backup_header_write(&header, master, bytes);
  bh_backup_header_make_key(&header, master, key);
  sealer = bh_backup_sealer_new(file, key);
  bh_digest_wipe(key, sizeof key);
  return g_output_stream_write_all(file, bytes, sizeof bytes, NULL, cancellable, error) &&
         put_all(run, G_OUTPUT_STREAM(sealer), copy, cancellable, error) &&
         bh_backup_sealer_end(sealer, cancellable, error) &&
         g_output_stream_close(file, cancellable, error);
}

/* --- reading back --- */

static gboolean
read_back(BhBackupRun *run, GFile *part, GCancellable *cancellable, GError **error)
{
  g_autoptr(GFileInputStream) from = g_file_read(part, cancellable, error);
  guint8 bytes[BH_BACKUP_HEADER_BYTES], key[BH_AEAD_KEY_BYTES];
  g_autoptr(BhBackupOpener) opener = NULL;
  g_autoptr(json_t) about = NULL;
  BhBackupHeader header;
  gsize n_read;

  if (from == NULL || !g_input_stream_read_all(G_INPUT_STREAM(from), bytes, sizeof bytes, &n_read,
                                               cancellable, error))
    return FALSE;
  memset(bytes + n_read, 0, sizeof bytes - n_read);
  if (!bh_backup_header_parse(bytes, &header, error))
    return FALSE;
  bh_backup_header_make_key(&header, bh_backup_key_get_master(run->key), key);
  opener = bh_backup_opener_new(G_INPUT_STREAM(from), key);
  bh_digest_wipe(key, sizeof key);
  about = bh_backup_items_take(G_INPUT_STREAM(opener), NULL, NULL, cancellable, error);
  return about != NULL;
}

/* --- the file --- */

static char *
make_prefix(const BhBackupRun *run)
{
  gsize length = strlen(run->hub_id);

  return g_strdup_printf("bellhop-%s-", run->hub_id + length - MIN(length, N_TAIL_CHARS));
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files of this hub in the folder whose names begin and end so; (transfer full). */
static GPtrArray *
list_files(const BhBackupRun *run, const char *before, const char *suffix)
{
  g_autofree char *own = make_prefix(run);
  g_autofree char *prefix = g_strconcat(before, own, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GDir) dir = g_dir_open(run->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    if (g_str_has_prefix(name, prefix) && g_str_has_suffix(name, suffix))
      g_ptr_array_add(names, g_strdup(name));
  return names;
}

/* In UTC: so the names are in order of time, and none comes twice in the night when an hour does.
 * Without a colon, which the file systems of many drives do not take. */
static char *
name_of(const BhBackupRun *run, gint64 seconds)
{
  g_autofree char *prefix = make_prefix(run);
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
  g_autofree char *stamp = g_date_time_format(time, "%Y-%m-%dT%H-%M-%SZ");

  return g_strconcat(prefix, stamp, BH_BACKUP_SUFFIX, NULL);
}

/* Of several in one second the later ones are called by the next: in order of their making, which is
 * the order in which they go. What a wrong clock has named far ahead is left out of that. */
static char *
make_name(const BhBackupRun *run)
{
  g_autoptr(GPtrArray) mine = list_files(run, "", BH_BACKUP_SUFFIX);
  gint64 seconds = run->now_ms / 1000;
  g_autofree char *end = name_of(run, seconds + MOST_AHEAD_S);
  g_autofree char *name = name_of(run, seconds);
  const char *last = "";

  for (guint i = 0; i < mine->len; i++)
    if (strcmp(mine->pdata[i], end) <= 0 && strcmp(mine->pdata[i], last) > 0)
      last = mine->pdata[i];
  while (strcmp(name, last) <= 0) {
    g_free(name);
    name = name_of(run, ++seconds);
  }
  return g_steal_pointer(&name);
}

static gboolean
write_part(BhBackupRun *run, const char *part, const char *copy, GCancellable *cancellable,
           GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path(part);
  g_autoptr(GFileOutputStream) to = g_file_create(file, G_FILE_CREATE_PRIVATE, cancellable, error);

  if (to == NULL || !seal(run, G_OUTPUT_STREAM(to), copy, cancellable, error) ||
      !sync_path(part, FALSE, error))
    return FALSE;
  g_atomic_int_set(&run->per_mille, AFTER_SEAL);
  return read_back(run, file, cancellable, error);
}

static gboolean
put_in_place(BhBackupRun *run, const char *part, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename(run->folder, name, NULL);
  GStatBuf info;

  if (g_rename(part, path) != 0) {
    int saved = errno;

    g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(saved), g_strerror(saved));
    return FALSE;
  }
  sync_path(run->folder, TRUE, NULL);
  run->size_bytes = g_stat(path, &info) == 0 ? (guint64)info.st_size : 0;
  return TRUE;
}

static gboolean
remove_file(const BhBackupRun *run, const char *name)
{
  g_autofree char *path = g_build_filename(run->folder, name, NULL);

  return g_unlink(path) == 0;
}

/* What a run that was broken off left: its room may be what the next one lacks. */
static void
remove_parts(const BhBackupRun *run)
{
  g_autoptr(GPtrArray) parts = list_files(run, ".", PART_SUFFIX);

  for (guint i = 0; i < parts->len; i++)
    remove_file(run, parts->pdata[i]);
}

/* The oldest of this hub go, but never the one just made, wherever the clock stood before. What
 * cannot be removed is no reason to say that there is no backup. */
static void
tidy(BhBackupRun *run)
{
  g_autoptr(GPtrArray) mine = list_files(run, "", BH_BACKUP_SUFFIX);
  guint i = 0;

  g_ptr_array_sort(mine, compare_names);
  for (run->kept = mine->len; run->kept > run->keep && i < mine->len; i++) {
    if (g_str_equal(mine->pdata[i], run->file))
      continue;
    if (!remove_file(run, mine->pdata[i]))
      break;
    run->kept--;
  }
}

/* @part: gone afterwards, one way or the other */
static gboolean
make_file(BhBackupRun *run, const char *copy, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = make_name(run);
  g_autofree char *part_name = g_strconcat(".", name, PART_SUFFIX, NULL);
  g_autofree char *part = g_build_filename(run->folder, part_name, NULL);
  g_autoptr(GError) problem = NULL;

  if (!write_part(run, part, copy, cancellable, &problem) ||
      !put_in_place(run, part, name, &problem)) {
    g_unlink(part);
    return fail_write(error, run->folder, g_steal_pointer(&problem));
  }
  run->file = g_steal_pointer(&name);
  return TRUE;
}

static gboolean
run_alone(BhBackupRun *run, GCancellable *cancellable, GError **error)
{
  g_autofree char *copy = g_build_filename(run->state_folder, COPY_FILE, NULL);
  g_autoptr(GError) problem = NULL;
  gboolean done;

  if (!check_folder(run, error))
    return FALSE;
  remove_parts(run);
  if (!bh_store_copy(run->state_folder, copy, cancellable, on_copied, run, &problem))
    return fail_copy(error, g_steal_pointer(&problem));
  g_atomic_int_set(&run->per_mille, AFTER_COPY);
  done = make_file(run, copy, cancellable, error);
  g_unlink(copy);
  if (!done)
    return FALSE;
  tidy(run);
  run->is_external = !is_same_disk(run->folder, run->state_folder);
  g_atomic_int_set(&run->per_mille, 1000);
  return TRUE;
}

gboolean
bh_backup_run(BhBackupRun *run, GCancellable *cancellable, GError **error)
{
  gboolean done;

  g_mutex_lock(&run_mutex);
  done = !g_cancellable_set_error_if_cancelled(cancellable, error) &&
         run_alone(run, cancellable, error);
  g_mutex_unlock(&run_mutex);
  return done;
}
