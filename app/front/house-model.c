/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-model.h"

#include <glib/gi18n.h>
#include <math.h>

#include "control-client.h"
#include "error-words.h"
#include "house-history.h"
#include "house-words.h"
#include "printer-words.h"

#define WATCHED_MS   2000
#define UNWATCHED_MS 10000
/* How old words like "2 min ago" become. */
#define SAY_AGAIN_MS 30000
/* A backup is a matter of hours; one that is made up for is a matter of moments. */
#define BACKUP_MS        60000
#define FAILED_BACKUP_MS 5000

/* What is asked, in this order: when the first has no answer the others are not asked. The first
 * counts what devices do, and says how printers are and how many alerts there are: as long as it
 * says the same, the others are asked as seldom as when nobody looks, or when something is done
 * here. */
enum { STATUS, DEVICES, REQUESTS, PRINTERS, ALERTS, JOBS, ORDERS, BACKUP, N_QUESTIONS };

static const guint part_questions[BH_N_HOUSE_PARTS] = {
    [BH_HOUSE_PART_JOBS] = JOBS,
    [BH_HOUSE_PART_ORDERS] = ORDERS,
};

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
    [BACKUP] = {"/api/v1/backup", NULL, NULL},
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
  guint n_holds[N_QUESTIONS]; /* of those that are asked only while somebody looks at them */
  gboolean has_judged;        /* since the hub came: the first round is a short one */
  gint64 backup_due_us;       /* monotonic */
  gint64 whole_due_us;        /* monotonic: a round of more than the first question */
  gboolean is_whole;          /* the round under way is one */
  gboolean is_other;          /* something is known that `changed` has not told */
  gint64 told_us;             /* when it told last; monotonic */

  BhHubPlace place;
  BhHouseState state;
  char *headline, *detail, *sentence;
  json_t *status;                  /* (nullable) */
  json_t *orders;                  /* (nullable) */
  json_t *backup;                  /* (nullable) */
  BhHouseList *lists[N_QUESTIONS]; /* all but those of STATUS, ORDERS and BACKUP */
  BhHouseHistory history[BH_N_HOUSE_MEASURES];
};

G_DEFINE_FINAL_TYPE(BhHouseModel, bh_house_model, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- what it comes to --- */

/* Where nothing is new nobody need draw anything; but time goes on, and how long a hub has been
 * away is told each time. */
static void
tell(BhHouseModel *self)
{
  gint64 now_us = g_get_monotonic_time();

  if (!self->is_other && self->state != BH_HOUSE_LOST &&
      now_us - self->told_us < SAY_AGAIN_MS * G_GINT64_CONSTANT(1000))
    return;
  self->is_other = FALSE;
  self->told_us = now_us;
  g_signal_emit(self, signals[CHANGED], 0);
}

/* @headline, @detail: (transfer full): whole sentences; @detail may be "" */
static void
set_state(BhHouseModel *self, BhHouseState state, char *headline, char *detail)
{
  if (state != self->state || !g_str_equal(headline, self->headline) ||
      !g_str_equal(detail, self->detail))
    self->is_other = TRUE;
  self->state = state;
  g_free(self->headline);
  g_free(self->detail);
  g_free(self->sentence);
  self->headline = headline;
  self->detail = detail;
  self->sentence =
      *detail != '\0' ? g_strdup_printf("%s %s", headline, detail) : g_strdup(headline);
  tell(self);
}

/* Whether the last one failed and none has been made since. */
static gboolean
has_failed_backup(BhHouseModel *self)
{
  const json_t *error = json_object_get(self->backup, "error");
  const json_t *last = json_object_get(self->backup, "last");

  return json_is_true(json_object_get(self->backup, "enabled")) && json_is_object(error) &&
         json_integer_value(json_object_get(error, "timeMs")) >=
             json_integer_value(json_object_get(last, "timeMs"));
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
  if (has_failed_backup(self))
    return g_strdup(_("The last backup did not succeed. The settings say why."));
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

  self->has_judged = TRUE;
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

/* Of nothing there is no share. Returns: per cent; NAN: not known */
static double
find_local_share(const json_t *log)
{
  json_t *operations = json_object_get(log, "operations");
  json_int_t total = 0;
  const char *way;
  json_t *count;

  json_object_foreach(operations, way, count) total += json_integer_value(count);
  return operations != NULL && total == 0 ? NAN : 100 * get_number(log, "localShare");
}

static void
measure(BhHouseModel *self, const json_t *status)
{
  if (bh_house_history_add(&self->history[BH_HOUSE_MEASURE_LATENCY],
                           get_number(json_object_get(status, "endpoint"), "roundTripMs")))
    self->is_other = TRUE;
  if (bh_house_history_add(&self->history[BH_HOUSE_MEASURE_LOCAL_SHARE],
                           find_local_share(json_object_get(status, "log"))))
    self->is_other = TRUE;
}

/* Returns: whether it is another one */
static gboolean
keep(BhHouseModel *self, json_t **known, json_t *answer)
{
  gboolean is_other = !json_equal(*known, answer);

  if (is_other)
    self->is_other = TRUE;
  json_decref(*known);
  *known = json_incref(answer);
  return is_other;
}

static void
take(BhHouseModel *self, guint question, json_t *answer)
{
  if (question == STATUS) {
    /* Another one each time, and nobody here asks for it. */
    json_object_del(answer, "uptimeMs");
    self->is_whole = keep(self, &self->status, answer) || !self->watched ||
                     g_get_monotonic_time() >= self->whole_due_us;
    measure(self, answer);
  } else if (question == ORDERS)
    keep(self, &self->orders, answer);
  else if (question == BACKUP) {
    keep(self, &self->backup, answer);
    self->backup_due_us =
        g_get_monotonic_time() +
        (has_failed_backup(self) ? FAILED_BACKUP_MS : BACKUP_MS) * G_GINT64_CONSTANT(1000);
  } else if (bh_house_list_update(self->lists[question],
                                  questions[question].member != NULL
                                      ? json_object_get(answer, questions[question].member)
                                      : answer))
    self->is_other = TRUE;
}

static gboolean
is_asked(const BhHouseModel *self, guint question)
{
  if (!self->is_whole)
    return FALSE;
  if (question == JOBS || question == ORDERS)
    return self->n_holds[question] > 0;
  if (question == BACKUP)
    return self->has_judged && g_get_monotonic_time() >= self->backup_due_us;
  return TRUE;
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
              g_strdup(bh_error_words(error)));
    end_round(self);
    return;
  }
  take(self, round->question, answer);
  do
    round->question++;
  while (round->question < N_QUESTIONS && !is_asked(self, round->question));
  if (round->question < N_QUESTIONS) {
    ask_next(g_steal_pointer(&round));
    return;
  }
  if (self->is_whole && !self->ask_again)
    self->whole_due_us = g_get_monotonic_time() + UNWATCHED_MS * G_GINT64_CONSTANT(1000);
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

/* Everything, and now. */
static void
ask_all(BhHouseModel *self)
{
  self->whole_due_us = 0;
  ask(self);
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
  model->is_other = TRUE;
  model->has_judged = FALSE;
  model->backup_due_us = 0;
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
    ask_all(model);
  }
}

void
bh_house_model_set_watched(BhHouseModel *model, gboolean watched)
{
  if (model->watched == watched)
    return;
  model->watched = watched;
  if (watched)
    ask_all(model);
}

void
bh_house_model_hold_part(BhHouseModel *model, BhHousePart part)
{
  if (model->n_holds[part_questions[part]]++ == 0)
    ask_all(model);
}

void
bh_house_model_release_part(BhHouseModel *model, BhHousePart part)
{
  g_return_if_fail(model->n_holds[part_questions[part]] > 0);

  model->n_holds[part_questions[part]]--;
}

void
bh_house_model_refresh(BhHouseModel *model)
{
  ask_all(model);
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
    ask_all(g_task_get_source_object(task));
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
  json_decref(self->backup);
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
