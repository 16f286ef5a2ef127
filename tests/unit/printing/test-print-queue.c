/* SPDX-License-Identifier: Apache-2.0 */
#include "queue-fixture.h"

#include <string.h>

static const BhPrintSender till = {.device_id = "till"};

/* Identity ------------------------------------------------------------------------------------ */

static void
test_same_job_is_printed_once(void)
{
  QueueFixture fixture;
  FakePrinter printer;
  const char *job = "{\"jobId\":\"one\",\"content\":{\"text\":\"one\"}}";

  queue_fixture_begin(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
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
  /* Whoever is told late may be told that it is printing already. */
  submissions->accepted +=
      bh_print_queue_submit_finish(BH_PRINT_QUEUE(source), result, &state, NULL, NULL);
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

  queue_fixture_begin(&fixture, &printer);
  for (guint i = 0; i < 3; i++)
    bh_print_queue_submit_async(fixture.queue, &till, job, count_cb, &submissions);
  queue_fixture_wait_until(is_complete, &submissions);
  g_assert_cmpuint(submissions.accepted, ==, 3);
  queue_fixture_wait(&fixture, "one:done");
  queue_fixture_print(&fixture, "two", NULL);
  queue_fixture_wait(&fixture, "two:done");
  g_assert_cmpuint(fake_printer_count(&printer, "one"), ==, 1);
  queue_fixture_end(&fixture, &printer);
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

    bh_print_queue_submit_async(fixture.queue, &till, job, count_cb, &submissions);
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
  queue_fixture_end(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
}

static void
test_copies_open_the_drawer_once(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
  /* "hello", drawer kick */
  g_assert_cmpint(queue_fixture_submit(&fixture,
                                       "{\"jobId\":\"one\",\"copies\":3,\"content\":{\"escpos\":"
                                       "\"aGVsbG8KG3AAGfo=\"}}"),
                  ==, BH_PRINT_ACCEPTED);
  queue_fixture_wait(&fixture, "one:done");
  g_assert_cmpuint(fake_printer_count(&printer, "hello"), ==, 3);
  g_assert_cmpuint(fake_printer_count(&printer, "\x1bp"), ==, 1);
  g_assert_cmpuint(printer.n_confirmed, ==, 1);
  queue_fixture_end(&fixture, &printer);
}

static void
test_reprint_is_for_finished_jobs(void)
{
  QueueFixture fixture;
  FakePrinter printer;

  queue_fixture_begin(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
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
  queue_fixture_end(&fixture, &printer);
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
  queue_fixture_end(&fixture, &on);
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
  queue_fixture_assert_state(&fixture, "one", "queued/no-printer");
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
  queue_fixture_end(&fixture, &printer);
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
                                    "usb:/dev/sda",
                                    "usb:/dev/usb/lp",
                                    "usb:/dev/usb/lp0/../../sda",
                                    "usb:/dev/usb/lp0000",
                                    "usb://x/dev/usb/lp0",
                                    "usb:lp0",
                                    "cups:",
                                    "cups:a/b",
                                    "cups:a%20b",
                                    "cups:a#b",
                                    "paper"};
  static const char *const good[] = {"tcp://x",
                                     "tcp://10.0.0.7:9100",
                                     "tcp://[::1]:9100/",
                                     "tcp://x?columns=32",
                                     "tcp://x:1?columns=42",
                                     "usb:/dev/usb/lp0",
                                     "usb:/dev/lp1?columns=32",
                                     "cups:TM-T20",
                                     "cups:K%C3%BCche",
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
    g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_NAME);
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

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/print-queue/" name, function)
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
  return g_test_run();
}
