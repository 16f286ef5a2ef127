/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "stop-signal.h"

#include <glib-unix.h>
#include <signal.h>

typedef struct {
  void (*stop)(gpointer user_data);
  gpointer user_data;
} Watch;

static Watch watch;

static gboolean
on_signal(gpointer number)
{
  watch.stop(watch.user_data);
  /* With this source its handler goes: the next signal of the kind has its default effect. */
  return G_SOURCE_REMOVE;
}

void
bh_stop_signal_watch(void (*stop)(gpointer user_data), gpointer user_data)
{
  static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

  watch = (Watch){stop, user_data};
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    g_unix_signal_add(numbers[i], on_signal, GINT_TO_POINTER(numbers[i]));
  /* A peer that is gone is an error of its socket, not of the program. */
  signal(SIGPIPE, SIG_IGN);
}
