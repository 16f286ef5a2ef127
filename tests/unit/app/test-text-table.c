/* SPDX-License-Identifier: Apache-2.0 */
#include "text-table.h"

#include "plain-text.h"

static void
test_columns_align(void)
{
  g_autoptr(BhTextTable) table = bh_text_table_new("NAME", "ROLE", "ID", NULL);
  g_autofree char *text = NULL;

  bh_text_table_add(table, "Küche", "kitchen", "1");
  bh_text_table_add(table, "厨房", "pos", NULL);
  bh_text_table_add(table, "e\u0301", NULL, "3");
  text = bh_text_table_to_text(table);
  g_assert_cmpstr(text, ==,
                  "NAME   ROLE     ID\n"
                  "Küche  kitchen  1\n"
                  "厨房   pos\n"
                  "e\u0301               3\n");
}

static void
test_nothing_is_obeyed(void)
{
  static const struct {
    const char *given, *shown;
  } cases[] = {
      {"Anna’s phone", "Anna’s phone"},
      {"\033]0;title\007x", "�]0;title�x"},
      {"a\nb\tc\r", "a�b�c�"},
      {"\302\233"
       "31m",
       "�31m"}, /* CSI as one character of C1 */
      {"\342\200\256"
       "evil",
       "�evil"}, /* right-to-left override */
      {"a\342\200\250"
       "b",
       "a�b"},
      {"\xff\xfe", "��"},
      {"\360\237\221\251\342\200\215\360\237\215\263",
       "\360\237\221\251\342\200\215\360\237\215\263"},
      {NULL, ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *plain = bh_plain_text(cases[i].given);

    g_assert_cmpstr(plain, ==, cases[i].shown);
  }
}

static void
test_ages(void)
{
  static const struct {
    gint64 ms;
    const char *text;
  } cases[] = {
      {-5, "0 s"},
      {59999, "59 s"},
      {60000, "1 min"},
      {600000, "10 min"},
      {3600000, "1 h"},
      {86400000, "1 d"},
      {G_MAXINT64, "2147483647 d"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = bh_plain_age(cases[i].ms);

    g_assert_cmpstr(text, ==, cases[i].text);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/text-table/columns-align", test_columns_align);
  g_test_add_func("/text-table/nothing-is-obeyed", test_nothing_is_obeyed);
  g_test_add_func("/text-table/ages", test_ages);
  return g_test_run();
}
