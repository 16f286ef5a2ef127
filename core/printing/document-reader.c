/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "document-reader.h"

#include <string.h>

#include "print-queue.h"

gboolean
bh_document_refuse(GError **error, const char *where, const char *name, const char *must)
{
  g_set_error(error, BH_PRINT_ERROR, BH_PRINT_ERROR_BAD_JOB, "“%s%s” %s", where, name, must);
  return FALSE;
}

const json_t *
bh_document_get_member(const json_t *object, const char *name)
{
  const json_t *member = json_object_get(object, name);

  return json_is_null(member) ? NULL : member;
}

static gboolean
is_text(const json_t *value, guint max_characters)
{
  return json_is_string(value) &&
         g_utf8_strlen(json_string_value(value), -1) <= (glong)max_characters;
}

gboolean
bh_document_read_text(const json_t *object, const char *where, const char *name,
                      guint max_characters, gboolean required, const char **out, GError **error)
{
  const json_t *member = bh_document_get_member(object, name);
  g_autofree char *must = NULL;

  if (member == NULL)
    return required ? bh_document_refuse(error, where, name, "is missing") : TRUE;
  if (!is_text(member, max_characters) || (required && json_string_length(member) == 0)) {
    must = g_strdup_printf("must be a text of %s%u characters", required ? "1 to " : "at most ",
                           max_characters);
    return bh_document_refuse(error, where, name, must);
  }
  /* An empty text says as little as none, and would only leave an empty line. */
  if (json_string_length(member) > 0)
    *out = json_string_value(member);
  return TRUE;
}

gboolean
bh_document_read_integer(const json_t *object, const char *where, const char *name, gint64 min,
                         gint64 max, gint64 *out, GError **error)
{
  const json_t *member = bh_document_get_member(object, name);
  g_autofree char *must = NULL;

  if (member == NULL)
    return TRUE;
  if (!json_is_integer(member) || json_integer_value(member) < min ||
      json_integer_value(member) > max) {
    must = g_strdup_printf("must be an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, min,
                           max);
    return bh_document_refuse(error, where, name, must);
  }
  *out = json_integer_value(member);
  return TRUE;
}

gboolean
bh_document_read_boolean(const json_t *object, const char *where, const char *name, gboolean *out,
                         GError **error)
{
  const json_t *member = bh_document_get_member(object, name);

  if (member == NULL)
    return TRUE;
  if (!json_is_boolean(member))
    return bh_document_refuse(error, where, name, "must be true or false");
  *out = json_is_true(member);
  return TRUE;
}

/* The array, or NULL where it is absent. */
static gboolean
read_array(const json_t *object, const char *where, const char *name, guint max_items,
           const json_t **out, GError **error)
{
  const json_t *member = bh_document_get_member(object, name);
  g_autofree char *must = NULL;

  *out = member;
  if (member == NULL || (json_is_array(member) && json_array_size(member) <= max_items))
    return TRUE;
  must = g_strdup_printf("must be a list of at most %u", max_items);
  return bh_document_refuse(error, where, name, must);
}

gboolean
bh_document_read_texts(const json_t *object, const char *where, const char *name, guint max_items,
                       GPtrArray *out, GError **error)
{
  const json_t *array, *item;
  gsize i;

  if (!read_array(object, where, name, max_items, &array, error))
    return FALSE;
  json_array_foreach((json_t *)array, i, item)
  {
    if (!is_text(item, BH_DOCUMENT_MAX_TEXT)) {
      g_autofree char *place = g_strdup_printf("%s[%" G_GSIZE_FORMAT "]", name, i);

      return bh_document_refuse(
          error, where, place,
          "must be a text of at most " G_STRINGIFY(BH_DOCUMENT_MAX_TEXT) " characters");
    }
    g_ptr_array_add(out, (gpointer)json_string_value(item));
  }
  return TRUE;
}

gboolean
bh_document_read_items(const json_t *object, const char *where, const char *name, guint max_items,
                       BhDocumentReadItem read_item, GArray *out, GError **error)
{
  const json_t *array, *item;
  gsize i;

  if (!read_array(object, where, name, max_items, &array, error))
    return FALSE;
  json_array_foreach((json_t *)array, i, item)
  {
    g_autofree char *place = g_strdup_printf("%s%s[%" G_GSIZE_FORMAT "].", where, name, i);

    if (!json_is_object(item)) {
      place[strlen(place) - 1] = '\0';
      return bh_document_refuse(error, place, "", "must be an object");
    }
    /* Grow first: the item is then freed with the array whatever happens to it. */
    g_array_set_size(out, out->len + 1);
    if (!read_item(item, place, out->data + (out->len - 1) * g_array_get_element_size(out), error))
      return FALSE;
  }
  return TRUE;
}
