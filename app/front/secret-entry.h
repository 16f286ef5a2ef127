/* SPDX-License-Identifier: Apache-2.0 */
/*
 * secret-entry: a field whose text is dots until somebody asks to see it. A GtkEntry, so that
 * templates, styles and accessible names are those of the other fields.
 */
#pragma once

#include <gtk/gtk.h>

/** bh_secret_entry_make: @entry becomes one. */
void bh_secret_entry_make(GtkEntry *entry);
