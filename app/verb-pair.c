/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>
#include <stdio.h>

#include "pairing-sheet.h"
#include "plain-text.h"
#include "verb-private.h"

#define POLL_MS 500

/* A device has to be called something; what it may do is better than nothing. */
static json_t *
describe(BhVerbLine *line)
{
  return json_pack("{s:s, s:s}", "role", line->role, "name",
                   line->name != NULL ? line->name : line->role);
}

/* --- pair --- */

static GHashTable *
collect_ids(const json_t *devices)
{
  GHashTable *ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  const json_t *device;
  size_t i;

  json_array_foreach(json_object_get(devices, "devices"), i, device)
      g_hash_table_add(ids, g_strdup(bh_verb_text(device, "deviceId")));
  return ids;
}

/* The listing does not say by which link a device came: a new one of its kind and role is it. */
static json_t *
find_newcomer(const json_t *devices, GHashTable *known, const char *role)
{
  json_t *device;
  size_t i;

  json_array_foreach(json_object_get(devices, "devices"), i,
                     device) if (!g_hash_table_contains(known, bh_verb_text(device, "deviceId")) &&
                                 g_str_equal(bh_verb_text(device, "kind"), "link") &&
                                 g_str_equal(bh_verb_text(device, "role"), role)) return device;
  return NULL;
}

static gboolean
wait_for_device(BhVerbLine *line, GHashTable *known, gint64 valid_ms, GError **error)
{
  gint64 end_us = g_get_monotonic_time() + valid_ms * 1000;

  do {
    g_autoptr(json_t) devices = NULL;
    json_t *device;

    g_usleep(POLL_MS * 1000);
    devices = bh_verb_line_get(line, "devices", error);
    if (devices == NULL)
      return FALSE;
    device = find_newcomer(devices, known, line->role);
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
  g_autofree char *age = bh_plain_age(bh_verb_number(link, "expiresMs"));

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
  g_autoptr(json_t) before = line->wait ? bh_verb_line_get(line, "devices", error) : NULL;
  g_autoptr(GHashTable) known = NULL;
  g_autoptr(json_t) link = NULL;

  if (line->wait && before == NULL)
    return FALSE;
  link = bh_verb_line_post(line, "pair/links", describe(line), error);
  if (link == NULL)
    return FALSE;
  if (!bh_verb_line_show_json(line, link))
    show_link(link);
  if (!line->wait)
    return TRUE;
  known = collect_ids(before);
  return wait_for_device(line, known, bh_verb_number(link, "expiresMs"), error);
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
