/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLogLink: the way to one member that replicates or follows: it answers on whatever way the
 * member last spoke by, a data channel or the relay.
 *
 * It survives a channel that closes while the member can be reached otherwise; where it cannot, the
 * link is over, and another begins with the member's next `have` or `view`.
 *
 * Back-pressure: on a channel, no more than BH_LOG_LINK_MAX_QUEUED_BYTES wait; what is refused is
 * asked for again by `ready`, once there is room or the member has changed its way. By relay the
 * replicator's window bounds what is on its way.
 *
 * A plain struct, owned by the log desk.
 */
#pragma once

#include "member.h"
#include "router.h"

/* Enough to keep a fast link busy, and little beside the channel's own cap, which answers and other
 * messages need too. */
#define BH_LOG_LINK_MAX_QUEUED_BYTES ((gsize)512 * 1024)
/* `ready` comes once so little is left. */
#define BH_LOG_LINK_LOW_BYTES ((gsize)128 * 1024)

typedef struct _BhLogLink BhLogLink;

typedef struct {
  void (*ready)(BhLogLink *link, gpointer data); /* there is room again; may free the link */
  /* the way broke, what was on it is lost, and there is another */
  void (*moved)(BhLogLink *link, gpointer data);
  void (*lost)(BhLogLink *link, gpointer data); /* no way is left; may free the link */
} BhLogLinkEvents;

/** bh_log_link_new: @member: referenced; @events: static */
BhLogLink *bh_log_link_new(BhMember *member, const BhLogLinkEvents *events, gpointer data);
void bh_log_link_free(BhLogLink *link);

BhMember *bh_log_link_get_member(BhLogLink *link);

/**
 * bh_log_link_heard: the member just spoke by @path, on @channel where that is a channel.
 *
 * May call `ready`, which sends, which may free the link: look it up again.
 */
void bh_log_link_heard(BhLogLink *link, BhPath path, BhDataChannel *channel);

/** bh_log_link_get_path: Returns: how it spoke last, or is reached now */
BhPath bh_log_link_get_path(BhLogLink *link);

/** bh_log_link_has_room: whether something may be sent now; if not, `ready` will tell. */
gboolean bh_log_link_has_room(BhLogLink *link);

/**
 * bh_log_link_send:
 * @message: (transfer none)
 * @text: (nullable): the same, printed already
 *
 * Returns: %FALSE: it is not sent; `ready` will tell
 */
gboolean bh_log_link_send(BhLogLink *link, const json_t *message, GBytes *text);
