/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>

#include "doctor-look.h"
#include "plain-text.h"
#include "settings-file.h"
#include "verb-private.h"

/* Told apart without colours. */
static const char *
find_mark(const char *state)
{
  if (g_str_equal(state, "good"))
    return "✓";
  return g_str_equal(state, "bad") ? "✗" : "?";
}

static void
show_finding(const json_t *finding)
{
  g_autofree char *what = bh_plain_text(bh_verb_text(finding, "what"));
  g_autofree char *advice = bh_plain_text(bh_verb_text(finding, "advice"));

  g_print("%s %s\n", find_mark(bh_verb_text(finding, "state")), what);
  if (*advice != '\0')
    g_print("  → %s\n", advice);
}

/* Whether any hub runs or not: it is what one asks when nothing works. */
static json_t *
examine(BhVerbLine *line, GError **error)
{
  g_autoptr(GError) problem = NULL;
  json_t *answer = bh_verb_line_get(line, "doctor", &problem);

  if (answer != NULL)
    return answer;
  if (!bh_settings_load(line->settings, error) || !bh_settings_complete(line->settings, error))
    return NULL;
  return bh_doctor_check_settings(line->settings,
                                  g_error_matches(problem, BH_CONTROL_ERROR,
                                                  BH_CONTROL_ERROR_NO_HUB)
                                      ? NULL
                                      : problem->message);
}

gboolean
bh_verb_doctor(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = examine(line, error);
  const json_t *finding;
  gboolean is_well;
  gsize i;

  if (answer == NULL)
    return FALSE;
  is_well = json_is_true(json_object_get(answer, "isWell"));
  if (bh_verb_line_show_json(line, answer))
    return is_well;
  json_array_foreach(json_object_get(answer, "findings"), i, finding) show_finding(finding);
  g_print("\n%s\n", is_well ? _("Nothing is wrong on this computer.")
                            : _("Begin with the first line that has a cross."));
  if (is_well)
    g_print("%s\n", _("If a phone still does not see the hub: open /why on that phone."));
  return is_well;
}
