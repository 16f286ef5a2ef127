/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhFrontApp: the front-desk program: one a state folder in a person's session. Owns the hub's
 * runner, the house model and the window, and connects them.
 *
 * Actions: show(s) opens the window on a page; pause and start-at-login are switches; restart-hub,
 * about, quit; and those of BhNotices.
 */
#pragma once

#include <gtk/gtk.h>

#include "front.h"

#define BH_TYPE_FRONT_APP (bh_front_app_get_type())
G_DECLARE_FINAL_TYPE(BhFrontApp, bh_front_app, BH, FRONT_APP, GtkApplication)

/** bh_front_app_new: @config: what it points to outlives the app */
BhFrontApp *bh_front_app_new(const BhFrontConfig *config);

/** bh_front_app_restore_async: as bh_restore_run_async(), for the hub of this program. */
void bh_front_app_restore_async(BhFrontApp *app, const char *file, const char *passphrase,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * bh_front_app_begin: before it runs: looks for another one at the same folder, and brings that one
 * forward.
 *
 * Returns: the program's exit status, where it is over; -1: this is the one, let it run
 */
int bh_front_app_begin(BhFrontApp *app);
