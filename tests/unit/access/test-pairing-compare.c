/* SPDX-License-Identifier: Apache-2.0 */
/* Pairing by a code that people compare. */
#include "access-fixture.h"
#include "fake-newcomer.h"
#include "membership.h"

#include <string.h>

#define SECOND_MS G_GINT64_CONSTANT(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define ADDRESS   "192.168.1.7"

static const char *
get(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static json_t *
request_from(AccessFixture *fixture, FakeNewcomer *newcomer, const char *name, const char *address,
             int *code)
{
  g_autoptr(json_t) body = fake_newcomer_request(newcomer, name);
  g_autoptr(GError) error = NULL;
  json_t *asked = bh_pairing_desk_request(fixture->desk, body, address, &error);

  g_assert_true((asked == NULL) == (error != NULL));
  if (error != NULL)
    *code = error->code;
  return asked;
}

static json_t *
ask(AccessFixture *fixture, FakeNewcomer *newcomer, const char *name)
{
  int code = -1;
  json_t *asked = request_from(fixture, newcomer, name, ADDRESS, &code);

  g_assert_cmpint(code, ==, -1);
  return asked;
}

/* 0, or the error's code + 1. */
static int
open_body(AccessFixture *fixture, const json_t *body)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_pairing_desk_open(fixture->desk, body, ADDRESS, &error);

  g_assert_true((answer == NULL) == (error != NULL));
  return error != NULL ? error->code + 1 : 0;
}

static int
open_request(AccessFixture *fixture, FakeNewcomer *newcomer, const json_t *asked)
{
  g_autoptr(json_t) body = fake_newcomer_open(newcomer, asked);

  return open_body(fixture, body);
}

static json_t *
ask_and_open(AccessFixture *fixture, FakeNewcomer *newcomer, const char *name)
{
  json_t *asked = ask(fixture, newcomer, name);

  g_assert_cmpint(open_request(fixture, newcomer, asked), ==, 0);
  return asked;
}

static json_t *
get_result(AccessFixture *fixture, FakeNewcomer *newcomer, const json_t *asked)
{
  g_autoptr(json_t) body = fake_newcomer_ask_result(newcomer, asked);
  g_autoptr(GError) error = NULL;
  json_t *result = bh_pairing_desk_result(fixture->desk, body, ADDRESS, &error);

  g_assert_no_error(error);
  return result;
}

static void
assert_state(AccessFixture *fixture, FakeNewcomer *newcomer, const json_t *asked,
             const char *expected)
{
  g_autoptr(json_t) result = get_result(fixture, newcomer, asked);

  g_assert_cmpstr(get(result, "state"), ==, expected);
}

static gsize
count_listed(AccessFixture *fixture)
{
  g_autoptr(json_t) list = bh_pairing_desk_list_requests(fixture->desk);

  return json_array_size(list);
}

/* 0, or the error's code + 1. */
static int
finish_accept(AccessFixture *fixture, GAsyncResult **result)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhDevice) device =
      bh_pairing_desk_accept_finish(fixture->desk, access_fixture_wait(result), &error);

  g_assert_true((device == NULL) == (error != NULL));
  if (error == NULL)
    return 0;
  g_assert_true(error->domain == BH_PAIRING_ERROR);
  return error->code + 1;
}

static int
accept_code(AccessFixture *fixture, const char *code, const char *request_id, const char *name)
{
  g_autoptr(GAsyncResult) result = NULL;

  bh_pairing_desk_accept_async(fixture->desk, code, request_id, BH_ROLE_STAFF, name,
                               access_fixture_take_result, &result);
  g_assert_null(result);
  return finish_accept(fixture, &result);
}

/* A code that is not @code. */
static char *
turn_code(const char *code)
{
  char *wrong = g_strdup(code);

  wrong[0] = wrong[0] == '9' ? '0' : wrong[0] + 1;
  return wrong;
}

static guint
count_devices(AccessFixture *fixture)
{
  g_autoptr(GPtrArray) list = bh_device_book_list(fixture->book);

  return list->len;
}

static void
test_compared_code_pairs_a_device(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autoptr(json_t) list = NULL;
  g_autoptr(json_t) result = NULL;
  g_autoptr(json_t) answer = NULL;
  g_autoptr(json_t) repeated = NULL;
  g_autoptr(BhMembership) membership = NULL;
  g_autofree char *code = NULL, *history = NULL, *typed = NULL;
  const json_t *listed;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask(&fixture, &tablet, "Tablet");
  g_assert_cmpint(json_integer_value(json_object_get(asked, "expiresMs")), ==, 180000);
  /* Until it has opened there is nothing to look at. */
  g_assert_cmpuint(count_listed(&fixture), ==, 0);
  g_assert_cmpstr(fixture.told->str, ==, "");
  assert_state(&fixture, &tablet, asked, "waiting");

  g_assert_cmpint(open_request(&fixture, &tablet, asked), ==, 0);
  g_assert_cmpstr(fixture.told->str, ==, " requests");
  bh_pairing_desk_skip_ms(fixture.desk, 5 * SECOND_MS);
  code = fake_newcomer_get_code(&tablet, asked);
  list = bh_pairing_desk_list_requests(fixture.desk);
  listed = json_array_get(list, 0);
  g_assert_cmpstr(get(listed, "code"), ==, code);
  g_assert_cmpstr(get(listed, "requestId"), ==, get(asked, "requestId"));
  g_assert_cmpstr(get(listed, "name"), ==, "Tablet");
  g_assert_cmpstr(get(listed, "address"), ==, ADDRESS);
  g_assert_cmpint(json_integer_value(json_object_get(listed, "ageMs")), >=, 5000);
  assert_state(&fixture, &tablet, asked, "waiting");

  /* As people read it. */
  typed = g_strdup_printf("%.3s %s", code, code + 3);
  g_assert_cmpint(accept_code(&fixture, typed, NULL, "Kitchen tablet"), ==, 0);
  g_assert_cmpuint(count_listed(&fixture), ==, 0);
  result = get_result(&fixture, &tablet, asked);
  answer = fake_newcomer_read_result(&tablet, asked, result);
  g_assert_cmpstr(get(answer, "name"), ==, "Kitchen tablet");
  g_assert_cmpstr(get(answer, "hostName"), ==, ACCESS_HOST_NAME);
  membership = bh_membership_parse(json_object_get(answer, "membership"),
                                   bh_sign_key_get_public(fixture.hub_key),
                                   g_get_real_time() / 1000 + 6000, NULL);
  g_assert_nonnull(membership);
  g_assert_cmpmem(membership->public_key, 32, bh_sign_key_get_public(tablet.key), 32);
  g_assert_cmpstr(bh_device_book_find(fixture.book, get(answer, "deviceId"))->kind, ==, "code");

  /* A lost answer. */
  repeated = get_result(&fixture, &tablet, asked);
  g_assert_cmpstr(get(repeated, "state"), ==, "accepted");
  g_assert_cmpuint(count_devices(&fixture), ==, 1);
  history = access_fixture_read_audit(&fixture);
  g_assert_cmpstr(history, ==, " paired/Kitchen tablet/code/" ADDRESS);
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_names_of_either_side(void)
{
  AccessFixture fixture;
  FakeNewcomer one, two;
  g_autoptr(json_t) named = NULL;
  g_autoptr(json_t) nameless = NULL;
  g_autofree char *code = NULL, *other = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&one);
  fake_newcomer_init(&two);
  named = ask_and_open(&fixture, &one, "Its own");
  nameless = ask_and_open(&fixture, &two, "");
  code = fake_newcomer_get_code(&one, named);
  other = fake_newcomer_get_code(&two, nameless);
  g_assert_cmpint(accept_code(&fixture, code, get(named, "requestId"), ""), ==, 0);
  g_assert_cmpint(accept_code(&fixture, other, NULL, NULL), ==, BH_PAIRING_ERROR_BAD_REQUEST + 1);
  g_assert_cmpint(accept_code(&fixture, other, NULL, "Given"), ==, 0);
  g_assert_nonnull(strstr(fixture.told->str, " added:Its own"));
  g_assert_nonnull(strstr(fixture.told->str, " added:Given"));
  fake_newcomer_clear(&one);
  fake_newcomer_clear(&two);
  access_fixture_clear(&fixture);
}

static void
test_opening_needs_what_was_committed(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet, other;
  g_autoptr(json_t) asked = NULL;
  g_autoptr(json_t) forged = NULL;
  g_autoptr(json_t) unsigned_body = NULL;
  g_autoptr(json_t) foreign = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  fake_newcomer_init(&other);
  asked = ask(&fixture, &tablet, "Tablet");

  /* Another nonce, signed by the right key: that would steer the code. */
  tablet.nonce[0] ^= 1;
  forged = fake_newcomer_open(&tablet, asked);
  tablet.nonce[0] ^= 1;
  g_assert_cmpint(open_body(&fixture, forged), ==, BH_PAIRING_ERROR_BAD_PROOF + 1);
  /* The right nonce, signed by another key. */
  unsigned_body = fake_newcomer_open(&tablet, asked);
  foreign = fake_newcomer_open(&other, asked);
  json_object_set(unsigned_body, "sig", json_object_get(foreign, "sig"));
  g_assert_cmpint(open_body(&fixture, unsigned_body), ==, BH_PAIRING_ERROR_BAD_PROOF + 1);
  g_assert_cmpuint(count_listed(&fixture), ==, 0);

  /* The device itself is not shut out by that, and may lose an answer. */
  g_assert_cmpint(open_request(&fixture, &tablet, asked), ==, 0);
  g_assert_cmpint(open_request(&fixture, &tablet, asked), ==, 0);
  g_assert_cmpint(open_body(&fixture, forged), ==, BH_PAIRING_ERROR_BAD_PROOF + 1);
  g_assert_cmpuint(count_listed(&fixture), ==, 1);
  fake_newcomer_clear(&tablet);
  fake_newcomer_clear(&other);
  access_fixture_clear(&fixture);
}

static void
test_open_that_never_comes(void)
{
  AccessFixture fixture;
  FakeNewcomer slow, next;
  g_autoptr(json_t) first = NULL;
  g_autoptr(json_t) second = NULL;
  g_autoptr(json_t) third = NULL;
  int code = -1;

  access_fixture_init(&fixture);
  fake_newcomer_init(&slow);
  fake_newcomer_init(&next);
  first = ask(&fixture, &slow, "");
  second = ask(&fixture, &slow, "");
  g_assert_null(request_from(&fixture, &next, "", ADDRESS, &code));
  g_assert_cmpint(code, ==, BH_PAIRING_ERROR_RATE_LIMITED);

  /* Its place is free long before a comparison would be over. */
  bh_pairing_desk_skip_ms(fixture.desk, 20 * SECOND_MS);
  third = ask_and_open(&fixture, &next, "");
  assert_state(&fixture, &slow, first, "expired");
  g_assert_cmpint(open_request(&fixture, &slow, first), ==, BH_PAIRING_ERROR_REQUEST_UNKNOWN + 1);
  g_assert_cmpuint(count_listed(&fixture), ==, 1);
  fake_newcomer_clear(&slow);
  fake_newcomer_clear(&next);
  access_fixture_clear(&fixture);
}

static void
test_places_are_limited(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  int code = -1;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  for (guint i = 0; i < 8; i++) {
    g_autofree char *address = g_strdup_printf("10.0.0.%u", i / 2);
    g_autoptr(json_t) asked = request_from(&fixture, &tablet, "", address, &code);

    g_assert_nonnull(asked);
    g_assert_cmpint(open_request(&fixture, &tablet, asked), ==, 0);
    if (i % 2 == 1)
      g_assert_null(request_from(&fixture, &tablet, "", address, &code));
  }
  code = -1;
  g_assert_null(request_from(&fixture, &tablet, "", "10.0.0.9", &code));
  g_assert_cmpint(code, ==, BH_PAIRING_ERROR_RATE_LIMITED);
  g_assert_cmpuint(count_listed(&fixture), ==, 8);
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

/* Whoever knows a device's code asks until a request of their own shows it: not often, then. */
static void
test_draws_are_limited(void)
{
  AccessFixture fixture;
  FakeNewcomer forger;
  guint given = 0;

  access_fixture_init(&fixture);
  fake_newcomer_init(&forger);
  for (guint i = 0; i < 300; i++) {
    g_autofree char *address = g_strdup_printf("10.0.%u.%u", i / 200, i % 200);
    g_autoptr(json_t) asked = NULL;
    int code = -1;

    /* All of them within one minute. */
    if (i % 20 == 0)
      bh_pairing_desk_skip_ms(fixture.desk, 4 * SECOND_MS);
    asked = request_from(&fixture, &forger, "", address, &code);
    given += asked != NULL;
  }
  g_assert_cmpuint(given, <=, 32);
  fake_newcomer_clear(&forger);
  access_fixture_clear(&fixture);
}

static void
test_wrong_code_by_hand(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autofree char *code = NULL, *wrong = NULL, *history = NULL;
  static const char *const none[] = {"", "12345", "1234567", "48219a", "482-193", NULL};

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  wrong = turn_code(code);
  g_assert_cmpint(accept_code(&fixture, wrong, NULL, ""), ==, BH_PAIRING_ERROR_WRONG_CODE + 1);
  for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
    g_assert_cmpint(accept_code(&fixture, none[i], NULL, ""), ==, BH_PAIRING_ERROR_WRONG_CODE + 1);
  g_assert_cmpuint(count_devices(&fixture), ==, 0);
  history = access_fixture_read_audit(&fixture);
  g_assert_nonnull(strstr(history, " pairing-refused//wrong-code/"));

  /* A slip of the finger takes nothing away. */
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, 0);
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_wrong_code_for_one_request(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet, other;
  g_autoptr(json_t) asked = NULL;
  g_autoptr(json_t) second = NULL;
  g_autofree char *code = NULL, *elsewhere = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  fake_newcomer_init(&other);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  second = ask_and_open(&fixture, &other, "Other");
  code = fake_newcomer_get_code(&tablet, asked);
  elsewhere = fake_newcomer_get_code(&other, second);

  /* Right, but of another request. */
  for (guint i = 0; i < 3; i++) {
    assert_state(&fixture, &tablet, asked, "waiting");
    g_assert_cmpint(accept_code(&fixture, elsewhere, get(asked, "requestId"), ""), ==,
                    BH_PAIRING_ERROR_WRONG_CODE + 1);
  }
  assert_state(&fixture, &tablet, asked, "refused");
  g_assert_cmpint(accept_code(&fixture, code, get(asked, "requestId"), ""), ==,
                  BH_PAIRING_ERROR_REQUEST_UNKNOWN + 1);
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, BH_PAIRING_ERROR_WRONG_CODE + 1);
  assert_state(&fixture, &other, second, "waiting");
  g_assert_cmpuint(count_devices(&fixture), ==, 0);
  fake_newcomer_clear(&tablet);
  fake_newcomer_clear(&other);
  access_fixture_clear(&fixture);
}

static void
test_codes_cannot_be_tried_out(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autofree char *code = NULL, *wrong = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  wrong = turn_code(code);
  for (guint i = 0; i < BH_PAIRING_DESK_CODES_A_MINUTE; i++)
    g_assert_cmpint(accept_code(&fixture, wrong, NULL, ""), ==, BH_PAIRING_ERROR_WRONG_CODE + 1);
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, BH_PAIRING_ERROR_RATE_LIMITED + 1);
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_code_shown_twice_is_neither(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet, forger;
  g_autoptr(json_t) asked = NULL;
  g_autoptr(json_t) forged = NULL;
  g_autofree char *code = NULL;
  BhComparison *lucky;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  fake_newcomer_init(&forger);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  forged = ask_and_open(&fixture, &forger, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  /* One draw in a million. */
  lucky = bh_comparison_list_find(fixture.desk->comparisons, get(forged, "requestId"));
  g_strlcpy(lucky->code, code, sizeof lucky->code);
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, BH_PAIRING_ERROR_WRONG_CODE + 1);
  g_assert_cmpint(accept_code(&fixture, code, get(forged, "requestId"), ""), ==,
                  BH_PAIRING_ERROR_WRONG_CODE + 1);
  g_assert_cmpint(accept_code(&fixture, code, get(asked, "requestId"), ""), ==,
                  BH_PAIRING_ERROR_WRONG_CODE + 1);
  g_assert_cmpuint(count_devices(&fixture), ==, 0);
  fake_newcomer_clear(&tablet);
  fake_newcomer_clear(&forger);
  access_fixture_clear(&fixture);
}

static void
test_declined(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *code = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  g_assert_true(bh_pairing_desk_decline(fixture.desk, get(asked, "requestId"), NULL));
  assert_state(&fixture, &tablet, asked, "refused");
  g_assert_cmpuint(count_listed(&fixture), ==, 0);
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, BH_PAIRING_ERROR_WRONG_CODE + 1);
  g_assert_false(bh_pairing_desk_decline(fixture.desk, get(asked, "requestId"), &error));
  g_assert_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_REQUEST_UNKNOWN);
  g_assert_false(bh_pairing_desk_decline(fixture.desk, "nobody", NULL));
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_expires(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autofree char *code = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  bh_pairing_desk_skip_ms(fixture.desk, 3 * MINUTE_MS);
  g_assert_cmpstr(fixture.told->str, ==, " requests requests");
  assert_state(&fixture, &tablet, asked, "expired");
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, BH_PAIRING_ERROR_WRONG_CODE + 1);
  g_assert_cmpint(accept_code(&fixture, code, get(asked, "requestId"), ""), ==,
                  BH_PAIRING_ERROR_REQUEST_UNKNOWN + 1);
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_accepted_twice_at_once(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autofree char *code = NULL;
  g_autoptr(GAsyncResult) one = NULL;
  g_autoptr(GAsyncResult) other = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  access_fixture_hold(&fixture);
  bh_pairing_desk_accept_async(fixture.desk, code, NULL, BH_ROLE_STAFF, "", //
                               access_fixture_take_result, &one);
  bh_pairing_desk_accept_async(fixture.desk, code, get(asked, "requestId"), BH_ROLE_MANAGER, "",
                               access_fixture_take_result, &other);
  /* Nobody takes it away, and no time does, while its commit is under way. */
  g_assert_false(bh_pairing_desk_decline(fixture.desk, get(asked, "requestId"), NULL));
  bh_pairing_desk_skip_ms(fixture.desk, 4 * MINUTE_MS);
  assert_state(&fixture, &tablet, asked, "waiting");
  access_fixture_release(&fixture);
  g_assert_cmpint(finish_accept(&fixture, &other), ==, BH_PAIRING_ERROR_REQUEST_UNKNOWN + 1);
  g_assert_cmpint(finish_accept(&fixture, &one), ==, 0);
  g_assert_cmpuint(count_devices(&fixture), ==, 1);
  assert_state(&fixture, &tablet, asked, "accepted");
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_full_disk_accepts_nothing(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autofree char *code = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  access_fixture_fill_disk(&fixture);
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, BH_PAIRING_ERROR_NOT_STORED + 1);
  g_assert_cmpuint(count_devices(&fixture), ==, 0);
  g_assert_cmpuint(count_listed(&fixture), ==, 1);
  assert_state(&fixture, &tablet, asked, "waiting");
  access_fixture_make_room(&fixture);
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, 0);
  assert_state(&fixture, &tablet, asked, "accepted");
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_removed_before_it_was_told(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autofree char *code = NULL;
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  code = fake_newcomer_get_code(&tablet, asked);
  g_assert_cmpint(accept_code(&fixture, code, NULL, ""), ==, 0);
  list = bh_device_book_list(fixture.book);
  bh_device_book_revoke_async(fixture.book, ((BhDevice *)list->pdata[0])->device_id, 1,
                              access_fixture_take_result, &result);
  access_fixture_wait(&result);
  assert_state(&fixture, &tablet, asked, "refused");
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_only_the_device_learns_its_result(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet, other;
  g_autoptr(json_t) asked = NULL;
  g_autoptr(json_t) body = NULL;
  g_autoptr(json_t) result = NULL;
  g_autoptr(GError) error = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  fake_newcomer_init(&other);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  body = fake_newcomer_ask_result(&other, asked);
  result = bh_pairing_desk_result(fixture.desk, body, ADDRESS, &error);
  g_assert_null(result);
  g_assert_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_PROOF);
  fake_newcomer_clear(&tablet);
  fake_newcomer_clear(&other);
  access_fixture_clear(&fixture);
}

static void
test_polls_are_limited(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;
  g_autoptr(json_t) body = NULL;
  g_autoptr(GError) error = NULL;
  guint polls = 0;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  body = fake_newcomer_ask_result(&tablet, asked);
  for (; error == NULL && polls < 1000; polls++)
    json_decref(bh_pairing_desk_result(fixture.desk, body, ADDRESS, &error));
  g_assert_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_RATE_LIMITED);
  g_assert_cmpuint(polls, >=, 60);
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

static void
test_restart_forgets(void)
{
  AccessFixture fixture;
  FakeNewcomer tablet;
  g_autoptr(json_t) asked = NULL;

  access_fixture_init(&fixture);
  fake_newcomer_init(&tablet);
  asked = ask_and_open(&fixture, &tablet, "Tablet");
  access_fixture_restart(&fixture);
  assert_state(&fixture, &tablet, asked, "expired");
  fake_newcomer_clear(&tablet);
  access_fixture_clear(&fixture);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add_func("/pairing-compare/" name, test)
  ADD("compared-code-pairs-a-device", test_compared_code_pairs_a_device);
  ADD("names-of-either-side", test_names_of_either_side);
  ADD("opening-needs-what-was-committed", test_opening_needs_what_was_committed);
  ADD("open-that-never-comes", test_open_that_never_comes);
  ADD("places-are-limited", test_places_are_limited);
  ADD("draws-are-limited", test_draws_are_limited);
  ADD("wrong-code-by-hand", test_wrong_code_by_hand);
  ADD("wrong-code-for-one-request", test_wrong_code_for_one_request);
  ADD("codes-cannot-be-tried-out", test_codes_cannot_be_tried_out);
  ADD("code-shown-twice-is-neither", test_code_shown_twice_is_neither);
  ADD("declined", test_declined);
  ADD("expires", test_expires);
  ADD("accepted-twice-at-once", test_accepted_twice_at_once);
  ADD("full-disk-accepts-nothing", test_full_disk_accepts_nothing);
  ADD("removed-before-it-was-told", test_removed_before_it_was_told);
  ADD("only-the-device-learns-its-result", test_only_the_device_learns_its_result);
  ADD("polls-are-limited", test_polls_are_limited);
  ADD("restart-forgets", test_restart_forgets);
#undef ADD
  return g_test_run();
}
