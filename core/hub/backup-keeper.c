/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-keeper.h"

#include <glib/gi18n.h>

#include "digest.h"

struct _BhBackupKeeper {
  const BhHubState *state;
  BhBackupKey *key; /* NULL until it was needed, or where it cannot be used */
  char *problem;    /* (nullable): why */
  gboolean is_asking;
  guint n_changing; /* changes under way */
  GQueue waiting;   /* of owned GTask: for the key */
};

/* Held while the file is read, made or changed: a code that is being made does not overwrite the
 * passphrase that a person chose meanwhile. */
static GMutex file_mutex;

/* --- on a worker --- */

typedef struct {
  char *state_folder;
  char *passphrase; /* (nullable) */
  gboolean fresh_code;
  gboolean noted;
} KeyOrder;

static void
key_order_free(gpointer data)
{
  KeyOrder *order = data;

  g_free(order->state_folder);
  bh_digest_free_text(order->passphrase);
  g_free(order);
}

static BhBackupKey *
run_key_order(const KeyOrder *order, GError **error)
{
  g_autoptr(BhBackupKey) key = NULL;
  g_autoptr(GError) problem = NULL;

  if (order->passphrase != NULL) {
    key = bh_backup_key_new(order->passphrase, NULL, 0, error);
  } else {
    if (!order->fresh_code)
      key = bh_backup_key_load(order->state_folder, &problem);
    if (problem != NULL) {
      g_propagate_error(error, g_steal_pointer(&problem));
      return NULL;
    }
    if (key != NULL && !order->noted)
      return g_steal_pointer(&key);
    if (key == NULL)
      key = bh_backup_key_new_with_code(error);
  }
  if (key == NULL || !bh_backup_key_save(key, order->state_folder, order->noted, error))
    return NULL;
  /* As the file has it. */
  return bh_backup_key_load(order->state_folder, error);
}

static void
run_key_task(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  BhBackupKey *key;

  g_mutex_lock(&file_mutex);
  key = run_key_order(data, &error);
  g_mutex_unlock(&file_mutex);
  if (key != NULL)
    g_task_return_pointer(task, key, (GDestroyNotify)bh_backup_key_unref);
  else
    g_task_return_error(task, error != NULL
                                  ? error
                                  : g_error_new_literal(BH_BACKUP_ERROR, BH_BACKUP_ERROR_FAILED,
                                                        _("The key of the backups is gone.")));
}

/* --- on the main context --- */

static void
order_key(BhBackupKeeper *self, KeyOrder order, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new(self->state->hub, NULL, callback, user_data);

  order.state_folder = g_strdup(self->state->settings->state_folder);
  g_task_set_task_data(task, g_memdup2(&order, sizeof order), key_order_free);
  g_task_run_in_thread(task, run_key_task);
}

/* Returns: whether there is a key now */
static gboolean
take_key(BhBackupKeeper *self, GAsyncResult *result, GError **error)
{
  BhBackupKey *key = g_task_propagate_pointer(G_TASK(result), error);

  if (key == NULL)
    return FALSE;
  g_clear_pointer(&self->key, bh_backup_key_unref);
  g_clear_pointer(&self->problem, g_free);
  self->key = key;
  return TRUE;
}

/* Not with a key that is about to be another one. */
static void
answer_waiting(BhBackupKeeper *self)
{
  GTask *task;

  if (self->is_asking || self->n_changing > 0)
    return;
  while ((task = g_queue_pop_head(&self->waiting)) != NULL) {
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
  }
}

static void
ask_key_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhBackupKeeper *self = user_data;
  g_autoptr(GError) error = NULL;

  self->is_asking = FALSE;
  if (!take_key(self, result, &error)) {
    g_free(self->problem);
    self->problem = g_strdup(error->message);
  }
  answer_waiting(self);
}

void
bh_backup_keeper_ready_async(BhBackupKeeper *keeper, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  GTask *task = g_task_new(keeper->state->hub, NULL, callback, user_data);

  if (keeper->key != NULL && keeper->n_changing == 0) {
    g_task_return_boolean(task, TRUE);
    g_object_unref(task);
    return;
  }
  g_queue_push_tail(&keeper->waiting, task);
  if (keeper->is_asking || keeper->key != NULL)
    return;
  keeper->is_asking = TRUE;
  order_key(keeper, (KeyOrder){0}, ask_key_cb, keeper);
}

void
bh_backup_keeper_ready_finish(BhBackupKeeper *keeper, GAsyncResult *result)
{
  g_task_propagate_boolean(G_TASK(result), NULL);
}

void
bh_backup_keeper_change_async(BhBackupKeeper *keeper, char *passphrase, gboolean fresh_code,
                              gboolean noted, GAsyncReadyCallback callback, gpointer user_data)
{
  keeper->n_changing++;
  order_key(keeper, (KeyOrder){.passphrase = passphrase, .fresh_code = fresh_code, .noted = noted},
            callback, user_data);
}

gboolean
bh_backup_keeper_change_finish(BhBackupKeeper *keeper, GAsyncResult *result, GError **error)
{
  gboolean done = take_key(keeper, result, error);

  keeper->n_changing--;
  answer_waiting(keeper);
  return done;
}

/* --- life --- */

BhBackupKey *
bh_backup_keeper_get_key(BhBackupKeeper *keeper)
{
  return keeper->key;
}

const char *
bh_backup_keeper_get_problem(BhBackupKeeper *keeper)
{
  return keeper->problem;
}

BhBackupKeeper *
bh_backup_keeper_new(const BhHubState *state)
{
  BhBackupKeeper *self = g_new0(BhBackupKeeper, 1);

  self->state = state;
  g_queue_init(&self->waiting);
  return self;
}

void
bh_backup_keeper_free(BhBackupKeeper *keeper)
{
  g_clear_pointer(&keeper->key, bh_backup_key_unref);
  g_free(keeper->problem);
  g_free(keeper);
}
