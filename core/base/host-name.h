/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host-name: the name by which devices find a hub where addresses change.
 */
#pragma once

#include <glib.h>

/**
 * bh_host_name_for_hub:
 * @hub_id: of this hub, as made at its first start
 *
 * The same id always has the same name. Two hubs share one only by chance, 1 in 65,536; the later
 * one in the network then takes its next, see bh_host_name_list_for_hub().
 *
 * Returns: (transfer full): "bellhop-xxxx.local", where xxxx are lower-case hex digits
 */
char *bh_host_name_for_hub(const char *hub_id);

/* How many names a hub may come to bear, the one above with them. */
#define BH_HOST_NAME_COUNT 4

/**
 * bh_host_name_list_for_hub:
 *
 * The name of the hub, and those that it takes, in this order, where another hub of the network
 * happens to have it.
 *
 * Returns: (transfer full): BH_HOST_NAME_COUNT names; free with g_strfreev()
 */
char **bh_host_name_list_for_hub(const char *hub_id);
