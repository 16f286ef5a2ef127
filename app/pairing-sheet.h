/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairing-sheet: a link that pairs a device, shown to the person at the terminal.
 */
#pragma once

#include <glib.h>

/**
 * bh_pairing_sheet_print:
 * @link: by the hub's address; drawn as a QR code too
 * @name_link: (nullable): by the hub's name
 * @local_link: (nullable): for a browser on this computer
 *
 * To the standard output. The links are secrets: only where a person asked for them.
 */
void bh_pairing_sheet_print(const char *link, const char *name_link, const char *local_link);
