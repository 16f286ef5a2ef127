/* SPDX-License-Identifier: Apache-2.0 */
#include "backup-swap-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lock-file.h"
#include "remove-tree.h"
#include "store.h"

/* A house "old" that is to be followed by one "new"; both are what their hub.key says. */
typedef struct {
  char *root, *state, *beside;
} Fixture;

static void
write_file(const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);

  g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
write_house(const char *folder, const char *key)
{
  g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
  write_file(folder, "hub.key", key);
  write_file(folder, "bellhop.db", "");
}

static void
set_up(Fixture *f, gconstpointer data)
{
  f->root = g_dir_make_tmp("swap-XXXXXX", NULL);
  f->state = g_build_filename(f->root, "state", NULL);
  f->beside = g_build_filename(f->root, "state.restoring", NULL);
  write_house(f->state, "old");
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  remove_tree(f->root);
  g_free(f->root);
  g_free(f->state);
  g_free(f->beside);
}

static void
assert_house(const char *folder, const char *key)
{
  g_autofree char *path = g_build_filename(folder, "hub.key", NULL);
  g_autofree char *mark = g_build_filename(folder, "restoring", NULL);
  g_autofree char *text = NULL;

  g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
  g_assert_cmpstr(text, ==, key);
  g_assert_false(g_file_test(mark, G_FILE_TEST_EXISTS));
}

/* @aside: (nullable): the house that was put aside */
static void
assert_alone(Fixture *f, const char *aside)
{
  g_autoptr(GDir) dir = g_dir_open(f->root, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(f->root, name, NULL);

    if (g_str_equal(name, "state"))
      continue;
    g_assert_nonnull(aside);
    g_assert_true(g_str_has_prefix(name, "state.before-"));
    assert_house(path, aside);
    aside = NULL;
  }
  g_assert_null(aside);
}

static void
prepare(Fixture *f)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *beside = bh_backup_swap_prepare(f->state, &error);

  g_assert_no_error(error);
  g_assert_cmpstr(beside, ==, f->beside);
}

static void
prepare_whole(Fixture *f)
{
  prepare(f);
  write_house(f->beside, "new");
}

static void
resume(Fixture *f)
{
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_backup_swap_resume(f->state, &error));
  g_assert_no_error(error);
}

static void
test_takes_its_place(Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  prepare_whole(f);
  g_assert_true(bh_backup_swap_commit(f->state, NULL, &error));
  g_assert_no_error(error);
  assert_house(f->state, "new");
  assert_alone(f, "old");
}

/* From the unpacking to the new name nobody else has it; then a hub opens it. */
static void
test_takes_lock_over(Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename(f->beside, "lock", NULL);
  g_autofree char *moved = g_build_filename(f->state, "lock", NULL);
  g_autoptr(BhLockFile) lock = NULL;
  g_autoptr(GError) error = NULL;

  prepare_whole(f);
  lock = bh_lock_file_take(path, NULL);
  resume(f);
  g_assert_true(bh_backup_swap_commit(f->state, g_steal_pointer(&lock), &error));
  g_assert_no_error(error);
  assert_house(f->state, "new");
  assert_alone(f, "old");
  lock = bh_lock_file_take(moved, &error);
  g_assert_no_error(error);
}

/* To another disk, as the person has wanted it; also when the power goes between the names. */
static void
test_behind_a_link(Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename(f->root, "link", NULL);
  g_autofree char *beside = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint(symlink("state", link), ==, 0);
  beside = bh_backup_swap_prepare(link, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(beside, ==, f->beside);
  write_house(beside, "new");
  g_assert_true(bh_backup_swap_commit(link, NULL, &error));
  g_assert_no_error(error);
  assert_house(link, "new");
  g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
  prepare_whole(f);
  remove_tree(f->state);
  g_assert_true(bh_backup_swap_resume(link, &error));
  g_assert_no_error(error);
  assert_house(f->state, "new");
  g_assert_cmpint(g_unlink(link), ==, 0);
  assert_alone(f, "old");
}

static void
test_given_up(Fixture *f, gconstpointer data)
{
  prepare(f);
  write_file(f->beside, "hub.key", "new");
  bh_backup_swap_drop(f->state);
  assert_house(f->state, "old");
  assert_alone(f, NULL);
  resume(f);
  assert_house(f->state, "old");
}

/* --- what does not work --- */

/* The call that fails, and the one after it where it is a way back that fails, too. */
static guint n_calls, failing, also_failing;

static int
rename_in_part(const char *from, const char *to)
{
  n_calls++;
  if (n_calls != failing && n_calls != also_failing)
    return rename(from, to);
  errno = EIO;
  return -1;
}

static void
commit_in_vain(Fixture *f, guint first, guint second)
{
  g_autoptr(GError) error = NULL;

  n_calls = 0;
  failing = first;
  also_failing = second;
  prepare_whole(f);
  g_assert_false(bh_backup_swap_commit_by(f->state, NULL, rename_in_part, &error));
  g_assert_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER);
  bh_backup_swap_drop(f->state);
}

/* Another program has begun to clear it away, or something in it was broken off. */
static void
commit_part(Fixture *f)
{
  g_autoptr(GError) error = NULL;

  n_calls = failing = also_failing = 0;
  g_assert_false(bh_backup_swap_commit_by(f->state, NULL, rename_in_part, &error));
  g_assert_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER);
  g_assert_cmpuint(n_calls, ==, 0);
  bh_backup_swap_drop(f->state);
  assert_house(f->state, "old");
  assert_alone(f, NULL);
}

static void
test_something_is_missing(Fixture *f, gconstpointer name)
{
  g_autofree char *path = g_build_filename(f->beside, name, NULL);

  prepare_whole(f);
  g_assert_cmpint(g_unlink(path), ==, 0);
  commit_part(f);
}

static void
test_something_is_pending(Fixture *f, gconstpointer name)
{
  g_autofree char *path = g_build_filename(f->beside, name, NULL);

  prepare_whole(f);
  g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
  commit_part(f);
}

static void
test_nothing_is_beside(Fixture *f, gconstpointer data)
{
  commit_part(f);
}

static void
test_first_rename_fails(Fixture *f, gconstpointer data)
{
  commit_in_vain(f, 1, 0);
  assert_house(f->state, "old");
  assert_alone(f, NULL);
}

static void
test_second_rename_fails(Fixture *f, gconstpointer data)
{
  commit_in_vain(f, 2, 0);
  assert_house(f->state, "old");
  assert_alone(f, NULL);
}

/* Then the restored one is all that there is to begin with. */
static void
test_no_way_back(Fixture *f, gconstpointer data)
{
  commit_in_vain(f, 2, 3);
  g_assert_false(g_file_test(f->state, G_FILE_TEST_EXISTS));
  resume(f);
  assert_house(f->state, "new");
  assert_alone(f, "old");
}

/* --- the power goes --- */

static guint last_call;
static gboolean is_done_then;

static int
rename_until_dark(const char *from, const char *to)
{
  gboolean is_last = ++n_calls == last_call;

  if ((!is_last || is_done_then) && rename(from, to) != 0)
    _exit(1);
  if (is_last)
    _exit(0);
  return 0;
}

/* With the @call-th rename, which is @done or not. */
static void
cut_power(Fixture *f, guint call, gboolean done)
{
  int status;
  pid_t child;

  prepare_whole(f);
  child = fork();
  if (child == 0) {
    n_calls = 0;
    last_call = call;
    is_done_then = done;
    bh_backup_swap_commit_by(f->state, NULL, rename_until_dark, NULL);
    _exit(2);
  }
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
test_cut_before(Fixture *f, gconstpointer data)
{
  cut_power(f, 1, FALSE);
  resume(f);
  assert_house(f->state, "old");
  assert_alone(f, NULL);
}

static void
test_cut_between(Fixture *f, gconstpointer data)
{
  cut_power(f, 1, TRUE);
  g_assert_false(g_file_test(f->state, G_FILE_TEST_EXISTS));
  resume(f);
  assert_house(f->state, "new");
  assert_alone(f, "old");
  resume(f);
  assert_house(f->state, "new");
}

/* As where a service manager makes the folder before each start. */
static void
test_cut_between_and_folder_made(Fixture *f, gconstpointer data)
{
  cut_power(f, 2, FALSE);
  g_assert_cmpint(g_mkdir(f->state, 0700), ==, 0);
  resume(f);
  assert_house(f->state, "new");
  assert_alone(f, "old");
}

static void
test_cut_behind(Fixture *f, gconstpointer data)
{
  cut_power(f, 2, TRUE);
  resume(f);
  assert_house(f->state, "new");
  assert_alone(f, "old");
}

/* While it was still being unpacked; or its files were on their way. */
static void
test_cut_while_restoring(Fixture *f, gconstpointer part)
{
  g_autofree char *folder = g_build_filename(f->beside, part, NULL);

  prepare(f);
  g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
  write_file(folder, "hub.key", "new");
  write_file(f->beside, "authority.key", "new");
  resume(f);
  assert_house(f->state, "old");
  assert_alone(f, NULL);
}

/* Nothing of it counts, also where there is no other. */
static void
test_part_is_no_house(Fixture *f, gconstpointer data)
{
  prepare(f);
  write_file(f->beside, "hub.key", "new");
  remove_tree(f->state);
  resume(f);
  g_assert_false(g_file_test(f->beside, G_FILE_TEST_EXISTS));
  g_assert_false(g_file_test(f->state, G_FILE_TEST_EXISTS));
}

/* The next restore begins afresh. */
static void
test_prepares_anew(Fixture *f, gconstpointer data)
{
  g_autofree char *left = g_build_filename(f->beside, "hub.key", NULL);

  prepare_whole(f);
  prepare(f);
  g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
}

/* --- what is not ours to touch --- */

static void
test_somebodys_folder(Fixture *f, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  write_house(f->beside, "theirs");
  g_assert_null(bh_backup_swap_prepare(f->state, &error));
  g_assert_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_FOLDER);
  bh_backup_swap_drop(f->state);
  resume(f);
  assert_house(f->beside, "theirs");
  assert_house(f->state, "old");
}

static void
test_held_by_another(Fixture *f, gconstpointer name)
{
  g_autofree char *path = g_build_filename(f->root, name, "lock", NULL);
  g_autoptr(BhLockFile) lock = NULL;
  g_autoptr(GError) error = NULL;

  prepare_whole(f);
  lock = bh_lock_file_take(path, NULL);
  g_assert_nonnull(lock);
  g_assert_false(bh_backup_swap_commit(f->state, NULL, &error));
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_HELD);
  assert_house(f->state, "old");
}

/* One that was cancelled has not let go yet: the next neither begins in it, nor ends it. */
static void
test_restore_waits(Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename(f->beside, "lock", NULL);
  g_autoptr(BhLockFile) lock = NULL;
  g_autoptr(GError) error = NULL;

  prepare(f);
  lock = bh_lock_file_take(path, NULL);
  g_assert_null(bh_backup_swap_prepare(f->state, &error));
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_HELD);
  bh_backup_swap_drop(f->state);
  g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
  g_clear_pointer(&lock, bh_lock_file_release);
  prepare(f);
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* Returns: (transfer full): the names of what has been removed since, in their order */
static GPtrArray *
read_removed(int watch)
{
  _Alignas(struct inotify_event) char bytes[16384];
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  ssize_t length, at = 0;

  length = read(watch, bytes, sizeof bytes);
  g_assert_cmpint(length, >, 0);
  while (at < length) {
    const struct inotify_event *event = (const void *)(bytes + at); /* aligned: the kernel pads */

    if ((event->mask & IN_DELETE) != 0)
      g_ptr_array_add(names, g_strdup(event->name));
    at += (ssize_t)(sizeof *event + event->len);
  }
  return names;
}

/* As long as there is anything in it nobody else gets hold of it. */
static void
test_lock_goes_last(Fixture *f, gconstpointer data)
{
  g_autoptr(GPtrArray) names = NULL;
  int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

  prepare(f);
  for (guint i = 0; i < 64; i++) {
    g_autofree char *name = g_strdup_printf("file-%u", i);

    write_file(f->beside, i == 32 ? "lock" : name, "");
  }
  g_assert_cmpint(inotify_add_watch(watch, f->beside, IN_DELETE), >=, 0);
  bh_backup_swap_drop(f->state);
  names = read_removed(watch);
  close(watch);
  g_assert_cmpuint(names->len, ==, 65);
  g_assert_cmpstr(names->pdata[63], ==, "lock");
  g_assert_cmpstr(names->pdata[64], ==, "restoring");
}

/* Another program is at it: the house is there, so begin; without one, wait. */
static void
test_resume_waits(Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename(f->beside, "lock", NULL);
  g_autoptr(BhLockFile) lock = NULL;
  g_autoptr(GError) error = NULL;

  prepare_whole(f);
  lock = bh_lock_file_take(path, NULL);
  resume(f);
  g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
  remove_tree(f->state);
  g_assert_false(bh_backup_swap_resume(f->state, &error));
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_HELD);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(path, data, run)                                                                       \
  g_test_add("/hub/backup-swap/" path, Fixture, data, set_up, run, tear_down)
  ADD("takes-its-place", NULL, test_takes_its_place);
  ADD("takes-lock-over", NULL, test_takes_lock_over);
  ADD("behind-a-link", NULL, test_behind_a_link);
  ADD("given-up", NULL, test_given_up);
  ADD("first-rename", NULL, test_first_rename_fails);
  ADD("second-rename", NULL, test_second_rename_fails);
  ADD("part/key", "hub.key", test_something_is_missing);
  ADD("part/database", "bellhop.db", test_something_is_missing);
  ADD("part/unpacking", "restore.part", test_something_is_pending);
  ADD("part/moving", "restore.ready", test_something_is_pending);
  ADD("part/nothing", NULL, test_nothing_is_beside);
  ADD("no-way-back", NULL, test_no_way_back);
  ADD("cut/before", NULL, test_cut_before);
  ADD("cut/between", NULL, test_cut_between);
  ADD("cut/between-and-made", NULL, test_cut_between_and_folder_made);
  ADD("cut/behind", NULL, test_cut_behind);
  ADD("cut/unpacking", "restore.part", test_cut_while_restoring);
  ADD("cut/moving", "restore.ready", test_cut_while_restoring);
  ADD("cut/part", NULL, test_part_is_no_house);
  ADD("anew", NULL, test_prepares_anew);
  ADD("somebodys", NULL, test_somebodys_folder);
  ADD("held/house", "state", test_held_by_another);
  ADD("held/beside", "state.restoring", test_held_by_another);
  ADD("held/restore", NULL, test_restore_waits);
  ADD("lock-last", NULL, test_lock_goes_last);
  ADD("held/resume", NULL, test_resume_waits);
#undef ADD
  return g_test_run();
}
