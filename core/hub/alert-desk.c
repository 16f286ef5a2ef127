/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "alert-desk.h"

#include "id.h"
#include "statement.h"

const BhStoreMigration bh_alert_desk_migrations[] = {
    {"CREATE TABLE alert ("
     " number INTEGER PRIMARY KEY AUTOINCREMENT,"
     " alert_id TEXT NOT NULL UNIQUE,"
     " kind TEXT NOT NULL,"
     " key TEXT NOT NULL,"
     " at_ms INTEGER NOT NULL,"
     " subject TEXT NOT NULL) STRICT"},
};
const guint bh_alert_desk_n_migrations = G_N_ELEMENTS(bh_alert_desk_migrations);

typedef struct {
  char *alert_id;
  const char *kind; /* interned */
  char *key;
  gint64 at_ms;
  json_t *subject;
  gboolean is_leaving; /* being put away: raised again, it is another one */
} Alert;

struct _BhAlertDesk {
  GObject parent_instance;

  BhStore *store;
  BhAuditLog *audit;
  GPtrArray *alerts; /* of Alert, the oldest first */
};

G_DEFINE_FINAL_TYPE(BhAlertDesk, bh_alert_desk, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
alert_free(gpointer data)
{
  Alert *alert = data;

  g_free(alert->alert_id);
  g_free(alert->key);
  json_decref(alert->subject);
  g_free(alert);
}

/* --- the table --- */

/* What the store's thread gets: texts of its own. */
typedef struct {
  char *alert_id;
  char *kind, *key, *subject; /* NULL: the alert goes */
  gint64 at_ms;
} Row;

static void
row_free(gpointer data)
{
  Row *row = data;

  g_free(row->alert_id);
  g_free(row->kind);
  g_free(row->key);
  g_free(row->subject);
  g_free(row);
}

static Row *
row_new(const Alert *alert, gboolean stays)
{
  Row *row = g_new0(Row, 1);

  row->alert_id = g_strdup(alert->alert_id);
  row->at_ms = alert->at_ms;
  if (stays) {
    row->kind = g_strdup(alert->kind);
    row->key = g_strdup(alert->key);
    row->subject = bh_json_to_text(alert->subject);
  }
  return row;
}

static gboolean
run_put(sqlite3 *db, gpointer data, GError **error)
{
  const Row *row = data;
  g_autoptr(BhStatement) put = bh_statement_new(
      db,
      row->kind == NULL ? "DELETE FROM alert WHERE alert_id = ?1"
                        : "INSERT INTO alert (alert_id, kind, key, at_ms, subject)"
                          " VALUES (?1, ?2, ?3, ?4, ?5)"
                          " ON CONFLICT (alert_id) DO UPDATE SET subject = excluded.subject",
      error);

  if (put == NULL)
    return FALSE;
  bh_statement_bind_text(put, 1, row->alert_id);
  if (row->kind != NULL) {
    bh_statement_bind_text(put, 2, row->kind);
    bh_statement_bind_text(put, 3, row->key);
    sqlite3_bind_int64(put, 4, row->at_ms);
    bh_statement_bind_text(put, 5, row->subject);
  }
  return bh_store_step(db, put, error);
}

static void
put_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhAlertDesk) self = user_data;
  g_autoptr(GError) error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error))
    g_info("An alert is not on the disk: %s", error->message);
  g_signal_emit(self, signals[CHANGED], 0);
}

static void
put(BhAlertDesk *self, const Alert *alert, gboolean stays)
{
  bh_store_write_async(self->store, run_put, row_new(alert, stays), row_free, NULL, put_cb,
                       g_object_ref(self));
}

static gboolean
run_load(sqlite3 *db, gpointer data, GError **error)
{
  GPtrArray *rows = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) find = bh_statement_new(
      db, "SELECT alert_id, kind, key, at_ms, subject FROM alert ORDER BY number", error);

  g_ptr_array_set_size(rows, 0);
  if (find == NULL)
    return FALSE;
  while (bh_statement_next(find, &problem)) {
    Row *row = g_new0(Row, 1);

    row->alert_id = g_strdup((const char *)sqlite3_column_text(find, 0));
    row->kind = g_strdup((const char *)sqlite3_column_text(find, 1));
    row->key = g_strdup((const char *)sqlite3_column_text(find, 2));
    row->at_ms = sqlite3_column_int64(find, 3);
    row->subject = g_strdup((const char *)sqlite3_column_text(find, 4));
    g_ptr_array_add(rows, row);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
take_row(BhAlertDesk *self, const Row *row)
{
  Alert *alert = g_new0(Alert, 1);

  alert->alert_id = g_strdup(row->alert_id);
  alert->kind = g_intern_string(row->kind);
  alert->key = g_strdup(row->key);
  alert->at_ms = row->at_ms;
  alert->subject = json_loads(row->subject, 0, NULL);
  if (alert->subject == NULL)
    alert->subject = json_object();
  g_ptr_array_add(self->alerts, alert);
}

static void
load_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhAlertDesk *self = g_task_get_source_object(task);
  const GPtrArray *rows = bh_store_get_task_data(result);
  GError *error = NULL;

  if (!bh_store_read_finish(BH_STORE(source), result, &error)) {
    g_task_return_error(task, error);
    return;
  }
  for (guint i = 0; i < rows->len; i++)
    take_row(self, rows->pdata[i]);
  g_task_return_boolean(task, TRUE);
}

void
bh_alert_desk_load_async(BhAlertDesk *desk, GAsyncReadyCallback callback, gpointer user_data)
{
  bh_store_read_async(desk->store, run_load, g_ptr_array_new_with_free_func(row_free),
                      (GDestroyNotify)g_ptr_array_unref, NULL, load_cb,
                      g_task_new(desk, NULL, callback, user_data));
}

gboolean
bh_alert_desk_load_finish(BhAlertDesk *desk, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean(G_TASK(result), error);
}

/* --- alerts --- */

static Alert *
find_alert(BhAlertDesk *self, const char *kind, const char *key)
{
  for (guint i = 0; i < self->alerts->len; i++) {
    Alert *alert = self->alerts->pdata[i];

    if (!alert->is_leaving && g_str_equal(alert->kind, kind) && g_str_equal(alert->key, key))
      return alert;
  }
  return NULL;
}

static void
remove_alert(BhAlertDesk *self, Alert *alert)
{
  put(self, alert, FALSE);
  g_ptr_array_remove(self->alerts, alert);
}

/* Of tickets there may be very many; a kitchen without a screen explains them all. */
static Alert *
find_oldest(BhAlertDesk *self)
{
  for (guint i = 0; i < self->alerts->len; i++) {
    Alert *alert = self->alerts->pdata[i];

    if (g_str_equal(alert->kind, BH_ALERT_TICKET_UNSEEN))
      return alert;
  }
  return self->alerts->pdata[0];
}

void
bh_alert_desk_raise(BhAlertDesk *desk, const char *kind, const char *key, json_t *subject,
                    const char *name)
{
  Alert *alert = find_alert(desk, kind, key);

  if (alert == NULL) {
    while (desk->alerts->len >= BH_ALERT_DESK_MAX)
      remove_alert(desk, find_oldest(desk));
    alert = g_new0(Alert, 1);
    alert->at_ms = g_get_real_time() / 1000;
    alert->alert_id = bh_id_new(alert->at_ms);
    alert->kind = g_intern_string(kind);
    alert->key = g_strdup(key);
    g_ptr_array_add(desk->alerts, alert);
    bh_audit_log_add(desk->audit, kind, NULL, name, NULL, NULL);
  }
  if (alert->subject != NULL && json_equal(alert->subject, subject)) {
    json_decref(subject);
    return;
  }
  json_decref(alert->subject);
  alert->subject = subject;
  put(desk, alert, TRUE);
}

const json_t *
bh_alert_desk_find(BhAlertDesk *desk, const char *kind, const char *key)
{
  const Alert *alert = find_alert(desk, kind, key);

  return alert != NULL ? alert->subject : NULL;
}

void
bh_alert_desk_set(BhAlertDesk *desk, const char *kind, const char *key, const char *member,
                  json_t *value)
{
  Alert *alert = find_alert(desk, kind, key);

  if (alert != NULL && !json_equal(json_object_get(alert->subject, member), value)) {
    json_object_set(alert->subject, member, value);
    put(desk, alert, TRUE);
  }
  json_decref(value);
}

void
bh_alert_desk_clear(BhAlertDesk *desk, const char *kind, const char *key)
{
  Alert *alert = find_alert(desk, kind, key);

  if (alert != NULL)
    remove_alert(desk, alert);
}

void
bh_alert_desk_clear_where(BhAlertDesk *desk, const char *kind, BhAlertFilter filter,
                          gpointer user_data)
{
  for (guint i = desk->alerts->len; i-- > 0;) {
    Alert *alert = desk->alerts->pdata[i];

    if (g_str_equal(alert->kind, kind) && filter(alert->subject, user_data))
      remove_alert(desk, alert);
  }
}

/* --- put away --- */

static Alert *
find_by_id(BhAlertDesk *self, const char *alert_id)
{
  for (guint i = 0; i < self->alerts->len; i++)
    if (g_str_equal(((Alert *)self->alerts->pdata[i])->alert_id, alert_id))
      return self->alerts->pdata[i];
  return NULL;
}

static void
dismiss_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhAlertDesk *self = g_task_get_source_object(task);
  const Row *row = bh_store_get_task_data(result);
  Alert *alert = find_by_id(self, row->alert_id);
  const char *kind = alert != NULL ? alert->kind : NULL;
  GError *error = NULL;

  if (!bh_store_write_finish(BH_STORE(source), result, &error)) {
    if (alert != NULL)
      alert->is_leaving = FALSE;
    g_task_return_error(task, error);
    return;
  }
  if (alert != NULL)
    g_ptr_array_remove(self->alerts, alert);
  g_task_return_pointer(task, (gpointer)kind, NULL);
  g_signal_emit(self, signals[CHANGED], 0);
}

void
bh_alert_desk_dismiss_async(BhAlertDesk *desk, const char *alert_id, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new(desk, NULL, callback, user_data);
  Alert *alert = find_by_id(desk, alert_id);

  if (alert != NULL) {
    alert->is_leaving = TRUE;
    bh_store_write_async(desk->store, run_put, row_new(alert, FALSE), row_free, NULL, dismiss_cb,
                         task);
    return;
  }
  g_task_return_pointer(task, NULL, NULL);
  g_object_unref(task);
}

gboolean
bh_alert_desk_dismiss_finish(BhAlertDesk *desk, GAsyncResult *result, const char **kind,
                             GError **error)
{
  GError *problem = NULL;

  *kind = g_task_propagate_pointer(G_TASK(result), &problem);
  if (problem == NULL)
    return TRUE;
  g_propagate_error(error, problem);
  return FALSE;
}

/* --- what there is --- */

json_t *
bh_alert_desk_describe(BhAlertDesk *desk)
{
  json_t *list = json_array();

  for (guint i = desk->alerts->len; i-- > 0;) {
    const Alert *alert = desk->alerts->pdata[i];

    json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:o}", "alertId", alert->alert_id,
                                          "kind", alert->kind, "atMs", (json_int_t)alert->at_ms,
                                          "subject", json_deep_copy(alert->subject)));
  }
  return list;
}

guint
bh_alert_desk_get_count(BhAlertDesk *desk)
{
  return desk->alerts->len;
}

/* --- life --- */

static void
bh_alert_desk_finalize(GObject *object)
{
  BhAlertDesk *self = BH_ALERT_DESK(object);

  g_ptr_array_unref(self->alerts);
  g_object_unref(self->audit);
  g_object_unref(self->store);
  G_OBJECT_CLASS(bh_alert_desk_parent_class)->finalize(object);
}

static void
bh_alert_desk_class_init(BhAlertDeskClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_alert_desk_finalize;
  signals[CHANGED] = g_signal_new("changed", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_alert_desk_init(BhAlertDesk *self)
{
  self->alerts = g_ptr_array_new_with_free_func(alert_free);
}

BhAlertDesk *
bh_alert_desk_new(BhStore *store, BhAuditLog *audit)
{
  BhAlertDesk *self = g_object_new(BH_TYPE_ALERT_DESK, NULL);

  self->store = g_object_ref(store);
  self->audit = g_object_ref(audit);
  return self;
}
