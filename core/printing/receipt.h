/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhReceipt: a receipt as a till states it; what it looks like is the encoder's part. The reference
 * for members and bounds is data/protocol/receipt.schema.json; a test holds these constants against
 * it.
 *
 * Amounts are integer minor units of the receipt's currency and are laid out as stated: nothing is
 * added up here. Lengths are in characters (code points) as in the schema.
 */
#pragma once

#include <glib.h>

#include "document-reader.h"

/* More than the longest banquet; a receipt of 500 lines is 2 m of paper. */
#define BH_RECEIPT_MAX_LINES     500
#define BH_RECEIPT_MAX_MODIFIERS 50
#define BH_RECEIPT_MAX_NOTES     20
#define BH_RECEIPT_MAX_DISCOUNTS 50
#define BH_RECEIPT_MAX_TAXES     20
#define BH_RECEIPT_MAX_PAYMENTS  20
#define BH_RECEIPT_MAX_ADDRESS   8
#define BH_RECEIPT_MAX_FOOTER    20
#define BH_RECEIPT_MAX_NAME      200                  /* names, labels, numbers */
#define BH_RECEIPT_MAX_TEXT      BH_DOCUMENT_MAX_TEXT /* notes, address and footer lines */
#define BH_RECEIPT_MAX_QR_BYTES  512
#define BH_RECEIPT_MAX_LANGUAGE  35 /* BCP 47, section 4.4.1 */
#define BH_RECEIPT_MAX_PERCENT   1000
#define BH_RECEIPT_MAX_QUANTITY  99999
/* Ten thousand millions of a currency with two digits: still one line in double height. */
#define BH_RECEIPT_MAX_AMOUNT      G_GINT64_CONSTANT(999999999999)
#define BH_RECEIPT_MAX_TIME_MS     G_GINT64_CONSTANT(253402300799999) /* the end of year 9999 */
#define BH_RECEIPT_MAX_ZONE_OFFSET 840                                /* minutes; Kiribati: +14 h */

typedef enum {
  BH_RECEIPT_ENGLISH,
  BH_RECEIPT_GERMAN,
  BH_RECEIPT_FRENCH,
  BH_RECEIPT_SPANISH,
  BH_RECEIPT_N_LANGUAGES
} BhReceiptLanguage;

typedef struct {
  gboolean stated;
  gint64 minor; /* units of the currency: cents */
} BhReceiptAmount;

/* A modifier, a discount or a payment. */
typedef struct {
  const char *name;
  BhReceiptAmount amount;
} BhReceiptEntry;

typedef struct {
  const char *name;
  const char *rate;     /* (nullable): as it is to be read, "10 %" */
  gboolean has_percent; /* stated as a number instead */
  double percent;
  gint64 amount;
  gboolean included; /* in the prices above */
} BhReceiptTax;

typedef struct {
  const char *name;
  gint64 quantity;
  BhReceiptAmount amount; /* of the whole line */
  BhReceiptAmount unit_amount;
  GPtrArray *notes;  /* of const char *; (nullable) */
  GArray *modifiers; /* of BhReceiptEntry; (nullable) */
  gboolean emphasis;
} BhReceiptLine;

/* Strings are borrowed from @json, and NULL where they are not stated; arrays are never NULL. */
typedef struct {
  json_t *json;
  char currency[4];
  BhReceiptLanguage language;
  const char *business_name;
  GPtrArray *business_address;
  const char *business_phone;
  const char *business_tax_id;
  const char *title;
  const char *number;
  const char *table;
  const char *server;
  gboolean has_time;
  gint64 time_ms;          /* UTC */
  gint64 time_zone_offset; /* minutes that local time is ahead of UTC */
  GArray *lines;           /* of BhReceiptLine */
  BhReceiptAmount subtotal;
  GArray *discounts; /* of BhReceiptEntry */
  GArray *taxes;     /* of BhReceiptTax */
  BhReceiptAmount total;
  GArray *payments; /* of BhReceiptEntry */
  BhReceiptAmount change;
  GPtrArray *footer;
  const char *qr;
  gboolean drawer;
  gboolean cut;
} BhReceipt;

/**
 * bh_receipt_new_from_json:
 * @json: (nullable): any JSON; a reference to it is kept
 *
 * Members that are not known are left alone: a newer till may state more.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: BH_PRINT_ERROR_BAD_JOB,
 *   naming the member at fault ("lines[3].amount")
 */
BhReceipt *bh_receipt_new_from_json(const json_t *json, GError **error);
void bh_receipt_free(BhReceipt *receipt);

/** bh_receipt_read_language: the member `language` of a document; @out is left alone where it is
 * not stated, or is one that we have no words in. Returns: %FALSE exactly when @error is set */
gboolean bh_receipt_read_language(const json_t *json, BhReceiptLanguage *out, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhReceipt, bh_receipt_free)
