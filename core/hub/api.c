/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "api.h"

#define PUBLIC BH_API_PUBLIC
#define OWNER  BH_API_OWNER

typedef struct {
  const char *path;
  int action;
  BhApiHandler handler;
  gpointer user_data;
} Route;

struct _BhApi {
  GHashTable *gets;  /* path -> owned Route */
  GHashTable *posts; /* path -> owned Route */
};

struct _BhApiCall {
  BhCaller caller; /* owns its strings */
  json_t *body;
  GHashTable *query; /* (nullable) */
  BhApiAnswer answer;
  gpointer answer_data;
};

static const char answer_type[] = "application/json";
static const char problem_type[] = "application/problem+json";

BhApi *
bh_api_new(void)
{
  BhApi *api = g_new0(BhApi, 1);

  api->gets = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  api->posts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  return api;
}

void
bh_api_free(BhApi *api)
{
  g_hash_table_unref(api->gets);
  g_hash_table_unref(api->posts);
  g_free(api);
}

static void
add(BhApi *api, const char *method, const char *path, int action, BhApiHandler handler,
    gpointer user_data)
{
  gboolean is_get = g_str_equal(method, "GET");
  Route *route = g_new0(Route, 1);

  g_assert(is_get || g_str_equal(method, "POST"));
  *route = (Route){.path = path, .action = action, .handler = handler, .user_data = user_data};
  g_hash_table_insert(is_get ? api->gets : api->posts, (gpointer)path, route);
}

void
bh_api_add(BhApi *api, const char *method, const char *path, BhAction action, BhApiHandler handler,
           gpointer user_data)
{
  add(api, method, path, (int)action, handler, user_data);
}

void
bh_api_add_public(BhApi *api, const char *method, const char *path, BhApiHandler handler,
                  gpointer user_data)
{
  add(api, method, path, PUBLIC, handler, user_data);
}

void
bh_api_add_owner(BhApi *api, const char *method, const char *path, BhApiHandler handler,
                 gpointer user_data)
{
  add(api, method, path, OWNER, handler, user_data);
}

static void
visit(GHashTable *routes, const char *method, BhApiVisitor visitor, gpointer user_data)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, routes);
  while (g_hash_table_iter_next(&iter, NULL, &value))
    visitor(method, ((Route *)value)->path, ((Route *)value)->action, user_data);
}

void
bh_api_visit(BhApi *api, BhApiVisitor visitor, gpointer user_data)
{
  visit(api->gets, "GET", visitor, user_data);
  visit(api->posts, "POST", visitor, user_data);
}

/* --- one call --- */

static BhApiCall *
call_new(json_t *body, GHashTable *query, const BhCaller *caller, BhApiAnswer answer,
         gpointer user_data)
{
  BhApiCall *call = g_new0(BhApiCall, 1);

  call->caller = *caller;
  call->caller.device_id = g_strdup(caller->device_id);
  call->caller.who = g_strdup(caller->who);
  call->caller.address = g_strdup(caller->address);
  call->body = body != NULL ? json_incref(body) : json_object();
  if (query != NULL)
    call->query = g_hash_table_ref(query);
  call->answer = answer;
  call->answer_data = user_data;
  return call;
}

static void
call_free(BhApiCall *call)
{
  g_free((char *)call->caller.device_id);
  g_free((char *)call->caller.who);
  g_free((char *)call->caller.address);
  json_decref(call->body);
  g_clear_pointer(&call->query, g_hash_table_unref);
  g_free(call);
}

const BhCaller *
bh_api_call_get_caller(BhApiCall *call)
{
  return &call->caller;
}

json_t *
bh_api_call_get_body(BhApiCall *call)
{
  return call->body;
}

const char *
bh_api_call_get_query(BhApiCall *call, const char *name)
{
  return call->query != NULL ? g_hash_table_lookup(call->query, name) : NULL;
}

const char *
bh_api_call_get_text(BhApiCall *call, const char *name, gsize max_bytes)
{
  g_autoptr(GError) error = NULL;
  const char *text = bh_json_get_text(call->body, name, max_bytes, &error);

  if (text == NULL)
    bh_api_call_fail(call, 400, "bad-request", error->message);
  return text;
}

void
bh_api_call_respond(BhApiCall *call, guint status, json_t *body)
{
  g_autoptr(json_t) owned = body;

  call->answer(status, answer_type, owned, 0, call->answer_data);
  call_free(call);
}

void
bh_api_call_respond_text(BhApiCall *call, const char *content_type, const char *text)
{
  g_autoptr(json_t) body = json_string(text);

  call->answer(200, content_type, body, 0, call->answer_data);
  call_free(call);
}

static const char *
status_title(guint status)
{
  switch (status) {
  case 400:
    return "Bad Request";
  case 401:
    return "Unauthorized";
  case 403:
    return "Forbidden";
  case 404:
    return "Not Found";
  case 405:
    return "Method Not Allowed";
  case 409:
    return "Conflict";
  case 410:
    return "Gone";
  case 413:
    return "Content Too Large";
  case 415:
    return "Unsupported Media Type";
  case 429:
    return "Too Many Requests";
  case 503:
  default:
    return "Service Unavailable";
  }
}

static void
answer_problem(BhApiAnswer answer, gpointer user_data, guint status, const char *code,
               const char *detail, gint64 retry_ms)
{
  g_autoptr(json_t) body = json_pack("{s:s, s:i, s:s, s:s*}", "title", status_title(status),
                                     "status", (int)status, "code", code, "detail", detail);

  if (retry_ms > 0)
    json_object_set_new(body, "retryMs", json_integer(retry_ms));
  answer(status, problem_type, body, retry_ms, user_data);
}

void
bh_api_call_fail_later(BhApiCall *call, guint status, const char *code, const char *detail,
                       gint64 retry_ms)
{
  answer_problem(call->answer, call->answer_data, status, code, detail, retry_ms);
  call_free(call);
}

void
bh_api_call_fail(BhApiCall *call, guint status, const char *code, const char *detail)
{
  bh_api_call_fail_later(call, status, code, detail, 0);
}

/* --- dispatch --- */

static gboolean
may_ask(const Route *route, const BhCaller *caller)
{
  if (route->action == PUBLIC)
    return TRUE;
  if (route->action == OWNER)
    return caller->is_owner;
  return bh_role_may(caller->role, (BhAction)route->action);
}

void
bh_api_dispatch(BhApi *api, const char *method, const char *path, GHashTable *query, json_t *body,
                const BhCaller *caller, BhApiAnswer answer, gpointer user_data)
{
  gboolean is_get = g_str_equal(method, "GET");
  const Route *route = g_hash_table_lookup(is_get ? api->gets : api->posts, path);

  if (!is_get && !g_str_equal(method, "POST")) {
    answer_problem(answer, user_data, 405, "method-not-allowed", NULL, 0);
  } else if (caller->role == BH_ROLE_NONE && (route == NULL || route->action != PUBLIC)) {
    /* Strangers learn nothing, not even which questions there are. */
    answer_problem(answer, user_data, 401, "unauthorized", "This device is not paired.", 0);
  } else if (route == NULL) {
    gboolean other = g_hash_table_contains(is_get ? api->posts : api->gets, path);

    answer_problem(answer, user_data, other ? 405 : 404, other ? "method-not-allowed" : "not-found",
                   NULL, 0);
  } else if (!may_ask(route, caller)) {
    answer_problem(answer, user_data, 403, "forbidden", "This device may not do that.", 0);
  } else if (body != NULL && !json_is_object(body)) {
    answer_problem(answer, user_data, 400, "bad-request", "The body must be a JSON object.", 0);
  } else {
    route->handler(call_new(body, query, caller, answer, user_data), route->user_data);
  }
}
