/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTicket: what a kitchen is to make, as whoever prints it states it; what it looks like is the
 * encoder's part. The reference for members and bounds is data/protocol/ticket.schema.json; a test
 * holds these constants against it. Lengths are in characters (code points) as in the schema.
 */
#pragma once

#include "receipt.h"

#define BH_TICKET_MAX_LINES     200
#define BH_TICKET_MAX_MODIFIERS 50
#define BH_TICKET_MAX_NOTES     20
#define BH_TICKET_MAX_ALLERGENS 20
#define BH_TICKET_MAX_NAME      200 /* names, numbers, titles */
#define BH_TICKET_MAX_NOTE      500
#define BH_TICKET_MAX_QUANTITY  99999
#define BH_TICKET_MAX_COURSE    20

/* Why it is on paper. */
typedef enum {
  BH_TICKET_REASON_NONE,   /* because somebody wanted it so */
  BH_TICKET_REASON_UNSEEN, /* no kitchen screen has shown it in time */
  BH_TICKET_REASON_CHANGE, /* what an earlier ticket said has changed */
  BH_TICKET_N_REASONS
} BhTicketReason;

/* What a line is to those that came before it. */
typedef enum {
  BH_TICKET_CHANGE_NONE,
  BH_TICKET_CHANGE_NEW,
  BH_TICKET_CHANGE_CANCELLED,
  BH_TICKET_CHANGE_CHANGED,
  BH_TICKET_N_CHANGES
} BhTicketChange;

typedef struct {
  const char *name;
  gint64 quantity;
  gint64 course;        /* 0: none */
  GPtrArray *modifiers; /* of const char *; (nullable) */
  GPtrArray *notes;     /* of const char *; (nullable) */
  GPtrArray *allergens; /* of const char *; (nullable) */
  BhTicketChange change;
} BhTicketLine;

/* Strings are borrowed from @json, and NULL where they are not stated. */
typedef struct {
  json_t *json;
  BhReceiptLanguage language;
  const char *number;
  const char *title; /* where it is to be served: "Table 12" */
  const char *station;
  const char *server;
  const char *note; /* of the whole order */
  BhTicketReason reason;
  gboolean has_time;
  gint64 time_ms;          /* UTC */
  gint64 time_zone_offset; /* minutes that local time is ahead of UTC */
  GArray *lines;           /* of BhTicketLine */
} BhTicket;

/**
 * bh_ticket_new_from_json:
 * @json: (nullable): any JSON; a reference to it is kept
 *
 * Members that are not known are left alone.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: BH_PRINT_ERROR_BAD_JOB,
 *   naming the member at fault ("ticket: “lines[3].name” ...")
 */
BhTicket *bh_ticket_new_from_json(const json_t *json, GError **error);
void bh_ticket_free(BhTicket *ticket);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTicket, bh_ticket_free)
