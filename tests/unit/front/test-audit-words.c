/* SPDX-License-Identifier: Apache-2.0 */
#include "audit-words.h"

static void
test_entries_are_sentences(void)
{
  static const struct {
    const char *entry, *words;
    BhAuditGroup group;
    BhTone tone;
  } cases[] = {
      {"{\"kind\":\"paired\",\"subject\":\"Anna\",\"detail\":\"browser\"}", "“Anna” is paired.",
       BH_AUDIT_GROUP_DEVICES, BH_TONE_QUIET},
      {"{\"kind\":\"device-role\",\"who\":\"Marta\",\"subject\":\"Anna\",\"detail\":\"pos\"}",
       "Marta made “Anna” Till.", BH_AUDIT_GROUP_DEVICES, BH_TONE_QUIET},
      {"{\"kind\":\"device-role\",\"subject\":\"Anna\",\"detail\":\"pos\"}", "“Anna” is Till now.",
       BH_AUDIT_GROUP_DEVICES, BH_TONE_QUIET},
      {"{\"kind\":\"signed-in\",\"who\":\"Bar\",\"subject\":\"Eva\"}", "Eva signed in at “Bar”.",
       BH_AUDIT_GROUP_PEOPLE, BH_TONE_QUIET},
      {"{\"kind\":\"printer-added\",\"subject\":\"Bar\"}", "The printer “Bar” was added.",
       BH_AUDIT_GROUP_PRINTING, BH_TONE_QUIET},
      {"{\"kind\":\"pairing-refused\",\"detail\":\"+12\"}",
       "A device could not pair: its code is over or was not right. And 12 more in that minute.",
       BH_AUDIT_GROUP_SAFETY, BH_TONE_ATTENTION},
      {"{\"kind\":\"screen-silent\",\"subject\":\"Grill\"}",
       "The kitchen screen “Grill” fell silent.", BH_AUDIT_GROUP_SAFETY, BH_TONE_ATTENTION},
      {"{\"kind\":\"backup-restored\",\"subject\":\"b.bellhop\",\"detail\":\"2026-11-26 03:30\"}",
       "The house was restored from a backup of 2026-11-26 03:30.", BH_AUDIT_GROUP_SAFETY,
       BH_TONE_QUIET},
      {"{\"kind\":\"operation-conflict\",\"subject\":\"Bar\",\"detail\":\"x:7\"}",
       "“Bar” gave one number to two different notes. Its data may have been copied.",
       BH_AUDIT_GROUP_SAFETY, BH_TONE_ATTENTION},
      {"{\"kind\":\"operations-admitted\",\"who\":\"Eva\",\"subject\":\"Bar\"}",
       "Eva took what “Bar” had noted after its removal.", BH_AUDIT_GROUP_SAFETY, BH_TONE_QUIET},
      /* Of another version: as it stands. What strangers are called is no format. */
      {"{\"kind\":\"teleported\",\"who\":\"%s%n\",\"subject\":\"Anna\",\"detail\":\"%1$s\"}",
       "teleported: Anna, %1$s, %s%n", BH_AUDIT_GROUP_SAFETY, BH_TONE_QUIET},
      {"{\"kind\":\"paired\",\"subject\":\"%1$s %2$s\"}", "“%1$s %2$s” is paired.",
       BH_AUDIT_GROUP_DEVICES, BH_TONE_QUIET},
      {"{}", "", BH_AUDIT_GROUP_SAFETY, BH_TONE_QUIET},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(json_t) entry = json_loads(cases[i].entry, 0, NULL);
    g_autofree char *words = bh_audit_words_line(entry);

    g_assert_cmpstr(words, ==, cases[i].words);
    g_assert_cmpint(bh_audit_words_find_group(entry), ==, cases[i].group);
    g_assert_cmpint(bh_audit_words_tone(entry), ==, cases[i].tone);
  }
}

/* What a device calls itself is neither a formula nor the end of a cell. */
static void
test_export_is_safe(void)
{
  g_autoptr(json_t) entries = json_loads(
      "[{\"timeMs\":1800000000000,\"kind\":\"paired\",\"subject\":\"=1+1\",\"who\":\"a\\\"b"
      "\",\"detail\":\"@x\",\"address\":\"::1\"}]",
      0, NULL);
  g_autofree char *csv = bh_audit_words_to_csv(entries);
  g_auto(GStrv) lines = g_strsplit(csv, "\r\n", -1);

  g_assert_cmpstr(lines[0], ==,
                  "\"time\",\"what\",\"kind\",\"who\",\"subject\",\"detail\",\"address\"");
  g_assert_cmpstr(lines[1], ==,
                  "\"2027-01-15T08:00:00Z\",\"“=1+1” is paired.\",\"paired\",\"a\"\"b\",\"'=1+1\","
                  "\"'@x\",\"::1\"");
  g_assert_cmpstr(lines[2], ==, "");
  g_assert_null(lines[3]);
}

int
main(int argc, char **argv)
{
  g_setenv("LC_ALL", "C.UTF-8", TRUE);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/front/audit-words/sentences", test_entries_are_sentences);
  g_test_add_func("/front/audit-words/export", test_export_is_safe);
  return g_test_run();
}
