/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhComparisonList: the comparisons under way, and what became of the last ones. Private to the
 * room; bounded, without a clock.
 */
#pragma once

#include "comparison.h"
#include "json-text.h"

/* Live at a time: each is one chance in a million for a forger, and one line to compare. */
#define BH_COMPARISON_LIST_MAX_LIVE            8
#define BH_COMPARISON_LIST_MAX_LIVE_AN_ADDRESS 2
/* With those that are over: the oldest of them make room. */
#define BH_COMPARISON_LIST_MAX 64

typedef struct _BhComparisonList BhComparisonList;

BhComparisonList *bh_comparison_list_new(void);
void bh_comparison_list_free(BhComparisonList *list);

/** bh_comparison_list_may_add: @address: (nullable) */
gboolean bh_comparison_list_may_add(BhComparisonList *list, const char *address);

/** bh_comparison_list_take: @comparison: (transfer full) */
void bh_comparison_list_take(BhComparisonList *list, BhComparison *comparison);

/** bh_comparison_list_find: Returns: (transfer none) (nullable): gone with the next expire() */
BhComparison *bh_comparison_list_find(BhComparisonList *list, const char *request_id);

/**
 * bh_comparison_list_find_by_code:
 *
 * Returns: (transfer none) (nullable): the one that is open and shows @code; %NULL also where two
 *   do: nobody can tell which is meant
 */
BhComparison *bh_comparison_list_find_by_code(BhComparisonList *list, const char *code);

/** bh_comparison_list_expire: Returns: whether one that was open has gone */
gboolean bh_comparison_list_expire(BhComparisonList *list, gint64 run_ms);

/** bh_comparison_list_get_deadline_ms: Returns: when to expire next; G_MAXINT64: never */
gint64 bh_comparison_list_get_deadline_ms(BhComparisonList *list);

/**
 * bh_comparison_list_describe:
 *
 * Returns: (transfer full): array of those that are open, oldest first: {requestId, code, name,
 *   address, ageMs}
 */
json_t *bh_comparison_list_describe(BhComparisonList *list, gint64 run_ms);
