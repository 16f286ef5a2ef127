/* SPDX-License-Identifier: Apache-2.0 */
#include "property-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "membership.h"

static const char *const files[] = {"bellhop.db", "bellhop.db-wal", "bellhop.db-shm", "lock"};

/* --- waiting --- */

static gboolean
on_time_out(gpointer data)
{
  g_error("nothing came within 60 s");
  return G_SOURCE_REMOVE;
}

void
fixture_take_result(GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_null(*(GAsyncResult **)data);
  *(GAsyncResult **)data = g_object_ref(result);
}

GAsyncResult *
fixture_wait(GAsyncResult **result)
{
  guint source = g_timeout_add_seconds(60, on_time_out, NULL);

  while (*result == NULL)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(source);
  return *result;
}

void
fixture_settle(Fixture *fixture)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GPtrArray) ops = NULL;

    /* A read comes behind what was called for; the loop then does what it has planned. */
    bh_property_read_async(fixture->property, "nothing", 1, 1, 1, fixture_take_result, &result);
    ops = bh_property_read_finish(fixture->property, fixture_wait(&result), NULL);
    while (g_main_context_iteration(NULL, FALSE))
      ;
  }
}

/* --- life --- */

static gint64
get_now(gpointer data)
{
  const Fixture *fixture = data;

  return fixture->now_ms + fixture->jump_ms;
}

static gint64
get_steady(gpointer data)
{
  return ((Fixture *)data)->now_ms;
}

static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, Fixture *fixture)
{
  for (guint i = 0; i < operations->len; i++) {
    BhOperation *op = operations->pdata[i];

    g_assert_cmpint(bh_property_get_seq(property, op->log_id), >=, op->seq);
    g_ptr_array_add(fixture->told, bh_operation_ref(op));
    fixture->n_committed++;
  }
}

static void
on_changed(BhProperty *property, const char *entity, Fixture *fixture)
{
  g_string_append_printf(fixture->events, " %s", entity);
}

static void
on_conflict(BhProperty *property, BhOperation *first, BhOperation *other, Fixture *fixture)
{
  g_assert_cmpint(first->seq, ==, other->seq);
  g_assert_cmpstr(first->log_id, ==, other->log_id);
  g_string_append_printf(fixture->events, " conflict:%d", (int)first->seq);
}

static void
on_aside(BhProperty *property, Fixture *fixture)
{
  g_string_append(fixture->events, " aside");
}

static BhOperationBackend *
open_backend(Fixture *fixture)
{
  g_autoptr(GError) error = NULL;

  if (fixture->kind == ON_MEMORY) {
    BhMemoryBackend *old = fixture->memory;

    fixture->memory = old != NULL ? bh_memory_backend_copy(old, TRUE) : bh_memory_backend_new(TRUE);
    g_clear_object(&old);
    return BH_OPERATION_BACKEND(g_object_ref(fixture->memory));
  }
  fixture->store =
      bh_store_open(fixture->folder, bh_property_migrations, bh_property_n_migrations, &error);
  g_assert_no_error(error);
  return BH_OPERATION_BACKEND(bh_sqlite_backend_new(fixture->store));
}

static void
open_property(Fixture *fixture)
{
  BhPropertyConfig config = {.tenant_id = FIXTURE_TENANT,
                             .device_id = FIXTURE_HUB,
                             .role = BH_ROLE_HUB,
                             .level = BH_LEVEL_HUB,
                             .signing = &bh_operation_signing_ed25519,
                             .key = fixture->hub_key,
                             .now_ms = get_now,
                             .steady_ms = get_steady,
                             .now_data = fixture};
  g_autoptr(BhOperationBackend) backend = open_backend(fixture);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  memcpy(config.hub_key, bh_sign_key_get_public(fixture->hub_key), sizeof config.hub_key);
  fixture->property = bh_property_new(&config, backend);
  g_signal_connect(fixture->property, "committed", G_CALLBACK(on_committed), fixture);
  g_signal_connect(fixture->property, "changed", G_CALLBACK(on_changed), fixture);
  g_signal_connect(fixture->property, "conflict", G_CALLBACK(on_conflict), fixture);
  g_signal_connect(fixture->property, "aside-changed", G_CALLBACK(on_aside), fixture);
  bh_property_load_async(fixture->property, fixture_take_result, &result);
  g_assert_null(result);
  bh_property_load_finish(fixture->property, fixture_wait(&result), &error);
  g_assert_no_error(error);
}

static void
drop_property(Fixture *fixture)
{
  if (fixture->store != NULL)
    bh_store_close(fixture->store);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_signal_handlers_disconnect_by_data(fixture->property, fixture);
  g_clear_object(&fixture->property);
  g_clear_object(&fixture->store);
}

static void
close_property(Fixture *fixture)
{
  bh_property_close(fixture->property);
  bh_property_close(fixture->property);
  drop_property(fixture);
}

static void
remove_folder(const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
    g_autofree char *path = g_build_filename(folder, files[i], NULL);

    g_remove(path);
  }
  g_assert_cmpint(g_rmdir(folder), ==, 0);
}

void
fixture_restart(Fixture *fixture)
{
  close_property(fixture);
  open_property(fixture);
}

/* What a power cut would leave: the files as they are at this moment. */
static char *
copy_folder(const char *folder)
{
  char *copy = g_dir_make_tmp("bellhop-property-XXXXXX", NULL);

  for (gsize i = 0; i < 2; i++) {
    g_autofree char *from = g_build_filename(folder, files[i], NULL);
    g_autofree char *to = g_build_filename(copy, files[i], NULL);
    g_autofree char *bytes = NULL;
    gsize length;

    if (g_file_get_contents(from, &bytes, &length, NULL))
      g_assert_true(g_file_set_contents(to, bytes, (gssize)length, NULL));
  }
  return copy;
}

void
fixture_crash(Fixture *fixture)
{
  BhMemoryBackend *copy = NULL;
  g_autofree char *folder = NULL;

  if (fixture->kind == ON_MEMORY) {
    copy = bh_memory_backend_copy(fixture->memory, TRUE);
    bh_memory_backend_drop(fixture->memory);
  } else {
    folder = copy_folder(fixture->folder);
  }
  g_signal_handlers_disconnect_by_data(fixture->property, fixture);
  close_property(fixture);
  if (folder != NULL) {
    remove_folder(fixture->folder);
    g_free(fixture->folder);
    fixture->folder = g_steal_pointer(&folder);
  } else {
    g_object_unref(fixture->memory);
    fixture->memory = copy;
  }
  open_property(fixture);
}

static void
author_free(gpointer data)
{
  Author *author = data;

  bh_sign_key_unref(author->key);
  g_free(author->device_id);
  g_free(author->log_id);
  json_decref(author->document);
  g_free(author);
}

void
fixture_init(Fixture *fixture, FixtureKind kind)
{
  *fixture = (Fixture){.kind = kind, .now_ms = G_GINT64_CONSTANT(1700000000000)};
  if (kind == ON_SQLITE)
    fixture->folder = g_dir_make_tmp("bellhop-property-XXXXXX", NULL);
  fixture->hub_key = bh_sign_key_new();
  fixture->events = g_string_new(NULL);
  fixture->told = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  fixture->authors = g_ptr_array_new_with_free_func(author_free);
  open_property(fixture);
}

void
fixture_clear(Fixture *fixture)
{
  close_property(fixture);
  g_clear_object(&fixture->memory);
  if (fixture->folder != NULL)
    remove_folder(fixture->folder);
  g_free(fixture->folder);
  bh_sign_key_unref(fixture->hub_key);
  g_string_free(fixture->events, TRUE);
  g_ptr_array_unref(fixture->told);
  g_ptr_array_unref(fixture->authors);
}

/* --- authors --- */

Author *
fixture_add_author(Fixture *fixture, const char *device_id, BhRole role)
{
  Author *author = g_new0(Author, 1);
  BhMembership membership = {.tenant_id = (char *)FIXTURE_TENANT,
                             .device_id = (char *)device_id,
                             .role = role,
                             .name = (char *)"",
                             .not_after_ms = 1};

  author->key = bh_sign_key_new();
  author->device_id = g_strdup(device_id);
  author->role = role;
  author->log_id = bh_operation_new_log_id(device_id, FALSE);
  author->hlc_ms = fixture->now_ms;
  memcpy(membership.public_key, bh_sign_key_get_public(author->key), sizeof membership.public_key);
  author->document = bh_membership_sign(fixture->hub_key, &membership);
  g_ptr_array_add(fixture->authors, author);
  return author;
}

static json_t *
parse_body(const char *body)
{
  g_autofree char *text = g_strdelimit(g_strdup(body), "'", '"');
  json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

  g_assert_nonnull(value);
  return value;
}

BhOperation *
author_make_at(Author *author, gint64 seq, const char *kind, const char *entity, const char *body)
{
  g_autoptr(json_t) value = parse_body(body);
  g_autoptr(GError) error = NULL;
  BhOperationDraft draft = {.log_id = author->log_id,
                            .seq = seq,
                            .device_id = author->device_id,
                            .role = author->role,
                            .hlc_ms = author->hlc_ms++,
                            .tenant_id = FIXTURE_TENANT,
                            .kind = kind,
                            .entity = entity,
                            .body = value};
  BhOperation *op = bh_operation_new(&draft, &bh_operation_signing_ed25519, author->key, &error);

  g_assert_no_error(error);
  return op;
}

BhOperation *
author_make(Author *author, const char *kind, const char *entity, const char *body)
{
  return author_make_at(author, ++author->seq, kind, entity, body);
}

BhOperation *
author_make_line(Author *author, const char *order_id, const char *line_id)
{
  g_autofree char *entity = g_strconcat("order/", order_id, NULL);
  g_autofree char *body =
      g_strdup_printf("{'lines':[{'lineId':'%s','name':'Tea','quantity':1,'price':300}]}", line_id);

  return author_make(author, "order.lines", entity, body);
}

/* --- calls that wait --- */

static void
start_write(Fixture *fixture, const char *kind, const char *entity, const char *body,
            GAsyncResult **result)
{
  g_autoptr(json_t) value = parse_body(body);
  BhPropertyDraft draft = {kind, entity, value, FALSE};

  bh_property_write_async(fixture->property, &draft, 1, fixture_take_result, result);
  g_assert_null(*result);
}

GPtrArray *
fixture_write(Fixture *fixture, const char *kind, const char *entity, const char *body)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  GPtrArray *ops;

  start_write(fixture, kind, entity, body, &result);
  ops = bh_property_write_finish(fixture->property, fixture_wait(&result), &error);
  g_assert_no_error(error);
  return ops;
}

void
fixture_write_fails(Fixture *fixture, const char *kind, const char *entity, const char *body,
                    BhPropertyError code)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  start_write(fixture, kind, entity, body, &result);
  g_assert_null(bh_property_write_finish(fixture->property, fixture_wait(&result), &error));
  g_assert_error(error, BH_PROPERTY_ERROR, (gint)code);
}

BhTakeResult *
fixture_take(Fixture *fixture, Author *author, guint n, BhOperation **ops)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func((GDestroyNotify)bh_operation_unref);
  g_autoptr(GPtrArray) members = g_ptr_array_new();
  BhTakeResult *taken;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add(batch, ops[i]);
  if (author != NULL)
    g_ptr_array_add(members, author->document);
  bh_property_take_async(fixture->property, batch, members, FALSE, fixture, fixture_take_result,
                         &result);
  g_assert_null(result);
  taken = bh_property_take_finish(fixture->property, fixture_wait(&result), &error);
  g_assert_no_error(error);
  return taken;
}

void
fixture_take_one(Fixture *fixture, Author *author, BhOperation *op)
{
  g_autoptr(BhTakeResult) taken = fixture_take(fixture, author, 1, &op);

  g_assert_cmpuint(taken->refused->len, ==, 0);
}

void
fixture_take_refused(Fixture *fixture, Author *author, BhOperation *op, const char *code)
{
  g_autoptr(BhTakeResult) taken = fixture_take(fixture, author, 1, &op);

  g_assert_cmpuint(taken->refused->len, ==, 1);
  g_assert_cmpstr(((BhPropertyRefusal *)taken->refused->pdata[0])->code, ==, code);
}

/* --- looking --- */

char *
fixture_get_record(Fixture *fixture, const char *name)
{
  const BhRecord *record = bh_property_get_record(fixture->property, name);
  g_autoptr(json_t) json = record != NULL ? bh_record_to_json(record) : NULL;

  return json != NULL ? bh_json_to_text(json) : g_strdup("");
}

char *
fixture_read_log(Fixture *fixture, const char *log_id)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) ops = NULL;
  GString *text = g_string_new(NULL);

  bh_property_read_async(fixture->property, log_id, 1, 1000, 1000000, fixture_take_result, &result);
  ops = bh_property_read_finish(fixture->property, fixture_wait(&result), &error);
  g_assert_no_error(error);
  for (guint i = 0; i < ops->len; i++) {
    const BhOperation *op = ops->pdata[i];

    g_string_append_printf(text, "%s%d%s", i > 0 ? "," : "", (int)op->seq,
                           op->is_redacted ? "!" : "");
  }
  return g_string_free(text, FALSE);
}

char *
fixture_get_aside(Fixture *fixture)
{
  g_autoptr(json_t) aside = bh_property_get_aside(fixture->property);
  GString *text = g_string_new(NULL);
  json_t *entry;
  size_t i;

  json_array_foreach(aside, i, entry)
  {
    g_string_append_printf(text, "%s%d=%s", i > 0 ? "," : "",
                           (int)json_integer_value(json_object_get(entry, "seq")),
                           json_string_value(json_object_get(entry, "reason")));
  }
  return g_string_free(text, FALSE);
}

/* --- the disk --- */

static gboolean
run_sql(sqlite3 *db, gpointer data, GError **error)
{
  g_assert_cmpint(sqlite3_exec(db, data, NULL, NULL, NULL), ==, SQLITE_OK);
  return TRUE;
}

static void
run(Fixture *fixture, const char *sql)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_store_write_async(fixture->store, run_sql, (gpointer)sql, NULL, NULL, fixture_take_result,
                       &result);
  fixture_wait(&result);
}

void
fixture_fill_disk(Fixture *fixture)
{
  if (fixture->kind == ON_MEMORY) {
    bh_memory_backend_fail(fixture->memory, G_MAXUINT, BH_PROPERTY_ERROR_FULL);
    return;
  }
  /* Not less than there are; then what is free inside of them. */
  run(fixture, "CREATE TABLE filler (bytes BLOB); PRAGMA max_page_count=1;"
               "CREATE TRIGGER full BEFORE INSERT ON property_operation BEGIN"
               " INSERT INTO filler VALUES (zeroblob(1000000)); END");
}

void
fixture_make_room(Fixture *fixture)
{
  if (fixture->kind == ON_MEMORY)
    bh_memory_backend_fail(fixture->memory, 0, 0);
  else
    run(fixture, "PRAGMA max_page_count=1000000; DROP TRIGGER full; DROP TABLE filler");
}
