/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "verb-line.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "plain-text.h"
#include "verb.h"

#define DEFAULT_LIMIT 50

/* The roles of devices, as on the wire; a guest's comes with a seating, the hub's is its own. */
static const char *const roles[] = {"manager", "staff", "kitchen", "pos", "printer", NULL};

/* --- the command line --- */

gboolean
bh_verb_line_refuse(const char *word, GError **error)
{
  g_autofree char *plain = bh_plain_text(word);

  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
              _("“%s” is not understood here. See --help."), plain);
  return FALSE;
}

gboolean
bh_verb_line_check_role(const char *role, GError **error)
{
  g_autofree char *list = g_strjoinv(", ", (char **)roles);
  g_autofree char *plain = bh_plain_text(role);

  if (g_strv_contains(roles, role))
    return TRUE;
  g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
              _("No device has the role “%s”. The roles are: %s."), plain, list);
  return FALSE;
}

static void
add_options(GOptionContext *context, BhVerbLine *line)
{
  const struct {
    BhVerbOptions needs;
    GOptionEntry entry;
  } all[] = {
      {0,
       {"state", 0, 0, G_OPTION_ARG_FILENAME, &line->state_folder,
        N_("The hub that keeps everything in this folder"), N_("FOLDER")}},
      {0, {"json", 0, 0, G_OPTION_ARG_NONE, &line->json, N_("Answer in JSON, for programs"), NULL}},
      {BH_VERB_ROLE,
       {"role", 0, 0, G_OPTION_ARG_STRING, &line->role,
        N_("What it may do: manager, staff, kitchen, pos or printer"), N_("ROLE")}},
      {BH_VERB_NAME,
       {"name", 0, 0, G_OPTION_ARG_FILENAME, &line->name, N_("How people call it"), N_("NAME")}},
      {BH_VERB_WAIT,
       {"wait", 0, 0, G_OPTION_ARG_NONE, &line->wait,
        N_("Wait until the device is there, or the link is over"), NULL}},
      {BH_VERB_TO,
       {"to", 0, 0, G_OPTION_ARG_FILENAME, &line->to, N_("Into this folder, this once"),
        N_("FOLDER")}},
      {BH_VERB_LIMIT,
       {"limit", 0, 0, G_OPTION_ARG_INT, &line->limit, N_("Show this many (50)"), N_("NUMBER")}},
      {BH_VERB_PRINTER,
       {"printer", 0, 0, G_OPTION_ARG_FILENAME, &line->printer,
        N_("Print it there, not on the printer for everything"), N_("PRINTER")}},
      {BH_VERB_JOBS,
       {"to", 0, 0, G_OPTION_ARG_FILENAME, &line->to,
        N_("What waits for a printer that is removed goes to this one"), N_("PRINTER")}},
      {BH_VERB_JOBS,
       {"cancel", 0, 0, G_OPTION_ARG_NONE, &line->cancel,
        N_("What waits for a printer that is removed is not printed"), NULL}},
  };
  GOptionEntry entries[G_N_ELEMENTS(all) + 1] = {{0}};
  gsize n_entries = 0;

  for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
    if (all[i].needs == 0 || (line->verb->options & all[i].needs) != 0)
      entries[n_entries++] = all[i].entry;
  g_option_context_add_main_entries(context, entries, GETTEXT_PACKAGE);
}

/* Names are UTF-8 wherever they go. Not G_OPTION_ARG_STRING, which takes every character beyond
 * ASCII for wrong where the locale says nothing, as in a container. */
static gboolean
make_utf8(char **word, GError **error)
{
  char *converted;

  if (*word == NULL || g_utf8_validate(*word, -1, NULL))
    return TRUE;
  converted = g_locale_to_utf8(*word, -1, NULL, NULL, NULL);
  if (converted == NULL)
    return bh_verb_line_refuse(*word, error);
  g_free(*word);
  *word = converted;
  return TRUE;
}

static gboolean
check(BhVerbLine *line, int n_words, char **words, GError **error)
{
  if (n_words > (int)line->verb->max_words)
    return bh_verb_line_refuse(words[line->verb->max_words], error);
  if (n_words < (int)line->verb->min_words) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                _("“bellhop %s” wants more words: bellhop %s %s"), line->verb->name,
                line->verb->name, _(line->verb->words));
    return FALSE;
  }
  if ((line->verb->options & BH_VERB_ROLE) != 0 && line->role == NULL) {
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                _("“bellhop %s” wants to know what it may do: --role staff, for example."),
                line->verb->name);
    return FALSE;
  }
  if (line->limit < 1) {
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        _("--limit wants a number from 1 on."));
    return FALSE;
  }
  if (line->to != NULL && line->cancel) {
    g_set_error_literal(
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        _("Either --to or --cancel: what waits is printed elsewhere, or not at all."));
    return FALSE;
  }
  return line->role == NULL || bh_verb_line_check_role(line->role, error);
}

BhVerbLine *
bh_verb_line_new(const BhVerb *verb, int argc, char **argv, GError **error)
{
  g_autoptr(BhVerbLine) line = g_new0(BhVerbLine, 1);
  g_autofree char *usage = g_strconcat(verb->name, verb->words != NULL ? " " : NULL,
                                       verb->words != NULL ? _(verb->words) : NULL, NULL);
  g_autoptr(GOptionContext) context = g_option_context_new(usage);
  g_auto(GStrv) arguments = g_strdupv(argv);
  /* GOption takes out what it understands; what it leaves is still owned by the whole. */
  g_autofree char **rest = g_memdup2(arguments, sizeof *argv * (gsize)(argc + 1));

  line->verb = verb;
  line->limit = DEFAULT_LIMIT;
  g_option_context_set_summary(context, _(verb->meaning));
  add_options(context, line);
  if (!g_option_context_parse(context, &argc, &rest, error) ||
      !check(line, argc - 1, rest + 1, error) || !make_utf8(&line->name, error) ||
      !make_utf8(&line->printer, error) || !make_utf8(&line->to, error))
    return NULL;
  line->words = g_strdupv(rest + 1);
  for (guint i = 0; line->words[i] != NULL; i++)
    if (!make_utf8(&line->words[i], error))
      return NULL;
  line->settings = bh_settings_new(line->state_folder);
  line->client = bh_control_client_new(line->settings->state_folder);
  return g_steal_pointer(&line);
}

void
bh_verb_line_free(BhVerbLine *line)
{
  g_free(line->state_folder);
  g_free(line->role);
  g_free(line->name);
  g_free(line->printer);
  g_free(line->to);
  g_strfreev(line->words);
  g_clear_pointer(&line->settings, bh_settings_free);
  g_clear_object(&line->client);
  g_free(line);
}

/* --- calls --- */

typedef struct {
  GMainLoop *loop;
  json_t *answer;
  GError *error;
} Call;

static void
call_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;

  call->answer = bh_control_client_call_finish(BH_CONTROL_CLIENT(source), result, &call->error);
  g_main_loop_quit(call->loop);
}

static json_t *
ask(BhVerbLine *line, const char *method, const char *path, const json_t *body, GError **error)
{
  g_autofree char *full = g_strconcat("/api/v1/", path, NULL);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  Call call = {.loop = loop};

  bh_control_client_call_async(line->client, method, full, body, NULL, call_cb, &call);
  g_main_loop_run(loop);
  if (call.error != NULL)
    g_propagate_error(error, call.error);
  return call.answer;
}

json_t *
bh_verb_line_get(BhVerbLine *line, const char *path, GError **error)
{
  return ask(line, "GET", path, NULL, error);
}

json_t *
bh_verb_line_post(BhVerbLine *line, const char *path, json_t *body, GError **error)
{
  g_autoptr(json_t) owned = body;

  return ask(line, "POST", path, owned, error);
}

/* --- what came of it --- */

gboolean
bh_verb_line_show_json(BhVerbLine *line, const json_t *answer)
{
  g_autofree char *text = NULL;

  if (!line->json)
    return FALSE;
  text = bh_json_to_text(answer);
  /* As it came, whatever the locale; and now, for who waits for a line. */
  fputs(text, stdout);
  fputc('\n', stdout);
  fflush(stdout);
  return TRUE;
}

void
bh_verb_line_say(BhVerbLine *line, const json_t *answer, const char *format, const char *subject)
{
  g_autofree char *plain = bh_plain_text(subject);
  g_auto(GStrv) parts = g_strsplit(format, "%s", 2);
  g_autofree char *sentence = g_strjoinv(plain, parts);

  if (!bh_verb_line_show_json(line, answer))
    g_print("%s\n", sentence);
}

const char *
bh_verb_text(const json_t *object, const char *name)
{
  const char *text = json_string_value(json_object_get(object, name));

  return text != NULL ? text : "";
}

gint64
bh_verb_number(const json_t *object, const char *name)
{
  return json_integer_value(json_object_get(object, name));
}

char *
bh_verb_describe_time(gint64 time_ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(time_ms / 1000);

  return time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M") : g_strdup("");
}
