/* SPDX-License-Identifier: Apache-2.0 */
/*
 * front-about: the windows of the program that are about itself.
 */
#pragma once

#include <gtk/gtk.h>

/** bh_front_about_show: name, version, licence, and what it is for. */
void bh_front_about_show(GtkWindow *parent);

/** bh_front_about_show_problem: what did not work, and what to do; until it is closed. */
void bh_front_about_show_problem(GtkWindow *parent, const char *words);
