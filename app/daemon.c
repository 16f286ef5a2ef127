/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "daemon.h"

#include <glib/gi18n.h>

#include "hub-end.h"
#include "hub.h"
#include "pairing-sheet.h"
#include "service-notice.h"
#include "stop-signal.h"

typedef struct {
  GMainLoop *loop;
  gboolean attended; /* a person started it and reads what it prints */
  gboolean open;
  char *pair_command; /* what makes the next manager link */
  int status;
} Run;

/* Said as it is to be typed: with the folder, where it is not the one that goes without saying, and
 * by the name that the starting script says of itself. */
static char *
make_pair_command(const BhSettings *settings)
{
  g_autoptr(BhSettings) defaults = bh_settings_new(NULL);
  g_autofree char *folder = g_shell_quote(settings->state_folder);
  const char *program = g_getenv("BELLHOP_COMMAND");

  if (program == NULL)
    program = "bellhop";
  if (g_str_equal(settings->state_folder, defaults->state_folder))
    return g_strdup_printf("%s pair --role manager", program);
  return g_strdup_printf("%s pair --role manager --state %s", program, folder);
}

static void
manager_link_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  g_autofree char *name_link = NULL;
  g_autofree char *local_link = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *link =
      bh_hub_make_manager_link_finish(BH_HUB(source), result, &name_link, &local_link, &error);

  if (link != NULL) {
    g_print("\n%s\n\n",
            _("This link pairs a manager's device. It is good for ten minutes and one device."));
    bh_pairing_sheet_print(link, name_link, local_link);
  } else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_printerr("%s\n", error->message);
  g_print(_("Another link: %s\n"), run->pair_command);
}

/* What is printed unattended ends up in a journal, so it holds no secret. */
static void
greet(Run *run, BhHub *hub)
{
  g_autofree char *link = bh_hub_get_link(hub);

  bh_service_notice_ready(link);
  if (run->open) {
    g_print(
        _("Bellhop is ready. Open %spos in a browser on this computer, and %spaper beside it.\n"),
        link, link);
    return;
  }
  g_print(_("Bellhop is ready: %s\n"), link);
  if (run->attended)
    bh_hub_make_manager_link_async(hub, manager_link_cb, run);
  else
    g_print(_("To pair a device: %s\n"), run->pair_command);
}

static void
hub_start_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Run *run = user_data;
  g_autoptr(GError) error = NULL;

  if (!bh_hub_start_finish(BH_HUB(source), result, &error)) {
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CLOSED)) {
      g_printerr("%s\n", error->message);
      run->status = 1;
    }
    g_main_loop_quit(run->loop);
    return;
  }
  greet(run, BH_HUB(source));
}

static void
on_stop(gpointer loop)
{
  g_main_loop_quit(loop);
}

int
bh_daemon_run(BhSettings *settings, gboolean attended)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autofree char *pair_command = make_pair_command(settings);
  Run run = {
      .loop = loop, .attended = attended, .open = settings->open, .pair_command = pair_command};
  g_autoptr(GError) error = NULL;
  g_autoptr(BhHub) hub = bh_hub_new(settings, &error);

  if (hub == NULL) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  bh_stop_signal_watch(on_stop, loop);
  bh_hub_start_async(hub, hub_start_cb, &run);
  g_main_loop_run(loop);
  bh_service_notice_stopping();
  bh_hub_stop(hub);
  bh_hub_end_drain();
  return run.status;
}
