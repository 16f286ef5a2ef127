/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-model-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "error-words.h"

#define WATCHED_MS   2000
#define UNWATCHED_MS 10000
/* A backup is a matter of hours; one that is made up for is a matter of moments. */
#define BACKUP_MS        60000
#define FAILED_BACKUP_MS 5000

static const struct {
  const char *path;
  const char *member; /* (nullable): of the answer; %NULL: the answer is the list */
  const char *key;    /* (nullable): %NULL: more than one member, or no list */
} questions[BH_N_QUESTIONS] = {
    [BH_QUESTION_STATUS] = {"/api/v1/status", NULL, NULL},
    [BH_QUESTION_DEVICES] = {"/api/v1/devices", "devices", "deviceId"},
    [BH_QUESTION_REQUESTS] = {"/api/v1/pair/requests", "requests", "requestId"},
    [BH_QUESTION_PRINTERS] = {"/api/v1/printers", NULL, "name"},
    [BH_QUESTION_ALERTS] = {"/api/v1/alerts", "alerts", "alertId"},
    [BH_QUESTION_JOBS] = {"/api/v1/jobs?limit=50", NULL, NULL},
    [BH_QUESTION_ORDERS] = {"/api/v1/orders", NULL, NULL},
    [BH_QUESTION_BACKUP] = {"/api/v1/backup", NULL, NULL},
};

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
  if (question == BH_QUESTION_STATUS) {
    /* Another one each time, and nobody here asks for it. */
    json_object_del(answer, "uptimeMs");
    self->is_whole = keep(self, &self->status, answer) || !self->watched ||
                     g_get_monotonic_time() >= self->whole_due_us;
    measure(self, answer);
  } else if (question == BH_QUESTION_ORDERS)
    keep(self, &self->orders, answer);
  else if (question == BH_QUESTION_BACKUP) {
    keep(self, &self->backup, answer);
    self->backup_due_us = g_get_monotonic_time() +
                          (bh_house_model_has_failed_backup(self) ? FAILED_BACKUP_MS : BACKUP_MS) *
                              G_GINT64_CONSTANT(1000);
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
  if (question == BH_QUESTION_JOBS || question == BH_QUESTION_ORDERS)
    return self->n_holds[question] > 0;
  if (question == BH_QUESTION_BACKUP)
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
    bh_house_model_set_state(self, BH_HOUSE_LOST, g_strdup(_("Bellhop does not answer.")),
                             g_strdup(bh_error_words(error)));
    end_round(self);
    return;
  }
  take(self, round->question, answer);
  do
    round->question++;
  while (round->question < BH_N_QUESTIONS && !is_asked(self, round->question));
  if (round->question < BH_N_QUESTIONS) {
    ask_next(g_steal_pointer(&round));
    return;
  }
  if (self->is_whole && !self->ask_again)
    self->whole_due_us = g_get_monotonic_time() + UNWATCHED_MS * G_GINT64_CONSTANT(1000);
  bh_house_model_judge(self);
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

void
bh_house_model_ask_all(BhHouseModel *self)
{
  self->whole_due_us = 0;
  ask(self);
}

void
bh_house_model_stop_asking(BhHouseModel *self)
{
  stop_clock(self);
  g_cancellable_cancel(self->cancellable);
  g_object_unref(self->cancellable);
  self->cancellable = g_cancellable_new();
  self->asking = self->ask_again = FALSE;
}

void
bh_house_model_make_lists(BhHouseModel *self)
{
  for (guint i = BH_QUESTION_STATUS + 1; i < BH_N_QUESTIONS; i++)
    self->lists[i] = questions[i].key != NULL
                         ? bh_house_list_new(questions[i].key)
                         : bh_house_list_new_with_key(bh_house_model_make_job_key);
}
