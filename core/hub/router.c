/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "router.h"

/* Longest type quoted back to its sender. */
#define MAX_QUOTED_BYTES 64

typedef struct {
  BhAction action, guest_action; /* either will do */
  BhRouterHandler handler;
  gpointer user_data;
  GDestroyNotify destroy; /* (nullable): of user_data */
} Route;

struct _BhRouter {
  GHashTable *routes; /* type -> owned Route */
};

static void
route_free(gpointer data)
{
  Route *route = data;

  if (route->destroy != NULL)
    route->destroy(route->user_data);
  g_free(route);
}

BhRouter *
bh_router_new(void)
{
  BhRouter *router = g_new0(BhRouter, 1);

  router->routes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, route_free);
  return router;
}

void
bh_router_free(BhRouter *router)
{
  g_hash_table_unref(router->routes);
  g_free(router);
}

void
bh_router_add(BhRouter *router, const char *type, BhAction action, BhRouterHandler handler,
              gpointer user_data)
{
  bh_router_add_full(router, type, action, handler, user_data, NULL);
}

void
bh_router_add_full(BhRouter *router, const char *type, BhAction action, BhRouterHandler handler,
                   gpointer user_data, GDestroyNotify destroy)
{
  Route *route = g_new0(Route, 1);

  *route = (Route){.action = action,
                   .guest_action = action,
                   .handler = handler,
                   .user_data = user_data,
                   .destroy = destroy};
  g_hash_table_insert(router->routes, (gpointer)type, route);
}

void
bh_router_add_for_guests(BhRouter *router, const char *type, BhAction action, BhAction guest_action,
                         BhRouterHandler handler, gpointer user_data)
{
  Route *route;

  bh_router_add(router, type, action, handler, user_data);
  route = g_hash_table_lookup(router->routes, type);
  route->guest_action = guest_action;
}

static gboolean
may_say(BhMember *member, const Route *route)
{
  BhRole role = bh_member_get_role(member);

  return bh_role_may(role, route->action) || bh_role_may(role, route->guest_action);
}

void
bh_router_answer_error(BhMember *member, BhDataChannel *channel, const json_t *message,
                       const char *code, const char *text)
{
  g_autoptr(json_t) problem =
      json_pack("{s:s, s:s, s:s}", "type", "error", "code", code, "message", text);
  json_t *id = json_object_get(message, "id");

  if (json_is_string(id) || json_is_integer(id))
    json_object_set(problem, "ref", id);
  bh_member_send(member, channel, problem);
}

void
bh_router_dispatch(BhRouter *router, BhMember *member, BhPath path, BhDataChannel *channel,
                   const json_t *message)
{
  const char *type = bh_json_get_text(message, "type", MAX_QUOTED_BYTES, NULL);
  const Route *route = type != NULL ? g_hash_table_lookup(router->routes, type) : NULL;

  /* An answer to an answer could go on for ever. */
  if (g_strcmp0(type, "error") == 0)
    return;
  if (route == NULL) {
    g_autofree char *text =
        g_strdup_printf("This hub knows no message of type “%s”.", type != NULL ? type : "");

    bh_router_answer_error(member, channel, message, "unknown-type", text);
  } else if (!may_say(member, route)) {
    bh_router_answer_error(member, channel, message, "forbidden", "This role may not do that.");
  } else {
    route->handler(member, path, channel, message, route->user_data);
  }
}
