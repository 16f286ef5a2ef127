/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <locale.h>

#include "cloud-daemon.h"
#include "daemon.h"
#include "options.h"
#include "verb.h"

int
main(int argc, char **argv)
{
  g_autoptr(BhOptions) options = NULL;
  g_autoptr(GError) error = NULL;
  int verb_at;

  setlocale(LC_ALL, "");
  bindtextdomain(GETTEXT_PACKAGE, BH_LOCALE_DIR);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
  textdomain(GETTEXT_PACKAGE);

  verb_at = bh_verb_find(argc, argv);
  if (verb_at > 0)
    return bh_verb_run(argc, argv, verb_at);
  options = bh_options_parse(&argc, &argv, &error);
  if (options == NULL) {
    g_printerr("%s\n", error->message);
    return 2;
  }
  if (options->show_version) {
    g_print("bellhop %s\n", BH_VERSION);
    return 0;
  }
  if (options->cloud)
    return bh_cloud_daemon_run(options->settings);
  return bh_daemon_run(g_steal_pointer(&options->settings), !options->daemon);
}
