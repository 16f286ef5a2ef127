/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "log-link.h"

#include "chunks.h"

struct _BhLogLink {
  BhMember *member;
  BhDataChannel *channel; /* (nullable): %NULL: by relay */
  const BhLogLinkEvents *events;
  gpointer data;
  gboolean wants_room; /* something was refused */
};

static void
on_buffered_amount_low(BhDataChannel *channel, BhLogLink *self)
{
  if (!self->wants_room)
    return;
  self->wants_room = FALSE;
  self->events->ready(self, self->data);
}

static void
set_channel(BhLogLink *self, BhDataChannel *channel)
{
  if (self->channel == channel)
    return;
  if (self->channel != NULL)
    g_signal_handlers_disconnect_by_data(self->channel, self);
  g_set_object(&self->channel, channel);
  if (channel == NULL)
    return;
  bh_data_channel_set_buffered_amount_low_threshold(channel, BH_LOG_LINK_LOW_BYTES);
  g_signal_connect(channel, "buffered-amount-low", G_CALLBACK(on_buffered_amount_low), self);
}

static gboolean
is_open(BhDataChannel *channel)
{
  return channel != NULL && bh_data_channel_get_state(channel) == BH_DATA_CHANNEL_OPEN;
}

static gboolean
is_usable(BhLogLink *self)
{
  return self->channel != NULL ? is_open(self->channel) : bh_member_can_relay(self->member);
}

static void
on_ways(BhMember *member, BhLogLink *self)
{
  if (is_usable(self))
    return;
  /* The relay is answered for; another channel of a connection that breaks may be dying too. */
  set_channel(self, bh_member_can_relay(member) ? NULL : bh_member_get_channel(member));
  self->wants_room = FALSE;
  if (is_usable(self))
    self->events->moved(self, self->data);
  else
    self->events->lost(self, self->data);
}

static void
on_gone(BhMember *member, BhLogLink *self)
{
  self->events->lost(self, self->data);
}

BhLogLink *
bh_log_link_new(BhMember *member, const BhLogLinkEvents *events, gpointer data)
{
  BhLogLink *link = g_new0(BhLogLink, 1);

  link->member = g_object_ref(member);
  link->events = events;
  link->data = data;
  g_signal_connect(member, "ways", G_CALLBACK(on_ways), link);
  g_signal_connect(member, "gone", G_CALLBACK(on_gone), link);
  return link;
}

void
bh_log_link_free(BhLogLink *link)
{
  g_signal_handlers_disconnect_by_data(link->member, link);
  set_channel(link, NULL);
  g_object_unref(link->member);
  g_free(link);
}

BhMember *
bh_log_link_get_member(BhLogLink *link)
{
  return link->member;
}

void
bh_log_link_heard(BhLogLink *link, BhPath path, BhDataChannel *channel)
{
  BhDataChannel *way = path == BH_PATH_CHANNEL ? channel : NULL;
  /* What is left behind will not tell any more when it has room. */
  gboolean was_full = link->wants_room && way != link->channel;

  set_channel(link, way);
  if (!was_full)
    return;
  link->wants_room = FALSE;
  link->events->ready(link, link->data);
}

BhPath
bh_log_link_get_path(BhLogLink *link)
{
  return link->channel != NULL ? BH_PATH_CHANNEL : BH_PATH_RELAY;
}

gboolean
bh_log_link_has_room(BhLogLink *link)
{
  gboolean has_room = link->channel == NULL || bh_data_channel_get_buffered_amount(link->channel) <=
                                                   BH_LOG_LINK_MAX_QUEUED_BYTES;

  link->wants_room |= !has_room;
  return has_room;
}

static gboolean
send_text(BhLogLink *self, const json_t *message, GBytes *printed)
{
  g_autofree char *text =
      printed != NULL ? g_strndup(g_bytes_get_data(printed, NULL), g_bytes_get_size(printed))
                      : bh_json_to_text(message);

  return bh_chunks_send(self->channel, text);
}

gboolean
bh_log_link_send(BhLogLink *link, const json_t *message, GBytes *text)
{
  if (!bh_log_link_has_room(link))
    return FALSE;
  if (link->channel == NULL || !is_open(link->channel)) {
    bh_member_send(link->member, NULL, message);
    return TRUE;
  }
  if (send_text(link, message, text))
    return TRUE;
  link->wants_room = TRUE;
  return FALSE;
}
