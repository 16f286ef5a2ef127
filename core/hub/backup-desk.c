/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-desk.h"

#include <glib/gi18n.h>
#include <string.h>

#include "backup-keeper.h"
#include "backup-memory.h"
#include "digest.h"
#include "hub-end.h"
#include "settings-file.h"

/* What failed is tried again: a drive is plugged in, room is made. */
#define RETRY_MS (30 * 60 * 1000)
/* The clock of the wall may jump, and the computer may sleep: it is looked at this often. */
#define LOOK_S 300

/* A change's desk. */
#define DESK "desk"

/* Runs and changes hold the hub: it, and the desk with it, lives until they are over. */
struct _BhBackupDesk {
  const BhHubState *state;
  GCancellable *life; /* cancelled with the desk */

  gboolean is_on;
  char *folder; /* (nullable): chosen by a person */
  guint minute, keep;

  BhBackupKeeper *keeper;

  guint number;     /* of the last run */
  char *run_folder; /* (nullable): of the one that runs */
  BhBackupRun *run; /* (nullable): its task's, while the worker has it */

  BhBackupMemory *memory;
  gboolean is_loaded;
  gint64 earliest_us; /* monotonic: nothing begins by itself before */
  guint timer_id;
};

static void schedule(BhBackupDesk *self);

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
  schedule(self);
  return G_SOURCE_REMOVE;
}

static void
schedule(BhBackupDesk *self)
{
  gint64 next = get_next_ms(self);

  g_clear_handle_id(&self->timer_id, g_source_remove);
  if (!self->is_loaded || next == 0 || self->run_folder != NULL || is_closed(self))
    return;
  self->timer_id = g_timeout_add_seconds((guint)CLAMP((next - now_ms() + 999) / 1000, 0, LOOK_S),
                                         on_timer, self);
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
  schedule(self);
}

static void
run_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhBackupDesk *self = user_data;
  g_autoptr(GObject) hub G_GNUC_UNUSED = self->state->hub;
  const BhBackupRun *run = g_task_get_task_data(G_TASK(result));
  g_autoptr(GError) error = NULL;
  gboolean done = g_task_propagate_boolean(G_TASK(result), &error);
  g_autofree char *usual = dup_folder(self);

  bh_hub_end_release();
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
  GError *error = NULL;

  if (bh_backup_run(data, cancellable, &error))
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
  run->key = bh_backup_key_ref(bh_backup_keeper_get_key(self->keeper));
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

  bh_backup_keeper_ready_finish(self->keeper, result);
  if (is_closed(self))
    return;
  if (bh_backup_keeper_get_key(self->keeper) == NULL) {
    note_failure(self, bh_backup_keeper_get_problem(self->keeper));
    end_run(self);
    return;
  }
  self->run = make_run(self);
  bh_hub_end_hold();
  /* run_cb() lets go of the hub, and not the task: the worker may be the last to have that. */
  g_object_ref(self->state->hub);
  task = g_task_new(NULL, self->life, run_cb, self);
  g_task_set_task_data(task, self->run, (GDestroyNotify)bh_backup_run_free);
  /* Broken off or not: what came of it is what counts. */
  g_task_set_check_cancellable(task, FALSE);
  g_task_run_in_thread(task, run_task);
}

/* What is being made has to be what was asked for: there, and with the passphrase of now. */
static gboolean
may_join(const BhBackupDesk *self, const char *folder)
{
  return self->run_folder == NULL ||
         (g_str_equal(self->run_folder, folder) &&
          (self->run == NULL || self->run->key == bh_backup_keeper_get_key(self->keeper)));
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
    bh_backup_keeper_ready_async(desk->keeper, begin_cb, desk);
  }
  return desk->number;
}

/* --- changes --- */

void
bh_backup_change_free(BhBackupChange *change)
{
  g_clear_pointer(&change->settings, g_hash_table_unref);
  bh_digest_free_text(change->passphrase);
  g_free(change);
}

static void
take_settings(BhBackupDesk *self, const BhSettings *settings)
{
  GHashTable *fixed = self->state->settings->fixed;

  if (!g_hash_table_contains(fixed, "backup"))
    self->is_on = settings->backup;
  if (!g_hash_table_contains(fixed, "backup-time"))
    self->minute = settings->backup_minute;
  if (!g_hash_table_contains(fixed, "backup-keep"))
    self->keep = settings->backup_keep;
  if (!g_hash_table_contains(fixed, "backup-folder")) {
    g_free(self->folder);
    self->folder = g_strdup(settings->backup_folder);
  }
}

/* Only now may one begin by itself: with the key that belongs to it. */
static void
end_change(BhBackupDesk *self, GTask *task)
{
  const BhBackupChange *change = g_task_get_task_data(task);

  /* A person who chooses a folder wants to see the first one there. */
  if (change->settings != NULL && g_hash_table_contains(change->settings, "backup-folder"))
    self->earliest_us = 0;
  schedule(self);
  g_task_return_boolean(task, TRUE);
}

static void
change_key_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhBackupDesk *self = g_object_get_data(G_OBJECT(task), DESK);
  GError *error = NULL;

  if (bh_backup_keeper_change_finish(self->keeper, result, &error))
    end_change(self, task);
  else
    g_task_return_error(task, error);
}

static void
change_key(BhBackupDesk *self, GTask *task)
{
  BhBackupChange *change = g_task_get_task_data(task);

  if (change->passphrase == NULL && !change->fresh_code && !change->noted) {
    end_change(self, task);
    g_object_unref(task);
    return;
  }
  bh_backup_keeper_change_async(self->keeper, g_steal_pointer(&change->passphrase),
                                change->fresh_code, change->noted, change_key_cb, task);
}

static void
change_settings_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhBackupDesk *self = g_object_get_data(G_OBJECT(task), DESK);
  GError *error = NULL;
  g_autoptr(BhSettings) settings = bh_settings_change_finish(result, &error);

  if (settings == NULL) {
    g_task_return_error(task, error);
    return;
  }
  take_settings(self, settings);
  change_key(self, g_steal_pointer(&task));
}

/* Before a folder is written down. */
static gboolean
try_folder(const BhSettings *settings, gpointer user_data, GError **error)
{
  gboolean is_external;

  return settings->backup_folder == NULL ||
         bh_backup_run_try_folder(settings->state_folder, settings->backup_folder, &is_external,
                                  error);
}

void
bh_backup_desk_change_async(BhBackupDesk *desk, BhBackupChange *change,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(desk->state->hub, NULL, callback, user_data);
  GError *error = NULL;
  gboolean has_folder =
      change->settings != NULL && g_hash_table_contains(change->settings, "backup-folder");

  g_task_set_task_data(task, change, (GDestroyNotify)bh_backup_change_free);
  g_object_set_data(G_OBJECT(task), DESK, desk);
  if (change->passphrase != NULL && !bh_backup_key_check(change->passphrase, &error)) {
    g_task_return_error(task, error);
    g_object_unref(task);
  } else if (change->settings != NULL && g_hash_table_size(change->settings) > 0) {
    bh_settings_change_async(desk->state->hub, desk->state->settings->state_folder,
                             change->settings, has_folder ? try_folder : NULL, NULL,
                             change_settings_cb, task);
  } else {
    change_key(desk, task);
  }
}

gboolean
bh_backup_desk_change_finish(BhBackupDesk *desk, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* --- what there is --- */

void
bh_backup_desk_ready_async(BhBackupDesk *desk, GAsyncReadyCallback callback, gpointer user_data)
{
  bh_backup_keeper_ready_async(desk->keeper, callback, user_data);
}

void
bh_backup_desk_ready_finish(BhBackupDesk *desk, GAsyncResult *result)
{
  bh_backup_keeper_ready_finish(desk->keeper, result);
}

json_t *
bh_backup_desk_describe(BhBackupDesk *desk)
{
  g_autofree char *folder = dup_folder(desk);
  g_autofree char *time = g_strdup_printf("%02u:%02u", desk->minute / 60, desk->minute % 60);
  BhBackupKey *key = bh_backup_keeper_get_key(desk->keeper);
  const char *problem = bh_backup_keeper_get_problem(desk->keeper);
  const char *code = key != NULL ? bh_backup_key_get_code(key) : NULL;
  gint64 next = get_next_ms(desk);
  json_t *described = json_pack("{s:b, s:s, s:i, s:s, s:b, s:b, s:b, s:s?, s:b, s:i, s:b}",
                                "enabled", desk->is_on, "time", time, "keep", (int)desk->keep,
                                "folder", folder, "folderChosen", desk->folder != NULL, "sameDisk",
                                !bh_backup_memory_is_external(desk->memory, folder),
                                "hasPassphrase", key != NULL && code == NULL, "recoveryCode", code,
                                "codeNoted", code != NULL && bh_backup_key_is_noted(key), "run",
                                (int)desk->number, "running", desk->run_folder != NULL);

  json_object_set_new(
      described, "perMille",
      json_integer(desk->run != NULL ? g_atomic_int_get(&desk->run->per_mille) : 0));
  json_object_set_new(described, "nextMs", next != 0 ? json_integer(next) : json_null());
  bh_backup_memory_describe(desk->memory, described);
  if (problem != NULL && json_is_null(json_object_get(described, "error")))
    json_object_set_new(
        described, "error",
        json_pack("{s:i, s:I, s:s}", "run", 0, "timeMs", (json_int_t)now_ms(), "message", problem));
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
  schedule(self);
  g_object_unref(self->state->hub);
}

BhBackupDesk *
bh_backup_desk_new(const BhHubState *state)
{
  BhBackupDesk *self = g_new0(BhBackupDesk, 1);
  gint64 wait_s = (gint64)bh_limit_set_get(&state->settings->limits, BH_LIMIT_BACKUP_SECONDS);

  self->state = state;
  self->life = g_cancellable_new();
  self->keeper = bh_backup_keeper_new(state);
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
  g_cancellable_cancel(desk->life);
  g_clear_handle_id(&desk->timer_id, g_source_remove);
}

void
bh_backup_desk_free(BhBackupDesk *desk)
{
  bh_backup_desk_close(desk);
  bh_backup_memory_free(desk->memory);
  bh_backup_keeper_free(desk->keeper);
  g_free(desk->folder);
  g_free(desk->run_folder);
  g_object_unref(desk->life);
  g_free(desk);
}
