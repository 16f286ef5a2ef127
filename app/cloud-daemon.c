/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "cloud-daemon.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cloud.h"
#include "service-notice.h"
#include "stop-signal.h"

static void
on_stop(gpointer loop)
{
  g_main_loop_quit(loop);
}

static void
greet(BhCloud *cloud)
{
  g_autofree char *link = bh_cloud_get_link(cloud);
  g_autofree char *address = g_strconcat("ws", link + strlen("http"), "signal", NULL);

  bh_service_notice_ready(link);
  g_print(_("This Bellhop is a cloud: it introduces the devices and hubs of properties elsewhere "
            "to each other, and keeps nothing.\n"));
  g_print(_("Ready: %s\n"), link);
  g_print(_("On each hub: bellhop --cloud %s\n"), address);
}

int
bh_cloud_daemon_run(const BhSettings *settings)
{
  const BhCloudConfig config = {.listen_address = settings->listen_address,
                                .port = settings->port,
                                .https_port = settings->https_port,
                                .tls_certificate = settings->tls_certificate,
                                .tls_key = settings->tls_key,
                                .name = settings->name,
                                .trusted_proxies = settings->trusted_proxies};
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhCloud) cloud = bh_cloud_new(&config, &settings->limits, &error);

  if (cloud == NULL) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  bh_stop_signal_watch(on_stop, loop);
  greet(cloud);
  g_main_loop_run(loop);
  bh_service_notice_stopping();
  bh_cloud_stop(cloud);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  return 0;
}
