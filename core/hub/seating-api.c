/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "seating-api.h"

#include "api-change.h"
#include "qr-code.h"
#include "sleep-notice.h"

#define MAX_ID_BYTES   64
#define MAX_TEXT_BYTES 256
/* A minute's allowance comes back at this pace. */
#define RETRY_MS 3000

static const struct {
  guint status;
  const char *code;
} answers[] = {
    [BH_SEATING_ERROR_BAD] = {400, "bad-name"},
    [BH_SEATING_ERROR_UNKNOWN_PLACE] = {404, "unknown-place"},
    [BH_SEATING_ERROR_UNKNOWN_CODE] = {404, "code-unknown"},
    [BH_SEATING_ERROR_ENDED] = {410, "seating-ended"},
    [BH_SEATING_ERROR_NOT_REQUESTED] = {409, "not-requested"},
    [BH_SEATING_ERROR_FULL] = {409, "too-many"},
    [BH_SEATING_ERROR_RATE] = {429, "rate-limited"},
};

static void
fail(BhApiCall *call, const GError *error)
{
  gboolean is_ours = error->domain == BH_SEATING_ERROR;
  gboolean is_rate = is_ours && error->code == BH_SEATING_ERROR_RATE;

  bh_api_call_fail_later(call, is_ours ? answers[error->code].status : 503,
                         is_ours ? answers[error->code].code : "not-stored", error->message,
                         is_rate ? RETRY_MS : 0);
}

/* --- places --- */

static BhApiChange *
place_change_new(BhApiCall *call, BhHubState *state, const char *kind, const char *place_id)
{
  g_autoptr(json_t) place = bh_seating_book_describe_place(state->seatings, place_id);

  return bh_api_change_new(call, state, kind, json_string_value(json_object_get(place, "name")),
                           NULL);
}

static void
on_places(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;

  bh_api_call_respond(call, 200, bh_seating_book_describe_places(state->seatings));
}

/* On a worker, which has the list to itself: a thousand codes take the better part of a second. */
static void
draw_codes(GTask *task, gpointer source, gpointer codes, GCancellable *cancellable)
{
  json_t *entry;
  gsize i;

  json_array_foreach(json_object_get(codes, "codes"), i, entry)
  {
    g_autoptr(BhQrCode) qr =
        bh_qr_code_new(json_string_value(json_object_get(entry, "link")), BH_QR_USE_PAPER);
    g_autofree char *svg =
        qr != NULL ? bh_qr_code_to_svg(qr, json_string_value(json_object_get(entry, "name")))
                   : NULL;

    json_object_set_new(entry, "svg", svg != NULL ? json_string(svg) : json_null());
  }
  g_task_return_boolean(task, TRUE);
}

static void
draw_codes_cb(GObject *source, GAsyncResult *result, gpointer call)
{
  bh_api_call_respond(call, 200, json_incref(g_task_get_task_data(G_TASK(result))));
}

static void
on_codes(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  g_autoptr(GTask) task = g_task_new(NULL, NULL, draw_codes_cb, call);
  json_t *described = bh_seating_book_describe_codes(state->seatings);
  json_t *entry;
  gsize i;

  json_array_foreach(json_object_get(described, "codes"), i, entry)
  {
    g_autofree char *place =
        g_strdup_printf("/guest#%s.%s", json_string_value(json_object_get(entry, "code")),
                        bh_house_links_get_host_name(state->links));
    g_autofree char *link = bh_house_links_make(state->links, place);

    json_object_set_new(entry, "link", json_string(link));
    json_object_del(entry, "code");
  }
  g_task_set_task_data(task, described, (GDestroyNotify)json_decref);
  g_task_run_in_thread(task, draw_codes);
}

static void
add_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *id = bh_seating_book_add_place_finish(BH_SEATING_BOOK(source), result, &error);

  if (id == NULL) {
    fail(change->call, error);
    return;
  }
  bh_api_change_done(change, 201, json_pack("{s:s}", "placeId", id));
}

static void
on_add(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *kind = bh_api_call_get_text(call, "kind", MAX_TEXT_BYTES);
  const char *name = kind != NULL ? bh_api_call_get_text(call, "name", MAX_TEXT_BYTES) : NULL;

  if (name != NULL)
    bh_seating_book_add_place_async(state->seatings, kind, name, g_get_real_time() / 1000, add_cb,
                                    bh_api_change_new(call, state, "place-added", name, NULL));
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;

  if (!bh_seating_book_change_finish(BH_SEATING_BOOK(source), result, &error)) {
    fail(change->call, error);
    return;
  }
  bh_api_change_done(change, 200, json_object());
}

/* Returns: (transfer none) (nullable): the body's placeId; %NULL: the call has been answered */
static const char *
get_place_id(BhApiCall *call)
{
  return bh_api_call_get_text(call, "placeId", MAX_ID_BYTES);
}

static void
on_remove(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = get_place_id(call);

  if (id != NULL)
    bh_seating_book_remove_place_async(state->seatings, id, change_cb,
                                       place_change_new(call, state, "place-removed", id));
}

static void
on_renew(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = get_place_id(call);

  if (id != NULL)
    bh_seating_book_renew_place_async(state->seatings, id, change_cb,
                                      place_change_new(call, state, "place-renewed", id));
}

/* --- seatings --- */

static void
on_open(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = get_place_id(call);

  if (id != NULL)
    bh_seating_book_open_async(state->seatings, id, g_get_real_time() / 1000, change_cb,
                               place_change_new(call, state, "seating-opened", id));
}

static void
on_confirm(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = get_place_id(call);

  if (id != NULL)
    bh_seating_book_confirm_async(state->seatings, id, g_get_real_time() / 1000, change_cb,
                                  place_change_new(call, state, "seating-confirmed", id));
}

static void
on_clear(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *id = get_place_id(call);

  if (id != NULL)
    bh_seating_book_clear_async(state->seatings, id, change_cb,
                                place_change_new(call, state, "seating-cleared", id));
}

/* --- guests --- */

static void
begin_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhApiChange) change = user_data;
  g_autoptr(GError) error = NULL;
  json_t *answer = bh_seating_book_begin_finish(BH_SEATING_BOOK(source), result, &error);

  if (answer != NULL) {
    /* With this and the session the guest joins; a printed code does not say whose it is. */
    json_object_set_new(answer, "tenantId", json_string(change->state->tenant_id));
    bh_api_call_respond(change->call, 201, answer);
    return;
  }
  if (g_error_matches(error, BH_SEATING_ERROR, BH_SEATING_ERROR_UNKNOWN_CODE) ||
      g_error_matches(error, BH_SEATING_ERROR, BH_SEATING_ERROR_RATE))
    bh_audit_log_add(change->state->audit, change->kind, NULL, NULL, answers[error->code].code,
                     bh_api_call_get_caller(change->call)->address);
  fail(change->call, error);
}

static void
on_session(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const char *address = bh_api_call_get_caller(call)->address;
  const char *code = NULL, *session = NULL;
  g_autoptr(GError) error = NULL;

  /* Where a guest is comes before what it knows: from outside, every code looks the same. */
  if (!bh_api_call_get_caller(call)->is_inside) {
    bh_audit_log_add(state->audit, "guest-refused", NULL, NULL, "outside", address);
    bh_api_call_fail(call, 403, "outside", "Guests are on the property's own network.");
    return;
  }
  code = bh_api_call_get_text(call, "code", MAX_TEXT_BYTES);
  if (code == NULL)
    return;
  if (!bh_json_get_optional_text(bh_api_call_get_body(call), "session", MAX_TEXT_BYTES, &session,
                                 &error))
    bh_api_call_fail(call, 400, "bad-request", error->message);
  else
    bh_seating_book_begin_async(state->seatings, code, session, address, g_get_real_time() / 1000,
                                bh_sleep_notice_get_time_us() / 1000, begin_cb,
                                bh_api_change_new(call, state, "guest-refused", NULL, NULL));
}

/* --- the guest's message --- */

typedef struct {
  BhMember *member;
  GWeakRef channel;
  json_t *message;
} Request;

static void
request_free(Request *request)
{
  g_object_unref(request->member);
  g_weak_ref_clear(&request->channel);
  json_decref(request->message);
  g_free(request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

static void
request_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GObject) channel = g_weak_ref_get(&request->channel);
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = NULL;
  BhGuestState state;

  if (!bh_seating_book_request_finish(BH_SEATING_BOOK(source), result, &state, &error)) {
    bh_router_answer_error(request->member, (BhDataChannel *)channel, request->message,
                           error->domain == BH_SEATING_ERROR ? answers[error->code].code
                                                             : "not-stored",
                           error->message);
    return;
  }
  answer =
      json_pack("{s:s, s:O*, s:s}", "type", "seating", "ref",
                json_object_get(request->message, "id"), "state", bh_guest_state_get_name(state));
  bh_member_send(request->member, (BhDataChannel *)channel, answer);
}

static void
on_seating_request(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
                   gpointer user_data)
{
  BhHubState *state = user_data;
  Request *request = g_new0(Request, 1);

  request->member = g_object_ref(member);
  g_weak_ref_init(&request->channel, channel);
  request->message = json_incref((json_t *)message);
  bh_seating_book_request_async(state->seatings, bh_member_get_device_id(member),
                                g_get_real_time() / 1000, request_cb, request);
}

void
bh_seating_api_add(BhApi *api, BhRouter *router, BhHubState *state)
{
  bh_api_add(api, "GET", "/api/v1/places", BH_ACTION_SEAT, on_places, state);
  bh_api_add(api, "POST", "/api/v1/places", BH_ACTION_MANAGE_PLACES, on_add, state);
  bh_api_add(api, "POST", "/api/v1/places/remove", BH_ACTION_MANAGE_PLACES, on_remove, state);
  bh_api_add(api, "POST", "/api/v1/places/renew", BH_ACTION_MANAGE_PLACES, on_renew, state);
  bh_api_add(api, "GET", "/api/v1/places/codes", BH_ACTION_MANAGE_PLACES, on_codes, state);
  bh_api_add(api, "POST", "/api/v1/seatings/open", BH_ACTION_SEAT, on_open, state);
  bh_api_add(api, "POST", "/api/v1/seatings/confirm", BH_ACTION_SEAT, on_confirm, state);
  bh_api_add(api, "POST", "/api/v1/seatings/clear", BH_ACTION_SEAT, on_clear, state);
  bh_api_add_public(api, "POST", "/api/v1/guest/session", on_session, state);
  bh_router_add(router, "seating-request", BH_ACTION_REQUEST_SEATING, on_seating_request, state);
}
