/* SPDX-License-Identifier: Apache-2.0 */
/* Kitchen tickets: bounds as the schema has them, and how they look on paper. */
#include "ticket.h"

#include <gio/gio.h>
#include <string.h>

#include "paper-text.h"
#include "print-content.h"

static json_t *
load(const char *name)
{
  g_autofree char *path = g_build_filename(g_getenv("BH_PROTOCOL_DIR"), name, NULL);
  json_t *value = json_load_file(path, 0, NULL);

  g_assert_nonnull(value);
  return value;
}

static gint64
get_number(const json_t *schema, const char *path)
{
  g_auto(GStrv) names = g_strsplit(path, "/", -1);

  for (char **name = names; *name != NULL; name++)
    schema = json_object_get(schema, *name);
  g_assert_true(json_is_integer(schema));
  return json_integer_value(schema);
}

static void
test_bounds(void)
{
  static const struct {
    const char *path;
    gint64 value;
  } bounds[] = {
      {"properties/lines/maxItems", BH_TICKET_MAX_LINES},
      {"properties/time/maximum", BH_RECEIPT_MAX_TIME_MS},
      {"properties/timeZoneOffset/maximum", BH_RECEIPT_MAX_ZONE_OFFSET},
      {"properties/language/maxLength", BH_RECEIPT_MAX_LANGUAGE},
      {"$defs/name/maxLength", BH_TICKET_MAX_NAME},
      {"$defs/optionalName/maxLength", BH_TICKET_MAX_NAME},
      {"$defs/text/maxLength", BH_DOCUMENT_MAX_TEXT},
      {"$defs/text/maxLength", BH_TICKET_MAX_NOTE},
      {"$defs/line/properties/quantity/maximum", BH_TICKET_MAX_QUANTITY},
      {"$defs/line/properties/modifiers/maxItems", BH_TICKET_MAX_MODIFIERS},
      {"$defs/line/properties/notes/maxItems", BH_TICKET_MAX_NOTES},
      {"$defs/line/properties/allergens/maxItems", BH_TICKET_MAX_ALLERGENS},
      {"$defs/line/properties/course/maximum", BH_TICKET_MAX_COURSE},
  };
  g_autoptr(json_t) schema = load("ticket.schema.json");

  for (guint i = 0; i < G_N_ELEMENTS(bounds); i++)
    g_assert_cmpint(get_number(schema, bounds[i].path), ==, bounds[i].value);
}

/* ticket-*.json are good, bad-ticket-*.json are not: tests of the schema read the same. */
static void
test_examples(void)
{
  g_autofree char *folder = g_build_filename(g_getenv("BH_PROTOCOL_DIR"), "examples", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  guint good = 0, bad = 0;
  const char *name;

  g_assert_nonnull(dir);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename("examples", name, NULL);
    g_autoptr(json_t) json = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(BhTicket) ticket = NULL;

    if (!g_str_has_prefix(name, "ticket-") && !g_str_has_prefix(name, "bad-ticket-"))
      continue;
    json = load(path);
    ticket = bh_ticket_new_from_json(json, &error);
    g_assert_true((ticket == NULL) == (error != NULL));
    if ((ticket != NULL) != g_str_has_prefix(name, "ticket-"))
      g_error("%s: %s", name, error != NULL ? error->message : "is taken for good");
    good += ticket != NULL;
    bad += ticket == NULL;
  }
  g_assert_cmpuint(good, >=, 3);
  g_assert_cmpuint(bad, >=, 3);
}

static void
test_refusals_name_the_member(void)
{
  static const struct {
    const char *ticket;
    const char *words;
  } cases[] = {
      {"[]", "“ticket” must be an object"},
      {"{\"number\": \"\"}", "ticket: “number” must be a text of 1 to 200 characters"},
      {"{\"number\": \"A\", \"lines\": [{\"name\": \"x\", \"notes\": [5]}]}",
       "ticket: “lines[0].notes[0]” must be a text of at most 500 characters"},
      {"{\"number\": \"A\", \"lines\": [{\"name\": \"x\", \"change\": 1}]}",
       "ticket: “lines[0].change” must be one of the words there are"},
      {"{\"number\": \"A\"}", "ticket: “lines” must be a list of at least one"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(json_t) json = json_loads(cases[i].ticket, 0, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_null(bh_ticket_new_from_json(json, &error));
    g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB);
    g_assert_cmpstr(error->message, ==, cases[i].words);
  }
}

/* Compares with golden/NAME.txt; BH_UPDATE_GOLDEN=1 writes it anew, to be read before it is kept.
 */
static void
assert_golden(const char *name, const char *text)
{
  g_autofree char *path = g_strdup_printf("%s/%s.txt", g_getenv("BH_GOLDEN_DIR"), name);
  g_autofree char *expected = NULL;

  if (g_getenv("BH_UPDATE_GOLDEN") != NULL)
    g_file_set_contents(path, text, -1, NULL);
  g_file_get_contents(path, &expected, NULL, NULL);
  g_assert_cmpstr(text, ==, expected);
}

static void
test_layout(void)
{
  static const struct {
    const char *example;
    guint columns;
    gboolean reprint;
  } cases[] = {
      {"ticket-full", 42, FALSE},   {"ticket-full", 32, FALSE},   {"ticket-full", 42, TRUE},
      {"ticket-german", 42, FALSE}, {"ticket-german", 32, FALSE}, {"ticket-minimal", 32, FALSE},
      {"ticket-change", 42, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *path = g_strdup_printf("examples/%s.json", cases[i].example);
    g_autoptr(json_t) content = json_pack("{s:o}", "ticket", load(path));
    g_autofree char *text = encode_to_text(content, cases[i].columns, cases[i].reprint);
    g_autofree char *name = g_strdup_printf("%s-%u%s", cases[i].example, cases[i].columns,
                                            cases[i].reprint ? "-reprint" : "");

    assert_golden(name, text);
  }
}

/* Long words in every place: all of it is there, on lines that fit. */
static void
test_nothing_is_cut_off(void)
{
  static const char *const word = "Donaudampfschifffahrtsgesellschaftskapitaenskajuetenschluessel";

  for (guint columns = 32; columns <= 42; columns += 10) {
    g_autoptr(json_t) content =
        json_pack("{s:{s:s, s:s, s:s, s:s, s:s, s:s, s:[{s:s, s:i, s:[s], s:[s], s:[s]}]}}",
                  "ticket", "number", word, "title", word, "station", word, "server", word, "note",
                  word, "language", "es", "lines", "name", word, "quantity", 99999, "modifiers",
                  word, "notes", word, "allergens", word);
    g_autofree char *text = encode_to_text(content, columns, FALSE);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) joined = g_string_new(NULL);
    guint found = 0;

    /* The words run on where their lines are joined without margins and styles. */
    for (guint i = 0; lines[i] != NULL; i++)
      if (strchr(lines[i], '|') != NULL)
        g_string_append(joined, g_strstrip(strchr(lines[i], '|') + 1));
    for (const char *at = joined->str; (at = strstr(at, word)) != NULL; at++)
      found++;
    g_assert_cmpuint(found, ==, 9);
  }
}

/* White on black is what is to be seen first, and not the margin before it. */
static void
test_allergens_stand_out(void)
{
  const BhPrintContentOptions options = {.columns = 42};
  g_autoptr(json_t) content = json_pack("{s:o}", "ticket", load("examples/ticket-german.json"));
  g_autoptr(GBytes) bytes = bh_print_content_encode(content, &options, 1 << 16, NULL);
  g_autoptr(json_t) paper = bh_paper_render(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  const json_t *line, *run;
  gboolean found = FALSE;
  gsize i, k;

  json_array_foreach(json_object_get(paper, "lines"), i, line)
  {
    json_array_foreach(json_object_get(line, "runs"), k, run)
    {
      const char *text = json_string_value(json_object_get(run, "text"));

      found |= g_str_equal(text, " ALLERGENE: Gluten, Milch ") &&
               json_is_true(json_object_get(run, "invert"));
      g_assert_false(g_str_has_prefix(text, "  ") && json_is_true(json_object_get(run, "invert")));
    }
  }
  g_assert_true(found);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printing/ticket/bounds", test_bounds);
  g_test_add_func("/printing/ticket/examples", test_examples);
  g_test_add_func("/printing/ticket/refusals", test_refusals_name_the_member);
  g_test_add_func("/printing/ticket/layout", test_layout);
  g_test_add_func("/printing/ticket/allergens", test_allergens_stand_out);
  g_test_add_func("/printing/ticket/whole", test_nothing_is_cut_off);
  return g_test_run();
}
