/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret-file: files that nobody but this user may read: private keys.
 */
#pragma once

#include <glib.h>

/**
 * bh_secret_file_write:
 *
 * Replaces the file as a whole: mode 0600 from its first byte on, and on the disk before this
 * returns. Blocks.
 *
 * Returns: %FALSE exactly when @error is set (G_FILE_ERROR); the old file is then untouched
 */
gboolean bh_secret_file_write(const char *path, const char *text, gsize length, GError **error);
