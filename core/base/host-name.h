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
 * The same id always has the same name. Two hubs share one only by chance, 1 in 65,536; the network
 * then tells them apart (mDNS renames the later one).
 *
 * Returns: (transfer full): "bellhop-xxxx.local", where xxxx are lower-case hex digits
 */
char *bh_host_name_for_hub(const char *hub_id);
