/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket-number: numbers of orders that a person can call out: `A-17`. The series before the dash
 * is granted to one device by the hub and to no other, so that devices which cannot hear each other
 * never call two orders the same; the number goes round, 1 to 999.
 */
#pragma once

#include <glib.h>

/* Longest series; kinds.json says the same of the register. */
#define BH_TICKET_MAX_SERIES_CHARS 8

#define BH_TICKET_LAST_NUMBER 999

/**
 * bh_ticket_series_make:
 * @index: from 0
 *
 * A to Z without I and O, which look like digits; then AA, AB...
 *
 * Returns: (transfer full): the series of this index
 */
char *bh_ticket_series_make(guint index);

/** bh_ticket_series_make_random: Returns: (transfer full): three letters, for who has no grant */
char *bh_ticket_series_make_random(void);

/**
 * bh_ticket_series_parse:
 * @series: (nullable): foreign
 * @index: (out): as bh_ticket_series_make() takes it
 *
 * Returns: %FALSE: it is none
 */
gboolean bh_ticket_series_parse(const char *series, guint *index);

/** bh_ticket_number_make: Returns: (transfer full): for example "A-17" */
char *bh_ticket_number_make(const char *series, guint number);

/**
 * bh_ticket_number_parse:
 * @text: (nullable): foreign
 *
 * Returns: 1 to BH_TICKET_LAST_NUMBER; 0: it is no number of @series
 */
guint bh_ticket_number_parse(const char *text, const char *series);

/** bh_ticket_number_next: Returns: the one after @number; 0 counts as none yet */
guint bh_ticket_number_next(guint number);

/** bh_ticket_number_is_after: whether one gets from @other to @number rather than back; 0 is before
 * all */
gboolean bh_ticket_number_is_after(guint number, guint other);
