/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "connection.h"

#include <string.h>

#include "dtls-transport.h"
#include "ice-transport.h"
#include "id.h"
#include "remote-candidates.h"
#include "sctp-transport.h"
#include "session-description.h"

/*
 * The three transports are made with the connection and live as long as it; descriptions set them
 * going: the first pair of them gives ICE its credentials, DTLS its role and fingerprints, SCTP its
 * port and sizes. A later one can only restart ICE.
 *
 * Whatever a transport reports may end the connection, and a handler of ours may close it: after
 * each emission the state is looked at again, and those who emit hold a reference.
 */

#define DEFAULT_VANISH_SECONDS 30

struct _BhConnection {
  GObject parent_instance;

  BhConnectionConfig config; /* certificate and resolver referenced */
  BhIceTransport *ice;
  BhDtlsTransport *dtls;
  BhSctpTransport *sctp;
  BhRemoteCandidates *remote_candidates;

  BhConnectionState state;
  GError *error; /* (nullable) */
  gboolean is_closed;
  gboolean has_local_offer; /* waiting for its answer */
  gboolean is_settled;      /* a pair of descriptions was exchanged */
  gboolean is_sctp_started;
  char *fingerprints;          /* (nullable): of the other side, for comparison */
  BhSessionDescription *local; /* (nullable): the last one */
  guint64 session_id;
  guint64 session_version;

  BhSdpType news_type;
  GSource *announce;     /* (nullable) */
  GSource *answer_timer; /* (nullable): until an offer of ours counts as unanswered */
};

G_DEFINE_FINAL_TYPE(BhConnection, bh_connection, G_TYPE_OBJECT)
G_DEFINE_QUARK(bh_connection_error_quark, bh_connection_error)

enum {
  SIGNAL_LOCAL_DESCRIPTION,
  SIGNAL_LOCAL_CANDIDATE,
  SIGNAL_MOVED_CANDIDATE,
  SIGNAL_STATE_CHANGED,
  SIGNAL_CHANNEL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
clear_source(GSource **source)
{
  if (*source != NULL) {
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
  }
}

/*
 * NEW -> CONNECTING           the other side's description is there
 * CONNECTING -> CONNECTED     ICE has a pair and DTLS is through
 * CONNECTED <-> DISCONNECTED  consent lost; back by a restart
 * any -> FAILED               a transport failed, or nobody answered
 * any -> CLOSED               bh_connection_close(), or the other side's goodbye
 */
static void
set_state(BhConnection *self, BhConnectionState state)
{
  if (self->state == state || self->state == BH_CONNECTION_CLOSED ||
      (self->state == BH_CONNECTION_FAILED && state != BH_CONNECTION_CLOSED))
    return;
  self->state = state;
  g_signal_emit(self, signals[SIGNAL_STATE_CHANGED], 0, (gint)state);
}

/* From the top down: SCTP's ABORT and DTLS's close_notify still go out. */
static void
release(BhConnection *self)
{
  self->is_closed = TRUE;
  clear_source(&self->announce);
  clear_source(&self->answer_timer);
  bh_remote_candidates_stop(self->remote_candidates);
  if (self->sctp != NULL)
    bh_transport_close(BH_TRANSPORT(self->sctp));
  if (self->dtls != NULL)
    bh_transport_close(BH_TRANSPORT(self->dtls));
  bh_transport_close(BH_TRANSPORT(self->ice));
}

static void
end(BhConnection *self, BhConnectionState state)
{
  g_autoptr(BhConnection) alive = g_object_ref(self);

  if (!self->is_closed)
    release(alive);
  set_state(alive, state);
}

static void
fail(BhConnection *self, const char *message)
{
  if (self->is_closed)
    return;
  self->error = g_error_new_literal(BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_FAILED, message);
  end(self, BH_CONNECTION_FAILED);
}

static void
fail_by_transport(BhConnection *self, BhTransport *transport)
{
  const GError *error = bh_transport_get_error(transport);

  fail(self, error != NULL ? error->message : "The connection failed");
}

static void
update_state(BhConnection *self)
{
  BhTransportState ice = bh_transport_get_state(BH_TRANSPORT(self->ice));
  BhTransportState dtls = bh_transport_get_state(BH_TRANSPORT(self->dtls));

  if (self->is_closed || ice == BH_TRANSPORT_NEW)
    return;
  if (ice == BH_TRANSPORT_DISCONNECTED)
    set_state(self, BH_CONNECTION_DISCONNECTED);
  else if (ice == BH_TRANSPORT_CONNECTED && dtls == BH_TRANSPORT_CONNECTED)
    set_state(self, BH_CONNECTION_CONNECTED);
  else
    set_state(self, BH_CONNECTION_CONNECTING);
}

static void
on_ice_state_changed(BhTransport *ice, BhTransportState state, BhConnection *self)
{
  g_autoptr(BhConnection) alive = g_object_ref(self);

  if (self->is_closed)
    return;
  if (state == BH_TRANSPORT_FAILED) {
    fail_by_transport(alive, ice);
    return;
  }
  if (state == BH_TRANSPORT_CONNECTED)
    bh_remote_candidates_settle(self->remote_candidates);
  update_state(alive);
}

static void
on_ice_moved(BhIceTransport *ice, BhConnection *self)
{
  g_autoptr(BhConnection) alive = g_object_ref(self);
  g_autoptr(BhIceAgent) agent = g_object_ref(bh_ice_transport_get_latest(ice));
  GPtrArray *candidates = bh_ice_agent_get_candidates(agent);

  for (guint i = 0; i < candidates->len && !alive->is_closed; i++)
    g_signal_emit(alive, signals[SIGNAL_MOVED_CANDIDATE], 0, candidates->pdata[i],
                  bh_session_description_get_mid(alive->local), bh_ice_agent_get_ufrag(agent));
}

static void
on_dtls_state_changed(BhTransport *dtls, BhTransportState state, BhConnection *self)
{
  g_autoptr(BhConnection) alive = g_object_ref(self);

  if (self->is_closed)
    return;
  if (state == BH_TRANSPORT_FAILED) {
    if (g_error_matches(bh_transport_get_error(dtls), BH_DTLS_ERROR, BH_DTLS_ERROR_CLOSED))
      end(alive, BH_CONNECTION_CLOSED);
    else
      fail_by_transport(alive, dtls);
    return;
  }
  if (state == BH_TRANSPORT_CONNECTED && !self->is_sctp_started) {
    /* Before anybody is told: the other side's first SCTP packet may be in the same datagram. */
    self->is_sctp_started = TRUE;
    bh_sctp_transport_start(self->sctp, bh_dtls_transport_is_client(self->dtls));
  }
  update_state(alive);
}

static void
on_sctp_state_changed(BhTransport *sctp, BhTransportState state, BhConnection *self)
{
  const GError *error = bh_transport_get_error(sctp);

  /* What failed below will speak for itself. */
  if (bh_transport_get_state(BH_TRANSPORT(self->dtls)) == BH_TRANSPORT_FAILED)
    return;
  /* Aborted or shut down is how implementations say goodbye; without SCTP nothing is left. */
  if (state == BH_TRANSPORT_CLOSED ||
      g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
      g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED)) {
    if (!self->is_closed)
      end(self, BH_CONNECTION_CLOSED);
  } else if (state == BH_TRANSPORT_FAILED) {
    fail_by_transport(self, sctp);
  }
}

static void
on_channel(BhSctpTransport *sctp, BhDataChannel *channel, BhConnection *self)
{
  if (!self->is_closed)
    g_signal_emit(self, signals[SIGNAL_CHANNEL], 0, channel);
}

static void
on_remote_candidate(const BhIceCandidate *candidate, const char *ufrag, gpointer user_data)
{
  g_autoptr(BhConnection) self = g_object_ref(user_data);

  bh_ice_transport_add_candidate(self->ice, ufrag, candidate);
}

/* --- Descriptions --- */

static gboolean
on_announce(gpointer data)
{
  g_autoptr(BhConnection) self = g_object_ref(data);
  g_autofree char *text = NULL;

  clear_source(&self->announce);
  text = bh_session_description_to_text(self->local);
  g_signal_emit(self, signals[SIGNAL_LOCAL_DESCRIPTION], 0, (gint)self->news_type, text);
  /* All of our candidates are in the description. */
  if (!self->is_closed && self->announce == NULL)
    g_signal_emit(self, signals[SIGNAL_LOCAL_CANDIDATE], 0, NULL,
                  bh_session_description_get_mid(self->local), self->local->ufrag);
  return G_SOURCE_REMOVE;
}

static void
announce(BhConnection *self, BhSdpType type)
{
  clear_source(&self->announce);
  self->news_type = type;
  self->announce = g_idle_source_new();
  g_source_set_static_name(self->announce, "BhConnection description");
  g_source_set_priority(self->announce, G_PRIORITY_DEFAULT);
  g_source_set_callback(self->announce, on_announce, self, NULL);
  g_source_attach(self->announce, g_main_context_get_thread_default());
}

/* @offer: (nullable): what is answered */
static void
describe(BhConnection *self, const BhSessionDescription *offer)
{
  BhSessionDescription *local = bh_session_description_new();
  BhIceAgent *agent = bh_ice_transport_get_latest(self->ice);
  GPtrArray *candidates = bh_ice_agent_get_candidates(agent);

  if (offer != NULL)
    bh_session_description_copy_sections(local, offer);
  else if (self->local != NULL)
    bh_session_description_copy_sections(local, self->local);
  else
    bh_session_description_add_data_section(local, NULL);
  local->session_id = g_strdup_printf("%" G_GUINT64_FORMAT, self->session_id);
  local->session_version = ++self->session_version;
  local->ufrag = g_strdup(bh_ice_agent_get_ufrag(agent));
  local->password = g_strdup(bh_ice_agent_get_password(agent));
  for (guint i = 0; i < candidates->len; i++)
    g_ptr_array_add(local->candidates, g_strdup(candidates->pdata[i]));
  local->has_end_of_candidates = TRUE;
  local->fingerprint_hash = "sha-256";
  g_ptr_array_add(local->fingerprints,
                  g_strdup(bh_certificate_get_fingerprint(self->config.certificate)));
  /* An offer leaves the role open even where it is settled (RFC 8842 section 5.5). */
  local->setup = offer == NULL                             ? BH_SDP_SETUP_ACTPASS
                 : bh_dtls_transport_is_client(self->dtls) ? BH_SDP_SETUP_ACTIVE
                                                           : BH_SDP_SETUP_PASSIVE;
  local->sctp_port = BH_SCTP_PORT;
  local->max_message_bytes = self->config.max_message_bytes;
  g_clear_pointer(&self->local, bh_session_description_free);
  self->local = local;
}

static gboolean
refuse(GError **error, BhConnectionError code, const char *message)
{
  g_set_error_literal(error, BH_CONNECTION_ERROR, (gint)code, message);
  return FALSE;
}

static gboolean
check_open(BhConnection *self, GError **error)
{
  return !self->is_closed || refuse(error, BH_CONNECTION_ERROR_STATE, "The connection has ended");
}

static gboolean
gather(BhConnection *self, GError **error)
{
  g_autoptr(GError) reason = NULL;

  return bh_ice_transport_gather(self->ice, &reason) ||
         refuse(error, BH_CONNECTION_ERROR_FAILED, reason->message);
}

static gboolean
on_unanswered(gpointer data)
{
  BhConnection *self = data;

  clear_source(&self->answer_timer);
  self->has_local_offer = FALSE;
  if (!self->is_settled)
    fail(self, "The other side did not answer");
  else
    bh_ice_transport_cancel_restart(self->ice);
  return G_SOURCE_REMOVE;
}

static gboolean
make_offer(BhConnection *self, gboolean is_restart, GError **error)
{
  if (!check_open(self, error))
    return FALSE;
  if (self->has_local_offer)
    return refuse(error, BH_CONNECTION_ERROR_STATE, "An offer is waiting for its answer already");
  if (!self->is_settled)
    bh_ice_transport_set_controlling(self->ice, TRUE);
  if ((is_restart || bh_ice_transport_get_latest(self->ice) == NULL) && !gather(self, error))
    return FALSE;
  self->has_local_offer = TRUE;
  clear_source(&self->answer_timer);
  self->answer_timer = g_timeout_source_new_seconds(self->config.vanish_seconds);
  g_source_set_static_name(self->answer_timer, "BhConnection answer");
  g_source_set_callback(self->answer_timer, on_unanswered, self, NULL);
  g_source_attach(self->answer_timer, g_main_context_get_thread_default());
  describe(self, NULL);
  announce(self, BH_SDP_OFFER);
  return TRUE;
}

static char *
join_fingerprints(const BhSessionDescription *sdp)
{
  GString *text = g_string_new(sdp->fingerprint_hash);

  for (guint i = 0; i < sdp->fingerprints->len; i++)
    g_string_append_printf(text, " %s", (const char *)sdp->fingerprints->pdata[i]);
  return g_string_free(text, FALSE);
}

/* Whether the description may come now; nothing is changed. */
static gboolean
check_remote(BhConnection *self, BhSdpType type, const BhSessionDescription *sdp, GError **error)
{
  g_autofree char *fingerprints = join_fingerprints(sdp);
  const char *known = bh_remote_candidates_get_generation(self->remote_candidates);
  BhIceAgent *latest = bh_ice_transport_get_latest(self->ice);

  if (type == BH_SDP_OFFER && self->has_local_offer)
    return refuse(error, BH_CONNECTION_ERROR_STATE,
                  "An offer came while one of ours is waiting for its answer");
  if (type == BH_SDP_ANSWER && !self->has_local_offer)
    return refuse(error, BH_CONNECTION_ERROR_STATE, "There is no offer to be answered");
  if (self->fingerprints != NULL && !g_str_equal(self->fingerprints, fingerprints))
    return refuse(error, BH_CONNECTION_ERROR_DESCRIPTION,
                  "Another certificate needs another connection");
  if (type == BH_SDP_ANSWER && known != NULL && !g_str_equal(known, sdp->ufrag) &&
      bh_ice_agent_get_remote_ufrag(latest) != NULL)
    return refuse(error, BH_CONNECTION_ERROR_DESCRIPTION,
                  "The answer restarts ICE, which was not asked for");
  return TRUE;
}

/* ICE: new credentials of the other side go to new ones of ours. */
static gboolean
apply_ice(BhConnection *self, BhSdpType type, const BhSessionDescription *sdp, GError **error)
{
  const char *known = bh_remote_candidates_get_generation(self->remote_candidates);
  gboolean is_same = g_strcmp0(known, sdp->ufrag) == 0;

  if (type == BH_SDP_OFFER && !is_same) {
    if (!self->is_settled)
      bh_ice_transport_set_controlling(self->ice, sdp->is_ice_lite);
    if (!gather(self, error))
      return FALSE;
  }
  if (!is_same)
    bh_ice_transport_set_remote(self->ice, sdp->ufrag, sdp->password, sdp->is_ice_lite);
  else if (type == BH_SDP_ANSWER)
    bh_ice_transport_cancel_restart(self->ice);
  bh_remote_candidates_set_generation(self->remote_candidates, sdp->ufrag);
  for (guint i = 0; i < sdp->candidates->len; i++)
    bh_remote_candidates_add(self->remote_candidates, sdp->candidates->pdata[i], sdp->ufrag, NULL);
  return TRUE;
}

/* DTLS and SCTP: once. */
static void
apply_rest(BhConnection *self, const BhSessionDescription *sdp)
{
  /* An offer leaves it to us, or an answer says `passive`, or nothing (RFC 8842 section 5). */
  gboolean is_client = sdp->setup != BH_SDP_SETUP_ACTIVE;

  bh_sctp_transport_set_remote_max_message_bytes(
      self->sctp, sdp->max_message_bytes > G_MAXSIZE ? 0 : (gsize)sdp->max_message_bytes);
  if (self->fingerprints != NULL || self->is_closed)
    return;
  self->fingerprints = join_fingerprints(sdp);
  bh_sctp_transport_set_remote_port(self->sctp, sdp->sctp_port);
  bh_dtls_transport_start(self->dtls, is_client, sdp->fingerprint_hash, sdp->fingerprints);
}

/* --- Virtual functions --- */

static void
bh_connection_dispose(GObject *object)
{
  BhConnection *self = BH_CONNECTION(object);

  if (!self->is_closed) {
    self->state = BH_CONNECTION_CLOSED;
    release(self);
  }
  G_OBJECT_CLASS(bh_connection_parent_class)->dispose(object);
}

static void
bh_connection_finalize(GObject *object)
{
  BhConnection *self = BH_CONNECTION(object);

  g_clear_pointer(&self->remote_candidates, bh_remote_candidates_free);
  g_clear_object(&self->sctp);
  g_clear_object(&self->dtls);
  g_clear_object(&self->ice);
  g_clear_pointer(&self->config.certificate, bh_certificate_unref);
  g_clear_object(&self->config.resolver);
  g_clear_pointer(&self->local, bh_session_description_free);
  g_clear_error(&self->error);
  g_free(self->fingerprints);
  G_OBJECT_CLASS(bh_connection_parent_class)->finalize(object);
}

static void
bh_connection_class_init(BhConnectionClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_connection_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_connection_finalize;

  signals[SIGNAL_LOCAL_DESCRIPTION] =
      g_signal_new("local-description", BH_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_LOCAL_CANDIDATE] =
      g_signal_new("local-candidate", BH_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_MOVED_CANDIDATE] =
      g_signal_new("moved-candidate", BH_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_STATE_CHANGED] =
      g_signal_new("state-changed", BH_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 1, G_TYPE_INT);
  signals[SIGNAL_CHANNEL] = g_signal_new("channel", BH_TYPE_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, BH_TYPE_DATA_CHANNEL);
}

static void
bh_connection_init(BhConnection *self)
{
  guint8 bytes[8];

  /* RFC 8829 section 5.2.1: 62 random bits. */
  bh_id_random(bytes, sizeof bytes);
  memcpy(&self->session_id, bytes, sizeof bytes);
  self->session_id &= (G_GUINT64_CONSTANT(1) << 62) - 1;
}

/* --- Public --- */

BhConnection *
bh_connection_new(const BhConnectionConfig *config)
{
  BhConnection *self = g_object_new(BH_TYPE_CONNECTION, NULL);
  BhIceAgentConfig ice = {
      .loopback = config->loopback, .port_min = config->port_min, .port_max = config->port_max};
  g_autoptr(GError) error = NULL;

  self->config = *config;
  bh_certificate_ref(config->certificate);
  if (config->resolver != NULL)
    g_object_ref(config->resolver);
  if (config->vanish_seconds == 0)
    self->config.vanish_seconds = DEFAULT_VANISH_SECONDS;

  self->remote_candidates = bh_remote_candidates_new(config->resolver, on_remote_candidate, self);
  self->ice = bh_ice_transport_new(&ice, self->config.vanish_seconds);
  self->dtls = bh_dtls_transport_new(BH_TRANSPORT(self->ice), config->certificate, &error);
  if (self->dtls == NULL) {
    fail(self, error->message);
    return self;
  }
  self->sctp = bh_sctp_transport_new(BH_TRANSPORT(self->dtls), BH_SCTP_PORT, BH_SCTP_PORT,
                                     config->max_message_bytes, config->max_queued_bytes,
                                     config->max_channels);
  g_signal_connect_object(self->ice, "state-changed", G_CALLBACK(on_ice_state_changed), self, 0);
  g_signal_connect_object(self->ice, "moved", G_CALLBACK(on_ice_moved), self, 0);
  g_signal_connect_object(self->dtls, "state-changed", G_CALLBACK(on_dtls_state_changed), self, 0);
  g_signal_connect_object(self->sctp, "state-changed", G_CALLBACK(on_sctp_state_changed), self, 0);
  g_signal_connect_object(self->sctp, "channel", G_CALLBACK(on_channel), self, 0);
  return self;
}

gboolean
bh_connection_create_offer(BhConnection *self, GError **error)
{
  g_return_val_if_fail(BH_IS_CONNECTION(self), FALSE);

  return make_offer(self, FALSE, error);
}

gboolean
bh_connection_restart_ice(BhConnection *self, GError **error)
{
  g_return_val_if_fail(BH_IS_CONNECTION(self), FALSE);

  if (!check_open(self, error))
    return FALSE;
  if (!self->is_settled)
    return refuse(error, BH_CONNECTION_ERROR_STATE, "There is no connection to be restarted");
  return make_offer(self, TRUE, error);
}

void
bh_connection_move(BhConnection *self, gboolean always)
{
  g_return_if_fail(BH_IS_CONNECTION(self));

  if (!self->is_closed && self->is_settled)
    bh_ice_transport_move(self->ice, always);
}

gboolean
bh_connection_set_remote_description(BhConnection *self, BhSdpType type, const char *sdp,
                                     GError **error)
{
  g_autoptr(BhConnection) alive = NULL;
  g_autoptr(BhSessionDescription) remote = NULL;
  g_autoptr(GError) reason = NULL;

  g_return_val_if_fail(BH_IS_CONNECTION(self), FALSE);
  g_return_val_if_fail(sdp != NULL, FALSE);

  alive = g_object_ref(self);
  if (!check_open(self, error))
    return FALSE;
  remote = bh_session_description_parse(sdp, strlen(sdp), &reason);
  if (remote == NULL)
    return refuse(error, BH_CONNECTION_ERROR_DESCRIPTION, reason->message);
  if (!check_remote(self, type, remote, error) || !apply_ice(self, type, remote, error))
    return FALSE;

  self->has_local_offer = FALSE;
  self->is_settled = TRUE;
  clear_source(&self->answer_timer);
  apply_rest(self, remote);
  if (type == BH_SDP_OFFER && !self->is_closed) {
    describe(self, remote);
    announce(self, BH_SDP_ANSWER);
  }
  update_state(alive);
  return TRUE;
}

gboolean
bh_connection_add_remote_candidate(BhConnection *self, const char *candidate, const char *ufrag,
                                   GError **error)
{
  g_autoptr(BhConnection) alive = NULL;
  g_autoptr(GError) reason = NULL;

  g_return_val_if_fail(BH_IS_CONNECTION(self), FALSE);

  alive = g_object_ref(self);
  if (!check_open(alive, error))
    return FALSE;
  /* Its end says nothing that we act upon: see BhIceAgent. */
  if (candidate == NULL || candidate[0] == '\0')
    return TRUE;
  return bh_remote_candidates_add(self->remote_candidates, candidate, ufrag, &reason) ||
         refuse(error, BH_CONNECTION_ERROR_CANDIDATE, reason->message);
}

BhDataChannel *
bh_connection_create_channel(BhConnection *self, const char *label,
                             const BhDataChannelOptions *options, GError **error)
{
  g_autoptr(GError) reason = NULL;
  BhDataChannel *channel;

  g_return_val_if_fail(BH_IS_CONNECTION(self), NULL);

  if (!check_open(self, error))
    return NULL;
  channel = bh_sctp_transport_create_channel(self->sctp, label, options, &reason);
  if (channel == NULL)
    refuse(error, BH_CONNECTION_ERROR_STATE, reason->message);
  return channel;
}

BhConnectionState
bh_connection_get_state(BhConnection *self)
{
  g_return_val_if_fail(BH_IS_CONNECTION(self), BH_CONNECTION_CLOSED);

  return self->state;
}

const GError *
bh_connection_get_error(BhConnection *self)
{
  g_return_val_if_fail(BH_IS_CONNECTION(self), NULL);

  return self->error;
}

gint
bh_connection_get_round_trip_ms(BhConnection *self)
{
  return self->sctp != NULL ? bh_sctp_transport_get_round_trip_ms(self->sctp) : -1;
}

char *
bh_connection_dup_remote_address(BhConnection *self)
{
  return bh_ice_transport_dup_remote_address(self->ice);
}

void
bh_connection_get_counters(BhConnection *self, BhConnectionCounters *out)
{
  g_return_if_fail(BH_IS_CONNECTION(self));

  *out = (BhConnectionCounters){0};
  bh_ice_transport_get_counters(self->ice, &out->datagrams_sent, &out->datagrams_received);
  if (self->sctp != NULL)
    bh_sctp_transport_get_counters(self->sctp, &out->messages_sent, &out->messages_received,
                                   &out->bytes_sent, &out->bytes_received);
}

void
bh_connection_close(BhConnection *self)
{
  g_return_if_fail(BH_IS_CONNECTION(self));

  end(self, BH_CONNECTION_CLOSED);
}
