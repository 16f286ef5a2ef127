/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "body-schema.h"

#include <string.h>

#include "operation-text.h"
#include "operation.h"

typedef gboolean (*IsFormat)(const char *text);

typedef struct {
  char *name;
  BhBodySchema *schema;
  gboolean is_required;
} Property;

struct _BhBodySchema {
  json_type type; /* JSON_TRUE stands for both booleans */
  gboolean may_be_null;
  GPtrArray *choices; /* (nullable) (element-type utf8): of a string */
  IsFormat is_format; /* (nullable): of a string */
  gint64 min, max;    /* of an integer, a string's length, or an array's */
  BhBodySchema *items;
  GArray *properties; /* (element-type Property): of an object; no others may be there */
  guint n_required;
};

/* --- making; whatever is not understood here is our own mistake --- */

static const struct {
  const char *name;
  json_type type;
} types[] = {
    {"integer", JSON_INTEGER}, {"string", JSON_STRING}, {"boolean", JSON_TRUE},
    {"object", JSON_OBJECT},   {"array", JSON_ARRAY},
};

static gboolean
is_currency(const char *text)
{
  return g_ascii_isupper(text[0]) && g_ascii_isupper(text[1]) && g_ascii_isupper(text[2]) &&
         text[3] == '\0';
}

static const struct {
  const char *name;
  IsFormat is_format;
} formats[] = {
    {"id", bh_operation_text_is_id},
    {"log", bh_operation_is_log_id},
    {"op", bh_operation_text_is_op},
    {"currency", is_currency},
};

static void
add_type(BhBodySchema *schema, const char *name)
{
  if (g_strcmp0(name, "null") == 0) {
    schema->may_be_null = TRUE;
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
    if (g_strcmp0(name, types[i].name) == 0) {
      g_assert(schema->type == JSON_NULL);
      schema->type = types[i].type;
      return;
    }
  }
  g_error("A schema has the type “%s”", name);
}

static void
read_type(BhBodySchema *schema, const json_t *type)
{
  gsize i;
  json_t *name;

  schema->type = JSON_NULL;
  if (json_is_string(type))
    add_type(schema, json_string_value(type));
  json_array_foreach(type, i, name) add_type(schema, json_string_value(name));
  g_assert(schema->type != JSON_NULL);
}

static void
read_choices(BhBodySchema *schema, const json_t *choices)
{
  gsize i;
  json_t *choice;

  if (choices == NULL)
    return;
  schema->choices = g_ptr_array_new_with_free_func(g_free);
  json_array_foreach(choices, i, choice)
  {
    g_assert(json_is_string(choice));
    g_ptr_array_add(schema->choices, g_strdup(json_string_value(choice)));
  }
}

static void
read_format(BhBodySchema *schema, const char *name)
{
  if (name == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
    if (strcmp(name, formats[i].name) == 0)
      schema->is_format = formats[i].is_format;
  g_assert(schema->is_format != NULL);
}

/* Each type has its own words for the one pair of limits. */
static void
read_limits(BhBodySchema *schema, const json_t *from)
{
  const char *min_name = schema->type == JSON_STRING  ? "minLength"
                         : schema->type == JSON_ARRAY ? "minItems"
                                                      : "minimum";
  const char *max_name = schema->type == JSON_STRING  ? "maxLength"
                         : schema->type == JSON_ARRAY ? "maxItems"
                                                      : "maximum";
  const json_t *min = json_object_get(from, min_name);
  const json_t *max = json_object_get(from, max_name);

  schema->min = min != NULL ? json_integer_value(min) : G_MININT64;
  schema->max = max != NULL ? json_integer_value(max) : G_MAXINT64;
}

static void
clear_property(gpointer data)
{
  Property *property = data;

  g_free(property->name);
  bh_body_schema_free(property->schema);
}

static gboolean
names_include(const json_t *names, const char *wanted)
{
  gsize i;
  json_t *name;

  json_array_foreach(names, i, name) if (strcmp(json_string_value(name), wanted) == 0) return TRUE;
  return FALSE;
}

static void
read_properties(BhBodySchema *schema, const json_t *from)
{
  json_t *properties = json_object_get(from, "properties");
  const json_t *required = json_object_get(from, "required");
  const char *name;
  json_t *value;

  g_assert(json_is_false(json_object_get(from, "additionalProperties")));
  schema->properties = g_array_new(FALSE, FALSE, sizeof(Property));
  g_array_set_clear_func(schema->properties, clear_property);
  json_object_foreach(properties, name, value)
  {
    Property property = {.name = g_strdup(name),
                         .schema = bh_body_schema_new(value),
                         .is_required = names_include(required, name)};

    schema->n_required += property.is_required ? 1 : 0;
    g_array_append_val(schema->properties, property);
  }
  g_assert(schema->n_required == json_array_size(required));
}

BhBodySchema *
bh_body_schema_new(const json_t *from)
{
  BhBodySchema *schema = g_new0(BhBodySchema, 1);

  g_assert(json_is_object(from));
  read_type(schema, json_object_get(from, "type"));
  read_choices(schema, json_object_get(from, "enum"));
  read_format(schema, json_string_value(json_object_get(from, "format")));
  read_limits(schema, from);
  if (schema->type == JSON_OBJECT)
    read_properties(schema, from);
  if (json_object_get(from, "items") != NULL)
    schema->items = bh_body_schema_new(json_object_get(from, "items"));
  return schema;
}

void
bh_body_schema_free(BhBodySchema *schema)
{
  if (schema == NULL)
    return;
  g_clear_pointer(&schema->choices, g_ptr_array_unref);
  g_clear_pointer(&schema->properties, g_array_unref);
  bh_body_schema_free(schema->items);
  g_free(schema);
}

/* --- judging --- */

static gboolean
is_between(const BhBodySchema *schema, gint64 number)
{
  return number >= schema->min && number <= schema->max;
}

static gboolean
accepts_string(const BhBodySchema *schema, const json_t *value)
{
  const char *text = json_string_value(value);
  gboolean is_chosen = schema->choices == NULL;

  for (guint i = 0; !is_chosen && i < schema->choices->len; i++)
    is_chosen = strcmp(text, schema->choices->pdata[i]) == 0;
  return is_chosen && is_between(schema, g_utf8_strlen(text, -1)) &&
         (schema->is_format == NULL || schema->is_format(text));
}

static gboolean
accepts_array(const BhBodySchema *schema, const json_t *value)
{
  gsize i;
  json_t *item;

  if (!is_between(schema, (gint64)json_array_size(value)))
    return FALSE;
  if (schema->items == NULL)
    return TRUE;
  json_array_foreach(value, i, item) if (!bh_body_schema_accepts(schema->items, item)) return FALSE;
  return TRUE;
}

static const Property *
find_property(const BhBodySchema *schema, const char *name)
{
  for (guint i = 0; i < schema->properties->len; i++) {
    const Property *property = &g_array_index(schema->properties, Property, i);

    if (strcmp(property->name, name) == 0)
      return property;
  }
  return NULL;
}

static gboolean
accepts_object(const BhBodySchema *schema, const json_t *value)
{
  guint n_required = 0;
  const char *name;
  json_t *member;

  json_object_foreach((json_t *)value, name, member)
  {
    const Property *property = find_property(schema, name);

    if (property == NULL || !bh_body_schema_accepts(property->schema, member))
      return FALSE;
    n_required += property->is_required ? 1 : 0;
  }
  return n_required == schema->n_required;
}

gboolean
bh_body_schema_accepts(const BhBodySchema *schema, const json_t *value)
{
  if (value == NULL)
    return FALSE;
  if (json_is_null(value))
    return schema->may_be_null;
  if (schema->type == JSON_TRUE)
    return json_is_boolean(value);
  if (json_typeof(value) != schema->type)
    return FALSE;
  switch (schema->type) {
  case JSON_INTEGER:
    return is_between(schema, json_integer_value(value));
  case JSON_STRING:
    return accepts_string(schema, value);
  case JSON_ARRAY:
    return accepts_array(schema, value);
  default:
    return accepts_object(schema, value);
  }
}
