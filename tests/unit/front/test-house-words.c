/* SPDX-License-Identifier: Apache-2.0 */
#include "house-words.h"

#include "backup-words.h"
#include "printer-words.h"

#define NOW_MS G_GINT64_CONSTANT(1800000000000)

static json_t *
parse(const char *text)
{
  json_t *json = json_loads(text, 0, NULL);

  g_assert_nonnull(json);
  return json;
}

static void
test_times_are_relative(void)
{
  static const struct {
    gint64 age_s;
    const char *words;
  } cases[] = {
      {-100, "just now"},        {0, "just now"},          {44, "just now"},
      {46, "1 min ago"},         {59 * 60, "59 min ago"},  {3600, "1 hour ago"},
      {5 * 3600, "5 hours ago"}, {24 * 3600, "1 day ago"}, {6 * 24 * 3600, "6 days ago"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *words = bh_words_ago(NOW_MS - cases[i].age_s * 1000, NOW_MS);

    g_assert_cmpstr(words, ==, cases[i].words);
  }
}

typedef char *(*Describe)(const json_t *facts, BhTone *tone);

static char *
describe_device(const json_t *device, BhTone *tone)
{
  return bh_device_words_line(device, NOW_MS, tone);
}

static char *
describe_backup(const json_t *backup, BhTone *tone)
{
  return bh_backup_words_last(backup, NOW_MS, tone);
}

static char *
describe_alert(const json_t *alert, BhTone *tone)
{
  *tone = BH_TONE_ATTENTION;
  return bh_alert_words_line(alert);
}

#define UNSEEN(facts) "{\"kind\":\"ticket-unseen\",\"subject\":{\"number\":\"7\"," facts "}}"

static void
test_things_are_described(void)
{
  static const struct {
    Describe describe;
    const char *facts;
    BhTone tone;
    const char *words; /* how the sentence begins */
  } cases[] = {
      {describe_device, "{\"role\":\"staff\",\"online\":true}", BH_TONE_GOOD, "Staff, here now"},
      {describe_device, "{\"role\":\"pos\",\"online\":true,\"person\":\"Eva\"}", BH_TONE_GOOD,
       "Till, here now: Eva"},
      {describe_device, "{\"role\":\"kitchen\",\"online\":false,\"lastSeenMs\":1799999880000}",
       BH_TONE_QUIET, "Kitchen, last seen 2 min ago"},
      {describe_device, "{\"role\":\"butler\",\"lastSeenMs\":null}", BH_TONE_QUIET,
       "butler, not seen yet"},
      {bh_printer_words_line, "{\"state\":\"idle\",\"paper\":\"ok\"}", BH_TONE_GOOD, "Ready"},
      {bh_printer_words_line, "{\"state\":\"idle\",\"paper\":\"low\"}", BH_TONE_GOOD,
       "Ready. The paper is nearly"},
      {bh_printer_words_line, "{\"state\":\"waiting\",\"detail\":\"paper-out\",\"waiting\":2}",
       BH_TONE_ATTENTION, "It is out of paper. 2 pages are waiting"},
      {bh_printer_words_line, "{\"state\":\"waiting\",\"detail\":\"gnawed\",\"waiting\":0}",
       BH_TONE_ATTENTION, "gnawed"},
      {bh_printer_words_line, "{}", BH_TONE_QUIET, "Not looked for yet"},
      {bh_job_words_line, "{\"state\":\"done\"}", BH_TONE_GOOD, "Printed"},
      {bh_job_words_line, "{\"state\":\"sent\"}", BH_TONE_BUSY, "Handed to the printer"},
      {bh_job_words_line, "{\"state\":\"sent\",\"detail\":\"no-feedback\"}", BH_TONE_GOOD,
       "Sent; this printer does not confirm"},
      {bh_job_words_line, "{\"state\":\"sent\",\"detail\":\"paper-out\"}", BH_TONE_ATTENTION,
       "Stopped in the middle. It is out of paper."},
      {bh_job_words_line, "{\"state\":\"uncertain\",\"detail\":\"connection-lost\"}",
       BH_TONE_ATTENTION, "Perhaps printed"},
      {bh_job_words_line, "{\"state\":\"queued\",\"detail\":\"offline\"}", BH_TONE_ATTENTION,
       "Waits. It does not answer."},
      {bh_job_words_line, "{\"state\":\"failed\",\"detail\":\"cancelled\"}", BH_TONE_QUIET,
       "Cancelled"},
      {bh_job_words_line, "{\"state\":\"failed\",\"detail\":\"bad-content\"}", BH_TONE_STOPPED,
       "It cannot be printed"},
      {describe_alert, UNSEEN("\"printed\":false,\"lost\":false"), BH_TONE_ATTENTION,
       "Order 7 was seen on no kitchen screen; it is not printed yet"},
      {describe_alert, UNSEEN("\"printed\":true,\"lost\":false"), BH_TONE_ATTENTION,
       "Order 7 was seen on no kitchen screen; it is on paper"},
      {describe_alert, UNSEEN("\"printed\":false,\"lost\":true"), BH_TONE_ATTENTION,
       "Order 7 was seen on no kitchen screen and may not be on paper"},
      /* A cloud that is away is no alarm: the house works. */
      {bh_cloud_words_line, "{\"state\":\"waiting\"}", BH_TONE_QUIET, "Not reached"},
      {bh_cloud_words_line, "{\"state\":\"joined\"}", BH_TONE_GOOD, "Connected."},
      {bh_cloud_words_line, "null", BH_TONE_QUIET, "Not set up"},
      {describe_backup, "{\"running\":true}", BH_TONE_BUSY, "One is being made"},
      {describe_backup,
       "{\"last\":{\"timeMs\":1799992800000,\"sizeBytes\":1000},\"error\":{\"timeMs\":"
       "1799999000000,\"message\":\"The disk is full.\"}}",
       BH_TONE_ATTENTION, "The disk is full."},
      /* The last good one is of a clock that was years ahead. */
      {describe_backup,
       "{\"last\":{\"timeMs\":1899992800000,\"sizeBytes\":1000},\"error\":{\"timeMs\":"
       "1799999000000,\"message\":\"The disk is full.\"}}",
       BH_TONE_ATTENTION, "The disk is full."},
      {describe_backup, "{\"last\":{\"timeMs\":1799992800000,\"sizeBytes\":1000},\"error\":null}",
       BH_TONE_GOOD, "2 hours ago, 1.0"},
      {bh_backup_words_seal, "{\"recoveryCode\":\"AB-CD\",\"codeNoted\":false}", BH_TONE_ATTENTION,
       "Write this recovery code down: AB\u2011CD."},
      {bh_backup_words_folder, "{\"folder\":\"/media/stick\",\"sameDisk\":false}", BH_TONE_GOOD,
       "/media/stick"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    json_t *facts = json_loads(cases[i].facts, JSON_DECODE_ANY, NULL);
    BhTone tone;
    g_autofree char *words = cases[i].describe(facts, &tone);

    g_test_message("%s: %s", cases[i].facts, words);
    g_assert_true(g_str_has_prefix(words, cases[i].words));
    g_assert_cmpint(tone, ==, cases[i].tone);
    json_decref(facts);
  }
}

static void
test_devices_are_counted_by_role(void)
{
  g_autoptr(json_t) devices = parse("[{\"role\":\"kitchen\"},{\"role\":\"staff\"},"
                                    "{\"role\":\"staff\"},{\"role\":\"butler\"},{}]");
  g_autoptr(json_t) none = json_array();
  g_autofree char *words = bh_device_words_by_role(devices);
  g_autofree char *nothing = bh_device_words_by_role(none);

  g_assert_cmpstr(words, ==, "2 staff phones, 1 kitchen screen");
  g_assert_true(g_str_has_prefix(nothing, "None yet"));
}

static void
test_only_what_waits_is_a_trouble(void)
{
  g_autoptr(json_t) idle = parse("{\"label\":\"Bar\",\"state\":\"idle\"}");
  g_autoptr(json_t) out =
      parse("{\"label\":\"Bar\",\"name\":\"bar\",\"state\":\"waiting\",\"detail\":\"paper-out\"}");
  g_autofree char *words = bh_printer_words_trouble(out);

  g_assert_null(bh_printer_words_trouble(idle));
  g_assert_cmpstr(words, ==, "The printer “Bar” is out of paper.");
}

static void
test_jobs_are_cancelled_or_tried_again(void)
{
  static const struct {
    const char *state, *detail;
    gboolean retry, cancel;
  } cases[] = {
      {"accepted", NULL, FALSE, TRUE},
      {"queued", NULL, TRUE, TRUE},
      {"printing", NULL, FALSE, FALSE},
      /* The printer may still confirm it, or get its paper. */
      {"sent", NULL, FALSE, FALSE},
      {"sent", "reprint", FALSE, FALSE},
      {"sent", "paper-out", FALSE, FALSE},
      {"sent", "no-feedback", TRUE, FALSE},
      {"done", NULL, TRUE, FALSE},
      {"uncertain", NULL, TRUE, TRUE},
      {"failed", NULL, TRUE, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(json_t) job =
        json_pack("{s:s, s:s*}", "state", cases[i].state, "detail", cases[i].detail);

    g_assert_true(bh_job_words_may_retry(job) == cases[i].retry);
    g_assert_true(bh_job_words_may_cancel(job) == cases[i].cancel);
  }
}

static void
test_a_test_page_is_followed_to_its_end(void)
{
  static const struct {
    const char *state, *detail;
    const char *words; /* (nullable): how the sentence begins; %NULL: nothing to tell yet */
    gboolean is_good, is_over;
  } cases[] = {
      {"accepted", NULL, NULL, FALSE, FALSE},
      {"queued", "offline", "Waits. It does not answer.", FALSE, FALSE},
      {"printing", NULL, NULL, FALSE, FALSE},
      /* The printer may still confirm it. */
      {"sent", NULL, NULL, FALSE, FALSE},
      {"sent", "reprint", NULL, FALSE, FALSE},
      {"sent", "paper-out", "Stopped in the middle. It is out of paper.", FALSE, FALSE},
      {"sent", "no-feedback", "The test page is sent. This printer does not", TRUE, TRUE},
      {"done", NULL, "The test page is printed.", TRUE, TRUE},
      {"uncertain", "connection-lost", "Perhaps printed", FALSE, TRUE},
      {"failed", "cancelled", "Cancelled", FALSE, TRUE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(json_t) job =
        json_pack("{s:s, s:s*}", "state", cases[i].state, "detail", cases[i].detail);
    BhTone tone;
    gboolean is_over;
    g_autofree char *words = bh_test_words_line(job, &tone, &is_over);

    g_test_message("%s %s: %s", cases[i].state, cases[i].detail, words);
    if (cases[i].words == NULL)
      g_assert_null(words);
    else
      g_assert_true(g_str_has_prefix(words, cases[i].words));
    g_assert_true((tone == BH_TONE_GOOD) == cases[i].is_good);
    g_assert_true(is_over == cases[i].is_over);
  }
}

static void
test_savings_add_up(void)
{
  g_autoptr(json_t) log = parse("{\"operations\":{\"local-p2p\":1000,\"hub-relay\":200,\"http\":4,"
                                "\"cloud-relay\":500}}");
  g_autofree char *words = bh_saving_words_line(log);
  g_autofree char *nothing = bh_saving_words_line(NULL);

  g_assert_cmpstr(words, ==,
                  "1204 trips to the cloud since the start, about $1.20 and 10 min of waiting");
  g_assert_true(g_str_has_prefix(nothing, "Nothing yet"));
}

int
main(int argc, char **argv)
{
  g_setenv("LC_ALL", "C.UTF-8", TRUE);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/front/house-words/ago", test_times_are_relative);
  g_test_add_func("/front/house-words/things", test_things_are_described);
  g_test_add_func("/front/house-words/by-role", test_devices_are_counted_by_role);
  g_test_add_func("/front/house-words/trouble", test_only_what_waits_is_a_trouble);
  g_test_add_func("/front/house-words/jobs", test_jobs_are_cancelled_or_tried_again);
  g_test_add_func("/front/house-words/test-page", test_a_test_page_is_followed_to_its_end);
  g_test_add_func("/front/house-words/savings", test_savings_add_up);
  return g_test_run();
}
