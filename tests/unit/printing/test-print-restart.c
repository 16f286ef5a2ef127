/* SPDX-License-Identifier: Apache-2.0 */
#include "queue-fixture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
  queue_fixture_assert_state(&fixture, "begun", "uncertain/stopped");
  queue_fixture_assert_state(&fixture, "sent", "uncertain/stopped");
  queue_fixture_assert_state(&fixture, "heard", "sent/no-feedback");
  queue_fixture_assert_state(&fixture, "gone", "queued/no-printer");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "begun"), ==, 0);
  queue_fixture_wait(&fixture, "begun:done/reprint");
  queue_fixture_end(&fixture, &printer);
}

/* What would come too late is not printed by the next run, unless a person has asked for it. */
static void
test_fleeting_jobs_end(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_print(&fixture, "late-1", NULL);
  queue_fixture_print(&fixture, "late-asked", NULL);
  queue_fixture_print(&fixture, "other", NULL);
  queue_fixture_close(&fixture);
  queue_fixture_sql(&fixture, "UPDATE print_job SET reprints = 1 WHERE job_id = 'late-asked'");
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  bh_print_queue_set_fleeting(fixture.queue, "till", "late-");
  queue_fixture_start(&fixture);
  queue_fixture_wait(&fixture, "other:done");
  g_assert_cmpuint(fake_printer_count(&printer, "late-1"), ==, 0);
  g_assert_cmpuint(fake_printer_count(&printer, "late-asked"), ==, 1);
  queue_fixture_assert_state(&fixture, "late-1", "failed/old");
  queue_fixture_end(&fixture, &printer);
}

/* A person sent it to another printer, which is to be switched on yet. */
static void
test_fleeting_job_that_was_moved_stays(void)
{
  QueueFixture fixture;
  FakePrinter bar, kitchen;

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&kitchen);
  fake_printer_switch_off(&bar);
  fake_printer_switch_off(&kitchen);
  queue_fixture_add(&fixture, "bar", &bar);
  queue_fixture_add(&fixture, "kitchen", &kitchen);
  queue_fixture_start(&fixture);
  queue_fixture_print(&fixture, "late-1", "bar");
  queue_fixture_print(&fixture, "late-moved", "bar");
  queue_fixture_wait(&fixture, "late-moved:queued/offline");
  g_assert_cmpint(queue_fixture_reprint_on(&fixture, "late-moved", "kitchen"), ==, 0);
  queue_fixture_close(&fixture);
  fake_printer_switch_on(&bar);
  fake_printer_switch_on(&kitchen);
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &bar);
  queue_fixture_add(&fixture, "kitchen", &kitchen);
  bh_print_queue_set_fleeting(fixture.queue, "till", "late-");
  queue_fixture_start(&fixture);
  queue_fixture_assert_state(&fixture, "late-1", "failed/old");
  queue_fixture_wait(&fixture, "late-moved:done");
  g_assert_cmpuint(fake_printer_count(&kitchen, "late-moved"), ==, 1);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&kitchen);
}

static void
take_result(GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref(result);
}

static gboolean
has_result(gpointer data)
{
  return *(GAsyncResult **)data != NULL;
}

/* What nobody needs any more is taken back; and what a job says can be erased. */
static void
test_withdrawn_and_blanked(void)
{
  char *blanked[] = {(char *)"waits", (char *)"unknown", NULL};
  g_autoptr(GAsyncResult) result = NULL;
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  fake_printer_switch_off(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  queue_fixture_print(&fixture, "seen", NULL);
  queue_fixture_print(&fixture, "waits", NULL);
  queue_fixture_wait(&fixture, "seen:queued/offline");
  g_assert_false(bh_print_queue_withdraw(fixture.queue, "till", "unknown", "seen"));
  g_assert_true(bh_print_queue_withdraw(fixture.queue, "till", "seen", "seen"));
  g_assert_false(bh_print_queue_withdraw(fixture.queue, "till", "seen", "seen"));
  queue_fixture_wait(&fixture, "seen:failed/seen");
  queue_fixture_assert_state(&fixture, "seen", "failed/seen");
  queue_fixture_assert_state(&fixture, "waits", "queued/offline");

  bh_print_queue_blank_async(fixture.queue, "till", blanked, take_result, &result);
  queue_fixture_wait_until(has_result, &result);
  g_assert_true(bh_print_queue_blank_finish(fixture.queue, result, NULL));
  g_clear_object(&result);
  fake_printer_switch_on(&printer);
  queue_fixture_wait(&fixture, "waits:failed/bad-content");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "seen"), ==, 0);
  queue_fixture_wait(&fixture, "seen:done/reprint");
  queue_fixture_end(&fixture, &printer);
}

static const json_t *
find_person(const json_t *list, const char *job_id)
{
  gsize i;
  json_t *job;

  json_array_foreach(list, i, job)
  {
    if (g_strcmp0(json_string_value(json_object_get(job, "jobId")), job_id) == 0)
      return json_object_get(job, "person");
  }
  g_assert_not_reached();
}

static void
assert_is_annas(QueueFixture *fixture, const char *job_id)
{
  g_autoptr(json_t) list = queue_fixture_list(fixture);
  const json_t *person = find_person(list, job_id);

  g_assert_cmpstr(json_string_value(json_object_get(person, "personId")), ==, "p1");
  g_assert_cmpstr(json_string_value(json_object_get(person, "name")), ==, "Anna");
}

/* Who asked is committed with the job: it is there before a printer has seen the job, and stays
 * whoever else asks again. */
static void
test_says_who_asked(void)
{
  const BhPrintSender anna = {.device_id = "till", .person_id = "p1", .person_name = "Anna"};
  const BhPrintSender ben = {.device_id = "till", .person_id = "p2", .person_name = "Ben"};
  const char *job = "{\"jobId\":\"hers\",\"content\":{\"text\":\"hers\"}}";
  g_autoptr(json_t) list = NULL;
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  g_assert_cmpint(queue_fixture_submit_as(&fixture, &anna, job), ==, BH_PRINT_ACCEPTED);
  queue_fixture_print(&fixture, "nobodys", NULL);
  assert_is_annas(&fixture, "hers");

  queue_fixture_close(&fixture);
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  queue_fixture_wait(&fixture, "nobodys:done");
  g_assert_cmpint(queue_fixture_submit_as(&fixture, &ben, job), ==, BH_PRINT_DONE);
  g_assert_cmpint(queue_fixture_reprint(&fixture, "hers"), ==, 0);
  queue_fixture_wait(&fixture, "hers:done/reprint");
  assert_is_annas(&fixture, "hers");
  list = queue_fixture_list(&fixture);
  g_assert_true(json_is_null(find_person(list, "nobodys")));
  queue_fixture_end(&fixture, &printer);
}

/* A hub that was put back to a backup does not know what it was sent since: the device does. */
static void
test_what_a_device_has_heard_of_waits_for_a_person(void)
{
  const BhPrintSender till = {.device_id = "till", .has_heard = TRUE};
  const char *known = "{\"jobId\":\"known\",\"content\":{\"text\":\"known\"}}";
  const char *lost = "{\"jobId\":\"lost\",\"content\":{\"text\":\"lost\"}}";
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
  queue_fixture_print(&fixture, "known", NULL);
  queue_fixture_wait(&fixture, "known:done");
  g_assert_cmpint(queue_fixture_submit_as(&fixture, &till, known), ==, BH_PRINT_DONE);
  g_assert_cmpint(queue_fixture_submit_as(&fixture, &till, lost), ==, BH_PRINT_UNCERTAIN);
  queue_fixture_wait(&fixture, "lost:uncertain/stopped");
  queue_fixture_assert_state(&fixture, "lost", "uncertain/stopped");
  g_assert_cmpint(queue_fixture_submit_as(&fixture, &till, lost), ==, BH_PRINT_UNCERTAIN);
  queue_fixture_print(&fixture, "next", NULL);
  queue_fixture_wait(&fixture, "next:done");
  g_assert_cmpuint(fake_printer_count(&printer, "lost"), ==, 0);
  g_assert_cmpint(queue_fixture_reprint(&fixture, "lost"), ==, 0);
  queue_fixture_wait(&fixture, "lost:done/reprint");

  /* What nobody looks at does not grow without end. */
  queue_fixture_sql(&fixture,
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 1000)"
                    " INSERT INTO print_job (device_id, job_id, printer, state, created_ms, copies,"
                    " turn, hash, content) SELECT 'x', i, 'bar', 'uncertain', 0, 1, 0, '', '{}'"
                    " FROM n");
  g_assert_cmpint(queue_fixture_submit_as(&fixture, &till,
                                          "{\"jobId\":\"more\",\"content\":{\"text\":\"more\"}}"),
                  ==, -1 - BH_PRINT_ERROR_FULL);
  queue_fixture_end(&fixture, &printer);
}

static void
test_old_jobs_are_forgotten_when_finished(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autoptr(json_t) list = NULL;

  queue_fixture_begin(&fixture, &printer);
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
  queue_fixture_assert_state(&fixture, "old", NULL);
  queue_fixture_assert_state(&fixture, "unsure", "uncertain");
  queue_fixture_end(&fixture, &printer);
}

/* It is known still, and not printed twice; it cannot be printed again. */
static void
test_oldest_contents_are_forgotten(void)
{
  static const char *const names[] = {"one", "two", "three", "four", "five"};
  g_autofree char *text = g_strnfill(20000, 'x');
  g_autofree char *first = NULL;
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_KEPT_BYTES, 64 * 1024);
  queue_fixture_open(&fixture);
  fake_printer_init(&printer);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *job =
        g_strdup_printf("{\"jobId\":\"%s\",\"content\":{\"escpos\":\"%s\"}}", names[i], text);
    g_autofree char *done = g_strconcat(names[i], ":done", NULL);

    g_assert_cmpint(queue_fixture_submit(&fixture, job), ==, BH_PRINT_ACCEPTED);
    queue_fixture_wait(&fixture, done);
    if (i == 0)
      first = g_steal_pointer(&job);
  }
  g_assert_cmpint(queue_fixture_submit(&fixture, first), ==, BH_PRINT_DONE);
  g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, -1 - BH_PRINT_ERROR_STATE);
  queue_fixture_assert_state(&fixture, "one", "done");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "two"), ==, 0);
  queue_fixture_wait(&fixture, "two:done/reprint");
  queue_fixture_end(&fixture, &printer);
}

static void
assert_listed(QueueFixture *fixture, guint limit, const char *expected)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(json_t) list = NULL;
  const json_t *job;
  gsize i;

  bh_print_queue_list_async(fixture->queue, limit, take_result, &result);
  queue_fixture_wait_until(has_result, &result);
  list = bh_print_queue_list_finish(fixture->queue, result, NULL);
  json_array_foreach(list, i, job)
  {
    g_string_append(text, json_string_value(json_object_get(job, "jobId")));
  }
  g_assert_cmpstr(text->str, ==, expected);
}

static void
test_what_waits_for_a_person_is_listed_first(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
  for (const char *job = "abcdef"; *job != '\0'; job++)
    queue_fixture_print(&fixture, (const char[]){*job, '\0'}, NULL);
  queue_fixture_wait(&fixture, "f:done");
  assert_listed(&fixture, 4, "fedc");
  queue_fixture_close(&fixture);
  queue_fixture_sql(&fixture,
                    "UPDATE print_job SET state='uncertain' WHERE job_id IN ('a', 'b', 'd')");
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);
  assert_listed(&fixture, 10, "dbafec");
  assert_listed(&fixture, 6, "dbafec");
  /* However many they are, the newest are there too. */
  assert_listed(&fixture, 4, "dbfe");
  assert_listed(&fixture, 3, "dfe");
  assert_listed(&fixture, 1, "f");
  queue_fixture_end(&fixture, &printer);
}

static void
test_close_in_the_middle_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autofree char *large = queue_fixture_make_large_job("large");

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
  queue_fixture_assert_state(&fixture, "large", "uncertain/stopped");
  queue_fixture_end(&fixture, &printer);
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

    queue_fixture_begin(&fixture, &printer);
    printer.is_paper_out = TRUE;
    g_signal_connect(fixture.queue, "job-changed", G_CALLBACK(on_signal_close), &closing);
    g_signal_connect(fixture.queue, "printer-changed", G_CALLBACK(on_signal_close), &closing);
    queue_fixture_print(&fixture, "one", NULL);
    queue_fixture_wait_until(is_life_over, &life);
    queue_fixture_end(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
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
    queue_fixture_assert_state(&fixture, "one", "sent/no-feedback");
  else
    queue_fixture_assert_state(&fixture, "one", "uncertain/stopped");
  g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, 0);
  queue_fixture_wait(&fixture, "one:done/reprint");
  g_assert_cmpuint(fake_printer_count(&printer, "REPRINT"), ==, 1);
  queue_fixture_end(&fixture, &printer);
}

int
main(int argc, char **argv)
{
  if (argc == 4 && g_str_equal(argv[1], "--child"))
    return run_child(argv[2], argv[3]);
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/print-restart/" name, function)
  TEST("fleeting", test_fleeting_jobs_end);
  TEST("fleeting-moved", test_fleeting_job_that_was_moved_stays);
  TEST("withdrawn", test_withdrawn_and_blanked);
  TEST("start", test_start_knows_what_was_left);
  TEST("says-who", test_says_who_asked);
  TEST("prune", test_old_jobs_are_forgotten_when_finished);
  TEST("oldest-contents", test_oldest_contents_are_forgotten);
  TEST("heard-of", test_what_a_device_has_heard_of_waits_for_a_person);
  TEST("uncertain-first", test_what_waits_for_a_person_is_listed_first);
  TEST("close-in-the-middle", test_close_in_the_middle_is_uncertain);
  TEST("closed-inside-signals", test_may_be_closed_inside_any_signal);
  TEST("killed-before", test_killed_before_the_first_byte_prints_once);
  TEST("killed-after", test_killed_after_the_first_byte_is_uncertain);
  return g_test_run();
}
