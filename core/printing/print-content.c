/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-content.h"

#include <string.h>

#include "bitmap.h"
#include "escpos-encoder.h"
#include "escpos-writer.h"
#include "receipt.h"

typedef gboolean (*EncodePart)(const json_t *part, const BhPrintContentOptions *options,
                               BhEscposWriter *writer, GError **error);

static gboolean
encode_receipt(const json_t *part, const BhPrintContentOptions *options, BhEscposWriter *writer,
               GError **error)
{
  g_autoptr(BhReceipt) receipt = bh_receipt_new_from_json(part, error);

  if (receipt == NULL)
    return FALSE;
  bh_escpos_encode_receipt(writer, receipt, options->reprint);
  return TRUE;
}

static gboolean
encode_text(const json_t *part, const BhPrintContentOptions *options, BhEscposWriter *writer,
            GError **error)
{
  if (!json_is_string(part)) {
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, "“text” must be a string");
    return FALSE;
  }
  if (options->reprint)
    bh_escpos_encode_reprint_mark(writer, BH_RECEIPT_ENGLISH);
  bh_escpos_encode_text(writer, json_string_value(part));
  return TRUE;
}

static const struct {
  const char *name;
  EncodePart encode;
} parts[] = {
    {"receipt", encode_receipt},
    {"text", encode_text},
};

static GBytes *
refuse(GError **error, const char *message)
{
  g_set_error_literal(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, message);
  return NULL;
}

GBytes *
bh_print_content_encode(const json_t *content, const BhPrintContentOptions *options,
                        gsize max_bytes, GError **error)
{
  g_autoptr(BhEscposWriter) writer = NULL;
  const json_t *part = NULL;
  EncodePart encode = NULL;

  g_return_val_if_fail(options != NULL, NULL);
  g_return_val_if_fail(options->columns == 42 || options->columns == 32, NULL);

  if (json_object_get(content, "pdf") != NULL)
    return refuse(error, "this printer takes no PDF");
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    const json_t *found = json_object_get(content, parts[i].name);

    if (found == NULL)
      continue;
    if (part != NULL)
      return refuse(error, "“content” must have one of receipt, text, escpos and png, not several");
    part = found;
    encode = parts[i].encode;
  }
  if (part == NULL)
    return refuse(error, "“content” must have one of receipt, text, escpos and png");

  writer = bh_escpos_writer_new(options->columns, max_bytes);
  if (!encode(part, options, writer, error))
    return NULL;
  return bh_escpos_writer_finish(writer, error);
}
