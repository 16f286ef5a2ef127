/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "ice-agent.h"

#include "ice-context.h"
#include "udp-path.h"

#include <nice/agent.h>
#include <nice/interfaces.h>
#include <string.h>

/*
 * libnice's defaults cost 265 ms before the first check: UPnP waits for a router and ICE-TCP opens
 * ports that nobody uses. Without both and with the pace below, a pair works after 7 ms.
 *
 * There is neither STUN nor TURN here, so gathering ends within bh_ice_agent_new(). The other
 * side's end of candidates is passed on only once a pair works: a component that waits for more
 * does not give up, and the pair may still come from the other side's own checks (peer-reflexive,
 * RFC 8445 section 7.3.1.3), which is the only way where its candidates are names that nobody
 * resolves.
 */

#define PACE_MS 5   /* Ta (RFC 8445 section 14.2); at 1 ms one foreign implementation crashed */
#define IDLE_MS 100 /* after a pair works */
/* libnice reads for as long as more comes: a stream to one peer kept all others waiting for 300 ms
 * and more. 64 datagrams take a quarter of a millisecond. */
#define DATAGRAMS_PER_TURN 64
/*
 * Our addresses are announced with a lower type preference (RFC 8445 section 5.1.2.1) than what is
 * found by the checks of an agent that has moved (bh_ice_agent_follow()), which libnice ranks at
 * 110: a browser then goes over to the new address at once. Otherwise it waits until the old one
 * has been silent for 3.5 s, and tells us 2.5 s after that.
 */
#define TYPE_PREFERENCE_SHIFT 24
#define ANNOUNCED_PREFERENCE  100u
/* The upper half of a candidate's local preference (RFC 8445 section 5.1.2.1). */
#define LOOPBACK_PREFERENCE 0x00ff0000u
#define COMPONENT           NICE_COMPONENT_TYPE_RTP

struct _BhIceAgent {
  GObject parent_instance;

  BhIceContext *context; /* of all that @agent does by itself */
  NiceAgent *agent;
  guint stream;
  char *ufrag, *password;
  char *remote_ufrag, *remote_password;
  gboolean is_lite;
  GPtrArray *candidates;
  GArray *remote;   /* of BhIceCandidate: those that were of use */
  BhUdpPath *path;  /* (nullable): of the selected pair; otherwise libnice sends */
  guint n_in_turn;  /* datagrams handed up */
  gboolean is_held; /* the rest waits for the next turn */
  gboolean is_connected;
  gboolean is_closed;
  BhIceAgentReceive receive;
  gpointer receive_data;
};

G_DEFINE_FINAL_TYPE(BhIceAgent, bh_ice_agent, G_TYPE_OBJECT)

enum { SIGNAL_CONNECTED, SIGNAL_LOST, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
set_connected(BhIceAgent *self, gboolean is_connected)
{
  if (self->is_closed || self->is_connected == is_connected)
    return;
  self->is_connected = is_connected;
  g_signal_emit(self, signals[is_connected ? SIGNAL_CONNECTED : SIGNAL_LOST], 0);
}

static void
find_path(BhIceAgent *self)
{
  NiceCandidate *local, *remote;
  union {
    struct sockaddr any;
    struct sockaddr_storage space;
  } address = {0};
  g_autoptr(GSocket) socket = NULL;

  g_clear_pointer(&self->path, bh_udp_path_free);
  if (self->is_closed ||
      !nice_agent_get_selected_pair(self->agent, self->stream, COMPONENT, &local, &remote))
    return;
  socket = nice_agent_get_selected_socket(self->agent, self->stream, COMPONENT);
  if (socket == NULL)
    return;
  nice_address_copy_to_sockaddr(&remote->addr, &address.any);
  self->path = bh_udp_path_new(socket, &address,
                               address.any.sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                                 : sizeof(struct sockaddr_in));
}

static void
on_selected_pair(NiceAgent *agent, guint stream, guint component, NiceCandidate *local,
                 NiceCandidate *remote, BhIceAgent *self)
{
  find_path(self);
  set_connected(self, TRUE);
}

static void
on_component_state_changed(NiceAgent *agent, guint stream, guint component, guint state,
                           BhIceAgent *self)
{
  if (state == NICE_COMPONENT_STATE_READY) {
    /* Otherwise libnice goes on waking at its pace, for as long as more candidates may come and
     * then 5 s: with a hundred silent peers that was 5 % of a core. Late ones are taken all the
     * same. */
    if (!self->is_closed) {
      g_object_set(agent, "idle-timeout", IDLE_MS, NULL);
      nice_agent_peer_candidate_gathering_done(agent, stream);
    }
    set_connected(self, TRUE);
  } else if (state == NICE_COMPONENT_STATE_FAILED)
    set_connected(self, FALSE);
}

static void
on_received(NiceAgent *agent, guint stream, guint component, guint length, char *data,
            gpointer user_data)
{
  BhIceAgent *self = user_data;

  if (self->is_closed || length == 0)
    return;
  g_object_ref(self);
  self->receive(self, (const guint8 *)data, length, self->receive_data);
  if (!self->is_closed && bh_ice_context_is_in_turn(self->context) &&
      ++self->n_in_turn == DATAGRAMS_PER_TURN) {
    /* Without a receiver it leaves them in the kernel. */
    self->is_held = TRUE;
    nice_agent_attach_recv(agent, stream, component, bh_ice_context_get(self->context), NULL, NULL);
  }
  g_object_unref(self);
}

static gboolean
is_of_kind(const char *text, gboolean (*judge)(GInetAddress *))
{
  g_autofree char *without_zone = g_strndup(text, strcspn(text, "%"));
  g_autoptr(GInetAddress) address = g_inet_address_new_from_string(without_zone);

  return address != NULL && judge(address);
}

static gboolean
is_ordinary(const char *text)
{
  return !is_of_kind(text, g_inet_address_get_is_loopback) &&
         !is_of_kind(text, g_inet_address_get_is_link_local);
}

/* Link-local addresses only where there are no others: few implementations pair with them, and each
 * pair that fails costs those that check one every 50 ms so much. */
static void
add_local_addresses(BhIceAgent *self, gboolean loopback)
{
  GList *addresses = nice_interfaces_get_local_ips(loopback);
  gboolean has_ordinary = FALSE;

  if (loopback && g_list_find_custom(addresses, "127.0.0.1", (GCompareFunc)strcmp) == NULL)
    addresses = g_list_append(addresses, g_strdup("127.0.0.1"));
  for (GList *l = addresses; l != NULL; l = l->next)
    has_ordinary = has_ordinary || is_ordinary(l->data);
  for (GList *l = addresses; l != NULL; l = l->next) {
    NiceAddress address;

    nice_address_init(&address);
    if (has_ordinary && is_of_kind(l->data, g_inet_address_get_is_link_local))
      continue;
    if (nice_address_set_from_string(&address, l->data))
      nice_agent_add_local_address(self->agent, &address);
  }
  g_list_free_full(addresses, g_free);
}

/* libnice prefers loopback to all others. Announced like that, an implementation that checks one
 * pair every 50 ms begins with those that cannot work: 200 ms with libdatachannel. */
static void
set_announced_priority(NiceCandidate *candidate)
{
  char text[NICE_ADDRESS_STRING_LEN];

  nice_address_to_string(&candidate->addr, text);
  if (is_of_kind(text, g_inet_address_get_is_loopback))
    candidate->priority &= ~LOOPBACK_PREFERENCE;
  candidate->priority = (candidate->priority & ((1u << TYPE_PREFERENCE_SHIFT) - 1)) |
                        ANNOUNCED_PREFERENCE << TYPE_PREFERENCE_SHIFT;
}

static gint
compare_priorities(gconstpointer a, gconstpointer b)
{
  const NiceCandidate *one = a, *two = b;

  return one->priority > two->priority ? -1 : one->priority < two->priority;
}

/* The best first: some begin to check with the first that they read. */
static void
keep_local_candidates(BhIceAgent *self)
{
  GSList *list = nice_agent_get_local_candidates(self->agent, self->stream, COMPONENT);

  for (GSList *l = list; l != NULL; l = l->next)
    set_announced_priority(l->data);
  list = g_slist_sort(list, compare_priorities);
  for (GSList *l = list; l != NULL; l = l->next) {
    g_autofree char *line = nice_agent_generate_local_candidate_sdp(self->agent, l->data);
    if (g_str_has_prefix(line, "a="))
      g_ptr_array_add(self->candidates, g_strdup(line + 2));
  }
  g_slist_free_full(list, (GDestroyNotify)nice_candidate_free);
}

static void
on_turn_over(gpointer user_data)
{
  BhIceAgent *self = user_data;

  if (self->path != NULL)
    bh_udp_path_flush(self->path);
  self->n_in_turn = 0;
  if (self->is_held && !self->is_closed)
    nice_agent_attach_recv(self->agent, self->stream, COMPONENT, bh_ice_context_get(self->context),
                           on_received, self);
  self->is_held = FALSE;
}

static gboolean
gather(BhIceAgent *self, const BhIceAgentConfig *config, GError **error)
{
  self->agent =
      nice_agent_new_full(bh_ice_context_get(self->context), NICE_COMPATIBILITY_RFC5245,
                          NICE_AGENT_OPTION_ICE_TRICKLE | NICE_AGENT_OPTION_CONSENT_FRESHNESS);
  g_object_set(self->agent, "upnp", FALSE, "ice-tcp", FALSE, "ice-udp", TRUE, "stun-pacing-timer",
               PACE_MS, "keepalive-conncheck", TRUE, "controlling-mode", config->is_controlling,
               NULL);
  add_local_addresses(self, config->loopback);
  self->stream = nice_agent_add_stream(self->agent, 1);
  if (config->ufrag != NULL)
    nice_agent_set_local_credentials(self->agent, self->stream, config->ufrag, config->password);
  if (config->port_max > 0)
    nice_agent_set_port_range(self->agent, self->stream, COMPONENT, config->port_min,
                              config->port_max);
  /* Before gathering: a datagram that comes while nothing is attached is thrown away. */
  nice_agent_attach_recv(self->agent, self->stream, COMPONENT, bh_ice_context_get(self->context),
                         on_received, self);
  g_signal_connect_object(self->agent, "new-selected-pair-full", G_CALLBACK(on_selected_pair), self,
                          0);
  g_signal_connect_object(self->agent, "component-state-changed",
                          G_CALLBACK(on_component_state_changed), self, 0);
  if (!nice_agent_gather_candidates(self->agent, self->stream) ||
      !nice_agent_get_local_credentials(self->agent, self->stream, &self->ufrag, &self->password)) {
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                config->port_max > 0 ? "No network address, or no free UDP port from %u to %u"
                                     : "No network address to be reached at",
                config->port_min, config->port_max);
    return FALSE;
  }
  keep_local_candidates(self);
  bh_ice_context_touch(self->context);
  return TRUE;
}

static gboolean
tear_down(gpointer data)
{
  BhIceAgent *self = data;

  nice_agent_attach_recv(self->agent, self->stream, COMPONENT, bh_ice_context_get(self->context),
                         NULL, NULL);
  nice_agent_remove_stream(self->agent, self->stream);
  g_clear_object(&self->agent);
  g_clear_pointer(&self->context, bh_ice_context_free);
  return G_SOURCE_REMOVE;
}

static void
bh_ice_agent_finalize(GObject *object)
{
  BhIceAgent *self = BH_ICE_AGENT(object);

  g_assert(self->agent == NULL); /* closed: the callback of libnice names this object */
  g_ptr_array_unref(self->candidates);
  g_free(self->ufrag);
  g_free(self->password);
  g_array_unref(self->remote);
  g_free(self->remote_ufrag);
  g_free(self->remote_password);
  G_OBJECT_CLASS(bh_ice_agent_parent_class)->finalize(object);
}

static void
bh_ice_agent_class_init(BhIceAgentClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_ice_agent_finalize;

  signals[SIGNAL_CONNECTED] = g_signal_new("connected", BH_TYPE_ICE_AGENT, G_SIGNAL_RUN_LAST, 0,
                                           NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LOST] = g_signal_new("lost", BH_TYPE_ICE_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 0);
}

static void
bh_ice_agent_init(BhIceAgent *self)
{
  self->candidates = g_ptr_array_new_with_free_func(g_free);
  self->remote = g_array_new(FALSE, FALSE, sizeof(BhIceCandidate));
}

BhIceAgent *
bh_ice_agent_new(const BhIceAgentConfig *config, BhIceAgentReceive receive, gpointer user_data,
                 GError **error)
{
  g_autoptr(BhIceAgent) self = g_object_new(BH_TYPE_ICE_AGENT, NULL);

  self->receive = receive;
  self->receive_data = user_data;
  self->context = bh_ice_context_new(on_turn_over, self, error);
  if (self->context == NULL)
    return NULL;
  if (!gather(self, config, error)) {
    bh_ice_agent_close(self);
    return NULL;
  }
  return g_steal_pointer(&self);
}

const char *
bh_ice_agent_get_ufrag(BhIceAgent *self)
{
  return self->ufrag;
}

const char *
bh_ice_agent_get_password(BhIceAgent *self)
{
  return self->password;
}

GPtrArray *
bh_ice_agent_get_candidates(BhIceAgent *self)
{
  return self->candidates;
}

void
bh_ice_agent_set_remote(BhIceAgent *self, const char *ufrag, const char *password, gboolean is_lite)
{
  if (self->is_closed)
    return;
  if (is_lite)
    g_object_set(self->agent, "controlling-mode", TRUE, NULL);
  g_free(self->remote_ufrag);
  g_free(self->remote_password);
  self->remote_ufrag = g_strdup(ufrag);
  self->remote_password = g_strdup(password);
  self->is_lite = is_lite;
  nice_agent_set_remote_credentials(self->agent, self->stream, ufrag, password);
  bh_ice_context_touch(self->context);
}

const char *
bh_ice_agent_get_remote_ufrag(BhIceAgent *self)
{
  return self->remote_ufrag;
}

gboolean
bh_ice_agent_add_candidate(BhIceAgent *self, const BhIceCandidate *candidate)
{
  static const NiceCandidateType kinds[] = {
      NICE_CANDIDATE_TYPE_HOST, NICE_CANDIDATE_TYPE_SERVER_REFLEXIVE,
      NICE_CANDIDATE_TYPE_PEER_REFLEXIVE, NICE_CANDIDATE_TYPE_RELAYED};
  NiceCandidate *nice;
  GSList list = {0};
  gboolean added;

  if (self->is_closed || !candidate->is_udp || candidate->component != COMPONENT ||
      candidate->is_name || self->remote->len >= NICE_AGENT_MAX_REMOTE_CANDIDATES)
    return FALSE;
  nice = nice_candidate_new(kinds[candidate->kind]);
  nice->transport = NICE_CANDIDATE_TRANSPORT_UDP;
  nice->component_id = COMPONENT;
  nice->stream_id = self->stream;
  nice->priority = candidate->priority;
  /* Its own libnice still prefers it: pairs that both sides rank alike work 10 ms earlier. */
  if (is_of_kind(candidate->address, g_inet_address_get_is_loopback))
    nice->priority |= LOOPBACK_PREFERENCE;
  g_strlcpy(nice->foundation, candidate->foundation, NICE_CANDIDATE_MAX_FOUNDATION);
  added = nice_address_set_from_string(&nice->addr, candidate->address);
  if (added) {
    nice_address_set_port(&nice->addr, candidate->port);
    nice->base_addr = nice->addr;
    list.data = nice;
    added = nice_agent_set_remote_candidates(self->agent, self->stream, COMPONENT, &list) > 0;
  }
  if (added)
    g_array_append_vals(self->remote, candidate, 1);
  bh_ice_context_touch(self->context);
  nice_candidate_free(nice);
  return added;
}

char *
bh_ice_agent_dup_remote_address(BhIceAgent *self)
{
  NiceCandidate *local, *remote;
  char text[NICE_ADDRESS_STRING_LEN];

  if (self->is_closed ||
      !nice_agent_get_selected_pair(self->agent, self->stream, COMPONENT, &local, &remote))
    return NULL;
  nice_address_to_string(&remote->addr, text);
  return g_strdup(text);
}

void
bh_ice_agent_add_peer_of(BhIceAgent *self, BhIceAgent *other)
{
  BhIceCandidate candidate = {.foundation = "restart",
                              .component = COMPONENT,
                              .is_udp = TRUE,
                              .kind = BH_ICE_CANDIDATE_HOST};
  NiceCandidate *local, *remote;
  char text[NICE_ADDRESS_STRING_LEN];

  if (other->agent == NULL ||
      !nice_agent_get_selected_pair(other->agent, other->stream, COMPONENT, &local, &remote))
    return;
  nice_address_to_string(&remote->addr, text);
  g_strlcpy(candidate.address, text, sizeof candidate.address);
  candidate.port = (guint16)nice_address_get_port(&remote->addr);
  candidate.priority = remote->priority;
  bh_ice_agent_add_candidate(self, &candidate);
}

void
bh_ice_agent_follow(BhIceAgent *self, BhIceAgent *other)
{
  if (other->remote_ufrag == NULL)
    return;
  bh_ice_agent_set_remote(self, other->remote_ufrag, other->remote_password, other->is_lite);
  bh_ice_agent_add_peer_of(self, other);
  for (guint i = 0; i < other->remote->len; i++)
    bh_ice_agent_add_candidate(self, &g_array_index(other->remote, BhIceCandidate, i));
}

gboolean
bh_ice_agent_is_astray(BhIceAgent *self)
{
  NiceCandidate *local, *remote;
  GList *addresses;
  char text[NICE_ADDRESS_STRING_LEN];
  gboolean is_there = FALSE;

  if (self->is_closed ||
      !nice_agent_get_selected_pair(self->agent, self->stream, COMPONENT, &local, &remote))
    return FALSE;
  nice_address_to_string(&local->base_addr, text);
  if (is_of_kind(text, g_inet_address_get_is_loopback))
    return FALSE;
  addresses = nice_interfaces_get_local_ips(FALSE);
  for (const GList *l = addresses; l != NULL && !is_there; l = l->next) {
    g_autofree char *bare = g_strndup(l->data, strcspn(l->data, "%"));

    is_there = g_str_equal(bare, text);
  }
  g_list_free_full(addresses, g_free);
  return !is_there;
}

gboolean
bh_ice_agent_is_connected(BhIceAgent *self)
{
  return self->is_connected && !self->is_closed;
}

/* What answers the first datagram of a turn goes out at once: mostly it is the only one. */
static gboolean
is_gathering(BhIceAgent *self)
{
  return self->n_in_turn > 0 && bh_ice_context_is_in_turn(self->context);
}

gboolean
bh_ice_agent_send(BhIceAgent *self, const guint8 *data, gsize length, gboolean may_wait)
{
  if (!bh_ice_agent_is_connected(self) || length == 0 || length > G_MAXUINT16)
    return FALSE;
  if (self->path != NULL)
    return bh_udp_path_send(self->path, data, length, may_wait || is_gathering(self));
  return nice_agent_send(self->agent, self->stream, COMPONENT, (guint)length, (const char *)data) ==
         (gint)length;
}

void
bh_ice_agent_flush(BhIceAgent *self)
{
  if (self->path != NULL && !is_gathering(self))
    bh_udp_path_flush(self->path);
}

void
bh_ice_agent_close(BhIceAgent *self)
{
  g_autoptr(GSource) source = NULL;

  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  g_clear_pointer(&self->path, bh_udp_path_free);
  g_signal_handlers_disconnect_by_data(self->agent, self);
  source = g_idle_source_new();
  g_source_set_name(source, "BhIceAgent tear-down");
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, tear_down, g_object_ref(self), g_object_unref);
  g_source_attach(source, g_main_context_get_thread_default());
}
