/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "order-lines.h"

#include <string.h>

#include "operation-text.h"

static const char *const state_names[BH_N_LINE_STATES] = {
    "placed", "accepted", "preparing", "ready", "declined", "cancelled", "served",
};

/* --- states --- */

const char *
bh_line_state_get_name(BhLineState state)
{
  return state_names[state];
}

gboolean
bh_line_state_is_over(BhLineState state)
{
  return state == BH_LINE_STATE_DECLINED || state == BH_LINE_STATE_CANCELLED;
}

/* Returns: -1: it is no state */
static int
find_state(const char *name)
{
  for (int i = 0; i < BH_N_LINE_STATES; i++)
    if (g_strcmp0(name, state_names[i]) == 0)
      return i;
  return -1;
}

gboolean
bh_line_ancestor_has(const BhLineAncestor *ancestor, const BhStamp *stamp)
{
  return ancestor->before == NULL || bh_stamp_compare(stamp, ancestor->before) < 0;
}

/* Returns: (transfer full): what is listed for @line under @kind: its own, and what it took over */
static GArray *
list_parts(const BhOrderLine *line, const char *kind)
{
  GArray *list = g_array_new(FALSE, FALSE, sizeof(BhOrderPart));

  for (guint i = 0; i < line->n_lineage; i++) {
    g_autofree char *prefix = g_strdup_printf("%s/%s/", kind, line->lineage[i].line_id);
    g_autoptr(GArray) own = bh_order_parts_list(line->parts->record, prefix);

    for (guint j = 0; j < own->len; j++) {
      const BhOrderPart *part = &g_array_index(own, BhOrderPart, j);

      if (bh_line_ancestor_has(&line->lineage[i], part->stamp))
        g_array_append_val(list, *part);
    }
  }
  return list;
}

BhLineStanding
bh_order_line_get_standing(const BhOrderLine *line)
{
  BhLineStanding standing = {BH_LINE_STATE_PLACED, NULL, NULL};
  g_autoptr(GArray) states = list_parts(line, "state");
  const BhOrderPart *first = NULL;

  for (guint i = 0; i < states->len; i++) {
    const BhOrderPart *part = &g_array_index(states, BhOrderPart, i);
    int rank = find_state(bh_order_part_get_text(part->value, "state"));

    if (rank < (int)standing.state || bh_order_parts_is_undone(line->parts->record, part->id))
      continue;
    /* Of two that say the same, the first gave the reason. */
    if (rank == (int)standing.state && first != NULL &&
        bh_stamp_compare(first->stamp, part->stamp) < 0)
      continue;
    standing.state = (BhLineState)rank;
    standing.reason = bh_order_part_get_text(part->value, "reason");
    standing.op = part->id;
    first = part;
  }
  return standing;
}

static int
compare_ids(gconstpointer a, gconstpointer b)
{
  return strcmp(((const BhOrderPart *)a)->id, ((const BhOrderPart *)b)->id);
}

json_t *
bh_order_line_get_seen(const BhOrderLine *line)
{
  g_autoptr(GArray) seen = list_parts(line, "seen");
  json_t *devices = json_array();
  const char *last = NULL;

  g_array_sort(seen, compare_ids);
  for (guint i = 0; i < seen->len; i++) {
    const char *id = g_array_index(seen, BhOrderPart, i).id;

    if (g_strcmp0(id, last) != 0)
      json_array_append_new(devices, json_string(id));
    last = id;
  }
  return devices;
}

gint64
bh_order_line_get_state_ms(const BhOrderLine *line, BhLineState state)
{
  g_autoptr(GArray) states = list_parts(line, "state");
  gint64 first = 0;

  for (guint i = 0; i < states->len; i++) {
    const BhOrderPart *part = &g_array_index(states, BhOrderPart, i);

    if (find_state(bh_order_part_get_text(part->value, "state")) == (int)state &&
        !bh_order_parts_is_undone(line->parts->record, part->id))
      first = first == 0 ? part->stamp->ms : MIN(first, part->stamp->ms);
  }
  return first;
}

/* --- what was changed --- */

static json_t *
get_register(const BhOrderLine *line, const char *line_id, const char *name)
{
  g_autofree char *path = g_strdup_printf("line/%s/%s", line_id, name);

  return bh_record_get_register(line->parts->record, path);
}

const char *
bh_order_line_get_order(const BhOrderLine *line)
{
  for (guint i = 0; i < line->n_lineage; i++) {
    const char *moved = json_string_value(get_register(line, line->lineage[i].line_id, "orderId"));

    if (moved != NULL && bh_operation_text_is_id(moved))
      return moved;
  }
  return line->parts->record_id;
}

json_t *
bh_order_line_get_member(const BhOrderLine *line, const char *name)
{
  for (guint i = 0; i < line->n_lineage; i++) {
    json_t *value = get_register(line, line->lineage[i].line_id, name);

    if (value != NULL)
      return value;
  }
  return json_object_get(line->root->value, name);
}

/* --- all lines of a record --- */

/* The line that @split makes of @from. */
static BhOrderLine
descend(const BhOrderLine *from, const BhOrderPart *split, gint64 quantity)
{
  BhOrderLine line = {.line_id = split->id,
                      .parts = from->parts,
                      .root = from->root,
                      .quantity = quantity,
                      .n_lineage = from->n_lineage + 1};

  line.lineage[0].line_id = split->id;
  for (guint i = 0; i < from->n_lineage; i++) {
    const BhLineAncestor *older = &from->lineage[i];

    line.lineage[i + 1] = *older;
    if (bh_line_ancestor_has(older, split->stamp))
      line.lineage[i + 1].before = split->stamp;
  }
  return line;
}

/* @line: with the quantity that it was given, before splits */
static void
add_line(GArray *lines, BhOrderLine line)
{
  g_autoptr(GArray) children = g_array_new(FALSE, FALSE, sizeof(BhOrderLine));
  g_autoptr(GArray) splits = NULL;
  const json_t *changed = get_register(&line, line.line_id, "quantity");

  if (json_is_integer(changed))
    line.quantity = json_integer_value(changed);
  if (line.n_lineage <= BH_ORDER_LINE_MAX_SPLITS)
    splits = bh_order_parts_dup_splits(line.parts, line.line_id);
  for (guint i = 0; splits != NULL && i < splits->len; i++) {
    const BhOrderPart *split = &g_array_index(splits, BhOrderPart, i);
    gint64 asked = bh_order_part_get_integer(split->value, "quantity", 0);
    BhOrderLine child = descend(&line, split, MIN(asked, line.quantity));

    if (child.quantity <= 0)
      continue;
    line.quantity -= child.quantity;
    g_array_append_val(children, child);
  }
  if (line.quantity > 0)
    g_array_append_val(lines, line);
  for (guint i = 0; i < children->len; i++)
    add_line(lines, g_array_index(children, BhOrderLine, i));
}

void
bh_order_lines_add(GArray *lines, const BhOrderParts *parts)
{
  for (guint i = 0; i < parts->lines->len; i++) {
    const BhOrderPart *root = &g_array_index(parts->lines, BhOrderPart, i);
    BhOrderLine line = {.line_id = root->id,
                        .parts = parts,
                        .root = root,
                        .quantity = bh_order_part_get_integer(root->value, "quantity", 0),
                        .n_lineage = 1,
                        .lineage = {{root->id, NULL}}};

    add_line(lines, line);
  }
}
