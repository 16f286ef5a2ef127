/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHub: the hub of one property, assembled: store, signaling, its own peer, printing, web.
 *
 * Runs on the default main context. Made once; serves after bh_hub_start_async().
 */
#pragma once

#include <gio/gio.h>

#include "settings.h"

#define BH_TYPE_HUB (bh_hub_get_type())
G_DECLARE_FINAL_TYPE(BhHub, bh_hub, BH, HUB, GObject)

/**
 * bh_hub_new: opens the state folder (blocks), sets up everything, serves no one yet.
 *
 * @settings: (transfer full)
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set, in words for a person
 */
BhHub *bh_hub_new(BhSettings *settings, GError **error);

/** bh_hub_is_held: whether @error of bh_hub_new() is that another process has this state folder */
gboolean bh_hub_is_held(const GError *error);

/** bh_hub_start_async: reads what the last run left, then listens. */
void bh_hub_start_async(BhHub *hub, GAsyncReadyCallback callback, gpointer user_data);

/** bh_hub_start_finish: Returns: %TRUE: it serves; %FALSE exactly when @error is set */
gboolean bh_hub_start_finish(BhHub *hub, GAsyncResult *result, GError **error);

/** bh_hub_get_link: Returns: (transfer full): where a browser on this computer finds it,
 * "http://localhost:8080/" */
char *bh_hub_get_link(BhHub *hub);

/**
 * bh_hub_make_manager_link_async: a one-time link that pairs a manager; it is a secret for ten
 * minutes, so show it to the person who started the hub and to nobody else, and to no log.
 */
void bh_hub_make_manager_link_async(BhHub *hub, GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_hub_make_manager_link_finish:
 * @name_link: (out) (transfer full): the same by the hub's name
 * @local_link: (out) (transfer full): the same for a browser on this computer
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set
 */
char *bh_hub_make_manager_link_finish(BhHub *hub, GAsyncResult *result, char **name_link,
                                      char **local_link, GError **error);

/** bh_hub_stop: closes everything, commits what is left (blocks briefly); may be called twice. What
 * it broke off on a worker ends later: see hub-end.h. */
void bh_hub_stop(BhHub *hub);
