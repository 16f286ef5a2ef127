/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTicketWatch: the paper fallback of the kitchen. What no kitchen screen has shown within the
 * time that the house has set (`unseenSeconds` of `property/house`; 60) is printed at the printer
 * of its station, else at the first one, and the front desk is told (`ticket-unseen`).
 *
 * What waits, and until when, is BhTicketBook's; which lines those are, ticket-lines'. Before a
 * ticket is handed over they are read once more: nothing is printed that was seen, printed, bumped
 * or taken back meanwhile.
 *
 * How it comes to paper once, and is told of once, is BhTicketPress's.
 *
 * After an outage (the hub did not run, or slept) nothing is printed by itself, for nobody knows
 * how far the kitchen is: what was there at the start, or is the kitchen's for much longer than the
 * time when it arrives or is due, leads to one alert `tickets-after-outage`, where it is still
 * unseen after the same time; a later start tells only of what came since. The same alert names
 * orders for which the watch has no room.
 *
 * Owned by the hub; one main context.
 */
#pragma once

#include "hub-state.h"

/* Longest that something was the kitchen's for the desk to be told of it after a start. */
#define BH_TICKET_WATCH_FORGET_MS (G_GINT64_CONSTANT(12) * 60 * 60 * 1000)
/* Before a ticket that the queue did not take is tried again; doubled with each try. */
#define BH_TICKET_WATCH_RETRY_MS 10000
/* Orders that one alert names; it counts them all. */
#define BH_TICKET_WATCH_MAX_NAMED 50

typedef struct _BhTicketWatch BhTicketWatch;

/**
 * bh_ticket_watch_new: with the property and the queue loaded; begins at once.
 *
 * @state: must outlive it
 */
BhTicketWatch *bh_ticket_watch_new(BhHubState *state, const BhLimitSet *limits);

/** bh_ticket_watch_wake: see bh_ticket_book_wake(); after an outage also
 * bh_ticket_press_wake(). */
void bh_ticket_watch_wake(BhTicketWatch *watch, gint64 away_ms, gint64 counted_ms);

void bh_ticket_watch_free(BhTicketWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTicketWatch, bh_ticket_watch_free)
