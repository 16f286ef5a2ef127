/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "print-content.h"

#include <string.h>

#include "base64.h"
#include "bitmap.h"
#include "escpos-decoder.h"
#include "escpos-encoder.h"
#include "escpos-writer.h"
#include "receipt.h"
#include "ticket-encoder.h"

/* A metre of paper at 203 dots an inch. */
#define MAX_PICTURE_DOTS 8192

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
encode_ticket(const json_t *part, const BhPrintContentOptions *options, BhEscposWriter *writer,
              GError **error)
{
  g_autoptr(BhTicket) ticket = bh_ticket_new_from_json(part, error);

  if (ticket == NULL)
    return FALSE;
  bh_escpos_encode_ticket(writer, ticket, options->reprint);
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

static GBytes *
decode_base64(const json_t *part, const char *name, GError **error)
{
  GBytes *bytes = bh_base64_decode(json_string_value(part), json_string_length(part));

  if (bytes == NULL)
    g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB,
                "“%s” must be a base64 string (RFC 4648, with padding)", name);
  return bytes;
}

/* Copies @bytes with at most @allowed commands that open the drawer. Behind a command that we do
 * not know nothing can be told apart, and everything stays as it is. */
static GByteArray *
limit_drawer(GBytes *bytes, guint allowed)
{
  gsize length;
  const guint8 *data = g_bytes_get_data(bytes, &length);
  BhEscposDecoder decoder = BH_ESCPOS_DECODER_INIT(data, length);
  GByteArray *out = g_byte_array_sized_new((guint)length);
  BhEscposItem item;

  while (bh_escpos_decoder_next(&decoder, &item)) {
    if (item.kind == BH_ESCPOS_UNKNOWN) {
      item.length = length - (gsize)(item.bytes - data);
      decoder.position = length;
    }
    if (!bh_escpos_item_opens_drawer(&item))
      g_byte_array_append(out, item.bytes, (guint)item.length);
    else if (allowed > 0 && allowed-- > 0)
      g_byte_array_append(out, item.bytes, (guint)item.length);
  }
  return out;
}

/* The sender's own bytes. A reprint puts the mark before them, and the printer back as it was. */
static gboolean
encode_escpos(const json_t *part, const BhPrintContentOptions *options, BhEscposWriter *writer,
              GError **error)
{
  static const guint8 initialize[] = {BH_ESCPOS_ESC, '@'};
  g_autoptr(GBytes) bytes = decode_base64(part, "escpos", error);
  g_autoptr(GByteArray) limited = NULL;

  if (bytes == NULL)
    return FALSE;
  limited = limit_drawer(bytes, options->reprint ? 0 : 1);
  if (options->reprint) {
    bh_escpos_encode_reprint_mark(writer, BH_RECEIPT_ENGLISH);
    bh_escpos_writer_raw(writer, initialize, sizeof initialize);
  }
  bh_escpos_writer_raw(writer, limited->data, limited->len);
  return TRUE;
}

static gboolean
encode_png(const json_t *part, const BhPrintContentOptions *options, BhEscposWriter *writer,
           GError **error)
{
  g_autoptr(GBytes) bytes = decode_base64(part, "png", error);
  g_autoptr(BhBitmap) bitmap = NULL;

  if (bytes == NULL)
    return FALSE;
  bitmap =
      bh_bitmap_new_from_png(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes),
                             options->columns * BH_ESCPOS_CHARACTER_DOTS, MAX_PICTURE_DOTS, error);
  if (bitmap == NULL)
    return FALSE;
  if (options->reprint)
    bh_escpos_encode_reprint_mark(writer, BH_RECEIPT_ENGLISH);
  bh_escpos_writer_bitmap(writer, bitmap);
  bh_escpos_writer_cut(writer);
  return TRUE;
}

static const struct {
  const char *name;
  EncodePart encode;
} parts[] = {
    {"receipt", encode_receipt}, {"ticket", encode_ticket}, {"text", encode_text},
    {"escpos", encode_escpos},   {"png", encode_png},
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
      return refuse(
          error, "“content” must have one of receipt, ticket, text, escpos and png, not several");
    part = found;
    encode = parts[i].encode;
  }
  if (part == NULL)
    return refuse(error, "“content” must have one of receipt, ticket, text, escpos and png");

  writer = bh_escpos_writer_new(options->columns, max_bytes);
  if (encode == encode_escpos && !options->reprint)
    bh_escpos_writer_clear(writer);
  if (!encode(part, options, writer, error))
    return NULL;
  return bh_escpos_writer_finish(writer, error);
}

GBytes *
bh_print_content_without_drawer(GBytes *escpos)
{
  return g_byte_array_free_to_bytes(limit_drawer(escpos, 0));
}
