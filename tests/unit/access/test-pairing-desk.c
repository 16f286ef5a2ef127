/* SPDX-License-Identifier: Apache-2.0 */
/* Pairing by a one-time link. */
#include "access-fixture.h"
#include "fake-newcomer.h"
#include "membership.h"

#include <string.h>

#define MINUTE_MS G_GINT64_CONSTANT(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define ADDRESS   "192.168.1.7"

/* The secret, or NULL with @code set. @maker: (nullable): the hub's owner */
static char *
try_link_of(AccessFixture *fixture, const BhDevice *maker, BhRole role, const char *name, int *code)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *link_id = NULL;
  char *secret = NULL;
  gint64 expires_ms = 0;

  bh_pairing_desk_make_link_async(fixture->desk, role, name,
                                  maker != NULL ? maker->device_id : NULL,
                                  access_fixture_take_result, &result);
  g_assert_null(result);
  if (bh_pairing_desk_make_link_finish(fixture->desk, access_fixture_wait(&result), &link_id,
                                       &secret, &expires_ms, &error)) {
    g_assert_cmpuint(strlen(link_id), ==, 22);
    g_assert_cmpint(expires_ms, >, g_get_real_time() / 1000 + 9 * MINUTE_MS);
    return secret;
  }
  g_assert_true(error->domain == BH_PAIRING_ERROR);
  *code = error->code;
  return NULL;
}

static char *
try_link(AccessFixture *fixture, BhRole role, const char *name, int *code)
{
  return try_link_of(fixture, NULL, role, name, code);
}

static char *
make_link(AccessFixture *fixture)
{
  int code = -1;
  char *secret = try_link(fixture, BH_ROLE_STAFF, "Anna's phone", &code);

  g_assert_cmpint(code, ==, -1);
  return secret;
}

/* The reply, or NULL with @code set. */
static json_t *
try_body(AccessFixture *fixture, const json_t *body, const char *address, int *code)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  json_t *reply;

  bh_pairing_desk_pair_async(fixture->desk, body, address, access_fixture_take_result, &result);
  g_assert_null(result);
  reply = bh_pairing_desk_pair_finish(fixture->desk, access_fixture_wait(&result), &error);
  g_assert_true((reply == NULL) == (error != NULL));
  if (error != NULL) {
    g_assert_true(error->domain == BH_PAIRING_ERROR);
    *code = error->code;
  }
  return reply;
}

/* The answer, its MAC checked. */
static json_t *
pair(AccessFixture *fixture, FakeNewcomer *newcomer, const char *secret, const char *name)
{
  g_autoptr(json_t) body = fake_newcomer_pair(newcomer, secret, name);
  int code = -1;
  g_autoptr(json_t) reply = try_body(fixture, body, ADDRESS, &code);

  g_assert_cmpint(code, ==, -1);
  return fake_newcomer_read_answer(newcomer, secret, name, reply);
}

static int
fail_body(AccessFixture *fixture, const json_t *body)
{
  int code = -1;
  g_autoptr(json_t) reply = try_body(fixture, body, ADDRESS, &code);

  g_assert_null(reply);
  return code;
}

static int
fail(AccessFixture *fixture, FakeNewcomer *newcomer, const char *secret)
{
  g_autoptr(json_t) body = fake_newcomer_pair(newcomer, secret, "");

  return fail_body(fixture, body);
}

static const char *
get(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static guint
count_devices(AccessFixture *fixture)
{
  g_autoptr(GPtrArray) list = bh_device_book_list(fixture->book);
  g_autofree char *rows = access_fixture_query(fixture, "SELECT count(*) FROM device");

  /* What is in memory is on the disk. */
  g_assert_cmpuint((guint)g_ascii_strtoull(rows, NULL, 10), ==, list->len);
  return list->len;
}

static void
test_link_pairs_a_device(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autofree char *history = NULL;
  g_autoptr(json_t) answer = NULL;
  g_autoptr(BhMembership) membership = NULL;
  g_autoptr(GError) error = NULL;
  const guint8 *hub_key;
  const BhDevice *device;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  answer = pair(&fixture, &phone, secret, "");
  g_assert_cmpstr(get(answer, "tenantId"), ==, ACCESS_TENANT);
  g_assert_cmpstr(get(answer, "hubName"), ==, ACCESS_HUB_NAME);
  g_assert_cmpstr(get(answer, "hostName"), ==, ACCESS_HOST_NAME);
  g_assert_cmpstr(get(answer, "authority"), ==, ACCESS_AUTHORITY);
  g_assert_cmpstr(get(answer, "role"), ==, "staff");
  g_assert_cmpstr(get(answer, "name"), ==, "Anna's phone");

  hub_key = bh_sign_key_get_public(fixture.hub_key);
  membership = bh_membership_parse(json_object_get(answer, "membership"), hub_key,
                                   g_get_real_time() / 1000, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(membership->device_id, ==, get(answer, "deviceId"));
  g_assert_cmpmem(membership->public_key, 32, bh_sign_key_get_public(phone.key), 32);

  device = bh_device_book_find(fixture.book, get(answer, "deviceId"));
  g_assert_nonnull(device);
  g_assert_cmpstr(device->kind, ==, "link");
  g_assert_cmpint(device->role, ==, BH_ROLE_STAFF);
  g_assert_cmpmem(device->public_key, 32, bh_sign_key_get_public(phone.key), 32);
  g_assert_cmpstr(fixture.told->str, ==, " added:Anna's phone");
  history = access_fixture_read_audit(&fixture);
  g_assert_cmpstr(history, ==, " paired/Anna's phone/link/" ADDRESS);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_device_may_name_itself(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autoptr(json_t) answer = NULL;
  g_autoptr(json_t) bad = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  bad = fake_newcomer_pair(&phone, secret, "a\nb");
  g_assert_cmpint(fail_body(&fixture, bad), ==, BH_PAIRING_ERROR_BAD_REQUEST);
  /* What is signed is the name as it was sent. */
  answer = pair(&fixture, &phone, secret, " Küche 2 ");
  g_assert_cmpstr(get(answer, "name"), ==, "Küche 2");
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

/* Also after a restart, and with a fresh nonce: a page may have been closed in between. */
static void
test_lost_answer_is_repeated(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autoptr(json_t) first = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  first = pair(&fixture, &phone, secret, "");
  for (guint i = 0; i < 3; i++) {
    g_autoptr(json_t) again = NULL;

    phone.nonce[0]++;
    again = pair(&fixture, &phone, secret, "");
    g_assert_cmpstr(get(again, "deviceId"), ==, get(first, "deviceId"));
    /* Long after a fresh link would have expired. */
    access_fixture_restart_after(&fixture, (gint64)(i + 1) * 2 * HOUR_MS);
  }
  g_assert_cmpuint(count_devices(&fixture), ==, 1);
  g_assert_cmpstr(fixture.told->str, ==, " added:Anna's phone");

  /* For a day. */
  bh_pairing_desk_skip_ms(fixture.desk, 24 * HOUR_MS);
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_LINK_UNKNOWN);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_used_by_another_key(void)
{
  AccessFixture fixture;
  FakeNewcomer phone, thief;
  g_autofree char *secret = NULL;
  g_autofree char *history = NULL;
  g_autoptr(json_t) answer = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  fake_newcomer_init(&thief);
  secret = make_link(&fixture);
  answer = pair(&fixture, &phone, secret, "");
  g_assert_cmpint(fail(&fixture, &thief, secret), ==, BH_PAIRING_ERROR_LINK_USED);
  access_fixture_restart(&fixture);
  g_assert_cmpint(fail(&fixture, &thief, secret), ==, BH_PAIRING_ERROR_LINK_USED);
  g_assert_cmpuint(count_devices(&fixture), ==, 1);
  history = access_fixture_read_audit(&fixture);
  g_assert_true(g_str_has_prefix(history, " pairing-refused//link-used/" ADDRESS));
  fake_newcomer_clear(&phone);
  fake_newcomer_clear(&thief);
  access_fixture_clear(&fixture);
}

static void
test_removed_device_does_not_come_back_by_its_link(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autoptr(json_t) answer = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  answer = pair(&fixture, &phone, secret, "");
  bh_device_book_revoke_async(fixture.book, get(answer, "deviceId"), 1700000000000,
                              access_fixture_take_result, &result);
  access_fixture_wait(&result);
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_LINK_USED);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static char *
make_link_of(AccessFixture *fixture, const BhDevice *maker)
{
  int code = -1;
  char *secret = try_link_of(fixture, maker, BH_ROLE_MANAGER, "Another", &code);

  g_assert_cmpint(code, ==, -1);
  return secret;
}

static void
remove_device(AccessFixture *fixture, const BhDevice *device)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_device_book_revoke_async(fixture->book, device->device_id, g_get_real_time() / 1000,
                              access_fixture_take_result, &result);
  access_fixture_wait(&result);
}

static void
make_waiter_of(AccessFixture *fixture, const BhDevice *device)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_device_book_change_async(fixture->book, device->device_id, BH_ROLE_STAFF, NULL,
                              g_get_real_time() / 1000, access_fixture_take_result, &result);
  access_fixture_wait(&result);
}

/* A thief makes links before the tablet is missed; who is removed has let nobody in for later. */
static void
test_links_end_with_their_maker(void)
{
  AccessFixture fixture;
  FakeNewcomer phone, other;
  g_autoptr(BhDevice) stolen = NULL;
  g_autoptr(BhDevice) demoted = NULL;
  g_autofree char *used = NULL;
  g_autofree char *of_stolen = NULL;
  g_autofree char *of_demoted = NULL;
  g_autofree char *of_owner = NULL;
  g_autoptr(json_t) answer = NULL;
  g_autoptr(json_t) again = NULL;
  g_autoptr(json_t) owner_answer = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  fake_newcomer_init(&other);
  stolen = access_fixture_add(&fixture, BH_ROLE_MANAGER, "Stolen");
  demoted = access_fixture_add(&fixture, BH_ROLE_MANAGER, "Demoted");
  used = make_link_of(&fixture, stolen);
  of_stolen = make_link_of(&fixture, stolen);
  of_demoted = make_link_of(&fixture, demoted);
  of_owner = make_link(&fixture);
  answer = pair(&fixture, &phone, used, "");
  remove_device(&fixture, stolen);
  make_waiter_of(&fixture, demoted);
  g_assert_cmpint(fail(&fixture, &other, of_stolen), ==, BH_PAIRING_ERROR_LINK_EXPIRED);
  access_fixture_restart(&fixture);
  g_assert_cmpint(fail(&fixture, &other, of_stolen), ==, BH_PAIRING_ERROR_LINK_EXPIRED);
  g_assert_cmpint(fail(&fixture, &other, of_demoted), ==, BH_PAIRING_ERROR_LINK_EXPIRED);
  /* Who was let in by it before is listed, to be judged by a person; its lost answer is repeated.
   */
  again = pair(&fixture, &phone, used, "");
  g_assert_cmpstr(get(again, "deviceId"), ==, get(answer, "deviceId"));
  owner_answer = pair(&fixture, &other, of_owner, "");
  fake_newcomer_clear(&phone);
  fake_newcomer_clear(&other);
  access_fixture_clear(&fixture);
}

static void
test_wrong_proofs_use_nothing_up(void)
{
  static const char *const members[] = {"mac", "sig", "nonce", "publicKey", "name"};
  AccessFixture fixture;
  FakeNewcomer phone, other;
  g_autofree char *secret = NULL;
  g_autoptr(json_t) answer = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  fake_newcomer_init(&other);
  secret = make_link(&fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
    g_autoptr(json_t) body = fake_newcomer_pair(&phone, secret, "x");
    g_autoptr(json_t) foreign = fake_newcomer_pair(&other, secret, "y");

    json_object_set(body, members[i], json_object_get(foreign, members[i]));
    g_assert_cmpint(fail_body(&fixture, body), ==, BH_PAIRING_ERROR_BAD_PROOF);
  }
  g_assert_cmpuint(count_devices(&fixture), ==, 0);
  answer = pair(&fixture, &phone, secret, "x");
  fake_newcomer_clear(&phone);
  fake_newcomer_clear(&other);
  access_fixture_clear(&fixture);
}

static void
test_unknown_link(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  g_assert_cmpint(fail(&fixture, &phone, "oKGio6SlpqeoqaqrrK2urw"), ==,
                  BH_PAIRING_ERROR_LINK_UNKNOWN);
  g_assert_cmpint(fail_body(&fixture, NULL), ==, BH_PAIRING_ERROR_BAD_REQUEST);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_expired_link_is_told_for_a_day(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *rows = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  bh_pairing_desk_skip_ms(fixture.desk, 10 * MINUTE_MS);
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_LINK_EXPIRED);
  kept = access_fixture_query(&fixture, "SELECT secret IS NULL FROM pairing_link");
  g_assert_cmpstr(kept, ==, "1");
  access_fixture_restart_after(&fixture, 23 * HOUR_MS);
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_LINK_EXPIRED);
  bh_pairing_desk_skip_ms(fixture.desk, 2 * HOUR_MS);
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_LINK_UNKNOWN);
  rows = access_fixture_query(&fixture, "SELECT count(*) FROM pairing_link");
  g_assert_cmpstr(rows, ==, "0");
  g_assert_cmpuint(count_devices(&fixture), ==, 0);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_restart_between_link_and_use(void)
{
  AccessFixture fixture;
  FakeNewcomer phone, late;
  g_autofree char *secret = NULL;
  g_autofree char *second = NULL;
  g_autoptr(json_t) answer = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  fake_newcomer_init(&late);
  secret = make_link(&fixture);
  second = make_link(&fixture);
  access_fixture_restart_after(&fixture, 9 * MINUTE_MS);
  answer = pair(&fixture, &phone, secret, "");
  access_fixture_restart_after(&fixture, 11 * MINUTE_MS);
  g_assert_cmpint(fail(&fixture, &late, second), ==, BH_PAIRING_ERROR_LINK_EXPIRED);
  fake_newcomer_clear(&phone);
  fake_newcomer_clear(&late);
  access_fixture_clear(&fixture);
}

/* Before the first commit is done, in one group of commits. */
static void
test_two_at_once_give_one_device(void)
{
  AccessFixture fixture;
  FakeNewcomer phone, other;
  g_autofree char *secret = NULL;
  json_t *bodies[3] = {NULL};
  GAsyncResult *results[3] = {NULL};
  g_autoptr(json_t) first = NULL;
  g_autoptr(json_t) first_answer = NULL;
  g_autoptr(json_t) repeated = NULL;
  g_autoptr(json_t) repeated_answer = NULL;
  g_autoptr(json_t) refused = NULL;
  g_autoptr(GError) error = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  fake_newcomer_init(&other);
  secret = make_link(&fixture);
  bodies[0] = fake_newcomer_pair(&phone, secret, "Phone");
  bodies[1] = fake_newcomer_pair(&other, secret, "Other");
  bodies[2] = fake_newcomer_pair(&phone, secret, "Phone");
  access_fixture_hold(&fixture);
  for (guint i = 0; i < 3; i++)
    bh_pairing_desk_pair_async(fixture.desk, bodies[i], ADDRESS, access_fixture_take_result,
                               &results[i]);
  access_fixture_release(&fixture);
  for (guint i = 0; i < 3; i++)
    access_fixture_wait(&results[i]);

  first = bh_pairing_desk_pair_finish(fixture.desk, results[0], NULL);
  first_answer = fake_newcomer_read_answer(&phone, secret, "Phone", first);
  refused = bh_pairing_desk_pair_finish(fixture.desk, results[1], &error);
  g_assert_null(refused);
  g_assert_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_LINK_USED);
  repeated = bh_pairing_desk_pair_finish(fixture.desk, results[2], NULL);
  repeated_answer = fake_newcomer_read_answer(&phone, secret, "Phone", repeated);
  g_assert_cmpstr(get(repeated_answer, "deviceId"), ==, get(first_answer, "deviceId"));
  g_assert_cmpuint(count_devices(&fixture), ==, 1);
  g_assert_cmpstr(fixture.told->str, ==, " added:Phone");
  for (guint i = 0; i < 3; i++) {
    json_decref(bodies[i]);
    g_object_unref(results[i]);
  }
  fake_newcomer_clear(&phone);
  fake_newcomer_clear(&other);
  access_fixture_clear(&fixture);
}

static void
test_commit_under_way_does_not_expire(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autoptr(json_t) body = NULL;
  g_autoptr(json_t) reply = NULL;
  g_autoptr(json_t) again = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  body = fake_newcomer_pair(&phone, secret, "");
  access_fixture_hold(&fixture);
  bh_pairing_desk_pair_async(fixture.desk, body, ADDRESS, access_fixture_take_result, &result);
  bh_pairing_desk_skip_ms(fixture.desk, 11 * MINUTE_MS);
  access_fixture_release(&fixture);
  reply = bh_pairing_desk_pair_finish(fixture.desk, access_fixture_wait(&result), NULL);
  g_assert_nonnull(reply);
  again = pair(&fixture, &phone, secret, "");
  g_assert_cmpuint(count_devices(&fixture), ==, 1);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_full_disk_uses_nothing_up(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autofree char *none = NULL;
  g_autofree char *used = NULL;
  g_autofree char *history = NULL;
  g_autoptr(json_t) answer = NULL;
  int code = -1;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  access_fixture_fill_disk(&fixture);
  none = try_link(&fixture, BH_ROLE_STAFF, "Bert", &code);
  g_assert_cmpint(code, ==, BH_PAIRING_ERROR_NOT_STORED);
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_NOT_STORED);
  used = access_fixture_query(&fixture, "SELECT used_ms FROM pairing_link");
  g_assert_cmpstr(used, ==, "0");
  g_assert_cmpuint(count_devices(&fixture), ==, 0);
  g_assert_cmpstr(fixture.told->str, ==, "");
  history = access_fixture_read_audit(&fixture);
  g_assert_cmpstr(history, ==, "");

  access_fixture_make_room(&fixture);
  answer = pair(&fixture, &phone, secret, "");
  g_assert_cmpuint(count_devices(&fixture), ==, 1);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_closed_store_answers(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  bh_store_close(fixture.store);
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_NOT_STORED);
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_tries_are_limited_by_address(void)
{
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autofree char *history = NULL;
  g_autoptr(json_t) body = NULL;
  g_autoptr(json_t) reply = NULL;
  int code = -1;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  for (guint i = 0; i < BH_PAIRING_DESK_TRIES_A_MINUTE; i++)
    g_assert_cmpint(fail(&fixture, &phone, "oKGio6SlpqeoqaqrrK2urw"), ==,
                    BH_PAIRING_ERROR_LINK_UNKNOWN);
  /* Also with the right link: it says nothing of what is right. */
  g_assert_cmpint(fail(&fixture, &phone, secret), ==, BH_PAIRING_ERROR_RATE_LIMITED);
  body = fake_newcomer_pair(&phone, secret, "");
  reply = try_body(&fixture, body, "192.168.1.8", &code);
  g_assert_nonnull(reply);
  bh_pairing_desk_skip_ms(fixture.desk, MINUTE_MS);
  g_assert_cmpint(fail(&fixture, &phone, "oKGio6SlpqeoqaqrrK2urw"), ==,
                  BH_PAIRING_ERROR_LINK_UNKNOWN);
  history = access_fixture_read_audit(&fixture);
  g_assert_nonnull(strstr(history, " pairing-refused//rate-limited/" ADDRESS));
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

static void
test_links_are_for_devices_with_names(void)
{
  static const BhRole roles[] = {BH_ROLE_NONE, BH_ROLE_HUB, BH_ROLE_GUEST};
  static const char *const names[] = {NULL, "", "  ", "a\nb",
                                      "12345678901234567890123456789012345678901234567890"
                                      "123456789012345"};
  AccessFixture fixture;

  access_fixture_init(&fixture);
  for (gsize i = 0; i < G_N_ELEMENTS(roles); i++) {
    int code = -1;

    g_assert_null(try_link(&fixture, roles[i], "Anna", &code));
    g_assert_cmpint(code, ==, BH_PAIRING_ERROR_BAD_REQUEST);
  }
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    int code = -1;

    g_assert_null(try_link(&fixture, BH_ROLE_STAFF, names[i], &code));
    g_assert_cmpint(code, ==, BH_PAIRING_ERROR_BAD_REQUEST);
  }
  access_fixture_clear(&fixture);
}

static void
test_open_links_are_bounded(void)
{
  AccessFixture fixture;
  g_autofree char *after = NULL;
  int code = -1;

  access_fixture_init(&fixture);
  for (guint i = 0; i < BH_PAIRING_LINKS_MAX_OPEN; i++)
    g_free(make_link(&fixture));
  g_assert_null(try_link(&fixture, BH_ROLE_STAFF, "Anna", &code));
  g_assert_cmpint(code, ==, BH_PAIRING_ERROR_RATE_LIMITED);
  bh_pairing_desk_skip_ms(fixture.desk, 10 * MINUTE_MS);
  after = make_link(&fixture);
  access_fixture_clear(&fixture);
}

static void
test_facts_follow(void)
{
  static const BhPairingFacts facts = {ACCESS_TENANT, "New name", "bellhop-0000.local", NULL};
  AccessFixture fixture;
  FakeNewcomer phone;
  g_autofree char *secret = NULL;
  g_autoptr(json_t) answer = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&phone);
  secret = make_link(&fixture);
  bh_pairing_desk_set_facts(fixture.desk, &facts);
  answer = pair(&fixture, &phone, secret, "");
  g_assert_cmpstr(get(answer, "hubName"), ==, "New name");
  g_assert_cmpstr(get(answer, "hostName"), ==, "bellhop-0000.local");
  g_assert_cmpstr(get(answer, "authority"), ==, "");
  fake_newcomer_clear(&phone);
  access_fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func("/pairing-desk/" name, test)
  ADD("link-pairs-a-device", test_link_pairs_a_device);
  ADD("device-may-name-itself", test_device_may_name_itself);
  ADD("lost-answer-is-repeated", test_lost_answer_is_repeated);
  ADD("used-by-another-key", test_used_by_another_key);
  ADD("removed-device-does-not-come-back", test_removed_device_does_not_come_back_by_its_link);
  ADD("links-end-with-their-maker", test_links_end_with_their_maker);
  ADD("wrong-proofs-use-nothing-up", test_wrong_proofs_use_nothing_up);
  ADD("unknown-link", test_unknown_link);
  ADD("expired-link-is-told-for-a-day", test_expired_link_is_told_for_a_day);
  ADD("restart-between-link-and-use", test_restart_between_link_and_use);
  ADD("two-at-once-give-one-device", test_two_at_once_give_one_device);
  ADD("commit-under-way-does-not-expire", test_commit_under_way_does_not_expire);
  ADD("full-disk-uses-nothing-up", test_full_disk_uses_nothing_up);
  ADD("closed-store-answers", test_closed_store_answers);
  ADD("tries-are-limited-by-address", test_tries_are_limited_by_address);
  ADD("links-are-for-devices-with-names", test_links_are_for_devices_with_names);
  ADD("open-links-are-bounded", test_open_links_are_bounded);
  ADD("facts-follow", test_facts_follow);
#undef ADD
  return g_test_run();
}
