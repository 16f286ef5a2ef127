/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "receipt.h"

#include <string.h>

#include "document-reader.h"
#include "print-queue.h"

static gboolean
read_amount(const json_t *object, const char *where, const char *name, BhReceiptAmount *out,
            GError **error)
{
  out->stated = bh_document_get_member(object, name) != NULL;
  return bh_document_read_integer(object, where, name, -BH_RECEIPT_MAX_AMOUNT,
                                  BH_RECEIPT_MAX_AMOUNT, &out->minor, error);
}

static gboolean
read_required_amount(const json_t *object, const char *where, const char *name,
                     BhReceiptAmount *out, GError **error)
{
  if (!read_amount(object, where, name, out, error))
    return FALSE;
  return out->stated ? TRUE : bh_document_refuse(error, where, name, "is missing");
}

static gboolean
read_modifier(const json_t *item, const char *where, gpointer out, GError **error)
{
  BhReceiptEntry *entry = out;

  return bh_document_read_text(item, where, "name", BH_RECEIPT_MAX_NAME, TRUE, &entry->name,
                               error) &&
         read_amount(item, where, "amount", &entry->amount, error);
}

static gboolean
read_discount(const json_t *item, const char *where, gpointer out, GError **error)
{
  BhReceiptEntry *entry = out;

  return bh_document_read_text(item, where, "name", BH_RECEIPT_MAX_NAME, TRUE, &entry->name,
                               error) &&
         read_required_amount(item, where, "amount", &entry->amount, error);
}

static gboolean
read_payment(const json_t *item, const char *where, gpointer out, GError **error)
{
  BhReceiptEntry *entry = out;

  return bh_document_read_text(item, where, "method", BH_RECEIPT_MAX_NAME, TRUE, &entry->name,
                               error) &&
         read_required_amount(item, where, "amount", &entry->amount, error);
}

/* As it is to be read ("reduced"), or a number: percent. */
static gboolean
read_rate(const json_t *item, const char *where, BhReceiptTax *tax, GError **error)
{
  const json_t *member = bh_document_get_member(item, "rate");

  if (!json_is_number(member))
    return bh_document_read_text(item, where, "rate", BH_RECEIPT_MAX_NAME, FALSE, &tax->rate,
                                 error);
  tax->percent = json_number_value(member);
  tax->has_percent = TRUE;
  if (!(tax->percent >= 0 && tax->percent <= BH_RECEIPT_MAX_PERCENT))
    return bh_document_refuse(
        error, where, "rate",
        "must be a text, or percent from 0 to " G_STRINGIFY(BH_RECEIPT_MAX_PERCENT));
  return TRUE;
}

static gboolean
read_tax(const json_t *item, const char *where, gpointer out, GError **error)
{
  BhReceiptTax *tax = out;
  BhReceiptAmount amount = {0};

  if (!bh_document_read_text(item, where, "name", BH_RECEIPT_MAX_NAME, TRUE, &tax->name, error) ||
      !read_rate(item, where, tax, error) ||
      !read_required_amount(item, where, "amount", &amount, error) ||
      !bh_document_read_boolean(item, where, "included", &tax->included, error))
    return FALSE;
  tax->amount = amount.minor;
  return TRUE;
}

static gboolean
read_line(const json_t *item, const char *where, gpointer out, GError **error)
{
  BhReceiptLine *line = out;

  line->quantity = 1;
  line->notes = g_ptr_array_new();
  line->modifiers = g_array_new(FALSE, TRUE, sizeof(BhReceiptEntry));
  return bh_document_read_text(item, where, "name", BH_RECEIPT_MAX_NAME, TRUE, &line->name,
                               error) &&
         bh_document_read_integer(item, where, "quantity", 1, BH_RECEIPT_MAX_QUANTITY,
                                  &line->quantity, error) &&
         read_amount(item, where, "amount", &line->amount, error) &&
         read_amount(item, where, "unitAmount", &line->unit_amount, error) &&
         bh_document_read_texts(item, where, "notes", BH_RECEIPT_MAX_NOTES, line->notes, error) &&
         bh_document_read_items(item, where, "modifiers", BH_RECEIPT_MAX_MODIFIERS, read_modifier,
                                line->modifiers, error) &&
         bh_document_read_boolean(item, where, "emphasis", &line->emphasis, error);
}

static void
clear_line(BhReceiptLine *line)
{
  g_clear_pointer(&line->notes, g_ptr_array_unref);
  g_clear_pointer(&line->modifiers, g_array_unref);
}

static gboolean
read_currency(const json_t *json, BhReceipt *receipt, GError **error)
{
  const char *code = json_string_value(bh_document_get_member(json, "currency"));

  if (code == NULL || strlen(code) != 3 || !g_ascii_isupper(code[0]) || !g_ascii_isupper(code[1]) ||
      !g_ascii_isupper(code[2]))
    return bh_document_refuse(error, "", "currency",
                              "must be a code of three capital letters, like EUR");
  memcpy(receipt->currency, code, 4);
  return TRUE;
}

/* By its primary subtag (BCP 47). A language that we have no labels in is no reason to print
 * nothing: English stands in. */
gboolean
bh_receipt_read_language(const json_t *json, BhReceiptLanguage *out, GError **error)
{
  static const char *const codes[BH_RECEIPT_N_LANGUAGES] = {"en", "de", "fr", "es"};
  const char *tag = NULL;

  if (!bh_document_read_text(json, "", "language", BH_RECEIPT_MAX_LANGUAGE, FALSE, &tag, error))
    return FALSE;
  for (guint i = 0; tag != NULL && i < BH_RECEIPT_N_LANGUAGES; i++)
    if (g_ascii_strncasecmp(tag, codes[i], 2) == 0 && (tag[2] == '\0' || tag[2] == '-'))
      *out = (BhReceiptLanguage)i;
  return TRUE;
}

static gboolean
read_business(const json_t *json, BhReceipt *receipt, GError **error)
{
  const json_t *business = bh_document_get_member(json, "business");
  const char *where = "business.";

  if (business == NULL)
    return TRUE;
  if (!json_is_object(business))
    return bh_document_refuse(error, "", "business", "must be an object");
  return bh_document_read_text(business, where, "name", BH_RECEIPT_MAX_NAME, TRUE,
                               &receipt->business_name, error) &&
         bh_document_read_texts(business, where, "address", BH_RECEIPT_MAX_ADDRESS,
                                receipt->business_address, error) &&
         bh_document_read_text(business, where, "phone", BH_RECEIPT_MAX_NAME, FALSE,
                               &receipt->business_phone, error) &&
         bh_document_read_text(business, where, "taxId", BH_RECEIPT_MAX_NAME, FALSE,
                               &receipt->business_tax_id, error);
}

static gboolean
read_head(const json_t *json, BhReceipt *receipt, GError **error)
{
  receipt->has_time = bh_document_get_member(json, "time") != NULL;
  return read_currency(json, receipt, error) &&
         bh_receipt_read_language(json, &receipt->language, error) &&
         read_business(json, receipt, error) &&
         bh_document_read_text(json, "", "title", BH_RECEIPT_MAX_NAME, FALSE, &receipt->title,
                               error) &&
         bh_document_read_text(json, "", "number", BH_RECEIPT_MAX_NAME, FALSE, &receipt->number,
                               error) &&
         bh_document_read_text(json, "", "table", BH_RECEIPT_MAX_NAME, FALSE, &receipt->table,
                               error) &&
         bh_document_read_text(json, "", "server", BH_RECEIPT_MAX_NAME, FALSE, &receipt->server,
                               error) &&
         bh_document_read_integer(json, "", "time", 0, BH_RECEIPT_MAX_TIME_MS, &receipt->time_ms,
                                  error) &&
         bh_document_read_integer(json, "", "timeZoneOffset", -BH_RECEIPT_MAX_ZONE_OFFSET,
                                  BH_RECEIPT_MAX_ZONE_OFFSET, &receipt->time_zone_offset, error);
}

static gboolean
read_sums(const json_t *json, BhReceipt *receipt, GError **error)
{
  return read_amount(json, "", "subtotal", &receipt->subtotal, error) &&
         bh_document_read_items(json, "", "discounts", BH_RECEIPT_MAX_DISCOUNTS, read_discount,
                                receipt->discounts, error) &&
         bh_document_read_items(json, "", "taxes", BH_RECEIPT_MAX_TAXES, read_tax, receipt->taxes,
                                error) &&
         read_amount(json, "", "total", &receipt->total, error) &&
         bh_document_read_items(json, "", "payments", BH_RECEIPT_MAX_PAYMENTS, read_payment,
                                receipt->payments, error) &&
         read_amount(json, "", "change", &receipt->change, error);
}

static gboolean
read_qr(const json_t *json, BhReceipt *receipt, GError **error)
{
  const json_t *member = bh_document_get_member(json, "qr");

  if (member == NULL || (json_is_string(member) && json_string_length(member) == 0))
    return TRUE;
  if (!json_is_string(member) || json_string_length(member) > BH_RECEIPT_MAX_QR_BYTES)
    return bh_document_refuse(
        error, "", "qr",
        "must be a text of at most " G_STRINGIFY(BH_RECEIPT_MAX_QR_BYTES) " bytes");
  for (const char *p = json_string_value(member); *p != '\0'; p = g_utf8_next_char(p))
    if (g_unichar_iscntrl(g_utf8_get_char(p)))
      return bh_document_refuse(error, "", "qr", "must be without control characters");
  receipt->qr = json_string_value(member);
  return TRUE;
}

static gboolean
read_tail(const json_t *json, BhReceipt *receipt, GError **error)
{
  return bh_document_read_texts(json, "", "footer", BH_RECEIPT_MAX_FOOTER, receipt->footer,
                                error) &&
         read_qr(json, receipt, error) &&
         bh_document_read_boolean(json, "", "drawer", &receipt->drawer, error) &&
         bh_document_read_boolean(json, "", "cut", &receipt->cut, error);
}

static BhReceipt *
new_empty(const json_t *json)
{
  BhReceipt *receipt = g_new0(BhReceipt, 1);

  receipt->json = json_incref((json_t *)json);
  receipt->business_address = g_ptr_array_new();
  receipt->lines = g_array_new(FALSE, TRUE, sizeof(BhReceiptLine));
  g_array_set_clear_func(receipt->lines, (GDestroyNotify)clear_line);
  receipt->discounts = g_array_new(FALSE, TRUE, sizeof(BhReceiptEntry));
  receipt->taxes = g_array_new(FALSE, TRUE, sizeof(BhReceiptTax));
  receipt->payments = g_array_new(FALSE, TRUE, sizeof(BhReceiptEntry));
  receipt->footer = g_ptr_array_new();
  receipt->cut = TRUE;
  return receipt;
}

static gboolean
read_receipt(const json_t *json, BhReceipt *receipt, GError **error)
{
  if (!read_head(json, receipt, error))
    return FALSE;
  if (bh_document_get_member(json, "lines") == NULL)
    return bh_document_refuse(error, "", "lines", "is missing");
  return bh_document_read_items(json, "", "lines", BH_RECEIPT_MAX_LINES, read_line, receipt->lines,
                                error) &&
         read_sums(json, receipt, error) && read_tail(json, receipt, error);
}

BhReceipt *
bh_receipt_new_from_json(const json_t *json, GError **error)
{
  g_autoptr(BhReceipt) receipt = NULL;

  if (!json_is_object(json)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, "“receipt” must be an object");
    return NULL;
  }
  receipt = new_empty(json);
  if (!read_receipt(json, receipt, error)) {
    g_prefix_error(error, "receipt: ");
    return NULL;
  }
  return g_steal_pointer(&receipt);
}

void
bh_receipt_free(BhReceipt *receipt)
{
  g_ptr_array_unref(receipt->business_address);
  g_array_unref(receipt->lines);
  g_array_unref(receipt->discounts);
  g_array_unref(receipt->taxes);
  g_array_unref(receipt->payments);
  g_ptr_array_unref(receipt->footer);
  json_decref(receipt->json);
  g_free(receipt);
}
