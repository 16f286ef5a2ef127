/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BenchOrderTaker: a waiter who writes order after order into a replica, and measures how soon each
 * is acknowledged by the other side, is before the kitchen's eyes, and is accepted by it. And what
 * the kitchen does. All on one machine, whose processes have one clock.
 */
#pragma once

#include "property.h"

typedef struct _BenchOrderTaker BenchOrderTaker;

/** BenchOrdersMeasured: the figures are printed; may free @taker */
typedef void (*BenchOrdersMeasured)(BenchOrderTaker *taker);

/**
 * bench_order_taker_new: begins with some orders that do not count.
 * @property: referenced
 * @line: what the lines of the figures begin with
 * @n: orders that count
 */
BenchOrderTaker *bench_order_taker_new(BhProperty *property, const char *line, guint n,
                                       BenchOrdersMeasured measured);
void bench_order_taker_free(BenchOrderTaker *taker);

/** bench_order_taker_hear_ack: @message: an `ack` of the other side */
void bench_order_taker_hear_ack(BenchOrderTaker *taker, const json_t *message);

/** bench_order_taker_hear_accepted: @op: a `line.state` that has been committed here */
void bench_order_taker_hear_accepted(BenchOrderTaker *taker, const BhOperation *op);

/** bench_order_accept: the kitchen's answer to @op, an `order.lines`. */
void bench_order_accept(BhProperty *property, const BhOperation *op);
