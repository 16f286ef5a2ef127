/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTicketBook: which lines wait for a kitchen's eye, since when, and which of them are due. A
 * plain struct without I/O or clock: it is told what an order's lines are now and what time it is,
 * and says what is to be done.
 *
 * - A *ticket* is the lines of one order for one station that became the kitchen's together: within
 *   BH_TICKET_BOOK_TOGETHER_MS of the first. Lines that are added later make a further one.
 * - A ticket is due when a line of it has waited for the time that was set when it came here.
 *   Whether a screen that shows the station is alive or not makes no difference: its page may be
 *   coming back, and one rule is easier to rely on than two.
 * - *Old* is what was there when the hub started or slept for longer than that time, or is the
 * kitchen's for much longer than the time (BH_TICKET_BOOK_OLD_MS on top of it), when it comes here
 * or when it is due: the kitchen may long be further on. Such tickets fall due as well, and are to
 * be told of, not printed.
 *
 * What was taken is given out once, until it is put back or its lines are gone. Two clocks: waiting
 * is measured by one that nobody sets; age by that of the operations.
 *
 * Bounded: BH_TICKET_BOOK_MAX_ORDERS. Beyond it what is old gives way to what is fresh; what is
 * left out is remembered by its id, and to be read again once there is room.
 */
#pragma once

#include "ticket-lines.h"

#define BH_TICKET_BOOK_TOGETHER_MS 2000
#define BH_TICKET_BOOK_OLD_MS      (10 * 60 * 1000)
#define BH_TICKET_BOOK_MAX_ORDERS  2000
/* Ids of orders for which there is no room. */
#define BH_TICKET_BOOK_MAX_LEFT_OUT 5000
/* Of one order; and on one ticket, as kinds.json and ticket.schema.json take them. */
#define BH_TICKET_BOOK_MAX_LINES    400
#define BH_TICKET_BOOK_MAX_TOGETHER 100

/* What ids of its print jobs begin with. */
#define BH_TICKET_JOB_PREFIX "ticket-"

typedef struct _BhTicketBook BhTicketBook;

typedef struct {
  char *record_id;     /* the order whose record its lines are in */
  char *order_id;      /* the order that they stand on */
  char *station_id;    /* (nullable) */
  GPtrArray *line_ids; /* of char *, in the order of the lines */
  gboolean is_old;
  gboolean was_there; /* when the hub started */
  gint64 since_ms;    /* of the newest of its lines, UTC */
  guint tries;        /* that did not work out */
} BhDueTicket;

BhDueTicket *bh_due_ticket_copy(const BhDueTicket *ticket);
void bh_due_ticket_free(BhDueTicket *ticket);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhDueTicket, bh_due_ticket_free)

/**
 * bh_due_ticket_make_job_id: the same for the same order, station and lines, whenever it is made,
 * so that a queue that knows jobs by it prints once whatever breaks off in between.
 *
 * Returns: (transfer full): an id
 */
char *bh_due_ticket_make_job_id(const BhDueTicket *ticket);

BhTicketBook *bh_ticket_book_new(void);
void bh_ticket_book_free(BhTicketBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTicketBook, bh_ticket_book_free)

/** bh_ticket_book_set_unseen: how long what comes from now on waits. */
void bh_ticket_book_set_unseen(BhTicketBook *book, gint64 unseen_ms);

/**
 * bh_ticket_book_update:
 * @lines: (element-type BhKitchenLine): all that wait in this record now
 * @was_there: the hub starts: what is new to the book is old
 * @now_ms: by the clock that nobody sets
 * @utc_ms: by the operations' clock
 *
 * Returns: %FALSE: there is no room for it, and it is left out
 */
gboolean bh_ticket_book_update(BhTicketBook *book, const char *record_id, const GPtrArray *lines,
                               gboolean was_there, gint64 now_ms, gint64 utc_ms);

/**
 * bh_ticket_book_wake: nothing was seen or told while the hub did not run.
 * @away_ms: for so long
 * @counted_ms: how much of it the clock of @now_ms has counted
 *
 * Where that was longer than the time that is waited it is an outage: what waits is old from now
 * on, and is waited for as at a start. Otherwise it does not count.
 */
void bh_ticket_book_wake(BhTicketBook *book, gint64 now_ms, gint64 away_ms, gint64 counted_ms);

/** bh_ticket_book_find_left_out: Returns: (transfer full) (nullable): a record that was left out,
 * to be read again; %NULL: there is none, or still no room */
char *bh_ticket_book_find_left_out(const BhTicketBook *book);

/** bh_ticket_book_has: whether anything of this record waits. */
gboolean bh_ticket_book_has(const BhTicketBook *book, const char *record_id);

/** bh_ticket_book_get_due: Returns: when to look next; G_MAXINT64: nothing waits */
gint64 bh_ticket_book_get_due(BhTicketBook *book);

/** bh_ticket_book_list_due: Returns: (transfer full) (element-type utf8): records with a ticket
 * that is due, the first that came first: to be updated, then taken */
GPtrArray *bh_ticket_book_list_due(const BhTicketBook *book, gint64 now_ms);

/** bh_ticket_book_take_due: Returns: (transfer full) (nullable): the next ticket of this record */
BhDueTicket *bh_ticket_book_take_due(BhTicketBook *book, const char *record_id, gint64 now_ms,
                                     gint64 utc_ms);

/** bh_ticket_book_list: Returns: (transfer full) (element-type BhDueTicket): all, due or not, but
 * for what was taken */
GPtrArray *bh_ticket_book_list(const BhTicketBook *book);

/** bh_ticket_book_take: one of bh_ticket_book_list(). */
void bh_ticket_book_take(BhTicketBook *book, const BhDueTicket *ticket);

/**
 * bh_ticket_book_renew: @ticket was handed over, and was taken back for what has changed: what the
 * book has of it is due again at once, and grows no older than it is.
 */
void bh_ticket_book_renew(BhTicketBook *book, const BhDueTicket *ticket, gint64 now_ms);

/** bh_ticket_book_put_back: it did not work out; due again at @due_ms. */
void bh_ticket_book_put_back(BhTicketBook *book, const BhDueTicket *ticket, gint64 due_ms);
