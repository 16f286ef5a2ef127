/* SPDX-License-Identifier: Apache-2.0 */
#include "access-fixture.h"

#include <string.h>

static gsize
count(const char *text, const char *part)
{
  gsize n = 0;

  for (; (text = strstr(text, part)) != NULL; text += strlen(part))
    n++;
  return n;
}

static void
test_newest_first(void)
{
  AccessFixture fixture;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(json_t) entries = NULL;
  g_autofree char *text = NULL;
  const json_t *first;

  access_fixture_init(&fixture);
  bh_audit_log_add(fixture.audit, "paired", NULL, "Anna", "link", "192.168.1.7");
  bh_audit_log_add(fixture.audit, "revoked", "Boss", "Anna", NULL, NULL);
  access_fixture_restart(&fixture);
  text = access_fixture_read_audit(&fixture);
  g_assert_cmpstr(text, ==, " revoked/Anna// paired/Anna/link/192.168.1.7");

  bh_audit_log_list_async(fixture.audit, 1, access_fixture_take_result, &result);
  entries = bh_audit_log_list_finish(fixture.audit, access_fixture_wait(&result), NULL);
  g_assert_cmpuint(json_array_size(entries), ==, 1);
  first = json_array_get(entries, 0);
  g_assert_cmpstr(json_string_value(json_object_get(first, "who")), ==, "Boss");
  g_assert_cmpint(json_integer_value(json_object_get(first, "timeMs")), >, 1700000000000);
  access_fixture_clear(&fixture);
}

static void
test_refusals_are_counted(void)
{
  AccessFixture fixture;
  g_autofree char *text = NULL;

  access_fixture_init(&fixture);
  for (guint i = 0; i < 47; i++) {
    bh_audit_log_add(fixture.audit, "join-refused", NULL, NULL, "unauthorized", "10.0.0.9");
    bh_audit_log_add(fixture.audit, "paired", NULL, "Anna", NULL, NULL);
  }
  bh_audit_log_add(fixture.audit, "pairing-refused", NULL, NULL, "link-used", NULL);
  /* Its end is the end of what is counted. */
  access_fixture_restart(&fixture);
  text = access_fixture_read_audit(&fixture);
  g_assert_cmpuint(count(text, " join-refused//unauthorized/10.0.0.9"), ==, 30);
  g_assert_cmpuint(count(text, " join-refused//+17/"), ==, 1);
  g_assert_cmpuint(count(text, " paired/"), ==, 47);
  g_assert_cmpuint(count(text, " pairing-refused//link-used/"), ==, 1);
  access_fixture_clear(&fixture);
}

static void
test_each_minute_begins_anew(void)
{
  AccessFixture fixture;

  access_fixture_init(&fixture);
  bh_audit_log_set_minute(fixture.audit, 1);
  for (guint i = 0; i < 31; i++)
    bh_audit_log_add(fixture.audit, "refused", NULL, NULL, "x", NULL);
  for (;;) {
    g_autofree char *text = access_fixture_read_audit(&fixture);

    if (count(text, " refused//+1/") == 1)
      break;
    g_main_context_iteration(NULL, FALSE);
  }
  bh_audit_log_add(fixture.audit, "refused", NULL, NULL, "y", NULL);
  {
    g_autofree char *text = access_fixture_read_audit(&fixture);

    g_assert_cmpuint(count(text, " refused//y/"), ==, 1);
  }
  access_fixture_clear(&fixture);
}

static void
test_keeps_the_latest(void)
{
  AccessFixture fixture;
  g_autofree char *n = NULL;
  g_autofree char *oldest = NULL;

  access_fixture_init(&fixture);
  for (guint i = 0; i < BH_AUDIT_LOG_MAX_ENTRIES + 5; i++) {
    g_autofree char *subject = g_strdup_printf("%u", i);

    bh_audit_log_add(fixture.audit, "paired", NULL, subject, NULL, NULL);
  }
  n = access_fixture_query(&fixture, "SELECT count(*) FROM audit_entry");
  oldest = access_fixture_query(&fixture, "SELECT subject FROM audit_entry ORDER BY number");
  g_assert_cmpstr(n, ==, "10000");
  g_assert_cmpstr(oldest, ==, "5");
  access_fixture_clear(&fixture);
}

static void
test_foreign_text_is_cut_at_a_character(void)
{
  AccessFixture fixture;
  g_autoptr(GString) text = g_string_new("a");
  g_autofree char *subject = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append(text, "é");
  access_fixture_init(&fixture);
  bh_audit_log_add(fixture.audit, "paired", "\xff", text->str, NULL, NULL);
  subject = access_fixture_query(&fixture, "SELECT subject FROM audit_entry");
  g_assert_cmpuint(strlen(subject), ==, 127);
  g_assert_true(g_utf8_validate(subject, -1, NULL));
  access_fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/audit-log/newest-first", test_newest_first);
  g_test_add_func("/audit-log/refusals-are-counted", test_refusals_are_counted);
  g_test_add_func("/audit-log/each-minute-begins-anew", test_each_minute_begins_anew);
  g_test_add_func("/audit-log/keeps-the-latest", test_keeps_the_latest);
  g_test_add_func("/audit-log/foreign-text-is-cut-at-a-character",
                  test_foreign_text_is_cut_at_a_character);
  return g_test_run();
}
