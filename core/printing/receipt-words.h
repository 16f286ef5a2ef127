/* SPDX-License-Identifier: Apache-2.0 */
/* receipt-words: labels, money and time as they are read in the receipt's language. */
#pragma once

#include "receipt.h"

typedef enum {
  BH_RECEIPT_WORD_REPRINT,
  BH_RECEIPT_WORD_PHONE,
  BH_RECEIPT_WORD_TAX_ID,
  BH_RECEIPT_WORD_NUMBER,
  BH_RECEIPT_WORD_TABLE,
  BH_RECEIPT_WORD_SERVED_BY,
  BH_RECEIPT_WORD_SUBTOTAL,
  BH_RECEIPT_WORD_TOTAL,
  BH_RECEIPT_WORD_INCLUDED, /* before the name of a tax that the prices contain */
  BH_RECEIPT_WORD_CHANGE,
  BH_RECEIPT_N_WORDS
} BhReceiptWord;

/** bh_receipt_get_word: Returns: (transfer none): static */
const char *bh_receipt_get_word(BhReceiptLanguage language, BhReceiptWord word);

/**
 * bh_receipt_format_amount:
 * @currency: ISO 4217 code; decides the digits after the separator
 * @with_currency: add its sign, or the code where the sign could mean several
 *
 * Returns: (transfer full)
 */
char *bh_receipt_format_amount(BhReceiptLanguage language, const char *currency, gint64 minor,
                               gboolean with_currency);

/** bh_receipt_format_each: "3.50 each". Returns: (transfer full) */
char *bh_receipt_format_each(BhReceiptLanguage language, const char *currency, gint64 minor);

/** bh_receipt_format_percent: "7.7 %". Returns: (transfer full) */
char *bh_receipt_format_percent(BhReceiptLanguage language, double percent);

/** bh_receipt_format_time: @time_ms UTC, @offset_minutes ahead of it. Returns: (transfer full) */
char *bh_receipt_format_time(BhReceiptLanguage language, gint64 time_ms, gint64 offset_minutes);
