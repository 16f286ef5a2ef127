/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order-money: what an order costs, in minor units: integers all along, rounded half up once a
 * line. Sums stop at BH_MONEY_MAX, so that whatever anybody wrote gives one number in both
 * languages.
 */
#pragma once

#include "order-lines.h"

/* What a JavaScript number holds exactly. */
#define BH_MONEY_MAX BH_OPERATION_MAX_SEQ

typedef struct {
  gint64 gross, discount, net, tax;
  gboolean has_tax; /* whether the next two mean anything */
  gint64 rate_bp;
  gboolean is_included;
} BhLineMoney;

/* What is off the whole order, and counts for no line. */
typedef struct {
  gint64 percent_bp; /* up to 10000 */
  gint64 amount;
} BhOrderDiscount;

/** bh_money_add: saturates. */
gint64 bh_money_add(gint64 a, gint64 b);

/** bh_order_line_get_money: @order_bp: percent_bp of the order */
BhLineMoney bh_order_line_get_money(const BhOrderLine *line, gint64 order_bp);

BhOrderDiscount bh_order_parts_get_discount(const BhOrderParts *parts);

/**
 * bh_order_money_get_taxes:
 * @moneys: (element-type BhLineMoney): of the lines that count
 * @added: (out): the sum of those that are not included
 *
 * Returns: (transfer full): `[{rateBp, included, net, tax}]` by rate; of one rate what is not
 *   included first
 */
json_t *bh_order_money_get_taxes(GArray *moneys, gint64 *added);

/**
 * bh_order_money_get_payments:
 * @paid: (out): what came in less what was refunded
 * @tips: (out):
 *
 * A refund takes at most what its payment has left, a settlement what a room charge and its tip
 * have left.
 *
 * Returns: (transfer full): `[{paymentId, method, amount, tip, refunded, settled}]`
 */
json_t *bh_order_money_get_payments(const BhRecord *record, gint64 *paid, gint64 *tips);

typedef enum {
  BH_CHARGES_NONE,    /* nobody has paid anything of it */
  BH_CHARGES_PAID,    /* in other ways than by a room */
  BH_CHARGES_SETTLED, /* all of what is */
  BH_CHARGES_OPEN,
} BhCharges;

/** bh_order_money_get_charges: @record: of an order: how what was paid of it, or charged to rooms,
 * stands */
BhCharges bh_order_money_get_charges(const BhRecord *record);
