/* SPDX-License-Identifier: Apache-2.0 */
#include "queue-fixture.h"

#include <string.h>

/* Feedback ------------------------------------------------------------------------------------ */

static void
test_done_when_the_printer_confirms(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  for (guint byte_wise = 0; byte_wise < 2; byte_wise++) {
    queue_fixture_begin(&fixture, &printer);
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
    queue_fixture_assert_state(&fixture, "one", "done");
    queue_fixture_end(&fixture, &printer);
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
  queue_fixture_assert_told(&fixture, "one", " printing sent sent/no-feedback");
  queue_fixture_assert_told_before(&fixture, "one:sent/no-feedback", "two:printing");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "two"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "\x1d"
                                                "a"),
                   ==, 0);
  queue_fixture_assert_state(&fixture, "one", "sent/no-feedback");
  queue_fixture_end(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
}

static void
test_waits_for_paper(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autoptr(json_t) printers = NULL;

  queue_fixture_begin(&fixture, &printer);
  printer.is_paper_out = TRUE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:queued/paper-out");
  g_assert_cmpuint(printer.received->len, ==, 0);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:queued/paper-out");
  printers = bh_print_queue_describe_printers(fixture.queue, FALSE);
  g_assert_cmpstr(json_string_value(json_object_get(json_array_get(printers, 0), "detail")), ==,
                  "paper-out");
  queue_fixture_assert_state(&fixture, "one", "queued/paper-out");

  printer.is_paper_out = FALSE;
  queue_fixture_wait(&fixture, "two:done");
  queue_fixture_assert_told(&fixture, "one", " printing sent done");
  queue_fixture_assert_told_before(&fixture, "one:done", "two:printing");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  queue_fixture_end(&fixture, &printer);
}

static void
test_tells_in_mid_job_and_waits(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  static const char paper_out[] = {0x18, 0x00, 0x0c, 0x0f};
  static const char fine[] = {0x10, 0x00, 0x00, 0x0f};

  queue_fixture_begin(&fixture, &printer);
  printer.confirms = FALSE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:sent");
  fake_printer_say(&printer, paper_out, sizeof paper_out);
  queue_fixture_wait(&fixture, "one:sent/paper-out");
  fake_printer_say(&printer, fine, sizeof fine);
  g_string_truncate(fixture.told, 0);
  queue_fixture_wait(&fixture, "one:sent");
  queue_fixture_end(&fixture, &printer);
}

/* Broken off ---------------------------------------------------------------------------------- */

static void
test_retries_until_the_printer_is_there(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
  fake_printer_switch_off(&printer);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "one:queued/offline");
  queue_fixture_wait(&fixture, "two:queued/offline");
  fake_printer_switch_on(&printer);
  queue_fixture_wait(&fixture, "two:done");
  queue_fixture_assert_told(&fixture, "one", " printing sent done");
  queue_fixture_assert_told_before(&fixture, "one:done", "two:printing");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  queue_fixture_end(&fixture, &printer);
}

static void
test_hang_up_before_the_first_byte_is_tried_again(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  for (guint resets = 0; resets < 2; resets++) {
    queue_fixture_begin(&fixture, &printer);
    printer.hangs_up_first = TRUE;
    printer.resets = resets;
    queue_fixture_print(&fixture, "one", NULL);
    queue_fixture_wait(&fixture, "one:queued/offline");
    g_assert_cmpuint(printer.received->len, ==, 0);
    printer.hangs_up_first = FALSE;
    queue_fixture_wait(&fixture, "one:done");
    g_assert_cmpuint(printer.n_connections, >=, 2);
    g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
    queue_fixture_end(&fixture, &printer);
  }
}

static void
test_hang_up_after_the_first_byte_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
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
  queue_fixture_assert_state(&fixture, "one", "uncertain/connection-lost");
  g_assert_cmpint(
      queue_fixture_submit(&fixture, "{\"jobId\":\"one\",\"content\":{\"text\":\"one\"}}"), ==,
      BH_PRINT_UNCERTAIN);

  /* A person does, and sees that it is not the first. */
  g_assert_cmpint(queue_fixture_reprint(&fixture, "one"), ==, 0);
  queue_fixture_wait(&fixture, "one:done/reprint");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  g_assert_cmpuint(fake_printer_count(&printer, "REPRINT"), ==, 1);
  queue_fixture_end(&fixture, &printer);
}

/* Larger than what the system's buffers of both sides take. */
static void
test_never_reading_printer_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autofree char *large = queue_fixture_make_large_job("large");

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
  queue_fixture_end(&fixture, &printer);
}

static void
test_hang_up_in_the_middle_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  g_autofree char *large = queue_fixture_make_large_job("large");

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
  queue_fixture_end(&fixture, &printer);
}

static void
test_printer_that_chatters_is_cut_off(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
  printer.chatters = TRUE;
  printer.confirms = FALSE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:uncertain");
  printer.chatters = FALSE;
  printer.confirms = TRUE;
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:done");
  queue_fixture_end(&fixture, &printer);
}

typedef struct {
  QueueFixture *fixture;
  const char *seen; /* "state" or "state/detail" of the only printer */
} Look;

static gboolean
is_seen(gpointer data)
{
  const Look *look = data;
  g_autoptr(json_t) printers = bh_print_queue_describe_printers(look->fixture->queue, FALSE);
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

/* Who looks at the printer sees it, and who prints now is told; the job that is begun is the
 * printer's still. */
static void
test_trouble_in_mid_job_is_the_printers(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  static const char paper_out[] = {0x18, 0x00, 0x0c, 0x0f};
  static const char fine[] = {0x10, 0x00, 0x00, 0x0f};

  for (guint says_fine = 0; says_fine < 2; says_fine++) {
    queue_fixture_begin(&fixture, &printer);
    printer.holds = TRUE;
    queue_fixture_print(&fixture, "one", NULL);
    queue_fixture_wait(&fixture, "one:sent");
    wait_until_seen(&fixture, "printing");
    fake_printer_say(&printer, paper_out, sizeof paper_out);
    wait_until_seen(&fixture, "waiting/paper-out");
    queue_fixture_wait(&fixture, "one:sent/paper-out");
    queue_fixture_print(&fixture, "two", NULL);
    queue_fixture_wait(&fixture, "two:queued/paper-out");
    queue_fixture_assert_state(&fixture, "one", "sent/paper-out");
    if (says_fine) {
      fake_printer_say(&printer, fine, sizeof fine);
      wait_until_seen(&fixture, "printing");
    }
    /* What confirms has paper again, whether it has said so or not. */
    fake_printer_release(&printer);
    queue_fixture_wait(&fixture, "one:done");
    queue_fixture_wait(&fixture, "two:done");
    wait_until_seen(&fixture, "idle");
    g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
    queue_fixture_end(&fixture, &printer);
  }
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
  queue_fixture_end(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
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

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/printer/" name, function)
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
  TEST("trouble-in-mid-job", test_trouble_in_mid_job_is_the_printers);
  TEST("looked-at", test_idle_printer_is_looked_at);
  TEST("full-disk", test_full_disk_is_told_and_waited_for);
  TEST("asked-once", test_mute_printer_is_asked_once);
  TEST("dead-holds-up-nobody", test_dead_printer_holds_up_nobody);
  return g_test_run();
}
