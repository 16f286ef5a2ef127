/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "endpoint-private.h"

#include <string.h>

#include "chunks.h"
#include "description-check.h"

/*
 * What signaling says to the endpoint, by the rooms of this hub or by a cloud: who is there, and
 * what they offer, answer and relay.
 */

/* The largest signaling message a room relays is capped by the rooms; this one only guards us. */
#define MAX_SDP_BYTES (256 * 1024)

/* Of one guest's device: a page has one, and not every tab that a phone keeps is awake. */
#define GUEST_CONNECTIONS 8

/* A page that is gone without a word leaves its connection for half a minute: that one makes room.
 * One that is in use does not: the page it belongs to would come back and take another's. */
static gboolean
make_guest_room(BhEndpoint *self, BhMember *member)
{
  const GPtrArray *contacts = g_hash_table_lookup(self->by_device, bh_member_get_device_id(member));
  BhContact *spare = NULL;
  guint count = 0;

  for (guint i = 0; contacts != NULL && i < contacts->len; i++) {
    BhContact *contact = contacts->pdata[i];

    if (!bh_contact_has_connection(contact))
      continue;
    count++;
    if (bh_contact_is_lost(contact) || !bh_member_get_present(bh_contact_get_member(contact)))
      spare = contact;
  }
  if (count < GUEST_CONNECTIONS)
    return TRUE;
  if (spare != NULL)
    bh_contact_hang_up(spare);
  return spare != NULL;
}

/* A quarter is left to the devices of the house, however many guests there are. */
static gboolean
has_room(BhEndpoint *self, BhContact *contact)
{
  guint64 limit = bh_limit_set_get(&self->limits, BH_LIMIT_PEER_CONNECTIONS);
  BhMember *member = bh_contact_get_member(contact);

  if (bh_contact_has_connection(contact))
    return TRUE;
  if (bh_member_get_role(member) == BH_ROLE_GUEST &&
      (!make_guest_room(self, member) || self->guest_connections >= limit - limit / 4))
    return FALSE;
  return self->counters.connections < limit;
}

static void
on_offer_me(BhEndpoint *self, BhContact *contact)
{
  BhMember *member = bh_contact_get_member(contact);
  g_autoptr(GError) error = NULL;

  if (!self->config.offer_me)
    bh_endpoint_refuse(self, member, "offer-me", "forbidden", "This hub does not offer.");
  else if (!has_room(self, contact))
    bh_endpoint_refuse(self, member, "offer-me", "rate-limited",
                       "The hub has too many connections.");
  else if (!bh_contact_offer(contact, &error))
    bh_endpoint_refuse(self, member, "offer-me", "bad-message", error->message);
}

/* Where there is no channel, what is larger than a signaling message comes in parts as well.
 * Returns: (nullable): the message that is now whole */
static json_t *
join_chunk(BhEndpoint *self, BhContact *contact, const json_t *part)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *whole = NULL;
  json_t *message = NULL;

  if (bh_contact_add_chunk(contact, NULL, part, &whole, &error) && whole != NULL)
    message = bh_json_parse(whole, strlen(whole), &error);
  if (error != NULL)
    bh_endpoint_refuse(self, bh_contact_get_member(contact), "relay",
                       bh_chunks_get_error_code(error), error->message);
  return message;
}

static void
on_relay(BhEndpoint *self, BhContact *contact, json_t *message)
{
  json_t *payload = json_object_get(message, "payload");
  const char *type = bh_json_get_text(payload, "type", BH_ENDPOINT_MAX_ID_BYTES, NULL);
  g_autoptr(json_t) whole = NULL;

  if (g_strcmp0(type, "chunk") == 0) {
    whole = join_chunk(self, contact, payload);
    if (whole == NULL)
      return;
    payload = whole;
    type = bh_json_get_text(payload, "type", BH_ENDPOINT_MAX_ID_BYTES, NULL);
  }
  if (type == NULL)
    bh_endpoint_refuse(self, bh_contact_get_member(contact), "relay", "bad-message",
                       "The payload needs a type.");
  else if (g_str_equal(type, "offer-me"))
    on_offer_me(self, contact);
  else
    /* Its size is measured, not written. */
    bh_endpoint_tell_message(self, bh_contact_get_member(contact), NULL, payload,
                             json_dumpb(payload, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY));
}

static void
on_description(BhEndpoint *self, BhContact *contact, const char *type, const json_t *message)
{
  BhMember *member = bh_contact_get_member(contact);
  const BhEndpointSide *side = bh_member_get_side(member);
  gboolean is_open = self->config.open && !side->is_cloud;
  gboolean is_offer = g_str_equal(type, "offer");
  g_autoptr(GError) error = NULL;
  const char *sdp = bh_json_get_text(message, "sdp", MAX_SDP_BYTES, &error);

  if (sdp != NULL &&
      !bh_description_check(self->config.gate, is_open, member, message, side->peer_id))
    bh_endpoint_refuse(self, member, type, "unauthorized",
                       "This description is not signed by the device.");
  else if (is_offer && sdp != NULL && !has_room(self, contact))
    bh_endpoint_refuse(self, member, type, "rate-limited", "The hub has too many connections.");
  else if (sdp == NULL || !bh_contact_set_description(
                              contact, is_offer ? BH_SDP_OFFER : BH_SDP_ANSWER, sdp, &error))
    bh_endpoint_refuse(self, member, type, "bad-message", error->message);
}

static void
on_candidate(BhEndpoint *self, BhContact *contact, const json_t *message)
{
  const json_t *candidate = json_object_get(message, "candidate");
  const char *line = NULL, *ufrag = NULL;
  g_autoptr(GError) error = NULL;

  if (json_is_string(candidate)) { /* some clients send the line alone */
    line = json_string_value(candidate);
  } else if (!bh_json_get_optional_text(candidate, "candidate", MAX_SDP_BYTES, &line, &error) ||
             !bh_json_get_optional_text(candidate, "usernameFragment", BH_ENDPOINT_MAX_ID_BYTES,
                                        &ufrag, &error)) {
    bh_endpoint_refuse(self, bh_contact_get_member(contact), "ice-candidate", "bad-message",
                       error->message);
    return;
  }
  if (!bh_contact_add_candidate(contact, line, ufrag, &error))
    bh_endpoint_refuse(self, bh_contact_get_member(contact), "ice-candidate", "bad-message",
                       error->message);
}

void
bh_endpoint_add_members(BhEndpoint *self, BhEndpointSide *side, const char *tenant_id,
                        const json_t *peers)
{
  gsize i;
  json_t *peer;

  json_array_foreach(peers, i, peer) bh_endpoint_add_member(self, side, tenant_id, peer);
}

static void
on_presence(BhEndpoint *self, BhEndpointSide *side, const char *tenant_id, const char *type,
            json_t *message)
{
  json_t *peer = json_object_get(message, "peer");
  const json_t *left = json_object_get(message, "left");
  const char *peer_id = bh_json_get_text(peer, "peerId", BH_ENDPOINT_MAX_ID_BYTES, NULL);
  gsize i;

  if (g_str_equal(type, "peer-joined")) {
    bh_endpoint_add_member(self, side, tenant_id, peer);
  } else if (g_str_equal(type, "peer-left")) {
    if (peer_id != NULL)
      bh_endpoint_remove_member(self, side, tenant_id, peer_id);
  } else {
    bh_endpoint_add_members(self, side, tenant_id, json_object_get(message, "peers"));
    bh_endpoint_add_members(self, side, tenant_id, json_object_get(message, "joined"));
    json_array_foreach(left, i, peer)
    {
      peer_id = json_is_string(peer)
                    ? json_string_value(peer)
                    : bh_json_get_text(peer, "peerId", BH_ENDPOINT_MAX_ID_BYTES, NULL);
      if (peer_id != NULL)
        bh_endpoint_remove_member(self, side, tenant_id, peer_id);
    }
  }
}

static void
on_from_peer(BhEndpoint *self, const BhEndpointSide *side, const char *tenant_id, const char *type,
             json_t *message)
{
  const char *from = bh_json_get_text(message, "fromPeerId", BH_ENDPOINT_MAX_ID_BYTES, NULL);
  g_autofree char *key = from != NULL ? bh_endpoint_side_make_key(side, tenant_id, from) : NULL;
  g_autoptr(BhContact) contact = NULL;

  if (key == NULL || g_hash_table_lookup(self->contacts, key) == NULL) {
    g_debug("A “%s” came from nobody we were told of", type);
    return;
  }
  contact = g_object_ref(g_hash_table_lookup(self->contacts, key));
  if (g_str_equal(type, "offer") || g_str_equal(type, "answer"))
    on_description(self, contact, type, message);
  else if (g_str_equal(type, "ice-candidate"))
    on_candidate(self, contact, message);
  else if (g_str_equal(type, "relay") && !side->is_cloud)
    on_relay(self, contact, message);
}

void
bh_endpoint_take_message(BhEndpoint *self, BhEndpointSide *side, json_t *message)
{
  const char *type = bh_json_get_text(message, "type", BH_ENDPOINT_MAX_ID_BYTES, NULL);
  const char *tenant_id = NULL;

  if (type == NULL || self->session == NULL)
    return;
  if (!side->is_cloud)
    tenant_id = bh_json_get_text(message, "tenantId", BH_ENDPOINT_MAX_ID_BYTES, NULL);
  if (tenant_id == NULL)
    tenant_id = side->tenant_id;
  if (g_str_equal(type, "peer-joined") || g_str_equal(type, "peer-left") ||
      g_str_equal(type, "peers"))
    on_presence(self, side, tenant_id, type, message);
  else if (json_object_get(message, "fromPeerId") != NULL)
    on_from_peer(self, side, tenant_id, type, message);
  else if (g_str_equal(type, "error"))
    g_debug("The room refused a message of ours: %s",
            bh_json_get_text(message, "code", BH_ENDPOINT_MAX_ID_BYTES, NULL));
}
