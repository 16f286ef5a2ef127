/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket-content: what is to stand on a ticket, from the order as it is now: a print job's content.
 */
#pragma once

#include "ticket-book.h"

/**
 * bh_ticket_content_make:
 *
 * What is not the kitchen's any more, stands on another order or is made elsewhere now is not on
 * it. What was split off a line of @ticket, to be paid apart, is counted with it.
 *
 * In the language of the hub's own locale, as what it says elsewhere.
 *
 * Returns: (transfer full) (nullable): `{ticket: {...}, told: {...}}`, of which the latter is
 *   bh_ticket_change_tell()'s; %NULL: none of these lines is left
 */
json_t *bh_ticket_content_make(BhProperty *property, const BhDueTicket *ticket);

/** bh_ticket_content_make_line: Returns: (transfer full): what a ticket says of @line, which is an
 * order's: {quantity, name, modifiers?, notes?, allergens?, course?} */
json_t *bh_ticket_content_make_line(const json_t *line);

/** bh_ticket_content_set_time: @ticket says this time, as the clocks here show it. */
void bh_ticket_content_set_time(json_t *ticket, gint64 time_ms);

/** bh_ticket_content_find_printer: @station_id: (nullable)
 * Returns: (transfer none) (nullable): where tickets of this station come out */
const char *bh_ticket_content_find_printer(BhProperty *property, const char *station_id);

/**
 * bh_ticket_content_reduce:
 * @content: what bh_ticket_content_make() made and no printer takes
 *
 * Leaves number, title, station, and names with quantities, within what a ticket may hold.
 */
void bh_ticket_content_reduce(json_t *content);
