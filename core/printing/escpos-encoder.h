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
