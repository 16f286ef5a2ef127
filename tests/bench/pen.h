/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BenchPen: the operations of one device: orders, one after the other, as a restaurant has them.
 */
#pragma once

#include "operation.h"
#include "sign-key.h"

/* As tests/lib/hub.mjs starts hubs. */
#define BENCH_TENANT "lab"

/* Of an order that was opened, filled with three lines, cooked, served, paid and closed. */
#define BENCH_ORDER_OPERATIONS 6
/* Of one that has just been taken: opened and filled. */
#define BENCH_NEW_ORDER_OPERATIONS 2

typedef struct {
  BhSignKey *key; /* owned; %NULL: signatures are zeros, for those who do not check them */
  char *device_id;
  BhRole role; /* staff, unless changed */
  char *log_id;
  gint64 seq;    /* of the last operation */
  gint64 now_ms; /* the time that operations bear: UTC; moves on with each */
  guint n_orders;
} BenchPen;

/** bench_pen_new: @device_id: (nullable): any; @key: (nullable): referenced. Begins a log. */
BenchPen *bench_pen_new(const char *device_id, BhSignKey *key, gint64 now_ms);
void bench_pen_free(BenchPen *pen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BenchPen, bench_pen_free)

/** bench_pen_write_order: adds BENCH_ORDER_OPERATIONS, or BENCH_NEW_ORDER_OPERATIONS unless
 * @is_finished, to @into (element-type BhOperation; owned). */
void bench_pen_write_order(BenchPen *pen, gboolean is_finished, GPtrArray *into);

/** bench_pen_write_menu: adds one operation for each dish; of a manager. */
void bench_pen_write_menu(BenchPen *pen, guint n_items, GPtrArray *into);

/** bench_pen_make_membership: Returns: (transfer full): what @hub says of the pen's device
 */
json_t *bench_pen_make_membership(const BenchPen *pen, BhSignKey *hub);

/** bench_order_make_header: Returns: (transfer full): the body of an `order.open` */
json_t *bench_order_make_header(guint number);
/** bench_order_make_lines: Returns: (transfer full): the body of an `order.lines`: three of them */
json_t *bench_order_make_lines(guint number);
