/* SPDX-License-Identifier: Apache-2.0 */
#include "queue-fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
assert_state(QueueFixture *fixture, const char *job, const char *expected)
{
  g_autofree char *state = queue_fixture_get_state(fixture, job);

  g_assert_cmpstr(state, ==, expected);
}

/* What was told of @job ends with @expected; other jobs may come in between. */
static void
assert_told(QueueFixture *fixture, const char *job, const char *expected)
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

static void
assert_told_before(QueueFixture *fixture, const char *first, const char *second)
{
  const char *found = strstr(fixture->told->str, first);

  g_assert_nonnull(found);
  g_assert_nonnull(strstr(found, second));
}

static void
start(QueueFixture *fixture, FakePrinter *printer)
{
  queue_fixture_init(fixture);
  fake_printer_init(printer);
  queue_fixture_add(fixture, "bar", printer);
  queue_fixture_start(fixture);
}

static void
stop(QueueFixture *fixture, FakePrinter *printer)
{
  queue_fixture_clear(fixture);
  fake_printer_clear(printer);
}

/* Feedback ------------------------------------------------------------------------------------ */

static void
test_done_when_the_printer_confirms(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  for (guint byte_wise = 0; byte_wise < 2; byte_wise++) {
    start(&fixture, &printer);
    printer.is_byte_wise = byte_wise;
    queue_fixture_print(&fixture, "one", NULL);
    queue_fixture_wait(&fixture, "one:done");
    g_assert_cmpstr(fixture.told->str, ==, " one:printing one:sent one:done");
    g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
    g_assert_cmpuint(printer.n_questions, ==, 3);
    /* Automatic status, since it answers. */
    g_assert_cmpuint(fake_printer_count(&printer, "\x1d"
                                                  "a\x0e"),
                     ==, 1);
    assert_state(&fixture, "one", "done");
    stop(&fixture, &printer);
  }
}

static void
test_sent_without_feedback(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  queue_fixture_expect_silence(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  printer.answers = printer.confirms = FALSE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:sent/no-feedback");
  assert_told(&fixture, "one", " printing sent sent/no-feedback");
  assert_told_before(&fixture, "one:sent/no-feedback", "two:printing");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "two"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "\x1d"
                                                "a"),
                   ==, 0);
  assert_state(&fixture, "one", "sent/no-feedback");
  stop(&fixture, &printer);
}

static void
test_foreign_confirmation_does_not_count(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  static const char wrong[] = {0x37, 0x22, 'a', 'b', 'c', 'd', 0};

  queue_fixture_init(&fixture);
  queue_fixture_expect_silence(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  printer.answers = printer.confirms = FALSE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:sent");
  fake_printer_say(&printer, wrong, sizeof wrong);
  queue_fixture_wait(&fixture, "one:sent/no-feedback");
  g_assert_null(strstr(fixture.told->str, "done"));
  stop(&fixture, &printer);
}

static void
test_waits_for_paper(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autoptr(json_t) printers = NULL;

  start(&fixture, &printer);
  printer.is_paper_out = TRUE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:queued/paper-out");
  g_assert_cmpuint(printer.received->len, ==, 0);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:queued/paper-out");
  printers = bh_print_queue_describe_printers(fixture.queue);
  g_assert_cmpstr(json_string_value(json_object_get(json_array_get(printers, 0), "detail")), ==,
                  "paper-out");
  assert_state(&fixture, "one", "queued/paper-out");

  printer.is_paper_out = FALSE;
  queue_fixture_wait(&fixture, "two:done");
  assert_told(&fixture, "one", " printing sent done");
  assert_told_before(&fixture, "one:done", "two:printing");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  stop(&fixture, &printer);
}

static void
test_tells_in_mid_job_and_waits(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  static const char paper_out[] = {0x18, 0x00, 0x0c, 0x0f};
  static const char fine[] = {0x10, 0x00, 0x00, 0x0f};

  start(&fixture, &printer);
  printer.confirms = FALSE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:sent");
  fake_printer_say(&printer, paper_out, sizeof paper_out);
  queue_fixture_wait(&fixture, "one:sent/paper-out");
  fake_printer_say(&printer, fine, sizeof fine);
  g_string_truncate(fixture.told, 0);
  queue_fixture_wait(&fixture, "one:sent");
  stop(&fixture, &printer);
}

/* Broken off ---------------------------------------------------------------------------------- */

static void
test_retries_until_the_printer_is_there(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  start(&fixture, &printer);
  fake_printer_switch_off(&printer);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "one:queued/offline");
  queue_fixture_wait(&fixture, "two:queued/offline");
  fake_printer_switch_on(&printer);
  queue_fixture_wait(&fixture, "two:done");
  assert_told(&fixture, "one", " printing sent done");
  assert_told_before(&fixture, "one:done", "two:printing");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  stop(&fixture, &printer);
}

static void
test_hang_up_before_the_first_byte_is_tried_again(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  for (guint resets = 0; resets < 2; resets++) {
    start(&fixture, &printer);
    printer.hangs_up_first = TRUE;
    printer.resets = resets;
    queue_fixture_print(&fixture, "one", NULL);
    queue_fixture_wait(&fixture, "one:queued/offline");
    g_assert_cmpuint(printer.received->len, ==, 0);
    printer.hangs_up_first = FALSE;
    queue_fixture_wait(&fixture, "one:done");
    g_assert_cmpuint(printer.n_connections, >=, 2);
    g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
    stop(&fixture, &printer);
  }
}

static void
test_hang_up_after_the_first_byte_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  start(&fixture, &printer);
  printer.hangs_up_after = 1;
  printer.resets = TRUE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:uncertain");
  printer.hangs_up_after = 0;
  printer.resets = FALSE;

  /* Nothing prints it again; the next job goes on. */
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:done");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 0);
  assert_state(&fixture, "one", "uncertain/connection-lost");
  g_assert_cmpint(
      queue_fixture_submit(&fixture, "{\"jobId\":\"one\",\"content\":{\"text\":\"one\"}}"), ==,
      BH_PRINT_UNCERTAIN);

  /* A person does, and sees that it is not the first. */
  g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, 0);
  queue_fixture_wait(&fixture, "one:done/reprint");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "REPRINT"), ==, 1);
  stop(&fixture, &printer);
}

/* Larger than what the system's buffers of both sides take. */
static char *
make_large_job(const char *job)
{
  g_autofree guint8 *raw = g_malloc(12 * 1024 * 1024);
  g_autofree char *base64 = NULL;

  memset(raw, 'x', 12 * 1024 * 1024);
  base64 = g_base64_encode(raw, 12 * 1024 * 1024);
  return g_strdup_printf("{\"jobId\":\"%s\",\"content\":{\"escpos\":\"%s\"}}", job, base64);
}

static void
test_never_reading_printer_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autofree char *large = make_large_job("large");

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_JOB_BYTES, 16 * 1024 * 1024);
  fixture.timing.write_base_ms = 150;
  queue_fixture_open(&fixture);
  queue_fixture_expect_silence(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  printer.never_reads = TRUE;
  g_assert_cmpint(queue_fixture_submit(&fixture, large), ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "large:uncertain/time-limit");
  stop(&fixture, &printer);
}

static void
test_hang_up_in_the_middle_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autofree char *large = make_large_job("large");

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_JOB_BYTES, 16 * 1024 * 1024);
  queue_fixture_open(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  printer.hangs_up_after = 100000;
  g_assert_cmpint(queue_fixture_submit(&fixture, large), ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "large:uncertain/connection-lost");
  stop(&fixture, &printer);
}

static void
test_printer_that_chatters_is_cut_off(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  start(&fixture, &printer);
  printer.chatters = TRUE;
  printer.confirms = FALSE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:uncertain");
  printer.chatters = FALSE;
  printer.confirms = TRUE;
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:done");
  stop(&fixture, &printer);
}

typedef struct {
  QueueFixture *fixture;
  const char *seen; /* "state" or "state/detail" of the only printer */
} Look;

static gboolean
is_seen(gpointer data)
{
  const Look *look = data;
  g_autoptr(json_t) printers = bh_print_queue_describe_printers(look->fixture->queue);
  const json_t *printer = json_array_get(printers, 0);
  const char *detail = json_string_value(json_object_get(printer, "detail"));
  g_autofree char *seen =
      g_strconcat(json_string_value(json_object_get(printer, "state")), detail != NULL ? "/" : "",
                  detail != NULL ? detail : "", NULL);

  return g_str_equal(seen, look->seen);
}

static void
wait_until_seen(QueueFixture *fixture, const char *seen)
{
  Look look = {fixture, seen};

  queue_fixture_wait_until(is_seen, &look);
}

static void
test_idle_printer_is_looked_at(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  fixture.timing.probe_ms = 20;
  queue_fixture_open(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  wait_until_seen(&fixture, "unknown");
  queue_fixture_start(&fixture);
  wait_until_seen(&fixture, "idle");
  printer.is_paper_out = TRUE;
  wait_until_seen(&fixture, "waiting/paper-out");
  printer.is_paper_out = FALSE;
  fake_printer_switch_off(&printer);
  wait_until_seen(&fixture, "waiting/offline");
  /* Who prints now is told at once, and nothing is lost. */
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:queued/offline");
  fake_printer_switch_on(&printer);
  queue_fixture_wait(&fixture, "one:done");
  wait_until_seen(&fixture, "idle");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  stop(&fixture, &printer);
}

static gboolean
drop_trigger(sqlite3 *db, gpointer data, GError **error)
{
  return sqlite3_exec(db, "DROP TRIGGER full", NULL, NULL, NULL) == SQLITE_OK;
}

static void
test_full_disk_is_told_and_waited_for(void)
{
  QueueFixture fixture;
  GLogLevelFlags fatal;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  queue_fixture_sql(&fixture, "CREATE TRIGGER full BEFORE UPDATE ON print_job"
                              " WHEN NEW.state = 'done' BEGIN SELECT RAISE(FAIL, 'full'); END");
  queue_fixture_open(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  queue_fixture_print(&fixture, "one", NULL);
  /* The person who runs the hub is warned. */
  fatal = g_log_set_always_fatal(G_LOG_FATAL_MASK);
  wait_until_seen(&fixture, "waiting/storage");
  g_log_set_always_fatal(fatal);
  bh_store_write_async(fixture.store, drop_trigger, NULL, NULL, NULL, NULL, NULL);
  queue_fixture_wait(&fixture, "one:done");
  wait_until_seen(&fixture, "idle");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  stop(&fixture, &printer);
}

static gboolean
has_many_connections(gpointer data)
{
  return ((FakePrinter *)data)->n_connections >= 5;
}

static void
test_mute_printer_is_asked_once(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  fixture.timing.probe_ms = 1;
  /* It confirms, though. */
  fixture.timing.ask_ms = 60;
  queue_fixture_open(&fixture);
  fake_printer_init(&printer);
  printer.answers = FALSE;
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  queue_fixture_wait_until(has_many_connections, &printer);
  wait_until_seen(&fixture, "idle");
  g_assert_cmpuint(printer.n_questions, <=, 3);
  /* A job that meets a look at the printer goes first. */
  for (guint i = 0; i < 20; i++) {
    g_autofree char *job = g_strdup_printf("job%u.", i);
    g_autofree char *done = g_strconcat(job, ":done", NULL);

    queue_fixture_print(&fixture, job, NULL);
    queue_fixture_wait(&fixture, done);
    g_assert_cmpuint(fake_printer_count(&printer, job), ==, 1);
  }
  stop(&fixture, &printer);
}

static void
test_dead_printer_holds_up_nobody(void)
{
  QueueFixture fixture;
  FakePrinter dead, silent, good;

  queue_fixture_init(&fixture);
  fake_printer_init(&dead);
  fake_printer_init(&silent);
  fake_printer_init(&good);
  silent.never_reads = TRUE;
  queue_fixture_add(&fixture, "dead", &dead);
  queue_fixture_add(&fixture, "silent", &silent);
  queue_fixture_add(&fixture, "good", &good);
  fake_printer_switch_off(&dead);
  queue_fixture_start(&fixture);
  queue_fixture_print(&fixture, "one", "dead");
  queue_fixture_print(&fixture, "two", "silent");
  queue_fixture_print(&fixture, "three", "good");
  queue_fixture_wait(&fixture, "three:done");
  g_assert_null(strstr(fixture.told->str, "one:printing"));
  queue_fixture_clear(&fixture);
  fake_printer_clear(&dead);
  fake_printer_clear(&silent);
  fake_printer_clear(&good);
}

/* Identity ------------------------------------------------------------------------------------ */

static void
test_same_job_is_printed_once(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  const char *job = "{\"jobId\":\"one\",\"content\":{\"text\":\"one\"}}";

  start(&fixture, &printer);
  g_assert_cmpint(queue_fixture_submit(&fixture, job), ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpint(queue_fixture_submit(&fixture, job), ==, BH_PRINT_DONE);
  g_assert_cmpint(queue_fixture_submit(&fixture,
                                       "{\"content\":{\"text\":\"one\"},\"jobId\":\"one\","
                                       "\"printer\":\"bar\",\"copies\":1}"),
                  ==, BH_PRINT_DONE);
  g_assert_cmpint(
      queue_fixture_submit(&fixture, "{\"jobId\":\"one\",\"content\":{\"text\":\"other\"}}"), ==,
      -1 - BH_PRINT_ERROR_CONFLICT);
  g_assert_cmpint(queue_fixture_submit(
                      &fixture, "{\"jobId\":\"one\",\"copies\":2,\"content\":{\"text\":\"one\"}}"),
                  ==, -1 - BH_PRINT_ERROR_CONFLICT);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:done");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);

  /* Also after a new start. */
  queue_fixture_close(&fixture);
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  g_assert_cmpint(queue_fixture_submit(&fixture, job), ==, BH_PRINT_DONE);
  stop(&fixture, &printer);
}

typedef struct {
  guint completed;
  guint accepted;
} Submissions;

static void
count_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Submissions *submissions = data;
  BhPrintState state = BH_PRINT_FAILED;

  submissions->completed++;
  submissions->accepted +=
      bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, &state, NULL, NULL) &&
      state == BH_PRINT_ACCEPTED;
}

static gboolean
is_complete(gpointer data)
{
  return ((Submissions *)data)->completed == 3;
}

static void
test_same_job_at_the_same_time(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  Submissions submissions = {0};
  const char *text = "{\"jobId\":\"one\",\"content\":{\"text\":\"one\"}}";
  g_autoptr(json_t) job = bh_json_parse(text, strlen(text), NULL);

  start(&fixture, &printer);
  for (guint i = 0; i < 3; i++)
    bh_print_queue_submit_async(fixture.queue, "till", job, count_cb, &submissions);
  queue_fixture_wait_until(is_complete, &submissions);
  g_assert_cmpuint(submissions.accepted, ==, 3);
  queue_fixture_wait(&fixture, "one:done");
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:done");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  stop(&fixture, &printer);
}

/* A large job takes a worker longer than the small ones behind it. */
static void
test_large_job_keeps_its_place(void)
{
  g_autofree char *large = g_strnfill(300000, 'w');
  g_autofree char *large_job =
      g_strdup_printf("{\"jobId\":\"large\",\"content\":{\"text\":\"%s\"}}", large);
  QueueFixture fixture;
  Submissions submissions = {0};
  g_autoptr(json_t) list = NULL;

  queue_fixture_init(&fixture);
  g_assert_true(bh_print_queue_add_printer(fixture.queue, "paper", "paper:", NULL));
  for (guint i = 0; i < 3; i++) {
    g_autofree char *small = g_strdup_printf("{\"jobId\":\"%s%u\",\"content\":{\"text\":\"s\"}}",
                                             i == 0 ? "large" : "small", i);
    g_autoptr(json_t) job = i == 0 ? bh_json_parse(large_job, strlen(large_job), NULL)
                                   : bh_json_parse(small, strlen(small), NULL);

    bh_print_queue_submit_async(fixture.queue, "till", job, count_cb, &submissions);
  }
  queue_fixture_wait_until(is_complete, &submissions);
  g_assert_cmpuint(submissions.accepted, ==, 3);
  list = queue_fixture_list(&fixture);
  g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 2), "jobId")), ==,
                  "large");
  g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 1), "jobId")), ==,
                  "small1");
  queue_fixture_clear(&fixture);
}

static void
test_refuses_bad_jobs(void)
{
  static const struct {
    const char *json;
    BhPrintError code;
  } cases[] = {
      {"{}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"a\"}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":7,\"content\":{\"text\":\"a\"}}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"\",\"content\":{\"text\":\"a\"}}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"\xc3\xa9\",\"content\":{\"text\":\"a\"}}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"a\",\"content\":[]}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"a\",\"content\":{\"pdf\":\"\"}}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"a\",\"copies\":0,\"content\":{\"text\":\"a\"}}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"a\",\"copies\":11,\"content\":{\"text\":\"a\"}}", BH_PRINT_ERROR_BAD_JOB},
      {"{\"jobId\":\"a\",\"printer\":\"x\",\"content\":{\"text\":\"a\"}}",
       BH_PRINT_ERROR_UNKNOWN_PRINTER},
  };
  g_autofree char *id = g_strnfill(129, 'a');
  g_autofree char *long_id = g_strdup_printf("{\"jobId\":\"%s\",\"content\":{\"text\":\"a\"}}", id);
  g_autofree char *text = g_strnfill(3000, 'a');
  g_autofree char *copies =
      g_strdup_printf("{\"jobId\":\"a\",\"copies\":2,\"content\":{\"text\":\"%s\"}}", text);
  QueueFixture fixture;
  FakePrinter printer;
  g_autoptr(json_t) list = NULL;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_JOB_BYTES, 4096);
  queue_fixture_open(&fixture);
  g_assert_cmpint(queue_fixture_submit(&fixture, "{\"jobId\":\"a\",\"content\":{\"text\":\"a\"}}"),
                  ==, -1 - BH_PRINT_ERROR_UNKNOWN_PRINTER);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_assert_cmpint(queue_fixture_submit(&fixture, cases[i].json), ==, -1 - (int)cases[i].code);
  }
  g_assert_cmpint(queue_fixture_submit(&fixture, long_id), ==, -1 - BH_PRINT_ERROR_BAD_JOB);
  g_assert_cmpint(queue_fixture_submit(&fixture, copies), ==, -1 - BH_PRINT_ERROR_TOO_LARGE);
  list = queue_fixture_list(&fixture);
  g_assert_cmpuint(json_array_size(list), ==, 0);
  g_assert_cmpstr(fixture.told->str, ==, "");
  stop(&fixture, &printer);
}

static void
test_full_queue_refuses_new_jobs_only(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_JOBS, 2);
  queue_fixture_open(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  printer.is_paper_out = TRUE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_print(&fixture, "two", NULL);
  g_assert_cmpint(queue_fixture_submit(&fixture, "{\"jobId\":\"x\",\"content\":{\"text\":\"x\"}}"),
                  ==, -1 - BH_PRINT_ERROR_FULL);
  g_assert_cmpint(
      queue_fixture_submit(&fixture, "{\"jobId\":\"two\",\"content\":{\"text\":\"two\"}}"), ==,
      BH_PRINT_QUEUED);
  printer.is_paper_out = FALSE;
  queue_fixture_wait(&fixture, "two:done");
  queue_fixture_print(&fixture, "x", NULL);
  queue_fixture_wait(&fixture, "x:done");
  stop(&fixture, &printer);
}

static void
test_copies_open_the_drawer_once(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  start(&fixture, &printer);
  /* "hello", drawer kick */
  g_assert_cmpint(queue_fixture_submit(&fixture,
                                       "{\"jobId\":\"one\",\"copies\":3,\"content\":{\"escpos\":"
                                       "\"aGVsbG8KG3AAGfo=\"}}"),
                  ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpuint(fake_printer_count(&printer, "hello"), ==, 3);
  g_assert_cmpuint(fake_printer_count(&printer, "\x1bp"), ==, 1);
  g_assert_cmpuint(printer.n_confirmed, ==, 1);
  stop(&fixture, &printer);
}

static void
test_reprint_is_for_finished_jobs(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  start(&fixture, &printer);
  g_assert_cmpint(queue_fixture_reprint(&fixture, "none"), ==, -1 - BH_PRINT_ERROR_STATE);
  printer.is_paper_out = TRUE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:queued/paper-out");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, -1 - BH_PRINT_ERROR_STATE);
  printer.is_paper_out = FALSE;
  queue_fixture_wait(&fixture, "one:done");
  for (guint i = 1; i <= 2; i++) {
    g_string_truncate(fixture.told, 0);
    g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, 0);
    queue_fixture_wait(&fixture, "one:done/reprint");
    g_assert_cmpuint(fake_printer_count(&printer, "REPRINT"), ==, i);
  }
  stop(&fixture, &printer);
}

static void
test_narrow_paper(void)
{
  g_autofree char *text = g_strnfill(40, 'w');
  g_autofree char *json =
      g_strdup_printf("{\"jobId\":\"one\",\"content\":{\"text\":\"%s\"}}", text);
  QueueFixture fixture;
  FakePrinter printer;
  g_autofree char *uri = NULL;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  uri = g_strdup_printf("tcp://127.0.0.1:%u?columns=32", printer.port);
  g_assert_true(bh_print_queue_add_printer(fixture.queue, "bar", uri, NULL));
  queue_fixture_start(&fixture);
  g_assert_cmpint(queue_fixture_submit(&fixture, json), ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "one:done");
  text[33] = '\0';
  g_assert_cmpuint(fake_printer_count(&printer, text), ==, 0);
  text[32] = '\0';
  g_assert_cmpuint(fake_printer_count(&printer, text), ==, 1);
  stop(&fixture, &printer);
}

static void
test_waiting_job_goes_to_another_printer(void)
{
  QueueFixture fixture;
  FakePrinter off, on;

  queue_fixture_init(&fixture);
  fake_printer_init(&off);
  fake_printer_init(&on);
  off.is_paper_out = TRUE;
  queue_fixture_add(&fixture, "bar", &off);
  queue_fixture_add(&fixture, "till", &on);
  queue_fixture_start(&fixture);
  queue_fixture_print(&fixture, "one", "bar");
  queue_fixture_print(&fixture, "two", "bar");
  queue_fixture_wait(&fixture, "two:queued/paper-out");
  g_assert_cmpint(queue_fixture_reprint_on(&fixture, "one", "none"), ==,
                  -1 - BH_PRINT_ERROR_UNKNOWN_PRINTER);
  g_assert_cmpint(queue_fixture_reprint_on(&fixture, "one", "till"), ==, 0);
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpint(queue_fixture_reprint_on(&fixture, "two", "till"), ==, 0);
  queue_fixture_wait(&fixture, "two:done");
  off.is_paper_out = FALSE;
  queue_fixture_print(&fixture, "three", "bar");
  queue_fixture_wait(&fixture, "three:done");
  g_assert_cmpuint(fake_printer_count(&off, "one"), ==, 0);
  g_assert_cmpuint(fake_printer_count(&off, "two"), ==, 0);
  g_assert_cmpuint(fake_printer_count(&on, "one"), ==, 1);
  /* It never was on paper. */
  g_assert_cmpuint(fake_printer_count(&on, "REPRINT"), ==, 0);
  /* The device that did not hear of it sends it once more, as it was. */
  g_assert_cmpint(
      queue_fixture_submit(
          &fixture, "{\"jobId\":\"one\",\"printer\":\"bar\",\"content\":{\"text\":\"one\"}}"),
      ==, BH_PRINT_DONE);
  /* What is on paper is a reprint, wherever it comes out. */
  g_assert_cmpint(queue_fixture_reprint_on(&fixture, "one", "bar"), ==, 0);
  queue_fixture_wait(&fixture, "one:done/reprint");
  g_assert_cmpuint(fake_printer_count(&off, "REPRINT"), ==, 1);
  fake_printer_clear(&off);
  stop(&fixture, &on);
}

static void
test_job_of_a_removed_printer_is_not_lost(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_close(&fixture);

  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "till", &printer);
  queue_fixture_start(&fixture);
  assert_state(&fixture, "one", "queued/no-printer");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, -1 - BH_PRINT_ERROR_UNKNOWN_PRINTER);
  g_assert_cmpint(queue_fixture_reprint_on(&fixture, "one", "till"), ==, 0);
  queue_fixture_wait(&fixture, "one:done");
  queue_fixture_close(&fixture);

  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  queue_fixture_wait(&fixture, "two:done");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "two"), ==, 1);
  stop(&fixture, &printer);
}

static void
test_addresses_and_names(void)
{
  static const char *const bad[] = {"",
                                    "tcp:",
                                    "tcp://",
                                    "http://x:1",
                                    "tcp://x:0",
                                    "tcp://x:70000",
                                    "tcp://x/path",
                                    "x:9100",
                                    "tcp://u@x:1",
                                    "tcp://x:1?a=b",
                                    "tcp://x:1?columns=33",
                                    "paper:?columns=32",
                                    "paper:x",
                                    "paper"};
  static const char *const good[] = {"tcp://x",
                                     "tcp://10.0.0.7:9100",
                                     "tcp://[::1]:9100/",
                                     "tcp://x?columns=32",
                                     "tcp://x:1?columns=42",
                                     "paper:"};
  static const char *const bad_names[] = {"", "Bar", "a b", "\xc3\xa9", "a/b"};
  QueueFixture fixture;
  g_autoptr(GError) error = NULL;

  queue_fixture_init(&fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
    g_assert_false(bh_print_queue_add_printer(fixture.queue, "a", bad[i], &error));
    g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_ADDRESS);
    g_clear_error(&error);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(bad_names); i++) {
    g_assert_false(bh_print_queue_add_printer(fixture.queue, bad_names[i], "paper:", &error));
    g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_ADDRESS);
    g_clear_error(&error);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
    g_autofree char *name = g_strdup_printf("p%" G_GSIZE_FORMAT, i);

    g_assert_true(bh_print_queue_add_printer(fixture.queue, name, good[i], &error));
    g_assert_false(bh_print_queue_add_printer(fixture.queue, name, good[i], NULL));
  }
  queue_fixture_clear(&fixture);
}

static void
test_paper_keeps_what_was_printed(void)
{
  QueueFixture fixture;
  g_autoptr(json_t) papers = NULL;
  const json_t *first;

  queue_fixture_init(&fixture);
  g_assert_true(bh_print_queue_add_printer(fixture.queue, "paper", "paper:", NULL));
  queue_fixture_start(&fixture);
  for (guint i = 0; i < 103; i++) {
    g_autofree char *job = g_strdup_printf("job%u", i);

    queue_fixture_print(&fixture, job, NULL);
  }
  queue_fixture_wait(&fixture, "job102:done");
  g_assert_null(strstr(fixture.told->str, "printing"));
  g_assert_cmpint(queue_fixture_reprint(&fixture, "job7"), ==, 0);
  queue_fixture_wait(&fixture, "job7:done/reprint");

  papers = queue_fixture_list_paper(&fixture);
  g_assert_cmpuint(json_array_size(papers), ==, 100);
  first = json_array_get(papers, 0);
  g_assert_cmpstr(json_string_value(json_object_get(first, "jobId")), ==, "job7");
  g_assert_cmpstr(json_string_value(json_object_get(first, "deviceId")), ==, "till");
  g_assert_true(json_is_true(json_object_get(first, "reprint")));
  g_assert_cmpint(json_integer_value(json_object_get(first, "printedAt")), >, 1500000000000);
  g_assert_true(json_is_array(json_object_get(json_object_get(first, "paper"), "lines")));
  first = json_array_get(papers, 1);
  g_assert_cmpstr(json_string_value(json_object_get(first, "jobId")), ==, "job102");
  g_assert_true(json_is_false(json_object_get(first, "reprint")));
  queue_fixture_clear(&fixture);
}

/* New starts ---------------------------------------------------------------------------------- */

static void
test_start_knows_what_was_left(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  /* Not started: all stays accepted. */
  queue_fixture_print(&fixture, "waits", NULL);
  queue_fixture_print(&fixture, "begun", NULL);
  queue_fixture_print(&fixture, "sent", NULL);
  queue_fixture_print(&fixture, "heard", NULL);
  queue_fixture_print(&fixture, "later", NULL);
  queue_fixture_print(&fixture, "gone", NULL);
  g_assert_cmpuint(printer.n_connections, ==, 0);
  queue_fixture_close(&fixture);
  queue_fixture_sql(&fixture, "UPDATE print_job SET state='printing' WHERE job_id='begun';"
                              "UPDATE print_job SET state='sent' WHERE job_id='sent';"
                              "UPDATE print_job SET state='sent',detail='no-feedback' "
                              "WHERE job_id='heard';"
                              "UPDATE print_job SET state='queued',detail='offline' "
                              "WHERE job_id='later';"
                              "UPDATE print_job SET printer='other' WHERE job_id='gone'");
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  g_assert_nonnull(strstr(fixture.told->str, " begun:uncertain/stopped"));
  g_assert_nonnull(strstr(fixture.told->str, " gone:queued/no-printer"));
  queue_fixture_wait(&fixture, "later:done");
  g_assert_cmpuint(fake_printer_count(&printer, "waits"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "later"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "begun"), ==, 0);
  g_assert_cmpuint(fake_printer_count(&printer, "sent"), ==, 0);
  assert_state(&fixture, "begun", "uncertain/stopped");
  assert_state(&fixture, "sent", "uncertain/stopped");
  assert_state(&fixture, "heard", "sent/no-feedback");
  assert_state(&fixture, "gone", "queued/no-printer");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "begun"), ==, 0);
  queue_fixture_wait(&fixture, "begun:done/reprint");
  stop(&fixture, &printer);
}

static void
test_old_jobs_are_forgotten_when_finished(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autoptr(json_t) list = NULL;

  start(&fixture, &printer);
  queue_fixture_print(&fixture, "old", NULL);
  queue_fixture_print(&fixture, "unsure", NULL);
  queue_fixture_print(&fixture, "new", NULL);
  queue_fixture_wait(&fixture, "new:done");
  queue_fixture_close(&fixture);
  queue_fixture_sql(&fixture, "UPDATE print_job SET created_ms = created_ms - 31*86400000 "
                              "WHERE job_id<>'new'; UPDATE print_job SET created_ms = created_ms - "
                              "29*86400000 WHERE job_id='new';"
                              "UPDATE print_job SET state='uncertain' WHERE job_id='unsure'");
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  list = queue_fixture_list(&fixture);
  g_assert_cmpuint(json_array_size(list), ==, 2);
  assert_state(&fixture, "old", NULL);
  assert_state(&fixture, "unsure", "uncertain");
  stop(&fixture, &printer);
}

static void
test_close_in_the_middle_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autofree char *large = make_large_job("large");

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_JOB_BYTES, 16 * 1024 * 1024);
  queue_fixture_open(&fixture);
  queue_fixture_expect_silence(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  printer.never_reads = TRUE;
  g_assert_cmpint(queue_fixture_submit(&fixture, large), ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "large:printing");
  queue_fixture_close(&fixture);
  queue_fixture_open(&fixture);
  assert_state(&fixture, "large", "uncertain/stopped");
  stop(&fixture, &printer);
}

typedef struct {
  guint left; /* signals until the queue is closed */
} Closing;

static void
on_signal_close(BhPrintQueue *queue, gpointer anything, Closing *closing)
{
  g_assert_cmpuint(closing->left, >, 0);
  if (--closing->left == 0)
    bh_print_queue_close(queue);
}

typedef struct {
  QueueFixture *fixture;
  FakePrinter *printer;
  Closing *closing;
} Life;

/* The roll is out until that was told. */
static gboolean
is_life_over(gpointer data)
{
  const Life *life = data;
  const char *told = life->fixture->told->str;

  life->printer->is_paper_out = strstr(told, "paper-out") == NULL;
  return life->closing->left == 0 || strstr(told, "one:done") != NULL;
}

static void
test_may_be_closed_inside_any_signal(void)
{
  /* With a roll that is out, then there: all the changes of a job's life. */
  for (guint at = 1; at <= 12; at++) {
    Closing closing = {at};
    QueueFixture fixture;
    FakePrinter printer;
    Life life = {&fixture, &printer, &closing};

    start(&fixture, &printer);
    printer.is_paper_out = TRUE;
    g_signal_connect(fixture.queue, "job-changed", G_CALLBACK(on_signal_close), &closing);
    g_signal_connect(fixture.queue, "printer-changed", G_CALLBACK(on_signal_close), &closing);
    queue_fixture_print(&fixture, "one", NULL);
    queue_fixture_wait_until(is_life_over, &life);
    stop(&fixture, &printer);
  }
}

/* Kill ---------------------------------------------------------------------------------------- */

static int
run_child(const char *folder, const char *port)
{
  QueueFixture fixture = {.folder = g_strdup(folder), .told = g_string_new(NULL)};
  FakePrinter printer = {.port = (guint16)atoi(port)};

  fixture.timing = bh_printer_default_timing;
  bh_limit_set_init(&fixture.limits);
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  queue_fixture_print(&fixture, "one", NULL);
  g_assert_cmpint(write(1, "\n", 1), ==, 1);
  while (fixture.queue != NULL)
    g_main_context_iteration(NULL, TRUE);
  return 1;
}

static GSubprocess *
start_child(QueueFixture *fixture, guint16 port)
{
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *text = g_strdup_printf("%u", port);
  g_autoptr(GError) error = NULL;
  GSubprocess *child = g_subprocess_new(G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self, "--child",
                                        fixture->folder, text, NULL);

  g_assert_no_error(error);
  return child;
}

static void
reopen(QueueFixture *fixture, FakePrinter *printer)
{
  queue_fixture_open(fixture);
  queue_fixture_add(fixture, "bar", printer);
  queue_fixture_start(fixture);
}

static void
test_killed_before_the_first_byte_prints_once(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autoptr(GSubprocess) child = NULL;
  char byte;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  fake_printer_init(&printer);
  fake_printer_switch_off(&printer);
  child = start_child(&fixture, printer.port);
  g_assert_cmpint(g_input_stream_read(g_subprocess_get_stdout_pipe(child), &byte, 1, NULL, NULL),
                  ==, 1);
  g_subprocess_force_exit(child);
  g_subprocess_wait(child, NULL, NULL);

  fake_printer_switch_on(&printer);
  reopen(&fixture, &printer);
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "REPRINT"), ==, 0);
  stop(&fixture, &printer);
}

static GSubprocess *victim;

static gboolean
on_first_byte(gpointer data)
{
  g_subprocess_force_exit(victim);
  return G_SOURCE_REMOVE;
}

static gboolean has_exited;

static void
exited_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
  has_exited = TRUE;
}

static gboolean
is_exited(gpointer data)
{
  return has_exited;
}

static void
test_killed_after_the_first_byte_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  fake_printer_init(&printer);
  printer.confirms = FALSE;
  printer.hangs_up_after = 0;
  printer.on_job_byte = on_first_byte;
  victim = start_child(&fixture, printer.port);
  g_subprocess_wait_async(victim, NULL, exited_cb, NULL);
  queue_fixture_wait_until(is_exited, NULL);
  g_clear_object(&victim);
  printer.on_job_byte = NULL;
  printer.confirms = TRUE;
  g_byte_array_set_size(printer.received, 0);

  reopen(&fixture, &printer);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:done");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 0);
  /* It may have waited in vain for a confirmation before the kill reached it. */
  if (strstr(fixture.told->str, "one:uncertain/stopped") == NULL)
    assert_state(&fixture, "one", "sent/no-feedback");
  else
    assert_state(&fixture, "one", "uncertain/stopped");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, 0);
  queue_fixture_wait(&fixture, "one:done/reprint");
  g_assert_cmpuint(fake_printer_count(&printer, "REPRINT"), ==, 1);
  stop(&fixture, &printer);
}

int
main(int argc, char **argv)
{
  if (argc == 4 && g_str_equal(argv[1], "--child"))
    return run_child(argv[2], argv[3]);
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/print-queue/" name, function)
  TEST("done-when-confirmed", test_done_when_the_printer_confirms);
  TEST("sent-without-feedback", test_sent_without_feedback);
  TEST("foreign-confirmation", test_foreign_confirmation_does_not_count);
  TEST("waits-for-paper", test_waits_for_paper);
  TEST("tells-in-mid-job", test_tells_in_mid_job_and_waits);
  TEST("retries", test_retries_until_the_printer_is_there);
  TEST("hang-up-before", test_hang_up_before_the_first_byte_is_tried_again);
  TEST("hang-up-after", test_hang_up_after_the_first_byte_is_uncertain);
  TEST("hang-up-in-the-middle", test_hang_up_in_the_middle_is_uncertain);
  TEST("never-reads", test_never_reading_printer_is_uncertain);
  TEST("chatters", test_printer_that_chatters_is_cut_off);
  TEST("looked-at", test_idle_printer_is_looked_at);
  TEST("full-disk", test_full_disk_is_told_and_waited_for);
  TEST("asked-once", test_mute_printer_is_asked_once);
  TEST("dead-holds-up-nobody", test_dead_printer_holds_up_nobody);
  TEST("same-job", test_same_job_is_printed_once);
  TEST("same-job-at-once", test_same_job_at_the_same_time);
  TEST("large-job", test_large_job_keeps_its_place);
  TEST("bad-jobs", test_refuses_bad_jobs);
  TEST("full", test_full_queue_refuses_new_jobs_only);
  TEST("copies", test_copies_open_the_drawer_once);
  TEST("reprint", test_reprint_is_for_finished_jobs);
  TEST("narrow-paper", test_narrow_paper);
  TEST("another-printer", test_waiting_job_goes_to_another_printer);
  TEST("removed-printer", test_job_of_a_removed_printer_is_not_lost);
  TEST("addresses", test_addresses_and_names);
  TEST("paper", test_paper_keeps_what_was_printed);
  TEST("start", test_start_knows_what_was_left);
  TEST("prune", test_old_jobs_are_forgotten_when_finished);
  TEST("close-in-the-middle", test_close_in_the_middle_is_uncertain);
  TEST("closed-inside-signals", test_may_be_closed_inside_any_signal);
  TEST("killed-before", test_killed_before_the_first_byte_prints_once);
  TEST("killed-after", test_killed_after_the_first_byte_is_uncertain);
  return g_test_run();
}
