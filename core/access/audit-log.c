/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "audit-log.h"

#include <string.h>

#include "audit-log-private.h"
#include "statement.h"

/* How many refusals of one kind its minute has had. */
typedef struct {
  BhAuditLog *log; /* the owner */
  char *kind;
  guint count;
  guint source; /* the end of the minute */
} Minute;

struct _BhAuditLog {
  GObject parent_instance;

  BhStore *store;
  GHashTable *minutes; /* kind (of the value) -> Minute (owned): those under way */
  guint minute_ms;
  gboolean is_closed;
};

G_DEFINE_FINAL_TYPE(BhAuditLog, bh_audit_log, G_TYPE_OBJECT)

/* Add ---------------------------------------------------------------------------------------- */

enum { KIND, WHO, SUBJECT, DETAIL, ADDRESS, N_TEXTS };

typedef struct {
  gint64 time_ms;
  char *texts[N_TEXTS];
} Entry;

static void
entry_free(gpointer data)
{
  Entry *entry = data;

  for (guint i = 0; i < N_TEXTS; i++)
    g_free(entry->texts[i]);
  g_free(entry);
}

static gboolean
run_add(sqlite3 *db, gpointer data, GError **error)
{
  const Entry *entry = data;
  g_autoptr(BhStatement) insert =
      bh_statement_new(db,
                       "INSERT INTO audit_entry (time_ms, kind, who, subject, detail, address)"
                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                       error);
  g_autoptr(BhStatement) prune =
      insert == NULL ? NULL
                     : bh_statement_new(db, "DELETE FROM audit_entry WHERE number <= ?1", error);

  if (prune == NULL)
    return FALSE;
  sqlite3_bind_int64(insert, 1, entry->time_ms);
  for (int i = 0; i < N_TEXTS; i++)
    bh_statement_bind_text(insert, 2 + i, entry->texts[i]);
  if (!bh_store_step(db, insert, error))
    return FALSE;
  sqlite3_bind_int64(prune, 1, sqlite3_last_insert_rowid(db) - BH_AUDIT_LOG_MAX_ENTRIES);
  return bh_store_step(db, prune, error);
}

/* Returns: (transfer full): at most BH_AUDIT_LOG_MAX_TEXT_BYTES of whole characters */
static char *
cut_text(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
  const char *end = valid;

  while (*end != '\0' && g_utf8_next_char(end) - valid <= BH_AUDIT_LOG_MAX_TEXT_BYTES)
    end = g_utf8_next_char(end);
  return g_strndup(valid, (gsize)(end - valid));
}

static void
write_entry(BhAuditLog *self, const char *kind, const char *who, const char *subject,
            const char *detail, const char *address)
{
  const char *texts[N_TEXTS] = {kind, who, subject, detail, address};
  Entry *entry = g_new0(Entry, 1);

  entry->time_ms = g_get_real_time() / 1000;
  for (guint i = 0; i < N_TEXTS; i++)
    entry->texts[i] = cut_text(texts[i]);
  bh_store_write_async(self->store, run_add, entry, entry_free, NULL, NULL, NULL);
}

static void
minute_free(gpointer data)
{
  Minute *minute = data;

  g_clear_handle_id(&minute->source, g_source_remove);
  g_free(minute->kind);
  g_free(minute);
}

static void
end_minute(Minute *minute)
{
  if (minute->count > BH_AUDIT_LOG_REFUSALS_A_MINUTE) {
    g_autofree char *rest = g_strdup_printf("+%u", minute->count - BH_AUDIT_LOG_REFUSALS_A_MINUTE);

    write_entry(minute->log, minute->kind, NULL, NULL, rest, NULL);
  }
}

static gboolean
on_minute_over(gpointer data)
{
  Minute *minute = data;

  minute->source = 0;
  end_minute(minute);
  g_hash_table_remove(minute->log->minutes, minute->kind);
  return G_SOURCE_REMOVE;
}

/* Returns: whether the entry stands by itself */
static gboolean
count_refusal(BhAuditLog *self, const char *kind)
{
  Minute *minute = g_hash_table_lookup(self->minutes, kind);

  if (minute == NULL) {
    minute = g_new0(Minute, 1);
    minute->log = self;
    minute->kind = g_strdup(kind);
    minute->source = g_timeout_add(self->minute_ms, on_minute_over, minute);
    g_source_set_name_by_id(minute->source, "bellhop-audit-minute");
    g_hash_table_insert(self->minutes, minute->kind, minute);
  }
  if (minute->count < G_MAXUINT)
    minute->count++;
  return minute->count <= BH_AUDIT_LOG_REFUSALS_A_MINUTE;
}

void
bh_audit_log_add(BhAuditLog *log, const char *kind, const char *who, const char *subject,
                 const char *detail, const char *address)
{
  g_return_if_fail(BH_IS_AUDIT_LOG(log) && kind != NULL);

  if (log->is_closed || (g_str_has_suffix(kind, "refused") && !count_refusal(log, kind)))
    return;
  write_entry(log, kind, who, subject, detail, address);
}

/* List --------------------------------------------------------------------------------------- */

typedef struct {
  guint limit;
  json_t *entries; /* (nullable) */
} Listing;

static void
listing_free(gpointer data)
{
  Listing *listing = data;

  g_clear_pointer(&listing->entries, json_decref);
  g_free(listing);
}

static gboolean
run_list(sqlite3 *db, gpointer data, GError **error)
{
  static const char *const names[] = {"kind", "who", "subject", "detail", "address"};
  Listing *listing = data;
  GError *problem = NULL;
  g_autoptr(BhStatement) find =
      bh_statement_new(db,
                       "SELECT time_ms, kind, who, subject, detail, address FROM audit_entry"
                       " ORDER BY number DESC LIMIT ?1",
                       error);

  g_clear_pointer(&listing->entries, json_decref);
  if (find == NULL)
    return FALSE;
  listing->entries = json_array();
  sqlite3_bind_int64(find, 1, listing->limit);
  while (bh_statement_next(find, &problem)) {
    json_t *entry = json_pack("{s:I}", "timeMs", (json_int_t)sqlite3_column_int64(find, 0));

    for (int i = 0; i < N_TEXTS; i++)
      json_object_set_new(entry, names[i],
                          json_string((const char *)sqlite3_column_text(find, 1 + i)));
    json_array_append_new(listing->entries, entry);
  }
  if (problem != NULL)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static void
list_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GTask) task = data;
  Listing *listing = bh_store_get_task_data(result);
  GError *error = NULL;

  if (bh_store_read_finish(BH_STORE(source), result, &error))
    g_task_return_pointer(task, g_steal_pointer(&listing->entries), (GDestroyNotify)json_decref);
  else
    g_task_return_error(task, error);
}

void
bh_audit_log_list_async(BhAuditLog *log, guint limit, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  Listing *listing;

  g_return_if_fail(BH_IS_AUDIT_LOG(log));

  listing = g_new0(Listing, 1);
  listing->limit = CLAMP(limit, 1, BH_AUDIT_LOG_MAX_LISTED);
  bh_store_read_async(log->store, run_list, listing, listing_free, NULL, list_cb,
                      g_task_new(log, NULL, callback, user_data));
}

json_t *
bh_audit_log_list_finish(BhAuditLog *log, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail(g_task_is_valid(result, log), NULL);

  return g_task_propagate_pointer(G_TASK(result), error);
}

/* Object ------------------------------------------------------------------------------------- */

void
bh_audit_log_set_minute(BhAuditLog *log, guint minute_ms)
{
  log->minute_ms = minute_ms;
}

void
bh_audit_log_close(BhAuditLog *log)
{
  GHashTableIter iter;
  gpointer minute;

  g_return_if_fail(BH_IS_AUDIT_LOG(log));

  g_hash_table_iter_init(&iter, log->minutes);
  while (g_hash_table_iter_next(&iter, NULL, &minute))
    end_minute(minute);
  g_hash_table_remove_all(log->minutes);
  log->is_closed = TRUE;
}

static void
bh_audit_log_finalize(GObject *object)
{
  BhAuditLog *self = BH_AUDIT_LOG(object);

  g_hash_table_unref(self->minutes);
  g_clear_object(&self->store);
  G_OBJECT_CLASS(bh_audit_log_parent_class)->finalize(object);
}

static void
bh_audit_log_class_init(BhAuditLogClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_audit_log_finalize;
}

static void
bh_audit_log_init(BhAuditLog *self)
{
  self->minutes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, minute_free);
  self->minute_ms = 60000;
}

BhAuditLog *
bh_audit_log_new(BhStore *store)
{
  BhAuditLog *self;

  g_return_val_if_fail(BH_IS_STORE(store), NULL);

  self = g_object_new(BH_TYPE_AUDIT_LOG, NULL);
  self->store = g_object_ref(store);
  return self;
}
