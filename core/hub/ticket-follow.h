/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTicketFollow: what the kitchen has on paper is followed, and what changes of it is printed
 * where the ticket was, for nobody there has another way to hear of it (ticket-change says what).
 *
 * - From the moment that a ticket is on paper, or may be: what waits for its printer still is taken
 *   back and printed as it is then, which is BhTicketPress's.
 * - Together: what changes within BH_TICKET_FOLLOW_SETTLE_MS makes one change.
 * - Once: what was told is a part of the job that tells it, and the next job's id follows from the
 *   last one's and from what it tells. So where the hub ends anywhere in between, the next start
 *   reads in the queue what was told, and tells what is left. After a backup was put back nobody
 *   knows what was told since it was made: what was on paper then is not followed.
 * - Before it is handed over the log says `printed` of it, so that who has the words of an order
 *   erased (ticket-erase) finds this job too. Nobody takes that for the paper.
 * - Late is better than never: one that waits for its printer stays, also over a restart.
 *
 * Bounded: BH_TICKET_FOLLOW_MAX; the first that came goes. Owned by the hub; one main context.
 */
#pragma once

#include "hub-state.h"

#define BH_TICKET_FOLLOW_SETTLE_MS 2000
/* Before a change that could not be written or handed over is tried again. */
#define BH_TICKET_FOLLOW_RETRY_MS 10000
/* A ticket older than that is nobody's any more, as for BhTicketWatch. */
#define BH_TICKET_FOLLOW_FORGET_MS (G_GINT64_CONSTANT(12) * 60 * 60 * 1000)
#define BH_TICKET_FOLLOW_MAX       2000

/** bh_ticket_follow_new: with the property and the queue loaded. @state: must outlive it */
BhTicketFollow *bh_ticket_follow_new(BhHubState *state);

/** bh_ticket_follow_forget: the words of these jobs are erased: what they told is followed no
 * longer. */
void bh_ticket_follow_forget(BhTicketFollow *follow, GHashTable *job_ids);

void bh_ticket_follow_free(BhTicketFollow *follow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTicketFollow, bh_ticket_follow_free)
