/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tray-face: the icon of each state, by name and as pixels.
 */
#pragma once

#include "tray.h"

/** bh_tray_face_get_icon_name: Returns: as it is installed in the icon theme */
const char *bh_tray_face_get_icon_name(BhTrayFace face);

/**
 * bh_tray_face_draw: drawn here, so that no panel has to find it.
 *
 * Returns: (transfer floating): "a(iiay)": width, height and ARGB32 in network byte order, in
 *   several sizes; empty where this computer cannot draw it
 */
GVariant *bh_tray_face_draw(BhTrayFace face);
