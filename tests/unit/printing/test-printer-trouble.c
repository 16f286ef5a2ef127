/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of a job, and is told of its printer, where that says what it lacks in the middle.
 */
#include "queue-fixture.h"

/* Automatic status. */
static const char paper_out[] = {0x18, 0x00, 0x0c, 0x0f};

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

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/printer-trouble/" name, function)
  TEST("closed-without-paper", test_closed_without_paper_is_uncertain);
  return g_test_run();
}
