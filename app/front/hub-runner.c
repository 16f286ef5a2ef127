/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "hub-runner.h"

#include "hub.h"

/*
 * Places and what leads from one to the other:
 *
 *   STOPPED   -> STARTING   start
 *   STARTING  -> HERE       the hub listens
 *   STARTING  -> ELSEWHERE  another process holds the folder
 *   STARTING  -> STOPPED    anything else was in the way
 *   STARTING  -> PAUSED     a person was quicker
 *   ELSEWHERE -> STARTING   take_over, where the folder is free
 *   HERE      -> PAUSED     pause
 *   PAUSED    -> STARTING   start
 */
struct _BhHubRunner {
  GObject parent_instance;

  BhHubSettings make_settings;
  gpointer user_data;
  BhHub *hub; /* (nullable): of this process, from STARTING on */
  BhHubPlace place;
  char *words;
  gboolean is_over; /* nothing begins any more */
};

G_DEFINE_FINAL_TYPE(BhHubRunner, bh_hub_runner, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* @words: (nullable) */
static void
set_place(BhHubRunner *self, BhHubPlace place, const char *words)
{
  if (self->place == place && g_strcmp0(self->words, words) == 0)
    return;
  self->place = place;
  g_free(self->words);
  self->words = g_strdup(words);
  g_signal_emit(self, signals[CHANGED], 0);
}

static gboolean
forget(gpointer hub)
{
  return G_SOURCE_REMOVE;
}

/* What was under way completes on the main loop and still looks at the hub: it goes after that. */
static void
drop_hub(BhHubRunner *self)
{
  if (self->hub == NULL)
    return;
  bh_hub_stop(self->hub);
  g_idle_add_full(G_PRIORITY_LOW, forget, g_steal_pointer(&self->hub), g_object_unref);
}

static void
start_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhHubRunner) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean started = bh_hub_start_finish(BH_HUB(source), result, &error);

  if (BH_HUB(source) != self->hub)
    return; /* stopped meanwhile */
  if (started) {
    set_place(self, BH_HUB_HERE, NULL);
    return;
  }
  drop_hub(self);
  set_place(self, BH_HUB_STOPPED, error->message);
}

/* Returns: (transfer full) (nullable): %NULL exactly when @error is set */
static BhHub *
open_hub(BhHubRunner *self, GError **error)
{
  BhSettings *settings = self->make_settings(self->user_data, error);

  return settings != NULL ? bh_hub_new(settings, error) : NULL;
}

static void
begin(BhHubRunner *self)
{
  g_autoptr(GError) error = NULL;

  if (self->is_over)
    return;
  self->hub = open_hub(self, &error);
  if (self->hub != NULL) {
    set_place(self, BH_HUB_STARTING, NULL);
    bh_hub_start_async(self->hub, start_cb, g_object_ref(self));
  } else if (bh_hub_is_held(error))
    set_place(self, BH_HUB_ELSEWHERE, NULL);
  else
    set_place(self, BH_HUB_STOPPED, error->message);
}

void
bh_hub_runner_start(BhHubRunner *runner)
{
  if (runner->hub == NULL && runner->place != BH_HUB_ELSEWHERE)
    begin(runner);
}

void
bh_hub_runner_pause(BhHubRunner *runner)
{
  if (runner->hub == NULL)
    return;
  drop_hub(runner);
  set_place(runner, BH_HUB_PAUSED, NULL);
}

void
bh_hub_runner_restart(BhHubRunner *runner)
{
  if (runner->place == BH_HUB_ELSEWHERE)
    return;
  drop_hub(runner);
  begin(runner);
}

void
bh_hub_runner_take_over(BhHubRunner *runner)
{
  if (runner->place == BH_HUB_ELSEWHERE)
    begin(runner);
}

void
bh_hub_runner_stop(BhHubRunner *runner)
{
  runner->is_over = TRUE;
  drop_hub(runner);
}

gboolean
bh_hub_runner_is_running(BhHubRunner *runner)
{
  return runner->hub != NULL;
}

BhHubPlace
bh_hub_runner_get_place(BhHubRunner *runner)
{
  return runner->place;
}

const char *
bh_hub_runner_get_words(BhHubRunner *runner)
{
  return runner->words != NULL ? runner->words : "";
}

static void
bh_hub_runner_dispose(GObject *object)
{
  drop_hub(BH_HUB_RUNNER(object));
  G_OBJECT_CLASS(bh_hub_runner_parent_class)->dispose(object);
}

static void
bh_hub_runner_finalize(GObject *object)
{
  g_free(BH_HUB_RUNNER(object)->words);
  G_OBJECT_CLASS(bh_hub_runner_parent_class)->finalize(object);
}

static void
bh_hub_runner_class_init(BhHubRunnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);

  object_class->dispose = bh_hub_runner_dispose;
  object_class->finalize = bh_hub_runner_finalize;
  signals[CHANGED] = g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_hub_runner_init(BhHubRunner *self)
{
  self->place = BH_HUB_STARTING;
}

BhHubRunner *
bh_hub_runner_new(BhHubSettings make_settings, gpointer user_data)
{
  BhHubRunner *self = g_object_new(BH_TYPE_HUB_RUNNER, NULL);

  self->make_settings = make_settings;
  self->user_data = user_data;
  return self;
}
