/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain-names: what buttons are called for who hears them. GTK's own name of a button with a label
 * holds the mark of its mnemonic, and the label a second time (4.8: "_Save Save").
 */
#pragma once

#include <gtk/gtk.h>

/** bh_plain_name: @button is called @words and nothing else. */
void bh_plain_name(GtkWidget *button, const char *words);

/** bh_plain_names: every button below @root that has a label is called by it. */
void bh_plain_names(GtkWidget *root);
