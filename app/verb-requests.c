/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <string.h>

#include "plain-text.h"
#include "text-table.h"
#include "verb-private.h"

/* Digits of a comparison code, shown as "482 193". */
#define CODE_DIGITS 6

static char *
space_code(const char *code)
{
  if (strlen(code) != CODE_DIGITS)
    return bh_plain_text(code);
  return g_strdup_printf("%.3s %s", code, code + 3);
}

/* As people read it from a screen: 482193, 482-193, or two words. */
static char *
parse_code(BhVerbLine *line, GError **error)
{
  g_autofree char *given = g_strjoinv(" ", line->words);
  g_autofree char *code = g_strdup(given);
  char *end = code;

  for (const char *next = given; *next != '\0'; next++)
    if (*next != ' ' && *next != '-')
      *end++ = *next;
  *end = '\0';
  if (strlen(code) == CODE_DIGITS && strspn(code, "0123456789") == CODE_DIGITS)
    return g_steal_pointer(&code);
  bh_verb_line_refuse(given, error);
  return NULL;
}

/* Looks up the request whose code the person read; (transfer full) (nullable). */
static json_t *
find_request(BhVerbLine *line, GError **error)
{
  g_autofree char *code = parse_code(line, error);
  g_autofree char *spaced = NULL;
  g_autoptr(json_t) answer = NULL;
  json_t *request;
  size_t i;

  if (code == NULL)
    return NULL;
  answer = bh_verb_line_get(line, "pair/requests", error);
  if (answer == NULL)
    return NULL;
  json_array_foreach(
      json_object_get(answer, "requests"), i,
      request) if (g_str_equal(bh_verb_text(request, "code"), code)) return json_incref(request);
  spaced = space_code(code);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
              _("No device that asks shows %s. If it shows another code, somebody may be in "
                "between: do not accept it."),
              spaced);
  return NULL;
}

gboolean
bh_verb_requests(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "pair/requests", error);
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  json_t *requests, *request;
  size_t i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  requests = json_object_get(answer, "requests");
  if (json_array_size(requests) == 0) {
    g_print("%s\n", _("No device asks to be paired."));
    return TRUE;
  }
  table = bh_text_table_new(_("CODE"), _("NAME"), _("ADDRESS"), _("ASKED"), NULL);
  json_array_foreach(requests, i, request)
  {
    g_autofree char *code = space_code(bh_verb_text(request, "code"));
    g_autofree char *age = bh_plain_age(bh_verb_number(request, "ageMs"));
    g_autofree char *ago = g_strdup_printf(_("%s ago"), age);

    bh_text_table_add(table, code, bh_verb_text(request, "name"), bh_verb_text(request, "address"),
                      ago);
  }
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}

gboolean
bh_verb_accept(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) request = find_request(line, error);
  g_autoptr(json_t) answer = NULL;
  const char *name = line->name;

  if (request == NULL)
    return FALSE;
  /* What the device calls itself, where the person does not say. */
  if (name == NULL)
    name = *bh_verb_text(request, "name") != '\0' ? bh_verb_text(request, "name") : line->role;
  answer = bh_verb_line_post(
      line, "pair/requests/accept",
      json_pack("{s:s, s:s, s:s, s:s}", "requestId", bh_verb_text(request, "requestId"), "code",
                bh_verb_text(request, "code"), "role", line->role, "name", name),
      error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("“%s” is paired."), name);
  return TRUE;
}

gboolean
bh_verb_decline(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) request = find_request(line, error);
  g_autoptr(json_t) answer = NULL;

  if (request == NULL)
    return FALSE;
  answer =
      bh_verb_line_post(line, "pair/requests/decline",
                        json_pack("{s:s}", "requestId", bh_verb_text(request, "requestId")), error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, _("The device that showed %s is turned away."),
                   bh_verb_text(request, "code"));
  return TRUE;
}
