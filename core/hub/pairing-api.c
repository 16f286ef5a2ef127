/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "pairing-api.h"

#include "base64url.h"
#include "device-api.h"
#include "digest.h"
#include "qr-code.h"
#include "sign-key.h"

#define MAX_ID_BYTES   64
#define MAX_CODE_BYTES 32
/* The desk's allowances come back within this time. */
#define RETRY_MS 6000

/* A link or an acceptance on its way to the store. */
typedef struct {
  BhApiCall *call;
  BhHubState *state;
  BhRole role;
  char *name; /* (nullable) */
} Order;

static void
order_free(Order *order)
{
  g_free(order->name);
  g_free(order);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Order, order_free)

static Order *
order_new(BhApiCall *call, BhHubState *state, BhRole role, const char *name)
{
  Order *order = g_new0(Order, 1);

  *order = (Order){.call = call, .state = state, .role = role, .name = g_strdup(name)};
  return order;
}

static void
fail(BhApiCall *call, const GError *error)
{
  guint status = 503;

  if (error->domain == BH_PAIRING_ERROR)
    status = bh_pairing_error_get_status(error->code);
  bh_api_call_fail_later(call, status,
                         error->domain == BH_PAIRING_ERROR ? bh_pairing_error_get_name(error->code)
                                                           : "not-stored",
                         error->message, status == 429 ? RETRY_MS : 0);
}

/* @answer: (transfer full) (nullable) */
static void
respond(BhApiCall *call, guint status, json_t *answer, const GError *error)
{
  if (answer != NULL)
    bh_api_call_respond(call, status, answer);
  else
    fail(call, error);
}

/* --- devices --- */

static void
pair_cb(GObject *source, GAsyncResult *result, gpointer call)
{
  g_autoptr(GError) error = NULL;
  json_t *answer = bh_pairing_desk_pair_finish(BH_PAIRING_DESK(source), result, &error);

  respond(call, 201, answer, error);
}

static void
on_pair(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_pairing_desk_pair_async(state->pairing, bh_api_call_get_body(call),
                             bh_api_call_get_caller(call)->address, pair_cb, call);
}

static void
on_request(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(GError) error = NULL;
  json_t *answer = bh_pairing_desk_request(state->pairing, bh_api_call_get_body(call),
                                           bh_api_call_get_caller(call)->address, &error);

  respond(call, 201, answer, error);
}

static void
on_open(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(GError) error = NULL;
  json_t *answer = bh_pairing_desk_open(state->pairing, bh_api_call_get_body(call),
                                        bh_api_call_get_caller(call)->address, &error);

  respond(call, 200, answer, error);
}

static void
on_result(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(GError) error = NULL;
  json_t *answer = bh_pairing_desk_result(state->pairing, bh_api_call_get_body(call),
                                          bh_api_call_get_caller(call)->address, &error);

  respond(call, 200, answer, error);
}

static void
on_cancel(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(GError) error = NULL;
  json_t *answer = bh_pairing_desk_cancel(state->pairing, bh_api_call_get_body(call),
                                          bh_api_call_get_caller(call)->address, &error);

  respond(call, 200, answer, error);
}

/* --- managers --- */

char *
bh_pairing_api_make_place(BhHubState *state, const char *secret)
{
  const char *authority = bh_house_links_get_authority(state->links);
  guint8 fingerprint[BH_SIGN_KEY_FINGERPRINT_BYTES];
  g_autofree char *key = NULL;

  bh_sign_key_fingerprint(bh_sign_key_get_public(state->key), fingerprint);
  key = bh_base64url_encode(fingerprint, sizeof fingerprint);
  return g_strdup_printf("/pair#%s.%s.%s.%s", secret, key, authority != NULL ? authority : "",
                         bh_house_links_get_host_name(state->links));
}

static json_t *
describe_link(const Order *order, const char *link_id, const char *secret, gint64 expires_ms)
{
  BhHouseLinks *links = order->state->links;
  char *place = bh_pairing_api_make_place(order->state, secret);
  char *link = bh_house_links_make(links, place);
  char *name_link = bh_house_links_make_by_name(links, place);
  char *local_link = bh_house_links_make_local(links, place);
  g_autoptr(BhQrCode) qr = bh_qr_code_new(link, BH_QR_USE_SCREEN);
  char *svg = bh_qr_code_to_svg(qr, order->name);
  json_t *answer = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s, s:s, s:s}", "linkId", link_id, "link",
                             link, "nameLink", name_link, "localLink", local_link, "expiresMs",
                             (json_int_t)(expires_ms - g_get_real_time() / 1000), "role",
                             bh_role_get_name(order->role), "name", order->name, "svg", svg);

  bh_digest_free_text(place);
  bh_digest_free_text(link);
  bh_digest_free_text(name_link);
  bh_digest_free_text(local_link);
  bh_digest_free_text(svg);
  return answer;
}

static void
make_link_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Order) order = user_data;
  const BhCaller *caller = bh_api_call_get_caller(order->call);
  g_autofree char *link_id = NULL;
  char *secret = NULL;
  gint64 expires_ms;
  g_autoptr(GError) error = NULL;

  if (!bh_pairing_desk_make_link_finish(BH_PAIRING_DESK(source), result, &link_id, &secret,
                                        &expires_ms, &error)) {
    fail(order->call, error);
    return;
  }
  bh_audit_log_add(order->state->audit, "link-made", caller->who, order->name,
                   bh_role_get_name(order->role), caller->address);
  bh_api_call_respond(order->call, 201, describe_link(order, link_id, secret, expires_ms));
  bh_digest_free_text(secret);
}

/* On an open hub devices are what they say they are, and none of the book's. */
static const char *
find_maker(BhApiCall *call, BhHubState *state)
{
  const char *device_id = bh_api_call_get_caller(call)->device_id;

  return bh_device_book_find(state->devices, device_id) != NULL ? device_id : NULL;
}

static void
on_link(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  BhRole role = bh_device_api_get_role(call);
  g_autofree char *name = role != BH_ROLE_NONE ? bh_device_api_dup_name(call) : NULL;

  if (name != NULL)
    bh_pairing_desk_make_link_async(state->pairing, role, name, find_maker(call, state),
                                    make_link_cb, order_new(call, state, role, name));
}

static void
on_list(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_api_call_respond(
      call, 200, json_pack("{s:o}", "requests", bh_pairing_desk_list_requests(state->pairing)));
}

static void
accept_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Order) order = user_data;
  const BhCaller *caller = bh_api_call_get_caller(order->call);
  g_autoptr(GError) error = NULL;
  g_autoptr(BhDevice) device =
      bh_pairing_desk_accept_finish(BH_PAIRING_DESK(source), result, &error);

  if (device == NULL) {
    fail(order->call, error);
    return;
  }
  bh_audit_log_add(order->state->audit, "code-accepted", caller->who, device->name,
                   bh_role_get_name(device->role), caller->address);
  bh_api_call_respond(order->call, 200, json_pack("{s:s}", "deviceId", device->device_id));
}

static void
on_accept(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  BhRole role = bh_device_api_get_role(call);
  const char *code =
      role != BH_ROLE_NONE ? bh_api_call_get_text(call, "code", MAX_CODE_BYTES) : NULL;
  const char *request_id = NULL, *name = NULL;
  json_t *body;
  g_autoptr(GError) error = NULL;

  if (code == NULL)
    return;
  body = bh_api_call_get_body(call);
  if (!bh_json_get_optional_text(body, "requestId", MAX_ID_BYTES, &request_id, &error) ||
      !bh_json_get_optional_text(body, "name", G_MAXSIZE, &name, &error))
    bh_api_call_fail(call, 400, "bad-request", error->message);
  else
    bh_pairing_desk_accept_async(state->pairing, code, request_id, role, name, accept_cb,
                                 order_new(call, state, role, NULL));
}

static void
on_decline(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *request_id = bh_api_call_get_text(call, "requestId", MAX_ID_BYTES);
  const BhCaller *caller = bh_api_call_get_caller(call);
  g_autoptr(GError) error = NULL;

  if (request_id == NULL)
    return;
  if (!bh_pairing_desk_decline(state->pairing, request_id, &error)) {
    fail(call, error);
    return;
  }
  bh_audit_log_add(state->audit, "code-declined", caller->who, NULL, NULL, caller->address);
  bh_api_call_respond(call, 200, json_object());
}

void
bh_pairing_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add_public(api, "POST", "/api/v1/pair", on_pair, state);
  bh_api_add_public(api, "POST", "/api/v1/pair/requests", on_request, state);
  bh_api_add_public(api, "POST", "/api/v1/pair/requests/open", on_open, state);
  bh_api_add_public(api, "POST", "/api/v1/pair/requests/result", on_result, state);
  bh_api_add_public(api, "POST", "/api/v1/pair/requests/cancel", on_cancel, state);
  bh_api_add(api, "POST", "/api/v1/pair/links", BH_ACTION_MANAGE_DEVICES, on_link, state);
  bh_api_add(api, "GET", "/api/v1/pair/requests", BH_ACTION_MANAGE_DEVICES, on_list, state);
  bh_api_add(api, "POST", "/api/v1/pair/requests/accept", BH_ACTION_MANAGE_DEVICES, on_accept,
             state);
  bh_api_add(api, "POST", "/api/v1/pair/requests/decline", BH_ACTION_MANAGE_DEVICES, on_decline,
             state);
}
