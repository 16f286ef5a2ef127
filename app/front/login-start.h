/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login-start: whether the program starts when this person logs in. One implementation a platform:
 * an entry in the XDG autostart folder, or the Background portal's where the program is in a
 * sandbox (login-start-unix.c).
 */
#pragma once

#include <gio/gio.h>

/** bh_login_start_is_on: @state_folder: of the hub in question. Reads a small file. */
gboolean bh_login_start_is_on(const char *state_folder);

/** bh_login_start_set_async: @on: whether it is to start at login */
void bh_login_start_set_async(const char *state_folder, gboolean on, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);

/** bh_login_start_set_finish: Returns: %FALSE exactly when @error is set, in words for a person */
gboolean bh_login_start_set_finish(GAsyncResult *result, GError **error);
