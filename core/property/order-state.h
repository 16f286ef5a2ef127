/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order-state: what an order's records say, read as a person wants it: its lines with split and
 * moved ones in their places, their states, and the money.
 *
 * Nothing is kept; the answer follows from the records alone and is the same, to the byte, as the
 * client library's (data/protocol/vectors/operations.json). Money is integer minor units.
 */
#pragma once

#include "record.h"

/**
 * BhRecordLookup:
 * @name: `type/id`
 *
 * Returns: (transfer none) (nullable): the record; it stays as it is while an order is read
 */
typedef BhRecord *(*BhRecordLookup)(const char *name, gpointer data);

/**
 * BhMovedLookup:
 *
 * Returns: (transfer none) (nullable) (element-type utf8): names of the records (`order/<id>`) that
 *   have, or once had, a register by which a line moved to @order_id; in any order
 */
typedef GPtrArray *(*BhMovedLookup)(const char *order_id, gpointer data);

/**
 * bh_order_state_read:
 * @order_id: without `order/`
 * @moved: (nullable): %NULL: lines of other orders are not looked for
 *
 * Returns: (transfer full) (nullable): `{orderId, number, currency, source, placeId, seatingId,
 *   guestId, guests, note, closed, state, lines, discounts, payments, taxes, total, paid, due,
 * tips, receipts}`; %NULL: nobody has opened such an order (as far as is known here)
 */
json_t *bh_order_state_read(const char *order_id, BhRecordLookup lookup, BhMovedLookup moved,
                            gpointer data);

/** BhMoveVisitor: @order_id: (transfer none): the order that a line is in by this register */
typedef void (*BhMoveVisitor)(const char *line_id, const char *order_id, gpointer data);

/**
 * bh_order_state_visit_moves:
 * @record: of an order
 *
 * Calls @visitor for each line that was moved: what an index for BhMovedLookup is made of.
 */
void bh_order_state_visit_moves(const BhRecord *record, BhMoveVisitor visitor, gpointer data);
