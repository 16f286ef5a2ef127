/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "order-money.h"

#include <string.h>

#define WHOLE_BP 10000

/* --- numbers --- */

gint64
bh_money_add(gint64 a, gint64 b)
{
  gint64 sum;

  return __builtin_add_overflow(a, b, &sum) ? BH_MONEY_MAX : MIN(sum, BH_MONEY_MAX);
}

/* Both may be negative. */
static gint64
multiply(gint64 a, gint64 b)
{
  gint64 product;

  if (__builtin_mul_overflow(a, b, &product))
    return (a < 0) == (b < 0) ? BH_MONEY_MAX : -BH_MONEY_MAX;
  return CLAMP(product, -BH_MONEY_MAX, BH_MONEY_MAX);
}

/*
 * @amount * @part / @whole, half up; none is negative, and @part is at most @whole, which is at
 * most 2 * WHOLE_BP. The product is beyond 64 bits: whole multiples and the rest go apart.
 */
static gint64
share(gint64 amount, gint64 part, gint64 whole)
{
  gint64 rest = amount % whole;

  return amount / whole * part + (2 * rest * part + whole) / (2 * whole);
}

/* --- lines --- */

static gint64
get_gross(const BhOrderLine *line)
{
  const json_t *content = line->root->value;
  gint64 unit = bh_order_part_get_integer(content, "price", 0);
  gsize i;
  json_t *one;

  json_array_foreach(json_object_get(content, "modifiers"), i, one)
  {
    gint64 extra = multiply(bh_order_part_get_integer(one, "price", 0),
                            bh_order_part_get_integer(one, "quantity", 1));

    unit = json_is_object(one) ? bh_money_add(unit, extra) : unit;
  }
  return MAX(multiply(unit, line->quantity), 0);
}

/* What is off one line: percentages also of what it was split off from, amounts of its own only. */
static void
add_discounts(const BhOrderLine *line, gint64 *percent_bp, gint64 *amount)
{
  for (guint i = 0; i < line->n_lineage; i++) {
    const BhLineAncestor *one = &line->lineage[i];
    GPtrArray *discounts = g_tree_lookup(line->parts->by_line, one->line_id);

    for (guint j = 0; discounts != NULL && j < discounts->len; j++) {
      const BhOrderPart *discount = discounts->pdata[j];

      if (!bh_line_ancestor_has(one, discount->stamp))
        continue;
      *percent_bp =
          bh_money_add(*percent_bp, bh_order_part_get_integer(discount->value, "percentBp", 0));
      if (i == 0)
        *amount = bh_money_add(*amount, bh_order_part_get_integer(discount->value, "amount", 0));
    }
  }
}

BhLineMoney
bh_order_line_get_money(const BhOrderLine *line, gint64 order_bp)
{
  const json_t *tax = json_object_get(line->root->value, "tax");
  BhLineMoney money = {.gross = get_gross(line), .has_tax = json_is_object(tax)};
  gint64 percent_bp = order_bp;
  gint64 amount = 0;
  gint64 whole;

  add_discounts(line, &percent_bp, &amount);
  percent_bp = CLAMP(percent_bp, 0, WHOLE_BP);
  money.discount = MIN(money.gross, bh_money_add(amount, share(money.gross, percent_bp, WHOLE_BP)));
  money.net = money.gross - money.discount;
  if (!money.has_tax)
    return money;
  money.rate_bp = CLAMP(bh_order_part_get_integer(tax, "rateBp", 0), 0, WHOLE_BP);
  money.is_included = json_is_true(json_object_get(tax, "included"));
  whole = money.is_included ? WHOLE_BP + money.rate_bp : WHOLE_BP;
  money.tax = share(money.net, money.rate_bp, whole);
  return money;
}

/* --- the order --- */

BhOrderDiscount
bh_order_parts_get_discount(const BhOrderParts *parts)
{
  BhOrderDiscount sum = {0, 0};

  for (guint i = 0; i < parts->discounts->len; i++) {
    const json_t *value = g_array_index(parts->discounts, BhOrderPart, i).value;

    if (bh_order_part_get_text(value, "lineId") != NULL)
      continue;
    sum.percent_bp = bh_money_add(sum.percent_bp, bh_order_part_get_integer(value, "percentBp", 0));
    sum.amount = bh_money_add(sum.amount, bh_order_part_get_integer(value, "amount", 0));
  }
  sum.percent_bp = MIN(sum.percent_bp, WHOLE_BP);
  return sum;
}

static int
compare_taxes(gconstpointer a, gconstpointer b)
{
  const BhLineMoney *one = a;
  const BhLineMoney *other = b;

  if (one->rate_bp != other->rate_bp)
    return one->rate_bp < other->rate_bp ? -1 : 1;
  return one->is_included - other->is_included;
}

json_t *
bh_order_money_get_taxes(GArray *moneys, gint64 *added)
{
  g_autoptr(GArray) sorted = g_array_copy(moneys);
  json_t *taxes = json_array();

  *added = 0;
  g_array_sort(sorted, compare_taxes);
  for (guint i = 0; i < sorted->len;) {
    const BhLineMoney *first = &g_array_index(sorted, BhLineMoney, i);
    gint64 net = 0;
    gint64 tax = 0;

    if (!first->has_tax) {
      i++;
      continue;
    }
    for (; i < sorted->len; i++) {
      const BhLineMoney *one = &g_array_index(sorted, BhLineMoney, i);

      if (!one->has_tax)
        continue;
      if (compare_taxes(first, one) != 0)
        break;
      net = bh_money_add(net, one->net);
      tax = bh_money_add(tax, one->tax);
    }
    if (!first->is_included)
      *added = bh_money_add(*added, tax);
    json_array_append_new(
        taxes, json_pack("{s:I, s:b, s:I, s:I}", "rateBp", (json_int_t)first->rate_bp, "included",
                         (int)first->is_included, "net", (json_int_t)net, "tax", (json_int_t)tax));
  }
  return taxes;
}

/* --- payments --- */

typedef struct {
  const BhOrderPart *part;
  gint64 amount;
  gint64 tip;
  gint64 refunded;
  gint64 settled;
} Payment;

static int
compare_texts(gconstpointer a, gconstpointer b)
{
  return strcmp(a, b);
}

static void
take_refunds(const BhRecord *record, GTree *by_id)
{
  g_autoptr(GArray) refunds = bh_order_parts_list(record, "refund/");

  for (guint i = 0; i < refunds->len; i++) {
    const json_t *value = g_array_index(refunds, BhOrderPart, i).value;
    const char *payment_id = bh_order_part_get_text(value, "paymentId");
    Payment *payment = payment_id != NULL ? g_tree_lookup(by_id, payment_id) : NULL;

    if (payment != NULL)
      payment->refunded +=
          MIN(bh_order_part_get_integer(value, "amount", 0), payment->amount - payment->refunded);
  }
}

static gboolean
is_charge(const Payment *payment)
{
  return g_strcmp0(bh_order_part_get_text(payment->part->value, "method"), "room") == 0;
}

/* What a room owes for it as long as nothing is settled. */
static gint64
get_owed(const Payment *payment)
{
  return MAX(0, bh_money_add(payment->amount, payment->tip) - payment->refunded);
}

/* After the refunds: what is settled is at most what the room owes. */
static void
take_settlements(const BhRecord *record, GTree *by_id)
{
  g_autoptr(GArray) settlements = bh_order_parts_list(record, "settle/");

  for (guint i = 0; i < settlements->len; i++) {
    const BhOrderPart *part = &g_array_index(settlements, BhOrderPart, i);
    const char *payment_id = bh_order_part_get_text(part->value, "paymentId");
    Payment *payment = payment_id != NULL ? g_tree_lookup(by_id, payment_id) : NULL;
    char name[BH_STAMP_NAME_BYTES];

    if (payment == NULL || !is_charge(payment) ||
        bh_order_parts_is_undone(record, bh_stamp_get_name(part->stamp, name)))
      continue;
    payment->settled =
        MIN(get_owed(payment),
            bh_money_add(payment->settled, bh_order_part_get_integer(part->value, "amount", 0)));
  }
}

/* Returns: (transfer full) (element-type Payment): in order; they borrow from @parts */
static GArray *
read_payments(const BhRecord *record, GArray *parts)
{
  GArray *payments = g_array_sized_new(FALSE, TRUE, sizeof(Payment), parts->len);
  g_autoptr(GTree) by_id = g_tree_new(compare_texts);

  g_array_set_size(payments, parts->len);
  for (guint i = 0; i < parts->len; i++) {
    Payment *payment = &g_array_index(payments, Payment, i);

    payment->part = &g_array_index(parts, BhOrderPart, i);
    payment->amount = bh_order_part_get_integer(payment->part->value, "amount", 0);
    payment->tip = bh_order_part_get_integer(payment->part->value, "tip", 0);
    g_tree_insert(by_id, (gpointer)payment->part->id, payment);
  }
  take_refunds(record, by_id);
  take_settlements(record, by_id);
  return payments;
}

BhCharges
bh_order_money_get_charges(const BhRecord *record)
{
  g_autoptr(GArray) parts = bh_order_parts_list(record, "payment/");
  g_autoptr(GArray) payments = read_payments(record, parts);
  BhCharges charges = BH_CHARGES_NONE;

  for (guint i = 0; i < payments->len; i++) {
    const Payment *payment = &g_array_index(payments, Payment, i);

    if (!is_charge(payment)) {
      charges = MAX(charges, BH_CHARGES_PAID);
      continue;
    }
    if (payment->settled < get_owed(payment))
      return BH_CHARGES_OPEN;
    charges = BH_CHARGES_SETTLED;
  }
  return charges;
}

json_t *
bh_order_money_get_payments(const BhRecord *record, gint64 *paid, gint64 *tips)
{
  g_autoptr(GArray) parts = bh_order_parts_list(record, "payment/");
  g_autoptr(GArray) payments = read_payments(record, parts);
  json_t *result = json_array();
  gint64 taken = 0;
  gint64 refunded = 0;

  *tips = 0;
  for (guint i = 0; i < payments->len; i++) {
    const Payment *payment = &g_array_index(payments, Payment, i);

    taken = bh_money_add(taken, payment->amount);
    refunded = bh_money_add(refunded, payment->refunded);
    *tips = bh_money_add(*tips, payment->tip);
    json_array_append_new(
        result,
        json_pack("{s:s, s:s?, s:I, s:I, s:I, s:I}", "paymentId", payment->part->id, "method",
                  bh_order_part_get_text(payment->part->value, "method"), "amount",
                  (json_int_t)payment->amount, "tip", (json_int_t)payment->tip, "refunded",
                  (json_int_t)payment->refunded, "settled", (json_int_t)payment->settled));
  }
  *paid = MAX(0, taken - refunded);
  return result;
}
