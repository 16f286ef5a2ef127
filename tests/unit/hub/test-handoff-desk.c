/* SPDX-License-Identifier: Apache-2.0 */
#include "handoff-desk.h"

typedef struct {
  BhApi *api;
  BhHandoffDesk *desk;
  guint status;
  json_t *body;
} Fixture;

static void
take(guint status, const char *content_type, const json_t *body, gint64 retry_ms,
     gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->status = status;
  json_decref(fixture->body);
  fixture->body = json_incref((json_t *)body);
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
  fixture->api = bh_api_new();
  fixture->desk = bh_handoff_desk_new(fixture->api);
  bh_handoff_desk_set_now(fixture->desk, 1000);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
  bh_handoff_desk_free(fixture->desk);
  bh_api_free(fixture->api);
  json_decref(fixture->body);
}

static const char *
get(Fixture *fixture, const char *name)
{
  return json_string_value(json_object_get(fixture->body, name));
}

/* @device: (nullable): nobody */
static guint
ask(Fixture *fixture, const char *device, const char *path, const char *name, const char *value)
{
  g_autoptr(json_t) body = json_pack("{s:s}", name, value);
  BhCaller caller = {.role = device != NULL ? BH_ROLE_STAFF : BH_ROLE_NONE, .device_id = device};

  bh_api_dispatch(fixture->api, "POST", path, NULL, body, &caller, take, fixture);
  return fixture->status;
}

static char *
put(Fixture *fixture, const char *device, const char *data)
{
  g_assert_cmpuint(ask(fixture, device, "/api/v1/handoff", "data", data), ==, 201);
  return g_strdup(get(fixture, "ticket"));
}

static void
assert_state(Fixture *fixture, const char *ticket, const char *state)
{
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/state", "ticket", ticket), ==, 200);
  g_assert_cmpstr(get(fixture, "state"), ==, state);
}

static void
test_once(Fixture *fixture, gconstpointer data)
{
  g_autofree char *ticket = put(fixture, "anna", "sealed");

  assert_state(fixture, ticket, "waiting");
  g_assert_cmpuint(ask(fixture, "anna", "/api/v1/handoff/done", "ticket", ticket), ==, 404);
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "ticket", ticket), ==, 200);
  g_assert_cmpstr(get(fixture, "data"), ==, "sealed");
  assert_state(fixture, ticket, "taken");
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "ticket", ticket), ==, 404);
  /* Nobody but the device can say that its key has arrived. */
  g_assert_cmpuint(ask(fixture, "bob", "/api/v1/handoff/done", "ticket", ticket), ==, 404);
  g_assert_cmpuint(ask(fixture, "anna", "/api/v1/handoff/done", "ticket", ticket), ==, 200);
  assert_state(fixture, ticket, "done");
}

static void
test_over(Fixture *fixture, gconstpointer data)
{
  g_autofree char *ticket = put(fixture, "anna", "sealed");

  bh_handoff_desk_set_now(fixture->desk, 1000 + (gint64)BH_HANDOFF_WAIT_MS * 1000);
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "ticket", ticket), ==, 404);
  assert_state(fixture, ticket, "unknown");
}

/* A phone that was put away right after it had fetched its things. */
static void
test_done_late(Fixture *fixture, gconstpointer data)
{
  g_autofree char *ticket = put(fixture, "anna", "sealed");

  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "ticket", ticket), ==, 200);
  bh_handoff_desk_set_now(fixture->desk, 1000 + (gint64)BH_HANDOFF_WAIT_MS * 10 * 1000);
  assert_state(fixture, ticket, "taken");
  g_assert_cmpuint(ask(fixture, "anna", "/api/v1/handoff/done", "ticket", ticket), ==, 200);
  assert_state(fixture, ticket, "done");
}

static void
test_full(Fixture *fixture, gconstpointer data)
{
  static const char *const devices[BH_HANDOFF_MAX_WAITING] = {"a", "b", "c", "d"};

  for (guint i = 0; i < BH_HANDOFF_MAX_WAITING; i++)
    g_free(put(fixture, devices[i], "sealed"));
  g_assert_cmpuint(ask(fixture, "bob", "/api/v1/handoff", "data", "x"), ==, 429);
  bh_handoff_desk_set_now(fixture->desk, 1000 + (gint64)BH_HANDOFF_WAIT_MS * 1000);
  g_free(put(fixture, "bob", "sealed"));
}

/* A page that is reloaded in the middle keeps nobody out, itself neither. */
static void
test_again(Fixture *fixture, gconstpointer data)
{
  g_autofree char *taken = put(fixture, "anna", "first");
  g_autofree char *given_up = NULL;
  g_autofree char *ticket = NULL;

  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "ticket", taken), ==, 200);
  given_up = put(fixture, "anna", "sealed");
  for (guint i = 0; i < 2 * BH_HANDOFF_MAX_WAITING; i++) {
    g_free(ticket);
    ticket = put(fixture, "anna", "sealed");
  }
  g_free(put(fixture, "bob", "sealed"));
  assert_state(fixture, given_up, "unknown");
  assert_state(fixture, taken, "taken");
  g_assert_cmpuint(ask(fixture, "anna", "/api/v1/handoff/done", "ticket", taken), ==, 200);
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "ticket", ticket), ==, 200);
}

static void
test_guessed(Fixture *fixture, gconstpointer data)
{
  g_free(put(fixture, "anna", "sealed"));
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "ticket", "AAAAAAAAAAAAAAAAAAAAAA"),
                   ==, 404);
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff/take", "other", "x"), ==, 400);
  g_assert_cmpuint(ask(fixture, NULL, "/api/v1/handoff", "data", "x"), ==, 401);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add("/hub/handoff-desk/" name, Fixture, NULL, set_up, function, tear_down)
  ADD("once", test_once);
  ADD("over", test_over);
  ADD("done-late", test_done_late);
  ADD("full", test_full);
  ADD("again", test_again);
  ADD("guessed", test_guessed);
  return g_test_run();
}
