/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <string.h>

#include "plain-text.h"
#include "text-table.h"
#include "verb-private.h"

/* --- in words --- */

/* Why a printer prints nothing now. */
static const struct {
  const char *detail, *words;
} troubles[] = {
    {"offline", N_("off, or out of reach")},
    {"cover-open", N_("its cover is open")},
    {"paper-out", N_("out of paper")},
    {"printer-error", N_("needs somebody to look at it")},
    {"storage", N_("waits: this computer's disk takes nothing")},
};

static const char *
describe_state(const json_t *printer)
{
  const char *state = bh_verb_text(printer, "state");
  const char *detail = bh_verb_text(printer, "detail");

  for (gsize i = 0; i < G_N_ELEMENTS(troubles); i++)
    if (g_str_equal(detail, troubles[i].detail))
      return _(troubles[i].words);
  if (g_str_equal(state, "printing"))
    return _("prints");
  if (g_str_equal(state, "unknown"))
    return _("not seen yet");
  return g_str_equal(state, "idle") ? _("ready") : _("waits");
}

static const char *
describe_paper(const json_t *printer)
{
  const char *paper = bh_verb_text(printer, "paper");

  if (g_str_equal(paper, "out"))
    return _("none left");
  if (g_str_equal(paper, "low"))
    return _("little left");
  return g_str_equal(paper, "ok") ? _("there") : "";
}

static const char *
describe_problem(const json_t *found)
{
  const char *problem = bh_verb_text(found, "problem");

  if (g_str_equal(problem, "no-permission"))
    return _("this program may not use it: its user has to be in the group lp");
  if (*problem != '\0')
    return _("takes no receipts");
  return *bh_verb_text(found, "added") != '\0' ? _("is there already") : _("can be added");
}

/* --- lists --- */

static gboolean
list(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "printers", error);
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  const json_t *printer;
  gsize i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  table = bh_text_table_new(_("NAME"), _("CALLED"), _("STATE"), _("PAPER"), _("WAITING"),
                            _("ADDRESS"), NULL);
  json_array_foreach(answer, i, printer)
  {
    g_autofree char *waiting =
        g_strdup_printf("%" G_GINT64_FORMAT, bh_verb_number(printer, "waiting"));

    bh_text_table_add(table, bh_verb_text(printer, "name"), bh_verb_text(printer, "label"),
                      describe_state(printer), describe_paper(printer), waiting,
                      bh_verb_text(printer, "address"));
  }
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}

static gboolean
find(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "printers/found", error);
  const json_t *printers, *found;
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  gsize i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  printers = json_object_get(answer, "printers");
  if (!g_str_equal(bh_verb_text(answer, "network"), "searched"))
    g_print("%s\n", _("The network was not searched: avahi-daemon does not run on this computer, "
                      "or the hub is for this computer only."));
  if (json_array_size(printers) == 0) {
    g_print("%s\n",
            _("No printer was found. Is it switched on, and on this network? A printer whose "
              "address is known can be added: bellhop printers add Bar tcp://192.168.1.50"));
    return TRUE;
  }
  table = bh_text_table_new(_("CALLED"), _("ADDRESS"), _("STATE"), NULL);
  json_array_foreach(printers, i, found) bh_text_table_add(
      table, bh_verb_text(found, "label"), bh_verb_text(found, "address"), describe_problem(found));
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}

/* --- one of them --- */

char *
bh_verb_find_printer(BhVerbLine *line, const char *called, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "printers", error);
  g_autofree char *plain = bh_plain_text(called);
  const char *by_label = NULL;
  const json_t *printer;
  gsize i;

  if (answer == NULL)
    return NULL;
  json_array_foreach(answer, i, printer)
  {
    const char *name = bh_verb_text(printer, "name");

    if (g_str_equal(name, called))
      return g_strdup(name);
    if (g_str_equal(bh_verb_text(printer, "label"), called))
      by_label = name;
  }
  if (by_label == NULL)
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                _("No printer is called “%s”. See them all: bellhop printers"), plain);
  return g_strdup(by_label);
}

static gboolean
add(BhVerbLine *line, const char *label, const char *address, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_post(
      line, "printers/add", json_pack("{s:s, s:s}", "label", label, "address", address), error);

  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("“%s” is there now. To try it: bellhop printers test NAME"),
                   label);
  return TRUE;
}

/* @body: (transfer full): gets the printer's name */
static gboolean
change(BhVerbLine *line, const char *path, json_t *body, const char *done, GError **error)
{
  g_autoptr(json_t) owned = body;
  const char *called = line->words[1];
  g_autofree char *name = bh_verb_find_printer(line, called, error);
  g_autoptr(json_t) answer = NULL;

  if (name == NULL)
    return FALSE;
  json_object_set_new(owned, "name", json_string(name));
  answer = bh_verb_line_post(line, path, json_incref(owned), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, done, called);
  return TRUE;
}

static gboolean
take_out(BhVerbLine *line, GError **error)
{
  json_t *body;
  g_autofree char *to = NULL;

  if (line->to != NULL) {
    to = bh_verb_find_printer(line, line->to, error);
    if (to == NULL)
      return FALSE;
    body = json_pack("{s:s, s:s}", "jobs", "move", "to", to);
  } else {
    body = line->cancel ? json_pack("{s:s}", "jobs", "cancel") : json_object();
  }
  return change(line, "printers/remove", body, _("“%s” is removed."), error);
}

gboolean
bh_verb_printers(BhVerbLine *line, GError **error)
{
  char **words = line->words;
  guint n_words = g_strv_length(words);

  if (n_words == 0 || (n_words == 1 && g_str_equal(words[0], "list")))
    return list(line, error);
  if (n_words == 1 && g_str_equal(words[0], "find"))
    return find(line, error);
  if (n_words == 3 && g_str_equal(words[0], "add"))
    return add(line, words[1], words[2], error);
  if (n_words == 3 && g_str_equal(words[0], "rename"))
    return change(line, "printers/rename", json_pack("{s:s}", "label", words[2]),
                  _("“%s” has another name now."), error);
  if (n_words == 2 && g_str_equal(words[0], "remove"))
    return take_out(line, error);
  if (n_words == 2 && g_str_equal(words[0], "test"))
    return change(line, "printers/test", json_object(), _("A test print is on its way to “%s”."),
                  error);
  return bh_verb_line_refuse(words[0], error);
}
