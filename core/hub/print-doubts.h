/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPrintDoubts: how many print jobs are `uncertain`, whosever they are: perhaps on paper, perhaps
 * not, and only a person ends that. So that a face of the house can say so without asking for the
 * jobs.
 *
 * Owned by the hub; one main context. Counts up to BH_PRINT_DOUBTS_MAX.
 */
#pragma once

#include "print-queue.h"

#define BH_PRINT_DOUBTS_MAX 1000

typedef struct _BhPrintDoubts BhPrintDoubts;

/** bh_print_doubts_new: of a queue that has started, which must outlive it; looks at once. */
BhPrintDoubts *bh_print_doubts_new(BhPrintQueue *queue);
void bh_print_doubts_free(BhPrintDoubts *doubts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhPrintDoubts, bh_print_doubts_free)

guint bh_print_doubts_get_count(const BhPrintDoubts *doubts);
