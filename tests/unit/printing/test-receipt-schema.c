/* SPDX-License-Identifier: Apache-2.0 */
/* data/protocol and the C side are one contract: bounds and examples are held against each other.
 */
#include "receipt.h"

#include <gio/gio.h>

static json_t *
load(const char *name)
{
  g_autofree char *path = g_build_filename(g_getenv("BH_PROTOCOL_DIR"), name, NULL);
  json_error_t problem;
  json_t *value = json_load_file(path, 0, &problem);

  if (value == NULL)
    g_error("%s: %s, line %d", path, problem.text, problem.line);
  return value;
}

/* @path: names of members, with '/' between */
static gint64
get_number(const json_t *schema, const char *path)
{
  g_auto(GStrv) names = g_strsplit(path, "/", -1);

  for (char **name = names; *name != NULL; name++)
    schema = json_object_get(schema, *name);
  if (!json_is_integer(schema))
    g_error("the schema has no %s", path);
  return json_integer_value(schema);
}

static void
test_bounds(void)
{
  static const struct {
    const char *path;
    gint64 value;
  } bounds[] = {
      {"properties/lines/maxItems", BH_RECEIPT_MAX_LINES},
      {"properties/discounts/maxItems", BH_RECEIPT_MAX_DISCOUNTS},
      {"properties/taxes/maxItems", BH_RECEIPT_MAX_TAXES},
      {"properties/payments/maxItems", BH_RECEIPT_MAX_PAYMENTS},
      {"properties/footer/maxItems", BH_RECEIPT_MAX_FOOTER},
      {"properties/business/properties/address/maxItems", BH_RECEIPT_MAX_ADDRESS},
      {"properties/language/maxLength", BH_RECEIPT_MAX_LANGUAGE},
      {"properties/qr/maxLength", BH_RECEIPT_MAX_QR_BYTES},
      {"properties/time/maximum", BH_RECEIPT_MAX_TIME_MS},
      {"properties/timeZoneOffset/minimum", -BH_RECEIPT_MAX_ZONE_OFFSET},
      {"properties/timeZoneOffset/maximum", BH_RECEIPT_MAX_ZONE_OFFSET},
      {"$defs/name/maxLength", BH_RECEIPT_MAX_NAME},
      {"$defs/optionalName/maxLength", BH_RECEIPT_MAX_NAME},
      {"$defs/text/maxLength", BH_RECEIPT_MAX_TEXT},
      {"$defs/amount/minimum", -BH_RECEIPT_MAX_AMOUNT},
      {"$defs/amount/maximum", BH_RECEIPT_MAX_AMOUNT},
      {"$defs/line/properties/quantity/maximum", BH_RECEIPT_MAX_QUANTITY},
      {"$defs/line/properties/notes/maxItems", BH_RECEIPT_MAX_NOTES},
      {"$defs/line/properties/modifiers/maxItems", BH_RECEIPT_MAX_MODIFIERS},
  };
  g_autoptr(json_t) schema = load("receipt.schema.json");

  for (guint i = 0; i < G_N_ELEMENTS(bounds); i++)
    g_assert_cmpint(get_number(schema, bounds[i].path), ==, bounds[i].value);
}

/* receipt-*.json are good, bad-receipt-*.json are not: tests of the TypeScript side read the same.
 */
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
    g_autoptr(BhReceipt) receipt = NULL;

    if (!g_str_has_prefix(name, "receipt-") && !g_str_has_prefix(name, "bad-receipt-"))
      continue;
    json = load(path);
    receipt = bh_receipt_new_from_json(json, &error);
    g_assert_true((receipt == NULL) == (error != NULL));
    if ((receipt != NULL) != g_str_has_prefix(name, "receipt-"))
      g_error("%s: %s", name, error != NULL ? error->message : "is taken for good");
    good += receipt != NULL;
    bad += receipt == NULL;
  }
  g_assert_cmpuint(good, >=, 3);
  g_assert_cmpuint(bad, >=, 3);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/printing/receipt-schema/bounds", test_bounds);
  g_test_add_func("/printing/receipt-schema/examples", test_examples);
  return g_test_run();
}
