/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "json-reader.h"

#include <string.h>

#include "json-text.h"

/* 10^18 - 1 fits into 63 bits; longer ones jansson judges. */
#define MAX_DIGITS 18

/* Each read_ function leaves `at` behind what it read, or returns %NULL. */
typedef struct {
  const char *at;
  const char *end;
  guint depth;
  GString *unescaped; /* of the string that is being read */
} Reader;

static json_t *read_value(Reader *reader);

static void
skip_blanks(Reader *reader)
{
  while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
                                      *reader->at == '\n' || *reader->at == '\r'))
    reader->at++;
}

/* Skips blanks on both sides of it. */
static gboolean
skip_char(Reader *reader, char c)
{
  skip_blanks(reader);
  if (reader->at == reader->end || *reader->at != c)
    return FALSE;
  reader->at++;
  skip_blanks(reader);
  return TRUE;
}

/* `at` stands behind the opening quote; reads up to the next quote, backslash or what is neither.
 * @is_ascii is left alone where it is. */
static gsize
span_plain(const Reader *reader, gboolean *is_ascii)
{
  const char *at = reader->at;
  guint8 all = 0;

  while (at < reader->end && (guint8)*at >= 0x20 && *at != '"' && *at != '\\')
    all |= (guint8)*at++;
  if (all >= 0x80)
    *is_ascii = FALSE;
  return (gsize)(at - reader->at);
}

static json_t *
new_string(const char *text, gsize length, gboolean is_ascii)
{
  return is_ascii ? json_stringn_nocheck(text, length) : json_stringn(text, length);
}

/* Behind the backslash. Returns: the character; '\0': none that is known here */
static char
read_escape(Reader *reader)
{
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const char *found;

  if (reader->at == reader->end || *reader->at == '\0')
    return '\0';
  found = strchr(letters, *reader->at++);
  return found != NULL ? meanings[found - letters] : '\0';
}

static json_t *
read_string(Reader *reader)
{
  gboolean is_ascii = TRUE;
  gsize length;
  const char *start;

  start = ++reader->at;
  length = span_plain(reader, &is_ascii);
  reader->at += length;
  if (reader->at < reader->end && *reader->at == '"') {
    reader->at++;
    return new_string(start, length, is_ascii);
  }
  g_string_truncate(reader->unescaped, 0);
  g_string_append_len(reader->unescaped, start, (gssize)length);
  while (reader->at < reader->end && *reader->at == '\\') {
    char c;

    reader->at++;
    c = read_escape(reader);
    if (c == '\0')
      return NULL;
    g_string_append_c(reader->unescaped, c);
    length = span_plain(reader, &is_ascii);
    g_string_append_len(reader->unescaped, reader->at, (gssize)length);
    reader->at += length;
  }
  if (reader->at == reader->end || *reader->at != '"')
    return NULL;
  reader->at++;
  return new_string(reader->unescaped->str, reader->unescaped->len, is_ascii);
}

/* `"key": value` into @object. */
static gboolean
read_member(Reader *reader, json_t *object)
{
  gsize before = json_object_size(object), length;
  gboolean is_ascii = TRUE;
  const char *key;
  json_t *value;

  if (reader->at == reader->end || *reader->at != '"')
    return FALSE;
  key = ++reader->at;
  length = span_plain(reader, &is_ascii);
  reader->at += length;
  if (reader->at == reader->end || *reader->at != '"')
    return FALSE;
  reader->at++;
  if (!skip_char(reader, ':'))
    return FALSE;
  value = read_value(reader);
  if (value == NULL)
    return FALSE;
  if ((is_ascii ? json_object_setn_new_nocheck(object, key, length, value)
                : json_object_setn_new(object, key, length, value)) != 0)
    return FALSE;
  return json_object_size(object) == before + 1;
}

static json_t *
read_object(Reader *reader)
{
  g_autoptr(json_t) object = json_object();

  if (skip_char(reader, '}'))
    return g_steal_pointer(&object);
  do {
    if (!read_member(reader, object))
      return NULL;
  } while (skip_char(reader, ','));
  return skip_char(reader, '}') ? g_steal_pointer(&object) : NULL;
}

static json_t *
read_array(Reader *reader)
{
  g_autoptr(json_t) array = json_array();

  if (skip_char(reader, ']'))
    return g_steal_pointer(&array);
  do {
    json_t *value = read_value(reader);

    if (value == NULL || json_array_append_new(array, value) != 0)
      return NULL;
  } while (skip_char(reader, ','));
  return skip_char(reader, ']') ? g_steal_pointer(&array) : NULL;
}

static json_t *
read_container(Reader *reader, json_t *(*read)(Reader *reader))
{
  json_t *value;

  if (reader->depth == BH_JSON_MAX_DEPTH)
    return NULL;
  reader->depth++;
  reader->at++;
  skip_blanks(reader);
  value = read(reader);
  reader->depth--;
  return value;
}

static json_t *
read_integer(Reader *reader)
{
  gboolean is_negative = *reader->at == '-';
  const char *digits = reader->at + (is_negative ? 1 : 0);
  json_int_t value = 0;

  for (reader->at = digits; reader->at < reader->end && g_ascii_isdigit(*reader->at); reader->at++) {
    if (reader->at - digits == MAX_DIGITS)
      return NULL;
    value = value * 10 + (*reader->at - '0');
  }
  if (reader->at == digits || (*digits == '0' && reader->at - digits > 1))
    return NULL;
  if (reader->at < reader->end && (*reader->at == '.' || *reader->at == 'e' || *reader->at == 'E'))
    return NULL;
  return json_integer(is_negative ? -value : value);
}

static json_t *
read_word(Reader *reader, const char *word, json_t *value)
{
  gsize length = strlen(word);

  if ((gsize)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
    return NULL;
  reader->at += length;
  return value;
}

static json_t *
read_value(Reader *reader)
{
  if (reader->at == reader->end)
    return NULL;
  switch (*reader->at) {
  case '{':
    return read_container(reader, read_object);
  case '[':
    return read_container(reader, read_array);
  case '"':
    return read_string(reader);
  case 't':
    return read_word(reader, "true", json_true());
  case 'f':
    return read_word(reader, "false", json_false());
  case 'n':
    return read_word(reader, "null", json_null());
  default:
    return read_integer(reader);
  }
}

json_t *
bh_json_read(const char *text, gsize length)
{
  g_autoptr(GString) unescaped = g_string_new(NULL);
  Reader reader = {.at = text, .end = text + length, .unescaped = unescaped};
  g_autoptr(json_t) value = NULL;

  skip_blanks(&reader);
  value = read_value(&reader);
  skip_blanks(&reader);
  return reader.at == reader.end ? g_steal_pointer(&value) : NULL;
}
