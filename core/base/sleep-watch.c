/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "sleep-watch.h"

#include "sleep-notice.h"

/* The clock shows it, and then the system tells of it: that is one waking. */
#define TOLD_LATE_MS 10000

struct _BhSleepWatch {
  GObject parent_instance;

  BhSleepNotice *notice;
  gint64 time_us, monotonic_us; /* of the last tick; 0: there was none */
  gint64 woke_us;               /* by @time_us's clock; 0: never */
  guint tick_id;
};

G_DEFINE_FINAL_TYPE(BhSleepWatch, bh_sleep_watch, G_TYPE_OBJECT)

enum { SIGNAL_WOKE, N_SIGNALS };

static guint signals[N_SIGNALS];

static gboolean
on_tick(gpointer user_data)
{
  bh_sleep_watch_take_time(user_data, bh_sleep_notice_get_time_us(), g_get_monotonic_time(), FALSE);
  return G_SOURCE_CONTINUE;
}

static void
on_told(gpointer user_data)
{
  bh_sleep_watch_take_time(user_data, bh_sleep_notice_get_time_us(), g_get_monotonic_time(), TRUE);
}

static void
bh_sleep_watch_dispose(GObject *object)
{
  BhSleepWatch *self = BH_SLEEP_WATCH(object);

  g_clear_handle_id(&self->tick_id, g_source_remove);
  g_clear_pointer(&self->notice, bh_sleep_notice_free);
  G_OBJECT_CLASS(bh_sleep_watch_parent_class)->dispose(object);
}

static void
bh_sleep_watch_class_init(BhSleepWatchClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_sleep_watch_dispose;

  signals[SIGNAL_WOKE] = g_signal_new("woke", BH_TYPE_SLEEP_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
}

static void
bh_sleep_watch_init(BhSleepWatch *self)
{
}

BhSleepWatch *
bh_sleep_watch_new(void)
{
  BhSleepWatch *self = g_object_new(BH_TYPE_SLEEP_WATCH, NULL);

  self->notice = bh_sleep_notice_new(on_told, self);
  on_tick(self);
  /* Of all timers that are due after a sleep, this one first. */
  self->tick_id = g_timeout_add_full(G_PRIORITY_HIGH, BH_SLEEP_WATCH_TICK_MS, on_tick, self, NULL);
  g_source_set_name_by_id(self->tick_id, "bellhop-sleep-watch");
  return self;
}

void
bh_sleep_watch_take_time(BhSleepWatch *watch, gint64 time_us, gint64 monotonic_us, gboolean told)
{
  gint64 away_ms = watch->time_us != 0 ? (time_us - watch->time_us) / 1000 : 0;
  gint64 counted_ms = watch->time_us != 0 ? (monotonic_us - watch->monotonic_us) / 1000 : 0;
  gboolean is_known = watch->woke_us != 0 && time_us - watch->woke_us < TOLD_LATE_MS * 1000;

  watch->time_us = time_us;
  watch->monotonic_us = monotonic_us;
  if (away_ms < BH_SLEEP_WATCH_GAP_MS && (!told || is_known))
    return;
  watch->woke_us = time_us;
  g_signal_emit(watch, signals[SIGNAL_WOKE], 0, away_ms, counted_ms);
}
