/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>

#include "plain-text.h"
#include "text-table.h"
#include "verb-private.h"

/* --- lists --- */

static const char *
describe_state(const json_t *seating)
{
  const char *state = bh_verb_text(seating, "state");

  if (g_str_equal(state, "open"))
    return _("seated");
  if (g_str_equal(state, "requested"))
    return _("asks");
  return _("free");
}

static void
add_place(BhTextTable *table, const json_t *place, gint64 now_ms)
{
  const json_t *seating = json_object_get(place, "seating");
  g_autofree char *guests = NULL;
  g_autofree char *since = NULL;

  if (json_is_object(seating)) {
    guests = g_strdup_printf("%" G_GINT64_FORMAT, bh_verb_number(seating, "guests"));
    since = bh_plain_age(now_ms - bh_verb_number(seating, "sinceMs"));
  }
  bh_text_table_add(table, bh_verb_text(place, "kind"), bh_verb_text(place, "name"),
                    describe_state(seating), since, guests);
}

static gboolean
list(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "places", error);
  g_autoptr(BhTextTable) table = NULL;
  gint64 now_ms = g_get_real_time() / 1000;
  g_autofree char *text = NULL;
  json_t *places, *place;
  size_t i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  places = json_object_get(answer, "places");
  if (json_array_size(places) == 0) {
    g_print("%s\n", _("There are no tables or rooms yet. To add one: bellhop places add table 12"));
    return TRUE;
  }
  table = bh_text_table_new(_("KIND"), _("NAME"), _("STATE"), _("SINCE"), _("GUESTS"), NULL);
  json_array_foreach(places, i, place) add_place(table, place, now_ms);
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}

static gboolean
list_codes(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "places/codes", error);
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  json_t *place;
  size_t i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  table = bh_text_table_new(_("KIND"), _("NAME"), _("LINK"), NULL);
  json_array_foreach(json_object_get(answer, "codes"), i, place) bh_text_table_add(
      table, bh_verb_text(place, "kind"), bh_verb_text(place, "name"), bh_verb_text(place, "link"));
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}

/* --- one of them --- */

static gboolean
add(BhVerbLine *line, const char *kind, const char *name, GError **error)
{
  g_autoptr(json_t) answer = NULL;

  if (!g_str_equal(kind, "table") && !g_str_equal(kind, "room"))
    return bh_verb_line_refuse(kind, error);
  answer =
      bh_verb_line_post(line, "places", json_pack("{s:s, s:s}", "kind", kind, "name", name), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("“%s” is there now. Its code to print: bellhop places codes"),
                   name);
  return TRUE;
}

static gboolean
fits(const json_t *place, char **words)
{
  const char *name = words[1] != NULL ? words[1] : words[0];

  return (words[1] == NULL || g_str_equal(bh_verb_text(place, "kind"), words[0])) &&
         g_str_equal(bh_verb_text(place, "name"), name);
}

/* By "12", or "table 12" where a room is called so too, or its id; (transfer full) (nullable). */
static char *
find_id(BhVerbLine *line, char **words, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "places", error);
  g_autofree char *called = g_strjoinv(" ", words);
  g_autofree char *plain = bh_plain_text(called);
  const char *found = NULL;
  gboolean several = FALSE;
  json_t *place;
  size_t i;

  if (answer == NULL)
    return NULL;
  json_array_foreach(json_object_get(answer, "places"), i, place)
  {
    const char *id = bh_verb_text(place, "placeId");

    if (g_str_equal(id, called))
      return g_strdup(id);
    if (!fits(place, words))
      continue;
    several |= found != NULL;
    found = id;
  }
  if (found != NULL && !several)
    return g_strdup(found);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
              several ? _("Several places are called “%s”. Say table or room before the name.")
                      : _("No place is called “%s”. See them all: bellhop places"),
              plain);
  return NULL;
}

static gboolean
change(BhVerbLine *line, const char *path, const char *done, GError **error)
{
  g_autofree char *id = find_id(line, line->words + 1, error);
  g_autofree char *called = g_strjoinv(" ", line->words + 1);
  g_autoptr(json_t) answer = NULL;

  if (id == NULL)
    return FALSE;
  answer = bh_verb_line_post(line, path, json_pack("{s:s}", "placeId", id), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, done, called);
  return TRUE;
}

gboolean
bh_verb_places(BhVerbLine *line, GError **error)
{
  char **words = line->words;
  guint n_words = g_strv_length(words);

  if (n_words == 0)
    return list(line, error);
  if (n_words == 1 && g_str_equal(words[0], "codes"))
    return list_codes(line, error);
  if (n_words == 3 && g_str_equal(words[0], "add"))
    return add(line, words[1], words[2], error);
  if (n_words > 1 && g_str_equal(words[0], "remove"))
    return change(line, "places/remove", _("“%s” is removed; its printed code leads nowhere."),
                  error);
  if (n_words > 1 && g_str_equal(words[0], "renew"))
    return change(line, "places/renew",
                  _("“%s” has a new code, and the old one leads nowhere: print it anew."), error);
  return bh_verb_line_refuse(words[0], error);
}
