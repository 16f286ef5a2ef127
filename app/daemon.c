/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "daemon.h"

#include <glib/gi18n.h>

#include "hub.h"
#include "stop-signal.h"

typedef struct {
  GMainLoop *loop;
  int status;
} Run;

static void
hub_start_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *link = NULL;

  if (!bh_hub_start_finish(BH_HUB(source), result, &error)) {
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED)) {
      g_printerr("%s\n", error->message);
      run->status = 1;
    }
    g_main_loop_quit(run->loop);
    return;
  }
  link = bh_hub_get_link(BH_HUB(source));
  g_print(_("Bellhop is ready. Open %spos in a browser on this computer, and %spaper beside it.\n"),
          link, link);
}

static void
on_stop(gpointer loop)
{
  g_main_loop_quit(loop);
}

int
bh_daemon_run(BhSettings *settings)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhHub) hub = bh_hub_new(settings, &error);
  Run run = {.loop = loop};

  if (hub == NULL) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  bh_stop_signal_watch(on_stop, loop);
  bh_hub_start_async(hub, hub_start_cb, &run);
  g_main_loop_run(loop);
  bh_hub_stop(hub);
  /* Completions of what was under way still arrive; nothing new begins. */
  while (g_main_context_iteration(NULL, FALSE))
    ;
  return run.status;
}
