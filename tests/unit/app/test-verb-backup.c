/* SPDX-License-Identifier: Apache-2.0 */
#include "verb-private.h"

#define YESTERDAY "\"last\":{\"run\":0,\"folder\":\"/b\",\"file\":\"yesterday.bellhop\"}"
#define NO_ERROR  "\"error\":null"

/* What the hub says while a verb waits for its run 2. */
static void
test_run_is_judged(void)
{
  static const struct {
    const char *backup;
    gboolean is_made;
    const char *error; /* (nullable): how it begins */
  } cases[] = {
      {"{\"running\":true," YESTERDAY "," NO_ERROR "}", FALSE, NULL},
      {"{\"running\":true,\"last\":null," NO_ERROR "}", FALSE, NULL},
      {"{\"running\":true," YESTERDAY ",\"error\":{\"run\":1,\"message\":\"Full.\"}}", FALSE, NULL},
      {"{\"running\":false,\"last\":{\"run\":2}," NO_ERROR "}", TRUE, NULL},
      /* It is made, and another one has begun since. */
      {"{\"running\":true,\"last\":{\"run\":2}," NO_ERROR "}", TRUE, NULL},
      {"{\"running\":false," YESTERDAY ",\"error\":{\"run\":2,\"message\":\"Full.\"}}", FALSE,
       "Full."},
      /* A hub that was started anew knows of older ones only. */
      {"{\"running\":false," YESTERDAY "," NO_ERROR "}", FALSE, "The hub was started anew"},
      {"{\"running\":false,\"last\":null," NO_ERROR "}", FALSE, "The hub was started anew"},
      {"{\"running\":false," YESTERDAY ",\"error\":{\"run\":0,\"message\":\"Full.\"}}", FALSE,
       "The hub was started anew"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    json_t *backup = json_loads(cases[i].backup, 0, NULL);
    g_autoptr(GError) error = NULL;
    gboolean is_made;

    g_test_message("%s", cases[i].backup);
    g_assert_nonnull(backup);
    g_assert_true(bh_verb_backup_judge(backup, 2, &is_made, &error) == (cases[i].error == NULL));
    g_assert_true((error == NULL) == (cases[i].error == NULL));
    if (error != NULL)
      g_assert_true(g_str_has_prefix(error->message, cases[i].error));
    g_assert_true(is_made == cases[i].is_made);
    json_decref(backup);
  }
}

int
main(int argc, char **argv)
{
  g_setenv("LC_ALL", "C.UTF-8", TRUE);
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/verb-backup/run-is-judged", test_run_is_judged);
  return g_test_run();
}
