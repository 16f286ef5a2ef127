/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "secret-entry.h"

#include <glib/gi18n.h>

static void
on_toggled(GtkToggleButton *button, GtkEntry *entry)
{
  gtk_entry_set_visibility(entry, gtk_toggle_button_get_active(button));
}

void
bh_secret_entry_make(GtkEntry *entry)
{
  GtkWidget *button = gtk_toggle_button_new();

  gtk_entry_set_input_purpose(entry, GTK_INPUT_PURPOSE_PASSWORD);
  gtk_entry_set_visibility(entry, FALSE);
  gtk_button_set_icon_name(GTK_BUTTON(button), "view-reveal-symbolic");
  gtk_widget_set_tooltip_text(button, _("Show the text"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Show the text"), -1);
  gtk_box_insert_child_after(GTK_BOX(gtk_widget_get_parent(GTK_WIDGET(entry))), button,
                             GTK_WIDGET(entry));
  g_signal_connect_object(button, "toggled", G_CALLBACK(on_toggled), entry, 0);
}
