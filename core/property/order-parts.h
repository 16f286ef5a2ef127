/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOrderParts: the items of one order's record by their first word, in the order in which
 * everything of an order is listed: by stamp; of one stamp shorter ids first, then bytewise, so
 * that the lines of one operation, `<orderId>-2` and `<orderId>-10`, keep their order.
 *
 * All is borrowed from the record, which stays as it is as long as the parts are there.
 */
#pragma once

#include "record.h"

/* Of the item `line/a`: id `a`. Of `split/a/b`: of `a`, id `b`. */
typedef struct {
  const char *of; /* of_length characters; "" where there is none */
  gsize of_length;
  const char *id;
  json_t *value; /* an object: what was redacted is not listed */
  const BhStamp *stamp;
} BhOrderPart;

typedef struct {
  const char *record_id; /* the id in the record's name */
  const BhRecord *record;
  GArray *lines;     /* (element-type BhOrderPart) */
  GArray *discounts; /* (element-type BhOrderPart): those that nobody has undone */
  GTree *splits;     /* (element-type utf8 BhOrderPart): by the new line's id */
  GTree *by_line;    /* (element-type utf8 GPtrArray): discounts by lineId, in order */
} BhOrderParts;

BhOrderParts *bh_order_parts_new(const char *record_id, const BhRecord *record);
void bh_order_parts_free(BhOrderParts *parts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhOrderParts, bh_order_parts_free)

/**
 * bh_order_parts_list:
 * @prefix: `payment/`, or `state/<lineId>/`: what begins so and has no further slash
 *
 * Returns: (transfer full) (element-type BhOrderPart): in order
 */
GArray *bh_order_parts_list(const BhRecord *record, const char *prefix);

/** bh_order_parts_is_undone: @operation: `<logId>:<seq>` */
gboolean bh_order_parts_is_undone(const BhRecord *record, const char *operation);

/**
 * bh_order_parts_dup_splits:
 *
 * Returns: (transfer full) (element-type BhOrderPart): what is split off @line_id, in order; of two
 *   splits into one new line the older counts, of splits into a line that is there none
 */
GArray *bh_order_parts_dup_splits(const BhOrderParts *parts, const char *line_id);

/** bh_order_part_compare: Returns: as strcmp(), for g_array_sort() */
int bh_order_part_compare(gconstpointer a, gconstpointer b);

/** bh_order_part_get_text: Returns: (transfer none) (nullable): %NULL: absent, or no text */
const char *bh_order_part_get_text(const json_t *value, const char *name);

/** bh_order_part_get_integer: Returns: @other where it is absent or no integer */
gint64 bh_order_part_get_integer(const json_t *value, const char *name, gint64 other);
