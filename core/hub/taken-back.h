/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTakenBack: the print jobs of tickets that were taken back from their printer before anything
 * came out. The log says `printed` of their lines all the same, for that was written when the job
 * was handed over; so their lines are not on paper, and where the kitchen has to make them after
 * all they are printed by another job. A plain struct.
 *
 * Bounded: BH_TAKEN_BACK_MAX; the first that came goes, and counts as printed again.
 */
#pragma once

#include <glib.h>

#define BH_TAKEN_BACK_MAX 1000

typedef struct _BhTakenBack BhTakenBack;

BhTakenBack *bh_taken_back_new(void);
void bh_taken_back_free(BhTakenBack *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTakenBack, bh_taken_back_free)

void bh_taken_back_add(BhTakenBack *jobs, const char *job_id);

/** bh_taken_back_remove: a person has it printed. */
void bh_taken_back_remove(BhTakenBack *jobs, const char *job_id);

gboolean bh_taken_back_has(const BhTakenBack *jobs, const char *job_id);
gboolean bh_taken_back_is_empty(const BhTakenBack *jobs);

/** bh_taken_back_make_id: Returns: (transfer full): @job_id; what a ticket's further jobs are
 * called, from 1 */
char *bh_taken_back_make_id(const char *job_id, guint n);

/** bh_taken_back_count: Returns: how many jobs of this ticket were taken back in turn */
guint bh_taken_back_count(const BhTakenBack *jobs, const char *job_id);
