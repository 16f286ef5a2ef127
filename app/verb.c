/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "verb.h"

#include <glib/gi18n.h>
#include <string.h>

#include "verb-private.h"

static const BhVerb verbs[] = {
    {"pair", NULL, N_("Make a link that pairs one device, within ten minutes"),
     BH_VERB_ROLE | BH_VERB_NAME | BH_VERB_WAIT, 0, 0, bh_verb_pair},
    {"requests", NULL, N_("Show which devices ask to be paired, with the code each shows"), 0, 0, 0,
     bh_verb_requests},
    {"accept", N_("CODE"), N_("Pair the device that shows this code"), BH_VERB_ROLE | BH_VERB_NAME,
     1, 2, bh_verb_accept},
    {"decline", N_("CODE"), N_("Turn away the device that shows this code"), 0, 1, 2,
     bh_verb_decline},
    {"token", NULL, N_("Make a token with which a program is a device"),
     BH_VERB_ROLE | BH_VERB_NAME, 0, 0, bh_verb_token},
    {"devices", NULL, N_("Show all paired devices"), 0, 0, 0, bh_verb_devices},
    {"rename", N_("DEVICE NAME"), N_("Call a device something else"), 0, 2, 2, bh_verb_rename},
    {"role", N_("DEVICE ROLE"), N_("Let a device do something else"), 0, 2, 2, bh_verb_role},
    {"revoke", N_("DEVICE"), N_("Take away a device's access, at once"), 0, 1, 1, bh_verb_revoke},
    {"people", N_("[add NAME | pin NAME | remove NAME]"),
     N_("Show who signs in with a PIN, add and remove people"), 0, 0, 2, bh_verb_people},
    {"places", N_("[add table NAME | add room NAME | remove PLACE | renew PLACE | codes]"),
     N_("Show tables and rooms, change them, list the links of their codes"), 0, 0, 3,
     bh_verb_places},
    {"printers",
     N_("[find | add NAME ADDRESS | rename PRINTER NAME | remove PRINTER | test PRINTER]"),
     N_("Show printers, find those of the house, add and change them"), BH_VERB_JOBS, 0, 3,
     bh_verb_printers},
    {"print", N_("FILE"), N_("Print a text, a PNG picture, or what a printer understands"),
     BH_VERB_PRINTER, 1, 1, bh_verb_print},
    {"status", NULL, N_("Show how the hub fares, and which way operations came"), 0, 0, 0,
     bh_verb_status},
    {"doctor", NULL, N_("Find out why a phone does not see the hub"), 0, 0, 0, bh_verb_doctor},
    {"backup", N_("[show | passphrase]"),
     N_("Make a backup now; show how backups fare; choose their passphrase"), BH_VERB_TO, 0, 1,
     bh_verb_backup},
    {"restore", N_("FILE"), N_("Make a hub of a backup, in a folder that has none"), 0, 1, 1,
     bh_verb_restore},
    {"audit", NULL, N_("Show who paired, removed and was refused, newest first"), BH_VERB_LIMIT, 0,
     0, bh_verb_audit},
};

int
bh_verb_find(int argc, char **argv)
{
  for (int i = 1; i < argc; i++) {
    if (argv[i][0] != '-')
      return i;
    if (g_str_equal(argv[i], "--state"))
      i++;
    else if (!g_str_has_prefix(argv[i], "--state=") && !g_str_equal(argv[i], "--json"))
      return 0;
  }
  return 0;
}

static gboolean
run(int argc, char **argv, int at, GError **error)
{
  g_autofree char **rest = g_new0(char *, (gsize)argc);
  g_autoptr(BhVerbLine) line = NULL;
  const BhVerb *verb = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
    if (g_str_equal(verbs[i].name, argv[at]))
      verb = &verbs[i];
  if (verb == NULL)
    return bh_verb_line_refuse(argv[at], error);
  memcpy(rest, argv, sizeof *argv * (gsize)at);
  memcpy(rest + at, argv + at + 1, sizeof *argv * (gsize)(argc - at - 1));
  line = bh_verb_line_new(verb, argc - 1, rest, error);
  return line != NULL && verb->run(line, error);
}

int
bh_verb_run(int argc, char **argv, int at)
{
  g_autoptr(GError) error = NULL;

  if (run(argc, argv, at, &error))
    return 0;
  if (error == NULL)
    return 1;
  g_printerr("%s\n", error->message);
  return error->domain == G_OPTION_ERROR ? 2 : 1;
}

char *
bh_verb_describe(void)
{
  GString *text = g_string_new(NULL);

  for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
    g_string_append_printf(text, "  %-9s %s\n", verbs[i].name, _(verbs[i].meaning));
  return g_string_free(text, FALSE);
}
