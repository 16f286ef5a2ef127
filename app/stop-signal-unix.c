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

/* Whoever started the program wanted it to outlive the terminal: nohup(1), and a shell that puts a
 * job into the background without job control (POSIX, "Asynchronous Lists"). */
static gboolean
is_ignored(int number)
{
  struct sigaction before;

  return sigaction(number, NULL, &before) == 0 && before.sa_handler == SIG_IGN;
}

static gboolean
on_signal(gpointer data)
{
  watch.stop(watch.user_data);
  /* With this source its handler goes: the next signal of the kind has its default effect. */
  return G_SOURCE_REMOVE;
}

void
bh_stop_signal_watch(void (*stop)(gpointer user_data), gpointer user_data)
{
  static const int terminal_numbers[] = {SIGINT, SIGHUP};

  watch = (Watch){stop, user_data};
  g_unix_signal_add(SIGTERM, on_signal, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(terminal_numbers); i++)
    if (!is_ignored(terminal_numbers[i]))
      g_unix_signal_add(terminal_numbers[i], on_signal, NULL);
  /* A peer that is gone is an error of its socket, not of the program. */
  signal(SIGPIPE, SIG_IGN);
}
