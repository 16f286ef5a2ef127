/* SPDX-License-Identifier: Apache-2.0 */
#include "access-fixture.h"
#include "device-token.h"

#include <string.h>

#define ID   "01936f00-0000-7000-8000-0000000000d1"
#define KEY1 "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2A"
#define KEY2 "ebVWLo_mVPlAeLES6KmLp5AfhTrmlb7X4OORC60ElmQ"

static json_t *
read_vectors(void)
{
  g_autofree char *path = g_build_filename(g_getenv("BH_VECTORS"), "bellhop.json", NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(path, &text, &length, NULL));
  return bh_json_parse(text, length, NULL);
}

static void
test_what_is_made_is_read(void)
{
  g_autoptr(json_t) vectors = read_vectors();
  const char *expected =
      json_string_value(json_object_get(json_object_get(vectors, "token"), "token"));
  g_autoptr(BhSignKey) key = NULL;
  g_auto(BhDeviceToken) token = {0};
  g_autofree char *text = NULL;

  g_assert_true(bh_device_token_parse(expected, &token));
  g_assert_cmpstr(token.device_id, ==, ID);
  key = bh_sign_key_new_from_seed(token.seed);
  text = bh_device_token_make(token.device_id, key, token.hub_key);
  g_assert_cmpstr(text, ==, expected);
}

static void
test_other_text_is_none(void)
{
  static const char *const texts[] = {
      "",
      "bht1",
      "bht1...",
      "bht2." ID "." KEY1 "." KEY2,
      "BHT1." ID "." KEY1 "." KEY2,
      " bht1." ID "." KEY1 "." KEY2,
      "bht1." ID "." KEY1 "." KEY2 ".",
      "bht1." ID "." KEY1 "." KEY2 "." KEY2,
      "bht1." ID "." KEY1 "." KEY2 "\n",
      "bht1." ID "." KEY1 "." KEY2 "=",
      "bht1." ID "." KEY1,
      "bht1." ID "." KEY1 ".",
      "bht1.." KEY1 "." KEY2,
      "bht1.01936F00-0000-7000-8000-0000000000D1." KEY1 "." KEY2,
      "bht1.01936f0000-00-7000-8000-0000000000d1." KEY1 "." KEY2,
      "bht1.../../../../etc/passwd." KEY1 "." KEY2,
  };
  static const BhDeviceToken wiped;
  g_auto(BhDeviceToken) token = {0};
  g_autofree char *huge = g_strnfill(100000, '.');

  g_assert_true(bh_device_token_parse("bht1." ID "." KEY1 "." KEY2, &token));
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_assert_false(bh_device_token_parse(texts[i], &token));
    g_assert_cmpmem(&token, sizeof token, &wiped, sizeof wiped);
  }
  g_assert_false(bh_device_token_parse(NULL, &token));
  g_assert_false(bh_device_token_parse(huge, &token));
}

static void
test_finds_only_its_own_device(void)
{
  AccessFixture fixture;
  g_autoptr(BhSignKey) key = bh_sign_key_new();
  g_autoptr(BhSignKey) other = bh_sign_key_new();
  g_autoptr(BhDevice) till = NULL;
  g_autoptr(BhDevice) added = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  const guint8 *hub_key;
  g_autofree char *right = NULL, *forged = NULL, *elsewhere = NULL, *unknown = NULL;

  access_fixture_init(&fixture);
  hub_key = bh_sign_key_get_public(fixture.hub_key);
  till = bh_device_new(bh_sign_key_get_public(key), BH_ROLE_POS, "Till", BH_DEVICE_KIND_TOKEN, NULL,
                       1);
  bh_device_book_add_async(fixture.book, till, access_fixture_take_result, &result);
  added = bh_device_book_add_finish(fixture.book, access_fixture_wait(&result), NULL);
  right = bh_device_token_make(till->device_id, key, hub_key);
  forged = bh_device_token_make(till->device_id, other, hub_key);
  elsewhere = bh_device_token_make(till->device_id, key, bh_sign_key_get_public(other));
  unknown = bh_device_token_make(ID, key, hub_key);
  g_assert_true(bh_device_token_find(fixture.book, right, hub_key) == added);
  g_assert_null(bh_device_token_find(fixture.book, forged, hub_key));
  g_assert_null(bh_device_token_find(fixture.book, elsewhere, hub_key));
  g_assert_null(bh_device_token_find(fixture.book, unknown, hub_key));
  g_assert_null(bh_device_token_find(fixture.book, "bht1", hub_key));
  g_assert_null(bh_device_token_find(fixture.book, NULL, hub_key));
  access_fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/device-token/what-is-made-is-read", test_what_is_made_is_read);
  g_test_add_func("/device-token/other-text-is-none", test_other_text_is_none);
  g_test_add_func("/device-token/finds-only-its-own-device", test_finds_only_its_own_device);
  return g_test_run();
}
