/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "front.h"

#include <gtk/gtk.h>

#include "front-app.h"
#include "stop-signal.h"

gboolean
bh_front_has_display(void)
{
  return gtk_init_check();
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
  /* Completions of what was under way still arrive; nothing new begins. */
  while (g_main_context_iteration(NULL, FALSE))
    ;
  return status;
}
