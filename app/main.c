/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <locale.h>

#include "cloud-daemon.h"
#include "daemon.h"
#include "front.h"
#include "openssl-start.h"
#include "options.h"
#include "terminal.h"
#include "verb.h"

/* The command line as it was given, for each time the hub starts anew. */
typedef struct {
  int argc;
  char **argv;
} CommandLine;

static BhSettings *
make_settings(gpointer user_data, GError **error)
{
  const CommandLine *line = user_data;
  g_auto(GStrv) owned = g_strdupv(line->argv);
  /* GOption takes out what it understands; what it leaves is still owned by the whole. */
  g_autofree char **argv = g_memdup2(owned, sizeof *owned * (gsize)(line->argc + 1));
  int argc = line->argc;
  char **rest = argv;
  g_autoptr(BhOptions) options = bh_options_parse(&argc, &rest, error);

  return options != NULL ? g_steal_pointer(&options->settings) : NULL;
}

static int
run_front(const BhOptions *options, CommandLine *line)
{
  const BhFrontConfig config = {.state_folder = options->settings->state_folder,
                                .page = options->page,
                                .background = options->background,
                                .make_settings = make_settings,
                                .user_data = line};
  const char *program = g_getenv("BELLHOP_COMMAND");

  if (bh_front_has_display())
    return bh_front_run(&config);
  /* Translators: %s is the program's name. */
  g_printerr(
      _("There is no display for the window here; “%s --daemon” runs the hub without one.\n"),
      program != NULL ? program : "bellhop");
  return 1;
}

/* Who started it from the desktop reads no terminal. A daemon asks nobody. */
static void
tell_problem(const CommandLine *line, const char *words)
{
  g_printerr("%s\n", words);
  if (bh_terminal_is_error())
    return;
  for (int i = 1; i < line->argc; i++)
    if (g_str_equal(line->argv[i], "--daemon") || g_str_has_prefix(line->argv[i], "--cloud"))
      return;
  bh_front_tell(words);
}

int
main(int argc, char **argv)
{
  g_autoptr(BhOptions) options = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) given = g_strdupv(argv);
  CommandLine line = {argc, given};
  const char *locale_folder = g_getenv("BELLHOP_LOCALE_DIR");
  int verb_at;

  bh_openssl_start();
  setlocale(LC_ALL, "");
  /* What runs from the folder that it was built in has its translations there. */
  bindtextdomain(GETTEXT_PACKAGE, locale_folder != NULL ? locale_folder : BH_LOCALE_DIR);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
  textdomain(GETTEXT_PACKAGE);

  verb_at = bh_verb_find(argc, argv);
  if (verb_at > 0)
    return bh_verb_run(argc, argv, verb_at);
  options = bh_options_parse(&argc, &argv, &error);
  if (options == NULL) {
    tell_problem(&line, error->message);
    return 2;
  }
  if (options->show_version) {
    g_print("bellhop %s\n", BH_VERSION);
    return 0;
  }
  if (options->cloud)
    return bh_cloud_daemon_run(options->settings);
  if (!options->daemon)
    return run_front(options, &line);
  return bh_daemon_run(g_steal_pointer(&options->settings), bh_terminal_is_output());
}
