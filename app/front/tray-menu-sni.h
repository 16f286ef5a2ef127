/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTrayMenu: the menu of a StatusNotifierItem: the interface com.canonical.dbusmenu, a root and
 * one level of items. Private to tray-sni.c.
 *
 * Signal `activated' (guint item).
 */
#pragma once

#include "tray.h"

#define BH_TYPE_TRAY_MENU (bh_tray_menu_get_type())
G_DECLARE_FINAL_TYPE(BhTrayMenu, bh_tray_menu, BH, TRAY_MENU, GObject)

BhTrayMenu *bh_tray_menu_new(void);

/** bh_tray_menu_export: @bus: references it until bh_tray_menu_close() */
gboolean bh_tray_menu_export(BhTrayMenu *menu, GDBusConnection *bus, const char *path,
                             GError **error);

/** bh_tray_menu_set_items: copies; tells the panel where anything is another. */
void bh_tray_menu_set_items(BhTrayMenu *menu, const BhTrayItem *items, guint n_items);

void bh_tray_menu_close(BhTrayMenu *menu);
