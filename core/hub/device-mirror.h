/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device-mirror: what the books of devices and people say that the log does not say yet.
 */
#pragma once

#include "mirror-list.h"

/* Of hub-state.h. */
typedef struct _BhHubState BhHubState;

/**
 * bh_device_mirror_compare: each device's name, role and series, whether it was removed, and its
 * cut-offs; the hub's own record first, whose series is the first one.
 *
 * A series is for devices that take orders, and is never given to a second one.
 */
void bh_device_mirror_compare(BhProperty *property, const BhHubState *state, BhMirrorList *list);

/** bh_device_mirror_compare_people: names, and who is gone. */
void bh_device_mirror_compare_people(BhProperty *property, const BhHubState *state,
                                     BhMirrorList *list);
