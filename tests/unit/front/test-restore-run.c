/* SPDX-License-Identifier: Apache-2.0 */
#include "restore-run.h"

#include <glib/gstdio.h>
#include <string.h>

#include "backup-run.h"
#include "backup-swap.h"
#include "remove-tree.h"

/* A house that a hub serves, and the backup of another one. */
typedef struct {
  char *root, *state, *file;
  char *code; /* opens it */
  BhHubRunner *runner;
  guint n_changed; /* times that the runner told of something */
  guint n_starts;  /* of the second program */

  gboolean over;
  GStrv left_out;
  GError *error;
} Fixture;

/* Of the front's own. */
static char *last_message;

static GLogWriterOutput
write_log(GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *text = "", *domain = "";

  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal(fields[i].key, "MESSAGE"))
      text = fields[i].value;
    else if (g_str_equal(fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;
  }
  if (level == G_LOG_LEVEL_MESSAGE && g_str_equal(domain, "bellhop-front")) {
    g_free(last_message);
    last_message = g_strdup(text);
  }
  return g_log_writer_default(level, fields, n_fields, user_data);
}

static BhSettings *
make_settings(gpointer state_folder, GError **error)
{
  BhSettings *settings = bh_settings_new(state_folder);

  settings->discovery = settings->backup = FALSE;
  g_assert_true(bh_settings_set(settings, "listen", "127.0.0.1", error) &&
                bh_settings_set(settings, "port", "0", error) &&
                bh_settings_set(settings, "https-port", "0", error) &&
                bh_settings_complete(settings, error));
  return settings;
}

static void
wait_until_here(BhHubRunner *runner)
{
  while (bh_hub_runner_get_place(runner) != BH_HUB_HERE)
    g_main_context_iteration(NULL, TRUE);
}

static void
on_changed(BhHubRunner *runner, Fixture *f)
{
  f->n_changed++;
}

static void
settle(void)
{
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

/* Of a house whose settings do not fit this computer. */
static void
make_backup(Fixture *f)
{
  static const char settings[] = "[hub]\ncloud-ca=/gone.pem\n";
  g_autofree char *state = g_build_filename(f->root, "elsewhere", NULL);
  g_autofree char *ini = g_build_filename(state, "settings.ini", NULL);
  g_autoptr(BhHubRunner) runner = bh_hub_runner_new(make_settings, state);
  g_autoptr(BhBackupRun) run = g_new0(BhBackupRun, 1);
  g_autoptr(GError) error = NULL;

  bh_hub_runner_start(runner);
  wait_until_here(runner);
  bh_hub_runner_stop(runner);
  settle();
  g_assert_true(g_file_set_contents(ini, settings, -1, NULL));
  run->state_folder = g_strdup(state);
  run->folder = g_build_filename(f->root, "backups", NULL);
  g_assert_cmpint(g_mkdir(run->folder, 0700), ==, 0);
  run->hub_id = g_strdup("hub_0123456789");
  run->about = g_strdup("{\"name\":\"Elsewhere\"}");
  run->keep = 1;
  run->now_ms = g_get_real_time() / 1000;
  run->key = bh_backup_key_new_with_code(&error);
  g_assert_no_error(error);
  bh_backup_run(run, NULL, &error);
  g_assert_no_error(error);
  f->file = g_build_filename(run->folder, run->file, NULL);
  f->code = g_strdup(bh_backup_key_get_code(run->key));
}

static void
set_up(Fixture *f, gconstpointer data)
{
  f->root = g_dir_make_tmp("restore-XXXXXX", NULL);
  f->state = g_build_filename(f->root, "house", NULL);
  make_backup(f);
  f->runner = bh_hub_runner_new(make_settings, f->state);
  bh_hub_runner_start(f->runner);
  wait_until_here(f->runner);
  g_signal_connect(f->runner, "changed", G_CALLBACK(on_changed), f);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  bh_hub_runner_stop(f->runner);
  settle();
  g_object_unref(f->runner);
  settle();
  remove_tree(f->root);
  g_strfreev(f->left_out);
  g_clear_error(&f->error);
  g_free(f->root);
  g_free(f->state);
  g_free(f->file);
  g_free(f->code);
}

static char *
read_key(Fixture *f, const char *house)
{
  g_autofree char *path = g_build_filename(f->root, house, "hub.key", NULL);
  char *key = NULL;

  g_file_get_contents(path, &key, NULL, NULL);
  return key;
}

/* Returns: (transfer full) (nullable): the name of a folder that begins so */
static char *
find_folder(Fixture *f, const char *prefix)
{
  g_autoptr(GDir) dir = g_dir_open(f->root, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL)
    if (g_str_has_prefix(name, prefix))
      return g_strdup(name);
  return NULL;
}

static void
restore_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  f->left_out = bh_restore_run_finish(result, &f->error);
  f->over = TRUE;
}

static void
restore(Fixture *f, const char *passphrase, GCancellable *cancellable)
{
  bh_restore_run_async(f->runner, f->state, f->file, passphrase, cancellable, restore_cb, f);
  while (!f->over)
    g_main_context_iteration(NULL, TRUE);
}

/* The same house, as if nobody had tried. */
static void
assert_untouched(Fixture *f, const char *key)
{
  g_autofree char *now = read_key(f, "house");
  g_autofree char *other = find_folder(f, "house.");

  g_assert_null(f->left_out);
  g_assert_cmpstr(now, ==, key);
  g_assert_null(other);
  g_assert_cmpint(bh_hub_runner_get_place(f->runner), ==, BH_HUB_HERE);
  g_assert_cmpuint(f->n_changed, ==, 0);
}

static void
test_wrong_passphrase(Fixture *f, gconstpointer data)
{
  g_autofree char *key = read_key(f, "house");

  restore(f, "not this one", NULL);
  g_assert_error(f->error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_PASSPHRASE);
  assert_untouched(f, key);
}

static void
test_damaged(Fixture *f, gconstpointer data)
{
  g_autofree char *key = read_key(f, "house");
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(f->file, &bytes, &length, NULL));
  g_assert_true(g_file_set_contents(f->file, bytes, (gssize)length / 2, NULL));
  restore(f, f->code, NULL);
  g_assert_error(f->error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_DAMAGED);
  assert_untouched(f, key);
}

static void
test_cancelled(Fixture *f, gconstpointer data)
{
  g_autofree char *key = read_key(f, "house");
  g_autoptr(GCancellable) cancellable = g_cancellable_new();

  g_cancellable_cancel(cancellable);
  restore(f, f->code, cancellable);
  g_assert_error(f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_untouched(f, key);
}

static void
test_succeeds(Fixture *f, gconstpointer data)
{
  g_autofree char *before = read_key(f, "house");
  g_autofree char *wanted = read_key(f, "elsewhere");
  g_autofree char *now = NULL;
  g_autofree char *aside = NULL;
  g_autofree char *kept = NULL;

  restore(f, f->code, NULL);
  g_assert_no_error(f->error);
  g_assert_cmpuint(g_strv_length(f->left_out), ==, 1);
  g_assert_nonnull(strstr(f->left_out[0], "/gone.pem"));
  g_assert_cmpstr(f->left_out[0], ==, last_message);
  wait_until_here(f->runner);
  now = read_key(f, "house");
  g_assert_cmpstr(now, ==, wanted);
  aside = find_folder(f, "house.");
  g_assert_true(g_str_has_prefix(aside, "house.before-"));
  kept = read_key(f, aside);
  g_assert_cmpstr(kept, ==, before);
}

/* As a second program does first, which begins between the unpacking and the two names. */
static void
on_paused(BhHubRunner *runner, Fixture *f)
{
  if (bh_hub_runner_get_place(runner) != BH_HUB_PAUSED)
    return;
  g_assert_true(bh_backup_swap_resume(f->state, NULL));
  f->n_starts++;
}

static void
test_second_start(Fixture *f, gconstpointer data)
{
  g_autofree char *wanted = read_key(f, "elsewhere");
  g_autofree char *now = NULL;

  g_signal_connect(f->runner, "changed", G_CALLBACK(on_paused), f);
  restore(f, f->code, NULL);
  g_assert_no_error(f->error);
  g_assert_cmpuint(f->n_starts, ==, 1);
  wait_until_here(f->runner);
  now = read_key(f, "house");
  g_assert_cmpstr(now, ==, wanted);
}

/* The program ends meanwhile: no hub begins after that. */
static void
test_ends_meanwhile(Fixture *f, gconstpointer data)
{
  bh_restore_run_async(f->runner, f->state, f->file, f->code, NULL, restore_cb, f);
  bh_hub_runner_stop(f->runner);
  while (!f->over)
    g_main_context_iteration(NULL, TRUE);
  g_assert_false(bh_hub_runner_is_running(f->runner));
}

int
main(int argc, char **argv)
{
  int status;

  g_test_init(&argc, &argv, NULL);
  g_log_set_writer_func(write_log, NULL, NULL);
#define ADD(path, run) g_test_add("/front/restore-run/" path, Fixture, NULL, set_up, run, tear_down)
  ADD("wrong-passphrase", test_wrong_passphrase);
  ADD("damaged", test_damaged);
  ADD("cancelled", test_cancelled);
  ADD("succeeds", test_succeeds);
  ADD("second-start", test_second_start);
  ADD("ends-meanwhile", test_ends_meanwhile);
#undef ADD
  status = g_test_run();
  g_free(last_message);
  return status;
}
