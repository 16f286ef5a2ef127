/* SPDX-License-Identifier: Apache-2.0 */
/*
 * restore-run: the hub of a backup takes the place of the one that has just been made here, on a
 * computer that is new to the house. What was there is put beside, not thrown away.
 */
#pragma once

#include "hub-runner.h"

/**
 * bh_restore_run_async:
 * @runner: the hub of this process; it goes on meanwhile, and is started anew where it worked
 * @file: a backup
 * @passphrase: or its recovery code
 *
 * Cancelled or in vain, the house is as it was: nothing of it has been touched.
 */
void bh_restore_run_async(BhHubRunner *runner, const char *state_folder, const char *file,
                          const char *passphrase, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);

/** bh_restore_run_finish: Returns: (transfer full) (nullable): sentences, perhaps none: settings
 * that do not fit this computer, and were not taken; %NULL exactly when @error is set, in words for
 * a person */
GStrv bh_restore_run_finish(GAsyncResult *result, GError **error);
