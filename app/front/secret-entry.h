/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret-entry: a field whose text is dots until somebody asks to see it. A GtkEntry, so that
 * templates, styles and accessible names are those of the other fields; a toggle button beside it,
 * since an icon within it is not reached by the keyboard.
 */
#pragma once

#include <gtk/gtk.h>

/** bh_secret_entry_make: @entry becomes one. Its parent is a GtkBox, which gets the button. */
void bh_secret_entry_make(GtkEntry *entry);
