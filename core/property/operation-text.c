/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "operation-text.h"

#include <string.h>

#include "operation.h"

/* `9007199254740991`: no integer that a JavaScript number holds exactly has more digits. */
#define MAX_DIGITS 16
/* `[a-z]{1,20}` */
#define MAX_TYPE 20

/* --- formats --- */

static gboolean
is_id_char(char c)
{
  return g_ascii_isalnum(c) || c == '_' || c == '-';
}

/* How many characters of an id @text begins with. */
static gsize
span_id(const char *text)
{
  gsize length = 0;

  while (is_id_char(text[length]))
    length++;
  return length;
}

gboolean
bh_operation_text_is_id(const char *text)
{
  gsize length = span_id(text);

  return length > 0 && length <= BH_OPERATION_TEXT_MAX_ID && text[length] == '\0';
}

/* Returns: how long the log id is that @text begins with; 0: it begins with none */
static gsize
span_log_id(const char *text)
{
  gsize prefix = g_str_has_prefix(text, "p.") ? 2 : 0;

  return span_id(text + prefix) == BH_OPERATION_LOG_ID_BYTES - 2 ? prefix + 22 : 0;
}

gboolean
bh_operation_is_log_id(const char *text)
{
  gsize length = text != NULL ? span_log_id(text) : 0;

  return length > 0 && text[length] == '\0';
}

gboolean
bh_operation_text_is_op(const char *text)
{
  gsize length = span_log_id(text);
  const char *digits = text + length + 1;
  gsize count = 0;

  if (length == 0 || text[length] != ':' || *digits == '0')
    return FALSE;
  while (g_ascii_isdigit(digits[count]))
    count++;
  return count > 0 && count <= MAX_DIGITS && digits[count] == '\0' &&
         g_ascii_strtoll(digits, NULL, 10) <= BH_OPERATION_MAX_SEQ;
}

gboolean
bh_operation_text_is_entity(const char *text)
{
  gsize length = 0;

  while (g_ascii_islower(text[length]))
    length++;
  return length > 0 && length <= MAX_TYPE && text[length] == '/' &&
         bh_operation_text_is_id(text + length + 1);
}

/* --- canonical text --- */

/*
 * Reads the spelling only, forward and once; what is a value and whether it is UTF-8 is left to the
 * parser, which reads the same text afterwards. Each scan_ function leaves `at` behind what it
 * read, or returns %FALSE.
 */
typedef struct {
  const char *at;
  const char *end;
  guint depth;
} Scan;

static gboolean scan_value(Scan *scan);

static gboolean
scan_char(Scan *scan, char c)
{
  if (scan->at == scan->end || *scan->at != c)
    return FALSE;
  scan->at++;
  return TRUE;
}

static gboolean
scan_word(Scan *scan, const char *word)
{
  gsize length = strlen(word);

  if ((gsize)(scan->end - scan->at) < length || memcmp(scan->at, word, length) != 0)
    return FALSE;
  scan->at += length;
  return TRUE;
}

static gboolean
scan_string(Scan *scan)
{
  if (!scan_char(scan, '"'))
    return FALSE;
  while (scan->at < scan->end) {
    guint8 c = (guint8)*scan->at++;

    if (c == '"')
      return TRUE;
    if (c < 0x20)
      return FALSE;
    /* Neither `\/` nor `\u`: what may stand here at all has a shorter spelling. */
    if (c == '\\' &&
        (scan->at == scan->end || *scan->at == '\0' || strchr("\"\\bfnrt", *scan->at++) == NULL))
      return FALSE;
  }
  return FALSE;
}

static gboolean
scan_key(Scan *scan)
{
  const char *key = scan->at + 1;
  gsize length;

  if (!scan_string(scan))
    return FALSE;
  length = (gsize)(scan->at - 1 - key);
  if (length == 0 || length > BH_OPERATION_TEXT_MAX_KEY || !g_ascii_isalpha(*key))
    return FALSE;
  for (gsize i = 1; i < length; i++)
    if (!g_ascii_isalnum(key[i]))
      return FALSE;
  return TRUE;
}

static gboolean
scan_number(Scan *scan)
{
  gboolean is_negative = scan_char(scan, '-');
  const char *digits = scan->at;
  gint64 value = 0;

  while (scan->at < scan->end && g_ascii_isdigit(*scan->at)) {
    if (scan->at - digits == MAX_DIGITS)
      return FALSE;
    value = value * 10 + (*scan->at++ - '0');
  }
  if (scan->at == digits || value > BH_OPERATION_MAX_SEQ)
    return FALSE;
  /* A leading zero, and `-0`, of which JavaScript makes `0`. */
  return *digits != '0' || (scan->at - digits == 1 && !is_negative);
}

static gboolean
scan_object(Scan *scan)
{
  if (scan_char(scan, '}'))
    return TRUE;
  do {
    if (!scan_key(scan) || !scan_char(scan, ':') || !scan_value(scan))
      return FALSE;
  } while (scan_char(scan, ','));
  return scan_char(scan, '}');
}

static gboolean
scan_array(Scan *scan)
{
  if (scan_char(scan, ']'))
    return TRUE;
  do {
    if (!scan_value(scan))
      return FALSE;
  } while (scan_char(scan, ','));
  return scan_char(scan, ']');
}

static gboolean
scan_value(Scan *scan)
{
  gboolean is_good;

  if (scan->at == scan->end)
    return FALSE;
  switch (*scan->at) {
  case '{':
  case '[':
    if (scan->depth == BH_OPERATION_TEXT_MAX_DEPTH)
      return FALSE;
    scan->depth++;
    is_good = *scan->at++ == '{' ? scan_object(scan) : scan_array(scan);
    scan->depth--;
    return is_good;
  case '"':
    return scan_string(scan);
  case 't':
    return scan_word(scan, "true");
  case 'f':
    return scan_word(scan, "false");
  case 'n':
    return scan_word(scan, "null");
  default:
    return scan_number(scan);
  }
}

json_t *
bh_operation_text_parse(const char *text, gsize length)
{
  Scan scan = {.at = text, .end = text + length};

  if (length > BH_OPERATION_MAX_BYTES || length == 0 || *text != '{')
    return NULL;
  if (!scan_value(&scan) || scan.at != scan.end)
    return NULL;
  return json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
}

/* --- values --- */

static gboolean
is_key(const char *key)
{
  gsize length = 0;

  while (g_ascii_isalnum(key[length]))
    length++;
  return g_ascii_isalpha(*key) && length <= BH_OPERATION_TEXT_MAX_KEY && key[length] == '\0';
}

static gboolean
is_string(const json_t *value)
{
  const char *text = json_string_value(value);
  gsize length = json_string_length(value);

  for (gsize i = 0; i < length; i++)
    if ((guint8)text[i] < 0x20 && (text[i] == '\0' || strchr("\b\f\n\r\t", text[i]) == NULL))
      return FALSE;
  return TRUE;
}

gboolean
bh_operation_text_is_value(const json_t *value, guint depth)
{
  const char *key;
  json_t *member;
  gsize i;

  switch (json_typeof(value)) {
  case JSON_OBJECT:
    json_object_foreach((json_t *)value, key,
                        member) if (depth == 0 || !is_key(key) ||
                                    !bh_operation_text_is_value(member, depth - 1)) return FALSE;
    return depth > 0;
  case JSON_ARRAY:
    json_array_foreach(value, i, member) if (depth == 0 || !bh_operation_text_is_value(
                                                               member, depth - 1)) return FALSE;
    return depth > 0;
  case JSON_STRING:
    return is_string(value);
  case JSON_INTEGER:
    return json_integer_value(value) >= -BH_OPERATION_MAX_SEQ &&
           json_integer_value(value) <= BH_OPERATION_MAX_SEQ;
  case JSON_REAL:
    return FALSE;
  default:
    return TRUE;
  }
}
