/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "ipp-message.h"

#include <string.h>

/* Delimiters end here and values begin (RFC 8010 3.5.1). */
#define FIRST_VALUE 0x10

#define TAG_OPERATION 0x01
#define TAG_END       0x03

/* Version, status, id. */
#define HEADER_BYTES 8

static void
append_number(GByteArray *request, gsize number)
{
  guint8 bytes[2] = {(guint8)(number >> 8), (guint8)number};

  g_byte_array_append(request, bytes, sizeof bytes);
}

static void
append_text(GByteArray *request, const char *text)
{
  gsize length = MIN(strlen(text), G_MAXINT16);

  append_number(request, length);
  g_byte_array_append(request, (const guint8 *)text, (guint)length);
}

GByteArray *
bh_ipp_begin(guint16 operation)
{
  static const guint8 version[] = {1, 1}, id[] = {0, 0, 0, 1, TAG_OPERATION};
  GByteArray *request = g_byte_array_new();

  g_byte_array_append(request, version, sizeof version);
  append_number(request, operation);
  g_byte_array_append(request, id, sizeof id);
  bh_ipp_add(request, BH_IPP_CHARSET, "attributes-charset", "utf-8");
  bh_ipp_add(request, BH_IPP_LANGUAGE, "attributes-natural-language", "en");
  return request;
}

void
bh_ipp_add(GByteArray *request, guint8 kind, const char *name, const char *value)
{
  g_byte_array_append(request, &kind, 1);
  append_text(request, name);
  append_text(request, value);
}

void
bh_ipp_end(GByteArray *request)
{
  const guint8 end = TAG_END;

  g_byte_array_append(request, &end, 1);
}

typedef struct {
  const guint8 *at, *end;
} Reader;

/* A length of two bytes and what it says; FALSE: there is less. */
static gboolean
take(Reader *reader, const guint8 **bytes, gsize *length)
{
  if (reader->end - reader->at < 2)
    return FALSE;
  *length = (gsize)reader->at[0] << 8 | reader->at[1];
  reader->at += 2;
  if ((gsize)(reader->end - reader->at) < *length)
    return FALSE;
  *bytes = reader->at;
  reader->at += *length;
  return TRUE;
}

static gboolean
refuse(GError **error)
{
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                      "the print service answers in a way that is not understood");
  return FALSE;
}

gboolean
bh_ipp_read(const guint8 *bytes, gsize length, guint16 *status, BhIppVisitor visitor,
            gpointer user_data, GError **error)
{
  Reader reader = {.at = bytes + HEADER_BYTES, .end = bytes + length};
  g_autofree char *name = NULL;
  guint n_groups = 0;
  guint8 group_kind = 0;

  if (length <= HEADER_BYTES || length > BH_IPP_MAX_BYTES)
    return refuse(error);
  *status = (guint16)(bytes[2] << 8 | bytes[3]);
  while (reader.at < reader.end) {
    guint8 tag = *reader.at++;
    const guint8 *words, *value;
    gsize n_words, n_value;

    if (tag == TAG_END)
      return TRUE;
    if (tag < FIRST_VALUE) {
      group_kind = tag;
      n_groups++;
      g_clear_pointer(&name, g_free);
      continue;
    }
    if (n_groups == 0 || !take(&reader, &words, &n_words) || !take(&reader, &value, &n_value) ||
        (n_words == 0 && name == NULL))
      return refuse(error);
    if (n_words > 0) {
      g_free(name);
      name = g_utf8_make_valid((const char *)words, (gssize)n_words);
    }
    if (visitor != NULL)
      visitor(n_groups - 1, group_kind, name, tag, value, n_value, user_data);
  }
  return refuse(error);
}
