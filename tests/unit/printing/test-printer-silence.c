/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a job whose printer has fallen silent: who spoke before is missed.
 */
#include "queue-fixture.h"

#include "printer-private.h"

/* A queue whose printer `bar` has the timing of @fixture. */
static void
begin(QueueFixture *fixture, FakePrinter *printer)
{
  bh_print_queue_set_timing(fixture->queue, &fixture->timing);
  queue_fixture_add(fixture, "bar", printer);
  queue_fixture_start(fixture);
}

static void
test_missing_confirmation_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  printer.answers = FALSE;
  fixture.timing.ask_ms = 20;
  /* Only a printer that has been heard is waited for so short a time. */
  fixture.timing.confirm_base_ms = 60;
  begin(&fixture, &printer);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:done");

  /* The connection stands, and nothing comes. */
  printer.confirms = FALSE;
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:uncertain/time-limit");
  queue_fixture_assert_state(&fixture, "two", "uncertain/time-limit");
  queue_fixture_end(&fixture, &printer);
}

/* One that took its place, and never confirms, is not doubted for ever. */
static void
test_another_printer_need_not_confirm(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  fake_printer_init(&printer);
  printer.answers = FALSE;
  fixture.timing.ask_ms = 20;
  fixture.timing.confirm_base_ms = 60;
  begin(&fixture, &printer);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:done");
  bh_print_queue_find_printer(fixture.queue, "bar")->timing.confirm_quiet_ms = 60;

  fake_printer_switch_off(&printer);
  printer.confirms = FALSE;
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:queued/offline");
  fake_printer_switch_on(&printer);
  queue_fixture_wait(&fixture, "two:uncertain/time-limit");
  queue_fixture_print(&fixture, "three", NULL);
  queue_fixture_wait(&fixture, "three:uncertain/time-limit");
  queue_fixture_print(&fixture, "four", NULL);
  queue_fixture_wait(&fixture, "four:uncertain/time-limit");
  queue_fixture_print(&fixture, "five", NULL);
  queue_fixture_wait(&fixture, "five:sent/no-feedback");
  queue_fixture_end(&fixture, &printer);
}

/* Takes a connection, and little more than a KiB. */
static void
make_deaf(FakePrinter *printer)
{
  fake_printer_init(printer);
  fake_printer_switch_off(printer);
  printer->answers = printer->confirms = FALSE;
  printer->never_reads = TRUE;
  printer->receive_bytes = 1;
  fake_printer_switch_on(printer);
}

/* Goes into the system's buffer of this side at once. */
static void
print_some_kib(QueueFixture *fixture)
{
  g_autofree char *text = g_strnfill(8000, 'x');
  g_autofree char *job =
      g_strdup_printf("{\"jobId\":\"one\",\"content\":{\"escpos\":\"%s\"}}", text);

  g_assert_cmpint(queue_fixture_submit(fixture, job), ==, BH_PRINT_ACCEPTED);
}

static void
test_unacknowledged_job_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  make_deaf(&printer);
  fixture.timing.ask_ms = fixture.timing.confirm_quiet_ms = fixture.timing.confirm_base_ms = 60;
  begin(&fixture, &printer);
  print_some_kib(&fixture);
  queue_fixture_wait(&fixture, "one:uncertain/connection-lost");
  queue_fixture_assert_told(&fixture, "one", " sent uncertain/connection-lost");
  queue_fixture_end(&fixture, &printer);
}

static void
test_slow_printer_is_waited_for(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_init(&fixture);
  make_deaf(&printer);
  fixture.timing.ask_ms = fixture.timing.confirm_quiet_ms = 60;
  begin(&fixture, &printer);
  print_some_kib(&fixture);
  queue_fixture_wait(&fixture, "one:sent");
  fake_printer_read(&printer);
  queue_fixture_wait(&fixture, "one:sent/no-feedback");
  g_assert_cmpuint(printer.received->len, >=, 6000);
  queue_fixture_end(&fixture, &printer);
}

static gboolean
has_all_questions(gpointer data)
{
  return ((FakePrinter *)data)->n_questions >= 3;
}

/* It has answered, and does not now: nothing is sent to it. */
static void
test_job_waits_for_an_answer(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:done");
  queue_fixture_wait_until(has_all_questions, &printer);
  printer.answers = FALSE;
  bh_print_queue_find_printer(fixture.queue, "bar")->timing.ask_ms = 40;
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:queued/offline");
  g_assert_cmpuint(fake_printer_count(&printer, "two"), ==, 0);
  bh_print_queue_find_printer(fixture.queue, "bar")->timing.ask_ms = 30000;
  printer.answers = TRUE;
  queue_fixture_wait(&fixture, "two:done");
  g_assert_cmpuint(fake_printer_count(&printer, "two"), ==, 1);
  queue_fixture_end(&fixture, &printer);
}

/* It takes connections all the while: sooner or later it is tried, and its silence is told. */
static void
test_silent_printer_is_not_waited_for_for_ever(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  BhPrinter *bar;

  queue_fixture_begin(&fixture, &printer);
  printer.confirms = FALSE;
  bar = bh_print_queue_find_printer(fixture.queue, "bar");
  bar->timing.confirm_base_ms = bar->timing.confirm_quiet_ms = 60;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:sent/no-feedback");

  printer.answers = FALSE;
  bar->timing.ask_ms = 10;
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:queued/offline");
  queue_fixture_wait(&fixture, "two:uncertain/time-limit");
  g_assert_cmpuint(fake_printer_count(&printer, "two"), ==, 1);
  /* In the end it is one that says nothing. */
  queue_fixture_print(&fixture, "three", NULL);
  queue_fixture_wait(&fixture, "three:uncertain/time-limit");
  queue_fixture_print(&fixture, "four", NULL);
  queue_fixture_wait(&fixture, "four:uncertain/time-limit");
  queue_fixture_print(&fixture, "five", NULL);
  queue_fixture_wait(&fixture, "five:sent/no-feedback");
  queue_fixture_end(&fixture, &printer);
}

/* Prints @job, which ends with @end; that is all that becomes of it. */
static void
print_until(QueueFixture *fixture, const char *job, const char *end)
{
  g_autofree char *words = g_strconcat(job, ":", end, NULL);

  queue_fixture_print(fixture, job, NULL);
  queue_fixture_wait(fixture, words);
}

/* The jobs before it was switched off do not count: it may still be the one that confirms. */
static void
test_switched_on_again_is_to_confirm(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  BhPrinter *bar;

  queue_fixture_begin(&fixture, &printer);
  print_until(&fixture, "one", "done");

  /* Its engine hangs: it still answers. */
  printer.confirms = FALSE;
  bar = bh_print_queue_find_printer(fixture.queue, "bar");
  bar->timing.confirm_base_ms = bar->timing.confirm_quiet_ms = 60;
  print_until(&fixture, "two", "uncertain/time-limit");
  print_until(&fixture, "three", "uncertain/time-limit");
  print_until(&fixture, "four", "uncertain/time-limit");

  fake_printer_switch_off(&printer);
  print_until(&fixture, "five", "queued/offline");
  fake_printer_switch_on(&printer);
  queue_fixture_wait(&fixture, "five:uncertain/time-limit");
  print_until(&fixture, "six", "uncertain/time-limit");

  /* Off a second time it is not doubted anew. */
  fake_printer_switch_off(&printer);
  print_until(&fixture, "seven", "queued/offline");
  fake_printer_switch_on(&printer);
  queue_fixture_wait(&fixture, "seven:uncertain/time-limit");
  print_until(&fixture, "eight", "sent/no-feedback");
  queue_fixture_end(&fixture, &printer);
}

/* It was silent for so long that it counted as one that says nothing, and speaks again. */
static void
test_one_that_speaks_again_is_to_confirm(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  BhPrinter *bar;

  queue_fixture_begin(&fixture, &printer);
  print_until(&fixture, "one", "done");
  queue_fixture_wait_until(has_all_questions, &printer);
  printer.answers = printer.confirms = FALSE;
  bar = bh_print_queue_find_printer(fixture.queue, "bar");
  bar->timing.confirm_base_ms = bar->timing.confirm_quiet_ms = 60;
  bar->timing.ask_ms = 10;
  print_until(&fixture, "two", "uncertain/time-limit");
  print_until(&fixture, "three", "uncertain/time-limit");
  print_until(&fixture, "four", "uncertain/time-limit");

  printer.answers = TRUE;
  bar->timing.ask_ms = 30000;
  print_until(&fixture, "five", "uncertain/time-limit");
  print_until(&fixture, "six", "uncertain/time-limit");
  print_until(&fixture, "seven", "uncertain/time-limit");
  print_until(&fixture, "eight", "sent/no-feedback");
  queue_fixture_end(&fixture, &printer);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/printer-silence/" name, function)
  TEST("missing-confirmation", test_missing_confirmation_is_uncertain);
  TEST("another-printer", test_another_printer_need_not_confirm);
  TEST("switched-on-again", test_switched_on_again_is_to_confirm);
  TEST("speaks-again", test_one_that_speaks_again_is_to_confirm);
  TEST("unacknowledged", test_unacknowledged_job_is_uncertain);
  TEST("slow", test_slow_printer_is_waited_for);
  TEST("waits-for-an-answer", test_job_waits_for_an_answer);
  TEST("not-for-ever", test_silent_printer_is_not_waited_for_for_ever);
  return g_test_run();
}
