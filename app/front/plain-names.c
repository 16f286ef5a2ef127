/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "plain-names.h"

void
bh_plain_name(GtkWidget *button, const char *words)
{
  gtk_accessible_reset_relation(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
  gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

/* Without the underlines that mark a letter; two of them are one. */
static char *
drop_underlines(const char *label)
{
  GString *plain = g_string_new(NULL);

  for (const char *next = label; *next != '\0'; next++) {
    if (*next == '_' && *++next == '\0')
      break;
    g_string_append_c(plain, *next);
  }
  return g_string_free(plain, FALSE);
}

void
bh_plain_names(GtkWidget *root)
{
  const char *label = GTK_IS_BUTTON(root) ? gtk_button_get_label(GTK_BUTTON(root)) : NULL;

  if (label != NULL) {
    g_autofree char *plain =
        gtk_button_get_use_underline(GTK_BUTTON(root)) ? drop_underlines(label) : g_strdup(label);

    bh_plain_name(root, plain);
  }
  for (GtkWidget *child = gtk_widget_get_first_child(root); child != NULL;
       child = gtk_widget_get_next_sibling(child))
    bh_plain_names(child);
}
