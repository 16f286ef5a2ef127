/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "log-desk.h"

#include "hub-state.h"
#include "id.h"
#include "log-link.h"
#include "replicator.h"
#include "view-server.h"

/* Longest word that says which view is meant. */
#define MAX_WORD_BYTES 16

/* Links that went while operations of theirs were being stored: remembered for the count. */
#define MAX_DEPARTED 1000

#define N_VIEWS (BH_VIEW_PRIVATE + 1)

struct _BhLogDesk {
  BhProperty *property;
  BhHubState *state;
  BhReplicator *replicator;
  BhViewServer *views;
  GHashTable *speakers; /* BhMember -> owned Speaker */
  GHashTable *sources;  /* BhReplicatorLink, only compared -> Speaker */
  GHashTable *departed; /* BhReplicatorLink, only compared -> BhLogWay */
  BhLogCounts counts;
  GSource *tick_source;
};

/* One member that has a link. Sending may end it: whoever goes on afterwards holds it meanwhile. */
typedef struct {
  BhLogDesk *desk;
  BhLogLink *link;                    /* NULL once it has ended */
  BhReplicatorLink *replica;          /* (nullable) */
  BhViewFollower *followers[N_VIEWS]; /* (nullable) each */
} Speaker;

static Speaker *
hold(Speaker *speaker)
{
  return g_rc_box_acquire(speaker);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Speaker, g_rc_box_release)

/* --- time --- */

static gint64
get_now_ms(gpointer data)
{
  return g_get_monotonic_time() / 1000;
}

static void
set_tick(BhLogDesk *self, gint64 in_ms)
{
  g_source_set_ready_time(
      self->tick_source, in_ms < 0 ? -1 : g_get_monotonic_time() + in_ms * G_TIME_SPAN_MILLISECOND);
}

static gboolean
on_tick(gpointer user_data)
{
  BhLogDesk *self = user_data;
  gint64 next_ms, views_ms;

  g_source_set_ready_time(self->tick_source, -1);
  next_ms = bh_replicator_tick(self->replicator);
  views_ms = bh_view_server_tick(self->views);
  if (next_ms < 0 || (views_ms >= 0 && views_ms < next_ms))
    next_ms = views_ms;
  set_tick(self, next_ms);
  return G_SOURCE_CONTINUE;
}

static void
on_wakeup(gpointer user_data)
{
  set_tick(user_data, 0);
}

static gboolean
dispatch_tick(GSource *source, GSourceFunc callback, gpointer data)
{
  return callback(data);
}

static GSourceFuncs tick_funcs = {.dispatch = dispatch_tick};

static void
attach_tick(BhLogDesk *self)
{
  self->tick_source = g_source_new(&tick_funcs, sizeof(GSource));
  g_source_set_static_name(self->tick_source, "bellhop-log-tick");
  g_source_set_callback(self->tick_source, on_tick, self, NULL);
  g_source_attach(self->tick_source, g_main_context_get_thread_default());
}

/* --- links --- */

static gboolean
send_replicated(const json_t *message, gpointer user_data)
{
  Speaker *speaker = user_data;
  g_autoptr(GBytes) text = NULL;

  if (!bh_log_link_has_room(speaker->link))
    return FALSE;
  if (bh_log_link_get_path(speaker->link) == BH_PATH_CHANNEL)
    text = bh_replicator_print(speaker->desk->replicator, message);
  return bh_log_link_send(speaker->link, message, text);
}

static gboolean
send_viewed(const json_t *message, gpointer user_data)
{
  Speaker *speaker = user_data;

  return bh_log_link_send(speaker->link, message, NULL);
}

static BhLogWay
get_way(const Speaker *speaker)
{
  return bh_log_way_find(bh_log_link_get_path(speaker->link),
                         bh_member_is_outside(bh_log_link_get_member(speaker->link)));
}

static void
end_replica(Speaker *speaker)
{
  BhLogDesk *self = speaker->desk;
  BhReplicatorLink *replica = g_steal_pointer(&speaker->replica);

  if (replica == NULL)
    return;
  g_hash_table_remove(self->sources, replica);
  if (g_hash_table_size(self->departed) >= MAX_DEPARTED)
    g_hash_table_remove_all(self->departed);
  g_hash_table_insert(self->departed, replica, GUINT_TO_POINTER(get_way(speaker)));
  bh_replicator_remove_link(self->replicator, replica);
}

/* It says `have` at once. */
static void
begin_replica(Speaker *speaker)
{
  g_autoptr(Speaker) held G_GNUC_UNUSED = hold(speaker);
  BhLogDesk *self = speaker->desk;
  BhMember *member = bh_log_link_get_member(speaker->link);
  const BhReplicatorPeer peer = {.device_id = bh_member_get_device_id(member),
                                 .role = bh_member_get_role(member),
                                 .trusted = FALSE,
                                 .level = BH_LEVEL_NONE};
  BhReplicatorLink *replica =
      bh_replicator_add_link(self->replicator, &peer, send_replicated, speaker);

  if (speaker->link == NULL) {
    bh_replicator_remove_link(self->replicator, replica);
    return;
  }
  speaker->replica = replica;
  g_hash_table_remove(self->departed, speaker->replica);
  g_hash_table_insert(self->sources, speaker->replica, speaker);
}

static void
speaker_end(gpointer data)
{
  Speaker *speaker = data;

  end_replica(speaker);
  for (guint i = 0; i < N_VIEWS; i++)
    if (speaker->followers[i] != NULL)
      bh_view_server_remove(speaker->desk->views, g_steal_pointer(&speaker->followers[i]));
  g_clear_pointer(&speaker->link, bh_log_link_free);
  g_rc_box_release(speaker);
}

static void
on_ready(BhLogLink *link, gpointer user_data)
{
  Speaker *speaker = user_data;
  g_autoptr(Speaker) held G_GNUC_UNUSED = hold(speaker);
  BhLogDesk *self = speaker->desk;

  if (speaker->replica != NULL)
    bh_replicator_ready(self->replicator, speaker->replica);
  for (guint i = 0; i < N_VIEWS; i++)
    if (speaker->followers[i] != NULL)
      bh_view_server_ready(self->views, speaker->followers[i]);
}

/* What was on the broken way is lost: both sides say again what they have, rather than wait for
 * answers that do not come. */
static void
on_moved(BhLogLink *link, gpointer user_data)
{
  Speaker *speaker = user_data;
  g_autoptr(Speaker) held G_GNUC_UNUSED = hold(speaker);

  if (speaker->replica != NULL) {
    end_replica(speaker);
    begin_replica(speaker);
  }
  on_ready(link, speaker);
}

static void
on_lost(BhLogLink *link, gpointer user_data)
{
  Speaker *speaker = user_data;

  g_hash_table_remove(speaker->desk->speakers, bh_log_link_get_member(link));
}

static const BhLogLinkEvents link_events = {.ready = on_ready, .moved = on_moved, .lost = on_lost};

/* An open hub lets in other tenants, each to its own room; this property is none of theirs. */
static gboolean
is_ours(BhLogDesk *self, BhMember *member)
{
  return g_str_equal(bh_member_get_tenant_id(member), bh_property_get_tenant_id(self->property));
}

/* Returns: (transfer none) (nullable): %NULL: it was refused, or has just ended */
static Speaker *
find_speaker(BhLogDesk *self, BhMember *member, BhPath path, BhDataChannel *channel,
             const json_t *message)
{
  Speaker *speaker = g_hash_table_lookup(self->speakers, member);

  if (bh_member_has_left(member))
    return NULL;
  if (!is_ours(self, member)) {
    bh_router_answer_error(member, channel, message, "wrong-tenant",
                           "This hub keeps the log of another property.");
    return NULL;
  }
  if (speaker == NULL) {
    speaker = g_rc_box_new0(Speaker);
    speaker->desk = self;
    speaker->link = bh_log_link_new(member, &link_events, speaker);
    g_hash_table_insert(self->speakers, g_object_ref(member), speaker);
  }
  bh_log_link_heard(speaker->link, path, channel);
  return g_hash_table_lookup(self->speakers, member);
}

/* --- messages --- */

static void
on_replicated(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
              gpointer user_data)
{
  BhLogDesk *self = user_data;
  g_autoptr(Speaker) held = NULL;
  Speaker *speaker = find_speaker(self, member, path, channel, message);

  if (speaker == NULL)
    return;
  held = hold(speaker);
  if (speaker->replica == NULL)
    begin_replica(speaker);
  if (speaker->replica != NULL)
    bh_replicator_receive(self->replicator, speaker->replica, message);
}

/* Of a batch, of a snapshot's part, or of a view's: whose it is its ref tells. */
static void
on_ack(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
       gpointer user_data)
{
  BhLogDesk *self = user_data;
  Speaker *speaker = g_hash_table_lookup(self->speakers, member);

  /* Whoever has no link was sent nothing that could be acknowledged. */
  if (speaker == NULL)
    return;
  bh_log_link_heard(speaker->link, path, channel);
  speaker = g_hash_table_lookup(self->speakers, member);
  if (speaker == NULL)
    return;
  /* A replica takes any ack that says what it has, and all of a device's do. */
  for (guint i = 0; i < N_VIEWS; i++)
    if (speaker->followers[i] != NULL &&
        bh_view_server_receive(self->views, speaker->followers[i], message))
      return;
  if (speaker->replica != NULL)
    bh_replicator_receive(self->replicator, speaker->replica, message);
}

/* --- views --- */

static BhViewFacts
get_facts(BhLogDesk *self, BhMember *member, BhViewKind kind)
{
  const char *device_id = bh_member_get_device_id(member);
  const BhGuestSession *session;

  if (kind == BH_VIEW_PRIVATE)
    return (BhViewFacts){
        .device_id = device_id,
        .person_id = bh_person_book_get_signed_in(self->state->people, device_id),
        .role = bh_member_get_role(member),
    };
  session = bh_seating_book_get_session(self->state->seatings, device_id);
  return (BhViewFacts){
      .guest_device_id = device_id,
      .role = BH_ROLE_GUEST,
      .seating_id =
          session != NULL && session->state == BH_GUEST_SEATED ? session->seating_id : NULL,
      .place_id = session != NULL ? session->place_id : NULL,
  };
}

/* Guests have the guest's view, devices the private one; whom a private message may reach is known
 * of paired devices only. */
static gboolean
may_follow(BhMember *member, BhViewKind kind)
{
  gboolean is_guest = bh_member_get_role(member) == BH_ROLE_GUEST;

  return kind == BH_VIEW_GUEST ? is_guest : !is_guest && bh_member_get_is_paired(member);
}

static void
on_view(BhMember *member, BhPath path, BhDataChannel *channel, const json_t *message,
        gpointer user_data)
{
  BhLogDesk *self = user_data;
  const char *of = bh_json_get_text(message, "of", MAX_WORD_BYTES, NULL);
  BhViewKind kind = g_strcmp0(of, "guest") == 0 ? BH_VIEW_GUEST : BH_VIEW_PRIVATE;
  Speaker *speaker;

  if (kind == BH_VIEW_PRIVATE && g_strcmp0(of, "private") != 0) {
    bh_router_answer_error(member, channel, message, "bad-message", "A view is guest or private.");
    return;
  }
  if (!may_follow(member, kind)) {
    bh_router_answer_error(member, channel, message, "forbidden", "This is another one's view.");
    return;
  }
  speaker = find_speaker(self, member, path, channel, message);
  if (speaker == NULL)
    return;
  if (speaker->followers[kind] == NULL) {
    BhViewFacts facts = get_facts(self, member, kind);

    speaker->followers[kind] =
        bh_view_server_add_follower(self->views, kind, &facts, send_viewed, speaker);
  }
  bh_view_server_receive(self->views, speaker->followers[kind], message);
}

/* Sending may end a link: who is concerned is gathered first. */
static void
renew_views(BhLogDesk *self, const char *device_id, BhViewKind kind)
{
  g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func(g_object_unref);
  GHashTableIter iter;
  gpointer member;

  g_hash_table_iter_init(&iter, self->speakers);
  while (g_hash_table_iter_next(&iter, &member, NULL))
    if (g_str_equal(bh_member_get_device_id(member), device_id))
      g_ptr_array_add(members, g_object_ref(member));
  for (guint i = 0; i < members->len; i++) {
    const Speaker *speaker = g_hash_table_lookup(self->speakers, members->pdata[i]);

    if (speaker != NULL && speaker->followers[kind] != NULL) {
      BhViewFacts facts = get_facts(self, members->pdata[i], kind);

      bh_view_server_set_facts(self->views, speaker->followers[kind], &facts);
    }
  }
}

static void
on_session_changed(BhSeatingBook *book, const char *guest_device_id, BhLogDesk *self)
{
  renew_views(self, guest_device_id, BH_VIEW_GUEST);
}

static void
on_sign_in_changed(BhPersonBook *book, const char *device_id, BhLogDesk *self)
{
  renew_views(self, device_id, BH_VIEW_PRIVATE);
}

/* --- figures --- */

static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, BhLogDesk *self)
{
  const Speaker *speaker = source != NULL ? g_hash_table_lookup(self->sources, source) : NULL;
  gpointer way;
  guint64 bytes = 0;

  if (source == NULL)
    return;
  for (guint i = 0; i < operations->len; i++)
    bytes += ((const BhOperation *)operations->pdata[i])->length;
  if (speaker != NULL)
    bh_log_counts_add(&self->counts, get_way(speaker), operations->len, bytes);
  else if (g_hash_table_lookup_extended(self->departed, source, NULL, &way))
    bh_log_counts_add(&self->counts, (BhLogWay)GPOINTER_TO_UINT(way), operations->len, bytes);
}

void
bh_log_desk_wake(BhLogDesk *desk)
{
  bh_replicator_wake(desk->replicator);
}

gboolean
bh_log_desk_is_speaker(BhLogDesk *desk, BhMember *member)
{
  return g_hash_table_contains(desk->speakers, member);
}

gboolean
bh_log_desk_lacks_own(BhLogDesk *desk)
{
  return bh_replicator_lacks_own(desk->replicator);
}

BhLogCounts *
bh_log_desk_get_counts(BhLogDesk *desk)
{
  return &desk->counts;
}

void
bh_log_desk_get_figures(BhLogDesk *desk, BhLogDeskFigures *figures)
{
  BhReplicatorFigures replicated;

  bh_replicator_get_figures(desk->replicator, &replicated);
  *figures = (BhLogDeskFigures){.replicas = bh_replicator_get_n_links(desk->replicator),
                                .followers = bh_view_server_get_n_followers(desk->views),
                                .sent = replicated.sent,
                                .refused = replicated.refused,
                                .missing = bh_replicator_count_missing(desk->replicator)};
}

/* --- life --- */

BhLogDesk *
bh_log_desk_new(BhProperty *property, BhRouter *router, BhHubState *state)
{
  BhLogDesk *self = g_new0(BhLogDesk, 1);
  g_autofree char *incarnation = bh_id_new_secret();

  self->property = g_object_ref(property);
  self->state = state;
  self->replicator = bh_replicator_new(property, get_now_ms, NULL);
  self->views = bh_view_server_new(property, incarnation, get_now_ms, NULL);
  self->speakers = g_hash_table_new_full(NULL, NULL, g_object_unref, speaker_end);
  self->sources = g_hash_table_new(NULL, NULL);
  self->departed = g_hash_table_new(NULL, NULL);
  attach_tick(self);
  bh_replicator_set_wakeup(self->replicator, on_wakeup, self);
  bh_view_server_set_wakeup(self->views, on_wakeup, self);
  bh_router_add(router, "have", BH_ACTION_REPLICATE, on_replicated, self);
  bh_router_add(router, "ops", BH_ACTION_REPLICATE, on_replicated, self);
  bh_router_add(router, "check", BH_ACTION_REPLICATE, on_replicated, self);
  bh_router_add(router, "snapshot", BH_ACTION_REPLICATE, on_replicated, self);
  bh_router_add(router, "ack", BH_ACTION_FOLLOW, on_ack, self);
  bh_router_add(router, "view", BH_ACTION_FOLLOW, on_view, self);
  g_signal_connect(property, "committed", G_CALLBACK(on_committed), self);
  g_signal_connect(state->seatings, "session-changed", G_CALLBACK(on_session_changed), self);
  g_signal_connect(state->people, "sign-in-changed", G_CALLBACK(on_sign_in_changed), self);
  return self;
}

void
bh_log_desk_free(BhLogDesk *desk)
{
  g_signal_handlers_disconnect_by_data(desk->property, desk);
  g_signal_handlers_disconnect_by_data(desk->state->seatings, desk);
  g_signal_handlers_disconnect_by_data(desk->state->people, desk);
  g_hash_table_unref(desk->speakers);
  bh_replicator_free(desk->replicator);
  bh_view_server_free(desk->views);
  g_source_destroy(desk->tick_source);
  g_source_unref(desk->tick_source);
  g_hash_table_unref(desk->sources);
  g_hash_table_unref(desk->departed);
  g_object_unref(desk->property);
  g_free(desk);
}
