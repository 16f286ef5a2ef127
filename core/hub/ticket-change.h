/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket-change: what a kitchen that has a ticket on paper, and no screen, is to be told of it
 * when the order is another one since: a line was cancelled, there is more or less of it, its note
 * or its course is another, or the order's note is.
 *
 * Beside what it prints a ticket's job keeps what it has `told`: {recordId, orderId, stationId?,
 * note? (the order's), of? (a change's: the ticket's job), lines: [{lineId, and what the ticket
 * says of it; quantity 0: it is cancelled}]}. A change is the difference from there to now, and
 * tells the next one.
 *
 * Not told of: what was made, what a kitchen screen has shown, where a line stands or is made now,
 * and of an order that is closed all but what was cancelled.
 */
#pragma once

#include "ticket-book.h"

/* What ids of its print jobs begin with. */
#define BH_TICKET_CHANGE_JOB_PREFIX "change-"

/** bh_ticket_change_tell: @note: (nullable): the order's
 * Returns: (transfer full): what @ticket, printed now, tells */
json_t *bh_ticket_change_tell(BhProperty *property, const BhDueTicket *ticket, const char *note);

/**
 * bh_ticket_change_make:
 * @content: of the last job that told of this ticket
 * @of: id of the first one
 * @line_ids: (out) (transfer full): array of the ids of those that it tells of
 *
 * Returns: (transfer full) (nullable): content of the next job; %NULL: there is nothing to tell
 */
json_t *bh_ticket_change_make(BhProperty *property, const json_t *content, const char *of,
                              json_t **line_ids);

/**
 * bh_ticket_change_make_job_id: the same for the same step from @last_id, whenever it is made, so
 * that a queue that knows jobs by it prints once whatever breaks off in between.
 *
 * Returns: (transfer full): an id
 */
char *bh_ticket_change_make_job_id(const char *last_id, const json_t *content);
