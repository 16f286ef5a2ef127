/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket-lines: which lines of an order wait for somebody's eye: they are for the kitchen, and no
 * kitchen screen has shown them (`seen`) nor has a ticket (`printed`) that was not taken back.
 *
 * For the kitchen is what is to be made now, as isForKitchen() of the pages has it: the line is
 * accepted or preparing; or placed, where the order is not a guest's: what a guest has ordered
 * waits for staff. Whether the order is closed says nothing of it, for what a device without a
 * connection ordered may come after that; who closes an order ends its lines, and what nobody ended
 * is forgotten after a time (BH_TICKET_WATCH_FORGET_MS). What was split off a line, to be paid
 * apart, was seen and printed with it.
 *
 * Reads the property's committed records; keeps nothing.
 */
#pragma once

#include "property.h"
#include "taken-back.h"

typedef struct {
  char *line_id;
  char *order_id;   /* where it stands now; it is in another's record where it was moved */
  char *station_id; /* (nullable): what it is made at */
  char *of;         /* (nullable): see bh_ticket_lines_find() */
  gint64 since_ms;  /* when it became the kitchen's, as whoever said so has it, UTC */
} BhKitchenLine;

void bh_kitchen_line_free(BhKitchenLine *line);

/**
 * bh_ticket_lines_read:
 * @record_id: of an order's record
 * @taken_back: (nullable): whose word `printed` does not count
 *
 * Returns: (transfer full) (element-type BhKitchenLine): those in this record, in order
 */
GPtrArray *bh_ticket_lines_read(BhProperty *property, const char *record_id,
                                const BhTakenBack *taken_back);

/**
 * bh_ticket_lines_find:
 * @line_ids: (element-type utf8): of a ticket
 *
 * Returns: (transfer full) (element-type BhKitchenLine): what is for the kitchen of them and of
 * what was split off them, seen or not; `of`: which of @line_ids it is, or was
 */
GPtrArray *bh_ticket_lines_find(BhProperty *property, const char *record_id,
                                const GPtrArray *line_ids);

/**
 * bh_ticket_lines_read_printed:
 * @line_ids: (element-type utf8): of a ticket
 *
 * Returns: (transfer full): an array of what has become of them, each with all that was split off
 *   it: {lineId, name, quantity (that nobody has cancelled, or that was made before; 0: none),
 *   note, course, modifiers, allergens, isSettled: it was made, its order is closed and it was not
 *   cancelled, or a screen has shown it}
 */
json_t *bh_ticket_lines_read_printed(BhProperty *property, const char *record_id,
                                     const GPtrArray *line_ids);

/**
 * bh_ticket_lines_need:
 * @line_ids: (element-type utf8): of a ticket that is on its way to paper
 *
 * Returns: whether any of them, or of what was split off them, is for the kitchen and not seen
 */
gboolean bh_ticket_lines_need(BhProperty *property, const char *record_id,
                              const GPtrArray *line_ids);
