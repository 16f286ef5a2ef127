/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "endpoint.h"

#include <string.h>

#include "description-check.h"
#include "endpoint-private.h"
#include "signal-carrier.h"

/* What a relay has around its payload at most: ids of two peers and a tenant, with escapes. */
#define RELAY_ENVELOPE_BYTES ((gsize)1024)
/* Parts wait while more than an eighth of what may wait towards a peer does, so that a ping has at
 * most that, and one part, before it. */
#define PARTS_SHARE 8
/* No message is more than a quarter of it: beside that eighth it fits, sealed too. */
#define MESSAGE_SHARE 4
/* A guest's page opens one. */
#define GUEST_CHANNELS 8

G_DEFINE_FINAL_TYPE(BhEndpoint, bh_endpoint, G_TYPE_OBJECT)

enum { SIGNAL_MESSAGE, SIGNAL_PRESENCE, N_SIGNALS };

static guint signals[N_SIGNALS];

static void
tell_presence(BhEndpoint *self, BhMember *member)
{
  g_signal_emit(self, signals[SIGNAL_PRESENCE], 0, member);
}

/* --- towards the rooms --- */

static gsize
get_message_bytes(const BhLimitSet *limits)
{
  return MIN(bh_limit_set_get(limits, BH_LIMIT_MESSAGE_BYTES),
             bh_limit_set_get(limits, BH_LIMIT_QUEUED_BYTES) / MESSAGE_SHARE);
}

/* Returns: %FALSE: the rooms take no message of that size */
static gboolean
send_to_member(BhEndpoint *self, BhMember *member, json_t *message)
{
  const BhEndpointSide *side = bh_member_get_side(member);
  g_autofree char *text = NULL;
  gsize length;

  if (self->session == NULL)
    return TRUE;
  json_object_set_new(message, "targetPeerId", json_string(bh_member_get_peer_id(member)));
  if (side->is_cloud) {
    side->send(message, side->send_data);
    return TRUE;
  }
  json_object_set_new(message, "tenantId", json_string(bh_member_get_tenant_id(member)));
  text = bh_json_to_text(message);
  length = strlen(text);
  if (length > get_message_bytes(&self->limits))
    return FALSE;
  bh_signaling_session_receive(self->session, text, length);
  return TRUE;
}

static gboolean
relay_one(BhEndpoint *self, BhMember *member, const json_t *payload)
{
  /* O: a new reference; send_to_member() adds to the envelope only, never to the payload. */
  g_autoptr(json_t) message =
      json_pack("{s:s, s:O}", "type", "relay", "payload", (json_t *)payload);

  return send_to_member(self, member, message);
}

static BhRelayRoom
look_at_room(BhMember *member, guint64 *n_connections, gpointer user_data)
{
  BhEndpoint *self = user_data;
  gsize queued_bytes;

  if (!bh_member_can_relay(member) ||
      !bh_signaling_server_get_queued_bytes(
          self->signaling, bh_member_get_tenant_id(member), bh_member_get_peer_id(member),
          bh_member_get_device_id(member), &queued_bytes, n_connections))
    return BH_RELAY_ROOM_NONE;
  return queued_bytes > bh_limit_set_get(&self->limits, BH_LIMIT_QUEUED_BYTES) / PARTS_SHARE
             ? BH_RELAY_ROOM_FULL
             : BH_RELAY_ROOM_FREE;
}

static void
relay_part(BhMember *member, const json_t *part, gpointer user_data)
{
  relay_one(user_data, member, part);
}

static const BhRelayQueueWay relay_way = {.look = look_at_room, .send = relay_part};

/* What is larger than a message of the rooms goes in parts, as it comes: as much as by a channel,
 * and less for a guest, whose pages ask for nothing large. */
static void
relay_to_member(BhMember *member, const json_t *payload, gpointer user_data)
{
  BhEndpoint *self = user_data;
  gboolean is_guest = bh_member_get_role(member) == BH_ROLE_GUEST;
  gsize max_bytes = is_guest ? bh_limit_set_get(&self->limits, BH_LIMIT_QUEUED_BYTES) / 2
                             : bh_limit_set_get(&self->limits, BH_LIMIT_CHANNEL_QUEUED_BYTES);
  g_autoptr(json_t) problem = NULL;

  if (relay_one(self, member, payload) ||
      bh_relay_queue_add(self->relays, member, payload, max_bytes))
    return;
  /* Whoever asked is not left waiting. */
  problem = json_pack("{s:s, s:s, s:s, s:O*}", "type", "error", "code", "too-large", "message",
                      "This is too large to come without a direct connection.", "ref",
                      json_object_get(payload, "ref"));
  relay_one(self, member, problem);
}

static void
on_contact_signal(BhContact *contact, json_t *message, BhEndpoint *self)
{
  BhMember *member = bh_contact_get_member(contact);
  const BhEndpointSide *side = bh_member_get_side(member);

  bh_description_sign(self->config.gate, member, message, side->peer_id);
  send_to_member(self, member, message);
}

/* No data goes over a cloud, so nobody can be told there. */
void
bh_endpoint_refuse(BhEndpoint *self, BhMember *member, const char *in_reply_to, const char *code,
                   const char *text)
{
  g_autoptr(json_t) problem = json_pack("{s:s, s:s, s:s, s:s}", "type", "error", "code", code,
                                        "message", text, "inReplyTo", in_reply_to);

  if (bh_member_can_relay(member))
    relay_to_member(member, problem, self);
  else
    g_debug("What a member said is refused: %s", text);
}

/* --- members --- */

/* Those whose deviceId is certain: a claimed one must not answer for a device of that name. */
static gboolean
is_known_device(BhMember *member)
{
  return bh_member_get_is_paired(member) || bh_member_get_role(member) == BH_ROLE_GUEST;
}

static void
index_contact(BhEndpoint *self, BhContact *contact)
{
  const char *device_id = bh_member_get_device_id(bh_contact_get_member(contact));
  GPtrArray *contacts = g_hash_table_lookup(self->by_device, device_id);

  if (!is_known_device(bh_contact_get_member(contact)))
    return;
  if (contacts == NULL) {
    contacts = g_ptr_array_new();
    g_hash_table_insert(self->by_device, g_strdup(device_id), contacts);
  }
  g_ptr_array_add(contacts, contact);
}

static void
unindex_contact(BhEndpoint *self, BhContact *contact)
{
  const char *device_id = bh_member_get_device_id(bh_contact_get_member(contact));
  GPtrArray *contacts = g_hash_table_lookup(self->by_device, device_id);

  if (contacts == NULL || !g_ptr_array_remove_fast(contacts, contact))
    return;
  if (contacts->len == 0)
    g_hash_table_remove(self->by_device, device_id);
}

static void
count_connection(BhEndpoint *self, BhContact *contact, gboolean is_there)
{
  gboolean is_guest = bh_member_get_role(bh_contact_get_member(contact)) == BH_ROLE_GUEST;

  if (is_there) {
    self->counters.connections++;
    self->guest_connections += is_guest ? 1 : 0;
  } else {
    self->counters.connections--;
    self->guest_connections -= is_guest ? 1 : 0;
  }
}

static void
drop_contact(BhEndpoint *self, BhContact *contact)
{
  BhMember *member = bh_contact_get_member(contact);
  g_autofree char *key = bh_endpoint_side_make_key(
      bh_member_get_side(member), bh_member_get_tenant_id(member), bh_member_get_peer_id(member));
  g_autoptr(BhContact) kept = g_object_ref(contact);
  BhSignalCarrier *carrier = g_object_get_data(G_OBJECT(contact), "bh-signal-carrier");

  if (carrier != NULL)
    bh_signal_carrier_end(carrier);
  unindex_contact(self, contact);
  bh_relay_queue_drop(self->relays, member);
  if (g_hash_table_lookup(self->contacts, key) == contact)
    g_hash_table_remove(self->contacts, key);
  g_signal_handlers_disconnect_by_data(kept, self);
  if (bh_contact_has_connection(kept))
    count_connection(self, kept, FALSE);
  bh_contact_close(kept);
  bh_member_leave(member);
  tell_presence(self, member);
}

void
bh_endpoint_tell_message(BhEndpoint *self, BhMember *member, BhDataChannel *channel,
                         json_t *message, gsize size_bytes)
{
  BhPath path = channel != NULL ? BH_PATH_CHANNEL : BH_PATH_RELAY;

  self->counters.messages[path]++;
  self->counters.bytes[path] += size_bytes;
  if (channel == NULL)
    bh_member_set_speaks_by_relay(member);
  g_signal_emit(self, signals[SIGNAL_MESSAGE], 0, member, path, channel, message);
}

static void
on_contact_message(BhContact *contact, BhDataChannel *channel, json_t *message, gsize size_bytes,
                   BhEndpoint *self)
{
  bh_endpoint_tell_message(self, bh_contact_get_member(contact), channel, message, size_bytes);
}

/* One at a time: a page that opens another has forgotten the one before. */
static void
on_contact_signal_channel(BhContact *contact, BhDataChannel *channel, BhEndpoint *self)
{
  BhSignalCarrier *before = g_object_get_data(G_OBJECT(contact), "bh-signal-carrier");
  const char *device_id = bh_member_get_device_id(bh_contact_get_member(contact));

  if (before != NULL)
    bh_signal_carrier_end(before);
  g_object_set_data_full(G_OBJECT(contact), "bh-signal-carrier",
                         bh_signal_carrier_new(self->signaling, channel, device_id),
                         g_object_unref);
}

static void
on_contact_connection(BhContact *contact, gboolean is_there, BhEndpoint *self)
{
  count_connection(self, contact, is_there);
}

static void
on_contact_opened(BhContact *contact, BhEndpoint *self)
{
  self->counters.opened++;
  tell_presence(self, bh_contact_get_member(contact));
}

/* The connection is over. Who is also away from the rooms has left. */
static void
on_contact_ended(BhContact *contact, gboolean failed, BhEndpoint *self)
{
  if (failed)
    self->counters.failed++;
  if (!bh_member_get_present(bh_contact_get_member(contact)))
    drop_contact(self, contact);
  else
    tell_presence(self, bh_contact_get_member(contact));
}

/* On a hub that is not open, whoever is no guest has proved a key: the rooms see to it. What a
 * cloud says is believed in so far only as is_outdated() does not deny it; nothing comes of it
 * before the device's own signature. */
static BhMember *
make_member(BhEndpoint *self, BhEndpointSide *side, const char *tenant_id, const char *peer_id,
            const json_t *peer)
{
  const char *device_id = NULL, *role_name = NULL;
  BhMember *member;
  BhRole role;

  bh_json_get_optional_text(peer, "deviceId", BH_ENDPOINT_MAX_ID_BYTES, &device_id, NULL);
  bh_json_get_optional_text(peer, "role", BH_ENDPOINT_MAX_ID_BYTES, &role_name, NULL);
  role = bh_role_from_name(role_name);
  member = bh_member_new(tenant_id, peer_id, device_id, role,
                         side->is_cloud ? NULL : relay_to_member, self);
  bh_member_set_side(member, side);
  bh_member_set_is_paired(member,
                          role != BH_ROLE_GUEST && role != BH_ROLE_NONE &&
                              (!self->config.open || side->is_cloud ||
                               bh_signaling_server_is_proved(self->signaling, tenant_id, peer_id)));
  return member;
}

static BhContact *
make_contact(BhEndpoint *self, BhMember *member)
{
  guint max_channels = (guint)bh_limit_set_get(&self->limits, BH_LIMIT_CHANNELS);
  gboolean is_guest = bh_member_get_role(member) == BH_ROLE_GUEST;
  const BhEndpointSide *side = bh_member_get_side(member);
  const BhConnectionConfig config = {
      .certificate = self->certificate,
      .loopback = self->config.loopback,
      .resolver = self->config.resolver,
      .port_min = self->config.port_min,
      .port_max = self->config.port_max,
      .max_message_bytes = bh_limit_set_get(&self->limits, BH_LIMIT_CHANNEL_MESSAGE_BYTES),
      .max_queued_bytes = bh_limit_set_get(&self->limits, BH_LIMIT_CHANNEL_QUEUED_BYTES),
      .max_channels = is_guest ? MIN(GUEST_CHANNELS, max_channels) : max_channels,
  };
  g_autoptr(BhGuestAllowance) allowance = NULL;
  BhContact *contact = bh_contact_new(member, &config, self->config.gate,
                                      strcmp(side->peer_id, bh_member_get_peer_id(member)) < 0);

  g_signal_connect_object(contact, "signal", G_CALLBACK(on_contact_signal), self, 0);
  g_signal_connect_object(contact, "signal-channel", G_CALLBACK(on_contact_signal_channel), self,
                          0);
  g_signal_connect_object(contact, "message", G_CALLBACK(on_contact_message), self, 0);
  g_signal_connect_object(contact, "connection", G_CALLBACK(on_contact_connection), self, 0);
  g_signal_connect_object(contact, "opened", G_CALLBACK(on_contact_opened), self, 0);
  g_signal_connect_object(contact, "ended", G_CALLBACK(on_contact_ended), self, 0);
  if (is_guest) {
    allowance = bh_guest_allowances_find(self->allowances, bh_member_get_device_id(member),
                                         g_get_monotonic_time());
    bh_contact_set_allowance(contact, allowance);
  }
  return contact;
}

static gboolean
is_same_device(BhMember *a, BhMember *b)
{
  return g_str_equal(bh_member_get_device_id(a), bh_member_get_device_id(b)) &&
         bh_member_get_role(a) == bh_member_get_role(b) &&
         bh_member_get_is_paired(a) == bh_member_get_is_paired(b);
}

/* What the rooms said of a paired device may have waited behind others; it was removed or given
 * another role meanwhile, and expelled before it was here. Its leaving comes next. */
static gboolean
is_outdated(BhEndpoint *self, BhMember *member)
{
  const BhEndpointSide *side = bh_member_get_side(member);
  const BhDevice *device;

  /* Guests stay on the property, and so do those who are let in by their word. */
  if (side->is_cloud && (!bh_gate_has_keys(self->config.gate) || !bh_member_get_is_paired(member)))
    return TRUE;
  if (self->config.open && !side->is_cloud)
    return FALSE;
  if (!bh_gate_has_keys(self->config.gate) || !bh_member_get_is_paired(member))
    return FALSE;
  device = bh_gate_find_device(self->config.gate, bh_member_get_device_id(member));
  return device == NULL || device->revoked_ms != 0 || device->role != bh_member_get_role(member);
}

void
bh_endpoint_add_member(BhEndpoint *self, BhEndpointSide *side, const char *tenant_id,
                       const json_t *peer)
{
  const char *peer_id = bh_json_get_text(peer, "peerId", BH_ENDPOINT_MAX_ID_BYTES, NULL);
  g_autoptr(BhMember) member = NULL;
  g_autofree char *key = NULL;
  BhContact *contact;

  if (peer_id == NULL || g_str_equal(peer_id, side->peer_id))
    return;
  key = bh_endpoint_side_make_key(side, tenant_id, peer_id);
  member = make_member(self, side, tenant_id, peer_id, peer);
  if (is_outdated(self, member))
    return;
  contact = g_hash_table_lookup(self->contacts, key);
  if (contact != NULL && is_same_device(bh_contact_get_member(contact), member)) {
    bh_member_set_present(bh_contact_get_member(contact), TRUE);
    tell_presence(self, bh_contact_get_member(contact));
    return;
  }
  /* Still connected, but its place was over and another has taken the name: nothing passes on. */
  if (contact != NULL)
    drop_contact(self, contact);
  if (side->is_cloud &&
      g_hash_table_size(self->contacts) >= bh_limit_set_get(&self->limits, BH_LIMIT_PEERS))
    return;
  contact = make_contact(self, member);
  g_hash_table_insert(self->contacts, g_steal_pointer(&key), contact);
  index_contact(self, contact);
  tell_presence(self, member);
}

/* Signaling may go without disturbing an open connection: only who has none is gone. */
void
bh_endpoint_remove_member(BhEndpoint *self, const BhEndpointSide *side, const char *tenant_id,
                          const char *peer_id)
{
  g_autofree char *key = bh_endpoint_side_make_key(side, tenant_id, peer_id);
  BhContact *contact = g_hash_table_lookup(self->contacts, key);

  if (contact == NULL)
    return;
  bh_member_set_present(bh_contact_get_member(contact), FALSE);
  if (!bh_contact_is_connected(contact))
    drop_contact(self, contact);
  else
    tell_presence(self, bh_contact_get_member(contact));
}

/* --- what the rooms of this hub say --- */

static void
on_arrived(BhArrivalQueue *arrivals, GBytes *text, BhEndpoint *self)
{
  g_autoptr(BhEndpoint) kept G_GNUC_UNUSED = g_object_ref(self);
  gsize length;
  const char *bytes = g_bytes_get_data(text, &length);
  g_autoptr(json_t) message = bh_json_parse(bytes, length, NULL);

  if (message != NULL)
    bh_endpoint_take_message(self, &self->local, message);
}

static void
on_rooms_closed(BhArrivalQueue *arrivals, BhEndpoint *self)
{
  bh_endpoint_close(self);
}

/* --- life --- */

static void
bh_endpoint_dispose(GObject *object)
{
  bh_endpoint_close(BH_ENDPOINT(object));
  G_OBJECT_CLASS(bh_endpoint_parent_class)->dispose(object);
}

static void
bh_endpoint_finalize(GObject *object)
{
  BhEndpoint *self = BH_ENDPOINT(object);

  bh_guest_allowances_free(self->allowances);
  bh_relay_queue_free(self->relays);
  g_hash_table_unref(self->by_device);
  g_hash_table_unref(self->contacts);
  g_object_unref(self->signaling);
  bh_certificate_unref(self->certificate);
  g_object_unref(self->arrivals);
  bh_endpoint_side_clear(&self->local);
  bh_endpoint_side_clear(&self->cloud);
  g_clear_object(&self->config.resolver);
  G_OBJECT_CLASS(bh_endpoint_parent_class)->finalize(object);
}

static void
bh_endpoint_class_init(BhEndpointClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_endpoint_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_endpoint_finalize;

  signals[SIGNAL_MESSAGE] =
      g_signal_new("message", BH_TYPE_ENDPOINT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                   4, BH_TYPE_MEMBER, G_TYPE_INT, BH_TYPE_DATA_CHANNEL, G_TYPE_POINTER);
  signals[SIGNAL_PRESENCE] = g_signal_new("presence", BH_TYPE_ENDPOINT, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, BH_TYPE_MEMBER);
}

static void
bh_endpoint_init(BhEndpoint *self)
{
  self->contacts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
  self->by_device =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->arrivals = bh_arrival_queue_new();
}

BhEndpoint *
bh_endpoint_new(BhSignalingServer *signaling, BhCertificate *certificate,
                const BhEndpointConfig *config, const BhLimitSet *limits)
{
  BhEndpoint *self = g_object_new(BH_TYPE_ENDPOINT, NULL);

  self->signaling = g_object_ref(signaling);
  self->certificate = bh_certificate_ref(certificate);
  self->limits = *limits;
  self->allowances = bh_guest_allowances_new(limits);
  self->relays =
      bh_relay_queue_new(&relay_way, self, get_message_bytes(limits), RELAY_ENVELOPE_BYTES);
  bh_endpoint_side_init(&self->local, FALSE, config->peer_id,
                        config->tenant_id != NULL ? config->tenant_id : "");
  self->config = *config;
  self->config.peer_id = self->local.peer_id;
  self->config.tenant_id = self->local.tenant_id;
  if (config->resolver != NULL)
    g_object_ref(config->resolver);
  g_signal_connect_object(self->arrivals, "arrived", G_CALLBACK(on_arrived), self, 0);
  g_signal_connect_object(self->arrivals, "closed", G_CALLBACK(on_rooms_closed), self, 0);
  self->session = bh_signaling_server_add_hub(signaling, BH_SIGNALING_TRANSPORT(self->arrivals),
                                              self->local.peer_id);
  return self;
}

void
bh_endpoint_get_counters(BhEndpoint *endpoint, BhEndpointCounters *out)
{
  GHashTableIter iter;
  gpointer contact;

  *out = endpoint->counters;
  g_hash_table_iter_init(&iter, endpoint->contacts);
  while (g_hash_table_iter_next(&iter, NULL, &contact))
    out->channels += bh_contact_count_channels(contact);
}

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
  gint one = *(const gint *)a, other = *(const gint *)b;

  return (one > other) - (one < other);
}

gint
bh_endpoint_get_round_trip_ms(BhEndpoint *endpoint)
{
  g_autoptr(GArray) known = g_array_new(FALSE, FALSE, sizeof(gint));
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init(&iter, endpoint->contacts);
  while (g_hash_table_iter_next(&iter, NULL, &contact)) {
    gint round_trip_ms = bh_contact_get_round_trip_ms(contact);

    if (round_trip_ms >= 0)
      g_array_append_val(known, round_trip_ms);
  }
  if (known->len == 0)
    return -1;
  g_array_sort(known, compare_numbers);
  return g_array_index(known, gint, known->len / 2);
}

void
bh_endpoint_move(BhEndpoint *endpoint, gboolean always)
{
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init(&iter, endpoint->contacts);
  while (g_hash_table_iter_next(&iter, NULL, &contact))
    bh_contact_move(contact, always);
}

void
bh_endpoint_expel(BhEndpoint *endpoint, const char *device_id)
{
  g_autoptr(BhEndpoint) self = g_object_ref(endpoint);
  GPtrArray *contacts;

  /* Each drop takes its own out, the last one the array. */
  while ((contacts = g_hash_table_lookup(self->by_device, device_id)) != NULL)
    drop_contact(self, contacts->pdata[0]);
}

const char *
bh_endpoint_describe_device(BhEndpoint *endpoint, const char *device_id)
{
  const GPtrArray *contacts = g_hash_table_lookup(endpoint->by_device, device_id);
  const char *path = NULL;

  for (guint i = 0; contacts != NULL && i < contacts->len; i++) {
    BhContact *contact = contacts->pdata[i];

    if (bh_member_has_open_channel(bh_contact_get_member(contact)))
      return "local-p2p";
    if (bh_member_can_relay(bh_contact_get_member(contact)))
      path = "hub-relay";
  }
  return path;
}

GPtrArray *
bh_endpoint_list_members(BhEndpoint *endpoint, BhEndpointFilter filter, gpointer user_data)
{
  GPtrArray *members = g_ptr_array_new_with_free_func(g_object_unref);
  GHashTableIter iter;
  gpointer contact;

  g_hash_table_iter_init(&iter, endpoint->contacts);
  while (g_hash_table_iter_next(&iter, NULL, &contact)) {
    BhMember *member = bh_contact_get_member(contact);

    if (filter(member, user_data))
      g_ptr_array_add(members, g_object_ref(member));
  }
  return members;
}

void
bh_endpoint_broadcast(BhEndpoint *endpoint, BhEndpointFilter filter, gpointer user_data,
                      const json_t *message)
{
  g_autoptr(BhEndpoint) self G_GNUC_UNUSED = g_object_ref(endpoint);
  g_autoptr(GPtrArray) members = bh_endpoint_list_members(endpoint, filter, user_data);

  for (guint i = 0; i < members->len; i++)
    bh_member_send(members->pdata[i], NULL, message);
}

void
bh_endpoint_close(BhEndpoint *endpoint)
{
  g_autoptr(BhEndpoint) self = g_object_ref(endpoint);
  g_autoptr(GList) contacts = NULL;
  BhSignalingSession *session = g_steal_pointer(&self->session);

  if (session == NULL)
    return;
  contacts = g_hash_table_get_values(self->contacts);
  for (GList *l = contacts; l != NULL; l = l->next)
    drop_contact(self, l->data);
  bh_arrival_queue_stop(self->arrivals);
  bh_signaling_session_end(session);
}
