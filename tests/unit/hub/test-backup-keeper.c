/* SPDX-License-Identifier: Apache-2.0 */
#include "backup-keeper.h"

#include <glib/gstdio.h>

/* More than the slow hash takes on a small board. */
#define WAIT_S 60

typedef struct {
  BhHubState state;
  BhSettings *settings;
  BhBackupKeeper *keeper;
  guint n_ready;
  gboolean is_changed;
  char *code; /* (nullable): of the key then */
  GError *error;
} Fixture;

static void
set_up(Fixture *f, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp("keeper-XXXXXX", NULL);

  f->settings = bh_settings_new(folder);
  f->state.hub = g_object_new(G_TYPE_OBJECT, NULL);
  f->state.settings = f->settings;
  f->keeper = bh_backup_keeper_new(&f->state);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  g_autoptr(GDir) dir = g_dir_open(f->settings->state_folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(f->settings->state_folder, name, NULL);

    g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(f->settings->state_folder), ==, 0);
  bh_backup_keeper_free(f->keeper);
  bh_settings_free(f->settings);
  g_object_unref(f->state.hub);
  g_clear_error(&f->error);
  g_free(f->code);
}

static gboolean
on_late(gpointer user_data)
{
  g_error("nothing has come of it");
  return G_SOURCE_REMOVE;
}

static void
wait_for(Fixture *f, guint n_ready, gboolean is_changed)
{
  guint source = g_timeout_add_seconds(WAIT_S, on_late, NULL);

  while (f->n_ready < n_ready || f->is_changed != is_changed)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(source);
}

static void
ready_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  bh_backup_keeper_ready_finish(f->keeper, result);
  f->n_ready++;
  g_free(f->code);
  f->code = g_strdup(bh_backup_key_get_code(bh_backup_keeper_get_key(f->keeper)));
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  bh_backup_keeper_change_finish(f->keeper, result, &f->error);
  f->is_changed = TRUE;
}

/* What is made now is made with a recovery code. */
static void
make_code(Fixture *f)
{
  bh_backup_keeper_ready_async(f->keeper, ready_cb, f);
  wait_for(f, 1, FALSE);
  g_assert_nonnull(f->code);
}

/* A backup that is asked for after the passphrase opens with the passphrase. */
static void
test_change_comes_first(Fixture *f, gconstpointer data)
{
  make_code(f);
  bh_backup_keeper_change_async(f->keeper, g_strdup("correct horse battery"), FALSE, FALSE,
                                change_cb, f);
  bh_backup_keeper_ready_async(f->keeper, ready_cb, f);
  wait_for(f, 2, TRUE);
  g_assert_no_error(f->error);
  g_assert_null(f->code);
}

/* Where it cannot be kept, all is as it was: nobody waits for ever. */
static void
test_change_fails(Fixture *f, gconstpointer data)
{
  g_autofree char *code = NULL;
  char *folder = f->settings->state_folder;

  make_code(f);
  code = g_strdup(f->code);
  f->settings->state_folder = g_build_filename(folder, "gone", NULL);
  bh_backup_keeper_change_async(f->keeper, g_strdup("correct horse battery"), FALSE, FALSE,
                                change_cb, f);
  bh_backup_keeper_ready_async(f->keeper, ready_cb, f);
  wait_for(f, 2, TRUE);
  g_free(f->settings->state_folder);
  f->settings->state_folder = folder;
  g_assert_nonnull(f->error);
  g_assert_cmpstr(f->code, ==, code);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(path, run) g_test_add("/hub/backup-keeper/" path, Fixture, NULL, set_up, run, tear_down)
  ADD("change-first", test_change_comes_first);
  ADD("change-fails", test_change_fails);
#undef ADD
  return g_test_run();
}
