/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "device-api.h"

#include "api-change.h"
#include "device-token.h"
#include "sign-key.h"

#define MAX_ID_BYTES  64
#define MAX_ENTRIES   1000
#define STANDARD_SHOW 200

static gint64
get_now_ms(void)
{
  return g_get_real_time() / 1000;
}

BhRole
bh_device_api_get_role(BhApiCall *call)
{
  const char *name = bh_api_call_get_text(call, "role", MAX_ID_BYTES);
  BhRole role;

  if (name == NULL)
    return BH_ROLE_NONE;
  role = bh_role_from_name(name);
  if (bh_role_is_pairable(role))
    return role;
  bh_api_call_fail(call, 400, "bad-request",
                   "The role is manager, staff, kitchen, pos or printer.");
  return BH_ROLE_NONE;
}

char *
bh_device_api_dup_name(BhApiCall *call)
{
  const char *text = bh_api_call_get_text(call, "name", G_MAXSIZE);
  char *name;

  if (text == NULL)
    return NULL;
  name = bh_device_clean_name(text);
  if (name == NULL)
    bh_api_call_fail(call, 400, "bad-name", "A name has 1 to 64 plain characters.");
  return name;
}

/* --- listing --- */

static json_t *
describe_device(BhHubState *state, const BhDevice *device)
{
  const char *path = bh_endpoint_describe_device(state->endpoint, device->device_id);
  const char *person = bh_person_book_get_signed_in_name(state->people, device->device_id);
  gint64 seen_ms = bh_device_book_get_seen_ms(state->devices, device->device_id);

  return json_pack("{s:s, s:s, s:s, s:s, s:s*, s:I, s:o, s:b, s:s?, s:s?}", "deviceId",
                   device->device_id, "name", device->name, "role", bh_role_get_name(device->role),
                   "kind", device->kind, "linkId", device->link_id, "createdMs",
                   (json_int_t)device->created_ms, "lastSeenMs",
                   seen_ms != 0 ? json_integer(seen_ms) : json_null(), "online", path != NULL,
                   "path", path, "person", person);
}

static void
on_list(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(GPtrArray) devices = bh_device_book_list(state->devices);
  json_t *list = json_array();

  for (guint i = 0; i < devices->len; i++)
    json_array_append_new(list, describe_device(state, devices->pdata[i]));
  bh_api_call_respond(call, 200, json_pack("{s:o}", "devices", list));
}

static void
list_audit_cb(GObject *source, GAsyncResult *result, gpointer call)
{
  g_autoptr(GError) error = NULL;
  json_t *entries = bh_audit_log_list_finish(BH_AUDIT_LOG(source), result, &error);

  if (entries == NULL)
    bh_api_call_fail(call, 503, "not-stored", error->message);
  else
    bh_api_call_respond(call, 200, json_pack("{s:o}", "entries", entries));
}

static void
on_audit(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *text = bh_api_call_get_query(call, "limit");
  guint64 limit = STANDARD_SHOW;

  if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 1, MAX_ENTRIES, &limit, NULL))
    bh_api_call_fail(call, 400, "bad-request", "limit is 1 to 1000.");
  else
    bh_audit_log_list_async(state->audit, (guint)limit, list_audit_cb, call);
}

/* --- changes --- */

/* Returns: (transfer none) (nullable): %NULL: the call has been answered */
static BhDevice *
find_device(BhApiCall *call, BhHubState *state)
{
  const char *device_id = bh_api_call_get_text(call, "deviceId", MAX_ID_BYTES);
  BhDevice *device;

  if (device_id == NULL)
    return NULL;
  device = bh_device_book_find(state->devices, device_id);
  if (device != NULL && device->revoked_ms == 0)
    return device;
  bh_api_call_fail(call, 404, "unknown-device", "There is no such device.");
  return NULL;
}

/* Returns: whether the call has been answered, because nobody could manage the property any more */
static gboolean
refuse_last_manager(BhApiCall *call, BhHubState *state, const BhDevice *device, BhRole role)
{
  if (bh_api_call_get_caller(call)->is_owner || device->role != BH_ROLE_MANAGER ||
      role == BH_ROLE_MANAGER || bh_device_book_count_managers(state->devices) > 1)
    return FALSE;
  bh_api_call_fail(call, 409, "last-manager",
                   "This is the only device that can manage the property. Pair another manager "
                   "first.");
  return TRUE;
}

static void
finish(BhApiChange *change, gboolean done, const GError *error)
{
  if (done)
    bh_api_change_done(change, 200, json_object());
  else if (g_error_matches(error, BH_DEVICE_BOOK_ERROR, BH_DEVICE_BOOK_ERROR_UNKNOWN))
    bh_api_call_fail(change->call, 404, "unknown-device", "There is no such device.");
  else
    bh_api_call_fail(change->call, 503, "not-stored", error->message);
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  gboolean done = bh_device_book_change_finish(BH_DEVICE_BOOK(source), result, &error);

  finish(change, done, error);
}

static void
on_rename(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  BhDevice *device = find_device(call, state);
  g_autofree char *name = device != NULL ? bh_device_api_dup_name(call) : NULL;

  if (name != NULL)
    bh_device_book_change_async(
        state->devices, device->device_id, BH_ROLE_NONE, name, get_now_ms(), change_cb,
        bh_api_change_new(call, state, "device-renamed", device->name, name));
}

static void
on_role(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  BhDevice *device = find_device(call, state);
  BhRole role = device != NULL ? bh_device_api_get_role(call) : BH_ROLE_NONE;

  if (role != BH_ROLE_NONE && !refuse_last_manager(call, state, device, role))
    bh_device_book_change_async(
        state->devices, device->device_id, role, NULL, get_now_ms(), change_cb,
        bh_api_change_new(call, state, "device-role", device->name, bh_role_get_name(role)));
}

static void
revoke_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  gboolean done = bh_device_book_revoke_finish(BH_DEVICE_BOOK(source), result, &error);

  finish(change, done, error);
}

static void
on_revoke(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  BhDevice *device = find_device(call, state);

  if (device != NULL && !refuse_last_manager(call, state, device, BH_ROLE_NONE))
    bh_device_book_revoke_async(
        state->devices, device->device_id, get_now_ms(), revoke_cb,
        bh_api_change_new(call, state, "device-revoked", device->name, NULL));
}

/* --- tokens --- */

typedef struct {
  BhApiChange *change;
  BhSignKey *key;
} NewToken;

static void
add_token_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree NewToken *fresh = user_data;
  g_autoptr(BhApiChange) change = fresh->change;
  g_autoptr(BhSignKey) key = fresh->key;
  g_autoptr(GError) error = NULL;
  g_autoptr(BhDevice) device = bh_device_book_add_finish(BH_DEVICE_BOOK(source), result, &error);
  g_autofree char *token = NULL;

  if (device == NULL) {
    finish(change, FALSE, error);
    return;
  }
  token = bh_device_token_make(device->device_id, key, bh_sign_key_get_public(change->state->key));
  bh_api_change_done(change, 201,
                     json_pack("{s:s, s:s}", "deviceId", device->device_id, "token", token));
}

static void
on_token(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  BhRole role = bh_device_api_get_role(call);
  g_autofree char *name = role != BH_ROLE_NONE ? bh_device_api_dup_name(call) : NULL;
  g_autoptr(BhDevice) device = NULL;
  NewToken *fresh;

  if (name == NULL)
    return;
  fresh = g_new0(NewToken, 1);
  fresh->key = bh_sign_key_new();
  device = bh_device_new(bh_sign_key_get_public(fresh->key), role, name, BH_DEVICE_KIND_TOKEN, NULL,
                         get_now_ms());
  fresh->change =
      bh_api_change_new(call, state, "token-made", device->name, bh_role_get_name(role));
  bh_device_book_add_async(state->devices, device, add_token_cb, fresh);
}

void
bh_device_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add(api, "GET", "/api/v1/devices", BH_ACTION_MANAGE_DEVICES, on_list, state);
  bh_api_add(api, "POST", "/api/v1/devices/rename", BH_ACTION_MANAGE_DEVICES, on_rename, state);
  bh_api_add(api, "POST", "/api/v1/devices/role", BH_ACTION_MANAGE_DEVICES, on_role, state);
  bh_api_add(api, "POST", "/api/v1/devices/revoke", BH_ACTION_MANAGE_DEVICES, on_revoke, state);
  bh_api_add(api, "POST", "/api/v1/tokens", BH_ACTION_MANAGE_DEVICES, on_token, state);
  bh_api_add(api, "GET", "/api/v1/audit", BH_ACTION_MANAGE_DEVICES, on_audit, state);
}
