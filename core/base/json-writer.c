/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "json-writer.h"

#include <stdlib.h>

static void
write_escape(GString *out, guint8 c)
{
  /* What has a short spelling, and behind each its letter. */
  static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";

  for (const char *at = shorts; *at != '\0'; at += 2) {
    if ((guint8)*at == c) {
      g_string_append_c(out, '\\');
      g_string_append_c(out, at[1]);
      return;
    }
  }
  g_string_append_printf(out, "\\u%04X", c);
}

static void
write_text(GString *out, const char *text, gsize length)
{
  gsize start = 0;

  g_string_append_c(out, '"');
  for (gsize i = 0; i < length; i++) {
    guint8 c = (guint8)text[i];

    if (c >= 0x20 && c != '"' && c != '\\')
      continue;
    g_string_append_len(out, text + start, (gssize)(i - start));
    write_escape(out, c);
    start = i + 1;
  }
  g_string_append_len(out, text + start, (gssize)(length - start));
  g_string_append_c(out, '"');
}

static void
write_integer(GString *out, json_int_t value)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 rest = value < 0 ? 0 - (guint64)value : (guint64)value;

  do {
    *--at = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (value < 0)
    *--at = '-';
  g_string_append_len(out, at, digits + sizeof digits - at);
}

/* Seldom enough to leave the spelling to jansson. */
static void
write_real(GString *out, const json_t *value)
{
  char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

  g_assert(text != NULL);
  g_string_append(out, text);
  free(text);
}

static void
write_object(GString *out, json_t *object)
{
  char before = '{';

  if (json_object_size(object) == 0)
    g_string_append_c(out, '{');
  for (void *iter = json_object_iter(object); iter != NULL;
       iter = json_object_iter_next(object, iter)) {
    g_string_append_c(out, before);
    write_text(out, json_object_iter_key(iter), json_object_iter_key_len(iter));
    g_string_append_c(out, ':');
    bh_json_write(out, json_object_iter_value(iter));
    before = ',';
  }
  g_string_append_c(out, '}');
}

static void
write_array(GString *out, const json_t *array)
{
  g_string_append_c(out, '[');
  for (size_t i = 0; i < json_array_size(array); i++) {
    if (i > 0)
      g_string_append_c(out, ',');
    bh_json_write(out, json_array_get(array, i));
  }
  g_string_append_c(out, ']');
}

void
bh_json_write(GString *out, const json_t *value)
{
  switch (json_typeof(value)) {
  case JSON_OBJECT:
    write_object(out, (json_t *)value);
    break;
  case JSON_ARRAY:
    write_array(out, value);
    break;
  case JSON_STRING:
    write_text(out, json_string_value(value), json_string_length(value));
    break;
  case JSON_INTEGER:
    write_integer(out, json_integer_value(value));
    break;
  case JSON_REAL:
    write_real(out, value);
    break;
  case JSON_TRUE:
    g_string_append(out, "true");
    break;
  case JSON_FALSE:
    g_string_append(out, "false");
    break;
  case JSON_NULL:
    g_string_append(out, "null");
    break;
  }
}
