/* SPDX-License-Identifier: Apache-2.0 */
/*
 * colour-scheme: light or dark as the person has it everywhere. GTK 4.8 alone follows the theme's
 * name; the wish itself is told by the desktop's settings portal (org.freedesktop.appearance).
 */
#pragma once

#include <gio/gio.h>

/** bh_colour_scheme_follow: from now on, as long as @bus is there; where nobody tells, light. */
void bh_colour_scheme_follow(GDBusConnection *bus);
