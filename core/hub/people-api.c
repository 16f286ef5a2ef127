/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "people-api.h"

#include "api-change.h"

#define MAX_ID_BYTES   64
#define MAX_TEXT_BYTES 256

static void
fail(BhApiCall *call, const GError *error, gint64 retry_ms)
{
  guint status = 503;
  const char *code = "not-stored";

  if (error->domain == BH_PERSON_ERROR) {
    static const struct {
      guint status;
      const char *code;
    } answers[] = {
        [BH_PERSON_ERROR_NAME] = {400, "bad-name"},
        [BH_PERSON_ERROR_PIN] = {400, "bad-pin"},
        [BH_PERSON_ERROR_UNKNOWN] = {404, "unknown-person"},
        [BH_PERSON_ERROR_FULL] = {409, "too-many-people"},
        [BH_PERSON_ERROR_WRONG_PIN] = {403, "wrong-pin"},
        [BH_PERSON_ERROR_TOO_MANY] = {429, "too-many-tries"},
    };

    status = answers[error->code].status;
    code = answers[error->code].code;
  }
  bh_api_call_fail_later(call, status, code, error->message, retry_ms);
}

/* Who signs in or out is the subject; where it happens is the device, whoever had it before. */
static void
note_on_device(const BhApiChange *change)
{
  const BhCaller *caller = bh_api_call_get_caller(change->call);
  const BhDevice *device = bh_device_book_find(change->state->devices, caller->device_id);

  bh_audit_log_add(change->state->audit, change->kind, device != NULL ? device->name : NULL,
                   change->subject, NULL, caller->address);
}

/* --- the list --- */

static void
on_list(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_api_call_respond(
      call, 200,
      bh_person_book_describe_people(state->people, bh_api_call_get_caller(call)->device_id));
}

static void
add_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *id = bh_person_book_add_finish(BH_PERSON_BOOK(source), result, &error);

  if (id == NULL) {
    fail(change->call, error, 0);
    return;
  }
  bh_api_change_done(change, 201, json_pack("{s:s}", "personId", id));
}

static void
on_add(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *name = bh_api_call_get_text(call, "name", MAX_TEXT_BYTES);
  const char *pin = name != NULL ? bh_api_call_get_text(call, "pin", MAX_TEXT_BYTES) : NULL;

  if (pin != NULL)
    bh_person_book_add_async(state->people, name, pin, g_get_real_time() / 1000, add_cb,
                             bh_api_change_new(call, state, "person-added", name, NULL));
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;

  if (!bh_person_book_change_finish(BH_PERSON_BOOK(source), result, &error)) {
    fail(change->call, error, 0);
    return;
  }
  bh_api_change_done(change, 200, json_object());
}

static void
on_pin(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = bh_api_call_get_text(call, "personId", MAX_ID_BYTES);
  const char *pin = id != NULL ? bh_api_call_get_text(call, "pin", MAX_TEXT_BYTES) : NULL;

  if (pin != NULL)
    bh_person_book_set_pin_async(state->people, id, pin, change_cb,
                                 bh_api_change_new(call, state, "pin-changed",
                                                   bh_person_book_get_name(state->people, id),
                                                   NULL));
}

static void
on_remove(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = bh_api_call_get_text(call, "personId", MAX_ID_BYTES);

  if (id != NULL)
    bh_person_book_remove_async(state->people, id, change_cb,
                                bh_api_change_new(call, state, "person-removed",
                                                  bh_person_book_get_name(state->people, id),
                                                  NULL));
}

/* --- at a device --- */

/* Returns: (transfer none) (nullable): %NULL: the call has been answered */
static const char *
find_device_id(BhApiCall *call, BhHubState *state)
{
  const char *device_id = bh_api_call_get_caller(call)->device_id;

  if (bh_device_book_find(state->devices, device_id) != NULL)
    return device_id;
  bh_api_call_fail(call, 409, "no-device", "People sign in at a paired device.");
  return NULL;
}

static void
sign_in_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  gint64 retry_ms = 0;
  json_t *answer = bh_person_book_sign_in_finish(BH_PERSON_BOOK(source), result, &retry_ms, &error);

  if (answer == NULL) {
    if (error->domain == BH_PERSON_ERROR) {
      change->kind = "sign-in-refused";
      note_on_device(change);
    }
    fail(change->call, error, retry_ms);
    return;
  }
  note_on_device(change);
  bh_api_call_respond(change->call, 200, answer);
}

static void
on_sign_in(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *device_id = find_device_id(call, state);
  const char *id = device_id != NULL ? bh_api_call_get_text(call, "personId", MAX_ID_BYTES) : NULL;
  const char *pin = id != NULL ? bh_api_call_get_text(call, "pin", MAX_TEXT_BYTES) : NULL;

  if (pin != NULL)
    bh_person_book_sign_in_async(
        state->people, device_id, id, pin, g_get_real_time() / 1000, sign_in_cb,
        bh_api_change_new(call, state, "signed-in", bh_person_book_get_name(state->people, id),
                          NULL));
}

static void
on_sign_out(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *device_id = find_device_id(call, state);

  if (device_id == NULL)
    return;
  if (bh_person_book_get_signed_in(state->people, device_id) == NULL)
    bh_api_call_respond(call, 200, json_object());
  else
    bh_person_book_sign_out_async(
        state->people, device_id, change_cb,
        bh_api_change_new(call, state, "signed-out",
                          bh_person_book_get_signed_in_name(state->people, device_id), NULL));
}

void
bh_people_api_add(BhApi *api, BhHubState *state)
{
  bh_api_add(api, "GET", "/api/v1/people", BH_ACTION_READ_PEOPLE, on_list, state);
  bh_api_add(api, "POST", "/api/v1/people", BH_ACTION_MANAGE_PEOPLE, on_add, state);
  bh_api_add(api, "POST", "/api/v1/people/pin", BH_ACTION_MANAGE_PEOPLE, on_pin, state);
  bh_api_add(api, "POST", "/api/v1/people/remove", BH_ACTION_MANAGE_PEOPLE, on_remove, state);
  bh_api_add(api, "POST", "/api/v1/sign-in", BH_ACTION_SIGN_IN, on_sign_in, state);
  bh_api_add(api, "POST", "/api/v1/sign-out", BH_ACTION_SIGN_IN, on_sign_out, state);
}
