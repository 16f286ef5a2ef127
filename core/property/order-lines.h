/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhOrderLine: a line of an order, with what was split off, moved, changed and cooked.
 *
 * A line that was split off takes over what its original had: name, price and tax always; note,
 * course, station and the order that it stands on as they are now, unless it has its own; states,
 * `seen` and percentages older than the split. Amounts off stay with the original.
 *
 * So a part never stays behind on an order where nobody looks for it, whatever two people do at
 * once. Who moves a line away from what was split off it moves the latter to where it stands.
 */
#pragma once

#include "order-parts.h"

/* Deeper than any table splits; what is split off deeper makes no line. */
#define BH_ORDER_LINE_MAX_SPLITS 16

/* In their order: later ones win over earlier ones. */
typedef enum {
  BH_LINE_STATE_PLACED,
  BH_LINE_STATE_ACCEPTED,
  BH_LINE_STATE_PREPARING,
  BH_LINE_STATE_READY,
  BH_LINE_STATE_DECLINED,
  BH_LINE_STATE_CANCELLED,
  BH_LINE_STATE_SERVED,
  BH_N_LINE_STATES
} BhLineState;

/* Itself, then what it was split off from; of the latter what is older than `before` counts. */
typedef struct {
  const char *line_id;
  const BhStamp *before; /* (nullable): all counts */
} BhLineAncestor;

typedef struct {
  const char *line_id;
  const BhOrderParts *parts;
  const BhOrderPart *root; /* the item, for its content and its place among others */
  gint64 quantity;         /* what splits left of it, from 1 */
  guint n_lineage;
  BhLineAncestor lineage[BH_ORDER_LINE_MAX_SPLITS + 1];
} BhOrderLine;

/** bh_line_state_get_name: Returns: (transfer none): as on the wire */
const char *bh_line_state_get_name(BhLineState state);

/** bh_line_state_is_over: declined or cancelled: it counts nothing. */
gboolean bh_line_state_is_over(BhLineState state);

/**
 * bh_order_lines_add:
 * @lines: (element-type BhOrderLine): all that the record holds are appended, wherever they were
 *   moved; each followed by what was split off it
 */
void bh_order_lines_add(GArray *lines, const BhOrderParts *parts);

/** bh_order_line_get_order: Returns: (transfer none): the id of the order that it stands on now */
const char *bh_order_line_get_order(const BhOrderLine *line);

/**
 * bh_order_line_get_member:
 * @name: `note`, `course` or `stationId`
 *
 * Returns: (transfer none) (nullable): as last changed, else as ordered
 */
json_t *bh_order_line_get_member(const BhOrderLine *line, const char *name);

/* All borrowed from the record. */
typedef struct {
  BhLineState state;
  const char *reason; /* (nullable): why it is declined or cancelled */
  const char *op;     /* (nullable): `<logId>:<seq>` that said so, for an undo; %NULL: nobody did */
} BhLineStanding;

BhLineStanding bh_order_line_get_standing(const BhOrderLine *line);

/**
 * bh_order_line_get_seen:
 *
 * Returns: (transfer full): a JSON array of the devices whose kitchen page has shown it
 */
json_t *bh_order_line_get_seen(const BhOrderLine *line);

/**
 * bh_order_line_get_state_ms:
 *
 * Returns: when it first came to @state, by what nobody has undone, UTC; 0: it never did
 */
gint64 bh_order_line_get_state_ms(const BhOrderLine *line, BhLineState state);

/** bh_line_ancestor_has: whether what names it and has this stamp counts for the line. */
gboolean bh_line_ancestor_has(const BhLineAncestor *ancestor, const BhStamp *stamp);
