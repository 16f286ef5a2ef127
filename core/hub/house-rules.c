/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "house-rules.h"

/* What changes together is told once: clearing a table ends its seating and all of its sessions. */
#define GATHER_MS 20
/* Who comes and goes interests nobody to the millisecond, and a power cut brings everybody at once.
 */
#define PRESENCE_MS 500

typedef enum {
  NEWS_DEVICES,
  NEWS_PAIR_REQUESTS,
  NEWS_PEOPLE,
  NEWS_SEATINGS,
  NEWS_ALERTS,
  N_NEWS
} News;

/* What pages know it by, and who may read it. */
static const struct {
  const char *name;
  BhAction action;
} news_kinds[N_NEWS] = {
    [NEWS_DEVICES] = {"devices", BH_ACTION_MANAGE_DEVICES},
    [NEWS_PAIR_REQUESTS] = {"pair-requests", BH_ACTION_MANAGE_DEVICES},
    [NEWS_PEOPLE] = {"people", BH_ACTION_READ_PEOPLE},
    [NEWS_SEATINGS] = {"seatings", BH_ACTION_SEAT},
    [NEWS_ALERTS] = {"alerts", BH_ACTION_HEAR_ALERTS},
};

struct _BhHouseRules {
  BhHubState *state;
  guint pending; /* a bit for each News */
  guint gather_id;
  guint presence_id;
};

static gboolean
may_read(BhMember *member, gpointer user_data)
{
  return bh_role_may(bh_member_get_role(member), news_kinds[GPOINTER_TO_UINT(user_data)].action);
}

static gboolean
is_paired(BhMember *member, gpointer user_data)
{
  return bh_member_get_is_paired(member);
}

static gboolean
on_gathered(gpointer user_data)
{
  BhHouseRules *self = user_data;
  guint pending = self->pending;

  self->pending = 0;
  self->gather_id = 0;
  for (guint i = 0; i < N_NEWS; i++) {
    g_autoptr(json_t) message =
        json_pack("{s:s, s:s}", "type", "changed", "what", news_kinds[i].name);

    if ((pending & 1u << i) != 0)
      bh_endpoint_broadcast(self->state->endpoint, may_read, GUINT_TO_POINTER(i), message);
  }
  return G_SOURCE_REMOVE;
}

static void
tell(BhHouseRules *self, News news)
{
  self->pending |= 1u << news;
  if (self->gather_id == 0)
    self->gather_id = g_timeout_add(GATHER_MS, on_gathered, self);
}

static gboolean
on_presence_settled(gpointer user_data)
{
  BhHouseRules *self = user_data;

  self->presence_id = 0;
  tell(self, NEWS_DEVICES);
  return G_SOURCE_REMOVE;
}

/* Also as it leaves: what was there until a minute ago was not last seen on the day it came. */
static void
on_presence(BhEndpoint *endpoint, BhMember *member, BhHouseRules *self)
{
  if (!bh_member_get_is_paired(member))
    return;
  bh_device_book_seen(self->state->devices, bh_member_get_device_id(member),
                      g_get_real_time() / 1000);
  if (self->presence_id == 0)
    self->presence_id = g_timeout_add(PRESENCE_MS, on_presence_settled, self);
}

/* Out of the rooms first, which says why; then off its channels. */
static void
expel(BhHouseRules *self, const char *device_id, BhSignalingError code, const char *text)
{
  bh_signaling_server_expel(self->state->signaling, device_id, code, text);
  bh_endpoint_expel(self->state->endpoint, device_id);
}

/* To whom all others listen, now that one of them is not what it was. */
static void
tell_revocations(BhHouseRules *self)
{
  g_autoptr(json_t) message =
      json_pack("{s:s, s:o}", "type", "revocations", "revocations",
                bh_gate_make_revocations(self->state->gate, self->state->tenant_id));

  bh_endpoint_broadcast(self->state->endpoint, is_paired, NULL, message);
  if (self->state->cloud != NULL)
    bh_cloud_desk_tell_revocations(self->state->cloud);
}

static void
on_device_added(BhDeviceBook *book, BhDevice *device, BhHouseRules *self)
{
  tell(self, NEWS_DEVICES);
}

/* It joins again by itself, with the membership that is valid now. */
static void
on_device_changed(BhDeviceBook *book, BhDevice *device, BhHouseRules *self)
{
  expel(self, device->device_id, BH_SIGNALING_ERROR_ROLE_CHANGED,
        "This device has another role or name now.");
  tell_revocations(self);
  tell(self, NEWS_DEVICES);
}

static void
on_device_revoked(BhDeviceBook *book, BhDevice *device, BhHouseRules *self)
{
  expel(self, device->device_id, BH_SIGNALING_ERROR_REVOKED,
        "This device was removed by a manager.");
  tell_revocations(self);
  /* Also where nobody is: a sign-in that is under way must not outlive this. */
  bh_person_book_sign_out_async(self->state->people, device->device_id, NULL, NULL);
  tell(self, NEWS_DEVICES);
}

static void
on_people_changed(BhPersonBook *book, BhHouseRules *self)
{
  tell(self, NEWS_PEOPLE);
}

static void
on_sign_in_changed(BhPersonBook *book, const char *device_id, BhHouseRules *self)
{
  tell(self, NEWS_PEOPLE);
  tell(self, NEWS_DEVICES);
}

static void
on_seating_changed(BhSeatingBook *book, const char *place_id, BhHouseRules *self)
{
  tell(self, NEWS_SEATINGS);
}

static gboolean
is_device(BhMember *member, gpointer device_id)
{
  return g_strcmp0(bh_member_get_device_id(member), device_id) == 0;
}

static void
on_session_changed(BhSeatingBook *book, const char *guest_device_id, BhHouseRules *self)
{
  const BhGuestSession *session = bh_seating_book_get_session(book, guest_device_id);
  g_autoptr(json_t) message = NULL;

  if (session == NULL) {
    expel(self, guest_device_id, BH_SIGNALING_ERROR_SEATING_ENDED, "Thank you for your visit.");
    return;
  }
  message =
      json_pack("{s:s, s:s}", "type", "seating", "state", bh_guest_state_get_name(session->state));
  bh_endpoint_broadcast(self->state->endpoint, is_device, (gpointer)guest_device_id, message);
}

static void
on_requests_changed(BhPairingDesk *desk, BhHouseRules *self)
{
  tell(self, NEWS_PAIR_REQUESTS);
}

static void
on_alerts_changed(BhAlertDesk *desk, BhHouseRules *self)
{
  tell(self, NEWS_ALERTS);
}

BhHouseRules *
bh_house_rules_new(BhHubState *state)
{
  BhHouseRules *self = g_new0(BhHouseRules, 1);

  self->state = state;
  g_signal_connect(state->endpoint, "presence", G_CALLBACK(on_presence), self);
  g_signal_connect(state->devices, "added", G_CALLBACK(on_device_added), self);
  g_signal_connect(state->devices, "changed", G_CALLBACK(on_device_changed), self);
  g_signal_connect(state->devices, "revoked", G_CALLBACK(on_device_revoked), self);
  g_signal_connect(state->people, "changed", G_CALLBACK(on_people_changed), self);
  g_signal_connect(state->people, "sign-in-changed", G_CALLBACK(on_sign_in_changed), self);
  g_signal_connect(state->seatings, "changed", G_CALLBACK(on_seating_changed), self);
  g_signal_connect(state->seatings, "session-changed", G_CALLBACK(on_session_changed), self);
  g_signal_connect(state->pairing, "requests-changed", G_CALLBACK(on_requests_changed), self);
  g_signal_connect(state->alerts, "changed", G_CALLBACK(on_alerts_changed), self);
  return self;
}

void
bh_house_rules_free(BhHouseRules *rules)
{
  g_signal_handlers_disconnect_by_data(rules->state->endpoint, rules);
  g_signal_handlers_disconnect_by_data(rules->state->devices, rules);
  g_signal_handlers_disconnect_by_data(rules->state->people, rules);
  g_signal_handlers_disconnect_by_data(rules->state->seatings, rules);
  g_signal_handlers_disconnect_by_data(rules->state->pairing, rules);
  g_signal_handlers_disconnect_by_data(rules->state->alerts, rules);
  g_clear_handle_id(&rules->gather_id, g_source_remove);
  g_clear_handle_id(&rules->presence_id, g_source_remove);
  g_free(rules);
}
