/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhFactRow: a row of a list that says how one thing is: a mark, its name, a sentence.
 */
#pragma once

#include <gtk/gtk.h>

#include "house-words.h"

#define BH_TYPE_FACT_ROW (bh_fact_row_get_type())
G_DECLARE_FINAL_TYPE(BhFactRow, bh_fact_row, BH, FACT_ROW, GtkListBoxRow)

/* Properties "title", "line" and, for a row without a mark, "plain"; a child in a .ui file stands
 * at the row's end. */

GtkWidget *bh_fact_row_new(const char *title);

/** bh_fact_row_set: what is so now. @line: a sentence */
void bh_fact_row_set(BhFactRow *row, BhTone tone, const char *line);

void bh_fact_row_set_title(BhFactRow *row, const char *title);

/** bh_fact_row_set_icon: in place of the tone's own mark; the tone stays its colour. */
void bh_fact_row_set_icon(BhFactRow *row, const char *icon_name);

/** bh_fact_row_add: @widget at the end of the row. */
void bh_fact_row_add(BhFactRow *row, GtkWidget *widget);

/** bh_decoration: an icon that says nothing of its own: who hears the window does not hear it. */
GtkWidget *bh_decoration(const char *icon_name);

/** bh_tone_mark: gives @image the mark and the colour of @tone, and the word for who sees neither.
 */
void bh_tone_mark(GtkImage *image, BhTone tone);

/** bh_tone_mark_with_icon: with @icon_name in place of the tone's own mark. */
void bh_tone_mark_with_icon(GtkImage *image, BhTone tone, const char *icon_name);
