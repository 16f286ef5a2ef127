/* SPDX-License-Identifier: Apache-2.0 */
#include "access-fixture.h"
#include "device-rows.h"
#include "membership.h"
#include "revocations.h"

#include <string.h>

static gint64
now_ms(void)
{
  return g_get_real_time() / 1000;
}

/* 0, or the error's code + 1. */
static int
change(AccessFixture *fixture, const char *device_id, BhRole role, const char *name)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_device_book_change_async(fixture->book, device_id, role, name, now_ms(),
                              access_fixture_take_result, &result);
  g_assert_null(result);
  if (bh_device_book_change_finish(fixture->book, access_fixture_wait(&result), &error))
    return 0;
  g_assert_true(error->domain == BH_DEVICE_BOOK_ERROR);
  return error->code + 1;
}

static int
revoke_device(AccessFixture *fixture, const char *device_id)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  bh_device_book_revoke_async(fixture->book, device_id, now_ms(), access_fixture_take_result,
                              &result);
  if (bh_device_book_revoke_finish(fixture->book, access_fixture_wait(&result), &error))
    return 0;
  g_assert_true(error->domain == BH_DEVICE_BOOK_ERROR);
  return error->code + 1;
}

static void
test_added_is_found_also_after_a_restart(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autoptr(BhDevice) till = NULL;
  g_autoptr(GPtrArray) list = NULL;
  const BhDevice *found;

  access_fixture_init(&fixture);
  g_assert_null(bh_device_book_find(fixture.book, "nobody"));
  g_assert_null(bh_device_book_find(fixture.book, NULL));
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  /* Ids of one millisecond are in no order. */
  while (g_get_real_time() / 1000 <= anna->created_ms)
    g_thread_yield();
  till = access_fixture_add(&fixture, BH_ROLE_POS, "Till");
  g_assert_cmpstr(fixture.told->str, ==, " added:Anna added:Till");

  access_fixture_restart(&fixture);
  found = bh_device_book_find(fixture.book, anna->device_id);
  g_assert_nonnull(found);
  g_assert_true(found != anna);
  g_assert_cmpmem(found->public_key, sizeof found->public_key, anna->public_key,
                  sizeof anna->public_key);
  g_assert_cmpint(found->role, ==, BH_ROLE_STAFF);
  g_assert_cmpstr(found->name, ==, "Anna");
  g_assert_cmpstr(found->kind, ==, "token");
  g_assert_cmpint(found->created_ms, ==, anna->created_ms);
  g_assert_cmpint(found->changed_ms, ==, anna->changed_ms);
  g_assert_cmpint(found->revoked_ms, ==, 0);
  g_assert_null(found->link_id);
  list = bh_device_book_list(fixture.book);
  g_assert_cmpuint(list->len, ==, 2);
  g_assert_cmpstr(((BhDevice *)list->pdata[1])->name, ==, "Till");
  access_fixture_clear(&fixture);
}

static void
test_nothing_is_found_before_its_commit(void)
{
  AccessFixture fixture;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(BhDevice) added = NULL;
  guint8 key[BH_DEVICE_KEY_BYTES] = {1};
  g_autoptr(BhDevice) device =
      bh_device_new(key, BH_ROLE_STAFF, "Anna", BH_DEVICE_KIND_LINK, "link", now_ms());

  access_fixture_init(&fixture);
  access_fixture_hold(&fixture);
  bh_device_book_add_async(fixture.book, device, access_fixture_take_result, &result);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_assert_null(bh_device_book_find(fixture.book, device->device_id));
  g_assert_null(bh_device_book_find_by_link(fixture.book, "link"));
  access_fixture_release(&fixture);
  added = bh_device_book_add_finish(fixture.book, access_fixture_wait(&result), NULL);
  g_assert_true(bh_device_book_find(fixture.book, device->device_id) == added);
  g_assert_true(bh_device_book_find_by_link(fixture.book, "link") == added);
  access_fixture_clear(&fixture);
}

static void
test_full_disk_adds_nothing(void)
{
  AccessFixture fixture;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  guint8 key[BH_DEVICE_KEY_BYTES] = {1};
  g_autoptr(BhDevice) device =
      bh_device_new(key, BH_ROLE_STAFF, "Anna", BH_DEVICE_KIND_LINK, NULL, now_ms());

  access_fixture_init(&fixture);
  access_fixture_fill_disk(&fixture);
  bh_device_book_add_async(fixture.book, device, access_fixture_take_result, &result);
  g_assert_null(bh_device_book_add_finish(fixture.book, access_fixture_wait(&result), &error));
  g_assert_error(error, BH_STORE_ERROR, BH_STORE_ERROR_FULL);
  g_assert_null(bh_device_book_find(fixture.book, device->device_id));
  g_assert_cmpstr(fixture.told->str, ==, "");
  access_fixture_clear(&fixture);
}

static void
test_change_voids_what_was_signed_before(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  const BhDevice *found;
  gint64 first_ms;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  g_assert_cmpint(change(&fixture, anna->device_id, BH_ROLE_KITCHEN, NULL), ==, 0);
  found = bh_device_book_find(fixture.book, anna->device_id);
  g_assert_cmpint(found->role, ==, BH_ROLE_KITCHEN);
  g_assert_cmpstr(found->name, ==, "Anna");
  g_assert_cmpint(found->changed_ms, >, anna->changed_ms);
  first_ms = found->changed_ms;

  /* However quickly one change follows the other. */
  g_assert_cmpint(change(&fixture, anna->device_id, BH_ROLE_NONE, "Anna 2"), ==, 0);
  found = bh_device_book_find(fixture.book, anna->device_id);
  g_assert_cmpint(found->role, ==, BH_ROLE_KITCHEN);
  g_assert_cmpint(found->changed_ms, >, first_ms);
  g_assert_cmpstr(fixture.told->str, ==, " added:Anna changed:Anna changed:Anna 2");

  /* The old record was a value of its own. */
  g_assert_cmpstr(anna->name, ==, "Anna");
  g_assert_cmpint(change(&fixture, "nobody", BH_ROLE_STAFF, NULL), ==,
                  BH_DEVICE_BOOK_ERROR_UNKNOWN + 1);
  access_fixture_clear(&fixture);
}

static void
test_change_to_the_same_is_none(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autoptr(json_t) parts = NULL;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  g_assert_cmpint(change(&fixture, anna->device_id, BH_ROLE_STAFF, "Anna"), ==, 0);
  g_assert_true(bh_device_book_find(fixture.book, anna->device_id) == anna);
  g_assert_cmpstr(fixture.told->str, ==, " added:Anna");
  parts = bh_device_book_describe_revocations(fixture.book);
  g_assert_cmpint(json_integer_value(json_object_get(parts, "version")), ==, 0);
  access_fixture_clear(&fixture);
}

static void
test_two_changes_at_once_both_stay(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autoptr(GAsyncResult) one = NULL;
  g_autoptr(GAsyncResult) other = NULL;
  const BhDevice *found;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  access_fixture_hold(&fixture);
  bh_device_book_change_async(fixture.book, anna->device_id, BH_ROLE_POS, NULL, now_ms(),
                              access_fixture_take_result, &one);
  bh_device_book_change_async(fixture.book, anna->device_id, BH_ROLE_NONE, "Bar", now_ms(),
                              access_fixture_take_result, &other);
  access_fixture_release(&fixture);
  access_fixture_wait(&other);
  g_assert_nonnull(one);
  found = bh_device_book_find(fixture.book, anna->device_id);
  g_assert_cmpint(found->role, ==, BH_ROLE_POS);
  g_assert_cmpstr(found->name, ==, "Bar");
  access_fixture_clear(&fixture);
}

static void
test_revoked_is_for_good(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autoptr(GPtrArray) list = NULL;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  g_assert_cmpint(revoke_device(&fixture, anna->device_id), ==, 0);
  g_assert_cmpstr(fixture.told->str, ==, " added:Anna revoked:Anna");
  g_assert_cmpint(revoke_device(&fixture, anna->device_id), ==, BH_DEVICE_BOOK_ERROR_UNKNOWN + 1);
  g_assert_cmpint(change(&fixture, anna->device_id, BH_ROLE_POS, NULL), ==,
                  BH_DEVICE_BOOK_ERROR_UNKNOWN + 1);
  access_fixture_restart(&fixture);
  g_assert_cmpint(bh_device_book_find(fixture.book, anna->device_id)->revoked_ms, >, 0);
  list = bh_device_book_list(fixture.book);
  g_assert_cmpuint(list->len, ==, 0);
  access_fixture_clear(&fixture);
}

static void
test_last_manager_counts_at_once(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) one = NULL;
  g_autoptr(BhDevice) two = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  access_fixture_init(&fixture);
  one = access_fixture_add(&fixture, BH_ROLE_MANAGER, "One");
  two = access_fixture_add(&fixture, BH_ROLE_MANAGER, "Two");
  g_assert_cmpuint(bh_device_book_count_managers(fixture.book), ==, 2);

  /* A call that is on its way counts. */
  access_fixture_hold(&fixture);
  bh_device_book_revoke_async(fixture.book, one->device_id, now_ms(), access_fixture_take_result,
                              &result);
  g_assert_cmpuint(bh_device_book_count_managers(fixture.book), ==, 1);
  access_fixture_release(&fixture);
  access_fixture_wait(&result);
  g_assert_cmpuint(bh_device_book_count_managers(fixture.book), ==, 1);

  /* A new name takes nobody away, and one role for another does. */
  g_assert_cmpint(change(&fixture, two->device_id, BH_ROLE_MANAGER, "Two 2"), ==, 0);
  g_assert_cmpuint(bh_device_book_count_managers(fixture.book), ==, 1);
  g_assert_cmpint(change(&fixture, two->device_id, BH_ROLE_STAFF, NULL), ==, 0);
  g_assert_cmpuint(bh_device_book_count_managers(fixture.book), ==, 0);
  access_fixture_clear(&fixture);
}

static gint64
get_version(const json_t *parts)
{
  return json_integer_value(json_object_get(parts, "version"));
}

static void
test_revocations_grow_in_version(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autoptr(BhDevice) bert = NULL;
  g_autoptr(BhDevice) carla = NULL;
  g_autoptr(json_t) none = NULL;
  g_autoptr(json_t) first = NULL;
  g_autoptr(json_t) second = NULL;
  g_autoptr(json_t) again = NULL;
  const json_t *list;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  bert = access_fixture_add(&fixture, BH_ROLE_STAFF, "Bert");
  carla = access_fixture_add(&fixture, BH_ROLE_STAFF, "Carla");
  none = bh_device_book_describe_revocations(fixture.book);
  g_assert_cmpuint(json_array_size(json_object_get(none, "revoked")), ==, 0);
  change(&fixture, anna->device_id, BH_ROLE_POS, NULL);
  first = bh_device_book_describe_revocations(fixture.book);
  revoke_device(&fixture, bert->device_id);
  second = bh_device_book_describe_revocations(fixture.book);
  g_assert_cmpint(get_version(first), >, get_version(none));
  g_assert_cmpint(get_version(second), >, get_version(first));

  /* Removals first. */
  list = json_object_get(second, "revoked");
  g_assert_cmpuint(json_array_size(list), ==, 2);
  g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 0), "deviceId")), ==,
                  bert->device_id);
  g_assert_true(json_is_null(json_object_get(json_array_get(list, 0), "before")));
  g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 1), "deviceId")), ==,
                  anna->device_id);
  g_assert_cmpint(json_integer_value(json_object_get(json_array_get(list, 1), "before")), ==,
                  bh_device_book_find(fixture.book, anna->device_id)->changed_ms);

  access_fixture_restart(&fixture);
  again = bh_device_book_describe_revocations(fixture.book);
  g_assert_true(json_equal(second, again));
  access_fixture_clear(&fixture);
}

/* Whether the list of @parts takes @document back, which is of @device_id. */
static BhRevocation
judge_by(AccessFixture *fixture, const json_t *parts, const char *device_id, const json_t *document)
{
  const guint8 *key = bh_sign_key_get_public(fixture->hub_key);
  g_autoptr(BhMembership) membership = bh_membership_open(document, key, bh_sign_key_verify, NULL);
  g_autoptr(json_t) list = bh_revocations_issue(fixture->hub_key, ACCESS_TENANT, parts);
  g_autoptr(BhRevocations) revocations = bh_revocations_parse(list, key, ACCESS_TENANT, NULL);

  return bh_revocations_judge(revocations, device_id, membership->not_before_ms);
}

/* The same by the list of now. */
static BhRevocation
judge(AccessFixture *fixture, const char *device_id, const json_t *document)
{
  g_autoptr(json_t) parts = bh_device_book_describe_revocations(fixture->book);

  return judge_by(fixture, parts, device_id, document);
}

/* A membership that says "manager" would be believed for its 90 days, and nobody would know. */
static void
test_change_voids_what_was_signed_by_a_clock_ahead(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autoptr(json_t) early = NULL;
  g_autoptr(json_t) late = NULL;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_MANAGER, "Anna");
  early = bh_membership_issue(fixture.hub_key, ACCESS_TENANT, anna, now_ms() + 8 * 3600000);
  g_assert_cmpint(judge(&fixture, anna->device_id, early), ==, BH_REVOCATION_NONE);
  g_assert_cmpint(change(&fixture, anna->device_id, BH_ROLE_STAFF, NULL), ==, 0);
  late = bh_membership_issue(fixture.hub_key, ACCESS_TENANT,
                             bh_device_book_find(fixture.book, anna->device_id), now_ms());
  g_assert_cmpint(judge(&fixture, anna->device_id, early), ==, BH_REVOCATION_RENEWED);
  g_assert_cmpint(judge(&fixture, anna->device_id, late), ==, BH_REVOCATION_NONE);
  access_fixture_clear(&fixture);
}

/* What was signed while the clock was ahead ends so much later; and a clock that is ahead takes
 * nothing out of a list which devices do not look at again, as its version is the same. */
static void
test_removals_and_changes_are_told_for_good(void)
{
  static const char *const expected[] = {"gone now", "changed now", "gone long ago",
                                         "changed long ago"};
  AccessFixture fixture;
  g_autoptr(json_t) parts = NULL;
  const json_t *list;
  gint64 old_ms = now_ms() - 10 * BH_DEVICE_BOOK_MEMBERSHIP_MS;
  g_autofree char *sql = g_strdup_printf(
      "INSERT INTO device SELECT column1, zeroblob(32), 'staff', 'x', 'link', 1, column2, column3,"
      " 0, NULL FROM (VALUES ('changed long ago', %" G_GINT64_FORMAT " + 9, 0),"
      " ('gone long ago', %" G_GINT64_FORMAT ", 1), ('changed now', %" G_GINT64_FORMAT " + 9, 0),"
      " ('gone now', %" G_GINT64_FORMAT ", 1), ('never changed', 1, 0))",
      old_ms, old_ms, now_ms(), now_ms());

  access_fixture_init(&fixture);
  access_fixture_sql(&fixture, sql);
  access_fixture_restart(&fixture);
  parts = bh_device_book_describe_revocations(fixture.book);
  list = json_object_get(parts, "revoked");
  g_assert_cmpuint(json_array_size(list), ==, G_N_ELEMENTS(expected));
  for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
    g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, i), "deviceId")), ==,
                    expected[i]);
  access_fixture_clear(&fixture);
}

/*
 * Devices keep the highest version that they saw: whom a hub removed after the backup stays out by
 * it, and whom it only changed is let in by what the restored hub signs.
 */
static void
test_restored_backup_stays_below_until_it_changes_something(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autoptr(json_t) lost = NULL;
  g_autoptr(json_t) after = NULL;
  g_autoptr(json_t) last = NULL;
  g_autoptr(json_t) renewed = NULL;
  g_autoptr(GAsyncResult) restored = NULL;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  for (guint i = 0; i < 5; i++)
    change(&fixture, anna->device_id, i % 2 == 0 ? BH_ROLE_POS : BH_ROLE_STAFF, NULL);
  lost = bh_device_book_describe_revocations(fixture.book);
  g_assert_cmpint(bh_device_book_get_restored_ms(fixture.book), ==, 0);
  access_fixture_sql(&fixture, "DELETE FROM access_counter");
  access_fixture_sql(&fixture, "UPDATE device SET changed_ms = created_ms");
  while (now_ms() <= get_version(lost))
    ;
  bh_store_write_async(fixture.store, bh_device_rows_run_restored, NULL, NULL, NULL,
                       access_fixture_take_result, &restored);
  g_assert_true(bh_store_write_finish(fixture.store, access_fixture_wait(&restored), NULL));
  access_fixture_restart(&fixture);
  g_assert_cmpint(bh_device_book_get_restored_ms(fixture.book), >, get_version(lost));
  after = bh_device_book_describe_revocations(fixture.book);
  g_assert_cmpint(get_version(after), <, get_version(lost));
  g_assert_cmpuint(json_array_size(json_object_get(after, "revoked")), ==, 0);
  renewed = bh_membership_issue(fixture.hub_key, ACCESS_TENANT,
                                bh_device_book_find(fixture.book, anna->device_id), now_ms());
  g_assert_cmpint(judge_by(&fixture, lost, anna->device_id, renewed), ==, BH_REVOCATION_NONE);
  change(&fixture, anna->device_id, BH_ROLE_KITCHEN, NULL);
  last = bh_device_book_describe_revocations(fixture.book);
  g_assert_cmpint(get_version(last), >, get_version(lost));
  g_assert_cmpint(judge_by(&fixture, last, anna->device_id, renewed), ==, BH_REVOCATION_RENEWED);
  access_fixture_clear(&fixture);
}

static void
test_revocations_are_bounded(void)
{
  AccessFixture fixture;
  g_autoptr(json_t) parts = NULL;
  g_autoptr(json_t) document = NULL;
  g_autofree char *text = NULL;
  const json_t *list;
  gint64 old_ms = now_ms() - BH_DEVICE_BOOK_MEMBERSHIP_MS - 1000;
  g_autofree char *sql = g_strdup_printf(
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 399)"
      " INSERT INTO device SELECT printf('%%036d', i), zeroblob(32), 'staff', 'x', 'link', 1,"
      " iif(i < 100, %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " + i), i %% 2, 0, NULL FROM n",
      old_ms, now_ms());

  access_fixture_init(&fixture);
  access_fixture_sql(&fixture, sql);
  access_fixture_restart(&fixture);
  parts = bh_device_book_describe_revocations(fixture.book);
  list = json_object_get(parts, "revoked");
  g_assert_cmpuint(json_array_size(list), ==, BH_DEVICE_BOOK_MAX_REVOCATIONS);
  /* All 150 late removals, the latest first; then the latest changes. */
  for (gsize i = 0; i < 256; i++)
    g_assert_cmpint(json_is_null(json_object_get(json_array_get(list, i), "before")), ==, i < 150);
  g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 0), "deviceId")), ==,
                  "000000000000000000000000000000000399");
  document = bh_revocations_issue(fixture.hub_key, ACCESS_TENANT, parts);
  text = bh_json_to_text(document);
  g_assert_cmpuint(strlen(text), <, 32 * 1024);
  access_fixture_clear(&fixture);
}

static void
test_seen_is_written_at_the_end(void)
{
  AccessFixture fixture;
  g_autoptr(BhDevice) anna = NULL;
  g_autofree char *early = NULL;

  access_fixture_init(&fixture);
  anna = access_fixture_add(&fixture, BH_ROLE_STAFF, "Anna");
  g_assert_cmpint(bh_device_book_get_seen_ms(fixture.book, anna->device_id), ==, 0);
  bh_device_book_seen(fixture.book, anna->device_id, 1700000000001);
  bh_device_book_seen(fixture.book, anna->device_id, 1700000000002);
  bh_device_book_seen(fixture.book, "nobody", 1700000000002);
  g_assert_cmpint(bh_device_book_get_seen_ms(fixture.book, anna->device_id), ==, 1700000000002);
  g_assert_cmpint(bh_device_book_get_seen_ms(fixture.book, "nobody"), ==, 0);
  early = access_fixture_query(&fixture, "SELECT seen_ms FROM device");
  g_assert_cmpstr(early, ==, "0");
  access_fixture_restart(&fixture);
  g_assert_cmpint(bh_device_book_get_seen_ms(fixture.book, anna->device_id), ==, 1700000000002);
  access_fixture_clear(&fixture);
}

static void
test_names(void)
{
  static const struct {
    const char *text, *clean;
  } cases[] = {
      {"Anna", "Anna"},
      {"  Anna's phone \n", "Anna's phone"},
      {"Küche 👩‍🍳", "Küche 👩‍🍳"},
      {"1234567890123456789012345678901234567890123456789012345678901234",
       "1234567890123456789012345678901234567890123456789012345678901234"},
      {"12345678901234567890123456789012345678901234567890123456789012345", NULL},
      {"", NULL},
      {"   ", NULL},
      {NULL, NULL},
      {"a\x1b[2Jb", NULL},
      {"a\nb", NULL},
      {"a\xc2\x85", NULL},
      {"a\xe2\x80\xae"
       "b",
       NULL},
      {"a\xe2\x80\xa8"
       "b",
       NULL},
      {"a\xff", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *clean = bh_device_clean_name(cases[i].text);

    g_assert_cmpstr(clean, ==, cases[i].clean);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/device-book/added-is-found-also-after-a-restart",
                  test_added_is_found_also_after_a_restart);
  g_test_add_func("/device-book/nothing-is-found-before-its-commit",
                  test_nothing_is_found_before_its_commit);
  g_test_add_func("/device-book/full-disk-adds-nothing", test_full_disk_adds_nothing);
  g_test_add_func("/device-book/change-voids-what-was-signed-before",
                  test_change_voids_what_was_signed_before);
  g_test_add_func("/device-book/change-to-the-same-is-none", test_change_to_the_same_is_none);
  g_test_add_func("/device-book/two-changes-at-once-both-stay", test_two_changes_at_once_both_stay);
  g_test_add_func("/device-book/revoked-is-for-good", test_revoked_is_for_good);
  g_test_add_func("/device-book/last-manager-counts-at-once", test_last_manager_counts_at_once);
  g_test_add_func("/device-book/revocations-grow-in-version", test_revocations_grow_in_version);
  g_test_add_func("/device-book/change-voids-what-was-signed-by-a-clock-ahead",
                  test_change_voids_what_was_signed_by_a_clock_ahead);
  g_test_add_func("/device-book/removals-and-changes-are-told-for-good",
                  test_removals_and_changes_are_told_for_good);
  g_test_add_func("/device-book/restored-backup-stays-below-until-it-changes-something",
                  test_restored_backup_stays_below_until_it_changes_something);
  g_test_add_func("/device-book/revocations-are-bounded", test_revocations_are_bounded);
  g_test_add_func("/device-book/seen-is-written-at-the-end", test_seen_is_written_at_the_end);
  g_test_add_func("/device-book/names", test_names);
  return g_test_run();
}
