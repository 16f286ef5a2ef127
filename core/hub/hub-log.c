/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "hub-log.h"

#include <string.h>

#include "command-desk.h"
#include "erase-api.h"
#include "hub-state.h"
#include "log-api.h"
#include "log-desk.h"
#include "log-mirror.h"
#include "log-watch.h"
#include "order-desk.h"
#include "order-news.h"
#include "past-word.h"
#include "sign-key.h"
#include "sqlite-backend.h"

struct _BhHubLog {
  BhSignKey *key;
  BhProperty *property;
  /* All that follow: NULL until it serves. */
  BhCommandDesk *commands;
  BhLogDesk *desk;
  BhOrderDesk *orders;
  BhOrderNews *news;
  BhLogWatch *watch;
  BhLogMirror *mirror;
  BhPastWord *past;
};

BhHubLog *
bh_hub_log_new(BhStore *store, BhSignKey *key, const char *tenant_id, const char *hub_id)
{
  BhHubLog *self = g_new0(BhHubLog, 1);
  g_autoptr(BhSqliteBackend) backend = bh_sqlite_backend_new(store);
  BhPropertyConfig config = {
      .tenant_id = tenant_id,
      .device_id = hub_id,
      .role = BH_ROLE_HUB,
      .level = BH_LEVEL_HUB,
      .signing = &bh_operation_signing_ed25519,
      .key = key,
  };

  self->key = bh_sign_key_ref(key);
  memcpy(config.hub_key, bh_sign_key_get_public(key), BH_OPERATION_KEY_BYTES);
  self->property = bh_property_new(&config, BH_OPERATION_BACKEND(backend));
  return self;
}

/* --- load --- */

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (bh_property_load_finish(BH_PROPERTY(source), result, &error))
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
}

void
bh_hub_log_load_async(BhHubLog *log, GObject *source, GAsyncReadyCallback callback,
                      gpointer user_data)
{
  bh_property_load_async(log->property, load_cb, g_task_new(source, NULL, callback, user_data));
}

gboolean
bh_hub_log_load_finish(BhHubLog *log, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* --- serve --- */

void
bh_hub_log_serve(BhHubLog *log, BhRouter *router, BhApi *api, BhHubState *state)
{
  log->commands = bh_command_desk_new(log->property);
  log->desk = bh_log_desk_new(log->property, router, state);
  log->orders = bh_order_desk_new(log->commands, log->desk, router, state);
  log->news = bh_order_news_new(log->property, log->commands, log->desk, state);
  state->commands = log->commands;
  state->log_counts = bh_log_desk_get_counts(log->desk);
  log->watch = bh_log_watch_new(log->property, state);
  log->mirror = bh_log_mirror_new(log->property, state);
  log->past = bh_past_word_new(log->property, state);
  bh_log_api_add(api, state);
  bh_erase_api_add(api, state);
  bh_log_mirror_start(log->mirror);
}

BhProperty *
bh_hub_log_get_property(BhHubLog *log)
{
  return log->property;
}

void
bh_hub_log_wake(BhHubLog *log)
{
  bh_log_desk_wake(log->desk);
}

static void
count_log(const char *log_id, gint64 seq, const char *author, gpointer count)
{
  (*(json_int_t *)count)++;
}

json_t *
bh_hub_log_describe(BhHubLog *log)
{
  json_t *described = bh_log_counts_describe(bh_log_desk_get_counts(log->desk));
  g_autoptr(json_t) forks = bh_property_get_forks(log->property, TRUE);
  g_autoptr(json_t) more = NULL;
  BhPropertyFigures stored;
  BhLogDeskFigures spoken;
  json_int_t n_logs = 0;

  bh_property_get_figures(log->property, &stored);
  bh_log_desk_get_figures(log->desk, &spoken);
  bh_property_visit_logs(log->property, count_log, &n_logs);
  more = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "replicas",
                   (json_int_t)spoken.replicas, "followers", (json_int_t)spoken.followers, "sent",
                   (json_int_t)spoken.sent, "missing", (json_int_t)spoken.missing, "stored",
                   (json_int_t)stored.n_operations, "logs", n_logs, "records",
                   (json_int_t)stored.n_records, "aside", (json_int_t)stored.n_aside, "waiting",
                   (json_int_t)stored.n_waiting, "conflicts", (json_int_t)json_array_size(forks));
  json_object_set_new(more, "refused", json_integer((json_int_t)spoken.refused));
  json_object_update(described, more);
  return described;
}

/* --- life --- */

void
bh_hub_log_close(BhHubLog *log)
{
  bh_property_close(log->property);
}

void
bh_hub_log_free(BhHubLog *log)
{
  g_clear_pointer(&log->past, bh_past_word_free);
  g_clear_pointer(&log->mirror, bh_log_mirror_free);
  g_clear_pointer(&log->watch, bh_log_watch_free);
  g_clear_pointer(&log->news, bh_order_news_free);
  g_clear_pointer(&log->orders, bh_order_desk_free);
  g_clear_pointer(&log->desk, bh_log_desk_free);
  g_clear_object(&log->commands);
  g_object_unref(log->property);
  bh_sign_key_unref(log->key);
  g_free(log);
}
