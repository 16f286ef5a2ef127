/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>

#include "text-table.h"
#include "unseen-words.h"
#include "verb-private.h"

/* What of the log a person may want to know, in this order; a path of members in the answer. */
static const struct {
  const char *label;
  const char *group; /* (nullable): an object within the log's description */
  const char *member;
} rows[] = {
    {N_("Operations in the log"), NULL, "stored"},
    {N_("Received by data channel"), "operations", "local-p2p"},
    {N_("Received through the hub"), "operations", "hub-relay"},
    {N_("Received by HTTP"), "operations", "http"},
    {N_("Received from outside"), "operations", "cloud-relay"},
    {N_("Devices that replicate now"), NULL, "replicas"},
    {N_("Operations they have not confirmed"), NULL, "missing"},
    {N_("Guests and devices that follow a view"), NULL, "followers"},
    {N_("Set aside for the manager"), NULL, "aside"},
    {N_("Identities used more than once"), NULL, "conflicts"},
};

static void
add_number(BhTextTable *table, const char *label, gint64 number)
{
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, number);

  bh_text_table_add(table, label, text);
}

static char *
describe_uptime(gint64 uptime_ms)
{
  gint64 minutes = uptime_ms / 60000;

  /* Translators: how long the program has been running: days, hours, minutes. */
  return g_strdup_printf(_("%d d %d h %d min"), (int)(minutes / 1440), (int)(minutes / 60 % 24),
                         (int)(minutes % 60));
}

/* What each kind is about, in a person's words. */
static char *
describe_alert(const json_t *alert)
{
  const char *kind = bh_verb_text(alert, "kind");
  const json_t *subject = json_object_get(alert, "subject");

  if (g_str_equal(kind, "ticket-unseen"))
    return bh_unseen_words_line(subject);
  if (g_str_equal(kind, "screen-silent"))
    return g_strdup_printf(_("The kitchen screen %s says nothing any more"),
                           bh_verb_text(subject, "deviceName"));
  if (g_str_equal(kind, "tickets-after-outage"))
    return g_strdup_printf(_("Orders from before the start that no kitchen screen has shown: %d"),
                           (int)bh_verb_number(subject, "count"));
  return g_strdup(kind);
}

/* Whoever may see how the hub fares need not be at the front desk: then there are none to show. */
static void
show_alerts(BhVerbLine *line)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "alerts", NULL);
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  const json_t *alert;
  gsize i;

  if (json_array_size(json_object_get(answer, "alerts")) == 0)
    return;
  table = bh_text_table_new(_("SINCE"), _("ALERT"), NULL);
  json_array_foreach(json_object_get(answer, "alerts"), i, alert)
  {
    g_autofree char *since = bh_verb_describe_time(bh_verb_number(alert, "atMs"));
    g_autofree char *words = describe_alert(alert);

    bh_text_table_add(table, since, words);
  }
  text = bh_text_table_to_text(table);
  g_print("\n%s", text);
}

/* Whether devices reach the hub from outside. Returns: (transfer full) */
static char *
describe_cloud(const json_t *cloud)
{
  const char *state = bh_verb_text(cloud, "state");

  if (g_str_equal(state, "joined"))
    return g_strdup(bh_verb_text(cloud, "url"));
  if (g_str_equal(state, "connecting"))
    return g_strdup(_("connecting"));
  if (g_str_equal(state, "waiting")) {
    const char *problem = bh_verb_text(cloud, "problem");
    const char *text = _("not reached; it is tried again by itself");

    return *problem != '\0' ? g_strdup_printf("%s (%s)", text, problem) : g_strdup(text);
  }
  return g_strdup(_("not set up"));
}

static const char *
describe_discovery(const json_t *discovery)
{
  const char *state = bh_verb_text(discovery, "state");

  if (g_str_equal(state, "working"))
    return _("Yes");
  if (g_str_equal(state, "no-service"))
    return _("No: avahi-daemon does not run on this computer. Codes and addresses work");
  return _("No: switched off, or this computer only");
}

static const char *
describe_name(const char *state)
{
  if (g_str_equal(state, "ours"))
    return _("Leads here");
  if (g_str_equal(state, "taken"))
    return _("Another hub on this network has this name");
  return _("Not yet");
}

static void
add_names(BhTextTable *table, const json_t *discovery)
{
  const json_t *name;
  gsize i;

  bh_text_table_add(table, _("Found by name"), describe_discovery(discovery));
  if (!g_str_equal(bh_verb_text(discovery, "state"), "working"))
    return;
  json_array_foreach(json_object_get(discovery, "names"), i, name)
    bh_text_table_add(table, bh_verb_text(name, "name"),
                      describe_name(bh_verb_text(name, "state")));
}

gboolean
bh_verb_status(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "status", error);
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *uptime = NULL;
  g_autofree char *share = NULL;
  g_autofree char *cloud = NULL;
  g_autofree char *text = NULL;
  const json_t *log;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  log = json_object_get(answer, "log");
  uptime = describe_uptime(bh_verb_number(answer, "uptimeMs"));
  share = g_strdup_printf("%.1f %%", 100 * json_number_value(json_object_get(log, "localShare")));
  table = bh_text_table_new(_("WHAT"), _("NOW"), NULL);
  bh_text_table_add(table, _("Version"), bh_verb_text(answer, "version"));
  bh_text_table_add(table, _("Running for"), uptime);
  cloud = describe_cloud(json_object_get(answer, "cloud"));
  bh_text_table_add(table, _("Cloud"), cloud);
  add_names(table, json_object_get(answer, "discovery"));
  add_number(table, _("Direct connections"),
             bh_verb_number(json_object_get(answer, "endpoint"), "connections"));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    add_number(table, _(rows[i].label),
               bh_verb_number(rows[i].group != NULL ? json_object_get(log, rows[i].group) : log,
                              rows[i].member));
  bh_text_table_add(table, _("Stayed on the property"), share);
  add_number(table, _("Open alerts"), bh_verb_number(answer, "alerts"));
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  show_alerts(line);
  return TRUE;
}
