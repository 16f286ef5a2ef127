/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "json-text.h"

#include <string.h>

#include "json-writer.h"

G_DEFINE_QUARK(bh_json_error_quark, bh_json_error)

/*
 * jansson parses by recursion and stops at 2,048 levels by itself; this keeps values shallow enough
 * that whoever walks them may recurse too. It looks at brackets outside strings only: text that it
 * misjudges is not JSON, and the parser says so.
 */
static gboolean
is_too_deep(const char *text, gsize length)
{
  gsize depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length; i++) {
    char c = text[i];

    if (in_string) {
      if (c == '\\')
        i++;
      else if (c == '"')
        in_string = FALSE;
    } else if (c == '"') {
      in_string = TRUE;
    } else if (c == '[' || c == '{') {
      if (++depth > BH_JSON_MAX_DEPTH)
        return TRUE;
    } else if ((c == ']' || c == '}') && depth > 0) {
      depth--;
    }
  }
  return FALSE;
}

json_t *
bh_json_parse(const char *text, gsize length, GError **error)
{
  json_error_t problem;
  json_t *value;

  g_return_val_if_fail(text != NULL || length == 0, NULL);

  if (is_too_deep(text, length)) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_DEPTH, "nested deeper than %d levels",
                BH_JSON_MAX_DEPTH);
    return NULL;
  }

  value = json_loadb(length > 0 ? text : "", length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
                     &problem);
  if (value == NULL) {
    /* problem.text quotes the input; the position is enough and leaks nothing into a log. */
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_SYNTAX, "not JSON, at byte %d",
                problem.position);
    return NULL;
  }
  return value;
}

char *
bh_json_to_text(const json_t *value)
{
  GString *text = g_string_sized_new(256);

  bh_json_write(text, value);
  return g_string_free(text, FALSE);
}

GBytes *
bh_json_to_bytes(const json_t *value)
{
  GString *text = g_string_sized_new(256);

  bh_json_write(text, value);
  return g_string_free_to_bytes(text);
}

gsize
bh_json_measure(const json_t *value)
{
  g_autofree char *text = NULL;
  GString *printed = g_string_sized_new(1024);
  gsize length;

  bh_json_write(printed, value);
  length = printed->len;
  text = g_string_free(printed, FALSE);
  return length;
}

const char *
bh_json_get_text(const json_t *object, const char *name, gsize max_bytes, GError **error)
{
  const char *text = NULL;

  if (!bh_json_get_optional_text(object, name, max_bytes, &text, error))
    return NULL;
  if (text == NULL || *text == '\0') {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING, "“%s” is missing", name);
    return NULL;
  }
  return text;
}

gboolean
bh_json_get_optional_text(const json_t *object, const char *name, gsize max_bytes, const char **out,
                          GError **error)
{
  const json_t *member = json_object_get(object, name);

  *out = NULL;
  if (member == NULL || json_is_null(member))
    return TRUE;
  if (!json_is_string(member)) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_TYPE, "“%s” must be a string", name);
    return FALSE;
  }
  if (json_string_length(member) > max_bytes) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_TYPE,
                "“%s” is longer than %" G_GSIZE_FORMAT " bytes", name, max_bytes);
    return FALSE;
  }
  *out = json_string_value(member);
  return TRUE;
}

gboolean
bh_json_get_optional_integer(const json_t *object, const char *name, gint64 min, gint64 max,
                             gint64 *out, GError **error)
{
  const json_t *member = json_object_get(object, name);

  if (member == NULL || json_is_null(member))
    return TRUE;
  if (!json_is_integer(member) || json_integer_value(member) < min ||
      json_integer_value(member) > max) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_TYPE,
                "“%s” must be an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, name, min,
                max);
    return FALSE;
  }
  *out = json_integer_value(member);
  return TRUE;
}
