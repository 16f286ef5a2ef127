/* SPDX-License-Identifier: Apache-2.0 */
#include "membership.h"
#include "revocations.h"

#include <string.h>

#include "base64url.h"
#include "sign-key.h"

#define NOW_MS G_GINT64_CONSTANT(1764000000000)

static BhSignKey *
make_hub(guint8 fill)
{
  guint8 seed[BH_SIGN_KEY_BYTES];

  memset(seed, fill, sizeof seed);
  return bh_sign_key_new_from_seed(seed);
}

static json_t *
sign(BhSignKey *hub, gint64 not_before_ms, BhRole role)
{
  BhMembership membership = {.tenant_id = (char *)"hotel-sol",
                             .device_id = (char *)"01890000-0000-7000-8000-000000000001",
                             .role = role,
                             .name = (char *)"Anna's \"phone\" \xc3\xa4",
                             .not_before_ms = not_before_ms,
                             .not_after_ms = not_before_ms + BH_MEMBERSHIP_VALID_MS};

  memset(membership.public_key, 7, sizeof membership.public_key);
  return bh_membership_sign(hub, &membership);
}

static void
test_round(void)
{
  g_autoptr(BhSignKey) hub = make_hub(1);
  g_autoptr(json_t) document = sign(hub, NOW_MS, BH_ROLE_KITCHEN);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhMembership) read =
      bh_membership_parse(document, bh_sign_key_get_public(hub), NOW_MS, &error);

  g_assert_no_error(error);
  g_assert_cmpuint(json_object_size(document), ==, 2);
  g_assert_cmpstr(read->tenant_id, ==, "hotel-sol");
  g_assert_cmpstr(read->device_id, ==, "01890000-0000-7000-8000-000000000001");
  g_assert_cmpint(read->role, ==, BH_ROLE_KITCHEN);
  g_assert_cmpstr(read->name, ==, "Anna's \"phone\" \xc3\xa4");
  g_assert_cmpuint(read->public_key[31], ==, 7);
  g_assert_cmpint(read->not_after_ms - read->not_before_ms, ==, BH_MEMBERSHIP_VALID_MS);
}

/* Its beginning is not looked at: a device that was paired while the hub's clock was a year ahead
 * is one now. */
static void
test_time(void)
{
  g_autoptr(BhSignKey) hub = make_hub(1);
  g_autoptr(json_t) document = sign(hub, NOW_MS, BH_ROLE_STAFF);
  static const struct {
    gint64 at_ms;
    gboolean valid;
  } cases[] = {
      {NOW_MS - 365 * G_TIME_SPAN_DAY / 1000, TRUE},
      {NOW_MS + BH_MEMBERSHIP_VALID_MS, TRUE},
      {NOW_MS + BH_MEMBERSHIP_VALID_MS + 1, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(BhMembership) read =
        bh_membership_parse(document, bh_sign_key_get_public(hub), cases[i].at_ms, &error);

    g_assert_cmpint(read != NULL, ==, cases[i].valid);
    if (!cases[i].valid)
      g_assert_error(error, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_TIME);
  }
}

static void
assert_refused(const json_t *document, const guint8 *key, int code)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(bh_membership_parse(document, key, NOW_MS, &error));
  g_assert_error(error, BH_MEMBERSHIP_ERROR, code);
}

/* What the hub says of a device: as it is, and from its last change on, whatever the clock says. */
static void
test_issue(void)
{
  static const guint8 key[BH_DEVICE_KEY_BYTES] = {9};
  g_autoptr(BhSignKey) hub = make_hub(1);
  g_autoptr(BhDevice) device =
      bh_device_new(key, BH_ROLE_POS, "Till 1", BH_DEVICE_KIND_LINK, NULL, NOW_MS);

  for (gint64 ahead_ms = 0; ahead_ms <= 100; ahead_ms += 50) {
    g_autoptr(json_t) document = NULL;
    g_autoptr(BhMembership) read = NULL;

    device->valid_from_ms = NOW_MS + ahead_ms;
    document = bh_membership_issue(hub, "hotel-sol", device, NOW_MS + 50);
    read = bh_membership_parse(document, bh_sign_key_get_public(hub), NOW_MS, NULL);
    g_assert_cmpstr(read->device_id, ==, device->device_id);
    g_assert_cmpmem(read->public_key, BH_DEVICE_KEY_BYTES, key, sizeof key);
    g_assert_cmpint(read->role, ==, BH_ROLE_POS);
    g_assert_cmpstr(read->name, ==, "Till 1");
    g_assert_cmpint(read->not_before_ms, ==, NOW_MS + ahead_ms);
    g_assert_cmpint(read->not_after_ms, ==, NOW_MS + MAX(ahead_ms, 50) + BH_MEMBERSHIP_VALID_MS);
  }
}

/* Another hub's, another kind of document, one bit of either part. */
static void
test_forged(void)
{
  g_autoptr(BhSignKey) hub = make_hub(1);
  g_autoptr(BhSignKey) rogue = make_hub(2);
  const guint8 *key = bh_sign_key_get_public(hub);
  g_autoptr(json_t) theirs = sign(rogue, NOW_MS, BH_ROLE_MANAGER);
  g_autoptr(json_t) ours = sign(hub, NOW_MS, BH_ROLE_STAFF);
  g_autoptr(json_t) parts = json_pack("{s:i, s:[]}", "version", 3, "revoked");
  g_autoptr(json_t) revocations = bh_revocations_issue(hub, "hotel-sol", parts);
  g_autoptr(json_t) mixed = json_pack("{s:O, s:O}", "data", json_object_get(theirs, "data"), "sig",
                                      json_object_get(ours, "sig"));

  assert_refused(theirs, key, BH_MEMBERSHIP_ERROR_FORGED);
  assert_refused(revocations, key, BH_MEMBERSHIP_ERROR_FORGED);
  assert_refused(mixed, key, BH_MEMBERSHIP_ERROR_FORGED);
  for (guint i = 0; i < 8; i++) {
    guint8 signature[BH_SIGN_SIGNATURE_BYTES];
    g_autofree char *text = NULL;
    g_autoptr(json_t) bent = json_copy(ours);

    g_assert_true(bh_base64url_decode_exact(json_string_value(json_object_get(ours, "sig")),
                                            signature, sizeof signature));
    signature[i * 8] ^= (guint8)(1u << i);
    text = bh_base64url_encode(signature, sizeof signature);
    json_object_set_new(bent, "sig", json_string(text));
    assert_refused(bent, key, BH_MEMBERSHIP_ERROR_FORGED);
  }
}

/* Nothing of a foreign shape is believed, nor trips. */
static void
test_shapes(void)
{
  static const char *const texts[] = {
      "null",
      "[]",
      "{}",
      "{\"data\":\"\",\"sig\":\"\"}",
      "{\"data\":7,\"sig\":null}",
      "{\"data\":\"e30\",\"sig\":\"AAAA\"}",
      "{\"data\":\"e3=\",\"sig\":\"AAAA\"}",
  };
  g_autoptr(BhSignKey) hub = make_hub(1);
  const guint8 *key = bh_sign_key_get_public(hub);
  g_autofree char *long_data = g_strnfill(5000, 'A');
  g_autoptr(json_t) large = sign(hub, NOW_MS, BH_ROLE_STAFF);
  g_autoptr(json_t) chief = sign(hub, NOW_MS, BH_ROLE_HUB);
  g_autoptr(json_t) never = sign(hub, -1, BH_ROLE_STAFF);

  assert_refused(NULL, key, BH_MEMBERSHIP_ERROR_BAD);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(json_t) document = bh_json_parse(texts[i], strlen(texts[i]), NULL);

    assert_refused(document, key, BH_MEMBERSHIP_ERROR_BAD);
  }
  json_object_set_new(large, "data", json_string(long_data));
  assert_refused(large, key, BH_MEMBERSHIP_ERROR_BAD);
  /* Signed by the hub, and still: nobody is the hub but the hub. */
  assert_refused(chief, key, BH_MEMBERSHIP_ERROR_BAD);
  assert_refused(never, key, BH_MEMBERSHIP_ERROR_BAD);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/membership/round", test_round);
  g_test_add_func("/membership/time", test_time);
  g_test_add_func("/membership/issue", test_issue);
  g_test_add_func("/membership/forged", test_forged);
  g_test_add_func("/membership/shapes", test_shapes);
  return g_test_run();
}
