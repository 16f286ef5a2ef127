/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "front.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "front-app.h"
#include "hub-end.h"
#include "stop-signal.h"

gboolean
bh_front_has_display(void)
{
  return gtk_init_check();
}

void
bh_front_tell(const char *words)
{
  g_autoptr(GMainLoop) loop = NULL;
  GtkWidget *dialog;

  if (!gtk_init_check())
    return;
  loop = g_main_loop_new(NULL, FALSE);
  dialog = gtk_message_dialog_new(NULL, 0, GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", words);
  gtk_window_set_title(GTK_WINDOW(dialog), _("Bellhop"));
  g_signal_connect_swapped(dialog, "response", G_CALLBACK(g_main_loop_quit), loop);
  gtk_window_present(GTK_WINDOW(dialog));
  g_main_loop_run(loop);
  gtk_window_destroy(GTK_WINDOW(dialog));
}

static void
on_stop(gpointer app)
{
  g_application_quit(app);
}

int
bh_front_run(const BhFrontConfig *config)
{
  g_autoptr(BhFrontApp) app = bh_front_app_new(config);
  int status = bh_front_app_begin(app);

  if (status >= 0)
    return status;
  bh_stop_signal_watch(on_stop, app);
  status = g_application_run(G_APPLICATION(app), 0, NULL);
  bh_hub_end_drain();
  return status;
}
