/* SPDX-License-Identifier: Apache-2.0 */
#include "receipt.h"

#include "print-queue.h"

static BhReceipt *
parse(const char *text, GError **error)
{
  g_autoptr(json_t) json = bh_json_parse(text, strlen(text), NULL);

  g_assert_nonnull(json);
  return bh_receipt_new_from_json(json, error);
}

static void
test_minimal(void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhReceipt) receipt =
      parse("{\"currency\": \"JPY\", \"lines\": [{\"name\": \"Tea\"}]}", &error);
  const BhReceiptLine *line;

  g_assert_no_error(error);
  g_assert_cmpstr(receipt->currency, ==, "JPY");
  g_assert_true(receipt->cut);
  g_assert_false(receipt->drawer);
  g_assert_cmpuint(receipt->lines->len, ==, 1);
  line = &g_array_index(receipt->lines, BhReceiptLine, 0);
  g_assert_cmpstr(line->name, ==, "Tea");
  g_assert_cmpint(line->quantity, ==, 1);
  g_assert_false(line->amount.stated);
  g_assert_false(receipt->total.stated);
}

/* Each is wrong in one member, and the message names it. */
static void
test_names_what_is_wrong(void)
{
  static const struct {
    const char *json, *named;
  } cases[] = {
      {"[]", "receipt"},
      {"{\"lines\": []}", "“currency”"},
      {"{\"currency\": \"eur\", \"lines\": []}", "“currency”"},
      {"{\"currency\": \"EUR\"}", "“lines”"},
      {"{\"currency\": \"EUR\", \"lines\": {}}", "“lines”"},
      {"{\"currency\": \"EUR\", \"lines\": [4]}", "“lines[0]”"},
      {"{\"currency\": \"EUR\", \"lines\": [{\"name\": \"a\"}, {\"amount\": 1}]}",
       "“lines[1].name”"},
      {"{\"currency\": \"EUR\", \"lines\": [{\"name\": \"\"}]}", "“lines[0].name”"},
      {"{\"currency\": \"EUR\", \"lines\": [{\"name\": \"a\", \"amount\": 1.5}]}",
       "“lines[0].amount”"},
      {"{\"currency\": \"EUR\", \"lines\": [{\"name\": \"a\", \"amount\": 1000000000000}]}",
       "“lines[0].amount”"},
      {"{\"currency\": \"EUR\", \"lines\": [{\"name\": \"a\", \"quantity\": 0}]}",
       "“lines[0].quantity”"},
      {"{\"currency\": \"EUR\", \"lines\": [{\"name\": \"a\", \"modifiers\": [{}]}]}",
       "“lines[0].modifiers[0].name”"},
      {"{\"currency\": \"EUR\", \"lines\": [{\"name\": \"a\", \"notes\": [\"b\", 1]}]}",
       "“lines[0].notes[1]”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"taxes\": [{\"name\": \"VAT\"}]}",
       "“taxes[0].amount”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"language\": 4}", "“language”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"business\": {}}", "“business.name”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"time\": -1}", "“time”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"timeZoneOffset\": 841}", "“timeZoneOffset”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"drawer\": 1}", "“drawer”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"qr\": \"a\\u001bb\"}", "“qr”"},
      {"{\"currency\": \"EUR\", \"lines\": [], \"payments\": [{\"amount\": 1}]}",
       "“payments[0].method”"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(parse(cases[i].json, &error));
    g_assert_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB);
    if (strstr(error->message, cases[i].named) == NULL)
      g_error("%s: “%s” does not name %s", cases[i].json, error->message, cases[i].named);
  }
}

static void
test_language(void)
{
  static const struct {
    const char *json;
    BhReceiptLanguage language;
  } cases[] = {
      {"{\"currency\": \"EUR\", \"lines\": []}", BH_RECEIPT_ENGLISH},
      {"{\"currency\": \"EUR\", \"lines\": [], \"language\": \"de\"}", BH_RECEIPT_GERMAN},
      {"{\"currency\": \"EUR\", \"lines\": [], \"language\": \"fr-CH\"}", BH_RECEIPT_FRENCH},
      {"{\"currency\": \"EUR\", \"lines\": [], \"language\": \"est\"}", BH_RECEIPT_ENGLISH},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(BhReceipt) receipt = parse(cases[i].json, NULL);

    g_assert_nonnull(receipt);
    g_assert_cmpint(receipt->language, ==, cases[i].language);
  }
}

static json_t *
new_receipt_of(guint n_lines, guint name_characters)
{
  g_autofree char *name = g_strnfill(name_characters, 'x');
  json_t *receipt = json_pack("{s:s, s:[]}", "currency", "EUR", "lines");

  for (guint i = 0; i < n_lines; i++)
    json_array_append_new(json_object_get(receipt, "lines"), json_pack("{s:s}", "name", name));
  return receipt;
}

static void
test_bounds(void)
{
  static const struct {
    guint lines, name;
    gboolean good;
  } cases[] = {
      {BH_RECEIPT_MAX_LINES, 1, TRUE},
      {BH_RECEIPT_MAX_LINES + 1, 1, FALSE},
      {1, BH_RECEIPT_MAX_NAME, TRUE},
      {1, BH_RECEIPT_MAX_NAME + 1, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) json = new_receipt_of(cases[i].lines, cases[i].name);
    g_autoptr(BhReceipt) receipt = bh_receipt_new_from_json(json, &error);

    g_assert_true((receipt != NULL) == cases[i].good);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printing/receipt/minimal", test_minimal);
  g_test_add_func("/printing/receipt/names-what-is-wrong", test_names_what_is_wrong);
  g_test_add_func("/printing/receipt/language", test_language);
  g_test_add_func("/printing/receipt/bounds", test_bounds);
  return g_test_run();
}
