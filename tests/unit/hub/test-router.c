/* SPDX-License-Identifier: Apache-2.0 */
#include "router.h"

/* The last message relayed to the member under test. */
static json_t *answer;

static void
relay(BhMember *member, const json_t *payload, gpointer user_data)
{
  json_decref(answer);
  answer = json_incref((json_t *)payload);
}

static void
count(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
      gpointer user_data)
{
  (*(guint *)user_data)++;
}

static void
dispatch(BhRouter *router, BhRole role, const char *text)
{
  g_autoptr(BhMember) member = bh_member_new("tenant", "peer", NULL, role, relay, NULL);
  g_autoptr(json_t) message = json_loads(text, JSON_DECODE_ANY, NULL);

  g_clear_pointer(&answer, json_decref);
  bh_router_dispatch(router, member, BH_PATH_RELAY, NULL, message);
  bh_member_leave(member);
}

static const char *
answer_text(const char *name)
{
  return json_string_value(json_object_get(answer, name));
}

static void
test_dispatch(void)
{
  g_autoptr(BhRouter) router = bh_router_new();
  guint calls = 0;

  bh_router_add(router, "print", BH_ACTION_PRINT, count, &calls);
  dispatch(router, BH_ROLE_POS, "{\"type\":\"print\"}");
  g_assert_cmpuint(calls, ==, 1);
  g_assert_null(answer);

  dispatch(router, BH_ROLE_GUEST, "{\"type\":\"print\",\"id\":\"7\"}");
  g_assert_cmpuint(calls, ==, 1);
  g_assert_cmpstr(answer_text("code"), ==, "forbidden");
  g_assert_cmpstr(answer_text("ref"), ==, "7");

  dispatch(router, BH_ROLE_POS, "{\"type\":\"dance\",\"id\":7}");
  g_assert_cmpstr(answer_text("code"), ==, "unknown-type");
  g_assert_cmpint(json_integer_value(json_object_get(answer, "ref")), ==, 7);

  /* A ref is never more than an id was. */
  dispatch(router, BH_ROLE_POS, "{\"type\":\"dance\",\"id\":{\"a\":1}}");
  g_assert_cmpstr(answer_text("code"), ==, "unknown-type");
  g_assert_null(json_object_get(answer, "ref"));

  /* Errors are never answered: two programs could do that for ever. */
  dispatch(router, BH_ROLE_POS, "{\"type\":\"error\",\"code\":\"x\"}");
  g_assert_null(answer);
  dispatch(router, BH_ROLE_POS, "[]");
  g_assert_cmpstr(answer_text("code"), ==, "unknown-type");
  g_clear_pointer(&answer, json_decref);
}

static void
test_for_guests(void)
{
  g_autoptr(BhRouter) router = bh_router_new();
  guint calls = 0;

  bh_router_add_for_guests(router, "order", BH_ACTION_TAKE_ORDERS, BH_ACTION_ORDER_AS_GUEST, count,
                           &calls);
  dispatch(router, BH_ROLE_POS, "{\"type\":\"order\"}");
  dispatch(router, BH_ROLE_GUEST, "{\"type\":\"order\"}");
  g_assert_cmpuint(calls, ==, 2);
  dispatch(router, BH_ROLE_KITCHEN, "{\"type\":\"order\",\"id\":\"7\"}");
  g_assert_cmpuint(calls, ==, 2);
  g_assert_cmpstr(answer_text("code"), ==, "forbidden");
  g_clear_pointer(&answer, json_decref);
}

static void
test_nobody_answers_who_left(void)
{
  g_autoptr(BhMember) member = bh_member_new("tenant", "peer", "till-1", BH_ROLE_POS, relay, NULL);
  g_autoptr(json_t) message = json_object();

  g_clear_pointer(&answer, json_decref);
  g_assert_cmpstr(bh_member_get_device_id(member), ==, "till-1");
  bh_member_set_present(member, FALSE);
  bh_member_send(member, NULL, message);
  g_assert_null(answer);
  bh_member_set_present(member, TRUE);
  bh_member_send(member, NULL, message);
  g_assert_nonnull(answer);
  g_clear_pointer(&answer, json_decref);
  bh_member_leave(member);
  bh_member_leave(member);
  bh_member_send(member, NULL, message);
  g_assert_null(answer);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/router/dispatch", test_dispatch);
  g_test_add_func("/router/for-guests", test_for_guests);
  g_test_add_func("/router/nobody-answers-who-left", test_nobody_answers_who_left);
  return g_test_run();
}
