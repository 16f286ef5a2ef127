/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTicketPress: what brings a ticket that is due to paper, once, and tells the desk of it.
 *
 * - Once: the job's id follows from order, station and lines, and the queue knows a job by it.
 *   Then the alert and `ticket.printed` are written, in this order; what cannot be written is
 *   tried again, without another job. Where the hub ends before, the next start finds the job in
 *   the queue and writes what is missing.
 * - Told once: a ticket that the queue does not take now goes back to its owner, and the desk is
 *   told the first time. What the queue will never take is handed over once more with nothing but
 *   number, title and names; what it does not take then is left to the alert.
 * - Truly: on paper is what its printer has confirmed, or will never say. What ends otherwise, or
 *   never comes to the queue, is `lost` where nothing more comes by itself, until a person has it
 *   printed again.
 * - As it is: a job that still waits for its printer when its lines would be printed otherwise now,
 *   because one was cancelled, changed, moved or made meanwhile, is taken back
 *   (`changed`), and what is left is due at once, by another job. What was there at the start is
 *   told of instead, so that where the hub ends between the two the desk knows of it.
 * - In time: a job that still waits for its printer when all of its lines have been seen is taken
 *   back (`seen`); paper that comes out long after makes the kitchen cook twice. What is the
 *   kitchen's again after that, by an undo, is due anew, and printed by another job. After a sleep
 *   what waited before it is taken back too (`old`), as by a start. Then the desk is told anew what
 *   it has put away: by this alert after a sleep; after a start by that of the outage, for what is
 *   the kitchen's still.
 *
 * Owned by BhTicketWatch; one main context.
 */
#pragma once

#include "hub-state.h"
#include "ticket-book.h"

typedef struct _BhTicketPress BhTicketPress;

/** BhTicketPutOff: the queue does not take @ticket now. */
typedef void (*BhTicketPutOff)(const BhDueTicket *ticket, gpointer user_data);

/**
 * BhTicketTakenBack: @ticket was taken back as `seen`: its lines may be read otherwise.
 * @again: or as `changed`: they are to be printed by another job
 */
typedef void (*BhTicketTakenBack)(const BhDueTicket *ticket, gboolean again, gpointer user_data);

/** bh_ticket_press_new: @state: must outlive it */
BhTicketPress *bh_ticket_press_new(BhHubState *state, BhTicketPutOff put_off,
                                   BhTicketTakenBack taken_back, gpointer user_data);
void bh_ticket_press_free(BhTicketPress *press);

/** bh_ticket_press_print: @ticket: (transfer full) */
void bh_ticket_press_print(BhTicketPress *press, BhDueTicket *ticket);

/**
 * bh_ticket_press_give_up: @ticket is old and is not handed over any more: where the desk was told
 * that it is not printed yet, in this run or an earlier one, it is told that it is `lost`.
 */
void bh_ticket_press_give_up(BhTicketPress *press, const BhDueTicket *ticket);

/** bh_ticket_press_get_taken_back: Returns: (transfer none): the jobs */
const BhTakenBack *bh_ticket_press_get_taken_back(BhTicketPress *press);

/** bh_ticket_press_make_job_id: Returns: (transfer full): what @ticket is printed by now: as
 * bh_due_ticket_make_job_id() has it, as long as no job of it was taken back */
char *bh_ticket_press_make_job_id(BhTicketPress *press, const BhDueTicket *ticket);

/** bh_ticket_press_look: something was said of the lines in this record. */
void bh_ticket_press_look(BhTicketPress *press, const char *record_id);

/**
 * bh_ticket_press_wake: after an outage: what has not begun to come out by itself does not any
 * more.
 */
void bh_ticket_press_wake(BhTicketPress *press);

/** bh_ticket_press_learn: of the last run, of all before one is settled. @job: as there */
void bh_ticket_press_learn(BhTicketPress *press, const json_t *job);

/**
 * bh_ticket_press_settle: of the last run
 * @job: as bh_print_queue_list_async() lists it
 * @ticket: (nullable): what this job prints, where nobody has written that it is printed
 *
 * Returns: %FALSE: it will not come out, and no alert says so
 */
gboolean bh_ticket_press_settle(BhTicketPress *press, const json_t *job, const BhDueTicket *ticket);

/**
 * bh_ticket_press_resume: a job of the last run waits for its printer still, for a person has moved
 * it there: it is taken back as one of this run where its lines are seen.
 * @ticket: what it prints, not old
 */
void bh_ticket_press_resume(BhTicketPress *press, const char *job_id, const BhDueTicket *ticket);
