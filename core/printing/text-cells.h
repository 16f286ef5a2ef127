/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text-cells: foreign text made fit for paper, and measured in cells, the width of one character of
 * the printer's font. East Asian wide characters take two cells, combining ones none.
 */
#pragma once

#include <glib.h>

/**
 * bh_text_clean:
 * @text: any bytes without NUL; what is not UTF-8 becomes U+FFFD
 * @keep_newlines: keep '\n' (and '\r\n' as '\n'); otherwise they too become spaces
 *
 * Normal form C. Control characters (C0, DEL, C1, line separators) become spaces: no text can be a
 * printer's command. Marks that change the direction of what follows, and other invisible format
 * characters, are dropped, so that a name cannot turn an amount round; joiners stay. At most four
 * combining marks a character.
 *
 * Returns: (transfer full)
 */
char *bh_text_clean(const char *text, gboolean keep_newlines);

/** bh_text_get_cells: of cleaned text */
guint bh_text_get_cells(const char *text);

/**
 * bh_text_wrap:
 * @text: cleaned, without newlines
 * @first_cells: width of the first line, at least 2
 * @cells: width of the others, at least 2
 *
 * Breaks at spaces; a word longer than a line is split. Never returns an empty array.
 *
 * Returns: (transfer full) (element-type utf8)
 */
GPtrArray *bh_text_wrap(const char *text, guint first_cells, guint cells);
