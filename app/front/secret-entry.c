/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "secret-entry.h"

#include <glib/gi18n.h>

static void
show(GtkEntry *entry, gboolean visible)
{
  gtk_entry_set_visibility(entry, visible);
  gtk_entry_set_icon_from_icon_name(entry, GTK_ENTRY_ICON_SECONDARY,
                                    visible ? "view-conceal-symbolic" : "view-reveal-symbolic");
  gtk_entry_set_icon_tooltip_text(entry, GTK_ENTRY_ICON_SECONDARY,
                                  visible ? _("Hide the text") : _("Show the text"));
}

static void
on_icon(GtkEntry *entry, GtkEntryIconPosition position, gpointer user_data)
{
  show(entry, !gtk_entry_get_visibility(entry));
}

void
bh_secret_entry_make(GtkEntry *entry)
{
  gtk_entry_set_input_purpose(entry, GTK_INPUT_PURPOSE_PASSWORD);
  show(entry, FALSE);
  g_signal_connect(entry, "icon-press", G_CALLBACK(on_icon), NULL);
}
