/* SPDX-License-Identifier: Apache-2.0 */
/*
 * escpos-encoder: how documents look on paper, in 42 or 32 columns (interface.md). Every line fits;
 * what is longer is wrapped, never cut off.
 */
#pragma once

#include "escpos-writer.h"
#include "receipt.h"

/** bh_escpos_encode_reprint_mark: the line at the top of what was printed before. */
void bh_escpos_encode_reprint_mark(BhEscposWriter *writer, BhReceiptLanguage language);

/** bh_escpos_encode_receipt: @reprint: mark it, and leave the drawer shut */
void bh_escpos_encode_receipt(BhEscposWriter *writer, const BhReceipt *receipt, gboolean reprint);

/** bh_escpos_encode_text: plain text of any length, wrapped, and a cut. */
void bh_escpos_encode_text(BhEscposWriter *writer, const char *text);

/* --- what documents are made of --- */

/**
 * bh_escpos_encode_wrapped:
 * @text: cleaned; over as many lines as it takes
 * @hang: indents all lines but the first by so much more than @indent
 * @right: (nullable): cleaned; at the right of the first line where there is room, else below
 */
void bh_escpos_encode_wrapped(BhEscposWriter *writer, const BhEscposStyle *style, guint indent,
                              guint hang, const char *text, const char *right);

/** bh_escpos_encode_centered: @text: any */
void bh_escpos_encode_centered(BhEscposWriter *writer, const BhEscposStyle *style,
                               const char *text);

/** bh_escpos_encode_heading: @text: any; in double size where it fits on a line so, because a name
 * broken in the middle reads badly. */
void bh_escpos_encode_heading(BhEscposWriter *writer, const char *text);

/** bh_escpos_encode_pair: two facts, each (nullable) and cleaned, on one line where they fit, else
 * on two. */
void bh_escpos_encode_pair(BhEscposWriter *writer, const char *left, const char *right);

void bh_escpos_encode_rule(BhEscposWriter *writer);
