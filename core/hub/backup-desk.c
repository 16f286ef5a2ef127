/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-desk.h"

#include <glib/gi18n.h>
#include <string.h>

#include "backup-desk-private.h"

/* What failed is tried again: a drive is plugged in, room is made. */
#define RETRY_MS (30 * 60 * 1000)
/* The clock of the wall may jump, and the computer may sleep: it is looked at this often. */
#define LOOK_S 300
/* How long the end of the program waits for a run that was broken off. */
#define CLOSE_MS 2000

static gint64
now_ms(void)
{
  return g_get_real_time() / 1000;
}

static char *
dup_folder(const BhBackupDesk *self)
{
  return self->folder != NULL
             ? g_strdup(self->folder)
             : g_build_filename(self->state->settings->state_folder, "backups", NULL);
}

static gboolean
is_closed(BhBackupDesk *self)
{
  return g_cancellable_is_cancelled(self->life);
}

/* --- when --- */

/* The last time of the day's minute before @now, and the next one. */
static void
find_night(const BhBackupDesk *self, gint64 now, gint64 *before, gint64 *next)
{
  g_autoptr(GDateTime) at = g_date_time_new_from_unix_local(now / 1000);
  g_autoptr(GDateTime) night = g_date_time_new_local(
      g_date_time_get_year(at), g_date_time_get_month(at), g_date_time_get_day_of_month(at),
      (gint)self->minute / 60, (gint)self->minute % 60, 0);
  gboolean is_over = g_date_time_compare(night, at) <= 0;
  g_autoptr(GDateTime) other = g_date_time_add_days(night, is_over ? 1 : -1);

  *before = g_date_time_to_unix(is_over ? night : other) * 1000;
  *next = g_date_time_to_unix(is_over ? other : night) * 1000;
}

static gint64
get_wait_ms(const BhBackupDesk *self)
{
  return MAX(0, self->earliest_us - g_get_monotonic_time()) / 1000;
}

/* Returns: UTC; 0: never */
static gint64
get_next_ms(const BhBackupDesk *self)
{
  g_autofree char *folder = dup_folder(self);
  gint64 now = now_ms(), made, before, next;

  if (!self->is_on)
    return 0;
  find_night(self, now, &before, &next);
  made = bh_backup_memory_get_night_ms(self->memory, folder);
  /* One made after the next night was made by a clock that was wrong then. */
  return made < before || made > next ? now + get_wait_ms(self) : next;
}

static gboolean
on_timer(gpointer user_data)
{
  BhBackupDesk *self = user_data;
  gint64 next = get_next_ms(self);

  self->timer_id = 0;
  if (next != 0 && next <= now_ms() && self->run_folder == NULL)
    bh_backup_desk_start(self, NULL, NULL);
  bh_backup_desk_schedule(self);
  return G_SOURCE_REMOVE;
}

void
bh_backup_desk_schedule(BhBackupDesk *self)
{
  gint64 next = get_next_ms(self);

  g_clear_handle_id(&self->timer_id, g_source_remove);
  if (!self->is_loaded || next == 0 || self->run_folder != NULL || is_closed(self))
    return;
  self->timer_id = g_timeout_add_seconds((guint)CLAMP((next - now_ms() + 999) / 1000, 0, LOOK_S),
                                         on_timer, self);
}

/* --- the key --- */

gboolean
bh_backup_desk_take_key(BhBackupDesk *self, GAsyncResult *result, GError **error)
{
  BhBackupKey *key = bh_backup_key_order_finish(result, error);

  if (key == NULL)
    return FALSE;
  g_clear_pointer(&self->key, bh_backup_key_unref);
  g_clear_pointer(&self->key_problem, g_free);
  self->key = key;
  return TRUE;
}

static void
answer_waiting(BhBackupDesk *self)
{
  GTask *task;

  while ((task = g_queue_pop_head(&self->waiting)) != NULL) {
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
  }
}

static void
ask_key_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhBackupDesk *self = user_data;
  g_autoptr(GError) error = NULL;

  self->is_asking_key = FALSE;
  if (!bh_backup_desk_take_key(self, result, &error)) {
    g_free(self->key_problem);
    self->key_problem = g_strdup(error->message);
  }
  answer_waiting(self);
}

void
bh_backup_desk_ready_async(BhBackupDesk *desk, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(desk->state->hub, NULL, callback, user_data);

  if (desk->key != NULL) {
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
    return;
  }
  g_queue_push_tail(&desk->waiting, task);
  if (desk->is_asking_key)
    return;
  desk->is_asking_key = TRUE;
  bh_backup_key_order_async(desk->state->hub, desk->state->settings->state_folder,
                            (BhBackupKeyOrder){0}, ask_key_cb, desk);
}

void
bh_backup_desk_ready_finish(BhBackupDesk *desk, GAsyncResult *result)
{
  g_task_propagate_boolean(G_TASK(result), NULL);
}

/* --- a run --- */

static void
note_failure(BhBackupDesk *self, const char *message)
{
  g_autofree char *usual = dup_folder(self);

  if (bh_backup_memory_fail(self->memory, self->number, now_ms(), message))
    bh_audit_log_add(self->state->audit, "backup-failed", NULL, NULL, message, NULL);
  g_message("%s", message);
  if (g_str_equal(self->run_folder, usual))
    self->earliest_us = g_get_monotonic_time() + RETRY_MS * G_GINT64_CONSTANT(1000);
}

static void
end_run(BhBackupDesk *self)
{
  g_clear_pointer(&self->run_folder, g_free);
  self->run = NULL;
  bh_backup_memory_save(self->memory, self->state->store);
  bh_backup_desk_schedule(self);
}

static void
run_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhBackupDesk *self = user_data;
  const BhBackupRun *run = g_task_get_task_data(G_TASK(result));
  g_autoptr(GError) error = NULL;
  gboolean done = g_task_propagate_boolean(G_TASK(result), &error);
  g_autofree char *usual = dup_folder(self);

  if (is_closed(self))
    return;
  if (done) {
    bh_backup_memory_succeed(self->memory, self->number, run, g_str_equal(run->folder, usual));
    bh_audit_log_add(self->state->audit, "backup-made", NULL, run->file, run->folder, NULL);
  } else {
    note_failure(self, error->message);
  }
  end_run(self);
}

static void
run_task(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  BhBackupDesk *self = g_object_get_data(G_OBJECT(task), BH_BACKUP_DESK_DATA);
  GError *error = NULL;
  gboolean done = bh_backup_run(data, cancellable, &error);

  g_mutex_lock(&self->mutex);
  self->is_working = FALSE;
  g_cond_signal(&self->cond);
  g_mutex_unlock(&self->mutex);
  if (done)
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

static BhBackupRun *
make_run(BhBackupDesk *self)
{
  BhBackupRun *run = g_new0(BhBackupRun, 1);
  g_autoptr(json_t) about = NULL;
  g_autofree char *own = NULL;

  own = g_build_filename(self->state->settings->state_folder, "backups", NULL);
  run->state_folder = g_strdup(self->state->settings->state_folder);
  run->folder = g_strdup(self->run_folder);
  run->is_own = g_str_equal(run->folder, own);
  run->is_external = bh_backup_memory_is_external(self->memory, run->folder);
  run->hub_id = g_strdup(self->state->hub_id);
  run->keep = self->keep;
  run->now_ms = now_ms();
  run->key = bh_backup_key_ref(self->key);
  about = json_pack("{s:s, s:s, s:s, s:s, s:I}", "hubId", self->state->hub_id, "name",
                    self->state->hub_name, "tenantId", self->state->tenant_id, "version",
                    BH_VERSION, "createdMs", (json_int_t)run->now_ms);
  run->about = bh_json_to_text(about);
  return run;
}

static void
begin_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhBackupDesk *self = user_data;
  g_autoptr(GTask) task = NULL;

  bh_backup_desk_ready_finish(self, result);
  if (is_closed(self))
    return;
  if (self->key == NULL) {
    note_failure(self, self->key_problem);
    end_run(self);
    return;
  }
  self->run = make_run(self);
  self->is_working = TRUE;
  task = g_task_new(self->state->hub, self->life, run_cb, self);
  g_task_set_task_data(task, self->run, (GDestroyNotify)bh_backup_run_free);
  /* Broken off or not: what came of it is what counts. */
  g_task_set_check_cancellable(task, FALSE);
  g_object_set_data(G_OBJECT(task), BH_BACKUP_DESK_DATA, self);
  g_task_run_in_thread(task, run_task);
}

/* What is being made has to be what was asked for: there, and with the passphrase of now. */
static gboolean
may_join(const BhBackupDesk *self, const char *folder)
{
  return self->run_folder == NULL || (g_str_equal(self->run_folder, folder) &&
                                      (self->run == NULL || self->run->key == self->key));
}

guint
bh_backup_desk_start(BhBackupDesk *desk, const char *folder, GError **error)
{
  g_autofree char *target = folder != NULL ? g_strdup(folder) : dup_folder(desk);

  if (is_closed(desk) || !desk->is_loaded || !may_join(desk, target)) {
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_BUSY,
                        _("Another backup is being made. Try again when it is done."));
    return 0;
  }
  if (desk->run_folder == NULL) {
    desk->number++;
    desk->run_folder = g_steal_pointer(&target);
    g_clear_handle_id(&desk->timer_id, g_source_remove);
    bh_backup_desk_ready_async(desk, begin_cb, desk);
  }
  return desk->number;
}

/* --- what there is --- */

json_t *
bh_backup_desk_describe(BhBackupDesk *desk)
{
  g_autofree char *folder = dup_folder(desk);
  g_autofree char *time = g_strdup_printf("%02u:%02u", desk->minute / 60, desk->minute % 60);
  const char *code = desk->key != NULL ? bh_backup_key_get_code(desk->key) : NULL;
  gint64 next = get_next_ms(desk);
  json_t *described = json_pack(
      "{s:b, s:s, s:i, s:s, s:b, s:b, s:b, s:s?, s:b, s:i, s:b}", "enabled", desk->is_on, "time",
      time, "keep", (int)desk->keep, "folder", folder, "folderChosen", desk->folder != NULL,
      "sameDisk", !bh_backup_memory_is_external(desk->memory, folder), "hasPassphrase",
      desk->key != NULL && code == NULL, "recoveryCode", code, "codeNoted",
      code != NULL && bh_backup_key_is_noted(desk->key), "run", (int)desk->number, "running",
      desk->run_folder != NULL);

  json_object_set_new(
      described, "perMille",
      json_integer(desk->run != NULL ? g_atomic_int_get(&desk->run->per_mille) : 0));
  json_object_set_new(described, "nextMs", next != 0 ? json_integer(next) : json_null());
  bh_backup_memory_describe(desk->memory, described);
  if (desk->key_problem != NULL && json_is_null(json_object_get(described, "error")))
    json_object_set_new(described, "error",
                        json_pack("{s:i, s:I, s:s}", "run", 0, "timeMs", (json_int_t)now_ms(),
                                  "message", desk->key_problem));
  return described;
}

/* --- life --- */

/* Into the history, of which the backup has only what was until then. */
static void
tell_restored(BhBackupDesk *self)
{
  g_autoptr(json_t) restored = bh_backup_memory_take_restored(self->memory);
  g_autoptr(GDateTime) created = NULL;
  g_autofree char *when = NULL;

  if (restored == NULL)
    return;
  created = g_date_time_new_from_unix_local(
      json_integer_value(json_object_get(restored, "createdMs")) / 1000);
  when = created != NULL ? g_date_time_format(created, "%Y-%m-%d %H:%M") : NULL;
  bh_audit_log_add(self->state->audit, "backup-restored", NULL,
                   json_string_value(json_object_get(restored, "file")), when, NULL);
  bh_backup_memory_save(self->memory, self->state->store);
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhBackupDesk *self = user_data;

  bh_backup_memory_load_finish(self->memory, BH_STORE(source), result);
  self->is_loaded = TRUE;
  tell_restored(self);
  bh_backup_desk_schedule(self);
  g_object_unref(self->state->hub);
}

BhBackupDesk *
bh_backup_desk_new(const BhHubState *state)
{
  BhBackupDesk *self = g_new0(BhBackupDesk, 1);
  gint64 wait_s = (gint64)bh_limit_set_get(&state->settings->limits, BH_LIMIT_BACKUP_SECONDS);

  self->state = state;
  self->life = g_cancellable_new();
  g_mutex_init(&self->mutex);
  g_cond_init(&self->cond);
  g_queue_init(&self->waiting);
  self->memory = bh_backup_memory_new();
  self->is_on = state->settings->backup;
  self->folder = g_strdup(state->settings->backup_folder);
  self->minute = state->settings->backup_minute;
  self->keep = state->settings->backup_keep;
  self->earliest_us = g_get_monotonic_time() + wait_s * G_USEC_PER_SEC;
  g_object_ref(state->hub);
  bh_backup_memory_load_async(self->memory, state->store, load_cb, self);
  return self;
}

void
bh_backup_desk_close(BhBackupDesk *desk)
{
  gint64 end_us = g_get_monotonic_time() + CLOSE_MS * 1000;

  g_cancellable_cancel(desk->life);
  g_clear_handle_id(&desk->timer_id, g_source_remove);
  g_mutex_lock(&desk->mutex);
  while (desk->is_working && g_cond_wait_until(&desk->cond, &desk->mutex, end_us))
    ;
  g_mutex_unlock(&desk->mutex);
}

void
bh_backup_desk_free(BhBackupDesk *desk)
{
  bh_backup_desk_close(desk);
  bh_backup_memory_free(desk->memory);
  g_clear_pointer(&desk->key, bh_backup_key_unref);
  g_free(desk->key_problem);
  g_free(desk->folder);
  g_free(desk->run_folder);
  g_object_unref(desk->life);
  g_mutex_clear(&desk->mutex);
  g_cond_clear(&desk->cond);
  g_free(desk);
}
