/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "contact.h"

#include <string.h>

#include "chunks.h"
#include "diagnostic-channel.h"
#include "premises.h"

/* Each offer that restarts ICE costs sockets on every interface and 1 to 2 ms: without a bound a
 * few peers that offer as often as the rooms let them would keep the loop busy. A page that
 * reloads, or moves between access points, offers a few times in a row. */
#define OFFER_BURST       10
#define OFFER_INTERVAL_US G_TIME_SPAN_SECOND

struct _BhContact {
  GObject parent_instance;

  BhMember *member;
  BhConnectionConfig config;
  const BhGate *gate;          /* (nullable): borrowed */
  BhGuestAllowance *allowance; /* (nullable): of guests */
  gboolean polite;
  gboolean closed;

  BhConnection *connection; /* (nullable) */
  gboolean offering;        /* our offer is out and unanswered */
  gboolean was_connected;
  gint64
      offers_paid_us; /* monotonic; so far ahead of now as offers came faster than one a second */
  char *remote_fingerprint; /* (nullable): the line of the description in force */
  guint channels;
  BhChunks *chunks; /* NULL until the first */
};

G_DEFINE_FINAL_TYPE(BhContact, bh_contact, G_TYPE_OBJECT)

enum {
  SIGNAL_SIGNAL,
  SIGNAL_SIGNAL_CHANNEL,
  SIGNAL_MESSAGE,
  SIGNAL_CONNECTION,
  SIGNAL_OPENED,
  SIGNAL_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- channels --- */

static void
answer_error(BhContact *self, BhDataChannel *channel, const json_t *in_reply_to, const char *code,
             const char *text)
{
  g_autoptr(json_t) problem =
      json_pack("{s:s, s:s, s:s}", "type", "error", "code", code, "message", text);

  if (in_reply_to != NULL)
    json_object_set(problem, "ref", (json_t *)in_reply_to);
  bh_member_send(self->member, channel, problem);
}

static void
handle_text(BhContact *self, BhDataChannel *channel, const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) message = bh_json_parse(text, length, &error);

  if (message == NULL || !json_is_string(json_object_get(message, "type"))) {
    answer_error(self, channel, NULL, "bad-message",
                 error != NULL ? error->message : "A message is an object with a type.");
    return;
  }
  g_signal_emit(self, signals[SIGNAL_MESSAGE], 0, channel, message, length);
}

gboolean
bh_contact_add_chunk(BhContact *contact, BhDataChannel *channel, const json_t *part, char **whole,
                     GError **error)
{
  gboolean is_guest = bh_member_get_role(contact->member) == BH_ROLE_GUEST;

  if (contact->chunks == NULL)
    contact->chunks = bh_chunks_new(is_guest ? BH_CHUNKS_GUEST_BYTES : BH_CHUNKS_MAX_BYTES);
  return bh_chunks_add(contact->chunks, channel, part, whole, error);
}

static void
handle_chunk(BhContact *self, BhDataChannel *channel, const json_t *message)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *whole = NULL;

  if (!bh_contact_add_chunk(self, channel, message, &whole, &error))
    answer_error(self, channel, json_object_get(message, "id"), bh_chunks_get_error_code(error),
                 error->message);
  else if (whole != NULL)
    handle_text(self, channel, whole, strlen(whole));
}

/* Before anything is read. Returns: %FALSE: it is dropped; the connection may be as well */
static gboolean
may_speak(BhContact *self, BhDataChannel *channel)
{
  BhGuestVerdict verdict =
      self->allowance != NULL
          ? bh_guest_allowance_take_message(self->allowance, g_get_monotonic_time())
          : BH_GUEST_MAY;

  if (verdict == BH_GUEST_MAY_NOT_TELL) {
    answer_error(self, channel, NULL, "rate-limited", "Too many messages; some were not read.");
  } else if (verdict == BH_GUEST_MAY_NOT_CLOSE) {
    bh_contact_hang_up(self);
  }
  return verdict == BH_GUEST_MAY;
}

static void
on_channel_message(BhDataChannel *channel, GBytes *data, gboolean is_text, BhContact *self)
{
  g_autoptr(BhContact) kept G_GNUC_UNUSED = g_object_ref(self);
  g_autoptr(json_t) message = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data(data, &length);

  if (!may_speak(self, channel))
    return;
  if (!is_text) {
    answer_error(self, channel, NULL, "bad-message", "Messages are JSON text.");
    return;
  }
  /* Only what names the word can be a chunk; everything else is parsed once. */
  if (length < 7 || g_strstr_len(bytes, (gssize)length, "\"chunk\"") == NULL) {
    handle_text(self, channel, bytes, length);
    return;
  }
  message = bh_json_parse(bytes, length, NULL);
  if (g_strcmp0(json_string_value(json_object_get(message, "type")), "chunk") == 0)
    handle_chunk(self, channel, message);
  else
    handle_text(self, channel, bytes, length);
}

static void
on_channel_closed(BhDataChannel *channel, BhContact *self)
{
  self->channels--;
  if (self->chunks != NULL)
    bh_chunks_forget(self->chunks, channel);
}

static void
on_ways(BhMember *member, BhContact *self)
{
  if (self->chunks != NULL && !bh_member_get_present(member))
    bh_chunks_forget(self->chunks, NULL);
}

static void
on_channel(BhConnection *connection, BhDataChannel *channel, BhContact *self)
{
  self->channels++;
  g_signal_connect_object(channel, "closed", G_CALLBACK(on_channel_closed), self, 0);

  if (bh_diagnostic_channel_serves(bh_data_channel_get_label(channel))) {
    if (bh_role_may(bh_member_get_role(self->member), BH_ACTION_DIAGNOSE))
      bh_diagnostic_channel_attach(channel);
    else
      bh_data_channel_close(channel);
    return;
  }
  if (g_strcmp0(bh_data_channel_get_label(channel), "signal") == 0) {
    if (bh_member_get_is_paired(self->member))
      g_signal_emit(self, signals[SIGNAL_SIGNAL_CHANNEL], 0, channel);
    else
      bh_data_channel_close(channel);
    return;
  }
  g_signal_connect_object(channel, "message", G_CALLBACK(on_channel_message), self, 0);
  bh_member_add_channel(self->member, channel);
}

/* --- the connection --- */

static void
locate(BhMember *member, gboolean *is_outside, gpointer user_data)
{
  const BhContact *self = user_data;
  const BhAddressSet *networks = self->gate != NULL ? self->gate->networks : NULL;
  g_autofree char *address =
      self->connection != NULL ? bh_connection_dup_remote_address(self->connection) : NULL;

  if (address != NULL)
    *is_outside = !bh_premises_has(networks, address);
}

static void
drop_connection(BhContact *self)
{
  g_autoptr(BhConnection) connection = NULL;

  if (self->connection == NULL)
    return;
  bh_member_is_outside(self->member); /* the same, should it have moved since */
  connection = g_steal_pointer(&self->connection);
  self->offering = FALSE;
  self->was_connected = FALSE;
  g_clear_pointer(&self->remote_fingerprint, g_free);
  /* Its channels still tell that they close; the connection itself has nothing more to say. */
  g_signal_handlers_disconnect_by_data(connection, self);
  bh_connection_close(connection);
  if (!self->closed)
    g_signal_emit(self, signals[SIGNAL_CONNECTION], 0, FALSE);
}

static void
on_state_changed(BhConnection *connection, BhConnectionState state, BhContact *self)
{
  g_autoptr(BhContact) kept G_GNUC_UNUSED = g_object_ref(self);

  if (state == BH_CONNECTION_CONNECTED && !self->was_connected) {
    self->was_connected = TRUE;
    bh_member_is_outside(self->member); /* it keeps what it heard last */
    g_signal_emit(self, signals[SIGNAL_OPENED], 0);
  } else if (state == BH_CONNECTION_FAILED || state == BH_CONNECTION_CLOSED) {
    const GError *error = bh_connection_get_error(connection);

    g_debug("The connection with %s ended: %s", bh_member_get_peer_id(self->member),
            error != NULL ? error->message : "closed by the other side");
    drop_connection(self);
    g_signal_emit(self, signals[SIGNAL_ENDED], 0, state == BH_CONNECTION_FAILED);
  }
}

static void
on_local_description(BhConnection *connection, BhSdpType type, const char *sdp, BhContact *self)
{
  g_autoptr(json_t) message =
      json_pack("{s:s, s:s}", "type", type == BH_SDP_OFFER ? "offer" : "answer", "sdp", sdp);

  g_signal_emit(self, signals[SIGNAL_SIGNAL], 0, message);
}

/* Returns: (transfer full): */
static json_t *
describe_candidate(const char *candidate, const char *sdp_mid, const char *ufrag)
{
  if (candidate == NULL)
    return json_pack("{s:s, s:n}", "type", "ice-candidate", "candidate");
  return json_pack("{s:s, s:{s:s, s:s?, s:i, s:s?}}", "type", "ice-candidate", "candidate",
                   "candidate", candidate, "sdpMid", sdp_mid, "sdpMLineIndex", 0,
                   "usernameFragment", ufrag);
}

static void
on_local_candidate(BhConnection *connection, const char *candidate, const char *sdp_mid,
                   const char *ufrag, BhContact *self)
{
  g_autoptr(json_t) message = describe_candidate(candidate, sdp_mid, ufrag);

  g_signal_emit(self, signals[SIGNAL_SIGNAL], 0, message);
}

/* By the channel that has just found its way: the socket that led to us before is gone. */
static void
on_moved_candidate(BhConnection *connection, const char *candidate, const char *sdp_mid,
                   const char *ufrag, BhContact *self)
{
  g_autoptr(json_t) message = describe_candidate(candidate, sdp_mid, ufrag);

  bh_member_push(self->member, message);
}

static void
make_connection(BhContact *self)
{
  self->connection = bh_connection_new(&self->config);
  g_signal_connect_object(self->connection, "channel", G_CALLBACK(on_channel), self, 0);
  g_signal_connect_object(self->connection, "state-changed", G_CALLBACK(on_state_changed), self, 0);
  g_signal_connect_object(self->connection, "local-description", G_CALLBACK(on_local_description),
                          self, 0);
  g_signal_connect_object(self->connection, "local-candidate", G_CALLBACK(on_local_candidate), self,
                          0);
  g_signal_connect_object(self->connection, "moved-candidate", G_CALLBACK(on_moved_candidate), self,
                          0);
  g_signal_emit(self, signals[SIGNAL_CONNECTION], 0, TRUE);
}

/* The first a=fingerprint line. It is the DTLS identity: as long as it stays, the other side is the
 * same RTCPeerConnection (RFC 8842 section 4). */
static char *
find_fingerprint(const char *sdp)
{
  const char *line = strstr(sdp, "a=fingerprint:");

  return line != NULL ? g_ascii_strup(line, (gssize)strcspn(line, "\r\n")) : NULL;
}

gboolean
bh_contact_offer(BhContact *contact, GError **error)
{
  g_autoptr(BhDataChannel) channel = NULL;

  if (contact->connection != NULL || contact->closed)
    return TRUE;
  make_connection(contact);
  channel = bh_connection_create_channel(contact->connection, "bellhop", NULL, error);
  if (channel == NULL || !bh_connection_create_offer(contact->connection, error)) {
    drop_connection(contact);
    return FALSE;
  }
  contact->offering = TRUE;
  on_channel(contact->connection, channel, contact);
  return TRUE;
}

static gboolean
take_offer_turn(BhContact *self, GError **error)
{
  gint64 now_us = g_get_monotonic_time();
  gboolean may = self->allowance == NULL || bh_guest_allowance_take_offer(self->allowance, now_us);

  self->offers_paid_us = MAX(self->offers_paid_us, now_us) + OFFER_INTERVAL_US;
  if (may && self->offers_paid_us - now_us <= OFFER_BURST * OFFER_INTERVAL_US)
    return TRUE;
  self->offers_paid_us -= OFFER_INTERVAL_US;
  g_set_error_literal(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_STATE,
                      "Too many offers, one after another.");
  return FALSE;
}

static gboolean
accept_offer(BhContact *self, const char *sdp, GError **error)
{
  g_autofree char *fingerprint = find_fingerprint(sdp);

  if (self->offering && !self->polite)
    return TRUE; /* ours stands; the other side gives way */
  if (!take_offer_turn(self, error))
    return FALSE;
  if (self->connection != NULL &&
      (self->offering || g_strcmp0(fingerprint, self->remote_fingerprint) != 0))
    drop_connection(self);
  if (self->connection == NULL)
    make_connection(self);
  if (!bh_connection_set_remote_description(self->connection, BH_SDP_OFFER, sdp, error)) {
    /* A connection that carries data survives an offer that makes no sense. */
    if (!self->was_connected)
      drop_connection(self);
    return FALSE;
  }
  g_free(self->remote_fingerprint);
  self->remote_fingerprint = g_steal_pointer(&fingerprint);
  return TRUE;
}

gboolean
bh_contact_set_description(BhContact *contact, BhSdpType type, const char *sdp, GError **error)
{
  if (contact->closed)
    return TRUE;
  if (type == BH_SDP_OFFER)
    return accept_offer(contact, sdp, error);
  if (contact->connection == NULL || !contact->offering) {
    g_set_error(error, BH_CONNECTION_ERROR, BH_CONNECTION_ERROR_STATE,
                "There is no offer to answer.");
    return FALSE;
  }
  if (!bh_connection_set_remote_description(contact->connection, type, sdp, error))
    return FALSE;
  contact->offering = FALSE;
  g_free(contact->remote_fingerprint);
  contact->remote_fingerprint = find_fingerprint(sdp);
  return TRUE;
}

gboolean
bh_contact_add_candidate(BhContact *contact, const char *candidate, const char *ufrag,
                         GError **error)
{
  if (contact->connection == NULL) /* it failed meanwhile, or our own offer stood */
    return TRUE;
  return bh_connection_add_remote_candidate(contact->connection, candidate, ufrag, error);
}

void
bh_contact_move(BhContact *contact, gboolean always)
{
  if (contact->connection != NULL)
    bh_connection_move(contact->connection, always);
}

void
bh_contact_set_allowance(BhContact *contact, BhGuestAllowance *allowance)
{
  g_clear_pointer(&contact->allowance, bh_guest_allowance_unref);
  contact->allowance = bh_guest_allowance_ref(allowance);
}

BhMember *
bh_contact_get_member(BhContact *contact)
{
  return contact->member;
}

gint
bh_contact_get_round_trip_ms(BhContact *contact)
{
  return bh_contact_is_connected(contact) ? bh_connection_get_round_trip_ms(contact->connection)
                                          : -1;
}

gboolean
bh_contact_has_connection(BhContact *contact)
{
  return contact->connection != NULL;
}

gboolean
bh_contact_is_lost(BhContact *contact)
{
  return contact->connection != NULL &&
         bh_connection_get_state(contact->connection) == BH_CONNECTION_DISCONNECTED;
}

gboolean
bh_contact_is_connected(BhContact *contact)
{
  return contact->connection != NULL && contact->was_connected;
}

guint
bh_contact_count_channels(BhContact *contact)
{
  return contact->channels;
}

void
bh_contact_hang_up(BhContact *contact)
{
  if (contact->connection == NULL)
    return;
  drop_connection(contact);
  g_signal_emit(contact, signals[SIGNAL_ENDED], 0, FALSE);
}

void
bh_contact_close(BhContact *contact)
{
  contact->closed = TRUE;
  drop_connection(contact);
}

/* --- life --- */

static void
bh_contact_dispose(GObject *object)
{
  bh_contact_close(BH_CONTACT(object));
  G_OBJECT_CLASS(bh_contact_parent_class)->dispose(object);
}

static void
bh_contact_finalize(GObject *object)
{
  BhContact *self = BH_CONTACT(object);

  g_clear_pointer(&self->chunks, bh_chunks_free);
  g_clear_pointer(&self->allowance, bh_guest_allowance_unref);
  bh_member_set_locate(self->member, NULL, NULL);
  g_object_unref(self->member);
  bh_certificate_unref(self->config.certificate);
  G_OBJECT_CLASS(bh_contact_parent_class)->finalize(object);
}

static void
bh_contact_class_init(BhContactClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_contact_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_contact_finalize;

  signals[SIGNAL_SIGNAL_CHANNEL] =
      g_signal_new("signal-channel", BH_TYPE_CONTACT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                   G_TYPE_NONE, 1, BH_TYPE_DATA_CHANNEL);
  signals[SIGNAL_SIGNAL] = g_signal_new("signal", BH_TYPE_CONTACT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_MESSAGE] =
      g_signal_new("message", BH_TYPE_CONTACT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                   3, BH_TYPE_DATA_CHANNEL, G_TYPE_POINTER, G_TYPE_ULONG);
  signals[SIGNAL_CONNECTION] = g_signal_new("connection", BH_TYPE_CONTACT, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SIGNAL_OPENED] = g_signal_new("opened", BH_TYPE_CONTACT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENDED] = g_signal_new("ended", BH_TYPE_CONTACT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
bh_contact_init(BhContact *self)
{
}

BhContact *
bh_contact_new(BhMember *member, const BhConnectionConfig *config, const BhGate *gate,
               gboolean polite)
{
  BhContact *self = g_object_new(BH_TYPE_CONTACT, NULL);

  self->member = g_object_ref(member);
  self->config = *config;
  bh_certificate_ref(self->config.certificate);
  self->gate = gate;
  self->polite = polite;
  bh_member_set_locate(member, locate, self);
  g_signal_connect_object(member, "ways", G_CALLBACK(on_ways), self, 0);
  return self;
}
