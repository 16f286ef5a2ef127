/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "command-order.h"

#include <string.h>

#include "command-menu.h"
#include "kind-table.h"

#define MAX_LINES 100
/* An operation's text has 16 KiB: so much of it is lines, the rest its envelope. One line alone is
 * shorter, or is refused when it is written. */
#define MAX_LINES_BYTES ((gsize)12 * 1024)

#define MAX_NUMBER_BYTES 64

char *
bh_command_order_get_entity(const BhCommandSender *sender, const json_t *message)
{
  const char *named = NULL;
  g_autofree char *derived = bh_command_derive_id(sender, message);

  if (derived == NULL || !bh_command_get_id(json_object_get(message, "order"), "orderId", &named))
    return NULL;
  return g_strconcat("order/", named != NULL ? named : derived, NULL);
}

/* --- words --- */

/*
 * What a guest writes in words of its own stands in operations of its own, so that it can be erased
 * without what was ordered (`redact` takes all that an operation gave).
 */
static void
add_note(BhProperty *property, const char *entity, const char *line_id, json_t *note,
         BhCommandPlan *plan)
{
  json_t *body =
      json_pack("{s:I, s:{s:O}}", "version", (json_int_t)bh_property_next_version(property, entity),
                "set", "note", note);

  if (line_id != NULL)
    json_object_set_new(body, "lineId", json_string(line_id));
  bh_command_plan_add(plan, line_id != NULL ? "line.set" : "order.set", entity, body);
}

/* Returns: (transfer full) (nullable): the note of @object, which has none then */
static json_t *
take_note(json_t *object)
{
  json_t *note = json_incref(json_object_get(object, "note"));

  json_object_del(object, "note");
  return note;
}

/* --- the header --- */

static const char *
get_source(BhRole role)
{
  switch (role) {
  case BH_ROLE_GUEST:
    return "guest";
  case BH_ROLE_POS:
    return "pos";
  case BH_ROLE_NONE:
  case BH_ROLE_HUB:
  case BH_ROLE_MANAGER:
  case BH_ROLE_STAFF:
  case BH_ROLE_KITCHEN:
  case BH_ROLE_PRINTER:
  case BH_N_ROLES:
  default:
    return "staff";
  }
}

static void
set_place(const BhCommandSender *sender, const json_t *order, json_t *body)
{
  if (sender->role == BH_ROLE_GUEST) {
    bh_command_set_text(body, "placeId", sender->place_id);
    bh_command_set_text(body, "seatingId", sender->seating_id);
    bh_command_set_text(body, "guestId", sender->device_id);
  } else {
    bh_command_set(body, "placeId", json_object_get(order, "placeId"));
    bh_command_set(body, "seatingId", json_object_get(order, "seatingId"));
  }
}

/* Guests do not choose what their order is called. */
static json_t *
make_number(const BhCommandSender *sender, const json_t *order, BhCommandNumber number,
            gpointer number_data)
{
  json_t *given = json_object_get(order, "number");
  g_autofree char *next = NULL;

  if (sender->role != BH_ROLE_GUEST && given != NULL && !json_is_null(given))
    return json_incref(given);
  next = number(number_data);
  return json_string(next);
}

static json_t *
make_currency(BhProperty *property, const BhCommandSender *sender, const json_t *order)
{
  json_t *given = json_object_get(order, "currency");

  if (sender->role != BH_ROLE_GUEST && given != NULL && !json_is_null(given))
    return json_incref(given);
  return json_string(bh_command_menu_find_currency(property, json_object_get(order, "lines")));
}

static gboolean
plan_open(BhProperty *property, const BhCommandSender *sender, const char *entity,
          const json_t *order, BhCommandNumber number, gpointer number_data, BhCommandPlan *plan)
{
  g_autoptr(json_t) body =
      json_pack("{s:o, s:o, s:s}", "number", json_string("-"), "currency",
                make_currency(property, sender, order), "source", get_source(sender->role));
  g_autoptr(json_t) note = NULL;

  set_place(sender, order, body);
  bh_command_set(body, "guests", json_object_get(order, "guests"));
  bh_command_set(body, "note", json_object_get(order, "note"));
  bh_command_set_text(body, "personId", sender->person_id);
  /* Looked at before a number is spent on it. */
  if (!bh_kind_table_accepts_body("order.open", body))
    return bh_command_plan_refuse_bad(plan, "That is no order.");
  json_object_set_new(body, "number", make_number(sender, order, number, number_data));
  if (!bh_kind_table_accepts_body("order.open", body))
    return bh_command_plan_refuse_bad(plan, "A number has 1 to 16 characters.");
  note = sender->role == BH_ROLE_GUEST ? take_note(body) : NULL;
  bh_command_plan_add(plan, "order.open", entity, json_incref(body));
  if (note != NULL)
    add_note(property, entity, NULL, note, plan);
  return TRUE;
}

static gboolean
may_add(const BhCommandSender *sender, const BhRecord *record, const json_t *header,
        BhCommandPlan *plan)
{
  const char *seating_id = json_string_value(json_object_get(header, "seatingId"));
  const json_t *moved = bh_record_get_register(record, "seatingId");

  if (sender->role != BH_ROLE_GUEST)
    return TRUE;
  if (moved != NULL)
    seating_id = json_string_value(moved);
  if (g_strcmp0(seating_id, sender->seating_id) != 0)
    return bh_command_plan_refuse(plan, "forbidden", "That is another table's order.");
  if (g_strcmp0(json_string_value(json_object_get(header, "source")), "guest") != 0)
    return bh_command_plan_refuse(plan, "forbidden", "Staff took that order; ask them.");
  return TRUE;
}

/* --- the lines --- */

static gboolean
is_closed(const BhRecord *record)
{
  return record != NULL && json_is_true(bh_record_get_register(record, "closed"));
}

static gboolean
has_line(const BhRecord *record, const char *line_id)
{
  g_autofree char *path = g_strconcat("line/", line_id, NULL);

  return record != NULL && bh_record_get_item(record, path) != NULL;
}

static void
add_lines(BhCommandPlan *plan, const BhCommandSender *sender, const char *entity, json_t *lines)
{
  json_t *body = json_pack("{s:O}", "lines", lines);

  bh_command_set_text(body, "personId", sender->person_id);
  bh_command_plan_add(plan, "order.lines", entity, body);
}

/* Before the lines: whoever is told of a line finds its words. */
static void
add_line_notes(BhProperty *property, const char *entity, json_t *lines, BhCommandPlan *plan)
{
  json_t *line;
  gsize i;

  json_array_foreach(lines, i, line)
  {
    g_autoptr(json_t) note = take_note(line);

    if (note != NULL)
      add_note(property, entity, json_string_value(json_object_get(line, "lineId")), note, plan);
  }
}

/* In as many operations as they need. */
static void
add_in_parts(BhCommandPlan *plan, const BhCommandSender *sender, const char *entity,
             const json_t *lines)
{
  g_autoptr(json_t) part = json_array();
  gsize part_bytes = 0;
  json_t *line;
  gsize i;

  json_array_foreach((json_t *)lines, i, line)
  {
    gsize line_bytes = json_dumpb(line, NULL, 0, JSON_COMPACT) + 1;

    if (part_bytes > 0 && part_bytes + line_bytes > MAX_LINES_BYTES) {
      add_lines(plan, sender, entity, part);
      json_decref(part);
      part = json_array();
      part_bytes = 0;
    }
    json_array_append(part, line);
    part_bytes += line_bytes;
  }
  if (part_bytes > 0)
    add_lines(plan, sender, entity, part);
}

/*
 * A line that names no id is called by the command and its place in it, not by the order alone: the
 * second command that adds to an order would otherwise name the first one's lines again, and its
 * own would be taken for repetitions.
 */
static char *
make_line_id(const char *derived, const json_t *line, gsize index)
{
  const char *named;

  if (!json_is_object(line) || !bh_command_get_id(line, "lineId", &named))
    return NULL;
  return named != NULL ? g_strdup(named) : g_strdup_printf("%s-%" G_GSIZE_FORMAT, derived, index);
}

/* Whether it is the sender's own order with all of these lines: a guest whose answer was lost while
 * staff moved the order would be told that it is not to be had, and order once more. */
static gboolean
is_told_again(const BhCommandSender *sender, const json_t *message, const BhRecord *record,
              const json_t *header)
{
  const json_t *wanted = json_object_get(json_object_get(message, "order"), "lines");
  const char *guest_id = json_string_value(json_object_get(header, "guestId"));
  g_autofree char *derived = bh_command_derive_id(sender, message);
  json_t *one;
  gsize i;

  if (g_strcmp0(guest_id, sender->device_id) != 0)
    return FALSE;
  json_array_foreach((json_t *)wanted, i, one)
  {
    g_autofree char *line_id = make_line_id(derived, one, i);

    if (line_id == NULL || !has_line(record, line_id))
      return FALSE;
  }
  return TRUE;
}

/* Returns: (transfer full) (nullable): those of the command that are not there yet; %NULL: refused
 */
static json_t *
make_lines(BhProperty *property, const BhCommandSender *sender, const json_t *message,
           const BhRecord *record, BhCommandPlan *plan)
{
  const json_t *wanted = json_object_get(json_object_get(message, "order"), "lines");
  g_autofree char *derived = bh_command_derive_id(sender, message);
  g_autoptr(GHashTable) taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(json_t) lines = json_array();
  json_t *one;
  gsize i;

  json_array_foreach((json_t *)wanted, i, one)
  {
    char *line_id = make_line_id(derived, one, i);
    json_t *line;

    if (line_id == NULL || !g_hash_table_add(taken, line_id)) {
      bh_command_plan_refuse_bad(plan, "Each line is an object, with an id of its own.");
      return NULL;
    }
    if (has_line(record, line_id))
      continue;
    /* What came before it was closed is only told once more. */
    if (is_closed(record)) {
      bh_command_plan_refuse(plan, "order-closed", "That order is closed.");
      return NULL;
    }
    line = bh_command_menu_make_line(property, sender, one, line_id, plan);
    if (line == NULL)
      return NULL;
    json_array_append_new(lines, line);
  }
  return g_steal_pointer(&lines);
}

/* Returns: (transfer full) (nullable): make_lines()'s, once they fit what an operation may hold */
static json_t *
check_lines(json_t *made, BhCommandPlan *plan)
{
  g_autoptr(json_t) lines = made;
  g_autoptr(json_t) body = NULL;

  if (json_array_size(lines) == 0)
    return g_steal_pointer(&lines);
  body = json_pack("{s:O}", "lines", lines);
  if (bh_kind_table_accepts_body("order.lines", body))
    return g_steal_pointer(&lines);
  bh_command_plan_refuse_bad(plan, "A line has a name, a quantity and a price, or an itemId of the "
                                   "menu.");
  return NULL;
}

/* --- the command --- */

static gboolean
check(const BhCommandSender *sender, const char *entity, const json_t *order, BhCommandPlan *plan)
{
  gsize count = json_array_size(json_object_get(order, "lines"));

  if (entity == NULL || !json_is_object(order))
    return bh_command_plan_refuse_bad(plan, "An order has an id and an object “order”.");
  if (count > MAX_LINES || (count == 0 && json_object_get(order, "lines") != NULL &&
                            !json_is_array(json_object_get(order, "lines"))))
    return bh_command_plan_refuse_bad(plan, "An order has at most 100 lines at once.");
  if (sender->role == BH_ROLE_GUEST && count == 0)
    return bh_command_plan_refuse_bad(plan, "An order has lines.");
  if (sender->role == BH_ROLE_GUEST && sender->seating_id == NULL)
    return bh_command_plan_refuse(plan, "seating-required", "Staff confirm a seating first.");
  return TRUE;
}

/* Returns: (transfer none) (nullable): the number in the header that is there, or is planned */
static json_t *
find_number(const json_t *header, const BhCommandPlan *plan)
{
  for (guint i = 0; header == NULL && i < plan->drafts->len; i++) {
    const BhCommandDraft *draft = plan->drafts->pdata[i];

    if (g_str_equal(draft->kind, "order.open"))
      header = draft->body;
  }
  return json_object_get(header, "number");
}

void
bh_command_order_plan(BhProperty *property, const BhCommandSender *sender, const json_t *message,
                      BhCommandNumber number, gpointer number_data, BhCommandStock *stock,
                      BhCommandPlan *plan)
{
  const json_t *order = json_object_get(message, "order");
  g_autofree char *entity = bh_command_order_get_entity(sender, message);
  g_autoptr(json_t) lines = NULL;
  const BhRecord *record;
  const json_t *header;

  if (!check(sender, entity, order, plan))
    return;
  record = bh_property_get_record(property, entity);
  header = record != NULL ? bh_record_get_item(record, "header") : NULL;
  if (header != NULL && !is_told_again(sender, message, record, header) &&
      !may_add(sender, record, header, plan))
    return;
  /* Before the header: a number is not spent on what is refused. */
  lines = check_lines(make_lines(property, sender, message, record, plan), plan);
  if (lines == NULL || !bh_command_stock_check(stock, lines, plan) ||
      (header == NULL && !plan_open(property, sender, entity, order, number, number_data, plan)))
    return;
  if (sender->role == BH_ROLE_GUEST)
    add_line_notes(property, entity, lines, plan);
  add_in_parts(plan, sender, entity, lines);
  bh_command_stock_count_down(stock, lines, plan);
  plan->facts = json_pack("{s:{s:s, s:O*}}", "order", "orderId", entity + strlen("order/"),
                          "number", find_number(header, plan));
}
