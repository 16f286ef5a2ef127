/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device-id: what a printer on USB says of itself (IEEE 1284-2000, 7.6:
 * "MFG:EPSON;MDL:TM-T20;..."). Foreign bytes; pure.
 */
#pragma once

#include <glib.h>

/* The length has two bytes on the wire, but no printer tells as much. */
#define BH_DEVICE_ID_MAX_BYTES 4096

/**
 * bh_device_id_make_label:
 * @id: (array length=length): any bytes
 *
 * Returns: (transfer full) (nullable): its maker and model as one line, "EPSON TM-T20"; %NULL where
 *   it tells no model
 */
char *bh_device_id_make_label(const char *id, gsize length);
