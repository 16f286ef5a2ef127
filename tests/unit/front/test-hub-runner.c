/* SPDX-License-Identifier: Apache-2.0 */
#include "hub-runner.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "backup-items.h"
#include "backup-run.h"
#include "hub-end.h"
#include "remove-tree.h"

/* Between two looks at whether something has come about. */
#define LOOK_MS 5

/* A house that is backed up as soon as its hub is there; but the backup hangs in one of the house's
 * files, as in one of a drive that does not answer. */
typedef struct {
  char *state, *pipe;
  BhHubRunner *runner;
  int stuck; /* the other end of the pipe; -1: let go of */
} Fixture;

/* --- the linker puts these in place of GLib's --- */

void __real_g_cond_wait(GCond *cond, GMutex *mutex);
void __wrap_g_cond_wait(GCond *cond, GMutex *mutex);
gboolean __real_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us);
gboolean __wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us);

static GThread *main_thread;
static guint n_waits; /* of the main thread for another one */

static void
count_wait(void)
{
  if (g_thread_self() == main_thread)
    n_waits++;
}

void
__wrap_g_cond_wait(GCond *cond, GMutex *mutex)
{
  count_wait();
  __real_g_cond_wait(cond, mutex);
}

gboolean
__wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_us)
{
  count_wait();
  return __real_g_cond_wait_until(cond, mutex, end_us);
}

/* --- the house --- */

static BhSettings *
make_settings(gpointer state_folder, GError **error)
{
  BhSettings *settings = bh_settings_new(state_folder);

  settings->discovery = FALSE;
  g_assert_true(bh_limit_set_parse(&settings->limits, "backup-seconds=0", error) &&
                bh_settings_set(settings, "listen", "127.0.0.1", error) &&
                bh_settings_set(settings, "port", "0", error) &&
                bh_settings_set(settings, "https-port", "0", error) &&
                bh_settings_complete(settings, error));
  return settings;
}

static gboolean
on_look(gpointer nothing)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until(gboolean (*is_so)(Fixture *f), Fixture *f)
{
  guint clock = g_timeout_add(LOOK_MS, on_look, NULL);

  while (!is_so(f))
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(clock);
}

static gboolean
is_here(Fixture *f)
{
  return bh_hub_runner_get_place(f->runner) == BH_HUB_HERE;
}

/* Nobody can write into a pipe that nobody reads. */
static gboolean
is_stuck(Fixture *f)
{
  f->stuck = g_open(f->pipe, O_WRONLY | O_NONBLOCK, 0);
  g_assert_true(f->stuck >= 0 || errno == ENXIO);
  return f->stuck >= 0;
}

static gboolean
let_go(gpointer user_data)
{
  Fixture *f = user_data;

  g_close(f->stuck, NULL);
  f->stuck = -1;
  return G_SOURCE_REMOVE;
}

static void
set_up(Fixture *f, gconstpointer data)
{
  f->state = g_dir_make_tmp("runner-XXXXXX", NULL);
  f->pipe = g_build_filename(f->state, BH_BACKUP_SETTINGS, NULL);
  g_assert_cmpint(mkfifo(f->pipe, 0600), ==, 0);
  f->runner = bh_hub_runner_new(make_settings, f->state);
  bh_hub_runner_start(f->runner);
  wait_until(is_here, f);
  wait_until(is_stuck, f);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  bh_hub_runner_stop(f->runner);
  bh_hub_end_drain();
  g_object_unref(f->runner);
  remove_tree(f->state);
  g_free(f->state);
  g_free(f->pipe);
}

/* Returns: the files of that suffix; beside them there are none, nor is there a copy of the
 * database */
static guint
count_backups(Fixture *f)
{
  g_autofree char *copy = g_build_filename(f->state, "backup.part", NULL);
  g_autofree char *folder = g_build_filename(f->state, "backups", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_false(g_file_test(copy, G_FILE_TEST_EXISTS));
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_assert_true(g_str_has_suffix(name, BH_BACKUP_SUFFIX) && name[0] != '.');
    n++;
  }
  return n;
}

static gboolean
has_backup(Fixture *f)
{
  g_autofree char *folder = g_build_filename(f->state, "backups", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL)
    if (g_str_has_suffix(name, BH_BACKUP_SUFFIX))
      return TRUE;
  return FALSE;
}

/* --- tests --- */

/* The main loop goes on at once, and so does the hub when it is wanted again; the backup that was
 * broken off comes to nothing, and the next one is made behind it. */
static void
test_pause(Fixture *f, gconstpointer data)
{
  n_waits = 0;
  bh_hub_runner_pause(f->runner);
  g_assert_cmpuint(n_waits, ==, 0);
  bh_hub_runner_start(f->runner);
  wait_until(is_here, f);
  g_assert_false(has_backup(f));
  g_assert_cmpint(g_unlink(f->pipe), ==, 0);
  let_go(f);
  wait_until(has_backup, f);
  bh_hub_runner_stop(f->runner);
  bh_hub_end_drain();
  g_assert_cmpuint(count_backups(f), ==, 1);
}

/* Behind the main loop the program stays until the backup has cleared up. */
static void
test_quit(Fixture *f, gconstpointer data)
{
  n_waits = 0;
  bh_hub_runner_stop(f->runner);
  g_assert_cmpuint(n_waits, ==, 0);
  g_idle_add(let_go, f);
  bh_hub_end_drain();
  g_assert_cmpuint(count_backups(f), ==, 0);
}

/* But not for ever: what is left then is none that looks whole. */
static void
test_quit_stuck(Fixture *f, gconstpointer data)
{
  bh_hub_runner_stop(f->runner);
  bh_hub_end_drain();
  g_assert_cmpint(f->stuck, >=, 0);
  g_assert_false(has_backup(f));
  let_go(f);
  bh_hub_end_drain();
  g_assert_cmpuint(count_backups(f), ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  main_thread = g_thread_self();
#define ADD(path, run) g_test_add("/front/hub-runner/" path, Fixture, NULL, set_up, run, tear_down)
  ADD("pause", test_pause);
  ADD("quit", test_quit);
  ADD("quit-stuck", test_quit_stuck);
#undef ADD
  return g_test_run();
}
