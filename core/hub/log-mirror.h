/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLogMirror: what the hub's books say, written into the log for all replicas: devices with their
 * series of ticket numbers, people, tables and rooms, seatings; and the cut-offs of devices that
 * were removed or given another role.
 *
 * The books come first. The mirror compares and writes what differs, at the start and after each
 * change; so what a power cut leaves undone between book and log is made good by the next start.
 * What managers set of a place by the log is theirs: the mirror fills in what is not there.
 *
 * A device's role in the log is the one that its operations were last written under; when the book
 * has another, operations of the old role that are not here yet are cut off. Where a device gets
 * back a role that was cut off before, that cut-off is moved out of the way of all its logs.
 *
 * Owned by the hub's log; one main context.
 */
#pragma once

#include "property.h"

/* Of hub-state.h. */
typedef struct _BhHubState BhHubState;
typedef struct _BhLogMirror BhLogMirror;

/**
 * bh_log_mirror_new: nothing is written yet.
 *
 * @state: its books, ids and names are filled; outlives the mirror
 */
BhLogMirror *bh_log_mirror_new(BhProperty *property, const BhHubState *state);
void bh_log_mirror_free(BhLogMirror *mirror);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhLogMirror, bh_log_mirror_free)

/** bh_log_mirror_start: compares everything, and from now on what changes. */
void bh_log_mirror_start(BhLogMirror *mirror);
