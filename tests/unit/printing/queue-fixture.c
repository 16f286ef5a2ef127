/* SPDX-License-Identifier: Apache-2.0 */
#include "queue-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* What a busy machine could exceed is a guard only; tests of silence shorten what they wait for. */
static const BhPrinterTiming quick = {
    .connect_ms = 30000,
    .ask_ms = 30000,
    .ask_again_ms = 20,
    .write_base_ms = 30000,
    .write_kib_ms = 1,
    .confirm_base_ms = 30000,
    .confirm_kib_ms = 1,
    .confirm_quiet_ms = 30000,
    .attended_ms = 60000,
    .linger_ms = 30,
    .retry_first_ms = 10,
    .retry_max_ms = 40,
};

static gboolean
on_time_out(gpointer data)
{
  g_error("nothing came within 90 s");
  return G_SOURCE_REMOVE;
}

void
queue_fixture_wait_until(gboolean (*is_so)(gpointer data), gpointer data)
{
  guint source = g_timeout_add_seconds(90, on_time_out, NULL);

  while (!is_so(data))
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(source);
}

static gboolean
has_result(gpointer data)
{
  return *(GAsyncResult **)data != NULL;
}

static void
take_result(GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref(result);
}

static GAsyncResult *
wait_for_result(GAsyncResult **result)
{
  queue_fixture_wait_until(has_result, result);
  return *result;
}

static void
on_job_changed(BhPrintQueue *queue, const BhPrintJobInfo *info, QueueFixture *fixture)
{
  g_string_append_printf(fixture->told, " %s:%s%s%s", info->job_id,
                         bh_print_state_get_name(info->state), info->detail != NULL ? "/" : "",
                         info->detail != NULL ? info->detail : "");
}

void
queue_fixture_open(QueueFixture *fixture)
{
  g_autoptr(GError) error = NULL;

  fixture->store = bh_store_open(fixture->folder, bh_print_queue_migrations,
                                 bh_print_queue_n_migrations, &error);
  g_assert_no_error(error);
  fixture->queue = bh_print_queue_new(fixture->store, &fixture->limits);
  bh_print_queue_set_timing(fixture->queue, &fixture->timing);
  g_signal_connect(fixture->queue, "job-changed", G_CALLBACK(on_job_changed), fixture);
}

void
queue_fixture_close(QueueFixture *fixture)
{
  bh_print_queue_close(fixture->queue);
  bh_print_queue_close(fixture->queue);
  bh_store_close(fixture->store);
  /* What is on its way holds both. */
  g_object_add_weak_pointer(G_OBJECT(fixture->store), (gpointer *)&fixture->store);
  g_clear_object(&fixture->queue);
  g_object_unref(fixture->store);
  while (fixture->store != NULL)
    g_main_context_iteration(NULL, TRUE);
}

void
queue_fixture_init(QueueFixture *fixture)
{
  fixture->folder = g_dir_make_tmp("bellhop-queue-XXXXXX", NULL);
  fixture->told = g_string_new(NULL);
  fixture->timing = quick;
  bh_limit_set_init(&fixture->limits);
  queue_fixture_open(fixture);
}

void
queue_fixture_clear(QueueFixture *fixture)
{
  static const char *const names[] = {"bellhop.db", "bellhop.db-wal", "bellhop.db-shm", "lock"};

  if (fixture->queue != NULL)
    queue_fixture_close(fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(fixture->folder, names[i], NULL);

    g_remove(path);
  }
  g_assert_cmpint(g_rmdir(fixture->folder), ==, 0);
  g_free(fixture->folder);
  g_string_free(fixture->told, TRUE);
}

void
queue_fixture_expect_silence(QueueFixture *fixture)
{
  fixture->timing.ask_ms = fixture->timing.confirm_quiet_ms = 60;
  bh_print_queue_set_timing(fixture->queue, &fixture->timing);
}

void
queue_fixture_add(QueueFixture *fixture, const char *name, const FakePrinter *printer)
{
  g_autofree char *uri = g_strdup_printf("tcp://127.0.0.1:%u", printer->port);
  g_autoptr(GError) error = NULL;

  g_assert_true(bh_print_queue_add_printer(fixture->queue, name, uri, &error));
  g_assert_no_error(error);
}

void
queue_fixture_start(QueueFixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_print_queue_start_async(fixture->queue, take_result, &result);
  g_assert_true(bh_print_queue_start_finish(fixture->queue, wait_for_result(&result), &error));
  g_assert_no_error(error);
}

int
queue_fixture_submit(QueueFixture *fixture, const char *json)
{
  const BhPrintSender till = {.device_id = "till"};

  return queue_fixture_submit_as(fixture, &till, json);
}

int
queue_fixture_submit_as(QueueFixture *fixture, const BhPrintSender *sender, const char *json)
{
  g_autoptr(json_t) job = bh_json_parse(json, strlen(json), NULL);
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *id = NULL;
  BhPrintState state;

  bh_print_queue_submit_async(fixture->queue, sender, job, take_result, &result);
  g_assert_null(result);
  wait_for_result(&result);
  if (bh_print_queue_submit_finish(fixture->queue, result, &state, &id, &error)) {
    g_assert_no_error(error);
    g_assert_cmpstr(id, ==, json_string_value(json_object_get(job, "jobId")));
    return (int)state;
  }
  g_assert_true(error->domain == BH_PRINT_ERROR);
  return -1 - error->code;
}

void
queue_fixture_print(QueueFixture *fixture, const char *job, const char *printer)
{
  g_autofree char *json =
      printer != NULL
          ? g_strdup_printf("{\"jobId\":\"%s\",\"printer\":\"%s\",\"content\":{\"text\":\"%s\"}}",
                            job, printer, job)
          : g_strdup_printf("{\"jobId\":\"%s\",\"content\":{\"text\":\"%s\"}}", job, job);

  g_assert_cmpint(queue_fixture_submit(fixture, json), ==, BH_PRINT_ACCEPTED);
}

int
queue_fixture_reprint(QueueFixture *fixture, const char *job)
{
  return queue_fixture_reprint_on(fixture, job, NULL);
}

int
queue_fixture_reprint_on(QueueFixture *fixture, const char *job, const char *printer)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_print_queue_reprint_async(fixture->queue, "till", job, printer, take_result, &result);
  g_assert_null(result);
  if (bh_print_queue_reprint_finish(fixture->queue, wait_for_result(&result), &error))
    return 0;
  g_assert_true(error->domain == BH_PRINT_ERROR);
  return -1 - error->code;
}

int
queue_fixture_cancel(QueueFixture *fixture, const char *job)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_print_queue_cancel_async(fixture->queue, "till", job, take_result, &result);
  g_assert_null(result);
  if (bh_print_queue_cancel_finish(fixture->queue, wait_for_result(&result), &error))
    return 0;
  g_assert_true(error->domain == BH_PRINT_ERROR);
  return -1 - error->code;
}

typedef struct {
  QueueFixture *fixture;
  const char *words;
} Told;

static gboolean
is_told(gpointer data)
{
  const Told *told = data;

  return strstr(told->fixture->told->str, told->words) != NULL;
}

static gboolean
on_told_late(gpointer data)
{
  const Told *told = data;

  g_error("“%s” was not told within 80 s, but:%s", told->words, told->fixture->told->str);
  return G_SOURCE_REMOVE;
}

void
queue_fixture_wait(QueueFixture *fixture, const char *words)
{
  Told told = {fixture, words};
  guint source = g_timeout_add_seconds(80, on_told_late, &told);

  queue_fixture_wait_until(is_told, &told);
  g_source_remove(source);
}

json_t *
queue_fixture_list(QueueFixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  json_t *list;

  bh_print_queue_list_async(fixture->queue, 1000, take_result, &result);
  list = bh_print_queue_list_finish(fixture->queue, wait_for_result(&result), &error);
  g_assert_no_error(error);
  return list;
}

json_t *
queue_fixture_list_paper(QueueFixture *fixture)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  json_t *list;

  bh_print_queue_list_paper_async(fixture->queue, take_result, &result);
  list = bh_print_queue_list_paper_finish(fixture->queue, wait_for_result(&result), &error);
  g_assert_no_error(error);
  return list;
}

char *
queue_fixture_get_state(QueueFixture *fixture, const char *job)
{
  g_autoptr(json_t) list = queue_fixture_list(fixture);
  size_t i;
  json_t *entry;

  json_array_foreach(list, i, entry)
  {
    const char *detail = json_string_value(json_object_get(entry, "detail"));

    if (g_strcmp0(json_string_value(json_object_get(entry, "jobId")), job) == 0)
      return g_strconcat(json_string_value(json_object_get(entry, "state")),
                         detail != NULL ? "/" : "", detail, NULL);
  }
  return NULL;
}

void
queue_fixture_sql(QueueFixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename(fixture->folder, "bellhop.db", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close(db);
}

void
queue_fixture_assert_state(QueueFixture *fixture, const char *job, const char *expected)
{
  g_autofree char *state = queue_fixture_get_state(fixture, job);

  g_assert_cmpstr(state, ==, expected);
}

/* What was told of @job ends with @expected; other jobs may come in between. */
void
queue_fixture_assert_told(QueueFixture *fixture, const char *job, const char *expected)
{
  g_auto(GStrv) words = g_strsplit(fixture->told->str, " ", -1);
  g_autofree char *prefix = g_strconcat(job, ":", NULL);
  g_autoptr(GString) told = g_string_new(NULL);

  for (guint i = 0; words[i] != NULL; i++) {
    if (g_str_has_prefix(words[i], prefix))
      g_string_append_printf(told, " %s", words[i] + strlen(prefix));
  }
  if (!g_str_has_suffix(told->str, expected))
    g_error("of “%s” was told:%s", job, told->str);
}

void
queue_fixture_assert_told_before(QueueFixture *fixture, const char *first, const char *second)
{
  const char *found = strstr(fixture->told->str, first);

  g_assert_nonnull(found);
  g_assert_nonnull(strstr(found, second));
}

void
queue_fixture_begin(QueueFixture *fixture, FakePrinter *printer)
{
  queue_fixture_init(fixture);
  fake_printer_init(printer);
  queue_fixture_add(fixture, "bar", printer);
  queue_fixture_start(fixture);
}

void
queue_fixture_end(QueueFixture *fixture, FakePrinter *printer)
{
  queue_fixture_clear(fixture);
  fake_printer_clear(printer);
}

char *
queue_fixture_make_large_job(const char *job)
{
  g_autofree guint8 *raw = g_malloc(12 * 1024 * 1024);
  g_autofree char *base64 = NULL;

  memset(raw, 'x', 12 * 1024 * 1024);
  base64 = g_base64_encode(raw, 12 * 1024 * 1024);
  return g_strdup_printf("{\"jobId\":\"%s\",\"content\":{\"escpos\":\"%s\"}}", job, base64);
}
