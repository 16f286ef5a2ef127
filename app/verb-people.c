/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>

#include "plain-text.h"
#include "terminal.h"
#include "text-table.h"
#include "verb-private.h"

static gboolean
list(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "people", error);
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  json_t *people, *person;
  size_t i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  people = json_object_get(answer, "people");
  if (json_array_size(people) == 0) {
    g_print("%s\n", _("Nobody has a PIN yet. To add someone: bellhop people add NAME"));
    return TRUE;
  }
  table = bh_text_table_new(_("NAME"), _("ID"), NULL);
  json_array_foreach(people, i, person)
      bh_text_table_add(table, bh_verb_text(person, "name"), bh_verb_text(person, "personId"));
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}

/* Twice from a person, who does not see what is typed; once from a program. */
static char *
read_pin(const char *name, GError **error)
{
  g_autofree char *plain = bh_plain_text(name);
  g_autofree char *prompt = g_strdup_printf(_("PIN for %s: "), plain);
  g_autofree char *pin = bh_terminal_read_secret(prompt, error);
  g_autofree char *again = NULL;

  if (pin == NULL || !bh_terminal_is_input())
    return g_steal_pointer(&pin);
  again = bh_terminal_read_secret(_("The same again: "), error);
  if (again == NULL)
    return NULL;
  if (g_str_equal(pin, again))
    return g_steal_pointer(&pin);
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                      _("Those were two different ones. Nothing was changed."));
  return NULL;
}

/* By id, or by name; (transfer full) (nullable). */
static char *
find_id(BhVerbLine *line, const char *word, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "people", error);
  g_autofree char *plain = bh_plain_text(word);
  const char *found = NULL;
  gboolean several = FALSE;
  json_t *person;
  size_t i;

  if (answer == NULL)
    return NULL;
  json_array_foreach(json_object_get(answer, "people"), i, person)
  {
    const char *id = bh_verb_text(person, "personId");

    if (g_str_equal(id, word))
      return g_strdup(id);
    if (!g_str_equal(bh_verb_text(person, "name"), word))
      continue;
    several |= found != NULL;
    found = id;
  }
  if (found != NULL && !several)
    return g_strdup(found);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
              several ? _("Several people are called “%s”. Name one by the ID, see: bellhop people")
                      : _("Nobody is called “%s”. See them all: bellhop people"),
              plain);
  return NULL;
}

static gboolean
add(BhVerbLine *line, const char *name, GError **error)
{
  g_autofree char *pin = read_pin(name, error);
  g_autoptr(json_t) answer = NULL;

  if (pin == NULL)
    return FALSE;
  answer =
      bh_verb_line_post(line, "people", json_pack("{s:s, s:s}", "name", name, "pin", pin), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("“%s” signs in with that PIN now."), name);
  return TRUE;
}

static gboolean
set_pin(BhVerbLine *line, const char *name, GError **error)
{
  g_autofree char *id = find_id(line, name, error);
  g_autofree char *pin = id != NULL ? read_pin(name, error) : NULL;
  g_autoptr(json_t) answer = NULL;

  if (pin == NULL)
    return FALSE;
  answer = bh_verb_line_post(line, "people/pin",
                             json_pack("{s:s, s:s}", "personId", id, "pin", pin), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("“%s” signs in with that PIN now."), name);
  return TRUE;
}

static gboolean
take_away(BhVerbLine *line, const char *name, GError **error)
{
  g_autofree char *id = find_id(line, name, error);
  g_autoptr(json_t) answer = NULL;

  if (id == NULL)
    return FALSE;
  answer = bh_verb_line_post(line, "people/remove", json_pack("{s:s}", "personId", id), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("“%s” signs in no more."), name);
  return TRUE;
}

gboolean
bh_verb_people(BhVerbLine *line, GError **error)
{
  const char *what = line->words[0];

  if (what == NULL)
    return list(line, error);
  /* A name that is missing is not what stands there last: the help says what is. */
  if (line->words[1] == NULL)
    return bh_verb_line_refuse(what, error);
  if (g_str_equal(what, "add"))
    return add(line, line->words[1], error);
  if (g_str_equal(what, "pin"))
    return set_pin(line, line->words[1], error);
  if (g_str_equal(what, "remove"))
    return take_away(line, line->words[1], error);
  return bh_verb_line_refuse(what, error);
}
