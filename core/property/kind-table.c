/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "kind-table.h"

#include <gio/gio.h>
#include <string.h>

#include "base64url.h"
#include "body-schema.h"
#include "digest.h"
#include "lift-step.h"
#include "property-resources.h"

#define RESOURCE "/bellhop/property/kinds.json"

typedef struct {
  GStrv entity_types;
  BhAction action;
  BhBodySchema *schema;
  GPtrArray *steps; /* (element-type BhLiftStep) */
} Kind;

/* --- the table: made once, kept for good --- */

static GStrv
read_names(const json_t *names)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  gsize i;
  json_t *name;

  json_array_foreach(names, i, name) g_strv_builder_add(builder, json_string_value(name));
  return g_strv_builder_end(builder);
}

static Kind *
read_kind(const json_t *from)
{
  Kind *kind = g_new0(Kind, 1);
  gboolean has_action =
      bh_action_from_name(json_string_value(json_object_get(from, "action")), &kind->action);
  gsize i;
  json_t *step;

  g_assert(has_action);
  kind->entity_types = read_names(json_object_get(from, "entity"));
  kind->schema = bh_body_schema_new(json_object_get(from, "body"));
  kind->steps = g_ptr_array_new();
  json_array_foreach(json_object_get(from, "lift"), i, step)
      g_ptr_array_add(kind->steps, bh_lift_step_new(step));
  return kind;
}

static GBytes *
read_file(void)
{
  return g_resource_lookup_data(bh_property_resources_get_resource(), RESOURCE, 0, NULL);
}

static GHashTable *
read_table(void)
{
  GHashTable *table = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GBytes) bytes = read_file();
  gsize length;
  const char *text = g_bytes_get_data(bytes, &length);
  g_autoptr(json_t) root = bh_json_parse(text, length, NULL);
  const char *name;
  json_t *value;

  json_object_foreach(json_object_get(root, "kinds"), name, value)
      g_hash_table_insert(table, g_strdup(name), read_kind(value));
  g_assert(g_hash_table_size(table) > 0);
  return table;
}

/* Returns: (nullable): %NULL: there is no such kind */
static const Kind *
find_kind(const char *name)
{
  static GHashTable *table;

  if (g_once_init_enter(&table))
    g_once_init_leave(&table, read_table());
  return g_hash_table_lookup(table, name);
}

/* --- asking --- */

static char *
make_version(void)
{
  g_autoptr(GBytes) bytes = read_file();
  guint8 hash[BH_DIGEST_BYTES];
  gsize length;
  const guint8 *content = g_bytes_get_data(bytes, &length);

  bh_digest_sha256(content, length, hash);
  return bh_base64url_encode(hash, sizeof hash);
}

const char *
bh_kind_table_get_version(void)
{
  static char *version;

  if (g_once_init_enter(&version))
    g_once_init_leave(&version, make_version());
  return version;
}

static gboolean
has_entity(const Kind *kind, const char *entity)
{
  for (guint i = 0; kind->entity_types[i] != NULL; i++) {
    gsize length = strlen(kind->entity_types[i]);

    if (strncmp(entity, kind->entity_types[i], length) == 0 && entity[length] == '/')
      return TRUE;
  }
  return FALSE;
}

const char *
bh_kind_table_judge(const BhOperation *op)
{
  const Kind *kind;

  if (op->is_redacted)
    return NULL;
  kind = find_kind(op->kind);
  if (kind == NULL)
    return "unknown-kind";
  if (!has_entity(kind, op->entity))
    return "bad-entity";
  if (!bh_role_may(op->role, kind->action))
    return "forbidden";
  if (!bh_body_schema_accepts(kind->schema, op->body))
    return "bad-body";
  return NULL;
}

gboolean
bh_kind_table_lift(const BhOperation *op, BhRecord *into)
{
  const Kind *kind = op->is_redacted ? NULL : find_kind(op->kind);
  gboolean has_changed = op->is_redacted && bh_record_merge(into, op->record);

  for (guint i = 0; kind != NULL && i < kind->steps->len; i++)
    has_changed |= bh_lift_step_apply(kind->steps->pdata[i], op, into);
  return has_changed;
}

gboolean
bh_kind_table_has_entity(const char *name, const char *entity)
{
  const Kind *kind = find_kind(name);

  return kind != NULL && has_entity(kind, entity);
}

gboolean
bh_kind_table_accepts_body(const char *name, const json_t *body)
{
  const Kind *kind = find_kind(name);

  return kind != NULL && bh_body_schema_accepts(kind->schema, body);
}
