/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-model.h"

#include <glib/gi18n.h>
#include <math.h>

#include "control-client.h"
#include "house-history.h"
#include "house-words.h"
#include "printer-words.h"

#define WATCHED_MS   2000
#define UNWATCHED_MS 10000

/* What is asked each time, in this order: when the first has no answer the others are not asked.
 * The last two only while somebody looks. */
enum { STATUS, DEVICES, REQUESTS, PRINTERS, ALERTS, JOBS, ORDERS, N_QUESTIONS };
#define N_UNWATCHED_QUESTIONS JOBS

static const struct {
  const char *path;
  const char *member; /* (nullable): of the answer; %NULL: the answer is the list */
  const char *key;    /* (nullable): %NULL: more than one member, or no list */
} questions[N_QUESTIONS] = {
    [STATUS] = {"/api/v1/status", NULL, NULL},
    [DEVICES] = {"/api/v1/devices", "devices", "deviceId"},
    [REQUESTS] = {"/api/v1/pair/requests", "requests", "requestId"},
    [PRINTERS] = {"/api/v1/printers", NULL, "name"},
    [ALERTS] = {"/api/v1/alerts", "alerts", "alertId"},
    [JOBS] = {"/api/v1/jobs?limit=50", NULL, NULL},
    [ORDERS] = {"/api/v1/orders", NULL, NULL},
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
  char *headline, *detail, *sentence;
  json_t *status;                  /* (nullable) */
  json_t *orders;                  /* (nullable) */
  BhHouseList *lists[N_QUESTIONS]; /* all but those of STATUS and ORDERS */
  BhHouseHistory history[BH_N_HOUSE_MEASURES];
};

G_DEFINE_FINAL_TYPE(BhHouseModel, bh_house_model, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- what it comes to --- */

/* @headline, @detail: (transfer full): whole sentences; @detail may be "" */
static void
set_state(BhHouseModel *self, BhHouseState state, char *headline, char *detail)
{
  self->state = state;
  g_free(self->headline);
  g_free(self->detail);
  g_free(self->sentence);
  self->headline = headline;
  self->detail = detail;
  self->sentence =
      *detail != '\0' ? g_strdup_printf("%s %s", headline, detail) : g_strdup(headline);
  g_signal_emit(self, signals[CHANGED], 0);
}

/* Returns: (transfer full) (nullable): what somebody should look at first */
static char *
find_attention(BhHouseModel *self)
{
  guint n_alerts = bh_house_list_get_count(self->lists[ALERTS]);
  guint n_requests = bh_house_list_get_count(self->lists[REQUESTS]);

  for (guint i = 0; i < bh_house_list_get_count(self->lists[PRINTERS]); i++) {
    BhHouseItem *printer = bh_house_list_get(self->lists[PRINTERS], i);
    char *trouble = bh_printer_words_trouble(bh_house_item_get_facts(printer));

    if (trouble != NULL)
      return trouble;
  }
  if (n_alerts > 0)
    return g_strdup_printf(ngettext("%u thing needs somebody’s attention.",
                                    "%u things need somebody’s attention.", n_alerts),
                           n_alerts);
  if (n_requests > 0)
    return g_strdup_printf(
        ngettext("%u device asks to be let in.", "%u devices ask to be let in.", n_requests),
        n_requests);
  return NULL;
}

/* What is there, in any case. */
static char *
describe_house(BhHouseModel *self)
{
  guint n_devices = bh_house_list_get_count(self->lists[DEVICES]);
  guint n_printers = 0;
  g_autofree char *devices =
      g_strdup_printf(ngettext("%u device", "%u devices", n_devices), n_devices);
  g_autofree char *printers = NULL;

  for (guint i = 0; i < bh_house_list_get_count(self->lists[PRINTERS]); i++)
    if (!g_str_equal(bh_house_item_get_text(bh_house_list_get(self->lists[PRINTERS], i), "source"),
                     "built-in"))
      n_printers++;
  printers = g_strdup_printf(ngettext("%u printer", "%u printers", n_printers), n_printers);
  /* Translators: "3 devices", then "1 printer" */
  return g_strdup_printf(_("%s and %s, all on your own network."), devices, printers);
}

static void
judge(BhHouseModel *self)
{
  char *attention = find_attention(self);

  if (attention != NULL)
    set_state(self, BH_HOUSE_ATTENTION, attention, describe_house(self));
  else
    set_state(self, BH_HOUSE_WELL, g_strdup(_("Everything is working.")), describe_house(self));
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
  /* A hub that is away may have to be started here, whoever looks. */
  self->clock = g_timeout_source_new_seconds(
      (self->watched || self->state == BH_HOUSE_LOST ? WATCHED_MS : UNWATCHED_MS) / 1000);
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

static double
get_number(const json_t *object, const char *member)
{
  const json_t *number = json_object_get(object, member);

  return json_is_number(number) ? json_number_value(number) : NAN;
}

static void
measure(BhHouseModel *self, const json_t *status)
{
  bh_house_history_add(&self->history[BH_HOUSE_MEASURE_LATENCY],
                       get_number(json_object_get(status, "endpoint"), "roundTripMs"));
  bh_house_history_add(&self->history[BH_HOUSE_MEASURE_LOCAL_SHARE],
                       100 * get_number(json_object_get(status, "log"), "localShare"));
}

static void
take(BhHouseModel *self, guint question, json_t *answer)
{
  if (question == STATUS) {
    json_decref(self->status);
    self->status = json_incref(answer);
    measure(self, answer);
  } else if (question == ORDERS) {
    json_decref(self->orders);
    self->orders = json_incref(answer);
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
    set_state(self, BH_HOUSE_LOST, g_strdup(_("Bellhop does not answer.")),
              g_strdup(error->message));
    end_round(self);
    return;
  }
  take(self, round->question, answer);
  if (++round->question < (self->watched ? N_QUESTIONS : N_UNWATCHED_QUESTIONS)) {
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
    set_state(model, BH_HOUSE_STARTING, g_strdup(_("Bellhop is starting.")), g_strdup(""));
    break;
  case BH_HUB_PAUSED:
    set_state(model, BH_HOUSE_PAUSED, g_strdup(_("Bellhop is paused.")),
              g_strdup(_("Devices cannot reach each other until it goes on.")));
    break;
  case BH_HUB_STOPPED:
    set_state(model, BH_HOUSE_STOPPED, g_strdup(_("Bellhop could not start.")), g_strdup(words));
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

gboolean
bh_house_model_is_serving(BhHouseModel *model)
{
  return model->state == BH_HOUSE_WELL || model->state == BH_HOUSE_ATTENTION;
}

const char *
bh_house_model_get_sentence(BhHouseModel *model)
{
  return model->sentence;
}

const char *
bh_house_model_get_headline(BhHouseModel *model)
{
  return model->headline;
}

const char *
bh_house_model_get_detail(BhHouseModel *model)
{
  return model->detail;
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

BhHouseList *
bh_house_model_get_jobs(BhHouseModel *model)
{
  return model->lists[JOBS];
}

char *
bh_house_model_make_job_key(const json_t *job)
{
  const char *device_id = json_string_value(json_object_get(job, "deviceId"));
  const char *job_id = json_string_value(json_object_get(job, "jobId"));

  return device_id != NULL && job_id != NULL ? g_strdup_printf("%s %s", device_id, job_id) : NULL;
}

const json_t *
bh_house_model_get_orders(BhHouseModel *model)
{
  return model->orders;
}

const double *
bh_house_model_get_history(BhHouseModel *model, BhHouseMeasure measure, guint *n_values)
{
  *n_values = model->history[measure].n_values;
  return model->history[measure].values;
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

  if (GPOINTER_TO_INT(g_task_get_task_data(task)))
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
  g_autoptr(json_t) owned G_GNUC_UNUSED = body;
  GTask *task = g_task_new(model, cancellable, callback, user_data);

  g_task_set_task_data(task, GINT_TO_POINTER(body != NULL), NULL);
  bh_control_client_call_async(model->client, body != NULL ? "POST" : "GET", whole, body,
                               cancellable, call_cb, task);
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
  json_decref(self->orders);
  g_object_unref(self->cancellable);
  g_free(self->headline);
  g_free(self->detail);
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
  self->headline = g_strdup(_("Bellhop is starting."));
  self->detail = g_strdup("");
  self->sentence = g_strdup(self->headline);
  for (guint i = STATUS + 1; i < N_QUESTIONS; i++)
    self->lists[i] = questions[i].key != NULL
                         ? bh_house_list_new(questions[i].key)
                         : bh_house_list_new_with_key(bh_house_model_make_job_key);
}

BhHouseModel *
bh_house_model_new(const char *state_folder)
{
  BhHouseModel *self = g_object_new(BH_TYPE_HOUSE_MODEL, NULL);

  self->client = bh_control_client_new(state_folder);
  return self;
}
