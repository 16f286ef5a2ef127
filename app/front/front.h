/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front: what a person at the front desk sees: window, tray icon, notifications. All that main()
 * knows of it. The room speaks to the hub by the control API alone, also where the hub runs in this
 * very process.
 */
#pragma once

#include "settings.h"

/* Of the desktop: the entry, the icons and the names on D-Bus. */
#define BH_FRONT_ID "io.bellhop.Bellhop"

typedef struct {
  const char *state_folder;
  const char *page;    /* (nullable): which page the window opens on: "status", "pair" ... */
  gboolean background; /* at login: no window before somebody asks for it */
  /* What the command line and settings.ini say now: asked for at each start of the hub, as after a
   * pause. Returns: (transfer full) (nullable): %NULL exactly when @error is set */
  BhSettings *(*make_settings)(gpointer user_data, GError **error);
  gpointer user_data;
} BhFrontConfig;

/** bh_front_has_display: whether a window can be opened. Initialises the toolkit, so ask only where
 * one is wanted. */
gboolean bh_front_has_display(void);

/** bh_front_tell: shows why the program cannot begin, to a person who started it without a
 * terminal, and waits until it is read. Nothing where there is no display. */
void bh_front_tell(const char *words);

/**
 * bh_front_run: call it where bh_front_has_display(). Where another front of this person's session
 * is at this state folder that one is brought forward, and this one is over.
 *
 * Returns: the program's exit status
 */
int bh_front_run(const BhFrontConfig *config);
