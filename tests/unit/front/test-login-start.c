/* SPDX-License-Identifier: Apache-2.0 */
#include "login-start.h"

#include <glib/gstdio.h>

#include "front.h"

static void
set_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_login_start_set_finish(result, &error));
  g_assert_no_error(error);
  *(gboolean *)user_data = TRUE;
}

static void
set(const char *state_folder, gboolean on)
{
  gboolean done = FALSE;

  bh_login_start_set_async(state_folder, on, NULL, set_cb, &done);
  while (!done)
    g_main_context_iteration(NULL, TRUE);
}

static char *
make_path(void)
{
  return g_build_filename(g_get_user_config_dir(), "autostart", BH_FRONT_ID ".desktop", NULL);
}

/* Returns: (transfer full): the words that the session would start */
static char **
read_command(void)
{
  g_autofree char *path = make_path();
  g_autoptr(GKeyFile) entry = g_key_file_new();
  g_autofree char *exec = NULL;
  g_autoptr(GString) plain = NULL;
  char **words = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true(g_key_file_load_from_file(entry, path, G_KEY_FILE_NONE, &error));
  exec = g_key_file_get_string(entry, "Desktop Entry", "Exec", &error);
  g_assert_no_error(error);
  plain = g_string_new(exec);
  g_string_replace(plain, "%%", "%", 0);
  g_assert_true(g_shell_parse_argv(plain->str, NULL, &words, &error));
  return words;
}

static void
test_on_and_off(void)
{
  const char *state = g_test_get_filename(G_TEST_BUILT, "some where", NULL);
  g_autofree char *path = make_path();
  g_auto(GStrv) words = NULL;

  g_assert_false(bh_login_start_is_on(state));
  set(state, TRUE);
  g_assert_true(bh_login_start_is_on(state));
  words = read_command();
  g_assert_cmpuint(g_strv_length(words), ==, 4);
  g_assert_true(g_path_is_absolute(words[0]));
  g_assert_cmpstr(words[1], ==, "--background");
  g_assert_cmpstr(words[2], ==, "--state");
  g_assert_cmpstr(words[3], ==, state);
  set(state, FALSE);
  g_assert_false(bh_login_start_is_on(state));
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  set(state, FALSE);
}

/* What a shell or a desktop would read as something else. */
static void
test_odd_folders(void)
{
  static const char *const folders[] = {"/a b",  "/$HOME",       "/`id`",
                                        "/a\"b", "/back\\slash", "/100%u"};

  for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
    g_auto(GStrv) words = NULL;

    set(folders[i], TRUE);
    words = read_command();
    g_assert_cmpstr(words[3], ==, folders[i]);
  }
}

/* Desktops let a person switch entries off without removing them. */
static void
test_switched_off_elsewhere(void)
{
  static const char *const lines[] = {"Hidden=true\n", "X-GNOME-Autostart-enabled=false\n"};
  g_autofree char *path = make_path();

  for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
    g_autofree char *text = NULL;
    g_autofree char *changed = NULL;

    set("/x", TRUE);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    changed = g_strconcat(text, lines[i], NULL);
    g_assert_true(g_file_set_contents(path, changed, -1, NULL));
    g_assert_false(bh_login_start_is_on("/x"));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func("/login-start/on-and-off", test_on_and_off);
  g_test_add_func("/login-start/odd-folders", test_odd_folders);
  g_test_add_func("/login-start/switched-off-elsewhere", test_switched_off_elsewhere);
  return g_test_run();
}
