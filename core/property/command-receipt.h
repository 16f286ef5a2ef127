/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command-receipt: `receipt {id, receipt: {orderId, receiptId?}}` -> receipt.issue, with the next
 * number of the property. Numbers have no gap and no number is given twice, so the hub alone issues
 * them; the property gives the number in the transaction of the operation.
 */
#pragma once

#include "command-plan.h"

/** bh_command_receipt_get_entity: Returns: (transfer full) (nullable): `order/<id>` */
char *bh_command_receipt_get_entity(const BhCommandSender *sender, const json_t *message);

/**
 * bh_command_receipt_plan:
 *
 * `unknown-order` where there is none. A receipt that is there already keeps its number: nothing is
 * planned, and the facts say it. Else the one draft has a body without `number`.
 */
void bh_command_receipt_plan(BhProperty *property, const BhCommandSender *sender,
                             const json_t *message, BhCommandPlan *plan);

/** bh_command_receipt_make_body: BhPropertyNumbered; @draft: a BhCommandDraft of such a plan */
json_t *bh_command_receipt_make_body(gint64 number, gpointer draft);

/**
 * bh_command_receipt_make_facts:
 * @body: of a `receipt.issue`
 *
 * Returns: (transfer full): `{receipt: {receiptId, number}}`
 */
json_t *bh_command_receipt_make_facts(const json_t *body);
