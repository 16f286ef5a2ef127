/* SPDX-License-Identifier: Apache-2.0 */
#include "json-text.h"
#include "server-address.h"
#include "server-choice.h"

/* data/protocol/vectors/server-choice.json, which the client library is held to as well. */
static json_t *vectors;
static double chance;

static double
get_chance(void)
{
  return chance;
}

static char **
read_urls(const json_t *list)
{
  g_autoptr(GStrvBuilder) urls = g_strv_builder_new();
  const json_t *url;
  gsize i;

  json_array_foreach(list, i, url) g_strv_builder_add(urls, json_string_value(url));
  return g_strv_builder_end(urls);
}

static void
test_addresses(void)
{
  const json_t *addresses = json_object_get(vectors, "addresses");
  const struct {
    const char *name;
    gboolean (*judge)(const char *url);
    gboolean expected;
  } lists[] = {{"local", bh_server_address_is_local, TRUE},
               {"elsewhere", bh_server_address_is_local, FALSE},
               {"addresses", bh_server_address_is_literal, TRUE},
               {"names", bh_server_address_is_literal, FALSE},
               {"clouds", bh_server_address_is_cloud, TRUE},
               {"noClouds", bh_server_address_is_cloud, FALSE}};

  for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
    g_auto(GStrv) urls = read_urls(json_object_get(addresses, lists[i].name));

    g_assert_cmpuint(g_strv_length(urls), >, 3);
    for (guint k = 0; urls[k] != NULL; k++) {
      g_test_message("%s: %s", lists[i].name, urls[k]);
      g_assert_cmpint(lists[i].judge(urls[k]), ==, lists[i].expected);
    }
  }
}

static BhChoiceEvent
read_event(const json_t *step, char ***urls)
{
  static const char *const names[] = {"start",  "wake",     "tick",      "lost",
                                      "stop",   "servers",  "announced", "joined",
                                      "failed", "impostor", "refused"};
  const char *name = json_string_value(json_object_get(step, "event"));
  BhChoiceEvent event = {.url = json_string_value(json_object_get(step, "url")),
                         .code = json_string_value(json_object_get(step, "code"))};
  gboolean known = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(names[i], name)) {
      event.type = (BhChoiceEventType)i;
      known = TRUE;
    }
  g_assert_true(known);
  event.is_cloud = g_strcmp0(json_string_value(json_object_get(step, "kind")), "cloud") == 0;
  *urls = read_urls(json_object_get(step, "urls"));
  event.urls = (const char *const *)*urls;
  return event;
}

static char *
write_actions(const GPtrArray *actions)
{
  static const char *const names[] = {"open", "close", "adopt", "leave"};
  g_autoptr(GString) out = g_string_new(NULL);

  for (guint i = 0; i < actions->len; i++) {
    const BhChoiceAction *action = actions->pdata[i];

    g_string_append_printf(out, "%s%s %s", i > 0 ? ", " : "", names[action->type], action->url);
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
run_step(BhServerChoice *choice, const json_t *step)
{
  const json_t *wake = json_object_get(step, "wake");
  g_auto(GStrv) expected_list = read_urls(json_object_get(step, "actions"));
  g_autofree char *expected = g_strjoinv(", ", expected_list);
  g_auto(GStrv) urls = NULL;
  const BhChoiceEvent event = read_event(step, &urls);
  g_autoptr(GPtrArray) actions =
      bh_server_choice_handle(choice, &event, json_integer_value(json_object_get(step, "at")));
  g_autofree char *done = write_actions(actions);

  g_test_message("  at %" JSON_INTEGER_FORMAT " %s",
                 json_integer_value(json_object_get(step, "at")),
                 json_string_value(json_object_get(step, "event")));
  g_assert_cmpstr(done, ==, expected);
  g_assert_cmpstr(bh_server_choice_get_current(choice), ==,
                  json_string_value(json_object_get(step, "current")));
  g_assert_cmpint(bh_server_choice_get_wake_ms(choice), ==,
                  json_is_null(wake) ? BH_SERVER_CHOICE_NEVER : json_integer_value(wake));
}

/* What pages on https may not do, and channels to the hub, are the client's alone. */
static void
test_cases(void)
{
  const json_t *one, *step;
  gsize i, k;
  guint count = 0;

  json_array_foreach(json_object_get(vectors, "cases"), i, one)
  {
    const json_t *options = json_object_get(one, "options");
    g_auto(GStrv) urls = read_urls(json_object_get(options, "urls"));
    const BhServerChoiceConfig config = {.urls = (const char *const *)urls,
                                         .one_tier =
                                             json_is_false(json_object_get(options, "preferLocal")),
                                         .random = get_chance};
    g_autoptr(BhServerChoice) choice = NULL;

    if (json_is_true(json_object_get(options, "isSecurePage")))
      continue;
    g_test_message("%s", json_string_value(json_object_get(one, "name")));
    chance = json_number_value(json_object_get(options, "random"));
    choice = bh_server_choice_new(&config);
    json_array_foreach(json_object_get(one, "steps"), k, step) run_step(choice, step);
    count++;
  }
  g_assert_cmpuint(count, >, 20);
}

int
main(int argc, char **argv)
{
  g_autofree char *text = NULL;
  gsize length;
  int status;

  g_test_init(&argc, &argv, NULL);
  g_assert_true(g_file_get_contents(g_getenv("BH_VECTORS"), &text, &length, NULL));
  vectors = bh_json_parse(text, length, NULL);
  g_assert_nonnull(vectors);
  g_test_add_func("/server-choice/addresses", test_addresses);
  g_test_add_func("/server-choice/cases", test_cases);
  status = g_test_run();
  json_decref(vectors);
  return status;
}
