/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-model.h"

#include <glib/gi18n.h>

#include "control-client.h"

#define WATCHED_MS   2000
#define UNWATCHED_MS 10000

/* What is asked each time, in this order: when the first has no answer the others are not asked. */
enum { STATUS, DEVICES, REQUESTS, PRINTERS, ALERTS, N_QUESTIONS };

static const struct {
  const char *path;
  const char *member; /* (nullable): of the answer; %NULL: the answer is the list */
  const char *key;    /* (nullable) */
} questions[N_QUESTIONS] = {
    [STATUS] = {"/api/v1/status", NULL, NULL},
    [DEVICES] = {"/api/v1/devices", "devices", "deviceId"},
    [REQUESTS] = {"/api/v1/pair/requests", "requests", "requestId"},
    [PRINTERS] = {"/api/v1/printers", NULL, "name"},
    [ALERTS] = {"/api/v1/alerts", "alerts", "alertId"},
};

struct _BhHouseModel {
  GObject parent_instance;

  BhControlClient *client;
  GCancellable *cancellable; /* of the round of questions; triggered when there is nobody to ask */
  GSource *clock;            /* (nullable): to the next round */
  gboolean watched;
  gboolean asking;
  gboolean ask_again; /* something was done while a round was under way */
  gboolean closed;

  BhHubPlace place;
  BhHouseState state;
  char *sentence;
  json_t *status;                  /* (nullable) */
  BhHouseList *lists[N_QUESTIONS]; /* all but STATUS's */
};

G_DEFINE_FINAL_TYPE(BhHouseModel, bh_house_model, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- what it comes to --- */

/* Why the printer prints nothing now. */
static const char *
describe_trouble(const char *detail)
{
  if (g_str_equal(detail, "paper-out"))
    return _("The printer “%s” is out of paper.");
  if (g_str_equal(detail, "cover-open"))
    return _("The cover of the printer “%s” is open.");
  return _("The printer “%s” does not print. Look whether it is on and connected.");
}

/* Returns: (transfer full) (nullable): what somebody should look at first */
static char *
find_attention(BhHouseModel *self)
{
  guint n_alerts = bh_house_list_get_count(self->lists[ALERTS]);

  for (guint i = 0; i < bh_house_list_get_count(self->lists[PRINTERS]); i++) {
    BhHouseItem *printer = bh_house_list_get(self->lists[PRINTERS], i);

    if (!g_str_equal(bh_house_item_get_text(printer, "state"), "waiting"))
      continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return g_strdup_printf(describe_trouble(bh_house_item_get_text(printer, "detail")),
                           bh_house_item_get_text(printer, "name"));
#pragma GCC diagnostic pop
  }
  if (n_alerts == 0)
    return NULL;
  return g_strdup_printf(ngettext("%u thing needs somebody's attention.",
                                  "%u things need somebody's attention.", n_alerts),
                         n_alerts);
}

static char *
describe_well(BhHouseModel *self)
{
  guint n_devices = bh_house_list_get_count(self->lists[DEVICES]);
  guint n_printers = bh_house_list_get_count(self->lists[PRINTERS]);
  g_autofree char *devices =
      g_strdup_printf(ngettext("%u device", "%u devices", n_devices), n_devices);
  g_autofree char *printers =
      g_strdup_printf(ngettext("%u printer", "%u printers", n_printers), n_printers);

  /* Translators: "3 devices", then "1 printer" */
  return g_strdup_printf(_("Everything is working. %s, %s."), devices, printers);
}

/* @sentence: (transfer full) */
static void
set_state(BhHouseModel *self, BhHouseState state, char *sentence)
{
  self->state = state;
  g_free(self->sentence);
  self->sentence = sentence;
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
judge(BhHouseModel *self)
{
  char *attention = find_attention(self);

  if (attention != NULL)
    set_state(self, BH_HOUSE_ATTENTION, attention);
  else
    set_state(self, BH_HOUSE_WELL, describe_well(self));
}

/* --- rounds --- */

static void ask(BhHouseModel *self);

static gboolean
on_clock(gpointer user_data)
{
  BhHouseModel *self = user_data;

  g_clear_pointer(&self->clock, g_source_unref);
  ask(self);
  return G_SOURCE_REMOVE;
}

static void
stop_clock(BhHouseModel *self)
{
  if (self->clock != NULL)
    g_source_destroy(self->clock);
  g_clear_pointer(&self->clock, g_source_unref);
}

static void
wind_clock(BhHouseModel *self)
{
  stop_clock(self);
  /* In whole seconds the system wakes once for all programs that can wait. */
  self->clock = g_timeout_source_new_seconds((self->watched ? WATCHED_MS : UNWATCHED_MS) / 1000);
  g_source_set_static_name(self->clock, "bellhop-house-model");
  g_source_set_callback(self->clock, on_clock, self, NULL);
  g_source_attach(self->clock, NULL);
}

static void
end_round(BhHouseModel *self)
{
  self->asking = FALSE;
  if (self->closed)
    return;
  if (self->ask_again)
    ask(self);
  else
    wind_clock(self);
}

typedef struct {
  BhHouseModel *model;
  GCancellable *cancellable;
  guint question;
} Round;

static void
round_free(Round *round)
{
  g_object_unref(round->cancellable);
  g_object_unref(round->model);
  g_free(round);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Round, round_free)

static void ask_next(Round *round);

static void
take(BhHouseModel *self, guint question, json_t *answer)
{
  if (question == STATUS) {
    json_decref(self->status);
    self->status = json_incref(answer);
  } else
    bh_house_list_update(self->lists[question],
                         questions[question].member != NULL
                             ? json_object_get(answer, questions[question].member)
                             : answer);
}

static void
answer_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Round) round = user_data;
  BhHouseModel *self = round->model;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer =
      bh_control_client_call_finish(BH_CONTROL_CLIENT(source), result, &error);

  if (g_cancellable_is_cancelled(round->cancellable))
    return; /* another round, or none, is the one that counts */
  if (answer == NULL) {
    set_state(self, BH_HOUSE_LOST, g_strdup(error->message));
    end_round(self);
    return;
  }
  take(self, round->question, answer);
  if (++round->question < N_QUESTIONS) {
    ask_next(g_steal_pointer(&round));
    return;
  }
  judge(self);
  end_round(self);
}

/* @round: (transfer full) */
static void
ask_next(Round *round)
{
  bh_control_client_call_async(round->model->client, "GET", questions[round->question].path, NULL,
                               round->cancellable, answer_cb, round);
}

static void
ask(BhHouseModel *self)
{
  Round *round;

  if (self->closed || (self->place != BH_HUB_HERE && self->place != BH_HUB_ELSEWHERE))
    return;
  self->ask_again = self->asking;
  if (self->asking)
    return;
  stop_clock(self);
  self->asking = TRUE;
  round = g_new0(Round, 1);
  round->model = g_object_ref(self);
  round->cancellable = g_object_ref(self->cancellable);
  ask_next(round);
}

static void
stop_asking(BhHouseModel *self)
{
  stop_clock(self);
  g_cancellable_cancel(self->cancellable);
  g_object_unref(self->cancellable);
  self->cancellable = g_cancellable_new();
  self->asking = self->ask_again = FALSE;
}

/* --- from outside --- */

void
bh_house_model_set_place(BhHouseModel *model, BhHubPlace place, const char *words)
{
  if (model->closed)
    return;
  stop_asking(model);
  model->place = place;
  switch (place) {
  case BH_HUB_STARTING:
    set_state(model, BH_HOUSE_STARTING, g_strdup(_("Bellhop is starting.")));
    break;
  case BH_HUB_PAUSED:
    set_state(model, BH_HOUSE_PAUSED,
              g_strdup(_("Bellhop is paused. Devices cannot reach each other until it goes on.")));
    break;
  case BH_HUB_STOPPED:
    set_state(model, BH_HOUSE_STOPPED, g_strdup(words));
    break;
  case BH_HUB_HERE:
  case BH_HUB_ELSEWHERE:
  default:
    ask(model);
  }
}

void
bh_house_model_set_watched(BhHouseModel *model, gboolean watched)
{
  if (model->watched == watched)
    return;
  model->watched = watched;
  if (watched)
    ask(model);
}

void
bh_house_model_refresh(BhHouseModel *model)
{
  ask(model);
}

void
bh_house_model_close(BhHouseModel *model)
{
  if (model->closed)
    return;
  model->closed = TRUE;
  stop_asking(model);
}

BhHouseState
bh_house_model_get_state(BhHouseModel *model)
{
  return model->state;
}

BhHubPlace
bh_house_model_get_place(BhHouseModel *model)
{
  return model->place;
}

const char *
bh_house_model_get_sentence(BhHouseModel *model)
{
  return model->sentence;
}

const json_t *
bh_house_model_get_status(BhHouseModel *model)
{
  return model->status;
}

BhHouseList *
bh_house_model_get_devices(BhHouseModel *model)
{
  return model->lists[DEVICES];
}

BhHouseList *
bh_house_model_get_requests(BhHouseModel *model)
{
  return model->lists[REQUESTS];
}

BhHouseList *
bh_house_model_get_printers(BhHouseModel *model)
{
  return model->lists[PRINTERS];
}

BhHouseList *
bh_house_model_get_alerts(BhHouseModel *model)
{
  return model->lists[ALERTS];
}

/* --- actions --- */

static void
free_json(gpointer value)
{
  json_decref(value);
}

static void
call_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  json_t *answer = bh_control_client_call_finish(BH_CONTROL_CLIENT(source), result, &error);

  ask(g_task_get_source_object(task));
  if (answer != NULL)
    g_task_return_pointer(task, answer, free_json);
  else
    g_task_return_error(task, error);
}

void
bh_house_model_call_async(BhHouseModel *model, const char *path, json_t *body,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autofree char *whole = g_strconcat("/api/v1/", path, NULL);
  g_autoptr(json_t) owned = body;

  bh_control_client_call_async(model->client, body != NULL ? "POST" : "GET", whole, body,
                               cancellable, call_cb,
                               g_task_new(model, cancellable, callback, user_data));
}

json_t *
bh_house_model_call_finish(BhHouseModel *model, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

/* --- life --- */

static void
bh_house_model_dispose(GObject *object)
{
  BhHouseModel *self = BH_HOUSE_MODEL(object);

  bh_house_model_close(self);
  for (guint i = STATUS + 1; i < N_QUESTIONS; i++)
    g_clear_object(&self->lists[i]);
  g_clear_object(&self->client);
  G_OBJECT_CLASS(bh_house_model_parent_class)->dispose(object);
}

static void
bh_house_model_finalize(GObject *object)
{
  BhHouseModel *self = BH_HOUSE_MODEL(object);

  json_decref(self->status);
  g_object_unref(self->cancellable);
  g_free(self->sentence);
  G_OBJECT_CLASS(bh_house_model_parent_class)->finalize(object);
}

static void
bh_house_model_class_init(BhHouseModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);

  object_class->dispose = bh_house_model_dispose;
  object_class->finalize = bh_house_model_finalize;
  signals[CHANGED] = g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_house_model_init(BhHouseModel *self)
{
  self->cancellable = g_cancellable_new();
  self->place = BH_HUB_STARTING;
  self->sentence = g_strdup(_("Bellhop is starting."));
  for (guint i = STATUS + 1; i < N_QUESTIONS; i++)
    self->lists[i] = bh_house_list_new(questions[i].key);
}

BhHouseModel *
bh_house_model_new(const char *state_folder)
{
  BhHouseModel *self = g_object_new(BH_TYPE_HOUSE_MODEL, NULL);

  self->client = bh_control_client_new(state_folder);
  return self;
}
