/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "api-channel.h"

#include <string.h>

#define MAX_METHOD_BYTES 8
#define MAX_PATH_BYTES   512

typedef struct {
  BhApi *api;
  BhHubState *state;
} Route;

/* An answer that is waited for. */
typedef struct {
  BhMember *member;
  GWeakRef channel; /* the BhDataChannel it was asked on, while that lives */
  json_t *id;
} Pending;

static void
answer(guint status, const char *content_type, const json_t *body, gint64 retry_ms,
       gpointer user_data)
{
  Pending *pending = user_data;
  g_autoptr(GObject) channel = g_weak_ref_get(&pending->channel);
  g_autoptr(json_t) message = json_pack("{s:s, s:O*, s:i, s:O}", "type", "api-answer", "ref",
                                        pending->id, "status", (int)status, "body", (json_t *)body);

  bh_member_send(pending->member, (BhDataChannel *)channel, message);
  g_weak_ref_clear(&pending->channel);
  json_decref(pending->id);
  g_object_unref(pending->member);
  g_free(pending);
}

static Pending *
pending_new(BhMember *member, BhDataChannel *channel, const json_t *message)
{
  Pending *pending = g_new0(Pending, 1);

  pending->member = g_object_ref(member);
  g_weak_ref_init(&pending->channel, channel);
  pending->id = json_incref(json_object_get(message, "id"));
  return pending;
}

static void
on_api(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
       gpointer user_data)
{
  Route *route = user_data;
  g_autoptr(GError) error = NULL;
  const char *method = bh_json_get_text(message, "method", MAX_METHOD_BYTES, &error);
  const char *target =
      method != NULL ? bh_json_get_text(message, "path", MAX_PATH_BYTES, &error) : NULL;
  const char *mark = target != NULL ? strchr(target, '?') : NULL;
  g_autoptr(GHashTable) query = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *who = NULL;
  BhCaller caller;

  if (target == NULL) {
    bh_router_answer_error(member, channel, message, "bad-message", error->message);
    return;
  }
  if (mark != NULL) {
    plain = g_strndup(target, (gsize)(mark - target));
    query = g_uri_parse_params(mark + 1, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
  }
  who = bh_hub_state_describe_member(route->state, member);
  caller = (BhCaller){.role = bh_member_get_role(member),
                      .device_id = bh_member_get_device_id(member),
                      .who = who,
                      .is_outside = bh_member_is_outside(member),
                      .path = path};
  bh_api_dispatch(route->api, method, plain != NULL ? plain : target, query,
                  json_object_get(message, "body"), &caller, answer,
                  pending_new(member, channel, message));
}

void
bh_api_channel_add(BhApi *api, BhRouter *router, BhHubState *state)
{
  Route *route = g_new0(Route, 1);

  *route = (Route){.api = api, .state = state};
  bh_router_add_full(router, "api", BH_ACTION_PING, on_api, route, g_free);
}
