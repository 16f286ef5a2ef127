/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code-page: the single-byte character sets of Epson-compatible printers, by the number that `ESC
 * t` takes. The tables come from iconv when they are first needed; a set that iconv does not know
 * is one without characters.
 */
#pragma once

#include <glib.h>

/* PC858: western Europe with the euro sign; where every job of ours starts. */
#define BH_CODE_PAGE_START 19

/**
 * bh_code_page_encode:
 * @page: (inout): number of the code page in use; changed only where @c is not in it
 *
 * ASCII is in every page. Control characters are in none.
 *
 * Returns: %FALSE if no page that we trust printers to have contains @c: draw it
 */
gboolean bh_code_page_encode(gunichar c, guint8 *page, guint8 *byte);

/** bh_code_page_decode: Returns: U+FFFD for what is no character, and in pages not known */
gunichar bh_code_page_decode(guint8 page, guint8 byte);
