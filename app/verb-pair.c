/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <stdio.h>

#include "pairing-sheet.h"
#include "plain-text.h"
#include "verb-private.h"

#define POLL_MS 500
/* The answer was on its way: 599,999 ms are ten minutes. */
#define ROUNDING_MS 500

/* A device has to be called something; what it may do is better than nothing. */
static json_t *
describe(BhVerbLine *line)
{
  return json_pack("{s:s, s:s}", "role", line->role, "name",
                   line->name != NULL ? line->name : line->role);
}

/* --- pair --- */

static json_t *
find_newcomer(const json_t *devices, const char *link_id)
{
  json_t *device;
  size_t i;

  json_array_foreach(json_object_get(devices, "devices"), i, device)
  {
    if (g_str_equal(bh_verb_text(device, "linkId"), link_id))
      return device;
  }
  return NULL;
}

static gboolean
wait_for_device(BhVerbLine *line, const json_t *link, GError **error)
{
  gint64 end_us = g_get_monotonic_time() + bh_verb_number(link, "expiresMs") * 1000;

  do {
    g_autoptr(json_t) devices = NULL;
    json_t *device;

    g_usleep(POLL_MS * 1000);
    devices = bh_verb_line_get(line, "devices", error);
    if (devices == NULL)
      return FALSE;
    device = find_newcomer(devices, bh_verb_text(link, "linkId"));
    if (device != NULL) {
      bh_verb_line_say(line, device, _("“%s” is paired."), bh_verb_text(device, "name"));
      return TRUE;
    }
  } while (g_get_monotonic_time() < end_us);
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                      _("No device came in time; the link is over. Make another one."));
  return FALSE;
}

static void
show_link(const json_t *link)
{
  g_autofree char *name = bh_plain_text(bh_verb_text(link, "name"));
  g_autofree char *age = bh_plain_age(bh_verb_number(link, "expiresMs") + ROUNDING_MS);

  bh_pairing_sheet_print(bh_verb_text(link, "link"),
                         json_string_value(json_object_get(link, "nameLink")),
                         json_string_value(json_object_get(link, "localLink")));
  /* Translators: the first is a time, such as "10 min"; then a name and a role. */
  g_print(_("Good for %s and for one device: “%s”, role %s.\n"), age, name,
          bh_verb_text(link, "role"));
  fflush(stdout);
}

gboolean
bh_verb_pair(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) link = bh_verb_line_post(line, "pair/links", describe(line), error);

  if (link == NULL)
    return FALSE;
  if (!bh_verb_line_show_json(line, link))
    show_link(link);
  return !line->wait || wait_for_device(line, link, error);
}

/* --- token --- */

gboolean
bh_verb_token(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_post(line, "tokens", describe(line), error);

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  /* The output holds the token alone, for TOKEN=$(bellhop token ...). */
  g_printerr("%s\n", _("Keep this token as you keep a password. It is not shown again:"));
  g_print("%s\n", bh_verb_text(answer, "token"));
  return TRUE;
}
