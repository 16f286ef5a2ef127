/* SPDX-License-Identifier: Apache-2.0 */
/* How many print jobs are in doubt, as the queue has them and as it tells of them. */
#include "print-doubts.h"

#include "queue-fixture.h"

static gboolean
has_one(gpointer data)
{
  return bh_print_doubts_get_count(data) == 1;
}

static void
test_doubts_are_counted(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  BhPrintDoubts *doubts;
  BhPrintJobInfo other = {.device_id = "till", .job_id = "other", .printer = "bar"};

  queue_fixture_begin(&fixture, &printer);
  queue_fixture_print(&fixture, "fine", NULL);
  queue_fixture_print(&fixture, "lost", NULL);
  queue_fixture_wait(&fixture, "lost:done");
  queue_fixture_close(&fixture);
  queue_fixture_sql(&fixture, "UPDATE print_job SET state='uncertain' WHERE job_id='lost'");
  queue_fixture_open(&fixture);
  queue_fixture_add(&fixture, "bar", &printer);
  queue_fixture_start(&fixture);

  doubts = bh_print_doubts_new(fixture.queue);
  queue_fixture_wait_until(has_one, doubts);
  other.state = BH_PRINT_UNCERTAIN;
  g_signal_emit_by_name(fixture.queue, "job-changed", &other);
  g_signal_emit_by_name(fixture.queue, "job-changed", &other);
  g_assert_cmpuint(bh_print_doubts_get_count(doubts), ==, 2);
  /* Given up; and printed once more. */
  other.state = BH_PRINT_FAILED;
  g_signal_emit_by_name(fixture.queue, "job-changed", &other);
  g_assert_cmpuint(bh_print_doubts_get_count(doubts), ==, 1);
  g_assert_cmpint(queue_fixture_reprint(&fixture, "lost"), ==, 0);
  queue_fixture_wait(&fixture, "lost:done/reprint");
  g_assert_cmpuint(bh_print_doubts_get_count(doubts), ==, 0);
  bh_print_doubts_free(doubts);

  /* Who goes at once is not told any more. */
  bh_print_doubts_free(bh_print_doubts_new(fixture.queue));
  queue_fixture_end(&fixture, &printer);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/hub/print-doubts/counted", test_doubts_are_counted);
  return g_test_run();
}
