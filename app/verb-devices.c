/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>

#include "plain-text.h"
#include "text-table.h"
#include "verb-private.h"

/* --- the list --- */

static char *
describe_presence(const json_t *device, gint64 now_ms)
{
  gint64 seen_ms = bh_verb_number(device, "lastSeenMs");
  g_autofree char *age = NULL;

  if (json_is_true(json_object_get(device, "online")))
    return g_strdup(_("now"));
  if (seen_ms == 0)
    return g_strdup(_("never"));
  age = bh_plain_age(now_ms - seen_ms);
  return g_strdup_printf(_("%s ago"), age);
}

static const char *
describe_path(const json_t *device)
{
  const char *path = bh_verb_text(device, "path");

  if (g_str_equal(path, "local-p2p"))
    return _("on site");
  if (g_str_equal(path, "hub-relay"))
    return _("through the hub");
  return path;
}

gboolean
bh_verb_devices(BhVerbLine *line, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "devices", error);
  gint64 now_ms = g_get_real_time() / 1000;
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  json_t *devices, *device;
  size_t i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  devices = json_object_get(answer, "devices");
  if (json_array_size(devices) == 0) {
    g_print("%s\n", _("No device is paired yet. The first one: bellhop pair --role manager"));
    return TRUE;
  }
  table = bh_text_table_new(_("NAME"), _("ROLE"), _("SEEN"), _("PATH"), _("PERSON"), _("ID"), NULL);
  json_array_foreach(devices, i, device)
  {
    g_autofree char *presence = describe_presence(device, now_ms);

    bh_text_table_add(table, bh_verb_text(device, "name"), bh_verb_text(device, "role"), presence,
                      describe_path(device), bh_verb_text(device, "person"),
                      bh_verb_text(device, "deviceId"));
  }
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}

/* --- one of them --- */

/* By its id, or its name where no other device has it; (transfer full) (nullable). */
static json_t *
find_device(BhVerbLine *line, const char *word, GError **error)
{
  g_autoptr(json_t) answer = bh_verb_line_get(line, "devices", error);
  g_autofree char *plain = bh_plain_text(word);
  json_t *device, *found = NULL;
  guint n_found = 0;
  size_t i;

  if (answer == NULL)
    return NULL;
  json_array_foreach(json_object_get(answer, "devices"), i, device)
  {
    if (g_str_equal(bh_verb_text(device, "deviceId"), word))
      return json_incref(device);
    if (!g_str_equal(bh_verb_text(device, "name"), word))
      continue;
    found = device;
    n_found++;
  }
  if (n_found == 1)
    return json_incref(found);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
              n_found == 0 ? _("No device is called “%s”. See them all: bellhop devices")
                           : _("Several devices are called “%s”. Name one by its ID, see: bellhop "
                               "devices"),
              plain);
  return NULL;
}

/* Does to the device named first what @path says, with one more member where there is one. */
static gboolean
change(BhVerbLine *line, const char *path, const char *member, const char *done, GError **error)
{
  g_autoptr(json_t) device = find_device(line, line->words[0], error);
  g_autoptr(json_t) answer = NULL;
  json_t *body;

  if (device == NULL)
    return FALSE;
  body = json_pack("{s:s}", "deviceId", bh_verb_text(device, "deviceId"));
  if (member != NULL)
    json_object_set_new(body, member, json_string(line->words[1]));
  answer = bh_verb_line_post(line, path, body, error);
  if (answer == NULL)
    return FALSE;
  bh_verb_line_say(line, answer, done,
                   member != NULL ? line->words[1] : bh_verb_text(device, "name"));
  return TRUE;
}

gboolean
bh_verb_rename(BhVerbLine *line, GError **error)
{
  return change(line, "devices/rename", "name", _("It is called “%s” now."), error);
}

gboolean
bh_verb_role(BhVerbLine *line, GError **error)
{
  return bh_verb_line_check_role(line->words[1], error) &&
         change(line, "devices/role", "role", _("Its role is %s now."), error);
}

gboolean
bh_verb_revoke(BhVerbLine *line, GError **error)
{
  return change(line, "devices/revoke", NULL, _("“%s” is out."), error);
}
