/* SPDX-License-Identifier: Apache-2.0 */
#include "access-fixture.h"

#include <glib/gstdio.h>

#include "access-schema.h"
#include "id.h"

static gboolean
on_time_out(gpointer data)
{
  g_error("nothing came within 60 s");
  return G_SOURCE_REMOVE;
}

void
access_fixture_take_result(GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_null(*(GAsyncResult **)data);
  *(GAsyncResult **)data = g_object_ref(result);
}

GAsyncResult *
access_fixture_wait(GAsyncResult **result)
{
  guint source = g_timeout_add_seconds(60, on_time_out, NULL);

  while (*result == NULL)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(source);
  return *result;
}

static void
on_added(BhDeviceBook *book, BhDevice *device, AccessFixture *fixture)
{
  g_assert_true(bh_device_book_find(book, device->device_id) == device);
  g_string_append_printf(fixture->told, " added:%s", device->name);
}

static void
on_changed(BhDeviceBook *book, BhDevice *device, AccessFixture *fixture)
{
  g_assert_true(bh_device_book_find(book, device->device_id) == device);
  g_string_append_printf(fixture->told, " changed:%s", device->name);
}

static void
on_revoked(BhDeviceBook *book, BhDevice *device, AccessFixture *fixture)
{
  g_assert_true(bh_device_book_find(book, device->device_id) == device);
  g_assert_cmpint(device->revoked_ms, >, 0);
  g_string_append_printf(fixture->told, " revoked:%s", device->name);
}

static void
on_requests_changed(BhPairingDesk *desk, AccessFixture *fixture)
{
  g_string_append(fixture->told, " requests");
}

static void
open_all(AccessFixture *fixture, gint64 later_ms)
{
  static const BhPairingFacts facts = {ACCESS_TENANT, ACCESS_HUB_NAME, ACCESS_HOST_NAME,
                                       ACCESS_AUTHORITY};
  g_autoptr(GAsyncResult) book_loaded = NULL;
  g_autoptr(GAsyncResult) desk_loaded = NULL;
  g_autoptr(GError) error = NULL;

  fixture->store =
      bh_store_open(fixture->folder, bh_access_migrations, bh_access_n_migrations, &error);
  g_assert_no_error(error);
  fixture->book = bh_device_book_new(fixture->store);
  fixture->audit = bh_audit_log_new(fixture->store);
  fixture->desk = bh_pairing_desk_new(fixture->store, fixture->book, fixture->hub_key, &facts);
  bh_pairing_desk_set_audit(fixture->desk, fixture->audit);
  bh_pairing_desk_skip_ms(fixture->desk, later_ms);
  g_signal_connect(fixture->book, "added", G_CALLBACK(on_added), fixture);
  g_signal_connect(fixture->book, "changed", G_CALLBACK(on_changed), fixture);
  g_signal_connect(fixture->book, "revoked", G_CALLBACK(on_revoked), fixture);
  g_signal_connect(fixture->desk, "requests-changed", G_CALLBACK(on_requests_changed), fixture);

  bh_device_book_load_async(fixture->book, access_fixture_take_result, &book_loaded);
  bh_device_book_load_finish(fixture->book, access_fixture_wait(&book_loaded), &error);
  g_assert_no_error(error);
  bh_pairing_desk_load_async(fixture->desk, access_fixture_take_result, &desk_loaded);
  bh_pairing_desk_load_finish(fixture->desk, access_fixture_wait(&desk_loaded), &error);
  g_assert_no_error(error);
}

static void
close_all(AccessFixture *fixture)
{
  bh_pairing_desk_close(fixture->desk);
  bh_pairing_desk_close(fixture->desk);
  bh_audit_log_close(fixture->audit);
  bh_audit_log_close(fixture->audit);
  bh_device_book_close(fixture->book);
  bh_device_book_close(fixture->book);
  bh_store_close(fixture->store);
  /* What is on its way still arrives. A test's own results may hold the objects for longer. */
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_signal_handlers_disconnect_by_data(fixture->book, fixture);
  g_signal_handlers_disconnect_by_data(fixture->desk, fixture);
  g_clear_object(&fixture->desk);
  g_clear_object(&fixture->audit);
  g_clear_object(&fixture->book);
  g_clear_object(&fixture->store);
}

void
access_fixture_init(AccessFixture *fixture)
{
  fixture->folder = g_dir_make_tmp("bellhop-access-XXXXXX", NULL);
  fixture->hub_key = bh_sign_key_new();
  fixture->told = g_string_new(NULL);
  open_all(fixture, 0);
}

void
access_fixture_clear(AccessFixture *fixture)
{
  static const char *const names[] = {"bellhop.db", "bellhop.db-wal", "bellhop.db-shm", "lock"};

  close_all(fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(fixture->folder, names[i], NULL);

    g_remove(path);
  }
  g_assert_cmpint(g_rmdir(fixture->folder), ==, 0);
  g_free(fixture->folder);
  bh_sign_key_unref(fixture->hub_key);
  g_string_free(fixture->told, TRUE);
}

void
access_fixture_restart(AccessFixture *fixture)
{
  access_fixture_restart_after(fixture, 0);
}

void
access_fixture_restart_after(AccessFixture *fixture, gint64 ms)
{
  close_all(fixture);
  open_all(fixture, ms);
}

/* On the store's thread ---------------------------------------------------------------------- */

typedef struct {
  char *sql;
  char *answer;
} Query;

static void
query_free(gpointer data)
{
  Query *query = data;

  g_free(query->sql);
  g_free(query->answer);
  g_free(query);
}

static gboolean
run_query(sqlite3 *db, gpointer data, GError **error)
{
  Query *query = data;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint(sqlite3_prepare_v2(db, query->sql, -1, &statement, NULL), ==, SQLITE_OK);
  if (sqlite3_step(statement) == SQLITE_ROW)
    query->answer = g_strdup((const char *)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  return TRUE;
}

char *
access_fixture_query(AccessFixture *fixture, const char *sql)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  Query *query = g_new0(Query, 1);
  char *answer;

  query->sql = g_strdup(sql);
  bh_store_write_async(fixture->store, run_query, query, query_free, NULL,
                       access_fixture_take_result, &result);
  bh_store_write_finish(fixture->store, access_fixture_wait(&result), &error);
  g_assert_no_error(error);
  query = bh_store_get_task_data(result);
  answer = g_strdup(query->answer != NULL ? query->answer : "");
  return answer;
}

void
access_fixture_sql(AccessFixture *fixture, const char *sql)
{
  g_free(access_fixture_query(fixture, sql));
}

void
access_fixture_fill_disk(AccessFixture *fixture)
{
  /* Not less than there are; then what is free inside of them. */
  access_fixture_sql(fixture, "CREATE TABLE IF NOT EXISTS filler (bytes BLOB)");
  access_fixture_sql(fixture, "PRAGMA max_page_count=1");
  access_fixture_sql(fixture, "CREATE TRIGGER full_device BEFORE INSERT ON device BEGIN"
                              " INSERT INTO filler VALUES (zeroblob(1000000)); END");
  access_fixture_sql(fixture, "CREATE TRIGGER full_link BEFORE INSERT ON pairing_link BEGIN"
                              " INSERT INTO filler VALUES (zeroblob(1000000)); END");
}

void
access_fixture_make_room(AccessFixture *fixture)
{
  access_fixture_sql(fixture, "PRAGMA max_page_count=1000000");
  access_fixture_sql(fixture, "DROP TRIGGER full_device");
  access_fixture_sql(fixture, "DROP TRIGGER full_link");
}

static GMutex gate;
static GCond gate_cond;
static gboolean gate_is_shut, gate_is_met;

static gboolean
run_hold(sqlite3 *db, gpointer data, GError **error)
{
  g_mutex_lock(&gate);
  gate_is_met = TRUE;
  g_cond_broadcast(&gate_cond);
  while (gate_is_shut)
    g_cond_wait(&gate_cond, &gate);
  g_mutex_unlock(&gate);
  return TRUE;
}

void
access_fixture_hold(AccessFixture *fixture)
{
  g_mutex_lock(&gate);
  gate_is_shut = TRUE;
  gate_is_met = FALSE;
  bh_store_write_async(fixture->store, run_hold, NULL, NULL, NULL, NULL, NULL);
  while (!gate_is_met)
    g_cond_wait(&gate_cond, &gate);
  g_mutex_unlock(&gate);
}

void
access_fixture_release(AccessFixture *fixture)
{
  g_mutex_lock(&gate);
  gate_is_shut = FALSE;
  g_cond_broadcast(&gate_cond);
  g_mutex_unlock(&gate);
}

/* Calls that wait ---------------------------------------------------------------------------- */

BhDevice *
access_fixture_add(AccessFixture *fixture, BhRole role, const char *name)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhDevice) device = NULL;
  guint8 key[BH_DEVICE_KEY_BYTES];
  BhDevice *added;

  bh_id_random(key, sizeof key);
  device = bh_device_new(key, role, name, BH_DEVICE_KIND_TOKEN, NULL, g_get_real_time() / 1000);
  bh_device_book_add_async(fixture->book, device, access_fixture_take_result, &result);
  g_assert_null(result);
  added = bh_device_book_add_finish(fixture->book, access_fixture_wait(&result), &error);
  g_assert_no_error(error);
  return added;
}

char *
access_fixture_read_audit(AccessFixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) entries = NULL;
  GString *text = g_string_new(NULL);
  json_t *entry;
  size_t i;

  bh_audit_log_list_async(fixture->audit, BH_AUDIT_LOG_MAX_LISTED, access_fixture_take_result,
                          &result);
  entries = bh_audit_log_list_finish(fixture->audit, access_fixture_wait(&result), &error);
  g_assert_no_error(error);
  json_array_foreach(entries, i, entry)
  {
    const char *kind = NULL, *subject = NULL, *detail = NULL, *address = NULL;

    g_assert_cmpint(json_unpack(entry, "{s:s, s:s, s:s, s:s}", "kind", &kind, "subject", &subject,
                                "detail", &detail, "address", &address),
                    ==, 0);
    g_string_append_printf(text, " %s/%s/%s/%s", kind, subject, detail, address);
  }
  return g_string_free(text, FALSE);
}
