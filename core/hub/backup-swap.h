/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-swap: a restored house takes the place of the one that is there, which goes on working
 * until the other is whole. The new one is made in a folder beside, STATE.restoring; then two
 * folders get other names, and what was there is STATE.before-TIME.
 *
 * What a power cut leaves, and what the next start makes of it:
 *
 *   the folder beside, whole or not   the house is where it was; what is beside goes
 *   the folder beside, whole, and
 *   no state folder                   the other name is given now: the restored house is there
 *   both have their new names         nothing but a mark to be removed
 *
 * So there is no moment at which a start would find no house and make another one.
 *
 * All block, for as long as a few files take.
 */
#pragma once

#include <glib.h>

#include "backup-error.h"

typedef struct _BhLockFile BhLockFile;

/**
 * bh_backup_swap_prepare: makes the folder beside, new; one that a power cut left goes.
 *
 * Returns: (transfer full) (nullable): its path; %NULL exactly when @error is set: BH_BACKUP_ERROR,
 *   also where there is a folder of that name that is not ours, or BH_STORE_ERROR_HELD while
 *   another restore has not let go of it
 */
char *bh_backup_swap_prepare(const char *state_folder, GError **error);

/** bh_backup_swap_drop: the folder beside goes, and all that is in it; but not where it is the only
 * house that there is: that is for bh_backup_swap_resume(). Nor one that another restore is at. */
void bh_backup_swap_drop(const char *state_folder);

/**
 * bh_backup_swap_commit: once the folder beside is whole, and while no hub runs on either.
 * @beside_lock: (transfer full) (nullable): of the folder beside, where the restore has kept it, so
 *   that no other program took the folder for one that a power cut left; let go of in any case
 *
 * Returns: %FALSE exactly when @error is set: BH_BACKUP_ERROR, also where the folder beside is not
 *   whole, or BH_STORE_ERROR_HELD where another program has one of them; the house is then where it
 *   was, or the next start of a hub, which makes no other one, says why it cannot be
 */
gboolean bh_backup_swap_commit(const char *state_folder, BhLockFile *beside_lock, GError **error);

/**
 * bh_backup_swap_resume: for each start, before the settings are read: finishes or puts away what a
 * power cut left. Leaves alone what another program is at.
 *
 * Returns: %FALSE exactly when @error is set: there is a house, and it cannot be brought to its
 *   place
 */
gboolean bh_backup_swap_resume(const char *state_folder, GError **error);
