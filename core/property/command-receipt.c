/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "command-receipt.h"

#include "kind-table.h"

/* Only what `receipt.issue` holds of each rate. */
static json_t *
copy_taxes(const json_t *order)
{
  static const char *const names[] = {"rateBp", "included", "net", "tax"};
  json_t *taxes = json_array();
  const json_t *tax;
  gsize i;

  json_array_foreach(json_object_get(order, "taxes"), i, tax)
  {
    json_t *copy = json_object();

    for (gsize k = 0; k < G_N_ELEMENTS(names); k++)
      bh_command_set(copy, names[k], json_object_get(tax, names[k]));
    json_array_append_new(taxes, copy);
  }
  return taxes;
}

static const json_t *
find_receipt(BhProperty *property, const char *entity, const char *receipt_id)
{
  const BhRecord *record = bh_property_get_record(property, entity);
  g_autofree char *path = g_strconcat("receipt/", receipt_id, NULL);

  return record != NULL ? bh_record_get_item(record, path) : NULL;
}

json_t *
bh_command_receipt_make_body(gint64 number, gpointer draft)
{
  json_t *body = json_copy(((const BhCommandDraft *)draft)->body);

  json_object_set_new(body, "number", json_integer(number));
  return body;
}

json_t *
bh_command_receipt_make_facts(const json_t *body)
{
  return json_pack("{s:{s:O*, s:O*}}", "receipt", "receiptId", json_object_get(body, "receiptId"),
                   "number", json_object_get(body, "number"));
}

static void
plan_issue(const BhCommandSender *sender, const json_t *order, const char *entity,
           const char *receipt_id, BhCommandPlan *plan)
{
  g_autoptr(json_t) body =
      json_pack("{s:s, s:i, s:O*, s:O*, s:o}", "receiptId", receipt_id, "number", 1, "total",
                json_object_get(order, "total"), "currency", json_object_get(order, "currency"),
                "taxes", copy_taxes(order));

  bh_command_set_text(body, "personId", sender->person_id);
  if (!bh_kind_table_accepts_body("receipt.issue", body)) {
    bh_command_plan_refuse_bad(plan, "No receipt can be made of this order.");
    return;
  }
  json_object_del(body, "number");
  bh_command_plan_add(plan, "receipt.issue", entity, json_incref(body));
}

/* Returns: %FALSE: it names no order, or no plain id */
static gboolean
read_ids(const json_t *message, const char **order_id, const char **receipt_id)
{
  const json_t *wanted = json_object_get(message, "receipt");

  return bh_command_get_id(wanted, "orderId", order_id) && *order_id != NULL &&
         bh_command_get_id(wanted, "receiptId", receipt_id);
}

char *
bh_command_receipt_get_entity(const BhCommandSender *sender, const json_t *message)
{
  g_autofree char *derived = bh_command_derive_id(sender, message);
  const char *order_id = NULL, *receipt_id = NULL;

  if (derived == NULL || !read_ids(message, &order_id, &receipt_id))
    return NULL;
  return g_strconcat("order/", order_id, NULL);
}

void
bh_command_receipt_plan(BhProperty *property, const BhCommandSender *sender, const json_t *message,
                        BhCommandPlan *plan)
{
  g_autofree char *derived = bh_command_derive_id(sender, message);
  const char *order_id = NULL, *receipt_id = NULL;
  g_autofree char *entity = NULL;
  g_autoptr(json_t) order = NULL;
  const json_t *there;

  if (!read_ids(message, &order_id, &receipt_id)) {
    bh_command_plan_refuse_bad(plan, "A receipt names an orderId.");
    return;
  }
  if (receipt_id == NULL)
    receipt_id = derived;
  entity = g_strconcat("order/", order_id, NULL);
  order = bh_property_read_order(property, order_id);
  there = order != NULL ? find_receipt(property, entity, receipt_id) : NULL;
  if (order == NULL)
    bh_command_plan_refuse(plan, "unknown-order", "There is no such order.");
  else if (there != NULL)
    plan->facts = bh_command_receipt_make_facts(there);
  else
    plan_issue(sender, order, entity, receipt_id, plan);
}
