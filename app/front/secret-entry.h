/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret-entry: a field whose text is dots until somebody asks to see it. Not GtkPasswordEntry:
 * that of GTK 4.8 ends the program when a screen reader looks at it.
 */
#pragma once

#include <gtk/gtk.h>

/** bh_secret_entry_make: @entry becomes one. */
void bh_secret_entry_make(GtkEntry *entry);
