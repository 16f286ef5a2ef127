/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "api-web.h"

#include <glib/gi18n.h>

#include "premises.h"

struct _BhApiWeb {
  BhApi *api;
  BhWebServer *server;
  const BhHubState *state;
  GPtrArray *mounts; /* owned Mount */
};

/* One route as the web server knows it. */
typedef struct {
  BhApiWeb *web;
  const char *method;
  const char *path;
} Mount;

/* What was passed on by we do not know whom is not claimed to have stayed. */
static gboolean
is_outside(const BhApiWeb *self, const BhRemote *remote)
{
  const BhGate *gate = self->state->gate;

  return remote->veiled ||
         (!bh_gate_is_inside(gate, remote) &&
          !bh_premises_has(gate != NULL ? gate->networks : NULL, remote->address));
}

/* @who: (out) (transfer full) (nullable): what @caller borrows */
static void
find_caller(BhApiWeb *self, BhWebRequest *request, BhCaller *caller, char **who)
{
  const BhRemote *remote = bh_web_request_get_remote(request);
  const char *token = bh_web_request_get_bearer(request);
  const BhDevice *device = NULL;

  *caller = (BhCaller){.role = BH_ROLE_NONE,
                       .address = remote->address,
                       .is_inside = bh_gate_is_inside(self->state->gate, remote),
                       .is_outside = is_outside(self, remote),
                       .path = BH_PATH_HTTP};
  if (remote->local_socket || self->state->open) {
    caller->role = BH_ROLE_MANAGER;
    caller->is_owner = TRUE;
    caller->who = _("The hub's computer");
    return;
  }
  if (token != NULL && bh_gate_is_private(remote))
    device = bh_gate_find_by_token(self->state->gate, token);
  if (device == NULL || device->revoked_ms != 0)
    return;
  bh_gate_saw(self->state->gate, device, g_get_real_time() / 1000);
  caller->role = device->role;
  caller->device_id = device->device_id;
  *who = bh_hub_state_describe_device(self->state, device->device_id);
  caller->who = *who;
}

static void
answer(guint status, const char *content_type, const json_t *body, gint64 retry_ms,
       gpointer user_data)
{
  BhWebRequest *request = user_data;
  g_autoptr(GBytes) json = json_is_string(body) ? NULL : bh_json_to_bytes(body);

  if (retry_ms > 0) {
    g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT, (retry_ms + 999) / 1000);

    bh_web_request_set_header(request, "Retry-After", seconds);
  }
  if (status == 401)
    bh_web_request_set_header(request, "WWW-Authenticate", "Bearer");
  if (json_is_string(body))
    bh_web_request_respond_text(request, status, content_type, json_string_value(body));
  else
    bh_web_request_respond_bytes(request, status, content_type, json);
}

static void
on_request(BhWebRequest *request, gpointer user_data)
{
  const Mount *mount = user_data;
  BhApiWeb *self = mount->web;
  g_autoptr(json_t) body = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *who = NULL;
  BhCaller caller;

  find_caller(self, request, &caller, &who);
  if (g_str_equal(mount->method, "POST") && bh_web_request_has_body(request)) {
    body = bh_web_request_get_json(request, &error);
    if (body == NULL)
      body = json_null(); /* no object: refused once it is clear that the caller may ask */
  }
  bh_api_dispatch(self->api, mount->method, mount->path, bh_web_request_get_query_table(request),
                  body, &caller, answer, request);
}

static void
mount_route(const char *method, const char *path, int action, gpointer user_data)
{
  BhApiWeb *self = user_data;
  Mount *mount = g_new0(Mount, 1);

  *mount = (Mount){.web = self, .method = method, .path = path};
  g_ptr_array_add(self->mounts, mount);
  bh_web_server_mount(self->server, method, path, on_request, mount);
}

BhApiWeb *
bh_api_web_new(BhApi *api, BhWebServer *server, const BhHubState *state)
{
  BhApiWeb *self = g_new0(BhApiWeb, 1);

  self->api = api;
  self->server = g_object_ref(server);
  self->state = state;
  self->mounts = g_ptr_array_new_with_free_func(g_free);
  bh_api_visit(api, mount_route, self);
  return self;
}

void
bh_api_web_free(BhApiWeb *web)
{
  g_object_unref(web->server);
  g_ptr_array_unref(web->mounts);
  g_free(web);
}
