/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhScreenDesk: hears kitchen screens (`screen`, protocol section 3) of paired devices that may
 * cook, and raises `screen-silent` for those that have fallen silent; it ends by itself when they
 * are back. What they show and how they are is kept by BhScreenBook; those that are there are in the
 * store, so that the next run misses them where they do not come back.
 *
 * Owned by the hub; one main context.
 */
#pragma once

#include "hub-state.h"

typedef struct _BhScreenDesk BhScreenDesk;

/** bh_screen_desk_new: @state must outlive it, and it @router's last message. */
BhScreenDesk *bh_screen_desk_new(BhHubState *state, BhRouter *router, const BhLimitSet *limits);

/** bh_screen_desk_wake: the hub did not run for a while: no screen is missed for that. */
void bh_screen_desk_wake(BhScreenDesk *desk);

/** bh_screen_desk_flush: hands what is not yet in the store to it, which is about to be closed. */
void bh_screen_desk_flush(BhScreenDesk *desk);

void bh_screen_desk_free(BhScreenDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhScreenDesk, bh_screen_desk_free)
