/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTray: the program's icon in the desktop's panel, with a menu. One implementation a platform:
 * StatusNotifierItem over D-Bus (tray-sni.c); the shape is also that of Shell_NotifyIcon, whose
 * `TaskbarCreated' is what `seen' means here.
 *
 * Main context only.
 *
 * Property `seen': whether a panel shows it now. Where none does the window has to do everything.
 * Signal `activated' (guint item): a person chose that item of the menu; 0: the icon itself.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_TRAY (bh_tray_get_type())
G_DECLARE_FINAL_TYPE(BhTray, bh_tray, BH, TRAY, GObject)

/* Told apart by shape as well as by colour. */
typedef enum {
  BH_TRAY_WELL,
  BH_TRAY_ATTENTION,
  BH_TRAY_STOPPED,
  BH_N_TRAY_FACES,
} BhTrayFace;

/* Longest menu. */
#define BH_TRAY_MAX_ITEMS 16

/* Longest tooltip, in characters: what Shell_NotifyIcon holds beside its NUL. */
#define BH_TRAY_MAX_TOOLTIP_CHARS 127

typedef struct {
  guint id;          /* from 1 on, once each; 0: a line between items */
  const char *label; /* without an access key; %NULL for a line */
  gboolean enabled;
} BhTrayItem;

/** bh_tray_new: @title: what the icon is of, for who does not see it */
BhTray *bh_tray_new(const char *title);

/** bh_tray_set_face: @tooltip: the state in words; cut where it is too long */
void bh_tray_set_face(BhTray *tray, BhTrayFace face, const char *tooltip);

/** bh_tray_set_items: the whole menu, at most BH_TRAY_MAX_ITEMS; copied. */
void bh_tray_set_items(BhTray *tray, const BhTrayItem *items, guint n_items);

gboolean bh_tray_is_seen(BhTray *tray);

/**
 * bh_tray_steal_activation_token: what the panel gave along with the activation that is being told,
 * so that the window may come to the front.
 *
 * Returns: (transfer full) (nullable)
 */
char *bh_tray_steal_activation_token(BhTray *tray);

/** bh_tray_close: takes the icon away; may be called twice. */
void bh_tray_close(BhTray *tray);
