/* SPDX-License-Identifier: Apache-2.0 */
#include "stop-signal.h"

#include <signal.h>

static void
count(gpointer user_data)
{
  ++*(guint *)user_data;
}

/* Its end comes too late to be counted twice: the handler goes with the first signal. */
static void
send_and_wait(int number, const guint *n_stops)
{
  guint before = *n_stops;

  g_assert_cmpint(raise(number), ==, 0);
  while (*n_stops == before)
    g_main_context_iteration(NULL, TRUE);
}

static void
test_ends(void)
{
  static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
  guint n_stops = 0;

  if (!g_test_subprocess()) {
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    signal(numbers[i], SIG_DFL);
  bh_stop_signal_watch(count, &n_stops);
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    send_and_wait(numbers[i], &n_stops);
  g_assert_cmpuint(n_stops, ==, 3);
}

/* As nohup and a shell without job control start it. */
static void
test_outlives_the_terminal(void)
{
  guint n_stops = 0;

  if (!g_test_subprocess()) {
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    return;
  }
  signal(SIGHUP, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  bh_stop_signal_watch(count, &n_stops);
  g_assert_cmpint(raise(SIGHUP), ==, 0);
  g_assert_cmpint(raise(SIGINT), ==, 0);
  send_and_wait(SIGTERM, &n_stops);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_cmpuint(n_stops, ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/stop-signal/ends", test_ends);
  g_test_add_func("/stop-signal/outlives-the-terminal", test_outlives_the_terminal);
  return g_test_run();
}
