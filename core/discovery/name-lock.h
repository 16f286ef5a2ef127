/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhNameLock: one program of this computer a name. Multicast DNS settles who has a name between
 * computers; two programs of one computer it lets share it (the same addresses are no conflict).
 *
 * The system drops the lock with the process, however it ends. One implementation a platform: a
 * socket of the abstract namespace on Linux, which belongs to the network namespace as the name
 * does; a named mutex on Windows.
 */
#pragma once

#include <glib.h>

typedef struct _BhNameLock BhNameLock;

/**
 * bh_name_lock_take:
 * @name: "signaling.local"
 *
 * Never waits.
 *
 * Returns: (transfer full) (nullable): %NULL: another program has it, or another lock of ours
 */
BhNameLock *bh_name_lock_take(const char *name);

/** bh_name_lock_release: lets go of the lock and frees @lock. */
void bh_name_lock_release(BhNameLock *lock);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhNameLock, bh_name_lock_release)
