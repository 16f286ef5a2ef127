/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "lift-step.h"

#include <string.h>

/* One piece of a path: text as it is, or the name of what stands in its place. */
typedef struct {
  char *text;
  gboolean is_placeholder;
} Piece;

struct _BhLiftStep {
  GArray *path;         /* (element-type Piece): of the item or register; of registers the prefix */
  char *each;           /* (nullable): the array in the body */
  char *registers;      /* (nullable): the object in the body */
  gboolean is_register; /* and no item */
  gboolean is_whole;    /* the value is the element or the body itself */
  GStrv members;        /* (nullable): the value is an object of these */
  char *member;         /* (nullable): the value is this member */
};

/* What one addition is made from. */
typedef struct {
  const BhLiftStep *step;
  const BhOperation *op;
  json_t *element; /* (nullable): of each */
  BhStamp stamp;
  gint64 version;
  BhRecord *into;
} Lift;

/* --- making --- */

static void
clear_piece(gpointer data)
{
  Piece *piece = data;

  g_free(piece->text);
}

static GArray *
read_path(const char *path)
{
  GArray *pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
  g_auto(GStrv) parts = NULL;

  g_assert(path != NULL);
  g_array_set_clear_func(pieces, clear_piece);
  /* Every second part stands between braces. */
  parts = g_strsplit_set(path, "{}", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    Piece piece = {.is_placeholder = i % 2 == 1};

    if (*parts[i] == '\0')
      continue;
    piece.text = g_strdup(parts[i]);
    g_array_append_val(pieces, piece);
  }
  return pieces;
}

static void
read_value(BhLiftStep *step, const json_t *value)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  gsize i;
  json_t *name;

  if (json_is_string(value)) {
    step->is_whole = strcmp(json_string_value(value), "*") == 0;
    step->member = step->is_whole ? NULL : g_strdup(json_string_value(value));
    return;
  }
  g_assert(json_is_array(value));
  json_array_foreach(value, i, name) g_strv_builder_add(builder, json_string_value(name));
  step->members = g_strv_builder_end(builder);
}

BhLiftStep *
bh_lift_step_new(const json_t *from)
{
  BhLiftStep *step = g_new0(BhLiftStep, 1);
  const json_t *item = json_object_get(from, "item");
  const json_t *the_register = json_object_get(from, "register");

  step->each = g_strdup(json_string_value(json_object_get(from, "each")));
  step->registers = g_strdup(json_string_value(json_object_get(from, "registers")));
  if (step->registers != NULL) {
    step->path = read_path(json_string_value(json_object_get(from, "at")));
    return step;
  }
  step->is_register = the_register != NULL;
  step->path = read_path(json_string_value(step->is_register ? the_register : item));
  read_value(step, json_object_get(from, "value"));
  return step;
}

void
bh_lift_step_free(BhLiftStep *step)
{
  if (step == NULL)
    return;
  g_array_unref(step->path);
  g_free(step->each);
  g_free(step->registers);
  g_strfreev(step->members);
  g_free(step->member);
  g_free(step);
}

/* --- paths --- */

/* Returns: (transfer none): what stands in place of `{name}`; @buffer: of BH_STAMP_NAME_BYTES */
static const char *
fill_placeholder(const Lift *lift, const char *name, char *buffer)
{
  const json_t *member;

  if (strcmp(name, "self") == 0)
    return bh_stamp_get_name(&lift->stamp, buffer);
  if (strcmp(name, "deviceId") == 0)
    return lift->op->device_id;
  if (json_is_string(lift->element) && strcmp(name, lift->step->each) == 0)
    return json_string_value(lift->element);
  member = json_object_get(lift->element, name);
  if (member == NULL)
    member = json_object_get(lift->op->body, name);
  return json_is_string(member) ? json_string_value(member) : "all";
}

/* @out: of BH_RECORD_MAX_PATH_BYTES + 1; the schemas allow nothing that does not fit. */
static void
write_path(const Lift *lift, const char *last, char *out)
{
  char buffer[BH_STAMP_NAME_BYTES];
  gsize length = 0;

  *out = '\0';
  for (guint i = 0; i < lift->step->path->len; i++) {
    const Piece *piece = &g_array_index(lift->step->path, Piece, i);

    length = g_strlcat(
        out, piece->is_placeholder ? fill_placeholder(lift, piece->text, buffer) : piece->text,
        BH_RECORD_MAX_PATH_BYTES + 1);
  }
  if (last != NULL)
    length = g_strlcat(out, last, BH_RECORD_MAX_PATH_BYTES + 1);
  g_assert(length <= BH_RECORD_MAX_PATH_BYTES);
}

/* --- adding --- */

/* Returns: (transfer full): what a step adds that is not the element or the body itself */
static json_t *
make_value(const BhLiftStep *step, json_t *body)
{
  json_t *value;

  if (step->is_whole || step->registers != NULL)
    return json_incref(body);
  if (step->member != NULL) {
    value = json_object_get(body, step->member);
    return value != NULL ? json_incref(value) : json_null();
  }
  value = json_object();
  for (guint i = 0; step->members[i] != NULL; i++) {
    json_t *member = json_object_get(body, step->members[i]);

    if (member != NULL)
      json_object_set(value, step->members[i], member);
  }
  return value;
}

static gboolean
add_one(const Lift *lift, json_t *value)
{
  char path[BH_RECORD_MAX_PATH_BYTES + 1];

  write_path(lift, NULL, path);
  if (lift->step->is_register)
    return bh_record_add_register(lift->into, path, value, lift->version, &lift->stamp);
  return bh_record_add_item(lift->into, path, value, &lift->stamp);
}

static gboolean
add_each(Lift *lift, json_t *value)
{
  gboolean has_changed = FALSE;
  gsize i;
  json_t *element;

  json_array_foreach(json_object_get(lift->op->body, lift->step->each), i, element)
  {
    lift->element = element;
    has_changed |= add_one(lift, lift->step->is_whole ? element : value);
  }
  return has_changed;
}

static gboolean
add_registers(const Lift *lift)
{
  char path[BH_RECORD_MAX_PATH_BYTES + 1];
  gboolean has_changed = FALSE;
  const char *name;
  json_t *member;

  json_object_foreach(json_object_get(lift->op->body, lift->step->registers), name, member)
  {
    write_path(lift, name, path);
    has_changed |= bh_record_add_register(lift->into, path, member, lift->version, &lift->stamp);
  }
  return has_changed;
}

gboolean
bh_lift_step_apply(const BhLiftStep *step, const BhOperation *op, BhRecord *into)
{
  Lift lift = {.step = step, .op = op, .into = into};
  g_autoptr(json_t) value = NULL;

  bh_stamp_init(&lift.stamp, op);
  lift.version = json_integer_value(json_object_get(op->body, "version"));
  if (step->registers != NULL)
    return add_registers(&lift);
  value = make_value(step, op->body);
  return step->each != NULL ? add_each(&lift, value) : add_one(&lift, value);
}
