/* SPDX-License-Identifier: Apache-2.0 */
#include <gio/gio.h>

#include "sleep-notice.h"
#include "sleep-watch.h"

#define SECOND_US G_TIME_SPAN_SECOND

typedef struct {
  guint n;
  gint64 away_ms, counted_ms;
} Heard;

static void
on_woke(BhSleepWatch *watch, gint64 away_ms, gint64 counted_ms, gpointer user_data)
{
  Heard *heard = user_data;

  heard->n++;
  heard->away_ms = away_ms;
  heard->counted_ms = counted_ms;
}

/* A watch of which only the times that it is given count. */
static BhSleepWatch *
make_watch(Heard *heard)
{
  BhSleepWatch *watch = g_object_new(BH_TYPE_SLEEP_WATCH, NULL);

  g_signal_connect(watch, "woke", G_CALLBACK(on_woke), heard);
  bh_sleep_watch_take_time(watch, 100 * SECOND_US, 100 * SECOND_US, FALSE);
  return watch;
}

static void
test_the_computer_slept(void)
{
  Heard heard = {0};
  g_autoptr(BhSleepWatch) watch = make_watch(&heard);

  bh_sleep_watch_take_time(watch, 101 * SECOND_US, 101 * SECOND_US, FALSE);
  bh_sleep_watch_take_time(watch, 105 * SECOND_US, 105 * SECOND_US, FALSE); /* busy */
  g_assert_cmpuint(heard.n, ==, 0);
  bh_sleep_watch_take_time(watch, 3705 * SECOND_US, 106 * SECOND_US, FALSE);
  g_assert_cmpuint(heard.n, ==, 1);
  g_assert_cmpint(heard.away_ms, ==, 3600 * 1000);
  g_assert_cmpint(heard.counted_ms, ==, 1000);
  /* And then it is told. */
  bh_sleep_watch_take_time(watch, 3706 * SECOND_US, 107 * SECOND_US, TRUE);
  g_assert_cmpuint(heard.n, ==, 1);
}

static void
test_the_program_was_held(void)
{
  Heard heard = {0};
  g_autoptr(BhSleepWatch) watch = make_watch(&heard);

  bh_sleep_watch_take_time(watch, 160 * SECOND_US, 160 * SECOND_US, FALSE);
  g_assert_cmpuint(heard.n, ==, 1);
  g_assert_cmpint(heard.away_ms, ==, 60 * 1000);
  g_assert_cmpint(heard.counted_ms, ==, 60 * 1000);
}

/* Told at once, before any tick, and however short it was. */
static void
test_told(void)
{
  Heard heard = {0};
  g_autoptr(BhSleepWatch) watch = make_watch(&heard);

  bh_sleep_watch_take_time(watch, 102 * SECOND_US, 101 * SECOND_US, TRUE);
  g_assert_cmpuint(heard.n, ==, 1);
  g_assert_cmpint(heard.away_ms, ==, 2000);
  bh_sleep_watch_take_time(watch, 103 * SECOND_US, 102 * SECOND_US, FALSE);
  g_assert_cmpuint(heard.n, ==, 1);
  /* Long after that it is another sleep. */
  for (gint64 second = 104; second < 113; second++)
    bh_sleep_watch_take_time(watch, second * SECOND_US, (second - 1) * SECOND_US, FALSE);
  bh_sleep_watch_take_time(watch, 113 * SECOND_US, 112 * SECOND_US, TRUE);
  g_assert_cmpuint(heard.n, ==, 2);
}

/* --- a bus with a logind of ours --- */

static void
on_name(GDBusConnection *bus, const char *name, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

static void
on_notice(gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
say_sleep(GDBusConnection *bus, gboolean is_begin)
{
  g_autoptr(GError) error = NULL;

  g_dbus_connection_emit_signal(bus, NULL, "/org/freedesktop/login1",
                                "org.freedesktop.login1.Manager", "PrepareForSleep",
                                g_variant_new("(b)", is_begin), &error);
  g_assert_no_error(error);
}

static void
test_logind(void)
{
  g_autofree char *daemon = g_find_program_in_path("dbus-daemon");
  g_autoptr(GTestDBus) daemon_bus = NULL;
  g_autoptr(GDBusConnection) bus = NULL;
  g_autoptr(GError) error = NULL;
  BhSleepNotice *notice;
  gboolean has_name = FALSE;
  guint n_woke = 0, owner;

  if (daemon == NULL) {
    g_test_skip("there is no dbus-daemon");
    return;
  }
  daemon_bus = g_test_dbus_new(G_TEST_DBUS_NONE);
  g_test_dbus_up(daemon_bus);
  g_setenv("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address(daemon_bus), TRUE);
  bus = g_dbus_connection_new_for_address_sync(g_test_dbus_get_bus_address(daemon_bus),
                                               G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                               NULL, NULL, &error);
  g_assert_no_error(error);
  owner = g_bus_own_name_on_connection(bus, "org.freedesktop.login1", 0, on_name, NULL, &has_name,
                                       NULL);
  while (!has_name)
    g_main_context_iteration(NULL, TRUE);

  notice = bh_sleep_notice_new(on_notice, &n_woke);
  /* Until it listens: what is said before goes to nobody. */
  while (n_woke == 0) {
    say_sleep(bus, TRUE);
    say_sleep(bus, FALSE);
    for (guint i = 0; i < 20 && n_woke == 0; i++) {
      g_usleep(1000);
      g_main_context_iteration(NULL, FALSE);
    }
  }
  bh_sleep_notice_free(notice);
  n_woke = 0;
  say_sleep(bus, FALSE);
  g_dbus_connection_flush_sync(bus, NULL, NULL);
  for (guint i = 0; i < 50; i++) {
    g_usleep(1000);
    g_main_context_iteration(NULL, FALSE);
  }
  g_assert_cmpuint(n_woke, ==, 0);
  g_bus_unown_name(owner);
  g_dbus_connection_close_sync(bus, NULL, NULL);
  g_test_dbus_stop(daemon_bus);
}

/* Nobody is there: it is not waited for, and freed at any time. */
static void
test_no_bus(void)
{
  guint n_woke = 0;
  BhSleepNotice *notice;

  g_setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/at/all", TRUE);
  notice = bh_sleep_notice_new(on_notice, &n_woke);
  bh_sleep_notice_free(notice);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_cmpuint(n_woke, ==, 0);
}

static void
test_the_clock_goes_on(void)
{
  gint64 before_us = bh_sleep_notice_get_time_us();

  g_usleep(2000);
  g_assert_cmpint(bh_sleep_notice_get_time_us() - before_us, >=, 2000);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/sleep-watch/the-computer-slept", test_the_computer_slept);
  g_test_add_func("/sleep-watch/the-program-was-held", test_the_program_was_held);
  g_test_add_func("/sleep-watch/told", test_told);
  g_test_add_func("/sleep-watch/no-bus", test_no_bus);
  g_test_add_func("/sleep-watch/logind", test_logind);
  g_test_add_func("/sleep-watch/the-clock-goes-on", test_the_clock_goes_on);
  return g_test_run();
}
