/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a job, and is told of its printer, where that says what it lacks in the middle.
 */
#include "queue-fixture.h"

#include "printer-private.h"

/* Automatic status. */
static const char paper_out[] = {0x18, 0x00, 0x0c, 0x0f};
static const char fine[] = {0x10, 0x00, 0x00, 0x0f};

static gboolean
has_no_paper(gpointer data)
{
  return ((BhPrinter *)data)->status.is_paper_out;
}

static gboolean
has_paper(gpointer data)
{
  return !has_no_paper(data);
}

static gboolean
lacks_paper(gpointer data)
{
  return g_strcmp0(((BhPrinter *)data)->trouble, "paper-out") == 0;
}

static gboolean
lacks_nothing(gpointer data)
{
  return ((BhPrinter *)data)->trouble == NULL;
}

/* A network card closes a connection on which nothing is said. */
static void
test_closed_without_paper_is_uncertain(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
  printer.confirms = FALSE;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait(&fixture, "one:sent");
  fake_printer_say(&printer, paper_out, sizeof paper_out);
  queue_fixture_wait(&fixture, "one:sent/paper-out");
  g_string_truncate(fixture.told, 0);
  fake_printer_switch_off(&printer);
  queue_fixture_wait(&fixture, " one:");
  g_assert_cmpstr(fixture.told->str, ==, " one:uncertain/paper-out");
  queue_fixture_end(&fixture, &printer);
}

static gboolean
is_lingering(gpointer data)
{
  return ((BhPrinter *)data)->state == BH_PRINTER_LINGERING;
}

/* It is not waited for any more, but listened to until it has closed. */
static void
test_word_at_the_end_is_heard(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  BhPrinter *bar;

  queue_fixture_begin(&fixture, &printer);
  printer.confirms = FALSE;
  printer.stays = TRUE;
  bar = bh_print_queue_find_printer(fixture.queue, "bar");
  bar->timing.confirm_base_ms = bar->timing.confirm_quiet_ms = 60;
  bar->timing.linger_ms = 30000;
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait_until(is_lingering, bar);
  fake_printer_say(&printer, paper_out, sizeof paper_out);
  queue_fixture_wait_until(has_no_paper, bar);
  g_string_truncate(fixture.told, 0);
  fake_printer_switch_off(&printer);
  queue_fixture_wait(&fixture, " one:");
  g_assert_cmpstr(fixture.told->str, ==, " one:uncertain/paper-out");
  queue_fixture_end(&fixture, &printer);
}

/* The disk, which is busy from one moment to the other ---------------------------------------- */

static gboolean
wait_for_end(sqlite3 *db, gpointer data, GError **error)
{
  g_async_queue_pop(data);
  return TRUE;
}

/* What is written from now on waits for end_disk(). */
static void
hold_disk(QueueFixture *fixture, GAsyncQueue *end)
{
  bh_store_write_async(fixture->store, wait_for_end, end, NULL, NULL, NULL, NULL);
}

static void
end_disk(GAsyncQueue *end)
{
  g_async_queue_push(end, end);
}

static gboolean
is_asking(gpointer data)
{
  return ((BhPrinter *)data)->state == BH_PRINTER_ASKING;
}

static gboolean
is_marking(gpointer data)
{
  return ((BhPrinter *)data)->state == BH_PRINTER_MARKING;
}

static gboolean
is_settling(gpointer data)
{
  return ((BhPrinter *)data)->state == BH_PRINTER_SETTLING;
}

typedef struct {
  QueueFixture *fixture;
  GAsyncQueue *end;
} Disk;

/* `printing` is on the disk, `sent` is not yet to be written. */
static void
on_printing(BhPrintQueue *queue, const BhPrintJobInfo *info, Disk *disk)
{
  if (info->state == BH_PRINT_PRINTING && info->detail == NULL)
    hold_disk(disk->fixture, disk->end);
}

/* The printer says once what it lacks, and who looks at it, or prints, has to see that. */
static void
assert_paper_out_is_told(QueueFixture *fixture)
{
  queue_fixture_wait(fixture, "one:sent/paper-out");
  queue_fixture_wait_until(lacks_paper, bh_print_queue_find_printer(fixture->queue, "bar"));
  queue_fixture_print(fixture, "two", NULL);
  queue_fixture_wait(fixture, "two:queued/paper-out");
}

static void
test_what_is_said_before_the_first_byte_is_told(void)
{
  g_autoptr(GAsyncQueue) end = g_async_queue_new();
  QueueFixture fixture;
  FakePrinter printer;
  BhPrinter *bar;

  queue_fixture_begin(&fixture, &printer);
  printer.confirms = FALSE;
  bar = bh_print_queue_find_printer(fixture.queue, "bar");
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait_until(is_asking, bar);
  hold_disk(&fixture, end);
  queue_fixture_wait_until(is_marking, bar);
  fake_printer_say(&printer, paper_out, sizeof paper_out);
  queue_fixture_wait_until(has_no_paper, bar);
  g_assert_true(is_marking(bar));
  end_disk(end);
  assert_paper_out_is_told(&fixture);
  queue_fixture_end(&fixture, &printer);
}

static void
test_what_is_said_after_the_last_byte_is_told(void)
{
  g_autoptr(GAsyncQueue) end = g_async_queue_new();
  QueueFixture fixture;
  FakePrinter printer;
  Disk disk = {&fixture, end};
  BhPrinter *bar;

  queue_fixture_begin(&fixture, &printer);
  printer.confirms = FALSE;
  bar = bh_print_queue_find_printer(fixture.queue, "bar");
  g_signal_connect(fixture.queue, "job-changed", G_CALLBACK(on_printing), &disk);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait_until(is_settling, bar);
  fake_printer_say(&printer, paper_out, sizeof paper_out);
  queue_fixture_wait_until(has_no_paper, bar);
  g_assert_true(is_settling(bar));
  end_disk(end);
  assert_paper_out_is_told(&fixture);
  queue_fixture_end(&fixture, &printer);
}

/* What is over by the time `sent` is written is not told any more. */
static void
test_paper_after_the_last_byte_is_told(void)
{
  g_autoptr(GAsyncQueue) end = g_async_queue_new();
  QueueFixture fixture;
  FakePrinter printer;
  Disk disk = {&fixture, end};
  BhPrinter *bar;

  queue_fixture_begin(&fixture, &printer);
  printer.confirms = FALSE;
  bar = bh_print_queue_find_printer(fixture.queue, "bar");
  g_signal_connect(fixture.queue, "job-changed", G_CALLBACK(on_printing), &disk);
  queue_fixture_print(&fixture, "one", NULL);
  queue_fixture_wait_until(is_asking, bar);
  hold_disk(&fixture, end);
  queue_fixture_wait_until(is_marking, bar);
  fake_printer_say(&printer, paper_out, sizeof paper_out);
  queue_fixture_wait_until(has_no_paper, bar);
  end_disk(end);
  queue_fixture_wait_until(is_settling, bar);
  g_assert_true(lacks_paper(bar));
  fake_printer_say(&printer, fine, sizeof fine);
  queue_fixture_wait_until(has_paper, bar);
  g_assert_true(is_settling(bar));
  end_disk(end);
  queue_fixture_wait_until(lacks_nothing, bar);
  queue_fixture_wait(&fixture, "one:sent");
  queue_fixture_assert_told(&fixture, "one", " sent");
  queue_fixture_end(&fixture, &printer);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/printer-trouble/" name, function)
  TEST("closed-without-paper", test_closed_without_paper_is_uncertain);
  TEST("word-at-the-end", test_word_at_the_end_is_heard);
  TEST("before-the-first-byte", test_what_is_said_before_the_first_byte_is_told);
  TEST("after-the-last-byte", test_what_is_said_after_the_last_byte_is_told);
  TEST("fine-after-the-last-byte", test_paper_after_the_last_byte_is_told);
  return g_test_run();
}
