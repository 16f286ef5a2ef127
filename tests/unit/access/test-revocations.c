/* SPDX-License-Identifier: Apache-2.0 */
#include "revocations.h"

#include <string.h>

#include "sign-key.h"

static BhSignKey *
make_hub(guint8 fill)
{
  guint8 seed[BH_SIGN_KEY_BYTES];

  memset(seed, fill, sizeof seed);
  return bh_sign_key_new_from_seed(seed);
}

static BhRevocations *
round_trip(json_t *parts)
{
  g_autoptr(BhSignKey) hub = make_hub(1);
  g_autoptr(json_t) owned = parts;
  g_autoptr(json_t) document = bh_revocations_issue(hub, "hotel", owned);

  return bh_revocations_parse(document, bh_sign_key_get_public(hub), "hotel", NULL);
}

static void
test_judge(void)
{
  g_autoptr(BhRevocations) revocations =
      round_trip(json_pack("{s:i, s:[{s:s, s:n}, {s:s, s:i}]}", "version", 7, "revoked", "deviceId",
                           "gone", "before", "deviceId", "other", "before", 1000));

  g_assert_nonnull(revocations);
  g_assert_cmpint(bh_revocations_get_version(revocations), ==, 7);
  g_assert_cmpint(bh_revocations_judge(revocations, "gone", G_MAXINT32), ==, BH_REVOCATION_REMOVED);
  g_assert_cmpint(bh_revocations_judge(revocations, "other", 999), ==, BH_REVOCATION_RENEWED);
  g_assert_cmpint(bh_revocations_judge(revocations, "other", 1000), ==, BH_REVOCATION_NONE);
  g_assert_cmpint(bh_revocations_judge(revocations, "anna", 0), ==, BH_REVOCATION_NONE);
  g_assert_cmpint(bh_revocations_judge(NULL, "gone", 0), ==, BH_REVOCATION_NONE);
}

static void
test_refused(void)
{
  g_autoptr(BhSignKey) hub = make_hub(1);
  g_autoptr(BhSignKey) other = make_hub(2);
  g_autoptr(json_t) parts = json_pack("{s:i, s:[]}", "version", 1, "revoked");
  g_autoptr(json_t) document = bh_revocations_issue(hub, "hotel", parts);
  g_autoptr(GError) forged = NULL;
  g_autoptr(GError) foreign = NULL;

  g_assert_null(bh_revocations_parse(document, bh_sign_key_get_public(other), "hotel", &forged));
  g_assert_error(forged, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_FORGED);
  g_assert_null(bh_revocations_parse(document, bh_sign_key_get_public(hub), "inn", &foreign));
  g_assert_error(foreign, BH_MEMBERSHIP_ERROR, BH_MEMBERSHIP_ERROR_BAD);
  g_assert_null(bh_revocations_parse(NULL, bh_sign_key_get_public(hub), "hotel", NULL));
  g_assert_null(round_trip(json_pack("{s:i, s:[]}", "version", -1, "revoked")));
  g_assert_null(round_trip(json_pack("{s:s, s:[]}", "version", "1", "revoked")));
  g_assert_null(round_trip(json_pack("{s:i, s:[i]}", "version", 1, "revoked", 1)));
  g_assert_null(
      round_trip(json_pack("{s:i, s:[{s:s}]}", "version", 1, "revoked", "deviceId", "d")));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/revocations/judge", test_judge);
  g_test_add_func("/revocations/refused", test_refused);
  return g_test_run();
}
