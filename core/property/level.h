/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhLevel: how far an operation has come, or how durable what a replica says is (protocol section
 * 4): ordered, so that they can be compared.
 */
#pragma once

#include <glib.h>

typedef enum {
  BH_LEVEL_NONE,   /* in memory: gone with the process */
  BH_LEVEL_DEVICE, /* on the disk of a device */
  BH_LEVEL_HUB,    /* on the hub's */
  BH_LEVEL_CLOUD,  /* in the cloud */
} BhLevel;

/** bh_level_from_name: @name: (nullable): foreign. Returns: BH_LEVEL_NONE where it is no level's */
BhLevel bh_level_from_name(const char *name);

/** bh_level_get_name: Returns: (transfer none): as on the wire: none, device, hub, cloud */
const char *bh_level_get_name(BhLevel level);

/** bh_level_is_safe: whether what is there survives the loss of any device: hub and cloud. */
gboolean bh_level_is_safe(BhLevel level);
