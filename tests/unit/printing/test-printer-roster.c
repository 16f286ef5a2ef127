/* SPDX-License-Identifier: Apache-2.0 */
/* Printers added, renamed and removed while jobs wait, print and come in; a disk that takes
 * nothing; a program that ends in the middle of it. */
#include "printer-roster.h"

#include <string.h>

#include "printer-private.h"
#include "queue-fixture.h"

typedef struct {
  gboolean done;
  char *name;
  guint n_jobs;
  GError *error;
} Answer;

static void
answer_clear(Answer *answer)
{
  g_free(answer->name);
  g_clear_error(&answer->error);
  memset(answer, 0, sizeof *answer);
}

static void
wait_for(Answer *answer)
{
  while (!answer->done)
    g_main_context_iteration(NULL, TRUE);
}

static void
add_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->name =
      bh_print_queue_store_printer_finish(BH_PRINT_QUEUE(source), result, &answer->error);
  answer->done = TRUE;
}

static void
rename_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  bh_print_queue_rename_printer_finish(BH_PRINT_QUEUE(source), result, &answer->error);
  answer->done = TRUE;
}

static void
remove_cb(GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  bh_print_queue_remove_printer_finish(BH_PRINT_QUEUE(source), result, &answer->n_jobs,
                                       &answer->error);
  answer->done = TRUE;
}

static void
start_add(QueueFixture *fixture, const char *label, const FakePrinter *printer, Answer *answer)
{
  g_autofree char *uri = g_strdup_printf("tcp://127.0.0.1:%u", printer->port);

  bh_print_queue_store_printer_async(fixture->queue, label, NULL, uri, add_cb, answer);
}

static void
add(QueueFixture *fixture, const char *label, const FakePrinter *printer)
{
  Answer answer = {0};

  start_add(fixture, label, printer, &answer);
  wait_for(&answer);
  g_assert_no_error(answer.error);
  answer_clear(&answer);
}

/* The removal's error, or the number of jobs. */
static int
take_out(QueueFixture *fixture, const char *name, BhPrinterJobs jobs, const char *to)
{
  Answer answer = {0};
  int outcome;

  bh_print_queue_remove_printer_async(fixture->queue, name, jobs, to, remove_cb, &answer);
  wait_for(&answer);
  outcome = answer.error != NULL ? -1 - answer.error->code : (int)answer.n_jobs;
  answer_clear(&answer);
  return outcome;
}

static void
assert_names(QueueFixture *fixture, const char *expected)
{
  g_autoptr(json_t) printers = bh_print_queue_describe_printers(fixture->queue, FALSE);
  g_autoptr(GString) names = g_string_new(NULL);
  const json_t *printer;
  gsize i;

  json_array_foreach(printers, i, printer) g_string_append_printf(
      names, "%s%s", i > 0 ? " " : "", json_string_value(json_object_get(printer, "name")));
  g_assert_cmpstr(names->str, ==, expected);
}

static void
reopen(QueueFixture *fixture)
{
  queue_fixture_close(fixture);
  queue_fixture_open(fixture);
  queue_fixture_start(fixture);
}

/* A disk that takes no change of the printers, until the database is closed and mended. */
static void
break_disk(QueueFixture *fixture, const char *event)
{
  g_autofree char *sql = g_strdup_printf("CREATE TRIGGER full BEFORE %s ON printer BEGIN"
                                         " SELECT RAISE(FAIL, 'full'); END",
                                         event);

  queue_fixture_close(fixture);
  queue_fixture_sql(fixture, sql);
  queue_fixture_open(fixture);
  queue_fixture_start(fixture);
}

static void
test_order_and_restart(void)
{
  QueueFixture fixture;
  FakePrinter bar, kitchen, set;

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&kitchen);
  fake_printer_init(&set);
  g_assert_true(bh_print_queue_add_built_in(fixture.queue, "paper", NULL));
  g_assert_true(bh_print_queue_add_built_in(fixture.queue, "paper", NULL));
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  add(&fixture, "Kitchen", &kitchen);
  assert_names(&fixture, "bar kitchen paper");
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpuint(fake_printer_count(&bar, "one"), ==, 1);

  queue_fixture_close(&fixture);
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "kitchen", &set);
  queue_fixture_start(&fixture);
  assert_names(&fixture, "kitchen bar");
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&kitchen);
  fake_printer_clear(&set);
}

static void
test_two_at_once_are_one(void)
{
  QueueFixture fixture;
  FakePrinter bar, other;
  Answer first = {0}, second = {0};

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&other);
  queue_fixture_start(&fixture);
  start_add(&fixture, "Bar", &bar, &first);
  start_add(&fixture, "Counter", &bar, &second); /* the same printer by another name */
  wait_for(&second);
  g_assert_error(second.error, BH_PRINT_ERROR, BH_PRINT_ERROR_EXISTS);
  answer_clear(&second);
  start_add(&fixture, "Bar", &other, &second);
  wait_for(&first);
  wait_for(&second);
  g_assert_no_error(first.error);
  g_assert_error(second.error, BH_PRINT_ERROR, BH_PRINT_ERROR_EXISTS);
  answer_clear(&second);
  start_add(&fixture, "bar", &other, &second);
  wait_for(&second);
  g_assert_cmpstr(second.name, ==, "bar-2");
  answer_clear(&first);
  answer_clear(&second);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&other);
}

static void
test_disk_that_takes_no_printer(void)
{
  QueueFixture fixture;
  FakePrinter bar;
  Answer answer = {0};

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  break_disk(&fixture, "INSERT");
  start_add(&fixture, "Bar", &bar, &answer);
  wait_for(&answer);
  g_assert_error(answer.error, BH_PRINT_ERROR, BH_PRINT_ERROR_FAILED);
  assert_names(&fixture, "");
  answer_clear(&answer);
  queue_fixture_close(&fixture);
  queue_fixture_sql(&fixture, "DROP TRIGGER full");
  queue_fixture_open(&fixture);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  bh_print_queue_rename_printer_async(fixture.queue, "bar", "Terrace", rename_cb, &answer);
  wait_for(&answer);
  g_assert_no_error(answer.error);
  answer_clear(&answer);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
}

/* What waited is in the hands of the printer as before, in its order. */
static void
test_disk_that_does_not_let_go(void)
{
  QueueFixture fixture;
  FakePrinter bar;

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  break_disk(&fixture, "DELETE");
  fake_printer_switch_off(&bar);
  queue_fixture_print(&fixture, "one", "bar");
  queue_fixture_print(&fixture, "two", "bar");
  queue_fixture_wait(&fixture, "two:queued/offline");
  g_assert_cmpint(take_out(&fixture, "bar", BH_PRINTER_JOBS_ASK, NULL), ==,
                  -1 - BH_PRINT_ERROR_JOBS_WAIT);
  g_assert_cmpint(take_out(&fixture, "bar", BH_PRINTER_JOBS_CANCEL, NULL), ==,
                  -1 - BH_PRINT_ERROR_FAILED);
  assert_names(&fixture, "bar");
  fake_printer_switch_on(&bar);
  queue_fixture_wait(&fixture, "two:done");
  queue_fixture_assert_told_before(&fixture, "one:done", "two:done");
  g_assert_cmpuint(fake_printer_count(&bar, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&bar, "two"), ==, 1);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
}

static void
test_a_job_that_comes_in_meanwhile(void)
{
  QueueFixture fixture;
  FakePrinter bar, other;
  Answer answer = {0};
  g_autoptr(json_t) job = json_pack("{s:s, s:s, s:{s:s}}", "jobId", "late", "printer", "bar",
                                    "content", "text", "late");
  const BhPrintSender sender = {.device_id = "till"};

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&other);
  queue_fixture_add(&fixture, "other", &other);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  fake_printer_switch_off(&bar);
  queue_fixture_print(&fixture, "early", "bar");
  queue_fixture_wait(&fixture, "early:queued/offline");
  /* Checked on a worker when the printer goes: refused, not kept for nobody. */
  bh_print_queue_submit_async(fixture.queue, &sender, job, NULL, NULL);
  bh_print_queue_remove_printer_async(fixture.queue, "bar", BH_PRINTER_JOBS_MOVE, "other",
                                      remove_cb, &answer);
  g_assert_cmpint(take_out(&fixture, "other", BH_PRINTER_JOBS_CANCEL, NULL), ==,
                  -1 - BH_PRINT_ERROR_FIXED);
  wait_for(&answer);
  g_assert_no_error(answer.error);
  queue_fixture_wait(&fixture, "early:done");
  g_assert_cmpuint(fake_printer_count(&other, "early"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&other, "late"), ==, 0);
  answer_clear(&answer);
  reopen(&fixture);
  g_assert_null(strstr(fixture.told->str, "late"));
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&other);
}

static gboolean
is_checked(gpointer data)
{
  QueueFixture *fixture = data;

  return g_queue_is_empty(&fixture->queue->checking);
}

/* On its way to the disk when the printer is to go, which then stays: it is printed. */
static void
test_a_job_of_a_printer_that_stays(void)
{
  QueueFixture fixture;
  FakePrinter bar;
  g_autoptr(json_t) job = json_pack("{s:s, s:s, s:{s:s}}", "jobId", "late", "printer", "bar",
                                    "content", "text", "late");
  const BhPrintSender sender = {.device_id = "till"};

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  break_disk(&fixture, "DELETE");
  bh_print_queue_submit_async(fixture.queue, &sender, job, NULL, NULL);
  queue_fixture_wait_until(is_checked, &fixture);
  g_assert_cmpint(take_out(&fixture, "bar", BH_PRINTER_JOBS_CANCEL, NULL), ==,
                  -1 - BH_PRINT_ERROR_FAILED);
  queue_fixture_wait(&fixture, "late:done");
  g_assert_cmpuint(fake_printer_count(&bar, "late"), ==, 1);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
}

static BhPrinter *
find_bar(QueueFixture *fixture)
{
  return bh_print_queue_find_printer(fixture->queue, "bar");
}

static gboolean
has_begun(gpointer data)
{
  BhPrinter *printer = find_bar(data);

  return printer->state == BH_PRINTER_MARKING;
}

static gboolean
has_nothing_leaving(gpointer data)
{
  return ((QueueFixture *)data)->queue->leaving->len == 0;
}

/* `printing` is being committed when the printer is removed, and then it hangs up before the first
 * byte: the job goes where the others went. */
static void
test_a_begun_job_comes_back(void)
{
  QueueFixture fixture;
  FakePrinter bar, other;
  Answer answer = {0};

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&other);
  queue_fixture_add(&fixture, "other", &other);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  /* The first is not to be over before the second has come. */
  fake_printer_switch_off(&bar);
  queue_fixture_print(&fixture, "one", "bar");
  queue_fixture_print(&fixture, "two", "bar");
  fake_printer_switch_on(&bar);
  bh_printer_try_now(find_bar(&fixture));
  queue_fixture_wait_until(has_begun, &fixture);
  find_bar(&fixture)->is_ended = TRUE;
  fake_printer_switch_off(&bar);
  bh_print_queue_remove_printer_async(fixture.queue, "bar", BH_PRINTER_JOBS_MOVE, "other",
                                      remove_cb, &answer);
  wait_for(&answer);
  g_assert_no_error(answer.error);
  g_assert_cmpuint(answer.n_jobs, ==, 1);
  queue_fixture_wait(&fixture, "two:done");
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpuint(fake_printer_count(&other, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&other, "two"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&bar, "one"), ==, 0);
  g_assert_cmpuint(fixture.queue->leaving->len, ==, 0);
  g_assert_cmpuint(g_hash_table_size(fixture.queue->recalling), ==, 0);
  answer_clear(&answer);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&other);
}

/* It is on its way to another printer: nobody cancels it meanwhile, and it is printed. */
static void
test_a_job_that_comes_back_is_held(void)
{
  QueueFixture fixture;
  FakePrinter bar, other;
  Answer answer = {0};

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&other);
  queue_fixture_add(&fixture, "other", &other);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  queue_fixture_print(&fixture, "one", "bar");
  queue_fixture_wait_until(has_begun, &fixture);
  find_bar(&fixture)->is_ended = TRUE;
  fake_printer_switch_off(&bar);
  bh_print_queue_remove_printer_async(fixture.queue, "bar", BH_PRINTER_JOBS_MOVE, "other",
                                      remove_cb, &answer);
  queue_fixture_wait_until(has_nothing_leaving, &fixture);
  g_assert_cmpint(queue_fixture_cancel(&fixture, "one"), ==, -1 - BH_PRINT_ERROR_STATE);
  queue_fixture_wait(&fixture, "one:done");
  queue_fixture_assert_state(&fixture, "one", "done");
  wait_for(&answer);
  g_assert_cmpuint(fake_printer_count(&other, "one"), ==, 1);
  g_assert_cmpuint(g_hash_table_size(fixture.queue->recalling), ==, 0);
  answer_clear(&answer);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&other);
}

/* Where it was to go is gone as well by then: that is told. */
static void
test_a_job_comes_back_and_has_no_place(void)
{
  QueueFixture fixture;
  FakePrinter bar, other;
  BhPrinter *printer;
  g_autofree char *large = queue_fixture_make_large_job("large");

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_JOB_BYTES, 16 * 1024 * 1024);
  queue_fixture_open(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&other);
  bar.never_reads = TRUE;
  queue_fixture_expect_silence(&fixture);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  add(&fixture, "Other", &other);
  g_assert_cmpint(queue_fixture_submit(&fixture, large), ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "large:printing");
  printer = find_bar(&fixture);
  g_assert_cmpint(take_out(&fixture, "bar", BH_PRINTER_JOBS_MOVE, "other"), ==, 0);
  g_assert_cmpint(take_out(&fixture, "other", BH_PRINTER_JOBS_CANCEL, NULL), ==, 0);
  g_assert_cmpint(printer->state, ==, BH_PRINTER_SENDING);
  bh_printer_retry_later(printer, "offline");
  queue_fixture_wait(&fixture, "large:failed/printer-removed");
  queue_fixture_assert_state(&fixture, "large", "failed/printer-removed");
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&other);
}

static void
test_a_begun_job_ends_there(void)
{
  QueueFixture fixture;
  FakePrinter bar;
  Answer answer = {0};

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  queue_fixture_print(&fixture, "one", "bar");
  queue_fixture_wait_until(has_begun, &fixture);
  bh_print_queue_remove_printer_async(fixture.queue, "bar", BH_PRINTER_JOBS_ASK, NULL, remove_cb,
                                      &answer);
  assert_names(&fixture, "");
  wait_for(&answer);
  g_assert_no_error(answer.error);
  g_assert_cmpuint(answer.n_jobs, ==, 0);
  queue_fixture_wait(&fixture, "one:done");
  queue_fixture_wait_until(has_nothing_leaving, &fixture);
  g_assert_cmpuint(fake_printer_count(&bar, "one"), ==, 1);
  answer_clear(&answer);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
}

static int
try_add(QueueFixture *fixture, const char *label, const FakePrinter *printer)
{
  Answer answer = {0};
  int outcome;

  start_add(fixture, label, printer, &answer);
  wait_for(&answer);
  outcome = answer.error != NULL ? -1 - answer.error->code : 0;
  answer_clear(&answer);
  return outcome;
}

/* Its name is known to stations, and the device takes one connection: neither is there twice. */
static void
test_what_leaves_is_not_added_again(void)
{
  QueueFixture fixture;
  FakePrinter bar, other;

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_init(&other);
  bar.holds = TRUE;
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  queue_fixture_print(&fixture, "one", "bar");
  queue_fixture_wait(&fixture, "one:sent");
  g_assert_cmpint(take_out(&fixture, "bar", BH_PRINTER_JOBS_ASK, NULL), ==, 0);
  g_assert_cmpint(try_add(&fixture, "Bar", &bar), ==, -1 - BH_PRINT_ERROR_STATE);
  g_assert_cmpint(try_add(&fixture, "Bar", &other), ==, -1 - BH_PRINT_ERROR_STATE);
  g_assert_cmpint(try_add(&fixture, "Counter", &bar), ==, -1 - BH_PRINT_ERROR_STATE);
  g_assert_cmpint(try_add(&fixture, "Counter", &other), ==, 0);
  fake_printer_release(&bar);
  queue_fixture_wait(&fixture, "one:done");
  queue_fixture_wait_until(has_nothing_leaving, &fixture);
  g_assert_cmpint(try_add(&fixture, "Bar", &bar), ==, 0);
  assert_names(&fixture, "counter bar");
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
  fake_printer_clear(&other);
}

/* The program ends in the middle: what has begun is in doubt, what waited has its fate. */
static void
test_the_end_in_the_middle(void)
{
  QueueFixture fixture;
  FakePrinter bar;
  Answer answer = {0};
  g_autofree char *large = queue_fixture_make_large_job("large");

  queue_fixture_init(&fixture);
  queue_fixture_close(&fixture);
  bh_limit_set_put(&fixture.limits, BH_LIMIT_PRINT_JOB_BYTES, 16 * 1024 * 1024);
  queue_fixture_open(&fixture);
  fake_printer_init(&bar);
  bar.never_reads = TRUE;
  bar.answers = FALSE;
  queue_fixture_expect_silence(&fixture);
  queue_fixture_start(&fixture);
  add(&fixture, "Bar", &bar);
  g_assert_cmpint(queue_fixture_submit(&fixture, large), ==, BH_PRINT_ACCEPTED);
  queue_fixture_print(&fixture, "waits", "bar");
  queue_fixture_wait(&fixture, "large:printing");
  bh_print_queue_remove_printer_async(fixture.queue, "bar", BH_PRINTER_JOBS_CANCEL, NULL, remove_cb,
                                      &answer);
  queue_fixture_close(&fixture);
  g_assert_true(answer.done);
  answer_clear(&answer);
  queue_fixture_open(&fixture);
  queue_fixture_start(&fixture);
  queue_fixture_assert_state(&fixture, "large", "uncertain/stopped");
  queue_fixture_assert_state(&fixture, "waits", "failed/printer-removed");
  assert_names(&fixture, "");
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
}

static void
test_its_name_comes_back(void)
{
  QueueFixture fixture;
  FakePrinter bar;

  queue_fixture_init(&fixture);
  fake_printer_init(&bar);
  fake_printer_switch_off(&bar);
  queue_fixture_add(&fixture, "bar", &bar);
  queue_fixture_start(&fixture);
  queue_fixture_print(&fixture, "one", "bar");
  queue_fixture_wait(&fixture, "one:queued/offline");
  reopen(&fixture);
  queue_fixture_assert_state(&fixture, "one", "queued/no-printer");
  fake_printer_switch_on(&bar);
  add(&fixture, "Bar", &bar);
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpuint(fake_printer_count(&bar, "one"), ==, 1);
  queue_fixture_clear(&fixture);
  fake_printer_clear(&bar);
}

/* The store may have given it what waits for its name already. */
static void
test_no_other_place_while_its_printer_comes(void)
{
  QueueFixture fixture;
  FakePrinter bar, kitchen;
  Answer answer = {0};

  for (guint cancels = 0; cancels < 2; cancels++) {
    queue_fixture_init(&fixture);
    fake_printer_init(&bar);
    fake_printer_init(&kitchen);
    fake_printer_switch_off(&bar);
    queue_fixture_add(&fixture, "bar", &bar);
    queue_fixture_start(&fixture);
    queue_fixture_print(&fixture, "one", "bar");
    queue_fixture_wait(&fixture, "one:queued/offline");
    queue_fixture_close(&fixture);
    queue_fixture_open(&fixture);
    queue_fixture_add(&fixture, "kitchen", &kitchen);
    queue_fixture_start(&fixture);
    fake_printer_switch_on(&bar);
    start_add(&fixture, "Bar", &bar, &answer);
    g_assert_cmpint(cancels ? queue_fixture_cancel(&fixture, "one")
                            : queue_fixture_reprint_on(&fixture, "one", "kitchen"),
                    ==, -1 - BH_PRINT_ERROR_STATE);
    wait_for(&answer);
    g_assert_no_error(answer.error);
    answer_clear(&answer);
    queue_fixture_wait(&fixture, "one:done");
    g_assert_cmpuint(fake_printer_count(&bar, "one"), ==, 1);
    g_assert_cmpuint(fake_printer_count(&kitchen, "one"), ==, 0);
    queue_fixture_clear(&fixture);
    fake_printer_clear(&bar);
    fake_printer_clear(&kitchen);
  }
}

#define TEST(name, function) g_test_add_func("/printer-roster/" name, function)

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  TEST("order-and-restart", test_order_and_restart);
  TEST("two-at-once-are-one", test_two_at_once_are_one);
  TEST("disk-that-takes-no-printer", test_disk_that_takes_no_printer);
  TEST("disk-that-does-not-let-go", test_disk_that_does_not_let_go);
  TEST("a-job-that-comes-in-meanwhile", test_a_job_that_comes_in_meanwhile);
  TEST("a-job-of-a-printer-that-stays", test_a_job_of_a_printer_that_stays);
  TEST("a-begun-job-comes-back", test_a_begun_job_comes_back);
  TEST("a-job-that-comes-back-is-held", test_a_job_that_comes_back_is_held);
  TEST("a-job-that-has-no-place", test_a_job_comes_back_and_has_no_place);
  TEST("a-begun-job-ends-there", test_a_begun_job_ends_there);
  TEST("what-leaves-is-not-added-again", test_what_leaves_is_not_added_again);
  TEST("the-end-in-the-middle", test_the_end_in_the_middle);
  TEST("its-name-comes-back", test_its_name_comes_back);
  TEST("no-other-place-meanwhile", test_no_other_place_while_its_printer_comes);
  return g_test_run();
}
