/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "order-desk.h"

#include "hub-state.h"
#include "rate-table.h"

#define MAX_RATE_KEYS  10000
#define MAX_TYPE_BYTES 32
/* A minute's allowance comes back at this pace. */
#define RATE_RETRY_MS (60000 / BH_ORDER_DESK_GUEST_PER_MINUTE)

/* After a restore, receipts: in each start of the first day, until the devices have come back. */
#define RECENT_MS      (24 * 60 * 60 * G_GINT64_CONSTANT(1000))
#define COMING_BACK_US (10 * G_TIME_SPAN_SECOND)
/* Whoever says it has more has handed it over by then, or never will. */
#define HANDING_OVER_US  (15 * G_TIME_SPAN_SECOND)
#define LOOK_MS          200
#define MAX_RECEIPTS     100
#define RECEIPT_RETRY_MS 5000

struct _BhOrderDesk {
  grefcount refs; /* the owner's, and one of each request */
  BhCommandDesk *commands;
  BhLogCounts *counts; /* NULL once the owner has gone */
  BhHubState *state;
  BhRateTable *rates; /* of guests */

  BhLogDesk *log;          /* NULL once the owner has gone */
  gint64 receipts_from_us; /* monotonic: none is numbered before */
  gint64 lacking_us;       /* monotonic: when it was first seen that a device has more; 0: none */
  GQueue receipts;         /* of Request, owned: that wait, oldest first */
  guint receipts_source;   /* 0: none waits */
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

static void
refuse_for_now(BhMember *member, BhDataChannel *channel, const json_t *message, const char *text,
               int retry_ms)
{
  g_autoptr(json_t) problem = json_pack("{s:s, s:O*, s:s, s:s, s:i}", "type", "error", "ref",
                                        json_object_get(message, "id"), "code", "rate-limited",
                                        "message", text, "retryMs", retry_ms);

  bh_member_send(member, channel, problem);
}

/* Returns: whether a guest may go on; %FALSE: it has been answered */
static gboolean
take_turn(BhOrderDesk *self, BhMember *member, BhDataChannel *channel, const json_t *message)
{
  if (bh_rate_table_take(self->rates, bh_member_get_device_id(member), g_get_real_time() / 1000))
    return TRUE;
  refuse_for_now(member, channel, message, "That was too much at once.", RATE_RETRY_MS);
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

/* An open hub lets in other tenants, each to its own room; this property is none of theirs.
 * Returns: %FALSE: it has been answered */
static gboolean
is_ours(BhOrderDesk *self, BhMember *member, BhDataChannel *channel, const json_t *message)
{
  if (g_str_equal(bh_member_get_tenant_id(member), self->state->tenant_id))
    return TRUE;
  bh_router_answer_error(member, channel, message, "wrong-tenant",
                         "This hub keeps the log of another property.");
  return FALSE;
}

static void
on_command(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
           gpointer user_data)
{
  BhOrderDesk *self = user_data;
  gboolean is_guest = bh_member_get_role(member) == BH_ROLE_GUEST;
  Request *request;

  if (!is_ours(self, member, channel, message))
    return;
  if (is_guest && !take_turn(self, member, channel, message))
    return;
  request = request_new(self, member, path, channel, message);
  if (is_guest && asks_for_seating(self, member, message))
    bh_seating_book_request_async(self->state->seatings, bh_member_get_device_id(member),
                                  g_get_real_time() / 1000, ask_cb, request);
  else
    run(request);
}

/* --- receipts after a restore --- */

static gboolean
must_wait(BhOrderDesk *self)
{
  gint64 now_us = g_get_monotonic_time();

  if (!bh_log_desk_lacks_own(self->log))
    self->lacking_us = 0;
  else if (self->lacking_us == 0)
    self->lacking_us = now_us;
  return now_us < self->receipts_from_us ||
         (self->lacking_us != 0 && now_us < self->lacking_us + HANDING_OVER_US);
}

static gboolean
on_look(gpointer user_data)
{
  BhOrderDesk *self = user_data;

  if (must_wait(self))
    return G_SOURCE_CONTINUE;
  self->receipts_source = 0;
  while (!g_queue_is_empty(&self->receipts))
    run(g_queue_pop_head(&self->receipts));
  return G_SOURCE_REMOVE;
}

/* @request: (transfer full): */
static void
wait_for_number(BhOrderDesk *self, Request *request)
{
  g_queue_push_tail(&self->receipts, request);
  if (self->receipts_source == 0)
    self->receipts_source = g_timeout_add(LOOK_MS, on_look, self);
}

/* As on_command(). */
static void
on_receipt(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
           gpointer user_data)
{
  BhOrderDesk *self = user_data;

  if (!is_ours(self, member, channel, message))
    return;
  if (!must_wait(self))
    run(request_new(self, member, path, channel, message));
  else if (g_queue_get_length(&self->receipts) < MAX_RECEIPTS)
    wait_for_number(self, request_new(self, member, path, channel, message));
  else
    refuse_for_now(member, channel, message, "Too many receipts wait for a number.",
                   RECEIPT_RETRY_MS);
}

static gboolean
is_restored_recently(BhHubState *state)
{
  gint64 restored_ms = bh_device_book_get_restored_ms(state->devices);

  return restored_ms != 0 && ABS(g_get_real_time() / 1000 - restored_ms) < RECENT_MS;
}

/* --- life --- */

BhOrderDesk *
bh_order_desk_new(BhCommandDesk *commands, BhLogDesk *log, BhRouter *router, BhHubState *state)
{
  BhOrderDesk *self = g_new0(BhOrderDesk, 1);

  g_ref_count_init(&self->refs);
  self->commands = g_object_ref(commands);
  self->log = log;
  self->counts = bh_log_desk_get_counts(log);
  self->state = state;
  self->rates = bh_rate_table_new(BH_ORDER_DESK_GUEST_PER_MINUTE, MAX_RATE_KEYS);
  g_queue_init(&self->receipts);
  if (is_restored_recently(state))
    self->receipts_from_us = g_get_monotonic_time() + COMING_BACK_US;
  bh_router_add_for_guests(router, "order", BH_ACTION_TAKE_ORDERS, BH_ACTION_ORDER_AS_GUEST,
                           on_command, self);
  bh_router_add_for_guests(router, "notification", BH_ACTION_SEND_MESSAGES,
                           BH_ACTION_ORDER_AS_GUEST, on_command, self);
  bh_router_add_for_guests(router, "service", BH_ACTION_SEND_MESSAGES, BH_ACTION_ORDER_AS_GUEST,
                           on_command, self);
  bh_router_add(router, "line-cancel", BH_ACTION_ORDER_AS_GUEST, on_command, self);
  bh_router_add(router, "receipt", BH_ACTION_TAKE_ORDERS, on_receipt, self);
  return self;
}

void
bh_order_desk_free(BhOrderDesk *desk)
{
  g_clear_handle_id(&desk->receipts_source, g_source_remove);
  g_queue_clear_full(&desk->receipts, (GDestroyNotify)request_free);
  desk->log = NULL;
  desk->counts = NULL;
  unref(desk);
}
