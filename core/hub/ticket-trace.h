/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket-trace: which lines a print job of the kitchen prints, from what the log says of it, for a
 * run that did not hand it over.
 */
#pragma once

#include "ticket-book.h"

/**
 * bh_ticket_trace_find: walks over all orders, once for all jobs.
 * @job_ids: (element-type utf8): a set
 *
 * Returns: (transfer full) (element-type utf8 BhDueTicket): by job, those of which the log says
 *   `printed`; where it says so in several orders, in one of them
 */
GHashTable *bh_ticket_trace_find(BhProperty *property, GHashTable *job_ids);
