/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "order-state.h"

#include <string.h>

#include "operation-text.h"
#include "order-money.h"

#define TYPE "order/"

/* One reading. What it has of records is borrowed. */
typedef struct {
  const char *order_id;
  GPtrArray *parts; /* (element-type BhOrderParts): of its own record first */
  GArray *lines;    /* (element-type BhOrderLine): those that stand on this order, in order */
  GArray *states;   /* (element-type BhLineState): of lines */
  GArray *moneys;   /* (element-type BhLineMoney): of the lines that count */
} Reading;

/* --- lines --- */

static int
compare_lines(gconstpointer a, gconstpointer b)
{
  const BhOrderLine *one = a;
  const BhOrderLine *other = b;
  int order;

  /* What was split off stays behind its original: sorting is stable. */
  if (one->root == other->root)
    return 0;
  order = bh_order_part_compare(one->root, other->root);
  return order != 0 ? order : strcmp(one->parts->record_id, other->parts->record_id);
}

static void
find_lines(Reading *reading)
{
  g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(BhOrderLine));

  for (guint i = 0; i < reading->parts->len; i++)
    bh_order_lines_add(all, reading->parts->pdata[i]);
  for (guint i = 0; i < all->len; i++) {
    const BhOrderLine *line = &g_array_index(all, BhOrderLine, i);

    if (strcmp(bh_order_line_get_order(line), reading->order_id) == 0)
      g_array_append_val(reading->lines, *line);
  }
  g_array_sort(reading->lines, compare_lines);
}

/* Returns: (transfer full): @value where it is of @type, else @other, which is consumed */
static json_t *
pick(json_t *value, json_type type, json_t *other)
{
  if (value == NULL || json_typeof(value) != type)
    return other;
  json_decref(other);
  return json_incref(value);
}

static json_t *
text_or_null(const char *text)
{
  return text != NULL ? json_string(text) : json_null();
}

static json_t *
line_to_json(const BhOrderLine *line, const BhLineStanding *standing, const BhLineMoney *money)
{
  const json_t *content = line->root->value;
  json_t *object = json_object();

  json_object_set_new(object, "lineId", json_string(line->line_id));
  json_object_set_new(object, "recordId", json_string(line->parts->record_id));
  json_object_set_new(object, "itemId",
                      pick(json_object_get(content, "itemId"), JSON_STRING, json_null()));
  json_object_set_new(object, "name",
                      pick(json_object_get(content, "name"), JSON_STRING, json_string("")));
  json_object_set_new(object, "quantity", json_integer(line->quantity));
  json_object_set_new(object, "price",
                      pick(json_object_get(content, "price"), JSON_INTEGER, json_integer(0)));
  json_object_set_new(object, "modifiers",
                      pick(json_object_get(content, "modifiers"), JSON_ARRAY, json_array()));
  json_object_set_new(object, "stationId",
                      pick(bh_order_line_get_member(line, "stationId"), JSON_STRING, json_null()));
  json_object_set_new(object, "course",
                      pick(bh_order_line_get_member(line, "course"), JSON_INTEGER, json_null()));
  json_object_set_new(object, "note",
                      pick(bh_order_line_get_member(line, "note"), JSON_STRING, json_null()));
  json_object_set_new(object, "allergens",
                      pick(json_object_get(content, "allergens"), JSON_ARRAY, json_array()));
  json_object_set_new(object, "state", json_string(bh_line_state_get_name(standing->state)));
  json_object_set_new(object, "reason", text_or_null(standing->reason));
  json_object_set_new(object, "op", text_or_null(standing->op));
  json_object_set_new(object, "seenBy", bh_order_line_get_seen(line));
  json_object_set_new(object, "gross", json_integer(money->gross));
  json_object_set_new(object, "discount", json_integer(money->discount));
  json_object_set_new(object, "net", json_integer(money->net));
  json_object_set_new(object, "tax", json_integer(money->tax));
  json_object_set_new(object, "rateBp",
                      money->has_tax ? json_integer(money->rate_bp) : json_null());
  json_object_set_new(object, "included",
                      money->has_tax ? json_boolean(money->is_included) : json_null());
  return object;
}

static json_t *
read_lines(Reading *reading, gint64 order_bp)
{
  json_t *array = json_array();

  for (guint i = 0; i < reading->lines->len; i++) {
    const BhOrderLine *line = &g_array_index(reading->lines, BhOrderLine, i);
    BhLineMoney money = bh_order_line_get_money(line, order_bp);
    BhLineStanding standing = bh_order_line_get_standing(line);

    if (bh_line_state_is_over(standing.state))
      money.gross = money.discount = money.net = money.tax = 0;
    else
      g_array_append_val(reading->moneys, money);
    g_array_append_val(reading->states, standing.state);
    json_array_append_new(array, line_to_json(line, &standing, &money));
  }
  return array;
}

/* The lowest of what still counts. */
static const char *
get_phase(const Reading *reading)
{
  gboolean has[BH_N_LINE_STATES] = {FALSE};

  for (guint i = 0; i < reading->states->len; i++)
    has[g_array_index(reading->states, BhLineState, i)] = TRUE;
  for (guint i = 0; i < BH_N_LINE_STATES; i++)
    if (has[i] && !bh_line_state_is_over((BhLineState)i))
      return bh_line_state_get_name((BhLineState)i);
  if (has[BH_LINE_STATE_CANCELLED])
    return bh_line_state_get_name(BH_LINE_STATE_CANCELLED);
  return has[BH_LINE_STATE_DECLINED] ? bh_line_state_get_name(BH_LINE_STATE_DECLINED) : "open";
}

/* --- discounts and receipts --- */

static json_t *
discount_to_json(const BhOrderPart *discount)
{
  json_t *object = json_object();
  char name[BH_STAMP_NAME_BYTES];

  json_object_set_new(object, "discountId", json_string(discount->id));
  json_object_set_new(object, "reason",
                      pick(json_object_get(discount->value, "reason"), JSON_STRING, json_null()));
  json_object_set_new(object, "lineId",
                      pick(json_object_get(discount->value, "lineId"), JSON_STRING, json_null()));
  json_object_set_new(
      object, "percentBp",
      pick(json_object_get(discount->value, "percentBp"), JSON_INTEGER, json_null()));
  json_object_set_new(object, "amount",
                      pick(json_object_get(discount->value, "amount"), JSON_INTEGER, json_null()));
  json_object_set_new(object, "op", json_string(bh_stamp_get_name(discount->stamp, name)));
  return object;
}

/* Off the order, and off those of its lines. */
static json_t *
read_discounts(const Reading *reading, const BhOrderParts *own)
{
  g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(BhOrderPart));
  json_t *array = json_array();

  for (guint i = 0; i < own->discounts->len; i++) {
    const BhOrderPart *discount = &g_array_index(own->discounts, BhOrderPart, i);

    if (bh_order_part_get_text(discount->value, "lineId") == NULL)
      g_array_append_val(list, *discount);
  }
  for (guint i = 0; i < reading->lines->len; i++) {
    const BhOrderLine *line = &g_array_index(reading->lines, BhOrderLine, i);
    GPtrArray *discounts = g_tree_lookup(line->parts->by_line, line->line_id);

    for (guint j = 0; discounts != NULL && j < discounts->len; j++)
      g_array_append_val(list, *(const BhOrderPart *)discounts->pdata[j]);
  }
  g_array_sort(list, bh_order_part_compare);
  for (guint i = 0; i < list->len; i++)
    json_array_append_new(array, discount_to_json(&g_array_index(list, BhOrderPart, i)));
  return array;
}

static json_t *
read_receipts(const BhRecord *record)
{
  g_autoptr(GArray) receipts = bh_order_parts_list(record, "receipt/");
  json_t *array = json_array();

  for (guint i = 0; i < receipts->len; i++) {
    const BhOrderPart *receipt = &g_array_index(receipts, BhOrderPart, i);

    json_array_append_new(
        array, json_pack("{s:s, s:I}", "receiptId", receipt->id, "number",
                         (json_int_t)bh_order_part_get_integer(receipt->value, "number", 0)));
  }
  return array;
}

/* --- the order --- */

/* Returns: (nullable): as last changed, else as opened */
static json_t *
get_current(const BhRecord *record, const json_t *header, const char *name)
{
  json_t *changed = bh_record_get_register(record, name);

  return changed != NULL ? changed : json_object_get(header, name);
}

static json_t *
header_to_json(const char *order_id, const BhRecord *record, const json_t *header)
{
  static const char *const needed[] = {"number", "currency", "source"};
  json_t *object = json_object();

  json_object_set_new(object, "orderId", json_string(order_id));
  for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
    json_object_set_new(object, needed[i],
                        pick(json_object_get(header, needed[i]), JSON_STRING, json_string("")));
  json_object_set_new(object, "placeId",
                      pick(get_current(record, header, "placeId"), JSON_STRING, json_null()));
  json_object_set_new(object, "seatingId",
                      pick(get_current(record, header, "seatingId"), JSON_STRING, json_null()));
  json_object_set_new(object, "guestId",
                      pick(json_object_get(header, "guestId"), JSON_STRING, json_null()));
  json_object_set_new(object, "guests",
                      pick(get_current(record, header, "guests"), JSON_INTEGER, json_null()));
  json_object_set_new(object, "note",
                      pick(get_current(record, header, "note"), JSON_STRING, json_null()));
  json_object_set_new(object, "closed",
                      json_boolean(json_is_true(get_current(record, header, "closed"))));
  return object;
}

/* Returns: (transfer full): the whole order; @own: the parts of its own record */
static json_t *
read_order(Reading *reading, const BhOrderParts *own, const json_t *header)
{
  json_t *order = header_to_json(reading->order_id, own->record, header);
  BhOrderDiscount off = bh_order_parts_get_discount(own);
  json_t *lines;
  gint64 total = 0;
  gint64 added, paid, tips;

  find_lines(reading);
  lines = read_lines(reading, off.percent_bp);
  json_object_set_new(order, "state", json_string(get_phase(reading)));
  json_object_set_new(order, "lines", lines);
  json_object_set_new(order, "discounts", read_discounts(reading, own));
  json_object_set_new(order, "payments", bh_order_money_get_payments(own->record, &paid, &tips));
  json_object_set_new(order, "taxes", bh_order_money_get_taxes(reading->moneys, &added));
  for (guint i = 0; i < reading->moneys->len; i++)
    total = bh_money_add(total, g_array_index(reading->moneys, BhLineMoney, i).net);
  total = MAX(0, bh_money_add(total, added) - off.amount);
  json_object_set_new(order, "total", json_integer(total));
  json_object_set_new(order, "paid", json_integer(paid));
  json_object_set_new(order, "due", json_integer(total - paid));
  json_object_set_new(order, "tips", json_integer(tips));
  json_object_set_new(order, "receipts", read_receipts(own->record));
  return order;
}

static void
free_parts(gpointer parts)
{
  bh_order_parts_free(parts);
}

static void
add_parts(GPtrArray *parts, const char *record_id, const BhRecord *record)
{
  if (record != NULL)
    g_ptr_array_add(parts, bh_order_parts_new(record_id, record));
}

json_t *
bh_order_state_read(const char *order_id, BhRecordLookup lookup, BhMovedLookup moved, gpointer data)
{
  g_autofree char *name = g_strconcat(TYPE, order_id, NULL);
  const BhRecord *record = lookup(name, data);
  json_t *header = record != NULL ? bh_record_get_item(record, "header") : NULL;
  GPtrArray *others = moved != NULL ? moved(order_id, data) : NULL;
  g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(free_parts);
  g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(BhOrderLine));
  g_autoptr(GArray) states = g_array_new(FALSE, FALSE, sizeof(BhLineState));
  g_autoptr(GArray) moneys = g_array_new(FALSE, FALSE, sizeof(BhLineMoney));
  Reading reading = {order_id, parts, lines, states, moneys};

  if (!json_is_object(header))
    return NULL;
  add_parts(parts, order_id, record);
  for (guint i = 0; others != NULL && i < others->len; i++) {
    const char *other = others->pdata[i];

    if (strcmp(other, name) != 0)
      add_parts(parts, other + strlen(TYPE), lookup(other, data));
  }
  return read_order(&reading, parts->pdata[0], header);
}

/* --- the index of moves --- */

typedef struct {
  BhMoveVisitor visitor;
  gpointer data;
} MoveVisit;

static void
visit_register(const char *path, json_t *value, const BhStamp *stamp, gpointer data)
{
  const MoveVisit *visit = data;
  const char *line_id = path + strlen("line/");
  const char *slash = strchr(line_id, '/');
  const char *order_id = json_string_value(value);
  g_autofree char *id = NULL;

  if (slash == NULL || strcmp(slash, "/orderId") != 0 || order_id == NULL ||
      !bh_operation_text_is_id(order_id))
    return;
  id = g_strndup(line_id, (gsize)(slash - line_id));
  visit->visitor(id, order_id, visit->data);
}

void
bh_order_state_visit_moves(const BhRecord *record, BhMoveVisitor visitor, gpointer data)
{
  MoveVisit visit = {visitor, data};

  bh_record_visit_registers(record, "line/", visit_register, &visit);
}
