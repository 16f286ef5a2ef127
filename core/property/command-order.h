/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command-order: `order {id, order}` -> order.open, once, and order.lines.
 */
#pragma once

#include "command-plan.h"
#include "command-stock.h"

/**
 * BhCommandNumber: Returns: (transfer full): the next ticket number; called only where one is
 * needed
 */
typedef char *(*BhCommandNumber)(gpointer data);

/**
 * bh_command_order_get_entity:
 *
 * Returns: (transfer full) (nullable): `order/<id>`, the order that @message adds to or makes;
 *   %NULL: it names none, and has no id to derive one from
 */
char *bh_command_order_get_entity(const BhCommandSender *sender, const json_t *message);

/**
 * bh_command_order_plan:
 * @message: foreign
 *
 * A guest must be seated (`seating-required`), orders for its own seating, and adds only to what
 * guests have ordered there (`forbidden`). Nobody adds to an order that is closed (`order-closed`);
 * what was added before is only told once more.
 *
 * What somebody counts is counted down by it; more than is left is `not-available`.
 *
 * The `ack` bears `order {orderId, number}`.
 */
void bh_command_order_plan(BhProperty *property, const BhCommandSender *sender,
                           const json_t *message, BhCommandNumber number, gpointer number_data,
                           BhCommandStock *stock, BhCommandPlan *plan);
