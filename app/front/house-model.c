/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-model-private.h"

#include <glib/gi18n.h>

/* How old words like "2 min ago" become. */
#define SAY_AGAIN_MS 30000

static const guint part_questions[BH_N_HOUSE_PARTS] = {
    [BH_HOUSE_PART_JOBS] = BH_QUESTION_JOBS,
    [BH_HOUSE_PART_ORDERS] = BH_QUESTION_ORDERS,
};

G_DEFINE_FINAL_TYPE(BhHouseModel, bh_house_model, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

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

void
bh_house_model_set_state(BhHouseModel *self, BhHouseState state, char *headline, char *detail)
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

/* --- from outside --- */

void
bh_house_model_set_place(BhHouseModel *model, BhHubPlace place, const char *words)
{
  if (model->closed)
    return;
  bh_house_model_stop_asking(model);
  model->place = place;
  model->is_other = TRUE;
  model->has_judged = FALSE;
  model->backup_due_us = 0;
  switch (place) {
  case BH_HUB_STARTING:
    bh_house_model_set_state(model, BH_HOUSE_STARTING, g_strdup(_("Bellhop is starting.")),
                             g_strdup(""));
    break;
  case BH_HUB_PAUSED:
    bh_house_model_set_state(model, BH_HOUSE_PAUSED, g_strdup(_("Bellhop is paused.")),
                             g_strdup(_("Devices cannot reach each other until it goes on.")));
    break;
  case BH_HUB_STOPPED:
    bh_house_model_set_state(model, BH_HOUSE_STOPPED, g_strdup(_("Bellhop could not start.")),
                             g_strdup(words));
    break;
  case BH_HUB_HERE:
  case BH_HUB_ELSEWHERE:
  default:
    bh_house_model_ask_all(model);
  }
}

void
bh_house_model_set_watched(BhHouseModel *model, gboolean watched)
{
  if (model->watched == watched)
    return;
  model->watched = watched;
  if (watched)
    bh_house_model_ask_all(model);
}

void
bh_house_model_hold_part(BhHouseModel *model, BhHousePart part)
{
  if (model->n_holds[part_questions[part]]++ == 0)
    bh_house_model_ask_all(model);
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
  bh_house_model_ask_all(model);
}

void
bh_house_model_close(BhHouseModel *model)
{
  if (model->closed)
    return;
  model->closed = TRUE;
  bh_house_model_stop_asking(model);
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
  return model->lists[BH_QUESTION_DEVICES];
}

BhHouseList *
bh_house_model_get_requests(BhHouseModel *model)
{
  return model->lists[BH_QUESTION_REQUESTS];
}

BhHouseList *
bh_house_model_get_printers(BhHouseModel *model)
{
  return model->lists[BH_QUESTION_PRINTERS];
}

BhHouseList *
bh_house_model_get_alerts(BhHouseModel *model)
{
  return model->lists[BH_QUESTION_ALERTS];
}

BhHouseList *
bh_house_model_get_jobs(BhHouseModel *model)
{
  return model->lists[BH_QUESTION_JOBS];
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
    bh_house_model_ask_all(g_task_get_source_object(task));
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
  for (guint i = BH_QUESTION_STATUS + 1; i < BH_N_QUESTIONS; i++)
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
  bh_house_model_make_lists(self);
}

BhHouseModel *
bh_house_model_new(const char *state_folder)
{
  BhHouseModel *self = g_object_new(BH_TYPE_HOUSE_MODEL, NULL);

  self->client = bh_control_client_new(state_folder);
  return self;
}
