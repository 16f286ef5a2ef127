/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAddressCounter: how many connections each address has, so that one device cannot take the
 * places of all others.
 */
#pragma once

#include <glib.h>

typedef struct _BhAddressCounter BhAddressCounter;

/** bh_address_counter_new: @cap: connections of one address at a time */
BhAddressCounter *bh_address_counter_new(guint64 cap);
void bh_address_counter_free(BhAddressCounter *counter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhAddressCounter, bh_address_counter_free)

/** bh_address_counter_enter: Returns: %FALSE: @address has its share; nothing was counted */
gboolean bh_address_counter_enter(BhAddressCounter *counter, const char *address);

/** bh_address_counter_leave: once for each bh_address_counter_enter() that let it in. */
void bh_address_counter_leave(BhAddressCounter *counter, const char *address);

/** bh_address_counter_get_size: addresses that have any. */
guint bh_address_counter_get_size(BhAddressCounter *counter);
