/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "order-desk.h"

#include "hub-state.h"
#include "rate-table.h"

#define MAX_RATE_KEYS  10000
#define MAX_TYPE_BYTES 32
/* A minute's allowance comes back at this pace. */
#define RATE_RETRY_MS (60000 / BH_ORDER_DESK_GUEST_PER_MINUTE)

struct _BhOrderDesk {
  grefcount refs; /* the owner's, and one of each request */
  BhCommandDesk *commands;
  BhLogCounts *counts; /* NULL once the owner has gone */
  BhHubState *state;
  BhRateTable *rates; /* of guests */
};

/* A command whose answer is waited for. */
typedef struct {
  BhOrderDesk *desk;
  BhMember *member;
  GWeakRef channel; /* the BhDataChannel it came on, while that lives */
  BhPath path;
  json_t *message;
} Request;

static void
unref(BhOrderDesk *self)
{
  if (!g_ref_count_dec(&self->refs))
    return;
  g_object_unref(self->commands);
  bh_rate_table_free(self->rates);
  g_free(self);
}

static Request *
request_new(BhOrderDesk *self, BhMember *member, BhPath path, BhDataChannel *channel,
            const json_t *message)
{
  Request *request = g_new0(Request, 1);

  request->desk = self;
  g_ref_count_inc(&self->refs);
  request->member = g_object_ref(member);
  request->path = path;
  g_weak_ref_init(&request->channel, channel);
  request->message = json_incref((json_t *)message);
  return request;
}

static void
request_free(Request *request)
{
  g_weak_ref_clear(&request->channel);
  g_object_unref(request->member);
  json_decref(request->message);
  unref(request->desk);
  g_free(request);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Request, request_free)

static void
run_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GObject) channel = g_weak_ref_get(&request->channel);
  BhCommandWritten written;
  g_autoptr(json_t) answer = bh_command_desk_run_finish(BH_COMMAND_DESK(source), result, &written);
  BhLogWay way = bh_log_way_find(request->path, bh_member_is_outside(request->member));

  if (request->desk->counts != NULL)
    bh_log_counts_add(request->desk->counts, way, written.n_operations, written.n_bytes);
  bh_member_send(request->member, (BhDataChannel *)channel, answer);
}

/* @sender borrows from the books and @member. */
static void
find_sender(BhOrderDesk *self, BhMember *member, BhCommandSender *sender)
{
  const char *device_id = bh_member_get_device_id(member);
  const BhGuestSession *session;

  *sender = (BhCommandSender){.device_id = device_id, .role = bh_member_get_role(member)};
  if (sender->role == BH_ROLE_GUEST) {
    session = bh_seating_book_get_session(self->state->seatings, device_id);
    if (session != NULL && session->state == BH_GUEST_SEATED) {
      sender->seating_id = session->seating_id;
      sender->place_id = session->place_id;
    }
  } else if (bh_member_get_is_paired(member)) {
    sender->person_id = bh_person_book_get_signed_in(self->state->people, device_id);
  }
}

/* Returns: whether a guest may go on; %FALSE: it has been answered */
static gboolean
take_turn(BhOrderDesk *self, BhMember *member, BhDataChannel *channel, const json_t *message)
{
  g_autoptr(json_t) problem = NULL;

  if (bh_rate_table_take(self->rates, bh_member_get_device_id(member), g_get_real_time() / 1000))
    return TRUE;
  problem = json_pack("{s:s, s:O*, s:s, s:s, s:i}", "type", "error", "ref",
                      json_object_get(message, "id"), "code", "rate-limited", "message",
                      "That was too much at once.", "retryMs", RATE_RETRY_MS);
  bh_member_send(member, channel, problem);
  return FALSE;
}

/* @request: (transfer full): */
static void
run(Request *request)
{
  BhOrderDesk *self = request->desk;
  BhCommandSender sender;

  find_sender(self, request->member, &sender);
  bh_command_desk_run_async(self->commands, &sender, request->message, run_cb, request);
}

/* Whoever is told that staff confirm first waits for them, so they must have been asked. */
static void
ask_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(Request) request = user_data;
  g_autoptr(GObject) channel = g_weak_ref_get(&request->channel);
  g_autoptr(GError) error = NULL;
  BhGuestState state;

  if (!bh_seating_book_request_finish(BH_SEATING_BOOK(source), result, &state, &error) &&
      error->domain != BH_SEATING_ERROR)
    bh_router_answer_error(request->member, (BhDataChannel *)channel, request->message,
                           "not-stored", error->message);
  else if (request->desk->counts != NULL) /* the books are still there */
    run(g_steal_pointer(&request));
}

/* The first order of a guest that only waits says what “We are here” says. */
static gboolean
asks_for_seating(BhOrderDesk *self, BhMember *member, const json_t *message)
{
  const BhGuestSession *session =
      bh_seating_book_get_session(self->state->seatings, bh_member_get_device_id(member));
  const char *type = bh_json_get_text(message, "type", MAX_TYPE_BYTES, NULL);

  return session != NULL && session->state == BH_GUEST_WAITING && g_strcmp0(type, "order") == 0;
}

static void
on_command(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
           gpointer user_data)
{
  BhOrderDesk *self = user_data;
  gboolean is_guest = bh_member_get_role(member) == BH_ROLE_GUEST;
  Request *request;

  /* An open hub lets in other tenants, each to its own room; this property is none of theirs. */
  if (!g_str_equal(bh_member_get_tenant_id(member), self->state->tenant_id)) {
    bh_router_answer_error(member, channel, message, "wrong-tenant",
                           "This hub keeps the log of another property.");
    return;
  }
  if (is_guest && !take_turn(self, member, channel, message))
    return;
  request = request_new(self, member, path, channel, message);
  if (is_guest && asks_for_seating(self, member, message))
    bh_seating_book_request_async(self->state->seatings, bh_member_get_device_id(member),
                                  g_get_real_time() / 1000, ask_cb, request);
  else
    run(request);
}

BhOrderDesk *
bh_order_desk_new(BhCommandDesk *commands, BhLogCounts *counts, BhRouter *router, BhHubState *state)
{
  BhOrderDesk *self = g_new0(BhOrderDesk, 1);

  g_ref_count_init(&self->refs);
  self->commands = g_object_ref(commands);
  self->counts = counts;
  self->state = state;
  self->rates = bh_rate_table_new(BH_ORDER_DESK_GUEST_PER_MINUTE, MAX_RATE_KEYS);
  bh_router_add_for_guests(router, "order", BH_ACTION_TAKE_ORDERS, BH_ACTION_ORDER_AS_GUEST,
                           on_command, self);
  bh_router_add_for_guests(router, "notification", BH_ACTION_SEND_MESSAGES,
                           BH_ACTION_ORDER_AS_GUEST, on_command, self);
  bh_router_add_for_guests(router, "service", BH_ACTION_SEND_MESSAGES, BH_ACTION_ORDER_AS_GUEST,
                           on_command, self);
  bh_router_add(router, "line-cancel", BH_ACTION_ORDER_AS_GUEST, on_command, self);
  bh_router_add(router, "receipt", BH_ACTION_TAKE_ORDERS, on_command, self);
  return self;
}

void
bh_order_desk_free(BhOrderDesk *desk)
{
  desk->counts = NULL;
  unref(desk);
}
