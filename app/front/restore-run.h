/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restore-run: the hub of a backup takes the place of the one that has just been made here, on a
 * computer that is new to the house. What was there is put beside, not thrown away.
 */
#pragma once

#include "hub-runner.h"

/**
 * bh_restore_run_async:
 * @runner: the hub of this process; it is stopped meanwhile, and started whatever comes of it
 * @file: a backup
 * @passphrase: or its recovery code
 *
 * Cancelled or in vain, the folder is as it was.
 */
void bh_restore_run_async(BhHubRunner *runner, const char *state_folder, const char *file,
                          const char *passphrase, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);

/** bh_restore_run_finish: Returns: %FALSE exactly when @error is set, in words for a person */
gboolean bh_restore_run_finish(GAsyncResult *result, GError **error);
