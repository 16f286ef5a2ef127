/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-settings: the settings of a backup, made to fit the computer that they have come to: a hub
 * that cannot start because a file of the old one is missing would be no restored hub.
 */
#pragma once

#include <glib.h>

/* What could not be read, for a person to look at. */
#define BH_BACKUP_SETTINGS_OLD "settings.ini.old"

/**
 * bh_backup_settings_fit:
 * @folder: holds settings.ini, or none
 * @left_out: (out) (transfer full): sentences for a person, about what was taken out: files and
 *   folders that are not here, an address that is not this computer's
 *
 * Blocks. Settings that cannot be read are put beside, as
 * BH_BACKUP_SETTINGS_OLD, and left out as a
 * whole.
 *
 * Returns: %FALSE exactly when @error is set: BH_BACKUP_ERROR
 */
gboolean bh_backup_settings_fit(const char *folder, GStrv *left_out, GError **error);
