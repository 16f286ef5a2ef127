/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "options.h"

#include <glib/gi18n.h>

/* The command line as GOption leaves it. */
typedef struct {
  gboolean daemon;
  gboolean show_version;
  gboolean open;
  char *state_folder;
  char *listen_address;
  char *port;
  char *ice_ports;
  char *tenant_id;
  char **printers;
  char **limits;
} CommandLine;

static void
command_line_clear(CommandLine *line)
{
  g_free(line->state_folder);
  g_free(line->listen_address);
  g_free(line->port);
  g_free(line->ice_ports);
  g_free(line->tenant_id);
  g_strfreev(line->printers);
  g_strfreev(line->limits);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandLine, command_line_clear)

static gboolean
parse_command_line(CommandLine *line, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"daemon", 0, 0, G_OPTION_ARG_NONE, &line->daemon, N_("Run without a window"), NULL},
      {"state", 0, 0, G_OPTION_ARG_FILENAME, &line->state_folder,
       N_("Keep everything in this folder"), N_("FOLDER")},
      {"listen", 0, 0, G_OPTION_ARG_STRING, &line->listen_address,
       N_("Listen on this IP address (127.0.0.1)"), N_("ADDRESS")},
      {"port", 0, 0, G_OPTION_ARG_STRING, &line->port,
       N_("Listen on this port (8080); 0 takes any that is free"), N_("NUMBER")},
      {"ice-ports", 0, 0, G_OPTION_ARG_STRING, &line->ice_ports,
       N_("Use only these UDP ports for direct connections"), N_("LOW-HIGH")},
      {"tenant", 0, 0, G_OPTION_ARG_STRING, &line->tenant_id,
       N_("The property's tenant id (default)"), N_("ID")},
      {"printer", 0, 0, G_OPTION_ARG_STRING_ARRAY, &line->printers,
       N_("A printer, such as receipt=tcp://192.168.1.50:9100, with ?columns=32 for 58 mm paper; "
          "may be given again"),
       N_("NAME=ADDRESS")},
      {"limit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &line->limits,
       N_("Move a limit; the list is below; may be given again"), N_("NAME=VALUE")},
      {"open", 0, 0, G_OPTION_ARG_NONE, &line->open,
       N_("Let in everyone on this computer, without pairing"), NULL},
      {"version", 0, 0, G_OPTION_ARG_NONE, &line->show_version, N_("Show the version"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr(GOptionContext) context = g_option_context_new(NULL);
  g_autofree char *limits = bh_limit_describe();
  g_autofree char *description = g_strconcat(_("Limits:"), "\n", limits, NULL);

  g_option_context_set_summary(context, _("Keeps a hotel or restaurant working on its own Wi-Fi."));
  g_option_context_set_description(context, description);
  g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse(context, argc, argv, error))
    return FALSE;
  if (*argc > 1) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                _("“%s” is not understood here. See --help."), (*argv)[1]);
    return FALSE;
  }
  return TRUE;
}

static void
replace(char **target, char **source)
{
  if (*source == NULL)
    return;
  g_free(*target);
  *target = g_steal_pointer(source);
}

static gboolean
apply(BhSettings *settings, CommandLine *line, GError **error)
{
  replace(&settings->listen_address, &line->listen_address);
  replace(&settings->tenant_id, &line->tenant_id);
  if ((line->port != NULL && !bh_settings_set_port(settings, line->port, error)) ||
      (line->ice_ports != NULL && !bh_settings_set_ice_ports(settings, line->ice_ports, error)))
    return FALSE;
  for (guint i = 0; line->printers != NULL && line->printers[i] != NULL; i++)
    if (!bh_settings_add_printer(settings, line->printers[i], error))
      return FALSE;
  for (guint i = 0; line->limits != NULL && line->limits[i] != NULL; i++)
    if (!bh_limit_set_parse(&settings->limits, line->limits[i], error))
      return FALSE;
  /* There is no pairing yet: a hub for this computer alone is of use only when it is open. */
  settings->open |= line->open || bh_settings_is_loopback(settings);
  return bh_settings_check(settings, error);
}

BhOptions *
bh_options_parse(int *argc, char ***argv, GError **error)
{
  g_autoptr(BhOptions) options = g_new0(BhOptions, 1);
  g_auto(CommandLine) line = {0};

  if (!parse_command_line(&line, argc, argv, error))
    return NULL;
  options->daemon = line.daemon;
  options->show_version = line.show_version;
  options->settings = bh_settings_new(line.state_folder);
  if (!bh_settings_load(options->settings, error) || !apply(options->settings, &line, error))
    return NULL;
  return g_steal_pointer(&options);
}

void
bh_options_free(BhOptions *options)
{
  g_clear_pointer(&options->settings, bh_settings_free);
  g_free(options);
}
