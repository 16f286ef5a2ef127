/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include <glib/gi18n.h>

#include "text-table.h"
#include "verb-private.h"

static char *
describe_time(gint64 time_ms)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(time_ms / 1000);

  return time != NULL ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : g_strdup("");
}

gboolean
bh_verb_audit(BhVerbLine *line, GError **error)
{
  g_autofree char *path = g_strdup_printf("audit?limit=%d", line->limit);
  g_autoptr(json_t) answer = bh_verb_line_get(line, path, error);
  g_autoptr(BhTextTable) table = NULL;
  g_autofree char *text = NULL;
  json_t *entries, *entry;
  size_t i;

  if (answer == NULL)
    return FALSE;
  if (bh_verb_line_show_json(line, answer))
    return TRUE;
  entries = json_object_get(answer, "entries");
  table = bh_text_table_new(_("TIME"), _("WHAT"), _("WHO"), _("ABOUT"), _("DETAIL"), _("ADDRESS"),
                            NULL);
  json_array_foreach(entries, i, entry)
  {
    g_autofree char *time = describe_time(bh_verb_number(entry, "timeMs"));

    bh_text_table_add(table, time, bh_verb_text(entry, "kind"), bh_verb_text(entry, "who"),
                      bh_verb_text(entry, "subject"), bh_verb_text(entry, "detail"),
                      bh_verb_text(entry, "address"));
  }
  text = bh_text_table_to_text(table);
  g_print("%s", text);
  return TRUE;
}
