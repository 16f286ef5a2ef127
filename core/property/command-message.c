/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "command-message.h"

#include <string.h>

#include "kind-table.h"

/* As kinds.json has them. */
#define MAX_CANCELLED 200

/* What a guest's cancelled line says where staff read a reason. */
#define GUEST_REASON "guest"

static char *
get_derived_entity(const BhCommandSender *sender, const json_t *message, const char *type)
{
  g_autofree char *derived = bh_command_derive_id(sender, message);

  return derived != NULL ? g_strconcat(type, "/", derived, NULL) : NULL;
}

static gboolean
has_header(BhProperty *property, const char *entity)
{
  const BhRecord *record = bh_property_get_record(property, entity);

  return record != NULL && bh_record_get_item(record, "header") != NULL;
}

/*
 * Whether there is something to plan: what bears the entity's name is written once.
 *
 * @fact: what the `ack` calls the entity's id
 */
static gboolean
begin(BhProperty *property, const BhCommandSender *sender, const char *entity, const char *fact,
      const json_t *content, BhCommandPlan *plan)
{
  if (entity == NULL || !json_is_object(content))
    return bh_command_plan_refuse_bad(plan, "A command has an id and its content.");
  if (sender->role == BH_ROLE_GUEST && sender->seating_id == NULL)
    return bh_command_plan_refuse(plan, "seating-required", "Staff confirm a seating first.");
  plan->facts = json_pack("{s:s}", fact, strchr(entity, '/') + 1);
  return !has_header(property, entity);
}

/* @body: (transfer full) */
static void
add_checked(BhCommandPlan *plan, const char *kind, const char *entity, json_t *body,
            gboolean is_private)
{
  g_autoptr(json_t) owned = body;

  if (!bh_kind_table_accepts_body(kind, owned))
    bh_command_plan_refuse_bad(plan, "The content is not as the protocol has it.");
  else if (is_private)
    bh_command_plan_add_private(plan, kind, entity, json_incref(owned));
  else
    bh_command_plan_add(plan, kind, entity, json_incref(owned));
}

/* --- notification --- */

char *
bh_command_notification_get_entity(const BhCommandSender *sender, const json_t *message)
{
  return get_derived_entity(sender, message, "message");
}

void
bh_command_notification_plan(BhProperty *property, const BhCommandSender *sender,
                             const json_t *message, BhCommandPlan *plan)
{
  const json_t *content = json_object_get(message, "notification");
  const json_t *to = json_object_get(content, "to");
  g_autofree char *entity = bh_command_notification_get_entity(sender, message);
  gboolean is_guest = sender->role == BH_ROLE_GUEST;
  gboolean is_private = !is_guest && (json_object_get(to, "personId") != NULL ||
                                      json_object_get(to, "deviceId") != NULL);
  json_t *body;

  if (!begin(property, sender, entity, "messageId", content, plan))
    return;
  body = json_object();
  if (is_guest)
    json_object_set_new(body, "to", json_pack("{s:s}", "role", "staff"));
  else
    bh_command_set(body, "to", (json_t *)to);
  bh_command_set(body, "text", json_object_get(content, "text"));
  bh_command_set(body, "about", json_object_get(content, "about"));
  bh_command_set(body, "replyTo", json_object_get(content, "replyTo"));
  if (is_guest)
    bh_command_set_text(body, "guestId", sender->device_id);
  bh_command_set_text(body, "personId", sender->person_id);
  add_checked(plan, "message.send", entity, body, is_private);
}

/* --- service --- */

char *
bh_command_service_get_entity(const BhCommandSender *sender, const json_t *message)
{
  return get_derived_entity(sender, message, "request");
}

void
bh_command_service_plan(BhProperty *property, const BhCommandSender *sender, const json_t *message,
                        BhCommandPlan *plan)
{
  const json_t *content = json_object_get(message, "request");
  g_autofree char *entity = bh_command_service_get_entity(sender, message);
  json_t *body;

  if (!begin(property, sender, entity, "requestId", content, plan))
    return;
  body = json_object();
  bh_command_set(body, "what", json_object_get(content, "what"));
  bh_command_set(body, "text", json_object_get(content, "text"));
  if (sender->role == BH_ROLE_GUEST) {
    bh_command_set_text(body, "placeId", sender->place_id);
    bh_command_set_text(body, "seatingId", sender->seating_id);
    bh_command_set_text(body, "guestId", sender->device_id);
  } else {
    bh_command_set(body, "placeId", json_object_get(content, "placeId"));
    bh_command_set(body, "seatingId", json_object_get(content, "seatingId"));
  }
  bh_command_set_text(body, "personId", sender->person_id);
  add_checked(plan, "request.open", entity, body, FALSE);
}

/* --- line-cancel --- */

char *
bh_command_line_cancel_get_entity(const BhCommandSender *sender, const json_t *message)
{
  const char *order_id = NULL;

  if (!bh_command_get_id(message, "orderId", &order_id) || order_id == NULL)
    return NULL;
  return g_strconcat("order/", order_id, NULL);
}

static const json_t *
find_line(const json_t *order, const char *line_id)
{
  const json_t *line;
  gsize i;

  json_array_foreach(json_object_get(order, "lines"), i, line)
  {
    if (g_strcmp0(json_string_value(json_object_get(line, "lineId")), line_id) == 0)
      return line;
  }
  return NULL;
}

/* What is said of a line stands in the record that holds it: after a move that is another one.
 * @by_record: record's id -> array of line ids */
static gboolean
sort_line(const json_t *order, const char *line_id, json_t *by_record, BhCommandPlan *plan)
{
  const json_t *line = find_line(order, line_id);
  const char *state = json_string_value(json_object_get(line, "state"));
  const char *record_id = json_string_value(json_object_get(line, "recordId"));
  json_t *ids;

  if (line == NULL || record_id == NULL)
    return bh_command_plan_refuse(plan, "unknown-line", "The order has no such line.");
  if (g_strcmp0(state, "cancelled") == 0)
    return TRUE;
  if (g_strcmp0(state, "placed") != 0)
    return bh_command_plan_refuse(plan, "too-late", "Somebody has begun with it.");
  ids = json_object_get(by_record, record_id);
  if (ids == NULL) {
    ids = json_array();
    json_object_set_new(by_record, record_id, ids);
  }
  json_array_append_new(ids, json_string(line_id));
  return TRUE;
}

static void
plan_cancels(const json_t *order, const json_t *line_ids, BhCommandPlan *plan)
{
  g_autoptr(json_t) by_record = json_object();
  const json_t *line_id;
  const char *record_id;
  json_t *ids;
  gsize i;

  json_array_foreach((json_t *)line_ids, i, line_id)
  {
    if (!sort_line(order, json_string_value(line_id), by_record, plan))
      return;
  }
  json_object_foreach(by_record, record_id, ids)
  {
    g_autofree char *entity = g_strconcat("order/", record_id, NULL);

    bh_command_plan_add(
        plan, "line.end", entity,
        json_pack("{s:O, s:s, s:s}", "lineIds", ids, "state", "cancelled", "reason", GUEST_REASON));
  }
}

void
bh_command_line_cancel_plan(BhProperty *property, const BhCommandSender *sender,
                            const json_t *message, BhCommandPlan *plan)
{
  const json_t *line_ids = json_object_get(message, "lineIds");
  const char *order_id = NULL;
  g_autoptr(json_t) order = NULL;

  if (!bh_command_get_id(message, "orderId", &order_id) || order_id == NULL ||
      json_array_size(line_ids) == 0 || json_array_size(line_ids) > MAX_CANCELLED) {
    bh_command_plan_refuse_bad(plan, "It names an orderId and 1 to 200 lineIds.");
    return;
  }
  if (sender->seating_id == NULL) {
    bh_command_plan_refuse(plan, "seating-required", "Staff confirm a seating first.");
    return;
  }
  order = bh_property_read_order(property, order_id);
  /* Whether another table has such an order is not a guest's to know. */
  if (g_strcmp0(json_string_value(json_object_get(order, "seatingId")), sender->seating_id) != 0)
    bh_command_plan_refuse(plan, "unknown-order", "That is not an order of this table.");
  else if (g_strcmp0(json_string_value(json_object_get(order, "source")), "guest") != 0)
    bh_command_plan_refuse(plan, "forbidden", "Staff took that order; ask them.");
  else
    plan_cancels(order, line_ids, plan);
}
