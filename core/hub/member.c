/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "member.h"

#include "chunks.h"

struct _BhMember {
  GObject parent_instance;

  char *tenant_id;
  char *peer_id;
  char *device_id;
  BhRole role;
  gboolean is_paired;
  gboolean present;
  gboolean gone;
  gboolean speaks_by_relay;

  GPtrArray *channels; /* owned BhDataChannel, oldest first */

  BhMemberRelay relay;
  gpointer relay_data;
  BhMemberLocate locate; /* (nullable) */
  gpointer locate_data;
  gboolean is_outside; /* when it was asked last */
  gpointer side;
};

G_DEFINE_FINAL_TYPE(BhMember, bh_member, G_TYPE_OBJECT)

enum { SIGNAL_WAYS, SIGNAL_GONE, N_SIGNALS };

static guint signals[N_SIGNALS];

const char *
bh_path_get_name(BhPath path)
{
  static const char *const names[BH_N_PATHS] = {"channel", "relay", "http"};

  g_return_val_if_fail((guint)path < BH_N_PATHS, "");

  return names[path];
}

static void
bh_member_finalize(GObject *object)
{
  BhMember *self = BH_MEMBER(object);

  g_free(self->tenant_id);
  g_free(self->peer_id);
  g_free(self->device_id);
  g_ptr_array_unref(self->channels);
  G_OBJECT_CLASS(bh_member_parent_class)->finalize(object);
}

static void
bh_member_class_init(BhMemberClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_member_finalize;

  signals[SIGNAL_WAYS] =
      g_signal_new("ways", BH_TYPE_MEMBER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_GONE] =
      g_signal_new("gone", BH_TYPE_MEMBER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bh_member_init(BhMember *self)
{
  self->channels = g_ptr_array_new_with_free_func(g_object_unref);
}

BhMember *
bh_member_new(const char *tenant_id, const char *peer_id, const char *device_id, BhRole role,
              BhMemberRelay relay, gpointer user_data)
{
  BhMember *self = g_object_new(BH_TYPE_MEMBER, NULL);

  self->tenant_id = g_strdup(tenant_id);
  self->peer_id = g_strdup(peer_id);
  self->device_id = g_strdup(device_id != NULL ? device_id : peer_id);
  self->role = role;
  self->present = TRUE;
  self->relay = relay;
  self->relay_data = user_data;
  return self;
}

const char *
bh_member_get_tenant_id(BhMember *member)
{
  return member->tenant_id;
}

const char *
bh_member_get_peer_id(BhMember *member)
{
  return member->peer_id;
}

const char *
bh_member_get_device_id(BhMember *member)
{
  return member->device_id;
}

BhRole
bh_member_get_role(BhMember *member)
{
  return member->role;
}

gboolean
bh_member_get_is_paired(BhMember *member)
{
  return member->is_paired;
}

void
bh_member_set_is_paired(BhMember *member, gboolean is_paired)
{
  member->is_paired = is_paired;
}

void
bh_member_set_locate(BhMember *member, BhMemberLocate locate, gpointer user_data)
{
  member->locate = locate;
  member->locate_data = user_data;
}

gboolean
bh_member_is_outside(BhMember *member)
{
  if (member->locate != NULL)
    member->locate(member, &member->is_outside, member->locate_data);
  return member->is_outside;
}

gboolean
bh_member_can_relay(BhMember *member)
{
  return member->present && member->relay != NULL;
}

void
bh_member_set_speaks_by_relay(BhMember *member)
{
  member->speaks_by_relay = TRUE;
}

gpointer
bh_member_get_side(BhMember *member)
{
  return member->side;
}

void
bh_member_set_side(BhMember *member, gpointer side)
{
  member->side = side;
}

gboolean
bh_member_get_present(BhMember *member)
{
  return member->present;
}

void
bh_member_set_present(BhMember *member, gboolean present)
{
  if (member->present == present)
    return;
  member->present = present;
  g_signal_emit(member, signals[SIGNAL_WAYS], 0);
}

static void
on_channel_closed(BhDataChannel *channel, BhMember *self)
{
  g_autoptr(BhMember) kept = g_object_ref(self);

  g_signal_handlers_disconnect_by_data(channel, self);
  g_ptr_array_remove(self->channels, channel);
  g_signal_emit(kept, signals[SIGNAL_WAYS], 0);
}

void
bh_member_add_channel(BhMember *member, BhDataChannel *channel)
{
  g_ptr_array_add(member->channels, g_object_ref(channel));
  g_signal_connect_object(channel, "closed", G_CALLBACK(on_channel_closed), member, 0);
  g_signal_emit(member, signals[SIGNAL_WAYS], 0);
}

BhDataChannel *
bh_member_get_channel(BhMember *member)
{
  for (guint i = member->channels->len; i > 0; i--)
    if (bh_data_channel_get_state(member->channels->pdata[i - 1]) == BH_DATA_CHANNEL_OPEN)
      return member->channels->pdata[i - 1];
  return NULL;
}

gboolean
bh_member_has_open_channel(BhMember *member)
{
  return bh_member_get_channel(member) != NULL;
}

static gboolean
send_on_channel(BhDataChannel *channel, const json_t *message)
{
  g_autofree char *text = NULL;

  if (bh_data_channel_get_state(channel) != BH_DATA_CHANNEL_OPEN)
    return FALSE;
  text = bh_json_to_text(message);
  return bh_chunks_send(channel, text);
}

void
bh_member_send(BhMember *member, BhDataChannel *channel, const json_t *message)
{
  if (member->gone || (channel != NULL && send_on_channel(channel, message)))
    return;
  /* A channel that is dying still seems open for seconds; the relay is answered for. */
  if (bh_member_can_relay(member)) {
    member->relay(member, message, member->relay_data);
    return;
  }
  for (guint i = member->channels->len; i > 0; i--) { /* newest first */
    BhDataChannel *other = member->channels->pdata[i - 1];

    if (other != channel && send_on_channel(other, message))
      return;
  }
}

gboolean
bh_member_push(BhMember *member, const json_t *message)
{
  BhDataChannel *channel = bh_member_get_channel(member);

  return channel != NULL && send_on_channel(channel, message);
}

gboolean
bh_member_get_hears(BhMember *member)
{
  return bh_member_has_open_channel(member) ||
         (member->speaks_by_relay && bh_member_can_relay(member));
}

void
bh_member_tell(BhMember *member, const json_t *message)
{
  if (bh_member_has_open_channel(member))
    bh_member_push(member, message);
  else if (bh_member_get_hears(member))
    bh_member_send(member, NULL, message);
}

gboolean
bh_member_has_left(BhMember *member)
{
  return member->gone;
}

void
bh_member_leave(BhMember *member)
{
  g_autoptr(BhMember) self = g_object_ref(member);

  if (self->gone)
    return;
  self->gone = TRUE;
  self->present = FALSE;
  for (guint i = 0; i < self->channels->len; i++)
    g_signal_handlers_disconnect_by_data(self->channels->pdata[i], self);
  g_ptr_array_set_size(self->channels, 0);
  g_signal_emit(self, signals[SIGNAL_GONE], 0);
}
