/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "front-about.h"

#include <glib/gi18n.h>

#include "front.h"

void
bh_front_about_show(GtkWindow *parent)
{
  gtk_show_about_dialog(parent, "program-name", _("Bellhop"), "logo-icon-name", BH_FRONT_ID,
                        "version", BH_VERSION, "comments",
                        _("Keeps a hotel or restaurant working on its own Wi-Fi."), "license-type",
                        GTK_LICENSE_APACHE_2_0, "copyright", _("© The Bellhop authors"), NULL);
}

void
bh_front_about_show_problem(GtkWindow *parent, const char *words)
{
  GtkWidget *dialog =
      gtk_message_dialog_new(parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                             GTK_MESSAGE_WARNING, GTK_BUTTONS_CLOSE, "%s", words);

  g_signal_connect(dialog, "response", G_CALLBACK(gtk_window_destroy), NULL);
  gtk_window_present(GTK_WINDOW(dialog));
}
