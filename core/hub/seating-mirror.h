/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seating-mirror: what the book of tables, rooms and seatings says that the log does not say yet.
 */
#pragma once

#include "mirror-list.h"

/* Of hub-state.h. */
typedef struct _BhHubState BhHubState;

/**
 * bh_seating_mirror_compare: names and kinds of places where the log has none, places that are
 * gone, and seatings with their state and number of guests.
 */
void bh_seating_mirror_compare(BhProperty *property, const BhHubState *state, BhMirrorList *list);
