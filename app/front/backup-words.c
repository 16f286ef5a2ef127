/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "backup-words.h"

#include <glib/gi18n.h>

static const char *
get_text(const json_t *object, const char *member)
{
  const char *text = json_string_value(json_object_get(object, member));

  return text != NULL ? text : "";
}

char *
bh_backup_words_folder(const json_t *backup, BhTone *tone)
{
  const char *folder = get_text(backup, "folder");

  if (json_is_true(json_object_get(backup, "sameDisk"))) {
    *tone = BH_TONE_ATTENTION;
    /* Translators: the first is a folder's path */
    return g_strdup_printf(_("%s: on this computer’s own disk, lost together with it. A USB stick "
                             "or a folder on another computer is safer."),
                           folder);
  }
  *tone = BH_TONE_GOOD;
  return g_strdup(folder);
}

char *
bh_backup_words_seal(const json_t *backup, BhTone *tone)
{
  g_auto(GStrv) parts = g_strsplit(get_text(backup, "recoveryCode"), "-", -1);
  /* Not torn apart at the end of a line. */
  g_autofree char *code = g_strjoinv("\u2011", parts);

  *tone = BH_TONE_GOOD;
  if (json_is_true(json_object_get(backup, "hasPassphrase")))
    return g_strdup(_("Sealed with a passphrase of your own"));
  if (*code == '\0') {
    *tone = BH_TONE_QUIET;
    return g_strdup("");
  }
  if (json_is_true(json_object_get(backup, "codeNoted")))
    return g_strdup_printf(_("Sealed with the recovery code %s"), code);
  *tone = BH_TONE_ATTENTION;
  return g_strdup_printf(_("Write this recovery code down: %s. Nothing else opens a backup on "
                           "another computer."),
                         code);
}

char *
bh_backup_words_last(const json_t *backup, gint64 now_ms, BhTone *tone)
{
  const json_t *last = json_object_get(backup, "last");
  const json_t *error = json_object_get(backup, "error");
  gint64 at_ms = json_integer_value(json_object_get(last, "timeMs"));
  g_autofree char *ago = NULL;
  g_autofree char *size = NULL;

  if (json_is_true(json_object_get(backup, "running"))) {
    *tone = BH_TONE_BUSY;
    return g_strdup(_("One is being made now"));
  }
  /* There is one exactly when the last run failed; clocks say nothing about it. */
  if (json_is_object(error)) {
    *tone = BH_TONE_ATTENTION;
    return g_strdup(get_text(error, "message"));
  }
  if (!json_is_object(last)) {
    *tone = BH_TONE_QUIET;
    return g_strdup(json_is_true(json_object_get(backup, "enabled"))
                        ? _("None yet; the first one is made this night")
                        : _("None yet"));
  }
  *tone = BH_TONE_GOOD;
  ago = bh_words_ago(at_ms, now_ms);
  size = g_format_size((guint64)json_integer_value(json_object_get(last, "sizeBytes")));
  /* Translators: a time ("2 hours ago"), then a size ("3 MB") */
  return g_strdup_printf(_("%s, %s"), ago, size);
}
