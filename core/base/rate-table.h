/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRateTable: how often each of many strangers may do something: so many at once, and as many
 * again in a minute. Bounded: when it is full of keys that have done something lately, all further
 * ones share one allowance.
 *
 * Addresses: of IPv6 one device has as many as it likes, and the whole house has one network. So an
 * address takes of its own allowance and of its network's, which is that of
 * BH_RATE_TABLE_HOUSEHOLD devices: more than a house's phones ask for, and too few to leave the
 * others of the table nothing.
 *
 * Without a clock: time is passed in, and may also be set back.
 */
#pragma once

#include <glib.h>

#define BH_RATE_TABLE_HOUSEHOLD 32

typedef struct _BhRateTable BhRateTable;

/**
 * bh_rate_table_new:
 * @per_minute: for one key; also how many it may do at once after a pause
 * @max_keys: remembered at a time
 */
BhRateTable *bh_rate_table_new(guint per_minute, guint max_keys);
void bh_rate_table_free(BhRateTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhRateTable, bh_rate_table_free)

/**
 * bh_rate_table_take:
 * @key: of any content
 *
 * Returns: %FALSE: not now; nothing is taken then
 */
gboolean bh_rate_table_take(BhRateTable *table, const char *key, gint64 now_ms);

/**
 * bh_rate_table_take_address:
 * @address: as bh_address_normalise() spells it; anything else is a key as any other
 *
 * Returns: %FALSE: not now; nothing is taken then
 */
gboolean bh_rate_table_take_address(BhRateTable *table, const char *address, gint64 now_ms);

/** bh_rate_table_get_size: how many keys are remembered. */
guint bh_rate_table_get_size(BhRateTable *table);
