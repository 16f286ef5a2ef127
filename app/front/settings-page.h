/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSettingsPage: how the hub is set up: what a person types counts once it is saved; what needs a
 * restart says so. Start at login and the restart are the application's own actions,
 * `app.start-at-login` and `app.restart-hub`.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-model.h"

#define BH_TYPE_SETTINGS_PAGE (bh_settings_page_get_type())
G_DECLARE_FINAL_TYPE(BhSettingsPage, bh_settings_page, BH, SETTINGS_PAGE, GtkBox)

/** bh_settings_page_new: references @model. */
GtkWidget *bh_settings_page_new(BhHouseModel *model);
