/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "ticket-lines.h"

#include "order-lines.h"

void
bh_kitchen_line_free(BhKitchenLine *line)
{
  g_free(line->line_id);
  g_free(line->order_id);
  g_free(line->station_id);
  g_free(line->of);
  g_free(line);
}

static BhRecord *
find_order(BhProperty *property, const char *order_id)
{
  g_autofree char *name = g_strconcat("order/", order_id, NULL);

  return bh_property_get_record(property, name);
}

/* When the kitchen was to begin. Returns: 0: it is not to */
static gint64
get_since_ms(const BhOrderLine *line, BhLineState state, const json_t *header)
{
  const char *source = json_string_value(json_object_get(header, "source"));
  gint64 accepted_ms, preparing_ms;

  if (state > BH_LINE_STATE_PREPARING)
    return 0;
  if (g_strcmp0(source, "guest") != 0)
    return line->root->stamp->ms;
  accepted_ms = bh_order_line_get_state_ms(line, BH_LINE_STATE_ACCEPTED);
  preparing_ms = bh_order_line_get_state_ms(line, BH_LINE_STATE_PREPARING);
  if (accepted_ms == 0 || preparing_ms == 0)
    return MAX(accepted_ms, preparing_ms);
  return MIN(accepted_ms, preparing_ms);
}

/*
 * Of itself or of what it was split off, whenever: a split that arrives late makes no new food.
 *
 * @kind: `seen` or `printed`
 * @taken_back: (nullable): whose word does not count
 */
static gboolean
has(const BhOrderLine *line, const char *kind, const BhTakenBack *taken_back)
{
  for (guint i = 0; i < line->n_lineage; i++) {
    g_autofree char *prefix = g_strdup_printf("%s/%s/", kind, line->lineage[i].line_id);
    g_autoptr(GArray) parts = bh_order_parts_list(line->parts->record, prefix);

    for (guint k = 0; k < parts->len; k++)
      if (taken_back == NULL ||
          !bh_taken_back_has(taken_back, g_array_index(parts, BhOrderPart, k).id))
        return TRUE;
  }
  return FALSE;
}

/* Returns: (nullable): %NULL: it is not for the kitchen */
static BhKitchenLine *
make_kitchen_line(BhProperty *property, const BhOrderLine *line)
{
  const char *order_id = bh_order_line_get_order(line);
  const BhRecord *order = find_order(property, order_id);
  const json_t *header = order != NULL ? bh_record_get_item(order, "header") : NULL;
  BhKitchenLine *found;
  gint64 since_ms;

  if (!json_is_object(header))
    return NULL;
  since_ms = get_since_ms(line, bh_order_line_get_standing(line).state, header);
  if (since_ms == 0)
    return NULL;
  found = g_new0(BhKitchenLine, 1);
  found->line_id = g_strdup(line->line_id);
  found->order_id = g_strdup(order_id);
  found->station_id = g_strdup(json_string_value(bh_order_line_get_member(line, "stationId")));
  found->since_ms = since_ms;
  return found;
}

/* Returns: (nullable): %NULL: nobody needs to be told of it */
static BhKitchenLine *
judge(BhProperty *property, const BhOrderLine *line)
{
  return has(line, "seen", NULL) ? NULL : make_kitchen_line(property, line);
}

typedef struct {
  const BhRecord *record; /* (nullable) */
  BhOrderParts *parts;
  GArray *lines; /* of BhOrderLine */
} Lines;

static void
lines_init(Lines *self, BhProperty *property, const char *record_id)
{
  self->record = find_order(property, record_id);
  self->parts = self->record != NULL ? bh_order_parts_new(record_id, self->record) : NULL;
  self->lines = g_array_new(FALSE, FALSE, sizeof(BhOrderLine));
  if (self->parts != NULL)
    bh_order_lines_add(self->lines, self->parts);
}

static void
lines_clear(Lines *self)
{
  g_array_unref(self->lines);
  g_clear_pointer(&self->parts, bh_order_parts_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Lines, lines_clear)

GPtrArray *
bh_ticket_lines_read(BhProperty *property, const char *record_id, const BhTakenBack *taken_back)
{
  GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)bh_kitchen_line_free);
  g_auto(Lines) all = {NULL, NULL, NULL};

  lines_init(&all, property, record_id);
  for (guint i = 0; i < all.lines->len; i++) {
    const BhOrderLine *line = &g_array_index(all.lines, BhOrderLine, i);
    BhKitchenLine *waiting = has(line, "printed", taken_back) ? NULL : judge(property, line);

    if (waiting != NULL)
      g_ptr_array_add(found, waiting);
  }
  return found;
}

/* Returns: (nullable): itself, or the nearest that it was split off, of @line_ids */
static const char *
find_origin(const BhOrderLine *line, const GPtrArray *line_ids)
{
  for (guint i = 0; i < line->n_lineage; i++)
    if (g_ptr_array_find_with_equal_func((GPtrArray *)line_ids, line->lineage[i].line_id,
                                         g_str_equal, NULL))
      return line->lineage[i].line_id;
  return NULL;
}

GPtrArray *
bh_ticket_lines_find(BhProperty *property, const char *record_id, const GPtrArray *line_ids)
{
  GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)bh_kitchen_line_free);
  g_auto(Lines) all = {NULL, NULL, NULL};

  lines_init(&all, property, record_id);
  for (guint i = 0; i < all.lines->len; i++) {
    const BhOrderLine *line = &g_array_index(all.lines, BhOrderLine, i);
    const char *of = find_origin(line, line_ids);
    BhKitchenLine *made = of != NULL ? make_kitchen_line(property, line) : NULL;

    if (made == NULL)
      continue;
    made->of = g_strdup(of);
    g_ptr_array_add(found, made);
  }
  return found;
}

gboolean
bh_ticket_lines_need(BhProperty *property, const char *record_id, const GPtrArray *line_ids)
{
  g_auto(Lines) all = {NULL, NULL, NULL};

  lines_init(&all, property, record_id);
  for (guint i = 0; i < all.lines->len; i++) {
    const BhOrderLine *line = &g_array_index(all.lines, BhOrderLine, i);
    BhKitchenLine *waiting = find_origin(line, line_ids) != NULL ? judge(property, line) : NULL;

    if (waiting != NULL) {
      bh_kitchen_line_free(waiting);
      return TRUE;
    }
  }
  return FALSE;
}

/* --- what is on paper --- */

static gboolean
was_made(const BhOrderLine *line, BhLineState state)
{
  return state == BH_LINE_STATE_READY || state == BH_LINE_STATE_SERVED ||
         bh_order_line_get_state_ms(line, BH_LINE_STATE_READY) > 0;
}

/* As it is ordered now. */
static json_t *
copy_line(const BhOrderLine *line, const char *line_id, gint64 quantity)
{
  static const char *const ordered[] = {"name", "modifiers", "allergens"};
  static const char *const changed[] = {"note", "course"};
  json_t *copy =
      json_pack("{s:s, s:I}", "lineId", line_id, "quantity", (json_int_t)MAX(quantity, 0));

  for (gsize i = 0; i < G_N_ELEMENTS(ordered); i++)
    json_object_set(copy, ordered[i], json_object_get(line->root->value, ordered[i]));
  for (gsize i = 0; i < G_N_ELEMENTS(changed); i++)
    json_object_set(copy, changed[i], bh_order_line_get_member(line, changed[i]));
  return copy;
}

static gboolean
is_on_closed_order(BhProperty *property, const BhOrderLine *line)
{
  const BhRecord *order = find_order(property, bh_order_line_get_order(line));

  return order != NULL && json_is_true(bh_record_get_register(order, "closed"));
}

/* Returns: (transfer full) (nullable): %NULL: there is no such line */
static json_t *
read_printed(BhProperty *property, const Lines *all, const GPtrArray *line_ids, const char *line_id)
{
  const BhOrderLine *shown = NULL;
  gboolean is_seen = FALSE, is_open = FALSE;
  gint64 quantity = 0;
  json_t *copy;

  for (guint i = 0; i < all->lines->len; i++) {
    const BhOrderLine *line = &g_array_index(all->lines, BhOrderLine, i);
    BhLineState state;
    gboolean is_made;

    if (g_strcmp0(find_origin(line, line_ids), line_id) != 0)
      continue;
    state = bh_order_line_get_standing(line).state;
    is_made = was_made(line, state);
    is_seen |= has(line, "seen", NULL);
    if (shown == NULL)
      shown = line;
    if (bh_line_state_is_over(state) && !is_made)
      continue;
    if (quantity == 0)
      shown = line;
    quantity += line->quantity;
    is_open |= !is_made && !is_on_closed_order(property, line);
  }
  if (shown == NULL)
    return NULL;
  copy = copy_line(shown, line_id, quantity);
  json_object_set_new(copy, "isSettled", json_boolean(is_seen || (quantity > 0 && !is_open)));
  return copy;
}

json_t *
bh_ticket_lines_read_printed(BhProperty *property, const char *record_id, const GPtrArray *line_ids)
{
  g_auto(Lines) all = {NULL, NULL, NULL};
  json_t *printed = json_array();

  lines_init(&all, property, record_id);
  for (guint i = 0; i < line_ids->len; i++) {
    json_t *one = read_printed(property, &all, line_ids, line_ids->pdata[i]);

    if (one != NULL)
      json_array_append_new(printed, one);
  }
  return printed;
}
