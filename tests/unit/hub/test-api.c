/* SPDX-License-Identifier: Apache-2.0 */
#include "api.h"

/* One answer, as it came. */
typedef struct {
  guint count;
  guint status;
  const char *content_type;
  json_t *body;
  gint64 retry_ms;
} Answer;

static void
answer_clear(Answer *answer)
{
  g_clear_pointer(&answer->body, json_decref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static void
take(guint status, const char *content_type, const json_t *body, gint64 retry_ms,
     gpointer user_data)
{
  Answer *answer = user_data;

  answer_clear(answer);
  answer->count++;
  answer->status = status;
  answer->content_type = content_type;
  answer->body = json_incref((json_t *)body);
  answer->retry_ms = retry_ms;
}

static void
on_echo(BhApiCall *call, gpointer user_data)
{
  const char *text = bh_api_call_get_text(call, "text", 8);

  if (text != NULL)
    bh_api_call_respond(call, 201,
                        json_pack("{s:s, s:s*, s:s*}", "text", text, "q",
                                  bh_api_call_get_query(call, "q"), "who",
                                  bh_api_call_get_caller(call)->who));
}

static void
on_keep(BhApiCall *call, gpointer kept)
{
  *(BhApiCall **)kept = call;
}

static void
on_text(BhApiCall *call, gpointer user_data)
{
  bh_api_call_respond_text(call, "text/plain", "hello");
}

static const char *
code_of(const Answer *answer)
{
  return json_string_value(json_object_get(answer->body, "code"));
}

static void
ask(BhApi *api, BhRole role, const char *method, const char *path, json_t *body, Answer *answer)
{
  g_autoptr(json_t) owned = body;
  BhCaller caller = {.role = role, .who = "Anna"};

  bh_api_dispatch(api, method, path, NULL, owned, &caller, take, answer);
}

static void
test_dispatch(void)
{
  g_autoptr(BhApi) api = bh_api_new();
  g_auto(Answer) answer = {0};

  bh_api_add(api, "POST", "/echo", BH_ACTION_PRINT, on_echo, NULL);
  bh_api_add_public(api, "GET", "/text", on_text, NULL);

  ask(api, BH_ROLE_STAFF, "POST", "/echo", json_pack("{s:s}", "text", "hi"), &answer);
  g_assert_cmpuint(answer.status, ==, 201);
  g_assert_cmpstr(json_string_value(json_object_get(answer.body, "who")), ==, "Anna");
  ask(api, BH_ROLE_STAFF, "POST", "/echo", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 400);
  ask(api, BH_ROLE_STAFF, "POST", "/echo", json_pack("{s:s}", "text", "far too long"), &answer);
  g_assert_cmpuint(answer.status, ==, 400);
  ask(api, BH_ROLE_STAFF, "POST", "/echo", json_array(), &answer);
  g_assert_cmpuint(answer.status, ==, 400);
  g_assert_cmpstr(answer.content_type, ==, "application/problem+json");
  ask(api, BH_ROLE_NONE, "GET", "/text", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 200);
  g_assert_cmpstr(json_string_value(answer.body), ==, "hello");
  g_assert_cmpuint(answer.count, ==, 5);
}

/* Who is nobody cannot tell a route that is there from one that is not. */
static void
test_refused(void)
{
  g_autoptr(BhApi) api = bh_api_new();
  g_auto(Answer) answer = {0};

  bh_api_add(api, "POST", "/echo", BH_ACTION_PRINT, on_echo, NULL);
  ask(api, BH_ROLE_NONE, "POST", "/echo", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 401);
  ask(api, BH_ROLE_NONE, "POST", "/nothing", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 401);
  ask(api, BH_ROLE_GUEST, "POST", "/echo", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 403);
  ask(api, BH_ROLE_STAFF, "POST", "/nothing", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 404);
  ask(api, BH_ROLE_STAFF, "GET", "/echo", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 405);
  ask(api, BH_ROLE_STAFF, "DELETE", "/echo", NULL, &answer);
  g_assert_cmpuint(answer.status, ==, 405);
}

/* The caller's strings and the body may be gone before the answer is there. */
static void
test_later(void)
{
  g_autoptr(BhApi) api = bh_api_new();
  g_auto(Answer) answer = {0};
  BhApiCall *call = NULL;

  bh_api_add_public(api, "POST", "/keep", on_keep, &call);
  {
    g_autofree char *who = g_strdup("Anna");
    g_autofree char *address = g_strdup("192.168.1.7");
    g_autoptr(json_t) body = json_pack("{s:s}", "text", "hi");
    BhCaller caller = {.role = BH_ROLE_STAFF, .who = who, .address = address};

    bh_api_dispatch(api, "POST", "/keep", NULL, body, &caller, take, &answer);
  }
  g_assert_cmpuint(answer.count, ==, 0);
  g_assert_cmpstr(bh_api_call_get_caller(call)->who, ==, "Anna");
  g_assert_cmpstr(bh_api_call_get_caller(call)->address, ==, "192.168.1.7");
  g_assert_cmpstr(bh_api_call_get_text(call, "text", 8), ==, "hi");
  bh_api_call_fail_later(call, 429, "too-many-tries", "Wait.", 1500);
  g_assert_cmpuint(answer.count, ==, 1);
  g_assert_cmpint(answer.retry_ms, ==, 1500);
  g_assert_cmpstr(code_of(&answer), ==, "too-many-tries");
  g_assert_cmpint(json_integer_value(json_object_get(answer.body, "retryMs")), ==, 1500);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/hub/api/dispatch", test_dispatch);
  g_test_add_func("/hub/api/refused", test_refused);
  g_test_add_func("/hub/api/later", test_later);
  return g_test_run();
}
