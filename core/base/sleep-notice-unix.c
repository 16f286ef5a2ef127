/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "sleep-notice.h"

#include <gio/gio.h>
#include <time.h>

/* org.freedesktop.login1(5): PrepareForSleep (b), true before the sleep and false after it. */
#define LOGIN_NAME      "org.freedesktop.login1"
#define LOGIN_PATH      "/org/freedesktop/login1"
#define LOGIN_INTERFACE "org.freedesktop.login1.Manager"
#define LOGIN_SIGNAL    "PrepareForSleep"

struct _BhSleepNotice {
  BhSleepNoticeWoke woke;
  gpointer user_data;
  GCancellable *cancellable;
  GDBusConnection *bus; /* (nullable): not there yet, or there is none */
  guint subscription;
};

static void
on_signal(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
          const char *name, GVariant *arguments, gpointer user_data)
{
  BhSleepNotice *self = user_data;
  gboolean is_begin = TRUE;

  if (g_variant_is_of_type(arguments, G_VARIANT_TYPE("(b)")))
    g_variant_get(arguments, "(b)", &is_begin);
  if (!is_begin)
    self->woke(self->user_data);
}

static void
bus_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = g_bus_get_finish(result, &error);
  BhSleepNotice *self = user_data;

  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* @self is gone */
  if (bus == NULL) {
    g_debug("Nobody tells of the computer's sleep: %s", error->message);
    return;
  }
  /* The bus may go; that is no reason to end with it. */
  g_dbus_connection_set_exit_on_close(bus, FALSE);
  self->bus = g_steal_pointer(&bus);
  self->subscription = g_dbus_connection_signal_subscribe(
      self->bus, LOGIN_NAME, LOGIN_INTERFACE, LOGIN_SIGNAL, LOGIN_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_signal, self, NULL);
}

BhSleepNotice *
bh_sleep_notice_new(BhSleepNoticeWoke woke, gpointer user_data)
{
  BhSleepNotice *self = g_new0(BhSleepNotice, 1);

  self->woke = woke;
  self->user_data = user_data;
  self->cancellable = g_cancellable_new();
  g_bus_get(G_BUS_TYPE_SYSTEM, self->cancellable, bus_cb, self);
  return self;
}

void
bh_sleep_notice_free(BhSleepNotice *notice)
{
  g_cancellable_cancel(notice->cancellable);
  g_object_unref(notice->cancellable);
  if (notice->bus != NULL)
    g_dbus_connection_signal_unsubscribe(notice->bus, notice->subscription);
  g_clear_object(&notice->bus);
  g_free(notice);
}

gint64
bh_sleep_notice_get_time_us(void)
{
#ifdef CLOCK_BOOTTIME
  struct timespec now;

  if (clock_gettime(CLOCK_BOOTTIME, &now) == 0)
    return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
#endif
  return g_get_monotonic_time();
}
