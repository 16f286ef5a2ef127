/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "options.h"

#include <glib/gi18n.h>

#include "backup-swap.h"
#include "settings-file.h"
#include "verb.h"

/* Options of the same name and meaning as the keys of settings.ini. */
static const struct {
  const char *key, *meaning, *value;
} settings_options[] = {
    {"listen", N_("Listen on this IP address only (all of this computer's); 127.0.0.1 keeps to it"),
     N_("ADDRESS")},
    {"port", N_("Listen on this port (8080); 0 takes any that is free"), N_("NUMBER")},
    {"https-port", N_("Listen on this port for https (8443); 0 takes any that is free"),
     N_("NUMBER")},
    {"tls-certificate", N_("Serve https with this certificate, not with the hub's own"),
     N_("FILE")},
    {"tls-key", N_("The private key of that certificate"), N_("FILE")},
    {"name", N_("How people call this hub (the computer's name)"), N_("NAME")},
    {"cloud-ca", N_("Trust this authority too when asking a cloud"), N_("FILE")},
    {"discovery", N_("Be found by name, such as signaling.local (true)"), N_("TRUE-OR-FALSE")},
    {"greengrass", N_("Be called greengrass.local too (false)"), N_("TRUE-OR-FALSE")},
    {"guest-networks",
     N_("More networks that are the property's own, such as 10.1.0.0/16,fd12::/48"), N_("LIST")},
    {"trusted-proxies", N_("Believe what these addresses say about whom they forward"), N_("LIST")},
    {"ice-ports", N_("Use only these UDP ports for direct connections"), N_("LOW-HIGH")},
    {"backup", N_("Make a backup every night (true)"), N_("TRUE-OR-FALSE")},
    {"backup-folder", N_("Keep the backups there (backups, in the folder of everything)"),
     N_("FOLDER")},
    {"backup-time", N_("Make the backup at this time of day (3:30)"), N_("HOUR:MINUTE")},
    {"backup-keep", N_("Keep this many backups (14)"), N_("NUMBER")},
    {"tenant", N_("The property's tenant id (default)"), N_("ID")},
};

/* The command line as GOption leaves it. */
typedef struct {
  gboolean daemon;
  gboolean background;
  char *page;
  gboolean cloud;
  char *cloud_servers; /* (nullable) */
  gboolean show_version;
  gboolean open;
  char *state_folder;
  char *settings[G_N_ELEMENTS(settings_options)];
  char **printers;
  char **limits;
} CommandLine;

static void
command_line_clear(CommandLine *line)
{
  g_free(line->state_folder);
  g_free(line->page);
  for (gsize i = 0; i < G_N_ELEMENTS(settings_options); i++)
    g_free(line->settings[i]);
  g_free(line->cloud_servers);
  g_strfreev(line->printers);
  g_strfreev(line->limits);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandLine, command_line_clear)

static void
add_settings_options(GOptionContext *context, CommandLine *line)
{
  GOptionEntry entries[G_N_ELEMENTS(settings_options) + 1] = {{0}};

  for (gsize i = 0; i < G_N_ELEMENTS(settings_options); i++)
    entries[i] = (GOptionEntry){.long_name = settings_options[i].key,
                                .arg = G_OPTION_ARG_STRING,
                                .arg_data = &line->settings[i],
                                .description = settings_options[i].meaning,
                                .arg_description = settings_options[i].value};
  g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
}

/* Alone it says what to be, with addresses whom to ask. */
static gboolean
on_cloud_option(const char *name, const char *value, gpointer user_data, GError **error)
{
  CommandLine *line = user_data;

  line->cloud |= value == NULL;
  if (value != NULL) {
    g_free(line->cloud_servers);
    line->cloud_servers = g_strdup(value);
  }
  return TRUE;
}

static gboolean
parse_command_line(CommandLine *line, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"daemon", 0, 0, G_OPTION_ARG_NONE, &line->daemon, N_("Run without a window"), NULL},
      {"background", 0, 0, G_OPTION_ARG_NONE, &line->background,
       N_("Show the icon in the panel alone, as at login"), NULL},
      {"page", 0, 0, G_OPTION_ARG_STRING, &line->page,
       N_("Open the window on this page: status, pair, devices, printers, activity or settings"),
       N_("PAGE")},
      {"state", 0, 0, G_OPTION_ARG_FILENAME, &line->state_folder,
       N_("Keep everything in this folder"), N_("FOLDER")},
      {"printer", 0, 0, G_OPTION_ARG_STRING_ARRAY, &line->printers,
       N_("A printer, such as receipt=tcp://192.168.1.50:9100, with ?columns=32 for 58 mm paper; "
          "may be given again"),
       N_("NAME=ADDRESS")},
      {"limit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &line->limits,
       N_("Move a limit; the list is below; may be given again"), N_("NAME=VALUE")},
      {"open", 0, 0, G_OPTION_ARG_NONE, &line->open,
       N_("Let in everyone on this computer, without pairing"), NULL},
      {"cloud", 0, G_OPTION_FLAG_OPTIONAL_ARG, G_OPTION_ARG_CALLBACK,
       GSIZE_TO_POINTER((gsize)on_cloud_option),
       N_("Be reached from outside through this cloud, such as wss://cloud.example/signal; several "
          "with commas. Without an address: be a cloud, and no hub"),
       N_("[ADDRESSES]")},
      {"version", 0, 0, G_OPTION_ARG_NONE, &line->show_version, N_("Show the version"), NULL},
      G_OPTION_ENTRY_NULL,
  };
  g_autoptr(GOptionContext) context = g_option_context_new(_("[VERB …]"));
  g_autofree char *verbs = bh_verb_describe();
  g_autofree char *limits = bh_limit_describe();
  g_autofree char *description =
      g_strconcat(_("What to tell a hub that runs already (each has its own --help):"), "\n", verbs,
                  "\n", _("Limits:"), "\n", limits, NULL);

  g_option_context_set_summary(context, _("Keeps a hotel or restaurant working on its own Wi-Fi."));
  g_option_context_set_description(context, description);
  g_option_context_set_main_group(context, g_option_group_new("", "", "", line, NULL));
  g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
  add_settings_options(context, line);
  if (!g_option_context_parse(context, argc, argv, error))
    return FALSE;
  if (*argc > 1) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                _("“%s” is not understood here. See --help."), (*argv)[1]);
    return FALSE;
  }
  return TRUE;
}

static gboolean
apply(BhSettings *settings, CommandLine *line, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS(settings_options); i++) {
    if (line->settings[i] == NULL)
      continue;
    if (!bh_settings_set(settings, settings_options[i].key, line->settings[i], error))
      return FALSE;
    bh_settings_fix(settings, settings_options[i].key);
  }
  for (guint i = 0; line->printers != NULL && line->printers[i] != NULL; i++)
    if (!bh_settings_add_printer(settings, line->printers[i], error))
      return FALSE;
  for (guint i = 0; line->limits != NULL && line->limits[i] != NULL; i++)
    if (!bh_limit_set_parse(&settings->limits, line->limits[i], error))
      return FALSE;
  if (line->cloud_servers != NULL) {
    if (!bh_settings_set(settings, "cloud", line->cloud_servers, error))
      return FALSE;
    bh_settings_fix(settings, "cloud");
  }
  settings->open |= line->open;
  if (line->cloud && (settings->open || line->cloud_servers != NULL)) {
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        _("A cloud is no hub: --cloud without an address goes neither with --open "
                          "nor with another cloud."));
    return FALSE;
  }
  return bh_settings_complete(settings, error);
}

BhOptions *
bh_options_parse(int *argc, char ***argv, GError **error)
{
  g_autoptr(BhOptions) options = g_new0(BhOptions, 1);
  g_auto(CommandLine) line = {0};

  if (!parse_command_line(&line, argc, argv, error))
    return NULL;
  options->daemon = line.daemon;
  options->background = line.background;
  options->page = g_steal_pointer(&line.page);
  options->cloud = line.cloud;
  options->show_version = line.show_version;
  options->settings = bh_settings_new(line.state_folder);
  /* Of the house that is there when the hub opens it. */
  if (!options->cloud && !options->show_version &&
      !bh_backup_swap_resume(options->settings->state_folder, error))
    return NULL;
  if (!bh_settings_load(options->settings, error) || !apply(options->settings, &line, error))
    return NULL;
  return g_steal_pointer(&options);
}

void
bh_options_free(BhOptions *options)
{
  g_clear_pointer(&options->settings, bh_settings_free);
  g_free(options->page);
  g_free(options);
}
