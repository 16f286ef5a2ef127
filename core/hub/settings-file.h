/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settings-file: `settings.ini` of a state folder, read, and changed as the window and the verbs
 * ask for it. What a person wrote there by hand, comments too, stays.
 *
 * Groups and keys: [hub] those of bh_settings_set(), and open; [printers] NAME=ADDRESS;
 * [limits] NAME=VALUE.
 */
#pragma once

#include <gio/gio.h>

#include "settings.h"

#define BH_SETTINGS_FILE_NAME "settings.ini"

/** bh_settings_load: reads the file over @settings, where there is one. Blocks; for the start. */
gboolean bh_settings_load(BhSettings *settings, GError **error);

/**
 * BhSettingsTest:
 * @settings: as they would be
 *
 * What only trying can tell, such as a port that is taken. Runs on the worker, before anything is
 * written.
 *
 * Returns: %FALSE exactly when @error is set, in words for a person
 */
typedef gboolean (*BhSettingsTest)(const BhSettings *settings, gpointer user_data, GError **error);

/**
 * bh_settings_change_async:
 * @source: (nullable): lives until the completion
 * @changes: (nullable) (transfer none): key of [hub] -> value, or %NULL: back to the default; not
 *   changed any more. %NULL: only reads
 * @test: (nullable):
 * @user_data_of_test: lives until the completion
 *
 * Writes all of @changes or none, durably, on a worker; several at a time one after the other.
 */
void bh_settings_change_async(GObject *source, const char *state_folder, GHashTable *changes,
                              BhSettingsTest test, gpointer user_data_of_test,
                              GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_settings_change_finish:
 *
 * Returns: (transfer full) (nullable): what stands in the file now, over the defaults; %NULL
 *   exactly when @error is set: BH_SETTINGS_ERROR_VALUE: the file is as it was;
 *   BH_SETTINGS_ERROR_FILE: it cannot be read or written
 */
BhSettings *bh_settings_change_finish(GAsyncResult *result, GError **error);
